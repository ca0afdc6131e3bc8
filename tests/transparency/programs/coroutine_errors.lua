local co = coroutine.create(function() local x = nil; x() end)
print(coroutine.resume(co))
print(debug.traceback(co))
print(debug.traceback(co, "message", 0))
print(coroutine.close(co), coroutine.status(co))
print((pcall(coroutine.wrap(function() error({}) end))))
print(pcall(coroutine.wrap(function() error("text", 0) end)))
print(pcall(coroutine.wrap(function() error("with place") end)))
print(pcall(coroutine.resume, "no thread"))
print(pcall(coroutine.close, coroutine.running()))
local function nest(n)
    if n == 0 then
        error("bottom")
    end
    coroutine.wrap(nest)(n - 1)
end
nest(4)
