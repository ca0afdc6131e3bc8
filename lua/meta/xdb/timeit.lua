---@meta xdb.timeit
-- How long small pieces of code take.

---@class xdb.timeit
---@field default_number integer
---@field default_repeat integer
---@field default_target_time number seconds
local timeit = {}

---@alias xdb.Code string|function

---@param stmt? xdb.Code
---@param setup? xdb.Code
---@param timer? fun(): number
---@param number? integer
---@param globals? table
---@return number seconds
function timeit.timeit(stmt, setup, timer, number, globals) end

---@param stmt? xdb.Code
---@param setup? xdb.Code
---@param timer? fun(): number
---@param times? integer
---@param number? integer
---@param globals? table
---@return number[] seconds
function timeit.repeat_(stmt, setup, timer, times, number, globals) end
timeit["repeat"] = timeit.repeat_

---@return number seconds
function timeit.default_timer() end

---@param times number[]
---@return table
function timeit.stats(times) end

---@param first xdb.Code
---@param second xdb.Code
---@return table
function timeit.compare(first, second) end

---@class xdb.Timer
---@field src string
local Timer = {}

---@param number? integer
---@return number seconds
function Timer:timeit(number) end

---@param times? integer
---@param number? integer
---@return number[] seconds
function Timer:repeat_(times, number) end

---@param callback? fun(number: integer, seconds: number)
---@param target_time? number
---@return integer number
---@return number seconds
function Timer:autorange(callback, target_time) end

---@param number? integer
---@return table
function Timer:memory(number) end

---@param file? file*
function Timer:print_exc(file) end

---@param stmt? xdb.Code
---@param setup? xdb.Code
---@param timer? fun(): number
---@param globals? table
---@return xdb.Timer
function timeit.Timer(stmt, setup, timer, globals) end

return timeit
