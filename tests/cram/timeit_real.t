With the real clocks:

  $ xtimeit -t 0.001 2>/dev/null | grep -cE '^[0-9]+ loops?, best of 5: [0-9.]+ nsec per loop$'
  1
  $ xtimeit -p -n 100 'x = 1' 2>/dev/null | grep -cE '^100 loops, best of 5: [0-9.]+ [num]sec per loop$'
  1
  $ xtimeit -n 1 -v 2>&1 >/dev/null | grep -cE '^timer resolution: [0-9.e+]+ [nu]sec$'
  1
  $ xtimeit -n 100 -r 3 --baseline --stats --gc --memory 'local t = {}' 2>/dev/null | cut -d ' ' -f 1 | tail -n 2
  collection:
  memory:

Nothing is left over of what LUA_INIT says, but it is done; when it fails that is all:

  $ LUA_INIT='x = 5' xtimeit -n 1 -r 1 'assert(x == 5)' | cut -d : -f 1
  1 loop, best of 1
  $ LUA_INIT='error("no", 0)' xtimeit 'x = 1' 2>&1 | head -n 1
  xtimeit: no

Help and version:

  $ xtimeit -h | head -n 3
  usage: xtimeit [-n N] [-r N] [-u UNIT] [-s CODE] [-p] [-v] [-t SECONDS] [-h] [--] [statement ...]
  
  Tool for measuring the execution time of small pieces of Lua.
  $ xtimeit --version | cut -d ' ' -f 1
  xtimeit
