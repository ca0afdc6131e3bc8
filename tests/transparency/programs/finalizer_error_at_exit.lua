if (...) == "on" then
    warn("@on")
end
kept = setmetatable({}, { __gc = function() error("finalizer failed") end, __name = "kept" })
also = setmetatable({}, { __gc = function() error({}) end })
third = setmetatable({}, { __gc = function() print("the third runs all the same") end })
print("end of script")
