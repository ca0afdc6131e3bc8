-- Nothing but small tables, n of them, made `depth` calls deep; none stays.
local n, depth = tonumber(arg[1]) or 3000000, tonumber(arg[2]) or 1

local function make(count)
  local last
  for i = 1, count do last = {x = i, y = i} end -- @each
  return last.x
end

local function deeper(levels, count)
  if levels <= 1 then return make(count), nil end
  local made = deeper(levels - 1, count)
  return made
end

local measured = require "measured"
local start = os.clock()
local result = deeper(depth, n) -- @work
measured(os.clock() - start)
assert(result == n)
