/*
** core/hook: observers see every coroutine, the program's own hooks go on as under plain Lua, and nothing
** is left behind.
*/
#include "tests/unit/watch.h"

#include <signal.h>

/* ---- what is installed ------------------------------------------------------------------------ */

static void nothing_is_installed_for_who_wants_nothing(void **state)
{
    (void)state;
    struct watch w = {0};
    lua_State *L = watch_state();
    watch_run(L, "co = coroutine.create(function() coroutine.yield() end)");
    lua_getglobal(L, "co");
    lua_State *co = lua_tothread(L, -1);
    watch_start(&w, L, 0);
    watch_run(L,
              "coroutine.resume(co) pcall(error) xpcall(error, type) assert(not debug.gethook())");
    assert_null(lua_gethook(L));
    assert_null(lua_gethook(co));
    assert_int_equal(w.raised, 1);
    assert_int_equal(w.entered + w.calls + w.returns + w.lines, 0);
    watch_release(&w, L);
    watch_close(L);
}

static void the_only_observers_own_function_is_installed(void **state)
{
    (void)state;
    struct watch one = {0}, two = {.observer.hook = second_hook};
    lua_State *L = watch_state();
    watch_start(&one, L, LUA_MASKCALL);
    watch_start(&two, L, 0);
    assert_true(lua_gethook(L) == watch_hook);
    assert_int_equal(lua_gethookmask(L), LUA_MASKCALL);
    hook_want(&two.observer, L, LUA_MASKLINE);
    assert_true(lua_gethook(L) != watch_hook && lua_gethook(L) != second_hook);
    assert_int_equal(lua_gethookmask(L), LUA_MASKCALL | LUA_MASKLINE);
    one.wanted = 0;
    hook_rest(&one.observer);
    hook_want(&one.observer, L, 0);
    assert_true(lua_gethook(L) == second_hook);
    hook_detach(&two.observer, L);
    assert_null(lua_gethook(L));
    watch_release(&one, L);
    watch_release(&two, L);
    watch_close(L);
}

static void observing_takes_no_lua_memory(void **state)
{
    (void)state;
    for (int libraries = 0; libraries < 2; libraries++) {
        lua_State *L = luaL_newstate();
        if (libraries)
            luaL_openlibs(L);
        lua_gc(L, LUA_GCSTOP);
        int before = lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB);
        struct watch w = {0};
        watch_start(&w, L, WATCH_ALL);
        hook_refresh(universe_find(L), L);
        hook_want(&w.observer, L, LUA_MASKCALL);
        assert_int_equal(lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB), before);
        watch_release(&w, L);
        universe_close(universe_find(L), L);
        assert_int_equal(lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB), before);
        assert_int_equal(lua_gettop(L), 0);
        lua_close(L);
    }
}

/* The program's own measure: what its code allocates, under hooks as without. */
static void a_program_counts_the_same_memory(void **state)
{
    (void)state;
    compare("collectgarbage() collectgarbage('stop') local function work()\n"
            "local c0 = collectgarbage('count')\n"
            "for i = 1, 10 do pcall(error, 'x', 0) xpcall(error, function() end, 'y')\n"
            "coroutine.wrap(function() pcall(coroutine.yield) end)() end\n"
            "local co = coroutine.create(print) coroutine.close(co)\n"
            "return collectgarbage('count') - c0 end work() print(work())",
            OPENED);
}

/* ---- coroutines ------------------------------------------------------------------------------- */

/* Counts calls of a function named `here` by thread. */
static int heres, heres_in_coroutines;

static void count_here(struct watch *w, lua_State *L, lua_Debug *ar)
{
    (void)w;
    if (ar->event == LUA_HOOKCALL && lua_getinfo(L, "n", ar) && ar->name &&
        strcmp(ar->name, "here") == 0) {
        heres++;
        heres_in_coroutines += L != w->observer.universe->main;
    }
}

static int count_heres(const char *before, const char *after, bool cached)
{
    struct watch w = {.on = count_here};
    layout_prove();
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "host_resume", host_resume);
    heres = heres_in_coroutines = 0;
    if (!cached)
        universe_open(L);
    watch_run(L, "function here() end");
    watch_run(L, before);
    watch_start(&w, L, LUA_MASKCALL);
    watch_run(L, after);
    watch_release(&w, L);
    watch_close(L);
    return heres_in_coroutines;
}

