#include "core/hook.h"

#include "core/interpose.h"
#include "core/layout.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* A hook that the program (or its host) set by itself on one thread. */
struct foreign_hook {
    lua_State *thread; /* key; may be stale: threads die without telling, see `mux` */
    lua_Hook hook;
    int mask;
    int count;
    UT_hash_handle hh;
};

#define MASK_ALL (LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT)

static void mux(lua_State *L, lua_Debug *ar);
static void interrupt(lua_State *L, lua_Debug *ar);

static struct foreign_hook *foreign_find(struct universe *u, lua_State *L)
{
    struct foreign_hook *f = NULL;
    if (u->foreign)
        HASH_FIND_PTR(u->foreign, &L, f);
    return f;
}

/* ---- installing ------------------------------------------------------------------------------- */

static bool is_ours(const struct universe *u, lua_Hook hook)
{
    if (!hook || hook == mux || hook == interrupt)
        return true;
    for (const struct hook_observer *o = u->observers; o; o = o->next)
        if (o->hook == hook)
            return true;
    return false;
}

static void set(lua_State *L, lua_Hook hook, int mask, int count)
{
    if (lua_gethookmask(L) != mask || lua_gethook(L) != (mask ? hook : NULL) ||
        (mask & LUA_MASKCOUNT && lua_gethookcount(L) != count))
        lua_sethook(L, hook, mask, count);
}

/* Installs on `L` what `asker` wants now, what the others may want, and what the program wants. */
static void install(struct universe *u, lua_State *L, struct hook_observer *asker, int wanted)
{
    const struct foreign_hook *f = foreign_find(u, L);
    int mask = wanted, users = wanted != 0;
    lua_Hook only = asker ? asker->hook : NULL;
    for (struct hook_observer *o = u->observers; o; o = o->next) {
        int m = o == asker ? 0 : o->ever;
        mask |= m;
        users += m != 0;
        if (m && !wanted)
            only = o->hook;
    }
    if (f) {
        /* a new lua_sethook would start the program's count afresh: widen once and leave it so */
        if (f->mask & LUA_MASKCOUNT && asker)
            mask |= asker->ever;
        set(L, users ? mux : f->hook, mask | f->mask, f->count);
    } else
        set(L, users > 1 ? mux : only, mask, 0);
}

void hook_want(struct hook_observer *o, lua_State *L, int mask)
{
    struct universe *u = o->universe;
    o->ever |= mask;
    if (!is_ours(u, lua_gethook(L)))
        hook_adopt(u, L);
    install(u, L, o, mask);
}

void hook_rest(struct hook_observer *o)
{
    o->ever = 0;
}

static void refresh_thread(struct universe *u, lua_State *L)
{
    struct hook_observer *first = u->observers;
    if (!first)
        install(u, L, NULL, 0);
    for (struct hook_observer *o = first; o; o = o->next)
        hook_want(o, L, o->mask ? o->mask(o, L) : 0);
}

void hook_refresh(struct universe *u, lua_State *L)
{
    refresh_thread(u, L);
    for (const struct resume_record *r = u->chain; r; r = r->outer)
        if (r->from != L)
            refresh_thread(u, r->from);
    if (!u->chain && u->main != L)
        refresh_thread(u, u->main);
}

/* ---- observers -------------------------------------------------------------------------------- */

void hook_attach(struct universe *u, struct hook_observer *o)
{
    struct hook_observer **at = &u->observers;
    for (; *at; at = &(*at)->next)
        if (*at == o)
            return;
    o->universe = u;
    o->next = NULL;
    o->ever = 0;
    *at = o;
}

void hook_detach(struct hook_observer *o, lua_State *L)
{
    struct universe *u = o->universe;
    if (!u)
        return;
    struct hook_observer **at = &u->observers;
    while (*at && *at != o)
        at = &(*at)->next;
    if (*at)
        *at = o->next;
    o->universe = NULL;
    o->ever = 0;
    if (!L)
        return;
    for (const struct resume_record *r = u->chain; r; r = r->outer)
        if (lua_gethook(r->from) == o->hook)
            lua_sethook(r->from, NULL, 0, 0);
    if (lua_gethook(L) == o->hook)
        lua_sethook(L, NULL, 0, 0);
    if (lua_gethook(u->main) == o->hook)
        lua_sethook(u->main, NULL, 0, 0);
    hook_refresh(u, L);
}

