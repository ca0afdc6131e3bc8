/* Samplers and their timers: several in a process, in threads of their own, and samples that come too late. */
#include "profiler/sampler.h"
#include "profiler/collector.h"
#include "profiler/snapshot.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>

/* A state with a sampler of its own. */
struct sampled {
    lua_State *L;
    struct universe *u;
    struct sampler *sampler;
    uint64_t wanted; /* samples; 0: a few */
};

static struct sampled make(double rate)
{
    struct clock clock;
    struct sampled s = {.L = luaL_newstate()};
    clock_system(&clock);
    luaL_openlibs(s.L);
    s.u = universe_open(s.L);
    s.sampler = sampler_new(&clock, rate);
    return s;
}

static void drop(struct sampled *s)
{
    sampler_disable(s->sampler, s->L);
    sampler_free(s->sampler);
    lua_close(s->L);
    universe_close(s->u, NULL);
}

/* [sampler, wanted] Whether it has taken so many. */
static int enough(lua_State *L)
{
    const struct sampler *s = lua_touserdata(L, lua_upvalueindex(1));
    lua_pushboolean(L, s->samples >= (uint64_t)lua_tointeger(L, lua_upvalueindex(2)));
    return 1;
}

/* [sampler] Computes until more samples were due than can be taken here. */
static int compute(lua_State *L)
{
    const struct sampler *s = lua_touserdata(L, lua_upvalueindex(1));
    uint64_t before = s->missed;
    while (s->missed < before + 3)
        ;
    return 0;
}

static bool run(struct sampled *s, lua_CFunction f, const char *program)
{
    lua_pushlightuserdata(s->L, s->sampler);
    lua_pushinteger(s->L, s->wanted ? (lua_Integer)s->wanted : 5);
    lua_pushcclosure(s->L, f, 2);
    lua_setglobal(s->L, "f");
    return luaL_dostring(s->L, program) == LUA_OK;
}

/* What a thread does: its samples come to it, and tell its own program. The names of the functions found. */
static void *sample_alone(void *name)
{
    struct sampled s = make(2000);
    char program[200];
    snprintf(program, sizeof program, "local function %s() while not f() do end end %s()",
             (char *)name, (char *)name);
    bool good = sampler_enable(s.sampler, s.u, s.L, NULL) == 0 && run(&s, enough, program);
    bool found = false;
    for (const struct tree_function *f = s.sampler->tree->first; f; f = f->all) {
        found |= strcmp(f->name, name) == 0;
        good &= strcmp(f->name, name) == 0 || *f->name == '<';
    }
    drop(&s);
    return good && found ? name : NULL;
}

static void each_thread_has_its_own(void **state)
{
    static char names[][8] = {"one", "two", "three", "four"};
    enum { N = sizeof names / sizeof *names };
    pthread_t threads[N];
    struct sigaction before, after;
    (void)state;
    sigaction(SIGPROF, NULL, &before);
    for (int i = 0; i < N; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, sample_alone, names[i]), 0);
    for (int i = 0; i < N; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, names[i]);
    }
    sigaction(SIGPROF, NULL, &after);
    assert_ptr_equal(after.sa_sigaction, before.sa_sigaction);
}

static void states_of_one_thread_have_their_own(void **state)
{
    struct sampled one = make(2000), two = make(2000);
    (void)state;
    assert_int_equal(sampler_enable(one.sampler, one.u, one.L, NULL), 0);
    assert_int_equal(sampler_enable(two.sampler, two.u, two.L, NULL), 0);
    assert_true(run(&one, enough, "while not f() do end"));
    assert_true(run(&two, enough, "while not f() do end"));
    sampler_disable(one.sampler, one.L);
    uint64_t before = two.sampler->samples;
    two.sampler->samples = 0;
    assert_true(run(&two, enough, "while not f() do end")); /* goes on without the other */
    assert_true(before >= 5);
    drop(&one);
    drop(&two);
}