static void all_coroutines_are_seen(void **state)
{
    (void)state;
    static const char make[] =
        "co = coroutine.create(function() here() coroutine.yield() here() end)\n"
        "asleep = coroutine.create(function() coroutine.yield() here() end)\n"
        "coroutine.resume(asleep)\n"
        "w = coroutine.wrap(function() here() coroutine.yield() here() end)\n"
        "resume = coroutine.resume\n"
        "closing = coroutine.create(function() local c <close> = setmetatable({},\n"
        "{__close = function() here() end}) coroutine.yield() end)\n"
        "coroutine.resume(closing)\n";
    static const char use[] =
        "resume(co) resume(co) resume(asleep) w() w() coroutine.close(closing)";
    assert_int_equal(count_heres(make, use, false), 6);
    assert_int_equal(
        count_heres("", "coroutine.wrap(here)() coroutine.wrap(function() here() end)()", false),
        1); /* the body itself has no name */
    assert_int_equal(count_heres("", make, false), 0);
    char both[2000];
    snprintf(both, sizeof both, "%s%s", make, use);
    assert_int_equal(count_heres("", both, false), 6);
    /* the program took `resume` and made the coroutines before there was a universe */
    assert_int_equal(count_heres(make, use, true), 6);
    assert_int_equal(count_heres("", "host_resume(coroutine.create(function() here() end))", false),
                     1);
    assert_int_equal(
        count_heres("local resume = coroutine.resume function go() local co =\n"
                    "coroutine.create(function() pcall(here) coroutine.wrap(function() here()\n"
                    "resume(coroutine.create(function() here() end)) end)() end)\n"
                    "resume(co) end",
                    "go()", true),
        2);
}

static void close_runs_what_is_pending_under_the_observer(void **state)
{
    (void)state;
    assert_int_equal(
        count_heres("local c = {__close = function() here() end}\n"
                    "failing = coroutine.wrap(function() local a <close> = setmetatable({}, c)\n"
                    "error() end)\n"
                    "nested = coroutine.create(function() local a <close> = setmetatable({}, c)\n"
                    "pcall(function() local b <close> = setmetatable({}, c) coroutine.yield()\n"
                    "end) end) coroutine.resume(nested)",
                    "pcall(failing)", false),
        1);
}

static void a_million_coroutines_come_and_go(void **state)
{
    (void)state;
    struct watch w = {0};
    lua_State *L = watch_state();
    watch_start(&w, L, LUA_MASKCALL);
    watch_run(L, "local wrap, create, resume = coroutine.wrap, coroutine.create, coroutine.resume\n"
                 "local function body() end\n"
                 "for i = 1, 500000 do wrap(body)() end\n"
                 "for i = 1, 250000 do resume(create(body)) end\n"
                 "for i = 1, 250000 do local w = wrap(coroutine.yield) w() end");
    assert_int_equal(w.entered, 1000000);
    assert_int_equal(w.left, 1000000);
    assert_true(w.calls >= 3000000);
    assert_null(universe_find(L)->chain);
    watch_release(&w, L);
    watch_close(L);
}

static void a_hundred_thousand_functions_come_and_go(void **state)
{
    (void)state;
    struct watch w = {0};
    lua_State *L = watch_state();
    watch_start(&w, L, WATCH_ALL);
    watch_run(L, "for i = 1, 100000 do load('local a = ... return a')(i) end");
    assert_true(w.calls >= 200000);
    assert_true(w.lines >= 200000);
    watch_release(&w, L);
    watch_close(L);
}

/* ---- the program's own hooks ------------------------------------------------------------------ */

#define LOG                                                                                        \
    "local function log(event, line) local i = debug.getinfo(2, 'Sn')\n"                           \
    "print(event, line, i.short_src, i.what, i.linedefined, i.name, i.namewhat) end\n"

