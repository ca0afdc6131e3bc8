/*
** A Lua universe: one `lua_newstate` with all its coroutines. Here stands what the suite keeps for each:
** who observes it, which coroutine runs now and which ones it was resumed from, and whether the program
** is being abandoned ("quit").
**
** All of it is C memory beside the state, found through an address that all its threads share, because the
** program must not notice us: an object more in Lua's own heap would move its garbage collections.
** A look-up costs about 1 ns (thread-local cache; 3 ns where the layout is off). A universe belongs to the OS thread that runs it;
** several may live in several threads.
**
** Groups: life (open, find, close), the resume chain, abandoning.
*/
#ifndef XDB_CORE_UNIVERSE_H
#define XDB_CORE_UNIVERSE_H

#include "core/layout.h"

#include <lua.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

struct CallInfo;
struct devmode;
struct hook_observer;

/* One `resume` in progress. Lives on the C stack of the function that resumes. */
struct resume_record {
    struct resume_record *outer; /* the resume that runs the resumer; NULL for the main thread's */
    lua_State *from;             /* the resumer; its status is "normal" meanwhile */
    lua_State *co;               /* the coroutine it runs */
};

/* The error told last: who hands it on unchanged raises no new one. Compared, never followed. */
struct universe_error {
    const lua_State *thread;      /* where it was caught; NULL when nowhere */
    const struct CallInfo *owner; /* frame there that called the pcall or resume which caught it */
    const void *function;         /* which runs in that frame */
    int type;                     /* LUA_T... of the value */
    bool integer;                 /* a number of that kind */
    unsigned long long value;     /* address or bits */
    const lua_State *wrap; /* thread on which coroutine.wrap is about to pass it on, or NULL */
};

struct universe;

/* Of core/hook, for the inline functions below. */
void hook_entering(struct universe *u, lua_State *from, lua_State *co);
void hook_left(struct universe *u, lua_State *to, lua_State *co, bool died);
void hook_request_again(struct universe *u);

struct universe {
    const void *key; /* see universe_key */
    lua_State *main; /* the main thread */
    unsigned id;     /* never used twice in the process */
    /*
    ** For signal handlers. Always a thread that lives: the coroutine of the innermost record, or the
    ** main thread. A coroutine resumed by somebody we do not see is therefore not shown here.
    */
    lua_State *volatile running;
    struct resume_record *chain;     /* innermost resume in progress, or NULL */
    struct hook_observer *observers; /* attached tools, in order of attachment */
    unsigned serial;                 /* of the observer attached last */
    bool listening;                  /* an observer wants events somewhere */
    lua_Hook volatile external;  /* the host's own hook function, where it set one, see hook.c */
    unsigned long long handlers; /* filter of the message handlers given to xpcall, see hook.h */
    unsigned xpcalls;            /* xpcalls that may be active; never too small */
    struct hook_observer *dispatching; /* whose hook runs now, when several are attached */
    /*
    ** The frame of an xpcall's message handler, told last, and the frame that called the xpcall (or NULL: it
    ** is a coroutine's first): there it goes on when the handler returns. NULL when none runs. Compared only.
    */
    const struct CallInfo *handler, *handler_owner;
    const void *raiser; /* the function below the handler: while it is there, so is the handler */
    bool handler_told;  /* the event that is dispatched was a message handler's call, and told */
    volatile sig_atomic_t interrupting; /* Ctrl-C was pressed and nobody told yet */
    volatile sig_atomic_t sampling;     /* a sample is due and not taken yet */
    volatile sig_atomic_t closing;      /* the state is: signals ask for nothing any more */
    unsigned conditions; /* being evaluated (core/eval): Ctrl-C stops the innermost */
    bool quitting;       /* the program is being abandoned */
    struct universe_error last_error;
    struct devmode *devmode; /* of devmode/, which alone looks into it; NULL: not enabled */
    struct universe *next;   /* list of all universes, guarded by a mutex */
};

