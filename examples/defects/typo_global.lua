-- Names that were meant to be others. xlua -X dev typo_global.lua
count = 0

local function add(n)
    cuont = count + n -- makes a new global
    return count
end

for i = 1, 3 do
    add(i)
end
print(count, totl)
