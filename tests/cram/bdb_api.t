A tracer derived from Bdb tells everything that happens:

  $ cat > tracer.lua <<'END'
  > local bdb = require "xdb.bdb"
  > local Tdb = bdb.Bdb:subclass()
  > function Tdb:user_call(frame, args)
  >   print("+++ call", frame.name, table.unpack(args, 1, args.n))
  > end
  > function Tdb:user_line(frame)
  >   print("+++", self:format_stack_entry({frame, frame.line}))
  > end
  > function Tdb:user_return(frame, ...) print("+++ return", ...) end
  > function Tdb:user_exception(frame, err, handled)
  >   print("+++ exception", err, handled)
  >   self:set_continue()
  > end
  > return Tdb
  > END
  $ cat > demo.lua <<'END'
  > local function bar(a)
  >   print("bar(", a, ")")
  >   return a / 2
  > end
  > local function foo(n)
  >   print("foo(", n, ")")
  >   local x = bar(n * 10)
  >   print("bar returned", x)
  > end
  > foo(10)
  > END
  $ cat > trace.lua <<'END'
  > require "tracer"():run(loadfile "demo.lua")
  > END
  $ lua5.4 trace.lua
  +++	$PWD/demo.lua(4)<main>(): end
  +++	$PWD/demo.lua(9)<main>(): end
  +++	$PWD/demo.lua(10)<main>(): foo(10)
  +++ call	foo	10
  +++	$PWD/demo.lua(6)foo(): print("foo(", n, ")")
  foo(	10	)
  +++	$PWD/demo.lua(7)foo(): local x = bar(n * 10)
  +++ call	bar	100
  +++	$PWD/demo.lua(2)bar(): print("bar(", a, ")")
  bar(	100	)
  +++	$PWD/demo.lua(3)bar(): return a / 2
  +++ return	50.0
  +++	$PWD/demo.lua(8)foo(): print("bar returned", x)
  bar returned	50.0
  +++	$PWD/demo.lua(9)foo(): end
  +++ return
  +++ return

Code as text, and expressions with their values:

  $ lua5.4 -e 'print(require "tracer"():runeval("math.max(1, 2), x", {math = math, x = "y"}))'
  +++	[string "return math.max(1, 2), x"](1)<main>(): return math.max(1, 2), x
  +++ return	2	y
  2	y
  $ lua5.4 -e 'print(require "tracer"():runcall(string.rep, "ab", 2))'
  abab
  $ lua5.4 -e 'require "tracer"():run("local t = nil + 1")' 2>&1 | head -3
  +++	[string "local t = nil + 1"](1)<main>(): local t = nil + 1
  +++ exception	[string "local t = nil + 1"]:1: attempt to perform arithmetic on a nil value	false
  lua5.4: [string "local t = nil + 1"]:1: attempt to perform arithmetic on a nil value
  $ lua5.4 -e 'require "tracer"():run("local t = ")' 2>&1 | head -1
  lua5.4: [string "local t = "]:1: unexpected symbol near <eof>

