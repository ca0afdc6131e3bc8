local function f(n)
    if n == 0 then
        error("deep")
    end
    local x = f(n - 1)
    return x
end
function Global(n) f(n) end
local object = { method = function(self, n) Global(n) end }
object:method(tonumber((...)) or 40)