static const char *const hook_chunks[] = {
    LOG
    "debug.sethook(log, 'crl')\nlocal function f(x)\n if x then return f() end\nend\nf(1) f(2)\n"
    "pcall(f) pcall(error, 'x')\npcall(pcall, error) xpcall(error, f)\n"
    "local s = string.gsub('ab', '.', f)\ndebug.sethook() f()",
    LOG "debug.sethook(log, 'l')\nfor i = 1, 3 do\n local x = i\nend\ndebug.sethook()",
    LOG "debug.sethook(log, 'c')\nstring.rep('x', 2)\npcall(error)\ndebug.sethook()",
    LOG "debug.sethook(log, 'r')\nstring.rep('x', 2)\npcall(error)\ndebug.sethook()",
    LOG "debug.sethook(log, '', 3)\nfor i = 1, 20 do\n local x = i + 1\nend\ndebug.sethook()",
    LOG "debug.sethook(log, 'l', 7)\nfor i = 1, 20 do\n local x = i + 1\npcall(error, x)\nend\n"
        "debug.sethook()",
    LOG
    "debug.sethook(log, 'crl', 5)\nlocal function f(n)\n if n > 0 then f(n - 1)\n end\nend\nf(4)\n"
    "debug.sethook()",
    /* exactly: instructions up to each event */
    "local n = 0 debug.sethook(function() n = n + 1 end, '', 100)\n"
    "local function f(a) return a end for i = 1, 10000 do f(i) pcall(f, i) pcall(error, i) end\n"
    "debug.sethook() print(n)",
    "local n = 0 debug.sethook(function() n = n + 1 end, '', 1)\n"
    "local function f(a) return a end for i = 1, 1000 do f(i) end debug.sethook() print(n)",
    /* coroutines do not share the hook, but inherit that there is one */
    LOG "debug.sethook(log, 'l') local co = coroutine.create(function()\n local x = 1\n"
        " coroutine.yield()\n x = 2 end)\nprint(debug.gethook(co))\ncoroutine.resume(co)\n"
        "print(debug.gethook(co))\ndebug.sethook(co, log, 'l')\ncoroutine.resume(co)\n"
        "print(select('#', debug.gethook(co)), select(2, debug.gethook(co)))\n"
        "debug.sethook() print(debug.gethook()) print(select(2, debug.gethook(co)))",
    LOG "local co = coroutine.create(function()\n local x = 1\n coroutine.yield(x)\n x = 2 return "
        "x end)\n"
        "debug.sethook(co, log, 'crl') print(coroutine.resume(co)) print(coroutine.resume(co))\n"
        "print(select(2, debug.gethook(co)))",
    LOG
    "coroutine.wrap(function() debug.sethook(log, 'l')\n local x = 1\n coroutine.yield()\n end)()\n"
    "local x = 2 print(debug.gethook())",
    /* gethook sees the program's own only */
    "print(debug.gethook()) local function h() end debug.sethook(h, 'cr', 9)\n"
    "print(debug.gethook() == h, select(2, debug.gethook()))\n"
    "debug.sethook(h, 'l') print(debug.gethook() == h, select(2, debug.gethook()))\n"
    "debug.sethook(h, '') print(debug.gethook()) debug.sethook(nil) print(debug.gethook())\n"
    "debug.sethook(coroutine.running(), h, 'c') print(debug.gethook(coroutine.running()) == h)",
    /* hooks that fail, yield, replace and remove themselves, or set others */
    "local n = 0 debug.sethook(function() n = n + 1 if n == 3 then error('from hook') end end, "
    "'l')\n"
    "print(pcall(function()\n local a = 1\n local b = 2\n local c = 3\n end))\nprint(n)\n"
    "debug.sethook()",
    "local co = coroutine.create(function() debug.sethook(function() print(pcall(coroutine.yield, "
    "1)) end,\n"
    "'l')\n local x = 1\n debug.sethook() return 5 end) print(coroutine.resume(co))",
    LOG "debug.sethook(function(e, l) print('first', l) debug.sethook(log, 'l') end, 'l')\n"
        "local x = 1\nlocal y = 2\ndebug.sethook()",
    "debug.sethook(function(e, l) print('once', l) debug.sethook() end, 'l')\nlocal x = 1\nlocal y "
    "= 2\n",
    LOG
    "local co co = coroutine.create(function()\n local x = 1\n coroutine.yield()\n x = 2\n end)\n"
    "debug.sethook(function(e, l) debug.sethook() debug.sethook(co, log, 'l') end, 'l')\n"
    "local x = 1\ncoroutine.resume(co) coroutine.resume(co)",
    "debug.sethook(function() print(debug.traceback('in hook')) debug.sethook() end, 'l')\nlocal x "
    "= 1\n",
    LOG "local t = setmetatable({}, {__index = function(t, k)\n return k end})\ndebug.sethook(log, "
        "'crl')\n"
        "local x = t.a\nlocal w = coroutine.wrap(function() error('e') end)\npcall(w)\n"
        "for i in pairs({1}) do\n x = i\n end debug.sethook()",
    "debug.sethook(function(e) if e == 'return' or e == 'call' then local i = debug.getinfo(2, "
    "'r')\n"
    "print(e, i.ftransfer, i.ntransfer) end end, 'cr') pcall(type, 1) debug.sethook()",
};

static void the_programs_hooks_see_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hook_chunks / sizeof *hook_chunks; i++)
        compare(hook_chunks[i], OPENED);
}

/* A host's own hook, as sandboxes have them: counts, also in coroutines. */
static int host_events;

static void host_hook(lua_State *L, lua_Debug *ar)
{
    (void)L, (void)ar;
    host_events++;
}

static const char busy[] = "local function f() return 1 end\n"
                           "coroutine.wrap(function() for i = 1, 1000 do f() end end)()\n"
                           "for i = 1, 1000 do f() end";

static int host_events_under(int mask, int count, bool before, bool opened, bool attached)
{
    struct watch w = {0};
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    if (opened)
        universe_open(L);
    assert_int_equal(luaL_loadstring(L, busy), LUA_OK);
    host_events = 0;
    if (before)
        lua_sethook(L, host_hook, mask, count);
    if (attached)
        watch_start(&w, L, WATCH_ALL);
    if (!before) {
        lua_sethook(L, host_hook, mask, count);
        if (attached)
            hook_refresh(universe_find(L), L);
    }
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    watch_release(&w, L);
    if (opened) {
        universe_close(universe_find(L), L);
        assert_true(lua_gethook(L) == host_hook);
        assert_int_equal(lua_gethookmask(L), mask);
        assert_int_equal(lua_gethookcount(L), count);
    }
    lua_close(L);
    return host_events;
}

static void a_hosts_own_hook_goes_on(void **state)
{
    (void)state;
    static const int masks[] = {LUA_MASKCALL, LUA_MASKRET, LUA_MASKLINE, LUA_MASKCOUNT,
                                LUA_MASKCOUNT | LUA_MASKCALL};
    for (int i = 0; i < 5; i++) {
        int count = masks[i] & LUA_MASKCOUNT ? 7 : 0;
        int plain = host_events_under(masks[i], count, true, false, false);
        assert_true(plain > 100);
        assert_int_equal(host_events_under(masks[i], count, true, true, false), plain);
        assert_int_equal(host_events_under(masks[i], count, true, true, true), plain);
        assert_int_equal(host_events_under(masks[i], count, false, true, true), plain);
    }
}

