-- Breakpoints while a program runs: what CPython's test_bdb asserts (BDB-016, 022..028, 062, 083, 090..098, 113).
local driver = require "bdb_driver"
local bdb = require "xdb.bdb"
local t = require "tap"
local session = driver.session

local loop = [[
local function f(a)
  local b = a + 1
  return b
end
local function main()
  for i = 1, 3 do
    f(i)
  end
  f(10)
end
return main
]]

session {
  "a temporary breakpoint stops once", call = true, program = loop,
  {"line 6 main", "tbreak 2", "continue"},
  {"line 2 f", "continue", hits = {[1] = "Breakpoint 1 already deleted"}, cleared = {1}},
}
session {
  "the next temporary breakpoint on a line is used up by the next hit", call = true, program = loop,
  {"line 6 main", "tbreak 2", "tbreak 2", "continue"},
  {"line 2 f", "continue", cleared = {1}},
  {"line 2 f", "break 9", "continue", cleared = {2}},
  {"line 9 main", "quit", hits = {[3] = 1}},
}
session {
  "a disabled temporary breakpoint stays", call = true, program = loop,
  {"line 6 main", "tbreak 2", "disable 1", "break 3", "continue"},
  {"line 3 f", "enable 1", "disable 2", "continue", hits = {[1] = 0, [2] = 1}},
  {"line 2 f", "disable 2", "continue", hits = {[2] = 1}, cleared = {1}},
}
session {
  "a condition; its hits count every crossing", call = true, program = loop,
  {"line 6 main", "break 2 if a == 2", "continue"},
  {"line 2 f", "continue", hits = {[1] = 2}},
}
session {
  "hits are counted although the condition never holds", call = true, program = loop,
  {"line 6 main", "break 2 if a == 77", "break 9", "continue"},
  {"line 9 main", "quit", hits = {[1] = 3, [2] = 1}},
}
session {
  "a condition that fails stops; a temporary one survives it", call = true, program = loop,
  {"line 6 main", "tbreak 2 if a.x.y", "ignore 1 5", "continue"},
  {"line 2 f", "continue", hits = {[1] = 1}},
  {"line 2 f", "delete 1", "continue", hits = {[1] = 2}},
}
session {
  "an ignore count lets crossings pass", call = true, program = loop,
  {"line 6 main", "break 2", "ignore 1 1", "continue"},
  {"line 2 f", "delete 1", "continue", hits = {[1] = 2}},
}
session {
  "an ignore count goes down only when the condition holds", call = true, program = loop,
  {"line 6 main", "break 2 if a > 1", "ignore 1 1", "continue"},
  {"line 2 f", "eval assert(a == 3)", "quit", hits = {[1] = 3}},
}
session {
  "the ignore count of a disabled breakpoint is not used up", call = true, program = loop,
  {"line 6 main", "break 2", "ignore 1 1", "disable 1", "break 3", "continue"},
  {"line 3 f", "enable 1", "disable 2", "continue", hits = {[1] = 0, [2] = 1}},
  {"line 2 f", "eval assert(a == 3)", "quit", hits = {[1] = 2}},
}
session {
  "two on a line: the second stops while the first is disabled", call = true, program = loop,
  {"line 6 main", "break 2", "break 2", "disable 1", "continue"},
  {"line 2 f", "enable 1", "continue", hits = {[1] = 0, [2] = 1}},
  {"line 2 f", "quit", hits = {[1] = 1, [2] = 1}},
}
session {
  "two on a line: the second stops while the first is ignored", call = true, program = loop,
  {"line 6 main", "break 2", "break 2", "ignore 1 1", "continue"},
  {"line 2 f", "continue", hits = {[1] = 1, [2] = 1}},
  {"line 2 f", "quit", hits = {[1] = 2, [2] = 1}},
}
session {
  "clear takes both of a line, and leaves other lines", call = true, program = loop,
  {"line 6 main", "break 2", "break 2", "break 3", "break 9", "continue"},
  {"line 2 f", "clear 2", "continue"},
  {"line 3 f", "clear 3", "continue"},
  {"line 9 main", "quit"},
}
session {
  "a breakpoint set in a live frame stops in that very call", call = true, program = loop,
  {"line 6 main", "next"},
  {"line 7 main", "step"},
  {"call 1 f", "up", "break 9", "continue"},
  {"line 9 main", "quit"},
}
session {
  "a breakpoint in a caller stops after its callee was stepped in", call = true, program = [[
local function g()
  return 1
end
local function main()
  local x = g()
  x = x + 1
  return x
end
return main
]],
  {"line 5 main", "step"},
  {"call 1 g", "break 6", "continue"},
  {"line 6 main", "quit"},
}
session {
  "a breakpoint on the current line stops when it is met again", call = true, program = loop,
  {"line 6 main", "next"},
  {"line 7 main", "break 7", "continue"},
  {"line 7 main", "continue", hits = {[1] = 1}},
  {"line 7 main", "quit", hits = {[1] = 2}},
}
session {
  "a step onto a line with a breakpoint stops once and counts nothing", call = true, program = loop,
  {"line 6 main", "break 7", "step"},
  {"line 7 main", "next", hits = {[1] = 0}},
  {"line 6 main", "quit"},
}
session {
  "a function's breakpoint stops at its first line", call = true, program = loop,
  {"line 6 main", "break f if a == 3", "continue"},
  {"line 2 f", "eval assert(a == 3)", "quit", hits = {[1] = 3}},
}
session {
  "a breakpoint on the line of a function's header does not stop where the function is made",
  breaks = {"break 2"}, program = [[
local x = 1
local function f()
  x = x + 1
end
f()
return x
]], results = {2},
  {"line 1 <main>", "continue"},
  {"line 3 f", "continue"},
}
session {
  "methods are found by their names", program = [[
local M = {}
function M.f() return 1 end
function M:g()
  return self.f() + 1
end
local t = {h = function()
  return M:g()
end}
return t.h()
]], results = {2}, breaks = {"break M.f", "break M:g", "break h"},
  {"line 1 <main>", "continue"},
  {"line 7 h", "continue"},
  {"line 4 M:g", "continue"},
  {"line 2 M.f", "continue"},
}
session {
  "a function that does not exist yet: pending until its chunk is loaded",
  modules = {later = "local L = {}\nfunction L.go(x)\n  return x\nend\nreturn L\n"},
  program = [[
local L = require "later"
return L.go(1)
]], results = {1}, breaks = {"break L.go"},
  {"line 1 <main>", "continue"},
  {"line later.lua:3 L.go", "continue", hits = {[1] = 1}},
}
session {
  "a file that is not loaded yet",
  modules = {other = "local x = 1\nlocal y = 2\nreturn x + y\n"},
  program = [[
return (require "other")
]], results = {3}, breaks = {"break other.lua:2"},
  {"line 1 <main>", "continue"},
  {"line other.lua:2 <main>", "continue"},
}
session {
  "require is one next", program = [[
local m = require "moda"
m = m + 1
]], modules = {moda = "local a = 1\nreturn a\n"},
  {"line 1 <main>", "next"},
  {"line 2 <main>", "next"},
  {"return 2 <main> ->", "next"},
}

