/*
** Makes lines stop and says when one did. How it does so is its secret: today by hook masks, chosen for
** each thread from what stands on its stack, so that code nobody asked about runs at the cost of an
** empty call hook, or of none.
**
** Lines are interesting in functions that hold breakpoints and in one frame, the focus (the target of
** `next`, `until` and `return`). While the function on top is not interesting, line events are off: a
** call event tells when an interesting function is entered, a return event (asked for only when an
** interesting frame waits below) when control comes back to one. lua_sethook is linear in the depth of the
** stack, so line events are switched off only after as many wasted ones as a switch costs: total work
** stays linear in the number of events however functions alternate.
**
** One arm is one hook observer. Callbacks run inside a hook of `L` (or, for `error`, inside a message
** handler); they may call arm_apply and may raise the quit error.
*/
#ifndef XDB_BDB_ARM_H
#define XDB_BDB_ARM_H

#include "bdb/sites.h"
#include "bdb/stop.h"
#include "core/hook.h"

struct arm;

struct arm_events {
    /* A line of an interesting frame; `breakpoint`: the registry has one there. */
    void (*line)(struct arm *a, lua_State *L, lua_Debug *ar, bool breakpoint);
    /* A Lua function starts (all of them when everything is watched, else those with breakpoints). */
    void (*call)(struct arm *a, lua_State *L, lua_Debug *ar);
    /* A Lua function is about to return (all of them, or the focus). */
    void (*leave)(struct arm *a, lua_State *L, lua_Debug *ar);
    /* The focus is gone without a return; `tail`: a tail call took its place in `ar`. */
    void (*lost)(struct arm *a, lua_State *L, lua_Debug *ar, bool tail);
    /* An error has been raised, see hook.h. */
    void (*error)(struct arm *a, const struct hook_error *e);
    /* While `showing`: any event, before the others. */
    void (*show)(struct arm *a, lua_State *L, lua_Debug *ar);
    /* Ctrl-C. */
    void (*interrupt)(struct arm *a, lua_State *L, lua_Debug *ar);
};

enum arm_watch {
    ARM_BREAKPOINTS, /* only functions with breakpoints */
    ARM_FRAME,       /* these, and the focus */
    ARM_ALL          /* every call, line and return */
};

struct arm_memo {
    const lua_State *thread;
    unsigned epoch;
};

enum { ARM_MEMOS = 64, ARM_ORDINARY = 64 };

struct arm {
    struct hook_observer observer; /* first: hook_self gives it */
    const struct arm_events *events;
    void *data;
    struct site_cache *sites; /* owned */
    enum arm_watch watch;
    struct stop_frame focus;
    bool focus_lines;  /* lines of the focus are wanted, not only its return */
    bool focus_caught; /* an xpcall may stand below it: only such a one can unwind it unseen */
    bool showing;      /* everything is watched, and each event shown */
    bool errors;       /* errors are wanted also where nothing else is */
    bool calls;        /* calls of functions with breakpoints are told, not only acted upon */
    bool asleep;       /* wants nothing, whatever is set */
    bool busy; /* a person is being talked to: events of code run meanwhile are not the program's */
    bool stale; /* a mask was asked for meanwhile, and none was wanted */
    bool any;   /* the registry has breakpoints, as of its epoch `counted` */
    unsigned counted;
    unsigned epoch;    /* changes with every change of what is wanted */
    unsigned wasted;   /* line events for nothing since lines were last needed */
    unsigned limit;    /* how many are borne */
    unsigned returns;  /* return events since the focus was last seen alive */
    unsigned patience; /* how many are borne before its thread is searched for it */
    const void *ordinary[ARM_ORDINARY]; /* C functions that run nothing we would not see */
    struct arm_memo memos[ARM_MEMOS];   /* threads whose mask is known to fit `epoch` */
};

/* Attaches to the universe; wants nothing yet. 0 or XDB_ENOMEM. Registry and sources are not owned. */
int arm_init(struct arm *a, struct universe *u, struct breakpoints *registry,
             struct source_cache *sources, const struct arm_events *events, void *data);
/* Detaches; `L` is the running thread, or NULL when the state is closed. */
void arm_release(struct arm *a, lua_State *L);

/*
** Between the two, what runs is not the program: it has no events. arm_pause returns whether that was so
** already, to be given to arm_resume, which sets the masks again that a finalizer of another observer, or
** the program's hooks, have made be asked for meanwhile. `L` is the running thread.
*/
bool arm_pause(struct arm *a);
void arm_resume(struct arm *a, lua_State *L, bool paused);

/*
** Says what is wanted from now on and sets the masks of the running thread `L` and those that wait for
** it; the others are set when they run. Also to be called after the registry has changed.
*/
void arm_apply(struct arm *a, lua_State *L, enum arm_watch watch, struct stop_frame focus,
               bool focus_lines);

#endif
