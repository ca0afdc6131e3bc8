What pdb's manual and tests say of the debugger inside of a program: the Lua module xdb.

  $ inside() { python3 $SRC/tests/tools/session.py lua5.4 "$@"; }

run, runeval and runcall stop before anything runs; values come back (PDB-050..053; test_pdb run_with_code_object, run_with_incorrect_argument):

  $ cat >runs.lua <<'END'
  > local xdb = require "xdb"
  > local function f(a, b)
  >     local c = a + b
  >     return c, "two"
  > end
  > print(xdb.run("x = 1\nx = x + 1"), x)
  > print(xdb.run(load("y = 7", "=code")), y)
  > print(xdb.runeval("x + 40, 'more'"))
  > print(xdb.runcall(f, 1, 2))
  > for _, name in ipairs { "run", "runeval" } do print((select(2, pcall(xdb[name], 12)):gsub(".*%(", ""))) end
  > print(pcall(xdb.run, "x ="))
  > END
  $ inside runs.lua <<'END'
  > n
  > p x
  > c
  > s
  > c
  > c
  > n
  > p c
  > c
  > END
  |> [string "x = 1..."](1)<main>()
  |-> x = 1
  |(xdb) n
  |> [string "x = 1..."](2)<main>()
  |-> x = x + 1
  |(xdb) p x
  |1
  |(xdb) c
  |nil\t2 (esc)
  |> code(1)<main>()
  |(xdb) s
  |--Return--
  |> code(1)<main>()->()
  |(xdb) c
  |nil\t7 (esc)
  |> [string "return x + 40, 'more'"](1)<main>()
  |-> return x + 40, 'more'
  |(xdb) c
  |42\tmore (esc)
  |> $PWD/runs.lua(3)f()
  |-> local c = a + b
  |(xdb) n
  |> $PWD/runs.lua(4)f()
  |-> return c, "two"
  |(xdb) p c
  |3
  |(xdb) c
  |3\ttwo (esc)
  |string or function expected, got number)
  |string or function expected, got number)
  |false\t[string "x ="]:1: unexpected symbol near <eof> (esc)

set_trace stops at the line of its call, also when it is the last; a header, commands (PDB-054, 055, 057; test_pdb header, commands_with_set_trace, gh_127321):

  $ cat >stops.lua <<'END'
  > local xdb = require "xdb"
  > local function f(n)
  >     local double = n * 2
  >     xdb.set_trace()
  > end
  > f(21)
  > xdb.set_trace("a header")
  > xdb.set_trace { header = "another", commands = { "p 'queued'", "p 1 + 1" } }
  > xdb.Pdb { skip = { "*stops.lua" } }:set_trace()
  > print("end")
  > END
  $ inside stops.lua <<'END'
  > p double
  > w
  > n
  > n
  > c
  > c
  > c
  > c
  > END
  |> $PWD/stops.lua(4)f()
  |-> xdb.set_trace()
  |(xdb) p double
  |42
  |(xdb) w
  |  $PWD/stops.lua(6)<main>()
  |-> f(21)
  |> $PWD/stops.lua(4)f()
  |-> xdb.set_trace()
  |(xdb) n
  |> $PWD/stops.lua(5)f()
  |-> end
  |(xdb) n
  |--Return--
  |> $PWD/stops.lua(5)f()->()
  |-> end
  |(xdb) c
  |a header
  |> $PWD/stops.lua(7)<main>()
  |-> xdb.set_trace("a header")
  |(xdb) c
  |another
  |"queued"
  |2
  |> $PWD/stops.lua(8)<main>()
  |-> xdb.set_trace { header = "another", commands = { "p 'queued'", "p 1 + 1" } }
  |(xdb) c
  |> $PWD/stops.lua(9)<main>()
  |-> xdb.Pdb { skip = { "*stops.lua" } }:set_trace()
  |(xdb) c
  |end

