The program of the original's transcript, in Lua:

  $ mkdir sub
  $ cat > prog.lua <<'END'
  > local helper = require "sub.helper"
  > 
  > local K = {}
  > function K:m()
  >   return helper.twice(2)
  > end
  > 
  > local function unused()
  >   return "never"
  > end
  > 
  > local function f(n)
  >   local total = 0
  >   for i = 1, n do
  >     total = total + i
  >   end
  >   if total > 100 then
  >     print("big")   -- not reached
  >   end
  >   local x = 5   --pragma NO COVER
  >   return total
  > end
  > 
  > print(f(3), K:m(), table.concat(arg, " "))
  > END
  $ cat > sub/helper.lua <<'END'
  > local M = {}
  > function M.twice(x)
  > 	local y = x * 2
  > 	return y
  > end
  > function M.nope()
  > end
  > return M
  > END

Lines are printed before they run:

  $ xtrace --trace prog.lua a b
   --- modulename: prog, funcname: <main>
  prog.lua(1):  local helper = require "sub.helper"
   --- modulename: helper, funcname: <main>
  helper.lua(1):  local M = {}
  helper.lua(5):  end
  helper.lua(2):  function M.twice(x)
  helper.lua(7):  end
  helper.lua(6):  function M.nope()
  helper.lua(8):  return M
  prog.lua(3):  local K = {}
  prog.lua(6):  end
  prog.lua(4):  function K:m()
  prog.lua(10):  end
  prog.lua(22):  end
  prog.lua(24):  print(f(3), K:m(), table.concat(arg, " "))
   --- modulename: prog, funcname: f
  prog.lua(13):    local total = 0
  prog.lua(14):    for i = 1, n do
  prog.lua(15):      total = total + i
  prog.lua(14):    for i = 1, n do
  prog.lua(15):      total = total + i
  prog.lua(14):    for i = 1, n do
  prog.lua(15):      total = total + i
  prog.lua(14):    for i = 1, n do
  prog.lua(17):    if total > 100 then
  prog.lua(20):    local x = 5   --pragma NO COVER
  prog.lua(21):    return total
   --- modulename: prog, funcname: K:m
  prog.lua(5):    return helper.twice(2)
   --- modulename: helper, funcname: M.twice
  helper.lua(3):  \tlocal y = x * 2 (esc)
  helper.lua(4):  \treturn y (esc)
  6\t4\ta b (esc)

with the time since the start:

  $ xtrace -t -g prog.lua | sed -n -E 's/^[0-9]+\.[0-9]{2} /0.00 /; 1,4p'
   --- modulename: prog, funcname: <main>
  0.00 prog.lua(1):  local helper = require "sub.helper"
   --- modulename: helper, funcname: <main>
  0.00 helper.lua(1):  local M = {}

Counts beside the sources:

  $ xtrace --count prog.lua
  6\t4\t (esc)
  $ cat prog.cover sub/helper.cover
      1: local helper = require "sub.helper"
         
      1: local K = {}
      1: function K:m()
      1:   return helper.twice(2)
      1: end
         
         local function unused()
           return "never"
      1: end
         
         local function f(n)
      1:   local total = 0
      4:   for i = 1, n do
      3:     total = total + i
           end
      1:   if total > 100 then
             print("big")   -- not reached
           end
      1:   local x = 5   --pragma NO COVER
      1:   return total
      1: end
         
      1: print(f(3), K:m(), table.concat(arg, " "))
      1: local M = {}
      1: function M.twice(x)
      1:         local y = x * 2
      1:         return y
      1: end
      1: function M.nope()
      1: end
      1: return M
  $ rm prog.cover sub/helper.cover

in a folder, with marks and a summary:

  $ xtrace -c -m -s -C cov prog.lua
  6\t4\t (esc)
  lines   cov%   module   (path)
     16   87.5%   prog   ($PWD/prog.lua)
      8   100.0%   sub.helper   ($PWD/sub/helper.lua)
  $ find cov -type f | sort
  cov/prog.cover
  cov/sub/helper.cover
  $ grep -e '>>>>>>' cov/prog.cover cov/sub/helper.cover
  cov/prog.cover:>>>>>>   return "never"
  cov/prog.cover:>>>>>>     print("big")   -- not reached

Functions called, and who calls whom:

  $ xtrace -l prog.lua
  6\t4\t (esc)
  
  functions called:
  filename: $PWD/prog.lua, modulename: prog, funcname: <main>
  filename: $PWD/prog.lua, modulename: prog, funcname: K:m
  filename: $PWD/prog.lua, modulename: prog, funcname: f
  filename: $PWD/sub/helper.lua, modulename: helper, funcname: <main>
  filename: $PWD/sub/helper.lua, modulename: helper, funcname: M.twice
  $ xtrace -T prog.lua
  6\t4\t (esc)
  
  calling relationships:
  
  *** $PWD/prog.lua ***
      prog.<main> -> prog.K:m
      prog.<main> -> prog.f
    --> $PWD/sub/helper.lua
      prog.<main> -> helper.<main>
      prog.<main> -> helper.M.twice
  
  *** xdb.trace ***
    --> $PWD/prog.lua
      Trace.run -> prog.<main>

