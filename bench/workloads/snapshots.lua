-- A million blocks: the seconds to take a snapshot of them, to write it, to read it, to group it by line; `what` is told.
local what = arg[1]
local tracemalloc = require "xdb.tracemalloc"
local measured = require "measured"

collectgarbage("stop")
tracemalloc.start()
local kept = {}
for i = 1, 500000 do kept[i] = {i} end

local function timed(name, f, ...)
  local start = os.clock()
  local result = assert(f(...))
  if name == what then measured(os.clock() - start) end
  return result
end

local snapshot = timed("take", tracemalloc.take_snapshot)
local path = os.tmpname()
timed("dump", snapshot.dump, snapshot, path)
local loaded = timed("load", tracemalloc.Snapshot.load, path)
timed("group", loaded.statistics, loaded, "lineno")
os.remove(path)
assert(#loaded.traces >= 1000000)
if what == "bytes" then measured(tracemalloc.get_tracemalloc_memory() / #loaded.traces) end
