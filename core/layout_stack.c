#include "core/layout_stack.h"

#include "core/layout_proof.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>

bool layout_stack_proven = false;
size_t layout_state_errorjmp, layout_global_allgc;
static const char *verdict = "not yet proven";

/* ---- the proof -------------------------------------------------------------------------------- */

/* What the C functions of the proof find; one runs at a time. */
static int finalizers;
static const void *outer_frame; /* on the C stack before the protected call */

/* [-0, +0] Where the newest object stands in what all threads share. */
static void find_objects(lua_State *L)
{
    const void *global = layout_global(L);
    lua_State *first = lua_newthread(L), *second = lua_newthread(L);
    size_t found = 0;
    for (size_t at = 64; at < 256; at += sizeof(void *))
        if (layout_proof_inside(L, (const char *)global + at, sizeof(void *)) &&
            layout_load(global, at) == (const void *)second)
            found = found ? 1 : at;
    lua_State *third = lua_newthread(L);
    if (found <= 1 || layout_load(global, found) != (const void *)third ||
        layout_object_next(third) != (const void *)second ||
        layout_object_next(second) != (const void *)first)
        layout_proof_doubt(L, "list of objects");
    if (layout_object_tag(third) != LAYOUT_OBJECT_THREAD || layout_status(third) != LUA_OK)
        layout_proof_doubt(L, "thread");
    layout_global_allgc = found;
    lua_pop(L, 3);
}

/* Whether an address lies on the C stack between the caller of the protected call and here. */
static bool between(const void *p, const void *here)
{
    uintptr_t at = (uintptr_t)p, low = (uintptr_t)here, high = (uintptr_t)outer_frame;
    return low < high ? at > low && at < high : at > high && at < low;
}

/* Runs in a coroutine: finds the word that leads to the C stack now, and did not before. */
static int inside_resume(lua_State *co)
{
    const void *here = __builtin_frame_address(0); /* a local need not lie on the stack */
    size_t found = 0;
    lua_Debug ar;
    for (size_t at = LAYOUT_STATE_CI + 8; at < 136; at += sizeof(void *))
        if (between(layout_load(co, at), here))
            found = found ? 1 : at;
    layout_state_errorjmp = found;
    if (found <= 1)
        layout_proof_doubt(co, "protected call");
    if (!lua_getstack(co, 0, &ar) || layout_running(co) != ar.i_ci)
        layout_proof_doubt(co, "running frame");
    return lua_yield(co, 0);
}

static int resume(lua_State *L, lua_State *co)
{
    int results;
    return lua_resume(co, L, 0, &results);
}

static void examine_threads(lua_State *L)
{
    outer_frame = __builtin_frame_address(0);
    lua_State *co = lua_newthread(L);
    lua_pushcfunction(co, inside_resume);
    int status = resume(L, co);
    if (status != LUA_YIELD || layout_status(co) != LUA_YIELD ||
        layout_protected(co)) /* asleep: no more */
        layout_proof_doubt(L, "status");
    if (!layout_protected(L)) /* this runs in a protected call */
        layout_proof_doubt(L, "protected call");
    lua_pop(L, 1);
}

static const char *read_nothing(lua_State *L, void *data, size_t *size)
{
    (void)L, (void)data;
    *size = 0;
    return NULL;
}

static void examine_tags(lua_State *L)
{
    if (lua_load(L, read_nothing, NULL, "=object", "t") != LUA_OK)
        lua_error(L);
    if (layout_object_tag(lua_topointer(L, -1)) != LAYOUT_OBJECT_LCL ||
        layout_object_tag(layout_load(lua_topointer(L, -1), LAYOUT_LCL_PROTO)) !=
            LAYOUT_OBJECT_PROTO)
        layout_proof_doubt(L, "object tags");
    lua_pop(L, 1);
}

static int finalizer(lua_State *L)
{
    lua_Debug ar;
    if (lua_getstack(L, 1, &ar)) {
        finalizers++;
        if (!layout_finalizing(ar.i_ci))
            layout_proof_doubt(L, "finalizer");
    }
    return 0;
}

static int collect(lua_State *L)
{
    lua_Debug ar;
    if (!lua_getstack(L, 0, &ar) || layout_finalizing(ar.i_ci))
        layout_proof_doubt(L, "finalizer");
    lua_gc(L, LUA_GCCOLLECT, 0);
    return 0;
}

static void examine_finalizer(lua_State *L)
{
    finalizers = 0;
    lua_newuserdatauv(L, 1, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, finalizer);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_pushcfunction(L, collect);
    lua_call(L, 0, 0);
    if (finalizers != 1)
        layout_proof_doubt(L, "finalizer");
}

static int examine(lua_State *L)
{
    find_objects(L);
    examine_threads(L);
    examine_tags(L);
    examine_finalizer(L);
    return 0;
}

static void decide(void)
{
    if (!layout_prove()) {
        verdict = layout_verdict();
        return;
    }
    const char *doubt = layout_proof_run(examine);
    verdict = doubt ? doubt : "";
    layout_stack_proven = !doubt;
}

bool layout_stack_prove(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, decide);
    return layout_stack_proven;
}

const char *layout_stack_verdict(void)
{
    return verdict;
}
