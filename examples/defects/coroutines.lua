-- Coroutines that came to no good end. xlua -X dev coroutines.lua
local function task(name)
    local guard <close> = setmetatable({}, {__close = function() print("done with " .. name) end})
    coroutine.yield(name)
end

coroutine.create(task) -- never started
local co = coroutine.create(task)
print(coroutine.resume(co, "one")) -- nobody goes on with it
local short = coroutine.create(function() return 1 end)
coroutine.resume(short)
print(coroutine.resume(short)) -- is dead
