#include "bdb/arm.h"

#include "core/interpose.h"

#include <stdatomic.h>
#include <string.h>

enum { LEAST_LIMIT = 8, LEAST_PATIENCE = 256, API_DEPTH = 200 };

static void on_event(lua_State *L, lua_Debug *ar);

/*
** The arm of the universe that had the last event in this OS thread: finding it anew costs as much as
** everything else that a call event does. `arms_changed` makes all threads forget theirs when an arm
** comes or goes, since the address of a closed state may come back.
*/
static _Thread_local struct {
    const void *global;
    unsigned changed;
    struct arm *arm;
} recent __attribute__((tls_model("initial-exec")));
static atomic_uint arms_changed = 1;

__attribute__((noinline)) static struct arm *find_arm(lua_State *L)
{
    struct arm *a = (struct arm *)hook_self(L, on_event);
    if (a && layout_on()) {
        recent.global = layout_global(L);
        recent.changed = atomic_load(&arms_changed);
        recent.arm = a;
    }
    return a;
}

/* Whether `recent` is the arm of L; then the layout is on. */
static inline bool is_recent(const lua_State *L)
{
    return layout_on() && recent.global == layout_global(L) &&
           recent.changed == atomic_load_explicit(&arms_changed, memory_order_relaxed) &&
           !recent.arm->observer.universe->dispatching;
}

/* ---- what is interesting ---------------------------------------------------------------------- */

static bool has_breakpoints(struct arm *a)
{
    const struct breakpoints *r = a->sites->registry;
    if (a->counted != *a->sites->now) {
        a->counted = *a->sites->now;
        a->any = breakpoint_file(r, 0) != NULL || breakpoint_pending(r) > 0;
    }
    return a->any;
}

static bool is_focus(const struct arm *a, const lua_State *L, const struct CallInfo *ci)
{
    return a->watch != ARM_BREAKPOINTS && a->focus.ci == ci && a->focus.thread == L;
}

/* Whether lines of the frame are wanted. */
static bool interesting(struct arm *a, lua_State *L, lua_Debug *ar)
{
    if (a->focus_lines && is_focus(a, L, ar->i_ci))
        return true;
    return has_breakpoints(a) && sites_of(a->sites, L, ar) != NULL;
}

/* The next older frame; `level` is its level where the layout is off. */
static bool older(lua_State *L, lua_Debug *ar, int level)
{
    if (!layout_on())
        return level < API_DEPTH && lua_getstack(L, level, ar);
    struct CallInfo *caller = layout_older(ar->i_ci);
    if (!caller)
        return false;
    ar->i_ci = caller;
    return true;
}

/*
** The mask that fits the stack of `L` as it stands. Counts the frames looked at: what a switch of the
** mask costs there, since lua_sethook walks them too.
*/
static int fitting_mask(struct arm *a, lua_State *L)
{
    if (a->asleep)
        return 0;
    if (a->watch == ARM_ALL)
        return LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE;
    bool focused = a->watch == ARM_FRAME && a->focus.thread == L;
    int mask = has_breakpoints(a) ? LUA_MASKCALL : 0;
    if ((focused && a->focus_caught) || (a->errors && a->observer.universe->xpcalls))
        mask |= LUA_MASKCALL; /* to see message handlers called */
    if (focused)
        mask |= LUA_MASKRET;
    else if (!has_breakpoints(a))
        return mask;
    lua_Debug ar;
    int depth = 0;
    if (lua_getstack(L, 0, &ar)) {
        if (interesting(a, L, &ar))
            return mask | LUA_MASKCALL | LUA_MASKLINE;
        while (older(L, &ar, ++depth))
            if (interesting(a, L, &ar)) {
                mask |= LUA_MASKRET;
                break;
            }
    }
    if (!layout_on() && depth >= API_DEPTH)
        mask |= LUA_MASKRET; /* too deep to be known: better to look than to miss */
    a->limit = depth / 4 > LEAST_LIMIT ? (unsigned)depth / 4 : LEAST_LIMIT;
    return mask;
}

