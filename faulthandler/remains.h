/*
** The stack of a thread that an unprotected error has unwound, before Lua calls the panic function. Its frames still lie in
** memory, the functions are found by the instructions they saved; where they ended is told by the place in the error's
** message. Where Lua leaves the stack as it is, or its insides are not proven, there is nothing of this.
**
** Allocates nothing; looks through the whole heap.
*/
#ifndef XDB_FAULTHANDLER_REMAINS_H
#define XDB_FAULTHANDLER_REMAINS_H

#include "faulthandler/out.h"

#include <lua.h>
#include <stdbool.h>

/* Between guard_enter and guard_leave. False, and nothing written, when nothing remains. */
bool remains_write(struct out *o, lua_State *L, const char *message);

#endif
