-- The stubs for editors (lua/meta) name what the modules have, and nothing else: `meta.lua FOLDER MODULE...`.
local folder = table.remove(arg, 1)
local count, failed = 0, 0

local function point(name, complaints)
  count = count + 1
  if #complaints > 0 then failed = failed + 1 end
  print((#complaints > 0 and "not ok" or "ok") .. " " .. count .. " - " .. name)
  for _, line in ipairs(complaints) do print("# " .. line) end
end

-- Commands of a debugger are many, and are no functions to call in a program.
local function is_command(path)
  return path:match("^xdb%.Pdb%.do_") ~= nil
end

local function compare(path, real, stub, fields, complaints)
  for key, value in pairs(real) do
    local name = path .. "." .. tostring(key)
    local there = type(stub) == "table" and stub[key]
    if there == nil and type(key) == "string" and not fields:find("---@field " .. key .. "%f[?%s]") and not is_command(name) then
      complaints[#complaints + 1] = name .. " is not in the stub"
    elseif type(value) == "table" and type(there) == "table" then
      compare(name, value, there, fields, complaints)
    end
  end
  for key in pairs(type(stub) == "table" and stub or {}) do
    if real[key] == nil then complaints[#complaints + 1] = path .. "." .. tostring(key) .. " is not in the module" end
  end
  return complaints
end

for _, name in ipairs(arg) do
  local path = folder .. "/" .. name:gsub("%.", "/") .. ".lua"
  local file <close> = assert(io.open(path))
  local text = file:read("a")
  point(name, compare(name, require(name), assert(loadfile(path))(), text, {}))
end
local one = compare("m", {f = print}, {g = print}, "", {})
point("a name too many and one too few are seen", #one == 2 and {} or one)
print("1.." .. count)
os.exit(failed == 0)
