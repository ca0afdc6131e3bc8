/*
** The entry of the Lua module xdb.faulthandler, in a file of its own: where the process has the suite already, as
** under each command or in a host that links libxdb, the call leads there, so that there are never two of it.
*/
#include "faulthandler/faulthandler.h"

XDB_API int xdb_open_faulthandler(lua_State *L);
XDB_API int luaopen_xdb_faulthandler(lua_State *L);

int luaopen_xdb_faulthandler(lua_State *L)
{
    return xdb_open_faulthandler(L);
}
