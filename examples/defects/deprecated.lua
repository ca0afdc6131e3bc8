-- A library of one's own that warns. xlua -X dev deprecated.lua
local ok, devmode = pcall(require, "xdb.devmode")

local function old(x)
    if ok then
        devmode.warn("old() is deprecated: use new()")
    end
    return x
end

print(old(1))
print(math.log10 and math.log10(100) or 2.0)
