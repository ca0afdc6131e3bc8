A clock that only the statement turns makes times exact; each `tick` is 10 msec:

  $ cat > clock.lua <<'EOF'
  > local now = 0
  > function tick(n) now = now + (n or 1) end
  > return function() return now / 100 end
  > EOF
  $ timeit() { xtimeit --timer 'require "clock"' "$@"; }

A number of loops, the best of some runs:

  $ timeit -n 10 'tick()'
  10 loops, best of 5: 10 msec per loop
  $ timeit -n 1 -r 1 'tick(1000)'
  1 loop, best of 1: 10 sec per loop
  $ timeit --number=5 --repeat 3 'tick(3)'
  5 loops, best of 3: 30 msec per loop
  $ timeit -r 0 -n 1 'tick()'
  1 loop, best of 1: 10 msec per loop
  $ timeit -r -3 -n 1 'tick()'
  1 loop, best of 1: 10 msec per loop

Without one, and with none, it is found out:

  $ timeit 'tick()'
  20 loops, best of 5: 10 msec per loop
  $ timeit -n 0 -v 'tick()'
  1 loop -> 0.01 secs
  2 loops -> 0.02 secs
  5 loops -> 0.05 secs
  10 loops -> 0.1 secs
  20 loops -> 0.2 secs
  
  raw times: 200 msec, 200 msec, 200 msec, 200 msec, 200 msec
  
  20 loops, best of 5: 10 msec per loop
  $ timeit -t 1.5 'tick()'
  200 loops, best of 5: 10 msec per loop
  $ timeit --target-time=0.01 'tick()'
  1 loop, best of 5: 10 msec per loop

A number that is given is not looked for; every further -v is a digit:

  $ timeit -v -n 10 -r 2 'tick(1/3)'
  raw times: 33.3 msec, 33.3 msec
  
  10 loops, best of 2: 3.33 msec per loop
  $ timeit -vv -n 10 -r 2 'tick(1/3)'
  raw times: 33.33 msec, 33.33 msec
  
  10 loops, best of 2: 3.333 msec per loop
  $ timeit -vvv -n 10 -r 1 'tick(1/3)' | tail -n 1
  10 loops, best of 1: 3.3333 msec per loop

Units:

  $ for unit in nsec usec msec sec; do timeit -u $unit -n 1 -r 1 'tick(300)'; done
  1 loop, best of 1: 3e+09 nsec per loop
  1 loop, best of 1: 3e+06 usec per loop
  1 loop, best of 1: 3e+03 msec per loop
  1 loop, best of 1: 3 sec per loop
  $ timeit -u parsec 'tick()'
  Unrecognized unit. Please select nsec, usec, msec, or sec.
  [2]

Several statements and setups are lines; setups are not timed; a first letter - needs --:

  $ timeit -n 1 -r 1 -s 'local a = 1; tick(99)' -s 'local b = 2' 'if a then' '  tick(a + b)' 'end'
  1 loop, best of 1: 30 msec per loop
  $ timeit -n 1 -r 1 -s '-- no setup' -- '-tick()' 2>&1 | head -n 1
  xtimeit: <timeit-src>:5: attempt to perform arithmetic on a nil value
  $ timeit -n 1 -r 1 -- '-#(tick() or "")'
  1 loop, best of 1: 10 msec per loop

The code's own output stays, and runs as often as it should:

  $ timeit -n 2 -r 2 -s 'io.write("setup ")' 'io.write("loop "); tick()'
  setup loop loop setup loop loop 2 loops, best of 2: 10 msec per loop

Times that differ much are doubted, on stderr:

  $ timeit -n 1 -r 2 -s 'n = (n or 0) + 1' 'tick(n * n)' 2>&1 >out
  :0: UserWarning: The test results are likely unreliable. The worst time (40 msec) was more than four times slower than the best time (10 msec).
  $ cat out
  1 loop, best of 2: 10 msec per loop

Modules are looked for in the current folder first, whatever package.path says:

  $ LUA_PATH=/nowhere/?.lua timeit -n 1 -r 1 'tick()'
  1 loop, best of 1: 10 msec per loop

Memory, the empty loop, statistics:

  $ timeit -n 10 --memory 'tick(); local t = {{}}'
  10 loops, best of 5: 10 msec per loop
  memory: 128 bytes, 2 objects per loop
  $ timeit -n 10 --baseline 'tick()'
  10 loops, best of 5: 10 msec per loop
  subtracted: 0 nsec per loop, the time of the empty loop
  $ LC_ALL=C timeit -n 1 --stats -s 'n = n or 4; n = n % 4 + 1' 'tick(25 * (n + 4))' | tail -n 2
  median 1.62 sec, mean 1.62 sec, deviation 287 msec, 0 outliers of 20 runs
  1.25 sec |@       @       @      @| 2 sec

With collections on, and without to compare:

  $ timeit -n 10 --gc 'tick(collectgarbage("isrunning") and 5 or 4)'
  10 loops, best of 5: 50 msec per loop
  collection: 20 % of the time (median 50 msec per loop with it, 40 msec without)

Comparing:

  $ timeit --compare -n 10 'tick(2)' 'tick(3)' 'tick(2)'
  3 statements, 25 rounds of each in turn
  statement        best      median   ratio    95 % interval
  tick(2)       20 msec     20 msec       1
  tick(3)       30 msec     30 msec   1.500  1.500 to 1.500  slower
  tick(2)       20 msec     20 msec   1.000  1.000 to 1.000  no difference seen
  $ timeit --compare 'tick()'
  --compare needs two statements or more
  use -h/--help for command line help
  [2]

For programs:

  $ timeit -n 10 --csv 'tick(25) --"a,b"'
  statement,loops,runs,best,median,mean,worst,deviation,outliers
  "tick(25) --""a,b""",10,5,0.25,0.25,0.25,0.25,0,0
  $ timeit -n 10 --json times.json 'tick(25)'
  10 loops, best of 5: 250 msec per loop
  $ lua5.4 -e 'local s = io.open("times.json"):read("a"); print(s:match("\"format\": *(\"[^\"]*\")"), s:match("\"best\": *([0-9.]+)"))'
  "xdb-timeit"	0.25
  $ timeit -n 10 --json - 'tick(2)' | grep -c raw_times
  1
  $ timeit -v -t 0.01 --json - 'tick(2); io.write("*")' > mixed
  $ sed 's/{.*/{/' mixed
  ******{
  $ timeit -n 1 --json /nowhere/times.json 'tick(2)'
  xtimeit: cannot write /nowhere/times.json: No such file or directory
  1 loop, best of 5: 20 msec per loop
  [1]
