-- Code from texts and files: a text that says it is a file, a file loaded twice.
local here = arg and arg[0] or debug.getinfo(1, "S").source:sub(2)
local folder = here:match("^(.*/)") or "./"
local f = load("local x = 1\nreturn x", "=a label")
f()
load("return 1 + 1")()
for i = 1, 3 do
  assert(loadfile(folder .. "branches.lua"))()
end
for i = 1, 100 do
  load("local function f() return " .. i .. " end return f()", "=many")()
end
collectgarbage()
for i = 1, 100 do
  load("local a\nlocal function f()\nreturn " .. i .. "\nend\nreturn f()")()
end
local dumped = load(string.dump(function(x)
  if x then
    return 1
  end
  return 2
end))
dumped()
dumped(1)
load(string.dump(function() return 1 end, true))()
