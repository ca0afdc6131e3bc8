/*
** A Lua state under a collector, for tests. The program's `tick(n)` turns the clock, but only once `tick` has
** returned: the time is its caller's own. `enable`, `disable` and `clear` are there for programs that do it by hand.
*/
#ifndef XDB_TESTS_UNIT_PROFILER_SESSION_H
#define XDB_TESTS_UNIT_PROFILER_SESSION_H

#include "profiler/collector.h"
#include "profiler/snapshot.h"

#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct session {
    lua_State *L;
    uint64_t now, coming; /* ticks */
    struct clock clock;
    struct collector *collector;
    struct xdb_stats *stats;
    double bias;
    bool by_hand, no_subcalls;
};

static struct session *session_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

static int program_tick(lua_State *L)
{
    session_of(L)->coming += (uint64_t)luaL_checkinteger(L, 1);
    return 0;
}

/* The first reading after `tick` is that of its own return. */
static uint64_t read_clock(void *ud)
{
    struct session *s = ud;
    uint64_t now = s->now;
    s->now += s->coming;
    s->coming = 0;
    return now;
}

static int program_enable(lua_State *L)
{
    struct xdb_error err;
    if (!session_of(L)->collector->active &&
        collector_enable(session_of(L)->collector, universe_open(L), L, &err) < 0)
        return luaL_error(L, "%s", err.text);
    return 0;
}

static int program_disable(lua_State *L)
{
    collector_disable(session_of(L)->collector, L);
    return 0;
}

static int program_clear(lua_State *L)
{
    collector_clear(session_of(L)->collector);
    return 0;
}

static void add_function(struct session *s, const char *name, lua_CFunction f)
{
    lua_pushlightuserdata(s->L, s);
    lua_pushcclosure(s->L, f, 1);
    lua_setglobal(s->L, name);
}

/* `real`: under the processor's clock, so that events take the fast way. */
static void session_init(struct session *s, bool real)
{
    memset(s, 0, sizeof *s);
    s->L = luaL_newstate();
    assert_non_null(s->L);
    luaL_openlibs(s->L);
    if (real)
        clock_system(&s->clock);
    else
        s->clock = (struct clock){.ticks = read_clock, .ud = s, .seconds_per_tick = 1};
    s->collector = collector_new(&s->clock);
    assert_non_null(s->collector);
    add_function(s, "tick", program_tick);
    add_function(s, "enable", program_enable);
    add_function(s, "disable", program_disable);
    add_function(s, "clear", program_clear);
}

static void session_release(struct session *s)
{
    struct universe *u = universe_find(s->L);
    lua_close(s->L);
    universe_close(u, NULL);
    collector_free(s->collector);
    xdb_stats_free(s->stats);
}

static void run(struct session *s, const char *program)
{
    struct xdb_error err;
    struct universe *u = universe_open(s->L);
    assert_int_equal(luaL_loadbuffer(s->L, program, strlen(program), program), LUA_OK);
    if (!s->by_hand)
        assert_int_equal(collector_enable(s->collector, u, s->L, &err), 0);
    int status = lua_pcall(s->L, 0, 0, 0);
    if (status != LUA_OK)
        print_error("%s\n", lua_tostring(s->L, -1));
    assert_int_equal(status, LUA_OK);
    collector_disable(s->collector, s->L);
    struct snapshot_options options = {.seconds_per_tick = s->collector->clock.seconds_per_tick,
                                       .bias = s->bias,
                                       .subcalls = !s->no_subcalls};
    xdb_stats_free(s->stats);
    s->stats = snapshot_take(s->collector->tree, &options, &err);
    assert_non_null(s->stats);
}

/* The function of this name; C functions are called <name>. NULL when there is none. */
static const struct stats_function *find(const struct session *s, const char *name)
{
    for (size_t i = 0; i < s->stats->nfunctions; i++)
        if (strcmp(s->stats->functions[i].name, name) == 0)
            return &s->stats->functions[i];
    return NULL;
}

static const struct stats_edge *edge(const struct session *s, const char *caller,
                                     const char *callee)
{
    const struct stats_function *functions = s->stats->functions;
    for (size_t i = 0; i < s->stats->nedges; i++)
        if (strcmp(functions[s->stats->edges[i].caller].name, caller) == 0 &&
            strcmp(functions[s->stats->edges[i].callee].name, callee) == 0)
            return &s->stats->edges[i];
    return NULL;
}

static void expect(const struct session *s, const char *name, long long nc, long long cc, double tt,
                   double ct)
{
    const struct stats_function *f = find(s, name);
    assert_non_null(f);
    if (f->nc != nc || f->cc != cc || f->tt != tt || f->ct != ct)
        fail_msg("%s: %lld/%lld calls, %g own, %g cumulative; not %lld/%lld, %g, %g", name, f->nc,
                 f->cc, f->tt, f->ct, nc, cc, tt, ct);
}

static void expect_edge(const struct session *s, const char *caller, const char *callee,
                        long long nc, long long cc, double tt, double ct)
{
    const struct stats_edge *e = edge(s, caller, callee);
    assert_non_null(e);
    if (e->nc != nc || e->cc != cc || e->tt != tt || e->ct != ct)
        fail_msg("%s -> %s: %lld/%lld calls, %g own, %g cumulative; not %lld/%lld, %g, %g", caller,
                 callee, e->nc, e->cc, e->tt, e->ct, nc, cc, tt, ct);
}

static void assert_near(double is, double should_be, double tolerance)
{
    if (is < should_be - tolerance || is > should_be + tolerance)
        fail_msg("%.17g is not %.17g", is, should_be);
}

static double total(const struct session *s)
{
    return xdb_stats_total(s->stats, NULL, NULL);
}

#endif