static struct arm_memo *memo_of(struct arm *a, const lua_State *L)
{
    return &a->memos[((uintptr_t)L >> 5) % ARM_MEMOS];
}

static void fit(struct arm *a, lua_State *L)
{
    a->wasted = 0;
    hook_want(&a->observer, L, fitting_mask(a, L));
    *memo_of(a, L) = (struct arm_memo){L, a->epoch};
}

static void lines_on(struct arm *a, lua_State *L)
{
    int mask = lua_gethookmask(L);
    a->wasted = 0;
    if (!(mask & LUA_MASKLINE)) {
        mask = LUA_MASKLINE | LUA_MASKCALL;
        if (a->watch == ARM_FRAME && a->focus.thread == L)
            mask |= LUA_MASKRET;
        hook_want(&a->observer, L, mask);
    }
}

/* ---- events ----------------------------------------------------------------------------------- */

/* Where a C function stands in the list of those known to be ordinary. */
static const void **ordinary(struct arm *a, const void *f)
{
    return &a->ordinary[((uintptr_t)f >> 4) % ARM_ORDINARY];
}

/* Our variants of library functions tell by themselves who runs; Lua's own have to be noticed here. */
static void on_c_call(struct arm *a, lua_State *L, lua_Debug *ar)
{
    lua_CFunction f = interpose_running(L, ar);
    if (!f)
        return;
    if (interpose_which(f) == INTERPOSED_COUNT || interpose_is_variant(f))
        *ordinary(a, (const void *)(uintptr_t)f) = (const void *)(uintptr_t)f;
    else
        hook_c_call(a->observer.universe, L, ar, f);
}

static void on_handler(struct arm *a, lua_State *L, lua_Debug *ar)
{
    struct universe *u = a->observer.universe;
    if (!lua_getinfo(L, "f", ar))
        return;
    const void *function = lua_topointer(L, -1);
    lua_pop(L, 1);
    if (hook_maybe_handler(u, function))
        hook_handler_call(u, L, ar);
}

static bool runs_lua(lua_State *L, lua_Debug *ar)
{
    if (layout_on())
        return layout_proto(ar->i_ci) != NULL;
    return lua_getinfo(L, "S", ar) && ar->what[0] != 'C';
}

static void on_call(struct arm *a, lua_State *L, lua_Debug *ar)
{
    if (a->observer.universe->xpcalls)
        on_handler(a, L, ar);
    if (is_focus(a, L, ar->i_ci))
        a->events->lost(a, L, ar, ar->event == LUA_HOOKTAILCALL);
    if (!runs_lua(L, ar))
        on_c_call(a, L, ar);
    else if (a->watch == ARM_ALL)
        a->events->call(a, L, ar);
    else if (has_breakpoints(a) && sites_of(a->sites, L, ar)) {
        lines_on(a, L);
        a->events->call(a, L, ar);
    }
}

static void on_line(struct arm *a, lua_State *L, lua_Debug *ar)
{
    const struct sites *s = has_breakpoints(a) ? sites_of(a->sites, L, ar) : NULL;
    bool breakpoint = s && sites_has(s, ar->currentline);
    if (breakpoint || a->watch == ARM_ALL || (a->focus_lines && is_focus(a, L, ar->i_ci))) {
        a->wasted = 0;
        a->events->line(a, L, ar, breakpoint);
    } else if (s)
        a->wasted = 0;
    else if (++a->wasted > a->limit)
        fit(a, L);
}

