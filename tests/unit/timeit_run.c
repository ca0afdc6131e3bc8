/* timeit: what a run leaves behind: errors, the collector, memory; and what times say. */
#include "tests/unit/timeit_world.h"

#include "timeit/random.h"

/* ---- errors ---- */

static void an_error_comes_with_the_lines_of_the_source(void **state)
{
    struct world *w = *state;
    double seconds = 5;
    size_t len;
    push_timer(w, "x = 1\n  boom(  'a' )", "local function f() boom() end\nlocal y");
    assert_int_equal(xdb_timer_run(w->L, -1, 3, &seconds, &w->err), XDB_ETIMED);
    near(seconds, 5);
    assert_string_equal(w->err.text, "<timeit-src>:7: attempt to call a nil value (global 'boom')");
    assert_string_equal(xdb_timer_traceback(w->L, -1, &len),
                        "<timeit-src>:7: attempt to call a nil value (global 'boom')\n"
                        "stack traceback:\n"
                        "\t<timeit-src>:7: in function <<timeit-src>:2>\n"
                        "\t    boom(  'a' )\n");
    xdb_timer_push_error(w->L, -1);
    assert_string_equal(lua_tostring(w->L, -1), w->err.text);
}

static void error_values_of_any_type_are_kept(void **state)
{
    struct world *w = *state;
    static const char *const texts[][2] = {
        {"error(nil)", "(error object is a nil value)"},
        {"error({})", "(error object is a table value)"},
        {"error(setmetatable({}, {__tostring = function() return 'mine\\nmore' end}))", "mine"},
        {"error(setmetatable({}, {__tostring = function() error('again') end}))",
         "(error object is a table value)"},
        {"error('', 0)", ""},
        {"local function f() return f() + 1 end f()", "<timeit-src>:5: stack overflow"},
        {"coroutine.yield()", "attempt to yield from outside a coroutine"},
        {"error(12)", "12"},
    };
    double seconds;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        push_timer(w, texts[i][0], "");
        assert_int_equal(xdb_timer_run(w->L, -1, 1, &seconds, &w->err), XDB_ETIMED);
        if (strncmp(w->err.text, texts[i][1], strlen(texts[i][1])) != 0)
            fail_msg("%s: %s", texts[i][0], w->err.text);
        lua_pop(w->L, 1);
    }
}

static void the_setup_s_error_is_one_too(void **state)
{
    struct world *w = *state;
    double seconds;
    push_timer(w, "n = 1", "error('no', 0)");
    assert_int_equal(xdb_timer_run(w->L, -1, 1, &seconds, &w->err), XDB_ETIMED);
    assert_string_equal(w->err.text, "no");
}

static void a_statement_cannot_yield_out_of_its_loop(void **state)
{
    struct world *w = *state;
    push_timer(w, "coroutine.yield()", "");
    lua_State *co = lua_newthread(w->L);
    lua_insert(w->L, -2);
    lua_xmove(w->L, co, 1);
    double seconds;
    assert_int_equal(xdb_timer_run(co, -1, 1, &seconds, &w->err), XDB_ETIMED);
    assert_non_null(strstr(w->err.text, "attempt to yield"));
    lua_settop(co, 0);
    push_timer(w, "wrapped()",
               "wrapped = coroutine.wrap(function() while true do tick() "
               "coroutine.yield() end end)");
    near(run(w, 5), 0.05);
}

/* Runs the timer in the global `timer` once more. */
static int run_again(lua_State *L)
{
    double seconds;
    struct xdb_error err;
    lua_getglobal(L, "timer");
    if (xdb_timer_run(L, -1, 2, &seconds, &err) != 0)
        return luaL_error(L, "%s", err.text);
    lua_pushnumber(L, seconds);
    return 1;
}

