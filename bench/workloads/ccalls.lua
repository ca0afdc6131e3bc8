-- A loop of calls of a C function, n times.
local n = tonumber(arg[1]) or 5000000
local abs = math.abs

local function elsewhere()
  return 0 -- @elsewhere
end

local function loop(count)
  local sum = 0
  for i = 1, count do
    if i < 0 then
      sum = elsewhere() -- @never
    end
    sum = sum + abs(-i)
  end
  return sum
end

local measured = require "measured"
local start = os.clock()
local result = loop(n) -- @work
measured(os.clock() - start)
assert(result == n * (n + 1) // 2)
