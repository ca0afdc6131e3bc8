/* One run of a timer: the slices of its loop, and the collector around them. */
#include "core/error.h"
#include "timeit/collector.h"
#include "timeit/memory.h"
#include "timeit/timer.h"
#include "timeit/traceback.h"

#include <lauxlib.h>

enum {
    garbage_limit = 128 << 20, /* bytes that may come together while the collector is stopped */
    settled_limit = 16 << 20,  /* bytes that a run may find left over from the ones before */
    growth = 99                /* a slice is at most so many times what is done */
};

/* A reading of the timer: ticks of a clock, or what a function of the caller's returned. */
struct reading {
    uint64_t ticks;
    lua_Integer integer;
    lua_Number number;
    bool is_integer;
};

struct timer_run {
    struct timer_run *outer; /* the run inside of which the statement started this one */
    struct memory_count *memory;
    long long left;  /* loops still to be handed out */
    long long slice; /* the ones handed out last; 0: none yet */
    long long done;  /* finished before those */
    bool guarded;    /* the collector is stopped, and garbage must not pile up */
    bool started;
    struct reading from;
    double seconds;
    double bytes; /* in use when the slice began */
    double base;  /* in use after the last collection */
};

/* ---- the clock ---- */

static struct reading read_function(lua_State *L)
{
    struct reading r = {0};
    int exact;
    lua_getiuservalue(L, lua_upvalueindex(1), TIMER_FUNCTION);
    lua_call(L, 0, 1);
    r.integer = lua_tointegerx(L, -1, &exact);
    r.is_integer = exact && lua_isinteger(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L, "the timer must return a number, not %s", luaL_typename(L, -1));
    r.number = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return r;
}

static inline struct reading read_timer(lua_State *L, const struct xdb_timer *t)
{
    if (t->has_function)
        return read_function(L);
    return (struct reading){.ticks = clock_now(&t->clock)};
}

static double passed(struct xdb_timer *t, const struct reading *from, const struct reading *to)
{
    if (!t->has_function) {
        clock_refine(&t->clock);
        return clock_seconds(&t->clock, from->ticks, to->ticks);
    }
    if (from->is_integer && to->is_integer)
        return (double)(lua_Integer)((lua_Unsigned)to->integer - (lua_Unsigned)from->integer);
    return (double)(to->number - from->number);
}

/* ---- slices ---- */

/*
** The first run of a timer begins with a slice of one loop, since nothing is known about its garbage; a few
** larger ones follow, and the clock goes on between them. Later ones begin with everything. Only where
** garbage piles up is the clock stopped for a collection.
*/
static long long slice_size(const struct xdb_timer *t, const struct timer_run *r)
{
    if (r->memory)
        return 1;
    if (!r->guarded)
        return r->left;
    double most = r->done ? (double)r->done * growth : 1;
    if (r->done == 0 && t->loop_bytes >= 0)
        most = (double)r->left; /* an earlier run has shown what a loop leaves behind */
    if (t->loop_bytes * most > garbage_limit)
        most = garbage_limit / t->loop_bytes;
    return most >= (double)r->left ? r->left : most < 1 ? 1 : (long long)most;
}

static void collect(lua_State *L, struct xdb_timer *t, struct timer_run *r)
{
    lua_gc(L, LUA_GCCOLLECT);
    r->bytes = r->base = t->floor_bytes = collector_bytes(L);
}

/* Notes what the last slice has left behind. */
static void look_at_garbage(lua_State *L, struct xdb_timer *t, struct timer_run *r)
{
    double bytes = collector_bytes(L), grown = bytes - r->bytes;
    t->loop_bytes = grown > 0 ? grown / (double)r->slice : 0;
    r->bytes = bytes;
}

/* Would the next slice go over the limit, and can a collection help? */
static bool time_to_collect(lua_State *L, const struct xdb_timer *t, const struct timer_run *r)
{
    double garbage = r->bytes - r->base;
    return garbage > garbage_limit / 2.0 &&
           garbage + t->loop_bytes * (double)slice_size(t, r) > garbage_limit &&
           !lua_gc(L, LUA_GCISRUNNING);
}

static int hand_out(lua_State *L, const struct xdb_timer *t, struct timer_run *r)
{
    r->slice = slice_size(t, r);
    r->left -= r->slice;
    lua_pushinteger(L, (lua_Integer)r->slice);
    return 1;
}

