/*
** The deterministic collector: hears of every call and return of a universe and charges the time between
** two events to the function that ran. It stands on core/hook; while it is the only observer, its own
** function is Lua's hook, and an event of a function seen before costs one reading of the clock and a few
** dozen instructions. Nothing on that path allocates, asks Lua or raises.
**
** Each coroutine has a shadow of its stack: the frames as their CallInfo, with their nodes of the tree.
** A frame can vanish without an event (an error, a tail call, an abandoned coroutine whose memory is
** another's now), so an event first drops what is above the frame that it came from. A suspended
** coroutine accumulates nothing; when it is resumed its frames count below the one that resumes it.
** Frames that were there before the collector started have no node of their own.
**
** What naming a new function takes (reading its source) is not charged to anybody; it is summed in `paused`.
** The collector owns its tree and caches. Functions do not raise unless said so.
*/
#ifndef XDB_PROFILER_COLLECTOR_H
#define XDB_PROFILER_COLLECTOR_H

#include "core/clock.h"
#include "core/hook.h"
#include "profiler/identify.h"
#include "profiler/shadow.h"

struct collector {
    struct hook_observer observer; /* first: core/hook hands it back */
    /* What each event needs. `top` and `end` are those of `current`, whose own are stale. */
    lua_State *running; /* the thread of `current` */
    struct shadow_entry *top, *end;
    int64_t last; /* ticks at the last event */
    struct tree *tree;
    struct shadow *current; /* of the thread that runs */
    struct clock clock;
    lua_State *L; /* whose event is handled: for clocks that call Lua */
    bool active;
    bool fast;                    /* events can take the fast way */
    bool builtins;                /* C functions get entries */
    bool subcalls;                /* callers and callees are told */
    bool clock_uses_lua, reading; /* reading: the clock is being asked */
    unsigned epoch;
    int64_t paused, elapsed; /* ticks; elapsed: from enable to disable, without `paused` */
    int64_t began;
    int64_t paused_before;
    struct shadows shadows;
    struct identify who;
    bool raises_interrupts; /* hook_interrupt_request ends the program with "interrupted!" */
};

/* NULL when memory runs out. `clock` is copied. */
struct collector *collector_new(const struct clock *clock);
/* Not while active. NULL is fine. */
void collector_free(struct collector *c);

/* Whether some collector is active in the universe. */
bool collector_any(const struct universe *u);
/* Begins to collect, on the stack of `L` as it stands. XDB_ENOMEM, or XDB_EINVAL when one is active. */
int collector_enable(struct collector *c, struct universe *u, lua_State *L, struct xdb_error *err);
/*
** Ends it; the C function that asks for it, if one runs on `L`, is taken out of the profile. Does not
** look at `L` when it is NULL, as after the end of the state.
*/
void collector_disable(struct collector *c, lua_State *L);
/* Whether C functions get entries, from the next call on. */
void collector_set_builtins(struct collector *c, bool on);
/* Forgets what was collected. */
void collector_clear(struct collector *c);

#endif
