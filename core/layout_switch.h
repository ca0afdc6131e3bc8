/*
** Changing what a thread's hook hears of without lua_sethook, which walks over the whole stack and starts counts anew. Only
** core/hook and core/hook_switch may use it. A frame hears of its instructions while its trap is set: a call sets it, as a return does in the
** frame below where the one that returns has it set; the first instruction that finds neither line nor count
** in the thread's mask takes it away.
**
** As in core/layout the offsets are believed only when they have proven themselves, here by doing what they are for: a
** function whose instructions are heard of calls one whose instructions are not. The accessors may be
** called only while `layout_switches`; they read and write memory and nothing else.
*/
#ifndef XDB_CORE_LAYOUT_SWITCH_H
#define XDB_CORE_LAYOUT_SWITCH_H

#include "core/layout.h"

enum layout_switch_offset {
    LAYOUT_SWITCH_HOOK = 160, /* in a lua_State */
    LAYOUT_SWITCH_OLDPC = 180,
    LAYOUT_SWITCH_BASECOUNT = 184,
    LAYOUT_SWITCH_COUNT = 188,
    LAYOUT_SWITCH_MASK = 192,
    LAYOUT_SWITCH_TRAP = 40 /* in a Lua function's CallInfo */
};

/* Set once by layout_switch_prove, before any hook is installed. */
extern bool layout_switches;

/* Proves the offsets, once a process, as layout_prove does for its own. */
bool layout_switch_prove(void);
/* Why masks are not switched, as a short text; "" when they can be. Static storage. */
const char *layout_switch_verdict(void);

static inline void layout_store_int(void *base, size_t offset, int value)
{
    memcpy((char *)base + offset, &value, sizeof value);
}

static inline void layout_set_mask(struct lua_State *L, int mask, int count)
{
    layout_store_int(L, LAYOUT_SWITCH_BASECOUNT, count);
    layout_store_int(L, LAYOUT_SWITCH_COUNT, count);
    layout_store_int(L, LAYOUT_SWITCH_MASK, mask);
}

/* Instructions until the next count event, that one included. */
static inline int layout_count(const struct lua_State *L)
{
    return layout_load_int(L, LAYOUT_SWITCH_COUNT);
}

static inline void layout_set_count(struct lua_State *L, int count)
{
    layout_store_int(L, LAYOUT_SWITCH_COUNT, count);
}

/* The frame must be a Lua function's. */
static inline void layout_set_trap(struct CallInfo *ci)
{
    layout_store_int(ci, LAYOUT_SWITCH_TRAP, 1);
}

/*
** The instruction that the thread's youngest frame did before the current one, where that was a call: Lua notes it
** when a function returns, and 0 when one begins. Otherwise only line hooks keep it.
*/
static inline int layout_oldpc(const struct lua_State *L)
{
    return layout_load_int(L, LAYOUT_SWITCH_OLDPC);
}

#endif
