local how, close = ...
io.write("buffered text without a newline")
kept = setmetatable({}, { __gc = function() print(" finalized") end })
local closed <close> = setmetatable({}, { __close = function() print(" closed") end })
local values = { ["true"] = true, ["false"] = false, float = 3.0 }
local value = values[how]
if value == nil then
    value = tonumber(how)
end
if how == "in_coroutine" then
    coroutine.wrap(function()
        local inner <close> = setmetatable({}, { __close = function() print(" inner closed") end })
        os.exit(5, true)
    end)()
elseif how == "in_pcall" then
    pcall(os.exit, 6, close)
elseif how == "error" then
    error("instead")
elseif how == "bad" then
    os.exit("word")
end
os.exit(value, close)
