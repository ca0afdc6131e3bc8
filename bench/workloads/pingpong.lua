-- Two coroutines hand each other a number, n times.
local n = tonumber(arg[1]) or 1000000

local function elsewhere()
  return 0 -- @elsewhere
end

local function pong(value)
  while true do
    if value < 0 then
      elsewhere() -- @never
    end
    value = coroutine.yield(value + 1)
  end
end

local function ping(count)
  local resume, partner = coroutine.resume, coroutine.create(pong)
  local value, _ = 0, nil
  for _ = 1, count do
    _, value = resume(partner, value)
  end
  return value
end

local measured = require "measured"
local start = os.clock()
local result = ping(n) -- @work
measured(os.clock() - start)
assert(result == n)