/* From time to time: is the focus still there? An error may have unwound it past a catcher unknown. */
static void look_for_focus(struct arm *a, lua_State *L, lua_Debug *event)
{
    if (++a->returns < a->patience)
        return;
    lua_Debug ar;
    int depth = 0;
    bool alive = false;
    if (lua_getstack(L, 0, &ar))
        do
            alive = ar.i_ci == a->focus.ci;
        while (!alive && older(L, &ar, ++depth));
    a->returns = 0;
    a->patience = depth > LEAST_PATIENCE ? (unsigned)depth : LEAST_PATIENCE;
    if (!alive && (layout_on() || depth < API_DEPTH))
        a->events->lost(a, L, event, false);
}

/* After a return event: the frame below runs next, and its lines may be wanted. */
static void going_back(struct arm *a, lua_State *L, const lua_Debug *ar)
{
    if (a->watch == ARM_ALL || !a->observer.universe)
        return;
    lua_Debug caller;
    caller.i_ci = ar->i_ci;
    if (older(L, &caller, 1) && interesting(a, L, &caller))
        lines_on(a, L);
}

static void on_return(struct arm *a, lua_State *L, lua_Debug *ar)
{
    if (is_focus(a, L, ar->i_ci) || (a->watch == ARM_ALL && runs_lua(L, ar)))
        a->events->leave(a, L, ar);
    else if (a->watch == ARM_FRAME && a->focus.thread == L)
        look_for_focus(a, L, ar);
    going_back(a, L, ar);
}

/*
** The events that matter to nobody, told apart in a few loads: a call of a Lua function or of an
** ordinary C function, a line, a return, while only breakpoints or the focus are watched and the function
** is known to have none of either. False: the event has to be looked at. The layout must be on.
*/
static inline bool idle_event(struct arm *a, lua_State *L, const lua_Debug *ar)
{
    const struct Proto *p;
    const struct site_entry *e;
    if (a->watch == ARM_ALL || a->focus.ci == ar->i_ci)
        return false;
    switch (ar->event) {
    case LUA_HOOKCALL:
        p = layout_proto(ar->i_ci);
        if (a->observer.universe->xpcalls &&
            hook_maybe_handler(a->observer.universe, layout_function(ar->i_ci)))
            return false;
        if (!p) {
            const void *f = layout_cfunction(ar->i_ci);
            return f == *ordinary(a, f);
        }
        e = sites_remembered(a->sites, p);
        return e && (!e->sites || (!a->calls && (lua_gethookmask(L) & LUA_MASKLINE) != 0));
    case LUA_HOOKLINE:
        p = layout_proto(ar->i_ci);
        e = p ? sites_remembered(a->sites, p) : NULL;
        if (!e || !e->sites || sites_has(e->sites, ar->currentline))
            return false;
        a->wasted = 0;
        return true;
    case LUA_HOOKRET:
        /* with no breakpoints only the focus and its callees' returns matter */
        return a->focus.thread == L && !has_breakpoints(a) && ++a->returns < a->patience &&
               layout_previous(ar->i_ci) != a->focus.ci;
    default:
        return false;
    }
}

/* Kept out of line, so that the events above pay for no registers that only these need. */
__attribute__((noinline)) static void dispatch(struct arm *a, lua_State *L, lua_Debug *ar)
{
    if (a->showing)
        a->events->show(a, L, ar);
    switch (ar->event) {
    case LUA_HOOKLINE:
        on_line(a, L, ar);
        break;
    case LUA_HOOKCALL:
    case LUA_HOOKTAILCALL:
        on_call(a, L, ar);
        break;
    case LUA_HOOKRET:
        on_return(a, L, ar);
        break;
    default:
        break;
    }
}

static void on_event(lua_State *L, lua_Debug *ar)
{
    struct arm *a;
    if (is_recent(L)) {
        a = recent.arm;
        if (idle_event(a, L, ar))
            return;
    } else
        a = find_arm(L);
    if (a && !a->busy && !a->asleep)
        dispatch(a, L, ar);
}

/* ---- the observer ----------------------------------------------------------------------------- */

