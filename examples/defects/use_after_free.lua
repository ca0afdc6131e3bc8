-- A C module goes on writing to a buffer that it has freed. xlua -X dev use_after_free.lua
local careless = require "careless"

local block = careless.block(24)
careless.put(block, 0, "some text")
careless.free(block, 24)
careless.put(block, 5, "more") -- nobody may have noticed, yet