Displays, breakpoints, aliases live on from one hard-coded stop to the next (PDB-056, 189; test_pdb with_inline_breakpoint, breakpoints_preserved_across_interactive_sessions):

  $ cat >again.lua <<'END'
  > local xdb = require "xdb"
  > local function g(i)
  >     return i
  > end
  > local function f(i)
  >     xdb.set_trace()
  >     return g(i)
  > end
  > for i = 1, 2 do f(i) end
  > breakpoint = xdb.breakpoint
  > breakpoint()
  > print("end")
  > END
  $ inside again.lua <<'END'
  > display i
  > b g
  > alias pi p i + 100
  > c
  > p i
  > c
  > pi
  > b
  > clear 1
  > c
  > b g
  > b
  > c
  > END
  |> $PWD/again.lua(6)f()
  |-> xdb.set_trace()
  |(xdb) display i
  |display i: 1
  |(xdb) b g
  |Breakpoint 1 at $PWD/again.lua:3
  |(xdb) alias pi p i + 100
  |(xdb) c
  |> $PWD/again.lua(3)g()
  |-> return i
  |(xdb) p i
  |1
  |(xdb) c
  |> $PWD/again.lua(6)f()
  |-> xdb.set_trace()
  |display i: 2  [old: 1]
  |(xdb) pi
  |102
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/again.lua:3
  |\tbreakpoint already hit 1 time (esc)
  |(xdb) clear 1
  |Deleted breakpoint 1 at $PWD/again.lua:3
  |(xdb) c
  |> $PWD/again.lua(11)<main>()
  |-> breakpoint()
  |(xdb) b g
  |Breakpoint 2 at $PWD/again.lua:3
  |(xdb) b
  |Num Type         Disp Enb   Where
  |2   breakpoint   keep yes   at $PWD/again.lua:3
  |(xdb) c
  |end

There is no program to start again, and to leave means to end the process (PDB-039, 243, 244; test_pdb quit, quit_after_interact):

  $ printf 'local xdb = require "xdb"\nxdb.set_trace()\nprint("went on")\n' >leave.lua
  $ inside leave.lua <<'END'
  > run
  > restart x
  > q
  > n
  > what
  > n
  > c
  > END
  |> $PWD/leave.lua(2)<main>()
  |-> xdb.set_trace()
  |(xdb) run
  |*** run/restart command is disabled when xdb is running in inline mode.
  |Use the command line interface to enable restarting your program
  |e.g. "xdb myscript.lua"
  |(xdb) restart x
  |*** run/restart command is disabled when xdb is running in inline mode.
  |Use the command line interface to enable restarting your program
  |e.g. "xdb myscript.lua"
  |(xdb) q
  |Quitting xdb will kill the process. Quit anyway? [y/n] n
  |(xdb) what
  |*** name 'what' is not defined
  |(xdb) n
  |> $PWD/leave.lua(3)<main>()
  |-> print("went on")
  |(xdb) c
  |went on
  $ for answer in y Y yes ''; do printf "q\n$answer\n" | lua5.4 leave.lua >/dev/null; echo $?; done
  1
  1
  1
  1
  $ printf 'q\n' | inside leave.lua; echo $?
  |> $PWD/leave.lua(2)<main>()
  |-> xdb.set_trace()
  |(xdb) q
  |Quitting xdb will kill the process. Quit anyway? [y/n] 
  1
  $ printf 'interact\nexit()\nq\ny\n' | inside leave.lua
  |> $PWD/leave.lua(2)<main>()
  |-> xdb.set_trace()
  |(xdb) interact
  |*xdb interact start*
  |>>> exit()
  |*exit from xdb interact command*
  |(xdb) q
  |Quitting xdb will kill the process. Quit anyway? [y/n] y
  [1]

