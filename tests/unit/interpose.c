/*
** core/interpose: a program cannot tell that the library functions were replaced, and errors are told
** once, with the raising stack intact and with who will receive them.
*/
#include "tests/unit/watch.h"

/* ---- nothing can be told ---------------------------------------------------------------------- */

static const char *const error_chunks[] = {
    /* values and messages */
    "print(pcall(error, 'boom')) print(pcall(error, 'boom', 0)) print(pcall(error, nil))\n"
    "print(pcall(error)) print(pcall(error, {} and 42)) print(select('#', pcall(error, false)))",
    "print(pcall(function() error('one', 2) end))\n"
    "print(pcall(function() local t; t.x = 1 end)) print(pcall(function() return 1 + {} end))\n"
    "print(pcall(function() return #5 end)) print(pcall(function() return {} .. 'x' end))\n"
    "print(pcall(function() return 1 // 0 end)) print(pcall(function() return {} < {} end))\n"
    "print(pcall(function() for i = 'a', 2 do end end)) print(pcall(function() undefined() end))",
    "print(pcall(assert, false)) print(pcall(assert, nil, 'said')) print(pcall(assert))\n"
    "print(pcall(fails, 'x')) print(pcall(string.rep)) print(pcall(setmetatable, 1))\n"
    "print(pcall(function() fails(true) end))",
    "print(pcall()) ",
    "print(pcall(pcall)) print(pcall(xpcall)) print(pcall(xpcall, print)) print(xpcall(nil, "
    "print))\n"
    "print(pcall(nil)) print(pcall({})) print(pcall(xpcall, print, 1))",
    "print(pcall(coroutine.resume, 1)) print(pcall(coroutine.wrap, 1)) "
    "print(pcall(coroutine.close))\n"
    "print(pcall(coroutine.close, coroutine.running())) print(pcall(debug.sethook, 1, 2, 3))\n"
    "print(pcall(debug.gethook, 1)) print(pcall(coroutine.resume, coroutine.running()))",
    "print(pcall(function(...) return ... end, 1, nil, 3, nil))\n"
    "print(select('#', pcall(function() end)), (pcall(table.unpack, {}, 1, 200)))",
    "print(select('#', pcall(table.unpack, {}, 1, 900000)))",
    /* handlers */
    "print(xpcall(function() error('e') end, function(m) return 'handled ' .. m end))\n"
    "print(xpcall(function() error('e') end, debug.traceback))\n"
    "print(xpcall(function() local x = nil + 1 end, debug.traceback))\n"
    "print(xpcall(function() error({}) end, function(m) return type(m) end))\n"
    "print(xpcall(function(...) return ... end, print, 1, 2, nil))",
    "local function f(n) if n == 0 then error('deep') end f(n - 1) return 1 end\n"
    "print(xpcall(f, debug.traceback, 5)) print(xpcall(f, debug.traceback, 100))\n"
    "print(pcall(xpcall, f, function(m) error(m, 0) end, 3))",
    "print(xpcall(error, function(m) return m .. m end, 'x'))\n"
    "print(xpcall(function() return pcall(error, 'in') end, function() return 'never' end))\n"
    "print(pcall(function() print(xpcall(error, function(m) return m end, 'y')) error('out', 0) "
    "end))",
    "print(xpcall(error, function(m) error(m .. '!') end, 'x'))", /* error in error handling */
    "print(xpcall(error, function(m) local x = nil .. m end, 'x'))",
    "print(xpcall(error, error, 'x')) print(xpcall(error, function(...) print(...) end))",
    "error('uncaught')",
    "error({code = 2})",
    "local t = setmetatable({}, {__index = function(t, k) error('no ' .. k) end}) local x = "
    "t.field",
    /* a pcall in a traceback */
    "print(pcall(function() print(debug.traceback('here')) end))\n"
    "print(xpcall(function() print(debug.traceback('here', 1)) end, print))\n"
    "local co = coroutine.wrap(function() print(debug.traceback('in')) end) co()",
    "for level = 1, 3 do local ok, i = pcall(debug.getinfo, level, 'n')\n"
    "print(i and i.name, i and i.namewhat) end\n"
    "pcall(function() local i = debug.getinfo(2, 'Snlt') print(i.name, i.what, i.namewhat,\n"
    "i.currentline, i.short_src, debug.getinfo(2, 'f').func == pcall) end)",
    /* closing */
    "local function closer(name, raise) return setmetatable({}, {__close = function(_, e)\n"
    " print(name, e) if raise then error(raise, 0) end end}) end\n"
    "print(pcall(function() local a <close> = closer('a') error('x') end))\n"
    "print(pcall(function() local a <close> = closer('a', 'y') error('x') end))\n"
    "print(pcall(function() local a <close> = closer('a', 'y') local b <close> = closer('b', 'z') "
    "end))\n"
    "print(xpcall(function() local a <close> = closer('a', 'y') error('x') end, debug.traceback))",
    "setmetatable({}, {__gc = function() error('in gc') end}) warn('@on') collectgarbage() "
    "print(1)\n"
    "pcall(function() setmetatable({}, {__gc = function() error('in gc') end}) end)\n"
    "collectgarbage() print(2)",
    /* loading */
    "print(load(function() error('reader') end)) print(load('x =')) print(pcall(load, 1))\n"
    "print(type(select(3, pcall(function() return load(function() error({}) end) end))))",
    "print(pcall(string.gsub, 'abc', '.', function(c) error('at ' .. c) end))\n"
    "print(pcall(table.sort, {3, 2, 1}, function(a, b) error('cmp') end))\n"
    "print(pcall(string.format, '%s', setmetatable({}, {__tostring = function() error('ts') "
    "end})))",
};

