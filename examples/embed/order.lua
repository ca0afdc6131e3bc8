-- What a user of the host in break_on_error.c might write.
local basket = {apples = 3, pears = 2, plums = -1}

local function cost(name, pieces)
    local each = price(pieces)
    return ("%-8s %6.2f"):format(name, each / 100)
end

for _, name in ipairs {"apples", "pears", "plums"} do
    print(cost(name, basket[name]))
end
