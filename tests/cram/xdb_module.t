The Lua module xdb in corners of Lua: what pdb's own tests have stands in xdb_parity_module.t.

  $ inside() { python3 $SRC/tests/tools/session.py lua5.4 "$@"; }

A class derived from Pdb sees each command, changes it, carries it out itself or has Pdb do so (PDB-066):

  $ cat >derived.lua <<'END'
  > local xdb = require "xdb"
  > local Mine = xdb.Pdb:subclass { help_hello = "Says hello." }
  > function Mine:preloop() self:message("preloop") end
  > function Mine:postloop() self:message("postloop") end
  > function Mine:precmd(line) return (line:gsub("^zz ", "p ")) end
  > function Mine:do_hello(arg) self:message("hello " .. arg .. ", line " .. self.curframe.line) end
  > function Mine:do_next(arg)
  >   self:message("my next")
  >   return xdb.Pdb.do_next(self, arg)
  > end
  > function Mine:do_bad() error("bad one") end
  > function Mine:default(text)
  >   if text == "lua?" then self:message(_VERSION) else return xdb.Pdb.default(self, text) end
  > end
  > local Further = Mine:subclass()
  > function Further:do_twice(arg) self:onecmd(arg) self:onecmd(arg) end
  > function Further:postcmd(stop, line) return stop end
  > local debugger = Further { prompt = "(xdb) " }
  > print(pcall(debugger.onecmd, debugger, "p 1"))
  > local x = 7
  > debugger:set_trace()
  > x = x + 1
  > print(x)
  > END
  $ inside derived.lua <<'END'
  > zz x
  > hello you
  > help hello
  > bad
  > lua?
  > x * 2
  > twice p 'again'
  > n
  > 
  > help nosuch
  > c
  > END
  |false\tthe debugger is not at its prompt (esc)
  |preloop
  |> $PWD/derived.lua(21)<main>()
  |-> debugger:set_trace()
  |(xdb) zz x
  |7
  |(xdb) hello you
  |hello you, line 21
  |(xdb) help hello
  |      Usage: hello
  |      
  |      Says hello.
  |(xdb) bad
  |*** derived.lua:11: bad one
  |(xdb) lua?
  |Lua 5.4
  |(xdb) x * 2
  |14
  |(xdb) twice p 'again'
  |"again"
  |"again"
  |(xdb) n
  |my next
  |postloop
  |preloop
  |> $PWD/derived.lua(22)<main>()
  |-> x = x + 1
  |(xdb) 
  |my next
  |postloop
  |preloop
  |> $PWD/derived.lua(23)<main>()
  |-> print(x)
  |(xdb) help nosuch
  |*** No help for 'nosuch'
  |(xdb) c
  |postloop
  |8

A method may also be given to one object, and onecmd has the last word:

  $ cat >object.lua <<'END'
  > local debugger = require "xdb".Pdb()
  > function debugger:onecmd(line)
  >   self:message("<" .. line .. ">")
  >   return self.bdb == nil and require "xdb".Pdb.onecmd(self, line)
  > end
  > local y = 1
  > debugger:set_trace()
  > y = 2
  > print(y)
  > END
  $ inside object.lua <<'END'
  > p y
  > n
  > p y
  > c
  > END
  |> $PWD/object.lua(7)<main>()
  |-> debugger:set_trace()
  |(xdb) p y
  |<p y>
  |1
  |(xdb) n
  |<n>
  |> $PWD/object.lua(8)<main>()
  |-> y = 2
  |(xdb) p y
  |<p y>
  |1
  |(xdb) c
  |<c>
  |2

