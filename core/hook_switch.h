/*
** For an observer that needs each instruction of some functions and nothing of others: it changes the mask of a
** thread whenever control goes from the one kind to the other. lua_sethook would walk over the whole stack each time;
** here it costs a few stores, where the layout is known.
**
** Only where nobody else uses the thread's hook: core/hook knows nothing of what is switched on here, and puts
** back what hook_want asked for whenever another user of events comes or goes. Nothing raises; not for signal handlers.
*/
#ifndef XDB_CORE_HOOK_SWITCH_H
#define XDB_CORE_HOOK_SWITCH_H

#include "core/hook.h"
#include "core/layout_switch.h"

/* Whether `o` is the only user of events on `L` and may switch there. */
static inline bool hook_alone(const struct hook_observer *o, lua_State *L)
{
    return layout_switches && lua_gethook(L) == o->hook;
}

/*
** What `o` hears of on `L` from now on: `mask` may have LUA_MASKCOUNT for each instruction. With `ci`, that frame and the
** one below it hear of their instructions from their next one on, whatever they did before; NULL: frames
** that run stay as they are.
*/
static inline void hook_switch(struct hook_observer *o, lua_State *L, int mask, struct CallInfo *ci)
{
    struct CallInfo *below = ci ? layout_previous(ci) : NULL;
    if (ci && layout_proto(ci))
        layout_set_trap(ci);
    if (below && layout_proto(below))
        layout_set_trap(below);
    layout_set_mask(L, mask, 1);
    if ((o->universe->interrupting | o->universe->sampling) && L == o->universe->running)
        hook_request_again(o->universe); /* a signal's hook may have come just before */
}

/* For the hook of an observer that hears of each instruction: not of the next one, but of the one after it again. */
static inline void hook_skip(lua_State *L)
{
    layout_set_count(L, 2);
}

#endif
