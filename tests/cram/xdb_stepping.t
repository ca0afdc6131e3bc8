Going on from line to line, in and out of functions (PDB-230..237).

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >calls.lua <<'END'
  > local function leaf(n)
  >     return n + 1
  > end
  > 
  > local function middle(n)
  >     local a = leaf(n)
  >     local b = leaf(a)
  >     return b
  > end
  > 
  > local function tail(n)
  >     if n == 0 then return "end" end
  >     return tail(n - 1)
  > end
  > 
  > local sum = 0
  > for i = 1, 2 do sum = sum + i end
  > for i = 1, 3 do
  >     sum = sum + middle(i)
  > end
  > print(sum, tail(3))
  > table.sort({ 3, 1, 2 }, function(x, y)
  >     return x < y
  > end)
  > print(pcall(middle, {}))
  > END

step goes in, next passes by, return goes to the end, until leaves the loop:

  $ xdb calls.lua <<'END'
  > tbreak 18
  > c
  > s
  > s
  > s
  > n
  > s
  > s
  > r
  > s
  > n
  > n
  > until
  > n
  > w
  > q
  > END
  |> $PWD/calls.lua(3)<main>()
  |-> end
  |(xdb) tbreak 18
  |Breakpoint 1 at $PWD/calls.lua:18
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/calls.lua:18
  |> $PWD/calls.lua(18)<main>()
  |-> for i = 1, 3 do
  |(xdb) s
  |> $PWD/calls.lua(19)<main>()
  |-> sum = sum + middle(i)
  |(xdb) s
  |--Call--
  |> $PWD/calls.lua(5)middle()
  |-> local function middle(n)
  |(xdb) s
  |> $PWD/calls.lua(6)middle()
  |-> local a = leaf(n)
  |(xdb) n
  |> $PWD/calls.lua(7)middle()
  |-> local b = leaf(a)
  |(xdb) s
  |--Call--
  |> $PWD/calls.lua(1)leaf()
  |-> local function leaf(n)
  |(xdb) s
  |> $PWD/calls.lua(2)leaf()
  |-> return n + 1
  |(xdb) r
  |--Return--
  |> $PWD/calls.lua(2)leaf()->3
  |-> return n + 1
  |(xdb) s
  |> $PWD/calls.lua(8)middle()
  |-> return b
  |(xdb) n
  |--Return--
  |> $PWD/calls.lua(8)middle()->3
  |-> return b
  |(xdb) n
  |> $PWD/calls.lua(18)<main>()
  |-> for i = 1, 3 do
  |(xdb) until
  |> $PWD/calls.lua(19)<main>()
  |-> sum = sum + middle(i)
  |(xdb) n
  |> $PWD/calls.lua(18)<main>()
  |-> for i = 1, 3 do
  |(xdb) w
  |> $PWD/calls.lua(18)<main>()
  |-> for i = 1, 3 do
  |(xdb) q

up, then next: the frame that is looked at is the one that goes on:

  $ xdb calls.lua <<'END'
  > b leaf
  > c
  > u
  > n
  > clear 1
  > u
  > until 20
  > q
  > END
  |> $PWD/calls.lua(3)<main>()
  |-> end
  |(xdb) b leaf
  |Breakpoint 1 at $PWD/calls.lua:2
  |(xdb) c
  |> $PWD/calls.lua(2)leaf()
  |-> return n + 1
  |(xdb) u
  |> $PWD/calls.lua(6)middle()
  |-> local a = leaf(n)
  |(xdb) n
  |> $PWD/calls.lua(7)middle()
  |-> local b = leaf(a)
  |(xdb) clear 1
  |Deleted breakpoint 1 at $PWD/calls.lua:2
  |(xdb) u
  |> $PWD/calls.lua(19)<main>()
  |-> sum = sum + middle(i)
  |(xdb) until 20
  |> $PWD/calls.lua(21)<main>()
  |-> print(sum, tail(3))
  |(xdb) q

