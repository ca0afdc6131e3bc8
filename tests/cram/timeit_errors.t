Code that does not compile is told with the place in the user's own text; status 1 and nothing on stdout:

  $ xtimeit 'x = = 1' 2>/dev/null
  [1]
  $ xtimeit 'x = = 1'
  xtimeit: statement:1:5: unexpected symbol near '='
  [1]
  $ xtimeit 'x = 1' 'f('
  xtimeit: statement:2:3: unexpected symbol near <eof>
  [1]
  $ xtimeit -n 1 -s 'if x then' 'end'
  xtimeit: setup:1:10: 'end' expected near <eof>
  [1]
  $ xtimeit 'end'
  xtimeit: statement:1:1: <eof> expected near 'end'
  [1]
  $ xtimeit 'return 1'
  xtimeit: statement:1:1: 'return' outside a function
  [1]
  $ xtimeit "x = 'abc"
  xtimeit: statement:1:5: unfinished string near <eof>
  [1]
  $ xtimeit break 2>&1 | cut -c 1-38
  xtimeit: statement:1:1: break outside 
  $ xtimeit --compare 'x = 1' 'y ='
  xtimeit: 2 of 2: statement:1:4: unexpected symbol near <eof>
  [1]

Code that raises, with a fixed number and without, also late and in the setup:

  $ xtimeit -n 1 'x = 1' 'nothing.y = 1' 2>/dev/null
  [1]
  $ xtimeit -n 1 'x = 1' 'nothing.y = 1'
  xtimeit: <timeit-src>:6: attempt to index a nil value (global 'nothing')
  stack traceback:
  	<timeit-src>:6: in function <<timeit-src>:2>
  	    nothing.y = 1
  [1]
  $ xtimeit -v -s 'n = 0' 'n = n + 1' 'if n == 3 then error("late", 0) end'
  xtimeit: late
  stack traceback:
  	[C]: in function 'error'
  	<timeit-src>:6: in function <<timeit-src>:2>
  	    if n == 3 then error("late", 0) end
  [1]
  $ xtimeit --compare -n 1 'x = 1' 'error("no", 0)' 2>&1 | head -n 1
  xtimeit: 2 of 2: no
  $ xtimeit -s 'error({})' 2>&1 | head -n 1
  xtimeit: (error object is a table value)
  $ xtimeit 'coroutine.yield()' 2>&1 | head -n 1
  xtimeit: attempt to yield from outside a coroutine
  $ xtimeit --timer 'os.nothing' 'x = 1'
  xtimeit: timer is not callable
  [1]
  $ xtimeit --timer 'function(' 'x = 1' 2>&1 | head -n 1
  xtimeit: timer:1: <name> or '...' expected near <eof>

Code that ends the process does so:

  $ xtimeit 'os.exit(7)'
  [7]
  $ xtimeit 'os.exit(true, true)'

Wrong usage, status 2 and nothing on stdout:

  $ xtimeit --bad 2>/dev/null
  [2]
  $ xtimeit --bad
  option --bad not recognized
  use -h/--help for command line help
  [2]
  $ xtimeit --bad=3 pass
  option --bad not recognized
  use -h/--help for command line help
  [2]
  $ xtimeit -zx
  option -z not recognized
  use -h/--help for command line help
  [2]
  $ xtimeit -n x
  argument -n/--number: invalid int value: 'x'
  use -h/--help for command line help
  [2]
  $ xtimeit -n -1
  argument -n/--number: must not be negative or too large: '-1'
  use -h/--help for command line help
  [2]
  $ xtimeit -n 99999999999999999999
  argument -n/--number: must not be negative or too large: '99999999999999999999'
  use -h/--help for command line help
  [2]
  $ xtimeit -r 1.5
  argument -r/--repeat: invalid int value: '1.5'
  use -h/--help for command line help
  [2]
  $ xtimeit -t 0
  argument -t/--target-time: must be above 0 and finite: '0'
  use -h/--help for command line help
  [2]
  $ xtimeit -t nan
  argument -t/--target-time: must be above 0 and finite: 'nan'
  use -h/--help for command line help
  [2]
  $ xtimeit -n
  argument -n/--number: expected one argument
  use -h/--help for command line help
  [2]
  $ xtimeit 'x = 1' --stats
  option --stats must stand before the statement
  use -h/--help for command line help
  [2]
  $ xtimeit --compare 'x = 1' 'y = 1' --json=times.json
  option --json=times.json must stand before the statement
  use -h/--help for command line help
  [2]
  $ xtimeit -n 1 --timer 'function() return 0 end' -- 'x = 1' --stats
  1 loop, best of 5: 0 nsec per loop
  $ xtimeit -n 1 --timer 'function() return 0 end' 'x = 1' '--statsman' '-- stats'
  1 loop, best of 5: 0 nsec per loop
  $ xtimeit -p --timer os.clock
  argument --timer: not allowed with argument -p/--process
  use -h/--help for command line help
  [2]

A stdout that takes nothing:

  $ xtimeit -n 1 --timer 'function() return 0 end' 'x = 1' > /dev/full
  xtimeit: cannot write the report: No space left on device
  [1]
  $ xtimeit -n 1 --json - --timer 'function() return 0 end' 'x = 1' > /dev/full
  xtimeit: cannot write the report: No space left on device
  [1]
  $ xtimeit -n 1 --json /dev/full --timer 'function() return 0 end' 'x = 1'
  xtimeit: cannot write /dev/full: No space left on device
  1 loop, best of 5: 0 nsec per loop
  [1]
  $ xtimeit -n 1 --timer 'function() return 0 end' 'x = 1' >&-
  xtimeit: cannot write the report: Bad file descriptor
  [1]
