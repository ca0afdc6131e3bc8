---@meta xdb.pstats
-- Statistics of profiles: merged, sorted, printed.

local pstats = {}

---@enum xdb.SortKey
pstats.SortKey = {
  CALLS = "calls", CUMULATIVE = "cumulative", FILENAME = "filename", LINE = "line", NAME = "name", NFL = "nfl",
  PCALLS = "pcalls", STDNAME = "stdname", TIME = "time",
}

---@alias xdb.Restriction integer|number|string a count, a fraction, or a POSIX extended regular expression

---@class xdb.Stats
---@field total_calls integer
---@field prim_calls integer
---@field total_tt number seconds
---@overload fun(...: string|xdb.Profile|xdb.Stats): xdb.Stats?, string?
---@overload fun(options: table): xdb.Stats?, string?
pstats.Stats = {}

---@param ... string|xdb.Profile|xdb.Stats
---@return xdb.Stats?
---@return string? err
function pstats.Stats:add(...) end

---@param file string
---@return xdb.Stats?
---@return string? err
function pstats.Stats:dump_stats(file) end

---@return table
function pstats.Stats:get_stats_profile() end

---@return xdb.Stats
function pstats.Stats:strip_dirs() end

---@param ... string|integer|xdb.SortKey
---@return xdb.Stats
function pstats.Stats:sort_stats(...) end

---@return xdb.Stats
function pstats.Stats:reverse_order() end

---@param ... xdb.Restriction
---@return xdb.Stats
function pstats.Stats:print_stats(...) end

---@param ... xdb.Restriction
---@return xdb.Stats
function pstats.Stats:print_callers(...) end

---@param ... xdb.Restriction
---@return xdb.Stats
function pstats.Stats:print_callees(...) end

return pstats
