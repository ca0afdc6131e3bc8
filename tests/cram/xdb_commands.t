Commands that breakpoints run, start-up files, repetition, `;;` and aliases (PDB-100..113, 191..197, 278..280).

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

A list runs when its breakpoint stops; silent keeps the banner away, a command that goes on ends it:

  $ xdb demo.lua <<'END'
  > commands
  > b total
  > commands 1
  > silent
  > p values
  > for i, v in ipairs(values) do
  > print("value", i, v)
  > end
  > end
  > b 10
  > commands
  > p "at the end"
  > p acc
  > c
  > p "never"
  > c
  > commands 9
  > commands x
  > commands 1
  > end
  > restart
  > c
  > c
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) commands
  |*** cannot set commands: Breakpoint number 0 out of range
  |(xdb) b total
  |Breakpoint 1 at $PWD/demo.lua:6
  |(xdb) commands 1
  |(com) silent
  |(com) p values
  |(com) for i, v in ipairs(values) do
  |...   print("value", i, v)
  |...   end
  |(com) end
  |(xdb) b 10
  |Breakpoint 2 at $PWD/demo.lua:10
  |(xdb) commands
  |(com) p "at the end"
  |(com) p acc
  |(com) c
  |(xdb) p "never"
  |"never"
  |(xdb) c
  |{1, 2, 3}
  |value\t1\t1 (esc)
  |value\t2\t2 (esc)
  |value\t3\t3 (esc)
  |(xdb) commands 9
  |*** cannot set commands: Breakpoint number 9 out of range
  |(xdb) commands x
  |*** Invalid argument: x
  |      Usage: (xdb) commands [bpnumber]
  |             (com) ...
  |             (com) end
  |             (xdb)
  |(xdb) commands 1
  |(com) end
  |(xdb) restart
  |Restarting $PWD/demo.lua with arguments:
  |\t (esc)
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) c
  |> $PWD/demo.lua(6)total()
  |-> local acc = 0
  |(xdb) c
  |"at the end"
  |14
  |total\t14 (esc)
  |The program finished and will be restarted
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) q

Repeating: the last command of a line, list goes on, a statement whole; a list changes nothing of that:

  $ xdb demo.lua <<'END'
  > b 8
  > commands 1
  > p acc
  > end
  > c
  > p v ;; p "last"
  > 
  > l 1
  > 
  > x = 5 ;;
  > ;;
  > if x then
  > print("whole")
  > end
  > 
  > n
  > 
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) b 8
  |Breakpoint 1 at $PWD/demo.lua:8
  |(xdb) commands 1
  |(com) p acc
  |(com) end
  |(xdb) c
  |0
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) p v ;; p "last"
  |1
  |"last"
  |(xdb) 
  |"last"
  |(xdb) l 1
  |  1  \tlocal function square(n) (esc)
  |  2  \t    local r = n * n (esc)
  |  3  \t    return r (esc)
  |  4  \tend (esc)
  |  5  \tlocal function total(values) (esc)
  |  6  \t    local acc = 0 (esc)
  |  7  \t    for _, v in ipairs(values) do (esc)
  |  8 B->\t        acc = acc + square(v) (esc)
  |  9  \t    end (esc)
  | 10  \t    return acc (esc)
  | 11  \tend (esc)
  |(xdb) 
  | 12  \tprint("total", total({ 1, 2, 3 })) (esc)
  |[EOF]
  |(xdb) x = 5 ;;
  |(xdb) ;;
  |(xdb) if x then
  |...   print("whole")
  |...   end
  |whole
  |(xdb) 
  |whole
  |(xdb) n
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |(xdb) 
  |> $PWD/demo.lua(8)total()
  |-> acc = acc + square(v)
  |(xdb) q

A line is cut at its first ;; even in a string, and what is left goes first:

  $ xdb demo.lua <<'END'
  > p 1;; p 2 ;;p 3
  > p "a;;b"
  > n;; p 4;; n
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) p 1;; p 2 ;;p 3
  |1
  |2
  |3
  |(xdb) p "a;;b"
  |*** unfinished string near <eof>
  |*** unfinished string near <eof>
  |(xdb) n;; p 4;; n
  |4
  |> $PWD/demo.lua(12)<main>()
  |-> print("total", total({ 1, 2, 3 }))
  |(xdb) q

Words that are commands and yet Lua (PDB-105..107):

  $ xdb demo.lua <<'END'
  > c = { a = 1 }
  > c["a"]
  > c.a
  > n(1)
  > l = 5
  > l=5
  > l
  > !l
  > ! l = 6
  > !l
  > s:upper()
  > s = "text"
  > s="text"
  > s:upper()
  > a = 3
  > (1 + 2) * 3
  > "x", 'y', [[z]]
  > {1}
  > nosuchcommand here
  > q
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) c = { a = 1 }
  |*** Invalid argument: = { a = 1 }
  |      Usage: c(ont(inue))
  |(xdb) c["a"]
  |*** attempt to index a nil value (global 'c')
  |(xdb) c.a
  |*** attempt to index a nil value (global 'c')
  |(xdb) n(1)
  |*** attempt to call a nil value (global 'n')
  |(xdb) l = 5
  |*** Error in argument: '= 5'
  |(xdb) l=5
  |(xdb) l
  |  1  \tlocal function square(n) (esc)
  |  2  \t    local r = n * n (esc)
  |  3  \t    return r (esc)
  |  4  ->\tend (esc)
  |  5  \tlocal function total(values) (esc)
  |  6  \t    local acc = 0 (esc)
  |  7  \t    for _, v in ipairs(values) do (esc)
  |  8  \t        acc = acc + square(v) (esc)
  |  9  \t    end (esc)
  | 10  \t    return acc (esc)
  | 11  \tend (esc)
  |(xdb) !l
  |5
  |(xdb) ! l = 6
  |(xdb) !l
  |6
  |(xdb) s:upper()
  |*** attempt to index a nil value (global 's')
  |(xdb) s = "text"
  |*** Invalid argument: = "text"
  |      Usage: s(tep)
  |(xdb) s="text"
  |(xdb) s:upper()
  |"TEXT"
  |(xdb) a = 3
  |*** Invalid argument: = 3
  |      Usage: a(rgs)
  |(xdb) (1 + 2) * 3
  |9
  |(xdb) "x", 'y', [[z]]
  |"x", "y", "z"
  |(xdb) {1}
  |{1}
  |(xdb) nosuchcommand here
  |*** syntax error near 'here'
  |(xdb) q