static void a_timer_may_run_inside_of_itself(void **state)
{
    struct world *w = *state;
    lua_register(w->L, "again", run_again);
    push_timer(
        w,
        "tick(); if depth < 2 then depth = depth + 1; local s = again(); inner[#inner + 1] = s end",
        "");
    lua_pushvalue(w->L, -1);
    lua_setglobal(w->L, "timer");
    do_string(w, "depth = 0; inner = {}");
    near(run(w, 2), 0.06); /* with the four ticks inside */
    do_string(w, "assert(#inner == 2 and inner[1] == 0.02 and inner[2] == 0.04)");
}

/* ---- the collector ---- */

/* Mode, whether it runs, pause and step multiplier, as text. */
static void collector_is(struct world *w, const char *want)
{
    lua_State *L = w->L;
    char got[100];
    int running = lua_gc(L, LUA_GCISRUNNING);
    int pause = lua_gc(L, LUA_GCSETPAUSE, 200), step = lua_gc(L, LUA_GCSETSTEPMUL, 100);
    lua_gc(L, LUA_GCSETPAUSE, pause);
    lua_gc(L, LUA_GCSETSTEPMUL, step);
    int mode = lua_gc(L, LUA_GCINC, 0, 0, 0);
    if (mode == LUA_GCGEN)
        lua_gc(L, LUA_GCGEN, 0, 0);
    snprintf(got, sizeof got, "%s %s %d %d", mode == LUA_GCGEN ? "gen" : "inc",
             running ? "on" : "off", pause, step);
    assert_string_equal(got, want);
}

static void the_collector_stands_still_and_is_put_back(void **state)
{
    struct world *w = *state;
    static const char *const ways[][2] = {
        {"collectgarbage('incremental', 120, 240)", "inc on 120 240"},
        {"collectgarbage('generational')", "gen on 120 240"},
        {"collectgarbage('stop')", "gen off 120 240"},
        {"collectgarbage('incremental', 160, 280); collectgarbage('stop')", "inc off 160 280"},
    };
    static const char *const statements[][2] = {
        {"off = not collectgarbage('isrunning')", ""},
        {"off = not collectgarbage('isrunning'); error('stop')", ""},
        {"off = true", "collectgarbage('generational'); collectgarbage('setpause', 400)"},
        {"off = true; error('stop')", "collectgarbage('incremental', 400, 400)"},
        {"off = true", "collectgarbage('restart')"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        do_string(w, ways[i][0]);
        collector_is(w, ways[i][1]);
        for (size_t k = 0; k < sizeof statements / sizeof *statements; k++) {
            double seconds;
            do_string(w, "off = false");
            push_timer(w, statements[k][0], statements[k][1]);
            xdb_timer_run(w->L, -1, 2, &seconds, &w->err);
            do_string(w, "assert(off)");
            collector_is(w, ways[i][1]);
            lua_pop(w->L, 1);
        }
    }
}

static void the_setup_may_restart_the_collector(void **state)
{
    struct world *w = *state;
    push_timer(w, "assert(collectgarbage('isrunning'))", "collectgarbage('restart')");
    run(w, 2);
    struct xdb_timer_options o = {.stmt = text_code("assert(collectgarbage('isrunning'))"),
                                  .keep_gc = true};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), 0);
    run(w, 2);
}

/* 600 MB of garbage; each megabyte's finalizer turns the clock, which nobody must see. */
static void garbage_is_collected_with_the_clock_stopped(void **state)
{
    struct world *w = *state;
    push_timer(w,
               "local s = ('x'):rep(1 << 20)\n"
               "setmetatable({}, {__gc = function() tick(1000) end})\n"
               "tick(); n = n + 1; most = math.max(most, collectgarbage('count'))",
               "n = 0; most = 0; collectgarbage()");
    near(run(w, 300), 3.0);
    assert_int_equal(global_integer(w, "n"), 300);
    do_string(w, "assert(most < 300 * 1024, most)");
    do_string(w, "collectgarbage('stop')"); /* whoever has stopped it wants no collections */
    push_timer(w, "tick()",
               "gone = 0; for i = 1, 100 do setmetatable({}, {__gc = function() gone = "
               "gone + 1 end}) end");
    run(w, 3);
    assert_int_equal(global_integer(w, "gone"), 0);
}