static int change_to_host_hook(lua_State *L)
{
    lua_sethook(L, lua_toboolean(L, 1) ? host_hook : NULL, LUA_MASKLINE, 0);
    return 0;
}

static void a_host_may_set_its_hook_under_an_observer(void **state)
{
    (void)state;
    struct watch w = {0};
    lua_State *L = watch_state();
    lua_register(L, "change", change_to_host_hook);
    watch_start(&w, L, WATCH_ALL);
    host_events = 0;
    watch_run(L, "change(true)\nlocal x = 1\ncoroutine.wrap(function() end)()\nx = 2\nx = 3");
    assert_true(host_events >= 3);
    int lines = w.lines;
    assert_true(lines >= 3); /* taken back when the coroutine was left */
    watch_run(L, "assert(debug.gethook() == 'external hook')");
    assert_true(w.lines > lines);
    hook_refresh(universe_find(L), L);
    watch_run(L, "debug.sethook() assert(debug.gethook() == nil)");
    host_events = 0;
    watch_run(L, "local x = 1");
    assert_int_equal(host_events, 0);
    watch_release(&w, L);
    assert_null(lua_gethook(L));
    watch_close(L);
}

/* A count hook that is there before the observer, and observers that come and go: never starved. */
static void a_count_hook_survives_observers_that_come_and_go(void **state)
{
    (void)state;
    lua_State *L = watch_state();
    watch_run(L, "n = 0 debug.sethook(function() n = n + 1 end, '', 10)");
    for (int i = 0; i < 50; i++) {
        struct watch w = {.on = i % 2 ? flip : NULL};
        watch_start(&w, L, i % 3 ? WATCH_ALL : 0);
        watch_run(L, "for i = 1, 100 do end for i = 1, 100 do end");
        hook_rest(&w.observer);
        w.wanted = 0;
        w.on = NULL;
        hook_want(&w.observer, L, 0);
        watch_run(L, "for i = 1, 100 do end");
        if (i % 2)
            hook_want(&w.observer, L, LUA_MASKCALL);
        watch_release(&w, L);
        watch_run(L,
                  "for i = 1, 20 do end"); /* its period ends: what the observer had is taken off */
        assert_int_equal(lua_gethookmask(L), LUA_MASKCOUNT);
    }
    watch_run(L, "debug.sethook() assert(n > 50 * 20, n)");
    assert_null(lua_gethook(L));
    watch_close(L);
}

/* ---- exact instructions ----------------------------------------------------------------------- */

/* Tells on which line each table is made, where the saved instruction is right. */
struct births {
    lua_State *L;
    lua_Alloc alloc;
    void *ud;
    int lines[4], count;
};

static void *allocate_told(void *ud, void *block, size_t osize, size_t size)
{
    struct births *b = ud;
    lua_Debug ar;
    if (!block && osize == LUA_TTABLE && b->count < 4 && lua_getstack(b->L, 0, &ar) &&
        lua_getinfo(b->L, "l", &ar))
        b->lines[b->count++] = ar.currentline;
    return b->alloc(b->ud, block, osize, size);
}

static const char constructors[] = "local a, b, x = 1, 2, 0\n"
                                   "local t = {}\n"
                                   "x = a + b\n"
                                   "x = {\n"
                                   "}\n"
                                   "for i = 1, 2 do\n"
                                   "x = i\n"
                                   "t = {} end\n";

static void assert_births(lua_State *L)
{
    static const int right[] = {2, 4, 8, 8};
    struct births births = {.L = L};
    assert_int_equal(luaL_loadstring(L, constructors), LUA_OK);
    births.alloc = lua_getallocf(L, &births.ud);
    lua_setallocf(L, allocate_told, &births);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    lua_setallocf(L, births.alloc, births.ud);
    assert_int_equal(births.count, 4);
    assert_memory_equal(births.lines, right, sizeof right);
}

static void a_wish_for_exact_instructions_is_granted_beside_anything(void **state)
{
    (void)state;
    static const char *const program[] = {
        "", "debug.sethook(function() end, 'c')", "debug.sethook(function() end, 'r', 3)",
        "debug.sethook(function() n = n + 1 end, 'l')", "debug.sethook(function() end, '', 2)"};
    for (int other = -1; other <= WATCH_ALL; other++)
        for (size_t i = 0; i < sizeof program / sizeof *program; i++) {
            struct watch exact = {0}, two = {.observer.hook = second_hook};
            lua_State *L = watch_state();
            watch_run(L, "n = 0");
            watch_start(&exact, L, HOOK_EXACT);
            if (other >= 0)
                watch_start(&two, L, other);
            watch_run(L, program[i]);
            assert_births(L);
            if (other >= 0)
                hook_want(&two.observer, L, 0);
            assert_births(L);
            assert_false(exact.calls && other <= 0 && i == 0);
            watch_release(&two, L);
            watch_release(&exact, L);
            watch_run(L, "debug.sethook()");
            assert_null(lua_gethook(L));
            watch_close(L);
        }
}

