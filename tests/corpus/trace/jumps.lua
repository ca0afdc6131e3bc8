-- goto, forwards and back.
local n = 0
::top::
n = n + 1
if n < 3 then
  goto top
end
goto over
n = 100
::over::
do
  local i = 1
  ::again::
  i = i + 1
  if i < 4 then goto again end
end
local function first(x)
  ::back::
  x = x - 1
  if x > 0 then
    goto back
  end
  return x
end
first(3)
local function at_once(x)
  while x > 0 do
    x = x - 1
  end
end
at_once(2)
at_once(0)
local function first_test(a, b)
  repeat until a < b or a > b
end
first_test(1, 2)
