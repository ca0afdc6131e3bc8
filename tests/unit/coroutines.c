/*
** core/coroutines: whatever the program can still reach is found, however it is held; what it cannot is
** not, and nothing is kept alive by looking.
*/
#include "core/coroutines.h"
#include "core/universe.h"

#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How the last search ended, for `found(co)`. */
static struct coroutine_search limits;
static lua_State **threads;
static size_t count;

static void forget(void)
{
    free(threads);
    threads = NULL;
    count = 0;
}

/* () -> number of threads; looks for them */
static int search(lua_State *L)
{
    forget();
    assert_int_equal(coroutines_find(L, &limits, &threads, &count), 0);
    lua_pushinteger(L, (lua_Integer)count);
    return 1;
}

/* (thread) -> whether the last search met it */
static int found(lua_State *L)
{
    lua_State *co = lua_tothread(L, 1);
    size_t times = 0;
    for (size_t i = 0; i < count; i++)
        times += threads[i] == co;
    assert_true(times <= 1);
    lua_pushboolean(L, times == 1);
    return 1;
}

/* (value) -> userdata that holds it */
static int holder(lua_State *L)
{
    lua_newuserdatauv(L, 8, 2);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 2);
    return 1;
}

static int call_c(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_call(L, 0, 0);
    return 0;
}

/* (function, value) -> C function that holds both and calls the first */
static int c_closure(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushcclosure(L, call_c, 2);
    return 1;
}

static const char *const statuses[] = {"running", "normal", "suspended", "fresh", "failed", "dead"};

/* (thread) -> status */
static int status(lua_State *L)
{
    lua_pushstring(L, statuses[coroutines_status(L, lua_tothread(L, 1))]);
    return 1;
}

/* () -> the coroutines of the last search, in its order */
static int order(lua_State *L)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushthread(threads[i]);
        if (threads[i] != L)
            lua_xmove(threads[i], L, 1);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* Runs a program that checks by itself; it has the functions above. */