static void exact_instructions_are_not_seen_by_the_program(void **state)
{
    (void)state;
    static const char chunk[] =
        "local function f() end\n"
        "local co = coroutine.wrap(function() while true do coroutine.yield(debug.gethook()) end "
        "end)\n"
        "print(debug.gethook()) print(co())\n"
        "debug.sethook(f, 'c') print(debug.gethook() == f, select(2, debug.gethook()))\n"
        "debug.sethook(f, 'r', 7) print(debug.gethook() == f, select(2, debug.gethook()))\n"
        "debug.sethook(f, '', 2147483647) print(select(2, debug.gethook())) print(co())\n"
        "local n = 0 debug.sethook(function() n = n + 1 end, '', 10) for i = 1, 1000 do end\n"
        "debug.sethook() print(n, debug.gethook())";
    struct buffer plain, exact;
    for (int i = 0; i < 2; i++) {
        struct watch w = {0};
        lua_State *L = watch_state();
        struct buffer *out = i ? &exact : &plain;
        buffer_init(out);
        lua_pushlightuserdata(L, out);
        lua_pushcclosure(L, print_into, 1);
        lua_setglobal(L, "print");
        if (i)
            watch_start(&w, L, HOOK_EXACT);
        watch_run(L, chunk);
        assert_int_equal(lua_gethookmask(L), i ? LUA_MASKCOUNT : 0);
        watch_release(&w, L);
        assert_null(lua_gethook(L));
        watch_close(L);
    }
    assert_string_equal(exact.data, plain.data);
    buffer_release(&plain);
    buffer_release(&exact);
}

/* ---- several observers ------------------------------------------------------------------------ */

static void each_of_several_gets_its_events(void **state)
{
    (void)state;
    struct watch one = {0}, two = {.observer.hook = second_hook};
    lua_State *L = watch_state();
    watch_start(&one, L, LUA_MASKLINE);
    watch_run(L, busy);
    int lines = one.lines;
    one.lines = 0;
    watch_start(&two, L, LUA_MASKCALL);
    watch_run(L, busy);
    assert_int_equal(one.lines, lines);
    assert_true(two.calls >= 2000);
    watch_release(&one, L);
    one.lines = two.calls = two.lines = 0;
    watch_run(L, busy);
    assert_int_equal(one.lines, 0);
    assert_int_equal(two.lines, 0);
    assert_true(two.calls >= 2000);
    watch_release(&two, L);
    assert_null(lua_gethook(L));
    watch_close(L);
}

static void two_with_one_function_are_told_apart(void **state)
{
    (void)state;
    struct watch one = {0}, two = {0};
    lua_State *L = watch_state();
    watch_start(&one, L, LUA_MASKLINE);
    watch_start(&two, L, 0);
    watch_run(L, busy);
    assert_true(one.lines > 1000);
    assert_int_equal(two.lines, 0);
    int lines = one.lines;
    hook_rest(&one.observer);
    one.wanted = 0;
    two.wanted = LUA_MASKLINE;
    hook_refresh(universe_find(L), L);
    watch_run(L, busy);
    assert_int_equal(one.lines, lines);
    assert_int_equal(two.lines, lines);
    watch_release(&one, L);
    watch_release(&two, L);
    watch_close(L);
}

static struct watch *others[3];

static void detach_all(struct watch *w, lua_State *L, lua_Debug *ar)
{
    (void)ar;
    if (w->lines + w->calls < 3)
        return;
    for (int i = 0; i < 3; i++)
        if (others[i]) {
            hook_detach(&others[i]->observer, L);
            memset(&others[i]->observer.next, 0xff, sizeof others[i]->observer.next);
        }
}

static void attach_others(struct watch *w, lua_State *L, lua_Debug *ar)
{
    (void)ar;
    if (w->lines + w->calls < 3)
        return;
    w->on = NULL;
    for (int i = 0; i < 3; i++)
        if (others[i] && others[i] != w)
            watch_start(others[i], L, WATCH_ALL);
}

static void observers_come_and_go_inside_events(void **state)
{
    (void)state;
    for (int who = 0; who < 3; who++) {
        struct watch w[3] = {{.observer.hook = watch_hook},
                             {.observer.hook = second_hook},
                             {.observer.hook = second_hook}};
        lua_State *L = watch_state();
        for (int i = 0; i < 3; i++)
            others[i] = &w[i];
        w[who].on = attach_others;
        watch_start(&w[who], L, WATCH_ALL);
        watch_run(L, busy);
        for (int i = 0; i < 3; i++)
            assert_true(w[i].lines > 1000);
        w[who].on = detach_all;
        watch_run(L, "coroutine.wrap(function() local x = 1\n x = 2 coroutine.wrap(function() "
                     "end)() end)()");
        assert_null(universe_find(L)->observers);
        assert_null(universe_find(L)->dispatching);
        assert_null(lua_gethook(L));
        for (int i = 0; i < 3; i++)
            buffer_release(&w[i].log);
        watch_close(L);
    }
}