-- skip (BDB-113): a module's frames are not shown, what it calls back is
local skipped = {skipmod = [[
local S = {}
function S.call(f)
  local x = 3
  f(x)
  return x
end
return S
]]}
local uses_skipped = [[
local S = require "skipmod"
local function main()
  S.call(function(x)
    lno = x
  end)
  lno = 6
end
return main
]]
session {
  "stepping passes over a skipped module", call = true, skip = {"skipm*"}, modules = skipped,
  program = (uses_skipped:gsub("    lno = x\n", "\n")),
  {"line 3 main", "step"},
  {"line 5 main", "step"},
  {"line 3 main", "step"},
  {"call 3 f", "return"},
  {"return 5 f ->", "step"},
  {"line 6 main", "step"},
  {"line 7 main", "step"},
  {"return 7 main ->", "step"},
}
session {
  "a function that a skipped module calls back is shown", call = true, skip = {"skipmod"}, modules = skipped,
  program = uses_skipped,
  {"line 3 main", "step"},
  {"line 5 main", "step"},
  {"line 3 main", "step"},
  {"call 3 f", "step"},
  {"line 4 f", "step"},
  {"line 5 f", "step"},
  {"return 5 f ->", "step"},
  {"line 6 main", "quit"},
}

-- ---- what needs no running program -----------------------------------------------------------------

local Tracer = driver.Tracer
local function write_file(name, text)
  local f <close> = assert(io.open(name, "w"))
  f:write(text)
