-- The Lua module xdb.trace: classes Trace and CoverageResults.
local t = require "tap"
local trace = require "xdb.trace"

local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir " .. folder))
local function write(name, text)
  local path = folder .. "/" .. name
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end
local function read(path)
  local file = assert(io.open(path))
  local text = file:read "a"
  file:close()
  return text
end
-- What f(...) prints from C or Lua: stdout is the test's own, so the rest is run in a process of its own.
local function printed(text)
  local lua = os.getenv "XDB_LUA" or "lua5.4"
  local preload = os.getenv "XDB_LUA_PRELOAD"
  local script = write("script.lua", text)
  local pipe = assert(io.popen((preload and "LD_PRELOAD=" .. preload .. " " or "") .. lua .. " " .. script .. " 2>&1"))
  local out = pipe:read "a"
  pipe:close()
  return (out:gsub(folder:gsub("%p", "%%%0"), "FOLDER"))
end

local work = write("work.lua", [[
local M = {}
function M.double(x)
  if x > 100 then
    return 0
  end
  return x * 2
end
function M.each(n)
  local sum = 0
  for i = 1, n do
    sum = sum + M.double(i)
  end
  return sum
end
function M.fail()
  error "mine"
end
return M
]])
local M = dofile(work)

-- ---- counting ----
local counter = trace.Trace {count = true, trace = false}
t.same(table.pack(counter:runfunc(M.each, 3)), {12, n = 1}, "runfunc gives the results")
local results = counter:results()
t.same(results.counts[work], {[3] = 3, [6] = 3, [9] = 1, [10] = 4, [11] = 3, [13] = 1}, "counts by file and line")
counter:runfunc(M.each, 1)
t.same(counter:results().counts[work][10], 6, "results do not reset")
t.same(results.counts[work][10], 4, "and are what was then")
t.same(results.calledfuncs, {}, "nothing of functions")
t.raises("mine", "an error comes out", counter.runfunc, counter, M.fail)
M.each(5)
t.same(counter:results().counts[work][10], 6, "and ends the tracing")
t.same(counter:results().counts[work][16], 1, "what ran before it is counted")
t.raises("value expected", "runfunc needs a function", counter.runfunc, counter)

-- ---- run, runctx ----
local ctx = trace.Trace {trace = false}
ctx:runctx("out = dofile(path).each(2)", {dofile = dofile}, setmetatable({path = work}, nil))
t.same(ctx:results().counts[work][11], 2, "runctx finds names in locals and globals")
ran = nil
t.same(ctx:run("ran = true") == ctx, true, "run gives the trace")
t.same(ran, true, "and runs in the program's globals")
t.raises("unexpected symbol", "a text that does not compile", ctx.run, ctx, ")")

-- ---- coroutines ----
local co_trace = trace.Trace {trace = false}
local co = coroutine.wrap(function() coroutine.yield(M.double(1)) return M.double(2) end)
co_trace:start()
co()
co()
co_trace:stop()
t.same(co_trace:results().counts[work][6], 2, "coroutines are traced, also those made before")
local again = coroutine.wrap(function() return counter:runfunc(function() return coroutine.yield(1) end) end)
t.same({again(), again(7)}, {1, 7}, "what is traced may yield")

