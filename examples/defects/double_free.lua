-- A C module frees a block twice. xlua -X dev double_free.lua
local careless = require "careless"

local block = careless.block(24)
careless.free(block, 24)
careless.free(block, 24)
