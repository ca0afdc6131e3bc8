/* What the tests of timeit share: a Lua state with a clock that only the timed code turns. */
#ifndef XDB_TESTS_TIMEIT_WORLD_H
#define XDB_TESTS_TIMEIT_WORLD_H

#include "timeit/timeit.h"

#include "core/clock.h"
#include "core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>

/* A Lua state whose global `tick(n)` turns the clock by n ticks of a hundredth of a second. */
struct world {
    lua_State *L;
    struct clock clock;
    struct clock_fake fake;
    struct xdb_error err;
};

static inline int tick(lua_State *L)
{
    struct clock_fake *fake = lua_touserdata(L, lua_upvalueindex(1));
    fake->now += (uint64_t)luaL_optinteger(L, 1, 1);
    return 0;
}

static inline int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->L = luaL_newstate();
    luaL_openlibs(w->L);
    clock_fake_init(&w->clock, &w->fake, 0.01);
    lua_pushlightuserdata(w->L, &w->fake);
    lua_pushcclosure(w->L, tick, 1);
    lua_setglobal(w->L, "tick");
    *state = w;
    return 0;
}

static inline int tear_down(void **state)
{
    struct world *w = *state;
    lua_close(w->L);
    free(w);
    return 0;
}

static inline struct xdb_timer_code text_code(const char *text)
{
    return (struct xdb_timer_code){.text = text, .len = strlen(text)};
}

/* [-0, +1 when 0] A timer by the fake clock. */
static inline int try_timer(struct world *w, const char *stmt, const char *setup)
{
    struct xdb_timer_options o = {
        .stmt = text_code(stmt), .setup = text_code(setup), .own = &w->clock};
    return xdb_timer_new(w->L, &o, &w->err);
}

static inline void push_timer(struct world *w, const char *stmt, const char *setup)
{
    if (try_timer(w, stmt, setup) != 0)
        fail_msg("%s", w->err.text);
}

/* Seconds of a run of the timer on the top. */
static inline double run(struct world *w, long long number)
{
    double seconds = -1;
    int top = lua_gettop(w->L);
    if (xdb_timer_run(w->L, -1, number, &seconds, &w->err) != 0)
        fail_msg("%s", w->err.text);
    assert_int_equal(lua_gettop(w->L), top);
    return seconds;
}

static inline void near(double got, double want)
{
    if (!(got > want - 1e-9 && got < want + 1e-9))
        fail_msg("got %.12g, want %.12g", got, want);
}

static inline void do_string(struct world *w, const char *text)
{
    if (luaL_dostring(w->L, text) != LUA_OK)
        fail_msg("%s", lua_tostring(w->L, -1));
}

static inline lua_Integer global_integer(struct world *w, const char *name)
{
    lua_getglobal(w->L, name);
    lua_Integer n = lua_tointeger(w->L, -1);
    lua_pop(w->L, 1);
    return n;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
