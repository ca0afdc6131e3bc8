-- A C module forgets how large its block is. xlua -X dev wrong_size.lua
local careless = require "careless"

careless.free(careless.block(24), 16)
