-- How deep a program gets depends on what stands below it on the stack.
local depth
local function f(n)
    depth = n
    return 1 + f(n + 1)
end
print(pcall(f, 1))
print("lua frames", depth)
print(select("#", coroutine.resume(coroutine.create(f), 1)), depth)
local function g(n)
    depth = n
    pcall(g, n + 1)
end
g(1)
print("through pcall", depth)
local function h(n)
    depth = n
    coroutine.wrap(h)(n + 1)
end
print(pcall(h, 1))
print("through coroutines", depth)
local function s(n)
    depth = n
    return (string.gsub("a", "a", function() return s(n + 1) end))
end
print(pcall(s, 1))
print("through gsub", depth)
print(pcall(table.unpack, {}, 1, 1e6))
print(pcall(string.rep, "x", -1), #string.rep("x", 10))
