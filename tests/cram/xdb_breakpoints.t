Breakpoints as a person types them (PDB-170..190).

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ mkdir core
  $ cat >core/parser.lua <<'END'
  > local M = {}
  > 
  > -- splits
  > function M.split(s)
  >     local words = {}
  >     for w in s:gmatch("%w+") do
  >         words[#words + 1] = w
  >     end
  >     return words
  > end
  > 
  > function M:method() return self end
  > 
  > return M
  > END
  $ cat >demo.lua <<'END'
  > package.path = "./?.lua"
  > local parser = require "core.parser"
  > 
  > local Account = {}
  > function Account:deposit(n)
  >     -- a comment
  >     self.balance = (self.balance or 0) + n
  > end
  > 
  > local function same() return 1 end
  > local other = { same = function() return 2 end }
  > 
  > for i = 1, 5 do
  >     Account:deposit(i)
  >     parser.split("a b")
  > end
  > parser:method()
  > print(Account.balance, same(), other.same())
  > END

Where they may be:

  $ xdb demo.lua <<'END'
  > b 99
  > b 0
  > b -1
  > b 6
  > b 5
  > b 3
  > b core/parser.lua:5
  > b core.parser:9
  > b core/parser:3
  > b nofile:3
  > b demo.lua:x
  > b core/parser.lua:99
  > b nosuchfunc
  > b nosuch.func
  > b Account:deposit
  > b deposit
  > b print
  > b 1 + 1
  > b same
  > b parser.split
  > b 7, self ==
  > b 7, self.balance, 1
  > b demo:7
  > tbreak demo.lua:7
  > b
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b 99
  |End of file
  |(xdb) b 0
  |End of file
  |(xdb) b -1
  |End of file
  |(xdb) b 6
  |Breakpoint 1 at $PWD/demo.lua:7 (line 6 has no code)
  |(xdb) b 5
  |Breakpoint 2 at $PWD/demo.lua:7 (line 5 only defines a function)
  |(xdb) b 3
  |Breakpoint 3 at $PWD/demo.lua:4 (line 3 has no code)
  |(xdb) b core/parser.lua:5
  |Breakpoint 4 at $PWD/core/parser.lua:5
  |(xdb) b core.parser:9
  |Breakpoint 5 at $PWD/core/parser.lua:9
  |(xdb) b core/parser:3
  |Breakpoint 6 at $PWD/core/parser.lua:4 (line 3 has no code)
  |(xdb) b nofile:3
  |*** 'nofile' not found from package.path
  |(xdb) b demo.lua:x
  |*** Bad lineno: x
  |(xdb) b core/parser.lua:99
  |End of file
  |(xdb) b nosuchfunc
  |Breakpoint 7 at nosuchfunc (pending)
  |(xdb) b nosuch.func
  |Breakpoint 8 at nosuch.func (pending)
  |(xdb) b Account:deposit
  |Breakpoint 9 at $PWD/demo.lua:7
  |(xdb) b deposit
  |Breakpoint 10 at $PWD/demo.lua:7
  |(xdb) b print
  |*** The specified object 'print' is a C function.
  |(xdb) b 1 + 1
  |*** The specified object '1 + 1' is not a function or was not found along package.path.
  |(xdb) b same
  |*** 'same' is ambiguous: same at line 10, same at line 11
  |(xdb) b parser.split
  |Breakpoint 11 at $PWD/core/parser.lua:5
  |(xdb) b 7, self ==
  |*** Invalid condition self ==: unexpected symbol near <eof>
  |(xdb) b 7, self.balance, 1
  |Breakpoint 12 at $PWD/demo.lua:7
  |(xdb) b demo:7
  |Breakpoint 13 at $PWD/demo.lua:7
  |(xdb) tbreak demo.lua:7
  |Breakpoint 14 at $PWD/demo.lua:7
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:7
  |2   breakpoint   keep yes   at $PWD/demo.lua:7
  |3   breakpoint   keep yes   at $PWD/demo.lua:4
  |4   breakpoint   keep yes   at $PWD/core/parser.lua:5
  |5   breakpoint   keep yes   at $PWD/core/parser.lua:9
  |6   breakpoint   keep yes   at $PWD/core/parser.lua:4
  |7   breakpoint   keep yes   at nosuchfunc (pending)
  |8   breakpoint   keep yes   at nosuch.func (pending)
  |9   breakpoint   keep yes   at $PWD/demo.lua:7
  |10  breakpoint   keep yes   at $PWD/demo.lua:7
  |11  breakpoint   keep yes   at $PWD/core/parser.lua:5
  |12  breakpoint   keep yes   at $PWD/demo.lua:7
  |\tstop only if self.balance, 1 (esc)
  |13  breakpoint   keep yes   at $PWD/demo.lua:7
  |14  breakpoint   del  yes   at $PWD/demo.lua:7
  |(xdb) q

All commands by number:

  $ xdb demo.lua <<'END'
  > b 7
  > b 14, i > 2
  > disable 1
  > disable 1 2
  > disable
  > disable 99
  > disable x
  > enable 1 2
  > enable 77
  > enable 0
  > ignore 1 2
  > ignore 1 1
  > ignore 1
  > ignore
  > ignore 1 x
  > ignore 1 2 3
  > ignore 9 1
  > condition 1 n == 3
  > condition 1
  > condition
  > condition 99 x
  > condition x y
  > condition 2 1 <
  > b
  > clear 1
  > clear 1
  > clear nofile:3
  > clear demo.lua:x
  > clear demo.lua:7
  > clear core/parser.lua:7
  > clear demo.lua:14
  > b 7
  > b 7
  > clear ./demo.lua:7
  > b 7
  > clear 5 99 x
  > b
  > b 7
  > b 9
  > cl
  > n
  > cl
  > Yes
  > b
  > cl
  > q
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b 7
  |Breakpoint 1 at $PWD/demo.lua:7
  |(xdb) b 14, i > 2
  |Breakpoint 2 at $PWD/demo.lua:14
  |(xdb) disable 1
  |Disabled breakpoint 1 at $PWD/demo.lua:7
  |(xdb) disable 1 2
  |Disabled breakpoint 1 at $PWD/demo.lua:7
  |Disabled breakpoint 2 at $PWD/demo.lua:14
  |(xdb) disable
  |*** Argument is required for this command
  |      Usage: disable bpnumber [bpnumber ...]
  |(xdb) disable 99
  |*** Breakpoint number 99 out of range
  |(xdb) disable x
  |*** Non-numeric breakpoint number x
  |(xdb) enable 1 2
  |Enabled breakpoint 1 at $PWD/demo.lua:7
  |Enabled breakpoint 2 at $PWD/demo.lua:14
  |(xdb) enable 77
  |*** Breakpoint number 77 out of range
  |(xdb) enable 0
  |*** Breakpoint number 0 out of range
  |(xdb) ignore 1 2
  |Will ignore next 2 crossings of breakpoint 1.
  |(xdb) ignore 1 1
  |Will ignore next 1 crossing of breakpoint 1.
  |(xdb) ignore 1
  |Will stop next time breakpoint 1 is reached.
  |(xdb) ignore
  |*** Argument is required for this command
  |      Usage: ignore bpnumber [count]
  |(xdb) ignore 1 x
  |*** Invalid argument: 1 x
  |      Usage: ignore bpnumber [count]
  |(xdb) ignore 1 2 3
  |*** Invalid argument: 1 2 3
  |      Usage: ignore bpnumber [count]
  |(xdb) ignore 9 1
  |*** Breakpoint number 9 out of range
  |(xdb) condition 1 n == 3
  |New condition set for breakpoint 1.
  |(xdb) condition 1
  |Breakpoint 1 is now unconditional.
  |(xdb) condition
  |*** Argument is required for this command
  |      Usage: condition bpnumber [condition]
  |(xdb) condition 99 x
  |*** Breakpoint number 99 out of range
  |(xdb) condition x y
  |*** Non-numeric breakpoint number x
  |(xdb) condition 2 1 <
  |*** Invalid condition 1 <: unexpected symbol near <eof>
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:7
  |2   breakpoint   keep yes   at $PWD/demo.lua:14
  |\tstop only if i > 2 (esc)
  |(xdb) clear 1
  |Deleted breakpoint 1 at $PWD/demo.lua:7
  |(xdb) clear 1
  |*** Breakpoint 1 already deleted
  |(xdb) clear nofile:3
  |*** There are no breakpoints in $PWD/nofile
  |(xdb) clear demo.lua:x
  |*** Invalid line number (x)
  |(xdb) clear demo.lua:7
  |*** There is no breakpoint at $PWD/demo.lua:7
  |(xdb) clear core/parser.lua:7
  |*** There are no breakpoints in $PWD/core/parser.lua
  |(xdb) clear demo.lua:14
  |Deleted breakpoint 2 at $PWD/demo.lua:14
  |(xdb) b 7
  |Breakpoint 3 at $PWD/demo.lua:7
  |(xdb) b 7
  |Breakpoint 4 at $PWD/demo.lua:7
  |(xdb) clear ./demo.lua:7
  |Deleted breakpoint 3 at $PWD/demo.lua:7
  |Deleted breakpoint 4 at $PWD/demo.lua:7
  |(xdb) b 7
  |Breakpoint 5 at $PWD/demo.lua:7
  |(xdb) clear 5 99 x
  |Deleted breakpoint 5 at $PWD/demo.lua:7
  |*** Breakpoint number 99 out of range
  |*** Non-numeric breakpoint number x
  |(xdb) b
  |(xdb) b 7
  |Breakpoint 6 at $PWD/demo.lua:7
  |(xdb) b 9
  |Breakpoint 7 at $PWD/demo.lua:10 (line 9 has no code)
  |(xdb) cl
  |Clear all breaks? n
  |(xdb) cl
  |Clear all breaks? Yes
  |Deleted breakpoint 6 at $PWD/demo.lua:7
  |Deleted breakpoint 7 at $PWD/demo.lua:10
  |(xdb) b
  |(xdb) cl
  |Clear all breaks? q
  |(xdb) q

Hits, conditions, ignore counts, temporaries; a condition that fails stops (PDB-180, BDB-026):

  $ xdb demo.lua <<'END'
  > b 7, n == 2
  > tbreak 14, i == 4
  > b parser.split
  > b core/parser.lua:6
  > ignore 3 2
  > b
  > c
  > p n
  > disable 4
  > c
  > p n
  > b
  > condition 1 n.x.y
  > c
  > p n
  > condition 1 false
  > c
  > b
  > c
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b 7, n == 2
  |Breakpoint 1 at $PWD/demo.lua:7
  |(xdb) tbreak 14, i == 4
  |Breakpoint 2 at $PWD/demo.lua:14
  |(xdb) b parser.split
  |Breakpoint 3 at parser.split (pending)
  |(xdb) b core/parser.lua:6
  |Breakpoint 4 at $PWD/core/parser.lua:6
  |(xdb) ignore 3 2
  |Will ignore next 2 crossings of breakpoint 3.
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:7
  |\tstop only if n == 2 (esc)
  |2   breakpoint   del  yes   at $PWD/demo.lua:14
  |\tstop only if i == 4 (esc)
  |3   breakpoint   keep yes   at parser.split (pending)
  |\tignore next 2 hits (esc)
  |4   breakpoint   keep yes   at $PWD/core/parser.lua:6
  |(xdb) c
  |> $PWD/core/parser.lua(6)M.split()
  |-> for w in s:gmatch("%w+") do
  |(xdb) p n
  |nil
  |(xdb) disable 4
  |Disabled breakpoint 4 at $PWD/core/parser.lua:6
  |(xdb) c
  |> $PWD/demo.lua(7)Account:deposit()
  |-> self.balance = (self.balance or 0) + n
  |(xdb) p n
  |2
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:7
  |\tstop only if n == 2 (esc)
  |\tbreakpoint already hit 2 times (esc)
  |2   breakpoint   del  yes   at $PWD/demo.lua:14
  |\tstop only if i == 4 (esc)
  |\tbreakpoint already hit 2 times (esc)
  |3   breakpoint   keep yes   at $PWD/core/parser.lua:5
  |\tignore next 1 hits (esc)
  |\tbreakpoint already hit 1 time (esc)
  |4   breakpoint   keep no    at $PWD/core/parser.lua:6
  |\tbreakpoint already hit 1 time (esc)
  |(xdb) condition 1 n.x.y
  |New condition set for breakpoint 1.
  |(xdb) c
  |*** Condition of breakpoint 1: attempt to index a number value (local 'n')
  |> $PWD/demo.lua(7)Account:deposit()
  |-> self.balance = (self.balance or 0) + n
  |(xdb) p n
  |3
  |(xdb) condition 1 false
  |New condition set for breakpoint 1.
  |(xdb) c
  |> $PWD/core/parser.lua(5)M.split()
  |-> local words = {}
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:7
  |\tstop only if false (esc)
  |\tbreakpoint already hit 3 times (esc)
  |2   breakpoint   del  yes   at $PWD/demo.lua:14
  |\tstop only if i == 4 (esc)
  |\tbreakpoint already hit 3 times (esc)
  |3   breakpoint   keep yes   at $PWD/core/parser.lua:5
  |\tbreakpoint already hit 3 times (esc)
  |4   breakpoint   keep no    at $PWD/core/parser.lua:6
  |\tbreakpoint already hit 1 time (esc)
  |(xdb) c
  |Deleted breakpoint 2 at $PWD/demo.lua:14
  |> $PWD/demo.lua(14)<main>()
  |-> Account:deposit(i)
  |(xdb) q

A function breakpoint does not stop where the function is made, one in a file not yet loaded is waited for:

  $ xdb demo.lua <<'END'
  > b core.parser:12
  > b same
  > b other.same
  > b split
  > b core.parser.method
  > b core.parser.nosuch
  > b
  > c
  > w
  > clear 3
  > c
  > a
  > c
  > c
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b core.parser:12
  |Breakpoint 1 at $PWD/core/parser.lua:12
  |(xdb) b same
  |*** 'same' is ambiguous: same at line 10, same at line 11
  |(xdb) b other.same
  |Breakpoint 2 at other.same (pending)
  |(xdb) b split
  |Breakpoint 3 at $PWD/core/parser.lua:5
  |(xdb) b core.parser.method
  |Breakpoint 4 at $PWD/core/parser.lua:12
  |(xdb) b core.parser.nosuch
  |Breakpoint 5 at core.parser.nosuch (pending)
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/core/parser.lua:12
  |2   breakpoint   keep yes   at other.same (pending)
  |3   breakpoint   keep yes   at $PWD/core/parser.lua:5
  |4   breakpoint   keep yes   at $PWD/core/parser.lua:12
  |5   breakpoint   keep yes   at core.parser.nosuch (pending)
  |(xdb) c
  |> $PWD/core/parser.lua(12)<main>()
  |-> function M:method() return self end
  |(xdb) w
  |  $PWD/demo.lua(2)<main>()
  |-> local parser = require "core.parser"
  |> $PWD/core/parser.lua(12)<main>()
  |-> function M:method() return self end
  |(xdb) clear 3
  |Deleted breakpoint 3 at $PWD/core/parser.lua:5
  |(xdb) c
  |> $PWD/core/parser.lua(12)M:method()
  |-> function M:method() return self end
  |(xdb) a
  |self = {method = function: 0x..., split = function: 0x...}
  |(xdb) c
  |15\t1\t2 (esc)
  |The program finished and will be restarted
  |> $PWD/demo.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) c
  |> $PWD/core/parser.lua(12)<main>()
  |-> function M:method() return self end
  |(xdb) q

