-- Stepping through plain calls: what CPython's test_bdb asserts, in Lua (BDB-070..074, 082, 111, 112).
local session = require("bdb_driver").session

local calls = [[
local function first()
  lno = 2
  lno = 3
  lno = 4
end
local function second()
  lno = 7
end
local function main()
  lno = 10
  first()
  second()
  lno = 13
  lno = 14
  lno = 15
end
return main
]]

session {
  "step goes into a function", call = true, program = calls,
  {"line 10 main", "step"},
  {"line 11 main", "step"},
  {"call 1 first", "step"},
  {"line 2 first", "quit"},
}
session {
  "next goes over a function", call = true, program = calls,
  {"line 10 main", "step"},
  {"line 11 main", "next"},
  {"line 12 main", "step"},
  {"call 6 second", "step"},
  {"line 7 second", "quit"},
}
for _, command in ipairs {"step", "next"} do
  session {
    command .. " on a plain statement goes to the next line", call = true, program = calls,
    {"line 10 main", "step"},
    {"line 11 main", "step"},
    {"call 1 first", "break 3", "continue"},
    {"line 3 first", command, hits = {[1] = 1}},
    {"line 4 first", "quit"},
  }
  session {
    command .. " at a call event goes to the first line", call = true, program = calls,
    {"line 10 main", "step"},
    {"line 11 main", "step"},
    {"call 1 first", command},
    {"line 2 first", "quit"},
  }
  session {
    command .. " on the last statement meets the return, then the caller", call = true, program = calls,
    {"line 10 main", "break 4", "continue"},
    {"line 4 first", command, hits = {[1] = 1}},
    {"line 5 first", command},
    {"return 5 first", command},
    {"line 12 main", "quit"},
  }
end
session {
  "next in the caller's frame stops there", call = true, program = calls,
  {"line 10 main", "step"},
  {"line 11 main", "step"},
  {"call 1 first", "up", "next"},
  {"line 12 main", "quit"},
}
session {
  "return runs to the function's return, with its values", call = true,
  program = [[
local function f(...)
  local n = select("#", ...)
  return n, nil, "x"
end
local function main()
  local a = f(1, 2)
  a = a + 1
end
return main
]],
  {"line 6 main", "step"},
  {"call 1 f", "step"},
  {"line 2 f", "return"},
  {"return 3 f -> 2, nil, x", "step"},
  {"line 7 main", "quit"},
}
session {
  "return in the caller's frame runs to the caller's return", call = true, program = calls,
  {"line 10 main", "next"},
  {"line 11 main", "step"},
  {"call 1 first", "up", "return"},
  {"return 16 main ->", "quit"},
}
session {
  "a stepping command at a return stops in the caller", call = true, program = calls,
  {"line 10 main", "break 4", "continue"},
  {"line 4 first", "return"},
  {"return 5 first", "next"},
  {"line 12 main", "quit"},
}
for _, command in ipairs {"until", "return"} do
  session {
    command .. " at a return stops in the caller", call = true, program = calls,
    {"line 10 main", "break 4", "continue"},
    {"line 4 first", "return"},
    {"return 5 first", command},
    {"line 12 main", "quit"},
  }
end

local loop = [[
local function f()
  local x = 2
  for i = 1, 3 do
    x = x + 1
  end
  x = 6
  return x
end
local function main()
  f()
  local y = 11
end
return main
]]

session {
  "until leaves a loop", call = true, program = loop,
  {"line 10 main", "step"},
  {"call 1 f", "next"},
  {"line 2 f", "next"},
  {"line 3 f", "next"},
  {"line 4 f", "until"},
  {"line 6 f", "quit"},
}
session {
  "until a line runs to it", call = true, program = loop,
  {"line 10 main", "step"},
  {"call 1 f", "until 6"},
  {"line 6 f", "until 7"},
  {"line 7 f", "quit"},
}
session {
  "until a line that is not reached stops at the return", call = true, program = loop,
  {"line 10 main", "step"},
  {"call 1 f", "until 9999"},
  {"return 7 f -> 6", "step"},
  {"line 11 main", "quit"},
}
session {
  "until in the caller's frame", call = true, program = loop,
  {"line 10 main", "step"},
  {"call 1 f", "up", "until 11"},
  {"line 11 main", "quit"},
}
session {
  "up and down", call = true, program = calls,
  {"line 10 main", "step"},
  {"line 11 main", "step"},
  {"call 1 first", "step"},
  {"line 2 first", "stack main:11 first:2", "up", "down", "next"},
  {"line 3 first", "quit"},
}

require("tap").raises("Oldest frame", "up in the oldest frame is an error", function()
  local bdb = require "xdb.bdb"
  local Up = bdb.Bdb:subclass()
  function Up:user_line(f)
    local stack, index = self:get_stack(f)
    if index == 1 then error("Oldest frame") end
    self:set_quit()
  end
  Up():run("local a = 1")
end)

require("bdb_driver").done()
