/*
** The only caller of lua_sethook. Lua has one hook a thread; here an observer (a tool) attaches to a
** universe and says for each thread which events it wants. It is told when a coroutine is about to run
** and when control comes back, so that it can choose masks also for coroutines that existed before it
** attached. The program's own debug.sethook goes on working beside the tools.
**
** Cost: with one observer and no hook of the program's own on a thread, the hook that is installed
** there is the observer's own function, so that an event costs no more than it must. Otherwise one
** function of ours hands each event to those that want it. Who wants nothing costs nothing: no hook
** is installed then. lua_sethook itself is linear in the stack depth (it marks every frame), so an
** observer must not flip masks on every call.
**
** The program's own hook is remembered in the thread that has it, so a coroutine inherits it from its
** creator as under plain Lua. Its count hooks keep their period; only where the layout does not know how much of it
** is left (Lua does not say) does the first wish of an observer for a kind of event it never asked for start it
** once afresh, and every sample. A host's own hook function (lua_sethook, not debug.sethook) is kept one per universe.
**
** Observers own their struct; it must stay in place while attached. Nothing here allocates Lua memory, and
** nothing raises but the quit error of an observer that is told of an error: out of hook_raised,
** hook_handler_call, and hook_left when the coroutine died.
** Only `hook_interrupt_request` and `hook_sample_request` may be called from a signal handler.
*/
#ifndef XDB_CORE_HOOK_H
#define XDB_CORE_HOOK_H

#include "core/universe.h"

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

/* What the error event knows; see `raised` below. */
struct hook_error {
    lua_State *L;              /* running thread; the error value is on the top of its stack */
    lua_State *thread;         /* whose stack raised it: L, or a coroutine that has just died */
    int level;                 /* lua_getstack level on `thread` of the function that raised */
    bool handled;              /* a pcall, xpcall or resume will receive it */
    lua_State *catcher_thread; /* where it will be received; NULL when not handled */
    struct CallInfo *catcher;  /* frame of that pcall, xpcall or resume; may also be NULL where
                                  the layout is off and the stack very deep */
    bool passed_on; /* no new error: coroutine.wrap hands on that of its coroutine, or error(e, 0)
                       the one that the same function has caught, unchanged */
};

/* Empty slots (NULL) mean "not interested". `o` is the observer itself. */
struct hook_observer {
    /* An event. Events that were not asked for may come as well and must be ignored. */
    lua_Hook hook;
    /* The mask wanted on `L` now. Asked when a hook has to be put back. */
    int (*mask)(struct hook_observer *o, lua_State *L);
    /* `co` is about to run (resumed or closed) from `from`: set its mask now. Must not raise. This and
       `left` are told only while some observer wants events somewhere. */
    void (*entering)(struct hook_observer *o, lua_State *from, lua_State *co);
    /* Control is back in `to`; `co` yielded, ended or (died) ended by an error. */
    void (*left)(struct hook_observer *o, lua_State *to, lua_State *co);
    /* `co` was not resumed, since it is dead, or is running: `L` gets an error message. Must not raise. */
    void (*refused)(struct hook_observer *o, lua_State *L, lua_State *co);
    /* An error was raised; its stack is intact. May run Lua code in protected mode, or raise quit.
       Not told: memory errors, errors in finalizers, in a closed coroutine's __close, and what happens
       under a pcall or resume that the program kept from before universe_open. */
    void (*raised)(struct hook_observer *o, const struct hook_error *e);
    /* The user pressed Ctrl-C; runs inside a hook of `L`, in the middle of any line. */
    void (*interrupted)(struct hook_observer *o, lua_State *L, lua_Debug *ar);
    /* A sample is due; inside a hook as before. Must not raise. */
    void (*sampled)(struct hook_observer *o, lua_State *L, lua_Debug *ar);

    /* The rest belongs to core/hook. */
    struct universe *universe;
    struct hook_observer *next;
    unsigned serial; /* in order of attachment */
    int ever;        /* union of the masks asked for since `hook_rest` */
    int seen;        /* the same since `hook_attach` */
};

