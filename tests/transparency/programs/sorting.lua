local t = {}
math.randomseed(7)
for i = 1, 200 do
    t[i] = math.random(1000)
end
table.sort(t)
print(table.concat(t, " "))
print(pcall(table.sort, { 3, 1, "x", 2 }))
print(pcall(table.sort, { 1, 2, 3, 4, 5, 6 }, function() return true end))
print(pcall(table.concat, { 1, {}, 3 }))
print(pcall(table.insert, { 1 }, 5, 1))
print(table.unpack(table.move({ 1, 2, 3 }, 1, 3, 2)))
print(table.pack(1, nil, 3).n, table.remove({}), #table.pack())
