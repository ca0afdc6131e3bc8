coroutines: a list of all of them, and looking at one as if one stood there.

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >workers.lua <<'EOF'
  > local workers = {}
  > local function pause(n)
  >     local secret = n * 10
  >     coroutine.yield(secret)
  >     return secret
  > end
  > local function worker(name)
  >     local steps = 0
  >     while steps < 2 do
  >         steps = steps + 1
  >         print(name, pause(steps))
  >     end
  > end
  > for i = 1, 3 do
  >     workers[i] = {co = coroutine.create(worker)}
  >     coroutine.resume(workers[i].co, "w" .. i)
  > end
  > local fresh = coroutine.wrap(function(x)
  >     print(x)
  > end)
  > local failed = coroutine.create(function()
  >     local why = "because"
  >     error(why)
  > end)
  > coroutine.resume(failed)
  > local in_c = coroutine.create(coroutine.yield)
  > coroutine.resume(in_c)
  > coroutine.wrap(function()
  >     local outer = true
  >     coroutine.wrap(function()
  >         local workers, inner = workers, true
  >         print("inside")
  >     end)()
  > end)()
  > coroutine.resume(workers[1].co)
  > print(fresh, failed, in_c)
  > EOF

the list, in the main thread alone and with all kinds of them; it can be shortened:

  $ xdb workers.lua <<'EOF'
  > coroutines
  > b 32
  > c
  > coroutines
  > coroutines 2
  > coroutines many
  > q
  > EOF
  |> $PWD/workers.lua(1)<main>()
  |-> local workers = {}
  |(xdb) coroutines
  |  Num Status             Where
  |> 1   running            $PWD/workers.lua(1)<main>()
  |(xdb) b 32
  |Breakpoint 1 at $PWD/workers.lua:32
  |(xdb) c
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) coroutines
  |  Num Status             Where
  |  1   normal             $PWD/workers.lua(28)<main>()
  |  2   normal             $PWD/workers.lua(30)<function>()
  |> 3   running            $PWD/workers.lua(32)<function>()
  |  4   suspended          $PWD/workers.lua(4)pause()
  |  5   suspended          $PWD/workers.lua(4)pause()
  |  6   suspended          $PWD/workers.lua(4)pause()
  |  7   not started        $PWD/workers.lua(18)<function>()
  |  8   ended by an error  $PWD/workers.lua(23)<function>()
  |  9   suspended          a C function
  |(xdb) coroutines 2
  |  Num Status             Where
  |  1   normal             $PWD/workers.lua(28)<main>()
  |  2   normal             $PWD/workers.lua(30)<function>()
  |  (...7 more...)
  |(xdb) coroutines many
  |*** Invalid argument: many
  |      Usage: coroutines [count]
  |(xdb) q

the stack of one that sleeps: where, up, values, source, assignment:

  $ xdb workers.lua <<'EOF'
  > tbreak 32
  > c
  > coroutine 4
  > w
  > p secret, n
  > secret = "changed"
  > p secret
  > u
  > a
  > l 10, 12
  > steps = 41
  > u
  > coroutines
  > d
  > coroutine
  > w 1
  > c
  > q
  > EOF
  |> $PWD/workers.lua(1)<main>()
  |-> local workers = {}
  |(xdb) tbreak 32
  |Breakpoint 1 at $PWD/workers.lua:32
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/workers.lua:32
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) coroutine 4
  |> $PWD/workers.lua(4)pause()
  |-> coroutine.yield(secret)
  |(xdb) w
  |  $PWD/workers.lua(11)worker()
  |-> print(name, pause(steps))
  |> $PWD/workers.lua(4)pause()
  |-> coroutine.yield(secret)
  |(xdb) p secret, n
  |10, 1
  |(xdb) secret = "changed"
  |(xdb) p secret
  |"changed"
  |(xdb) u
  |> $PWD/workers.lua(11)worker()
  |-> print(name, pause(steps))
  |(xdb) a
  |name = "w1"
  |(xdb) l 10, 12
  | 10  \t        steps = steps + 1 (esc)
  | 11  ->\t        print(name, pause(steps)) (esc)
  | 12  \t    end (esc)
  |(xdb) steps = 41
  |(xdb) u
  |*** Oldest frame
  |(xdb) coroutines
  |  Num Status             Where
  |  1   normal             $PWD/workers.lua(28)<main>()
  |  2   normal             $PWD/workers.lua(30)<function>()
  |  3   running            $PWD/workers.lua(32)<function>()
  |> 4   suspended          $PWD/workers.lua(4)pause()
  |  5   suspended          $PWD/workers.lua(4)pause()
  |  6   suspended          $PWD/workers.lua(4)pause()
  |  7   not started        $PWD/workers.lua(18)<function>()
  |  8   ended by an error  $PWD/workers.lua(23)<function>()
  |  9   suspended          a C function
  |(xdb) d
  |> $PWD/workers.lua(4)pause()
  |-> coroutine.yield(secret)
  |(xdb) coroutine
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) w 1
  |  (...resumes thread: 0x......)
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) c
  |inside
  |w1\tchanged (esc)
  |function: 0x...\tthread: 0x...\tthread: 0x... (esc)
  |The program finished and will be restarted
  |> $PWD/workers.lua(1)<main>()
  |-> local workers = {}
  |(xdb) q

