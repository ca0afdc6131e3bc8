-- The length of a list with holes. xlua -X dev holes.lua
local list = {}
list[1], list[2], list[4] = "a", "b", "d"
table.insert(list, "e")
print(#list > 0)
