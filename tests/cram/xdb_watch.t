watch: the program stops when a value has changed, and the line that changed it is named.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >bank.lua <<'EOF'
  > local account = {balance = 10}
  > total = 0
  > local function set(t, k, v)
  >     t[k] = v
  >     return t
  > end
  > local function add(n)
  >     total = total + n
  >     return total
  > end
  > local function run()
  >     set(account, "balance", 7)
  >     account.balance = add(5)
  >     rawset(account, "balance", 99)
  > end
  > local co = coroutine.wrap(function()
  >     account.balance = 1
  >     account.other = coroutine.yield()
  >     account.balance = 2
  > end)
  > run()
  > co()
  > account.balance = co(8)
  > account = nil
  > account = {}
  > print("end")
  > EOF

a field: changed by a callee, after a call on the line, by a C function, in and after coroutines; errors count:

  $ xdb bank.lua <<'EOF'
  > n
  > watch account.balance
  > c
  > c
  > c
  > c
  > c
  > c
  > c
  > c
  > c
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) n
  |> $PWD/bank.lua(2)<main>()
  |-> total = 0
  |(xdb) watch account.balance
  |Watch 1: account.balance = 10
  |(xdb) c
  |Watch 1: account.balance: 10 -> 7  ($PWD/bank.lua:4)
  |> $PWD/bank.lua(5)set()
  |-> return t
  |(xdb) c
  |Watch 1: account.balance: 7 -> 5  ($PWD/bank.lua:13)
  |> $PWD/bank.lua(14)run()
  |-> rawset(account, "balance", 99)
  |(xdb) c
  |Watch 1: account.balance: 5 -> 99  ($PWD/bank.lua:14)
  |> $PWD/bank.lua(15)run()
  |-> end
  |(xdb) c
  |Watch 1: account.balance: 99 -> 1  ($PWD/bank.lua:17)
  |> $PWD/bank.lua(18)<function>()
  |-> account.other = coroutine.yield()
  |(xdb) c
  |Watch 1: account.balance: 1 -> 2  ($PWD/bank.lua:19)
  |> $PWD/bank.lua(20)<function>()
  |-> end)
  |(xdb) c
  |Watch 1: account.balance: 2 -> nil  ($PWD/bank.lua:23)
  |> $PWD/bank.lua(24)<main>()
  |-> account = nil
  |(xdb) c
  |Watch 1: account.balance: nil -> <error: attempt to index a nil value (local 'account')>  ($PWD/bank.lua:24)
  |> $PWD/bank.lua(25)<main>()
  |-> account = {}
  |(xdb) c
  |Watch 1: account.balance: <error: attempt to index a nil value (local 'account')> -> nil  ($PWD/bank.lua:25)
  |> $PWD/bank.lua(26)<main>()
  |-> print("end")
  |(xdb) c
  |end
  |Watch 1 is over: <main>() has ended
  |The program finished and will be restarted
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) q

the list, conditions, the end of watching:

  $ xdb bank.lua <<'EOF'
  > watch
  > n
  > watch account.balance, account.balance > 50
  > watch total
  > watch account
  > watch
  > unwatch 2
  > unwatch 2
  > unwatch all
  > c
  > watch
  > unwatch
  > watch
  > c
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) watch
  |Nothing is watched
  |(xdb) n
  |> $PWD/bank.lua(2)<main>()
  |-> total = 0
  |(xdb) watch account.balance, account.balance > 50
  |Watch 1: account.balance = 10
  |(xdb) watch total
  |Watch 2: total = nil
  |(xdb) watch account
  |Watch 3: account = {balance = 10}
  |(xdb) watch
  |Num Watch
  |1   account.balance = 10
  |\tstop only if account.balance > 50 (esc)
  |\tas long as <main>() is there (esc)
  |2   total = nil
  |3   account = {balance = 10}
  |\tas long as <main>() is there (esc)
  |(xdb) unwatch 2
  |Deleted watch 2: total
  |(xdb) unwatch 2
  |*** There is no watch 2
  |(xdb) unwatch all
  |*** Invalid argument: all
  |      Usage: unwatch [number]
  |(xdb) c
  |Watch 1: account.balance: 5 -> 99  ($PWD/bank.lua:14)
  |> $PWD/bank.lua(15)run()
  |-> end
  |(xdb) watch
  |Num Watch
  |1   account.balance = 99
  |\tstop only if account.balance > 50 (esc)
  |\tas long as <main>() is there (esc)
  |\tchanged 3 times (esc)
  |3   account = {balance = 10}
  |\tas long as <main>() is there (esc)
  |(xdb) unwatch
  |Deleted watch 1: account.balance
  |Deleted watch 3: account
  |(xdb) watch
  |Nothing is watched
  |(xdb) c
  |end
  |The program finished and will be restarted
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) q

