Displays, convenience variables, source, nested prompts, edited files (PDB-150..156, 241, 267..277).

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

Displays belong to a function and show what has changed; they outlive the program:

  $ xdb demo.lua <<'END'
  > b 8
  > c
  > display acc
  > display v * 2
  > display values
  > display nosuch.x
  > display 1 +
  > display
  > n
  > n
  > values = {}
  > n
  > undisplay acc
  > undisplay acc
  > display
  > u
  > display
  > d
  > undisplay
  > display
  > display acc
  > clear 1
  > tbreak 10
  > run
  > c
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) b 8
  |Breakpoint 1 at $PWD/demo.lua:8
  |(xdb) c
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) display acc
  |display acc: 0
  |(xdb) display v * 2
  |display v * 2: 2
  |(xdb) display values
  |display values: {1, 2, 3}
  |(xdb) display nosuch.x
  |display nosuch.x: ** raised attempt to index a nil value (global 'nosuch') **
  |(xdb) display 1 +
  |*** Unable to display 1 +: unexpected symbol near <eof>
  |(xdb) display
  |Currently displaying:
  |acc: 0
  |v * 2: 2
  |values: {1, 2, 3}
  |nosuch.x: ** raised attempt to index a nil value (global 'nosuch') **
  |(xdb) n
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |display acc: 1  [old: 0]
  |display v * 2: ** raised attempt to perform arithmetic on a nil value (global 'v') **  [old: 2]
  |(xdb) n
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |display v * 2: 4  [old: ** raised attempt to perform arithmetic on a nil value (global 'v') **]
  |(xdb) values = {}
  |(xdb) n
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |display acc: 5  [old: 1]
  |display v * 2: ** raised attempt to perform arithmetic on a nil value (global 'v') **  [old: 4]
  |display values: {}  [old: {1, 2, 3}]
  |(xdb) undisplay acc
  |(xdb) undisplay acc
  |*** not displaying acc
  |(xdb) display
  |Currently displaying:
  |v * 2: ** raised attempt to perform arithmetic on a nil value (global 'v') **
  |values: {}
  |nosuch.x: ** raised attempt to index a nil value (global 'nosuch') **
  |(xdb) u
  |> $PWD/demo.lua(12)<main>()
  |-> print("total", total({ 1, 2, 3 }))
  |(xdb) display
  |No expression is being displayed
  |(xdb) d
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |(xdb) undisplay
  |(xdb) display
  |No expression is being displayed
  |(xdb) display acc
  |display acc: 5
  |(xdb) clear 1
  |Deleted breakpoint 1 at $PWD/demo.lua:8
  |(xdb) tbreak 10
  |Breakpoint 2 at $PWD/demo.lua:10
  |(xdb) run
  |Restarting $PWD/demo.lua with arguments:
  |\t (esc)
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) c
  |Deleted breakpoint 2 at $PWD/demo.lua:10
  |> $PWD/demo.lua(10)total()
  |-> return acc
  |display acc: 14
  |(xdb) q

