The command line (PDB-001..011, 042).

  $ session() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >args.lua <<'END'
  > print(arg[0], ...)
  > os.exit(tonumber(arg[1]) or 0)
  > END
  $ echo 'print("module", ...)' >mod.lua
  $ echo 'x = = 1' >bad.lua

Nothing to debug, help and version:

  $ xdb
  usage: xdb [-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]
  
  Debug the Lua program in the file `script`, or with -m a module that is found
  along package.path. The program starts at its first line and waits for
  commands there; `help` at the prompt shows them. What stands behind the script
  belongs to the program.
  
  To let the program run until an error occurs, use "-c continue". To let it run
  up to line X, use "-c 'until X'".
  
  positional arguments:
    script                the program to debug; "-" is standard input
    args                  its arguments
  
  options:
    -h, --help            show this help message and exit
    -c, --command command
                          a command to run before any is read, as if it stood at
                          the end of the rc file; may be given several times
    -m module             debug the module that require would find under this
                          name, as a script
    --tty                 read commands from the terminal and leave standard
                          input to the program; so it is without this option
                          when standard output is a terminal and standard input
                          is not
    --no-tty              read commands from standard input, whatever it is
    -V, --version         show the version and exit
  [2]
  $ xdb --help | head -1
  usage: xdb [-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]
  $ xdb -h >a; xdb --help >b; cmp a b && xdb 2>/dev/null | cmp a -
  $ xdb --version
  xdb 0.1.0

Mistakes:

  $ xdb nosuch.lua
  Error: nosuch.lua does not exist
  [1]
  $ xdb .
  Error: . is a directory
  [1]
  $ xdb -c
  usage: xdb [-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]
  xdb: error: argument -c/--command: expected one argument
  [2]
  $ xdb --spam x
  usage: xdb [-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]
  xdb: error: unrecognized arguments: --spam
  [2]
  $ xdb -m
  usage: xdb [-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]
  xdb: error: argument -m: expected one argument
  [2]
  $ xdb --
  usage: xdb [-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]
  xdb: error: missing script or module to run
  [2]
  $ xdb bad.lua
  lua5.4: bad.lua:1: unexpected symbol near '='
  [1]
  $ xdb -m nosuch 2>&1 | head -3
  lua5.4: module 'nosuch' not found:
  \tno file '$SRC/tests/tools/nosuch.lua' (esc)
  \tno file '/usr/local/share/lua/5.4/nosuch.lua' (esc)
  $ touch unreadable.lua; chmod 0 unreadable.lua; test "$(id -u)" = 0 || xdb unreadable.lua >/dev/null || true

Commands come before what is read, and options end at the script:

  $ xdb -c 'p 1+1' -c q args.lua
  2
  $ xdb -c c -c q args.lua 0 -c p --help -- x
  args.lua\t0\t-c\tp\t--help\t--\tx (esc)
  The program exited via os.exit(). Exit status: 0
  The program finished and will be restarted
  $ xdb --command=c -cq -- args.lua 0
  args.lua\t0 (esc)
  The program exited via os.exit(). Exit status: 0
  The program finished and will be restarted
  $ LUA_PATH='./?.lua' xdb -c c -c q -m mod a -m b
  module\ta\t-m\tb (esc)
  The program finished and will be restarted

A program that calls os.exit has finished; nothing of it runs any more (PDB-031):

  $ cat >exits.lua <<'END'
  > local guard <close> = setmetatable({}, { __close = function() print("closed") end, __gc = function() print("collected") end })
  > print("in a coroutine", pcall(coroutine.wrap(function(...) os.exit(...) end), ...))
  > END
  $ session args.lua 7 <<'END'
  > c
  > p arg[1]
  > c
  > q
  > END
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) c
  |args.lua\t7 (esc)
  |The program exited via os.exit(). Exit status: 7
  |The program finished and will be restarted
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) p arg[1]
  |"7"
  |(xdb) c
  |args.lua\t7 (esc)
  |The program exited via os.exit(). Exit status: 7
  |The program finished and will be restarted
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) q
  $ for how in '' 3 x; do xdb -c c -c q exits.lua $how; done
  The program exited via os.exit(). Exit status: 0
  The program finished and will be restarted
  The program exited via os.exit(). Exit status: 3
  The program finished and will be restarted
  in a coroutine\tfalse\texits.lua:2: bad argument #1 to 'exit' (number expected, got string) (esc)
  closed
  collected
  The program finished and will be restarted
  $ xdb -c 'os.exit(5)' -c c -c 'os.exit(true, true)' -c q exits.lua
  The program exited via os.exit(). Exit status: 5
  The program finished and will be restarted
  The program exited via os.exit(). Exit status: 0
  The program finished and will be restarted
  The program exited via os.exit(). Exit status: 0
  The program finished and will be restarted
  $ xdb -c q exits.lua

