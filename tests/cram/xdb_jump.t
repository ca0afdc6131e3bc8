jump goes on at another line, and says why where it cannot (PDB-239, 240, 334).

  $ test "$XDB_LAYOUT" != off || exit 80 # no jumping without the fast layout: tests/unit/jump_stops
  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >jumps.lua <<'END'
  > local function f(n)
  >     local sum = 0
  >     print("one")
  >     print("two")
  >     for i = 1, n do
  >         sum = sum + i
  >         print("in", i)
  >     end
  >     do
  >         local inner <close> = nil
  >         print("inner")
  >     end
  >     print("three", sum)
  >     return sum
  > end
  > print(f(2))
  > print("after")
  > END

Forwards, backwards, out of a loop:

  $ xdb jumps.lua <<'END'
  > b 4
  > c
  > j 13
  > n
  > jump 3
  > n
  > n
  > clear 1
  > b 6, i == 2
  > c
  > j 13
  > c
  > q
  > END
  |> $PWD/jumps.lua(15)<main>()
  |-> end
  |(xdb) b 4
  |Breakpoint 1 at $PWD/jumps.lua:4
  |(xdb) c
  |one
  |> $PWD/jumps.lua(4)f()
  |-> print("two")
  |(xdb) j 13
  |> $PWD/jumps.lua(13)f()
  |-> print("three", sum)
  |(xdb) n
  |three\t0 (esc)
  |> $PWD/jumps.lua(14)f()
  |-> return sum
  |(xdb) jump 3
  |> $PWD/jumps.lua(3)f()
  |-> print("one")
  |(xdb) n
  |one
  |> $PWD/jumps.lua(4)f()
  |-> print("two")
  |(xdb) n
  |two
  |> $PWD/jumps.lua(5)f()
  |-> for i = 1, n do
  |(xdb) clear 1
  |Deleted breakpoint 1 at $PWD/jumps.lua:4
  |(xdb) b 6, i == 2
  |Breakpoint 2 at $PWD/jumps.lua:6
  |(xdb) c
  |in\t1 (esc)
  |> $PWD/jumps.lua(6)f()
  |-> sum = sum + i
  |(xdb) j 13
  |> $PWD/jumps.lua(13)f()
  |-> print("three", sum)
  |(xdb) c
  |three\t1 (esc)
  |1
  |after
  |The program finished and will be restarted
  |> $PWD/jumps.lua(15)<main>()
  |-> end
  |(xdb) q

Refused, and nothing has changed:

  $ xdb jumps.lua <<'END'
  > b 4
  > c
  > j 6
  > j 11
  > j 16
  > j 99
  > j 0
  > jump x
  > jump
  > j 12
  > u
  > j 17
  > d
  > s
  > n
  > b f
  > run
  > c
  > r
  > clear 1 2
  > r
  > j 3
  > q
  > END
  |> $PWD/jumps.lua(15)<main>()
  |-> end
  |(xdb) b 4
  |Breakpoint 1 at $PWD/jumps.lua:4
  |(xdb) c
  |one
  |> $PWD/jumps.lua(4)f()
  |-> print("two")
  |(xdb) j 6
  |*** Jump failed: can't jump into the body of a for loop
  |(xdb) j 11
  |*** Jump failed: can't jump into the scope of to-be-closed variable 'inner'
  |(xdb) j 16
  |*** Jump failed: line 16 comes after the current code block
  |(xdb) j 99
  |*** Jump failed: line 99 comes after the current code block
  |(xdb) j 0
  |*** Jump failed: line 0 comes before the current code block
  |(xdb) jump x
  |*** The 'jump' command requires a line number
  |(xdb) jump
  |*** Argument is required for this command
  |      Usage: j(ump) lineno
  |(xdb) j 12
  |> $PWD/jumps.lua(13)f()
  |-> print("three", sum)
  |(xdb) u
  |> $PWD/jumps.lua(16)<main>()
  |-> print(f(2))
  |(xdb) j 17
  |*** You can only jump within the bottom frame
  |(xdb) d
  |> $PWD/jumps.lua(13)f()
  |-> print("three", sum)
  |(xdb) s
  |three\t0 (esc)
  |> $PWD/jumps.lua(14)f()
  |-> return sum
  |(xdb) n
  |--Return--
  |> $PWD/jumps.lua(14)f()->0
  |-> return sum
  |(xdb) b f
  |Breakpoint 2 at $PWD/jumps.lua:2
  |(xdb) run
  |Restarting $PWD/jumps.lua with arguments:
  |\t (esc)
  |> $PWD/jumps.lua(15)<main>()
  |-> end
  |(xdb) c
  |> $PWD/jumps.lua(2)f()
  |-> local sum = 0
  |(xdb) r
  |one
  |> $PWD/jumps.lua(4)f()
  |-> print("two")
  |(xdb) clear 1 2
  |Deleted breakpoint 1 at $PWD/jumps.lua:4
  |Deleted breakpoint 2 at $PWD/jumps.lua:2
  |(xdb) r
  |two
  |in\t1 (esc)
  |in\t2 (esc)
  |inner
  |three\t3 (esc)
  |--Return--
  |> $PWD/jumps.lua(14)f()->3
  |-> return sum
  |(xdb) j 3
  |*** Jump failed: can only jump from a 'line' event
  |(xdb) q
