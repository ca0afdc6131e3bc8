/*
** What the classes of xdb.bdb share: the registry of breakpoints, caches, weak tables, buffers.
*/
#include "bdb/lua_bdb.h"

#include <string.h>

static const char shared_key;
#define BUFFER_TYPE "xdb.buffer"

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

static int collect_buffer(lua_State *L)
{
    buffer_release(lua_touserdata(L, 1));
    return 0;
}

static void make_metatable(lua_State *L, const char *type, lua_CFunction collect)
{
    luaL_newmetatable(L, type);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}

void lua_shared_open(lua_State *L)
{
    make_metatable(L, BUFFER_TYPE, collect_buffer);
    make_metatable(L, "xdb.shared", collect_shared);
    struct lua_shared *s = lua_newuserdatauv(L, sizeof *s, 0); /* -> shared */
    memset(s, 0, sizeof *s);
    luaL_setmetatable(L, "xdb.shared");
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

struct buffer *lua_shared_buffer(lua_State *L)
{
    struct buffer *text = lua_newuserdatauv(L, sizeof *text, 0);
    buffer_init(text);
    luaL_setmetatable(L, BUFFER_TYPE);
    return text;
}

void lua_shared_finish(lua_State *L, struct buffer *text)
{
    if (text->failed)
        luaL_error(L, "not enough memory");
    lua_pushlstring(L, text->data, text->len);
    buffer_release(text);
    lua_remove(L, -2);
}
