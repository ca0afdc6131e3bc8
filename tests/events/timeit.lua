-- The Lua module xdb.timeit, with a timer that only the timed code turns and with the real one.
local t = require "tap"
local timeit = require "xdb.timeit"

now = 0
function tick(n) now = now + (n or 1) end
local function timer() return now end

-- ---- functions ----
t.same(timeit.timeit("tick()", "tick(100)", timer, 10), 10.0, "timeit(stmt, setup, timer, number)")
t.same(timeit.timeit {stmt = "tick()", timer = timer, number = 3}, 3.0, "timeit{...} by name")
t.same(timeit["repeat"]("tick()", nil, timer, 3, 4), {4.0, 4.0, 4.0}, "repeat(stmt, setup, timer, repeat, number)")
t.same(timeit.repeat_ {stmt = tick, timer = timer, ["repeat"] = 2, number = 5}, {5.0, 5.0}, "repeat by name, of a function")
t.same(#timeit.repeat_("", "", nil, nil, 1), 5, "five times unless told otherwise")
t.same({timeit.default_number, timeit.default_repeat, timeit.default_target_time}, {1000000, 5, 0.2}, "the defaults are told")
loops = 0
timeit.timeit("loops = loops + 1")
t.same(loops, 1000000, "a million loops unless told otherwise")
t.ok(timeit.default_timer() <= timeit.default_timer() and math.type(timeit.default_timer()) == "float",
     "default_timer() is a float that does not go back")
t.ok(timeit.timeit("for i = 1, 100 do end", "", nil, 1000) > 0, "the real clock moves")
t.ok(timeit.timeit("", "", os.clock, 10) >= 0, "os.clock is a timer")
t.same(timeit.timeit("x = y; tick()", nil, timer, 2, {y = 1, tick = tick}), 2.0, "globals are the code's _ENV")
t.same(rawget(_G, "x"), nil, "and not the program's")

-- ---- Timer ----
local timer_object = timeit.Timer("tick(); n = n + 1", "n = 0", timer)
t.same(timer_object:timeit(7), 7.0, "Timer:timeit")
t.same(n, 7, "the statement ran so often")
t.same(timer_object:timeit(0), 0.0, "no loops at all")
t.same(timer_object:repeat_(2, 3), {3.0, 3.0}, "Timer:repeat_")
t.same(timer_object["repeat"](timer_object, 1, 3), {3.0}, "Timer['repeat']")
t.same(timer_object:repeat_(0, 3), {}, "no runs")
t.same(timer_object:timeit {number = 2}, 2.0, "a method's arguments by name")
t.ok(timer_object.src:find("tick(); n = n + 1\n", 1, true), "Timer.src has the statement")
t.same(timer_object.nothing, nil, "an unknown field is nil")

local tries = {}
local number, seconds = timer_object:autorange(function(...) tries[#tries + 1] = {...} end, 10)
t.same({number, seconds}, {10, 10.0}, "autorange gives the number and the time")
t.same(tries, {{1, 1.0}, {2, 2.0}, {5, 5.0}, {10, 10.0}}, "and tells each try")
t.same(timeit.Timer {stmt = "tick()", timer = timer, target_time = 45}:autorange(), 50, "a timer's own target_time")
t.raises("mine", "an error in the callback comes out", timer_object.autorange, timer_object, function() error "mine" end)

-- ---- callables ----
local callable = setmetatable({}, {__call = function() tick(2) end})
for _, stmt in ipairs {"tick(2)", function() tick(2) end, callable} do
  for _, setup in ipairs {"tick(9)", function() tick(9) end, callable} do
    t.same(timeit.timeit(stmt, setup, timer, 3), 6.0, type(stmt) .. " with a " .. type(setup) .. " as setup")
  end
end

-- ---- misuse ----
t.raises("^stmt is neither a string nor callable$", "a statement of the wrong type", timeit.Timer, 1)
t.raises("^setup is neither a string nor callable$", "a setup of the wrong type", timeit.Timer, "", false)
t.raises("^timer is not callable$", "a timer of the wrong type", timeit.Timer, "", "", 1)
t.raises("^globals must be a table$", "globals of the wrong type", timeit.Timer, "", "", nil, 1)
t.raises("number must be an integer", "a number of the wrong type", timeit.timeit, "", "", nil, "12")
t.raises("number must be an integer", "a broken number", timeit.timeit, "", "", nil, 1.5)
t.raises("must not be negative", "a negative number", timeit.timeit, "", "", nil, -1)
t.raises("unexpected argument 'nr'", "an unknown name", timeit.timeit, {nr = 1})
t.raises("too many arguments", "too many arguments", timeit.Timer, "", "", nil, nil, 1)
t.raises("target_time must be positive", "no time to aim at", timer_object.autorange, timer_object, nil, 0)
t.raises("Timer expected", "a method of something else", timer_object.timeit, io.stdout)
t.raises("^statement:1:5: unexpected symbol near '='$", "a statement that does not compile", timeit.Timer, "x = = 1")
t.raises("^setup:2:1: 'return' outside a function$", "a setup that returns", timeit.Timer, "", "x = 1\nreturn")

-- ---- errors of the timed code ----
local value = setmetatable({}, {__tostring = function() return "mine" end})
local failing = timeit.Timer(function() error(value) end)
t.same({failing:print_exc(io.stdout)}, {nil, "the timed code has raised no error"}, "no error, no traceback")
local ok, got = pcall(failing.timeit, failing, 1)
t.ok(not ok and got == value, "an error comes out as it was raised")
local written = {}
local file = {write = function(_, text) written[#written + 1] = text end}
failing:print_exc(file)
t.ok(written[1]:find("^mine\nstack traceback:\n"), "print_exc writes a traceback", written[1])
failing = timeit.Timer("local y = nothing.x", "local a")
pcall(failing.timeit, failing)
failing:print_exc(file)
t.ok(written[2]:find("^<timeit%-src>:5: attempt to index a nil value %(global 'nothing'%)\nstack traceback:\n"
  .. "\t<timeit%-src>:5: [^\n]*\n\t    local y = nothing.x\n"), "with the lines of the source", written[2])
t.raises("attempt to yield", "a statement that yields", coroutine.wrap(function() timeit.timeit "coroutine.yield()" end))

-- ---- the collector ----
for _, way in ipairs {"incremental", "generational"} do
  collectgarbage(way)
  pcall(timeit.timeit, "off = not collectgarbage('isrunning'); error()", "collectgarbage('incremental', 1, 1)")
  t.ok(off, "the collector stands still, " .. way)
  t.same(collectgarbage(way), way, "its mode is put back after an error, " .. way)
  t.ok(collectgarbage "isrunning", "and it runs again, " .. way)
end
timeit.timeit("on = collectgarbage('isrunning')", "collectgarbage('restart')", nil, 1)
t.ok(on, "the setup can restart it")
timeit.timeit {stmt = "with = collectgarbage('isrunning')", gc = true, number = 1}
t.ok(with, "gc = true leaves it on")
collectgarbage "stop"
timeit.timeit("", "collectgarbage('restart')", nil, 1)
t.ok(not collectgarbage "isrunning", "a stopped collector stays stopped")
collectgarbage "restart"

-- ---- memory and statistics ----
local memory = timeit.Timer("local t = {{}}"):memory(10)
t.same({memory.objects, memory.loops, memory.least_bytes == memory.most_bytes}, {2.0, 10, true}, "memory counts")
local counter = timeit.Timer()
t.raises("must be 1 or more", "memory of no loops", counter.memory, counter, 0)
t.raises("must be smaller", "memory of all loops there are", counter.memory, counter, math.maxinteger)
local s = timeit.stats {3, 1, 2, 2.5}
t.same({s.least, s.greatest, s.median, s.count, s.outliers}, {1.0, 3.0, 2.25, 4, 0}, "stats")
t.same({timeit.compare({1, 1, 1, 1, 1, 1, 1, 1}, {2, 2, 2, 2, 2, 2, 2, 2})}, {2.0, 2.0, 2.0}, "compare")
t.raises("equally long", "compare of unequal lists", timeit.compare, {1}, {})
t.raises("no values", "stats of nothing", timeit.stats, {})
t.raises("value 2 is not a number", "stats of what are no numbers", timeit.stats, {1, "x"})

-- A timer in a cycle with its own statement goes away.
local gone = setmetatable({}, {__mode = "k"})
do
  local self
  local object = timeit.Timer(function() return self end)
  self = object
  gone[object] = true
  object:timeit(1)
end
collectgarbage()
collectgarbage()
t.same(next(gone), nil, "a timer in a cycle is collected")
t.done()
