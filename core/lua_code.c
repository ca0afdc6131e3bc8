#include "core/lua_code.h"

#include <stdbool.h>
#include <string.h>

/* ---- names ------------------------------------------------------------------------------------ */

/* Names are looked up among the locals (upvalue 1), then the globals (2). */
static int look_up(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_gettable(L, lua_upvalueindex(1)) == LUA_TNIL) {
        lua_pushvalue(L, 2);
        lua_gettable(L, lua_upvalueindex(2));
    }
    return 1;
}

static bool is_given(lua_State *L, int index)
{
    return index && !lua_isnoneornil(L, index);
}

/* [-0, +1] The table to be _ENV, or nothing and false. */
static bool push_environment(lua_State *L, int globals, int locals)
{
    if (is_given(L, globals))
        luaL_checktype(L, globals, LUA_TTABLE);
    if (!is_given(L, locals)) {
        if (is_given(L, globals))
            lua_pushvalue(L, globals);
        return is_given(L, globals);
    }
    luaL_checktype(L, locals, LUA_TTABLE);
    lua_newtable(L);
    lua_createtable(L, 0, 2); /* -> names metatable */
    lua_pushvalue(L, locals);
    if (is_given(L, globals))
        lua_pushvalue(L, globals);
    else
        lua_pushglobaltable(L);
    lua_pushcclosure(L, look_up, 2);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, locals);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    return true;
}

/* [-1, +0] Gives the function below the top the environment on the top, in a variable of its own. */
static void give_environment(lua_State *L)
{
    const char *name;
    int environment = lua_gettop(L), function = environment - 1;
    for (int i = 1; (name = lua_getupvalue(L, function, i)) != NULL; i++) {
        lua_pop(L, 1);
        if (strcmp(name, "_ENV") != 0)
            continue;
        if (luaL_loadstring(L, "") != LUA_OK) /* -> a function that has nothing but _ENV */
            lua_error(L);
        lua_pushvalue(L, environment);
        lua_setupvalue(L, -2, 1);
        lua_upvaluejoin(L, function, i, -1, 1);
        break;
    }
    lua_settop(L, function);
}

/* ---- code ------------------------------------------------------------------------------------- */

void lua_code_check(lua_State *L, int arg)
{
    if (lua_type(L, arg) != LUA_TSTRING && !lua_isfunction(L, arg))
        luaL_typeerror(L, arg, "string or function");
}

static void push_function(lua_State *L, int code, const char *before)
{
    if (lua_isfunction(L, code)) {
        lua_pushvalue(L, code);
        return;
    }
    lua_pushstring(L, before);
    lua_pushvalue(L, code);
    lua_concat(L, 2); /* -> text */
    size_t len;
    const char *text = lua_tolstring(L, -1, &len);
    if (luaL_loadbufferx(L, text, len, text, "t") != LUA_OK)
        lua_error(L);
    lua_remove(L, -2); /* -> function */
}

void lua_code_push(lua_State *L, int code, const char *before, int globals, int locals)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    code = lua_absindex(L, code);
    lua_code_check(L, code);
    push_function(L, code, before);
    if (push_environment(L, globals, locals))
        give_environment(L);
}
