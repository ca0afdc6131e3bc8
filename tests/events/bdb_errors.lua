-- Errors as events, and where stepping goes on when one unwinds the frame it waits for (issue: "errors are events").
local driver = require "bdb_driver"
local session = driver.session

local caught = [[
local function bad()
  error("oops", 0)
end
local function try()
  bad()
  lno = 6
end
local function main()
  local ok, err = pcall(try)
  err = err .. "!"
  return ok, err
end
return main
]]
session {
  "a step meets the error where it is raised, then the handler", call = true, program = caught,
  {"line 9 main", "step"},
  {"call 4 try", "step"},
  {"line 5 try", "step"},
  {"call 1 bad", "step"},
  {"line 2 bad", "step"},
  {"handled 2 bad: oops", "stack main:9 try:5 bad:2", "step"},
  {"line 10 main", "continue"},
}
session {
  "next over a call that raises stops with the error, then at the handler", call = true, program = caught,
  {"line 9 main", "step"},
  {"call 4 try", "next"},
  {"line 5 try", "next"},
  {"handled 5 try: oops", "next"},
  {"line 10 main", "quit"},
}
session {
  "return from a frame that an error unwinds", call = true, program = caught,
  {"line 9 main", "step"},
  {"call 4 try", "next"},
  {"line 5 try", "return"},
  {"handled 5 try: oops", "next"},
  {"line 10 main", "quit"},
}
session {
  "until in a frame that an error unwinds", call = true, program = caught,
  {"line 9 main", "step"},
  {"call 4 try", "next"},
  {"line 5 try", "until 7"},
  {"handled 5 try: oops", "next"},
  {"line 10 main", "quit"},
}
session {
  "an error that is handled below the frame is no event of next", call = true, program = caught,
  {"line 9 main", "next"},
  {"line 10 main", "quit"},
}
session {
  "continue does not stop at errors", call = true, program = caught,
  {"line 9 main", "continue"},
}
session {
  "an error that the program does not handle leaves run", call = true, raises = "^oops$",
  program = [[
local function main()
  local t = {}
  error("oops", 0)
end
return main
]],
  {"line 2 main", "step"},
  {"line 3 main", "step"},
  {"handled 3 main: oops", "step"}, -- by the caller of run, which is a test
}
session {
  "errors of the virtual machine are met where they happen, with the locals", call = true,
  program = [[
local function index(t)
  return t.x.y
end
local function main()
  local ok = pcall(index, {})
  return ok
end
return main
]],
  {"line 5 main", "step"},
  {"call 1 index", "step"},
  {"line 2 index", "step"},
  {"handled 2 index: 2: attempt to index a nil value (field 'x')", "eval assert(type(t) == 'table')", "step"},
  {"line 6 main", "continue"},
}
session {
  "xpcall: the error is met before the program's own handler", call = true,
  program = [[
local function handler(e)
  return e .. "?"
end
local function bad()
  error("oops", 0)
end
local function main()
  local ok, err = xpcall(bad, handler)
  return err
end
return main
]], results = {"oops?"},
  {"line 8 main", "step"},
  {"call 4 bad", "step"},
  {"line 5 bad", "step"},
  {"handled 5 bad: oops", "step"},
  {"call 1 handler", "step"},
  {"line 2 handler", "return"},
  {"return 2 handler -> oops?", "step"},
  {"line 9 main", "continue"},
}
session {
  "an error passed on by error(e, 0) is another one where it is raised again", call = true,
  program = [[
local function bad()
  error("oops", 0)
end
local function again()
  local ok, e = pcall(bad)
  error(e, 0)
end
local function main()
  local ok, e = pcall(again)
  return e
end
return main
]], results = {"oops"},
  {"line 9 main", "step"},
  {"call 4 again", "next"},
  {"line 5 again", "next"},
  {"line 6 again", "next"},
  {"handled 6 again: oops", "next"},
  {"line 10 main", "continue"},
}
session {
  "an error value that is no text", call = true,
  program = [[
local function bad()
  error(nil)
end
local function main()
  local ok, e = pcall(bad)
  return ok
end
return main
]],
  {"line 5 main", "step"},
  {"call 1 bad", "next"},
  {"line 2 bad", "next"},
  {"handled 2 bad: nil", "next"},
  {"line 6 main", "continue"},
}
session {
  "errors unwind several frames at once", call = true,
  program = [[
local function deep(n)
  if n == 0 then error("bottom", 0) end
  deep(n - 1)
  return n
end
local function main()
  local ok = pcall(deep, 50)
  ok = not ok
  return ok
end
return main
]],
  {"line 7 main", "break 2 if n == 25", "continue"},
  {"line 2 deep", "next"},
  {"line 3 deep", "next"},
  {"handled 3 deep: bottom", "eval assert(n == 25)", "next"},
  {"line 8 main", "continue"},
}
-- Without the layout each step over a stack costs its depth: 200,000 levels are then too many for a test.
local deep = os.getenv("XDB_LAYOUT") == "off" and "n < 5000" or "true"
session {
  "stack overflow is an error like others", call = true,
  program = [[
local function over(n)
  return ]] .. deep .. [[ and 1 + over(n + 1) or error("deep")
end
local function main()
  local ok, e = pcall(over, 1)
  ok = not ok
  return ok
end
return main
]],
  {"line 5 main", "next"},
  {"line 6 main", "continue"},
}
session {
  "an error in a closing method on the way", call = true,
  program = [[
local function close()
  error("second", 0)
end
local function f()
  local x <close> = setmetatable({}, {__close = close})
  error("first", 0)
end
local function main()
  local ok, e = pcall(f)
  return e
end
return main
]], results = {"second"},
  {"line 9 main", "step"},
  {"call 4 f", "next"},
  {"line 5 f", "next"},
  {"line 6 f", "next"},
  {"handled 6 f: first", "next"},
  {"line 10 main", "continue"},
}
session {
  "quit passes every pcall", call = true,
  program = [[
turns = 0
local function main()
  for i = 1, 3 do
    pcall(function()
      turns = turns + 1
    end)
  end
end
return main
]],
  {"line 3 main", "break 5", "next"},
  {"line 4 main", "next"},
  {"line 6 main", "next"},
  {"line 4 main", "next"},
  {"line 5 <function>", "next"},
  {"line 6 <function>", "quit"},
}
require("tap").same(turns, 1, "the loop did not go on")

-- ---- errors of the debugger's own methods

local bdb = require "xdb.bdb"
local t = require "tap"
local Bad = bdb.Bdb:subclass()
function Bad:user_line() error({code = 7}) end
local ok, err = pcall(function() Bad():run("while true do pcall(error) end") end)
t.ok(not ok and err.code == 7, "an error in user_line abandons the program and leaves run as it is")

function Bad:user_line() error(bdb.BdbQuit) end
t.same(select("#", Bad():runcall(function() return 1 end)), 0, "raising BdbQuit is a quit")

local Base = bdb.Bdb:subclass()
function Base:user_line() self:set_continue() end
local f <close> = assert(io.open("temporary.lua", "w"))
f:write("x = 1\nx = 2\n")
f:close()
local base = Base()
base:set_break("temporary.lua", 2, true)
t.raises("subclass of bdb must implement do_clear%(%)", "do_clear of the base says so",
         function() base:run(loadfile("temporary.lua")) end)
t.raises("^[^\n]*syntax error near", "code that does not compile", function() base:run("a b") end)

driver.done()
