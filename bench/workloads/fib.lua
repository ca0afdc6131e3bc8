-- Calls of Lua functions and nothing else: fib(n).
local n = tonumber(arg[1]) or 32

local function elsewhere()
  return 0 -- @elsewhere
end

local function fib(i)
  if i < 0 then
    return elsewhere() -- @never
  end
  if i < 2 then return i end
  return fib(i - 1) + fib(i - 2)
end

local measured = require "measured"
local start = os.clock()
local result = fib(n) -- @work
measured(os.clock() - start)
assert(result >= 0)
