local Stack = require("spec.stack")

describe("a stack", function()
    local stack
    before_each(function() stack = Stack.new() end)
    after_each(function() stack = nil end)

    it("gives back what was pushed last", function()
        stack:push(1):push(2)
        assert.are.equal(2, stack:pop())
        assert.are.equal(1, stack:pop())
    end)

    it("complains when it is empty", function()
        assert.has_error(function() stack:pop() end, "the stack is empty")
    end)

    it("calls through", function()
        local spied = spy.on(stack, "push")
        stack:push("x")
        assert.spy(spied).was.called(1)
        assert.spy(spied).was.called_with(match.is_table(), "x")
    end)

    it("fails, to show what a failure looks like", function()
        stack:push("one")
        assert.same("two", stack:pop())
    end)

    it("raises, to show what an error looks like", function()
        local nothing
        return nothing.field
    end)

    it("is pending", function() pending("for a reason") end)

    describe("nested", function()
        setup(function() _G.nested_setup = true end)
        teardown(function() _G.nested_setup = nil end)
        it("sees its setup #tagged", function() assert.is_true(_G.nested_setup) end)
        it("runs in a coroutine too", function()
            local resumed = coroutine.wrap(function() coroutine.yield(1) return 2 end)
            assert.are.equal(3, resumed() + resumed())
        end)
    end)
end)
