#include "core/lua_value.h"

static const char buffer_key; /* metatable of buffers that Lua releases */

void lua_value_set_integer(lua_State *L, const char *name, long long n)
{
    lua_pushinteger(L, (lua_Integer)n);
    lua_setfield(L, -2, name);
}

void lua_value_set_number(lua_State *L, const char *name, double x)
{
    lua_pushnumber(L, x);
    lua_setfield(L, -2, name);
}

void lua_value_set_boolean(lua_State *L, const char *name, bool b)
{
    lua_pushboolean(L, b);
    lua_setfield(L, -2, name);
}

void lua_value_set_string(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static int make_string(lua_State *L)
{
    const struct buffer *text = lua_touserdata(L, 1);
    if (text->failed)
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, text->data, text->len);
    return 1;
}

void lua_value_push_text(lua_State *L, struct buffer *text)
{
    lua_pushcfunction(L, make_string);
    lua_pushlightuserdata(L, text);
    int status = lua_pcall(L, 1, 1, 0);
    buffer_release(text);
    if (status != LUA_OK)
        lua_error(L);
}

static int collect_buffer(lua_State *L)
{
    buffer_release(lua_touserdata(L, 1));
    return 0;
}

struct buffer *lua_value_push_buffer(lua_State *L)
{
    luaL_checkstack(L, 4, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &buffer_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, collect_buffer);
        lua_setfield(L, -2, "__gc");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &buffer_key);
    } /* -> meta */
    struct buffer *b = lua_newuserdatauv(L, sizeof *b, 0);
    buffer_init(b);
    lua_insert(L, -2);
    lua_setmetatable(L, -2); /* -> buffer */
    return b;
}

void lua_value_registry(lua_State *L, const void *key, const char *mode)
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

void lua_value_write(lua_State *L, int stream)
{
    stream = lua_absindex(L, stream);
    lua_getfield(L, stream, "write");
    lua_insert(L, -2);
    lua_pushvalue(L, stream);
    lua_insert(L, -2); /* -> write stream text */
    lua_call(L, 2, 0);
}
