-- The usual recipes of xdb.tracemalloc. Run it with lua5.4, or under xmem.
local tracemalloc = require "xdb.tracemalloc"
local Filter = tracemalloc.Filter

local function work(n)
  local lists = {}
  for i = 1, n do
    lists[i] = {name = "list " .. i, i, i + 1}
  end
  return lists
end

-- The last parts of a path, for people.
local function short(path)
  return path:match("[^/]*/[^/]*$") or path
end

local function source_line(frame)
  local n = 0
  local file = io.open(frame.filename)
  for line in file and file:lines() or function() end do
    n = n + 1
    if n == frame.lineno then
      file:close()
      return line:match("^%s*(.-)%s*$")
    end
  end
end

-- ---- the top ten ----
tracemalloc.start()
local kept = work(100)
local snapshot = tracemalloc.take_snapshot()
print("[ Top 10 ]")
for i, stat in ipairs(snapshot:statistics("lineno")) do
  print((tostring(stat):gsub("^.*/", "")))
  if i == 10 then break end
end

-- ---- differences ----
local first = tracemalloc.take_snapshot()
local more = work(300)
local second = tracemalloc.take_snapshot()
print("[ Top differences ]")
for i, diff in ipairs(second:compare_to(first, "lineno")) do
  print((tostring(diff):gsub("^.*/", "")))
  if i == 2 then break end
end
tracemalloc.stop()

-- ---- the traceback of the biggest group ----
tracemalloc.start(25)
more = work(100)
snapshot = tracemalloc.take_snapshot()
local biggest = snapshot:statistics("traceback")[1]
print(("%d blocks: %.1f KiB"):format(biggest.count, biggest.size / 1024))
for _, line in ipairs(biggest.traceback:format()) do
  print((line:gsub('"(.-)"', function(path) return '"' .. short(path) .. '"' end, line:find "^  File" and 1 or 0)))
end
tracemalloc.stop()

-- ---- a pretty list, without what is not ours ----
local function display_top(taken, key_type, limit)
  taken = taken:filter_traces {Filter(false, "[[]C]"), Filter(false, "<unknown>")}
  local stats = taken:statistics(key_type or "lineno")
  limit = limit or 10
  print(("Top %d lines"):format(limit))
  local other, total, others = 0, 0, 0
  for i, stat in ipairs(stats) do
    total = total + stat.size
    if i <= limit then
      local frame = stat.traceback[1]
      print(("#%d: %s:%d: %.1f KiB"):format(i, short(frame.filename), frame.lineno, stat.size / 1024))
      local line = source_line(frame)
      if line then print("    " .. line) end
    else
      other, others = other + stat.size, others + 1
    end
  end
  if others > 0 then print(("%d other: %.1f KiB"):format(others, other / 1024)) end
  print(("Total allocated size: %.1f KiB"):format(total / 1024))
end
tracemalloc.start()
more = work(1000)
display_top(tracemalloc.take_snapshot(), "lineno", 1)

-- ---- the peak of a part of the program ----
more = nil
collectgarbage()
tracemalloc.reset_peak()
local before = tracemalloc.get_traced_memory()
local large = ("x"):rep(1000000)
large = nil
local _, peak = tracemalloc.get_traced_memory()
print(("the part needed about %.0f MB at most"):format((peak - before) / 1e6))
tracemalloc.stop()
