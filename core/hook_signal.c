#include "core/hook_signal.h"

#include <lauxlib.h>

static void stop(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted!");
}

void hook_silence(lua_State *L)
{
    lua_sethook(L, NULL, 0, 0);
}

void hook_interrupt(lua_State *L)
{
    lua_sethook(L, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}
