local t = setmetatable({}, {
    __index = function(_, k) return k .. "!" end,
    __newindex = function(s, k, v) rawset(s, k, v and v * 2) end,
    __call = function(_, ...) return select("#", ...) end,
    __len = function() return 99 end,
    __concat = function(a, b) return "cat" end,
    __eq = function() return true end,
    __lt = function() return true end,
    __le = function() return false end,
    __unm = function() return "neg" end,
    __tostring = function() return "a table" end,
    __name = "Name",
    __pairs = function() return function(_, k) if not k then return 1, 2 end end end,
    __metatable = "locked",
})
t.x = 4
print(t.x, t.y, t(1, 2, 3), #t, t .. 1, 1 .. t, t == setmetatable({}, getmetatable("")), t < 1, t <= 1, -t, tostring(t))
for k, v in pairs(t) do print(k, v) end
print(getmetatable(t), pcall(setmetatable, t, {}))
print(rawlen(t), rawequal(t, t), rawget(t, "y"))
print(pcall(tostring, setmetatable({}, { __tostring = function() return 1 end })))
print(pcall(ipairs), pcall(next, {}, "nope"), pcall(rawset, t))
print((tostring(setmetatable({}, { __name = "Named" })):gsub("0x%x+", "ADDRESS")))
