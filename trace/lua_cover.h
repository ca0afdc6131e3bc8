/*
** The Lua module xdb.cover: to require it is to measure coverage from then on, as `.xtracerc` says, until the state
** closes or the process ends. For `busted --helper=xdb.cover`, `lua -lxdb.cover`, and child processes.
*/
#ifndef XDB_TRACE_LUA_COVER_H
#define XDB_TRACE_LUA_COVER_H

#include <lua.h>

/* context([name]): what is covered from now on is covered in this context, or in none. */
int cover_context(lua_State *L);
/*
** For xdb.trace when it is loaded: begins where an `xtrace cover --parallel` above asks its child processes for it, or where
** `lua -lxdb.trace` loads the module in a folder with an `.xtracerc`. May raise a Lua error.
*/
void cover_autostart(lua_State *L);

#endif
