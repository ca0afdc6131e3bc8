What a report shows of other coroutines, of several states, and of a stack that an error has unwound: where Lua's insides are
known.

  $ test "$XDB_LAYOUT" != off || exit 80
  $ export LUA_CPATH="$BUILD/tests/?.so;$LUA_CPATH"
  $ export ASAN_OPTIONS="$ASAN_OPTIONS:handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_abort=0"
  $ ulimit -c 0
  $ run() { env "$@" 2>&1 | cat; echo ": ${PIPESTATUS[0]}"; }
  $ host() { run $BUILD/tests/host/fault_host "$@"; }

A C function never returns; coroutines that wait are shown after those that run.

  $ run lua5.4 $SRC/examples/defects/hang_in_c.lua 0.2
  Timeout (0:00:00.200000)!
  Coroutine 0x... (most recent call first):
    File "$SRC/examples/defects/hang_in_c.lua", line 13 in ask
    File "$SRC/examples/defects/hang_in_c.lua", line 18 in <function>
  
  Coroutine 0x... [main] (most recent call first):
    File "$SRC/examples/defects/hang_in_c.lua", line 17 in <main>
  
  Coroutine 0x... (most recent call first):
    File "$SRC/examples/defects/hang_in_c.lua", line 7 in <function>
  : 1

The order: the one that runs, its resumers, the main thread, and then those that sleep, the newest first.

  $ cat >order.lua <<'END'
  > local dump = require "xdb.faulthandler".dump_traceback
  > local function sleep() coroutine.yield() end
  > local old, new = coroutine.create(sleep), coroutine.create(function() sleep() end)
  > local dead, not_started = coroutine.create(error), coroutine.create(sleep)
  > coroutine.resume(dead)
  > coroutine.resume(new)
  > coroutine.resume(old)
  > local function inner() dump(io.stdout) end
  > local function outer() coroutine.wrap(inner)() end
  > coroutine.wrap(function()
  >   pcall(outer)
  > end)()
  > dump {file = io.stdout, max_threads = 2}
  > END
  $ run lua5.4 order.lua
  Current coroutine 0x... (most recent call first):
    File "order.lua", line 8 in inner
  
  Coroutine 0x... (most recent call first):
    File "order.lua", line 9 in outer
    File "order.lua", line 11 in <function>
  
  Coroutine 0x... [main] (most recent call first):
    File "order.lua", line 10 in <main>
  
  Coroutine 0x... (most recent call first):
    File "order.lua", line 2 in sleep
    File "order.lua", line 3 in <function>
  
  Coroutine 0x... (most recent call first):
    File "order.lua", line 2 in sleep
  Current coroutine 0x... [main] (most recent call first):
    File "order.lua", line 13 in <main>
  
  Coroutine 0x... (most recent call first):
    File "order.lua", line 2 in sleep
    File "order.lua", line 3 in <function>
  ...
  : 0

An error that nothing protects ends a host: the stack is gone by then, but lies in memory still, below calls that have
returned long before.

  $ host panic
  Fatal Lua error: unprotected error in call to Lua API: shop:4: attempt to index a nil value (field 'price')
  Lua runtime state: initialized
  
  Current coroutine 0x... [worker-1] (most recent call first):
    <unwound by the error, as it can still be read>
    File "shop", line 4 in <function>
    File "shop", line 8 in <function>
    File "shop", line 11 in <main>
  PANIC: unprotected error in call to Lua API (shop:4: attempt to index a nil value (field 'price'))
  : 134
  $ host own
  Fatal Lua error: unprotected error in call to Lua API: error object is not a string
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    <unwound by the error, as it can still be read>
    File "own", line 1 in <main>
  own panic function: table: 0x...
  : 7

Handlers that were there before get the signal; after one that lets it pass the next is reported, too.

  $ host earlier
  Fatal Lua error: Floating-point exception
  
  Current coroutine 0x... [main] (most recent call first):
    File "earlier", line 1 in <main>
  the handler before
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... [main] (most recent call first):
    File "earlier", line 1 in <main>
  the handler before
  : 9

A host that gives up says why; its abort() is not reported once more.

  $ host give_up | sed '/C stack/,/^:/{/^:/!d}'
  Fatal Lua error: check: the heap is damaged
  Lua runtime state: initialized
  
  Current coroutine 0x... [main] (most recent call first):
    File "give_up", line 1 in f
    File "give_up", line 2 in <main>
  
  : 134

States in several OS threads; none is current where a thread without Lua fails.

  $ host threads
  Current coroutine 0x... [first] (most recent call first):
    File "first", line 1 in <main>
  
  Coroutine 0x... [worker] (most recent call first):
    File "worker", line 1 in work
    File "worker", line 2 in <main>
  after the worker:
  Current coroutine 0x... [first] (most recent call first):
    File "first", line 1 in <main>
  : 0
  $ host c_thread
  Fatal Lua error: Segmentation fault
  
  Coroutine 0x... [main] (most recent call first):
    File "c_thread", line 1 in f
    File "c_thread", line 2 in <main>
  : 139
  $ host hang
  Timeout (0:00:00.300000)!
  Coroutine 0x... [works] (most recent call first):
    File "works", line 2 in <main>
  
  Coroutine 0x... [waits] (most recent call first):
    File "waits", line 1 in f
    File "waits", line 2 in <main>
  : 1

One that takes no signals is read from outside.

  $ host deaf | sed 's/line [12] in f/line N in f/'
  Timeout (0:00:00.100000)!
  Coroutine 0x... [main] (most recent call first):
    File "deaf", line N in f
    File "deaf", line 4 in <main>
  : 1

The end of the last state puts everything back.

  $ host many
  enabled: 0
  : 0

A child has no watchdog of its parent's.

  $ host forked
  child 0
  : 0
