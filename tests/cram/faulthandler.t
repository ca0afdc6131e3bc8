The fault handler under the stock interpreter. The examples' C module is at hand, the sanitizers keep away from
signals, and the statuses are told after a colon.

  $ export LUA_CPATH="$BUILD/tests/?.so;$LUA_CPATH"
  $ export ASAN_OPTIONS="$ASAN_OPTIONS:handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_abort=0"
  $ ulimit -c 0
  $ run() { env "$@" 2>&1 | cat; echo ": ${PIPESTATUS[0]}"; }
  $ cp $SRC/examples/defects/*.lua .
  $ enable() { echo "require 'xdb.faulthandler'.enable{${1-c_stack = false}}"; }

A C module follows a pointer that leads nowhere.

  $ run lua5.4 -e "$(enable)" segfault.lua
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... [main] (most recent call first):
    File "segfault.lua", line 5 in parse
    File "segfault.lua", line 11 in read_all
    File "segfault.lua", line 16 in <main>
  
  Extension modules: broken (total: 1)
  : 139

A C stack overflow is reported, too, from an alternate stack; the coroutine that runs comes first, then those it was
resumed from.

  $ run lua5.4 -e "$(enable)" stack_overflow.lua
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... (most recent call first):
    File "stack_overflow.lua", line 5 in depth_of
    File "stack_overflow.lua", line 9 in <function>
  
  Coroutine 0x... [main] (most recent call first):
    File "stack_overflow.lua", line 8 in <main>
  
  Extension modules: broken (total: 1)
  : 139

A loop hangs.

  $ run lua5.4 hang.lua 0.2 | sed -E 's/line [0-9]+ in find/line N in find/'
  Timeout (0:00:00.200000)!
  Coroutine 0x... [main] (most recent call first):
    File "hang.lua", line N in find
    File "hang.lua", line 18 in <main>
  : 1

Every fatal signal has its name, and its exit status.

  $ for n in 11 6 8 7 4; do run lua5.4 -e "$(enable 'c_stack = false, all_threads = false')" \
  > -e "local function a() require 'broken'.kill_with($n) end
  >     local function b() a() end
  >     b()"; done
  Fatal Lua error: Segmentation fault
  
  Stack (most recent call first):
    File "(command line)", line 1 in a
    File "(command line)", line 2 in b
    File "(command line)", line 3 in <main>
  
  Extension modules: broken (total: 1)
  : 139
  Fatal Lua error: Aborted
  
  Stack (most recent call first):
    File "(command line)", line 1 in a
    File "(command line)", line 2 in b
    File "(command line)", line 3 in <main>
  
  Extension modules: broken (total: 1)
  : 134
  Fatal Lua error: Floating-point exception
  
  Stack (most recent call first):
    File "(command line)", line 1 in a
    File "(command line)", line 2 in b
    File "(command line)", line 3 in <main>
  
  Extension modules: broken (total: 1)
  : 136
  Fatal Lua error: Bus error
  
  Stack (most recent call first):
    File "(command line)", line 1 in a
    File "(command line)", line 2 in b
    File "(command line)", line 3 in <main>
  
  Extension modules: broken (total: 1)
  : 135
  Fatal Lua error: Illegal instruction
  
  Stack (most recent call first):
    File "(command line)", line 1 in a
    File "(command line)", line 2 in b
    File "(command line)", line 3 in <main>
  
  Extension modules: broken (total: 1)
  : 132
  $ run lua5.4 -e "$(enable)" -e "require 'broken'.give_up()"
  Fatal Lua error: Aborted
  
  Current coroutine 0x... [main] (most recent call first):
    File "(command line)", line 1 in <main>
  
  Extension modules: broken (total: 1)
  : 134

The C stack begins at the fault.

  $ run lua5.4 -e "$(enable '')" segfault.lua >out
  $ sed -n '/C stack/,$p' out | sed -E 's/at .*\+0x[0-9a-f]+ /at ... /; s/"[^"]*\//"/' | head -3
  Current thread's C stack trace (most recent call first):
    Binary file "broken.so", at ... [0x...]
    Binary file "lua5.4", at ... [0x...]
  $ tail -2 out
  Extension modules: broken (total: 1)
  : 139

A finalizer that fails runs while the collector is at work.

  $ cat >finalizer.lua <<'END'
  > local broken = require "broken"
  > setmetatable({}, {__gc = function()
  >   broken.first_byte(nil)
  > end})
  > collectgarbage()
  > END
  $ run lua5.4 -e "$(enable)" finalizer.lua
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... [main] (most recent call first):
    Garbage-collecting
    File "finalizer.lua", line 3 in __gc
    File "finalizer.lua", line 5 in <main>
  
  Extension modules: broken (total: 1)
  : 139

disable() puts back what was there before.

  $ run lua5.4 -e "$(enable)" -e "print(require 'xdb.faulthandler'.disable())" segfault.lua
  true
  : 139

The report goes where it was told to.

  $ run lua5.4 -e "f = io.open('report', 'w') f:write('before\n')" -e "$(enable 'file = f, c_stack = false')" segfault.lua
  : 139
  $ cat report
  before
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... [main] (most recent call first):
    File "segfault.lua", line 5 in parse
    File "segfault.lua", line 11 in read_all
    File "segfault.lua", line 16 in <main>
  
  Extension modules: broken (total: 1)

One hundred frames are shown; what is no plain text is escaped; long names are cut.

  $ cat >deep.lua <<'END'
  > local dump = require "xdb.faulthandler".dump_traceback
  > local function r(n)
  >   if n == 0 then dump(io.stdout, false) else r(n - 1) end
  >   return n
  > end
  > r(150)
  > END
  $ run lua5.4 deep.lua | uniq -c | sed 's/^ *//'
  1 Stack (most recent call first):
  100   File "deep.lua", line 3 in r
  1 : 0
  $ cat >names.lua <<'END'
  > local dump = require "xdb.faulthandler".dump_traceback
  > load("local dump = ...\ndump(io.stdout, false)", "=\xc3\xa9\n\t\"x\"")(dump)
  > load("local dump = ...\ndump(io.stdout, false)", "@" .. ("x"):rep(600))(dump)
  > load("local dump = ...\n\n\nlocal function f() dump(io.stdout, false) end\nf()")(dump)
  > load(string.dump(load("local dump = ... dump(io.stdout, false)"), true))(dump)
  > END
  $ run lua5.4 names.lua | sed -E 's/x{500}/500 x/'
  Stack (most recent call first):
    File "\xc3\xa9\x0a\x09"x"", line 2 in <main>
    File "names.lua", line 2 in <main>
  Stack (most recent call first):
    File "500 x...", line 2 in <main>
    File "names.lua", line 3 in <main>
  Stack (most recent call first):
    File "[string "local dump = ......"]", line 4 in f
    File "[string "local dump = ......"]", line 5 in <main>
    File "names.lua", line 4 in <main>
  Stack (most recent call first):
    File "???", line ??? in <main>
    File "names.lua", line 5 in <main>
  : 0

