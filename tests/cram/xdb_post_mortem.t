An uncaught error is looked at where it was raised (PDB-032, 033, 217).

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >boom.lua <<'END'
  > local function inner(d)
  >     local key = "missing"
  >     return d[key].x
  > end
  > 
  > local function outer()
  >     local t = { a = 1 }
  >     local v = inner(t)
  >     return v
  > end
  > 
  > print("start")
  > outer()
  > END
  $ xdb boom.lua <<'END'
  > c
  > w
  > p d, key
  > key = "a"
  > p d[key]
  > u
  > p t
  > until
  > n
  > q
  > END
  |> $PWD/boom.lua(4)<main>()
  |-> end
  |(xdb) c
  |start
  |lua5.4: boom.lua:3: attempt to index a nil value (field '?')
  |stack traceback:
  |\tboom.lua:3: in upvalue 'inner' (esc)
  |\tboom.lua:8: in local 'outer' (esc)
  |\tboom.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) w
  |  $PWD/boom.lua(13)<main>()
  |-> outer()
  |  $PWD/boom.lua(8)outer()
  |-> local v = inner(t)
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) p d, key
  |{a = 1}, "missing"
  |(xdb) key = "a"
  |(xdb) p d[key]
  |1
  |(xdb) u
  |> $PWD/boom.lua(8)outer()
  |-> local v = inner(t)
  |(xdb) p t
  |{a = 1}
  |(xdb) until
  |The program finished and will be restarted
  |> $PWD/boom.lua(4)<main>()
  |-> end
  |(xdb) n
  |> $PWD/boom.lua(10)<main>()
  |-> end
  |(xdb) q

Every way to go on starts the program again:

  $ xdb -c c boom.lua 2>/dev/null <<'END'
  > s
  > c
  > n
  > c
  > c
  > r
  > END
  |start
  |lua5.4: boom.lua:3: attempt to index a nil value (field '?')
  |stack traceback:
  |\tboom.lua:3: in upvalue 'inner' (esc)
  |\tboom.lua:8: in local 'outer' (esc)
  |\tboom.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) s
  |The program finished and will be restarted
  |> $PWD/boom.lua(4)<main>()
  |-> end
  |(xdb) c
  |start
  |lua5.4: boom.lua:3: attempt to index a nil value (field '?')
  |stack traceback:
  |\tboom.lua:3: in upvalue 'inner' (esc)
  |\tboom.lua:8: in local 'outer' (esc)
  |\tboom.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) n
  |The program finished and will be restarted
  |> $PWD/boom.lua(4)<main>()
  |-> end
  |(xdb) c
  |start
  |lua5.4: boom.lua:3: attempt to index a nil value (field '?')
  |stack traceback:
  |\tboom.lua:3: in upvalue 'inner' (esc)
  |\tboom.lua:8: in local 'outer' (esc)
  |\tboom.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/boom.lua(4)<main>()
  |-> end
  |(xdb) r
  |start
  |boom.lua:3: attempt to index a nil value (field '?')
  |> $PWD/boom.lua(13)<main>()
  |-> outer()
  |(xdb) 

While stepping, the error stops first where the step was:

  $ xdb boom.lua <<'END'
  > b 3
  > c
  > n
  > p d
  > n
  > p d
  > c
  > q
  > END
  |> $PWD/boom.lua(4)<main>()
  |-> end
  |(xdb) b 3
  |Breakpoint 1 at $PWD/boom.lua:3
  |(xdb) c
  |start
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) n
  |boom.lua:3: attempt to index a nil value (field '?')
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) p d
  |{a = 1}
  |(xdb) n
  |lua5.4: boom.lua:3: attempt to index a nil value (field '?')
  |stack traceback:
  |\tboom.lua:3: in upvalue 'inner' (esc)
  |\tboom.lua:8: in local 'outer' (esc)
  |\tboom.lua:13: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/boom.lua(3)inner()
  |-> return d[key].x
  |(xdb) p d
  |{a = 1}
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/boom.lua(4)<main>()
  |-> end
  |(xdb) q