post_mortem looks at the stack that an error has left (PDB-060, 061; test_pdb post_mortem):

  $ cat >dead.lua <<'END'
  > local xdb = require "xdb"
  > local function fails(n)
  >     local inside = n * 2
  >     error { code = inside }
  > end
  > print(xpcall(fails, xdb.post_mortem, 3))
  > print(xpcall(fails, function(e) xdb.post_mortem(e) return e.code end, 4))
  > local co = coroutine.create(fails)
  > local _, e = coroutine.resume(co, 5)
  > xdb.post_mortem(co, e)
  > print(pcall(xdb.post_mortem))
  > END
  $ inside dead.lua <<'END'
  > p inside
  > w
  > u
  > p $_exception.code
  > exceptions
  > c
  > p inside
  > c
  > p inside, $_exception
  > q
  > END
  |{code = 6}
  |> $PWD/dead.lua(4)fails()
  |-> error { code = inside }
  |(xdb) p inside
  |6
  |(xdb) w
  |  $PWD/dead.lua(6)<main>()
  |-> print(xpcall(fails, xdb.post_mortem, 3))
  |> $PWD/dead.lua(4)fails()
  |-> error { code = inside }
  |(xdb) u
  |> $PWD/dead.lua(6)<main>()
  |-> print(xpcall(fails, xdb.post_mortem, 3))
  |(xdb) p $_exception.code
  |6
  |(xdb) exceptions
  |>   0 {code = 6}
  |(xdb) c
  |false\ttable: 0x... (esc)
  |{code = 8}
  |> $PWD/dead.lua(4)fails()
  |-> error { code = inside }
  |(xdb) p inside
  |8
  |(xdb) c
  |false\t8 (esc)
  |{code = 10}
  |> $PWD/dead.lua(4)fails()
  |-> error { code = inside }
  |(xdb) p inside, $_exception
  |10, {code = 10}
  |(xdb) q
  |false\tA coroutine or a record must be passed if no error is being handled (esc)

pm looks at the last error that was recorded (PDB-061):

  $ cat >later.lua <<'END'
  > local xdb = require "xdb"
  > local function fails(n)
  >     local inside = n * 2
  >     error("oops")
  > end
  > print(pcall(xdb.pm))
  > print(select("#", xpcall(fails, xdb.record, 3)))
  > xdb.pm()
  > print("end")
  > END
  $ inside later.lua <<'END'
  > p inside
  > u
  > c
  > END
  |false\tno error has been recorded (esc)
  |2
  |later.lua:4: oops
  |> $PWD/later.lua(4)fails()
  |-> error("oops")
  |(xdb) p inside
  |6
  |(xdb) u
  |> $PWD/later.lua(7)<main>()
  |-> print(select("#", xpcall(fails, xdb.record, 3)))
  |(xdb) c
  |end

breakpoint() is what the environment says (PDB-065):

  $ printf 'local xdb = require "xdb"\nxdb.breakpoint("header")\nprint("end")\n' >hook.lua
  $ echo c | inside hook.lua
  |header
  |> $PWD/hook.lua(2)<main>()
  |-> xdb.breakpoint("header")
  |(xdb) c
  |end
  $ XDBBREAKPOINT=0 lua5.4 hook.lua
  end
  $ printf 'return { hook = function(...) print("hook", ...) end }' >own.lua
  $ XDBBREAKPOINT=own.hook LUA_PATH='./?.lua' lua5.4 hook.lua
  hook\theader (esc)
  end
  $ XDBBREAKPOINT=no.such lua5.4 hook.lua
  hook.lua:2: warning: Ignoring unimportable $XDBBREAKPOINT: "no.such"
  end

A debugger of one's own: input, output, prompt, methods (PDB-062, 063, 064, 066, 114, 333):

  $ cat >own_pdb.lua <<'END'
  > local xdb = require "xdb"
  > local Mine = xdb.Pdb:subclass()
  > local lines, out = { "p x", "nosuch.field", "hello 1", "c" }, {}
  > function Mine:message(text) out[#out + 1] = "M " .. text end
  > function Mine:error(text) out[#out + 1] = "E " .. text end
  > function Mine:do_hello(arg) self:message("hello " .. arg) end
  > local input = { read = function() return table.remove(lines, 1) end }
  > local output = { write = function(self, ...) out[#out + 1] = table.concat { ... } return self end, flush = function() end }
  > local x = 5
  > Mine { stdin = input, stdout = output, readrc = false }:set_trace()
  > for _, text in ipairs(out) do print((text:gsub("\n", "~"))) end
  > print(pcall(xdb.set_default_backend, "zz"))
  > print(xdb.get_default_backend())
  > END
  $ lua5.4 own_pdb.lua </dev/null
  M > $PWD/own_pdb.lua(10)<main>()
  M -> Mine { stdin = input, stdout = output, readrc = false }:set_trace()
  (xdb) 
  M 5
  (xdb) 
  E attempt to index a nil value (global 'nosuch')
  (xdb) 
  M hello 1
  (xdb) 
  false\tInvalid backend: zz (esc)
  hook