static const char *const coroutine_chunks[] = {
    "local co = coroutine.create(function(a, b) print(a, b) print(coroutine.yield(a + b)) return "
    "'end' end)\n"
    "print(coroutine.resume(co, 1, 2)) print(coroutine.status(co)) print(coroutine.resume(co, 'x', "
    "nil))\n"
    "print(coroutine.status(co)) print(coroutine.resume(co)) print(coroutine.close(co))",
    "local co = coroutine.create(function() error('dead') end) print(coroutine.resume(co))\n"
    "print(coroutine.status(co)) print(coroutine.resume(co)) print(debug.traceback(co))\n"
    "print(coroutine.close(co)) print(coroutine.close(co)) print(coroutine.status(co))",
    "local w = coroutine.wrap(function() error('in wrap') end) print(pcall(w)) print(pcall(w))\n"
    "local w = coroutine.wrap(function() error({}) end) print(type(select(2, pcall(w))))\n"
    "local w = coroutine.wrap(function() return 1 end) print(w()) print(pcall(w)) w()",
    "local w w = coroutine.wrap(function() print(pcall(w)) end) w()\n"
    "local co co = coroutine.create(function() print(coroutine.resume(co)) end) "
    "coroutine.resume(co)\n"
    "local co co = coroutine.create(function() print(pcall(coroutine.close, co)) end) "
    "coroutine.resume(co)",
    "local function closer(n, raise) return setmetatable({}, {__close = function(_, e)\n"
    "print(n, e, coroutine.isyieldable()) if raise then error(raise) end end}) end\n"
    "local function body(raise) return function() local a <close> = closer('a')\n"
    " local b <close> = closer('b', raise) coroutine.yield(1) error('never') end end\n"
    "local co = coroutine.create(body()) coroutine.resume(co) print(coroutine.close(co))\n"
    "local co = coroutine.create(body('x')) coroutine.resume(co) print(coroutine.close(co))\n"
    "local w = coroutine.wrap(function() local a <close> = closer('a', 'y') error('z') end)\n"
    "print(pcall(w)) for i in coroutine.wrap(function() coroutine.yield(1) end) do print(i) break "
    "end",
    /* asleep inside pcall, with something to close outside of it, which fails */
    "local function closer(n, raise) return setmetatable({}, {__close = function(_, e)\n"
    "local a, b, c, d, e2, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8\n"
    "print(n, e, a + b + c + d + e2 + f + g + h) if raise then error(raise) end end}) end\n"
    "for _, outer in ipairs{true, false} do\n"
    "local co = coroutine.create(function() local a <close> = closer('a', 'x')\n"
    "pcall(function() local b <close> = closer('b', not outer and 'y')\n"
    "pcall(function() local c <close> = closer('c', 'v') coroutine.yield(1) end) end) end)\n"
    "print(coroutine.resume(co)) print(coroutine.close(co)) end",
    "local co = coroutine.create(function() return pcall(function() coroutine.yield(1) error('e') "
    "end) end)\n"
    "print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.resume(co))",
    "local co = coroutine.wrap(function() return xpcall(function() coroutine.yield(1) error('e') "
    "end,\n"
    "debug.traceback) end) print(co()) print(co())",
    "local co = coroutine.wrap(function() for i = 1, 3 do print(pcall(function()\n"
    "coroutine.yield(i) if i == 2 then error('two') end return i end)) end return 'done' end)\n"
    "print(co()) print(co()) print(co()) print(co())",
    "local inner = coroutine.wrap(function() coroutine.yield(1) error('deep') end)\n"
    "local middle = coroutine.wrap(function() coroutine.yield(inner()) inner() end)\n"
    "print(middle()) print(pcall(middle)) print(pcall(middle)) print(pcall(inner))",
    "local inner = coroutine.wrap(function() error('deep') end)\n"
    "local middle = coroutine.wrap(function() inner() end)\n"
    "middle()",
    "local co = coroutine.create(function(...) print(...) print(coroutine.yield(...)) fails(1) "
    "end)\n"
    "print(host_resume(co, 1, 2)) print(host_resume(co, 3)) print(coroutine.status(co))\n"
    "print(debug.traceback(co))",
    "print(host_pcall(function() return coroutine.wrap(function() error('x') end)() end))\n"
    "print(host_pcall(error, 'y'))",
    "local w = coroutine.wrap(function() return pcall(host_pcall, coroutine.yield) end) print(w())",
    "print(select('#', coroutine.resume(coroutine.create(function() return table.unpack({}, 1, "
    "900000) end))))\n"
    "print(select('#', coroutine.wrap(function() return table.unpack({}, 1, 500000) end)()))\n"
    "local co = coroutine.create(print) print(pcall(coroutine.resume, co, table.unpack({}, 1, "
    "700000)))",
    "local co = coroutine.create(function() return table.unpack({}, 1, 990000) end)\n"
    "local function deep(n, ...) if n == 0 then return coroutine.resume(co) end\n"
    "return deep(n - 1, 0, ...) end local t = table.pack(deep(100)) print(t.n, t[1], t[2])\n"
    "local co = coroutine.create(function() return table.unpack({}, 1, 990000) end)\n"
    "print((function(...) return select('#', coroutine.resume(co)) end)(table.unpack({}, 1, "
    "20000)))\n"
    "local w = coroutine.wrap(function() return table.unpack({}, 1, 990000) end)\n"
    "print((function(...) return pcall(function() w() end) end)(table.unpack({}, 1, 20000)))",
    "print(coroutine.isyieldable(), coroutine.wrap(function() return pcall(coroutine.isyieldable) "
    "end)())\n"
    "print(coroutine.wrap(function() return xpcall(coroutine.isyieldable, print) end)())",
};

