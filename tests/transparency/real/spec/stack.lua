-- A small class to be tested.
local Stack = {}
Stack.__index = Stack

function Stack.new()
    return setmetatable({ n = 0 }, Stack)
end

function Stack:push(value)
    self.n = self.n + 1
    self[self.n] = value
    return self
end

function Stack:pop()
    if self.n == 0 then
        error("the stack is empty", 2)
    end
    local value = self[self.n]
    self[self.n] = nil
    self.n = self.n - 1
    return value
end

return Stack