Tail calls leave no frame to return to:

  $ xdb calls.lua <<'END'
  > tbreak tail
  > c
  > c
  > b tail, n == 1
  > c
  > w
  > r
  > n
  > q
  > END
  |> $PWD/calls.lua(3)<main>()
  |-> end
  |(xdb) tbreak tail
  |Breakpoint 1 at $PWD/calls.lua:12
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/calls.lua:12
  |> $PWD/calls.lua(12)tail()
  |-> if n == 0 then return "end" end
  |(xdb) c
  |15\tend (esc)
  |false\tcalls.lua:2: attempt to perform arithmetic on a table value (local 'n') (esc)
  |The program finished and will be restarted
  |> $PWD/calls.lua(3)<main>()
  |-> end
  |(xdb) b tail, n == 1
  |Breakpoint 2 at $PWD/calls.lua:12
  |(xdb) c
  |> $PWD/calls.lua(12)tail()
  |-> if n == 0 then return "end" end
  |(xdb) w
  |  $PWD/calls.lua(21)<main>()
  |-> print(sum, tail(3))
  |  (...tail calls...)
  |> $PWD/calls.lua(12)tail()
  |-> if n == 0 then return "end" end
  |(xdb) r
  |--Return--
  |> $PWD/calls.lua(12)tail()->"end"
  |-> if n == 0 then return "end" end
  |(xdb) n
  |15\tend (esc)
  |> $PWD/calls.lua(22)<main>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) q

A callback of a C function; its frame is no place to stand:

  $ xdb calls.lua <<'END'
  > b 22
  > c
  > w
  > u
  > d
  > r
  > n
  > clear 1
  > n
  > q
  > END
  |> $PWD/calls.lua(3)<main>()
  |-> end
  |(xdb) b 22
  |Breakpoint 1 at $PWD/calls.lua:22
  |(xdb) c
  |15\tend (esc)
  |> $PWD/calls.lua(22)<main>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) w
  |> $PWD/calls.lua(22)<main>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) u
  |*** Oldest frame
  |(xdb) d
  |*** Newest frame
  |(xdb) r
  |> $PWD/calls.lua(22)<main>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) n
  |> $PWD/calls.lua(25)<main>()
  |-> print(pcall(middle, {}))
  |(xdb) clear 1
  |Deleted breakpoint 1 at $PWD/calls.lua:22
  |(xdb) n
  |false\tcalls.lua:2: attempt to perform arithmetic on a table value (local 'n') (esc)
  |--Return--
  |> $PWD/calls.lua(25)<main>()->()
  |-> print(pcall(middle, {}))
  |(xdb) q

