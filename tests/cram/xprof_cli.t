  $ cat > fact.lua <<'END'
  > local function fact(n)
  >   if n <= 1 then return 1 end
  >   return n * fact(n - 1)
  > end
  > 
  > local function work()
  >   local t = 0
  >   for i = 1, 200 do t = t + fact(10) end
  >   return t
  > end
  > 
  > local function main()
  >   for i = 1, 5 do work() end
  >   local t = {3, 1, 2}
  >   table.sort(t)
  >   print(table.concat(t, ", "))
  > end
  > 
  > main()
  > END
  $ times() { sed -E 's/ +[0-9]+\.[0-9]{3}/    T.TTT/g; s/in +T\.TTT/in T.TTT/'; }
  $ export XDG_STATE_HOME=$PWD/state

The program's output comes first, then the report:

  $ xprof -s calls fact.lua | times
  1, 2, 3
           10010 function calls (1010 primitive calls) in T.TTT seconds
  
     Ordered by: call count
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
  10000/1000    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:1(fact)
          5    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:6(work)
          1    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:1(<main>)
          1    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:12(main)
          1    T.TTT    T.TTT    T.TTT    T.TTT {print}
          1    T.TTT    T.TTT    T.TTT    T.TTT {table.concat}
          1    T.TTT    T.TTT    T.TTT    T.TTT {table.sort}
  
  

By default it is ordered by cumulative time; names can be the order, too:

  $ xprof fact.lua | grep Ordered
     Ordered by: cumulative time
  $ xprof -s name fact.lua | times | tail -n +8
          1    T.TTT    T.TTT    T.TTT    T.TTT {print}
          1    T.TTT    T.TTT    T.TTT    T.TTT {table.concat}
          1    T.TTT    T.TTT    T.TTT    T.TTT {table.sort}
  10000/1000    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:1(fact)
          1    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:12(main)
          5    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:6(work)
  
  
  $ xprof --no-builtins -s name fact.lua | grep -c '{'
  0
  [1]
  $ xprof --timer cpu -n 1 -s calls fact.lua | grep -c 'fact.lua'
  1

The program's arguments and status are its own:

  $ cat > args.lua <<'END'
  > print(arg[0], arg[1], ...)
  > os.exit(7, true)
  > END
  $ xprof args.lua -s x | sed -n '1p;/os.exit/p' | times
  args.lua\t-s\t-s\tx (esc)
          1    T.TTT    T.TTT    T.TTT    T.TTT {os.exit}
  $ xprof args.lua > report; echo $?
  7

An error that nobody catches is reported as ever, then the report comes:

  $ printf 'local function bad() error("no") end\nbad()\n' > bad.lua
  $ xprof bad.lua 2> err > out; echo $?; sed -n 1p err; grep -c 'bad.lua:1(bad)' out
  1
  lua5.4: bad.lua:1: no
  1

A module is found as require would find it:

  $ mkdir pkg; echo 'print("module", ...)' > pkg/mod.lua
  $ xprof -m pkg.mod a b | times | sed -n '1p;/mod.lua/p'
  module\ta\tb (esc)
          1    T.TTT    T.TTT    T.TTT    T.TTT mod.lua:1(<main>)

Profiles are written with -o, also when the program goes to another folder or calls os.exit:

  $ xprof -o fact.prof fact.lua
  1, 2, 3
  $ xprof -o exit.prof args.lua
  args.lua\tnil (esc)
  [7]
  $ xprof report -s calls -n 1 fact.prof fact.prof | times | sed -E 's/^[A-Z].*    fact.prof/CTIME    fact.prof/'
  CTIME    fact.prof
  CTIME    fact.prof
  
           20020 function calls (2020 primitive calls) in T.TTT seconds
  
     Ordered by: call count
     List reduced from 7 to 1 due to restriction <1>
  
     ncalls  tottime  percall  cumtime  percall filename:lineno(function)
  20000/2000    T.TTT    T.TTT    T.TTT    T.TTT fact.lua:1(fact)
  
  
  $ echo 'for i = 1, 1e7 do end' > loop.lua
  $ xprof --sample -o samples.prof loop.lua; xprof report fact.prof samples.prof
  xprof: samples and counted calls cannot be added up
  [1]
  $ xprof --sample -o none.prof /dev/null; xprof report -n 1 none.prof fact.prof none.prof | grep 'calls ('
           10010 function calls (1010 primitive calls) in 0.000 seconds
  $ xprof report --format csv -s name fact.prof | cut -d, -f2-5 | tr -d '\r'
  line,function,ncalls,pcalls
  1,<main>,1,1
  0,<print>,1,1
  0,<table.concat>,1,1
  0,<table.sort>,1,1
  1,fact,10000,1000
  12,main,1,1
  6,work,5,5
  $ xprof report --format json -o again.prof fact.prof && xprof report --format json fact.prof | cmp - again.prof