static void too_many_are_refused_with_a_word(void **state)
{
    enum { MOST = 64 };
    static struct sampled all[MOST + 1];
    struct xdb_error err = {""};
    (void)state;
    for (int i = 0; i <= MOST; i++)
        all[i] = make(1);
    for (int i = 0; i < MOST; i++)
        assert_int_equal(sampler_enable(all[i].sampler, all[i].u, all[i].L, &err), 0);
    assert_int_equal(sampler_enable(all[MOST].sampler, all[MOST].u, all[MOST].L, &err), XDB_EINVAL);
    assert_string_equal(err.text,
                        "64 sampling profilers are active in this process, and no more can be");
    sampler_disable(all[7].sampler, all[7].L);
    assert_int_equal(sampler_enable(all[MOST].sampler, all[MOST].u, all[MOST].L, &err), 0);
    for (int i = 0; i <= MOST; i++)
        drop(&all[i]);
}

static void samples_that_come_too_late_are_counted_and_their_time_kept(void **state)
{
    struct sampled s = make(2000);
    (void)state;
    assert_int_equal(sampler_enable(s.sampler, s.u, s.L, NULL), 0);
    assert_true(run(&s, compute, "f() for i = 1, 100 do end"));
    sampler_disable(s.sampler, s.L);
    assert_true(s.sampler->missed >= 3);
    assert_true(s.sampler->samples >= 1);
    int64_t own = 0;
    for (const struct tree_node *n = s.sampler->tree->all; n; n = n->all)
        if (n->function && n->function->is_c)
            own += n->own;
    clock_refine(&s.sampler->clock);
    assert_true((double)own * s.sampler->clock.seconds_per_tick > 2.0 / 2000); /* periods */
    drop(&s);
}

static void foreign_signals_are_no_samples(void **state)
{
    struct sampled s = make(0.001);
    (void)state;
    assert_int_equal(sampler_enable(s.sampler, s.u, s.L, NULL), 0);
    raise(SIGPROF);
    assert_int_equal(luaL_dostring(s.L, "for i = 1, 100 do end"), LUA_OK);
    assert_int_equal(s.sampler->samples, 0);
    drop(&s);
}

/* [sampler] A sample here and now. */
static int sample(lua_State *L)
{
    const struct sampler *s = lua_touserdata(L, lua_upvalueindex(1));
    hook_sample_request(s->observer.universe);
    return 0;
}

static void deep_stacks_keep_both_ends(void **state)
{
    struct sampled s = make(0);
    (void)state;
    assert_int_equal(sampler_enable(s.sampler, s.u, s.L, NULL), 0);
    assert_true(
        run(&s, sample,
            "local function deep(n) if n == 0 then f() return 0 end return 1 + deep(n - 1) end\n"
            "local function first() return 1 + deep(3000) end first()"));
    assert_int_equal(s.sampler->samples, 1);
    assert_true(s.sampler->tree->folded);
    const struct tree_node *n = s.sampler->tree->all;
    while (n->calls == 0)
        n = n->all;
    assert_true(n->function->is_c);
    for (; n->parent->parent->parent; n = n->parent)
        ;
    if (layout_on()) { /* else the youngest alone are looked at */
        assert_string_equal(n->function->name, "first");
        assert_string_equal(n->parent->function->name, "<main>");
    }
    drop(&s);
}

static void nothing_is_asked_of_a_state_that_closes(void **state)
{
    struct sampled s = make(0);
    (void)state;
    assert_int_equal(sampler_enable(s.sampler, s.u, s.L, NULL), 0);
    assert_int_equal(luaL_dostring(s.L, "return pcall(os.exit, {}, true)"), LUA_OK);
    assert_false(s.u->closing); /* it complained of its argument */
    s.u->closing = 1;
    hook_sample_request(s.u);
    hook_interrupt_request(s.u);
    assert_null(lua_gethook(s.L));
    s.u->closing = 0;
    hook_sample_request(s.u);
    assert_non_null(lua_gethook(s.L));
    drop(&s);
}

/* ---- lines ------------------------------------------------------------------------------------ */

/* The line of the frame that calls this, as `position` and the event tell it. */
static int line_by(struct position position, lua_State *L, int event)
{
    lua_Debug ar;
    lua_getstack(L, 1, &ar);
    return position_line(&position, ar.i_ci, event);
}

