Scripts of all kinds (PDB-010..019, 330, 331).

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }

Line ends of another system, a byte order mark, a first line for the shell:

  $ printf 'local x = 1\r\nprint(x)\r\n' >crlf.lua; printf '\357\273\277#!/usr/bin/lua\nprint("bom")\n' >bom.lua; : >empty.lua; printf -- '-- nothing' >comment.lua
  $ xdb crlf.lua <<'END'
  > l
  > n
  > q
  > END
  |> $PWD/crlf.lua(1)<main>()
  |-> local x = 1
  |(xdb) l
  |  1  ->\tlocal x = 1 (esc)
  |  2  \tprint(x) (esc)
  |[EOF]
  |(xdb) n
  |> $PWD/crlf.lua(2)<main>()
  |-> print(x)
  |(xdb) q
  $ xdb bom.lua <<'END'
  > l
  > c
  > q
  > END
  |> $PWD/bom.lua(2)<main>()
  |-> print("bom")
  |(xdb) l
  |  1  \t#!/usr/bin/lua (esc)
  |  2  ->\tprint("bom") (esc)
  |[EOF]
  |(xdb) c
  |bom
  |The program finished and will be restarted
  |> $PWD/bom.lua(2)<main>()
  |-> print("bom")
  |(xdb) q
  $ xdb empty.lua <<'END'
  > l
  > c
  > q
  > END
  |> $PWD/empty.lua(1)<main>()
  |(xdb) l
  |[EOF]
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/empty.lua(1)<main>()
  |(xdb) q
  $ xdb comment.lua <<'END'
  > c
  > q
  > END
  |> $PWD/comment.lua(1)<main>()
  |-> -- nothing
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/comment.lua(1)<main>()
  |-> -- nothing
  |(xdb) q

A binary chunk without lines has nowhere to stop; one with them has:

  $ lua5.4 -e 'f = assert(load("local a = 1\nprint(a)", "@made.lua")) io.open("with.luac", "wb"):write(string.dump(f)) io.open("without.luac", "wb"):write(string.dump(f, true))'
  $ xdb with.luac <<'END'
  > n
  > p a
  > l
  > b 2
  > q
  > END
  |> $PWD/made.lua(1)<main>()
  |(xdb) n
  |> $PWD/made.lua(2)<main>()
  |(xdb) p a
  |1
  |(xdb) l
  |*** cannot open $PWD/made.lua: No such file or directory
  |(xdb) b 2
  |End of file
  |(xdb) q
  $ xdb without.luac <<'END'
  > p 1
  > n
  > w
  > l
  > ll
  > b 1
  > q
  > END
  |> ?(?)<main>()
  |(xdb) p 1
  |1
  |(xdb) n
  |1
  |--Return--
  |> ?(?)<main>()->()
  |(xdb) w
  |> ?(?)<main>()->()
  |(xdb) l
  |*** there is no source text for ?
  |(xdb) ll
  |*** there is no source text for ?
  |(xdb) b 1
  |*** The code of this frame has no lines
  |(xdb) q

A program that changes its folder is started again all the same; a module stops before its first line:

  $ mkdir -p sub pkg; printf 'local _, lfs = pcall(require, "lfs")\nprint(arg[0], type(lfs) == "table" and lfs.chdir("/") or true)\n' >sub/moved.lua; printf 'local name = ...\nprint(name)\nreturn {}\n' >pkg/init.lua
  $ xdb sub/moved.lua <<'END'
  > c
  > c
  > q
  > END
  |> $PWD/sub/moved.lua(1)<main>()
  |-> local _, lfs = pcall(require, "lfs")
  |(xdb) c
  |sub/moved.lua\ttrue (esc)
  |The program finished and will be restarted
  |> $PWD/sub/moved.lua(1)<main>()
  |-> local _, lfs = pcall(require, "lfs")
  |(xdb) c
  |sub/moved.lua\ttrue (esc)
  |The program finished and will be restarted
  |> $PWD/sub/moved.lua(1)<main>()
  |-> local _, lfs = pcall(require, "lfs")
  |(xdb) q
  $ export LUA_PATH='./?.lua;./?/init.lua'
  $ xdb -m pkg one two <<'END'
  > n
  > p name
  > c
  > q
  > END
  |> $PWD/pkg/init.lua(1)<main>()
  |-> local name = ...
  |(xdb) n
  |> $PWD/pkg/init.lua(2)<main>()
  |-> print(name)
  |(xdb) p name
  |"one"
  |(xdb) c
  |one
  |The program finished and will be restarted
  |> $PWD/pkg/init.lua(1)<main>()
  |-> local name = ...
  |(xdb) q
  $ unset LUA_PATH