void hook_release(struct universe *u, lua_State *live)
{
    while (u->observers)
        hook_detach(u->observers, live);
    struct foreign_hook *f, *tmp;
    HASH_ITER(hh, u->foreign, f, tmp)
    {
        HASH_DEL(u->foreign, f);
        free(f);
    }
}

/* ---- several at once -------------------------------------------------------------------------- */

static int bit_of(int event)
{
    return event == LUA_HOOKTAILCALL ? LUA_MASKCALL : 1 << event;
}

/*
** The installed hook when there is more than one user of events. A record of the program's hook may be
** stale (its thread was collected and the address has a new one, which inherited this function from its
** creator): harmless for debug.sethook, whose hook does nothing on threads it does not know.
*/
static void mux(lua_State *L, lua_Debug *ar)
{
    struct universe *u = universe_find(L);
    if (!u)
        return;
    int bit = bit_of(ar->event);
    struct hook_observer *next;
    for (struct hook_observer *o = u->observers; o; o = next) {
        next = o->next;
        if (o->ever & bit) {
            lua_Debug copy = *ar; /* lua_getinfo writes into it */
            u->dispatching = o;
            o->hook(L, &copy);
        }
    }
    u->dispatching = NULL;
    const struct foreign_hook *f = foreign_find(u, L);
    if (f && f->mask & bit && !u->quitting)
        f->hook(L, ar);
}

struct hook_observer *hook_self(lua_State *L, lua_Hook hook)
{
    struct universe *u = universe_find(L);
    struct hook_observer *o = NULL;
    if (u)
        o = u->dispatching ? u->dispatching : u->observers;
    while (o && o->hook != hook)
        o = o->next;
    if (!o && lua_gethook(L) == hook)
        lua_sethook(L, NULL, 0, 0);
    return o;
}

void hook_adopt(struct universe *u, lua_State *L1)
{
    lua_Hook hook = lua_gethook(L1);
    struct foreign_hook *f = foreign_find(u, L1);
    if (hook && is_ours(u, hook))
        return;
    if (!hook) {
        if (f) {
            HASH_DEL(u->foreign, f);
            free(f);
        }
    } else {
        if (!f && (f = calloc(1, sizeof *f)) != NULL) {
            f->thread = L1;
            HASH_ADD_PTR(u->foreign, thread, f);
        }
        if (!f)
            return; /* out of memory: the program's hook stays, ours is off on this thread */
        f->hook = hook;
        f->mask = lua_gethookmask(L1);
        f->count = lua_gethookcount(L1);
    }
    for (struct hook_observer *o = u->observers; o; o = o->next) {
        int mask = o->mask ? o->mask(o, L1) : 0;
        o->ever |= mask;
        install(u, L1, o, mask);
    }
}

bool hook_foreign(struct universe *u, lua_State *L1, lua_Hook *hook, int *mask, int *count)
{
    const struct foreign_hook *f = foreign_find(u, L1);
    if (!f)
        return false;
    *hook = f->hook;
    *mask = f->mask;
    *count = f->count;
    return true;
}

/* ---- coroutines ------------------------------------------------------------------------------- */

void hook_entering(struct universe *u, lua_State *from, lua_State *co)
{
    for (struct hook_observer *o = u->observers; o; o = o->next)
        if (o->entering)
            o->entering(o, from, co);
}

void hook_left(struct universe *u, lua_State *to, lua_State *co, bool died)
{
    if (!u->observers)
        return;
    if (died)
        hook_raised(u, to, co, 0);
    for (struct hook_observer *o = u->observers; o; o = o->next)
        if (o->left)
            o->left(o, to, co);
}

