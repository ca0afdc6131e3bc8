/* Timers: making them and what stands around a run. */
#include "timeit/timeit.h"

#include "core/error.h"
#include "timeit/code.h"
#include "timeit/collector.h"
#include "timeit/timer.h"
#include "timeit/traceback.h"

#include <lauxlib.h>
#include <stdlib.h>

struct xdb_timer *timer_at(lua_State *L, int index)
{
    return lua_touserdata(L, index);
}

/* ---- clocks ---- */

static uint64_t cpu_ticks(void *ud)
{
    (void)ud;
    return (uint64_t)clock_cpu_ns(CLOCK_CPU_PROCESS);
}

static void clock_of(enum xdb_timer_clock which, struct clock *clock)
{
    if (which == XDB_TIMER_CPU)
        *clock = (struct clock){.ticks = cpu_ticks, .seconds_per_tick = 1e-9};
    else
        clock_system(clock);
}

double xdb_default_timer(void)
{
    return (double)clock_wall_ns() * 1e-9;
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The median, since a counter that is read out of order now and then seems to stand almost still. */
double xdb_timer_resolution(enum xdb_timer_clock which)
{
    enum { looks = 501, middle = looks / 2 };
    uint64_t steps[looks];
    struct clock clock;
    clock_of(which, &clock);
    for (int i = 0; i < looks; i++) {
        uint64_t from = clock_now(&clock), to;
        do
            to = clock_now(&clock);
        while (to == from);
        steps[i] = to - from;
    }
    qsort(steps, looks, sizeof *steps, ascending);
    return (double)steps[middle] * clock.seconds_per_tick;
}

/* ---- making a timer ---- */

/* What `build` is given and gives back. */
struct order {
    const struct xdb_timer_options *options;
    struct xdb_error *err;
    int code;
};

/* Its stack. */
enum { ORDER = 1, STMT, SETUP, GLOBALS, FUNCTION, TIMER, SOURCE, CHUNK };

static bool is_callable(lua_State *L, int index)
{
    if (lua_isfunction(L, index))
        return true;
    bool found = luaL_getmetafield(L, index, "__call") != LUA_TNIL;
    if (found)
        lua_pop(L, 1);
    return found;
}

static int check_piece(lua_State *L, const char *name, const char *argument,
                       const struct xdb_timer_code *code, int index, bool *expression,
                       struct xdb_error *err)
{
    if (code->text)
        return code_check(L, name, code, expression, err);
    if (code->callable && !is_callable(L, index))
        return error_set(err, XDB_EINVAL, "%s is neither a string nor callable", argument);
    return 0;
}

static int check_order(lua_State *L, const struct xdb_timer_options *o, bool *expression,
                       struct xdb_error *err)
{
    int code = check_piece(L, "setup", "setup", &o->setup, SETUP, NULL, err);
    if (code == 0)
        code = check_piece(L, "statement", "stmt", &o->stmt, STMT, expression, err);
    if (code == 0 && o->globals && !lua_istable(L, GLOBALS))
        code = error_set(err, XDB_EINVAL, "globals must be a table");
    if (code == 0 && o->timer && !is_callable(L, FUNCTION))
        code = error_set(err, XDB_EINVAL, "timer is not callable");
    return code;
}

/* The mode that the collector had when it was last looked at, by whatever timer. */
static int guess_mode(lua_State *L)
{
    static const char key;
    struct collector c = {.mode = LUA_GCGEN};
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TNUMBER)
        c.mode = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    collector_look(L, c.mode, &c);
    if (c.mode < 0)
        return LUA_GCGEN;
    lua_pushinteger(L, c.mode);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
    return c.mode;
}

static void push_timer(lua_State *L, const struct xdb_timer_options *o)
{
    struct xdb_timer *t = lua_newuserdatauv(L, sizeof *t, TIMER_VALUES);
    *t = (struct xdb_timer){.has_function = o->timer != 0,
                            .keep_gc = o->keep_gc,
                            .target = o->target > 0 ? o->target : XDB_TIMEIT_TARGET,
                            .gc_mode = guess_mode(L),
                            .loop_bytes = -1};
    if (o->own)
        t->clock = *o->own;
    else
        clock_of(o->clock, &t->clock);
    lua_pushvalue(L, FUNCTION);
    lua_setiuservalue(L, TIMER, TIMER_FUNCTION);
    lua_pushvalue(L, TIMER);
    lua_pushcclosure(L, traceback_handler, 1);
    lua_setiuservalue(L, TIMER, TIMER_HANDLER);
}

