-- The Lua module xdb.faulthandler: its arguments, its answers, its files, and what it refuses.
local t = require "tap"
local faulthandler = require "xdb.faulthandler"

local function reports(write, ...)
  local file <close> = assert(io.tmpfile())
  write(file, ...)
  file:seek("set")
  return (file:read("a"):gsub("0x%x+", "0x..."))
end

local here = debug.getinfo(1, "S").source:sub(2)
local function line(n) return ('  File "%s", line %d in '):format(here, n) end

-- ---- on the spot ----
local function inner(file) faulthandler.dump_traceback(file, false) end
local function outer(file)
  inner(file)
  return nil
end
local alone = reports(outer)
t.ok(alone:find("^Stack %(most recent call first%):\n"), "the running coroutine alone is the stack", alone)
t.ok(alone:find(line(16) .. "inner\n" .. line(18) .. "outer\n", 1, true), "the newest call comes first", alone)
t.ok(alone:find("in reports\n.*in <main>\n$"), "and the oldest last", alone)
t.same(reports(function(file) faulthandler.dump_traceback {file = file, all_threads = false} end):match("^[^\n]*"),
       "Stack (most recent call first):", "arguments by name")
local all = reports(function(file) faulthandler.dump_traceback(file) end)
t.ok(all:find("^Current coroutine 0x%.%.%. %[main%] %(most recent call first%):\n"), "all coroutines are shown by default", all)
local inside = reports(function(file) coroutine.wrap(function() inner(file) faulthandler.dump_traceback(file) end)() end)
t.ok(inside:find("\n\nCoroutine 0x%.%.%. %[main%]"), "the main thread is named", inside)
t.ok(inside:find("^Stack[^\n]*\n[^\n]*inner\n[^\n]*<function>\nCurrent coroutine 0x%.%.%. %("),
     "the stack of a coroutine is its own", inside)

-- ---- files ----
local function is_report(text) return text:find("^Stack ") ~= nil end
t.ok(pcall(faulthandler.dump_traceback, {fileno = function() return 2 end}, false), "an object with fileno() is a file")
t.ok(pcall(faulthandler.dump_traceback, 2, false), "a descriptor is a file")
t.ok(is_report(reports(function(file)
  file:write("")
  faulthandler.dump_traceback(file, false)
end)), "a file of Lua's is a file")
t.ok(reports(function(file)
  file:write("before\n")
  faulthandler.dump_traceback(file, false)
end):find("^before\nStack"), "what was written before comes before")
local closed = io.tmpfile()
closed:close()
for what, value in pairs {["a closed file"] = closed, ["a string"] = "x", ["true"] = true, ["a function"] = print,
                          ["a negative descriptor"] = -1, ["a descriptor that is not open"] = 987,
                          ["no descriptor at all"] = 1 << 40} do
  for _, name in ipairs {"enable", "dump_traceback", "dump_c_stack"} do
    t.ok(not pcall(faulthandler[name], value), name .. " refuses " .. what)
  end
  t.ok(not pcall(faulthandler.register, 10, value), "register refuses " .. what)
  t.ok(not pcall(faulthandler.dump_traceback_later, 1, false, value), "dump_traceback_later refuses " .. what)
end
t.raises("^file is not a valid file descriptor$", "in Python's words", faulthandler.dump_traceback, -1)
t.raises("'string' value has no method 'fileno'", "what is no file", faulthandler.enable, "x")
t.raises("'table' value has no method 'fileno'", "nor is a list", faulthandler.enable, {1}, true)
t.raises("file:fileno%(%) is not a valid file descriptor", "a bad answer of fileno()", faulthandler.enable,
         {fileno = function() return "none" end})
t.raises("^mine$", "an error in fileno() comes out", faulthandler.enable, {fileno = function() error("mine", 0) end})
t.raises("closed file", "a file that is closed", faulthandler.enable, closed)

-- ---- on and off ----
t.same({faulthandler.is_enabled(), faulthandler.disable(), faulthandler.is_enabled()}, {false, false, false}, "off by default")
t.same({select("#", faulthandler.enable()), faulthandler.is_enabled()}, {0, true}, "enable() gives nothing")
faulthandler.enable {file = io.stdout, all_threads = false, c_stack = false, max_threads = 5}
t.same({faulthandler.disable(), faulthandler.disable(), faulthandler.is_enabled()}, {true, false, false},
       "disable() tells whether it was on")