-- ---- functions and callers ----
local funcs = trace.Trace {countfuncs = true}
funcs:runfunc(M.each, 2)
t.same(funcs:results().calledfuncs, {
  {filename = work, modulename = "work", funcname = "M.double"},
  {filename = work, modulename = "work", funcname = "M.each"},
}, "calledfuncs")
local callers = trace.Trace {countcallers = true, countfuncs = true}
callers:runfunc(M.each, 2)
local double = {filename = work, modulename = "work", funcname = "M.double"}
local each = {filename = work, modulename = "work", funcname = "M.each"}
local pairs_found = callers:results().callers
t.same(#pairs_found, 2, "callers go before functions")
local caller_of = {} -- they are sorted by the callers' files, and this one may be anywhere
for _, pair in ipairs(pairs_found) do caller_of[pair.callee.funcname] = pair end
t.same(caller_of["M.double"], {caller = each, callee = double}, "callers")
t.same(caller_of["M.each"].callee, each, "the first caller is who ran it")

-- ---- ignoring ----
local ignoring = trace.Trace {trace = false, ignoremods = {"work"}}
ignoring:runfunc(M.each, 2)
t.same(ignoring:results().counts, {}, "ignoremods")
ignoring = trace.Trace {trace = false, ignoremods = {"wor", "other"}}
ignoring:runfunc(M.each, 2)
t.ok(ignoring:results().counts[work], "not what merely begins so")
ignoring = trace.Trace {trace = false, ignoredirs = {folder}}
ignoring:runfunc(M.each, 2)
t.same(ignoring:results().counts, {}, "ignoredirs")
t.raises("ignoremods", "ignoremods is a list", trace.Trace, {ignoremods = 1})
t.raises("nonsense", "an unknown argument", trace.Trace, {nonsense = true})

-- ---- results: update, reports, files ----
local sum = trace.CoverageResults()
sum:update(results):update(results)
t.same(sum.counts[work][10], 8, "update adds counts")
sum:update(funcs:results())
t.same(#sum.calledfuncs, 2, "and functions")
sum:update(callers:results())
t.same(#sum.callers, 2, "and callers")
local made = trace.CoverageResults {counts = {["/nowhere/x.lua"] = {[1] = 2}}, calledfuncs = {each},
                                    callers = {{caller = each, callee = double}}}
t.same(made.counts, {["/nowhere/x.lua"] = {2}}, "results made by hand")
t.same({made.calledfuncs, made.callers}, {{each}, {{caller = each, callee = double}}}, "with functions and callers")
t.raises("counts must be", "wrong counts", trace.CoverageResults, {counts = {x = {y = 1}}})

local saved = folder .. "/counts"
local saving = trace.Trace {trace = false, outfile = saved}
saving:runfunc(M.each, 3)
local r = saving:results()
t.same({r.infile, r.outfile}, {nil, saved}, "infile and outfile")
local cover = folder .. "/cover"
t.same(r:write_results {coverdir = cover} == r, true, "write_results gives the results")
t.same(read(cover .. "/work.cover"), [[
>>>>>> local M = {}
>>>>>> function M.double(x)
    3:   if x > 100 then
>>>>>>     return 0
         end
    3:   return x * 2
>>>>>> end
>>>>>> function M.each(n)
    1:   local sum = 0
    4:   for i = 1, n do
    3:     sum = sum + M.double(i)
         end
    1:   return sum
>>>>>> end
>>>>>> function M.fail()
>>>>>>   error "mine"
>>>>>> end
>>>>>> return M
]], "show_missing is the default")
local loading = trace.Trace {trace = false, infile = saved}
loading:runfunc(M.each, 3)
t.same(loading:results().counts[work][10], 8, "infile is added")

-- ---- what is printed ----
t.same(printed(([[
local M = dofile %q
local trace = require "xdb.trace"
trace.Trace():runfunc(M.each, 1)
]]):format(work)), [[
 --- modulename: work, funcname: M.each
work.lua(9):    local sum = 0
work.lua(10):    for i = 1, n do
work.lua(11):      sum = sum + M.double(i)
 --- modulename: work, funcname: M.double
work.lua(3):    if x > 100 then
work.lua(6):    return x * 2
work.lua(10):    for i = 1, n do
work.lua(13):    return sum
]], "lines are printed before they run")
t.same(printed(([[
local M = dofile %q
local trace = require "xdb.trace"
local t = trace.Trace {countcallers = true}
t:runfunc(M.each, 1)
t:results():write_results()
local r = trace.CoverageResults {counts = {["/nowhere/x.lua"] = {[1] = 2}}, infile = "/nowhere/counts",
                                 outfile = "/nowhere/counts"}
print(r:write_results {summary = true, coverdir = %q})
print(trace.CoverageResults {counts = {["/nowhere/x.lua"] = {[1] = 2}}}:write_results {ignore_missing_files = true} ~= nil)
]]):format(work, cover)), [[
Skipping counts file '/nowhere/counts': cannot read /nowhere/counts: No such file or directory
Not printing coverage data for '/nowhere/x.lua': cannot open /nowhere/x.lua: No such file or directory
Can't save counts files because cannot write /nowhere/counts: No such file or directory

calling relationships:

*** FOLDER/script.lua ***
  --> FOLDER/work.lua
    script.<main> -> work.M.each

*** FOLDER/work.lua ***
    work.M.each -> work.M.double
nil	not everything could be written
true
]], "relations, and what could not be done")

-- ---- life ----
do
  local scoped <close> = trace.Trace {trace = false}:start()
  M.each(1)
  t.ok(debug.gethook() == nil, "the program sees no hook")
end
for _ = 1, 20 do trace.Trace {trace = false}:start() end
collectgarbage()
collectgarbage()
M.each(1)
t.ok(true, "many at once, and forgotten ones")
os.execute("rm -r " .. folder)
t.done()
