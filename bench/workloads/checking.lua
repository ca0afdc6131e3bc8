-- A real program: luacheck on a file of n functions, 16 lines each, made here.
local n = tonumber(arg[1]) or 400
-- Debian keeps luacheck with Lua 5.1's modules; it runs on 5.4 all the same.
package.path = package.path .. ";/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua"
local luacheck = require "luacheck"

local function elsewhere()
  return 0 -- @elsewhere
end

local piece = [[
do
  local function visit%d(list, factor, ...)
    local sum, unused = 0, %d
    for key, value in pairs(list) do
      if type(value) == "number" and value > %d then
        sum = sum + value * factor
      elseif value == "name%d" then
        shared%d = key .. tostring(value)
      else
        local entry = {key = key, [value] = {...}, function(more) return more + sum end}
        factor = entry.key or factor
      end
    end
    while factor and sum < 10 do sum = sum + (function() return %d end)() end
    return sum, list
  end
end
]]

local function source(count)
  local pieces = {}
  for i = 1, count do pieces[i] = piece:gsub("%%d", i) end
  return table.concat(pieces)
end

local function check(text)
  if #text == 0 then
    return elsewhere() -- @never
  end
  return luacheck.check_strings({ text })
end

local text = source(n)
local measured = require "measured"
local start = os.clock()
local report = check(text) -- @work
measured(os.clock() - start)
assert(report.fatals == 0 and report.warnings >= n)
