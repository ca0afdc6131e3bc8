/*
** The sampling collector: a timer's signal asks core/hook for an interruption, and at the next call, return, line or
** backward jump the whole stack is recorded, with the stacks of those who resumed the running coroutine below. The
** time since the last sample is charged to the innermost function; a long C call is charged when it returns. Between
** samples the program runs at full speed.
**
** A sample costs a microsecond or two and some 10 ns a frame; of more than 512 frames those in the middle are left out.
** Each universe can have one sampler, a process 64; each has a timer of its own, whose SIGPROF comes to the OS thread that
** enabled it. System calls that are restarted do not notice.
*/
#ifndef XDB_PROFILER_SAMPLER_H
#define XDB_PROFILER_SAMPLER_H

#include "core/clock.h"
#include "core/hook.h"
#include "profiler/identify.h"
#include "profiler/lines.h"
#include "profiler/position.h"

#include <time.h>

struct sampler {
    struct hook_observer observer; /* first: core/hook hands it back */
    struct tree *tree;             /* a node's calls are its samples */
    struct lines lines;            /* of the tree's nodes */
    struct identify who;
    struct clock clock;
    double rate;     /* samples a second */
    int64_t last;    /* ticks at the last sample */
    int64_t elapsed; /* ticks while active */
    int64_t began;
    uint64_t samples;
    volatile uint64_t
        missed; /* were due before the one before was taken; written by the signal's handler */
    struct position
        caught; /* where the timer's signal found the program; written by the handler unless `busy` */
    volatile sig_atomic_t busy;
    int event; /* of the hook that takes the sample */
    timer_t timer;
    struct place *place; /* among the process's samplers, while there is a timer */
    bool active;
    bool builtins; /* C functions get entries; else their samples are their callers' */
    volatile sig_atomic_t raises; /* Ctrl-C: the program is to get "interrupted!" */
};

/* NULL when memory runs out. */
struct sampler *sampler_new(const struct clock *clock, double rate);
/* Not while active. NULL is fine. */
void sampler_free(struct sampler *s);
/* Whether one is active in the universe. */
bool sampler_any(const struct universe *u);
/*
** XDB_EINVAL when one is active in the universe or too many in the process, XDB_EIO when the system has no timer for it.
** From now on until it is disabled the universe must run in this OS thread.
*/
int sampler_enable(struct sampler *s, struct universe *u, lua_State *L, struct xdb_error *err);
/* `L` is NULL after the end of the state. */
void sampler_disable(struct sampler *s, lua_State *L);
/* Signal-safe. */
void sampler_interrupt(struct sampler *s);
/*
** Takes a sample of the running thread `L` inside a hook. `called`: its top frame has only just been called, and
** the time was its caller's.
*/
void sampler_sample(struct sampler *s, lua_State *L, bool called);
void sampler_clear(struct sampler *s);

#endif
