-- Errors leave frames without a return.
local function fail(level)
  if level == 0 then
    error("deep")
  end
  fail(level - 1)
  return "never"
end
local ok = pcall(fail, 3)
local caught = select(2, pcall(function()
  local t = nil
  return t.x
end))
xpcall(function()
  local x = 1 + {}
end, function(message)
  return message
end)
for i = 1, 3 do
  local good = pcall(function()
    if i == 2 then
      error({ i })
    end
    return i
  end)
end
local guard = setmetatable({}, { __close = function() local closed = 1 end })
pcall(function()
  local g <close> = guard
  error("with a guard")
end)
pcall(pcall, error)
pcall(string.rep)
local n = 0
while n < 3 do n = n + 1 pcall(error) end
