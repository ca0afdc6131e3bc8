#include "core/layout_switch.h"

#include <lauxlib.h>
#include <lua.h>
#include <pthread.h>
#include <stdlib.h>

bool layout_switches = false;
static const char *verdict = "not yet proven";

/*
** What the examination finds. The state that is looked at tells its own block of memory, which is the first that it
** asks for, so that nothing outside of it is read while the offsets are in doubt.
*/
struct examination {
    const char *doubt; /* the first disagreement, or NULL */
    const char *state; /* the block, and its size */
    size_t size;
    int inner;     /* instructions heard of in the function that is called */
    int before;    /* and before it in the function that calls it, */
    int after;     /* and after it */
    int pc;        /* of the last of those before */
    bool returned; /* the inner function's return was heard of */
};

static void *allocate(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct examination *e = ud;
    (void)osize;
    if (nsize == 0) {
        free(ptr);
        return NULL;
    }
    void *p = realloc(ptr, nsize);
    if (!e->state) {
        e->state = p;
        e->size = nsize;
    }
    return p;
}

enum { INNER_LINE = 1, OUTER_LINE = 5, SOME_COUNT = 4711 };
static const char sample[] = "local function inner(a)\n"
                             "  local b = a\n"
                             "  for i = 1, 10 do b = i end\n"
                             "  return b, a end\n"
                             "local function outer(a)\n"
                             "  local c = inner(a)\n"
                             "  c = a\n"
                             "  return c end\n"
                             "outer(1)\n"
                             "outer(2)\n";

/* One instruction of the outer function. */
static void note_outer(struct examination *e, lua_State *L, int pc)
{
    if (!e->returned) {
        e->before++;
        e->pc = pc;
        return;
    }
    bool first = pc == e->pc + 1;
    e->after++;
    if (first && layout_oldpc(L) != e->pc)
        e->doubt = "instruction before";
}

static void on_event(lua_State *L, lua_Debug *ar)
{
    void *ud;
    lua_getallocf(L, &ud);
    struct examination *e = ud;
    const struct Proto *p = layout_proto(ar->i_ci);
    int line = p ? layout_linedefined(p) : -1;
    if (ar->event == LUA_HOOKCALL && line == OUTER_LINE) {
        e->returned = false;
        layout_set_mask(L, LUA_MASKCOUNT, 1);
    } else if (ar->event == LUA_HOOKCOUNT && line == INNER_LINE) {
        e->inner++;
        layout_set_mask(L, LUA_MASKCALL | LUA_MASKRET, 1);
    } else if (ar->event == LUA_HOOKRET && line == INNER_LINE) {
        e->returned = true;
        layout_set_trap(ar->i_ci);
        layout_set_trap(layout_previous(ar->i_ci));
        layout_set_mask(L, LUA_MASKCOUNT, 1);
    } else if (ar->event == LUA_HOOKCOUNT && line == OUTER_LINE)
        note_outer(e, L, layout_nextpc(ar->i_ci, p) - 1);
    else if (ar->event == LUA_HOOKCOUNT) /* back in the chunk */
        layout_set_mask(L, LUA_MASKCALL, 1);
}

/* Whether the members of the thread are where we believe them. */
static const char *doubt_members(const struct examination *e, lua_State *L)
{
    if ((const char *)L < e->state ||
        (size_t)((const char *)L - e->state) + LAYOUT_SWITCH_MASK + sizeof(int) > e->size)
        return "thread";
    lua_sethook(L, on_event, LUA_MASKCOUNT | LUA_MASKRET, SOME_COUNT);
    bool same = layout_load(L, LAYOUT_SWITCH_HOOK) == (void *)(uintptr_t)on_event &&
                layout_load_int(L, LAYOUT_SWITCH_BASECOUNT) == SOME_COUNT &&
                layout_load_int(L, LAYOUT_SWITCH_COUNT) == SOME_COUNT &&
                layout_load_int(L, LAYOUT_SWITCH_MASK) == (LUA_MASKCOUNT | LUA_MASKRET);
    if (same) {
        layout_set_mask(L, LUA_MASKCALL, 1);
        same = lua_gethookmask(L) == LUA_MASKCALL && lua_gethookcount(L) == 1;
    }
    lua_sethook(L, NULL, 0, 0);
    return same ? NULL : "hook of a thread";
}

static int examine(lua_State *L)
{
    void *ud;
    lua_getallocf(L, &ud);
    struct examination *e = ud;
    e->doubt = doubt_members(e, L);
    if (e->doubt)
        return 0;
    if (luaL_loadbuffer(L, sample, sizeof sample - 1, "=switch") != LUA_OK)
        return lua_error(L);
    lua_sethook(L, on_event, LUA_MASKCALL, 0);
    lua_call(L, 0, 0);
    lua_sethook(L, NULL, 0, 0);
    if (!e->doubt && (e->inner != 2 || e->before < 4 || e->after < 4))
        e->doubt = "instructions heard of";
    return 0;
}

static const char *find_doubt(void)
{
    if (!layout_prove())
        return layout_verdict();
    struct examination e = {0};
    lua_State *L = lua_newstate(allocate, &e);
    if (!L)
        return "out of memory";
    lua_pushcfunction(L, examine);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        e.doubt = "out of memory";
    lua_close(L);
    return e.doubt;
}

static void decide(void)
{
    const char *doubt = find_doubt();
    verdict = doubt ? doubt : "";
    layout_switches = !doubt;
}

bool layout_switch_prove(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, decide);
    return layout_switches;
}

const char *layout_switch_verdict(void)
{
    return verdict;
}
