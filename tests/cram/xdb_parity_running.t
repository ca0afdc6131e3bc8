What pdb's manual and tests say of running and stepping, in Lua.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }

A breakpoint in another file; returning leads into the caller's file (PDB-330, 331); the oldest frame goes on, too (PDB-332):

  $ cat >mod.lua <<'END'
  > local M = {}
  > function M.foo(x)
  >     return x
  > end
  > return M
  > END
  $ cat >main.lua <<'END'
  > package.path = "./?.lua"
  > local mod = require "mod"
  > local function bar()
  >     mod.foo(1)
  >     return 5
  > end
  > bar()
  > print("end")
  > END
  $ xdb main.lua <<'END'
  > b mod.foo
  > c
  > s
  > s
  > s
  > s
  > s
  > s
  > n
  > n
  > s
  > r
  > c
  > c
  > q
  > END
  |> $PWD/main.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) b mod.foo
  |Breakpoint 1 at $PWD/mod.lua:3
  |(xdb) c
  |> $PWD/mod.lua(3)M.foo()
  |-> return x
  |(xdb) s
  |--Return--
  |> $PWD/mod.lua(3)M.foo()->1
  |-> return x
  |(xdb) s
  |> $PWD/main.lua(5)bar()
  |-> return 5
  |(xdb) s
  |--Return--
  |> $PWD/main.lua(5)bar()->5
  |-> return 5
  |(xdb) s
  |> $PWD/main.lua(8)<main>()
  |-> print("end")
  |(xdb) s
  |end
  |--Return--
  |> $PWD/main.lua(8)<main>()->()
  |-> print("end")
  |(xdb) s
  |The program finished and will be restarted
  |> $PWD/main.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) n
  |> $PWD/main.lua(2)<main>()
  |-> local mod = require "mod"
  |(xdb) n
  |> $PWD/main.lua(6)<main>()
  |-> end
  |(xdb) s
  |> $PWD/main.lua(7)<main>()
  |-> bar()
  |(xdb) r
  |> $PWD/mod.lua(3)M.foo()
  |-> return x
  |(xdb) c
  |end
  |The program finished and will be restarted
  |> $PWD/main.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) c
  |> $PWD/mod.lua(3)M.foo()
  |-> return x
  |(xdb) q

require is one next, and step goes into the module, not into the loader (BDB-081):

  $ xdb main.lua <<'END'
  > n
  > n
  > run
  > n
  > s
  > s
  > w
  > q
  > END
  |> $PWD/main.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) n
  |> $PWD/main.lua(2)<main>()
  |-> local mod = require "mod"
  |(xdb) n
  |> $PWD/main.lua(6)<main>()
  |-> end
  |(xdb) run
  |Restarting $PWD/main.lua with arguments:
  |\t (esc)
  |> $PWD/main.lua(1)<main>()
  |-> package.path = "./?.lua"
  |(xdb) n
  |> $PWD/main.lua(2)<main>()
  |-> local mod = require "mod"
  |(xdb) s
  |--Call--
  |> $PWD/mod.lua(1)<main>()
  |-> local M = {}
  |(xdb) s
  |> $PWD/mod.lua(1)<main>()
  |-> local M = {}
  |(xdb) w
  |  $PWD/main.lua(2)<main>()
  |-> local mod = require "mod"
  |> $PWD/mod.lua(1)<main>()
  |-> local M = {}
  |(xdb) q

Each of several coroutines stops by itself (PDB-246, 336):

  $ cat >several.lua <<'END'
  > local list = {}
  > for i = 1, 3 do
  >     list[i] = coroutine.wrap(function() local id = i
  >         coroutine.yield()
  >         print("coroutine", id)
  >     end)
  > end
  > for i = 1, 3 do list[i]() end
  > for i = 3, 1, -1 do list[i]() end
  > END
  $ xdb several.lua <<'END'
  > b 5
  > c
  > p id
  > c
  > p id
  > n
  > c
  > p id
  > c
  > q
  > END
  |> $PWD/several.lua(1)<main>()
  |-> local list = {}
  |(xdb) b 5
  |Breakpoint 1 at $PWD/several.lua:5
  |(xdb) c
  |> $PWD/several.lua(5)<function>()
  |-> print("coroutine", id)
  |(xdb) p id
  |3
  |(xdb) c
  |coroutine\t3 (esc)
  |> $PWD/several.lua(5)<function>()
  |-> print("coroutine", id)
  |(xdb) p id
  |2
  |(xdb) n
  |coroutine\t2 (esc)
  |> $PWD/several.lua(6)<function>()
  |-> end)
  |(xdb) c
  |> $PWD/several.lua(5)<function>()
  |-> print("coroutine", id)
  |(xdb) p id
  |1
  |(xdb) c
  |coroutine\t1 (esc)
  |The program finished and will be restarted
  |> $PWD/several.lua(1)<main>()
  |-> local list = {}
  |(xdb) q

