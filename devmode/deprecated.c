/* DeprecationWarning: functions and options of the library that Lua 5.4 keeps for the time being only. */
#include "devmode/state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

static lua_CFunction original_cosh, original_sinh, original_tanh, original_pow, original_frexp,
    original_ldexp, original_log10, original_collectgarbage, original_setcstacklimit;

static void tell(lua_State *L, const char *message)
{
    xdb_devmode_warn(L, XDB_DEPRECATION_WARNING, 1, message);
}

static int x_cosh(lua_State *L)
{
    tell(L, "math.cosh is deprecated");
    return original_cosh(L);
}

static int x_sinh(lua_State *L)
{
    tell(L, "math.sinh is deprecated");
    return original_sinh(L);
}

static int x_tanh(lua_State *L)
{
    tell(L, "math.tanh is deprecated");
    return original_tanh(L);
}

static int x_pow(lua_State *L)
{
    tell(L, "math.pow is deprecated: x ^ y");
    return original_pow(L);
}

static int x_frexp(lua_State *L)
{
    tell(L, "math.frexp is deprecated");
    return original_frexp(L);
}

static int x_ldexp(lua_State *L)
{
    tell(L, "math.ldexp is deprecated: x * 2.0 ^ exp");
    return original_ldexp(L);
}

static int x_log10(lua_State *L)
{
    tell(L, "math.log10 is deprecated: math.log(x, 10)");
    return original_log10(L);
}

static int x_collectgarbage(lua_State *L)
{
    const char *option = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "";
    if (strcmp(option, "setpause") == 0 || strcmp(option, "setstepmul") == 0)
        tell(L, "collectgarbage: setpause and setstepmul are deprecated: use incremental");
    return original_collectgarbage(L);
}

static int x_setcstacklimit(lua_State *L)
{
    tell(L, "debug.setcstacklimit is deprecated: it does nothing");
    return original_setcstacklimit(L);
}

void deprecated_begin(lua_State *L)
{
    static const struct devmode_variant variants[] = {
        {LUA_MATHLIBNAME, "cosh", x_cosh, &original_cosh},
        {LUA_MATHLIBNAME, "sinh", x_sinh, &original_sinh},
        {LUA_MATHLIBNAME, "tanh", x_tanh, &original_tanh},
        {LUA_MATHLIBNAME, "pow", x_pow, &original_pow},
        {LUA_MATHLIBNAME, "frexp", x_frexp, &original_frexp},
        {LUA_MATHLIBNAME, "ldexp", x_ldexp, &original_ldexp},
        {LUA_MATHLIBNAME, "log10", x_log10, &original_log10},
        {LUA_GNAME, "collectgarbage", x_collectgarbage, &original_collectgarbage},
        {LUA_DBLIBNAME, "setcstacklimit", x_setcstacklimit, &original_setcstacklimit},
    };
    devmode_install(L, variants, sizeof variants / sizeof *variants);
}
