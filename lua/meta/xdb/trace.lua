---@meta xdb.trace
-- Which lines run, how often, and who calls whom: docs/coverage.md.

local trace = {}

---@class xdb.TraceRunOptions
---@field count? boolean
---@field trace? boolean
---@field countfuncs? boolean
---@field countcallers? boolean
---@field ignoremods? string[]
---@field ignoredirs? string[]
---@field infile? string
---@field outfile? string
---@field timing? boolean

---@class xdb.Tracer
---@overload fun(count?: boolean, trace?: boolean, countfuncs?: boolean, countcallers?: boolean, ignoremods?: string[], ignoredirs?: string[], infile?: string, outfile?: string, timing?: boolean): xdb.Tracer
---@overload fun(options: xdb.TraceRunOptions): xdb.Tracer
trace.Trace = {}

---@param code string|function
function trace.Trace:run(code) end

---@param code string|function
---@param globals? table
---@param locals? table
function trace.Trace:runctx(code, globals, locals) end

---@param f function
---@param ... any
---@return any ...
function trace.Trace:runfunc(f, ...) end

function trace.Trace:start() end

function trace.Trace:stop() end

---@return xdb.CoverageResults
function trace.Trace:results() end

---@class xdb.CoverageResults
---@field counts table
---@field calledfuncs table
---@field callers table
---@field infile? string
---@field outfile? string
---@overload fun(counts?: table, calledfuncs?: table, infile?: string, callers?: table, outfile?: string): xdb.CoverageResults
---@overload fun(options: table): xdb.CoverageResults
trace.CoverageResults = {}

---@param other xdb.CoverageResults
function trace.CoverageResults:update(other) end

---@param show_missing? boolean
---@param summary? boolean
---@param coverdir? string
---@param ignore_missing_files? boolean
function trace.CoverageResults:write_results(show_missing, summary, coverdir, ignore_missing_files) end

---What is covered from now on belongs to this context.
---@param name string
function trace.context(name) end

return trace
