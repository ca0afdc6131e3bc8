/*
** core/universe: one for each state, also in many OS threads; who runs and who waits is known exactly; the
** state's end is survived in every order.
*/
#include "tests/unit/watch.h"

#include <pthread.h>

/* ---- life ------------------------------------------------------------------------------------- */

static void each_state_has_its_own(void **state)
{
    (void)state;
    lua_State *a = luaL_newstate(), *b = luaL_newstate();
    assert_null(universe_find(a));
    struct universe *ua = universe_open(a), *ub = universe_open(b);
    assert_ptr_not_equal(ua, ub);
    assert_ptr_equal(universe_open(a), ua);
    assert_int_not_equal(ua->id, ub->id);
    lua_State *co = lua_newthread(a);
    for (int i = 0; i < 3; i++) {
        assert_ptr_equal(universe_find(a), ua);
        assert_ptr_equal(universe_find(b), ub);
        assert_ptr_equal(universe_find(co), ua);
    }
    assert_ptr_equal(ua->main, a);
    universe_close(ua, a);
    assert_null(universe_find(a));
    assert_null(universe_find(co));
    assert_ptr_equal(universe_find(b), ub);
    universe_close(NULL, NULL);
    lua_close(a);
    lua_close(b);
    universe_close(ub, NULL);
}

/* An allocator that gives the same addresses to each state: it never takes memory back. */
static _Alignas(16) char arena_memory[4 << 20];

struct arena {
    size_t used;
};

static void *arena_alloc(void *ud, void *block, size_t old, size_t size)
{
    struct arena *a = ud;
    if (size == 0 || (block && size <= old))
        return size ? block : NULL;
    size_t start = a->used;
    a->used += (size + 15) & ~(size_t)15;
    if (a->used > sizeof arena_memory)
        return NULL;
    if (block)
        memcpy(arena_memory + start, block, old);
    return arena_memory + start;
}

/* Memory comes back at the same addresses: the new state must not find the old one's universe. */
static void addresses_come_back_with_other_states(void **state)
{
    (void)state;
    lua_State *first = NULL;
    for (int i = 0; i < 20; i++) {
        struct arena arena = {.used = 0};
        lua_State *L = lua_newstate(arena_alloc, &arena);
        first = first ? first : L;
        assert_ptr_equal(L, first);
        assert_null(universe_find(L));
        luaL_openlibs(L);
        struct watch w = {0};
        watch_start(&w, L, WATCH_ALL);
        watch_run(L, "pcall(coroutine.wrap(error), 1)");
        assert_int_equal(w.raised, 2);
        if (i % 2)
            watch_release(&w, L);
        struct universe *u = universe_find(L);
        lua_close(L);
        universe_close(u, NULL);
        buffer_release(&w.log);
        assert_null(w.observer.universe);
    }
}

static void a_universe_opened_in_a_coroutine_knows_the_main_thread(void **state)
{
    (void)state;
    lua_State *L = luaL_newstate();
    lua_State *co = lua_newthread(L), *threads[4];
    struct universe *u = universe_open(co);
    assert_ptr_equal(u->main, L);
    assert_ptr_equal(u->running, L); /* never a coroutine that may go unseen */
    assert_ptr_equal(universe_find(L), u);
    assert_int_equal(universe_threads(u, co, threads, 4), 2);
    assert_ptr_equal(threads[0], co);
    assert_ptr_equal(threads[1], L);
    assert_int_equal(universe_threads(u, L, threads, 4), 1);
    lua_close(L);
    universe_close(u, NULL);
}

static void anchoring_is_balanced_and_happens_once(void **state)
{
    (void)state;
    lua_State *L = luaL_newstate();
    assert_non_null(universe_open(L));
    int top = lua_gettop(L);
    universe_anchor(L);
    universe_anchor(L);
    assert_int_equal(lua_gettop(L), top);
    lua_close(L);
    assert_null(universe_find(L = luaL_newstate()));
    lua_close(L);
}

/* Finalizers that run after the anchor's, and before it, use our functions. */
static int after_all;

static int note(lua_State *L)
{
    after_all += (int)lua_tointeger(L, 1);
    return 0;
}

