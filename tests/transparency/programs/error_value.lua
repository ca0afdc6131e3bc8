-- One way to end with an error each; the way is the first argument.
local ways = {
    none = function() error() end,
    ["nil"] = function() error(nil) end,
    ["false"] = function() error(false) end,
    number = function() error(42) end,
    float = function() error(1e15) end,
    table = function() error({}) end,
    tostring = function() error(setmetatable({}, { __tostring = function() return "my text" end })) end,
    tostring_number = function() error(setmetatable({}, { __tostring = function() return 7 end })) end,
    tostring_raises = function() error(setmetatable({}, { __tostring = function() error("no text") end })) end,
    tostring_table = function() error(setmetatable({}, { __tostring = {} })) end,
    name = function() error(setmetatable({}, { __name = "My type" })) end,
    name_number = function() error(setmetatable({}, { __name = 5 })) end,
    ["function"] = function() error(print) end,
    thread = function() error(coroutine.create(print)) end,
    userdata = function() local f = io.tmpfile() f:close() error(f) end,
    zero = function() error("before\0after") end,
    lines = function() error("one\ntwo\n") end,
    empty = function() error("", 0) end,
    level0 = function() error("no place", 0) end,
    level1 = function() error("here", 1) end,
    level2 = function() error("at the caller", 2) end,
    level9 = function() error("nowhere", 9) end,
    assert = function() assert(false) end,
    assert_text = function() assert(nil, "assertion's own text") end,
    assert_table = function() assert(nil, {}) end,
    long = function() error(("long "):rep(10000)) end,
    binary = function() error("\1\2\xff\xfe") end,
    runtime = function() local t = {} ; t.x.y = 1 end,
    concat = function() return {} .. "x" end,
    call = function() undefined_function() end,
    method = function() local t = {} ; t:nothing() end,
    compare = function() return {} < 1 end,
    arith = function() return "a" + 1 end,
    bits = function() return 1.5 | 1 end,
    c_function = function() string.rep() end,
    in_c = function() table.sort({ 3, 2, 1 }, function() error("in a comparison") end) end,
    tail = function() return (function() return error("after tail calls") end)() end,
    yield = function() coroutine.yield() end,
    memory = function() string.rep("x", 1 << 62) end,
}
local way = ...
if way then
    ways[way]()
    print("not reached")
else
    for _, name in ipairs { "number", "level0", "level1", "level2", "runtime", "concat", "call", "method", "compare",
                            "arith", "bits", "c_function", "in_c", "tail", "yield", "memory", "assert" } do
        print(name, pcall(ways[name]))
    end
end