Convenience variables:

  $ xdb demo.lua <<'END'
  > b 3
  > c
  > $_frame.line, $_frame.name
  > $foo = 41
  > $foo + 1
  > p "$foo", [[$foo]]
  > $nope
  > $ x
  > $_retval
  > u
  > $_frame.line
  > $foo = $foo + 1
  > p type($_co)
  > d
  > p $foo
  > r
  > p $_retval, $_retvals
  > whatis $_frame
  > n
  > $foo
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) b 3
  |Breakpoint 1 at $PWD/demo.lua:3
  |(xdb) c
  |> $PWD/demo.lua(3)square()
  |-> return r
  |(xdb) $_frame.line, $_frame.name
  |3, "square"
  |(xdb) $foo = 41
  |(xdb) $foo + 1
  |42
  |(xdb) p "$foo", [[$foo]]
  |"$foo", "$foo"
  |(xdb) $nope
  |*** KeyError: 'nope'
  |(xdb) $ x
  |*** unexpected symbol near '$'
  |(xdb) $_retval
  |*** KeyError: '_retval'
  |(xdb) u
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) $_frame.line
  |8
  |(xdb) $foo = $foo + 1
  |(xdb) p type($_co)
  |"thread"
  |(xdb) d
  |> $PWD/demo.lua(3)square()
  |-> return r
  |(xdb) p $foo
  |42
  |(xdb) r
  |--Return--
  |> $PWD/demo.lua(3)square()->1
  |-> return r
  |(xdb) p $_retval, $_retvals
  |1, {1, n = 1}
  |(xdb) whatis $_frame
  |xdb.frame
  |(xdb) n
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |(xdb) $foo
  |*** KeyError: 'foo'
  |(xdb) q
  $ xdb demo.lua <<'END'
  > b 8
  > c
  > square = function() error({ code = 7 }) end
  > n
  > p $_exception, $_exception.code
  > exceptions
  > n
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) b 8
  |Breakpoint 1 at $PWD/demo.lua:8
  |(xdb) c
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) square = function() error({ code = 7 }) end
  |(xdb) n
  |{code = 7}
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) p $_exception, $_exception.code
  |{code = 7}, 7
  |(xdb) exceptions
  |>   0 {code = 7}
  |(xdb) n
  |lua5.4: (error object is a table value)
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\t(xdb):1: in upvalue 'square' (esc)
  |\tdemo.lua:8: in local 'total' (esc)
  |\tdemo.lua:12: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> (xdb)(1)square()
  |(xdb) q

Source of functions:

  $ xdb demo.lua <<'END'
  > until 12
  > source square
  > source total
  > source 3
  > source print
  > source load("return 1")
  > source nosuch
  > source
  > ll
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) until 12
  |> $PWD/demo.lua(12)<main>()
  |-> print("total", total({ 1, 2, 3 }))
  |(xdb) source square
  |  1  \tlocal function square(n) (esc)
  |  2  \t    local r = n * n (esc)
  |  3  \t    return r (esc)
  |  4  \tend (esc)
  |(xdb) source total
  |  5  \tlocal function total(values) (esc)
  |  6  \t    local acc = 0 (esc)
  |  7  \t    for _, v in ipairs(values) do (esc)
  |  8  \t        acc = acc + square(v) (esc)
  |  9  \t    end (esc)
  | 10  \t    return acc (esc)
  | 11  \tend (esc)
  |(xdb) source 3
  |*** function was expected, got number
  |(xdb) source print
  |*** could not get source code
  |(xdb) source load("return 1")
  |  1  \treturn 1 (esc)
  |(xdb) source nosuch
  |*** function was expected, got nil
  |(xdb) source
  |*** Argument is required for this command
  |      Usage: source expression
  |(xdb) ll
  |  1  \tlocal function square(n) (esc)
  |  2  \t    local r = n * n (esc)
  |  3  \t    return r (esc)
  |  4  \tend (esc)
  |  5  \tlocal function total(values) (esc)
  |  6  \t    local acc = 0 (esc)
  |  7  \t    for _, v in ipairs(values) do (esc)
  |  8  \t        acc = acc + square(v) (esc)
  |  9  \t    end (esc)
  | 10  \t    return acc (esc)
  | 11  \tend (esc)
  | 12  ->\tprint("total", total({ 1, 2, 3 })) (esc)
  |(xdb) q

