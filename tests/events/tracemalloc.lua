-- The Lua module xdb.tracemalloc: its functions and classes, their texts, orders and errors.
local t = require "tap"
local tracemalloc = require "xdb.tracemalloc"
local Filter, DomainFilter, Snapshot = tracemalloc.Filter, tracemalloc.DomainFilter, tracemalloc.Snapshot

local source = debug.getinfo(1, "S").source:sub(2)
local text = {}
for line in io.lines(source) do text[#text + 1] = line end
local function marked(mark)
  for n, line in ipairs(text) do
    if line:find("-- " .. mark .. "$") then return n end
  end
end
local function find(list, line)
  for _, stat in ipairs(list) do
    if stat.traceback[-1].lineno == line then return stat end
  end
end

-- ---- before start ----
t.same({tracemalloc.is_tracing(), tracemalloc.get_traced_memory()}, {false, 0, 0}, "nothing is traced before start")
t.same(tracemalloc.get_traceback_limit(), 1, "the limit is 1 before start")
t.raises("the tracemalloc module must be tracing memory allocations to take a snapshot", "no snapshot before start",
         tracemalloc.take_snapshot)
for _, n in ipairs {0, -1, 65536} do
  t.raises("the number of frames must be in range %[1; 65535%]", "start refuses " .. n, tracemalloc.start, n)
end
t.raises("unexpected argument 'frames'", "start refuses names it does not know", tracemalloc.start, {frames = 2})
local old = ("old"):rep(100)

-- ---- tracing ----
local function deep(n) return n > 0 and (deep(n - 1)) end
tracemalloc.start(3)
tracemalloc.start(7)
t.same({tracemalloc.is_tracing(), tracemalloc.get_traceback_limit()}, {true, 3}, "a second start changes nothing")
collectgarbage() collectgarbage("stop")
deep(20) -- what calls need is there from here on
local base = ("x"):rep(2000)
local function leak(n)
  local list = {}
  for i = 1, n do list[i] = base:sub(1, 1000 + i) end -- leak
  return list
end
local function caller(n)
  local list = leak(n) -- caller
  return list
end
local before = tracemalloc.get_traced_memory()
local keep = caller(100) -- call
local after, peak = tracemalloc.get_traced_memory()
t.ok(after - before > 100000 and after - before < 110000, "traced memory grows by what is allocated")
t.ok(peak >= after, "the peak is not below")
local first = tracemalloc.take_snapshot()
local big = ("y"):rep(2000000) -- big
local second = tracemalloc.take_snapshot()
t.same(tracemalloc.get_object_traceback(old), nil, "older blocks are not traced")
collectgarbage("restart")

-- ---- statistics ----
local stats = first:statistics("lineno")
local stat = find(stats, marked "leak")
t.ok(stats[1] == stat, "the largest comes first")
t.same({stat.count, #stat.traceback}, {101, 1}, "blocks of a line are counted together")
t.same(tostring(stat), ("%s:%d: size=%s, count=101, average=1085 B"):format(stat.traceback[1].filename, marked "leak", "107 KiB"),
       "Statistic as text")
t.same(stat:repr(), ("<Statistic traceback=<Traceback (<Frame filename='%s' lineno=%d>,)> size=%d count=101>")
       :format(stat.traceback[1].filename, marked "leak", stat.size), "Statistic in full")
local file = first:statistics("filename")
t.same({file[1].traceback[1].lineno, file[1].traceback[1].filename}, {0, stat.traceback[1].filename}, "files have line 0")
local traceback = find(first:statistics("traceback"), marked "leak").traceback
t.same({traceback[1].lineno, traceback[2].lineno, traceback[3].lineno, #traceback, traceback[4]},
       {marked "call", marked "caller", marked "leak", 3, nil}, "tracebacks go from the oldest to the newest frame")
t.same(tostring(traceback), ("%s:%d"):format(traceback[1].filename, marked "call"), "a traceback's text is its oldest frame")
local cumulative = first:statistics("lineno", true)
t.same({find(cumulative, marked "call").count, find(cumulative, marked "leak").count}, {102, 101}, "cumulative statistics count each frame")
t.same(find(first:statistics {key_type = "lineno", cumulative = true}, marked "caller").count, 102, "statistics by name")
t.raises("unknown key_type: 'bogus'", "an unknown key", first.statistics, first, "bogus")
t.raises("cumulative mode cannot by used with key type 'traceback'", "cumulative tracebacks", first.statistics, first, "traceback", true)
local types = {}
for _, s in ipairs(first:statistics("type")) do types[s.type] = s end
t.ok(types.string.count >= 100 and types.table and types["function"], "blocks are counted by type")
t.ok(tostring(types.string):find("^string: size=%d+ KiB, count=%d+, average=%d+ B$"), "a type as text")
for i = 2, #stats do
  if stats[i - 1].size < stats[i].size then t.ok(false, "sorted by size") end
end

-- ---- differences ----
local diff = second:compare_to(first, "lineno")[1]
t.same({diff.traceback[1].lineno, diff.count_diff > 0, diff.size_diff >= 2000000}, {marked "big", true, true}, "the greatest change comes first")
t.same(tostring(diff), ("%s:%d: size=1953 KiB (+1953 KiB), count=%d (+%d), average=%s")
       :format(diff.traceback[1].filename, marked "big", diff.count, diff.count_diff, tostring(diff):match("average=(.*)")), "StatisticDiff as text")
local gone = find(first:compare_to(second, "lineno"), marked "big")
t.ok(tostring(gone):find(": size=0 B %(%-1953 KiB%), count=0 %(%-%d+%)$"), "groups only in the old snapshot")
t.ok(gone:repr():find("^<StatisticDiff traceback=<Traceback %(<Frame filename='[^']*' lineno=%d+>,%)> size=0 %(%-%d+%) count=0 %(%-%d+%)>$"),
     "StatisticDiff in full")
t.ok(second:statistics("lineno")[1] == second:statistics("lineno")[1], "equal statistics are equal")

-- ---- traces ----
local traces = first.traces
t.same(traces:repr(), "<Traces len=" .. #traces .. ">", "Traces in full")
local trace
for i = 1, #traces do
  if traces[i].size > 1000 and traces[i].traceback[-1].lineno == marked "leak" then trace = traces[i] end
end
t.same({trace.domain, trace.type, trace.traceback.total_nframe and true}, {0, "string", trace.traceback.total_nframe and true}, "a trace")
t.ok(tostring(trace):find("^[^ ]+:%d+: 1%d%d%d B$"), "Trace as text")
t.ok(trace:repr():find("^<Trace domain=0 size=1%d%d%d B, traceback=<Traceback %("), "Trace in full")
t.same({traces:contains(trace), #traces:slice(1, 3), #traces:slice(-2)}, {true, 3, 2}, "slices")
t.ok(trace ~= 5 and trace ~= traces[1] or true, "other types compare as different")
t.same({traceback:contains(traceback[2]), #traceback:slice(2), traceback == traceback, traceback[1] < traceback[2]},
       {true, 2, true, traceback[1].lineno < traceback[2].lineno}, "a traceback is a sequence")

-- ---- objects ----
local function line_of(object)
  local found = tracemalloc.get_object_traceback(object)
  return found and found[-1].lineno
end
local a_table = {} -- table
local a_function = function() return a_table end -- function
local a_coroutine = coroutine.create(print) -- coroutine
local a_file = io.tmpfile() -- userdata
t.same({line_of(a_table), line_of(a_function), line_of(a_coroutine), line_of(a_file), line_of(big), line_of(keep)},
       {marked "table", marked "function", marked "coroutine", marked "userdata", marked "big", marked "leak" - 1},
       "objects know where they come from")
t.same({line_of(5), line_of(print), line_of(true)}, {}, "what is no block has no traceback")
t.ok(({["string.rep"] = 1, rep = 1})[tracemalloc.get_object_traceback(big).cfunction], "the C function is known")

-- ---- format ----
local function lines(...) return traceback:format(...) end
local name = traceback[1].filename
local function two(mark) return {('  File "%s", line %d'):format(name, marked(mark)), "    " .. text[marked(mark)]:match("^%s*(.-)%s*$")} end
local function join(...)
  local all = {}
  for _, part in ipairs {...} do table.move(part, 1, #part, #all + 1, all) end
  return all
end
t.same(lines(), join(two "call", two "caller", two "leak"), "format()")
t.same(lines(1), two "leak", "format(1): the newest")
t.same(lines(-1), two "call", "format(-1): the oldest")
t.same(lines(2), join(two "caller", two "leak"), "format(2)")
t.same(lines(0), {}, "format(0)")
t.same(lines(nil, true), join(two "leak", two "caller", two "call"), "format(nil, true): newest first")
t.same(lines {limit = -2, most_recent_first = true}, join(two "caller", two "call"), "format by name")

-- ---- filters ----
local function count(snapshot)
  local n = 0
  for _, s in ipairs(snapshot:statistics("filename")) do n = n + s.count end
  return n
end
local all = count(first)
local line = marked "leak"
t.same(count(first:filter_traces {}), all, "no filter keeps all")
t.same(count(first:filter_traces {Filter(true, name, line)}), 101, "an inclusive filter by line")
t.same(count(first:filter_traces {Filter(false, name, line)}), all - 101, "an exclusive one")
t.same(count(first:filter_traces {Filter(true, name, marked "call")}), 0, "the newest frame alone")
t.same(count(first:filter_traces {Filter(true, name, marked "call", true)}), 102, "or all frames")
t.same(count(first:filter_traces {Filter(false, name, marked "call", true)}), all - 102, "and none of them")
t.same(count(first:filter_traces {Filter(true, "nowhere.lua"), Filter(true, name, line)}), 101, "any inclusive filter")
t.same(count(first:filter_traces {DomainFilter(true, 1)}), 0, "a domain filter")
t.same(count(first:filter_traces {DomainFilter(false, 1)}), all, "an exclusive domain filter")
t.same(count(first:filter_traces {Filter {inclusive = true, filename_pattern = name, lineno = line, domain = 0}}), 101, "line and domain")
t.same(count(first:filter_traces {Filter {inclusive = true, filename_pattern = name, lineno = line, domain = 3}}), 0, "of another domain")
for pattern, wanted in pairs {["*.lua"] = 101, ["*.luac"] = 101, ["*trace[m]alloc.lua"] = 101, ["*trace?alloc.lua"] = 101, ["*.lu"] = 0, ["*[!a]"] = 0} do
  t.same(count(first:filter_traces {Filter(true, pattern, line)}), wanted, "the pattern " .. pattern)
end
local filter = Filter(true, "x", 5, true)
t.same({filter.inclusive, filter.filename_pattern, filter.lineno, filter.all_frames, filter.domain}, {true, "x", 5, true, nil}, "what a filter is")
t.raises("filename_pattern", "its pattern stays", function() filter.filename_pattern = "y" end)
t.raises("filters must be a list of filters, not number", "filters must be a list", first.filter_traces, first, 5)

-- ---- files ----
local path = os.tmpname()
first.attributes.who, first.attributes.n, first.attributes.yes = "me", 3, true
t.ok(first:dump(path) == first, "dump")
local loaded = assert(Snapshot.load(path))
t.same({#loaded.traces, loaded.traceback_limit, loaded.attributes}, {#traces, 3, {who = "me", n = 3, yes = true}}, "load gives it back")
local same = true
for _, d in ipairs(loaded:compare_to(first, "traceback")) do same = same and d.size_diff == 0 and d.count_diff == 0 end
t.ok(same, "nothing has changed on the way")
t.ok(select(2, Snapshot.load("/nowhere/x")):find("^cannot read /nowhere/x: "), "a file that is not there")
io.open(path, "w"):write("{}"):close()
t.same(Snapshot.load(path), nil, "a file that is none")
os.remove(path)
t.same({first:dump("/nowhere/x") == nil, select(2, first:dump("/nowhere/x")) ~= nil}, {true, true}, "a place that cannot be written")
first.attributes.bad = print
t.raises("attribute 'bad' must be", "attributes that no file can hold", first.dump, first, path)

-- ---- the peak, clearing, stopping ----
big, keep, first, second, loaded, traces, trace, stats = nil, nil, nil, nil, nil, nil, nil, nil
collectgarbage() collectgarbage()
local now
now, peak = tracemalloc.get_traced_memory()
t.ok(peak > now + 2000000, "the peak is remembered")
tracemalloc.reset_peak()
now, peak = tracemalloc.get_traced_memory()
t.ok(peak < now + 10000, "and forgotten")
local mine = tracemalloc.get_tracemalloc_memory()
t.ok(mine > 1000, "the tracer's own memory is told")
tracemalloc.clear_traces()
t.ok(tracemalloc.get_traced_memory() < 1000, "clear_traces forgets all")
t.ok(tracemalloc.get_tracemalloc_memory() < mine, "and gives memory back")
local held = {} -- held
tracemalloc.stop()
t.same({tracemalloc.is_tracing(), tracemalloc.get_traced_memory()}, {false, 0, 0}, "stop forgets all")
tracemalloc.start {nframe = 1}
t.same({line_of(held), tracemalloc.get_traceback_limit()}, {nil, 1}, "blocks from before are untraced after a new start")
held[1] = {} -- again
t.same(line_of(held[1]), marked "again", "and new ones are traced")
tracemalloc.stop()
tracemalloc.start {fast = true}
t.same({tracemalloc.is_tracing(), debug.gethook()}, {true, nil}, "fast tracing")
tracemalloc.stop()
t.done()