what cannot be watched:

  $ xdb bank.lua <<'EOF'
  > watch 1 +
  > watch a b
  > watch x, y z
  > watch x,
  > watch , x
  > watch x = 1
  > watch
  > watch (f(1, 2)), {a, b}
  > unwatch
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) watch 1 +
  |*** Unable to watch 1 +: unexpected symbol near <eof>
  |(xdb) watch a b
  |*** Unable to watch a b: <eof> expected near 'b'
  |(xdb) watch x, y z
  |*** Invalid condition y z: <eof> expected near 'z'
  |(xdb) watch x,
  |Watch 1: x = nil
  |(xdb) watch , x
  |*** Invalid argument: , x
  |      Usage: watch [expression [, condition]]
  |(xdb) watch x = 1
  |*** Unable to watch x = 1: <eof> expected near '='
  |(xdb) watch
  |Num Watch
  |1   x = nil
  |(xdb) watch (f(1, 2)), {a, b}
  |Watch 2: (f(1, 2)) = <error: attempt to call a nil value (global 'f')>
  |(xdb) unwatch
  |Deleted watch 1: x
  |Deleted watch 2: (f(1, 2))
  |(xdb) q

the user's own changes are no news; numbers and strings count by value, others by identity:

  $ cat >values.lua <<'EOF'
  > v = 1
  > v = 1.0
  > v = 2
  > v = "a"
  > v = "" .. "a"
  > v = 0/0
  > v = v
  > v = {}
  > v = {}
  > v = setmetatable(v, {__eq = error, __tostring = error, __index = error})
  > v = ("x"):rep(5000)
  > v = v
  > v = nil
  > EOF
  $ xdb values.lua <<'EOF' | sed s/-nan/nan/
  > n
  > watch v
  > v = "mine"
  > v = 1
  > c
  > c
  > c
  > c
  > c
  > c
  > c
  > q
  > EOF
  |> $PWD/values.lua(1)<main>()
  |-> v = 1
  |(xdb) n
  |> $PWD/values.lua(2)<main>()
  |-> v = 1.0
  |(xdb) watch v
  |Watch 1: v = 1
  |(xdb) v = "mine"
  |(xdb) v = 1
  |(xdb) c
  |Watch 1: v: 1 -> 2  ($PWD/values.lua:3)
  |> $PWD/values.lua(4)<main>()
  |-> v = "a"
  |(xdb) c
  |Watch 1: v: 2 -> "a"  ($PWD/values.lua:4)
  |> $PWD/values.lua(5)<main>()
  |-> v = "" .. "a"
  |(xdb) c
  |Watch 1: v: "a" -> nan  ($PWD/values.lua:6)
  |> $PWD/values.lua(7)<main>()
  |-> v = v
  |(xdb) c
  |Watch 1: v: nan -> {}  ($PWD/values.lua:8)
  |> $PWD/values.lua(9)<main>()
  |-> v = {}
  |(xdb) c
  |Watch 1: v: {} -> another one  ($PWD/values.lua:9)
  |> $PWD/values.lua(10)<main>()
  |-> v = setmetatable(v, {__eq = error, __tostring = error, __index = error})
  |(xdb) c
  |Watch 1: v: {} -> "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"...  ($PWD/values.lua:11)
  |> $PWD/values.lua(12)<main>()
  |-> v = v
  |(xdb) c
  |--Return--
  |Watch 1: v: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"... -> nil  ($PWD/values.lua:13)
  |> $PWD/values.lua(13)<main>()->()
  |-> v = nil
  |(xdb) q

