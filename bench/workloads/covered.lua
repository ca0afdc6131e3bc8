-- A loop without calls, n times, of which every line runs.
local n = tonumber(arg[1]) or 10000000

local function loop(count)
  local sum = 0
  for i = 1, count do
    sum = sum + i
  end
  return sum
end

local measured = require "measured"
assert(loop(1) == 1)
local start = os.clock()
local result = loop(n)
measured(os.clock() - start)
assert(result == n * (n + 1) // 2)