static void finalizers_run_before_and_after_the_anchors(void **state)
{
    (void)state;
    static const char finalizer[] =
        "setmetatable({}, {__gc = function() local ok, m = pcall(error, 'x', 0)\n"
        "local co = coroutine.wrap(function() coroutine.yield(2) end)\n"
        "local ok2 = xpcall(error, function() end) local c = coroutine.create(print)\n"
        "coroutine.close(c) debug.sethook(function() end, 'c') debug.sethook()\n"
        "note(m == 'x' and not ok and not ok2 and debug.gethook() == nil and co()) end})";
    after_all = 0;
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "note", note);
    watch_run(L, finalizer);
    struct watch w = {0};
    watch_start(&w, L, WATCH_ALL);
    watch_run(L, finalizer);
    universe_anchor(L);
    watch_run(L, finalizer);
    lua_close(L);
    assert_int_equal(after_all, 6);
    assert_null(w.observer.universe);
    buffer_release(&w.log);
}

/* ---- who runs --------------------------------------------------------------------------------- */

/* check("main a b", ...): the threads from the main one to the running one, by their names. */
static int checks;

static int check(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *threads[16];
    int n = universe_threads(u, L, threads, 16);
    struct buffer names;
    buffer_init(&names);
    for (int i = n; i-- > 0;) {
        lua_State *at = threads[i];
        lua_getfield(L, LUA_REGISTRYINDEX, "names");
        lua_pushthread(at);
        lua_xmove(at, L, at == L ? 0 : 1);
        lua_rawget(L, -2);
        buffer_addf(&names, "%s%s", lua_isnil(L, -1) ? "?" : lua_tostring(L, -1), i ? " " : "");
        lua_pop(L, 2);
    }
    bool right = strcmp(names.data, lua_tostring(L, 1)) == 0 && threads[0] == L;
    bool seen = !lua_toboolean(L, 2);
    if (!right)
        print_error("want %s\ngot  %s\n", lua_tostring(L, 1), names.data);
    buffer_release(&names);
    assert_true(right);
    if (seen) {
        assert_ptr_equal(u->running, L);
        assert_true(u->chain ? u->chain->co == L : L == u->main);
    } else
        assert_ptr_not_equal(u->running, L);
    assert_int_equal(universe_threads(u, L, threads, 0), n);
    checks++;
    return 0;
}

static int name_thread(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "names");
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_rawset(L, -3);
    return 0;
}

struct scene {
    int checks;
    const char *chunk;
};

#define PRELUDE                                                                                    \
    "local create, yield = coroutine.create, coroutine.yield\n"                                    \
    "local function named(name, f) local co = create(f) name_thread(co, name) return co end\n"     \
    "local function wrapped(name, f) return coroutine.wrap(function(...)\n"                        \
    "name_thread(coroutine.running(), name) return f(...) end) end\n"                              \
    "local resume = coroutine.resume\n"