a local of a call ends with that call, however it ends:

  $ cat >frames.lua <<'EOF'
  > local function leaf(n)
  >     local mine = n
  >     mine = mine + 1
  >     if n == 2 then error("no") end
  >     if n == 3 then return tostring(n) end
  >     return mine
  > end
  > print(leaf(1))
  > print(pcall(leaf, 2))
  > print(leaf(3))
  > local co = coroutine.create(function()
  >     local inner = 1
  >     coroutine.yield()
  >     inner = 2
  > end)
  > coroutine.resume(co)
  > co = nil
  > collectgarbage()
  > print("collected")
  > EOF
  $ xdb frames.lua <<'EOF'
  > b 3
  > c
  > watch mine
  > c
  > c
  > watch mine
  > c
  > c
  > watch mine
  > c
  > c
  > q
  > EOF
  |> $PWD/frames.lua(7)<main>()
  |-> end
  |(xdb) b 3
  |Breakpoint 1 at $PWD/frames.lua:3
  |(xdb) c
  |> $PWD/frames.lua(3)leaf()
  |-> mine = mine + 1
  |(xdb) watch mine
  |Watch 1: mine = 1
  |(xdb) c
  |Watch 1: mine: 1 -> 2  ($PWD/frames.lua:3)
  |> $PWD/frames.lua(4)leaf()
  |-> if n == 2 then error("no") end
  |(xdb) c
  |Watch 1 is over: leaf() has ended
  |2
  |> $PWD/frames.lua(3)leaf()
  |-> mine = mine + 1
  |(xdb) watch mine
  |Watch 2: mine = 2
  |(xdb) c
  |Watch 2: mine: 2 -> 3  ($PWD/frames.lua:3)
  |> $PWD/frames.lua(4)leaf()
  |-> if n == 2 then error("no") end
  |(xdb) c
  |Watch 2 is over: leaf() has ended
  |false\tframes.lua:4: no (esc)
  |> $PWD/frames.lua(3)leaf()
  |-> mine = mine + 1
  |(xdb) watch mine
  |Watch 3: mine = 3
  |(xdb) c
  |Watch 3: mine: 3 -> 4  ($PWD/frames.lua:3)
  |> $PWD/frames.lua(4)leaf()
  |-> if n == 2 then error("no") end
  |(xdb) c
  |Watch 3 is over: leaf() has ended
  |3
  |collected
  |The program finished and will be restarted
  |> $PWD/frames.lua(7)<main>()
  |-> end
  |(xdb) q

of a coroutine that is collected while it sleeps:

  $ xdb frames.lua <<'EOF'
  > b 13
  > c
  > watch inner
  > b 19
  > c
  > watch
  > q
  > EOF
  |> $PWD/frames.lua(7)<main>()
  |-> end
  |(xdb) b 13
  |Breakpoint 1 at $PWD/frames.lua:13
  |(xdb) c
  |2
  |false\tframes.lua:4: no (esc)
  |3
  |> $PWD/frames.lua(13)<function>()
  |-> coroutine.yield()
  |(xdb) watch inner
  |Watch 1: inner = 1
  |(xdb) b 19
  |Breakpoint 2 at $PWD/frames.lua:19
  |(xdb) c
  |Watch 1 is over: <function>() has ended
  |> $PWD/frames.lua(19)<main>()
  |-> print("collected")
  |(xdb) watch
  |Nothing is watched
  |(xdb) q

