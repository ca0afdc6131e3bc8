/*
** A bound on how long foreign Lua code may run: a coroutine gets a private count hook that stops it
** after a number of VM instructions, together with every coroutine it makes. For code that a tool runs
** on the program's behalf, such as `__tostring`; inside a hook, hooks of the same thread do not fire,
** so the code must have a thread of its own.
**
** Costs a hook event every hundred instructions and at each call, and nothing once it is over.
** Not bounded: time inside one C function (a pathological pattern), and code that removes the hook
** with `debug.sethook`. A coroutine that outlives the limit drops its copy of the hook by itself.
*/
#ifndef XDB_CORE_HOOK_LIMIT_H
#define XDB_CORE_HOOK_LIMIT_H

#include <lua.h>
#include <stdbool.h>

struct hook_limit {
    lua_State *co;            /* the thread that was bounded */
    struct hook_limit *outer; /* the limit that was in force before */
    long given;               /* VM instructions, about */
    long left;                /* the same; zero or less: used up */
    bool hit; /* the code was stopped; it may have caught that and gone on a little */
};

/*
** Bounds what `co` does from now on. `co` must be a new thread, not resumed yet, to be run with
** lua_resume; the caller keeps `l` alive and calls hook_limit_end on the same C stack, limits nesting
** like brackets. Stopped code leaves lua_resume with LUA_YIELD or with an error, and `hit` set: drop the
** thread then. Neither function allocates or raises; neither is for signal handlers.
*/
void hook_limit_begin(struct hook_limit *l, lua_State *co, long instructions);
/* Ends it; `left` and `hit` stay readable. What was used is charged to the limit around it. */
void hook_limit_end(struct hook_limit *l);
/*
** Is bounded code running on this C stack? Then whoever manages hooks is to leave those of the coroutines
** that it resumes alone: neither the tools nor the program are to see events from it. Signal-safe.
*/
bool hook_limit_active(void);

#endif
