-- The objects of xdb.bdb: deriving, attributes, frames, deciding on a breakpoint, life (BDB-020..022, 035, 036, 046,
-- 061, 064, 072, 100, 104..109).
local bdb = require "xdb.bdb"
local t = require "tap"

local function write_file(name, text)
  local f <close> = assert(io.open(name, "w"))
  f:write(text)
end

-- Runs `program` under a class whose user_line is `visit`; what it returns is the command, else "step".
local function visiting(program, visit, class)
  local Visitor = (class or bdb.Bdb):subclass()
  function Visitor:user_line(frame)
    self["set_" .. (visit(self, frame) or "step")](self, frame)
  end
  local visitor = Visitor()
  visitor:run(program)
  return visitor
end

-- ---- deriving

local A = bdb.Bdb:subclass {kind = "a"}
function A:new(name)
  local self = bdb.Bdb.new(self)
  self.name = name
  return self
end
function A:greet() return "I am " .. self.name end
local B = A:subclass()
function B:greet() return A.greet(self) .. "!" end
local b = B("b")
t.same({b:greet(), b.kind, b.nothing}, {"I am b!", "a"}, "classes derive from classes, and new can be overridden")
b.count = 1
b.count = b.count + 1
t.same({b.count, B("c").count}, {2}, "fields belong to one object")
b[1], b[b] = "one", "itself"
t.same({b[1], b[b] == "itself"}, {"one", true}, "with keys of any kind")
t.raises("skip must be a list of patterns", "skip is a list of texts", bdb.Bdb, {1})
t.raises("Invalid backend 'zz'", "there is one backend", bdb.Bdb, nil, "zz")
t.ok(bdb.Bdb(nil, "hook") and bdb.Bdb {skip = {"a"}, backend = "hook"}, "which can be named")
t.raises("xdb.Bdb expected", "methods want an object", bdb.Bdb.set_step, {})

-- ---- attributes

local program = [[
local function inner(a, ...)
  local b = a
  return b, ...
end
local function outer(x)
  local y = inner(x, "v")
  return y
end
local z = outer(7)
z = z + 1
]]
local seen = {}
local v = visiting(program, function(self, f)
  if f.line == 2 then
    local stack, index = self:get_stack(f)
    local names = {}
    for i, entry in ipairs(stack) do names[i] = entry[1].name .. entry[2] end
    seen.stack, seen.index = names, index
    seen.bottom = self.botframe == stack[1][1] and self.botframe.name
    seen.back = f.back.name .. f.back.back.name
    seen.args, seen.x = f:args(), f.back:get("x")
    f:set("a", 40)
    f.back:set("x", 50)
    f:set("made", "global")
    seen.evaluated = {f:eval("a + 2, ...")}
    seen.failed = {f:eval("a.b.c")}
    self:set_return(f)
    seen.returning = {self.returnframe == f, self.stopframe == f.back, self.stoplineno}
    self:set_until(f, 3)
    seen.waiting = {self.returnframe, self.stopframe == f, self.stoplineno}
    self:set_step()
    seen.stepping = {self.returnframe, self.stopframe, self.stoplineno, self:stop_here(f)}
    self:set_next(f.back)
    seen.above = {self.stopframe == f.back, self:stop_here(f), self:stop_here(f.back)}
    seen.field = pcall(function() return f.nofield end)
    return "step"
  elseif f.line == 7 then
    seen.locals = f:locals()
  elseif f.line == 3 then
    seen.upvalues = f:upvalues()
    seen.b = f:locals().b
  end
end)
t.same(seen.stack, {"<main>9", "outer6", "inner2"}, "the stack ends where run was called")
t.same(seen.index, 3, "with the index of the frame")
t.same(seen.bottom, "<main>", "its oldest frame is botframe")
t.same(seen.back, "outer<main>", "a frame knows its caller")
t.same(seen.args, {7, "v", n = 2}, "and its arguments")
t.same(seen.x, 7, "and its locals")
t.same(seen.evaluated, {true, 42, "v"}, "text is evaluated in it")
t.ok(seen.failed[1] == false and seen.failed[2]:find("attempt to index"), "an error comes back as a value")
t.same(seen.locals, {x = 50, y = 40}, "assignments reach the callers' locals, too")
t.same(seen.b, 40, "and its own")
t.same(made, "global", "and globals")
t.same(seen.returning, {true, true, 0}, "set_return")
t.same(seen.waiting, {nil, true, 3}, "set_until")
t.same(seen.stepping, {nil, nil, 0, true}, "set_step")
t.same(seen.above, {true, false, true}, "set_next of the caller")
t.same(seen.field, false, "a frame has no other fields")
t.same({v.quitting, v.botframe}, {true}, "after a run quitting is set, and there is no frame")
v:reset()
t.same(v.quitting, false, "until it is reset")

