-- The modules xdb.profile and xdb.pstats, from the stock lua (PRF-020..039, PST-001..031).
local tap = require "tap"
local profile = require "xdb.profile"
local pstats = require "xdb.pstats"

-- A clock that the functions under test turn. (The standard name sorts lines as text: all here have two digits.)

local now = 0
local function timer() return now end
local function tick(n) now = now + n end

-- A stream that keeps what is written.
local function sink()
  local s = {parts = {}}
  function s:write(text) self.parts[#self.parts + 1] = text return self end
  function s:text() return table.concat(self.parts) end
  return s
end

local function report(p, method, ...)
  local out = sink()
  local s = pstats.Stats{p, stream = out}
  s:strip_dirs():sort_stats("stdname")
  s[method or "print_stats"](s, ...)
  return out:text()
end

local function leaf() tick(5) end
local function rec(n) tick(1) if n > 0 then rec(n - 1) end end
local function work() leaf() rec(2) leaf() tick(10) rec(0) end
local here = debug.getinfo(1, "S").source:match("[^/]+$")
local function at(f) return here .. ":" .. debug.getinfo(f, "S").linedefined end

-- ---- exact reports with a timer of one's own (PRF-037)

local p = profile.Profile(timer)
p:runcall(work)
tap.same(report(p), ([[
         14 function calls (12 primitive calls) in 24.000 seconds

   Ordered by: standard name

   ncalls  tottime  percall  cumtime  percall filename:lineno(function)
        7   24.000    3.429   24.000    3.429 TICK(tick)
        2    0.000    0.000   10.000    5.000 LEAF(leaf)
      4/2    0.000    0.000    4.000    2.000 REC(rec)
        1    0.000    0.000   24.000   24.000 WORK(work)


]]):gsub("%u%u%u%u?", {TICK = at(tick), LEAF = at(leaf), REC = at(rec), WORK = at(work)}), "print_stats")

local width = #at(leaf) + #"(leaf)" + 2
local function pad(s) return s .. (" "):rep(width - #s) end
tap.same(report(p, "print_callers", "leaf|rec"), "   Ordered by: standard name\n"
  .. "   List reduced from 4 to 2 due to restriction <'leaf|rec'>\n\n"
  .. pad("Function ") .. "was called by...\n" .. (" "):rep(width) .. "    ncalls  tottime  cumtime\n"
  .. pad(at(leaf) .. "(leaf)") .. "<-       2    0.000   10.000  " .. at(work) .. "(work)\n"
  .. pad(at(rec) .. "(rec)") .. "<-     2/1    0.000    2.000  " .. at(rec) .. "(rec)\n"
  .. (" "):rep(width + 1) .. "        2    0.000    4.000  " .. at(work) .. "(work)\n\n\n", "print_callers")
tap.ok(report(p, "print_callees", "work"):find("        2    0.000   10.000  " .. at(leaf) .. "(leaf)", 1, true),
  "print_callees")
tap.ok(report(p, "print_callees", "tick"):find("(tick)  -> \n", 1, true), "a function that calls nothing keeps its row")

-- ---- results are passed on

tap.same({p:runcall(function(...) return select("#", ...), ... end, nil, 2, nil)}, {3, nil, 2, nil}, "runcall passes on all")
tap.raises("^oops$", "runcall passes an error on", p.runcall, p, error, "oops", 0)
local co = coroutine.wrap(function() return p:runcall(function() return coroutine.yield(1) + 1 end) end)
tap.same({co(), co(41)}, {1, 42}, "the function may yield")

-- ---- enabling

p = profile.Profile()
tap.ok(p:enable() == p, "enable returns the profiler")
local other = profile.Profile()
tap.raises("^.*Another profiling tool is already active$", "a second one is refused", other.enable, other)
p:enable()
leaf()
p:disable()
leaf()
p:disable()
tap.same(pstats.Stats(p):get_stats_profile().func_profiles.leaf.ncalls, "1", "only what is between enable and disable")
tap.ok(not report(p):find("disable"), "disable itself is not shown")
do
  local scope <close> = other:enable()
  leaf()
end
leaf()
tap.same(pstats.Stats(other):get_stats_profile().func_profiles.leaf.ncalls, "1", "a to-be-closed profiler")
other:clear()
tap.same(pstats.Stats(other).total_calls, 0, "clear")
p = profile.Profile{builtins = false, subcalls = false}
p:runcall(function() leaf() string.rep("x", 2) end)
tap.ok(not report(p):find("{"), "builtins = false")
tap.ok(not report(p, "print_callers"):find("ncalls"), "subcalls = false")
tap.raises("unexpected argument 'x'", "an unknown name is refused", profile.Profile, {x = 1})
p = profile.Profile(function() return now // 1 end, 0.001)
p:runcall(leaf)
tap.same(pstats.Stats(p).total_tt, 0.005, "timeunit")
p.bias = 0.001
tap.same(p.bias, 0.001, "bias can be set")
tap.ok(pstats.Stats(p).total_tt < 0.005, "bias is taken off")

-- ---- samples

p = profile.Profile{rate = 1000}
p:runcall(function() for _ = 1, 100 do leaf() end end)
tap.ok(report(p):find("%d samples in "), "a sampling profiler tells samples")
tap.raises("samples take no timer", "samples take no timer", profile.Profile, {rate = 1, timer = timer})
tap.raises("no rate of samples", "a rate must make sense", profile.Profile, {rate = -1})

-- ---- timers that misbehave (PRF-028)

local function warnings(timer_function)
  local file = os.tmpname()
  local code = ("warn('@on') local p = require('xdb.profile').Profile(%s) p:runcall(function() end) print('went on')"):format(timer_function)
  local f = assert(io.popen(("'%s' -e \"%s\" 2>&1"):format(os.getenv("XDB_LUA") or "lua5.4", code)))
  local text = f:read("a")
  f:close()
  os.remove(file)
  return text
end
tap.ok(warnings("function() error('x', 0) end"):find("the profiler's timer failed: x.*went on"), "a timer that raises")
tap.ok(warnings("function() return {} end"):find("gave no number.*went on"), "a timer that gives no number")
tap.ok(warnings("function() return 0/0 end"):find("gave no number.*went on"), "a timer that gives no time")
local again
again = profile.Profile(function() again:disable() return 1 end)
warn("@off")
tap.ok(pcall(again.runcall, again, leaf), "a timer that disables its profiler")
local ticks = 0
p = profile.Profile(function() coroutine.wrap(function() ticks = ticks + 1 end)() return ticks end)
p:runcall(math.abs, 1)
tap.same(pstats.Stats(p).total_calls, 1, "coroutines of a timer are not the program's")
p = profile.Profile(function() ticks = ticks + 1 return ticks % 2 == 0 and 1 << 61 or -(1 << 61) end, 1)
p:runcall(function() for _ = 1, 20 do leaf() end end)
tap.same(pstats.Stats(p).total_calls, 41, "a timer that leaps as far as numbers go")

-- ---- finalizers called by hand

p = profile.Profile(function()
  ticks = ticks + 1
  getmetatable(p).__gc(p)
  return ticks
end)
tap.same(p:runcall(function() getmetatable(p).__gc(p) leaf() return 7 end), 7, "only the collector ends a profiler that runs")
tap.same(pstats.Stats(p):get_stats_profile().func_profiles.leaf.ncalls, "1", "it goes on behind a finalizer called by hand")

-- ---- run, runctx

local function captured(f)
  local out, old = sink(), io.stdout
  io.stdout = out
  local ok, err = pcall(f)
  io.stdout = old
  return out:text(), ok, err
end
function GLOBAL() tick(1) end
local text = captured(function() profile.run("GLOBAL() GLOBAL()") end)
tap.ok(text:find("Ordered by: standard name", 1, true) and text:find("        2 .*%(GLOBAL%)"), "run prints a report")
text = captured(function() profile.run("GLOBAL()", nil, {"tottime", "stdname"}) end)
tap.ok(text:find("Ordered by: internal time, standard name", 1, true), "run takes several keys (PRF-022)")
text = captured(function() profile.runctx("f(x)", {f = GLOBAL}, {x = 1}) end)
tap.ok(text:find("%(GLOBAL%)"), "runctx")
local ok, err
text, ok, err = captured(function() profile.run("error('bad', 0)") end)
tap.ok(not ok and err == "bad" and text:find("function calls"), "an error is passed on, after the report")
GLOBAL = nil

-- ---- files

local name = os.tmpname()
p = profile.Profile(timer)
p:runcall(work)
tap.ok(p:dump_stats(name) == p, "dump_stats")
local loaded = pstats.Stats(name)
tap.same(loaded:get_stats_profile(), pstats.Stats(p):get_stats_profile(), "loading gives equal data (PST-007)")
tap.same(pstats.Stats(name, name).total_calls, 28, "several files are merged")
tap.same(pstats.Stats(p):add(name, p).prim_calls, 36, "add")
local out = sink()
pstats.Stats{name, name, stream = out}:print_stats(0)
tap.same(select(2, out:text():gsub("%d%d%d%d    " .. name .. "\n", "")), 2, "a heading for each file (PST-002)")
tap.ok(out:text():find("in 48.000 seconds\n\n$"), "an empty list has no table")
tap.ok(pstats.Stats(name):dump_stats("/nowhere/x") == nil, "dump_stats that fails gives nil")
tap.same({pstats.Stats("nosuch.prof")}, {nil, "cannot read nosuch.prof: No such file or directory"}, "a missing file")
tap.raises("Cannot create or construct a Stats object from 42", "what is no source", pstats.Stats, 42)
io.open(name, "w"):write("{}"):close()
tap.ok(select(2, pstats.Stats(name)):find(name, 1, true), "a file of another kind is named")
os.remove(name)

-- ---- order (PST-008..014)

local function order(...)
  local o = sink()
  pstats.Stats{p, stream = o}:sort_stats(...):print_stats()
  return o:text():match("   Ordered by: ([^\n]*)") or o:text():match("   (Random[^\n]*)")
end
local meanings = {calls = "call count", ncalls = "call count", cumtime = "cumulative time", cumulative = "cumulative time",
  filename = "file name", line = "line number", module = "file name", name = "function name", nfl = "name/file/line",
  pcalls = "primitive call count", stdname = "standard name", time = "internal time", tottime = "internal time"}
for key, meaning in pairs(meanings) do tap.same(order(key), meaning, "key " .. key) end
for _, key in ipairs{"f", "fi", "fil", "file", "ca", "l", "m", "na", "nf", "p", "s", "ti", "to"} do
  tap.ok(pcall(order, key), "a beginning: " .. key)
end
for _, key in ipairs{"bogus", "n", "t", "c", "cum", ""} do tap.raises("no sort key '" .. key .. "'", "no key: " .. key, order, key) end
tap.same({order(-1), order(0), order(1), order(2)}, {"standard name", "call count", "internal time", "cumulative time"}, "numbers")
tap.raises("no sort key 5", "no such number", order, 5)
tap.raises("Can't have mixed argument type", "mixed arguments", order, "calls", 1)
tap.same(order(pstats.SortKey.TIME, pstats.SortKey.NFL), "internal time, name/file/line", "SortKey")
tap.same(order(), "Random listing order was used", "no key")
local names = {}
for _, f in ipairs(p:getstats()) do names[#names + 1] = f.name .. " " .. f.callcount .. " " .. f.reccallcount end
tap.same(names, {"work 1 0", "leaf 2 0", "tick 7 0", "rec 4 2"}, "getstats")

-- ---- restrictions (PST-016, 020, 021)

local function reduced(...)
  local lines = {}
  for line in report(p, nil, ...):gmatch("   (List[^\n]*)") do lines[#lines + 1] = line end
  return lines
end
tap.same(reduced(3), {"List reduced from 4 to 3 due to restriction <3>"}, "a count")
tap.same(reduced(.5, "leaf"), {"List reduced from 4 to 2 due to restriction <0.5>",
  "List reduced from 2 to 1 due to restriction <'leaf'>"}, "a fraction, then a pattern")
tap.same(reduced(10, -1, 1.5, 1.0), {}, "out of range there is no effect")
tap.ok(report(p, nil, "["):find("\n   <Invalid regular expression '%['>\n"), "no regular expression")
local reversed = report(p, nil, "leaf|tick")
local o = sink()
pstats.Stats{p, stream = o}:strip_dirs():sort_stats("stdname"):reverse_order():print_stats("leaf|tick")
tap.ok(reversed:find("tick.*leaf") and o:text():find("leaf.*tick"), "reverse_order")

-- ---- values, calibration

local values = pstats.Stats(p):get_stats_profile()
tap.same(values.total_tt, 24.0, "total_tt")
tap.same(values.func_profiles.rec.ncalls, "4/2", "calls as text")
tap.same({values.func_profiles.leaf.cumtime, values.func_profiles.leaf.percall_cumtime}, {10.0, 5.0}, "rounded times")
tap.ok(profile.calibrate(20000) > 0, "calibrate gives the cost of an event")
tap.raises("calls must be from 1", "calibrate checks its argument", profile.calibrate, 0)
local told, old_print = nil, print
print = function(text) told = text end
profile.calibrate(20000, true)
print = old_print
tap.ok(told:match("^elapsed time without profiling = .*\nmean overhead per event = %S+$") and select(2, told:gsub("\n", "")) == 4,
  "calibrate tells its calculation in five lines")
tap.done()
