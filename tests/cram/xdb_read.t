save and read: breakpoints, log points, displays and aliases as a file of commands.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >sum.lua <<'EOF'
  > local function add(a, b)
  >     local c = a + b
  >     return c
  > end
  > local sum = 0
  > for i = 1, 4 do
  >     sum = add(sum, i)
  > end
  > print(sum)
  > EOF

what is saved comes back the same:

  $ xdb sum.lua <<'EOF' | tail -3
  > tbreak 9
  > b add, a > 2
  > commands
  > silent
  > p a, b
  > c
  > end
  > b 7
  > disable 3
  > b 6
  > ignore 4 2
  > log 3, "c is {c}, {{c}} and {#"}"}"
  > condition 5 c > 1
  > alias pa p %1 + 1
  > display sum
  > save saved
  > q
  > EOF
  |display sum: nil
  |(xdb) save saved
  |(xdb) q
  $ cat saved
  alias pa p %1 + 1
  tbreak $PWD/sum.lua:9
  break $PWD/sum.lua:2, a > 2
  commands
  silent
  p a, b
  c
  break $PWD/sum.lua:7
  disable last
  break $PWD/sum.lua:6
  ignore last 2
  log $PWD/sum.lua:3, c is {c}, {{c}} and {#"}"}
  condition last c > 1
  display sum
  $ xdb sum.lua <<'EOF'
  > read saved
  > b
  > alias
  > save again
  > c
  > c
  > q
  > EOF
  |> $PWD/sum.lua(4)<main>()
  |-> end
  |(xdb) read saved
  |Breakpoint 1 at $PWD/sum.lua:9
  |Breakpoint 2 at $PWD/sum.lua:2
  |Breakpoint 3 at $PWD/sum.lua:7
  |Disabled breakpoint 3 at $PWD/sum.lua:7
  |Breakpoint 4 at $PWD/sum.lua:6
  |Will ignore next 2 crossings of breakpoint 4.
  |Breakpoint 5 at $PWD/sum.lua:3
  |New condition set for breakpoint 5.
  |display sum: nil
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   del  yes   at $PWD/sum.lua:9
  |2   breakpoint   keep yes   at $PWD/sum.lua:2
  |\tstop only if a > 2 (esc)
  |3   breakpoint   keep no    at $PWD/sum.lua:7
  |4   breakpoint   keep yes   at $PWD/sum.lua:6
  |\tignore next 2 hits (esc)
  |5   breakpoint   keep yes   at $PWD/sum.lua:3
  |\tstop only if c > 1 (esc)
  |\tlog c is {c}, {{c}} and {#"}"} (esc)
  |(xdb) alias
  |pa = p %1 + 1
  |(xdb) save again
  |(xdb) c
  |c is 3, {3} and 1
  |> $PWD/sum.lua(6)<main>()
  |-> for i = 1, 4 do
  |display sum: 3  [old: nil]
  |(xdb) c
  |3, 3
  |c is 6, {6} and 1
  |> $PWD/sum.lua(6)<main>()
  |-> for i = 1, 4 do
  |display sum: 6  [old: 3]
  |(xdb) q
  $ diff saved again

a line that fails: which one is said, and the rest is not run:

  $ printf 'b 2\n# a comment\n\nb 99\nb 3\n' >bad
  $ printf 'p 1\nnosuch thing\np 2\n' >worse
  $ printf 'p 1\nenable 7\np 2\n' >worst
  $ printf 'p 1\nerror("raised")\np 2\n' >raises
  $ xdb sum.lua <<'EOF'
  > read bad
  > b
  > read worse
  > read worst
  > read raises
  > read nosuch
  > read .
  > read
  > p "goes on"
  > q
  > EOF
  |> $PWD/sum.lua(4)<main>()
  |-> end
  |(xdb) read bad
  |Breakpoint 1 at $PWD/sum.lua:2
  |End of file
  |*** bad:4: this line failed, the rest is not run
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/sum.lua:2
  |(xdb) read worse
  |1
  |*** syntax error near 'thing'
  |*** worse:2: this line failed, the rest is not run
  |(xdb) read worst
  |1
  |*** Breakpoint number 7 out of range
  |*** worst:2: this line failed, the rest is not run
  |(xdb) read raises
  |1
  |*** raised
  |*** raises:2: this line failed, the rest is not run
  |(xdb) read nosuch
  |*** cannot read nosuch: No such file or directory
  |(xdb) read .
  |*** cannot read .: is a directory
  |(xdb) read
  |*** Argument is required for this command
  |      Usage: read file
  |(xdb) p "goes on"
  |"goes on"
  |(xdb) q

in front of what waits; files that read files; never without end:

  $ printf 'p "inner 1"\np "inner 2"\n' >inner
  $ printf 'p "outer 1"\nread inner\np "outer 2" ;; p "outer 3"\n' >outer
  $ printf 'p "again"\nread self\n' >self
  $ xdb -c 'read outer' -c 'p "behind"' sum.lua <<'EOF'
  > read self
  > q
  > EOF
  |"outer 1"
  |"inner 1"
  |"inner 2"
  |"outer 2"
  |"outer 3"
  |"behind"
  |> $PWD/sum.lua(4)<main>()
  |-> end
  |(xdb) read self
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |"again"
  |*** cannot read self: files that read files go too deep
  |*** self:2: this line failed, the rest is not run
  |(xdb) q

statements of several lines, and commands that let the program go on in the middle:

  $ printf 'function twice(x)\n  return 2 * x\nend\nb 3\nc\np twice(c)\nc\np twice(c)\n' >goes
  $ xdb sum.lua <<'EOF'
  > read goes
  > p "prompt"
  > q
  > EOF
  |> $PWD/sum.lua(4)<main>()
  |-> end
  |(xdb) read goes
  |Breakpoint 1 at $PWD/sum.lua:3
  |2
  |6
  |> $PWD/sum.lua(3)add()
  |-> return c
  |(xdb) p "prompt"
  |"prompt"
  |(xdb) q

what cannot be written:

  $ xdb sum.lua <<'EOF'
  > save no/such/folder
  > save
  > q
  > EOF
  |> $PWD/sum.lua(4)<main>()
  |-> end
  |(xdb) save no/such/folder
  |*** cannot write no/such/folder: No such file or directory
  |(xdb) save
  |*** Argument is required for this command
  |      Usage: save file
  |(xdb) q
