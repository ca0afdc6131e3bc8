local function show(level)
    while true do
        local i = debug.getinfo(level, "nSltur")
        if not i then
            break
        end
        print(level, i.what, i.namewhat, i.name, i.short_src, i.linedefined, i.lastlinedefined, i.currentline,
              i.istailcall, i.nups, i.nparams, i.isvararg, i.ftransfer, i.ntransfer, i.source)
        for j = -3, 3 do
            local name, value = debug.getlocal(level, j)
            if name then
                print("", j, name, type(value) == "string" and value or math.type(value) or type(value))
            end
        end
        level = level + 1
    end
end
local function f(a, ...)
    local b = a
    show(1)
    return b
end
f("x", "y", "z")
pcall(f, 1)
coroutine.wrap(function() f(2) end)()
table.sort({ 1, 2 }, function() f(3) return false end)
string.gsub("a", "a", f)
print(pcall(debug.getinfo, 1, "X"))
print(debug.getinfo(100))
for line in pairs(debug.getinfo(function() end, "L").activelines) do
    print(line)
end
print(debug.traceback("text", 1))
print(debug.traceback({}) ~= nil, debug.traceback(nil))
print(debug.traceback("level 0", 0))
