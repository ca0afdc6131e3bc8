/*
** A C module that takes no care: what the development mode finds in the memory of such modules, one function each. The
** programs beside it run into them; with the debug allocator they stop there, with a report.
*/
#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>
#include <string.h>

static void *allocate(lua_State *L, void *block, size_t osize, size_t nsize)
{
    void *ud;
    lua_Alloc alloc = lua_getallocf(L, &ud);
    return alloc(ud, block, osize, nsize);
}

/* buffer(n): n bytes. */
static int buffer(lua_State *L)
{
    lua_newuserdatauv(L, (size_t)luaL_checkinteger(L, 1), 0);
    return 1;
}

/* put(buffer, i, text): writes the text from byte i on, however long the buffer is, and however far below its begin. */
static int put(lua_State *L)
{
    size_t len;
    char *bytes = lua_touserdata(L, 1);
    lua_Integer i = luaL_checkinteger(L, 2);
    const char *text = luaL_checklstring(L, 3, &len);
    memcpy(bytes + i, text, len);
    return 0;
}

static void *block_at(lua_State *L)
{
    return lua_touserdata(L, 1);
}

/* block(n): n bytes of Lua's allocator that the caller must free. */
static int block(lua_State *L)
{
    lua_pushlightuserdata(L, allocate(L, NULL, 0, (size_t)luaL_checkinteger(L, 1)));
    return 1;
}

/* free(block, n): n is the size that it is said to have. */
static int release(lua_State *L)
{
    allocate(L, block_at(L), (size_t)luaL_checkinteger(L, 2), 0);
    return 0;
}

/* inside(block, i): the address of byte i, which is no block. */
static int inside(lua_State *L)
{
    lua_pushlightuserdata(L, (char *)block_at(L) + luaL_checkinteger(L, 2));
    return 1;
}

/* ---- a thing to be closed ---- */

struct handle {
    int open;
};

static int close_handle(lua_State *L)
{
    struct handle *h = luaL_checkudata(L, 1, "careless.handle");
    h->open = 0;
    return 0;
}

/* handle() */
static int handle(lua_State *L)
{
    struct handle *h = lua_newuserdatauv(L, sizeof *h, 0);
    h->open = 1;
    luaL_setmetatable(L, "careless.handle");
    return 1;
}

static const luaL_Reg functions[] = {{"buffer", buffer}, {"put", put},       {"block", block},
                                     {"free", release},  {"inside", inside}, {"handle", handle},
                                     {NULL, NULL}};
static const luaL_Reg meta[] = {{"__gc", close_handle}, {"__close", close_handle}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"close", close_handle}, {NULL, NULL}};

__attribute__((visibility("default"))) int luaopen_careless(lua_State *L);

int luaopen_careless(lua_State *L)
{
    luaL_newmetatable(L, "careless.handle");
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    luaL_newlib(L, functions);
    return 1;
}
