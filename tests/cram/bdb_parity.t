Several debuggers in one state (BDB-007, 032, 033, 098; test_bdb load_bps_from_previous_Bdb_instance):

  $ printf 'local function f(x)\n    local a = x\n    local b = a\n    return b\nend\nf(1)\nf(2)\n' >code.lua
  $ cat >several.lua <<'END'
  > local bdb = require "xdb.bdb"
  > local Db = bdb.Bdb:subclass()
  > function Db:user_line(frame) print(self.name, frame.line) self:set_continue() end
  > function Db:do_clear(arg) self:clear_bpbynumber(arg) end
  > local function made(name) local d = Db() d.name = name return d end
  > local function lines(d)
  >   local text = {}
  >   for file, list in pairs(d:get_all_breaks()) do text[#text + 1] = table.concat(list, " ") end
  >   return d.name .. ": " .. table.concat(text, " ")
  > end
  > local one = made "one"
  > one:set_break("code.lua", 2)
  > local two = made "two"
  > print(lines(one)) print(lines(two))
  > two:set_break("code.lua", 3)
  > two:set_break("code.lua", 3, true)
  > print(lines(one)) print(lines(two))
  > local three = made "three"
  > print(lines(three))
  > one:clear_break("code.lua", 2)
  > print(lines(one)) print(lines(two)) print(lines(three)) print(lines(made "four"))
  > two:runcall(loadfile "code.lua")
  > print(lines(two))
  > two:clear_all_breaks()
  > local five = made "five"
  > print(lines(five))
  > five:set_break("code.lua", 4)
  > print(five:get_break("code.lua", 4), five:get_breaks("code.lua", 4)[1])
  > END
  $ lua5.4 several.lua
  one: 2
  two: 2
  one: 2
  two: 2 3
  three: 2 3
  one: 
  two: 2 3
  three: 2 3
  four: 3
  two\t5 (esc)
  two\t3 (esc)
  two\t3 (esc)
  two: 2 3
  five: 
  true\tbreakpoint 4 at $PWD/code.lua:4 (esc)
