#include "core/hook.h"

#include "core/interpose.h"
#include "core/layout_switch.h"

#include <lauxlib.h>
#include <limits.h>
#include <stdatomic.h>

/*
** How the program's own hook is remembered while `mux` stands in for it: in the thread itself, where new
** coroutines inherit it and nothing can go stale. Lua keeps eight bits of the mask and looks at four; the
** upper four say what the program asked for. Its count is the installed one; observers never count.
*/
enum {
    EVENTS = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE,
    PROGRAM_SHIFT = 4,
    EXTERNAL = 0x80, /* universe.external is its function, else debug.sethook's */
    WISHES = EVENTS | HOOK_EXACT,
    NEVER = INT_MAX /* the count of HOOK_EXACT */
};

struct program_hook {
    lua_Hook hook;
    int mask;
    int count;
};

static void mux(lua_State *L, lua_Debug *ar);
static void mux_exact(lua_State *L, lua_Debug *ar);
static void interrupt(lua_State *L, lua_Debug *ar);
static void instruction(lua_State *L, lua_Debug *ar);

/*
** The functions of all observers that ever were attached in this process: found on a thread, such a hook
** is not the program's, also when its observer has gone. There are as many as tools.
*/
static _Atomic(lua_Hook) known[16];

static void make_known(lua_Hook hook)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        lua_Hook there = NULL;
        if (atomic_compare_exchange_strong(&known[i], &there, hook) || there == hook)
            return;
    }
}

static bool is_known(lua_Hook hook)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        lua_Hook there = atomic_load_explicit(&known[i], memory_order_relaxed);
        if (!there)
            return false;
        if (there == hook)
            return true;
    }
    return false;
}

/* ---- the program's hook ----------------------------------------------------------------------- */

/* Whether the hook is one of ours, with the program's remembered beside it. */
static bool stands_in(lua_Hook hook)
{
    return hook == mux || hook == mux_exact || hook == interrupt || hook == instruction;
}

/* What the program asked for on `L`; `u` may be NULL. */
static struct program_hook program_hook(const struct universe *u, lua_State *L)
{
    struct program_hook p = {lua_gethook(L), lua_gethookmask(L), lua_gethookcount(L)};
    if (!p.hook || is_known(p.hook))
        return (struct program_hook){NULL, 0, 0};
    if (!stands_in(p.hook)) {
        p.mask &= EVENTS | LUA_MASKCOUNT;
        return p;
    }
    if (p.hook == instruction || p.hook == mux_exact) {
        p.mask &= ~LUA_MASKCOUNT; /* that is ours: where the program counts, they are not used */
        p.count = 0;
    }
    if (p.mask & EXTERNAL)
        p.hook = u ? u->external : NULL;
    else
        p.hook = interpose_debug_hook;
    p.mask = (p.mask >> PROGRAM_SHIFT & EVENTS) | (p.mask & LUA_MASKCOUNT);
    if (!p.hook || !p.mask)
        return (struct program_hook){NULL, 0, 0};
    return p;
}

/* The bits that remember it. */
static int remember(struct universe *u, const struct program_hook *p)
{
    int mask = (p->mask & EVENTS) << PROGRAM_SHIFT | p->mask;
    if (p->hook && p->hook != interpose_debug_hook) {
        u->external = p->hook;
        mask |= EXTERNAL;
    }
    return mask;
}

bool hook_foreign(struct universe *u, lua_State *L1, lua_Hook *hook, int *mask, int *count)
{
    struct program_hook p = program_hook(u, L1);
    if (!p.hook)
        return false;
    *hook = p.hook;
    *mask = p.mask;
    *count = p.count;
    return true;
}

/* ---- installing ------------------------------------------------------------------------------- */

struct hook_observer *hook_next(const struct universe *u, unsigned serial)
{
    struct hook_observer *o = u->observers;
    while (o && o->serial <= serial)
        o = o->next;
    return o;
}

static bool same(lua_State *L, lua_Hook hook, int mask, int count)
{
    return lua_gethookmask(L) == mask && lua_gethook(L) == (mask ? hook : NULL) &&
           (!mask || lua_gethookcount(L) == count);
}

/* As lua_sethook; but a count that was there before and stays the same goes on, where what is left of it is known. */
static void set_hook(lua_State *L, lua_Hook hook, int mask, int count)
{
    bool goes_on = layout_switches && lua_gethookmask(L) & mask & LUA_MASKCOUNT &&
                   lua_gethookcount(L) == count;
    int left = goes_on ? layout_count(L) : 0;
    lua_sethook(L, hook, mask, count);
    if (goes_on)
        layout_set_count(L, left);
}