Breakpoints are refused with a text, and listed in the original's form:

  $ cat > breaks.lua <<'END'
  > local bdb = require "xdb.bdb"
  > local Breakpoint = bdb.Breakpoint
  > local b = bdb.Bdb()
  > print("--- set_break")
  > print((b:set_break("demo.lua", 7)))
  > print((b:set_break("demo.lua", 9999)))
  > print((b:set_break("nofile.lua", 1)))
  > print((b:set_break("demo.lua", 7, true, "n == 2")))
  > print((b:set_break("demo.lua", 8)))
  > print((b:set_break("demo.lua", 8, false, "n ==")))
  > print("--- queries")
  > print(b:get_break("demo.lua", 7), b:get_break("demo.lua", 6))
  > for _, bp in ipairs(b:get_breaks("demo.lua", 7)) do print(bp) end
  > print(#b:get_breaks("demo.lua", 1))
  > print(table.concat(b:get_file_breaks("demo.lua"), " "), #b:get_file_breaks("zz"))
  > for file, lines in pairs(b:get_all_breaks()) do print(file, table.concat(lines, " ")) end
  > for file, lines in pairs(b.breaks) do print(file, table.concat(lines, " ")) end
  > print("--- bpformat")
  > local bp = b:get_bpbynumber("2")
  > bp.ignore, bp.hits = 3, 2
  > bp:bpprint()
  > bp.ignore, bp.hits = 0, 1
  > bp:disable()
  > bp:bpprint(io.stdout)
  > print(Breakpoint.bpbynumber[1]:bpformat())
  > for file, lines in pairs(Breakpoint.bplist) do
  >   for line, list in pairs(lines) do if line == 7 then print(file, line, #list) end end
  > end
  > print("--- clear")
  > print(b:clear_break("demo.lua", 2))
  > print(b:clear_break("zz", 2))
  > print(b:clear_bpbynumber("abc"))
  > print(b:clear_bpbynumber(99))
  > print(b:clear_bpbynumber(""))
  > print(b:clear_bpbynumber())
  > local first = b:get_bpbynumber(1)
  > print(b:clear_bpbynumber(1))
  > print(b:clear_bpbynumber("1"), first, first.line, first.deleted)
  > print(pcall(first.enable, first))
  > print(table.concat(b:get_file_breaks("demo.lua"), " "))
  > print(b:clear_break("demo.lua", 7))
  > print(b:clear_all_file_breaks("zz"))
  > print(b:clear_all_file_breaks("demo.lua"))
  > print(b:clear_all_breaks())
  > print(next(b.breaks), next(Breakpoint.bpbynumber))
  > print(Breakpoint("demo.lua", 3).number, Breakpoint{file = "demo.lua", line = 3, cond = "a"}.number)
  > print(b:get_bpbynumber(""))
  > print(b:get_bpbynumber("x"))
  > print(b:get_bpbynumber(55))
  > Breakpoint.clearBreakpoints()
  > print(Breakpoint("demo.lua", 3))
  > print("--- the rest")
  > print(b:canonic("=stdin"), b:canonic("demo.lua"), b:canonic("@demo.lua"), b:canonic("=x"), b:canonic("[string"))
  > print(b:is_skipped_module("a"), bdb.Bdb({"a*"}):is_skipped_module("ab"), bdb.Bdb({"a*"}):is_skipped_module(nil))
  > print(b.quitting, b.currentbp, b.botframe, b.stopframe, b.returnframe, b.stoplineno)
  > print(pcall(b.do_clear, b, "1"))
  > print(pcall(bdb.Bdb, nil, "zz"))
  > print(pcall(bdb.Bdb, {backend = "zz"}))
  > print(pcall(function() b.quitting = true end))
  > print(pcall(function() return bp.colour end))
  > END
  $ lua5.4 breaks.lua
  --- set_break
  nil
  Line $PWD/demo.lua:9999 does not exist
  Line $PWD/nofile.lua:1 does not exist
  nil
  nil
  Invalid condition n ==: unexpected symbol near <eof>
  --- queries
  true	false
  breakpoint 1 at $PWD/demo.lua:7
  breakpoint 2 at $PWD/demo.lua:7
  0
  7 8	0
  $PWD/demo.lua	7 8
  $PWD/demo.lua	7 8
  --- bpformat
  2   breakpoint   del  yes   at $PWD/demo.lua:7
  	stop only if n == 2
  	ignore next 3 hits
  	breakpoint already hit 2 times
  2   breakpoint   del  no    at $PWD/demo.lua:7
  	stop only if n == 2
  	breakpoint already hit 1 time
  1   breakpoint   keep yes   at $PWD/demo.lua:7
  $PWD/demo.lua	7	2
  --- clear
  There is no breakpoint at $PWD/demo.lua:2
  There are no breakpoints in $PWD/zz
  Non-numeric breakpoint number abc
  Breakpoint number 99 out of range
  Breakpoint number expected
  Breakpoint number expected
  nil
  Breakpoint 1 already deleted	breakpoint 1 at $PWD/demo.lua:7	7	true
  false	Breakpoint 1 already deleted
  7 8
  nil
  There are no breakpoints in $PWD/zz
  nil
  There are no breakpoints
  nil	nil
  4	5
  nil	Breakpoint number expected
  nil	Non-numeric breakpoint number x
  nil	Breakpoint number 55 out of range
  breakpoint 1 at $PWD/demo.lua:3
  --- the rest
  =stdin	$PWD/demo.lua	$PWD/demo.lua	=x	$PWD/[string
  false	true	false
  false	nil	nil	nil	nil	-1
  false	subclass of bdb must implement do_clear()
  false	Invalid backend 'zz'
  false	Invalid backend 'zz'
  false	breaks.lua:59: the attribute 'quitting' cannot be set
  true	nil

Events from a hook of the program's own:

  $ cat > own_hook.lua <<'END'
  > local bdb = require "xdb.bdb"
  > local b = bdb.Bdb:subclass{user_line = function(self, f) print("line", f.line) end}()
  > bdb.Bdb:subclass{user_line = function(self, f)
  >   b:set_step()
  >   print(b:trace_dispatch(f, "line") == b.trace_dispatch)
  >   b:set_continue()
  >   print(b:trace_dispatch(f, "line") == b.trace_dispatch)
  >   print(b:trace_dispatch(f, "c_call") == b.trace_dispatch)
  >   print(b:trace_dispatch(f, "weird") == b.trace_dispatch)
  >   print(b:format_stack_entry({f}), b:format_stack_entry({f, f.line}, " -> "))
  >   b:set_quit()
  >   print(b:trace_dispatch(f, "line"))
  >   self:set_continue()
  > end}():run("local x = 1")
  > END
  $ lua5.4 own_hook.lua
  line	1
  true
  true
  true
  bdb.Bdb.dispatch: unknown debugging event: 'weird'
  true
  [string "local x = 1"](nil)<main>(): Warning: lineno is nil	[string "local x = 1"](1)<main>() -> local x = 1
  nil

A debugger in the middle of a program; what a method raises without a run is told and ends the program:

  $ cat > inline.lua <<'END'
  > local bdb = require "xdb.bdb"
  > local b = bdb.Bdb:subclass{user_line = function(self, f)
  >   print("at", f.line, f.name)
  >   if f.line == 12 then self:set_continue() end
  > end}()
  > local function f()
  >   b:set_trace()
  >   local x = 1
  >   return x
  > end
  > f()
  > print("on")
  > print("end")
  > bdb.set_trace()
  > b = bdb.Bdb:subclass{user_line = function(self, f) error("no idea", 0) end}()
  > b:set_trace()
  > print("not reached")
  > END
  $ lua5.4 inline.lua > out 2> err
  [1]
  $ cat out; head -1 err
  at	7	f
  at	8	f
  at	9	f
  at	12	<main>
  on
  end
  xdb.bdb: no idea
