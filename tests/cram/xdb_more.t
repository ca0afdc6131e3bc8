What pdb has not: catch, locals, upvalues, info, log points, save and read.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >demo.lua <<'END'
  > local function square(n)
  >     local r = n * n
  >     return r
  > end
  > local function total(values)
  >     local acc = 0
  >     for _, v in ipairs(values) do
  >         acc = acc + square(v)
  >     end
  >     return acc
  > end
  > print("total", total({ 1, 2, 3 }))
  > END

catch raised stops at errors that something will receive, once each:

  $ cat >errors.lua <<'END'
  > local function fails(what)
  >     error(what)
  > end
  > print(pcall(fails, "one"))
  > print(pcall(fails, { code = 2 }))
  > print(pcall(coroutine.wrap(function() fails("three") end)))
  > local co = coroutine.create(function() local inside = 5; fails(4) end)
  > print(coroutine.resume(co))
  > print(select("#", pcall(error)))
  > fails("last")
  > END
  $ xdb errors.lua <<'END'
  > catch
  > catch raised
  > catch
  > catch nosuch
  > c
  > w
  > c
  > c
  > w
  > c
  > u
  > p inside
  > c
  > c
  > c
  > catch off
  > c
  > catch
  > c
  > catch uncaught
  > c
  > q
  > END
  |> $PWD/errors.lua(3)<main>()
  |-> end
  |(xdb) catch
  |Catching errors: uncaught
  |(xdb) catch raised
  |(xdb) catch
  |Catching errors: raised
  |(xdb) catch nosuch
  |*** Invalid argument: nosuch
  |      Usage: catch [raised | uncaught | off]
  |(xdb) c
  |errors.lua:2: one
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) w
  |  $PWD/errors.lua(4)<main>()
  |-> print(pcall(fails, "one"))
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) c
  |false\terrors.lua:2: one (esc)
  |{code = 2}
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) c
  |false\ttable: 0x... (esc)
  |errors.lua:2: three
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) w
  |  $PWD/errors.lua(6)<main>()
  |-> print(pcall(coroutine.wrap(function() fails("three") end)))
  |  (...resumes thread: 0x......)
  |  $PWD/errors.lua(6)<function>()
  |-> print(pcall(coroutine.wrap(function() fails("three") end)))
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) c
  |false\terrors.lua:2: three (esc)
  |4
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) u
  |> $PWD/errors.lua(7)<function>()
  |-> local co = coroutine.create(function() local inside = 5; fails(4) end)
  |(xdb) p inside
  |5
  |(xdb) c
  |false\t4 (esc)
  |nil
  |> $PWD/errors.lua(9)<main>()
  |-> print(select("#", pcall(error)))
  |(xdb) c
  |2
  |lua5.4: errors.lua:2: last
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\terrors.lua:2: in local 'fails' (esc)
  |\terrors.lua:10: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/errors.lua(3)<main>()
  |-> end
  |(xdb) catch off
  |(xdb) c
  |false\terrors.lua:2: one (esc)
  |false\ttable: 0x... (esc)
  |false\terrors.lua:2: three (esc)
  |false\t4 (esc)
  |2
  |lua5.4: errors.lua:2: last
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\terrors.lua:2: in local 'fails' (esc)
  |\terrors.lua:10: in main chunk (esc)
  |\t[C]: in ? (esc)
  |The program finished and will be restarted
  |> $PWD/errors.lua(3)<main>()
  |-> end
  |(xdb) catch
  |Catching errors: off
  |(xdb) c
  |false\terrors.lua:2: one (esc)
  |false\ttable: 0x... (esc)
  |false\terrors.lua:2: three (esc)
  |false\t4 (esc)
  |2
  |lua5.4: errors.lua:2: last
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\terrors.lua:2: in local 'fails' (esc)
  |\terrors.lua:10: in main chunk (esc)
  |\t[C]: in ? (esc)
  |The program finished and will be restarted
  |> $PWD/errors.lua(3)<main>()
  |-> end
  |(xdb) catch uncaught
  |(xdb) c
  |false\terrors.lua:2: one (esc)
  |false\ttable: 0x... (esc)
  |false\terrors.lua:2: three (esc)
  |false\t4 (esc)
  |2
  |lua5.4: errors.lua:2: last
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\terrors.lua:2: in local 'fails' (esc)
  |\terrors.lua:10: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/errors.lua(2)fails()
  |-> error(what)
  |(xdb) q

