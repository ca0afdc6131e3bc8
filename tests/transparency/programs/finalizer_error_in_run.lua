warn("@on")
do local _ = setmetatable({}, { __gc = function() error("finalizer failed") end }) end
collectgarbage()
print("still here")
do local _ = setmetatable({}, { __gc = true }) end
collectgarbage()
