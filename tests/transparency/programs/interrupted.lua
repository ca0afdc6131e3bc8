-- Sends itself the signal of Ctrl-C: the child waits for the end of its input, so that the signal always comes
-- inside of `close`.
local pid = io.open("/proc/self/stat"):read("n")
local function send(commands)
    io.popen("cat >/dev/null; " .. commands:gsub("PID", pid), "w"):close()
end
local function interrupt()
    send("kill -INT PID")
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
    -- The second one is sent when nothing catches it any more.
    send("kill -INT PID; while grep -q '^SigCgt:.*[2367abef]$' /proc/PID/status; do :; done; kill -INT PID")
    print("not reached")
elseif way == "at_exit" then
    kept = setmetatable({}, { __gc = interrupt })
else
    interrupt()
end
