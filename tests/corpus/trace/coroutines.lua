-- Frames that sleep and go on.
local function numbers(n)
  for i = 1, n do
    coroutine.yield(i)
  end
end
local sum = 0
for v in coroutine.wrap(function() numbers(3) end) do
  sum = sum + v
end
local co = coroutine.create(function(a)
  local b = coroutine.yield(a + 1)
  local c, d = coroutine.yield(b + 1)
  return c + d
end)
coroutine.resume(co, 1)
coroutine.resume(co, 2)
coroutine.resume(co, 3, 4)
local broken = coroutine.create(function()
  local x = nil
  return x()
end)
coroutine.resume(broken)
local left = coroutine.wrap(function()
  coroutine.yield()
  sum = 0
end)
left()
local function generator(n)
  return coroutine.wrap(function()
    while n > 0 do n = n - 1 coroutine.yield(n) end
  end)
end
local a, b = generator(2), generator(3)
a() b() a() b() b()
local in_test = coroutine.wrap(function()
  local mt = { __lt = function() return coroutine.yield(1) end }
  local x = setmetatable({}, mt)
  if x < x then
    sum = sum + 1
  end
  while x < x do
    sum = sum + 1
  end
  for i in function(_, c) return coroutine.yield(c) end, nil, nil do
    sum = sum + 1
  end
  local joined = setmetatable({}, { __concat = function(l, r) coroutine.yield() return "j" end })
  local text = "a" .. "b" .. joined .. "c" .. joined
  return text
end)
in_test() in_test(true) in_test(true) in_test(false) in_test(1) in_test(2) in_test(nil)
in_test() in_test()
local closing = coroutine.create(function()
  local guard <close> = setmetatable({}, { __close = function()
    sum = sum + 1
  end })
  coroutine.yield()
end)
coroutine.resume(closing)
coroutine.close(closing)