static const struct scene scenes[] = {
    {5, "check('main') resume(named('a', function() check('main a')\n"
        "resume(named('b', function() check('main a b') end)) check('main a') end)) check('main')"},
    {6,
     "local b = named('b', function() check('main a b') yield() check('main b') end)\n"
     "local a = named('a', function() resume(b) check('main a') yield() check('main b2 a') end)\n"
     "resume(a) check('main') resume(b) resume(named('b2', function() resume(a) end)) "
     "check('main')"},
    /* errors, by every way out */
    {4, "resume(named('a', function() check('main a') error('x') end)) check('main')\n"
        "pcall(wrapped('a', function() check('main a') error('x') end)) check('main')"},
    {4,
     "pcall(wrapped('a', function() wrapped('b', function() wrapped('c', function()\n"
     "check('main a b c') error('x') end)() end)() end)) check('main')\n"
     "resume(named('a', function() pcall(wrapped('b', function() error('x') end)) check('main a')\n"
     "end)) check('main')"},
    {3, "resume(named('a', function() xpcall(wrapped('b', function() error() end), function()\n"
        "check('main a') end) check('main a') end)) check('main')"},
    /* yields across pcall */
    {7, "local a = named('a', function() pcall(function() yield() check('main a') error() end)\n"
        "check('main a') xpcall(function() yield() check('main z a') error('e') end, function()\n"
        "check('main z a') end) check('main z a') end)\n"
        "resume(a) resume(a) check('main') resume(named('z', function() resume(a) end)) "
        "check('main')"},
    {3, "local a = wrapped('a', function() pcall(pcall, function() pcall(yield) pcall(error)\n"
        "check('main a') end) check('main a') end) a() a() check('main')"},
    /* closing */
    {3, "local a = named('a', function() local c <close> = setmetatable({}, {__close = function()\n"
        "check('main a') resume(named('b', function() check('main a b') end)) end}) yield() end)\n"
        "resume(a) coroutine.close(a) check('main')"},
    {3,
     "local a = wrapped('a', function() local c <close> = setmetatable({}, {__close = function()\n"
     "check('main a') error('again') end}) error('x') end) pcall(a) check('main')\n"
     "pcall(coroutine.close, coroutine.running()) check('main')"},
    /* failed resumes */
    {2, "local d = create(function() end) resume(d) resume(d) pcall(resume, 1) pcall(wrapped, 1)\n"
        "pcall(coroutine.close, 1) check('main') resume(named('a', function() "
        "resume(coroutine.running())\n"
        "pcall(coroutine.close, coroutine.running()) check('main a') end))"},
    {2, "local function f() local ok, m = resume(create(f)) end f() check('main')\n"
        "local function g() coroutine.wrap(g)() end pcall(g) check('main')"},
    /* through C functions and metamethods */
    {3, "resume(named('a', function() string.gsub('x', 'x', wrapped('b', function() check('main a "
        "b')\n"
        "end)) check('main a') end)) for _ in wrapped('f', function() check('main f') end) do end"},
    {2, "resume(named('a', function() host_pcall(wrapped('b', function() error('x') end))\n"
        "check('main a') end)) check('main')"},
    /* a host that resumes by itself: not seen, but what it resumed sees the right ones below */
    {5, "resume(named('a', function() host_resume(named('h', function() check('main a h', true)\n"
        "resume(named('b', function() check('main a h b') end)) check('main a h', true) end))\n"
        "check('main a') end)) check('main')"},
    {2, "host_resume(named('h', function() pcall(error) xpcall(error, print and function() end)\n"
        "check('main h', true) end)) check('main')"},
};

static void who_runs_and_who_waits_is_exact(void **state)
{
    (void)state;
    for (int mask = 0; mask <= WATCH_ALL; mask += WATCH_ALL)
        for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
            struct watch w = {0};
            lua_State *L = watch_state();
            lua_newtable(L);
            lua_setfield(L, LUA_REGISTRYINDEX, "names");
            lua_register(L, "check", check);
            lua_register(L, "name_thread", name_thread);
            lua_register(L, "host_resume", host_resume);
            lua_register(L, "host_pcall", host_pcall);
            watch_run(L, "name_thread(coroutine.running(), 'main')");
            watch_start(&w, L, mask);
            checks = 0;
            char chunk[2000];
            snprintf(chunk, sizeof chunk, PRELUDE "%s", scenes[i].chunk);
            watch_run(L, chunk);
            if (checks != scenes[i].checks)
                fail_msg("%d checks in %s", checks, scenes[i].chunk);
            assert_null(universe_find(L)->chain);
            watch_release(&w, L);
            watch_close(L);
        }
}

/* An error that jumps past a record to the main thread, as Lua's own resume does when there is no memory
   for its message. */
static int jump_past(lua_State *L)
{
    static struct resume_record records[4];
    static int used;
    lua_State *co = lua_newthread(L);
    struct resume_record *r = &records[used++ % 4];
    *r = (struct resume_record){.from = L, .co = co};
    universe_enter(universe_find(L), r);
    return luaL_error(L, "jumped");
}

static void an_error_past_a_record_leaves_none_behind(void **state)
{
    (void)state;
    lua_State *L = watch_state();
    struct universe *u = universe_find(L);
    lua_register(L, "jump_past", jump_past);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "names");
    lua_register(L, "check", check);
    lua_register(L, "name_thread", name_thread);
    watch_run(L, "name_thread(coroutine.running(), 'main')");
    checks = 0;
    watch_run(L, "pcall(jump_past) check('main') xpcall(jump_past, function() end) check('main')");
    assert_int_equal(checks, 2);
    assert_int_equal(luaL_dostring(L, "jump_past()"), 1); /* to a host's own pcall */
    assert_int_equal(luaL_dostring(L, PRELUDE "resume(named('a', function() check('main a') end))"),
                     0);
    assert_int_equal(checks, 3);
    assert_null(u->chain);
    assert_ptr_equal(u->running, L);
    watch_close(L);
}

