The development mode tells each finding once per place:

  $ cat > loop.lua <<'EOT'
  > for i = 1, 3 do
  >   local f = io.open(arg[0])
  > end
  > for i = 1, 3 do print(nothing) end
  > EOT
  $ xlua -X dev loop.lua
  $PWD/loop.lua:4: GlobalWarning: undefined global 'nothing'
    for i = 1, 3 do print(nothing) end
  nil
  nil
  nil
  $PWD/loop.lua:2: ResourceWarning: unclosed file <name='loop.lua' mode='r'>
    local f = io.open(arg[0])
  ResourceWarning: Enable tracemalloc to get the object allocation traceback

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
  hello
  1\t2\t3 (esc)

It is turned on in these ways:

  $ xlua -Xdev -e 'print(require "xdb.devmode".enabled())'
  true
  $ LUADEVMODE=1 xlua -e 'print(require "xdb.devmode".enabled())'
  true
  $ LUADEVMODE=0 xlua -e 'print(require "xdb.devmode".enabled())'
  true
  $ LUADEVMODE= xlua -e 'print(require "xdb.devmode".enabled())'
  false
  $ LUADEVMODE=1 xlua -e 'print(nothing)'
  (command line):1: GlobalWarning: undefined global 'nothing'
  nil
  $ LUADEVMODE=1 xlua -E -e 'print(nothing)'
  nil
  $ xlua -e 'local d = require "xdb.devmode" print(d.enabled(), d.enable(), d.enabled())'
  false\ttrue\ttrue (esc)

The fault handler goes with it, or alone:

  $ xlua -X dev -e 'print(require "xdb.faulthandler".is_enabled())'
  true
  $ xlua -X faulthandler -e 'print(require "xdb.faulthandler".is_enabled(), require "xdb.devmode".enabled())'
  true\tfalse (esc)
  $ LUAFAULTHANDLER=1 xlua -e 'print(require "xdb.faulthandler".is_enabled())'
  true
  $ xlua -e 'print(require "xdb.faulthandler".is_enabled())'
  false

Filters of -W; the last that fits counts:

  $ xlua -X dev -W ignore loop.lua
  nil
  nil
  nil
  $ xlua -X dev -W ignore:ResourceWarning loop.lua
  $PWD/loop.lua:4: GlobalWarning: undefined global 'nothing'
    for i = 1, 3 do print(nothing) end
  nil
  nil
  nil
  $ xlua -X dev -Wignore -W default:ResourceWarning loop.lua
  nil
  nil
  nil
  $PWD/loop.lua:2: ResourceWarning: unclosed file <name='loop.lua' mode='r'>
    local f = io.open(arg[0])
  ResourceWarning: Enable tracemalloc to get the object allocation traceback
  $ xlua -X dev -W error loop.lua
  xlua: $PWD/loop.lua:4: GlobalWarning: undefined global 'nothing'
  stack traceback:
  \t[C]: in metamethod 'index' (esc)
  \tloop.lua:4: in main chunk (esc)
  \t[C]: in ? (esc)
  Error ignored in __gc: $PWD/loop.lua:2: ResourceWarning: unclosed file <name='loop.lua' mode='r'>
    local f = io.open(arg[0])
  ResourceWarning: Enable tracemalloc to get the object allocation traceback
  [1]
  $ xlua -X dev -W error:GlobalWarning loop.lua
  xlua: $PWD/loop.lua:4: GlobalWarning: undefined global 'nothing'
  stack traceback:
  \t[C]: in metamethod 'index' (esc)
  \tloop.lua:4: in main chunk (esc)
  \t[C]: in ? (esc)
  $PWD/loop.lua:2: ResourceWarning: unclosed file <name='loop.lua' mode='r'>
    local f = io.open(arg[0])
  ResourceWarning: Enable tracemalloc to get the object allocation traceback
  [1]

A filter alone turns on what it names, and nothing else:

  $ xlua -W default:GlobalWarning loop.lua
  $PWD/loop.lua:4: GlobalWarning: undefined global 'nothing'
    for i = 1, 3 do print(nothing) end
  nil
  nil
  nil
  $ xlua -W default:GlobalWarning -e 'print(require "xdb.faulthandler".is_enabled())'
  false

An error in a place where none can be raised is told as ignored:

  $ xlua -W error:ResourceWarning loop.lua
  nil
  nil
  nil
  Error ignored in __gc: $PWD/loop.lua:2: ResourceWarning: unclosed file <name='loop.lua' mode='r'>
    local f = io.open(arg[0])
  ResourceWarning: Enable tracemalloc to get the object allocation traceback
  $ xlua -W error:CoroutineWarning -e 'coroutine.create(print)'
  Error ignored in a collection: (command line):1: CoroutineWarning: coroutine was never started
  CoroutineWarning: Enable tracemalloc to get the object allocation traceback

-W alone is Lua's own, and does not hide a finding:

  $ xlua -W -X dev -e 'warn("a warning of the program") warn("@off") warn("hidden")'
  Lua warning: a warning of the program
  $ xlua -X dev -e 'warn("off, as always")'

