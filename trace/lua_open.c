/*
** The entries of the Lua modules xdb.trace and xdb.cover, in a file of their own: where the process has the suite
** already, as under each command or in a host that links libxdb, the calls lead there, so that there are never
** two of it.
*/
#include "trace/trace.h"

XDB_API int xdb_open_cover(lua_State *L);
XDB_API int xdb_open_trace(lua_State *L);
XDB_API int luaopen_xdb_cover(lua_State *L);
XDB_API int luaopen_xdb_trace(lua_State *L);

int luaopen_xdb_cover(lua_State *L)
{
    return xdb_open_cover(L);
}

int luaopen_xdb_trace(lua_State *L)
{
    return xdb_open_trace(L);
}
