/*
** The inside of a timer (struct xdb_timer), shared by the files of the engine.
*/
#ifndef XDB_TIMEIT_TIMER_H
#define XDB_TIMEIT_TIMER_H

#include "core/clock.h"
#include "timeit/timeit.h"

struct timer_run;

/* A full userdata. */
struct xdb_timer {
    struct clock clock; /* unused when there is a timer function */
    bool has_function;  /* TIMER_FUNCTION holds a timer of the caller's own */
    bool keep_gc;
    double target;          /* seconds, for autorange */
    int gc_mode;            /* as it was last seen */
    double loop_bytes;      /* garbage of one loop, as it was last seen; negative: not yet */
    double floor_bytes;     /* in use after the last collection; 0: not yet */
    struct timer_run *runs; /* the innermost run, or NULL; on the C stack */
};

/* User values of the userdata. */
enum {
    TIMER_SOURCE = 1, /* the text */
    TIMER_INNER,      /* the function that it compiles to */
    TIMER_FUNCTION,   /* the caller's own timer */
    TIMER_HANDLER,    /* the message handler */
    TIMER_ERROR,      /* value of the last error */
    TIMER_TRACEBACK,  /* and its text */
    TIMER_VALUES = TIMER_TRACEBACK
};

/* The timer at a stack index. */
struct xdb_timer *timer_at(lua_State *L, int index);

/* Counts what the loops allocate; see memory.h. */
struct memory_count;
/* As xdb_timer_run; with `memory` the loops are not timed but counted one by one. */
int timer_run(lua_State *L, int timer, long long number, struct memory_count *memory,
              double *seconds, struct xdb_error *err);

/* The iterator of the compiled loop; its upvalue is the timer. */
int timer_next_slice(lua_State *L);
#endif
