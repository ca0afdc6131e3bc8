-- All that a program can find around it: globals, libraries, metatables, the registry.
local function list(title, t)
    local names = {}
    for k, v in pairs(t) do
        names[#names + 1] = type(k) == "string" and ("%s %s"):format(k, type(v)) or type(k) .. " key " .. type(v)
    end
    table.sort(names)
    print(title, #names)
    print(table.concat(names, "\n"))
end
list("_G", _G)
for _, name in ipairs { "coroutine", "debug", "io", "math", "os", "package", "string", "table", "utf8" } do
    list(name, _G[name])
end
list("loaded", package.loaded)
list("registry", debug.getregistry())
list("string metatable", getmetatable(""))
list("file metatable", getmetatable(io.stdout))
print(getmetatable(_G), _VERSION, _ENV == _G)
print(os.setlocale(), os.getenv("NO_SUCH_VARIABLE"))
