/*
** A Lua universe: one `lua_newstate` with all its coroutines. Here stands what the suite keeps for each:
** who observes it, which coroutine runs now and which ones it was resumed from, and whether the program
** is being abandoned ("quit").
**
** All of it is C memory beside the state, found through the address of its registry table, because the
** program must not notice us: an object more in Lua's own heap would move its garbage collections.
** A look-up costs about 3 ns (thread-local cache). A universe belongs to the OS thread that runs it;
** several may live in several threads.
**
** Groups: life (open, find, close), the resume chain, abandoning.
*/
#ifndef XDB_CORE_UNIVERSE_H
#define XDB_CORE_UNIVERSE_H

#include <lua.h>
#include <stdbool.h>

struct hook_observer;
struct foreign_hook;

/* One `resume` in progress. Lives on the C stack of the function that resumes. */
struct resume_record {
    struct resume_record *outer; /* the resume that runs the resumer; NULL for the main thread's */
    lua_State *from;             /* the resumer; its status is "normal" meanwhile */
    lua_State *co;               /* the coroutine it runs */
};

struct universe {
    const void *key;                 /* address of the registry table */
    lua_State *main;                 /* the main thread */
    lua_State *volatile running;     /* read by signal handlers; exact while resumes are seen */
    struct resume_record *chain;     /* innermost resume in progress, or NULL */
    struct hook_observer *observers; /* attached tools, in order of attachment */
    struct foreign_hook *foreign;    /* hooks that the program set itself, by thread (uthash) */
    unsigned long long handlers; /* filter of the message handlers given to xpcall, see hook.h */
    unsigned xpcalls;            /* xpcalls that may be active; never too small */
    struct hook_observer *dispatching; /* whose hook runs now, when several are attached */
    bool quitting;                     /* the program is being abandoned */
    struct universe *next;             /* list of all universes, guarded by a mutex */
};

/*
** The universe of `L`, made at the first call. Puts the suite's variants of a few library functions in
** place (core/interpose). Allocates no Lua memory. NULL when C memory runs out. May raise only if the
** library tables have hostile metamethods, which are not consulted: it does not raise.
*/
struct universe *universe_open(lua_State *L);
/* The universe of `L`, or NULL when none was opened. Never raises. */
struct universe *universe_find(lua_State *L);
/*
** Frees the record. To be called when the state has been closed (then `L` is not touched), or with the
** live state, whose library functions are then put back. NULL is accepted.
*/
void universe_close(struct universe *u, lua_State *live);
/*
** For Lua modules, which are not told when their state closes: ties the universe to the state with a
** userdata in the registry. Allocates Lua memory, may raise.
*/
void universe_anchor(lua_State *L);

/* Brackets a resume (or a close) of `r->co` from `r->from`: keeps `running` and `chain` and tells the
   observers, who set the masks of the thread that runs next. */
void universe_enter(struct universe *u, struct resume_record *r);
void universe_leave(struct universe *u, struct resume_record *r, bool died);
/*
** The threads that run or wait for one that runs, innermost first: `L` itself, its resumer, ... down to
** the main thread. Writes up to `size` of them and returns how many there are.
*/
int universe_threads(struct universe *u, lua_State *L, lua_State **threads, int size);

/* Raises the private error that abandons the program; never returns. Sets `quitting` first. */
int universe_raise_quit(struct universe *u, lua_State *L);
/* Whether the value at `index` is that private error. */
bool universe_is_quit(lua_State *L, int index);

#endif