Chunks that are text keep their lines; returning into another file shows that file:

  $ printf 'local M = {}\nfunction M.two()\n    return 2\nend\nreturn M\n' >other.lua
  $ cat >chunks.lua <<'END'
  > package.path = "./?.lua"
  > local other = require "other"
  > local f = load("local a = ...\nlocal b = a * 2\nreturn b")
  > print(f(21))
  > local g = load("return 7", "=label")
  > print(g())
  > print(other.two())
  > END
  $ xdb chunks.lua <<'END'
  > b other:3
  > b f
  > until 4
  > b f
  > s
  > s
  > s
  > l
  > w
  > r
  > c
  > s
  > s
  > s
  > q
  > END
  |> $PWD/chunks.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b other:3
  |Breakpoint 1 at $PWD/other.lua:3
  |(xdb) b f
  |Breakpoint 2 at f (pending)
  |(xdb) until 4
  |> $PWD/chunks.lua(4)<main>()
  |-> print(f(21))
  |(xdb) b f
  |Breakpoint 3 at f (pending)
  |(xdb) s
  |--Call--
  |> [string "local a = ......"](1)<main>()
  |-> local a = ...
  |(xdb) s
  |> [string "local a = ......"](1)<main>()
  |-> local a = ...
  |(xdb) s
  |> [string "local a = ......"](2)<main>()
  |-> local b = a * 2
  |(xdb) l
  |  1  \tlocal a = ... (esc)
  |  2  ->\tlocal b = a * 2 (esc)
  |  3  \treturn b (esc)
  |[EOF]
  |(xdb) w
  |  $PWD/chunks.lua(4)<main>()
  |-> print(f(21))
  |> [string "local a = ......"](2)<main>()
  |-> local b = a * 2
  |(xdb) r
  |--Return--
  |> [string "local a = ......"](3)<main>()->42
  |-> return b
  |(xdb) c
  |42
  |7
  |> $PWD/other.lua(3)M.two()
  |-> return 2
  |(xdb) s
  |--Return--
  |> $PWD/other.lua(3)M.two()->2
  |-> return 2
  |(xdb) s
  |2
  |--Return--
  |> $PWD/chunks.lua(7)<main>()->()
  |-> print(other.two())
  |(xdb) s
  |The program finished and will be restarted
  |> $PWD/chunks.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) q

