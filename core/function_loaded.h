/*
** The dotted name of a function in package.loaded. For core/function alone.
** Reads tables raw: no metamethods, no Lua memory, no errors. Costs a walk over the fields of all modules.
*/
#ifndef XDB_CORE_FUNCTION_LOADED_H
#define XDB_CORE_FUNCTION_LOADED_H

#include <lua.h>
#include <stdbool.h>

#include "core/buffer.h"

/* Stack slots needed, the function's own aside. */
#define FUNCTION_LOADED_SLOTS 8

/*
** Writes to `to`, which is empty, the name of the function on top of the stack: "string.format", "print" of
** `_G`, "package.searchers[2]"; the shortest when there are several, then the first of the alphabet. C functions are compared by
** their C function. False, and nothing written, when there is none.
*/
bool function_loaded_name(lua_State *L, struct buffer *to);

#endif