debug steps through a statement at a nested prompt, and quit comes back:

  $ xdb demo.lua <<'END'
  > until 12
  > debug square(9)
  > s
  > s
  > w
  > p n
  > r
  > c
  > debug square(
  > debug error("x")
  > c
  > debug square(2)
  > debug square(3)
  > q
  > q
  > p 1
  > debug square(4)
  > run
  > n
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) until 12
  |> $PWD/demo.lua(12)<main>()
  |-> print("total", total({ 1, 2, 3 }))
  |(xdb) debug square(9)
  |ENTERING RECURSIVE DEBUGGER
  |> (xdb)(1)<main>()
  |((xdb)) s
  |--Call--
  |> $PWD/demo.lua(1)square()
  |-> local function square(n)
  |((xdb)) s
  |> $PWD/demo.lua(2)square()
  |-> local r = n * n
  |((xdb)) w
  |  $PWD/demo.lua(12)<main>()
  |-> print("total", total({ 1, 2, 3 }))
  |  (...resumes thread: 0x......)
  |  (...tail calls...)
  |> $PWD/demo.lua(2)square()
  |-> local r = n * n
  |((xdb)) p n
  |9
  |((xdb)) r
  |--Return--
  |> $PWD/demo.lua(3)square()->81
  |-> return r
  |((xdb)) c
  |81
  |LEAVING RECURSIVE DEBUGGER
  |(xdb) debug square(
  |ENTERING RECURSIVE DEBUGGER
  |*** unexpected symbol near <eof>
  |LEAVING RECURSIVE DEBUGGER
  |(xdb) debug error("x")
  |ENTERING RECURSIVE DEBUGGER
  |> (xdb)(1)<main>()
  |((xdb)) c
  |*** x
  |LEAVING RECURSIVE DEBUGGER
  |(xdb) debug square(2)
  |ENTERING RECURSIVE DEBUGGER
  |> (xdb)(1)<main>()
  |((xdb)) debug square(3)
  |ENTERING RECURSIVE DEBUGGER
  |> (xdb)(1)<main>()
  |(((xdb))) q
  |LEAVING RECURSIVE DEBUGGER
  |((xdb)) q
  |LEAVING RECURSIVE DEBUGGER
  |(xdb) p 1
  |1
  |(xdb) debug square(4)
  |ENTERING RECURSIVE DEBUGGER
  |> (xdb)(1)<main>()
  |((xdb)) run
  |Restarting $PWD/demo.lua with arguments:
  |\t (esc)
  |LEAVING RECURSIVE DEBUGGER
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) n
  |> $PWD/demo.lua(11)<main>()
  |-> end
  |(xdb) q

interact works on a copy:

  $ xdb demo.lua <<'END'
  > b 8
  > c
  > interact
  > acc
  > acc = 1000
  > values[1] = 100
  > for i = 1, 2 do
  > print(i, v)
  > end
  > error("bad")
  > 1 +
  > 2
  > exit()
  > p acc, values[1]
  > interact x
  > interact
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) b 8
  |Breakpoint 1 at $PWD/demo.lua:8
  |(xdb) c
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) interact
  |*xdb interact start*
  |>>> acc
  |0
  |>>> acc = 1000
  |>>> values[1] = 100
  |>>> for i = 1, 2 do
  |...   print(i, v)
  |...   end
  |1\t1 (esc)
  |2\t1 (esc)
  |>>> error("bad")
  |*** bad
  |>>> 1 +
  |...   2
  |3
  |>>> exit()
  |*exit from xdb interact command*
  |(xdb) p acc, values[1]
  |0, 100
  |(xdb) interact x
  |*** Invalid argument: x
  |      Usage: interact
  |(xdb) interact
  |*xdb interact start*
  |>>> 
  |*exit from xdb interact command*
  |(xdb) 

A file that was edited is said to be so, once (PDB-269):

  $ xdb demo.lua <<'END'
  > b 8
  > c
  > l 1,2
  > io.open("demo.lua", "a"):write("-- more\\n"):close()
  > n
  > n
  > l 1,2
  > run
  > n
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) b 8
  |Breakpoint 1 at $PWD/demo.lua:8
  |(xdb) c
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) l 1,2
  |  1  \tlocal function square(n) (esc)
  |  2  \t    local r = n * n (esc)
  |(xdb) io.open("demo.lua", "a"):write("-- more\\n"):close()
  |true
  |(xdb) n
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |*** WARNING: file '$PWD/demo.lua' was edited, running stale code until the program is rerun
  |(xdb) n
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) l 1,2
  |  1  \tlocal function square(n) (esc)
  |  2  \t    local r = n * n (esc)
  |(xdb) run
  |Restarting $PWD/demo.lua with arguments:
  |\t (esc)
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) n
  |> $PWD/demo.lua(11)<main>()
  |-> end
  |(xdb) q