/* ---- memory ---- */

static void memory_is_counted_exactly(void **state)
{
    struct world *w = *state;
    struct xdb_timer_memory m;
    push_timer(w, "local t = {}", "");
    assert_int_equal(xdb_timer_memory(w->L, -1, 100, &m, &w->err), 0);
    lua_Integer table = (lua_Integer)m.bytes;
    assert_int_equal(m.loops, 100);
    near(m.objects, 1);
    near(m.least_bytes, m.most_bytes);
    push_timer(w, "local t, u = {}, {}", "x = {1, 2, 3}");
    assert_int_equal(xdb_timer_memory(w->L, -1, 100, &m, &w->err), 0);
    near(m.objects, 2);
    near(m.bytes, 2.0 * (double)table);
    push_timer(w, "x = 1", "");
    assert_int_equal(xdb_timer_memory(w->L, -1, 100, &m, &w->err), 0);
    near(m.bytes, 0);
    near(m.objects, 0);
    push_timer(w, "t[#t + 1] = 1", "t = {}");
    assert_int_equal(xdb_timer_memory(w->L, -1, 1023, &m, &w->err), 0);
    assert_true(m.most_bytes > m.least_bytes);
    near(m.least_bytes, 0);
    assert_int_equal(xdb_timer_memory(w->L, -1, 0, &m, &w->err), XDB_EINVAL);
}

static void counting_leaves_the_allocator_as_it_was(void **state)
{
    struct world *w = *state;
    struct xdb_timer_memory m;
    void *ud, *ud_after;
    lua_Alloc alloc = lua_getallocf(w->L, &ud);
    push_timer(w, "local t = {}; error('x')", "");
    assert_int_equal(xdb_timer_memory(w->L, -1, 10, &m, &w->err), XDB_ETIMED);
    assert_true(lua_getallocf(w->L, &ud_after) == alloc && ud_after == ud);
}

/* The state's own allocator, which fails from the `left`th call on. */
struct short_memory {
    lua_Alloc alloc;
    void *ud;
    long left;
};

static void *fail_alloc(void *ud, void *block, size_t old_size, size_t size)
{
    struct short_memory *m = ud;
    if (size > (block ? old_size : 0) && m->left-- <= 0)
        return NULL;
    return m->alloc(m->ud, block, old_size, size);
}

static void want_of_memory_is_an_error_everywhere(void **state)
{
    struct world *w = *state;
    struct short_memory m;
    int code = XDB_ENOMEM;
    m.alloc = lua_getallocf(w->L, &m.ud);
    for (long n = 0; code != 0; n++) {
        double seconds = 0;
        int top = lua_gettop(w->L);
        m.left = n;
        lua_setallocf(w->L, fail_alloc, &m);
        code = try_timer(w, "local t = {{}, {}}; tick()", "local a = 'x' .. #tostring(tick)");
        if (code == 0)
            code = xdb_timer_run(w->L, -1, 3, &seconds, &w->err);
        lua_setallocf(w->L, m.alloc, m.ud);
        if (code != 0)
            assert_true(code == XDB_ENOMEM || code == XDB_ETIMED);
        else
            near(seconds, 0.03);
        assert_true(lua_gc(w->L, LUA_GCISRUNNING));
        assert_true(n < 2000);
        lua_settop(w->L, top);
    }
}

/* ---- statistics ---- */

