#include "core/coroutines.h"

#include "core/error.h"
#include "core/frame.h"
#include "core/layout.h"
#include "core/universe.h"

#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Objects that wait to be looked into, on the stack of a thread of ours: 16 bytes each. */
enum { MOST_WAITING = 50000 };

const struct coroutine_search coroutines_defaults = {.values = 100000000, .objects = 4000000};

enum coroutine_status coroutines_status(lua_State *L, lua_State *co)
{
    lua_Debug ar;
    if (co == L)
        return COROUTINE_RUNNING;
    switch (lua_status(co)) {
    case LUA_YIELD:
        return COROUTINE_SUSPENDED;
    case LUA_OK:
        if (lua_getstack(co, 0, &ar))
            return COROUTINE_NORMAL;
        return lua_gettop(co) == 0 ? COROUTINE_DEAD : COROUTINE_NOT_STARTED;
    default:
        return lua_getstack(co, 0, &ar) ? COROUTINE_FAILED : COROUTINE_DEAD;
    }
}

/* ---- what has been met ------------------------------------------------------------------------ */

/* A set of addresses: open addressing, at most half full. */
struct met {
    const void **slots;
    size_t size, used; /* size: a power of two */
};

static size_t home_of(const struct met *m, const void *p)
{
    return (size_t)((uintptr_t)p * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (m->size - 1);
}

/* Where the address is, or would be put. */
static const void **slot_of(const struct met *m, const void *p)
{
    size_t i = home_of(m, p);
    while (m->slots[i] && m->slots[i] != p)
        i = (i + 1) & (m->size - 1);
    return &m->slots[i];
}

static bool grow(struct met *m)
{
    struct met wider = {.size = m->size ? m->size * 2 : 4096, .used = m->used};
    wider.slots = calloc(wider.size, sizeof *wider.slots);
    if (!wider.slots)
        return false;
    for (size_t i = 0; i < m->size; i++)
        if (m->slots[i])
            *slot_of(&wider, m->slots[i]) = m->slots[i];
    free(m->slots);
    *m = wider;
    return true;
}

static int walk(lua_State *L);

/* ---- the walk --------------------------------------------------------------------------------- */

/*
** One search. What is looked into lies on the top of `waiting` and is looked through on `L`, which needs
** few slots for that however large the heap is. An object that has more in it than may wait stays there
** and is looked through again later.
*/
struct walk {
    lua_State *L, *waiting;
    struct coroutine_search *limits;
    long left; /* values that may still be looked at */
    struct met met;
    lua_State **threads;
    size_t count, room;
    const void *table; /* the one that was left last, looked through to this key */
    lua_Integer key;
    bool full;      /* more in the object at hand than may wait */
    bool no_memory; /* of C's */
};

static void note_thread(struct walk *w, lua_State *co)
{
    if (w->count == w->room) {
        size_t room = w->room ? w->room * 2 : 64;
        lua_State **more = realloc(w->threads, room * sizeof(lua_State *));
        if (!more) {
            w->no_memory = true;
            return;
        }
        w->threads = more;
        w->room = room;
    }
    w->threads[w->count++] = co;
}

/* One value more: whether the search is to end. */
static bool over(struct walk *w)
{
    if (w->left > 0 && w->left-- > 0 && !w->no_memory && !(w->limits->pause && *w->limits->pause))
        return false;
    w->limits->cut = true;
    return true;
}

/* Whether there is anything in such an object; strings and light values hold nothing. */
static bool holds_values(lua_State *L, int index)
{
    switch (lua_type(L, index)) {
    case LUA_TTABLE:
    case LUA_TTHREAD:
    case LUA_TUSERDATA:
        return true;
    case LUA_TFUNCTION:
        return !lua_iscfunction(L, index) || lua_getupvalue(L, index, 1) != NULL;
    default:
        return false;
    }
}

/* [-1, +0 on L] A value has been reached: lets it wait, if it is new. */
static void reach(struct walk *w)
{
    lua_State *L = w->L;
    int top = lua_gettop(L);
    bool worth = holds_values(L, top);
    lua_settop(L, top);
    const void *p = worth ? lua_topointer(L, top) : NULL;
    if (!p || (w->met.size && *slot_of(&w->met, p) == p)) {
        lua_pop(L, 1);
        return;
    }
    w->full |= lua_gettop(w->waiting) >= MOST_WAITING;
    bool may_grow = w->met.used < w->limits->objects;
    w->limits->cut |= !may_grow;
    if (w->full || !may_grow) {
        lua_pop(L, 1);
        return;
    }
    if ((w->met.used * 2 >= w->met.size && !grow(&w->met)) || !lua_checkstack(w->waiting, 3)) {
        w->no_memory = true;
        lua_pop(L, 1);
        return;
    }
    *slot_of(&w->met, p) = p;
    w->met.used++;
    if (lua_isthread(L, top))
        note_thread(w, lua_tothread(L, top));
    lua_xmove(L, w->waiting, 1);
}

/* The metatable of the value at `index` is reached; it may say that keys or values are weak. */
static void reach_metatable(struct walk *w, int index, bool *weak_keys, bool *weak_values)
{
    lua_State *L = w->L;
    if (!lua_getmetatable(L, index))
        return;
    lua_pushliteral(L, "__mode");
    if (lua_rawget(L, -2) == LUA_TSTRING) {
        *weak_keys = strchr(lua_tostring(L, -1), 'k') != NULL;
        *weak_values = strchr(lua_tostring(L, -1), 'v') != NULL;
    }
    lua_pop(L, 1);
    reach(w);
}

/* [-0, +1] The key to go on behind in a table: where it was left because too much waited, or nil. */
static void push_start(struct walk *w, int index)
{
    if (w->table == lua_topointer(w->L, index))
        lua_pushinteger(w->L, w->key);
    else
        lua_pushnil(w->L);
}

static void through_table(struct walk *w, int index)
{
    lua_State *L = w->L;
    lua_Integer done = 0;
    bool known = false;
    bool weak_keys = false, weak_values = false;
    reach_metatable(w, index, &weak_keys, &weak_values);
    if (weak_keys && weak_values)
        return;
    push_start(w, index);
    while (!w->full && !over(w) && lua_next(L, index)) {
        if (weak_values)
            lua_pop(L, 1);
        else
            reach(w);
        if (!weak_keys && !lua_isstring(L, -1)) {
            lua_pushvalue(L, -1);
            reach(w);
        }
        if (!w->full && lua_isinteger(L, -1))
            done = lua_tointeger(L, -1), known = true;
    }
    if (w->full && known) {
        w->table = lua_topointer(L, index);
        w->key = done;
    }
}

static void through_function(struct walk *w, int index)
{
    for (int i = 1; !over(w) && lua_getupvalue(w->L, index, i); i++)
        reach(w);
}

static void through_userdata(struct walk *w, int index)
{
    bool ignored;
    reach_metatable(w, index, &ignored, &ignored);
    for (int i = 1; !over(w) && lua_getiuservalue(w->L, index, i) != LUA_TNONE; i++)
        reach(w);
    lua_settop(w->L, index);
}

/* [-1 on `co`] Reaches the value on the top of another thread, or of L itself. */
static void reach_on(struct walk *w, lua_State *co)
{
    if (co != w->L)
        lua_xmove(co, w->L, 1);
    reach(w);
}

static void through_frame(struct walk *w, const struct frame *f)
{
    lua_Debug ar;
    ar.i_ci = f->ci;
    if (frame_push_function(f, w->L) == 0)
        reach(w);
    for (int way = 1; way >= -1; way -= 2) /* locals and what else lies there; varargs */
        for (int i = 1; !over(w) && lua_checkstack(f->thread, 1); i++) {
            if (!lua_getlocal(f->thread, &ar, way * i))
                break;
            reach_on(w, f->thread);
        }
}

static void through_thread(struct walk *w, lua_State *co)
{
    struct frame f;
    if (frame_at(co, 0, &f) == 0) {
        do {
            through_frame(w, &f);
            if (!layout_on())
                w->left -= f.level; /* what the step to the next one costs */
        } while (!w->full && w->left > 0 && frame_older(&f));
        return;
    }
    for (int i = 1; co != w->L && i <= lua_gettop(co) && lua_checkstack(co, 1); i++) {
        lua_pushvalue(co, i);
        reach_on(w, co);
    }
}

/* Looks into the object on the top of `waiting`. */
static void look_into(struct walk *w)
{
    lua_State *L = w->L;
    int at = lua_gettop(w->waiting);
    while (at > 1 && lua_isboolean(w->waiting, at - 1))
        lua_replace(w->waiting, --at);
    lua_pushvalue(w->waiting, at);
    lua_xmove(w->waiting, L, 1);
    int index = lua_gettop(L);
    w->full = false;
    switch (lua_type(L, index)) {
    case LUA_TTABLE:
        through_table(w, index);
        break;
    case LUA_TFUNCTION:
        through_function(w, index);
        break;
    case LUA_TUSERDATA:
        through_userdata(w, index);
        break;
    default:
        through_thread(w, lua_tothread(L, index));
    }
    lua_settop(L, index - 1);
    bool progress = lua_gettop(w->waiting) > at;
    if (w->full && progress)
        return;
    w->limits->cut |= w->full; /* it has the last place: nothing in it can wait */
    if (!progress) {
        lua_pop(w->waiting, 1);
        return;
    }
    lua_pushboolean(w->waiting,
                    0); /* done; its place is closed when what lies above is done, too */
    lua_replace(w->waiting, at);
}

/* Values that have one metatable for all of their type. */
static void reach_type_metatables(struct walk *w)
{
    lua_State *L = w->L;
    bool ignored;
    int top = lua_gettop(L);
    lua_pushnil(L);
    lua_pushboolean(L, 0);
    lua_pushinteger(L, 0);
    lua_pushliteral(L, "");
    lua_pushlightuserdata(L, w);
    lua_pushcfunction(L, walk);
    lua_pushthread(L);
    for (int i = lua_gettop(L); i > top; i--) {
        reach_metatable(w, i, &ignored, &ignored);
        lua_settop(L, i - 1);
    }
}

/* The threads that run or wait for one that does: the C stack may be all that holds them. */
static void reach_running(struct walk *w)
{
    const struct universe *u = universe_find(w->L);
    struct universe_walk older;
    if (!u) {
        lua_pushthread(w->L);
        reach(w);
        return;
    }
    universe_walk(u, &older, w->L);
    for (lua_State *at = w->L; at; at = universe_walk_older(u, &older))
        if (lua_checkstack(at, 1)) {
            lua_pushthread(at);
            reach_on(w, at);
        }
}

/* (walk) */
static int walk(lua_State *L)
{
    struct walk *w = lua_touserdata(L, 1);
    w->waiting = lua_newthread(L);
    *slot_of(&w->met, w->waiting) = w->waiting; /* it is not the program's */
    w->met.used++;
    lua_pushvalue(L, LUA_REGISTRYINDEX);
    reach(w);
    reach_running(w);
    reach_type_metatables(w);
    while (lua_gettop(w->waiting) > 0 && !over(w))
        look_into(w);
    lua_settop(w->waiting, 0);
    return 0;
}

int coroutines_find(lua_State *L, struct coroutine_search *search, lua_State ***found, size_t *n)
{
    struct walk w = {.L = L, .limits = search, .left = search->values};
    int code = XDB_ENOMEM;
    if (lua_checkstack(L, 2) && grow(&w.met)) {
        lua_pushcfunction(L, walk);
        lua_pushlightuserdata(L, &w);
        if (lua_pcall(L, 1, 0, 0) != LUA_OK)
            lua_pop(L, 1);
        else if (w.count > 0)
            code = 0;
    }
    free(w.met.slots);
    if (code) {
        free(w.threads);
        return code;
    }
    *found = w.threads;
    *n = w.count;
    return 0;
}