A signal of the user's gives a report, and the program goes on.

  $ cat >user.lua <<'END'
  > local faulthandler = require "xdb.faulthandler"
  > local broken = require "broken"
  > faulthandler.register(faulthandler.SIGUSR1, io.stdout)
  > local function f()
  >   broken.kill_with(faulthandler.SIGUSR1)
  > end
  > f()
  > print(faulthandler.unregister(faulthandler.SIGUSR1), faulthandler.unregister(faulthandler.SIGUSR1))
  > faulthandler.register {signum = faulthandler.SIGUSR2, all_threads = false, chain = true}
  > f = nil
  > broken.kill_with(faulthandler.SIGUSR2)
  > END
  $ run lua5.4 user.lua
  Current coroutine 0x... [main] (most recent call first):
    File "user.lua", line 5 in f
    File "user.lua", line 7 in <main>
  true\tfalse (esc)
  Stack (most recent call first):
    File "user.lua", line 11 in <main>
  : 140

A report later, repeated, until it is cancelled.

  $ cat >later.lua <<'END'
  > local faulthandler = require "xdb.faulthandler"
  > faulthandler.dump_traceback_later {timeout = 0.25, ["repeat"] = true}
  > require "broken".sleep_for(0.6)
  > faulthandler.cancel_dump_traceback_later()
  > faulthandler.dump_traceback_later(3661.5)
  > faulthandler.cancel_dump_traceback_later()
  > print "end"
  > END
  $ run lua5.4 later.lua
  Timeout (0:00:00.250000)!
  Coroutine 0x... [main] (most recent call first):
    File "later.lua", line 3 in <main>
  Timeout (0:00:00.250000)!
  Coroutine 0x... [main] (most recent call first):
    File "later.lua", line 3 in <main>
  end
  : 0

One that ends the program.

  $ run lua5.4 -e "require 'xdb.faulthandler'.dump_traceback_later(1, false, io.stdout, true) while true do end"
  Timeout (0:00:01)!
  Coroutine 0x... [main] (most recent call first):
    File "(command line)", line 1 in <main>
  : 1

Without io.stderr there is no file to write to.

  $ run lua5.4 -e "local fh = require 'xdb.faulthandler' io.stderr = nil
  > for _, f in ipairs {'enable', 'dump_traceback', 'dump_c_stack'} do print(pcall(fh[f])) end
  > print(pcall(fh.register, 10)) print(pcall(fh.dump_traceback_later, 1))"
  false\tio.stderr is nil (esc)
  false\tio.stderr is nil (esc)
  false\tio.stderr is nil (esc)
  false\tio.stderr is nil (esc)
  false\tio.stderr is nil (esc)
  : 0

A message handler that fails over and over is reported, since Lua tells nobody; the program goes on.

  $ cat >handler.lua <<'END'
  > local function handler(message)
  >   return message.text
  > end
  > local function work()
  >   error("broken", 0)
  > end
  > local function protected()
  >   print(xpcall(work, function(e) handler(nil) end))
  >   print(xpcall(work, handler), xpcall(work, print), xpcall(error, function(e) return e end, 5))
  > end
  > protected()
  > END
  $ run lua5.4 -e "$(enable)" handler.lua
  Fatal Lua error: error in error handling
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    File "handler.lua", line 8 in protected
    File "handler.lua", line 11 in <main>
  false\terror in error handling (esc)
  broken
  false\tfalse\tfalse\t5 (esc)
  : 0
  $ run lua5.4 handler.lua
  false\terror in error handling (esc)
  broken
  false\tfalse\tfalse\t5 (esc)
  : 0
  $ run lua5.4 -e "$(enable) require 'xdb.faulthandler'.disable()" handler.lua
  false\terror in error handling (esc)
  broken
  false\tfalse\tfalse\t5 (esc)
  : 0