/* Called on line 3 of a function of lines 1 to 5, one instruction or more each. */
static int probe(lua_State *L)
{
    lua_Debug ar;
    lua_getstack(L, 1, &ar);
    const struct Proto *p = layout_proto(ar.i_ci);
    const char *code = layout_code(p);
    int n = layout_sizecode(p), called = layout_nextpc(ar.i_ci, p);
    struct position nothing = {.ci = ar.i_ci,
                               .words = {1, (uintptr_t)code, (uintptr_t)p, (uintptr_t)L}};
    for (int next = 1; next <= n; next++) {
        struct position known = nothing;
        known.words[7] = (uintptr_t)code + (uintptr_t)next * 4;
        assert_int_equal(line_by(known, L, LUA_HOOKCOUNT), layout_line(p, next - 1));
        known.words[9] = known.words[7] - 4; /* that one is being fetched */
        assert_int_equal(line_by(known, L, LUA_HOOKCOUNT), layout_line(p, next - 1));
        known.words[11] = (uintptr_t)code + (uintptr_t)(next > n / 2 ? 1 : n) * 4; /* which? */
        assert_int_equal(line_by(known, L, LUA_HOOKCOUNT), 0);
        known.ci = NULL;
        assert_int_equal(line_by(known, L, LUA_HOOKCOUNT), 0);
    }
    assert_int_equal(line_by(nothing, L, LUA_HOOKCALL), 0);
    nothing.saved = code + (ptrdiff_t)called * 4;
    assert_int_equal(line_by(nothing, L, LUA_HOOKCALL),
                     3); /* the call was the last to save where it was */
    assert_int_equal(line_by(nothing, L, LUA_HOOKCOUNT), 0);
    nothing.saved = code + (ptrdiff_t)(called - 1) * 4;
    assert_int_equal(line_by(nothing, L, LUA_HOOKCOUNT), layout_line(p, called - 2));
    return 0;
}

static void the_line_is_that_of_the_signal_or_unknown(void **state)
{
    lua_State *L = luaL_newstate();
    (void)state;
    layout_prove();
    lua_register(L, "probe", probe);
    if (layout_on())
        assert_int_equal(
            luaL_dostring(L, "local a = 1\nlocal b = a + 1\nprobe()\nlocal c = b\nreturn c"),
            LUA_OK);
    lua_close(L);
}

/*
** A loop in which one line has nearly all of the work, and no instruction there can take a sample: they come when the loop
** begins anew.
*/
static const char uneven[] =
    "while not f() do\n"
    "  local s = 0\n"
    "  for i = 1, 1000 do\n"
    "    local a = i\n"
    "    s = s + i * 3 - a + i * 5 - a * 2 + i * 7 - a * 3 + i * 9 - a * 4 + i * 3 - a\n"
    "  end\n"
    "end\n";

static void work_is_found_on_its_line(void **state)
{
    struct sampled s = make(5000);
    uint64_t light = 0, heavy = 0;
    (void)state;
    assert_int_equal(sampler_enable(s.sampler, s.u, s.L, NULL), 0);
    s.wanted = 200;
    assert_true(run(&s, enough, uneven));
    sampler_disable(s.sampler, s.L);
    for (size_t i = 0; i < s.sampler->lines.n; i++) {
        const struct line_record *r = &s.sampler->lines.records[i];
        light += r->line == 4 ? r->direct : 0;
        heavy += r->line == 5 ? r->direct : 0;
    }
    assert_true(heavy > light ||
                (heavy == 0 && light == 0)); /* nothing is known without the layout */
    assert_true(heavy > 0 || !layout_on());
    drop(&s);
}

/* ---- samples against events ------------------------------------------------------------------- */

enum { PERIOD = 211 }; /* ticks between samples */

/* A clock that `spend` alone moves on. */
static uint64_t now;

static uint64_t read_clock(void *ud)
{
    (void)ud;
    return now;
}

/* (ticks) What would be done for so long; the timer goes off in between. */
static int spend(lua_State *L)
{
    uint64_t periods = now / PERIOD;
    now += (uint64_t)luaL_checkinteger(L, 1);
    if (now / PERIOD != periods)
        hook_sample_request(universe_find(L));
    return 0;
}