A generator of a for loop: next stays inside, step changes sides, its end is the loop's (PDB-235, 236, 238):

  $ cat >generator.lua <<'END'
  > local function gen()
  >     coroutine.yield(1)
  >     coroutine.yield(2)
  > end
  > for v in coroutine.wrap(gen) do
  >     print(v)
  > end
  > print("done")
  > END
  $ xdb generator.lua <<'END'
  > b gen
  > c
  > n
  > n
  > n
  > n
  > n
  > run
  > c
  > r
  > n
  > run
  > b 6
  > c
  > c
  > s
  > s
  > s
  > s
  > q
  > END
  |> $PWD/generator.lua(4)<main>()
  |-> end
  |(xdb) b gen
  |Breakpoint 1 at $PWD/generator.lua:2
  |(xdb) c
  |> $PWD/generator.lua(2)gen()
  |-> coroutine.yield(1)
  |(xdb) n
  |1
  |> $PWD/generator.lua(3)gen()
  |-> coroutine.yield(2)
  |(xdb) n
  |2
  |> $PWD/generator.lua(4)gen()
  |-> end
  |(xdb) n
  |--Return--
  |> $PWD/generator.lua(4)gen()->()
  |-> end
  |(xdb) n
  |> $PWD/generator.lua(7)<main>()
  |-> end
  |(xdb) n
  |> $PWD/generator.lua(8)<main>()
  |-> print("done")
  |(xdb) run
  |Restarting $PWD/generator.lua with arguments:
  |\t (esc)
  |> $PWD/generator.lua(4)<main>()
  |-> end
  |(xdb) c
  |> $PWD/generator.lua(2)gen()
  |-> coroutine.yield(1)
  |(xdb) r
  |1
  |2
  |--Return--
  |> $PWD/generator.lua(4)gen()->()
  |-> end
  |(xdb) n
  |> $PWD/generator.lua(7)<main>()
  |-> end
  |(xdb) run
  |Restarting $PWD/generator.lua with arguments:
  |\t (esc)
  |> $PWD/generator.lua(4)<main>()
  |-> end
  |(xdb) b 6
  |Breakpoint 2 at $PWD/generator.lua:6
  |(xdb) c
  |> $PWD/generator.lua(2)gen()
  |-> coroutine.yield(1)
  |(xdb) c
  |> $PWD/generator.lua(6)<main>()
  |-> print(v)
  |(xdb) s
  |1
  |> $PWD/generator.lua(5)<main>()
  |-> for v in coroutine.wrap(gen) do
  |(xdb) s
  |> $PWD/generator.lua(3)gen()
  |-> coroutine.yield(2)
  |(xdb) s
  |> $PWD/generator.lua(6)<main>()
  |-> print(v)
  |(xdb) s
  |2
  |> $PWD/generator.lua(5)<main>()
  |-> for v in coroutine.wrap(gen) do
  |(xdb) q

A stop in a message handler; the stack that raised is below it (PDB-335):

  $ cat >handled.lua <<'END'
  > local function handler(e)
  >     local m = tostring(e)
  >     return "handled " .. m
  > end
  > print(xpcall(function() local inner = 1; error("oops") end, handler))
  > END
  $ xdb handled.lua <<'END'
  > b handler
  > c
  > w
  > u
  > p inner
  > d
  > r
  > n
  > q
  > END
  |> $PWD/handled.lua(4)<main>()
  |-> end
  |(xdb) b handler
  |Breakpoint 1 at $PWD/handled.lua:2
  |(xdb) c
  |> $PWD/handled.lua(2)handler()
  |-> local m = tostring(e)
  |(xdb) w
  |  $PWD/handled.lua(5)<main>()
  |-> print(xpcall(function() local inner = 1; error("oops") end, handler))
  |  $PWD/handled.lua(5)<function>()
  |-> print(xpcall(function() local inner = 1; error("oops") end, handler))
  |> $PWD/handled.lua(2)handler()
  |-> local m = tostring(e)
  |(xdb) u
  |> $PWD/handled.lua(5)<function>()
  |-> print(xpcall(function() local inner = 1; error("oops") end, handler))
  |(xdb) p inner
  |1
  |(xdb) d
  |> $PWD/handled.lua(2)handler()
  |-> local m = tostring(e)
  |(xdb) r
  |--Return--
  |> $PWD/handled.lua(3)handler()->"handled handled.lua:5: oops"
  |-> return "handled " .. m
  |(xdb) n
  |false\thandled handled.lua:5: oops (esc)
  |--Return--
  |> $PWD/handled.lua(5)<main>()->()
  |-> print(xpcall(function() local inner = 1; error("oops") end, handler))
  |(xdb) q

