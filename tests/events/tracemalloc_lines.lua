-- Every line of a program that allocates in every way is compared with what is known of it, exact and with several frames.
local t = require "tap"
local tracemalloc = require "xdb.tracemalloc"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local path = here .. "../corpus/tracemalloc/lines.lua"
local typed = os.getenv "XDB_LAYOUT" ~= "off" -- without the layout some arrays cannot be told apart

local function known()
  local lines, n = {}, 0
  for line in io.lines(path) do
    n = n + 1
    lines[n] = {}
    for count, kind in (line:match("%-%-> (.*)$") or ""):gmatch("(%d+) (%a+)") do
      lines[n][typed and kind or "block"] = (lines[n][typed and kind or "block"] or 0) + tonumber(count)
    end
  end
  return lines
end

-- Lua's own list of all strings grows on whichever line makes one too many.
local function list_of_strings(trace)
  return trace.size >= 2048 and trace.size & trace.size - 1 == 0
end

local function traced(frames)
  collectgarbage() collectgarbage("stop")
  local program = assert(loadfile(path))
  tracemalloc.start(frames)
  local keep = coroutine.wrap(program)() -- whose stack is as new as it was when the program was looked through
  local snapshot = tracemalloc.take_snapshot()
  tracemalloc.stop()
  local lines = {}
  for i = 1, #snapshot.traces do
    local trace = snapshot.traces[i]
    local newest = trace.traceback[-1]
    if newest.filename:find("/lines%.lua$") and not list_of_strings(trace) then
      local line, kind = lines[newest.lineno] or {}, typed and trace.type or "block"
      lines[newest.lineno] = line
      line[kind] = (line[kind] or 0) + 1
    end
  end
  collectgarbage("restart")
  return lines, keep
end

local function text(line)
  local parts = {}
  for kind, count in pairs(line) do parts[#parts + 1] = count .. " " .. kind end
  table.sort(parts)
  return table.concat(parts, ", ")
end

local wanted = known()
t.ok(#wanted >= 290, "the program is long")
for _, frames in ipairs {1, 2, 25} do
  local got = traced(frames)
  local wrong = {}
  for n = 1, #wanted do
    local a, b = text(wanted[n]), text(got[n] or {})
    if a ~= b then wrong[#wrong + 1] = ("line %d: %s, not %s"):format(n, b, a) end
  end
  t.same(wrong, {}, "every line is right with " .. frames .. " frames")
end
t.done()
