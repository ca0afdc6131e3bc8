print(io.open("no such file"))
print(pcall(io.lines, "no such file"))
print(pcall(io.open, "x", "rz"))
local path = os.getenv("TMP") .. "/file"
local file = assert(io.open(path, "w"))
print(file:write("1\n2\nthree"):seek("set", 0), io.type(file))
print(file:close(), io.type(file), tostring(file))
print(pcall(file.write, file, "x"))
for line in io.lines(path, "L") do
    io.write("[", line, "]")
end
print(io.lines(path, "n")())
io.output(path)
io.write("to the default output")
io.close()
print(pcall(io.write, "x"))
io.output(io.stdout)
io.input(path)
print(io.read("a"))
for a, b in io.lines(path, 1, 2) do print(a, b) break end
-- Left open with unwritten text: closed when the state is.
leaked = io.open(path, "w")
leaked:write("flushed at exit")
