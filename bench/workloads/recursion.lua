-- Deep recursion, in turns between two functions: depth, and how often.
local depth, times = tonumber(arg[1]) or 150000, tonumber(arg[2]) or 20

local function elsewhere()
  return 0 -- @elsewhere
end

local other

local function one(i)
  if i == 0 then return 0 end
  if i < 0 then
    return elsewhere() -- @never
  end
  return 1 + other(i - 1)
end

function other(i)
  if i == 0 then return 0 end
  return 1 + one(i - 1)
end

local function again(count)
  local result
  for _ = 1, count do result = one(depth) end
  return result
end

local measured = require "measured"
local start = os.clock()
local result = again(times) -- @work
measured(os.clock() - start)
assert(result == depth)