An error that dies with its coroutine is looked at on that coroutine's stack:

  $ cat >wrapped.lua <<'END'
  > local function inner(depth)
  >     local here = depth
  >     if depth == 0 then error("deep") end
  >     coroutine.wrap(inner)(depth - 1)
  > end
  > inner(2)
  > END
  $ xdb -c c wrapped.lua <<'END'
  > w
  > p here
  > u
  > p here
  > c
  > q
  > END
  |lua5.4: wrapped.lua:4: wrapped.lua:4: wrapped.lua:3: deep
  |stack traceback:
  |\t[C]: in ? (esc)
  |\twrapped.lua:4: in local 'inner' (esc)
  |\twrapped.lua:6: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/wrapped.lua(3)inner()
  |-> if depth == 0 then error("deep") end
  |(xdb) w
  |  $PWD/wrapped.lua(6)<main>()
  |-> inner(2)
  |  $PWD/wrapped.lua(4)inner()
  |-> coroutine.wrap(inner)(depth - 1)
  |  (...resumes thread: 0x......)
  |  $PWD/wrapped.lua(4)inner()
  |-> coroutine.wrap(inner)(depth - 1)
  |  (...resumes thread: 0x......)
  |> $PWD/wrapped.lua(3)inner()
  |-> if depth == 0 then error("deep") end
  |(xdb) p here
  |0
  |(xdb) u
  |> $PWD/wrapped.lua(4)inner()
  |-> coroutine.wrap(inner)(depth - 1)
  |(xdb) p here
  |1
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/wrapped.lua(5)<main>()
  |-> end
  |(xdb) q
  $ lua5.4 wrapped.lua
  lua5.4: wrapped.lua:4: wrapped.lua:4: wrapped.lua:3: deep
  stack traceback:
  \t[C]: in ? (esc)
  \twrapped.lua:4: in local 'inner' (esc)
  \twrapped.lua:6: in main chunk (esc)
  \t[C]: in ? (esc)
  [1]

Locals and upvalues, with what is hidden:

  $ cat >scopes.lua <<'END'
  > local x, y = 1, "up"
  > local function f(a, ...)
  >     local x = x + a
  >     for i = 1, 2 do
  >         local x = i * 10
  >         print(x, y)
  >     end
  >     do local a = { 1, 2 } print(a) end
  >     return x
  > end
  > f(5, "more")
  > END
  $ xdb scopes.lua <<'END'
  > b 6
  > c
  > locals
  > upvalues
  > y = "changed"
  > x = 99
  > p x, a
  > info f
  > info print
  > info nosuch
  > info string.format
  > n
  > locals
  > q
  > END
  |> $PWD/scopes.lua(1)<main>()
  |-> local x, y = 1, "up"
  |(xdb) b 6
  |Breakpoint 1 at $PWD/scopes.lua:6
  |(xdb) c
  |> $PWD/scopes.lua(6)f()
  |-> print(x, y)
  |(xdb) locals
  |x = 10
  |i = 1
  |x = 6  (shadowed)
  |a = 5
  |... = "more"
  |(xdb) upvalues
  |x = 1  (shadowed)
  |_ENV = (the globals)
  |y = "up"
  |(xdb) y = "changed"
  |(xdb) x = 99
  |(xdb) p x, a
  |99, 5
  |(xdb) info f
  |Function f at $PWD/scopes.lua:2-10
  |Parameters: a, ...
  |Upvalues:
  |  x
  |  _ENV
  |  y
  |Lines with code: 3-6, 8-10
  |(xdb) info print
  |C function print
  |(xdb) info nosuch
  |*** There is no function 'nosuch'
  |(xdb) info string.format
  |C function string.format
  |(xdb) n
  |99\tchanged (esc)
  |> $PWD/scopes.lua(4)f()
  |-> for i = 1, 2 do
  |(xdb) locals
  |x = 6
  |a = 5
  |... = "more"
  |(xdb) q