static void detaching_leaves_no_hook_anywhere(void **state)
{
    (void)state;
    for (int several = 0; several < 2; several++) {
        struct watch one = {0}, two = {.observer.hook = second_hook};
        lua_State *L = watch_state();
        watch_start(&one, L, WATCH_ALL);
        if (several)
            watch_start(&two, L, WATCH_ALL);
        watch_run(
            L, "asleep = coroutine.create(function() coroutine.yield() local x = 1\n x = 2\n end)\n"
               "coroutine.resume(asleep) new = coroutine.create(function() local x = 1 end)");
        lua_getglobal(L, "asleep");
        lua_getglobal(L, "new");
        lua_State *asleep = lua_tothread(L, -2), *new = lua_tothread(L, -1);
        assert_non_null(lua_gethook(asleep));
        assert_non_null(lua_gethook(new));
        hook_rest(&one.observer); /* at rest it may stay attached */
        one.wanted = 0;
        one.lines = 0;
        if (several)
            watch_release(&one, L);
        watch_release(&two, L);
        hook_refresh(universe_find(L), L);
        assert_null(lua_gethook(L));
        watch_run(
            L, "coroutine.resume(asleep) coroutine.resume(new) assert(not debug.gethook(asleep))");
        assert_null(lua_gethook(asleep));
        assert_null(lua_gethook(new));
        assert_int_equal(one.lines, 0);
        watch_release(&one, L);
        watch_close(L);
    }
}

/* Mux left on sleeping coroutines after the universe, with a hook of the program's in it. */
static void a_sleeping_coroutine_outlives_its_universe(void **state)
{
    (void)state;
    struct watch w = {0};
    lua_State *L = watch_state();
    watch_start(&w, L, WATCH_ALL);
    watch_run(
        L, "asleep = coroutine.create(function() coroutine.yield()\n local x = 1\n x = 2 end)\n"
           "n = 0 debug.sethook(asleep, function() n = n + 1 end, 'l') coroutine.resume(asleep)\n"
           "plain = coroutine.create(function() coroutine.yield()\n local x = 1\n x = 2 end)\n"
           "coroutine.resume(plain)");
    watch_release(&w, L);
    universe_close(universe_find(L), L);
    watch_run(L, "n = 0 assert(coroutine.resume(asleep)) assert(n == 2, n)\n"
                 "assert(coroutine.resume(plain)) assert(select(2, debug.gethook(asleep)) == 'l')\n"
                 "assert(debug.gethook(plain) == nil and debug.gethook() == nil)");
    lua_close(L);
}

/* ---- Ctrl-C ----------------------------------------------------------------------------------- */

static struct universe *volatile signalled;

static void on_signal(int signal_number)
{
    (void)signal_number;
    hook_interrupt_request(signalled);
}

static int send_signal(lua_State *L)
{
    (void)L;
    raise(SIGALRM);
    return 0;
}

static lua_State *interrupted_in;

static void quit_on_interrupt(struct watch *w, lua_State *L)
{
    interrupted_in = L;
    universe_raise_quit(w->observer.universe, L);
}

static void note_interrupt(struct watch *w, lua_State *L)
{
    (void)w;
    interrupted_in = L;
}

static void signal_on_entering(struct hook_observer *o, lua_State *from, lua_State *co)
{
    watch_entering(o, from, co);
    raise(SIGALRM);
}

static const char *const endless[] = {
    "send_signal() while true do end",
    "send_signal() ::again:: goto again",
    "send_signal() local function f() return f() end f()",
    "coroutine.wrap(function() send_signal() while true do end end)()",
    "coroutine.wrap(function() coroutine.resume(coroutine.create(function() pcall(function()\n"
    "send_signal() while true do end end) end)) end)()",
    "coroutine.wrap(function() coroutine.wrap(function() coroutine.yield() end)() send_signal()\n"
    "while true do end end)()",
    "local w = coroutine.wrap(function() while true do coroutine.yield() end end) send_signal()\n"
    "while true do w() end",
    "debug.sethook(function() end, 'l', 1000) send_signal() while true do end",
    "load(string.dump(function() send_signal() while true do end end, true))()",
    /* the program sets a hook where the signal's is waiting */
    "debug.sethook(function() send_signal() debug.sethook(function() end, 'l') end, 'l')\n"
    "while true do end",
    "debug.sethook(function() send_signal() debug.sethook() end, 'l')\nwhile true do end",
    "xpcall(function() send_signal() while true do end end, print)",
    "while true do pcall(send_signal) end",
    "local f = load(string.dump(function() while true do end end, true)) send_signal()\n"
    "coroutine.wrap(f)()",
};

static void endless_loops_are_interrupted(void **state)
{
    (void)state;
    struct sigaction act = {.sa_handler = on_signal}, old;
    sigaction(SIGALRM, &act, &old);
    for (int mask = 0; mask <= WATCH_ALL; mask += WATCH_ALL)
        for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
            struct watch w = {.on_interrupt = quit_on_interrupt};
            lua_State *L = watch_state();
            lua_register(L, "send_signal", send_signal);
            signalled = universe_open(L);
            watch_start(&w, L, mask);
            assert_int_equal(luaL_loadstring(L, endless[i]), LUA_OK);
            assert_int_not_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
            assert_true(universe_is_quit(L, -1));
            assert_int_equal(w.interrupted, 1);
            watch_release(&w, L);
            watch_close(L);
        }
    sigaction(SIGALRM, &old, NULL);
}

