#include "core/hook_limit.h"

#include <stddef.h>

enum {
    SLICE = 100, /* instructions between two count events */
    /* of a call event: without them, coroutines shorter than a slice would be free */
    CALL_COST = 10
};

/*
** The innermost limit in force on this C stack. The hook is handed only a lua_State, which may be any
** coroutine that inherited it, and must not allocate; Lua runs on the C stack of the thread that
** called it, so a thread-local is exactly as wide as the limit, and nobody else sees it.
*/
static _Thread_local struct hook_limit *current;

static void limit_hook(lua_State *L, lua_Debug *ar)
{
    struct hook_limit *l = current;
    if (!l) {
        lua_sethook(L, NULL, 0, 0); /* this coroutine has outlived the limit */
        return;
    }
    bool counted = ar->event == LUA_HOOKCOUNT;
    l->left -= counted ? SLICE : CALL_COST;
    if (l->left > 0)
        return;
    l->hit = true;
    if (counted && L == l->co && lua_isyieldable(L)) {
        lua_yield(L, 0); /* the code cannot catch a yield */
        return;
    }
    /* This very message makes lua_error raise a memory error, for which no message handler runs: one
       would run inside this hook, where nothing could stop it. */
    lua_pushliteral(L, "not enough memory");
    lua_error(L);
}

void hook_limit_begin(struct hook_limit *l, lua_State *co, long instructions)
{
    l->co = co;
    l->outer = current;
    l->given = l->left = instructions;
    l->hit = false;
    current = l;
    lua_sethook(co, limit_hook, LUA_MASKCOUNT | LUA_MASKCALL, SLICE);
}

void hook_limit_end(struct hook_limit *l)
{
    current = l->outer;
    if (l->outer)
        l->outer->left -= l->given - l->left;
    lua_sethook(l->co, NULL, 0, 0);
}

bool hook_limit_active(void)
{
    return current != NULL;
}
