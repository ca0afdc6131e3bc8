for i = 1, 5 do
    _G["kept" .. i] = setmetatable({}, { __gc = function()
        print("gc", i, collectgarbage("count") > 0)
        if i == 3 then
            late = setmetatable({}, { __gc = function() print("made while closing") end })
        end
    end })
end
print("end of script")