static void set(struct universe *u, lua_State *L, lua_Hook hook, int mask, int count)
{
    if (same(L, hook, mask, count))
        return;
    set_hook(L, hook, mask, count);
    if ((u->interrupting | u->sampling) && L == u->running)
        hook_request_again(u); /* a signal's hook may just have been overwritten */
}

/* Whether another attached observer has the same hook function: then only `mux` can tell them apart. */
static bool shared(const struct universe *u, lua_Hook hook)
{
    int n = 0;
    for (const struct hook_observer *o = u->observers; o; o = o->next)
        n += o->hook == hook;
    return n > 1;
}

/*
** The mask for a thread whose program counts instructions: every lua_sethook starts the count afresh, so
** what is on stays on, and what was ever asked for comes along at once. See `settle`.
*/
static int lasting(const struct universe *u, lua_State *L, int mask)
{
    if (lua_gethook(L) == mux)
        mask |= lua_gethookmask(L) & EVENTS;
    for (const struct hook_observer *o = u->observers; o; o = o->next)
        if (o->ever)
            mask |= o->seen;
    return mask & EVENTS; /* a count keeps the saved instruction exact, whoever counts */
}

/*
** Installs `hook`, or `mux` where that is NULL, for the wishes of `mask`, on a thread whose program counts
** nothing. Line events keep the saved instruction exact as well as counting does.
*/
static void install_wishes(struct universe *u, lua_State *L, lua_Hook hook, int mask)
{
    if (mask & LUA_MASKLINE)
        mask &= ~HOOK_EXACT;
    if (!hook)
        hook = mask & HOOK_EXACT ? mux_exact : mux;
    set(u, L, hook, mask, mask & HOOK_EXACT ? NEVER : 0);
}

/* The same for one that has the hook `p`, which does not count. */
static void install_beside(struct universe *u, lua_State *L, const struct program_hook *p, int mask)
{
    /* pcall's message handler is ours: the program must not hear of its call and return */
    if (!mask && !(p->mask & (LUA_MASKCALL | LUA_MASKRET)))
        set(u, L, p->hook, p->mask, p->count);
    else
        install_wishes(u, L, NULL, mask | remember(u, p));
}

/* The same for one that counts. */
static void install_counting(struct universe *u, lua_State *L, const struct program_hook *p,
                             int mask)
{
    if (mask || p->mask & (LUA_MASKCALL | LUA_MASKRET))
        set(u, L, mux, mask | remember(u, p), p->count);
    else
        set(u, L, p->hook, p->mask, p->count);
}

/* Installs the program's hook together with the events of `mask` that observers want. */
static void install_program(struct universe *u, lua_State *L, const struct program_hook *p,
                            int mask)
{
    if (p->mask & LUA_MASKCOUNT)
        install_counting(u, L, p, lasting(u, L, mask));
    else
        install_beside(u, L, p, mask);
}

/* Installs on `L` what `asker` wants now, what the others may want, and what the program wants. */
static void install(struct universe *u, lua_State *L, struct hook_observer *asker, int wanted)
{
    struct program_hook p = program_hook(u, L);
    int mask = wanted, users = wanted != 0;
    lua_Hook only = asker ? asker->hook : NULL;
    for (struct hook_observer *o = u->observers; o; o = o->next) {
        int m = o == asker ? 0 : o->ever;
        mask |= m;
        users += m != 0;
        if (m && !wanted)
            only = o->hook;
    }
    if (p.hook)
        install_program(u, L, &p, mask);
    else
        install_wishes(u, L, users > 1 || (users && shared(u, only)) ? NULL : only, mask);
}

void hook_want(struct hook_observer *o, lua_State *L, int mask)
{
    struct universe *u = o->universe;
    if (!u)
        return;
    o->ever |= mask & WISHES;
    o->seen |= mask & WISHES;
    u->listening |= o->ever != 0;
    install(u, L, o, mask & WISHES);
}

static void listen(struct universe *u)
{
    u->listening = false;
    for (const struct hook_observer *o = u->observers; o; o = o->next)
        u->listening |= o->ever != 0;
}

void hook_rest(struct hook_observer *o)
{
    o->ever = 0;
    if (o->universe)
        listen(o->universe);
}

void hook_expect(struct hook_observer *o, int mask)
{
    o->ever |= mask & WISHES;
    if (o->universe)
        listen(o->universe);
}

void hook_adopt(struct universe *u, lua_State *L1)
{
    if (!u->observers)
        install(u, L1, NULL, 0);
    for (struct hook_observer *o = u->observers; o; o = o->next)
        hook_want(o, L1, o->mask ? o->mask(o, L1) : 0);
    if ((u->interrupting | u->sampling) && L1 == u->running)
        hook_request_again(u); /* the program may have overwritten it */
}

void hook_refresh(struct universe *u, lua_State *L)
{
    struct universe_walk w;
    universe_walk(u, &w, L);
    for (lua_State *at = L; at; at = universe_walk_older(u, &w))
        hook_adopt(u, at);
}

