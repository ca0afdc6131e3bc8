/*
** What the classes of xdb.bdb share: the registry of breakpoints, caches, weak tables, buffers.
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

void lua_shared_table(lua_State *L, const void *key, const char *mode)
{
    luaL_checkstack(L, 4, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L); /* -> table */
    if (mode) {
        lua_createtable(L, 0, 1);
        lua_pushstring(L, mode);
        lua_setfield(L, -2, "__mode");
        lua_setmetatable(L, -2);
    }
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

static int make_string(lua_State *L)
{
    const struct buffer *text = lua_touserdata(L, 1);
    if (text->failed)
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, text->data, text->len);
    return 1;
}

void lua_shared_push_text(lua_State *L, struct buffer *text)
{
    lua_pushcfunction(L, make_string);
    lua_pushlightuserdata(L, text);
    int status = lua_pcall(L, 1, 1, 0);
    buffer_release(text);
    if (status != LUA_OK)
        lua_error(L);
}
