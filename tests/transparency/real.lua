--[[
Programs from the distribution on real inputs: the checker on its own sources, the test runner, the documentation
generator and the library collection. What is not installed is skipped.
]]

local function exists(path)
    local file = io.open(path, "rb")
    return file and file:close()
end

-- Debian keeps luacheck with Lua 5.1's modules; it runs on 5.4 all the same.
local function module_folder(name)
    for _, version in ipairs { "5.4", "5.1" } do
        local folder = "/usr/share/lua/" .. version
        if exists(folder .. "/" .. name) then
            return folder
        end
    end
    return "/usr/share/lua/5.4"
end

local luacheck = module_folder("luacheck/main.lua")
local penlight = module_folder("pl/init.lua")
local check_path = ("export LUA_PATH='%s/?.lua;%s/?/init.lua;;'\n"):format(luacheck, luacheck)
local check = check_path .. "lua /usr/bin/luacheck --no-cache --no-config --no-color "
local luacheck_needs = { "/usr/bin/luacheck", luacheck .. "/luacheck/main.lua" }
local busted_needs = { "/usr/bin/busted" }
local ldoc_needs = { "/usr/bin/ldoc", penlight .. "/pl/init.lua" }
local tree = [[; echo $?; cd "$TMP/doc" && find . -type f | sort | while read -r f; do echo "== $f"; cat "$f"; done]]

local cases = {
    { "luacheck on its own sources", check .. luacheck .. "/luacheck", needs = luacheck_needs },
    { "luacheck with findings", check .. "--formatter plain --codes --ranges --max-line-length 60 " .. luacheck ..
      "/luacheck/[a-f]*.lua", needs = luacheck_needs },
    { "luacheck on standard input", check .. "- <spec/stack_spec.lua", needs = luacheck_needs, tag = "stdin" },
    { "luacheck on what does not exist", check .. "nosuch.lua", needs = luacheck_needs },
    { "luacheck --help", check .. "--help", needs = luacheck_needs },
    { "busted", "lua /usr/bin/busted -o TAP spec", needs = busted_needs },
    { "busted, verbose and sorted", "lua /usr/bin/busted -o TAP --verbose --sort spec; lua /usr/bin/busted --list spec",
      needs = busted_needs },
    { "busted with one tag", "lua /usr/bin/busted -o TAP --tags=tagged spec", needs = busted_needs },
    { "busted without specs", "lua /usr/bin/busted -o TAP nosuch", needs = busted_needs },
    { "ldoc on penlight, the whole tree it writes",
      'lua /usr/bin/ldoc --testing -d "$TMP/doc" ' .. penlight .. "/pl" .. tree, needs = ldoc_needs },
    { "ldoc of one module as text", "lua /usr/bin/ldoc --testing -m pl.stringx", needs = ldoc_needs },
    { "penlight", "lua penlight.lua", needs = { penlight .. "/pl/init.lua" } },
}

return function()
    return { folder = "real", cases = cases }
end