/* ---- observers -------------------------------------------------------------------------------- */

void hook_attach(struct universe *u, struct hook_observer *o)
{
    struct hook_observer **at = &u->observers;
    for (; *at; at = &(*at)->next)
        if (*at == o)
            return;
    make_known(o->hook);
    layout_switch_prove();
    o->universe = u;
    o->next = NULL;
    o->serial = ++u->serial;
    o->ever = o->seen = 0;
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
    if (u->dispatching == o)
        u->dispatching = NULL;
    o->universe = NULL;
    o->ever = 0;
    listen(u);
    if (L)
        hook_refresh(u, L);
}

/* Leaves on `L` nothing but what the program asked for. */
static void restore(struct universe *u, lua_State *L)
{
    struct program_hook p = program_hook(u, L);
    set(u, L, p.hook, p.mask, p.count);
}

void hook_release(struct universe *u, lua_State *live)
{
    u->interrupting = u->sampling = 0;
    while (u->observers)
        hook_detach(u->observers, live);
    if (!live)
        return;
    struct universe_walk w;
    universe_walk(u, &w, live);
    for (lua_State *at = live; at; at = universe_walk_older(u, &w))
        restore(u, at);
}

/* ---- several at once -------------------------------------------------------------------------- */

static int bit_of(int event)
{
    return event == LUA_HOOKTAILCALL ? LUA_MASKCALL : 1 << event;
}

/* Whether the event is the call or return of our message handler, which nobody may see. */
static bool hidden(lua_State *L, lua_Debug *ar)
{
    if (!(bit_of(ar->event) & (LUA_MASKCALL | LUA_MASKRET)))
        return false;
    lua_CFunction f = interpose_running(L, ar);
    return f && interpose_hidden(f);
}

/* Hands an event to the observers. */
static void dispatch(struct universe *u, lua_State *L, const lua_Debug *ar)
{
    struct hook_observer *outer = u->dispatching;
    struct hook_observer *o;
    u->handler_told = false;
    for (unsigned serial = 0; (o = hook_next(u, serial)) != NULL;) {
        serial = o->serial;
        if (o->ever) {
            lua_Debug copy = *ar; /* lua_getinfo writes into it */
            u->dispatching = o;
            o->hook(L, &copy);
        }
    }
    for (o = u->observers; o && o != outer;)
        o = o->next;
    u->dispatching = o; /* this was inside an event of `outer`, unless that has gone */
}

/* Takes off what nobody wants any more; of a counting program's hook only when its period ends. */
static void settle(struct universe *u, lua_State *L, const lua_Debug *ar)
{
    lua_Hook there = lua_gethook(L);
    if (there != mux && there != mux_exact)
        return;
    int mask = 0;
    for (const struct hook_observer *o = u->observers; o; o = o->next)
        if (o->ever)
            mask |= o->seen;
    struct program_hook p = program_hook(u, L);
    bool counts = (p.mask & LUA_MASKCOUNT) != 0;
    if ((counts && ar->event != LUA_HOOKCOUNT) || (!counts && mask))
        return;
    if (counts)
        install_counting(u, L, &p, mask & EVENTS);
    else
        install_beside(u, L, &p, mask);
}

/* The program's own hook gets its event. It may raise or yield: nothing of ours comes after it. */
static void tell_program(const struct universe *u, lua_State *L, lua_Debug *ar)
{
    struct program_hook p = program_hook(u, L);
    if (p.mask & bit_of(ar->event))
        p.hook(L, ar);
}

/* The hook on a thread that slept while its universe was closed. */
static void orphan(lua_State *L, lua_Debug *ar)
{
    struct program_hook p = program_hook(NULL, L);
    lua_sethook(L, p.hook, p.mask, p.count);
    tell_program(NULL, L, ar);
}

/* The installed hook where there is more than one user of events. */
static void mux(lua_State *L, lua_Debug *ar)
{
    struct universe *u = universe_find(L);
    if (!u) {
        orphan(L, ar);
        return;
    }
    if (hidden(L, ar))
        return;
    dispatch(u, L, ar);
    settle(u, L, ar);
    if (!u->quitting)
        tell_program(u, L, ar);
}

struct hook_observer *hook_self(lua_State *L, lua_Hook hook)
{
    struct universe *u = universe_find(L);
    struct hook_observer *o = NULL;
    if (u && u->dispatching && u->dispatching->hook == hook)
        return u->dispatching;
    if (u)
        o = u->observers;
    while (o && o->hook != hook)
        o = o->next;
    if (o && o->ever)
        return o;
    if (lua_gethook(L) == hook) { /* left on a coroutine that slept meanwhile */
        lua_sethook(L, NULL, 0, 0);
        if (u)
            hook_adopt(u, L);
    }
    return NULL;
}

