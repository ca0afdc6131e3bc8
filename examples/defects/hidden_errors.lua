-- Errors that nobody hears of. xlua -X dev hidden_errors.lua
local Account = {}
Account.__index = Account
function Account.__gc(self)
    self.log:write("closed\n") -- there is no log
end

setmetatable({}, Account)
collectgarbage()

pcall(function()
    local lock <close> = setmetatable({}, {__close = function() error("cannot unlock") end})
    error("the real reason") -- hidden by the one above
end)
