/*
** What the classes of xdb.bdb share: the registry of breakpoints and caches.
*/
#include "bdb/lua_bdb.h"

#include <string.h>

static const char shared_key;

struct lua_shared *lua_shared(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &shared_key);
    struct lua_shared *s = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return s;
}

/* The state closes. All debuggers are younger than this userdata and have been collected before it. */
static int collect_shared(lua_State *L)
{
    struct lua_shared *s = lua_touserdata(L, 1);
    xdb_bdb_free(s->judge, L);
    function_cache_free(s->functions);
    source_cache_free(s->sources);
    xdb_breakpoints_free(s->registry);
    *s = (struct lua_shared){0};
    return 0;
}

void lua_shared_open(lua_State *L)
{
    if (lua_shared(L))
        return;
    struct lua_shared *s = lua_newuserdatauv(L, sizeof *s, 0); /* -> shared */
    memset(s, 0, sizeof *s);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, collect_shared);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    s->registry = xdb_breakpoints_new();
    s->sources = source_cache_new();
    s->functions = s->sources ? function_cache_new(s->sources) : NULL;
    if (!s->registry || !s->functions)
        luaL_error(L, "not enough memory");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &shared_key);
}
