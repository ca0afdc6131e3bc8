/*
** How offsets are proven: in a Lua state of its own, whose allocator knows its blocks, so that nothing is followed
** that does not lead into one of them. For core/layout and core/layout_stack alone. Not for signal handlers.
*/
#ifndef XDB_CORE_LAYOUT_PROOF_H
#define XDB_CORE_LAYOUT_PROOF_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/* Calls `examine` protected in a state made for it. What it doubts (static text), or NULL. Raises nothing. */
const char *layout_proof_run(lua_CFunction examine);
/* For `examine`: something disagrees with the public API. The first doubt stands. */
void layout_proof_doubt(lua_State *L, const char *doubt);
/* Whether `n` bytes at `p` belong to that state. */
bool layout_proof_inside(lua_State *L, const void *p, size_t n);

#endif
