-- A C module calls itself without end: its stack overflows, which is not Lua's and has no error message.
local broken = require "broken"

local function depth_of(tree)
  return broken.depth(tree)
end

coroutine.wrap(function()
  depth_of "((((("
end)()
