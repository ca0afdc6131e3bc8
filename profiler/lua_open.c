/*
** The entries of the Lua modules xdb.profile and xdb.pstats, in a file of their own: where the process has the suite
** already, as under each command or in a host that links libxdb, the calls lead there, so that there are never two
** of it.
*/
#include "profiler/profiler.h"

XDB_API int xdb_open_profile(lua_State *L);
XDB_API int xdb_open_pstats(lua_State *L);
XDB_API int luaopen_xdb_profile(lua_State *L);
XDB_API int luaopen_xdb_pstats(lua_State *L);

int luaopen_xdb_profile(lua_State *L)
{
    return xdb_open_profile(L);
}

int luaopen_xdb_pstats(lua_State *L)
{
    return xdb_open_pstats(L);
}
