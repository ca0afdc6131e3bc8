---@meta xdb.tracemalloc
-- Who allocated the memory: docs/memory.md.

local tracemalloc = {}

---@param nframe? integer frames kept of each block
---@param fast? boolean no hook: a table may be booked to a neighbouring line
function tracemalloc.start(nframe, fast) end

function tracemalloc.stop() end

---@return boolean
function tracemalloc.is_tracing() end

function tracemalloc.clear_traces() end

---@return integer current bytes
---@return integer peak
function tracemalloc.get_traced_memory() end

function tracemalloc.reset_peak() end

---@return integer bytes
function tracemalloc.get_tracemalloc_memory() end

---@return integer
function tracemalloc.get_traceback_limit() end

---@return xdb.Snapshot
function tracemalloc.take_snapshot() end

---@param object any
---@return xdb.Traceback?
function tracemalloc.get_object_traceback(object) end

---@class xdb.MemoryFrame
---@field filename string
---@field lineno integer
tracemalloc.Frame = {}

---@return string
function tracemalloc.Frame:repr() end

---A sequence of frames, the oldest first.
---@class xdb.Traceback
---@field total_nframe? integer
---@field [integer] xdb.MemoryFrame
tracemalloc.Traceback = {}

---@param limit? integer positive the newest, negative the oldest
---@param most_recent_first? boolean
---@return string[] lines
function tracemalloc.Traceback:format(limit, most_recent_first) end

---@param frame xdb.MemoryFrame
---@return boolean
function tracemalloc.Traceback:contains(frame) end

---@param first? integer
---@param last? integer
---@return xdb.MemoryFrame[]
function tracemalloc.Traceback:slice(first, last) end

---@return string
function tracemalloc.Traceback:repr() end

---@class xdb.MemoryTrace
---@field domain integer
---@field size integer
---@field traceback xdb.Traceback
tracemalloc.Trace = {}

---@return string
function tracemalloc.Trace:repr() end

---@class xdb.MemoryTraces
---@field [integer] xdb.MemoryTrace
tracemalloc.Traces = {}

---@param trace xdb.MemoryTrace
---@return boolean
function tracemalloc.Traces:contains(trace) end

---@param first? integer
---@param last? integer
---@return xdb.MemoryTrace[]
function tracemalloc.Traces:slice(first, last) end

---@return string
function tracemalloc.Traces:repr() end

---@alias xdb.MemoryKey "lineno"|"filename"|"traceback"|"type"

---@class xdb.Statistic
---@field traceback xdb.Traceback
---@field type string
---@field size integer
---@field count integer
tracemalloc.Statistic = {}

---@return string
function tracemalloc.Statistic:repr() end

---@class xdb.StatisticDiff
---@field traceback xdb.Traceback
---@field type string
---@field size integer
---@field size_diff integer
---@field count integer
---@field count_diff integer
tracemalloc.StatisticDiff = {}

---@return string
function tracemalloc.StatisticDiff:repr() end

---@class xdb.MemoryFilter
---@field inclusive boolean
---@field filename_pattern string
---@field lineno? integer
---@field all_frames boolean
---@field domain? integer
---@overload fun(inclusive: boolean, filename_pattern: string, lineno?: integer, all_frames?: boolean, domain?: integer): xdb.MemoryFilter
tracemalloc.Filter = {}

---@class xdb.DomainFilter
---@field inclusive boolean
---@field domain integer
---@overload fun(inclusive: boolean, domain: integer): xdb.DomainFilter
tracemalloc.DomainFilter = {}

---@class xdb.Snapshot
---@field traceback_limit integer
---@field traces xdb.MemoryTraces
---@field attributes table
tracemalloc.Snapshot = {}

---@param key_type xdb.MemoryKey
---@param cumulative? boolean
---@return xdb.Statistic[]
function tracemalloc.Snapshot:statistics(key_type, cumulative) end

---@param old_snapshot xdb.Snapshot
---@param key_type xdb.MemoryKey
---@param cumulative? boolean
---@return xdb.StatisticDiff[]
function tracemalloc.Snapshot:compare_to(old_snapshot, key_type, cumulative) end

---@param filters (xdb.MemoryFilter|xdb.DomainFilter)[]
---@return xdb.Snapshot
function tracemalloc.Snapshot:filter_traces(filters) end

---@param file string
---@return boolean? ok
---@return string? err
function tracemalloc.Snapshot:dump(file) end

---@param file string
---@return xdb.Snapshot?
---@return string? err
function tracemalloc.Snapshot.load(file) end

return tracemalloc
