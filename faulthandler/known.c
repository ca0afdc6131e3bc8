#include "faulthandler/known.h"

#include "core/layout_stack.h"
#include "core/universe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The list of the process: a signal handler has no other way to it. Entries are added at its head only. */
static _Atomic(struct known *) list;
/* Guards changes, not reading. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static lua_State *main_thread(lua_State *L)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD); /* -> thread */
    lua_State *main = lua_tothread(L, -1);
    lua_pop(L, 1); /* -> */
    return main;
}

struct known *known_first(void)
{
    return atomic_load(&list);
}

static struct known *find_main(const lua_State *main)
{
    struct known *k = known_first();
    while (k && atomic_load(&k->main) != main)
        k = k->next;
    return k;
}

struct known *known_find(lua_State *L)
{
    if (!L)
        return NULL;
    for (struct known *k = known_first(); k; k = k->next) {
        lua_State *main = atomic_load(&k->main);
        if (main && universe_key(main) == universe_key(L))
            return k;
    }
    return NULL;
}

/* An entry that nobody uses, in the list. */
static struct known *take_entry(void)
{
    struct known *k = find_main(NULL);
    if (k)
        return k;
    k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->next = known_first();
    atomic_store(&list, k);
    return k;
}

int known_add(lua_State *L, struct known **out, struct xdb_error *err)
{
    int code = 0;
    layout_stack_prove();
    lua_State *main = main_thread(L);
    struct universe *u = layout_stack_on() ? NULL : universe_open(L);
    pthread_mutex_lock(&mutex);
    struct known *k = find_main(main);
    if (!k && (k = take_entry()) != NULL) {
        memcpy(k->name, "main", sizeof "main");
        k->watched = false;
        k->panic = NULL;
    }
    if (!k || (!u && !layout_stack_on()))
        code = error_set(err, XDB_ENOMEM, "out of memory for the fault handler");
    else {
        k->universe = u;
        k->thread = pthread_self();
        atomic_store(&k->tid, (int)syscall(SYS_gettid));
        atomic_store(&k->main, main);
        *out = k;
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

/* Gives the entry up; `live`: the state, or NULL when it has been closed. */
static void give_up(struct known *k, lua_State *live)
{
    struct universe *u = k->universe;
    atomic_store(&k->main, NULL);
    k->universe = NULL;
    if (u && !u->observers)
        universe_close(u, live);
}

void known_remove(lua_State *L)
{
    pthread_mutex_lock(&mutex);
    struct known *k = known_find(L);
    if (k)
        give_up(k, atomic_load(&k->main));
    pthread_mutex_unlock(&mutex);
}

bool known_closed(const lua_State *main)
{
    pthread_mutex_lock(&mutex);
    struct known *k = main ? find_main(main) : NULL;
    if (k)
        give_up(k, NULL);
    pthread_mutex_unlock(&mutex);
    return k != NULL;
}
