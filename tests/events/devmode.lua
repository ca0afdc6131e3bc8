-- The development mode in stock Lua: findings are made errors, so that the program itself can look at them.
local t = require "tap"
local devmode = require "xdb.devmode"

local function finding(f, ...)
  local ok, err = pcall(f, ...)
  return not ok and tostring(err):gsub("^.-: ", "", 1) or nil
end

t.same(devmode.enabled(), false, "it is off at first")
t.raises("not enabled", "there is nothing to filter then", devmode.filter, "ignore")
t.raises("not enabled", "and no name to allow", devmode.allow, "x")
t.same(devmode.warn("nobody listens"), nil, "a warning is for nobody")
t.raises("no such action", "a filter that is none", devmode.enable, {filters = {"loud"}})
t.raises("allocators", "a name that is none", devmode.enable, {allocators = true})
t.same(devmode.enabled(), false, "and it is off still")
t.same(devmode.enable {filters = {"error"}, allow = {"mine"}}, true, "enable turns it on")
t.same(devmode.enabled(), true, "and it stays on")
t.same(devmode.enable {filters = {"error"}}, true, "enabling twice does no harm")

-- ---- globals ----
counter = 0
t.same(finding(function() return coutner end), "GlobalWarning: undefined global 'coutner' (did you mean 'counter'?)",
       "a name that is likely to be meant")
t.same(finding(function() return nothing_like_it end), "GlobalWarning: undefined global 'nothing_like_it'",
       "an undefined global")
t.same(finding(function() return mine end), nil, "one that is allowed")
t.same(finding(function() return unpack, jit, loadstring end), nil, "names of other Luas")
t.same(finding(function() if nothing then end return nothing == nil, not nothing, type(nothing) end), nil,
       "to ask is no finding")
t.same(finding(function() return _G.nothing end), nil, "nor is a field of _G")
t.same(finding(function() accident = 1 end), "GlobalWarning: global 'accident' made inside a function",
       "a global made inside of a function")
t.same(rawget(_G, "accident"), nil, "which was not made then")
t.same(finding(function() declared = 1 end), nil, "one that the chunk makes, too")
declared = 2
t.same(finding(function() rawset(_G, "raw", 1) _G.field = 2 end), nil, "what is made on purpose")
t.same({rawget(_G, "raw"), rawget(_G, "field")}, {1, 2}, "is there")
nothing_yet = nil
t.same(finding(function() nothing_yet = 1 end), nil, "one that a main chunk has declared by nil")
t.raises("index is nil", "a key that is nil", function() _G[nil] = 1 end)
t.raises("index is NaN", "a key that is NaN", function() _G[0 / 0] = 1 end)

-- ---- what the program sees ----
t.same(_G.getmetatable(_G), nil, "the globals have no metatable")
t.same(debug.getmetatable(_G), nil, "for debug neither")
t.same(_G.getmetatable("").__index, string, "others have theirs")
for name, f in pairs {open = io.open, close = io.close, exit = os.exit, insert = table.insert} do
  local info = debug.getinfo(f)
  t.same({info.what, info.nups, info.short_src}, {"C", 0, "[C]"}, name .. " looks as always")
end
t.raises("bad argument #1 to 'open' %(string expected, got no value%)", "messages are the same", function() io.open() end)
t.raises("bad argument #1 to 'insert' %(table expected, got nil%)", "in the table library, too",
         function() table.insert(nil, 1) end)

-- ---- resources ----
local f = assert(io.tmpfile())
f:close()
t.same(finding(f.close, f), "ResourceWarning: file closed twice: name='(temporary)' mode='w+'", "a second close")
t.same(finding(io.close, f), "ResourceWarning: file closed twice: name='(temporary)' mode='w+'", "by io.close, too")
do
  local g <close> = assert(io.tmpfile())
  g:close()
end
t.ok(true, "a file that was closed may go out of scope")

-- ---- lists ----
local holes = {}
holes[1], holes[2], holes[4] = 1, 2, 4
t.ok((finding(table.insert, holes, 5) or ""):find("table.insert of a list with holes"), "the length of a list with holes")
t.same(finding(table.insert, holes, 3, 3), nil, "a place that was given")
t.same(finding(table.unpack, {1, 2, nil, nil}), nil, "nothing behind the end")
t.same(finding(table.unpack, holes, 1, 4), nil, "a length that was given")
t.same(finding(table.concat, setmetatable({[1] = "a", [3] = "c"}, {__len = function() return 1 end})), nil,
       "a length of its own")

-- ---- findings of one's own ----
local function old() devmode.warn("old() is deprecated") end
t.same(finding(function() old() end), "DeprecationWarning: old() is deprecated", "warn")
t.same(finding(function() devmode.warn("look", "RuntimeWarning", 1) end), "RuntimeWarning: look", "of any category")
devmode.filter("ignore:DeprecationWarning")
t.same(finding(function() old() end), nil, "filter")
t.same(finding(collectgarbage, "setpause", 200), nil, "what is deprecated, ignored")
devmode.filter("error:DeprecationWarning")
t.ok((finding(collectgarbage, "setpause", 200) or ""):find("DeprecationWarning"), "what is deprecated")
devmode.filter("ignore")
t.done()
