/*
** A host that runs scripts of its users: `break_on_error script.lua`. Where a script fails, its author stands in
** the debugger at the place, with the stack and the locals as the error left them; then the host goes on, here
** with its exit status.
**
**   cc break_on_error.c -o break_on_error $(pkg-config --cflags --libs xdb lua5.4)
*/
#include <xdb/pdb.h>

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>

/* What the host offers its scripts. */
static int price(lua_State *L)
{
    lua_Integer pieces = luaL_checkinteger(L, 1);
    luaL_argcheck(L, pieces >= 0, 1, "more than nothing expected");
    lua_pushinteger(L, 250 * pieces);
    return 1;
}

/* Runs the script as lua_pcall would, but with the debugger as its message handler. */
static int run(lua_State *L, const char *script)
{
    lua_pushcfunction(L, xdb_post_mortem);
    int handler = lua_gettop(L);
    int status = luaL_loadfile(L, script);
    if (status == LUA_OK)
        status = lua_pcall(L, 0, 0, handler);
    if (status != LUA_OK)
        fprintf(stderr, "the script failed: %s\n", luaL_tolstring(L, -1, NULL));
    lua_settop(L, handler - 1);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: break_on_error script.lua\n");
        return 2;
    }
    lua_State *L = luaL_newstate();
    if (!L)
        return 1;
    luaL_openlibs(L);
    lua_register(L, "price", price);
    int status = run(L, argv[1]);
    lua_close(L);
    return status == LUA_OK ? 0 : 1;
}
