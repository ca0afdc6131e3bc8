/* A C module with the classic defects: the examples beside it run into them. Each function takes no thought. */
#include <lauxlib.h>
#include <lua.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Follows a pointer that leads nowhere. */
static int first_byte(lua_State *L)
{
    const volatile char *text = lua_tostring(L, 1); /* NULL when it is no string */
    lua_pushinteger(L, *text);
    return 1;
}

static int depth_of(const char *tree, char *copy)
{
    char here[256];
    memcpy(here, copy ? copy : "(", 2);
    return *tree ? 1 + depth_of(tree, here) + here[0] : 0; /* forgot to go on in the tree */
}

/* Fills the C stack. */
static int depth(lua_State *L)
{
    lua_pushinteger(L, depth_of(luaL_checkstring(L, 1), NULL));
    return 1;
}

/* Waits for an answer that does not come, working. */
static int wait_for(lua_State *L)
{
    for (volatile lua_Integer answer = 0; answer != luaL_checkinteger(L, 1);)
        answer = 0;
    return 0;
}

/* The same, asleep. */
static int sleep_for(lua_State *L)
{
    usleep((useconds_t)(luaL_checknumber(L, 1) * 1e6));
    return 0;
}

static int give_up(lua_State *L)
{
    (void)L;
    abort();
}

static int kill_with(lua_State *L)
{
    raise((int)luaL_checkinteger(L, 1));
    return 0;
}

static const luaL_Reg functions[] = {{"first_byte", first_byte},
                                     {"depth", depth},
                                     {"wait_for", wait_for},
                                     {"sleep_for", sleep_for},
                                     {"give_up", give_up},
                                     {"kill_with", kill_with},
                                     {NULL, NULL}};

__attribute__((visibility("default"))) int luaopen_broken(lua_State *L);

int luaopen_broken(lua_State *L)
{
    luaL_newlib(L, functions);
    return 1;
}
