-- Event tables for xdb.bdb. A session is a program and rows: the event that is expected, then the commands
-- given there, of which the last lets the program go on.
--
--   driver.session {
--     "name of the behaviour",
--     program = [[...]],                      -- written to a file; its lines count from 1
--     {"line 2 f", "break 5", "next"},
--     {"line 5 f", "return", hits = {[1] = 1}, cleared = {2}},
--     {"return 6 f -> 1, nil", "continue"},
--   }
--
-- Events: "line N FUNCTION", "call N FUNCTION", "return N FUNCTION", "error N FUNCTION: VALUE" and "handled N
-- FUNCTION: VALUE" (an error that somebody will handle). In another file its base name comes before N with a colon,
-- as in "line mod.lua:3 f". Values of a return are looked at only where the row has "->".
-- Commands: step, next, until [N], return, continue, quit, up, down, break|tbreak [FILE:]N|FUNCTION [if COND], clear
-- N, delete NUMBER, enable NUMBER, disable NUMBER, ignore NUMBER COUNT, eval TEXT, stack FRAMES.
--
-- Fields of a session: `call` (the chunk runs unseen, and what it returns is called under the debugger), `args`,
-- `modules` (name -> text), `skip`, `breaks` (commands given before), `results` (what the program returns),
-- `raises` (a pattern: the error that leaves it), `class` (to derive from).
local bdb = require "xdb.bdb"
local tap = require "tap"

local driver = {}

local function write_file(name, text)
  local f <close> = assert(io.open(name, "w"))
  assert(f:write(text))
end

local function base_name(path)
  return path:match("[^/]*$")
end

local sessions = 0 -- each program is another file: what is known of one must not be taken for the next
local function program_file()
  return "prog" .. sessions .. ".lua"
end

-- What went wrong ends the session; the error value says so to `session`.
local Failure = {}
local function fail(self, format, ...)
  self.failure = self.failure or ("row %d: "):format(self.at) .. format:format(...)
  error(Failure)
end

local Tracer = bdb.Bdb:subclass()
driver.Tracer = Tracer

local commands = {}

function commands.step(self) self:set_step() end
function commands.next(self) self:set_next(self.frame) end
commands["until"] = function(self, line) self:set_until(self.frame, tonumber(line)) end
commands["return"] = function(self) self:set_return(self.frame) end
commands["continue"] = function(self) self:set_continue() end
function commands.quit(self) self:set_quit() end

function commands.up(self)
  local stack, index = self:get_stack(self.frame)
  if index == 1 then fail(self, "Oldest frame") end
  self.frame = stack[index - 1][1]
end

function commands.down(self)
  local stack = self:get_stack(self.newest)
  for i = 1, #stack - 1 do
    if stack[i][1] == self.frame then
      self.frame = stack[i + 1][1]
      return
    end
  end
  fail(self, "Newest frame")
end

local function set_break(self, text, temporary)
  local place, condition = text:match("^(%S+) if (.+)$")
  place = place or text
  local file, line = place:match("^(.*):(%d+)$")
  line = line or place:match("^%d+$")
  local err
  if line then
    err = self:set_break(file or program_file(), math.tointeger(line), temporary, condition)
  else
    err = self:set_break(nil, nil, temporary, condition, place)
  end
  if err then fail(self, "%s", err) end
end

commands["break"] = function(self, text) set_break(self, text, false) end
function commands.tbreak(self, text) set_break(self, text, true) end

function commands.clear(self, line)
  local err = self:clear_break(program_file(), math.tointeger(line))
  if err then fail(self, "%s", err) end
end

function commands.delete(self, number)
  local err = self:clear_bpbynumber(number)
  if err then fail(self, "%s", err) end
end

function commands.enable(self, number) self:get_bpbynumber(number):enable() end
function commands.disable(self, number) self:get_bpbynumber(number):disable() end

function commands.ignore(self, text)
  local number, count = text:match("(%d+) (%d+)")
  self:get_bpbynumber(number).ignore = math.tointeger(count)
end

function commands.eval(self, text)
  local ok, err = self.frame:eval(text)
  if not ok then fail(self, "%s: %s", text, err) end
end

