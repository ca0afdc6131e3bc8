#include "timeit/session.h"

#include "timeit/random.h"

#include <lauxlib.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- making ---- */

static bool series_init(struct session_series *series, int rounds)
{
    series->raw = calloc((size_t)rounds, sizeof *series->raw);
    series->times = calloc((size_t)rounds, sizeof *series->times);
    return series->raw && series->times;
}

static void series_release(struct session_series *series)
{
    free(series->raw);
    free(series->times);
}

static int no_memory(struct xdb_error *err)
{
    return error_set(err, XDB_ENOMEM, "not enough memory");
}

static int make_room(struct session *s, struct xdb_error *err)
{
    const struct session_order *o = s->order;
    s->statements = calloc(o->count, sizeof *s->statements);
    s->turns = calloc(o->count, sizeof *s->turns);
    if (!s->statements || !s->turns || (o->baseline && !series_init(&s->empty, o->rounds)))
        return no_memory(err);
    for (size_t i = 0; i < o->count; i++) {
        struct session_statement *st = &s->statements[i];
        st->text = o->stmts[i];
        if (!series_init(&st->timed, o->rounds) ||
            (o->gc && !series_init(&st->uncollected, o->rounds)))
            return no_memory(err);
    }
    return 0;
}

void session_release(struct session *s)
{
    for (size_t i = 0; s->statements && i < s->order->count; i++) {
        series_release(&s->statements[i].timed);
        series_release(&s->statements[i].uncollected);
    }
    free(s->statements);
    free(s->turns);
    series_release(&s->empty);
    buffer_release(&s->traceback);
}

/* ---- timers ---- */

static int timer_of(const struct session *s, size_t index)
{
    return s->first + 2 * (int)index;
}

/* The same statement with the collector stopped. */
static int plain_timer_of(const struct session *s, size_t index)
{
    return timer_of(s, index) + 1;
}

static int empty_timer(const struct session *s)
{
    return timer_of(s, s->order->count);
}

/* [-0, +1] */
static int push_timer(lua_State *L, const struct session *s, const char *stmt, const char *setup,
                      bool keep_gc, struct xdb_error *err)
{
    struct xdb_timer_options options = {.stmt = {.text = stmt, .len = strlen(stmt)},
                                        .setup = {.text = setup, .len = strlen(setup)},
                                        .clock = s->order->clock,
                                        .own = s->order->own,
                                        .timer = s->order->timer ? s->first - 1 : 0,
                                        .keep_gc = keep_gc,
                                        .target = s->order->target};
    return xdb_timer_new(L, &options, err);
}

/* [-0, +1 when 0] The value of the order's expression. */
static int push_function(lua_State *L, const char *expression, struct xdb_error *err)
{
    struct buffer text;
    buffer_init(&text);
    buffer_addf(&text, "return %s", expression);
    int status = text.failed ? LUA_ERRMEM : luaL_loadbufferx(L, text.data, text.len, "=timer", "t");
    buffer_release(&text);
    if (status == LUA_OK)
        status = lua_pcall(L, 0, 1, 0);
    if (status == LUA_OK)
        return 0;
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    return error_set(err, XDB_EFORMAT, "%s", message ? message : "--timer raised an error");
}

/* Among several the mistake is in this one. */
static void say_which(size_t index, size_t count, struct xdb_error *err)
{
    struct xdb_error one = *err;
    error_set(err, XDB_EFORMAT, "%zu of %zu: %s", index + 1, count, one.text);
}

static int push_timers(lua_State *L, struct session *s, struct xdb_error *err)
{
    const struct session_order *o = s->order;
    int code = 0;
    if (o->count > INT_MAX / 4 || !lua_checkstack(L, (int)(2 * o->count) + LUA_MINSTACK))
        return error_set(err, XDB_ENOMEM, "too many statements");
    if (o->timer)
        code = push_function(L, o->timer, err);
    s->first = lua_gettop(L) + 1;
    for (size_t i = 0; i < o->count && code == 0; i++) {
        code = push_timer(L, s, o->stmts[i], o->setup, o->gc, err);
        if (code == 0 && o->gc)
            code = push_timer(L, s, o->stmts[i], o->setup, false, err);
        else if (code == 0)
            lua_pushnil(L);
        if (code < 0 && o->count > 1)
            say_which(i, o->count, err);
    }
    if (code == 0 && o->baseline)
        code = push_timer(L, s, "", "", o->gc, err);
    return code;
}

/* ---- measuring ---- */

