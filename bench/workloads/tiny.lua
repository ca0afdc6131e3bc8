-- Calls of a function that does next to nothing, n times.
local n = tonumber(arg[1]) or 1000000

local function tiny(x)
  return x + 1
end

local function calls(count)
  local sum = 0
  for _ = 1, count do sum = tiny(sum) end
  return sum
end

local measured = require "measured"
local start = os.clock()
local result = calls(n) -- @work
measured(os.clock() - start)
assert(result == n)
