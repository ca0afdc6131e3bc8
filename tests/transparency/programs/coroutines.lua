print(coroutine.isyieldable(), select(2, coroutine.running()))
local function generate(n)
    return coroutine.wrap(function()
        for i = 1, n do
            coroutine.yield(i, coroutine.isyieldable(), select(2, coroutine.running()))
        end
    end)
end
for i, y, main in generate(3) do
    print(i, y, main)
end
local co = coroutine.create(function(...)
    local a = coroutine.yield(select("#", ...), ...)
    local ok, b = pcall(function() return coroutine.yield(a) + 1 end)
    print("in pcall", ok, b)
    local list = { 3, 1, 2 }
    print(pcall(table.sort, list, function(x, y) coroutine.yield() return x < y end))
    for k in (function() return coroutine.yield("iterating") end) do
        print("key", k)
    end
    return "done"
end)
print(coroutine.resume(co, 1, nil, 3))
print(coroutine.resume(co, "a"))
print(coroutine.resume(co, 41))
print(coroutine.status(co))
print(coroutine.resume(co, nil))
print(coroutine.status(co), coroutine.resume(co))
print(coroutine.resume(coroutine.create(print), 1, 2))
print(pcall(coroutine.yield))
local self
self = coroutine.create(function() return coroutine.resume(self) end)
print(coroutine.resume(self))
