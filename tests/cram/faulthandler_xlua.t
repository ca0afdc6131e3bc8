The fault handler from the command line.

  $ export LUA_CPATH="$BUILD/tests/?.so;$LUA_CPATH"
  $ export ASAN_OPTIONS="$ASAN_OPTIONS:handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_abort=0"
  $ ulimit -c 0
  $ run() { env "$@" 2>&1 | sed "/^Current thread's C stack/,/^$/{/^  Binary file \"/d;/^$/d}"; echo ": ${PIPESTATUS[0]}"; }
  $ cp $SRC/examples/defects/*.lua .

A switch, or the environment.

  $ run xlua -X faulthandler segfault.lua
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... [main] (most recent call first):
    File "segfault.lua", line 5 in parse
    File "segfault.lua", line 11 in read_all
    File "segfault.lua", line 16 in <main>
  
  Current thread's C stack trace (most recent call first):
  Extension modules: broken (total: 1)
  : 139
  $ run LUAFAULTHANDLER=1 xlua stack_overflow.lua
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... (most recent call first):
    File "stack_overflow.lua", line 5 in depth_of
    File "stack_overflow.lua", line 9 in <function>
  
  Coroutine 0x... [main] (most recent call first):
    File "stack_overflow.lua", line 8 in <main>
  
  Current thread's C stack trace (most recent call first):
    <truncated rest of calls>
  Extension modules: broken (total: 1)
  : 139
  $ run xlua segfault.lua
  : 139

The module in the program is the command's own.

  $ run xlua -X faulthandler -e "print(require 'xdb.faulthandler'.is_enabled())"
  true
  : 0
  $ run xlua -e "print(require 'xdb.faulthandler'.is_enabled())"
  false
  : 0

From outside: kill -ABRT tells where a program is.

  $ cat >working.lua <<'END'
  > local function work()
  >   os.execute("kill -ABRT $PPID")
  > end
  > work()
  > END
  $ run xlua -X faulthandler working.lua
  Fatal Lua error: Aborted
  
  Current coroutine 0x... [main] (most recent call first):
    File "working.lua", line 2 in work
    File "working.lua", line 4 in <main>
  
  Current thread's C stack trace (most recent call first):
  : 134

A finalizer that fails when the program has ended and its state is closed.

  $ cat >closing.lua <<'END'
  > local broken = require "broken"
  > local function finish()
  >   broken.first_byte(nil)
  > end
  > setmetatable({}, {__gc = function() finish() end})
  > END
  $ run xlua -X faulthandler closing.lua
  Fatal Lua error: Segmentation fault
  
  Current coroutine 0x... [main] (most recent call first):
    Garbage-collecting
    File "closing.lua", line 3 in finish
    File "closing.lua", line 5 in __gc
  
  Current thread's C stack trace (most recent call first):
  Extension modules: broken (total: 1)
  : 139
