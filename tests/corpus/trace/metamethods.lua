-- Control goes into functions from everywhere and comes back to the same instruction.
local mt = {}
mt.__add = function(a, b)
  return 1
end
mt.__lt = function(a, b)
  return true
end
mt.__le = function() return false end
mt.__eq = function()
  return true
end
mt.__index = function(t, k)
  return k
end
mt.__newindex = function(t, k, v)
  rawset(t, k, v)
end
mt.__call = function(self, x)
  return x
end
mt.__concat = function(a, b)
  return "joined"
end
mt.__len = function()
  return 3
end
mt.__unm = function() return 0 end
mt.__close = function()
  local closed = true
end
local a, b = setmetatable({}, mt), setmetatable({}, mt)
local sum = a + b + 1
if a < b then
  sum = sum + 1
end
if a <= b then
  sum = sum + 1
end
if a == b then sum = sum + #a end
while not (a < b) do
  sum = 0
end
a.x = a.y
local s = "x" .. a .. "y" .. b
sum = a(1) + -b
do
  local guard <close> = a
  sum = sum + 1
end
for i = 1, 2 do
  local guard <close> = b
  if i == 2 then
    break
  end
end
local function early()
  local guard <close> = a
  return a < b
end
early()