by an expression; what is no coroutine; what has no stack:

  $ xdb workers.lua <<'EOF'
  > b 32
  > c
  > coroutine workers[2].co
  > p secret
  > coroutine 99
  > coroutine 0
  > coroutine workers
  > coroutine (nil)
  > coroutine workers[
  > coroutine 7
  > coroutine 8
  > coroutine 9
  > p why
  > coroutine 3
  > w
  > coroutine 2
  > w
  > coroutine 1
  > w
  > q
  > EOF
  |> $PWD/workers.lua(1)<main>()
  |-> local workers = {}
  |(xdb) b 32
  |Breakpoint 1 at $PWD/workers.lua:32
  |(xdb) c
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) coroutine workers[2].co
  |> $PWD/workers.lua(4)pause()
  |-> coroutine.yield(secret)
  |(xdb) p secret
  |10
  |(xdb) coroutine 99
  |*** There is no coroutine 99
  |(xdb) coroutine 0
  |*** There is no coroutine 0
  |(xdb) coroutine workers
  |*** 'workers' is no coroutine
  |(xdb) coroutine (nil)
  |*** '(nil)' is no coroutine
  |(xdb) coroutine workers[
  |*** unexpected symbol near <eof>
  |(xdb) coroutine 7
  |*** No Lua function runs in that coroutine: it is not started
  |(xdb) coroutine 8
  |> $PWD/workers.lua(23)<function>()
  |-> error(why)
  |(xdb) coroutine 9
  |*** No Lua function runs in that coroutine: it is suspended
  |(xdb) p why
  |"because"
  |(xdb) coroutine 3
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) w
  |  $PWD/workers.lua(28)<main>()
  |-> coroutine.wrap(function()
  |  (...resumes thread: 0x......)
  |  $PWD/workers.lua(30)<function>()
  |-> coroutine.wrap(function()
  |  (...resumes thread: 0x......)
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) coroutine 2
  |> $PWD/workers.lua(30)<function>()
  |-> coroutine.wrap(function()
  |(xdb) w
  |  $PWD/workers.lua(28)<main>()
  |-> coroutine.wrap(function()
  |  (...resumes thread: 0x......)
  |> $PWD/workers.lua(30)<function>()
  |-> coroutine.wrap(function()
  |(xdb) coroutine 1
  |> $PWD/workers.lua(28)<main>()
  |-> coroutine.wrap(function()
  |(xdb) w
  |> $PWD/workers.lua(28)<main>()
  |-> coroutine.wrap(function()
  |(xdb) q

next waits for the frame that is looked at:

  $ xdb workers.lua <<'EOF'
  > tbreak 32
  > c
  > p workers[1].co
  > coroutine workers[1].co
  > n
  > w
  > q
  > EOF
  |> $PWD/workers.lua(1)<main>()
  |-> local workers = {}
  |(xdb) tbreak 32
  |Breakpoint 1 at $PWD/workers.lua:32
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/workers.lua:32
  |> $PWD/workers.lua(32)<function>()
  |-> print("inside")
  |(xdb) p workers[1].co
  |thread: 0x...
  |(xdb) coroutine workers[1].co
  |> $PWD/workers.lua(4)pause()
  |-> coroutine.yield(secret)
  |(xdb) n
  |inside
  |> $PWD/workers.lua(5)pause()
  |-> return secret
  |(xdb) w
  |  $PWD/workers.lua(35)<main>()
  |-> coroutine.resume(workers[1].co)
  |  (...resumes thread: 0x......)
  |  $PWD/workers.lua(11)worker()
  |-> print(name, pause(steps))
  |> $PWD/workers.lua(5)pause()
  |-> return secret
  |(xdb) q

looking keeps nothing alive, and a number may outlive its coroutine:

  $ cat >weak.lua <<'EOF'
  > local weak = setmetatable({}, {__mode = "v"})
  > local box = {}
  > local function make()
  >     box.co = coroutine.create(function() coroutine.yield() end)
  >     coroutine.resume(box.co)
  >     weak[1] = box.co
  > end
  > make()
  > local n = math.max(1, 2, 3, 4, 5)
  > box.co = nil
  > collectgarbage()
  > print(weak[1])
  > EOF
  $ xdb weak.lua <<'EOF'
  > b 10
  > c
  > coroutines
  > coroutine 2
  > w
  > c
  > c
  > coroutine 2
  > coroutine
  > !box.co = nil
  > collectgarbage("collect")
  > p weak[1]
  > coroutine 2
  > coroutines
  > q
  > EOF
  |> $PWD/weak.lua(1)<main>()
  |-> local weak = setmetatable({}, {__mode = "v"})
  |(xdb) b 10
  |Breakpoint 1 at $PWD/weak.lua:10
  |(xdb) c
  |> $PWD/weak.lua(10)<main>()
  |-> box.co = nil
  |(xdb) coroutines
  |  Num Status             Where
  |> 1   running            $PWD/weak.lua(10)<main>()
  |  2   suspended          $PWD/weak.lua(4)<function>()
  |(xdb) coroutine 2
  |> $PWD/weak.lua(4)<function>()
  |-> box.co = coroutine.create(function() coroutine.yield() end)
  |(xdb) w
  |> $PWD/weak.lua(4)<function>()
  |-> box.co = coroutine.create(function() coroutine.yield() end)
  |(xdb) c
  |nil
  |The program finished and will be restarted
  |> $PWD/weak.lua(1)<main>()
  |-> local weak = setmetatable({}, {__mode = "v"})
  |(xdb) c
  |> $PWD/weak.lua(10)<main>()
  |-> box.co = nil
  |(xdb) coroutine 2
  |> $PWD/weak.lua(4)<function>()
  |-> box.co = coroutine.create(function() coroutine.yield() end)
  |(xdb) coroutine
  |> $PWD/weak.lua(10)<main>()
  |-> box.co = nil
  |(xdb) !box.co = nil
  |(xdb) collectgarbage("collect")
  |0
  |(xdb) p weak[1]
  |nil
  |(xdb) coroutine 2
  |*** Coroutine 2 is gone
  |(xdb) coroutines
  |  Num Status             Where
  |> 1   running            $PWD/weak.lua(10)<main>()
  |(xdb) q

after an error that nobody handles:

  $ cat >dies.lua <<'EOF'
  > local other = coroutine.create(function() coroutine.yield() end)
  > coroutine.resume(other)
  > coroutine.wrap(function()
  >     local x = 1
  >     error("no")
  > end)()
  > EOF
  $ xdb dies.lua <<'EOF'
  > c
  > coroutines
  > coroutine 1
  > coroutine 2
  > p x
  > coroutine 3
  > q
  > EOF
  |> $PWD/dies.lua(1)<main>()
  |-> local other = coroutine.create(function() coroutine.yield() end)
  |(xdb) c
  |lua5.4: dies.lua:3: dies.lua:5: no
  |stack traceback:
  |\t[C]: in ? (esc)
  |\tdies.lua:3: in main chunk (esc)
  |\t[C]: in ? (esc)
  |Uncaught exception. Entering post mortem debugging
  |Running 'cont' or 'step' will restart the program
  |> $PWD/dies.lua(5)<function>()
  |-> error("no")
  |(xdb) coroutines
  |  Num Status             Where
  |  1   running            $PWD/dies.lua(3)<main>()
  |  2   suspended          $PWD/dies.lua(1)<function>()
  |> 3   ended by an error  $PWD/dies.lua(5)<function>()
  |(xdb) coroutine 1
  |> $PWD/dies.lua(3)<main>()
  |-> coroutine.wrap(function()
  |(xdb) coroutine 2
  |> $PWD/dies.lua(1)<function>()
  |-> local other = coroutine.create(function() coroutine.yield() end)
  |(xdb) p x
  |nil
  |(xdb) coroutine 3
  |> $PWD/dies.lua(5)<function>()
  |-> error("no")
  |(xdb) q

next in a coroutine that sleeps while nothing else is waited for:

  $ cat >sleeps.lua <<'EOF'
  > local function pause(n)
  >     local secret = n * 10
  >     coroutine.yield(secret)
  >     return secret
  > end
  > local co = coroutine.create(function() return pause(1) end)
  > coroutine.resume(co)
  > print("awake")
  > coroutine.resume(co)
  > EOF
  $ xdb sleeps.lua <<'EOF'
  > tbreak 8
  > c
  > coroutine co
  > n
  > n
  > n
  > q
  > EOF
  |> $PWD/sleeps.lua(5)<main>()
  |-> end
  |(xdb) tbreak 8
  |Breakpoint 1 at $PWD/sleeps.lua:8
  |(xdb) c
  |Deleted breakpoint 1 at $PWD/sleeps.lua:8
  |> $PWD/sleeps.lua(8)<main>()
  |-> print("awake")
  |(xdb) coroutine co
  |> $PWD/sleeps.lua(3)pause()
  |-> coroutine.yield(secret)
  |(xdb) n
  |awake
  |> $PWD/sleeps.lua(4)pause()
  |-> return secret
  |(xdb) n
  |--Return--
  |> $PWD/sleeps.lua(4)pause()->10
  |-> return secret
  |(xdb) n
  |--Return--
  |> $PWD/sleeps.lua(9)<main>()->()
  |-> coroutine.resume(co)
  |(xdb) q