static void an_interrupt_is_told_once_and_leaves_nothing(void **state)
{
    (void)state;
    struct sigaction act = {.sa_handler = on_signal}, old;
    sigaction(SIGALRM, &act, &old);
    struct watch w = {.on_interrupt = note_interrupt};
    lua_State *L = watch_state();
    lua_register(L, "send_signal", send_signal);
    signalled = universe_open(L);
    watch_start(&w, L, 0);
    watch_run(L, "n = 0 debug.sethook(function() n = n + 1 end, '', 5)\n"
                 "coroutine.wrap(function() send_signal() local x = 1 end)()\n"
                 "for i = 1, 10 do end for i = 1, 100 do end assert(n >= 20)\n"
                 "assert(select(3, debug.gethook()) == 5 and select(2, debug.gethook()) == '')");
    assert_int_equal(w.interrupted, 1);
    assert_ptr_not_equal(interrupted_in, L);
    assert_int_equal(lua_gethookmask(L), LUA_MASKCOUNT);
    watch_run(L, "debug.sethook()");
    assert_null(lua_gethook(L));
    /* it comes while a coroutine is being entered: its own hook is about to be set */
    w.interrupted = 0;
    w.observer.entering = signal_on_entering;
    w.wanted = LUA_MASKRET;
    hook_want(&w.observer, L, LUA_MASKRET);
    watch_run(L,
              "local co = coroutine.create(function() for i = 1, 10 do end coroutine.yield() end)\n"
              "coroutine.resume(co) X = co");
    assert_int_equal(w.interrupted, 1);
    lua_getglobal(L, "X");
    assert_ptr_equal(interrupted_in, lua_tothread(L, -1));
    lua_settop(L, 0);
    w.observer.entering = watch_entering;
    w.wanted = 0;
    hook_rest(&w.observer);
    hook_refresh(universe_find(L), L);
    watch_run(L, "for i = 1, 10 do end");
    assert_int_equal(w.interrupted, 1);
    assert_null(lua_gethook(L));
    /* nobody is there to be told */
    watch_release(&w, L);
    watch_run(L, "send_signal() for i = 1, 10 do end");
    assert_null(lua_gethook(L));
    watch_close(L);
    sigaction(SIGALRM, &old, NULL);
}

/* ---- abandoning ------------------------------------------------------------------------------- */

/* Called by the program: the observer's next event quits. */
static bool quit_next;

static int arm_quit(lua_State *L)
{
    (void)L;
    quit_next = true;
    return 0;
}

static void quit_when_armed(struct watch *w, lua_State *L, lua_Debug *ar)
{
    if (quit_next && ar->event == LUA_HOOKLINE) {
        quit_next = false;
        universe_raise_quit(w->observer.universe, L);
    }
}

static const char *const quitters[] = {
    "quit()\n local x = 1",
    "pcall(function() quit()\n local x = 1 end)",
    "xpcall(function() quit()\n local x = 1 end, function(m) handler_ran = true end)",
    "coroutine.resume(coroutine.create(function() quit()\n local x = 1 end))",
    "coroutine.wrap(function() quit()\n local x = 1 end)()",
    "pcall(function() coroutine.wrap(function() xpcall(function() "
    "coroutine.resume(coroutine.create(\n"
    "function() quit()\n local x = 1 end)) end, function() handler_ran = true end) end)() end)",
    "table.sort({3, 2, 1}, function(a, b) pcall(function() quit()\n local x = 1 end) return a < b "
    "end)",
    "string.gsub('abc', '.', function() quit()\n local x = 1 end)",
    "string.format('%s', setmetatable({}, {__tostring = function() quit()\n local x = 1 end}))",
    "local t = setmetatable({}, {__index = function() quit()\n local x = 1 end}) pcall(load, t.x)",
    /* yields in between */
    "local w = coroutine.wrap(function() pcall(function() coroutine.yield() quit()\n local x = 1 "
    "end)\n"
    "after = true end) w() pcall(w)",
    "local w = coroutine.wrap(function() xpcall(function() coroutine.yield() quit()\n local x = 1 "
    "end,\n"
    "function() handler_ran = true end) after = true end) w() pcall(w)",
    "local w = coroutine.wrap(function() for i = 1, 2 do pcall(pcall, coroutine.yield) end quit()\n"
    "local x = 1 end) w() w() pcall(pcall, w)",
    /* closing on the way out: it may catch its own errors, and raise, and nothing holds the quit */
    "pcall(function() local c <close> = setmetatable({}, {__close = function()\n"
    "local ok, m = pcall(error, 'mine', 0) closed = not ok and m == 'mine' end}) quit()\n local x "
    "= 1 end)",
    "pcall(function() local c <close> = setmetatable({}, {__close = function() closed = true\n"
    "error('other') end}) quit()\n local x = 1 end)",
    "pcall(function() local c <close> = setmetatable({}, {__close = function() closed = true\n"
    "coroutine.wrap(function() end)() local ok, m = coroutine.resume(coroutine.create(error), "
    "'e')\n"
    "closed = m == 'e' end}) quit()\n local x = 1 end)",
    "local w = coroutine.wrap(function() local c <close> = setmetatable({}, {__close = function()\n"
    "closed = true error('other') end}) quit()\n local x = 1 end) pcall(w)",
    /* the hook fires inside of a close */
    "local co = coroutine.create(function() local c <close> = setmetatable({}, {__close = "
    "function()\n"
    "quit()\n local x = 1 end}) coroutine.yield() end) coroutine.resume(co) pcall(coroutine.close, "
    "co)",
    "local w = coroutine.wrap(function() local c <close> = setmetatable({}, {__close = function()\n"
    "quit()\n local x = 1 end}) error('e') end) pcall(w)",
    /* whoever swallows it meets it again at the next pcall or resume that is left */
    "pcall(function() host_pcall(function() quit()\n local x = 1 end) end)",
    "pcall(function() load(function() quit()\n local x = 1 end) end)",
    "coroutine.resume(coroutine.create(function() host_pcall(function() quit()\n local x = 1 end) "
    "end))",
};

