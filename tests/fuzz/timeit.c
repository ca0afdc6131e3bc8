/* Setup and statement, parted by the first zero: compiled, and run where they cannot do much. */
#include "timeit/timeit.h"
#include "core/error.h"

#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Ends what would go on for ever. */
static void stop(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    luaL_error(L, "too long");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *zero = size ? memchr(text, '\0', size) : NULL;
    size_t setup = zero ? (size_t)(zero - text) : 0, start = zero ? setup + 1 : 0;
    struct xdb_error err;
    double seconds;
    lua_State *L = luaL_newstate();
    struct xdb_timer_options options = {
        .setup = {.text = size ? text : "", .len = setup},
        .stmt = {.text = size ? text + start : "", .len = size - start}};
    int code = xdb_timer_new(L, &options, &err);
    if (code == 0) {
        lua_sethook(L, stop, LUA_MASKCOUNT, 10000);
        code = xdb_timer_run(L, -1, 3, &seconds, &err);
        if (!lua_gc(L, LUA_GCISRUNNING))
            abort();
    }
    if (lua_gettop(L) > 1 || (code < 0 && strchr(err.text, '\n')))
        abort();
    lua_close(L);
    return 0;
}