static void run(const char *program)
{
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    struct universe *u = universe_open(L);
    limits = coroutines_defaults;
    lua_register(L, "search", search);
    lua_register(L, "found", found);
    lua_register(L, "holder", holder);
    lua_register(L, "c_closure", c_closure);
    lua_register(L, "status", status);
    lua_register(L, "order", order);
    if (luaL_dostring(L, program) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    lua_close(L);
    universe_close(u, NULL);
    forget();
}

#define PRELUDE                                                                                    \
    "local function sleeper(...) local co = coroutine.create(function(...) "                       \
    "coroutine.yield(...) end) coroutine.resume(co, ...) return co end\n"                          \
    "local weak = setmetatable({}, {__mode = 'v'})\n"                                              \
    "local function check(n) for i = 1, n do assert(weak[i], i) "                                  \
    "assert(found(weak[i]), 'not found: ' .. i) end end\n"

static void those_in_every_kind_of_place(void **state)
{
    (void)state;
    run(PRELUDE "local n = 0\n"
                "local function new(...) n = n + 1; weak[n] = sleeper(...); return weak[n] end\n"
                "g1 = new()\n"
                "g2 = {{a = {[new()] = true}}}\n"
                "g3 = setmetatable({}, {secret = new()})\n"
                "do local up = new(); function g4() return up end end\n"
                "g5 = holder(new())\n"
                "g6 = c_closure(print, new())\n"
                "g7 = new(new(new()))\n" /* in varargs and on the stacks of others */
                "g8 = coroutine.wrap(function() local mine <close> = setmetatable({new()}, "
                "{__close = print}) coroutine.yield() end) g8()\n"
                "debug.getregistry().mine = new()\n"
                "getmetatable('').held = new()\n"
                "g9 = coroutine.create(print)\n" /* not started, with a value that waits */
                "n = n + 1; weak[n] = g9\n"
                "search() check(n)\n"
                "assert(n == 13)\n");
}

static void the_running_ones_and_those_that_wait_for_them(void **state)
{
    (void)state;
    run("local main = coroutine.running()\n"
        "local a, b\n"
        "coroutine.wrap(function() a = coroutine.running()\n"
        "  coroutine.wrap(function() b = coroutine.running()\n"
        "    local in_frame = coroutine.create(print)\n"
        "    search()\n"
        "    assert(found(main) and found(a) and found(b) and found(in_frame))\n"
        "    assert(status(main) == 'normal' and status(a) == 'normal')\n"
        "    assert(status(b) == 'running' and status(in_frame) == 'fresh')\n"
        "  end)()\n"
        "end)()\n"
        "assert(status(main) == 'running' and status(a) == 'dead')\n"
        "local failed = coroutine.create(error) coroutine.resume(failed)\n"
        "assert(status(failed) == 'failed')\n"
        "local waits = coroutine.create(coroutine.yield) coroutine.resume(waits)\n"
        "assert(status(waits) == 'suspended')\n"
        "coroutine.close(failed) assert(status(failed) == 'dead')\n");
}

static void what_only_weak_references_hold_is_not_looked_for(void **state)
{
    (void)state;
    run(PRELUDE "weak[1] = sleeper()\n"
                "keys = setmetatable({[sleeper()] = true}, {__mode = 'k'})\n"
                "both = setmetatable({[sleeper()] = sleeper()}, {__mode = 'kv'})\n"
                "collectgarbage('stop') search()\n"
                "assert(not found(weak[1]))\n"
                "assert(search() == 1)\n");
}

static void nothing_is_kept_and_nothing_is_left(void **state)
{
    (void)state;
    run(PRELUDE "weak[1] = sleeper() local hold = {weak[1]}\n"
                "search() collectgarbage() collectgarbage()\n"
                "local before = collectgarbage('count')\n"
                "search() assert(found(weak[1]))\n"
                "hold = nil\n"
                "collectgarbage() assert(weak[1] == nil)\n"
                "hold = {sleeper()} search() hold = nil collectgarbage() collectgarbage()\n"
                "assert(collectgarbage('count') <= before)\n");
}

static void no_metamethod_runs(void **state)
{
    (void)state;
    run(PRELUDE "local function no() error('a metamethod ran') end\n"
                "local t = setmetatable({}, setmetatable({__index = no, __pairs = no, __len = no, "
                "__metatable = false, __mode = 1, __gc = function() end}, {__index = no}))\n"
                "rawset(t, 1, sleeper()) weak[1] = t[1] g = t\n"
                "search() check(1)\n");
}

/* More objects in one table than may wait; a list whose nodes lead on one by one. */
static void large_and_deep_heaps(void **state)
{
    (void)state;
    run(PRELUDE "g = {} for i = 1, 300000 do g[i] = {} end\n"
                "g[150000].co = sleeper() weak[1] = g[150000].co\n"
                "g[300000].co = sleeper() weak[2] = g[300000].co\n"
                "for i = 1, 300000 do list = {list} if i == 1 then list.co = sleeper() "
                "weak[3] = list.co end end\n"
                "search() check(3)\n");
    assert_false(limits.cut);
}

static void deep_stacks(void **state)
{
    (void)state;
    run(PRELUDE "local function down(n) if n == 0 then return coroutine.yield() end\n"
                "  local x = n; return (down(n - 1)) end\n"
                "g = coroutine.create(function() local own = sleeper() weak[1] = own\n"
                "  down(1000) return own end)\n"
                "coroutine.resume(g) search() check(1)\n");
    assert_false(limits.cut);
}

static void those_of_an_array_come_backwards(void **state)
{
    (void)state;
    run(PRELUDE
        "local a = {} for i = 1, 20 do a[i] = {co = sleeper({}), other = {{}, {}}} end\n"
        "search() local n = 20\n"
        "for _, co in ipairs(order()) do if n > 0 and co == a[n].co then n = n - 1 end end\n"
        "assert(n == 0, n)\n");
}

static void a_limit_cuts_and_says_so(void **state)
{
    (void)state;
    run("limit_holder = {} for i = 1, 1000 do limit_holder[i] = {} end search()");
    assert_false(limits.cut);
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    struct universe *u = universe_open(L);
    limits = coroutines_defaults;
    limits.values = 100;
    assert_int_equal(coroutines_find(L, &limits, &threads, &count), 0);
    assert_true(limits.cut);
    forget();
    limits = coroutines_defaults;
    limits.objects = 10;
    assert_int_equal(coroutines_find(L, &limits, &threads, &count), 0);
    assert_true(limits.cut);
    forget();
    volatile sig_atomic_t pause = 1;
    limits = coroutines_defaults;
    limits.pause = &pause;
    assert_int_equal(coroutines_find(L, &limits, &threads, &count), 0);
    assert_true(limits.cut);
    assert_int_equal(lua_gettop(L), 0);
    forget();
    lua_close(L);
    universe_close(u, NULL);
}

/* Memory that gives out after a number of requests. */
static void *scarce(void *ud, void *block, size_t old, size_t size)
{
    long *left = ud;
    (void)old;
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (*left >= 0 && (*left)-- == 0) {
        *left = 0;
        return NULL;
    }
    return realloc(block, size);
}

static void want_of_memory(void **state)
{
    (void)state;
    long left = -1;
    lua_State *L = lua_newstate(scarce, &left);
    luaL_openlibs(L);
    struct universe *u = universe_open(L);
    int code = -1;
    for (long n = 0; code != 0; n++) {
        left = n;
        limits = coroutines_defaults;
        code = coroutines_find(L, &limits, &threads, &count);
        left = -1;
        assert_int_equal(lua_gettop(L), 0);
        if (code == 0)
            assert_ptr_equal(threads[0], L);
        forget();
        lua_gc(L, LUA_GCCOLLECT);
        assert_true(n < 1000);
    }
    lua_close(L);
    universe_close(u, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_in_every_kind_of_place),
        cmocka_unit_test(the_running_ones_and_those_that_wait_for_them),
        cmocka_unit_test(what_only_weak_references_hold_is_not_looked_for),
        cmocka_unit_test(nothing_is_kept_and_nothing_is_left),
        cmocka_unit_test(no_metamethod_runs),
        cmocka_unit_test(large_and_deep_heaps),
        cmocka_unit_test(deep_stacks),
        cmocka_unit_test(those_of_an_array_come_backwards),
        cmocka_unit_test(a_limit_cuts_and_says_so),
        cmocka_unit_test(want_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
