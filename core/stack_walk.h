/*
** Stacks as they stand in memory, for those who may interrupt the program anywhere: signal handlers, and OS threads
** beside it. Nothing is called, allocated or locked; what is read is doubted before it is followed. Even so the
** memory may be gone: who cannot be sure that the program stands between two instructions of the virtual machine
** must be prepared for a fault (faulthandler/guard does it).
**
** Works where layout_stack_on(); all functions here are signal-safe then. A frame costs some 10 ns, stack_threads some
** ns an object of the heap, for the list of all coroutines is nowhere else.
*/
#ifndef XDB_CORE_STACK_WALK_H
#define XDB_CORE_STACK_WALK_H

#include "core/layout_stack.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* ---- frames ----------------------------------------------------------------------------------- */

enum stack_kind {
    STACK_END,   /* no more */
    STACK_LUA,   /* a Lua function */
    STACK_C,     /* a C function */
    STACK_BROKEN /* this cannot be a frame; the walk ends */
};

/* A frame, and where the walk stands. Fields but `kind` and `ci` are good for STACK_LUA alone. */
struct stack_walk {
    enum stack_kind kind;
    struct CallInfo *ci;
    const struct Proto *proto;
    int pc;          /* the instruction that runs */
    bool finalizing; /* a finalizer runs above this frame, also at STACK_END */
};

/* The innermost frame of `L`. */
void stack_first(struct stack_walk *w, const lua_State *L);
/* The next older one. At most as many steps as there are frames; the caller limits them if the list may be broken. */
void stack_next(struct stack_walk *w);

/*
** The instruction that the virtual machine works on is saved only now and then; else a register has it that lasts
** across calls. Of such `registers` at the interruption one may lead into the code of the innermost frame, on
** which `w` stands: corrects `w->pc` by it. False, and `pc` as it was saved last, when none does or several differ.
*/
bool stack_correct(struct stack_walk *w, const unsigned long *registers, size_t count);

/* The line that runs, -1 when it is not known. */
int stack_line(const struct stack_walk *w);
/* The chunk name as lua_Debug.source, or NULL. */
const char *stack_source(const struct stack_walk *w);

/* ---- threads ---------------------------------------------------------------------------------- */

enum { STACK_MAX_RUNNING = 256 /* Lua allows some 200 */ };

struct stack_threads {
    const lua_State
        *running[STACK_MAX_RUNNING]; /* the one that runs, its resumer, ... the main thread */
    size_t count;
    const lua_State **asleep;  /* the caller's array: suspended coroutines, the newest first */
    size_t room, asleep_count; /* as many as fit are kept, all are counted */
    bool cut;                  /* the heap was not looked through to its end */
};

/* Finds the threads of the universe of `main`, its main thread. `t->asleep` and `t->room` are set. */
void stack_threads(struct stack_threads *t, const lua_State *main);

#endif