t.raises("unexpected argument 'files'", "an unknown name", faulthandler.enable, {files = 1})
t.raises("too many arguments", "too many arguments", faulthandler.enable, 2, true, true, 5, 6)
for _, n in ipairs {0, -1, 1001, math.maxinteger} do
  t.raises("^max_threads must be between 1 and 1000$", "max_threads = " .. n, faulthandler.enable, {max_threads = n})
end
t.same(faulthandler.is_enabled(), false, "what is refused changes nothing")
do -- the file is kept, although the program forgets it
  local kept = setmetatable({}, {__mode = "k"})
  local file = io.tmpfile()
  kept[file] = true
  faulthandler.enable(file)
  file = nil
  collectgarbage()
  t.ok(next(kept), "the file of enable() is kept")
  faulthandler.disable()
  collectgarbage()
  collectgarbage() -- it has a finalizer
  t.same(next(kept), nil, "and let go of afterwards")
end

-- ---- signals of the user's ----
for _, case in ipairs {{11, "^signal 11 cannot be registered, use enable%(%) instead$"}, {0, "^signal number out of range$"},
                       {-1, "^signal number out of range$"}, {999, "^signal number out of range$"},
                       {1 << 40, "^signal number out of range$"}, {"x", "signum must be an integer"},
                       {nil, "signum is missing"}} do
  t.raises(case[2], "register(" .. tostring(case[1]) .. ")", faulthandler.register, case[1])
  t.raises(case[2], "unregister(" .. tostring(case[1]) .. ")", faulthandler.unregister, case[1])
end
t.raises("^%[Errno 22%] Invalid argument$", "a signal that cannot be caught", faulthandler.register, 9)
t.same(faulthandler.unregister(faulthandler.SIGUSR1), false, "unregister() of what was not registered")
local signalled = reports(function(file)
  faulthandler.register(faulthandler.SIGUSR1, io.stdout)
  faulthandler.register {signum = faulthandler.SIGUSR1, file = file, all_threads = false} -- changes the options
  os.execute("kill -USR1 $PPID")
end)
t.ok(is_report(signalled), "a signal writes a report", signalled)
t.same({faulthandler.unregister(faulthandler.SIGUSR1), faulthandler.unregister(faulthandler.SIGUSR1)}, {true, false},
       "unregister() tells whether it was registered")

-- ---- later ----
t.raises("^timeout must be greater than 0$", "no time", faulthandler.dump_traceback_later, 0)
t.raises("^timeout must be greater than 0$", "less than no time", faulthandler.dump_traceback_later, -1)
t.raises("^timeout value is too large$", "too much time", faulthandler.dump_traceback_later, 1e30)
t.raises("timeout must be a number", "no number", faulthandler.dump_traceback_later, "x")
t.raises("timeout is missing", "nothing at all", faulthandler.dump_traceback_later)
t.same(select("#", faulthandler.cancel_dump_traceback_later()), 0, "nothing to cancel")
local late = reports(function(file)
  faulthandler.dump_traceback_later {timeout = 0.01, file = file, repeat_ = true}
  faulthandler.dump_traceback_later(0.02, false, file) -- takes the place of the first
  repeat until file:seek("end") > 0
  faulthandler.cancel_dump_traceback_later()
end)
t.ok(late:find("^Timeout %(0:00:00%.020000%)!\nCoroutine 0x%.%.%. %[main%]"), "a report later, of which nothing is current", late)
t.same(select(2, late:gsub("Timeout", "")), 1, "and one only")

-- ---- the C stack ----
local stack = reports(faulthandler.dump_c_stack)
t.ok(stack:find("^Current thread's C stack trace %(most recent call first%):\n  Binary file \""), "the C stack", stack)
for text in stack:gmatch("\n([^\n]+)") do
  if not (text:find('^  Binary file ".-" %[0x%.%.%.%]$') or text:find('^  Binary file ".-", at .*[+-]0x%.%.%. %[0x%.%.%.%]$')) then
    t.ok(false, "a line of the C stack", text)
  end
end
t.done()