static const char mixed[] =
    "local seed = 42\n"
    "local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648\n"
    "  return seed // 65536 % n end\n"
    "local function short() spend(random(40)) end\n"
    "local function long() spend(random(90)) short() end\n"
    "local function again(n) spend(random(7)) if n > 0 then again(n - 1) end short() end\n"
    "local function tail() return short() end\n"
    "local co = coroutine.wrap(function() while true do spend(random(60)) coroutine.yield() end "
    "end)\n"
    "for i = 1, 20000 do\n"
    "  if random(3) == 0 then long() end\n"
    "  again(random(4)) co() tail() pcall(short) spend(random(20))\n"
    "end\n";

/* The profile of `mixed`, by samples or by events. */
static struct xdb_stats *profile_mixed(bool by_samples)
{
    const struct clock clock = {.ticks = read_clock, .seconds_per_tick = 1};
    struct sampled s = make(0);
    struct snapshot_options options = {
        .seconds_per_tick = 1, .subcalls = true, .sampled = by_samples};
    struct collector *c = collector_new(&clock);
    now = 0;
    s.sampler->clock = clock;
    s.sampler->builtins = false;
    collector_set_builtins(c, false);
    lua_register(s.L, "spend", spend);
    int failed = by_samples ? sampler_enable(s.sampler, s.u, s.L, NULL)
                            : collector_enable(c, s.u, s.L, NULL);
    assert_int_equal(failed, 0);
    assert_int_equal(luaL_dostring(s.L, mixed), LUA_OK);
    collector_disable(c, s.L);
    sampler_disable(s.sampler, s.L);
    struct xdb_stats *stats = snapshot_take(by_samples ? s.sampler->tree : c->tree, &options, NULL);
    collector_free(c);
    drop(&s);
    return stats;
}

static const struct stats_function *find(const struct xdb_stats *s, const struct stats_function *f)
{
    for (size_t i = 0; i < s->nfunctions; i++)
        if (stats_compare_keys(&s->functions[i], f) == 0)
            return &s->functions[i];
    return NULL;
}

static void samples_agree_with_events(void **state)
{
    struct xdb_stats *events = profile_mixed(false), *samples = profile_mixed(true);
    double all = xdb_stats_total(events, NULL, NULL), found = xdb_stats_total(samples, NULL, NULL);
    int compared = 0;
    (void)state;
    assert_true(all - found >= 0 &&
                all - found < PERIOD); /* nothing but what comes after the last */
    for (size_t i = 0; i < events->nfunctions; i++) {
        const struct stats_function *f = &events->functions[i], *g = find(samples, f);
        if (f->ct < 0.05 * all)
            continue;
        compared++;
        assert_non_null(g);
        if (fabs(f->tt / all - g->tt / found) > 0.02 || fabs(f->ct / all - g->ct / found) > 0.02)
            fail_msg("%s: own %g %%, by samples %g %%; in all %g %%, by samples %g %%", f->name,
                     f->tt / all * 100, g->tt / found * 100, f->ct / all * 100,
                     g->ct / found * 100);
    }
    assert_int_equal(compared, 5);
    xdb_stats_free(events);
    xdb_stats_free(samples);
}

static void without_builtins_samples_are_their_callers(void **state)
{
    struct sampled s = make(0);
    (void)state;
    s.sampler->builtins = false;
    assert_int_equal(sampler_enable(s.sampler, s.u, s.L, NULL), 0);
    assert_true(run(&s, sample, "local function caller() f() end caller() pcall(f)"));
    for (const struct tree_function *f = s.sampler->tree->first; f; f = f->all)
        assert_false(f->is_c);
    assert_int_equal(s.sampler->samples, 2);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thread_has_its_own),
        cmocka_unit_test(states_of_one_thread_have_their_own),
        cmocka_unit_test(too_many_are_refused_with_a_word),
        cmocka_unit_test(samples_that_come_too_late_are_counted_and_their_time_kept),
        cmocka_unit_test(foreign_signals_are_no_samples),
        cmocka_unit_test(deep_stacks_keep_both_ends),
        cmocka_unit_test(the_line_is_that_of_the_signal_or_unknown),
        cmocka_unit_test(work_is_found_on_its_line),
        cmocka_unit_test(samples_agree_with_events),
        cmocka_unit_test(without_builtins_samples_are_their_callers),
        cmocka_unit_test(nothing_is_asked_of_a_state_that_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
