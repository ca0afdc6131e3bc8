/*
** The collector: hears what a universe runs and counts it. It stands on core/hook and, while it is the only user of
** events of a thread and the layout is known, on core/hook_switch: functions whose lines are counted are heard of
** instruction by instruction, which sees branches and is cheaper than line events in loops; in functions of no interest
** only calls are, and returns where one below is of interest.
**
** An instruction of a function that runs on costs two loads, a compare and an addition, beside what Lua itself takes
** for the event; a call, a return, a branch a few dozen instructions. Where it is not alone, or the layout is
** not known, line events do, and branches are not counted.
**
** Nothing raises, but for the error of Ctrl-C; nothing allocates Lua memory.
*/
#ifndef XDB_TRACE_COLLECTOR_H
#define XDB_TRACE_COLLECTOR_H

#include "core/hook_switch.h"
#include "trace/program.h"

enum collector_mode {
    COLLECT_COUNTS, /* lines, and branches if the program's configuration says so */
    COLLECT_LINES,  /* the same by line events, in order: each is told */
    COLLECT_CALLS   /* calls: each is told */
};

/* Who is told. Called inside hooks with the frame in `ar`, which has been filled with "S" and has its event. */
struct collector_listener {
    void (*line)(void *data, lua_State *L, lua_Debug *ar, struct file *f);
    void (*call)(void *data, lua_State *L, lua_Debug *ar, struct code *callee);
    void *data;
};

struct collector {
    struct hook_observer observer; /* first: core/hook hands it back */
    const struct Proto *quiet;     /* a function of no interest, called last */
    const void *quiet_code;
    lua_CFunction plain; /* a C function, called last, that resumes nothing */
    struct program *program;
    enum collector_mode mode;
    bool counts; /* line events are counted as well as told */
    bool active;
    bool raises_interrupts; /* hook_interrupt_request ends the program with "interrupted!" */
    struct collector_listener listener;
};

/* The program is borrowed. NULL when memory runs out. */
struct collector *trace_collector_new(struct program *g, enum collector_mode mode,
                                      const struct collector_listener *listener);
/* Not while active. NULL is fine. */
void trace_collector_free(struct collector *c);
/* Begins to collect, on `L` and all that wait for it. Harmless while active. */
void collector_start(struct collector *c, struct universe *u, lua_State *L);
/* Ends it. `L` is NULL when the state has gone. */
void collector_stop(struct collector *c, lua_State *L);
/* All that is known of functions has changed: they are looked at anew. */
void collector_refresh(struct collector *c, lua_State *L);

#endif