void hook_c_call(struct universe *u, lua_State *L, lua_Debug *ar, lua_CFunction f)
{
    lua_State *co = NULL;
    enum interposed which = interpose_which(f);
    if (which == INTERPOSED_RESUME || which == INTERPOSED_CLOSE) {
        if (lua_getlocal(L, ar, 1)) {
            co = lua_tothread(L, -1);
            lua_pop(L, 1);
        }
    } else if (which == INTERPOSED_AUXWRAP && lua_getinfo(L, "f", ar)) {
        if (lua_getupvalue(L, -1, 1)) {
            co = lua_tothread(L, -1);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    if (co && co != L)
        hook_entering(u, L, co);
}

/* ---- errors ----------------------------------------------------------------------------------- */

/* Which interposed function runs at `level` of `thread`, and its frame. */
static enum interposed function_at(lua_State *thread, int level, lua_Debug *ar)
{
    lua_CFunction f = NULL;
    if (!lua_getstack(thread, level, ar))
        return INTERPOSED_COUNT;
    if (layout_on())
        f = (lua_CFunction)(uintptr_t)layout_cfunction(ar->i_ci);
    else if (lua_getinfo(thread, "f", ar)) {
        f = lua_tocfunction(thread, -1);
        lua_pop(thread, 1);
    }
    return f ? interpose_which(f) : INTERPOSED_COUNT;
}

/* Looks for a pcall or xpcall from `level` of `thread` on. */
static bool find_pcall(lua_State *thread, int level, struct hook_error *e)
{
    lua_Debug ar;
    for (; lua_getstack(thread, level, &ar); level++) {
        enum interposed which = function_at(thread, level, &ar);
        if (which == INTERPOSED_PCALL || which == INTERPOSED_XPCALL) {
            e->catcher_thread = thread;
            e->catcher = ar.i_ci;
            return true;
        }
    }
    return false;
}

/*
** Finds who will receive the error: a pcall on its own thread, or the resume that waits for it; a
** wrap passes it on to its caller.
*/
static void find_catcher(struct universe *u, struct hook_error *e)
{
    lua_State *thread = e->thread;
    int level = e->level;
    const struct resume_record *r = u->chain;
    e->handled = false;
    e->catcher_thread = NULL;
    e->catcher = NULL;
    if (thread != e->L) { /* a coroutine that died: whoever ran it is on top of `L` */
        lua_Debug ar;
        if (function_at(e->L, 0, &ar) != INTERPOSED_AUXWRAP) {
            e->handled = true;
            e->catcher_thread = e->L;
            e->catcher = ar.i_ci;
            return;
        }
        thread = e->L;
        level = 1;
    }
    while (!find_pcall(thread, level, e)) {
        lua_Debug ar;
        while (r && r->co != thread)
            r = r->outer;
        if (!r)
            return;
        thread = r->from;
        level = 1;
        if (function_at(thread, 0, &ar) != INTERPOSED_AUXWRAP) {
            e->catcher_thread = thread;
            e->catcher = ar.i_ci;
            break;
        }
        r = r->outer;
    }
    e->handled = true;
}

void hook_raised(struct universe *u, lua_State *L, lua_State *thread, int level)
{
    struct hook_error e = {.L = L, .thread = thread, .level = level};
    struct hook_observer *o = u->observers;
    while (o && !o->raised)
        o = o->next;
    if (!o || u->quitting)
        return;
    find_catcher(u, &e);
    for (; o; o = o->next)
        if (o->raised)
            o->raised(o, &e);
}

/*
** Whether the function that is being called is called by the error mechanism and not by the program.
** The caller tells: `error` and C functions that do not call their arguments; a Lua function whose
** instruction is no call ("metamethod") or is a call that failed.
*/
static bool called_by_error(lua_State *L, lua_Debug *ar)
{
    lua_Debug caller;
    if (!lua_getstack(L, 1, &caller) || !lua_getinfo(L, "S", &caller))
        return false;
    if (caller.what[0] == 'C') {
        lua_Debug at;
        return function_at(L, 1, &at) == INTERPOSED_COUNT;
    }
    if (!lua_getinfo(L, "n", ar))
        return false;
    if (strcmp(ar->namewhat, "metamethod") == 0)
        return true;
    bool failed_call = false;
    if (lua_getlocal(L, ar, 1)) {
        const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        failed_call = strstr(message, "attempt to call a ") != NULL ||
                      strstr(message, "stack overflow") != NULL;
        lua_pop(L, 1);
    }
    return failed_call;
}

void hook_handler_call(struct universe *u, lua_State *L, lua_Debug *ar)
{
    if (!called_by_error(L, ar) || !lua_getlocal(L, ar, 1))
        return;
    hook_raised(u, L, L, 1); /* level 0 is the handler itself */
    lua_pop(L, 1);
}

/* ---- Ctrl-C ----------------------------------------------------------------------------------- */

static void interrupt(lua_State *L, lua_Debug *ar)
{
    struct universe *u = universe_find(L);
    if (!u) {
        lua_sethook(L, NULL, 0, 0);
        return;
    }
    u->running = L;
    refresh_thread(u, L);
    for (struct hook_observer *o = u->observers; o; o = o->next)
        if (o->interrupted)
            o->interrupted(o, L, ar);
}

void hook_interrupt_request(struct universe *u)
{
    lua_sethook(u->running, interrupt, MASK_ALL, 1);
}
