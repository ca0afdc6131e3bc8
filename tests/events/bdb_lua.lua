-- Stepping where Lua is not Python: tail calls, C functions that call back, metamethods, loops on one line, goto,
-- varargs, loaded chunks, recursion (issue "in Lua's terms"; BDB-045, 072..075, LUA-004, LUA-005).
local session = require("bdb_driver").session

-- ---- tail calls

local tail = [[
local function inner(n)
  n = n + 1
  return n
end
local function outer(n)
  n = n * 2
  return inner(n)
end
local function main()
  local x = outer(4)
  x = x + 1
  return x
end
return main
]]
session {
  "step goes into a tail call", call = true, program = tail, results = {10},
  {"line 10 main", "step"},
  {"call 5 outer", "step"},
  {"line 6 outer", "step"},
  {"line 7 outer", "step"},
  {"call 1 inner", "step"},
  {"line 2 inner", "step"},
  {"line 3 inner", "step"},
  {"return 3 inner -> 9", "step"},
  {"line 11 main", "continue"},
}
session {
  "next over a tail call stops in the caller", call = true, program = tail,
  {"line 10 main", "step"},
  {"call 5 outer", "next"},
  {"line 6 outer", "next"},
  {"line 7 outer", "next"},
  {"line 11 main", "quit"},
}
session {
  "return from a function that tail-calls stops at the return of what it calls", call = true, program = tail,
  {"line 10 main", "step"},
  {"call 5 outer", "next"},
  {"line 6 outer", "return"},
  {"return 3 inner -> 9", "next"},
  {"line 11 main", "quit"},
}
session {
  "the same with a breakpoint elsewhere", call = true, program = tail,
  {"line 10 main", "break 12", "step"},
  {"call 5 outer", "next"},
  {"line 6 outer", "return"},
  {"return 3 inner -> 9", "next"},
  {"line 11 main", "quit"},
}
session {
  "until past a tail call stops in the caller", call = true, program = tail,
  {"line 10 main", "step"},
  {"call 5 outer", "next"},
  {"line 6 outer", "until 999"},
  {"line 11 main", "quit"},
}
session {
  "next over a call that ends in a tail call", call = true, program = tail,
  {"line 10 main", "next"},
  {"line 11 main", "quit"},
}
session {
  "a breakpoint in a function that is tail-called", call = true, program = tail,
  {"line 10 main", "break 3", "continue"},
  {"line 3 inner", "stack main:10 inner:3", "next"},
  {"return 3 inner -> 9", "next"},
  {"line 11 main", "quit"},
}
session {
  "a loop of tail calls is passed by one next", call = true, results = {0},
  program = [[
local function count(n)
  if n == 0 then return 0 end
  return count(n - 1)
end
local function main()
  local r = count(10000)
  return r
end
return main
]],
  {"line 6 main", "next"},
  {"line 7 main", "continue"},
}

-- ---- C functions that call back

local sorting = [[
local function less(a, b)
  return a < b
end
local function main()
  local t = {2, 1}
  table.sort(t, less)
  t = table.concat(t, ",")
  return t
end
return main
]]
session {
  "step goes into a comparison that table.sort calls, and out again", call = true, program = sorting,
  results = {"1,2"},
  {"line 5 main", "next"},
  {"line 6 main", "step"},
  {"call 1 less", "step"},
  {"line 2 less", "return"},
  {"return 2 less -> true", "step"},
  {"line 7 main", "continue"},
}
session {
  "next passes over what table.sort calls", call = true, program = sorting,
  {"line 5 main", "next"},
  {"line 6 main", "next"},
  {"line 7 main", "quit"},
}
session {
  "next at the end of a callback stops in the next callback's caller", call = true,
  program = [[
local function each(x)
  return x .. "!"
end
local function main()
  local s = string.gsub("ab", ".", each)
  return s
end
return main
]], results = {"a!b!"},
  {"line 5 main", "step"},
  {"call 1 each", "next"},
  {"line 2 each", "next"},
  {"return 2 each -> a!", "next"},
  {"line 6 main", "continue"},
}

-- ---- metamethods, iterators, closing

session {
  "step goes into a metamethod", call = true,
  program = [[
local V = {}
V.__add = function(a, b)
  return a.x + b
end
local v = setmetatable({x = 1}, V)
local function main()
  local s = v + 2
  return s
end
return main
]], results = {3},
  {"line 7 main", "step"},
  {"call 2 V.__add", "step"},
  {"line 3 V.__add", "step"},
  {"return 3 V.__add -> 3", "step"},
  {"line 8 main", "continue"},
}
session {
  "step goes into an iterator; next passes over it", call = true,
  program = [[
local function iter(n, i)
  if i < n then return i + 1 end
end
local function main()
  local s = 0
  for i in iter, 2, 0 do
    s = s + i
  end
  return s
end
return main
]], results = {3},
  {"line 5 main", "next"},
  {"line 6 main", "step"},
  {"call 1 iter", "step"},
  {"line 2 iter", "return"},
  {"return 2 iter -> 1", "step"},
  {"line 7 main", "next"},
  {"line 6 main", "next"},
  {"line 7 main", "next"},
  {"line 6 main", "next"},
  {"line 8 main", "next"}, -- the end of the loop closes the iterator
  {"line 9 main", "continue"},
}
session {
  "step goes into a closing method; next passes over it", call = true,
  program = [[
local function close(self)
  lno = 2
end
local function main()
  do
    local x <close> = setmetatable({}, {__close = close})
    lno = 7
  end
  do
    local y <close> = setmetatable({}, {__close = close})
    lno = 11
  end
  lno = 13
end
return main
]],
  {"line 6 main", "next"},
  {"line 7 main", "step"},
  {"call 1 close", "return"},
  {"return 3 close ->", "next"},
  {"line 10 main", "next"},
  {"line 11 main", "next"},
  {"line 13 main", "quit"},
}
session {
  "return stops at the return although a closing method runs then", call = true,
  program = [[
local function close(self)
  lno = 2
end
local function f()
  local x <close> = setmetatable({}, {__close = close})
  return 6
end
local function main()
  local r = f()
  r = r + 1
end
return main
]],
  {"line 9 main", "step"},
  {"call 4 f", "next"},
  {"line 5 f", "return"},
  {"return 6 f -> 6", "step"},
  {"line 10 main", "quit"},
}

-- ---- loops

session {
  "a loop on one line is crossed by one next", call = true,
  program = [[
local function main()
  local s = 0
  for i = 1, 100 do s = s + i end
  while s > 0 do s = s - 1 end
  repeat s = s + 1 until s > 50
  for _, x in ipairs {1, 2, 3} do s = s + x end
  return s
end
return main
]], results = {57},
  {"line 2 main", "next"},
  {"line 3 main", "next"},
  {"line 4 main", "next"},
  {"line 5 main", "step"},
  {"line 6 main", "next"},
  {"line 7 main", "continue"},
}
session {
  "a breakpoint on a loop of one line stops in each turn", call = true,
  program = [[
local function main()
  local s = 0
  for i = 1, 3 do s = s + i end
  return s
end
return main
]],
  {"line 2 main", "break 3", "continue"},
  {"line 3 main", "continue", hits = {[1] = 1}},
  {"line 3 main", "continue", hits = {[1] = 2}},
  {"line 3 main", "continue", hits = {[1] = 3}},
}
session {
  "until leaves a loop made with goto", call = true,
  program = [[
local function main()
  local n = 0
  ::again::
  n = n + 1
  if n < 5 then
    goto again
  end
  return n
end
return main
]], results = {5},
  {"line 2 main", "next"},
  {"line 4 main", "next"},
  {"line 5 main", "next"},
  {"line 6 main", "until"},
  {"line 8 main", "continue"},
}

-- ---- recursion

local recursion = [[
local function fac(n)
  if n <= 1 then
    return 1
  end
  local below = fac(n - 1)
  return n * below
end
local function main()
  local x = fac(3)
  return x
end
return main
]]
session {
  "next stays in its own call of a recursive function", call = true, program = recursion, results = {6},
  {"line 9 main", "step"},
  {"call 1 fac", "next"},
  {"line 2 fac", "next"},
  {"line 5 fac", "next"},
  {"line 6 fac", "eval assert(n == 3 and below == 2)", "next"},
  {"return 6 fac -> 6", "next"},
  {"line 10 main", "continue"},
}
session {
  "return leaves its own call of a recursive function", call = true, program = recursion,
  {"line 9 main", "step"},
  {"call 1 fac", "next"},
  {"line 2 fac", "step"},
  {"line 5 fac", "step"},
  {"call 1 fac", "next"},
  {"line 2 fac", "return"},
  {"return 6 fac -> 2", "step"},
  {"line 6 fac", "eval assert(n == 3)", "quit"},
}
session {
  "a breakpoint in an inner call, then next in it", call = true, program = recursion,
  {"line 9 main", "break 3", "continue"},
  {"line 3 fac", "stack main:9 fac:5 fac:5 fac:3", "next"},
  {"return 3 fac -> 1", "next"},
  {"line 6 fac", "eval assert(n == 2)", "next"},
  {"return 6 fac -> 2", "next"},
  {"line 6 fac", "eval assert(n == 3)", "quit"},
}

-- ---- varargs, loaded chunks, values

session {
  "functions with varargs: the call shows the header, the return its values", call = true,
  program = [[
local function pass(...)
  local n <const> = select("#", ...)
  return ...
end
local function main(...)
  local a, b = pass(...)
  return a, b
end
return main
]], args = {1, 2}, results = {1, 2},
  {"line 6 main", "step"},
  {"call 1 pass", "eval assert(select('#', ...) == 2)", "next"},
  {"line 2 pass", "next"},
  {"line 3 pass", "next"},
  {"return 3 pass -> 1, 2", "step"},
  {"line 7 main", "next"},
  {"return 7 main -> 1, 2", "continue"},
}
session {
  "step goes into a loaded chunk", call = true,
  program = [[
local function main()
  local f = load("local a = 1\nreturn a", "=made")
  local r = f()
  return r
end
return main
]], results = {1},
  {"line 2 main", "next"},
  {"line 3 main", "step"},
  {"call made:1 <main>", "step"},
  {"line made:1 <main>", "step"},
  {"line made:2 <main>", "step"},
  {"return made:2 <main> -> 1", "step"},
  {"line 4 main", "continue"},
}
session {
  "locals are assigned at a stop", call = true, program = recursion, results = {6},
  {"line 9 main", "break 6 if n == 2", "continue"},
  {"line 6 fac", "eval below = 1", "continue"},
}
session {
  "no values are shown as none", call = true,
  program = [[
local function f() end
local function g() return nil end
local function main()
  f()
  g()
end
return main
]],
  {"line 4 main", "step"},
  {"call 1 f", "return"},
  {"return 1 f ->", "step"},
  {"line 5 main", "step"},
  {"call 2 g", "return"},
  {"return 2 g -> nil", "quit"},
}
session {
  "the caller of run is never stopped in", call = true,
  program = "local function main()\n  lno = 2\nend\nreturn main\n",
  {"line 2 main", "next"},
  {"line 3 main", "next"},
  {"return 3 main ->", "step"},
}

require("bdb_driver").done()
