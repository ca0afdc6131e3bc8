The development mode tells each finding once per place:

  $ cat > loop.lua <<'EOT'
  > for i = 1, 3 do
  >   local f = io.open(arg[0])
  > end
  > for i = 1, 3 do print(nothing) end
  > EOT
  $ xlua -X dev loop.lua
  /bin/bash: line 9: xlua: command not found
  [127]

It is silent on a program that closes what it opens:

  $ cat > good.lua <<'EOT'
  > local f <close> = assert(io.open(arg[0]))
  > for line in io.lines(arg[0]) do if line:find("goto") then break end end
  > local p = io.popen("true")
  > p:close()
  > io.output():write("hello\n")
  > assert(not io.open("nosuch") and not pcall(io.lines, "nosuch"))
  > if DEBUG then print "debugging" end
  > local unpack = unpack or table.unpack
  > assert(type(bit32) == "nil" or jit or not setfenv)
  > if missing == nil and type(absent) == "nil" then later = 1 end
  > local co = coroutine.wrap(function() for i = 1, 2 do coroutine.yield(i) end end)
  > co() co() co()
  > print(table.unpack({1, 2, 3}))
  > EOT
  $ xlua -X dev good.lua
  /bin/bash: line 27: xlua: command not found
  [127]

It is turned on in these ways:

  $ xlua -Xdev -e 'print(require "xdb.devmode".enabled())'
  /bin/bash: line 29: xlua: command not found
  [127]
  $ LUADEVMODE=1 xlua -e 'print(require "xdb.devmode".enabled())'
  /bin/bash: line 31: xlua: command not found
  [127]
  $ LUADEVMODE=0 xlua -e 'print(require "xdb.devmode".enabled())'
  /bin/bash: line 33: xlua: command not found
  [127]
  $ LUADEVMODE= xlua -e 'print(require "xdb.devmode".enabled())'
  /bin/bash: line 35: xlua: command not found
  [127]
  $ LUADEVMODE=1 xlua -e 'print(nothing)'
  /bin/bash: line 37: xlua: command not found
  [127]
  $ LUADEVMODE=1 xlua -E -e 'print(nothing)'
  /bin/bash: line 39: xlua: command not found
  [127]
  $ xlua -e 'local d = require "xdb.devmode" print(d.enabled(), d.enable(), d.enabled())'
  /bin/bash: line 41: xlua: command not found
  [127]

The fault handler goes with it, or alone:

  $ xlua -X dev -e 'print(require "xdb.faulthandler".is_enabled())'
  /bin/bash: line 43: xlua: command not found
  [127]
  $ xlua -X faulthandler -e 'print(require "xdb.faulthandler".is_enabled(), require "xdb.devmode".enabled())'
  /bin/bash: line 45: xlua: command not found
  [127]
  $ LUAFAULTHANDLER=1 xlua -e 'print(require "xdb.faulthandler".is_enabled())'
  /bin/bash: line 47: xlua: command not found
  [127]
  $ xlua -e 'print(require "xdb.faulthandler".is_enabled())'
  /bin/bash: line 49: xlua: command not found
  [127]

Filters of -W; the last that fits counts:

  $ xlua -X dev -W ignore loop.lua
  /bin/bash: line 51: xlua: command not found
  [127]
  $ xlua -X dev -W ignore:ResourceWarning loop.lua
  /bin/bash: line 53: xlua: command not found
  [127]
  $ xlua -X dev -Wignore -W default:ResourceWarning loop.lua
  /bin/bash: line 55: xlua: command not found
  [127]
  $ xlua -X dev -W error loop.lua
  /bin/bash: line 57: xlua: command not found
  [127]
  $ xlua -X dev -W error:GlobalWarning loop.lua
  /bin/bash: line 59: xlua: command not found
  [127]

A filter alone turns on what it names, and nothing else:

  $ xlua -W default:GlobalWarning loop.lua
  /bin/bash: line 61: xlua: command not found
  [127]
  $ xlua -W default:GlobalWarning -e 'print(require "xdb.faulthandler".is_enabled())'
  /bin/bash: line 63: xlua: command not found
  [127]

An error in a place where none can be raised is told as ignored:

  $ xlua -W error:ResourceWarning loop.lua
  /bin/bash: line 65: xlua: command not found
  [127]
  $ xlua -W error:CoroutineWarning -e 'coroutine.create(print)'
  /bin/bash: line 67: xlua: command not found
  [127]

