/*
** The entry of the Lua module xdb.tracemalloc, in a file of its own: where the process has the suite already, as under
** each command or in a host that links libxdb, the call leads there, so that there are never two of it.
*/
#include "tracemalloc/tracemalloc.h"

XDB_API int xdb_open_tracemalloc(lua_State *L);
XDB_API int luaopen_xdb_tracemalloc(lua_State *L);

int luaopen_xdb_tracemalloc(lua_State *L)
{
    return xdb_open_tracemalloc(L);
}
