-- A C module gets what it does not expect, and follows a pointer that leads nowhere.
local broken = require "broken"

local function parse(line)
  return broken.first_byte(line)
end

local function read_all(lines)
  local bytes = {}
  for i = 1, 3 do
    bytes[i] = parse(lines[i]) -- there is no third line
  end
  return bytes
end

read_all {"first", "second"}
