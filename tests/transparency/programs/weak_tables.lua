local weak = setmetatable({}, { __mode = "v" })
local ephemeron = setmetatable({}, { __mode = "k" })
for i = 1, 10 do
    weak[i] = {}
    local k = {}
    ephemeron[k] = { k }
end
collectgarbage()
print(next(weak), next(ephemeron))
local saved
do
    setmetatable({ name = "lazarus" }, { __gc = function(o) saved = o end })
end
collectgarbage()
print(saved and saved.name)
setmetatable(saved, nil)