/* Keeps the traceback of an error in the timed code; among several, says in which. */
static int look_at(lua_State *L, struct session *s, int timer, int code)
{
    size_t len, count = s->order->count;
    const char *text = code == XDB_ETIMED ? xdb_timer_traceback(L, timer, &len) : NULL;
    if (text && count > 1 && timer < empty_timer(s))
        buffer_addf(&s->traceback, "%d of %zu: ", (timer - s->first) / 2 + 1, count);
    if (text)
        buffer_add(&s->traceback, text, len);
    return code;
}

/* Rounded up to two digits. */
static long long rounded(double number)
{
    double unit = 1;
    while (number / unit > 100)
        unit *= 10;
    return (long long)(ceil(number / unit) * unit);
}

/*
** The shortest time of a loop in some runs, each of a tenth of `number` loops: short runs are seldom
** disturbed. Slow loops get few runs, but at least one.
*/
static int least_time(lua_State *L, struct session *s, int timer, long long number, double *least,
                      struct xdb_error *err)
{
    enum { most_runs = 10 };
    const double enough = 0.05; /* seconds to spend, twice the target if that is more */
    const double limit = s->order->target * 2 > enough ? s->order->target * 2 : enough;
    long long loops = number < 10 ? 1 : number / 10;
    double spent = 0;
    for (int i = 0; i < most_runs && spent < limit; i++) {
        double seconds;
        int code = look_at(L, s, timer, xdb_timer_run(L, timer, loops, &seconds, err));
        if (code < 0)
            return code;
        double time = seconds / (double)loops;
        *least = i > 0 && *least < time ? *least : time;
        spent += seconds;
    }
    return 0;
}

/*
** What is compared must run equally long, for who runs longer is disturbed more often. So one that came to
** 1, 2 or 5 by a hair, or was itself disturbed while its number was looked for, is measured again; twice
** when that number was far off.
*/
static int level(lua_State *L, struct session *s, int timer, long long *number,
                 struct xdb_error *err)
{
    const double most = 1e15; /* loops; that would take days */
    double grown = HUGE_VAL;
    for (int i = 0; i < 2 && grown > 2; i++) {
        double least = 0;
        int code = least_time(L, s, timer, *number, &least, err);
        if (code < 0)
            return code;
        double wanted = s->order->target / least;
        if (!(least > 0) || wanted > most)
            return 0;
        grown = wanted / (double)*number;
        *number = rounded(wanted);
    }
    return 0;
}

static int find_number(lua_State *L, struct session *s, size_t index,
                       const struct session_events *events, struct xdb_error *err)
{
    struct session_statement *st = &s->statements[index];
    double seconds;
    st->number = s->order->number;
    if (st->number > 0)
        return 0;
    if (events->statement)
        events->statement(events->user, index);
    int timer = timer_of(s, index);
    int code = look_at(L, s, timer,
                       xdb_timer_autorange(L, timer, s->order->target, events->tried, events->user,
                                           &st->number, &seconds, err));
    if (code == 0 && s->order->count > 1)
        code = level(L, s, timer, &st->number, err);
    return code;
}

static int run_one(lua_State *L, struct session *s, int timer, long long number,
                   struct session_series *series, int round, struct xdb_error *err)
{
    return look_at(L, s, timer, xdb_timer_run(L, timer, number, &series->raw[round], err));
}

/* Statement `index` with all that belongs to it. */
static int run_statement(lua_State *L, struct session *s, size_t index, int round,
                         struct xdb_error *err)
{
    struct session_statement *st = &s->statements[index];
    int code = run_one(L, s, timer_of(s, index), st->number, &st->timed, round, err);
    if (code == 0 && s->order->gc)
        code = run_one(L, s, plain_timer_of(s, index), st->number, &st->uncollected, round, err);
    return code;
}

static long long most_loops(const struct session *s)
{
    long long most = 0;
    for (size_t i = 0; i < s->order->count; i++)
        most = s->statements[i].number > most ? s->statements[i].number : most;
    return most;
}

/* Brings 0 to count - 1 into any order, every second time into the one before backwards. */
static void take_turns(size_t *turns, size_t count, int round, uint64_t *random)
{
    for (size_t i = 0; round % 2 == 0 && i < count; i++) {
        size_t k = (size_t)(random_next(random) % (i + 1));
        turns[i] = turns[k];
        turns[k] = i;
    }
    for (size_t i = 0; round % 2 != 0 && i < count / 2; i++) {
        size_t other = turns[count - 1 - i];
        turns[count - 1 - i] = turns[i];
        turns[i] = other;
    }
}

