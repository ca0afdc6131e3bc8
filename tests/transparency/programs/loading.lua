print(load("return ...", "=name", "t", {})(1, 2))
print(load("x", "=exact"))
for _, name in ipairs { "=exact", "@file.lua", "text of the chunk", "first line\nsecond", ("x"):rep(100), "@" .. ("y"):rep(100), "" } do
    print(pcall(load("error('x')", name)))
    print(load("syntax error here", name))
end
local parts = { "return ", "1", " + ", "41", nil }
local i = 0
print(load(function() i = i + 1 return parts[i] end)())
print(load(function() error("in the reader") end))
print(pcall(load, function() return 1 < 2 end))
print(load(function() return {} end))
print(pcall(load("x = 1; return x", "n", "t", {})), x)
print(loadfile("no such file"))
print(loadfile("syntax_error.lua"))
print(pcall(dofile, "no such file"))
print(pcall(dofile, "."))
print(dofile("returns.lua"))