-- ---- deciding

bdb.Breakpoint.clearBreakpoints()
write_file("decide.lua", "local function f(a)\n  local b = a\n  return b\nend\nf(1)\nf(2)\n")
local Breakpoint = bdb.Breakpoint
local at_line = Breakpoint("decide.lua", 2)
local of_f = Breakpoint("decide.lua", 2, false, nil, "f")
local of_g = Breakpoint("decide.lua", 2, false, nil, "g")
local decided = {}
visiting(loadfile("decide.lua"), function(self, f)
  if f.name == "f" and #decided < 2 then
    decided[#decided + 1] = {bdb.checkfuncname(at_line, f), bdb.checkfuncname(of_f, f), bdb.checkfuncname(of_g, f)}
  end
end)
t.same(decided, {{true, true, false}, {false, false, false}},
       "checkfuncname: the line, or the first line of the function called so")

Breakpoint.clearBreakpoints()
local first = Breakpoint("decide.lua", 2, true, "a == 2")
local second = Breakpoint("decide.lua", 2, true)
second.ignore = 1
local third = Breakpoint("decide.lua", 2, true, "a.b.c")
decided = {}
visiting(loadfile("decide.lua"), function(self, f)
  if f.line == 2 then
    if f:get("a") == 2 then decided.anywhere = {self:break_anywhere(f), self:break_anywhere(f.back)} end
    local bp, may_delete = bdb.effective("decide.lua", 2, f)
    decided[#decided + 1] = {bp.number, may_delete}
    decided.none = bdb.effective("decide.lua", 3, f)
  end
end)
t.same({decided[1], decided[2]}, {{3, false}, {1, true}}, "effective: the first that holds; not to be deleted after an error")
t.same({decided.none}, {}, "or none")
t.same({first.hits, second.hits, third.hits}, {2, 1, 1}, "and crossings are counted")
t.same(decided.anywhere, {true, false}, "break_anywhere looks at the function's own lines")

-- ---- running

local Quiet = bdb.Bdb:subclass()
function Quiet:user_line(f) self:set_continue() end
t.same(table.pack(Quiet():runcall(function(...) return ... end, 1, nil, 3)), {1, nil, 3, n = 3}, "runcall gives all results")
t.same(table.pack(Quiet():runeval("1, x", {x = 2})), {1, 2, n = 2}, "runeval gives all values")
t.same({Quiet():run("return 1")}, {}, "run gives none")
local env = {}
Quiet():runctx("y = 5", env)
t.same({env.y, y}, {5}, "run has the environment given")
local function sets() y = 6 end
Quiet():run(sets, env)
t.same({env.y, y}, {6}, "also of a function, and nobody else's")
local co = coroutine.wrap(function(...) return Quiet():runcall(function(...) return ... end, ...) end)
t.same(co(4), 4, "in a coroutine, too")
local quiet = Quiet()
t.raises("running code already", "a debugger runs one thing at a time", function()
  quiet:runcall(function() quiet:run("x = 1") end)
end)
t.same(quiet:runcall(function() return 3 end), 3, "and can run another after an error")
local order = {}
local Outer = bdb.Bdb:subclass()
function Outer:user_line(f) order[#order + 1] = "outer" .. f.line self:set_step() end
local Inner = bdb.Bdb:subclass()
function Inner:user_line(f) order[#order + 1] = "inner" .. f.line self:set_step() end
run_inner = function() Inner():run("lno = 1\nlno = 2") end
Outer {skip = {"*bdb_object.lua"}}:run("run_inner()\nlno = 2")
t.same(order[1], "outer1", "a program that is debugged can debug")
t.same(order[#order], "outer2", "and goes on being debugged after it")

-- ---- set_trace

local traced = {}
local Tracer = bdb.Bdb:subclass()
function Tracer:user_line(f)
  traced[#traced + 1] = f.name
  if #traced == 3 then self:set_continue() end
end
local function coroutine_body(tracer)
  tracer:set_trace()
  local a = 1
  coroutine.yield(a)
  return a
end
local wrapped = coroutine.wrap(coroutine_body)
wrapped(Tracer())
wrapped()
t.same(traced, {"coroutine_body", "coroutine_body", "coroutine_body"}, "set_trace in a coroutine stops there")
t.same(debug.gethook(), nil, "continue without breakpoints leaves no hook")

-- ---- single instructions (BDB-056, BDB-080)

local Fine = bdb.Bdb:subclass()
local seen = {}
function Fine:user_line(f)
  seen[#seen + 1] = "line " .. f.line
  if f.line == 2 then self:set_stepinstr() else self:set_step() end
end
function Fine:user_opcode(f)
  seen[#seen + 1] = "opcode " .. f.line
  self:set_continue()
end
Fine():run("local a = 1\nlocal b = a + a + a\nreturn b")
t.same(seen, {"line 1", "line 2", "opcode 2"}, "set_stepinstr stops in the middle of a line")

-- ---- life

local weak = setmetatable({}, {__mode = "k"})
for i = 1, 200 do
  local d = Quiet()
  d:set_break("decide.lua", 2)
  d:run("x = 1")
  weak[d] = true
end
d = nil
collectgarbage()
collectgarbage()
t.ok(next(weak) == nil, "debuggers that do not trace are collected")
t.ok(pcall(function() bdb.Breakpoint.clearBreakpoints() end), "and the registry is still there")

-- The finalizer of a debugger that ran before asks for the hooks of all others to be set anew.
for _, when in ipairs {"user_line", "condition"} do
  bdb.Breakpoint.clearBreakpoints()
  collectgarbage()
  local file <close> = assert(io.open("collects.lua", "w"))
  file:write("for i = 1, 3 do\n  f()\nend\n")
  file:flush()
  local stops = 0
  local D = bdb.Bdb:subclass()
  function D:user_line()
    stops = stops + 1
    if when == "user_line" and stops == 2 then collectgarbage() end
    self:set_continue()
  end
  local d = D()
  d:set_break("collects.lua", 2, false, when == "condition" and "collectgarbage() == 0" or nil)
  for i = 1, 3 do
    local old = Quiet()
    old:set_break("collects.lua", 3)
    old:run("x = 1")
  end
  d:runcall(assert(loadfile("collects.lua", "t", {f = function() end, collectgarbage = collectgarbage})))
  t.same(stops, 4, "one that is collected in the middle of another's " .. when .. " leaves its breakpoints alone")
end
bdb.Breakpoint.clearBreakpoints()

-- A run in the middle of everything when the state is closed.
local closing = assert(io.popen([[lua5.4 -e '
  local bdb = require "xdb.bdb"
  local C = bdb.Bdb:subclass()
  function C:user_line(f) kept = f os.exit(7, true) end
  C():run("local x = 1")' 2>&1; echo $?]]))
t.same(closing:read("a"), "7\n", "os.exit in a method closes the state")
closing:close()

t.done()
