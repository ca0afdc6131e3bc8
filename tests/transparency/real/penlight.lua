-- A walk through penlight.
local pretty = require "pl.pretty"
local List = require "pl.List"
local OrderedMap = require "pl.OrderedMap"
local stringx = require "pl.stringx"
local tablex = require "pl.tablex"
local template = require "pl.template"
local data = require "pl.data"
local class = require "pl.class"
local lexer = require "pl.lexer"
local seq = require "pl.seq"
local sip = require "pl.sip"
local text = require "pl.text"
local xml = require "pl.xml"
local comprehension = require("pl.comprehension").new()

print(pretty.write({ 1, 2, { 3, "four" }, [10] = true }))
print(pretty.read("{ 1, 2, x = 3 }").x, pretty.read("{ os.exit() }"))
print(List { 3, 1, 2 }:sort():map("*", 2), List.range(1, 10):filter(function(x) return x % 3 == 0 end))
local map = OrderedMap()
map:set("z", 1):set("a", 2)
print(map)
print(stringx.title("hello world"), stringx.center("x", 9, "-"), List(stringx.split("a b c")))
print(tablex.deepcompare({ 1, { 2 } }, { 1, { 2 } }), table.concat(tablex.map("..", { "a", "b" }, "!"), " "))
print(template.substitute("# for i = 1, 3 do\n$(i) squared is $(i * i)\n# end\n", { _parent = _G }))
local rows = data.read(require("pl.stringio").open("name,age\nann,31\nbob,25\n"))
for age, name in rows:select("age,name sort by age") do print(age, name) end
local Animal = class()
function Animal:_init(name) self.name = name end
function Animal:__tostring() return self.name .. ": " .. self:sound() end
local Dog = class(Animal)
function Dog:sound() return "woof" end
print(Dog("rex"), Dog:class_of(Dog("x")), Animal:class_of(Dog("x")))
for kind, value in lexer.lua("local x = 'y' -- comment") do print(kind, value) end
print(seq.sum(seq.range(1, 100)), #seq.copy2(seq.zip({ 1, 2 }, { 3, 4 })))
local fields = {}
print(sip.match("$v{key} = $d{value}", "size = 42", fields), fields.key, fields.value)
print(text.wrap(("word "):rep(30), 40))
print(xml.parse("<a x='1'><b>text</b><c/></a>"))
print(table.concat(comprehension "x^2 for x=1,5" (), " "))
print(pcall(require("pl.utils").assert_arg, 1, "x", "number"))
require("pl.strict")
print(pcall(function() return never_declared end))
require("pl.utils").quit(3, "leaving with %s\n", "penlight")