They outlive the program, and one for a function of a module not yet loaded is placed when it is (PDB-197):

  $ xdb demo.lua <<'END'
  > b 18
  > b parser.split
  > c
  > b
  > clear 2
  > c
  > c
  > b
  > c
  > q
  > END
  |> $PWD/demo.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b 18
  |Breakpoint 1 at $PWD/demo.lua:18
  |(xdb) b parser.split
  |Breakpoint 2 at parser.split (pending)
  |(xdb) c
  |> $PWD/core/parser.lua(5)M.split()
  |-> local words = {}
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:18
  |2   breakpoint   keep yes   at $PWD/core/parser.lua:5
  |\tbreakpoint already hit 1 time (esc)
  |(xdb) clear 2
  |Deleted breakpoint 2 at $PWD/core/parser.lua:5
  |(xdb) c
  |> $PWD/demo.lua(18)<main>()
  |-> print(Account.balance, same(), other.same())
  |(xdb) c
  |15\t1\t2 (esc)
  |The program finished and will be restarted
  |> $PWD/demo.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/demo.lua:18
  |\tbreakpoint already hit 1 time (esc)
  |(xdb) c
  |> $PWD/demo.lua(18)<main>()
  |-> print(Account.balance, same(), other.same())
  |(xdb) q

Files by the end of their path, loaded or not: what is ambiguous is not guessed.

  $ mkdir -p lib/deep lib/other
  $ cat >lib/deep/reader.lua <<'EOF'
  > local P = {}
  > function P.parse(x)
  >     local y = x
  >     return y
  > end
  > return P
  > EOF
  $ cp lib/deep/reader.lua lib/other/reader.lua
  $ cp lib/deep/reader.lua lib/other/v1.2.lua
  $ cat >tails.lua <<'EOF'
  > package.path = "lib/?.lua;" .. package.path
  > local a = 1
  > local p = require("deep.reader")
  > local o = require("other.reader")
  > print(p.parse(1), o.parse(2))
  > EOF
  $ xdb tails.lua <<'EOF'
  > n
  > b deep/reader.lua:3
  > b other/reader:3
  > b deep.reader:4
  > b other/v1.2.lua:3
  > b other/v1.2:4
  > b nothere.lua:3
  > c
  > b reader.lua:3
  > b er/reader.lua:3
  > b lib/deep/reader.lua:4
  > b
  > q
  > EOF
  |> $PWD/tails.lua(1)<main>()
  |-> package.path = "lib/?.lua;" .. package.path
  |(xdb) n
  |> $PWD/tails.lua(2)<main>()
  |-> local a = 1
  |(xdb) b deep/reader.lua:3
  |Breakpoint 1 at $PWD/lib/deep/reader.lua:3
  |(xdb) b other/reader:3
  |Breakpoint 2 at $PWD/lib/other/reader.lua:3
  |(xdb) b deep.reader:4
  |Breakpoint 3 at $PWD/lib/deep/reader.lua:4
  |(xdb) b other/v1.2.lua:3
  |Breakpoint 4 at $PWD/lib/other/v1.2.lua:3
  |(xdb) b other/v1.2:4
  |Breakpoint 5 at $PWD/lib/other/v1.2.lua:4
  |(xdb) b nothere.lua:3
  |*** 'nothere.lua' not found from package.path
  |(xdb) c
  |> $PWD/lib/deep/reader.lua(3)P.parse()
  |-> local y = x
  |(xdb) b reader.lua:3
  |*** 'reader.lua' is ambiguous: $PWD/lib/deep/reader.lua, $PWD/lib/other/reader.lua
  |(xdb) b er/reader.lua:3
  |*** 'er/reader.lua' not found from package.path
  |(xdb) b lib/deep/reader.lua:4
  |Breakpoint 6 at $PWD/lib/deep/reader.lua:4
  |(xdb) b
  |Num Type         Disp Enb   Where
  |1   breakpoint   keep yes   at $PWD/lib/deep/reader.lua:3
  |\tbreakpoint already hit 1 time (esc)
  |2   breakpoint   keep yes   at $PWD/lib/other/reader.lua:3
  |3   breakpoint   keep yes   at $PWD/lib/deep/reader.lua:4
  |4   breakpoint   keep yes   at $PWD/lib/other/v1.2.lua:3
  |5   breakpoint   keep yes   at $PWD/lib/other/v1.2.lua:4
  |6   breakpoint   keep yes   at $PWD/lib/deep/reader.lua:4
  |(xdb) q

A text of one line that was loaded is no path:

  $ cat >one_line.lua <<'END'
  > local g = load("return 1 + 1")
  > print(g())
  > print(g())
  > END
  $ xdb one_line.lua <<'END'
  > n
  > s
  > b 1
  > c
  > c
  > q
  > END
  |> $PWD/one_line.lua(1)<main>()
  |-> local g = load("return 1 + 1")
  |(xdb) n
  |> $PWD/one_line.lua(2)<main>()
  |-> print(g())
  |(xdb) s
  |--Call--
  |> [string "return 1 + 1"](1)<main>()
  |-> return 1 + 1
  |(xdb) b 1
  |Breakpoint 1 at [string "return 1 + 1"]:1
  |(xdb) c
  |> [string "return 1 + 1"](1)<main>()
  |-> return 1 + 1
  |(xdb) c
  |2
  |> [string "return 1 + 1"](1)<main>()
  |-> return 1 + 1
  |(xdb) q
