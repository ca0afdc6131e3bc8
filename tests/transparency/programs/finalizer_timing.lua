-- When finalizers run depends on every allocation since the state was made.
local function witness(i)
    return setmetatable({}, { __gc = function() print("gc", i, collectgarbage("count")) end })
end
for i = 1, 300 do
    witness(i)
    local t = {}
    for j = 1, i % 17 * 8 do
        t[j] = "s" .. i .. j
    end
    if i % 50 == 0 then
        print("at", i, collectgarbage("count"))
    end
end
print("end", collectgarbage("count"))
