#include "profiler/collector.h"

#include "core/interpose.h"
#include "core/layout.h"

#include <lauxlib.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RESUMERS = 256 };
enum { EVENTS = LUA_MASKCALL | LUA_MASKRET };

static void on_event(lua_State *L, lua_Debug *ar);

/* ---- the collector of a universe -------------------------------------------------------------- */

/*
** The collector that had the last event in this OS thread, where its events can take the fast way: the
** layout is known and the clock is the processor's counter. `changes` makes all threads forget theirs when
** a collector comes or goes, since the address of a closed state may come back.
*/
static _Thread_local struct {
    struct collector *collector;
    unsigned changes;
} recent __attribute__((tls_model("initial-exec")));
static atomic_uint changes = 1;

static struct collector *find_collector(lua_State *L)
{
    struct collector *c = (struct collector *)hook_self(L, on_event);
    if (c && c->fast) {
        recent.changes = atomic_load(&changes);
        recent.collector = c;
    }
    return c;
}

bool collector_any(const struct universe *u)
{
    for (const struct hook_observer *o = u->observers; o; o = o->next)
        if (o->hook == on_event)
            return true;
    return false;
}

/* ---- time ------------------------------------------------------------------------------------- */

/* A clock that runs Lua code makes events of its own, which are nobody's. */
static inline int64_t now(struct collector *c)
{
    if (!c->clock_uses_lua)
        return (int64_t)clock_now(&c->clock);
    c->reading = true;
    int64_t t = (int64_t)clock_now(&c->clock);
    c->reading = false;
    return t;
}

/* Sums of what a clock of the program's own says may wrap, however it leaps. */
static inline int64_t plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int64_t minus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline void charge(struct collector *c, struct tree_node *n)
{
    int64_t t = now(c);
    n->own = plus(n->own, t - c->last);
    c->last = t;
}

/* What happened since the last reading was our doing, and nobody's time. */
static void skip_time(struct collector *c)
{
    int64_t t = now(c);
    c->paused = plus(c->paused, t - c->last);
    c->last = t;
}

/* ---- shadows ---------------------------------------------------------------------------------- */

/* The shadow of `L` as it now stands, ready to run below `node`; NULL when memory runs out. */
static struct shadow *prepare(struct collector *c, lua_State *L, struct tree_node *node)
{
    struct shadow *s = shadow_find(&c->shadows, L);
    if (!s)
        s = shadow_add(&c->shadows, L);
    if (!s)
        return NULL;
    if (s->epoch != c->epoch) {
        s->epoch = c->epoch;
        s->top = s->bottom;
        s->bottom[0] = (struct shadow_entry){NULL, node};
        shadow_adopt(&c->shadows, s);
        return s;
    }
    if (s->bottom->node == node)
        return s;
    const struct tree_node *below = s->bottom->node;
    s->bottom->node = node;
    for (struct shadow_entry *e = s->bottom + 1; e <= s->top; e++) {
        struct tree_node *old = e->node;
        e->node = old == below ? e[-1].node : tree_child(c->tree, e[-1].node, old->function);
        below = old;
    }
    return s;
}

/* The fields that stand for the current shadow's are given back to it, or taken from it. */
static void put_back(struct collector *c)
{
    c->current->top = c->top;
    c->current->end = c->end;
}

static void take_out(struct collector *c)
{
    c->running = c->current->L;
    c->top = c->current->top;
    c->end = c->current->end;
}

/* Events come from `L` now. */
static void switch_to(struct collector *c, lua_State *L)
{
    struct shadow *s = c->current;
    for (int i = 0; s && s->L != L && i < MAX_RESUMERS; i++)
        s = s->resumer;
    if (s && s->L == L) {
        c->current = s;
        return;
    }
    s = prepare(c, L, c->current->top->node);
    if (s && s != c->current) {
        s->resumer = c->current;
        c->current = s;
    }
}

/* ---- functions -------------------------------------------------------------------------------- */

