local function closing(name, fail)
    return setmetatable({}, { __close = function(_, e)
        print("closing", name, e)
        if fail then
            error(fail, 0)
        end
    end })
end
do
    local a <close> = closing("a")
    local b <close> = nil
    local c <close> = false
    print("block")
end
local function f()
    local x <close> = closing("x")
    local y <close> = closing("y")
    return "returned"
end
print(f())
for i in (function(_, i) i = (i or 0) + 1 return i < 3 and i or nil end), nil, nil, closing("for") do
    print(i)
end
print(pcall(function()
    local x <close> = closing("outer", "outer failed")
    local y <close> = closing("inner", "inner failed")
    error("body failed", 0)
end))
print(pcall(function() local z <close> = 42 end))
goto done
do local never <close> = closing("never") end
::done::
local last <close> = closing("last at the end of the main chunk")
