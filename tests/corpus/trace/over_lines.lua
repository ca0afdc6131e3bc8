-- Statements on several lines.
local function add(
  a,
  b
)
  return a
    + b
end
local sum = add(
  1,
  add(
    2,
    3
  )
)
local t = {
  sum,
  x = sum,
  [sum] = add(1, 2),
  y = {
    "deep",
  },
}
local s = "a"
  .. t.x
  .. "b"
local either = sum > 100
  and "large"
  or "small"
local text = [[
two
lines]]
if sum > 1
  and t.x
  and not (sum > 100)
then
  s = s .. either .. text
end
return s
