The modules inside of a program that runs under one of the commands: there is one copy of them in the process, the
command's own. (What xdb.so itself would open is another one; nobody calls that.)

  $ cat >same.lua <<'END'
  > local so = assert(package.searchpath("xdb", package.cpath))
  > local function open(name) return assert(package.loadlib(so, "xdb_open_" .. name))() end
  > print(require "xdb".Pdb == open "module".Pdb, require "xdb.bdb".Breakpoint == open "bdb".Breakpoint,
  >   require "xdb.profile".Profile == open "profile".Profile, require "xdb.pstats".Stats == open "pstats".Stats)
  > END
  $ lua5.4 same.lua
  true\ttrue\ttrue\ttrue (esc)
  $ xprof -o /dev/null same.lua
  false\tfalse\tfalse\tfalse (esc)
  $ xdb -c c -c q same.lua </dev/null | grep '^false'
  false\tfalse\tfalse\tfalse (esc)
  $ xtimeit -n 1 -r 1 -s 'dofile "same.lua"' '' | head -n 1
  false\tfalse\tfalse\tfalse (esc)

So one debugs a program that is being profiled, and profiles one that is being debugged, coroutines and all; the second of
two profilers is told of the first:

  $ cat >debugs.lua <<'END'
  > local xdb = require "xdb"
  > local function inner(n) return n + 1 end
  > local co = coroutine.wrap(function() coroutine.yield(inner(1)) return inner(2) end)
  > co()
  > xdb.set_trace { commands = { "b inner", "c", "p n", "up", "c" } }
  > print(co())
  > END
  $ xprof -o seen.json debugs.lua </dev/null | sed 's/^/|/'
  |Breakpoint 1 at $PWD/debugs.lua:2
  |2
  |> $PWD/debugs.lua(6)<main>()
  |-> print(co())
  |3
  $ xprof report --format csv seen.json | grep inner | cut -d, -f3,4
  inner,2
  $ cat >profiles.lua <<'END'
  > local profile = require "xdb.profile"
  > local function inner(n) return n + 1 end
  > local co = coroutine.wrap(function() coroutine.yield(inner(1)) return inner(2) end)
  > local p = profile.Profile()
  > print(pcall(p.enable, p))
  > co() co()
  > p:disable()
  > for _, f in ipairs(p:getstats()) do if f.name == "inner" then print("inner", f.callcount) end end
  > END
  $ xdb -c c -c q profiles.lua </dev/null | grep -v '^ *[->]'
  true\txdb.profile.Profile: 0x... (esc)
  inner\t2 (esc)
  The program finished and will be restarted
  $ xprof -o /dev/null profiles.lua
  false\tAnother profiling tool is already active (esc)