Log points print and go on, whatever the command is; conditions, stops beside them:

  $ xdb demo.lua <<'END'
  > log 8, "v is {v}, acc {acc} {nosuch.x} {values}"
  > log 3, r = {r} { {
  > log 99, "x"
  > log 3
  > log
  > b
  > tbreak 8, v == 2
  > c
  > n
  > n
  > disable 1
  > condition 2 r > 5
  > c
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) log 8, "v is {v}, acc {acc} {nosuch.x} {values}"
  |Breakpoint 1 at $PWD/demo.lua:8
  |(xdb) log 3, r = {r} { {
  |Breakpoint 2 at $PWD/demo.lua:3
  |(xdb) log 99, "x"
  |End of file
  |(xdb) log 3
  |*** Invalid argument: 3
  |      Usage: log [filename:]lineno | function, text
  |(xdb) log
  |*** Argument is required for this command
  |      Usage: log [filename:]lineno | function, text
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:8
  |\tlog v is {v}, acc {acc} {nosuch.x} {values} (esc)
  |2   breakpoint   keep yes   at $PWD/demo.lua:3
  |\tlog r = {r} { { (esc)
  |(xdb) tbreak 8, v == 2
  |Breakpoint 3 at $PWD/demo.lua:8
  |(xdb) c
  |v is 1, acc 0 <error: attempt to index a nil value (global 'nosuch')> {1, 2, 3}
  |r = 1 { {
  |v is 2, acc 1 <error: attempt to index a nil value (global 'nosuch')> {1, 2, 3}
  |Deleted breakpoint 3 at $PWD/demo.lua:8
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) n
  |r = 4 { {
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |(xdb) n
  |v is 3, acc 5 <error: attempt to index a nil value (global 'nosuch')> {1, 2, 3}
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) disable 1
  |Disabled breakpoint 1 at $PWD/demo.lua:8
  |(xdb) condition 2 r > 5
  |New condition set for breakpoint 2.
  |(xdb) c
  |r = 9 { {
  |total\t14 (esc)
  |The program finished and will be restarted
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) q

save writes what read runs:

  $ xdb demo.lua <<'END'
  > alias pv p values
  > b 8, v > 1
  > b total
  > commands
  > silent
  > pv
  > for i = 1, 1 do
  > print(i)
  > end
  > end
  > disable 2
  > ignore 1 3
  > tbreak nosuch.function
  > log 3, "r {r}"
  > condition 4 r > 1
  > display acc
  > save session.xdb
  > save /nosuch/file
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) alias pv p values
  |(xdb) b 8, v > 1
  |Breakpoint 1 at $PWD/demo.lua:8
  |(xdb) b total
  |Breakpoint 2 at $PWD/demo.lua:6
  |(xdb) commands
  |(com) silent
  |(com) pv
  |(com) for i = 1, 1 do
  |...   print(i)
  |...   end
  |(com) end
  |(xdb) disable 2
  |Disabled breakpoint 2 at $PWD/demo.lua:6
  |(xdb) ignore 1 3
  |Will ignore next 3 crossings of breakpoint 1.
  |(xdb) tbreak nosuch.function
  |Breakpoint 3 at nosuch.function (pending)
  |(xdb) log 3, "r {r}"
  |Breakpoint 4 at $PWD/demo.lua:3
  |(xdb) condition 4 r > 1
  |New condition set for breakpoint 4.
  |(xdb) display acc
  |display acc: nil
  |(xdb) save session.xdb
  |(xdb) save /nosuch/file
  |*** cannot write /nosuch/file: No such file or directory
  |(xdb) q
  $ cat session.xdb | sed "s|$PWD|.|"
  alias pv p values
  break ./demo.lua:8, v > 1
  ignore last 3
  break ./demo.lua:6
  disable last
  commands
  silent
  pv
  for i = 1, 1 do
  print(i)
  end
  end
  tbreak nosuch.function
  log ./demo.lua:3, r {r}
  condition last r > 1
  display acc
  $ xdb demo.lua <<'END'
  > read nosuch.xdb
  > read session.xdb
  > b
  > enable last
  > alias
  > c
  > c
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) read nosuch.xdb
  |*** cannot read nosuch.xdb: No such file or directory
  |(xdb) read session.xdb
  |Breakpoint 1 at $PWD/demo.lua:8
  |Will ignore next 3 crossings of breakpoint 1.
  |Breakpoint 2 at $PWD/demo.lua:6
  |Disabled breakpoint 2 at $PWD/demo.lua:6
  |Breakpoint 3 at nosuch.function (pending)
  |Breakpoint 4 at $PWD/demo.lua:3
  |New condition set for breakpoint 4.
  |display acc: nil
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:8
  |\tstop only if v > 1 (esc)
  |\tignore next 3 hits (esc)
  |2   breakpoint   keep no    at $PWD/demo.lua:6
  |3   breakpoint   del  yes   at nosuch.function (pending)
  |4   breakpoint   keep yes   at $PWD/demo.lua:3
  |\tstop only if r > 1 (esc)
  |\tlog r {r} (esc)
  |(xdb) enable last
  |Enabled breakpoint 4 at $PWD/demo.lua:3
  |(xdb) alias
  |pv = p values
  |(xdb) c
  |r 4
  |r 9
  |total\t14 (esc)
  |The program finished and will be restarted
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |display acc: nil
  |(xdb) c
  |r 4
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) q

With --raw a value's own metamethods do not run:

  $ cat >raw.lua <<'END'
  > local ran = 0
  > local t = setmetatable({1, x = 2}, {__tostring = function() ran = ran + 1 return "mine" end})
  > print(ran)
  > END
  $ python3 $SRC/tests/tools/session.py xdb raw.lua <<'END'
  > tbreak 3
  > c
  > p t
  > p --raw t, ran
  > pp --raw t
  > q
  > END
  |> $PWD/raw.lua(1)<main>()
  |-> local ran = 0
  |(xdb) tbreak 3
  |Breakpoint 1 at $PWD/raw.lua:3
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/raw.lua:3
  |> $PWD/raw.lua(3)<main>()
  |-> print(ran)
  |(xdb) p t
  |mine
  |(xdb) p --raw t, ran
  |{1, x = 2}, 1
  |(xdb) pp --raw t
  |{1, x = 2}
  |(xdb) q