/* These depend on how much room there is: with hooks on, Lua itself needs some more of it. */
static const char *const overflow_chunks[] = {
    "local n = 0 local function f() n = n + 1 return 1 + f() end\n"
    "local ok, e = pcall(f) print(ok, e, n)\n"
    "n = 0 print(xpcall(f, function(m) return m end)) print(n)",
    "local n = 0 local function f(a, b, c, d, e) n = n + 1 local x, y, z = f(a, b, c, d, e) return "
    "x end\n"
    "local ok, e = pcall(f) print(ok, e, n)\n"
    "n = 0 print(coroutine.resume(coroutine.create(f))) print(n) n = 0\n"
    "print(pcall(coroutine.wrap(f))) print(n)",
    /* errors a little before the end of the stack: the handler has less room than it needs */
    "local function try(raise, m) return pcall(raise, table.unpack({}, 1, m)) end\n"
    "for i, raise in ipairs{function(...) error('at the end', 0) end,\n"
    "function(...) local x = nil + 1 end, function(...) fails(1) end} do\n"
    "for m = 999935, 999970 do local ok, inner, e = pcall(coroutine.wrap(try), raise, m)\n"
    "print(i, m, inner, e) end end",
};

/* The C stack has no room of its own for hooks, so these are the same under all of them. */
static const char *const c_overflow_chunks[] = {
    "local n = 0 local function f() n = n + 1 return pcall(f) end print(f()) print(n)",
    "local n = 0 local function f() n = n + 1 local ok, e = pcall(f)\n"
    "if not ok then error(e, 0) end end print(pcall(f)) print(n)",
    "local n = 0 local function f(m) n = n + 1 if n == m then error('at ' .. m) end\n"
    "local ok, e = pcall(f, m) if not ok then error(e, 0) end end\n"
    "for m = 185, 205 do n = 0 print(m, pcall(f, m)) end",
    "local n = 0 local function f(m) n = n + 1 if n == m then local x = nil .. 1 end\n"
    "local ok, e = pcall(f, m) if not ok then error(e, 0) end end\n"
    "for m = 185, 205 do n = 0 print(m, pcall(f, m)) end",
    "local n = 0 local function f(m) n = n + 1 if n == m then error{} end\n"
    "local ok, e = pcall(f, m) if not ok then error(e, 0) end end\n"
    "for m = 185, 205 do n = 0 print(m, (tostring(select(2, pcall(f, m))):gsub('0x%x+', ''))) end",
    "local function f() return string.gsub('a', 'a', f) end print(pcall(f))",
    "local n = 0 local function f() n = n + 1 coroutine.wrap(f)() end print(pcall(f)) print(n)",
    "local n = 0 local function f() n = n + 1 print(coroutine.resume(coroutine.create(f))) end f() "
    "print(n)",
    "local n = 0 local function f() n = n + 1 return xpcall(f, function(m) return m end) end\n"
    "print(f()) print(n)",
    "print(xpcall(function() local function f() return pcall(f) end return f() end, "
    "debug.traceback))",
    "print(pcall(load, ('('):rep(300) .. ')'))  print(load('return ' .. ('('):rep(300) .. '1'))",
};