A record has the stack of an error when that is long gone: locals, shadowed ones, varargs, upvalues, coroutines (PDB-060):

  $ cat >record.lua <<'END'
  > local xdb = require "xdb"
  > local shared = { k = 1 }
  > local M = {}
  > function M.inner(a, b, ...)
  >   local s = a + b
  >   for i = 1, 3 do
  >     local s = "shadow" .. i
  >     if i == 2 then
  >       error(shared.k .. s)
  >     end
  >   end
  > end
  > function M:method(x)
  >   return coroutine.wrap(function(v)
  >     return xpcall(M.inner, xdb.record, v, self.v, "va1", nil, "va3")
  >   end)(x)
  > end
  > local function top(object)
  >   local ok, record = object:method(5)
  >   return ok, record
  > end
  > local ok, record = top { v = 10, method = M.method }
  > print(ok, record.error, record)
  > shared.k = 77
  > xdb.post_mortem(record)
  > local function deep(n) return 1 + deep(n + 1) end
  > local _, overflow = xpcall(deep, xdb.record, 1)
  > print(overflow.error)
  > END
  $ inside record.lua <<'END'
  > w
  > p s, i, a, b
  > args
  > p shared.k
  > u
  > p v, self.v
  > u
  > u
  > p object.v
  > d
  > ll
  > q
  > END
  |false\trecord.lua:9: 1shadow2\trecord.lua:9: 1shadow2 (esc)
  |stack traceback:
  |\trecord.lua:9: in function <record.lua:4> (esc)
  |\t[C]: in function 'xpcall' (esc)
  |\trecord.lua:15: in function <record.lua:14> (esc)
  |record.lua:9: 1shadow2
  |> $PWD/record.lua(9)M.inner()
  |-> error(shared.k .. s)
  |(xdb) w
  |  $PWD/record.lua(22)<main>()
  |-> local ok, record = top { v = 10, method = M.method }
  |  $PWD/record.lua(19)top()
  |-> local ok, record = object:method(5)
  |  $PWD/record.lua(14)M:method()
  |-> return coroutine.wrap(function(v)
  |  $PWD/record.lua(15)<function>()
  |-> return xpcall(M.inner, xdb.record, v, self.v, "va1", nil, "va3")
  |> $PWD/record.lua(9)M.inner()
  |-> error(shared.k .. s)
  |(xdb) p s, i, a, b
  |"shadow2", 2, 5, 10
  |(xdb) args
  |a = 5
  |b = 10
  |... = "va1", nil, "va3"
  |(xdb) p shared.k
  |77
  |(xdb) u
  |> $PWD/record.lua(15)<function>()
  |-> return xpcall(M.inner, xdb.record, v, self.v, "va1", nil, "va3")
  |(xdb) p v, self.v
  |5, 10
  |(xdb) u
  |> $PWD/record.lua(14)M:method()
  |-> return coroutine.wrap(function(v)
  |(xdb) u
  |> $PWD/record.lua(19)top()
  |-> local ok, record = object:method(5)
  |(xdb) p object.v
  |10
  |(xdb) d
  |> $PWD/record.lua(14)M:method()
  |-> return coroutine.wrap(function(v)
  |(xdb) ll
  | 13  \tfunction M:method(x) (esc)
  | 14  ->\t  return coroutine.wrap(function(v) (esc)
  | 15  \t    return xpcall(M.inner, xdb.record, v, self.v, "va1", nil, "va3") (esc)
  | 16  \t  end)(x) (esc)
  | 17  \tend (esc)
  |(xdb) q
  |record.lua:26: stack overflow

Where Lua runs no hooks one could not step, so set_trace does not stop there:

  $ cat >nowhere.lua <<'END'
  > local xdb = require "xdb"
  > setmetatable({}, { __gc = function() xdb.set_trace("in vain") end })
  > collectgarbage()
  > debug.sethook(function() debug.sethook() xdb.set_trace() end, "l")
  > local x = 1
  > print("on")
  > END
  $ inside nowhere.lua </dev/null
  |*** set_trace() does not stop inside of a finalizer: Lua cannot step there
  |*** set_trace() does not stop inside of a hook: Lua cannot step there
  |on

Coroutines that each call set_trace (PDB-336), a debugger within a debugger, and one that is closed while it waits:

  $ cat >several.lua <<'END'
  > local xdb = require "xdb"
  > local inner, outer = xdb.Pdb { prompt = "((xdb)) " }, xdb.Pdb()
  > local function body(n)
  >   local value = n
  >   xdb.set_trace()
  >   coroutine.yield(value)
  >   return value + 1
  > end
  > local one, two = coroutine.create(body), coroutine.create(body)
  > print(coroutine.resume(one, 1))
  > print(coroutine.resume(two, 2))
  > function again()
  >   local here = "inner"
  >   inner:set_trace()
  >   return here
  > end
  > print(coroutine.resume(one))
  > outer:set_trace()
  > print("end")
  > END
  $ inside several.lua <<'END'
  > p value
  > n
  > n
  > p value
  > c
  > p again()
  > p here
  > n
  > w
  > c
  > p outer:set_trace("nothing happens: it stands still already")
  > b 6
  > os.exit(true, true)
  > END
  |> $PWD/several.lua(5)body()
  |-> xdb.set_trace()
  |(xdb) p value
  |1
  |(xdb) n
  |> $PWD/several.lua(6)body()
  |-> coroutine.yield(value)
  |(xdb) n
  |true\t1 (esc)
  |> $PWD/several.lua(5)body()
  |-> xdb.set_trace()
  |(xdb) p value
  |2
  |(xdb) c
  |true\t2 (esc)
  |true\t2 (esc)
  |> $PWD/several.lua(18)<main>()
  |-> outer:set_trace()
  |(xdb) p again()
  |> $PWD/several.lua(14)again()
  |-> inner:set_trace()
  |((xdb)) p here
  |"inner"
  |((xdb)) n
  |> $PWD/several.lua(15)again()
  |-> return here
  |((xdb)) w
  |  $PWD/several.lua(18)<main>()
  |-> outer:set_trace()
  |  (...resumes thread: 0x......)
  |  (...tail calls...)
  |> $PWD/several.lua(15)again()
  |-> return here
  |((xdb)) c
  |"inner"
  |(xdb) p outer:set_trace("nothing happens: it stands still already")
  |()
  |(xdb) b 6
  |Breakpoint 1 at $PWD/several.lua:6
  |(xdb) os.exit(true, true)

Debuggers come and go; the collector has those that wait for nothing:

  $ cat >many.lua <<'END'
  > local xdb = require "xdb"
  > local none = { read = function() return "c" end, write = function() end }
  > local weak = setmetatable({}, { __mode = "k" })
  > for i = 1, 50 do
  >   local debugger = xdb.Pdb { stdin = none, stdout = none, readrc = false }
  >   weak[debugger] = true
  >   debugger:set_trace()
  > end
  > xdb.Pdb()
  > collectgarbage() collectgarbage()
  > local n = 0
  > for _ in pairs(weak) do n = n + 1 end
  > print(n <= 2)
  > END
  $ lua5.4 many.lua </dev/null
  true

Wrong arguments, closed files, no input at all:

  $ cat >wrong.lua <<'END'
  > local xdb = require "xdb"
  > print(pcall(xdb.Pdb, { stdin = 3 }))
  > print(pcall(xdb.Pdb, { stdout = {} }))
  > print(pcall(xdb.Pdb, { skip = { 1 } }))
  > print(pcall(xdb.set_trace, { commands = { {} } }))
  > print(pcall(xdb.runcall))
  > print(pcall(xdb.Pdb.set_trace, io.stdout))
  > print(pcall(xdb.post_mortem, {}))
  > print(pcall(xdb.post_mortem, coroutine.create(print)))
  > local failing = { read = function() error("no") end, write = function() error("no") end }
  > xdb.Pdb { stdin = failing, stdout = failing }:set_trace()
  > END
  $ lua5.4 wrong.lua </dev/null; echo $?
  false\tstdin must have a method 'read' (esc)
  false\tstdout must have a method 'write' (esc)
  false\tskip must be a list of patterns (esc)
  false\tcommands must be a list of strings (esc)
  false\tbad argument #1 to 'xdb.runcall' (value expected) (esc)
  false\tbad argument #1 to '?' (xdb.Pdb expected, got FILE*) (esc)
  false\tA coroutine or a record must be passed if no error is being handled (esc)
  false\tbad argument #1 to 'xdb.post_mortem' (a coroutine that died of an error, or sleeps, is expected) (esc)
  1
  $ printf 'local f = io.tmpfile()\nlocal d = require "xdb".Pdb { stdin = f }\nf:close()\nd:set_trace()\n' >closed.lua
  $ inside closed.lua </dev/null
  |> $PWD/closed.lua(4)<main>()
  |-> d:set_trace()
  |(xdb) 
  |Quitting xdb will kill the process. Quit anyway? [y/n] 
  [1]
