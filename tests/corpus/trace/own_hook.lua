-- A program that has hooks of its own hears of what it asked for, and is counted all the same.
local lines, calls, counts = 0, 0, 0
local function work(n)
  local sum = 0
  for i = 1, n do
    sum = sum + i
  end
  return sum
end
debug.sethook(function() lines = lines + 1 end, "l")
work(3)
debug.sethook()
work(2)
debug.sethook(function() calls = calls + 1 end, "cr")
work(2)
debug.sethook()
debug.sethook(function() counts = counts + 1 end, "", 10)
work(20)
debug.sethook()
debug.sethook(function() counts = counts + 1 end, "", 1)
for i = 1, 3 do
  counts = counts
    + i
end
work(2)
debug.sethook()
local co = coroutine.create(function()
  work(1)
  coroutine.yield()
  work(1)
end)
debug.sethook(co, function() lines = lines + 1 end, "l")
coroutine.resume(co)
debug.sethook(co)
coroutine.resume(co)
assert(debug.gethook() == nil)
return lines, calls, counts