/* Attaches; wants nothing yet. The same observer is attached at most once. Also inside events. */
void hook_attach(struct universe *u, struct hook_observer *o);
/* Detaches and takes its hook off `L` and the threads that wait for it. Harmless when not attached. */
void hook_detach(struct hook_observer *o, lua_State *L);
/*
** A wish beside the events of hook_want: Lua's saved instruction is exact at every moment, also where a
** table constructor would not write it. No event comes of it; a tight loop takes about twice as long.
*/
#define HOOK_EXACT LUA_MASKCOUNT
/* Asks for the events of `mask` (LUA_MASK..., no count; HOOK_EXACT) on thread `L`, instead of what was asked before. */
void hook_want(struct hook_observer *o, lua_State *L, int mask);
/*
** For an observer's hook function: which observer it is called for, or NULL when its observer is gone or
** at rest, and the hook was left on a coroutine that slept meanwhile; it has been taken off then.
*/
struct hook_observer *hook_self(lua_State *L, lua_Hook hook);
/* The observer wants nothing on any thread any more; call hook_want(o, L, 0) where hooks may be on. */
void hook_rest(struct hook_observer *o);
/* Events of `mask` are wanted of a thread that does not run yet: `entering` is to be told until hook_rest. */
void hook_expect(struct hook_observer *o, int mask);
/* Re-installs what all observers want on the running thread `L` and those that wait for it. */
void hook_refresh(struct universe *u, lua_State *L);
/*
** What an observer's call event must hand over when the function called is a C function: a resume that
** core/interpose does not see is found here and `entering` told; `left` is not. `f` is the C function.
** Cheap for all others.
*/
void hook_c_call(struct universe *u, lua_State *L, lua_Debug *ar, lua_CFunction f);
/*
** xpcall's message handler runs without any event of ours before it: a frame of ours between the error
** and the handler would show in the program's own traceback. So an observer that wants to hear of errors
** inside an xpcall has call events on while `u->xpcalls` is not zero, and asks on each call whether
** `function` (lua_topointer of what is called) may be such a handler; if so it calls
** hook_handler_call, which finds out and tells `raised`.
*/
static inline bool hook_maybe_handler(const struct universe *u, const void *function)
{
    return (u->handlers >> ((uintptr_t)function >> 4 & 63) & 1) != 0;
}
void hook_handler_call(struct universe *u, lua_State *L, lua_Debug *ar);
/*
** Makes the running program stop at its next call, return, line or backward jump and `interrupted` be
** called, once. A coroutine that is resumed unseen goes on until it yields. Signal-safe.
*/
void hook_interrupt_request(struct universe *u);
/*
** The same at the very next instruction, not the next line, call or return; where the program counts
** instructions itself, its count is left alone and it is one of these. Not for signal handlers.
*/
void hook_instruction_request(struct universe *u);
/*
** Makes `sampled` be called at the running program's next call, return or instruction after a jump or an operation
** that may call. With the layout the cost does not depend on the depth of the stack: only the youngest frame is told,
** and if that is a finalizer's, which has no hooks, the frame below hears of it at its next call or return.
** For signal handlers that no other interrupts: frames are out of joint meanwhile.
*/
void hook_sample_request(struct universe *u);

/* For core/universe and core/interpose. */
/* What was requested and not told yet: its hook may have been overwritten, or its thread runs no more. */
void hook_request_again(struct universe *u);
void hook_entering(struct universe *u, lua_State *from, lua_State *co);
void hook_left(struct universe *u, lua_State *to, lua_State *co, bool died);
/* `co`, or NULL when there is no such coroutine, could not be resumed from `L`. */
void hook_refused(struct universe *u, lua_State *L, lua_State *co);
/* Tells the observers of an error whose value is on the top of `L`, raised on `thread` at `level`. */
void hook_raised(struct universe *u, lua_State *L, lua_State *thread, int level);
/* After the program set a hook on `L1`, or when masks may need to change: puts all that is wanted there. */
void hook_adopt(struct universe *u, lua_State *L1);
/* The program's own hook on `L1`: its function, mask and count; false when it has none. */
bool hook_foreign(struct universe *u, lua_State *L1, lua_Hook *hook, int *mask, int *count);
/* The first observer attached after the one numbered `serial`, or NULL. Safe while they come and go. */
struct hook_observer *hook_next(const struct universe *u, unsigned serial);
/*
** `co` is about to be closed from `L`: if it sleeps in `yield` (coroutine.yield) inside our pcall, takes
** that one's message handler away. Does not raise; the coroutine can do nothing but be closed then.
*/
void hook_forget_handler(lua_State *L, lua_State *co, lua_CFunction yield);
/* Gives up all observers and records of a dying universe; `live` as in universe_close. */
void hook_release(struct universe *u, lua_State *live);

#endif