static void errors_look_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof error_chunks / sizeof *error_chunks; i++)
        compare(error_chunks[i], OPENED);
}

static void coroutines_look_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof coroutine_chunks / sizeof *coroutine_chunks; i++)
        compare(coroutine_chunks[i], OPENED);
}

static void overflows_of_the_c_stack_look_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof c_overflow_chunks / sizeof *c_overflow_chunks; i++)
        compare(c_overflow_chunks[i], OPENED);
}

static void stack_overflows_look_the_same_while_no_hook_is_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof overflow_chunks / sizeof *overflow_chunks; i++) {
        struct buffer plain, other;
        buffer_init(&plain);
        run_chunk(overflow_chunks[i], PLAIN, &plain);
        for (enum manner m = OPENED; m <= RESTING; m++) {
            buffer_init(&other);
            run_chunk(overflow_chunks[i], m, &other);
            assert_string_equal(plain.data, other.data);
            buffer_release(&other);
        }
        buffer_release(&plain);
    }
}

static void a_stack_overflow_under_hooks_is_told_once(void **state)
{
    (void)state;
    struct watch w = {0};
    lua_State *L = watch_state();
    watch_start(&w, L, WATCH_ALL);
    watch_run(L, "local function f() return 1 + f() end\n"
                 "local ok, e = pcall(f) assert(not ok and e == 'chunk:1: stack overflow', e)");
    assert_string_equal(w.log.data, "chunk:1: stack overflow\n");
    buffer_clear(&w.log);
    watch_run(L, "local function f() return 1 + f() end\n"
                 "local ok, e = xpcall(f, function(m) return m end) assert(not ok)");
    assert_string_equal(w.log.data, "chunk:1: stack overflow\n");
    watch_release(&w, L);
    watch_close(L);
}

/* ---- errors are told -------------------------------------------------------------------------- */

struct told {
    const char *chunk, *log;
};

