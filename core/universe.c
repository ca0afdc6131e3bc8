#include "core/universe.h"

#include "core/hook.h"
#include "core/interpose.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/*
** The list of all universes of the process. It must be global, since a lua_State has no room that is
** surely ours (its extra space may be the host's). `generation` changes whenever one dies, so that no
** thread believes a cached pointer to it: the registry's address may come back with another state.
*/
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct universe *universes;
static atomic_uint generation;

static _Thread_local struct {
    const void *key;
    struct universe *universe; /* NULL: known not to exist */
    unsigned generation;
} cache;

static const char quit_key; /* its address is the error value that abandons a program */
static const char anchor_key;

static const void *key_of(lua_State *L)
{
    return lua_topointer(L, LUA_REGISTRYINDEX);
}

static struct universe *look_up(const void *key)
{
    pthread_mutex_lock(&mutex);
    struct universe *u = universes;
    while (u && u->key != key)
        u = u->next;
    pthread_mutex_unlock(&mutex);
    cache.key = key;
    cache.universe = u;
    cache.generation = atomic_load(&generation);
    return u;
}

struct universe *universe_find(lua_State *L)
{
    const void *key = key_of(L);
    if (cache.key == key &&
        cache.generation == atomic_load_explicit(&generation, memory_order_relaxed))
        return cache.universe;
    return look_up(key);
}

static lua_State *main_thread(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD); /* -> thread */
    lua_State *main = lua_tothread(L, -1);
    lua_pop(L, 1); /* -> */
    return main;
}

struct universe *universe_open(lua_State *L)
{
    struct universe *u = universe_find(L);
    if (u)
        return u;
    u = calloc(1, sizeof *u);
    if (!u)
        return NULL;
    u->key = key_of(L);
    u->main = main_thread(L);
    u->running = L;
    pthread_mutex_lock(&mutex);
    u->next = universes;
    universes = u;
    atomic_fetch_add(&generation, 1);
    pthread_mutex_unlock(&mutex);
    interpose_install(L);
    return u;
}

void universe_close(struct universe *u, lua_State *live)
{
    if (!u)
        return;
    hook_release(u, live);
    if (live)
        interpose_restore(live);
    pthread_mutex_lock(&mutex);
    struct universe **at = &universes;
    while (*at && *at != u)
        at = &(*at)->next;
    if (*at)
        *at = u->next;
    atomic_fetch_add(&generation, 1);
    pthread_mutex_unlock(&mutex);
    free(u);
}

static int collect_anchor(lua_State *L)
{
    universe_close(universe_find(L), L);
    return 0;
}

void universe_anchor(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &anchor_key) == LUA_TNIL) {
        lua_newuserdatauv(L, 0, 0);
        lua_createtable(L, 0, 1); /* -> nil userdata metatable */
        lua_pushcfunction(L, collect_anchor);
        lua_setfield(L, -2, "__gc");
        lua_setmetatable(L, -2);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &anchor_key);
    }
    lua_pop(L, 1); /* -> */
}

void universe_enter(struct universe *u, struct resume_record *r)
{
    r->outer = u->chain;
    u->chain = r;
    hook_entering(u, r->from, r->co);
    u->running = r->co;
}

void universe_leave(struct universe *u, struct resume_record *r, bool died)
{
    u->running = r->from;
    u->chain = r->outer;
    hook_left(u, r->from, r->co, died);
}

int universe_threads(struct universe *u, lua_State *L, lua_State **threads, int size)
{
    int n = 0;
    lua_State *at = L;
    if (size > 0)
        threads[0] = L;
    n++;
    for (const struct resume_record *r = u->chain; r; r = r->outer) {
        if (r->co != at)
            continue; /* a record of another branch: `L` was entered by a resume we did not see */
        at = r->from;
        if (n < size)
            threads[n] = at;
        n++;
    }
    if (at != u->main) {
        if (n < size)
            threads[n] = u->main;
        n++;
    }
    return n;
}

int universe_raise_quit(struct universe *u, lua_State *L)
{
    u->quitting = true;
    u->dispatching = NULL; /* the observer that raises does not come back */
    lua_pushlightuserdata(L, (void *)(uintptr_t)&quit_key);
    return lua_error(L);
}

bool universe_is_quit(lua_State *L, int index)
{
    return lua_islightuserdata(L, index) &&
           lua_touserdata(L, index) == (void *)(uintptr_t)&quit_key;
}