/* ---- several OS threads ----------------------------------------------------------------------- */

static void *live(void *result)
{
    int *sum = result;
    for (int round = 0; round < 20; round++) {
        struct watch w = {0};
        lua_State *L = luaL_newstate();
        luaL_openlibs(L);
        watch_start(&w, L, round % 2 ? WATCH_ALL : LUA_MASKCALL);
        if (luaL_dostring(L,
                          "local s = 0 for i = 1, 200 do local w = coroutine.wrap(function()\n"
                          "pcall(coroutine.yield, i) pcall(error, i) end) s = s + w() w() end\n"
                          "debug.sethook(function() end, 'l') debug.sethook() return s") == LUA_OK)
            *sum += (int)lua_tointeger(L, -1) + w.raised + w.entered;
        watch_release(&w, L);
        struct universe *u = universe_find(L);
        if (round % 3)
            universe_close(u, L);
        lua_close(L);
        if (round % 3 == 0)
            universe_close(u, NULL);
    }
    return NULL;
}

static void states_live_in_several_os_threads(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    int sums[THREADS] = {0};
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, live, &sums[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(sums[i], 20 * (20100 + 200 + 400));
}

/* A state moves to another OS thread, and back. */
static void *go_on(void *state)
{
    lua_State *L = state;
    struct universe *u = universe_find(L);
    if (!u || luaL_dostring(L, "local ok, m = pcall(w) assert(not ok and m:find('late'))"))
        return NULL;
    universe_close(u, L);
    return universe_open(L);
}

static void a_state_may_move_between_os_threads(void **state)
{
    (void)state;
    lua_State *L = watch_state();
    watch_run(L, "w = coroutine.wrap(function() coroutine.yield() error('late') end) w()");
    pthread_t thread;
    void *now = NULL;
    assert_int_equal(pthread_create(&thread, NULL, go_on, L), 0);
    pthread_join(thread, &now);
    assert_non_null(now);
    assert_ptr_equal(universe_find(L), now);
    watch_run(L, "assert(coroutine.wrap(function() return 5 end)() == 5)");
    watch_close(L);
}

/* ---- abandoning ------------------------------------------------------------------------------- */

static int quit_now(lua_State *L)
{
    return universe_raise_quit(universe_find(L), L);
}

static void quit_is_told_from_other_errors(void **state)
{
    (void)state;
    lua_State *L = watch_state();
    lua_register(L, "quit", quit_now);
    lua_pushliteral(L, "not enough memory");
    assert_false(universe_is_quit(L, -1)); /* nobody quits */
    assert_int_equal(luaL_dostring(L, "error('not enough memory', 0)"), 1);
    assert_false(universe_is_quit(L, -1));
    assert_int_equal(luaL_dostring(L, "pcall(pcall, quit) went_on = true"), 1);
    assert_true(universe_is_quit(L, -1));
    lua_pushliteral(L, "other");
    assert_false(universe_is_quit(L, -1));
    lua_pushnil(L);
    assert_false(universe_is_quit(L, -1));
    lua_getglobal(L, "went_on");
    assert_true(lua_isnil(L, -1));
    /* a front end that begins anew */
    universe_find(L)->quitting = false;
    assert_int_equal(luaL_dostring(L, "return pcall(error, 'x')"), 0);
    watch_close(L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_has_its_own),
        cmocka_unit_test(addresses_come_back_with_other_states),
        cmocka_unit_test(a_universe_opened_in_a_coroutine_knows_the_main_thread),
        cmocka_unit_test(anchoring_is_balanced_and_happens_once),
        cmocka_unit_test(finalizers_run_before_and_after_the_anchors),
        cmocka_unit_test(who_runs_and_who_waits_is_exact),
        cmocka_unit_test(an_error_past_a_record_leaves_none_behind),
        cmocka_unit_test(states_live_in_several_os_threads),
        cmocka_unit_test(a_state_may_move_between_os_threads),
        cmocka_unit_test(quit_is_told_from_other_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
