-- The same, in a C function that never returns; another coroutine waits meanwhile.
local faulthandler = require "xdb.faulthandler"
local broken = require "broken"

local reader = coroutine.create(function()
  while true do
    coroutine.yield()
  end
end)
coroutine.resume(reader)

local function ask(question)
  broken.wait_for(question)
end

faulthandler.dump_traceback_later {timeout = tonumber(arg[1]) or 1, exit = true}
coroutine.wrap(function()
  ask(42)
end)()
