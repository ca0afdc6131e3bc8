-- A value of a C module that ought to be closed, one that is, and one that is not. xlua -X dev unclosed_handle.lua
local careless = require "careless"

local first <close> = careless.handle()
local second = careless.handle()
second:close()
local third = careless.handle()