static int mask_wanted(struct hook_observer *o, lua_State *L)
{
    struct arm *a = (struct arm *)o;
    a->stale |= a->busy;
    return a->busy ? 0 : fitting_mask(a, L);
}

/* Sets the mask of a thread that is about to run, unless it is known to fit. */
static void ready(struct arm *a, lua_State *L)
{
    const struct arm_memo *m = memo_of(a, L);
    if (m->thread != L || m->epoch != a->epoch)
        fit(a, L);
}

static void entering(struct hook_observer *o, lua_State *from, lua_State *co)
{
    struct arm *a = (struct arm *)o;
    (void)from;
    if (!a->busy)
        ready(a, co);
}

static void left(struct hook_observer *o, lua_State *to, lua_State *co)
{
    struct arm *a = (struct arm *)o;
    (void)co;
    if (!a->busy)
        ready(a, to);
}

static void raised(struct hook_observer *o, const struct hook_error *e)
{
    struct arm *a = (struct arm *)o;
    if (!a->busy && !a->asleep && (a->errors || a->watch != ARM_BREAKPOINTS || !e->handled))
        a->events->error(a, e);
}

static void interrupted(struct hook_observer *o, lua_State *L, lua_Debug *ar)
{
    struct arm *a = (struct arm *)o;
    if (a->busy || a->asleep)
        return;
    a->events->interrupt(a, L, ar);
    if (ar->event == LUA_HOOKRET)
        going_back(a, L, ar); /* it came in the return of a function */
}

int arm_init(struct arm *a, struct universe *u, struct breakpoints *registry,
             struct source_cache *sources, const struct arm_events *events, void *data)
{
    memset(a, 0, sizeof *a);
    a->sites = site_cache_new(registry, sources);
    if (!a->sites)
        return XDB_ENOMEM;
    a->events = events;
    a->data = data;
    a->epoch = 1;
    a->counted = *a->sites->now - 1;
    a->limit = LEAST_LIMIT;
    a->patience = LEAST_PATIENCE;
    a->observer.hook = on_event;
    a->observer.mask = mask_wanted;
    a->observer.entering = entering;
    a->observer.left = left;
    a->observer.raised = raised;
    a->observer.interrupted = interrupted;
    hook_attach(u, &a->observer);
    atomic_fetch_add(&arms_changed, 1);
    return 0;
}

void arm_release(struct arm *a, lua_State *L)
{
    hook_detach(&a->observer, L);
    atomic_fetch_add(&arms_changed, 1);
    site_cache_free(a->sites);
    a->sites = NULL;
}

/* Sets the masks of the running thread and of those that wait for it. */
static void fit_running(struct arm *a, lua_State *L)
{
    const struct universe *u = a->observer.universe;
    a->stale = false;
    fit(a, L);
    for (const struct resume_record *r = u->chain; r; r = r->outer)
        fit(a, r->from);
    if (!u->chain && u->main != L)
        fit(a, u->main);
}

bool arm_pause(struct arm *a)
{
    bool paused = a->busy;
    a->busy = true;
    return paused;
}

void arm_resume(struct arm *a, lua_State *L, bool paused)
{
    a->busy = paused;
    if (!paused && a->stale && a->observer.universe)
        fit_running(a, L);
}

void arm_apply(struct arm *a, lua_State *L, enum arm_watch watch, struct stop_frame focus,
               bool focus_lines)
{
    struct universe *u = a->observer.universe;
    if (a->watch == ARM_BREAKPOINTS && !has_breakpoints(a))
        site_cache_flush(a->sites); /* loads were not seen meanwhile */
    a->watch = watch;
    a->focus = focus;
    a->focus_lines = focus_lines;
    a->focus_caught = u->xpcalls != 0;
    a->epoch++;
    a->returns = 0;
    hook_rest(&a->observer);
    if (watch == ARM_FRAME) /* the focus may be in a coroutine that sleeps */
        hook_expect(&a->observer, LUA_MASKRET);
    fit_running(a, L);
}
