local names = {}
for i = 1, 201 do
    names[i] = "a" .. i
end
print(load("local " .. table.concat(names, ",")))
for i = 1, 256 do
    names[i] = "local a" .. i .. " = 1 "
end
print(load("return function() " .. table.concat(names, "", 1, 150) .. " return function() " ..
           table.concat(names, "", 151, 256) .. " end end") ~= nil)
print(load(("x = "):rep(1) .. ("1 + "):rep(100000) .. "1")~= nil)
print(load("return " .. ("a."):rep(10000) .. "b") ~= nil)
print(select("#", table.unpack({}, 1, 250000)))
print(select("#", string.byte(("x"):rep(10000), 1, -1)))
print(pcall(string.byte, ("x"):rep(2000000), 1, -1))