end
write_file("six.lua", "x = 1\nx = 2\nx = 3\nx = 4\nx = 5\nx = 6\n")
bdb.Breakpoint.clearBreakpoints()

local b = Tracer {}
local six = b:canonic("six.lua")
t.same(b:set_break("nofile.lua", 1), "Line " .. b:canonic("nofile.lua") .. ":1 does not exist",
       "a breakpoint in a file that does not exist is refused")
t.same(b:set_break("six.lua", 7), "Line " .. six .. ":7 does not exist", "and after the last statement")
t.same(b:set_break("six.lua", 0), "Line " .. six .. ":0 does not exist", "and at line 0")
t.same(b:set_break("six.lua", 1, false, "a ="), "Invalid condition a =: <eof> expected near '='",
       "and with a condition that does not compile")
t.raises("a file is expected", "and without file and function", b.set_break, b)
t.same(bdb.Breakpoint.bpbynumber, {}, "what is refused takes no number")

t.same({b:set_break(nil, 5, false, nil, "nobody")}, {nil, b:get_bpbynumber(1)}, "a line without a file means nothing")
t.ok(b:get_bpbynumber(1).pending, "the breakpoint waits for its function")

bdb.Breakpoint.clearBreakpoints()
local db1 = Tracer {}
db1:set_break("six.lua", 1)
t.same(db1:get_all_breaks(), {[six] = {1}}, "a debugger knows its own breakpoint")
local db2 = Tracer {}
db2:set_break("six.lua", 2)
db2:set_break("six.lua", 3)
db2:set_break("six.lua", 4)
t.same(db1:get_all_breaks(), {[six] = {1}}, "an older debugger does not see a newer one's")
t.same(db2:get_all_breaks(), {[six] = {1, 2, 3, 4}}, "a newer one sees those that were there")
db2:clear_break("six.lua", 1)
t.same(db1:get_all_breaks(), {[six] = {1}}, "nor does it see that one was cleared")
t.same(db2:get_all_breaks(), {[six] = {2, 3, 4}}, "who cleared it does")
local db3 = Tracer {}
t.same(db3:get_all_breaks(), {[six] = {2, 3, 4}}, "and who comes later")
db2:clear_break("six.lua", 2)
t.same({db1:get_all_breaks(), db2:get_all_breaks(), db3:get_all_breaks()},
       {{[six] = {1}}, {[six] = {3, 4}}, {[six] = {2, 3, 4}}}, "each keeps its own map")
local db4 = Tracer {}
db4:set_break("six.lua", 5)
t.same({db1:get_all_breaks(), db2:get_all_breaks(), db3:get_all_breaks(), db4:get_all_breaks()},
       {{[six] = {1}}, {[six] = {3, 4}}, {[six] = {2, 3, 4}}, {[six] = {3, 4, 5}}}, "a fourth, too")
bdb.Breakpoint.clearBreakpoints()
local db5 = Tracer {}
db5:set_break("six.lua", 6)
t.same({db1:get_all_breaks(), db2:get_all_breaks(), db3:get_all_breaks(), db4:get_all_breaks(), db5:get_all_breaks()},
       {{[six] = {1}}, {[six] = {3, 4}}, {[six] = {2, 3, 4}}, {[six] = {3, 4, 5}}, {[six] = {6}}},
       "after clearBreakpoints the next one begins anew")
t.same(db5:get_bpbynumber(1).line, 6, "and so do the numbers")

-- A breakpoint of another debugger does not stop this one.
local function lines_seen(debugger)
  local seen = {}
  local Seen = bdb.Bdb:subclass()
  function Seen:user_line(f) seen[#seen + 1] = f.line self:set_continue() end
  local d = Seen()
  debugger(d)
  d:run(loadfile("six.lua"))
  return seen
end
bdb.Breakpoint.clearBreakpoints()
t.same(lines_seen(function() Tracer {}:set_break("six.lua", 4) end), {1},
       "a breakpoint that another debugger sets later does not stop this one")
bdb.Breakpoint.clearBreakpoints()
Tracer {}:set_break("six.lua", 4)
t.same(lines_seen(function() end), {1, 4}, "one that was there does")
t.same(lines_seen(function(d) d:set_break("six.lua", 5) end), {1, 4, 5}, "and its own")

driver.done()
