-- A file is opened in a function and never closed. xlua -X dev unclosed_file.lua
local function count_lines(name)
    local file = assert(io.open(name))
    local n = 0
    for _ in file:lines() do
        n = n + 1
    end
    return n
end

print(count_lines(arg[0]) > 5)
