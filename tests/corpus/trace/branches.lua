-- if, elseif, else; what is not taken stays at nothing.
local function sign(n)
  if n > 0 then
    return "+"
  elseif n < 0 then
    return "-"
  else
    return "0"
  end
end
for i = 1, 3 do
  sign(i)
end
sign(0)
local function never(n)
  if n then
    return 1
  end
  return 2
end
if false then
  never()
end
if nil then never() else sign(-1) end
local x = true
if not x then
  x = 1
end
if x then end