static const struct told told[] = {
    {"pcall(error, 'a', 0)", "a\n"},
    {"for i = 1, 3 do pcall(error, 'a', 0) end", "a\na\na\n"},
    {"for i = 1, 2 do pcall(function() error('a', 0) end) end", "a\na\n"},
    {"pcall(error) pcall(error, nil) pcall(error, {})", "(nil)\n(nil)\n(table)\n"},
    {"pcall(assert, false, 'b') pcall(fails, 1) pcall(function() local x = nil + 1 end)",
     "b\nfailed with 1\nchunk:1: attempt to perform arithmetic on a nil value\n"},
    {"pcall(load, 1) load('x =') load(function() error('r', 0) end)", ""},
    {"pcall(load, {}) pcall(load, function() error('r', 0) end)",
     "bad argument #1 to 'load' (function expected, got table)\nr\n"},
    {"xpcall(error, function(m) end, 'a')", "a\n"},
    {"xpcall(error, function() end, 'a')", "a\n"},
    {"xpcall(error, function(...) end, 'a')", "a\n"},
    {"xpcall(error, function(m, ...) end, 'a')", "a\n"},
    {"xpcall(error, function(a, b, c) local x, y = 1, 2 end, 'a')", "a\n"},
    {"xpcall(error, debug.traceback, 'a')", "a\n"},
    {"xpcall(error, tostring, {})", "(table)\n"},
    {"xpcall(function() local x = nil + 1 end, debug.traceback)",
     "chunk:1: attempt to perform arithmetic on a nil value\n"},
    {"xpcall(function() undefined() end, debug.traceback)",
     "chunk:1: attempt to call a nil value (global 'undefined')\n"},
    {"xpcall(function() for i = 1, {} do end end, debug.traceback)",
     "chunk:1: bad 'for' limit (number expected, got table)\n"},
    {"xpcall(function() return 1 % 0 end, debug.traceback)", "chunk:1: attempt to perform 'n%0'\n"},
    {"xpcall(function() for x in 5 do end end, debug.traceback)",
     "chunk:1: attempt to call a number value (for iterator 'for iterator')\n"},
    {"xpcall(function() local t = {} t[nil] = 1 end, debug.traceback)",
     "chunk:1: table index is nil\n"},
    {"xpcall(function() string.rep() end, debug.traceback)",
     "chunk:1: bad argument #1 to 'rep' (string expected, got no value)\n"},
    {"xpcall(nil, debug.traceback)", "attempt to call a nil value\n"},
    {"xpcall(coroutine.resume, debug.traceback)",
     "bad argument #1 to 'coroutine.resume' (thread expected, got no value)\n"},
    /* calls of a handler that are no errors */
    {"local h = function(m) return m end xpcall(function() h('x') h(1) h() end, h)", ""},
    {"local h = function(m) return m end xpcall(function() string.gsub('abc', '.', h) end, h)", ""},
    {"local h = function(m) return m end xpcall(h, h, 'x')", ""},
    {"local h = function(m) return m end xpcall(function() pcall(h, 'x') end, h)", ""},
    {"local h = function(m) return m end xpcall(function() return h('x') end, h)", ""},
    {"local h = function(m) return m end\n"
     "xpcall(function() local t = setmetatable({}, {__index = h, __len = h}) return t.x, #t end, "
     "h)",
     ""},
    {"xpcall(function() debug.traceback('x') debug.traceback() end, debug.traceback)", ""},
    {"xpcall(function() pcall(error, 'x', 0) end, debug.traceback)", "x\n"},
    {"local h = function(m) return m end h('x') coroutine.wrap(h)('x') xpcall(type, h, '')", ""},
    /* once, through wraps */
    {"pcall(coroutine.wrap(function() error('a') end))", "chunk:1: a\nchunk:1: a passed\n"},
    {"pcall(coroutine.wrap(function() coroutine.wrap(function() error('a', 0) end)() end))",
     "a\nchunk:1: a passed\nchunk:1: a passed\n"},
    {"xpcall(coroutine.wrap(function() error('a', 0) end), function() end)", "a\na passed\n"},
    {"local w = coroutine.wrap(function() error('a', 0) end) pcall(w) pcall(w)",
     "a\na passed\ncannot resume dead coroutine\n"},
    {"coroutine.resume(coroutine.create(function() error('a', 0) end))", "a\n"},
    {"local w = coroutine.wrap(function() local c <close> = setmetatable({}, {__close = "
     "function()\n"
     "error('c', 0) end}) error('a', 0) end) pcall(w)",
     "a\nc\n"},
    /* error(e, 0) in the function that caught it */
    {"pcall(function() local ok, e = pcall(error, 'a', 0) error(e, 0) end)", "a\na passed\n"},
    {"pcall(function() local ok, e = pcall(error, 'a', 0) error(e) end)", "a\nchunk:1: a\n"},
    {"pcall(function() local ok, e = pcall(error, {}, 0) error(e) end)",
     "(table)\n(table) passed\n"},
    {"pcall(function() assert(pcall(error, {}, 0)) end)", "(table)\n(table) passed\n"},
    {"pcall(function() local ok, e = pcall(error, 1.5, 0) error(e, 0) end)",
     "(number)\n(number) passed\n"},
    {"pcall(function() pcall(error, 'a', 0) error('b', 0) end)", "a\nb\n"},
    {"pcall(function() local ok, e = xpcall(error, function(m) return m end, 'a')\n"
     "error(e, 0) end)",
     "a\na passed\n"},
    {"local function try() return pcall(error, 'a', 0) end try()\n"
     "pcall(function() error('a', 0) end)",
     "a\na\n"},
    {"pcall(function() local ok, e = coroutine.resume(coroutine.create(function() error('a', 0)\n"
     "end)) error(e, 0) end)",
     "a\na passed\n"},
    {"local co = coroutine.create(function() pcall(coroutine.yield) local ok, e = pcall(error, "
     "'a', 0)\n"
     "error(e, 0) end) coroutine.resume(co) coroutine.resume(co)",
     "a\na passed\n"},
    /* in coroutines that sleep in between */
    {"local w = coroutine.wrap(function() pcall(function() coroutine.yield() error('a', 0) end)\n"
     "coroutine.yield() xpcall(function() coroutine.yield() error('b', 0) end, function(m) end)\n"
     "error('c', 0) end) w() w() w() pcall(w)",
     "a\nb\nc\nc passed\n"},
    /* not told */
    {"setmetatable({}, {__gc = function() error('gc') end}) collectgarbage()", ""},
    {"pcall(string.rep, 'x', -1)", ""},
    /* closing under pcall */
    {"pcall(function() local c <close> = setmetatable({}, {__close = function() error('c', 0) "
     "end})\n"
     "error('a', 0) end)",
     "a\nc\n"},
};

