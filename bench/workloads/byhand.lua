-- A statement timed as one does it without a tool: byhand.lua NUMBER SETUP STATEMENT.
local number, setup, statement = tonumber(arg[1]), arg[2], arg[3]
local text = ([[
%s
local number = ...
collectgarbage "stop"
local start = os.clock()
for i = 1, number do
  %s
end
return os.clock() - start
]]):format(setup, statement)
local run = assert(load(text))
require "measured" (run(number))
