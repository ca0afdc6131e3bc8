local log = {}
local function note(event, line)
    log[#log + 1] = event .. ":" .. tostring(line)
end
print(debug.gethook())
local function work(n)
    local sum = 0
    for i = 1, n do
        sum = sum + i
    end
    return sum
end
debug.sethook(note, "crl")
work(2)
local hook, mask, count = debug.gethook()
debug.sethook()
print(hook == note, mask, count)
print(table.concat(log, "\n"))
print(debug.gethook())
local ticks = 0
debug.sethook(function() ticks = ticks + 1 end, "", 100)
work(10000)
print(select(2, debug.gethook()))
debug.sethook()
print("ticks", ticks)
-- A new coroutine inherits the hook of its creator; each thread has its own.
local lines = {}
debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
local co = coroutine.create(function()
    local x = 1
    return x
end)
coroutine.resume(co)
debug.sethook()
print(table.concat(lines, " "))
print(debug.gethook(co) ~= nil)
debug.sethook(co, function() error("in hook") end, "l")
co = coroutine.create(function() return 1 end)
debug.sethook(co, function() error("in hook") end, "l")
print(coroutine.resume(co))
-- A tail call and an error inside of a hook.
log = {}
local function tail(n) if n > 0 then return tail(n - 1) end end
debug.sethook(note, "c")
tail(3)
debug.sethook()
print(table.concat(log, " "))
debug.sethook(function() error("stopped by a hook") end, "", 1000)
while true do end
