-- The class Pdb of the module xdb: its constructor, the turns of the command loop that a derived class may take
-- (CMD-002..010, CMD-018, PDB-062, PDB-066), and what the module's functions refuse.
local t = require "tap"
local xdb = require "xdb"

-- Input made of these lines, and the lines of output together with what else is put there.
local function session(lines)
  local seen, pending = {}, ""
  local s = { seen = seen }
  function s.stdin() return table.remove(lines, 1) end
  function s.stdout(text)
    pending = pending .. text
    for line in pending:gmatch "([^\n]*)\n" do seen[#seen + 1] = line end
    pending = pending:match "[^\n]*$"
  end
  return s
end

-- Runs a chunk of two lines under a debugger of the class, which gets the lines; returns what was seen, but for where
-- the program stands, and the debugger.
local function debugged(class, lines, more)
  local s = session(lines)
  more = more or {}
  more.stdin, more.stdout, more.readrc, more.prompt = s.stdin, s.stdout, false, ""
  local debugger = class(more)
  debugger.log = function(_, text) s.seen[#s.seen + 1] = text end
  debugger:run(load("local x = 7\nx = x + 1\nreturn x", "=chunk"))
  local told = {}
  for _, line in ipairs(s.seen) do
    if not line:find "^> chunk" then told[#told + 1] = line end
  end
  return told, debugger
end

-- ---- the loop ----

local Turns = xdb.Pdb:subclass {}
function Turns:preloop() self:log "preloop" end
function Turns:precmd(line) self:log(("precmd(%q)"):format(line)) return line end
function Turns:onecmd(line)
  self:log(("onecmd(%q)"):format(line))
  return xdb.Pdb.onecmd(self, line)
end
function Turns:emptyline() self:log "emptyline" return xdb.Pdb.emptyline(self) end
function Turns:default(line)
  self:log(("default(%q)"):format(line))
  return xdb.Pdb.default(self, line)
end
function Turns:postcmd(stop, line) self:log(("postcmd(%s, %q)"):format(stop, line)) return stop end
function Turns:postloop() self:log "postloop" end

t.same(debugged(Turns, { "p 1", "", "2 + 3", "c" }), {
  "preloop",
  'precmd("p 1")', 'onecmd("p 1")', "1", 'postcmd(false, "p 1")',
  'precmd("")', 'onecmd("")', "emptyline", 'onecmd("p 1")', "1", 'postcmd(false, "")',
  'precmd("2 + 3")', 'onecmd("2 + 3")', 'default("2 + 3")', "5", 'postcmd(false, "2 + 3")',
  'precmd("c")', 'onecmd("c")', 'postcmd(true, "c")',
  "postloop",
}, "each command goes through precmd, onecmd, postcmd; an empty line through emptyline (CMD-003, 008, 009)")

t.same(debugged(Turns, { "n", "", "c" }), {
  "preloop",
  'precmd("n")', 'onecmd("n")', 'postcmd(true, "n")', "postloop", "preloop",
  'precmd("")', 'onecmd("")', "emptyline", 'onecmd("n")', 'postcmd(true, "")', "postloop", "preloop",
  'precmd("c")', 'onecmd("c")', 'postcmd(true, "c")', "postloop",
}, "a repeated command may let the program go on")

t.same(debugged(Turns, { "p 1 ;; p 2", "c" }), {
  "preloop",
  'precmd("p 1")', 'onecmd("p 1")', "1", 'postcmd(false, "p 1")',
  'precmd("p 2")', 'onecmd("p 2")', "2", 'postcmd(false, "p 2")',
  'precmd("c")', 'onecmd("c")', 'postcmd(true, "c")', "postloop",
}, "commands on one line take their turns one by one (CMD-006)")

t.same(debugged(Turns, { "alias pp2 p %1 + 2", "pp2 5", "c" }), {
  "preloop",
  'precmd("alias pp2 p %1 + 2")', 'onecmd("alias pp2 p %1 + 2")', 'postcmd(false, "alias pp2 p %1 + 2")',
  'precmd("p 5 + 2")', 'onecmd("p 5 + 2")', "7", 'postcmd(false, "p 5 + 2")',
  'precmd("c")', 'onecmd("c")', 'postcmd(true, "c")', "postloop",
}, "aliases have been replaced by then")

t.same(debugged(Turns, { "if true then", "p(1)", "end", "c" }), {
  "preloop",
  'precmd("if true then")', 'onecmd("if true then")', 'default("if true then\\\np(1)\\\nend")',
  "...   ...   *** attempt to call a nil value (global 'p')", 'postcmd(false, "if true then")',
  'precmd("c")', 'onecmd("c")', 'postcmd(true, "c")', "postloop",
}, "default gets the lines that complete a statement")

do
  local told, debugger = debugged(Turns, { "p 1" })
  t.same(told, {
    "preloop",
    'precmd("p 1")', 'onecmd("p 1")', "1", 'postcmd(false, "p 1")',
    'precmd("EOF")', 'onecmd("EOF")', "", 'postcmd(true, "EOF")', "postloop",
  }, "the end of the input is the command EOF (CMD-005)")
  t.same(debugger.lastcmd, "", "after which an empty line repeats nothing (CMD-008)")
end

-- ---- each turn may change something ----

do
  local Changing = xdb.Pdb:subclass {}
  function Changing:precmd(line) return (line:gsub("^say ", "p ")) end
  t.same(debugged(Changing, { "say 'hi'", "", "c" }), { '"hi"', '"hi"' },
    "precmd says what is run; what was run is repeated")

  local Staying = xdb.Pdb:subclass {}
  local stops = {}
  function Staying:postcmd(stop, line)
    stops[#stops + 1] = line
    return line == "p 'leave'" or (stop and line ~= "n")
  end
  t.same(debugged(Staying, { "n", "p x", "p 'leave'", "p x", "c" }), { "nil", '"leave"', "7" },
    "postcmd decides whether the program goes on")
  t.same(stops, { "n", "p x", "p 'leave'", "p x", "c" }, "and is told the line")

  local Silent = xdb.Pdb:subclass { emptyline = function() end }
  t.same(debugged(Silent, { "p 1", "", "c" }), { "1" }, "emptyline may do nothing")

  local Own = xdb.Pdb:subclass {}
  function Own:onecmd(line)
    if line == "leave" then return self:onecmd "c" end
    return xdb.Pdb.onecmd(self, line)
  end
  t.same(debugged(Own, { "p 1", "leave" }), { "1" }, "onecmd may be called from itself")
end

t.same(debugged(xdb.Pdb:subclass { precmd = function() error("no", 0) end }, { "p 1", "c" }),
  { "*** no", "1", "*** no" }, "a turn that fails is told, and changes nothing")

-- ---- commands of one's own ----

do
  local Mine = xdb.Pdb:subclass { help_twice = "twice: the argument, two times" }
  function Mine:do_twice(arg) self:message(arg .. arg) end
  function Mine:do_p(arg)
    self:message "my p"
    return xdb.Pdb.do_p(self, arg)
  end
  t.same(debugged(Mine, { "twice ab", "p 1", "", "c" }), { "abab", "my p", "1", "my p", "1" },
    "do_NAME is a command, also in place of Pdb's")
  function Mine:help_once() self:message "once and for all" end
  t.same(debugged(Mine, { "help once", "help twice", "c" }),
    { "once and for all", "Usage: twice", "", "twice: the argument, two times" }, "help_NAME may be a method, or a text")
  local told = debugged(Mine, { "p 1", "= lastcmd", "c" })
  t.same(told[2], "1", "Pdb's own is called by its class")
  local _, debugger = debugged(xdb.Pdb:subclass { do_set = function(self) self.lastcmd = "p 'set'" end },
    { "set", "", "c" })
  t.same(debugger.lastcmd, "c", "lastcmd is what an empty line repeats (CMD-001)")
  told = debugged(xdb.Pdb:subclass { do_set = function(self) self.lastcmd = "p 'set'" end }, { "set", "", "c" })
  t.same(told, { '"set"' }, "and can be set")
end

-- ---- the constructor ----

t.raises("unexpected argument 'readcr'", "an unknown name is refused", xdb.Pdb, { readcr = false })
t.raises("unexpected argument 'foo'", "also where a class overrides new", xdb.Pdb.new, xdb.Pdb, { foo = 1 })
t.raises("too many arguments", "too many arguments are refused", xdb.Pdb, nil, nil, nil, nil, nil, nil, nil, nil, nil, 1)
t.raises("prompt must be a string", "a prompt is a string", xdb.Pdb, { prompt = 5 })
t.raises("skip must be a list of patterns", "skip is a list", xdb.Pdb, { skip = "x" })
t.raises("stdin must have a method 'read'", "stdin can be read", xdb.Pdb, { stdin = {} })
t.raises("completekey: no key is called 'nokey'", "a key has a name", xdb.Pdb, { completekey = "nokey" })
t.raises("completekey must be a string", "or none", xdb.Pdb, { completekey = true })
t.raises("Invalid backend 'zz'", "arguments come in the original's order", xdb.Pdb, "tab", nil, nil, { "x*" }, true, false, "inline", "zz")
t.raises("mode must be 'inline'", "the mode, too", xdb.Pdb, nil, nil, nil, nil, nil, nil, "cli")
t.same(xdb.Pdb { prompt = "> " }.prompt, "> ", "a prompt may be given")

-- ---- set_trace ----

do
  local function stops(...)
    local s = session { "p name", "c" }
    local debugger = xdb.Pdb { stdin = s.stdin, stdout = s.stdout, readrc = false, prompt = "" }
    local function helper(...)
      local name = "helper" -- luacheck: ignore
      debugger:set_trace(...)
    end
    local function caller(...)
      local name = "caller" -- luacheck: ignore
      helper(...)
    end
    caller(...)
    local seen = {}
    for _, line in ipairs(s.seen) do
      seen[#seen + 1] = line:gsub("^> .*%(%d+%)", "> "):match "^[^-].*"
    end
    return seen
  end
  t.same(stops(), { "> helper()", '"helper"' }, "set_trace stops at its caller")
  t.same(stops "a header", { "a header", "> helper()", '"helper"' }, "after a header (PDB-054)")
  t.same(stops(2), { "> caller()", '"caller"' }, "or at the function of a level")
  t.same(stops { frame = 2, header = "h", commands = { "p 1" } }, { "h", "1", "> caller()", '"caller"' },
    "with header and commands")
  t.raises("unexpected argument 'levle'", "an unknown name is refused", stops, { levle = 1 })
  t.raises("frame: there is no level 500", "a level must be there", stops, 500)
  t.raises("frame must be a frame or a level", "a frame is a frame", stops, { frame = "x" })
  t.raises("commands must be a list of strings", "commands are a list", stops, { commands = "x" })
  t.raises("header must be a string", "a header is a text", stops, true)
end

t.same(debugged(xdb.Pdb:subclass { intro = "hello\nyou" }, { "c" }), { "hello", "you" },
  "intro is said when the prompt comes (CMD-001)")
t.same(debugged(xdb.Pdb:subclass { intro = 5 }, { "c" }), {}, "if it is a text")

do
  local function places(tail)
    local s = session { "s", "s", "s", "s", "c" }
    local debugger = xdb.Pdb { stdin = s.stdin, stdout = s.stdout, readrc = false, prompt = "" }
    local function last() return 1 end
    local function helper()
      pcall(debugger.set_trace, debugger, { frame = 3 })
      last()
      if tail then return last() end
    end
    local function other() return 2 end
    local function caller()
      pcall(helper)
      other()
    end
    caller()
    local seen = {}
    for _, line in ipairs(s.seen) do
      seen[#seen + 1] = line:match "^> .*%(%d+%)(.*)" or line:match "^%-%-.*"
    end
    return seen
  end
  local want = { "caller()", "caller()", "--Call--", "other()", "other()", "--Return--", "other()->2" }
  t.same(places(false), want, "a step from an older frame does not lead through the newer ones")
  t.same(places(true), want, "nor through what they end with")
end

do
  local Frames = xdb.Pdb:subclass {}
  local inner = session { "p where", "c" }
  function Frames:do_again()
    xdb.Pdb { stdin = inner.stdin, stdout = inner.stdout, readrc = false, prompt = "" }:set_trace(self.curframe)
  end
  local function f()
    local where = "in f" -- luacheck: ignore
    local s = session { "again", "c" }
    Frames { stdin = s.stdin, stdout = s.stdout, readrc = false, prompt = "" }:set_trace()
  end
  f()
  t.same(inner.seen[#inner.seen], '"in f"', "set_trace takes a frame")
  local co = coroutine.create(function() coroutine.yield() end)
  coroutine.resume(co)
  local bdb, other = require "xdb.bdb", nil
  local Tracer = bdb.Bdb:subclass { user_line = function(self, frame) other = other or frame self:set_step() end }
  coroutine.wrap(function() Tracer():run "x = 1" end)()
  t.raises("the frame is gone", "that is there", function() xdb.Pdb { readrc = false }:set_trace(other) end)
end

-- ---- what is refused ----

for _, name in ipairs { "run", "runctx", "runeval" } do
  local f = xdb[name]
  t.raises("bad argument #1 to '" .. name .. "' %(string or function expected, got number%)",
    name .. " names the argument and the function", load(("local xdb = ... xdb.%s(12)"):format(name)), xdb)
  t.raises("bad argument #1 to 'xdb%." .. name .. "'", name .. " knows its own name", f, 12)
  t.raises("bad argument #2 to '" .. name .. "' %(table expected, got boolean%)", name .. " wants a table of globals",
    load(("local xdb = ... xdb.%s('x = 1', true)"):format(name)), xdb)
end
t.raises("bad argument #1 to 'run' %(string or function expected, got number%)", "so do methods",
  function() xdb.Pdb { readrc = false }:run(12) end)
t.raises("bad argument #1 to 'post_mortem' %(a coroutine that died of an error, or sleeps, is expected%)",
  "post_mortem names its argument", function() xdb.post_mortem(coroutine.running()) end)

t.done()
