Without the fast layout lines and functions are counted all the same, and branches are said not to be:

  $ printf 'local function f(x)\n  if x then\n    return 1\n  end\nend\nf(1)\nf(nil)\n' > a.lua
  $ XDB_LAYOUT=off xtrace cover --branch a.lua
  xtrace: branches are not counted: switched off by XDB_LAYOUT
  $ xtrace report
  Name   Lines  Miss  Functions  Miss    Cover
  --------------------------------------------
  a.lua      5     0          1     0   100.0%
  --------------------------------------------
  TOTAL      5     0          1     0   100.0%
  $ xtrace report --format lcov | grep -E '^(FNDA|DA)'
  FNDA:2,f
  DA:2,2
  DA:3,1
  DA:5,2
  DA:6,1
  DA:7,1
