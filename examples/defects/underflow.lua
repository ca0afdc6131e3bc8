-- A C module writes before the begin of a block. xlua -X dev underflow.lua
local careless = require "careless"

local block = careless.block(32)
careless.put(block, -3, "abc")
careless.free(block, 32)