Nothing of the program is kept alive by having been looked at (PDB-337; test_pdb frame_refleak):

  $ cat >kept.lua <<'END'
  > local weak = setmetatable({}, { __mode = "v" })
  > local function f()
  >     local object = {}
  >     weak[1] = object
  >     return #weak
  > end
  > local co = coroutine.wrap(function() f() weak[2] = coroutine.running() coroutine.yield() end)
  > co()
  > co = nil
  > collectgarbage()
  > print(weak[1], weak[2])
  > END
  $ xdb kept.lua <<'END'
  > b 5
  > c
  > p object, $_frame, $_co
  > display object
  > l
  > w
  > u
  > d
  > r
  > rv
  > n
  > clear 1
  > c
  > q
  > END
  |> $PWD/kept.lua(1)<main>()
  |-> local weak = setmetatable({}, { __mode = "v" })
  |(xdb) b 5
  |Breakpoint 1 at $PWD/kept.lua:5
  |(xdb) c
  |> $PWD/kept.lua(5)f()
  |-> return #weak
  |(xdb) p object, $_frame, $_co
  |{}, frame: $PWD/kept.lua(5)f(), thread: 0x...
  |(xdb) display object
  |display object: {}
  |(xdb) l
  |  1  \tlocal weak = setmetatable({}, { __mode = "v" }) (esc)
  |  2  \tlocal function f() (esc)
  |  3  \t    local object = {} (esc)
  |  4  \t    weak[1] = object (esc)
  |  5 B->\t    return #weak (esc)
  |  6  \tend (esc)
  |  7  \tlocal co = coroutine.wrap(function() f() weak[2] = coroutine.running() coroutine.yield() end) (esc)
  |  8  \tco() (esc)
  |  9  \tco = nil (esc)
  | 10  \tcollectgarbage() (esc)
  | 11  \tprint(weak[1], weak[2]) (esc)
  |(xdb) w
  |  $PWD/kept.lua(8)<main>()
  |-> co()
  |  (...resumes thread: 0x......)
  |  $PWD/kept.lua(7)<function>()
  |-> local co = coroutine.wrap(function() f() weak[2] = coroutine.running() coroutine.yield() end)
  |> $PWD/kept.lua(5)f()
  |-> return #weak
  |(xdb) u
  |> $PWD/kept.lua(7)<function>()
  |-> local co = coroutine.wrap(function() f() weak[2] = coroutine.running() coroutine.yield() end)
  |(xdb) d
  |> $PWD/kept.lua(5)f()
  |-> return #weak
  |(xdb) r
  |--Return--
  |> $PWD/kept.lua(5)f()->1
  |-> return #weak
  |(xdb) rv
  |1
  |(xdb) n
  |nil\tnil (esc)
  |The program finished and will be restarted
  |> $PWD/kept.lua(1)<main>()
  |-> local weak = setmetatable({}, { __mode = "v" })
  |(xdb) clear 1
  |Deleted breakpoint 1 at $PWD/kept.lua:5
  |(xdb) c
  |nil\tnil (esc)
  |The program finished and will be restarted
  |> $PWD/kept.lua(1)<main>()
  |-> local weak = setmetatable({}, { __mode = "v" })
  |(xdb) q

A list's commands may move about; the blank line afterwards repeats what was typed (PDB-102, 193, 196):

  $ cat >loop.lua <<'END'
  > local s = 0
  > for i = 1, 3 do
  >     s = s + i
  > end
  > print("s", s)
  > END
  $ xdb loop.lua <<'END'
  > b 3
  > commands
  > p s
  > seen = (seen or 0) + 1
  > until
  > p "never"
  > c
  > 
  > seen
  > b 5
  > commands 2
  > w
  > p "there"
  > end
  > c
  > q
  > END
  |> $PWD/loop.lua(1)<main>()
  |-> local s = 0
  |(xdb) b 3
  |Breakpoint 1 at $PWD/loop.lua:3
  |(xdb) commands
  |(com) p s
  |(com) seen = (seen or 0) + 1
  |(com) until
  |(xdb) p "never"
  |"never"
  |(xdb) c
  |0
  |1
  |3
  |> $PWD/loop.lua(5)<main>()
  |-> print("s", s)
  |(xdb) 
  |s\t6 (esc)
  |The program finished and will be restarted
  |> $PWD/loop.lua(1)<main>()
  |-> local s = 0
  |(xdb) seen
  |*** name 'seen' is not defined
  |(xdb) b 5
  |Breakpoint 2 at $PWD/loop.lua:5
  |(xdb) commands 2
  |(com) w
  |(com) p "there"
  |(com) end
  |(xdb) c
  |0
  |1
  |3
  |> $PWD/loop.lua(5)<main>()
  |-> print("s", s)
  |(xdb) q

A run of quit in a list leaves (PDB-193, 242), and a list survives a restart (PDB-197):

  $ xdb loop.lua <<'END'
  > b 5
  > commands
  > p "list"
  > end
  > run
  > c
  > commands 1
  > q
  > run
  > c
  > END
  |> $PWD/loop.lua(1)<main>()
  |-> local s = 0
  |(xdb) b 5
  |Breakpoint 1 at $PWD/loop.lua:5
  |(xdb) commands
  |(com) p "list"
  |(com) end
  |(xdb) run
  |Restarting $PWD/loop.lua with arguments:
  |\t (esc)
  |> $PWD/loop.lua(1)<main>()
  |-> local s = 0
  |(xdb) c
  |"list"
  |> $PWD/loop.lua(5)<main>()
  |-> print("s", s)
  |(xdb) commands 1
  |(com) q
  |(xdb) run
  |Restarting $PWD/loop.lua with arguments:
  |\t (esc)
  |> $PWD/loop.lua(1)<main>()
  |-> local s = 0
  |(xdb) c
