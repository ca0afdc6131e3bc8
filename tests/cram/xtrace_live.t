What the original does not have: indentation, a limit of depth, some files only, colours, graphs.

  $ cat > deep.lua <<'END'
  > local other = require "other"
  > local function c() return 3 end
  > local function b() return (c()) end
  > local co = coroutine.wrap(function()
  >   coroutine.yield(b())
  > end)
  > co() other()
  > END
  $ cat > other.lua <<'END'
  > return function()
  >   return 1
  > end
  > END
  $ xtrace -t --indent deep.lua
   --- modulename: deep, funcname: <main>
  deep.lua(1):  local other = require "other"
     --- modulename: other, funcname: <main>
    other.lua(3):  end
  deep.lua(2):  local function c() return 3 end
  deep.lua(3):  local function b() return (c()) end
  deep.lua(4):  local co = coroutine.wrap(function()
  deep.lua(6):  end)
  deep.lua(4):  local co = coroutine.wrap(function()
  deep.lua(7):  co() other()
     --- modulename: deep, funcname: <function>
    deep.lua(5):    coroutine.yield(b())
       --- modulename: deep, funcname: b
      deep.lua(3):  local function b() return (c()) end
         --- modulename: deep, funcname: c
        deep.lua(2):  local function c() return 3 end
     --- modulename: other, funcname: other
    other.lua(2):    return 1
  $ xtrace -t --depth 1 deep.lua
   --- modulename: deep, funcname: <main>
  deep.lua(1):  local other = require "other"
  deep.lua(2):  local function c() return 3 end
  deep.lua(3):  local function b() return (c()) end
  deep.lua(4):  local co = coroutine.wrap(function()
  deep.lua(6):  end)
  deep.lua(4):  local co = coroutine.wrap(function()
  deep.lua(7):  co() other()
  $ xtrace -t --only 'oth*' deep.lua
   --- modulename: other, funcname: <main>
  other.lua(3):  end
   --- modulename: other, funcname: other
  other.lua(2):    return 1
  $ XDB_COLORS=1 xtrace -t --only deep.lua --depth 1 deep.lua | sed -n '2p' | cat -v
  deep.lua(1):  ^[[1;34mlocal^[[0m other ^[[0m=^[[0m ^[[36mrequire^[[0m ^[[32m"other"^[[0m

A source that is not to be had is not shown:

  $ echo 'load("local x = 1\nreturn x", "@gone.lua")()' > loads.lua
  $ xtrace -t loads.lua
   --- modulename: loads, funcname: <main>
  loads.lua(1):  load("local x = 1\nreturn x", "@gone.lua")()
   --- modulename: gone, funcname: <main>
  gone.lua(1)
  gone.lua(2)
  $ echo 'print(1)' | xtrace -t -
  1