What cannot be written is printed:

  $ xprof -o nowhere/x.prof fact.lua > out; echo $?; sed -n 1,2p out
  xprof: cannot write $PWD/nowhere/x.prof: No such file or directory
  1
  1, 2, 3
           10010 function calls (1010 primitive calls) in 0.000 seconds

On a full disk, and beyond a limit on the size of files, too; the status tells:

  $ for f in json html pstats; do xprof --format $f -o /dev/full fact.lua > out; echo $?; sed -n 1,2p out; done
  xprof: cannot write /dev/full: No space left on device
  1
  1, 2, 3
           10010 function calls (1010 primitive calls) in 0.000 seconds
  xprof: cannot write /dev/full: No space left on device
  1
  1, 2, 3
           10010 function calls (1010 primitive calls) in 0.000 seconds
  xprof: cannot write /dev/full: No space left on device
  1
  1, 2, 3
           10010 function calls (1010 primitive calls) in 0.000 seconds
  $ (ulimit -f 4; xprof --format html -o big.html fact.lua 2>&1 | sed -n 1,3p); test -e big.html
  1, 2, 3
  xprof: cannot write $PWD/big.html: File too large
           10010 function calls (1010 primitive calls) in 0.000 seconds
  [1]
  $ xprof -o again.prof fact.lua; cp again.prof old.prof; (ulimit -f 0; xprof report -o again.prof --format html again.prof > /dev/null); cmp again.prof old.prof
  1, 2, 3
  xprof: cannot write again.prof: File too large
  $ xprof fact.lua > /dev/full; echo $?
  xprof: cannot write to standard output: No space left on device
  1
  $ xprof --format html fact.lua > /dev/full; echo $?
  xprof: cannot write to standard output: No space left on device
  1
  $ xprof report --format html again.prof > /dev/full; echo $?
  xprof: cannot write to standard output: No space left on device
  1
  $ echo stats | xprof --browse again.prof > /dev/full; echo $?
  xprof: cannot write to standard output: No space left on device
  1
  $ xprof -o '' fact.lua 2>&1 | tail -1
  xprof: error: argument -o/--outfile: the name of a file is empty

Wrong usage:

  $ xprof
  usage: xprof [-o FILE] [-s KEY] [-m module | script] [arg ...]
  [2]
  $ xprof -s bogus fact.lua
  usage: xprof [-o FILE] [-s KEY] [-m module | script] [arg ...]
  xprof: error: argument -s/--sort: invalid choice: 'bogus' (choose from calls, cumtime, cumulative, filename, line, module, name, ncalls, nfl, pcalls, stdname, time, tottime)
  [2]
  $ complain() { xprof "$@" 2>&1 | sed '1,/^xprof/{/^xprof/!d}'; }
  $ complain --rate 100 fact.lua
  xprof: error: argument --rate: only with --sample
  $ complain --sample --bias 0 fact.lua
  xprof: error: argument --bias: not allowed with argument --sample
  $ complain --format html -n 3 fact.lua; complain report -n 3 -o x.prof fact.prof
  xprof: error: argument -n/--limit: only the report can be cut short
  xprof report: error: argument -n/--limit: only the report can be cut short
  $ complain --calibrate fact.lua; complain --browse -o x fact.prof
  xprof: error: argument --calibrate: nothing else goes with it
  xprof: error: argument --browse: only files go with it
  $ xprof report --format text -s calls -n 1 -o first.txt fact.prof; sed -n 's/ .*fact.lua/ fact.lua/p' first.txt
  10000/1000 fact.lua:1(fact)
  $ xprof -m
  usage: xprof [-o FILE] [-s KEY] [-m module | script] [arg ...]
  xprof: error: argument -m: expected one argument
  [2]
  $ xprof nosuch.lua
  lua5.4: cannot open nosuch.lua: No such file or directory
  [1]
  $ xprof -m nosuch.module 2>&1 | head -1
  lua5.4: module 'nosuch.module' not found:
  $ xprof report nosuch.prof
  xprof: cannot read nosuch.prof: No such file or directory
  [1]
  $ echo '{"format": "xdb-profile", "version": 99}' > new.prof; xprof report new.prof
  xprof: new.prof: version 99 is newer than 1, the newest known
  [1]
  $ echo '{"format": "xdb-profile", "version": 1, "functions": [["a",1,"f",1,1,0.1]]}' > short.prof; xprof report short.prof
  xprof: short.prof: functions[0]: not a function's row
  [1]
  $ head -c 200 fact.prof > cut.prof; xprof report cut.prof 2>&1 | sed 's/:.*//'
  xprof

What an event costs is measured, and remembered for this machine:

  $ xprof --calibrate | sed -E 's/[0-9]+\.[0-9]+ ns/N ns/'
  A call or return costs N ns.
  Remembered in $PWD/state/xdb/profiler.json
  $ xprof --bias 1 fact.lua 2>&1 | tail -1
  xprof: error: argument --bias: must be seconds from 0 to below 1: '1'
