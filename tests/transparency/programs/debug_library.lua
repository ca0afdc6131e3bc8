local function counter()
    local n, step = 0, 1
    return function() n = n + step return n end, function() return n end
end
local a, b = counter()
local c = counter()
print(debug.getupvalue(a, 1), debug.getupvalue(a, 2), debug.getupvalue(a, 3))
print(debug.setupvalue(a, 1, 10), a(), b())
print(debug.upvalueid(a, 1) == debug.upvalueid(b, 1), debug.upvalueid(a, 1) == debug.upvalueid(c, 1))
debug.upvaluejoin(a, 1, c, 1)
print(a(), c(), b())
local function locals(p, ...)
    local q = p
    print(debug.getlocal(1, 1), debug.getlocal(1, -1), debug.setlocal(1, 2, "set"), q)
end
locals("p", "extra")
print(debug.getlocal(locals, 1), debug.getlocal(locals, 2))
debug.setmetatable(nil, { __index = function() return "nil has fields" end })
print((nil).anything)
debug.setmetatable(nil, nil)
print(debug.getuservalue(io.stdout, 1), debug.setuservalue ~= nil)
print(pcall(debug.getlocal, 50, 1))
print(pcall(debug.upvalueid, a, 9), pcall(debug.setlocal, 1))
local co = coroutine.create(function(x) local y = x coroutine.yield() end)
coroutine.resume(co, "in")
print(debug.getlocal(co, 1, 1), debug.getlocal(co, 1, 2), debug.getinfo(co, 1, "l").currentline)
print(debug.setcstacklimit and debug.setcstacklimit(200))
