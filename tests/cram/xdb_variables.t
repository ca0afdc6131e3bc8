What can be seen in a frame: locals, upvalues, and what a function is made of.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >bank.lua <<'EOF'
  > local limit, rate = 10, 0.5
  > local Account = {}
  > function Account:deposit(amount, ...)
  >     local x = "outer"
  >     for i = 1, 2 do
  >         local x = amount * rate + i
  >         if x > limit then
  >             error("too much")
  >         end
  >     end
  >     return x
  > end
  > local function nothing() end
  > local function hides(limit)
  >     return function() local limit = limit
  >         return limit, rate end
  > end
  > nothing()
  > Account:deposit(3, "a", nil)
  > hides(5)()
  > EOF

locals: innermost first, hidden ones marked, and the varargs:

  $ xdb bank.lua <<'EOF'
  > locals
  > locals x
  > b 7
  > c
  > locals
  > x = 99
  > locals
  > up
  > locals
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local limit, rate = 10, 0.5
  |(xdb) locals
  |No locals
  |(xdb) locals x
  |*** Invalid argument: x
  |      Usage: locals
  |(xdb) b 7
  |Breakpoint 1 at $PWD/bank.lua:7
  |(xdb) c
  |> $PWD/bank.lua(7)Account:deposit()
  |-> if x > limit then
  |(xdb) locals
  |x = 2.5
  |i = 1
  |x = "outer"  (shadowed)
  |amount = 3
  |self = {deposit = function: 0x...}
  |... = "a", nil
  |(xdb) x = 99
  |(xdb) locals
  |x = 99
  |i = 1
  |x = "outer"  (shadowed)
  |amount = 3
  |self = {deposit = function: 0x...}
  |... = "a", nil
  |(xdb) up
  |> $PWD/bank.lua(19)<main>()
  |-> Account:deposit(3, "a", nil)
  |(xdb) locals
  |hides = function: 0x...
  |nothing = function: 0x...
  |Account = {deposit = function: 0x...}
  |rate = 0.5
  |limit = 10
  |(xdb) q

upvalues, also those that a local hides; none:

  $ xdb bank.lua <<'EOF'
  > upvalues
  > b 15
  > c
  > upvalues
  > c
  > upvalues
  > n
  > upvalues
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local limit, rate = 10, 0.5
  |(xdb) upvalues
  |_ENV = (the globals)
  |(xdb) b 15
  |Breakpoint 1 at $PWD/bank.lua:15
  |(xdb) c
  |> $PWD/bank.lua(15)<function>()
  |-> return function() local limit = limit
  |(xdb) upvalues
  |limit = 5
  |rate = 0.5
  |(xdb) c
  |The program finished and will be restarted
  |> $PWD/bank.lua(1)<main>()
  |-> local limit, rate = 10, 0.5
  |(xdb) upvalues
  |_ENV = (the globals)
  |(xdb) n
  |> $PWD/bank.lua(2)<main>()
  |-> local Account = {}
  |(xdb) upvalues
  |_ENV = (the globals)
  |(xdb) q

nothing to show:

  $ xdb bank.lua <<'EOF'
  > tbreak nothing
  > c
  > locals
  > upvalues
  > info
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local limit, rate = 10, 0.5
  |(xdb) tbreak nothing
  |Breakpoint 1 at $PWD/bank.lua:13
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/bank.lua:13
  |> $PWD/bank.lua(13)nothing()
  |-> local function nothing() end
  |(xdb) locals
  |No locals
  |(xdb) upvalues
  |No upvalues
  |(xdb) info
  |Function nothing at $PWD/bank.lua:13-13
  |Parameters: none
  |Lines with code: 13
  |(xdb) q

info: a value, a name as defined, its last part, a C function, none at all:

  $ xdb bank.lua <<'EOF'
  > b 7
  > c
  > info
  > up
  > info Account.deposit
  > info hides
  > down
  > info Account:deposit
  > info deposit
  > info hides
  > info string.rep
  > info 3
  > info no such
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local limit, rate = 10, 0.5
  |(xdb) b 7
  |Breakpoint 1 at $PWD/bank.lua:7
  |(xdb) c
  |> $PWD/bank.lua(7)Account:deposit()
  |-> if x > limit then
  |(xdb) info
  |Method Account:deposit at $PWD/bank.lua:3-12
  |Parameters: self, amount, ...
  |Upvalues:
  |  rate = 0.5
  |  limit = 10
  |  _ENV = (the globals)
  |Lines with code: 4-8, 11-12
  |(xdb) up
  |> $PWD/bank.lua(19)<main>()
  |-> Account:deposit(3, "a", nil)
  |(xdb) info Account.deposit
  |Method Account:deposit at $PWD/bank.lua:3-12
  |Parameters: self, amount, ...
  |Upvalues:
  |  rate = 0.5
  |  limit = 10
  |  _ENV = (the globals)
  |Lines with code: 4-8, 11-12
  |(xdb) info hides
  |Function hides at $PWD/bank.lua:14-17
  |Parameters: limit
  |Upvalues:
  |  rate = 0.5
  |Lines with code: 16-17
  |(xdb) down
  |> $PWD/bank.lua(7)Account:deposit()
  |-> if x > limit then
  |(xdb) info Account:deposit
  |Method Account:deposit at $PWD/bank.lua:3-12
  |Parameters: self, amount, ...
  |Upvalues:
  |  rate
  |  limit
  |  _ENV
  |Lines with code: 4-8, 11-12
  |(xdb) info deposit
  |Method Account:deposit at $PWD/bank.lua:3-12
  |Parameters: self, amount, ...
  |Upvalues:
  |  rate
  |  limit
  |  _ENV
  |Lines with code: 4-8, 11-12
  |(xdb) info hides
  |Function hides at $PWD/bank.lua:14-17
  |Parameters: limit
  |Upvalues:
  |  rate
  |Lines with code: 16-17
  |(xdb) info string.rep
  |C function string.rep
  |(xdb) info 3
  |*** There is no function '3'
  |(xdb) info no such
  |*** There is no function 'no such'
  |(xdb) q

a name that several functions have:

  $ cat >two.lua <<'EOF'
  > local A, B = {}, {}
  > function A.f() end
  > function B.f() end
  > A.f()
  > EOF
  $ xdb two.lua <<'EOF'
  > info f
  > q
  > EOF
  |> $PWD/two.lua(1)<main>()
  |-> local A, B = {}, {}
  |(xdb) info f
  |*** 'f' is ambiguous: A.f at $PWD/two.lua:2, B.f at $PWD/two.lua:3
  |(xdb) q

thousands of varargs and large values stay readable:

  $ cat >large.lua <<'EOF'
  > local function f(...)
  >     local t = {}
  >     for i = 1, 1000 do t[i] = ("x"):rep(i) end
  >     return t
  > end
  > f(table.unpack({}, 1, 1000))
  > EOF
  $ xdb -c 'b 4' -c c -c locals -c q large.lua </dev/null | cut -c -150
  |Breakpoint 1 at $PWD/large.lua:4
  |t = {"x", "xx", "xxx", "xxxx", "xxxxx", "xxxxxx", "xxxxxxx", "xxxxxxxx", ...}
  |... = nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil
