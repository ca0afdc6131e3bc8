-- Every way in which Lua allocates. Behind each line stands what is left of what it allocated when all is done.
local keep = {}  --> 1 table
local n = 0
local function held(...)
  n = n + 1
  keep[n] = ...
  return ...
end  --> 3 function
-- tables
local empty = {}  --> 1 table
local array = {1, 2, 3, 4}  --> 2 table
local record = {x = 1, y = 2}  --> 2 table
local both = {1, 2; x = 3}  --> 3 table
local nested = {  --> 4 table
  {},  --> 2 table
  {  --> 2 table
    {1}
  },
  name = {},  --> 1 table
}
local wide = {  --> 2 table
  a = 1,
  b = 2,
  c = 3,
  d = 4,
}
local pair, of = {}, {}  --> 2 table
local from_call = {math.max(1, 2)}  --> 1 coroutine, 2 table
local conditional = n == 0
  and {}  --> 1 table
  or {}
local other = n ~= 0
  and {}
  or {1}  --> 2 table
if n == 0 then
  empty.inner = {}  --> 2 table
else
  empty.inner = {1, 2, 3}
end
-- a constructor after code that saves nothing
local a, b, c = 1, 2, 3
c = a + b
a = c - b
local after_sums = {}  --> 1 table
b = a
local after_moves = {}  --> 1 table
c = b * 2
local list = {  --> 2 table
  a,
  b,
  c,
}
for i = 1, 3 do
  local unused = i
  keep[-i] = {i}  --> 6 table
end
for i = 1, 4 do
  if i % 2 == 0 then
    keep[-10 - i] = {}  --> 2 table
  else
    keep[-10 - i] = {i}  --> 4 table
  end
end
local w = 0
while w < 3 do
  w = w + 1
  keep["w" .. w] =  --> 3 table, 6 string
    {}
end
repeat
  local r = {}  --> 1 table
  keep[r] = true
until true
-- growth
local grown = {}  --> 1 table
for i = 1, 16 do
  grown[i] = i  --> 1 table
end
local hashed = {}  --> 1 table
hashed.one = 1
hashed.two = 2
hashed.three = 3  --> 1 table
local function insert(t, v)
  table.insert(t, v)  --> 1 coroutine, 1 table
end  --> 1 function
local callee = {}  --> 1 table
insert(callee, 1)
for i = 2, 5 do insert(callee, i) end
-- strings
local long = ("long"):rep(30)  --> 1 string
local rope = long .. long  --> 1 string
local chained = long
  .. "and"
  .. long  --> 1 string
local number = 100000000001 .. ""  --> 1 string
local formatted = string.format("%s and %s", long, rope)  --> 1 string
local part = long:sub(1, 60)  --> 1 string
local upper = long:upper()  --> 1 string
local replaced = long:gsub("l", "k")  --> 1 string
local joined = table.concat({long, rope}, ", ")  --> 1 string, 2 table
local converted = tostring(1234567890123)  --> 1 string
local quoted = ("%q"):format(long)  --> 1 string
local packed = string.pack("s4", long)  --> 1 string
-- functions
local function plain() end  --> 1 function
local function counter()
  local count = 0
  return function()
    count = count + 1
    return count
  end  --> 4 function
end  --> 1 function
local count = counter()
local again = counter()
local closures = {}  --> 1 table
for i = 1, 4 do
  closures[i] = function() return i end  --> 1 table, 8 function
end
function keep.named() return a end  --> 2 function
local object = {  --> 2 table
  method = function(self) return self, b end,  --> 2 function
}
-- varargs
local function pack(...)
  return {...}  --> 3 table
end  --> 1 function
local three = pack(1, 2, 3)
local none = pack()
local function select_tail(...)
  local first, rest = ..., {select(2, ...)}  --> 2 table
  return first, rest
end  --> 1 function
local _, tail = select_tail(1, 2, 3)
local tpacked = table.pack(1, 2)  --> 3 table
local unpacked = {table.unpack(three)}  --> 2 table
-- metatables
local meta = {__index = function(t, k)  --> 2 table
  local made = {k}  --> 2 table
  return made
end}  --> 1 function
local proxy = setmetatable({}, meta)  --> 1 table
local got = proxy.missing
local lazy = setmetatable({}, {__newindex = function(t, k, v)  --> 3 table
  rawset(t, k, {v})  --> 3 table
end})  --> 1 function
lazy.slot = 1
local sum = setmetatable({}, {__add = function() return {} end, __concat = function() return {1} end})  --> 2 function, 6 table
local added = sum + sum
local catted = sum .. "x"
local called = setmetatable({}, {__call = function(self) return {} end})()  --> 1 function, 4 table
-- C functions that call back
local sorted = {3, 1, 2}  --> 2 table
table.sort(sorted, function(x, y)
  keep[#keep + 1] = {x, y}  --> 4 table
  return x < y
end)  --> 1 function
local subbed = ("abc"):gsub(".", function(ch)
  keep[ch] = {}  --> 4 table
  return ch
end)  --> 1 function
local ok, value = pcall(function()
  return {}  --> 1 table
end)  --> 1 function
local bad, why = pcall(function()
  error({  --> 2 table
    code = 1
  })
end)  --> 1 function
local xok, xvalue = xpcall(function() return {} end, print)  --> 1 function, 1 table
-- coroutines
local co = coroutine.create(function(first)  --> 2 coroutine
  local t = {first}  --> 2 table
  local second = coroutine.yield(t)  --> 1 coroutine
  local u = {second}  --> 2 table
  return u
end)  --> 1 function
local _, t1 = coroutine.resume(co, 1)  --> 1 coroutine
local _, t2 = coroutine.resume(co, 2)
local gen = coroutine.wrap(function()  --> 1 function, 2 coroutine
  for i = 1, 3 do
    coroutine.yield({i})  --> 1 coroutine, 4 table
  end
end)  --> 1 function
local g1 = gen()  --> 1 coroutine
local g2 = gen()
local inner = coroutine.wrap(function()  --> 1 function, 2 coroutine
  local deeper = coroutine.wrap(function()  --> 1 function, 3 coroutine
    return {}  --> 1 table
  end)  --> 1 function
  return deeper(), {1}  --> 1 coroutine, 2 table
end)  --> 1 function
local d1, d2 = inner()  --> 1 coroutine
local wrapped_error = select(2, pcall(coroutine.wrap(function()  --> 1 function, 3 coroutine
  error({})  --> 1 coroutine, 1 table
end)))  --> 1 function
-- load
local chunk = load("return {}, function() end")  --> 1 table, 11 function
local l1, l2 = chunk()
local named = load([[  --> 1 table, 8 function
local x = {}
return x
]], "=named")
local l3 = named()
-- goto
local tries = 0
::again::
tries = tries + 1
keep["g" .. tries] = {}  --> 3 table
if tries < 2 then goto again end
-- tail calls
local function last(n) return {n} end  --> 1 function, 2 table
local function through(n) return last(n) end  --> 2 function
local tailed = through(1)
-- to-be-closed
do
  local closing <close> = setmetatable({}, {__close = function()  --> 3 table
    keep.closed = {}  --> 1 table
  end})  --> 1 function
end
-- integer and float loops
for x = 0.5, 2.5 do
  keep[x] = {}  --> 3 table
end
for k, v in pairs({p = 1}) do  --> 2 table
  keep[k .. "!"] = {v}  --> 1 string, 2 table
end
for word in ("one two"):gmatch("%a+") do  --> 1 function, 1 userdata
  keep[word .. "?"] = {}  --> 2 string, 2 table
end
-- deep recursion grows the stack
local function deep(m)
  if m == 0 then return {} end  --> 1 table
  local r = deep(m - 1)  --> 150 coroutine
  return r
end  --> 2 function
local bottom = deep(150)
-- library functions that allocate
local moved = table.move({1, 2, 3}, 1, 3, 1, {})  --> 4 table
local chars = utf8.char(228, 246, 252):rep(20)  --> 5 string
local reversed = chars:reverse()  --> 1 string
local dumped = string.dump(plain)  --> 1 string
local words = {}  --> 1 table
for word in ("a bb ccc"):gmatch("%a+") do  --> 1 function, 1 userdata, 2 string
  words[#words + 1] = {word}  --> 7 table
end
local line = tostring({}):gsub("0x%x+", "?")  --> 1 table, 2 string
local opened = io.tmpfile()  --> 1 userdata
opened:write("one\ntwo\n")
opened:seek("set")
local read = {  --> 1 table
  opened:read("l", "l"),
}  --> 1 table
opened:close()
local meta_of_string = getmetatable("").__index  --> 1 string
local keys = {  --> 1 table
  next(meta_of_string),
}  --> 1 table
local arguments = (function(...)
  return select("#", ...), {...}  --> 2 table
end)(1, nil, 3)  --> 1 function
-- upvalues that outlive their block
local getters = {}  --> 1 table
do
  local secret = {}  --> 1 table
  getters[1] = function() return secret end  --> 2 function
  getters[2] = function(v)
    secret = v
  end  --> 1 function
end
for i = 1, 2 do
  local box = {i}  --> 4 table
  getters[#getters + 1] = function()
    return box
  end  --> 1 table, 4 function
end
-- methods and fields
local class = {}  --> 1 table
class.__index = class
function class.new(name)
  local self = setmetatable({}, class)  --> 1 table
  self.name = name
  return self
end  --> 2 function
function class:rename(name)  --> 1 table
  self.name = name
  self.history = self.history or {}  --> 2 table
  self.history[#self.history + 1] = name  --> 1 table
end  --> 1 function
local instance = class.new("a")
instance:rename("b")
instance:rename("c")
-- numbers and booleans allocate nothing
local x, y = 1, 2.5
x = x * y // 1
local z = x == y
local text = z and "yes" or "no"
local length = #long + #array
-- the end
return keep