static void statistics_are_the_usual_ones(void **state)
{
    struct xdb_timeit_stats s;
    (void)state;
    const double values[] = {4, 1, 3, 2, 100};
    assert_int_equal(xdb_timeit_stats(values, 5, &s, NULL), 0);
    near(s.least, 1);
    near(s.greatest, 100);
    near(s.median, 3);
    near(s.mean, 22);
    assert_true(s.deviation > 43.6 && s.deviation < 43.7);
    assert_int_equal(s.outliers, 1);
    assert_int_equal(xdb_timeit_stats(values, 4, &s, NULL), 0);
    near(s.median, 2.5);
    assert_int_equal(xdb_timeit_stats(values, 1, &s, NULL), 0);
    near(s.deviation, 0);
    assert_int_equal(s.outliers, 0);
    assert_int_equal(xdb_timeit_stats(values, 0, &s, NULL), XDB_EINVAL);
}

static void an_interval_holds_one_unless_there_is_a_difference(void **state)
{
    struct xdb_timeit_ratio r, again;
    double a[20], b[20], c[20];
    (void)state;
    for (int i = 0; i < 20; i++) {
        a[i] = 100 + i * 7 % 20;
        b[i] = 100 + i * 11 % 20;
        c[i] = 2 * a[i];
    }
    assert_int_equal(xdb_timeit_compare(a, b, 20, &r, NULL), 0);
    assert_true(r.low <= 1 && r.high >= 1 && r.low < r.high);
    assert_int_equal(xdb_timeit_compare(a, b, 20, &again, NULL), 0);
    assert_memory_equal(&r, &again, sizeof r);
    assert_int_equal(xdb_timeit_compare(a, c, 20, &r, NULL), 0);
    near(r.ratio, 2);
    assert_true(r.low > 1.8 && r.high < 2.2);
    assert_int_equal(xdb_timeit_compare(a, c, 7, &r, NULL), 0); /* too few to say anything */
    assert_true(r.low == 0 && r.high > 1e300);
    assert_int_equal(xdb_timeit_compare(a, c, 0, &r, NULL), XDB_EINVAL);
}

/* Twice the same thing, as times often are: near the least, or longer, or in two places. */
static double some_time(int kind, uint64_t *random)
{
    double part = (double)(random_next(random) >> 11) / 9007199254740992.0;
    double noise = (double)(random_next(random) >> 11) / 9007199254740992.0;
    return kind == 0   ? 1 + 0.05 * part
           : kind == 1 ? 1 / (1 - 0.9 * part)
                       : (part < 0.5 ? 1 : 2) + 0.05 * noise;
}

static void the_same_twice_is_seldom_called_different(void **state)
{
    enum { tries = 200, most = 25 };
    static const size_t rounds[] = {8, 25};
    uint64_t random = 5;
    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < 2; i++) {
            int wrong = 0;
            for (int k = 0; k < tries; k++) {
                double a[most], b[most];
                struct xdb_timeit_ratio r;
                for (size_t round = 0; round < rounds[i]; round++) {
                    a[round] = some_time(kind, &random);
                    b[round] = some_time(kind, &random);
                }
                assert_int_equal(xdb_timeit_compare(a, b, rounds[i], &r, NULL), 0);
                wrong += r.low > 1 || r.high < 1;
            }
            if (wrong > tries * 5 / 100)
                fail_msg("kind %d, %zu rounds: %d of %d", kind, rounds[i], wrong, tries);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_error_comes_with_the_lines_of_the_source),
        TEST(error_values_of_any_type_are_kept),
        TEST(the_setup_s_error_is_one_too),
        TEST(a_statement_cannot_yield_out_of_its_loop),
        TEST(a_timer_may_run_inside_of_itself),
        TEST(the_collector_stands_still_and_is_put_back),
        TEST(the_setup_may_restart_the_collector),
        TEST(garbage_is_collected_with_the_clock_stopped),
        TEST(memory_is_counted_exactly),
        TEST(counting_leaves_the_allocator_as_it_was),
        TEST(want_of_memory_is_an_error_everywhere),
        TEST(statistics_are_the_usual_ones),
        TEST(an_interval_holds_one_unless_there_is_a_difference),
        TEST(the_same_twice_is_seldom_called_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
