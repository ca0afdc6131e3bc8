/* Samplers and their timers: several in a process, in threads of their own, and samples that come too late. */
#include "profiler/sampler.h"

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

/* [sampler] Whether it has taken a few. */
static int enough(lua_State *L)
{
    const struct sampler *s = lua_touserdata(L, lua_upvalueindex(1));
    lua_pushboolean(L, s->samples >= 5);
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
    lua_pushcclosure(s->L, f, 1);
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
    int64_t own = 0, all = 0;
    for (const struct tree_node *n = s.sampler->tree->all; n; n = n->all) {
        all += n->own;
        if (n->function && n->function->is_c)
            own += n->own;
    }
    assert_true(own >
                all / 2); /* its time is that of three samples at least, and only one was taken */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thread_has_its_own),
        cmocka_unit_test(states_of_one_thread_have_their_own),
        cmocka_unit_test(too_many_are_refused_with_a_word),
        cmocka_unit_test(samples_that_come_too_late_are_counted_and_their_time_kept),
        cmocka_unit_test(foreign_signals_are_no_samples),
        cmocka_unit_test(deep_stacks_keep_both_ends),
        cmocka_unit_test(nothing_is_asked_of_a_state_that_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
