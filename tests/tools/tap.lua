-- TAP for tests written in Lua: local t = require "tap"; t.ok(cond, name); t.same(got, want, name); t.done()
local tap = {}
local count, failed = 0, 0

local function show(v, seen)
  if type(v) ~= "table" then
    return type(v) == "string" and string.format("%q", v):gsub("\\\n", "\\n") or tostring(v)
  end
  seen = seen or {}
  if seen[v] then return "{...}" end
  seen[v] = true
  local parts, keys = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b)
    if math.type(a) and math.type(b) then return a < b end
    return tostring(a) < tostring(b)
  end)
  for _, k in ipairs(keys) do
    local prefix = math.type(k) == "integer" and "" or "[" .. show(k, seen) .. "] = "
    parts[#parts + 1] = prefix .. show(v[k], seen)
  end
  seen[v] = nil
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b and math.type(a) == math.type(b)
  end
  for k, v in pairs(a) do
    if not equal(v, b[k]) then return false end
  end
  for k in pairs(b) do
    if a[k] == nil then return false end
  end
  return true
end

-- One test point; `detail` (text) is shown when it fails.
function tap.ok(cond, name, detail)
  count = count + 1
  print(("%s %d - %s"):format(cond and "ok" or "not ok", count, name))
  if not cond then
    failed = failed + 1
    local where = debug.getinfo(2, "Sl")
    detail = detail or ("at " .. where.short_src .. ":" .. where.currentline)
    print("# " .. tostring(detail):gsub("\n", "\n# "))
  end
  return cond
end

-- Equal values; tables by their contents, integers and floats apart.
function tap.same(got, want, name)
  return tap.ok(equal(got, want), name, "got  " .. show(got) .. "\nwant " .. show(want))
end

-- `f(...)` raises an error whose text contains `pattern` (a Lua pattern).
function tap.raises(pattern, name, f, ...)
  local ok, err = pcall(f, ...)
  return tap.ok(not ok and tostring(err):find(pattern) ~= nil, name,
                ok and "no error" or "error: " .. tostring(err))
end

function tap.skip(name, why)
  count = count + 1
  print(("ok %d - %s # SKIP %s"):format(count, name, why))
end

-- The plan; every test ends with it, so that one which stops half-way is seen to.
function tap.done()
  print("1.." .. count)
  os.exit(failed == 0 and count > 0, true)
end

return tap