static int begin(lua_State *L, struct xdb_timer *t, struct timer_run *r)
{
    r->started = true;
    r->base = r->bytes = collector_bytes(L);
    hand_out(L, t, r);
    if (r->memory)
        memory_mark_start(r->memory);
    else
        r->from = read_timer(L, t);
    return 1;
}

/* After the last loop; the clock is read before anything else. */
static int end(lua_State *L, struct xdb_timer *t, struct timer_run *r)
{
    struct reading now = read_timer(L, t);
    r->seconds += passed(t, &r->from, &now);
    if (r->guarded && r->slice > 0)
        look_at_garbage(L, t, r);
    r->slice = 0; /* there is no loop to count any more */
    r->from = now;
    return 0;
}

static int go_on(lua_State *L, struct xdb_timer *t, struct timer_run *r)
{
    r->done += r->slice;
    if (r->guarded)
        look_at_garbage(L, t, r);
    if (!r->guarded || !time_to_collect(L, t, r))
        return hand_out(L, t, r);
    struct reading now = read_timer(L, t);
    r->seconds += passed(t, &r->from, &now);
    collect(L, t, r);
    hand_out(L, t, r);
    r->from = read_timer(L, t);
    return 1;
}

/* The same when loops are counted, one by one. */
static int go_on_counting(lua_State *L, struct xdb_timer *t, struct timer_run *r)
{
    memory_mark_loop(r->memory);
    if (r->left == 0)
        return 0;
    look_at_garbage(L, t, r);
    if (r->bytes - r->base > garbage_limit)
        collect(L, t, r);
    hand_out(L, t, r);
    memory_mark_start(r->memory);
    return 1;
}

int timer_next_slice(lua_State *L)
{
    struct xdb_timer *t = lua_touserdata(L, lua_upvalueindex(1));
    struct timer_run *r = t->runs;
    if (!r)
        return 0; /* the program got hold of the function and calls it by itself */
    if (!r->started && (r->left > 0 || !r->memory)) {
        begin(L, t, r);
        return r->slice > 0 ? 1 : end(L, t, r);
    }
    if (r->memory)
        return r->slice > 0 ? go_on_counting(L, t, r) : 0;
    return r->left == 0 ? end(L, t, r) : go_on(L, t, r);
}

/* ---- a run ---- */

/* Runs start from about the same heap, else those that follow others would pay for their garbage. */
static void clean_up(lua_State *L, struct xdb_timer *t)
{
    double bytes = collector_bytes(L);
    if (t->floor_bytes == 0)
        t->floor_bytes = bytes;
    if (bytes - t->floor_bytes > settled_limit) {
        lua_gc(L, LUA_GCCOLLECT);
        t->floor_bytes = collector_bytes(L);
    }
}

/* [-0, +0] The protected part. */
static int call_inner(lua_State *L, int timer, struct xdb_error *err)
{
    lua_getiuservalue(L, timer, TIMER_HANDLER);
    lua_getiuservalue(L, timer, TIMER_INNER);
    int status = lua_pcall(L, 0, 0, -2);
    int code = status == LUA_OK ? 0 : traceback_keep(L, timer, status, err);
    lua_pop(L, 1);
    return code;
}

/* Stops the collector, and says how it was. */
static void prepare(lua_State *L, struct xdb_timer *t, struct timer_run *r, struct collector *c)
{
    collector_look(L, t->gc_mode, c);
    if (c->mode < 0)
        return; /* inside a finalizer it stands still anyway */
    t->gc_mode = c->mode;
    if (c->running)
        clean_up(L, t);
    if (t->keep_gc && !r->memory)
        return;
    lua_gc(L, LUA_GCSTOP);
    r->guarded = c->running;
}

int timer_run(lua_State *L, int timer, long long number, struct memory_count *memory,
              double *seconds, struct xdb_error *err)
{
    if (number < 0)
        return error_set(err, XDB_EINVAL, "the number of loops must not be negative");
    if (!lua_checkstack(L, 8))
        return error_set(err, XDB_ENOMEM, "the Lua stack is full");
    timer = lua_absindex(L, timer);
    struct xdb_timer *t = timer_at(L, timer);
    struct timer_run r = {.outer = t->runs, .memory = memory, .left = number};
    struct collector c;
    prepare(L, t, &r, &c);
    if (memory)
        memory_begin(L, memory);
    t->runs = &r;
    int code = call_inner(L, timer, err);
    t->runs = r.outer;
    if (memory)
        memory_end(L, memory);
    collector_restore(L, &c);
    if (code == 0)
        *seconds = r.seconds;
    return code;
}