/*
** Each round takes them all, in an order that is drawn: what the machine does meanwhile, were it in step
** with us, befalls none of them more than another.
*/
static int run_rounds(lua_State *L, struct session *s, const struct session_events *events,
                      struct xdb_error *err)
{
    size_t count = s->order->count;
    uint64_t random = 1;
    int code = 0;
    for (int round = 0; round < s->order->rounds && code == 0; round++) {
        if (events->round)
            events->round(events->user, round + 1);
        take_turns(s->turns, count, round, &random);
        for (size_t i = 0; i < count && code == 0; i++)
            code = run_statement(L, s, s->turns[i], round, err);
        if (code == 0 && s->order->baseline)
            code = run_one(L, s, empty_timer(s), most_loops(s), &s->empty, round, err);
    }
    return code;
}

static int count_memory(lua_State *L, struct session *s, struct xdb_error *err)
{
    enum { counted = 1000 };
    int code = 0;
    for (size_t i = 0; i < s->order->count && code == 0; i++) {
        struct session_statement *st = &s->statements[i];
        long long loops = st->number < counted ? st->number : counted;
        int timer = timer_of(s, i);
        code = look_at(L, s, timer, xdb_timer_memory(L, timer, loops, &st->memory, err));
    }
    return code;
}

/* ---- what follows from it ---- */

static void divide(struct session_series *series, int rounds, long long number, double baseline)
{
    for (int i = 0; i < rounds; i++) {
        double time = series->raw[i] / (double)number - baseline;
        series->times[i] = baseline > 0 && !(time > 0) ? 0 : time;
    }
}

static int conclude_one(struct session *s, struct session_statement *st, struct xdb_error *err)
{
    int rounds = s->order->rounds;
    size_t count = (size_t)rounds;
    divide(&st->timed, rounds, st->number, s->baseline);
    int code = xdb_timeit_stats(st->timed.times, count, &st->stats, err);
    if (code == 0 && st->uncollected.raw) {
        divide(&st->uncollected, rounds, st->number, s->baseline);
        code = xdb_timeit_stats(st->uncollected.times, count, &st->plain_stats, err);
    }
    st->ratio = (struct xdb_timeit_ratio){1, 1, 1};
    if (code == 0 && st != s->statements)
        code = xdb_timeit_compare(s->statements[0].timed.times, st->timed.times, count, &st->ratio,
                                  err);
    return code;
}

static int conclude(struct session *s, struct xdb_error *err)
{
    int code = 0;
    if (s->order->baseline) {
        struct xdb_timeit_stats stats;
        divide(&s->empty, s->order->rounds, most_loops(s), 0);
        code = xdb_timeit_stats(s->empty.times, (size_t)s->order->rounds, &stats, err);
        if (code == 0)
            s->baseline = stats.least;
    }
    for (size_t i = 0; i < s->order->count && code == 0; i++)
        code = conclude_one(s, &s->statements[i], err);
    return code;
}

int session_run(lua_State *L, const struct session_order *order,
                const struct session_events *events, struct session *s, struct xdb_error *err)
{
    int top = lua_gettop(L);
    *s = (struct session){.order = order};
    buffer_init(&s->traceback);
    int code = make_room(s, err);
    if (code == 0)
        code = push_timers(L, s, err);
    for (size_t i = 0; i < order->count && code == 0; i++)
        code = find_number(L, s, i, events, err);
    if (code == 0)
        code = run_rounds(L, s, events, err);
    if (code == 0 && order->memory)
        code = count_memory(L, s, err);
    if (code == 0)
        code = conclude(s, err);
    lua_settop(L, top);
    return code;
}

double session_gc_share(const struct session_statement *st)
{
    double with = st->stats.median, without = st->plain_stats.median;
    return with > without ? (with - without) / with : 0;
}

enum session_verdict session_judge(const struct session *s, size_t index)
{
    const struct xdb_timeit_ratio *r = &s->statements[index].ratio;
    if (index == 0)
        return SESSION_FIRST;
    if (isnan(r->ratio) || isinf(r->ratio) || r->ratio == 0)
        return SESSION_NOTHING;
    if (isinf(r->high) && r->low == 0)
        return SESSION_TOO_FEW;
    return r->low > 1 ? SESSION_SLOWER : r->high < 1 ? SESSION_FASTER : SESSION_SAME;
}