static void quit_passes_everything(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof quitters / sizeof *quitters; i++) {
        struct watch w = {.on = quit_when_armed};
        lua_State *L = watch_state();
        lua_register(L, "quit", arm_quit);
        lua_register(L, "host_pcall", host_pcall);
        watch_start(&w, L, WATCH_ALL);
        lua_pushcfunction(L, base_handler);
        char chunk[1000];
        snprintf(chunk, sizeof chunk, "%s\nwent_on = true", quitters[i]);
        assert_int_equal(luaL_loadstring(L, chunk), LUA_OK);
        if (lua_pcall(L, 0, 0, 1) == LUA_OK || !universe_is_quit(L, -1))
            fail_msg("held: %s", quitters[i]);
        const struct universe *u = universe_find(L);
        assert_true(u->quitting);
        assert_null(u->chain);
        assert_null(u->dispatching);
        static const char *const never[] = {"went_on", "after", "handler_ran"};
        for (int n = 0; n < 3; n++) {
            if (lua_getglobal(L, never[n]) != LUA_TNIL)
                fail_msg("%s: %s", never[n], quitters[i]);
            lua_pop(L, 1);
        }
        lua_getglobal(L, "closed");
        if (strstr(quitters[i], "closed =") && !lua_toboolean(L, -1))
            fail_msg("not closed: %s", quitters[i]);
        watch_release(&w, L);
        watch_close(L);
    }
}

/* At a stop on an error the person may quit too. */
static void quit_on_error(struct watch *w, const struct hook_error *e)
{
    universe_raise_quit(w->observer.universe, e->L);
}

static void one_may_quit_at_an_error(void **state)
{
    (void)state;
    static const char *const chunks[] = {
        "pcall(error, 'x')",
        "xpcall(error, function() handler_ran = true end, 'x')",
        "xpcall(error, debug.traceback, 'x')",
        "coroutine.resume(coroutine.create(error), 'x')",
        "pcall(coroutine.wrap(error), 'x')",
        "local w = coroutine.wrap(function() pcall(coroutine.yield) pcall(error, 'x') end) w() w()",
    };
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        struct watch w = {.on_raised = quit_on_error};
        lua_State *L = watch_state();
        watch_start(&w, L, WATCH_ALL);
        assert_int_equal(luaL_loadstring(L, chunks[i]), LUA_OK);
        if (lua_pcall(L, 0, 0, 0) == LUA_OK || !universe_is_quit(L, -1))
            fail_msg("held: %s", chunks[i]);
        assert_null(universe_find(L)->chain);
        lua_getglobal(L, "handler_ran");
        assert_true(lua_isnil(L, -1));
        watch_release(&w, L);
        watch_close(L);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_installed_for_who_wants_nothing),
        cmocka_unit_test(the_only_observers_own_function_is_installed),
        cmocka_unit_test(observing_takes_no_lua_memory),
        cmocka_unit_test(a_program_counts_the_same_memory),
        cmocka_unit_test(all_coroutines_are_seen),
        cmocka_unit_test(close_runs_what_is_pending_under_the_observer),
        cmocka_unit_test(a_million_coroutines_come_and_go),
        cmocka_unit_test(a_hundred_thousand_functions_come_and_go),
        cmocka_unit_test(the_programs_hooks_see_the_same),
        cmocka_unit_test(a_hosts_own_hook_goes_on),
        cmocka_unit_test(a_host_may_set_its_hook_under_an_observer),
        cmocka_unit_test(a_count_hook_survives_observers_that_come_and_go),
        cmocka_unit_test(a_wish_for_exact_instructions_is_granted_beside_anything),
        cmocka_unit_test(exact_instructions_are_not_seen_by_the_program),
        cmocka_unit_test(each_of_several_gets_its_events),
        cmocka_unit_test(two_with_one_function_are_told_apart),
        cmocka_unit_test(observers_come_and_go_inside_events),
        cmocka_unit_test(detaching_leaves_no_hook_anywhere),
        cmocka_unit_test(a_sleeping_coroutine_outlives_its_universe),
        cmocka_unit_test(endless_loops_are_interrupted),
        cmocka_unit_test(an_interrupt_is_told_once_and_leaves_nothing),
        cmocka_unit_test(quit_passes_everything),
        cmocka_unit_test(one_may_quit_at_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
