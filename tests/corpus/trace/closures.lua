-- Functions of the same text and functions on the same line.
local makers = {}
for i = 1, 3 do
  makers[i] = function(x)
    local y = x + i
    return function() return y end
  end
end
for i = 1, 3 do
  makers[i](i)()
end
local pair = { function() return 1 end, function() return 2 end }
pair[1]() pair[2]() pair[2]()
local same, other = function() return 1 end, function() return 1 end
same() other()
local nested = function() return function()
  return function() return 1 end, function() return 2 end
end end
local a, b = nested()()
a()
collectgarbage()
for i = 1, 50 do
  local f = function() return function() return i end end
  f()()
end
