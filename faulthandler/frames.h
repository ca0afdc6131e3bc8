/*
** The frames of one Lua thread, the innermost first, for reports. By core/stack_walk where Lua's insides are proven, else by
** lua_getstack and lua_getinfo, which read and allocate nothing. Signal-safe, under a guard.
*/
#ifndef XDB_FAULTHANDLER_FRAMES_H
#define XDB_FAULTHANDLER_FRAMES_H

#include "core/stack_walk.h"
#include "faulthandler/out.h"

#include <lua.h>
#include <stdbool.h>

struct frames {
    lua_State *L;
    enum stack_kind kind;
    bool finalizing; /* the collector has called what runs above, or this frame is a finalizer */
    bool unwound;    /* by an error: its callers can no more be asked for its name */
    struct stack_walk walk;
    lua_Debug ar; /* without core/stack_walk */
    int level;
};

void frames_first(struct frames *f, lua_State *L, void *context);
void frames_next(struct frames *f);
/* "  File "NAME", line N in FUNCTION" of a frame of Lua code. */
void frames_write(struct frames *f, struct out *o);

#endif