each call of a recursive function has its own:

  $ cat >recursion.lua <<'EOF'
  > local function fact(n)
  >     local result = 1
  >     if n > 1 then
  >         result = n * fact(n - 1)
  >     end
  >     return result
  > end
  > print(fact(4))
  > EOF
  $ xdb recursion.lua <<'EOF'
  > b 3, n == 3
  > c
  > watch result
  > c
  > w
  > c
  > q
  > EOF
  |> $PWD/recursion.lua(7)<main>()
  |-> end
  |(xdb) b 3, n == 3
  |Breakpoint 1 at $PWD/recursion.lua:3
  |(xdb) c
  |> $PWD/recursion.lua(3)fact()
  |-> if n > 1 then
  |(xdb) watch result
  |Watch 1: result = 1
  |(xdb) c
  |Watch 1: result: 1 -> 6  ($PWD/recursion.lua:4)
  |> $PWD/recursion.lua(6)fact()
  |-> return result
  |(xdb) w
  |  $PWD/recursion.lua(8)<main>()
  |-> print(fact(4))
  |  $PWD/recursion.lua(4)fact()
  |-> result = n * fact(n - 1)
  |> $PWD/recursion.lua(6)fact()
  |-> return result
  |(xdb) c
  |Watch 1 is over: fact() has ended
  |24
  |The program finished and will be restarted
  |> $PWD/recursion.lua(7)<main>()
  |-> end
  |(xdb) q

upvalues, also when the function that was looked at has returned:

  $ cat >module.lua <<'EOF'
  > local cache = {size = 0}
  > local M = {}
  > function M.put(k)
  >     cache[k] = true
  >     cache.size = cache.size + 1
  > end
  > function M.clear()
  >     cache = {size = 0}
  > end
  > return M
  > EOF
  $ cat >uses.lua <<'EOF'
  > local M = require("module")
  > M.put("a")
  > M.put("b")
  > M.clear()
  > M = nil
  > package.loaded.module = nil
  > collectgarbage()
  > print("done")
  > EOF
  $ xdb uses.lua <<'EOF'
  > tbreak module.put
  > c
  > watch cache.size
  > watch
  > c
  > c
  > c
  > c
  > c
  > q
  > EOF
  |> $PWD/uses.lua(1)<main>()
  |-> local M = require("module")
  |(xdb) tbreak module.put
  |Breakpoint 1 at $PWD/module.lua:4
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/module.lua:4
  |> $PWD/module.lua(4)M.put()
  |-> cache[k] = true
  |(xdb) watch cache.size
  |Watch 1: cache.size = 0
  |(xdb) watch
  |Num Watch
  |1   cache.size = 0
  |\tas long as M.put() is there (esc)
  |(xdb) c
  |Watch 1: cache.size: 0 -> 1  ($PWD/module.lua:5)
  |> $PWD/module.lua(6)M.put()
  |-> end
  |(xdb) c
  |Watch 1: cache.size: 1 -> 2  ($PWD/module.lua:5)
  |> $PWD/module.lua(6)M.put()
  |-> end
  |(xdb) c
  |Watch 1: cache.size: 2 -> 0  ($PWD/module.lua:8)
  |> $PWD/module.lua(9)M.clear()
  |-> end
  |(xdb) c
  |Watch 1 is over: M.put() is not there any more
  |done
  |The program finished and will be restarted
  |> $PWD/uses.lua(1)<main>()
  |-> local M = require("module")
  |(xdb) c
  |done
  |The program finished and will be restarted
  |> $PWD/uses.lua(1)<main>()
  |-> local M = require("module")
  |(xdb) q

globals are watched again when the program starts again:

  $ xdb bank.lua <<'EOF'
  > watch total
  > c
  > c
  > c
  > c
  > watch
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) watch total
  |Watch 1: total = nil
  |(xdb) c
  |Watch 1: total: nil -> 0  ($PWD/bank.lua:2)
  |> $PWD/bank.lua(6)<main>()
  |-> end
  |(xdb) c
  |Watch 1: total: 0 -> 5  ($PWD/bank.lua:8)
  |> $PWD/bank.lua(9)add()
  |-> return total
  |(xdb) c
  |end
  |The program finished and will be restarted
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) c
  |Watch 1: total: nil -> 0  ($PWD/bank.lua:2)
  |> $PWD/bank.lua(6)<main>()
  |-> end
  |(xdb) watch
  |Num Watch
  |1   total = 0
  |\tchanged 3 times (esc)
  |(xdb) q