Counts of several runs are added up; -R saves them without a report:

  $ xtrace -c -f counts -R prog.lua
  6\t4\t (esc)
  xtrace: Skipping counts file 'counts': No such file or directory
  $ xtrace -c -f counts -R prog.lua
  6\t4\t (esc)
  $ find . -name '*.cover' -not -path './cov/*'
  $ xtrace -r -f counts -s -m -C cov2
  lines   cov%   module   (path)
     16   87.5%   prog   ($PWD/prog.lua)
      8   100.0%   sub.helper   ($PWD/sub/helper.lua)
  $ sed -n 14,15p cov2/prog.cover
      8:   for i = 1, n do
      6:     total = total + i
  $ xtrace -r -f nocounts
  xtrace: Skipping counts file 'nocounts': cannot read nocounts: No such file or directory
  [1]

Modules that are ignored, with all inside of them, but not what only begins so:

  $ xtrace --ignore-module sub,other -t prog.lua | grep -c helper.lua
  0
  [1]
  $ xtrace --ignore-module helper -t prog.lua | grep -c helper.lua
  0
  [1]
  $ xtrace --ignore-module su --ignore-module helpe -t prog.lua | grep -c helper.lua
  8
  $ xtrace --ignore-dir "$PWD/sub:/nowhere" -c -s -C cov3 prog.lua
  6\t4\t (esc)
  lines   cov%   module   (path)
     16   87.5%   prog   ($PWD/prog.lua)
  $ HERE=$PWD xtrace --ignore-dir '$HERE/su' --ignore-dir '${HERE}/sub/' -c -s -C cov3 prog.lua
  6\t4\t (esc)
  lines   cov%   module   (path)
     16   87.5%   prog   ($PWD/prog.lua)
  $ HOME=$PWD xtrace --ignore-dir '~/sub' -c -s -C cov3 prog.lua | tail -1
     16   87.5%   prog   ($PWD/prog.lua)
  $ cat > uses.lua <<'END'
  > require "argparse"
  > END
  $ LUA_PATH="/usr/share/lua/5.4/?.lua;/usr/share/lua/5.1/?.lua" xtrace -c -s -C cov4 --ignore-dir '$prefix' uses.lua
  lines   cov%   module   (path)
      1   100.0%   uses   ($PWD/uses.lua)

Trace and count together do both:

  $ xtrace --count --trace -C cov5 prog.lua | grep -c '^prog.lua('
  19
  $ cmp cov/prog.cover cov5/prog.cover | sed 's/.*differ.*/the marks differ/'
  the marks differ

A module as the program:

  $ xtrace -c -s -C cov6 --module sub.helper
  lines   cov%   module   (path)
      8   75.0%   sub.helper   ($PWD/sub/helper.lua)
  $ xtrace -t --module nosuchmod 2>&1 | head -1
  lua5.4: module 'nosuchmod' not found:
  $ xtrace -c nosuch.lua
  Cannot run file 'nosuch.lua' because: No such file or directory
  [1]
  $ xtrace -c sub
  Cannot run file 'sub' because: Is a directory
  [1]

Usage:

  $ xtrace
  usage: xtrace [-h] [--version] [--module] [-c] [-t] [-l] [-T] [-r | -R]
                [-f FILE] [-C COVERDIR] [-m] [-s] [-g] [--indent] [--depth N]
                [--dot] [--ignore-module IGNORE_MODULE]
                [--ignore-dir IGNORE_DIR] [--only GLOB]
                [progname] [arguments ...]
  xtrace: error: must specify one of --trace, --count, --report, --listfuncs, or --trackcalls
  [2]
  $ xtrace -l -c prog.lua 2>&1 | tail -1
  xtrace: error: cannot specify both --listfuncs and (--trace or --count)
  $ xtrace -r 2>&1 | tail -1
  xtrace: error: -r/--report requires -f/--file
  $ xtrace -g 2>&1 | tail -1
  xtrace: error: must specify one of --trace, --count, --report, --listfuncs, or --trackcalls
  $ xtrace -s -T 2>&1 | tail -1
  xtrace: error: --summary can only be used with --count or --report
  $ xtrace -rR 2>&1 | tail -1
  xtrace: error: argument -R/--no-report: not allowed with argument -r/--report
  $ xtrace -y 2>&1 | tail -1
  xtrace: error: unrecognized arguments: -y
  $ xtrace -c 2>&1 | tail -1
  xtrace: error: progname is missing: required with the main options
  $ xtrace -T -l prog.lua 2>&1 | tail -1
  xtrace: error: cannot specify both --trackcalls and (--trace, --count or --listfuncs)
  $ xtrace -c --depth 2 prog.lua 2>&1 | tail -1
  xtrace: error: --timing, --indent, --depth and --only can only be used with --trace
  $ xtrace -t --depth 0 prog.lua 2>&1 | tail -1
  xtrace: error: argument --depth: must be a number, 1 or more: '0'
  $ xtrace -l --dot prog.lua 2>&1 | tail -1
  xtrace: error: --dot can only be used with --trackcalls
  $ xtrace --version | sed 's/[0-9].*/VERSION/'
  xtrace VERSION
  $ xtrace --help | grep -A3 'Main options'
  Main options:
    One of these (or --report) must be given
  
    -c, --count           Count the number of times each line is executed and
