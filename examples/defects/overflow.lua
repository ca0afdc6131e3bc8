-- A C module writes more into a buffer than there is room for. xlua -X dev overflow.lua
local careless = require "careless"

local function greet(name)
    local buffer = careless.buffer(16)
    careless.put(buffer, 0, "hello, " .. name .. "\0")
end

greet "Ada"
greet "Alexandria" -- two bytes too many
collectgarbage()
print "never reached in development mode"