/* ---- coroutines ------------------------------------------------------------------------------- */

void hook_entering(struct universe *u, lua_State *from, lua_State *co)
{
    struct hook_observer *o;
    for (unsigned serial = 0; (o = hook_next(u, serial)) != NULL;) {
        serial = o->serial;
        if (o->entering)
            o->entering(o, from, co);
    }
}

void hook_refused(struct universe *u, lua_State *L, lua_State *co)
{
    struct hook_observer *o;
    for (unsigned serial = 0; co && (o = hook_next(u, serial)) != NULL;) {
        serial = o->serial;
        if (o->refused)
            o->refused(o, L, co);
    }
}

void hook_left(struct universe *u, lua_State *to, lua_State *co, bool died)
{
    if (!u->observers)
        return;
    if (died)
        hook_raised(u, to, co, 0);
    struct hook_observer *o;
    for (unsigned serial = 0; (o = hook_next(u, serial)) != NULL;) {
        serial = o->serial;
        if (o->left)
            o->left(o, to, co);
    }
}

void hook_c_call(struct universe *u, lua_State *L, lua_Debug *ar, lua_CFunction f)
{
    lua_State *co = NULL;
    if (interpose_hidden(f) || interpose_is_variant(f))
        return;
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

/* ---- signals ---------------------------------------------------------------------------------- */

/* The same; another function, so that its count is known not to be the program's. */
static void mux_exact(lua_State *L, lua_Debug *ar)
{
    if (ar->event != LUA_HOOKCOUNT)
        mux(L, ar);
}

/* Stands on a thread from the signal until the thread's next event. */
static void interrupt(lua_State *L, lua_Debug *ar)
{
    struct universe *u = universe_find(L);
    if (!u) {
        orphan(L, ar);
        return;
    }
    bool news = u->interrupting != 0; /* else it was told on another thread before */
    bool sample = u->sampling != 0;
    u->interrupting = u->sampling = 0;
    hook_refresh(u, L);
    struct hook_observer *o;
    for (unsigned serial = 0; sample && (o = hook_next(u, serial)) != NULL;) {
        serial = o->serial;
        if (o->sampled)
            o->sampled(o, L, ar);
    }
    if (news && u->conditions)
        luaL_error(L, "interrupted!");
    for (unsigned serial = 0; news && (o = hook_next(u, serial)) != NULL;) {
        serial = o->serial;
        if (o->interrupted)
            o->interrupted(o, L, ar);
    }
    if (!u->quitting && !hidden(L, ar))
        tell_program(u, L, ar);
}

/* The same for one instruction; another function, so that its count is known not to be the program's. */
static void instruction(lua_State *L, lua_Debug *ar)
{
    interrupt(L, ar);
}

void hook_instruction_request(struct universe *u)
{
    hook_interrupt_request(u);
    lua_State *L = u->running;
    int mask = lua_gethookmask(L);
    if (!(mask & LUA_MASKCOUNT))
        lua_sethook(L, instruction, mask | LUA_MASKCOUNT, 1);
}

void hook_interrupt_request(struct universe *u)
{
    lua_State *L = u->running;
    if (u->closing)
        return;
    u->interrupting = 1;
    struct program_hook p = program_hook(u, L);
    set_hook(L, interrupt, remember(u, &p) | EVENTS, p.count);
}

/* As lua_sethook, but the walk over the frames ends with the first where the layout is known. */
static void set_for_youngest(lua_State *L, lua_Hook hook, int mask, int count)
{
    if (!layout_on()) {
        set_hook(L, hook, mask, count);
        return;
    }
    struct CallInfo *youngest = layout_running(L), *below = layout_previous(youngest);
    layout_set_previous(youngest, NULL);
    set_hook(L, hook, mask, count);
    layout_set_previous(youngest, below);
}

/*
** Lines are not asked for: with a count of one the next instruction comes first, and an event of a line would follow it
** to whoever has the hook by then. A program that counts itself is waited for: its count cannot be told from one of ours.
*/
void hook_sample_request(struct universe *u)
{
    lua_State *L = u->running;
    if (u->closing)
        return;
    u->sampling = 1;
    if (u->interrupting)
        return; /* what comes of that tells both */
    struct program_hook p = program_hook(u, L);
    int mask = remember(u, &p) | LUA_MASKCALL | LUA_MASKRET;
    if (p.mask & LUA_MASKCOUNT)
        set_for_youngest(L, interrupt, mask, p.count);
    else
        set_for_youngest(L, instruction, mask | LUA_MASKCOUNT, 1);
}

void hook_request_again(struct universe *u)
{
    if (u->interrupting)
        hook_interrupt_request(u);
    else
        hook_sample_request(u);
}