-- `stack main:6 f:3`: the whole stack, oldest first
function commands.stack(self, want)
  local got = {}
  for i, entry in ipairs(self:get_stack(self.newest)) do
    got[i] = entry[1].name .. ":" .. tostring(entry[2])
  end
  got = table.concat(got, " ")
  if got ~= want then fail(self, "the stack is %s", got) end
end

local function check_hits(self, hits)
  for number, want in pairs(hits) do
    local bp, err = self:get_bpbynumber(number)
    local got = bp and bp.hits or err
    if got ~= want then fail(self, "breakpoint %d was hit: %s, not %d", number, got, want) end
  end
end

local function same_list(a, b)
  return table.concat(a, " ") == table.concat(b or {}, " ")
end

local function place(frame)
  local file = base_name(frame.title)
  return (file == program_file() and "" or file .. ":") .. tostring(frame.line) .. " " .. frame.name
end

function Tracer:new(session)
  local self = bdb.Bdb.new(self, session.skip)
  self.session, self.at, self.cleared = session, 0, {}
  return self
end

function Tracer:event(kind, frame, details)
  self.at = self.at + 1
  local row = self.session[self.at + 1]
  local got = kind .. " " .. place(frame)
  if not row then fail(self, "not expected: %s", got .. details) end
  if kind ~= "return" or row[1]:find("->", 1, true) then got = got .. details end
  if row[1] ~= got then fail(self, "want %s\ngot    %s", row[1], got) end
  check_hits(self, row.hits or {})
  if not same_list(self.cleared, row.cleared) then fail(self, "cleared: %s", table.concat(self.cleared, " ")) end
  self.cleared, self.frame, self.newest = {}, frame, frame
  for i = 2, #row do
    local word, rest = row[i]:match("^(%S+) ?(.*)$")
    commands[word](self, rest)
  end
end

function Tracer:user_line(frame) self:event("line", frame, "") end

-- Functions with breakpoints are told, too; only stepping stops there.
function Tracer:user_call(frame)
  if self:stop_here(frame) then self:event("call", frame, "") end
end

function Tracer:user_return(frame, ...)
  local values = table.pack(...)
  for i = 1, values.n do values[i] = tostring(values[i]) end
  self:event("return", frame, " ->" .. (values.n > 0 and " " or "") .. table.concat(values, ", "))
end

function Tracer:user_exception(frame, err, handled)
  self:event(handled and "handled" or "error", frame, ": " .. tostring(err):gsub("^[^:]*prog%d+%.lua:", ""))
end

function Tracer:do_clear(number)
  table.insert(self.cleared, (math.tointeger(number)))
  self:clear_bpbynumber(number)
end

local function run(tracer, session)
  local chunk = assert(loadfile(program_file()))
  local args = session.args or {}
  if session.call then chunk = chunk() end
  for _, command in ipairs(session.breaks or {}) do
    local word, rest = command:match("^(%S+) ?(.*)$")
    commands[word](tracer, rest)
  end
  return tracer:runcall(chunk, table.unpack(args))
end

-- Runs one session as one test.
function driver.session(session)
  bdb.Breakpoint.clearBreakpoints()
  sessions = sessions + 1
  write_file(program_file(), session.program)
  for name, text in pairs(session.modules or {}) do
    package.loaded[name] = nil
    write_file(name .. ".lua", text)
  end
  local tracer = (session.class or Tracer)(session)
  local results = table.pack(pcall(run, tracer, session))
  local ok, err = results[1], results[2]
  local failure = tracer.failure
  if not failure and not ok and not (session.raises and tostring(err):find(session.raises)) then
    failure = "raised " .. tostring(err)
  elseif not failure and ok and session.raises then
    failure = "did not raise " .. session.raises
  elseif not failure and tracer.at + 1 ~= #session then
    failure = ("row %d did not come: %s"):format(tracer.at + 1, session[tracer.at + 2][1])
  elseif not failure and session.results then
    table.remove(results, 1)
    if not same_list(results, session.results) then failure = "the program returned " .. table.concat(results, " ") end
  end
  tap.ok(not failure, session[1], failure)
end

driver.done = tap.done
return driver
