-- Where `end` has code and where it has none.
local function explicit(x)
  return x
end
local function implicit(x)
  x = x + 1
end
local function empty()
end
do
  local a = 1
end
if explicit(1) then
  implicit(1)
end
for i = 1, 2 do
  empty()
end
local t = {
  method = function()
  end,
}
t.method()
