#include "core/lua_args.h"

#include <math.h>
#include <string.h>

enum { MOST_STRINGS = 100000 };

/* ---- order ------------------------------------------------------------------------------------ */

/* A table with a name for a key, or with nothing in it. */
static bool is_record(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE)
        return false;
    if (luaL_getmetafield(L, index, "__call") != LUA_TNIL) {
        lua_pop(L, 1);
        return false;
    }
    lua_pushnil(L);
    if (!lua_next(L, index))
        return true;
    for (bool more = true; more; more = lua_next(L, index)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            continue;
        lua_pop(L, 1);
        return true;
    }
    return false;
}

static bool is_name(lua_State *L, int index, const char *const *names)
{
    if (lua_type(L, index) != LUA_TSTRING)
        return false;
    size_t len;
    const char *key = lua_tolstring(L, index, &len);
    for (; *names; names++)
        if (strlen(*names) == len && memcmp(*names, key, len) == 0)
            return true;
    return false;
}

void lua_args_check_names(lua_State *L, int index, const char *const *names, bool list)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, NULL);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (is_name(L, -2, names) || (list && lua_isinteger(L, -2) && lua_tointeger(L, -2) > 0))
            continue;
        int type = lua_type(L, -2);
        if (type == LUA_TSTRING || type == LUA_TNUMBER)
            luaL_error(L, "unexpected argument '%s'", luaL_tolstring(L, -2, NULL));
        luaL_error(L, "unexpected argument: a %s is no name", lua_typename(L, type));
    }
}

void lua_args_arrange(lua_State *L, int first, const char *const *names, int positional)
{
    int count = 0;
    while (names[count])
        count++;
    luaL_checkstack(L, count + 4, NULL);
    if (lua_gettop(L) == first && is_record(L, first)) {
        lua_args_check_names(L, first, names, false);
        for (int i = 0; i < count; i++)
            lua_getfield(L, first, names[i]);
        lua_remove(L, first);
    } else if (lua_gettop(L) > first - 1 + positional)
        luaL_error(L, "too many arguments");
    lua_settop(L, first - 1 + count);
}

/* ---- kinds ------------------------------------------------------------------------------------ */

long long lua_args_integer(lua_State *L, int index, const char *name, long long otherwise)
{
    if (lua_isnoneornil(L, index))
        return otherwise;
    int exact;
    lua_Integer n = lua_tointegerx(L, index, &exact);
    if (!exact || lua_type(L, index) != LUA_TNUMBER)
        luaL_error(L, "%s must be an integer", name);
    return n;
}

double lua_args_number(lua_State *L, int index, const char *name, double otherwise)
{
    if (lua_isnoneornil(L, index))
        return otherwise;
    lua_Number n = lua_tonumber(L, index);
    if (lua_type(L, index) != LUA_TNUMBER || !isfinite(n))
        luaL_error(L, "%s must be a number", name);
    return n;
}

bool lua_args_flag(lua_State *L, int index, bool otherwise)
{
    return lua_isnoneornil(L, index) ? otherwise : lua_toboolean(L, index);
}

const char *lua_args_string(lua_State *L, int index, const char *name, const char *otherwise,
                            size_t *len)
{
    if (lua_isnoneornil(L, index)) {
        if (len)
            *len = otherwise ? strlen(otherwise) : 0;
        return otherwise;
    }
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, "%s must be a string", name);
    return lua_tolstring(L, index, len);
}

const char **lua_args_push_strings(lua_State *L, int index, const char *name, const char *what)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 3, NULL);
    if (lua_isnoneornil(L, index)) {
        lua_pushnil(L);
        return NULL;
    }
    lua_Unsigned n = lua_istable(L, index) ? lua_rawlen(L, index) : 0;
    if (!lua_istable(L, index))
        luaL_error(L, "%s must be a list of %s", name, what);
    if (n >= MOST_STRINGS)
        luaL_error(L, "%s has too many %s", name, what);
    const char **list = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *list, 0);
    for (lua_Unsigned i = 0; i < n; i++) {
        if (lua_rawgeti(L, index, (lua_Integer)i + 1) != LUA_TSTRING)
            luaL_error(L, "%s must be a list of %s", name, what);
        list[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    list[n] = NULL;
    return list;
}