What lua says of an error stays what it is, and functions with __close see it:

  $ cat >closing.lua <<'END'
  > local guard <close> = setmetatable({}, { __close = function(_, e) print("closing with " .. tostring(e)) end })
  > error(setmetatable({}, { __tostring = function() return "as text" end }))
  > END
  $ xdb -c c closing.lua <<'END'
  > p guard
  > q
  > END
  |lua5.4: as text
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/closing.lua(2)<main>()
  |-> error(setmetatable({}, { __tostring = function() return "as text" end }))
  |(xdb) p guard
  |{}
  |(xdb) q
  |closing with as text
  $ cat >values.lua <<'END'
  > local kind = ...
  > if kind == "nil" then error() end
  > if kind == "table" then error({}) end
  > if kind == "raises" then error(setmetatable({}, { __tostring = function() error("no text") end })) end
  > if kind == "number" then error(42) end
  > if kind == "c" then string.rep() end
  > if kind == "overflow" then local function f() return 1 + f() end f() end
  > if kind == "string" then ("x")() end
  > END
  $ for kind in nil table raises number c string; do xdb -c c values.lua $kind </dev/null; done
  |lua5.4: (error object is a nil value)
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tvalues.lua:2: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/values.lua(2)<main>()
  |-> if kind == "nil" then error() end
  |(xdb) 
  |lua5.4: (error object is a table value)
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tvalues.lua:3: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/values.lua(3)<main>()
  |-> if kind == "table" then error({}) end
  |(xdb) 
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/values.lua(4)<main>()
  |-> if kind == "raises" then error(setmetatable({}, { __tostring = function() error("no text") end })) end
  |(xdb) 
  |lua5.4: values.lua:4: no text
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tvalues.lua:4: in function <values.lua:4> (esc)
  |\t[C]: in ? (esc)
  |\t[C]: in function 'error' (esc)
  |\tvalues.lua:4: in main chunk (esc)
  |\t[C]: in ? (esc)
  |lua5.4: 42
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tvalues.lua:5: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/values.lua(5)<main>()
  |-> if kind == "number" then error(42) end
  |(xdb) 
  |lua5.4: values.lua:6: bad argument #1 to 'rep' (string expected, got no value)
  |stack traceback:
  |\t[C]: in function 'string.rep' (esc)
  |\tvalues.lua:6: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/values.lua(6)<main>()
  |-> if kind == "c" then string.rep() end
  |(xdb) 
  |lua5.4: values.lua:8: attempt to call a string value (constant 'x')
  |stack traceback:
  |\tvalues.lua:8: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/values.lua(8)<main>()
  |-> if kind == "string" then ("x")() end
  |(xdb) 

A stack that overflowed can be looked at:

  $ xdb -c c -c 'w 2' -c 'w -1' -c 'u -1' -c 'p kind' -c q values.lua overflow </dev/null | grep -v '^|\s.*in \(local\|upvalue\|function\)'
  |lua5.4: values.lua:7: stack overflow
  |stack traceback:
  |\t...\t(skipping 999968 levels) (esc)
  |\tvalues.lua:7: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |  $PWD/values.lua(7)f()
  |-> if kind == "overflow" then local function f() return 1 + f() end f() end
  |> $PWD/values.lua(7)f()
  |-> if kind == "overflow" then local function f() return 1 + f() end f() end
  |  $PWD/values.lua(7)<main>()
  |-> if kind == "overflow" then local function f() return 1 + f() end f() end
  |> $PWD/values.lua(7)<main>()
  |-> if kind == "overflow" then local function f() return 1 + f() end f() end
  |"overflow"

An error in LUA_INIT, too; where nobody is asked there is no second try:

  $ LUA_INIT='local v = 5; error("init")' xdb -c 'p v' -c q boom.lua </dev/null
  |lua5.4: LUA_INIT:1: init
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tLUA_INIT:1: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |5
  $ LUA_INIT='x = = 1' xdb boom.lua </dev/null
  |lua5.4: LUA_INIT:1: unexpected symbol near '='
  [1]

A script that is edited so that it no longer compiles leads to a prompt as well: nothing is lost, and once it is mended
the program starts again:

  $ printf 'print("one")\nprint("two")\n' >edited.lua; cp edited.lua good.lua
  $ xdb edited.lua <<'END'
  > b 2
  > os.execute("echo 'x = = 1' >>edited.lua")
  > run
  > w
  > u
  > p 6 * 7
  > c
  > os.execute("cp good.lua edited.lua")
  > c
  > c
  > q
  > END
  |> $PWD/edited.lua(1)<main>()
  |-> print("one")
  |(xdb) b 2
  |Breakpoint 1 at $PWD/edited.lua:2
  |(xdb) os.execute("echo 'x = = 1' >>edited.lua")
  |true, "exit", 0
  |(xdb) run
  |Restarting $PWD/edited.lua with arguments:
  |\t (esc)
  |lua5.4: edited.lua:3: unexpected symbol near '='
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |(xdb) w
  |(xdb) u
  |*** Oldest frame
  |(xdb) p 6 * 7
  |42
  |(xdb) c
  |The program finished and will be restarted
  |lua5.4: edited.lua:3: unexpected symbol near '='
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |(xdb) os.execute("cp good.lua edited.lua")
  |true, "exit", 0
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/edited.lua(1)<main>()
  |-> print("one")
  |(xdb) c
  |one
  |> $PWD/edited.lua(2)<main>()
  |-> print("two")
  |(xdb) q