Errors that something catches stop where stepping was, then where they are caught (PDB-237):

  $ xdb calls.lua <<'END'
  > tbreak 24
  > c
  > s
  > s
  > s
  > s
  > s
  > q
  > END
  |> $PWD/calls.lua(3)<main>()
  |-> end
  |(xdb) tbreak 24
  |Breakpoint 1 at $PWD/calls.lua:24
  |(xdb) c
  |15\tend (esc)
  |Deleted breakpoint 1 at $PWD/calls.lua:24
  |> $PWD/calls.lua(24)<main>()
  |-> end)
  |(xdb) s
  |> $PWD/calls.lua(22)<main>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) s
  |--Call--
  |> $PWD/calls.lua(22)<function>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) s
  |> $PWD/calls.lua(23)<function>()
  |-> return x < y
  |(xdb) s
  |--Return--
  |> $PWD/calls.lua(23)<function>()->true
  |-> return x < y
  |(xdb) s
  |--Call--
  |> $PWD/calls.lua(22)<function>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) q
  $ xdb calls.lua <<'END'
  > tbreak 24
  > c
  > n
  > n
  > n
  > q
  > END
  |> $PWD/calls.lua(3)<main>()
  |-> end
  |(xdb) tbreak 24
  |Breakpoint 1 at $PWD/calls.lua:24
  |(xdb) c
  |15\tend (esc)
  |Deleted breakpoint 1 at $PWD/calls.lua:24
  |> $PWD/calls.lua(24)<main>()
  |-> end)
  |(xdb) n
  |> $PWD/calls.lua(22)<main>()
  |-> table.sort({ 3, 1, 2 }, function(x, y)
  |(xdb) n
  |> $PWD/calls.lua(25)<main>()
  |-> print(pcall(middle, {}))
  |(xdb) n
  |false\tcalls.lua:2: attempt to perform arithmetic on a table value (local 'n') (esc)
  |--Return--
  |> $PWD/calls.lua(25)<main>()->()
  |-> print(pcall(middle, {}))
  |(xdb) q
  $ cat >handler.lua <<'END'
  > local function fail()
  >     error({ code = 5 })
  > end
  > local function b()
  >     local ok, e = pcall(fail)
  >     return ok, e.code
  > end
  > print(b())
  > print(xpcall(fail, function(e)
  >     return e.code + 1
  > end))
  > local co = coroutine.wrap(function() error("in a coroutine") end)
  > print(pcall(co))
  > END
  $ xdb handler.lua <<'END'
  > tbreak fail
  > c
  > n
  > n
  > n
  > n
  > n
  > s
  > s
  > c
  > END
  |> $PWD/handler.lua(3)<main>()
  |-> end
  |(xdb) tbreak fail
  |Breakpoint 1 at $PWD/handler.lua:2
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/handler.lua:2
  |> $PWD/handler.lua(2)fail()
  |-> error({ code = 5 })
  |(xdb) n
  |{code = 5}
  |> $PWD/handler.lua(2)fail()
  |-> error({ code = 5 })
  |(xdb) n
  |> $PWD/handler.lua(6)b()
  |-> return ok, e.code
  |(xdb) n
  |--Return--
  |> $PWD/handler.lua(6)b()->false, 5
  |-> return ok, e.code
  |(xdb) n
  |false\t5 (esc)
  |> $PWD/handler.lua(9)<main>()
  |-> print(xpcall(fail, function(e)
  |(xdb) n
  |> $PWD/handler.lua(11)<main>()
  |-> end))
  |(xdb) s
  |> $PWD/handler.lua(9)<main>()
  |-> print(xpcall(fail, function(e)
  |(xdb) s
  |--Call--
  |> $PWD/handler.lua(1)fail()
  |-> local function fail()
  |(xdb) c
  |false\t6 (esc)
  |false\thandler.lua:12: in a coroutine (esc)
  |The program finished and will be restarted
  |> $PWD/handler.lua(3)<main>()
  |-> end
  |(xdb) 

A frame that goes away under next, return and until stops in whoever goes on:

  $ cat >away.lua <<'END'
  > local function thrower()
  >     error("away")
  > end
  > local function f()
  >     thrower()
  >     print("never")
  > end
  > pcall(f)
  > print("here")
  > coroutine.wrap(function()
  >     pcall(f)
  >     print("and here")
  > end)()
  > END
  $ xdb away.lua <<'END'
  > b thrower
  > c
  > u
  > n
  > n
  > c
  > u
  > r
  > n
  > q
  > END
  |> $PWD/away.lua(3)<main>()
  |-> end
  |(xdb) b thrower
  |Breakpoint 1 at $PWD/away.lua:2
  |(xdb) c
  |> $PWD/away.lua(2)thrower()
  |-> error("away")
  |(xdb) u
  |> $PWD/away.lua(5)f()
  |-> thrower()
  |(xdb) n
  |away.lua:2: away
  |> $PWD/away.lua(5)f()
  |-> thrower()
  |(xdb) n
  |> $PWD/away.lua(9)<main>()
  |-> print("here")
  |(xdb) c
  |here
  |> $PWD/away.lua(2)thrower()
  |-> error("away")
  |(xdb) u
  |> $PWD/away.lua(5)f()
  |-> thrower()
  |(xdb) r
  |away.lua:2: away
  |> $PWD/away.lua(5)f()
  |-> thrower()
  |(xdb) n
  |> $PWD/away.lua(12)<function>()
  |-> print("and here")
  |(xdb) q