static lua_CFunction c_function(lua_State *L, lua_Debug *ar)
{
    if (layout_on())
        return (lua_CFunction)(uintptr_t)layout_cfunction(ar->i_ci);
    lua_CFunction f = NULL;
    if (lua_getinfo(L, "f", ar)) {
        f = lua_tocfunction(L, -1);
        lua_pop(L, 1);
    }
    return f;
}

static bool resumes(lua_CFunction f)
{
    enum interposed which = interpose_which(f);
    return !interpose_is_variant(f) &&
           (which == INTERPOSED_RESUME || which == INTERPOSED_CLOSE || which == INTERPOSED_AUXWRAP);
}

/* ---- events ----------------------------------------------------------------------------------- */

/* The frame below that of `ar`; NULL at the bottom where the layout is off. */
static const struct CallInfo *previous(lua_State *L, const lua_Debug *ar)
{
    lua_Debug below;
    if (layout_on())
        return layout_previous(ar->i_ci);
    return lua_getstack(L, 1, &below) ? below.i_ci : NULL;
}

/* Brings the top to the frame below `ar`, which is about to run. */
static void find_caller(struct collector *c, struct shadow *s, lua_State *L, lua_Debug *ar)
{
    const struct CallInfo *below = previous(L, ar);
    if (s->top->ci == below || shadow_unwind(s, below))
        return;
    shadow_adopt(&c->shadows, s);
    if (s->top > s->bottom && s->top->ci == ar->i_ci)
        s->top--;
}

/* A call of a function not remembered; counts it. */
__attribute__((noinline)) static void call_anew(struct collector *c, struct shadow *s, lua_State *L,
                                                lua_Debug *ar, struct tree_key *key)
{
    struct tree_node *parent = s->top->node;
    lua_CFunction f = c_function(L, ar);
    const struct tree_function *function = NULL;
    if (!f || (c->builtins && !interpose_hidden(f)))
        function = identify_function(&c->who, L, ar);
    if (!function) {
        shadow_push(&c->shadows, s, ar->i_ci, parent);
        return;
    }
    struct tree_node *n = tree_child(c->tree, parent, function);
    n->notable = f && resumes(f);
    n->calls++;
    shadow_push(&c->shadows, s, ar->i_ci, n);
    key->generation = c->tree->generation;
    if (layout_on() && key->line != 0 && !n->notable)
        tree_remember(c->tree, parent, n, key);
    skip_time(c);
}

/* Whether the frame runs the function of the node `n`. Notable functions are never remembered. */
static inline bool is_call_of(const struct collector *c, const struct tree_node *n,
                              const struct CallInfo *ci)
{
    const struct Proto *p = layout_proto(ci);
    if (!p)
        return n->key.prototype == layout_cfunction(ci); /* these addresses do not change hands */
    return n->key.prototype == p && n->key.code == layout_code(p) &&
           n->key.line == layout_linedefined(p) && n->key.generation == c->tree->generation;
}

static struct tree_key key_of(const struct collector *c, const struct CallInfo *ci)
{
    const struct Proto *p = layout_proto(ci);
    if (p)
        return (struct tree_key){p, layout_code(p), layout_linedefined(p), c->tree->generation};
    return (struct tree_key){layout_cfunction(ci), NULL, -1, c->tree->generation};
}

static void on_call(struct collector *c, struct shadow *s, lua_State *L, lua_Debug *ar)
{
    struct tree_key key = {NULL, NULL, 0, 0};
    struct tree_node *n = NULL;
    if (layout_on()) {
        key = key_of(c, ar->i_ci);
        n = tree_remembered(c->tree, s->top->node, &key);
    }
    if (n) {
        n->calls++;
        shadow_push(&c->shadows, s, ar->i_ci, n);
    } else
        call_anew(c, s, L, ar, &key);
}

static void on_return(struct collector *c, struct shadow *s, const struct CallInfo *ci)
{
    if (!shadow_unwind(s, ci))
        shadow_adopt(&c->shadows, s);
    if (s->top > s->bottom && s->top->ci == ci)
        s->top--;
}

