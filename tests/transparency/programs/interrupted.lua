-- Sends itself the signal of Ctrl-C.
local pid = io.open("/proc/self/stat"):read("n")
local function interrupt()
    io.popen("kill -INT " .. pid):close()
    for i = 1, 10 do
        local x = i
    end
    print("not reached")
end
local way = ...
if way == "caught" then
    print(pcall(interrupt))
    print(debug.gethook())
    print(pcall(interrupt))
elseif way == "coroutine" then
    print(coroutine.resume(coroutine.create(interrupt)))
    print("back in the main thread")
elseif way == "twice" then
    io.popen("kill -INT " .. pid .. "; kill -INT " .. pid):close()
    print("not reached")
elseif way == "at_exit" then
    kept = setmetatable({}, { __gc = interrupt })
else
    interrupt()
end
