-- Compiles a program to the file in the first argument; "strip" as the second leaves names out.
local path, strip = ...
local file = assert(io.open(path, "wb"))
file:write(string.dump(load("local a, b = ... print(a, b, arg[0] ~= nil) error('binary')", "@origin.lua"), strip == "strip"))
file:close()
