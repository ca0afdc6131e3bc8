/*
** The closing half of core/hook: a coroutine that sleeps inside our pcall is about to be closed.
**
** Lua then forgets where the coroutine stood, but not its message handler, as a place on its stack: an
** error in a __close would call whatever lies there by now. Plain pcall has no handler and no such
** trouble, so ours must go first. The coroutine is woken just so far that its `yield` would return, by a
** hook that puts it to sleep again; no code of the program runs.
*/
#include "core/hook.h"

#include "core/interpose.h"

static int yield_nothing(lua_State *co)
{
    return lua_yield(co, 0);
}

static int never(lua_State *co, int status, lua_KContext context)
{
    (void)co, (void)status, (void)context;
    return 0;
}

/* Runs as `yield` returns; leaves the coroutine asleep again, under no message handler. */
static void sleep_on(lua_State *co, lua_Debug *ar)
{
    (void)ar;
    lua_pushcfunction(co, yield_nothing);
    lua_pcallk(co, 0, 0, 0, 0, never);
}

void hook_forget_handler(lua_State *L, lua_State *co, lua_CFunction yield)
{
    lua_Debug ar;
    struct interpose_catch innermost;
    if (lua_status(co) != LUA_YIELD || !lua_getstack(co, 0, &ar) ||
        interpose_running(co, &ar) != yield || !interpose_find_catch(co, 0, &innermost) ||
        innermost.which != INTERPOSED_PCALL || !lua_checkstack(co, LUA_MINSTACK))
        return;
    lua_Hook hook = lua_gethook(co);
    int mask = lua_gethookmask(co), count = lua_gethookcount(co), n = 0;
    lua_sethook(co, sleep_on, LUA_MASKRET, 0);
    if (lua_resume(co, L, 0, &n) != LUA_YIELD)
        lua_pop(co, 1); /* C stack overflow: it was not woken */
    lua_sethook(co, hook, mask, count);
}