/*
** The universe of `L`, made at the first call. Puts the suite's variants of a few library functions in
** place (core/interpose), for which `L` needs six free stack slots. Allocates no Lua memory and never raises.
** NULL when C memory runs out.
*/
struct universe *universe_open(lua_State *L);

/* What all threads of a universe have in common, and no other universe has while it lives. */
static inline const void *universe_key(lua_State *L)
{
    return layout_on() ? layout_global(L) : lua_topointer(L, LUA_REGISTRYINDEX);
}

/*
** What this OS thread asked for last. The generation changes whenever a universe comes or goes, so that no
** thread believes a pointer kept here for too long: the key may come back with another state.
*/
struct universe_recent {
    const void *key;
    struct universe *universe; /* NULL: known not to exist */
    unsigned generation;
};
extern _Thread_local struct universe_recent universe_recent
    __attribute__((tls_model("initial-exec")));
extern atomic_uint universe_generation;
struct universe *universe_look_up(lua_State *L);

/* The universe of `L`, or NULL when none was opened. Never raises. */
static inline struct universe *universe_find(lua_State *L)
{
    if (universe_recent.key == universe_key(L) &&
        universe_recent.generation ==
            atomic_load_explicit(&universe_generation, memory_order_relaxed))
        return universe_recent.universe;
    return universe_look_up(L);
}

/*
** Frees the record. To be called when the state has been closed (then `L` is not touched), or with the
** live state, whose library functions and hooks of its own are then put back. Functions of ours that the
** program kept work on. Not from inside an observer's callback. NULL is accepted.
*/
void universe_close(struct universe *u, lua_State *live);
/*
** For Lua modules, which are not told when their state closes: ties the universe to the state with a
** userdata in the registry. Allocates Lua memory, may raise.
*/
void universe_anchor(lua_State *L);

/*
** Brackets a resume (or a close) of `r->co` from `r->from`: keeps `running` and `chain` and tells the
** observers, who set the masks of the thread that runs next. `died`: of an error, whose value is on the
** top of `r->from`. Nothing between the two may raise past them, but for one case that universe_enter
** mends: Lua is out of memory inside lua_resume itself, and jumps to the main thread.
*/
static inline void universe_enter(struct universe *u, struct resume_record *r)
{
    if (r->from == u->main && u->running != u->main)
        u->chain = NULL; /* an error came to the main thread past the records: they are gone */
    r->outer = u->chain;
    u->chain = r;
    if (u->listening)
        hook_entering(u, r->from, r->co);
    u->running = r->co;
    if (u->interrupting | u->sampling)
        hook_request_again(u); /* it came between the two */
}

static inline void universe_leave(struct universe *u, struct resume_record *r, bool died)
{
    u->chain = r->outer;
    u->running = r->outer ? r->outer->co : u->main;
    if (u->listening || died)
        hook_left(u, r->from, r->co, died);
    if (u->interrupting | u->sampling)
        hook_request_again(u);
}
/*
** The threads that run or wait for one that runs, innermost first: `L` itself, its resumer, ... down to
** the main thread. Writes up to `size` of them and returns how many there are. Threads that were resumed
** by somebody we do not see, and resumed nobody we see, are missing.
*/
int universe_threads(struct universe *u, lua_State *L, lua_State **threads, int size);
/* The same one by one: start at `L`, then each call gives the next older thread, NULL at the end. */
struct universe_walk {
    lua_State *at;
    const struct resume_record *record;
};
void universe_walk(const struct universe *u, struct universe_walk *w, lua_State *L);
lua_State *universe_walk_older(const struct universe *u, struct universe_walk *w);

/*
** Raises the private error that abandons the program; never returns. Sets `quitting` first. It is Lua's
** own memory error, since for that one no message handler of the program's is called; pcall, xpcall,
** resume, wrap and close do not hold it. Whoever else does (a C function's lua_pcall) should ask
** universe_is_quit. Functions with __close run on the way, and inside them errors can be caught.
*/
int universe_raise_quit(struct universe *u, lua_State *L);
/* Whether the value at `index` is that private error, of a program that is being abandoned. */
bool universe_is_quit(lua_State *L, int index);

#endif