Starting again, with other arguments (PDB-034, 035, 037):

  $ cat >show.lua <<'END'
  > for i, v in ipairs(arg) do print(i, v) end
  > count = (count or 0) + 1
  > error("fails")
  > END
  $ session show.lua x 2>/dev/null <<'END'
  > b 2
  > run
  > c
  > run a "b c" 'd"e' f\ g ""
  > c
  > p count
  > restart
  > c
  > n
  > n
  > c
  > run h
  > run "oops
  > run oops\
  > c
  > c
  > q
  > END
  |> $PWD/show.lua(1)<main>()
  |-> for i, v in ipairs(arg) do print(i, v) end
  |(xdb) b 2
  |Breakpoint 1 at $PWD/show.lua:2
  |(xdb) run
  |Restarting $PWD/show.lua with arguments:
  |\tx (esc)
  |> $PWD/show.lua(1)<main>()
  |-> for i, v in ipairs(arg) do print(i, v) end
  |(xdb) c
  |1\tx (esc)
  |> $PWD/show.lua(2)<main>()
  |-> count = (count or 0) + 1
  |(xdb) run a "b c" 'd"e' f\ g ""
  |Restarting $PWD/show.lua with arguments:
  |\ta b c d"e f g  (esc)
  |> $PWD/show.lua(1)<main>()
  |-> for i, v in ipairs(arg) do print(i, v) end
  |(xdb) c
  |1\ta (esc)
  |2\tb c (esc)
  |3\td"e (esc)
  |4\tf g (esc)
  |5\t (esc)
  |> $PWD/show.lua(2)<main>()
  |-> count = (count or 0) + 1
  |(xdb) p count
  |nil
  |(xdb) restart
  |Restarting $PWD/show.lua with arguments:
  |\ta b c d"e f g  (esc)
  |> $PWD/show.lua(1)<main>()
  |-> for i, v in ipairs(arg) do print(i, v) end
  |(xdb) c
  |1\ta (esc)
  |2\tb c (esc)
  |3\td"e (esc)
  |4\tf g (esc)
  |5\t (esc)
  |> $PWD/show.lua(2)<main>()
  |-> count = (count or 0) + 1
  |(xdb) n
  |> $PWD/show.lua(3)<main>()
  |-> error("fails")
  |(xdb) n
  |show.lua:3: fails
  |> $PWD/show.lua(3)<main>()
  |-> error("fails")
  |(xdb) c
  |lua5.4: show.lua:3: fails
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tshow.lua:3: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/show.lua(3)<main>()
  |-> error("fails")
  |(xdb) run h
  |Restarting $PWD/show.lua with arguments:
  |\th (esc)
  |> $PWD/show.lua(1)<main>()
  |-> for i, v in ipairs(arg) do print(i, v) end
  |(xdb) run "oops
  |*** Cannot run "oops: No closing quotation
  |(xdb) run oops\
  |*** Cannot run oops\: No escaped character
  |(xdb) c
  |1\th (esc)
  |> $PWD/show.lua(2)<main>()
  |-> count = (count or 0) + 1
  |(xdb) c
  |lua5.4: show.lua:3: fails
  |stack traceback:
  |\t[C]: in function 'error' (esc)
  |\tshow.lua:3: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/show.lua(3)<main>()
  |-> error("fails")
  |(xdb) q

The end of the input leaves; so does the end in the middle of a statement:

  $ session args.lua </dev/null
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) 
  $ printf 'p 1' | session args.lua
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) p 1
  |1
  |(xdb) 
  $ printf 'if true then\n' | session args.lua
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) if true then
  |...   
  |(xdb) 
  $ printf 'cl\n' | session args.lua
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) cl
  |Clear all breaks? 
  |(xdb) 

The program reads what the prompt left it:

  $ cat >reads.lua <<'END'
  > print('read', io.read('l'))
  > print('read', io.read('a'))
  > END
  $ printf 'n\nfor the program\nc\nrest\n' | session reads.lua
  |> $PWD/reads.lua(1)<main>()
  |-> print('read', io.read('l'))
  |(xdb) n
  |read\tfor the program (esc)
  |> $PWD/reads.lua(2)<main>()
  |-> print('read', io.read('a'))
  |(xdb) for the program
  |read\trest (esc)
  |
  |The program finished and will be restarted
  |> $PWD/reads.lua(1)<main>()
  |-> print('read', io.read('l'))
  |(xdb) c

A script that cannot be read twice runs once:

  $ echo 'print(...)' | xdb -c c - a b
  a\tb (esc)
  The program finished and cannot be restarted
  $ mkfifo pipe; echo 'print("pipe")' >pipe & xdb -c c pipe; wait
  pipe
  The program finished and cannot be restarted

Closed files:

  $ xdb -c c -c q args.lua >&-
  xdb: cannot write to standard output: Bad file descriptor
  [1]
  $ test ! -c /dev/full || xdb -c 'p 1' -c q args.lua >/dev/full
  xdb: cannot write to standard output: No space left on device
  [1]
  $ xdb args.lua <&- | sed 's/^/|/'
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) 
  $ xdb -c c -c q args.lua 2>&-
  args.lua
  The program exited via os.exit(). Exit status: 0
  The program finished and will be restarted
  $ (xdb -c 'while 1 do print(1) end' args.lua; echo $? >&2) | head -1
  1
  141

--tty needs a terminal, and is one of two:

  $ echo 'print(io.read())' >reads.lua
  $ echo data | setsid --wait xdb --tty reads.lua
  xdb: cannot open the terminal: No such device or address
  [1]
  $ xdb --tty --no-tty reads.lua
  usage: xdb [-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]
  xdb: error: argument --no-tty: not allowed with argument --tty
  [2]
  $ printf 'c\ninput\nq\n' | xdb --no-tty reads.lua | sed 's/^/|/'
  |> $PWD/reads.lua(1)<main>()
  |-> print(io.read())
  |(xdb) input
  |The program finished and will be restarted
  |> $PWD/reads.lua(1)<main>()
  |-> print(io.read())
  |(xdb)  (no-eol)