-W alone is Lua's own, and does not hide a finding:

  $ xlua -W -X dev -e 'warn("a warning of the program") warn("@off") warn("hidden")'
  /bin/bash: line 69: xlua: command not found
  [127]
  $ xlua -X dev -e 'warn("off, as always")'
  /bin/bash: line 71: xlua: command not found
  [127]

Findings stand in a program's way only where it asked for errors:

  $ xlua -X dev -W error:ResourceWarning -e 'local f = io.open("loop.lua") f:close() print(pcall(f.close, f))'
  /bin/bash: line 73: xlua: command not found
  [127]
  $ xlua -X dev -W error:RuntimeWarning -e 'local t = {} t[1], t[2], t[4] = 1, 2, 4 print(pcall(table.insert, t, 5))'
  /bin/bash: line 75: xlua: command not found
  [127]

What is open when os.exit ends the program:

  $ xlua -X dev -e 'f = io.open("loop.lua") g = io.popen("true") os.exit(3)'
  /bin/bash: line 77: xlua: command not found
  [127]
  $ xlua -X dev -e 'f = io.open("loop.lua") os.exit(4, true)'
  /bin/bash: line 79: xlua: command not found
  [127]

The globals look as they always do:

  $ xlua -X dev -e 'print(getmetatable(_G), debug.getmetatable(_G)) setmetatable(_G, {__index = function(_, k) return k end}) print(anything)'
  /bin/bash: line 81: xlua: command not found
  [127]
  $ xlua -X dev -e 'print(next(getmetatable("").__index) ~= nil, getmetatable(setmetatable({}, {__metatable = 5})))'
  /bin/bash: line 83: xlua: command not found
  [127]

A program that listens to calls hears of none of ours; afterwards findings go on:

  $ cat > calls.lua <<'EOT'
  > debug.sethook(function(e) io.write(e, " ", tostring(debug.getinfo(2, "n").name), "\n") end, "cr")
  > local a = absent
  > debug.sethook()
  > a = absent
  > EOT
  $ xlua -X dev calls.lua
  /bin/bash: line 92: xlua: command not found
  [127]
  $ xlua calls.lua
  /bin/bash: line 94: xlua: command not found
  [127]

A program's own names and findings:

  $ xlua -X dev -e 'local d = require "xdb.devmode" d.allow("mine", "yours") print(mine, yours, theirs)'
  /bin/bash: line 96: xlua: command not found
  [127]
  $ cat > own.lua <<'EOT'
  > local d = require "xdb.devmode"
  > local function old() d.warn("old() is deprecated") end
  > old() old()
  > d.warn("look here", "RuntimeWarning", 1)
  > d.filter("ignore:DeprecationWarning")
  > old()
  > print(pcall(d.filter, "never"), pcall(d.filter, "error:Warning"))
  > print(pcall(d.warn, "x", "Warning"), pcall(d.warn, "x", nil, 0))
  > print(pcall(d.enable, {filter = {}}), pcall(d.enable, {filters = {"x"}}))
  > EOT
  $ xlua -X dev own.lua
  /bin/bash: line 110: xlua: command not found
  [127]
  $ xlua own.lua
  /bin/bash: line 112: xlua: command not found
  [127]

Wrong words:

  $ xlua -X
  /bin/bash: line 114: xlua: command not found
  [127]
  $ xlua -X fast
  /bin/bash: line 116: xlua: command not found
  [127]
  $ xlua -X tracemalloc=0
  /bin/bash: line 118: xlua: command not found
  [127]
  $ xlua -X tracemalloc=x
  /bin/bash: line 120: xlua: command not found
  [127]
  $ xlua -W error:Global
  /bin/bash: line 122: xlua: command not found
  [127]
  $ xlua -Wfoo
  /bin/bash: line 124: xlua: command not found
  [127]
  $ LUATRACEMALLOC=many xlua -e ''
  /bin/bash: line 126: xlua: command not found
  [127]
  $ LUAMALLOC=mine xlua -e ''
  /bin/bash: line 128: xlua: command not found
  [127]

Memory is traced from the first block on:

  $ xlua -X tracemalloc=7 -e 'local t = require "xdb.tracemalloc" print(t.is_tracing(), t.get_traceback_limit())'
  /bin/bash: line 130: xlua: command not found
  [127]
  $ LUATRACEMALLOC=3 xlua -e 'print(require "xdb.tracemalloc".get_traceback_limit())'
  /bin/bash: line 132: xlua: command not found
  [127]
  $ LUATRACEMALLOC=3 xlua -X tracemalloc -e 'print(require "xdb.tracemalloc".get_traceback_limit())'
  /bin/bash: line 134: xlua: command not found
  [127]