static void every_error_is_told_once(void **state)
{
    (void)state;
    for (int two = 0; two < 2; two++)
        for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
            struct watch w = {0}, other = {.observer.hook = second_hook};
            lua_State *L = watch_state();
            lua_register(L, "fails", fails);
            watch_start(&w, L, WATCH_ALL);
            if (two)
                watch_start(&other, L, LUA_MASKCALL);
            watch_run(L, told[i].chunk);
            if (strcmp(w.log.data, told[i].log) != 0)
                fail_msg("%s\ntold: %s\nnot:  %s", told[i].chunk, w.log.data, told[i].log);
            if (two)
                assert_string_equal(other.log.data, told[i].log);
            assert_int_equal(universe_find(L)->xpcalls, 0);
            watch_release(&w, L);
            watch_release(&other, L);
            watch_close(L);
        }
}

/* Where the chain of resumers ends decides whether anybody receives the error. */
static const struct told handled[] = {
    {"error('a', 0)", "a unhandled\n"},
    {"pcall(error, 'a', 0)", "a\n"},
    {"coroutine.wrap(function() error('a', 0) end)()",
     "a unhandled\nchunk:1: a passed unhandled\n"},
    {"coroutine.wrap(function() coroutine.wrap(function() error('a', 0) end)() end)()",
     "a unhandled\nchunk:1: a passed unhandled\nchunk:1: chunk:1: a passed unhandled\n"},
    {"coroutine.wrap(function() pcall(coroutine.wrap(function() error('a', 0) end)) end)()",
     "a\na passed\n"},
    {"coroutine.resume(coroutine.create(function() coroutine.wrap(function() error('a', 0) end)()\n"
     "end))",
     "a\nchunk:1: a passed\n"},
    {"pcall(coroutine.wrap(function() coroutine.wrap(function() error('a', 0) end)() end))",
     "a\nchunk:1: a passed\nchunk:1: a passed\n"},
    {"host_resume(coroutine.create(function() pcall(error, 'a', 0) end))", "a\n"},
    {"host_resume(coroutine.create(function() coroutine.wrap(function() error('a', 0) end)() end))",
     "a\n"},
    {"local function f(n) if n == 0 then error('a', 0) end return (f(n - 1)) end f(10)",
     "a unhandled\n"},
};

static void who_receives_an_error_is_known_through_resumers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++) {
        struct watch w = {0};
        lua_State *L = watch_state();
        lua_register(L, "host_resume", host_resume);
        lua_pushcfunction(L, base_handler);
        watch_start(&w, L, WATCH_ALL);
        assert_int_equal(luaL_loadbuffer(L, handled[i].chunk, strlen(handled[i].chunk), "=chunk"),
                         LUA_OK);
        lua_pcall(L, 0, 0, 1);
        if (strcmp(w.log.data, handled[i].log) != 0)
            fail_msg("%s\ntold: %s\nnot:  %s", handled[i].chunk, w.log.data, handled[i].log);
        watch_release(&w, L);
        watch_close(L);
    }
}

/* The raising function, and all below it, can be looked at; the catcher is the right frame. */
static void look_at_stack(struct watch *w, const struct hook_error *e)
{
    lua_Debug ar;
    (void)w;
    int level = e->level;
    while (lua_getstack(e->thread, level, &ar) && lua_getinfo(e->thread, "S", &ar) &&
           ar.what[0] == 'C')
        level++;
    const char *name = lua_getlocal(e->thread, &ar, 1);
    assert_string_equal(name, "mine");
    lua_xmove(e->thread, e->L, 1);
    if (e->thread != e->L)
        lua_insert(e->L, 1);
    assert_int_equal(lua_tointeger(e->L, e->thread != e->L ? 1 : -1), 17);
    if (e->thread != e->L)
        lua_remove(e->L, 1);
    else
        lua_pop(e->L, 1);
    assert_true(e->handled);
    ar.i_ci = e->catcher;
    assert_true(lua_getinfo(e->catcher_thread, "n", &ar));
    assert_string_equal(ar.name, "catch");
}

static void the_raising_stack_is_intact_and_the_catcher_right(void **state)
{
    (void)state;
    struct watch w = {.on_raised = look_at_stack};
    lua_State *L = watch_state();
    watch_start(&w, L, WATCH_ALL);
    watch_run(
        L, "local function raiser(mine) error('x') end\n"
           "local function runtime(mine) return mine.field.field end\n"
           "for _, f in ipairs{raiser, runtime} do\n"
           "local catch = pcall catch(f, 17)\n"
           "local catch = xpcall catch(f, debug.traceback, 17) catch(f, tostring, 17)\n"
           "local catch = coroutine.resume catch(coroutine.create(f), 17)\n"
           "local catch = pcall\n"
           "catch(function() local mine = 17 coroutine.wrap(f)(17) end)\n"
           "coroutine.wrap(function() local mine = 17 catch(f, 17) coroutine.yield() end)() end");
    assert_int_equal(w.raised, 14);
    watch_release(&w, L);
    watch_close(L);
}

