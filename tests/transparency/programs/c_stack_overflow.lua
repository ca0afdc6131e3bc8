local t = setmetatable({}, {})
getmetatable(t).__index = function(_, k) return t[k + 1] end
print(pcall(function() return t[1] end))
local loop = setmetatable({}, {})
getmetatable(loop).__index = loop
print(pcall(function() return loop.x end))
print(pcall(load, ("("):rep(300) .. "1" .. (")"):rep(300)))
print(load("return " .. ("{"):rep(300) .. ("}"):rep(300)))
print(load("return " .. ("- "):rep(300) .. "1"))
print(pcall(string.find, ("a"):rep(300000), (".-"):rep(250000) .. "b"))
local function sort(n)
    table.sort({ 1, 2 }, function() sort(n + 1) return false end)
end
print(pcall(sort, 1))
string.gsub("a", "a", function() sort(1) end)
