---@meta xdb.profile
-- Where the time of a program goes: docs/profiling.md.

local profile = {}

---@class xdb.ProfileOptions
---@field timer? "wall"|"cpu"|fun(): number
---@field timeunit? number seconds that one unit of the timer lasts
---@field subcalls? boolean
---@field builtins? boolean
---@field bias? number seconds that one event costs
---@field rate? number samples a second, in place of calls

---@class xdb.Profile
---@field bias number
---@overload fun(timer?: "wall"|"cpu"|fun(): number, timeunit?: number, subcalls?: boolean, builtins?: boolean): xdb.Profile
---@overload fun(options: xdb.ProfileOptions): xdb.Profile
profile.Profile = {}

---@param subcalls? boolean
---@param builtins? boolean
---@return xdb.Profile
function profile.Profile:enable(subcalls, builtins) end

function profile.Profile:disable() end

function profile.Profile:clear() end

function profile.Profile:create_stats() end

---@return table[] entries
function profile.Profile:getstats() end

---@param sort? string|integer
function profile.Profile:print_stats(sort) end

---@param file string
---@return boolean? ok
---@return string? err
function profile.Profile:dump_stats(file) end

---@param code string|function
---@return xdb.Profile
function profile.Profile:run(code) end

---@param code string|function
---@param globals? table
---@param locals? table
---@return xdb.Profile
function profile.Profile:runctx(code, globals, locals) end

---@param f function
---@param ... any
---@return any ...
function profile.Profile:runcall(f, ...) end

---Measures what an event costs, to be assigned to `bias`.
---@param n integer
---@param verbose? integer
---@return number seconds
function profile.Profile:calibrate(n, verbose) end

---@param code string|function
---@param filename? string
---@param sort? string|integer
function profile.run(code, filename, sort) end

---@param code string|function
---@param globals? table
---@param locals? table
---@param filename? string
---@param sort? string|integer
function profile.runctx(code, globals, locals, filename, sort) end

---@param n integer
---@param verbose? integer
---@return number seconds
function profile.calibrate(n, verbose) end

return profile
