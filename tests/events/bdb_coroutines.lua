-- Coroutines: next, return and until mean the frame, on its own coroutine; step goes in and out (BDB-048, 051, 053,
-- 055, 075 and CPython's generator tests).
local driver = require "bdb_driver"
local session = driver.session

local generator = [[
local function gen(n)
  for i = 1, n do
    coroutine.yield(i)
    lno = 4
  end
  return "end"
end
local function main()
  local co = coroutine.create(gen)
  local ok, a = coroutine.resume(co, 2)
  lno = 11
  ok, a = coroutine.resume(co)
  lno = 13
  ok, a = coroutine.resume(co)
  lno = 15
  return a
end
return main
]]
session {
  "step goes into a coroutine when it is started, and out at a yield", call = true, program = generator,
  results = {"end"},
  {"line 9 main", "step"},
  {"line 10 main", "step"},
  {"call 1 gen", "step"},
  {"line 2 gen", "step"},
  {"line 3 gen", "stack main:10 gen:3", "step"},
  {"line 11 main", "step"},
  {"line 12 main", "step"},
  {"line 4 gen", "step"}, -- continued: that is no call
  {"line 2 gen", "step"},
  {"line 3 gen", "step"},
  {"line 13 main", "step"},
  {"line 14 main", "step"},
  {"line 4 gen", "step"},
  {"line 2 gen", "step"},
  {"line 6 gen", "step"},
  {"return 6 gen -> end", "step"},
  {"line 15 main", "continue"},
}
session {
  "next passes over what a resume runs", call = true, program = generator,
  {"line 9 main", "next"},
  {"line 10 main", "next"},
  {"line 11 main", "next"},
  {"line 12 main", "next"},
  {"line 13 main", "quit"},
}
session {
  "next over a yield waits until the coroutine is continued", call = true, program = generator,
  {"line 9 main", "step"},
  {"line 10 main", "step"},
  {"call 1 gen", "next"},
  {"line 2 gen", "next"},
  {"line 3 gen", "next"},
  {"line 4 gen", "next"},
  {"line 2 gen", "next"},
  {"line 3 gen", "next"},
  {"line 4 gen", "quit"},
}
session {
  "until does not take a yield for a return", call = true, program = generator,
  {"line 9 main", "step"},
  {"line 10 main", "step"},
  {"call 1 gen", "next"},
  {"line 2 gen", "next"},
  {"line 3 gen", "until 4"},
  {"line 4 gen", "until 6"},
  {"line 6 gen", "next"},
  {"return 6 gen -> end", "next"},
  {"line 15 main", "quit"},
}
session {
  "return waits for the end of the coroutine", call = true, program = generator,
  {"line 9 main", "step"},
  {"line 10 main", "step"},
  {"call 1 gen", "return"},
  {"return 6 gen -> end", "step"},
  {"line 15 main", "quit"},
}
session {
  "next at the end of a coroutine stops in the resumer", call = true, program = generator,
  {"line 9 main", "break 6", "continue"},
  {"line 6 gen", "next"},
  {"return 6 gen -> end", "next"},
  {"line 15 main", "quit"},
}
session {
  "up crosses to the resumer", call = true, program = generator,
  {"line 9 main", "break 3", "continue"},
  {"line 3 gen", "up", "next"},
  {"line 11 main", "quit"},
}
session {
  "return of the resumer, given inside the coroutine", call = true, program = generator,
  {"line 9 main", "tbreak 3", "continue"},
  {"line 3 gen", "up", "return", cleared = {1}},
  {"return 16 main -> end", "quit"},
}
session {
  "a breakpoint in a coroutine that was made before", call = true,
  program = [[
local function body()
  while true do
    local x = 3
    coroutine.yield(x)
  end
end
local co = coroutine.create(body)
coroutine.resume(co)
local wrapped = coroutine.wrap(body)
wrapped()
return function()
  coroutine.resume(co)
  lno = 13
  wrapped()
  lno = 15
end
]],
  {"line 12 <function>", "break 3", "continue"},
  {"line 3 body", "stack <function>:12 body:3", "next"},
  {"line 4 body", "continue"},
  {"line 3 body", "stack <function>:14 body:3", "continue", hits = {[1] = 2}},
}

local wrapping = [[
local function gen()
  coroutine.yield(1)
  coroutine.yield(2)
end
local function main()
  local sum = 0
  for v in coroutine.wrap(gen) do
    sum = sum + v
  end
  return sum
end
return main
]]
session {
  "step through a generator that a for loop calls", call = true, program = wrapping, results = {3},
  {"line 6 main", "next"},
  {"line 7 main", "step"},
  {"call 1 gen", "step"},
  {"line 2 gen", "step"},
  {"line 8 main", "step"},
  {"line 7 main", "step"},
  {"line 3 gen", "step"},
  {"line 8 main", "step"},
  {"line 7 main", "step"},
  {"line 4 gen", "step"},
  {"return 4 gen ->", "step"},
  {"line 9 main", "step"},
  {"line 10 main", "continue"},
}
session {
  "next in a generator until its consumer goes on", call = true, program = wrapping,
  {"line 6 main", "next"},
  {"line 7 main", "step"},
  {"call 1 gen", "next"},
  {"line 2 gen", "next"},
  {"line 3 gen", "next"},
  {"line 4 gen", "next"},
  {"return 4 gen ->", "next"},
  {"line 9 main", "quit"},
}
session {
  "return in a generator inside another", call = true,
  program = [[
local function inner()
  coroutine.yield(1)
  return 0
end
local function outer()
  for v in coroutine.wrap(inner) do
    coroutine.yield(v)
    if v == 0 then break end
  end
  lno = 10
end
local function main()
  for v in coroutine.wrap(outer) do
    lno = v
  end
  lno = 16
end
return main
]],
  {"line 13 main", "break 2", "continue"},
  {"line 2 inner", "stack main:13 outer:6 inner:2", "return"},
  {"return 3 inner -> 0", "step"},
  {"line 7 outer", "return"},
  {"return 11 outer ->", "next"},
  {"line 15 main", "next"},
  {"line 16 main", "quit"},
}

-- ---- errors and ends

session {
  "an error that ends a coroutine: next stops with it, then in the resumer", call = true,
  program = [[
local function body()
  lno = 2
  error("dead", 0)
end
local function main()
  local co = coroutine.create(body)
  local ok, e = coroutine.resume(co)
  e = e .. "!"
  return e
end
return main
]], results = {"dead!"},
  {"line 6 main", "next"},
  {"line 7 main", "step"},
  {"call 1 body", "next"},
  {"line 2 body", "next"},
  {"line 3 body", "next"},
  {"handled 3 body: dead", "stack main:7 body:3", "next"},
  {"line 8 main", "continue"},
}
session {
  "an error that a wrap passes on is one event where it is raised", call = true,
  program = [[
local function body()
  lno = 2
  error("dead", 0)
end
local function main()
  local f = coroutine.wrap(body)
  local ok, e = pcall(f)
  return e
end
return main
]],
  {"line 6 main", "step"},
  {"line 7 main", "step"},
  {"call 1 body", "step"},
  {"line 2 body", "step"},
  {"line 3 body", "step"},
  {"handled 3 body: dead", "step"},
  {"line 8 main", "quit"},
}
session {
  "next in a coroutine that is abandoned: the resumer goes on to its end", call = true,
  program = [[
local function body()
  coroutine.yield(1)
  lno = 3
end
local function main()
  local f = coroutine.wrap(body)
  f()
  f = nil
  collectgarbage()
  lno = 10
end
return main
]],
  {"line 6 main", "next"},
  {"line 7 main", "step"},
  {"call 1 body", "next"},
  {"line 2 body", "next"},
}
session {
  "a coroutine that is closed: its closing methods can be stepped into", call = true,
  program = [[
local function close()
  lno = 2
end
local function body()
  local x <close> = setmetatable({}, {__close = close})
  coroutine.yield(1)
end
local function main()
  local co = coroutine.create(body)
  coroutine.resume(co)
  coroutine.close(co)
  lno = 12
end
return main
]],
  {"line 9 main", "next"},
  {"line 10 main", "next"},
  {"line 11 main", "step"},
  {"call 1 close", "step"},
  {"line 2 close", "return"},
  {"return 3 close ->", "next"},
  {"line 12 main", "quit"},
}
session {
  "a yield across pcall", call = true,
  program = [[
local function body()
  local ok, e = pcall(function()
    coroutine.yield(1)
    error("late", 0)
  end)
  return e
end
local function main()
  local f = coroutine.wrap(body)
  f()
  local e = f()
  return e
end
return main
]], results = {"late"},
  {"line 9 main", "next"},
  {"line 10 main", "step"},
  {"call 1 body", "next"},
  {"line 2 body", "next"},
  {"line 5 body", "next"},
  {"line 2 body", "next"},
  {"line 6 body", "next"},
  {"return 6 body -> late", "next"},
  {"line 12 main", "continue"},
}
session {
  "a thousand coroutines, each made and dropped, under next", call = true,
  program = [[
local function main()
  local sum = 0
  for i = 1, 1000 do
    sum = sum + coroutine.wrap(function(x) coroutine.yield(x) end)(i)
  end
  sum = sum + 0
  return sum
end
return main
]], results = {500500},
  {"line 2 main", "next"},
  {"line 3 main", "until 6"},
  {"line 6 main", "continue"},
}

-- ---- what is left behind

local bdb = require "xdb.bdb"
local t = require "tap"
local Keeps = bdb.Bdb:subclass()
local frames = {}
function Keeps:user_line(f) frames[#frames + 1] = f self:set_step() end
local weak = setmetatable({}, {__mode = "k"})
local keeps = Keeps()
keeps:runcall(function()
  local co = coroutine.create(function() local x = 1 coroutine.yield() return x end)
  weak[co] = true
  coroutine.resume(co)
end)
collectgarbage()
collectgarbage()
t.ok(next(weak) == nil, "a stop keeps no coroutine alive")
local gone = 0
for _, f in ipairs(frames) do
  if not f.alive and tostring(f) == "frame (gone)" and not pcall(function() return f.line end) then gone = gone + 1 end
end
t.same(gone, #frames, "and frames that were kept know that they are gone")
t.raises("the frame is gone", "a command for a frame that is gone is an error", function() keeps:set_next(frames[1]) end)

driver.done()
