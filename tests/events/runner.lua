-- The runner itself: the stock Lua, with the TAP helper and in surroundings of its own.
local t = require "tap"
t.ok(_VERSION == "Lua 5.4", "the stock Lua runs the tables")
t.same({1, {a = 2.0}}, {1, {a = 2.0}}, "tables compare by contents")
t.ok(package.cpath:find("?.so", 1, true), "the built module is on the path")
t.raises("boom", "errors are seen", error, "boom")
t.ok(os.getenv("HOME") == os.getenv("TMPDIR"), "the home folder is a temporary one")
t.done()