a function with globals of its own:

  $ cat >env.lua <<'EOF'
  > local f = load("x = x + 1; local y = x; x = 7; return x", "=sandbox", "t", {x = 1})
  > x = 5
  > f()
  > x = 6
  > EOF
  $ xdb env.lua <<'EOF'
  > n
  > n
  > s
  > s
  > watch x
  > c
  > c
  > q
  > EOF
  |> $PWD/env.lua(1)<main>()
  |-> local f = load("x = x + 1; local y = x; x = 7; return x", "=sandbox", "t", {x = 1})
  |(xdb) n
  |> $PWD/env.lua(2)<main>()
  |-> x = 5
  |(xdb) n
  |> $PWD/env.lua(3)<main>()
  |-> f()
  |(xdb) s
  |--Call--
  |> sandbox(1)<main>()
  |(xdb) s
  |> sandbox(1)<main>()
  |(xdb) watch x
  |Watch 1: x = 1
  |(xdb) c
  |--Return--
  |Watch 1: x: 1 -> 7  (sandbox:1)
  |> sandbox(1)<main>()->7
  |(xdb) c
  |Watch 1 is over: <main>() is not there any more
  |The program finished and will be restarted
  |> $PWD/env.lua(1)<main>()
  |-> local f = load("x = x + 1; local y = x; x = 7; return x", "=sandbox", "t", {x = 1})
  |(xdb) q

