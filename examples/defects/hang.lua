-- A loop forgets to go on. One second later the program says where it is, and ends.
local faulthandler = require "xdb.faulthandler"

local function find(list, wanted)
  local i = 1
  while list[i] ~= wanted do
    if list[i] == nil then
      i = 1 -- once more from the beginning
    else
      i = i + 1
    end
  end
  return i
end

local seconds = tonumber(arg[1]) or 1
faulthandler.dump_traceback_later {timeout = seconds, exit = true}
find({"a", "b"}, "c")
