  $ echo 'print("ran")' > a.lua

Usage:

  $ xtrace cover
  usage: xtrace cover [--source GLOB] [--omit GLOB] [--branch] [--fail-under PERCENT] [--parallel] [-m module | script] [arg ...]
  xtrace cover: error: the script is missing
  [2]
  $ xtrace cover --fail-under 200 a.lua 2>&1 | tail -1
  xtrace cover: error: argument --fail-under: must be a number from 0 to 100: '200'
  $ xtrace cover --exclude '%' a.lua 2>&1 | tail -1
  xtrace cover: error: argument --exclude: pattern '%': malformed pattern (ends with '%')
  $ xtrace cover --parallel --fail-under 5 a.lua 2>&1 | tail -1
  xtrace cover: error: --fail-under is for xtrace report when processes write files of their own
  $ xtrace report --format pdf 2>&1 | tail -1
  xtrace report: error: argument --format: invalid choice: 'pdf' (choose from 'text', 'cover', 'html', 'lcov', 'cobertura', 'json')
  $ xtrace combine --map x 2>&1 | tail -1
  xtrace combine: error: argument --map: must be FROM=TO: 'x'
  $ xtrace cover gone.lua
  lua5.4: cannot open gone.lua: No such file or directory
  [1]
  $ xtrace report --config gone
  xtrace: cannot read gone: No such file or directory
  [1]

No data, and data that is none:

  $ xtrace report
  xtrace: cannot read $PWD/.xtrace: No such file or directory
  [1]
  $ printf garbage > .xtrace
  $ xtrace report
  xtrace: $PWD/.xtrace:1:7: '[' or '{' expected near 'garbage'
  [1]
  $ xtrace cover a.lua
  ran
  xtrace: $PWD/.xtrace:1:7: '[' or '{' expected near 'garbage'; kept as $PWD/.xtrace.bad
  $ cat .xtrace.bad; echo
  garbage
  $ xtrace report
  Name   Lines  Miss  Functions  Miss    Cover
  --------------------------------------------
  a.lua      1     0          0     0   100.0%
  --------------------------------------------
  TOTAL      1     0          0     0   100.0%
  $ echo '{"format": "xdb-profile", "version": 1}' > other
  $ xtrace report .xtrace other | tail -1
  xtrace: other: * (glob)
  TOTAL      1     0          0     0   100.0%
  $ xtrace combine other .xtrace.bad
  xtrace: other: * (glob)
  xtrace: .xtrace.bad:1:7: '[' or '{' expected near 'garbage'
  [1]
  $ ls other .xtrace.bad
  .xtrace.bad
  other

Where nothing can be written, the program has run all the same:

  $ xtrace cover --data-file /nonexistent/x a.lua
  ran
  xtrace: cannot write /nonexistent/x: No such file or directory
  [1]
  $ xtrace cover --data-file . a.lua
  ran
  xtrace: cannot write $PWD/.: is a directory
  [1]
  $ xtrace report -o /nonexistent/x
  xtrace: cannot write /nonexistent/x: No such file or directory
  [1]
  $ xtrace report --format html -o a.lua
  xtrace: cannot write a.lua/coverage.css: Not a directory
  xtrace: cannot write a.lua/files/a.lua.html: Not a directory
  xtrace: cannot write a.lua/index.html: Not a directory
  xtrace: cannot write a.lua/coverage.js: Not a directory
  [1]

A script that does not compile, one that fails, one that is interrupted by its own error:

  $ echo 'x = = 1' > bad.lua
  $ xtrace cover --source '*.lua' bad.lua 2>&1 | sed 's/^[^:]*lua[^:]*: bad/bad/'
  bad.lua:1: unexpected symbol near '='
  $ echo 'local x = 1; error("stop")' > fails.lua
  $ xtrace cover --fresh fails.lua 2>/dev/null
  [1]
  $ xtrace report | grep fails
  fails.lua      1     0          0     0   100.0%
  $ xtrace report --source '*.lua' | grep -c lua
  xtrace: * (glob)
  2
