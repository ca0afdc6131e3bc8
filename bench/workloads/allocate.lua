-- Nothing but allocations: n small tables, strings and closures that die at once, and as many tables that stay.
local n = tonumber(arg[1]) or 2000000

local function elsewhere()
  return 0 -- @elsewhere
end

local function allocate(count)
  local kept, last = {}, elsewhere
  for i = 1, count do
    if i < 0 then last = elsewhere() end -- @never
    last = {i, tostring(i), function() return i end} -- @each
    if i % 4 == 0 then kept[#kept + 1] = {} end
  end
  return #kept, last
end

local measured = require "measured"
local start = os.clock()
local result = allocate(n) -- @work
measured(os.clock() - start)
assert(result == n // 4)
