A host that links libxdb: xdb_set_trace stops where Lua called the host, leaves the host's values alone, and
is a function for Lua too.

  $ host() { python3 $SRC/tests/tools/session.py $BUILD/tests/host/host "$@"; }
  $ host trace <<'END'
  > w
  > p n
  > n
  > n
  > p m
  > c
  > c
  > END
  |*** set_trace() does not stop: no Lua function has called it
  |> [string "local n = -1..."](2)<main>()
  |-> assert_positive(n)
  |(xdb) w
  |> [string "local n = -1..."](2)<main>()
  |-> assert_positive(n)
  |(xdb) p n
  |-1
  |(xdb) n
  |2 values, the last is something
  |> [string "local n = -1..."](3)<main>()
  |-> local m = n
  |(xdb) n
  |> [string "local n = -1..."](4)<main>()
  |-> stop()
  |(xdb) p m
  |-1
  |(xdb) c
  |> [string "local n = -1..."](4)<main>()
  |-> stop()
  |(xdb) c

xdb_post_mortem is a message handler for lua_pcall; the error goes on to the host:

  $ host mortem <<'END'
  > p t
  > u
  > q
  > p n
  > q
  > END
  |[string "local function f(t) return t.x.y end..."]:1: attempt to index a boolean value (field 'x')
  |> [string "local function f(t) return t.x.y end..."](1)f()
  |-> local function f(t) return t.x.y end
  |(xdb) p t
  |{x = false}
  |(xdb) u
  |> [string "local function f(t) return t.x.y end..."](3)<main>()
  |-> f(t)
  |(xdb) q
  |error: [string "local function f(t) return t.x.y end..."]:1: attempt to index a boolean value (field 'x')
  |{}
  |> [string "local n = 5..."](2)<main>()
  |-> error({}, 2)
  |(xdb) p n
  |5
  |(xdb) q
  |error: (null)

Each state has its debugger; one is closed with a breakpoint set and a command in force:

  $ host states <<'END'
  > b 2
  > n
  > c
  > p n
  > r
  > c
  > b
  > c
  > c
  > END
  |> [string "local f = function(n)..."](4)<main>()
  |-> stop()
  |(xdb) b 2
  |Breakpoint 1 at [string "local f = function(n)..."]:2
  |(xdb) n
  |> [string "local f = function(n)..."](5)<main>()
  |-> f(1)
  |(xdb) c
  |> [string "local f = function(n)..."](2)f()
  |-> return n
  |(xdb) p n
  |1
  |(xdb) r
  |--Return--
  |> [string "local f = function(n)..."](2)f()->1
  |-> return n
  |(xdb) c
  |> [string "local f = function(n)..."](4)<main>()
  |-> stop()
  |(xdb) b
  |(xdb) c
  |> [string "local f = function(n)..."](4)<main>()
  |-> stop()
  |(xdb) c

Ctrl-C is the host's, but for the time of a session, and always with nosigint (PDB-245). After set_trace it is the
debugger's until the state closes, so that it stops the program:

  $ host signals <<'END'
  > s
  > c
  > c
  > c
  > c
  > c
  > END
  |loaded\tthe host's (esc)
  |made\tthe host's (esc)
  |> [string "print("inside", owner())"](1)<main>()
  |-> print("inside", owner())
  |(xdb) s
  |inside\tanother (esc)
  |--Return--
  |> [string "print("inside", owner())"](1)<main>()->()
  |-> print("inside", owner())
  |(xdb) c
  |after run\tthe host's (esc)
  |nil
  |> [string "xpcall(error, xdb.post_mortem)..."](1)<main>()
  |-> xpcall(error, xdb.post_mortem)
  |(xdb) c
  |after post_mortem\tthe host's (esc)
  |> [string "xdb.Pdb{nosigint = true}:set_trace()..."](1)<main>()
  |-> xdb.Pdb{nosigint = true}:set_trace()
  |(xdb) c
  |nosigint\tthe host's (esc)
  |> [string "for i = 1, 2 do xdb.Pdb():set_trace() end..."](1)<main>()
  |-> for i = 1, 2 do xdb.Pdb():set_trace() end
  |(xdb) c
  |> [string "for i = 1, 2 do xdb.Pdb():set_trace() end..."](1)<main>()
  |-> for i = 1, 2 do xdb.Pdb():set_trace() end
  |(xdb) c
  |set_trace\tanother (esc)
  |closed\tthe host's (esc)

Also in another thread than the main one, which leaves signals alone (PDB-246):

  $ echo c | host threads
  |> [string "stop()..."](1)<main>()
  |-> stop()
  |(xdb) c
  |thread\t1 (esc)
