local function count(what)
    print(what, collectgarbage("count") * 1024)
end
count("start")
local t = {}
for i = 1, 10 do
    t[i] = i
    count("array " .. i)
end
for i = 1, 10 do
    t["k" .. i] = i
    count("hash " .. i)
end
local s = ("x"):rep(1000)
count("string")
local f = load("local a = ... return function() return a end")
count("function")
local g = f(1)
count("closure")
local c = coroutine.create(g)
count("coroutine")
local function deep(n)
    if n > 0 then
        return 1 + deep(n - 1)
    end
    count("deep")
    return 0
end
deep(1000)
count("after")
pcall(error, "e")
count("pcall")
t, s, f, g, c = nil
collectgarbage()
count("collected")