static void an_error_deep_down_is_found_its_catcher_in_time(void **state)
{
    (void)state;
    struct watch w = {0};
    lua_State *L = watch_state();
    watch_start(&w, L, 0);
    watch_run(L, "local function f(n) if n == 0 then error('a', 0) end return (f(n - 1)) end\n"
                 "for i = 1, 20 do pcall(f, 150000) end");
    assert_int_equal(w.raised, 20);
    assert_true(w.last.handled);
    assert_non_null(w.last.catcher);
    watch_release(&w, L);
    watch_close(L);
}

/* ---- out of memory ---------------------------------------------------------------------------- */

struct limited {
    long left; /* allocations until they fail; negative: they do not */
};

static void *limited_alloc(void *ud, void *block, size_t old, size_t size)
{
    struct limited *l = ud;
    (void)old;
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (l->left == 0)
        return NULL;
    if (l->left > 0)
        l->left--;
    return realloc(block, size);
}

/* Memory errors leave no record of a resume behind, wherever they strike. */
static void any_allocation_may_fail(void **state)
{
    (void)state;
    static const char chunk[] =
        "local dead = coroutine.create(function() end) coroutine.resume(dead)\n"
        "local function many() return table.unpack({}, 1, 60) end\n"
        "return pcall(function()\n"
        "coroutine.resume(dead) coroutine.resume(coroutine.create(many))\n"
        "pcall(coroutine.wrap(function() error('x' .. 1) end))\n"
        "local co = coroutine.wrap(function() pcall(function() coroutine.yield() error('y' .. 2) "
        "end)\n"
        "coroutine.wrap(many)() return many() end) co() co()\n"
        "xpcall(coroutine.wrap(function() coroutine.wrap(error)('z') end), debug.traceback)\n"
        "local co = coroutine.create(function() local c <close> = setmetatable({}, {__close =\n"
        "function() error({}) end}) pcall(coroutine.yield) end) coroutine.resume(co)\n"
        "coroutine.close(co) end)";
    bool through = false;
    for (long n = 0; !through; n++) {
        struct limited limit = {-1};
        struct watch w = {0};
        lua_State *L = lua_newstate(limited_alloc, &limit);
        luaL_openlibs(L);
        struct universe *u = universe_open(L);
        watch_start(&w, L, WATCH_ALL);
        assert_int_equal(luaL_loadstring(L, chunk), LUA_OK);
        limit.left = n;
        int status = lua_pcall(L, 0, 1, 0);
        through = status == LUA_OK && lua_toboolean(L, -1) && limit.left > 0;
        limit.left = -1;
        if (status == LUA_OK) {
            assert_null(u->chain);
            assert_ptr_equal(u->running, L);
        }
        lua_settop(L, 0);
        watch_run(L, "assert(coroutine.wrap(function() return 5 end)() == 5)");
        assert_null(u->chain);
        assert_ptr_equal(u->running, L);
        assert_true(n < 5000);
        watch_release(&w, L);
        watch_close(L);
    }
}

/* ---- life ------------------------------------------------------------------------------------- */

static void what_is_not_luas_own_is_left_alone(void **state)
{
    (void)state;
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    assert_int_equal(luaL_dostring(L, "mine = function() end pcall = mine debug.sethook = nil\n"
                                      "coroutine = {resume = 5} package.loaded.debug = nil\n"),
                     LUA_OK);
    struct universe *u = universe_open(L);
    watch_run(L, "assert(pcall == mine and coroutine.resume == 5)");
    universe_close(u, L);
    watch_run(L, "assert(pcall == mine and coroutine.resume == 5)");
    lua_close(L);
    L = luaL_newstate(); /* no libraries at all */
    u = universe_open(L);
    assert_non_null(u);
    assert_int_equal(lua_gettop(L), 0);
    universe_close(u, L);
    assert_int_equal(lua_gettop(L), 0);
    lua_close(L);
}