stepping, returning and breakpoints go on beside it:

  $ xdb bank.lua <<'EOF'
  > watch total
  > b 13
  > c
  > n
  > n
  > s
  > r
  > r
  > w
  > c
  > q
  > EOF
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) watch total
  |Watch 1: total = nil
  |(xdb) b 13
  |Breakpoint 1 at $PWD/bank.lua:13
  |(xdb) c
  |Watch 1: total: nil -> 0  ($PWD/bank.lua:2)
  |> $PWD/bank.lua(6)<main>()
  |-> end
  |(xdb) n
  |> $PWD/bank.lua(10)<main>()
  |-> end
  |(xdb) n
  |> $PWD/bank.lua(15)<main>()
  |-> end
  |(xdb) s
  |> $PWD/bank.lua(16)<main>()
  |-> local co = coroutine.wrap(function()
  |(xdb) r
  |> $PWD/bank.lua(13)run()
  |-> account.balance = add(5)
  |(xdb) r
  |Watch 1: total: 0 -> 5  ($PWD/bank.lua:8)
  |> $PWD/bank.lua(9)add()
  |-> return total
  |(xdb) w
  |  $PWD/bank.lua(21)<main>()
  |-> run()
  |  $PWD/bank.lua(13)run()
  |-> account.balance = add(5)
  |> $PWD/bank.lua(9)add()
  |-> return total
  |(xdb) c
  |end
  |The program finished and will be restarted
  |> $PWD/bank.lua(1)<main>()
  |-> local account = {balance = 10}
  |(xdb) q

an error that nobody handles, os.exit, quit:

  $ cat >ends.lua <<'EOF'
  > g = 1
  > local t = {}
  > if arg[1] then os.exit(3) end
  > g = g + t
  > EOF
  $ xdb ends.lua <<'EOF'
  > watch g
  > n
  > n
  > watch t.x
  > c
  > watch
  > q
  > EOF
  |> $PWD/ends.lua(1)<main>()
  |-> g = 1
  |(xdb) watch g
  |Watch 1: g = nil
  |(xdb) n
  |Watch 1: g: nil -> 1  ($PWD/ends.lua:1)
  |> $PWD/ends.lua(2)<main>()
  |-> local t = {}
  |(xdb) n
  |> $PWD/ends.lua(3)<main>()
  |-> if arg[1] then os.exit(3) end
  |(xdb) watch t.x
  |Watch 2: t.x = nil
  |(xdb) c
  |lua5.4: ends.lua:4: attempt to perform arithmetic on a table value (local 't')
  |stack traceback:
  |\tends.lua:4: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/ends.lua(4)<main>()
  |-> g = g + t
  |(xdb) watch
  |Num Watch
  |1   g = 1
  |\tchanged 1 time (esc)
  |2   t.x = nil
  |\tas long as <main>() is there (esc)
  |(xdb) q
  $ xdb ends.lua exit <<'EOF'
  > n
  > n
  > watch t.x
  > c
  > q
  > EOF
  |> $PWD/ends.lua(1)<main>()
  |-> g = 1
  |(xdb) n
  |> $PWD/ends.lua(2)<main>()
  |-> local t = {}
  |(xdb) n
  |> $PWD/ends.lua(3)<main>()
  |-> if arg[1] then os.exit(3) end
  |(xdb) watch t.x
  |Watch 1: t.x = nil
  |(xdb) c
  |Watch 1 is over: <main>() has ended
  |The program exited via os.exit(). Exit status: 3
  |The program finished and will be restarted
  |> $PWD/ends.lua(1)<main>()
  |-> g = 1
  |(xdb) q

deep stacks, frames that an error takes away, and another thread:

  $ cat >deep.lua <<'EOF'
  > local function down(n)
  >     local mine = n
  >     if n == 0 then
  >         coroutine.wrap(function() print("in coroutine") end)()
  >         error("bottom", 0)
  >     end
  >     down(n - 1)
  > end
  > local function try()
  >     local x = 1
  >     print(pcall(down, 3000))
  >     x = 2
  >     print(pcall(down, 3000))
  >     return x
  > end
  > print(try())
  > EOF
  $ xdb deep.lua <<'EOF'
  > b 11
  > b 3, n == 1500
  > c
  > watch x
  > c
  > watch mine
  > watch
  > c
  > c
  > watch mine
  > c
  > c
  > q
  > EOF
  |> $PWD/deep.lua(8)<main>()
  |-> end
  |(xdb) b 11
  |Breakpoint 1 at $PWD/deep.lua:11
  |(xdb) b 3, n == 1500
  |Breakpoint 2 at $PWD/deep.lua:3
  |(xdb) c
  |> $PWD/deep.lua(11)try()
  |-> print(pcall(down, 3000))
  |(xdb) watch x
  |Watch 1: x = 1
  |(xdb) c
  |> $PWD/deep.lua(3)down()
  |-> if n == 0 then
  |(xdb) watch mine
  |Watch 2: mine = 1500
  |(xdb) watch
  |Num Watch
  |1   x = 1
  |\tas long as try() is there (esc)
  |2   mine = 1500
  |\tas long as down() is there (esc)
  |(xdb) c
  |in coroutine
  |Watch 2 is over: down() has ended
  |false\tbottom (esc)
  |Watch 1: x: 1 -> 2  ($PWD/deep.lua:12)
  |> $PWD/deep.lua(13)try()
  |-> print(pcall(down, 3000))
  |(xdb) c
  |> $PWD/deep.lua(3)down()
  |-> if n == 0 then
  |(xdb) watch mine
  |Watch 3: mine = 1500
  |(xdb) c
  |in coroutine
  |Watch 3 is over: down() has ended
  |false\tbottom (esc)
  |Watch 1 is over: try() has ended
  |2
  |The program finished and will be restarted
  |> $PWD/deep.lua(8)<main>()
  |-> end
  |(xdb) c
  |> $PWD/deep.lua(11)try()
  |-> print(pcall(down, 3000))
  |(xdb) q

What the last line of a function changes is told before that the watch is over:

  $ cat >last.lua <<'EOF'
  > local t = {1}
  > t = nil
  > EOF
  $ xdb last.lua <<'EOF'
  > n
  > watch t
  > c
  > q
  > EOF
  |> $PWD/last.lua(1)<main>()
  |-> local t = {1}
  |(xdb) n
  |> $PWD/last.lua(2)<main>()
  |-> t = nil
  |(xdb) watch t
  |Watch 1: t = {1}
  |(xdb) c
  |--Return--
  |Watch 1: t: {1} -> nil  ($PWD/last.lua:2)
  |Watch 1 is over: <main>() has ended
  |> $PWD/last.lua(2)<main>()->()
  |-> t = nil
  |(xdb) q
