-- A file is closed twice; pcall keeps the error from anybody. xlua -X dev double_close.lua
local file = assert(io.open(arg[0]))
local first = file:read("l")
file:close()
print(#first > 0)
pcall(file.close, file)
