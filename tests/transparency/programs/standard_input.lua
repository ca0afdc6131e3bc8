print(io.read("n", "n", "l"))
print(io.read())
print(io.read("L"))
print(io.read(3))
for line in io.lines() do
    print("line", line)
end
print(io.read(), io.read("a"), io.read(0))
print(io.stdin:seek("cur") ~= nil or "no seek")