/* Any event: also on another thread, of a tail call, after frames vanished. */
__attribute__((noinline)) static void handle(lua_State *L, lua_Debug *ar)
{
    struct collector *c = find_collector(L);
    if (!c || c->reading)
        return;
    c->L = L;
    charge(c, c->top->node);
    put_back(c);
    if (c->current->L != L)
        switch_to(c, L);
    struct shadow *s = c->current;
    if (s->L == L && ar->event == LUA_HOOKRET)
        on_return(c, s, ar->i_ci);
    else if (s->L == L && (ar->event == LUA_HOOKCALL || ar->event == LUA_HOOKTAILCALL)) {
        find_caller(c, s, L, ar);
        on_call(c, s, L, ar);
        take_out(c);
        if (c->top->node->notable)
            hook_c_call(c->observer.universe, L, ar, c_function(L, ar)); /* calls `entering` */
        return;
    }
    take_out(c);
}

/* The time that ends now is that of the top frame, whose function calls that of the node `to`. */
static inline void enter(struct collector *c, const struct CallInfo *ci, struct tree_node *to,
                         int64_t t)
{
    struct shadow_entry *top = c->top;
    top->node->own += t - c->last;
    c->last = t;
    to->calls++;
    top[1] = (struct shadow_entry){ci, to};
    c->top = top + 1;
}

/* A call on the fast way, but of another function than was called from here last. */
__attribute__((noinline)) static void call_another(struct collector *c, lua_State *L, lua_Debug *ar,
                                                   int64_t t)
{
    struct tree_node *n = c->top->node;
    const void *p = layout_proto(ar->i_ci);
    struct tree_node *to = *tree_slot(c->tree, n, p ? p : layout_cfunction(ar->i_ci));
    if (to && to->parent == n && is_call_of(c, to, ar->i_ci)) {
        n->recent = to;
        enter(c, ar->i_ci, to, t);
    } else
        handle(L, ar);
}

/*
** Lua's hook. What comes most is done here in a few dozen instructions: the return from the top frame, and
** its call of a function that it called before. Nothing is changed before all is known to be so.
*/
static void on_event(lua_State *L, lua_Debug *ar)
{
    struct collector *c = recent.collector;
    if (recent.changes == atomic_load_explicit(&changes, memory_order_relaxed) && c->running == L) {
        int64_t t = (int64_t)clock_counter();
        struct shadow_entry *top = c->top;
        struct tree_node *n = top->node;
        if (ar->event == LUA_HOOKRET && top->ci == ar->i_ci) {
            n->own += t - c->last;
            c->last = t;
            c->top = top - 1;
            return;
        }
        if (ar->event == LUA_HOOKCALL && top->ci == layout_previous(ar->i_ci) && top + 1 < c->end) {
            struct tree_node *to = n->recent;
            if (to && is_call_of(c, to, ar->i_ci))
                enter(c, ar->i_ci, to, t);
            else
                call_another(c, L, ar, t);
            return;
        }
    }
    handle(L, ar);
}

/* ---- the observer ----------------------------------------------------------------------------- */

static int mask_wanted(struct hook_observer *o, lua_State *L)
{
    (void)o, (void)L;
    return EVENTS;
}

static void want_events(struct collector *c, lua_State *L)
{
    if (lua_gethook(L) != on_event || lua_gethookmask(L) != EVENTS)
        hook_want(&c->observer, L, EVENTS);
}

static void entering(struct hook_observer *o, lua_State *from, lua_State *co)
{
    struct collector *c = (struct collector *)o;
    if (c->reading)
        return;
    c->L = from;
    charge(c, c->top->node);
    put_back(c);
    if (c->current->L != from)
        switch_to(c, from);
    struct shadow *s = prepare(c, co, c->current->top->node);
    if (s) {
        s->resumer = c->current;
        c->current = s;
    }
    take_out(c);
    want_events(c, co);
}

/* Whether `co` has ended, by an error or in the end of its function. */
static bool is_over(const struct shadow *s, lua_State *co)
{
    int status = lua_status(co);
    return status != LUA_YIELD && (status != LUA_OK || s->top == s->bottom);
}

