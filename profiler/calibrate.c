/*
** What an event costs: a loop of calls of an empty function is timed without a profiler and under one, in a
** Lua state of its own. The least of several rounds counts, since all else only ever adds.
*/
#include "core/error.h"
#include "profiler/profiler.h"
#include "profiler/profiler_state.h"
#include "profiler/snapshot.h"

#include <lauxlib.h>
#include <string.h>

enum { ROUNDS = 25 };

/* -> a function that calls nothing n times */
static const char program[] = "local function nothing() end\n"
                              "return function(n) for _ = 1, n do nothing() end end";

/* Seconds of `n` calls; a negative number when Lua failed. */
static double timed(lua_State *L, long long n)
{
    lua_pushvalue(L, 1);
    lua_pushinteger(L, (lua_Integer)n);
    int64_t start = clock_wall_ns();
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        lua_pop(L, 1);
        return -1;
    }
    return (double)(clock_wall_ns() - start) * 1e-9;
}

static double least(double a, double b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int measure(lua_State *L, struct xdb_profiler *p, long long calls,
                   struct xdb_profiler_calibration *out, struct xdb_error *err)
{
    long long each = calls / ROUNDS > 0 ? calls / ROUNDS : 1, counted;
    double plain = -1, profiled = -1;
    for (int i = 0; i < ROUNDS; i++) {
        plain = least(plain, timed(L, each));
        int failed = xdb_profiler_enable(p, L, err);
        if (failed)
            return failed;
        profiled = least(profiled, timed(L, each));
        xdb_profiler_disable(p, L);
    }
    struct xdb_stats *s = xdb_profiler_stats(p, err);
    if (!s)
        return XDB_ENOMEM;
    out->reported = xdb_stats_total(s, &counted, NULL);
    xdb_stats_free(s);
    if (counted != (each + 1) * ROUNDS)
        return error_set(err, XDB_EINVAL, "internal error: total calls = %lld", counted);
    out->total_calls = (double)counted;
    out->plain = plain;
    out->profiled = profiled;
    out->bias = (profiled - plain) / (2.0 * (double)each);
    return 0;
}

int xdb_profiler_calibrate(long long calls, struct xdb_profiler_calibration *out,
                           struct xdb_error *err)
{
    struct xdb_profiler_calibration found = {0};
    if (calls < 1 || calls > 1000000000)
        return error_set(err, XDB_EINVAL, "calls must be from 1 to 1000000000");
    lua_State *L = luaL_newstate();
    if (!L)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    struct xdb_profiler *p = xdb_profiler_new(L, NULL, err);
    int failed = p ? 0 : XDB_ENOMEM;
    if (!failed && (luaL_loadstring(L, program) != LUA_OK || lua_pcall(L, 0, 1, 0) != LUA_OK))
        failed = error_set(err, XDB_ENOMEM, "not enough memory");
    if (!failed)
        failed = measure(L, p, calls, &found, err);
    struct universe *u = universe_find(L);
    xdb_profiler_free(p, L);
    lua_close(L);
    universe_close(u, NULL);
    if (!failed)
        *out = found;
    return failed;
}