Colours, when they are wanted (PDB-300..302):

  $ printf 'l 1,2\nq\n' | FORCE_COLOR=1 command xdb chunks.lua | sed 's/^/|/'
  |> $PWD/chunks.lua(1)<main>()
  |-> \x1b[36mpackage\x1b[0m\x1b[0m.\x1b[0mpath \x1b[0m=\x1b[0m \x1b[32m"./?.lua"\x1b[0m (esc)
  |(xdb)   1  ->\t\x1b[36mpackage\x1b[0m\x1b[0m.\x1b[0mpath \x1b[0m=\x1b[0m \x1b[32m"./?.lua"\x1b[0m (esc)
  |  2  \t\x1b[1;34mlocal\x1b[0m other \x1b[0m=\x1b[0m \x1b[36mrequire\x1b[0m \x1b[32m"other"\x1b[0m (esc)
  |(xdb)  (no-eol)
  $ printf 'q\n' | NO_COLOR=1 FORCE_COLOR=1 command xdb chunks.lua | sed 's/^/|/'
  |> $PWD/chunks.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb)  (no-eol)

What is no text at the prompt does no harm:

  $ printf 'p "a\\0b"\n\0\nl\0\n\377\376\nx = \n\1\n' | command xdb chunks.lua | tr '\0' '@' | sed 's/^/|/' | LC_ALL=C tr -d '\200-\377'
  |> $PWD/chunks.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) "a\0b"
  |(xdb) *** unexpected symbol
  |(xdb) *** Error in argument: ''
  |(xdb) *** unexpected symbol near '<\255>'
  |(xdb) ...   *** unexpected symbol near '<\1>'
  |(xdb) 
  $ (printf 'p '; head -c 300000 /dev/zero | tr '\0' '('; echo; echo 'p 1') | command xdb chunks.lua | cut -c1-60 | sed 's/^/|/'
  |> $PWD/chunks.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) *** C stack overflow
  |(xdb) 1
  |(xdb) 
  $ (head -c 100000 /dev/zero | tr '\0' ';'; echo; echo 'p 2') | command xdb chunks.lua | cut -c1-60 | sed 's/^/|/'
  |> $PWD/chunks.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) (xdb) 2
  |(xdb) 

Help for every command, and what help does not know (PDB-281):

  $ xdb chunks.lua <<'END'
  > help
  > ?
  > h n
  > ? until
  > help break
  > help commands
  > help exec
  > help !
  > help nosuch
  > help p d
  > q
  > END
  |> $PWD/chunks.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) help
  |Running the program:
  |====================
  |EOF  catch  continue  j     n     q     r        return  s     unt  
  |c    cont   exit      jump  next  quit  restart  run     step  until
  |
  |Breakpoints:
  |============
  |b      cl     commands   disable  ignore  read  tbreak   watch
  |break  clear  condition  enable   log     save  unwatch
  |
  |The stack:
  |==========
  |a     bt         coroutines  down        locals  rv  up        w    
  |args  coroutine  d           exceptions  retval  u   upvalues  where
  |
  |Looking at values and source:
  |=============================
  |display  info  l  list  ll  longlist  p  pp  source  undisplay  whatis
  |
  |The debugger itself:
  |====================
  |alias  debug  h  help  interact  unalias
  |
  |Miscellaneous help topics:
  |==========================
  |exec  xdb
  |
  |(xdb) ?
  |Running the program:
  |====================
  |EOF  catch  continue  j     n     q     r        return  s     unt  
  |c    cont   exit      jump  next  quit  restart  run     step  until
  |
  |Breakpoints:
  |============
  |b      cl     commands   disable  ignore  read  tbreak   watch
  |break  clear  condition  enable   log     save  unwatch
  |
  |The stack:
  |==========
  |a     bt         coroutines  down        locals  rv  up        w    
  |args  coroutine  d           exceptions  retval  u   upvalues  where
  |
  |Looking at values and source:
  |=============================
  |display  info  l  list  ll  longlist  p  pp  source  undisplay  whatis
  |
  |The debugger itself:
  |====================
  |alias  debug  h  help  interact  unalias
  |
  |Miscellaneous help topics:
  |==========================
  |exec  xdb
  |
  |(xdb) h n
  |      Usage: n(ext)
  |      
  |      Goes to the next line of this function.
  |      What it calls runs without stopping. Stops at the function's return,
  |      too.
  |(xdb) ? until
  |      Usage: unt(il) [lineno]
  |      
  |      Goes on to a greater line of this function.
  |      Without argument, goes on until a line greater than the current one
  |      is reached: past the end of a loop. With a line number, until a
  |      line greater or equal to that. Stops at the function's return, too.
  |      
  |      Example:
  |        until 120
  |(xdb) help break
  |      Usage: b(reak) [ ([filename:]lineno | function) [, condition] ]
  |      
  |      Sets a breakpoint, or lists them.
  |      Without argument, lists all breakpoints.
  |      
  |      With a line number, the program stops before that line of the
  |      current file, or of the file in front of the colon: a path, its
  |      last parts, or a module, with or without ".lua", loaded yet or
  |      not. A line without code moves to the next one that has some.
  |      
  |      With a function, it stops before the first line of that function.
  |      Any expression that gives a function will do, or the name with
  |      which it is defined: f, M.f, M:f, or its last part. A function
  |      that is not there yet is waited for.
  |      
  |      With a condition, only when that expression is true there.
  |      
  |      Example:
  |        break 12
  |        break core/parser.lua:120, #tokens > 3
  |        break Account:deposit
  |(xdb) help commands
  |      Usage: (xdb) commands [bpnumber]
  |             (com) ...
  |             (com) end
  |             (xdb)
  |      
  |      Says what to do when a breakpoint stops.
  |      The commands up to "end" are run when the breakpoint stops the
  |      program; without number, the last breakpoint that was set. A command
  |      that lets the program go on ends them. "silent" among them keeps
  |      the banner away. No commands at all remove those that were there.
  |      
  |      Example:
  |        commands 1
  |        silent
  |        p amount
  |        continue
  |(xdb) help exec
  |(!) statement
  |
  |Runs Lua statements in the frame that is looked at, or prints the
  |values of expressions. The exclamation mark is needed only when the
  |first word is a command, too:
  |(xdb) help !
  |!n = 42
  |(xdb)
  |
  |Names are the frame's locals, then its upvalues, then globals;
  |assignments go to the same places. What is not complete goes on in
  |the next line, after the prompt "...".
  |(xdb) help nosuch
  |*** No help for '!'
  |(xdb) help p d
  |*** No help for 'nosuch'
  |(xdb) q
  |*** No help for 'p d'
  |(xdb) 
  $ for c in $(echo help | command xdb chunks.lua | sed -n '/^====/,/^$/p' | grep -v '^=' | tr -s ' ' '\n' | sort -u); do echo "help $c"; done | command xdb chunks.lua | grep -c '^(xdb)  *Usage: '
  68
