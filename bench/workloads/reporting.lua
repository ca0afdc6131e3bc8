-- Tells the seconds that `xtrace report --format html` takes for so many files of 200 lines, branches included. The files and
-- their counts are made the first time, in the current folder.
local files = tonumber(arg[1])
local xtrace = os.getenv("XDB_BENCH_BIN") .. "/xtrace"

local function run(command)
  assert(os.execute(command .. " >/dev/null 2>log") == true, "failed: " .. command)
end

local function now()
  local clock <close> = assert(io.popen("date +%s.%N"))
  return tonumber(clock:read("l"))
end

local function text()
  local parts = {"local M = {}\n"}
  for i = 1, 18 do
    parts[#parts + 1] = ([[
function M.f%d(a, b)
  local sum = 0 -- adds up
  for i = 1, a do
    if i %% 2 == 0 and b then
      sum = sum + i
    else
      sum = sum - %d
    end
  end
  return sum > 0 and sum or M
end
]]):format(i, i)
  end
  return table.concat(parts) .. "return M.f1(3) and M\n"
end

local function make()
  local body = text()
  for i = 0, files - 1 do
    if i % 100 == 0 then run("mkdir -p reporting/" .. i // 100) end
    local file <close> = assert(io.open(("reporting/%d/m%d.lua"):format(i // 100, i), "w"))
    file:write("-- file ", i, "\n", body)
  end
  local main <close> = assert(io.open("reporting/main.lua", "w"))
  main:write(("for i = 0, %d do dofile(('reporting/%%d/m%%d.lua'):format(i // 100, i)) end\n"):format(files - 1))
end

if not io.open("reporting/main.lua") then
  make()
  run(xtrace .. " cover --branch --data-file reporting/counts reporting/main.lua")
end
run("rm -rf reporting/html")
local start = now()
run(xtrace .. " report --data-file reporting/counts --format html -o reporting/html")
print(now() - start)
