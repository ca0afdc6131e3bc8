Coroutines: in, out, and who resumed whom (PDB-235, 236).

  $ xdb() { python3 $SRC/tests/tools/session.py xdb "$@"; }
  $ cat >coro.lua <<'END'
  > local function gen(n)
  >     for i = 1, n do
  >         local got = coroutine.yield(i)
  >         print("got", got)
  >     end
  >     return "end"
  > end
  > 
  > local function main()
  >     local total = 0
  >     local co = coroutine.create(gen)
  >     while true do
  >         local ok, v = coroutine.resume(co, 2)
  >         if type(v) ~= "number" then break end
  >         total = total + v
  >     end
  >     return total
  > end
  > main()
  > for v in coroutine.wrap(function() for i = 1, 2 do coroutine.yield(i) end end) do
  >     print(v)
  > end
  > END

next stays in the coroutine, over the yield:

  $ xdb coro.lua <<'END'
  > b gen
  > c
  > n
  > n
  > n
  > w
  > n
  > n
  > n
  > n
  > n
  > n
  > n
  > c
  > q
  > END
  |> $PWD/coro.lua(7)<main>()
  |-> end
  |(xdb) b gen
  |Breakpoint 1 at $PWD/coro.lua:2
  |(xdb) c
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) n
  |> $PWD/coro.lua(3)gen()
  |-> local got = coroutine.yield(i)
  |(xdb) n
  |> $PWD/coro.lua(4)gen()
  |-> print("got", got)
  |(xdb) n
  |got\t2 (esc)
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) w
  |  $PWD/coro.lua(19)<main>()
  |-> main()
  |  $PWD/coro.lua(13)main()
  |-> local ok, v = coroutine.resume(co, 2)
  |  (...resumes thread: 0x......)
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) n
  |> $PWD/coro.lua(3)gen()
  |-> local got = coroutine.yield(i)
  |(xdb) n
  |> $PWD/coro.lua(4)gen()
  |-> print("got", got)
  |(xdb) n
  |got\t2 (esc)
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) n
  |> $PWD/coro.lua(6)gen()
  |-> return "end"
  |(xdb) n
  |--Return--
  |> $PWD/coro.lua(6)gen()->"end"
  |-> return "end"
  |(xdb) n
  |> $PWD/coro.lua(14)main()
  |-> if type(v) ~= "number" then break end
  |(xdb) n
  |> $PWD/coro.lua(17)main()
  |-> return total
  |(xdb) c
  |1
  |2
  |The program finished and will be restarted
  |> $PWD/coro.lua(7)<main>()
  |-> end
  |(xdb) q

step follows whoever runs:

  $ xdb coro.lua <<'END'
  > b gen
  > c
  > s
  > s
  > s
  > s
  > s
  > s
  > s
  > s
  > s
  > w
  > u
  > p co, v
  > d
  > p got
  > until
  > r
  > s
  > q
  > END
  |> $PWD/coro.lua(7)<main>()
  |-> end
  |(xdb) b gen
  |Breakpoint 1 at $PWD/coro.lua:2
  |(xdb) c
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) s
  |> $PWD/coro.lua(3)gen()
  |-> local got = coroutine.yield(i)
  |(xdb) s
  |> $PWD/coro.lua(14)main()
  |-> if type(v) ~= "number" then break end
  |(xdb) s
  |> $PWD/coro.lua(15)main()
  |-> total = total + v
  |(xdb) s
  |> $PWD/coro.lua(13)main()
  |-> local ok, v = coroutine.resume(co, 2)
  |(xdb) s
  |> $PWD/coro.lua(4)gen()
  |-> print("got", got)
  |(xdb) s
  |got\t2 (esc)
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) s
  |> $PWD/coro.lua(3)gen()
  |-> local got = coroutine.yield(i)
  |(xdb) s
  |> $PWD/coro.lua(14)main()
  |-> if type(v) ~= "number" then break end
  |(xdb) s
  |> $PWD/coro.lua(15)main()
  |-> total = total + v
  |(xdb) w
  |  $PWD/coro.lua(19)<main>()
  |-> main()
  |> $PWD/coro.lua(15)main()
  |-> total = total + v
  |(xdb) u
  |> $PWD/coro.lua(19)<main>()
  |-> main()
  |(xdb) p co, v
  |nil, nil
  |(xdb) d
  |> $PWD/coro.lua(15)main()
  |-> total = total + v
  |(xdb) p got
  |nil
  |(xdb) until
  |got\t2 (esc)
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) r
  |--Return--
  |> $PWD/coro.lua(6)gen()->"end"
  |-> return "end"
  |(xdb) s
  |> $PWD/coro.lua(14)main()
  |-> if type(v) ~= "number" then break end
  |(xdb) q

return runs to the end of the coroutine's body, through its yields:

  $ xdb coro.lua <<'END'
  > b gen
  > c
  > r
  > s
  > q
  > END
  |> $PWD/coro.lua(7)<main>()
  |-> end
  |(xdb) b gen
  |Breakpoint 1 at $PWD/coro.lua:2
  |(xdb) c
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) r
  |got\t2 (esc)
  |> $PWD/coro.lua(2)gen()
  |-> for i = 1, n do
  |(xdb) s
  |> $PWD/coro.lua(3)gen()
  |-> local got = coroutine.yield(i)
  |(xdb) q

Values of frames on other threads can be read and set:

  $ xdb coro.lua <<'END'
  > b 4
  > c
  > u
  > p total
  > total = 1000
  > d
  > i = 2
  > c
  > END
  |> $PWD/coro.lua(7)<main>()
  |-> end
  |(xdb) b 4
  |Breakpoint 1 at $PWD/coro.lua:4
  |(xdb) c
  |> $PWD/coro.lua(4)gen()
  |-> print("got", got)
  |(xdb) u
  |> $PWD/coro.lua(13)main()
  |-> local ok, v = coroutine.resume(co, 2)
  |(xdb) p total
  |1
  |(xdb) total = 1000
  |(xdb) d
  |> $PWD/coro.lua(4)gen()
  |-> print("got", got)
  |(xdb) i = 2
  |(xdb) c
  |got\t2 (esc)
  |> $PWD/coro.lua(4)gen()
  |-> print("got", got)
  |(xdb) 
