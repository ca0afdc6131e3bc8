/*
** What the command measures in one go: one statement or several, side by side in rounds, and what is
** measured beside them: the empty loop, the same without collections, the memory.
**
** A session owns C memory: session_release. Lua code runs only in the timers' protected calls.
*/
#ifndef XDB_TIMEIT_SESSION_H
#define XDB_TIMEIT_SESSION_H

#include "core/buffer.h"
#include "core/error.h"
#include "timeit/timeit.h"

/* Borrowed until the session is released. */
struct session_order {
    const char *const *stmts;
    size_t count; /* 1 or more */
    const char *setup;
    long long number; /* loops; 0: found out */
    int rounds;       /* 1 or more */
    double target;    /* seconds that a run should take */
    enum xdb_timer_clock clock;
    const char *timer;       /* Lua expression for the timer; or NULL */
    const struct clock *own; /* for tests; or NULL */
    bool baseline, memory, gc;
};

/* One series of times. */
struct session_series {
    double *raw;   /* seconds of each run */
    double *times; /* seconds of a loop, the empty loop's subtracted where that was asked for */
};

struct session_statement {
    const char *text;
    long long number; /* loops of a run */
    struct session_series timed;
    struct session_series
        uncollected; /* the same with the collector stopped; `raw` NULL: not asked */
    struct xdb_timer_memory memory;
    struct xdb_timeit_stats stats;       /* of timed.times */
    struct xdb_timeit_stats plain_stats; /* of uncollected.times */
    struct xdb_timeit_ratio ratio;       /* to the first statement */
};

struct session {
    const struct session_order *order;
    struct session_statement *statements; /* order->count */
    size_t *turns;                        /* in which order they run in a round */
    struct session_series empty;          /* the empty loop; `raw` NULL: not asked for */
    double baseline;                      /* its seconds per loop, the best run; 0: not asked for */
    struct buffer traceback;              /* of the error in the timed code */
    int first; /* stack index of the first timer; each statement has two places, the empty loop one */
};

/* What happens meanwhile; each may be NULL. None may raise. */
struct session_events {
    void (*statement)(void *user, size_t index); /* its number of loops is looked for */
    void (*tried)(void *user, long long number, double seconds);
    void (*round)(void *user, int round); /* from 1 */
    void *user;
};

/*
** Measures. Errors: those of xdb_timer_new and xdb_timer_run; after XDB_ETIMED `traceback` has more.
** Release the session afterwards in any case.
*/
int session_run(lua_State *L, const struct session_order *order,
                const struct session_events *events, struct session *s, struct xdb_error *err);
void session_release(struct session *s);

/* The part of the time that collections take, 0 to 1; needs order->gc. */
double session_gc_share(const struct session_statement *st);

enum session_verdict {
    SESSION_FIRST,
    SESSION_FASTER,
    SESSION_SLOWER,
    SESSION_SAME,    /* no difference seen */
    SESSION_TOO_FEW, /* rounds */
    SESSION_NOTHING  /* nothing is left to compare after the empty loop's time */
};
enum session_verdict session_judge(const struct session *s, size_t index);

#endif
