local function closing(name, fail)
    return setmetatable({}, { __close = function(_, e)
        print("closing", name, e)
        if fail then
            error(fail, 0)
        end
    end })
end
local function body()
    local a <close> = closing("a")
    local b <close> = closing("b", "b failed")
    local c <close> = closing("c")
    coroutine.yield(1)
end
local co = coroutine.create(body)
print(coroutine.resume(co))
print(coroutine.close(co))
print(coroutine.status(co))
co = coroutine.wrap(function()
    local a <close> = closing("w", "w failed")
    error("first", 0)
end)
print(pcall(co))
co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function() coroutine.yield("in close") end })
    return "returned"
end)
print(coroutine.resume(co))
print(coroutine.resume(co))
-- Left suspended: nothing of it is closed at exit.
abandoned = coroutine.wrap(body)
print(abandoned())
