-- A C module frees what is not a block. xlua -X dev foreign_pointer.lua
local careless = require "careless"

local block = careless.block(64)
careless.free(careless.inside(block, 48), 16)