Statements of several lines; the end of the input and wrong ones (PDB-137):

  $ xdb demo.lua <<'END'
  > function global(a)
  > return a * 2
  > end
  > global(21)
  > local x = 1 do
  > x = 2
  > end
  > p [[ a
  > for
  > x = {
  > 1,
  > 2 }
  > p x
  > END
  |> $PWD/demo.lua(4)<main>()
  |-> end
  |(xdb) function global(a)
  |...   return a * 2
  |...   end
  |(xdb) global(21)
  |42
  |(xdb) local x = 1 do
  |...   x = 2
  |...   end
  |(xdb) p [[ a
  |*** unfinished long string (starting at line 1) near <eof>
  |(xdb) for
  |...   x = {
  |...   1,
  |...   2 }
  |...   p x
  |*** ',' expected near 'p'
  |(xdb) 

Aliases:

  $ xdb demo.lua <<'END'
  > b 8
  > c
  > alias
  > alias pv p values
  > alias pv
  > alias dbl p %1 * 2
  > alias all p (%*)
  > alias bad p %2
  > alias two p %1 ;; p %2
  > alias
  > pv
  > dbl acc
  > dbl
  > dbl 1 2
  > all 1 + 2
  > two 1 2
  > unalias dbl
  > unalias
  > unalias nosuch
  > dbl 3
  > alias nosuch
  > alias n p "hides"
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
  |(xdb) alias
  |(xdb) alias pv p values
  |(xdb) alias pv
  |pv = p values
  |(xdb) alias dbl p %1 * 2
  |(xdb) alias all p (%*)
  |(xdb) alias bad p %2
  |*** Replaceable parameters must be consecutive
  |(xdb) alias two p %1 ;; p %2
  |(xdb) alias
  |all = p (%*)
  |dbl = p %1 * 2
  |pv = p values
  |two = p %1 ;; p %2
  |(xdb) pv
  |{1, 2, 3}
  |(xdb) dbl acc
  |0
  |(xdb) dbl
  |*** Not enough arguments for alias 'dbl'
  |(xdb) dbl 1 2
  |*** Too many arguments for alias 'dbl'
  |(xdb) all 1 + 2
  |3
  |(xdb) two 1 2
  |1
  |2
  |(xdb) unalias dbl
  |(xdb) unalias
  |*** Argument is required for this command
  |      Usage: unalias name
  |(xdb) unalias nosuch
  |(xdb) dbl 3
  |*** syntax error near '3'
  |(xdb) alias nosuch
  |*** Unknown alias 'nosuch'
  |(xdb) alias n p "hides"
  |(xdb) n
  |"hides"
  |(xdb) q

Start-up files: home first, then here; comments, blank lines, commands that go on; -c comes after:

  $ printf '# a comment\n\nalias pa p acc\nb 8\ncommands 1 ;; p "at 8" ;; end\n' >$HOME/.xdbrc
  $ printf -- '-- the local one\np "local"\nc\nnosuch.field\n' >.pdbrc
  $ xdb -c "pa" -c "n" demo.lua <<'END'
  > pa
  > q
  > END
  |Breakpoint 1 at $PWD/demo.lua:8
  |"local"
  |"at 8"
  |*** attempt to index a nil value (global 'nosuch')
  |*** .pdbrc:4: this line failed
  |0
  |> $PWD/demo.lua(7)total()
  |-> for _, v in ipairs(values) do
  |(xdb) pa
  |1
  |(xdb) q

The one of this kind wins over the other; a file that others could have written is not run:

  $ echo 'p "mine"' >.xdbrc; xdb -c q demo.lua </dev/null; chmod g+w .xdbrc; xdb -c q demo.lua </dev/null
  |Breakpoint 1 at $PWD/demo.lua:8
  |"mine"
  |*** .xdbrc is not run: others can write it
  |Breakpoint 1 at $PWD/demo.lua:8
  $ rm .xdbrc; chmod o+w .; xdb -c q demo.lua </dev/null; chmod o-w .
  |*** .pdbrc is not run: others can write it
  |Breakpoint 1 at $PWD/demo.lua:8
  $ (cd; cp $OLDPWD/demo.lua .; xdb -c pa -c q demo.lua </dev/null; rm demo.lua)
  |Breakpoint 1 at $HOME/demo.lua:8
  |nil
