#include "core/universe.h"

#include "core/hook.h"
#include "core/interpose.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
** The list of all universes of the process. It must be global, since a lua_State has no room that is
** surely ours (its extra space may be the host's).
*/
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct universe *universes;

atomic_uint universe_generation;
_Thread_local struct universe_recent universe_recent;

static const char anchor_key;

struct universe *universe_look_up(lua_State *L)
{
    const void *key = universe_key(L);
    pthread_mutex_lock(&mutex);
    struct universe *u = universes;
    while (u && u->key != key)
        u = u->next;
    unsigned now = atomic_load(&universe_generation);
    pthread_mutex_unlock(&mutex);
    universe_recent = (struct universe_recent){key, u, now};
    return u;
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
    layout_prove(); /* universes are known by another address where the layout is on */
    struct universe *u = universe_find(L);
    if (u)
        return u;
    u = calloc(1, sizeof *u);
    if (!u)
        return NULL;
    u->key = universe_key(L);
    u->main = main_thread(L);
    u->running = u->main;
    pthread_mutex_lock(&mutex);
    u->next = universes;
    universes = u;
    u->id = atomic_fetch_add(&universe_generation, 1) + 1;
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
    atomic_fetch_add(&universe_generation, 1);
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

/* ---- the resume chain ------------------------------------------------------------------------- */

void universe_walk(const struct universe *u, struct universe_walk *w, lua_State *L)
{
    const struct resume_record *beyond = u->chain;
    w->at = L;
    for (const struct resume_record *r = u->chain; r; r = r->outer) {
        if (r->co == L) {
            w->record = r;
            return;
        }
        if (r->from == L)
            beyond = r->outer; /* `L` was entered unseen and resumed this one */
    }
    w->record = beyond;
}

lua_State *universe_walk_older(const struct universe *u, struct universe_walk *w)
{
    const struct resume_record *r = w->record;
    if (!r) {
        w->at = w->at && w->at != u->main ? u->main : NULL;
        return w->at;
    }
    if (r->co != w->at)
        return w->at = r->co; /* who entered the last one is not known, but it stood on this one */
    w->record = r->outer;
    return w->at = r->from;
}

int universe_threads(struct universe *u, lua_State *L, lua_State **threads, int size)
{
    struct universe_walk w;
    universe_walk(u, &w, L);
    int n = 0;
    for (lua_State *at = L; at; at = universe_walk_older(u, &w), n++)
        if (n < size)
            threads[n] = at;
    return n;
}

/* ---- abandoning ------------------------------------------------------------------------------- */

static const char memory_error[] = "not enough memory"; /* what lua_error knows as such */

int universe_raise_quit(struct universe *u, lua_State *L)
{
    u->quitting = true;
    u->dispatching = NULL; /* the observer that raises does not come back */
    lua_pushstring(L, memory_error);
    return lua_error(L);
}

bool universe_is_quit(lua_State *L, int index)
{
    struct universe *u = universe_find(L);
    return u && u->quitting && lua_type(L, index) == LUA_TSTRING &&
           strcmp(lua_tostring(L, index), memory_error) == 0;
}
