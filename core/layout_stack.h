/*
** What a look at the stacks from outside must know of Lua's insides beside core/layout: where a thread stands, which
** threads a universe has, which of them run. As there, nothing is believed before it
** was compared with the public API, in a proof of its own: where that fails, core/layout goes on without this.
**
** The accessors may be called only while `layout_stack_on()` holds. They read memory and nothing else, also of threads
** that run at that moment or have been destroyed: what they give must be doubted (core/stack_walk does), and reading
** may fault. Signal-safe.
*/
#ifndef XDB_CORE_LAYOUT_STACK_H
#define XDB_CORE_LAYOUT_STACK_H

#include "core/layout.h"

enum layout_stack_offset {
    LAYOUT_OBJECT_NEXT = 0, /* the next older object that the collector knows */
    LAYOUT_OBJECT_TAG = 8,
    LAYOUT_STATE_STATUS = 10
};

/* The tags of objects themselves, where values have a bit more. */
enum layout_object {
    LAYOUT_OBJECT_LCL = 0x06,
    LAYOUT_OBJECT_THREAD = 0x08,
    LAYOUT_OBJECT_PROTO = 0x0A
};

/* In the status of a frame: a __gc runs above it. */
enum { LAYOUT_STATUS_FINALIZER = 1 << 7 };

/* Proves them, once a process, after core/layout. Raises nothing. Not for signal handlers. */
bool layout_stack_prove(void);
/* Why this is off, as a short text; "" when it is on. Static storage. */
const char *layout_stack_verdict(void);

extern bool layout_stack_proven;
/* Where they are differs between versions; found while proving. */
extern size_t layout_state_errorjmp, layout_global_allgc;

static inline bool layout_stack_on(void)
{
    return layout_stack_proven;
}

static inline unsigned char layout_object_tag(const void *object)
{
    return *((const unsigned char *)object + LAYOUT_OBJECT_TAG);
}

static inline const struct Proto *layout_closure_proto(const void *closure)
{
    return layout_load(closure, LAYOUT_LCL_PROTO);
}

static inline const void *layout_object_next(const void *object)
{
    return layout_load(object, LAYOUT_OBJECT_NEXT);
}

/* The newest object of a universe, see layout_global; the rest hang on it. Those with finalizers are elsewhere. */
static inline const void *layout_objects(const void *global)
{
    return layout_load(global, layout_global_allgc);
}

static inline int layout_status(const struct lua_State *L)
{
    return *((const unsigned char *)L + LAYOUT_STATE_STATUS);
}

/*
** An address on the C stack in the innermost protected call or resume of this thread; NULL when it sleeps. The
** thread that runs has the newest of all.
*/
static inline const void *layout_protected(const struct lua_State *L)
{
    return layout_load(L, layout_state_errorjmp);
}

/* Whether the collector was at work there and called the frame above, a finalizer. */
static inline bool layout_finalizing(const struct CallInfo *ci)
{
    unsigned short status;
    memcpy(&status, (const char *)ci + LAYOUT_CI_STATUS, sizeof status);
    return (status & LAYOUT_STATUS_FINALIZER) != 0;
}

#endif