static void the_originals_come_back(void **state)
{
    (void)state;
    static const char names[] =
        "return {pcall, xpcall, coroutine.resume, coroutine.wrap, coroutine.close, debug.sethook,\n"
        "debug.gethook}";
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    watch_run(L, names);
    struct universe *u = universe_open(L);
    watch_run(L, names);
    for (int i = 1; i <= 7; i++) {
        assert_int_equal(lua_geti(L, 1, i), LUA_TFUNCTION);
        assert_int_equal(lua_geti(L, 2, i), LUA_TFUNCTION);
        lua_CFunction own = lua_tocfunction(L, -2), ours = lua_tocfunction(L, -1);
        assert_true(own != ours);
        assert_true(interpose_is_variant(ours) && !interpose_is_variant(own));
        assert_int_equal(interpose_which(own), i - 1);
        assert_int_equal(interpose_which(ours), i - 1);
        lua_pop(L, 2);
    }
    assert_int_equal(interpose_which(fails), INTERPOSED_COUNT);
    universe_close(u, L);
    watch_run(L, names);
    for (int i = 1; i <= 7; i++) {
        lua_geti(L, 1, i);
        lua_geti(L, 3, i);
        assert_true(lua_rawequal(L, -1, -2));
        lua_pop(L, 2);
    }
    lua_close(L);
}

static void functions_of_ours_work_after_the_universe(void **state)
{
    (void)state;
    lua_State *L = watch_state();
    watch_run(
        L,
        "p, x, r, w, c, s, g = pcall, xpcall, coroutine.resume, coroutine.wrap,\n"
        "coroutine.close, debug.sethook, debug.gethook\n"
        "sleeper = w(function() print(p(function() coroutine.yield(1) error('e', 0) end))\n"
        "return x(function() coroutine.yield(2) error('f', 0) end, function(m) return m end) end)\n"
        "local function closer() local t <close> = setmetatable({}, {__close = function() "
        "error('c', 0)\n"
        "end}) p(function() coroutine.yield() end) end\n"
        "asleep = coroutine.create(closer) r(asleep)\n"
        "function print() end assert(sleeper() == 1)");
    universe_close(universe_find(L), L);
    watch_run(
        L,
        "assert(sleeper() == 2) local ok, m = sleeper() assert(not ok and m == 'f')\n"
        "local ok, m = c(asleep) assert(not ok and m == 'c', m)\n"
        "assert(not p(error)) assert(not x(error, function() end)) assert(w(function() return 1\n"
        "end)() == 1) local ok, m = r(coroutine.create(error), 'm') assert(m == 'm')\n"
        "local n = 0 s(function() n = n + 1 end, 'l') local h, m = g() assert(m == 'l')\n"
        "s() assert(n > 0 and g() == nil) assert(not p(w(function() error() end)))");
    assert_null(universe_find(L));
    lua_close(L);
}

/* Called from a coroutine: ends the universe, and with an argument begins a new one. */
static int end_universe(lua_State *L)
{
    universe_close(universe_find(L), L);
    if (lua_toboolean(L, 1))
        universe_open(L);
    return 0;
}

static void a_universe_may_end_inside_a_coroutine(void **state)
{
    (void)state;
    for (int again = 0; again < 2; again++) {
        lua_State *L = watch_state();
        lua_register(L, "end_universe", end_universe);
        lua_pushboolean(L, again);
        lua_setglobal(L, "again");
        watch_run(L,
                  "local r = coroutine.wrap(function() local ok, m = xpcall(function()\n"
                  "return coroutine.wrap(function() pcall(function() end_universe(again) "
                  "error('x') end)\n"
                  "return 7 end)() end, debug.traceback) assert(ok and m == 7)\n"
                  "return 8 end)() assert(r == 8)\n"
                  "assert(not pcall(coroutine.wrap(function() end_universe(again) error() end)))\n"
                  "local co = coroutine.create(function() local c <close> = setmetatable({},\n"
                  "{__close = function() end_universe(again) end}) coroutine.yield() end)\n"
                  "coroutine.resume(co) assert(coroutine.close(co))");
        struct universe *u = universe_find(L);
        assert_true((u != NULL) == (again != 0));
        if (u) {
            assert_null(u->chain);
            assert_ptr_equal(u->running, L);
            assert_int_equal(u->xpcalls, 0);
        }
        watch_close(L);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_look_the_same),
        cmocka_unit_test(coroutines_look_the_same),
        cmocka_unit_test(overflows_of_the_c_stack_look_the_same),
        cmocka_unit_test(stack_overflows_look_the_same_while_no_hook_is_on),
        cmocka_unit_test(a_stack_overflow_under_hooks_is_told_once),
        cmocka_unit_test(every_error_is_told_once),
        cmocka_unit_test(who_receives_an_error_is_known_through_resumers),
        cmocka_unit_test(the_raising_stack_is_intact_and_the_catcher_right),
        cmocka_unit_test(an_error_deep_down_is_found_its_catcher_in_time),
        cmocka_unit_test(any_allocation_may_fail),
        cmocka_unit_test(what_is_not_luas_own_is_left_alone),
        cmocka_unit_test(the_originals_come_back),
        cmocka_unit_test(functions_of_ours_work_after_the_universe),
        cmocka_unit_test(a_universe_may_end_inside_a_coroutine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
