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
  usage: xdb [-h] [-c command] (-m module | script) [args ...]
  
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
    -V, --version         show the version and exit
  [2]
  $ xdb --help | head -1
  usage: xdb [-h] [-c command] (-m module | script) [args ...]
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
  usage: xdb [-h] [-c command] (-m module | script) [args ...]
  xdb: error: argument -c/--command: expected one argument
  [2]
  $ xdb --spam x
  usage: xdb [-h] [-c command] (-m module | script) [args ...]
  xdb: error: unrecognized arguments: --spam
  [2]
  $ xdb -m
  usage: xdb [-h] [-c command] (-m module | script) [args ...]
  xdb: error: argument -m: expected one argument
  [2]
  $ xdb --
  usage: xdb [-h] [-c command] (-m module | script) [args ...]
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
  $ xdb --command=c -cq -- args.lua 0
  args.lua\t0 (esc)
  $ LUA_PATH='./?.lua' xdb -c c -c q -m mod a -m b
  module\ta\t-m\tb (esc)
  The program finished and will be restarted

A program that calls os.exit ends the debugger with its status:

  $ xdb -c c args.lua 7
  args.lua\t7 (esc)
  [7]

The end of the input leaves; so does the end in the middle of a statement:

  $ session args.lua </dev/null
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) 
  |
  $ printf 'p 1' | session args.lua
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) p 1
  |1
  |(xdb) 
  |
  $ printf 'if true then\n' | session args.lua
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) if true then
  |...   
  |
  |(xdb) 
  |
  $ printf 'cl\n' | session args.lua
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) cl
  |Clear all breaks? 
  |(xdb) 
  |

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
  |

A script that cannot be read twice runs once:

  $ echo 'print(...)' | xdb -c c - a b
  a\tb (esc)
  The program finished and cannot be restarted
  $ mkfifo pipe; echo 'print("pipe")' >pipe & xdb -c c pipe; wait
  pipe
  The program finished and cannot be restarted

Closed files:

  $ xdb -c c -c q args.lua >&-
  $ xdb args.lua <&- | sed 's/^/|/'
  |> $PWD/args.lua(1)<main>()
  |-> print(arg[0], ...)
  |(xdb) 
  $ xdb -c c -c q args.lua 2>&-
  args.lua
  $ (xdb -c 'while 1 do print(1) end' args.lua; echo $? >&2) | head -1
  1
  141