/* Runs the chunk, which makes the function that is timed. */
static void push_inner(lua_State *L, const struct xdb_timer_options *o)
{
    if (o->globals) {
        lua_pushvalue(L, GLOBALS);
        lua_setupvalue(L, CHUNK, 1);
    }
    lua_pushvalue(L, TIMER);
    lua_pushcclosure(L, timer_next_slice, 1);
    lua_pushvalue(L, SETUP);
    lua_pushvalue(L, STMT);
    lua_call(L, 3, 1);
}

static int build(lua_State *L)
{
    struct order *order = lua_touserdata(L, ORDER);
    const struct xdb_timer_options *o = order->options;
    bool expression = false;
    order->code = check_order(L, o, &expression, order->err);
    if (order->code < 0)
        return 0;
    push_timer(L, o); /* -> ..., timer */
    order->code = code_compile(L, &o->setup, &o->stmt, expression, order->err);
    if (order->code < 0)
        return 0;
    lua_pushvalue(L, SOURCE);
    lua_setiuservalue(L, TIMER, TIMER_SOURCE);
    push_inner(L, o); /* -> ..., timer, source, inner */
    lua_setiuservalue(L, TIMER, TIMER_INNER);
    lua_settop(L, TIMER);
    return 1;
}

static void push_or_nil(lua_State *L, int index)
{
    if (index)
        lua_pushvalue(L, index);
    else
        lua_pushnil(L);
}

int xdb_timer_new(lua_State *L, const struct xdb_timer_options *options, struct xdb_error *err)
{
    struct order order = {options, err, 0};
    int globals = options->globals ? lua_absindex(L, options->globals) : 0;
    int timer = options->timer ? lua_absindex(L, options->timer) : 0;
    int stmt = options->stmt.callable ? lua_absindex(L, options->stmt.callable) : 0;
    int setup = options->setup.callable ? lua_absindex(L, options->setup.callable) : 0;
    lua_pushcfunction(L, build);
    lua_pushlightuserdata(L, &order);
    push_or_nil(L, stmt);
    push_or_nil(L, setup);
    push_or_nil(L, globals);
    push_or_nil(L, timer);
    if (lua_pcall(L, 5, 1, 0) != LUA_OK)
        order.code = error_set(err, XDB_ENOMEM, "not enough memory");
    if (order.code < 0)
        lua_pop(L, 1);
    return order.code;
}

const char *xdb_timer_source(lua_State *L, int timer, size_t *len)
{
    lua_getiuservalue(L, timer, TIMER_SOURCE);
    const char *text = lua_tolstring(L, -1, len);
    lua_pop(L, 1); /* the timer keeps it */
    return text;
}

/* ---- several runs ---- */

int xdb_timer_run(lua_State *L, int timer, long long number, double *seconds, struct xdb_error *err)
{
    return timer_run(L, timer, number, NULL, seconds, err);
}

int xdb_timer_repeat(lua_State *L, int timer, int repeat, long long number, double *seconds,
                     struct xdb_error *err)
{
    int code = 0;
    for (int i = 0; i < repeat && code == 0; i++)
        code = timer_run(L, timer, number, NULL, &seconds[i], err);
    return code;
}

int xdb_timer_autorange(lua_State *L, int timer, double target, xdb_timer_tried *tried, void *user,
                        long long *number, double *seconds, struct xdb_error *err)
{
    static const int steps[] = {1, 2, 5};
    const int64_t enough = 2000000000; /* ns in which any clock should have moved */
    timer = lua_absindex(L, timer);
    if (!(target > 0))
        target = timer_at(L, timer)->target;
    for (long long ten = 1;; ten *= 10)
        for (int i = 0; i < 3; i++) {
            long long n = ten * steps[i];
            double taken;
            int64_t start = clock_wall_ns();
            int code = timer_run(L, timer, n, NULL, &taken, err);
            if (code < 0)
                return code;
            if (tried)
                tried(user, n, taken);
            if (taken >= target) {
                *number = n;
                *seconds = taken;
                return 0;
            }
            if (!(taken > 0) && clock_wall_ns() - start >= enough)
                return error_set(err, XDB_EINVAL, "the timer stands still");
        }
}