Findings stand in a program's way only where it asked for errors:

  $ xlua -X dev -W error:ResourceWarning -e 'local f = io.open("loop.lua") f:close() print(pcall(f.close, f))'
  false\t(command line):1: ResourceWarning: file closed twice: name='loop.lua' mode='r' (esc)
  $ xlua -X dev -W error:RuntimeWarning -e 'local t = {} t[1], t[2], t[4] = 1, 2, 4 print(pcall(table.insert, t, 5))'
  false\t(command line):1: RuntimeWarning: table.insert of a list with holes: there is a [4], but no [3], so its length is any of several (esc)

What is open when os.exit ends the program:

  $ xlua -X dev -e 'f = io.open("loop.lua") g = io.popen("true") os.exit(3)'
  (command line):1: ResourceWarning: unclosed file <name='loop.lua' mode='r'>
  ResourceWarning: Enable tracemalloc to get the object allocation traceback
  (command line):1: ResourceWarning: unclosed pipe <command='true' mode='r'>
  ResourceWarning: Enable tracemalloc to get the object allocation traceback
  [3]
  $ xlua -X dev -e 'f = io.open("loop.lua") os.exit(4, true)'
  (command line):1: ResourceWarning: unclosed file <name='loop.lua' mode='r'>
  ResourceWarning: Enable tracemalloc to get the object allocation traceback
  [4]

The globals look as they always do:

  $ xlua -X dev -e 'print(getmetatable(_G), debug.getmetatable(_G)) setmetatable(_G, {__index = function(_, k) return k end}) print(anything)'
  nil\tnil (esc)
  anything
  $ xlua -X dev -e 'print(next(getmetatable("").__index) ~= nil, getmetatable(setmetatable({}, {__metatable = 5})))'
  true\t5 (esc)

A program that listens to calls hears of none of ours; afterwards findings go on:

  $ cat > calls.lua <<'EOT'
  > debug.sethook(function(e) io.write(e, " ", tostring(debug.getinfo(2, "n").name), "\n") end, "cr")
  > local a = absent
  > debug.sethook()
  > a = absent
  > EOT
  $ xlua -X dev calls.lua
  $PWD/calls.lua:4: GlobalWarning: undefined global 'absent'
    a = absent
  return sethook
  call sethook
  $ xlua calls.lua
  return sethook
  call sethook

A program's own names and findings:

  $ xlua -X dev -e 'local d = require "xdb.devmode" d.allow("mine", "yours") print(mine, yours, theirs)'
  (command line):1: GlobalWarning: undefined global 'theirs'
  nil\tnil\tnil (esc)
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
  $PWD/own.lua:3: DeprecationWarning: old() is deprecated
    old() old()
  $PWD/own.lua:4: RuntimeWarning: look here
    d.warn("look here", "RuntimeWarning", 1)
  false\tfalse\tno such category: 'Warning' (ResourceWarning, GlobalWarning, CoroutineWarning, RuntimeWarning, DeprecationWarning) (esc)
  false\tfalse\tbad argument #3 to 'xdb.devmode.warn' (level must be at least 1) (esc)
  false\tfalse\tno such action: 'x' (default, error, ignore) (esc)
  $ xlua own.lua
  xlua: own.lua:5: the development mode is not enabled
  stack traceback:
  \t[C]: in function 'xdb.devmode.filter' (esc)
  \town.lua:5: in main chunk (esc)
  \t[C]: in ? (esc)
  [1]

Wrong words:

  $ xlua -X
  xlua: -X needs a switch: dev, faulthandler, tracemalloc, tracemalloc=N
  [2]
  $ xlua -X fast
  xlua: -X: no such switch: 'fast' (dev, faulthandler, tracemalloc, tracemalloc=N)
  [2]
  $ xlua -X tracemalloc=0
  xlua: tracemalloc takes a number of frames from 1 to 65535, not '0'
  [2]
  $ xlua -X tracemalloc=x
  xlua: tracemalloc takes a number of frames from 1 to 65535, not 'x'
  [2]
  $ xlua -W error:Global
  xlua: -W: no such category: 'Global' (ResourceWarning, GlobalWarning, CoroutineWarning, RuntimeWarning, DeprecationWarning)
  [2]
  $ xlua -Wfoo
  xlua: unrecognized option '-Wfoo'
  usage: xlua [options] [script [args]]
  Available options are:
    -e stat   execute string 'stat'
    -i        enter interactive mode after executing 'script'
    -l mod    require library 'mod' into global 'mod'
    -l g=mod  require library 'mod' into global 'g'
    -v        show version information
    -E        ignore environment variables
    -W        turn warnings on
    --        stop handling options
    -         stop handling options and execute stdin
  [1]
  $ LUATRACEMALLOC=many xlua -e ''
  xlua: LUATRACEMALLOC: tracemalloc takes a number of frames from 1 to 65535, not 'many'
  [2]
  $ LUAMALLOC=mine xlua -e ''
  xlua: LUAMALLOC: no such allocator: 'mine' (default, debug)
  [2]

Memory is traced from the first block on:

  $ xlua -X tracemalloc=7 -e 'local t = require "xdb.tracemalloc" print(t.is_tracing(), t.get_traceback_limit())'
  true\t7 (esc)
  $ LUATRACEMALLOC=3 xlua -e 'print(require "xdb.tracemalloc".get_traceback_limit())'
  3
  $ LUATRACEMALLOC=3 xlua -X tracemalloc -e 'print(require "xdb.tracemalloc".get_traceback_limit())'
  1
