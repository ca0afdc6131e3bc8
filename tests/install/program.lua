local function leaf(n)
    local twice = n * 2
    return twice
end

local function worker(a, ...)
    local sum = a + select("#", ...)
    coroutine.yield(sum)
    local value = leaf(sum)
    return value
end

local run = coroutine.wrap(worker)
run(3, "x", "y")
result = run()
