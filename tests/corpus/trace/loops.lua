-- Headers of loops: once for each time control comes there.
local n = 0
for i = 1, 5 do
  n = n + i
end
for i = 5, 1, -2 do
  n = n + i
end
for i = 1, 0 do
  n = n + i
end
for i = 1.0, 2.0, 0.5 do
  n = n + i
end
for k, v in pairs({ a = 1, b = 2 }) do
  n = n + v
end
for _ in pairs({}) do
  n = n + 1
end
for word in ("a b c"):gmatch("%a") do
  n = n + #word
end
local function iterator(s, c)
  if c < s then
    return c + 1
  end
end
for i in iterator, 3, 0 do
  n = n + i
end
while n > 60 do
  n = n - 7
end
repeat
  n = n - 1
until n < 50
repeat
  local done = n < 45
  n = n - 1
until done
while true do
  n = n + 1
  if n > 50 then
    break
  end
end
for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then
      goto continue
    end
    n = n + 1
    ::continue::
  end
end
repeat until true
while false do
  n = n + 1
end
