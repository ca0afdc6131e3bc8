/*
** The sampling collector: a timer's signal asks core/hook for an interruption, and at the next call, return, line or
** backward jump the whole stack is recorded, with the stacks of those who resumed the running coroutine below. The
** time since the last sample is charged to the innermost function; a long C call is charged when it returns. Between
** samples the program runs at full speed.
**
** A sample costs some 20 ns a frame. One sampler can be active in a process, since signals have no argument. It
** uses SIGPROF, delivered to the thread that enabled it; system calls that are restarted do not notice.
*/
#ifndef XDB_PROFILER_SAMPLER_H
#define XDB_PROFILER_SAMPLER_H

#include "core/clock.h"
#include "core/hook.h"
#include "profiler/identify.h"
#include "profiler/lines.h"

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
    bool active;
    volatile sig_atomic_t raises; /* Ctrl-C: the program is to get "interrupted!" */
};

/* NULL when memory runs out. */
struct sampler *sampler_new(const struct clock *clock, double rate);
/* Not while active. NULL is fine. */
void sampler_free(struct sampler *s);
/* XDB_EINVAL when one is active in the process, XDB_EIO when the system has no timer for it. */
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