static void left(struct hook_observer *o, lua_State *to, lua_State *co)
{
    struct collector *c = (struct collector *)o;
    struct shadow *s = c->current;
    if (c->reading)
        return;
    c->L = to;
    charge(c, c->top->node);
    put_back(c);
    switch_to(c, to);
    if (s->L == co && s != c->current) {
        s->resumer = NULL;
        if (is_over(s, co))
            shadow_recycle(&c->shadows, s);
    }
    take_out(c);
    want_events(c, to);
}

/* What `lua` does at Ctrl-C. */
static void interrupted(struct hook_observer *o, lua_State *L, lua_Debug *ar)
{
    const struct collector *c = (const struct collector *)o;
    (void)ar;
    if (c->raises_interrupts)
        luaL_error(L, "interrupted!");
}

/* ---- life ------------------------------------------------------------------------------------- */

struct collector *collector_new(const struct clock *clock)
{
    struct collector *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->clock = *clock;
    c->fast = layout_prove() && clock_is_counter(clock);
    c->builtins = true;
    c->tree = tree_new();
    if (!c->tree || !shadows_init(&c->shadows, &c->tree->out_of_memory) ||
        !identify_init(&c->who, c->tree)) {
        collector_free(c);
        return NULL;
    }
    c->observer.hook = on_event;
    c->observer.mask = mask_wanted;
    c->observer.entering = entering;
    c->observer.left = left;
    c->observer.interrupted = interrupted;
    return c;
}

void collector_free(struct collector *c)
{
    if (!c)
        return;
    shadows_release(&c->shadows);
    identify_release(&c->who);
    tree_free(c->tree);
    free(c);
}

int collector_enable(struct collector *c, struct universe *u, lua_State *L, struct xdb_error *err)
{
    if (collector_any(u))
        return error_set(err, XDB_EINVAL, "Another profiling tool is already active");
    c->epoch++;
    c->tree->generation++;
    c->current = prepare(c, L, c->tree->root);
    if (!c->current)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    c->current->resumer = NULL;
    take_out(c);
    c->active = true;
    c->L = L;
    hook_attach(u, &c->observer);
    atomic_fetch_add(&changes, 1);
    for (const struct resume_record *r = u->chain; r; r = r->outer)
        hook_want(&c->observer, r->from, EVENTS);
    hook_want(&c->observer, L, EVENTS);
    c->last = c->began = now(c);
    c->paused_before = c->paused;
    return 0;
}

/* The call of the C function that asks for the end was not the program's. */
static void forget_asker(struct collector *c, lua_State *L)
{
    struct shadow *s = c->current;
    struct tree_node *n = s->top->node;
    if (s->L != L || s->top == s->bottom || n == s->top[-1].node || !n->function->is_c)
        return;
    n->calls--;
    s->top[-1].node->own += n->calls ? 0 : n->own;
    n->own = n->calls ? n->own : 0;
    s->top--;
}

void collector_disable(struct collector *c, lua_State *L)
{
    if (!c->active)
        return;
    c->L = L;
    if (!c->reading) { /* else the clock asks, in the middle of an event */
        if (L || !c->clock_uses_lua)
            charge(c, c->top->node);
        put_back(c);
        if (L)
            forget_asker(c, L);
    }
    c->elapsed = plus(c->elapsed, minus(c->last - c->began, minus(c->paused, c->paused_before)));
    c->active = false;
    c->running = NULL;
    hook_detach(&c->observer, L);
    atomic_fetch_add(&changes, 1);
}

void collector_set_builtins(struct collector *c, bool on)
{
    if (c->builtins != on)
        tree_forget_keys(c->tree);
    c->builtins = on;
}

void collector_clear(struct collector *c)
{
    tree_clear(c->tree);
    if (c->active)
        put_back(c);
    c->elapsed = c->paused = c->paused_before = 0;
    if (c->active) {
        c->last = c->began = now(c);
        c->epoch++;
        c->current = prepare(c, c->current->L, c->tree->root);
        take_out(c);
    }
}
