#include "trace/collector.h"

#include "core/interpose.h"

#include <lauxlib.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    QUIET = LUA_MASKCALL,
    QUIET_BELOW = LUA_MASKCALL | LUA_MASKRET, /* a function of interest waits below */
    MAX_SCAN = 64                             /* frames looked at to find one */
};

/*
** The collector that had the last event in this OS thread. `changes` makes all threads forget theirs when a
** collector comes or goes, since the address of a frame may come back in another state.
*/
static _Thread_local struct {
    struct collector *collector;
    unsigned changes;
} recent __attribute__((tls_model("initial-exec")));
static atomic_uint changes = 1;

/* What makes the functions of interest heard of. */
static int watch_mask(const struct collector *c)
{
    return c->mode == COLLECT_COUNTS ? LUA_MASKCOUNT : LUA_MASKCALL | LUA_MASKLINE;
}

/* What is asked of core/hook, before masks are switched and where they cannot be. */
static int wanted_mask(const struct collector *c)
{
    return c->mode == COLLECT_CALLS ? LUA_MASKCALL : LUA_MASKCALL | LUA_MASKLINE;
}

/* ---- frames of no interest -------------------------------------------------------------------- */

/* Whether a frame below `ci` may be of interest. */
static bool watched_below(const struct collector *c, const struct CallInfo *ci)
{
    int n = 0;
    for (ci = layout_previous(ci); ci; ci = layout_previous(ci)) {
        const struct Proto *p = layout_proto(ci);
        const struct program_entry *e = p ? program_remembered(c->program, p, false) : NULL;
        if (++n > MAX_SCAN || (p && (!e || (e->is && !e->is->quiet))))
            return true;
    }
    return false;
}

/* The function that runs in `ci` is of no interest. */
static void go_quiet(struct collector *c, lua_State *L, const struct CallInfo *ci)
{
    c->ci = NULL;
    if (hook_alone(&c->observer, L))
        hook_switch(&c->observer, L, watched_below(c, ci) ? QUIET_BELOW : QUIET, NULL);
}

/* ---- instructions ----------------------------------------------------------------------------- */

/* Control came from `from` to the first instruction of its function, and not by a call. */
static bool comes_round(const struct code *c, int from)
{
    int next[3];
    int n = from < c->proto->ncode ? plan_next(c->proto, from, next) : 0;
    while (n > 0)
        if (next[--n] == c->first_pc)
            return true;
    return false;
}

/* Notes the outcome of the branch at `from`, if there is one. */
static void take_branch(struct code *c, int from, int to)
{
    int s = c->site_at ? c->site_at[from] : -1;
    int o = s >= 0 ? plan_outcome(&c->sites[s], from, to) : -1;
    if (o < 0)
        return;
    if (c->taken[s][o]++ == 0 && c->lines) {
        c->fresh--;
        c->quiet = c->fresh == 0;
    }
}

/* The instruction `to` after `from` of the same activation; `again`: something else ran between. */
static void go_on(struct collector *c, struct code *code, int from, int to, bool again)
{
    struct cell *cell = &code->cells[to];
    bool event = again || cell->kind & PLAN_MIXED ? plan_is_event(code->proto, from, to) : true;
    if (event && !(cell->kind & PLAN_LINE)) /* one that is done again after a yield */
        program_hit(c->program, code->unit, code->proto->lines[to]);
    else
        cell->count += event;
    take_branch(code, from, to);
}

/* Notes an instruction of a frame; `from` is the one before, where it is the frame's own. */
static void note(struct collector *c, struct code *code, int from, int pc, bool again)
{
    struct cell *cell = &code->cells[pc];
    bool entry = pc == code->first_pc;
    if (from >= code->proto->ncode)
        from = 0; /* as Lua takes it */
    if (entry && cell->kind & PLAN_LOOP && !again && comes_round(code, from)) {
        code->rounds++;
        entry = false;
    }
    if (entry)
        cell->count++;
    else
        go_on(c, code, from, pc, again);
    if (cell->kind & PLAN_FRESH)
        program_cover(code, pc);
}

/* Any instruction: also of another frame or function than the one before. */
__attribute__((noinline)) static void count(struct collector *c, lua_State *L, lua_Debug *ar)
{
    struct CallInfo *ci = ar->i_ci;
    const struct Proto *p = layout_proto(ci);
    int pc = layout_nextpc(ci, p) - 1;
    const struct program_entry *e = program_remembered(c->program, p, pc <= 1);
    struct code *code = e ? e->is : program_code(c->program, L, ar, pc <= 1);
    if (!code || code->quiet || (!code->cells && !program_prepare(c->program, code))) {
        go_quiet(c, L, ci);
        return;
    }
    bool again = c->ci != ci || c->current != code;
    note(c, code, again ? layout_oldpc(L) : (int)c->last, pc, again);
    if (code->quiet) {
        go_quiet(c, L, ci);
        return;
    }
    c->ci = ci;
    c->code = (const char *)layout_code(p) + 4;
    c->ncode = (size_t)code->proto->ncode;
    c->cells = code->cells;
    c->current = code;
    c->last = (size_t)pc;
    c->pending = code->cells[pc].kind & PLAN_SOURCE;
}

/* An instruction of the same frame as before, but one that is more than a number. */
__attribute__((noinline)) static void count_here(struct collector *c, lua_State *L,
                                                 const lua_Debug *ar, size_t pc)
{
    struct code *code = c->current;
    note(c, code, (int)c->last, (int)pc, false);
    c->last = pc;
    c->pending = code->cells[pc].kind & PLAN_SOURCE;
    if (code->quiet)
        go_quiet(c, L, ar->i_ci);
}

/* ---- calls, returns, lines -------------------------------------------------------------------- */

static lua_CFunction c_function(lua_State *L, lua_Debug *ar)
{
    return interpose_running(L, ar);
}

/* A C function may resume a coroutine behind core/interpose's back. */
static void on_c_call(struct collector *c, lua_State *L, lua_Debug *ar)
{
    lua_CFunction f = c_function(L, ar);
    enum interposed which = f ? interpose_which(f) : INTERPOSED_COUNT;
    if (which == INTERPOSED_COUNT)
        c->plain = f;
    else
        hook_c_call(c->observer.universe, L, ar, f);
}

static void on_call(struct collector *c, lua_State *L, lua_Debug *ar)
{
    const struct Proto *p = layout_on() ? layout_proto(ar->i_ci) : NULL;
    if (layout_on() ? !p : interpose_running(L, ar) != NULL) {
        on_c_call(c, L, ar);
        return;
    }
    struct code *code = program_code(c->program, L, ar, true);
    bool alone = hook_alone(&c->observer, L);
    if (!code || code->quiet) {
        c->quiet = p;
        c->quiet_code = p ? layout_code(p) : NULL;
        if (alone && lua_gethookmask(L) & (LUA_MASKLINE | LUA_MASKCOUNT))
            go_quiet(c, L, ar->i_ci);
        return;
    }
    if (c->listener.call && lua_getinfo(L, "S", ar))
        c->listener.call(c->listener.data, L, ar, code);
    if (alone && c->mode != COLLECT_CALLS)
        hook_switch(&c->observer, L, watch_mask(c), NULL);
    if (!alone || c->mode != COLLECT_COUNTS)
        code->entries++;
}

/* Control goes back to the frame below. */
static void on_return(struct collector *c, lua_State *L, const lua_Debug *ar)
{
    if (!hook_alone(&c->observer, L))
        return;
    const struct Proto *p = layout_proto(layout_previous(ar->i_ci));
    const struct program_entry *e = p ? program_remembered(c->program, p, false) : NULL;
    if (p && (!e || (e->is && !e->is->quiet))) {
        c->ci = NULL;
        hook_switch(&c->observer, L, watch_mask(c), ar->i_ci);
    }
}

static void on_line(struct collector *c, lua_State *L, lua_Debug *ar)
{
    if (c->mode == COLLECT_COUNTS && hook_alone(&c->observer, L)) {
        hook_switch(&c->observer, L, LUA_MASKCOUNT, NULL);
        c->ci = NULL;
        count(c, L, ar);
        return;
    }
    const struct Proto *p = layout_on() ? layout_proto(ar->i_ci) : NULL;
    const struct program_entry *e = p ? program_remembered(c->program, p, false) : NULL;
    if (e && (!e->is || e->is->quiet)) {
        if (hook_alone(&c->observer, L))
            go_quiet(c, L, ar->i_ci);
        return;
    }
    struct file *f = NULL;
    if (lua_getinfo(L, "S", ar))
        f = program_file(c->program, L, ar);
    if (!f || f->quiet || ar->currentline < 1)
        return;
    if (!e)
        program_code(c->program, L, ar, false);
    struct unit *u = c->counts ? program_unit(c->program, f) : NULL;
    if (u)
        program_hit(c->program, u, ar->currentline);
    if (c->listener.line)
        c->listener.line(c->listener.data, L, ar, f);
}

/* ---- events ----------------------------------------------------------------------------------- */

/* Any event. */
__attribute__((noinline)) static void handle(lua_State *L, lua_Debug *ar);

/* The call of a function of no interest, or of a C function, that was called before. */
static inline bool is_quiet_call(const struct collector *c, const struct CallInfo *ci)
{
    const struct Proto *p = layout_proto(ci);
    if (p)
        return p == c->quiet && layout_code(p) == c->quiet_code;
    return (lua_CFunction)(uintptr_t)layout_cfunction(ci) == c->plain;
}

/* Lua's hook. What comes most is done here; nothing is changed before all is known to be so. */
static void on_event(lua_State *L, lua_Debug *ar)
{
    struct collector *c = recent.collector;
    if (recent.changes != atomic_load_explicit(&changes, memory_order_relaxed)) {
        handle(L, ar);
        return;
    }
    if (ar->event == LUA_HOOKCOUNT && ar->i_ci == c->ci) {
        size_t pc = (size_t)((const char *)layout_savedpc(ar->i_ci) - c->code) / 4;
        if (pc < c->ncode) {
            struct cell *cell = &c->cells[pc];
            if (!(cell->kind & (PLAN_ENTRY | PLAN_MIXED | PLAN_FRESH)) && !c->pending) {
                cell->count++;
                c->last = pc;
                c->pending = cell->kind & PLAN_SOURCE;
                return;
            }
            if (!(cell->kind & PLAN_ENTRY)) {
                count_here(c, L, ar, pc);
                return;
            }
        }
    } else if (ar->event == LUA_HOOKCALL && is_quiet_call(c, ar->i_ci))
        return;
    handle(L, ar);
}

static void handle(lua_State *L, lua_Debug *ar)
{
    struct collector *c = (struct collector *)hook_self(L, on_event);
    if (!c || !c->active)
        return;
    if (layout_on()) {
        recent.changes = atomic_load(&changes);
        recent.collector = c;
    }
    switch (ar->event) {
    case LUA_HOOKCOUNT:
        if (hook_alone(&c->observer, L))
            count(c, L, ar);
        break;
    case LUA_HOOKCALL:
    case LUA_HOOKTAILCALL:
        on_call(c, L, ar);
        break;
    case LUA_HOOKRET:
        on_return(c, L, ar);
        break;
    case LUA_HOOKLINE:
        if (c->mode != COLLECT_CALLS)
            on_line(c, L, ar);
        break;
    }
}

/* ---- the observer ----------------------------------------------------------------------------- */

static int mask_wanted(struct hook_observer *o, lua_State *L)
{
    (void)L;
    return wanted_mask((const struct collector *)o);
}

/* A thread that has our hook has the mask that belongs to the function that runs there. */
static void want_events(struct collector *c, lua_State *L)
{
    if (lua_gethook(L) != on_event || lua_gethookmask(L) == 0)
        hook_want(&c->observer, L, wanted_mask(c));
}

static void entering(struct hook_observer *o, lua_State *from, lua_State *co)
{
    (void)from;
    want_events((struct collector *)o, co);
}

static void left(struct hook_observer *o, lua_State *to, lua_State *co)
{
    (void)co;
    want_events((struct collector *)o, to);
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

struct collector *trace_collector_new(struct program *g, enum collector_mode mode,
                                      const struct collector_listener *listener)
{
    struct collector *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    layout_switch_prove();
    c->program = g;
    c->mode = mode;
    c->counts = mode != COLLECT_CALLS;
    if (listener)
        c->listener = *listener;
    c->observer.hook = on_event;
    c->observer.mask = mask_wanted;
    c->observer.entering = entering;
    c->observer.left = left;
    c->observer.interrupted = interrupted;
    return c;
}

void trace_collector_free(struct collector *c)
{
    free(c);
}

void collector_start(struct collector *c, struct universe *u, lua_State *L)
{
    if (c->active)
        return;
    c->active = true;
    c->ci = NULL;
    c->quiet = NULL;
    c->plain = NULL;
    hook_attach(u, &c->observer);
    atomic_fetch_add(&changes, 1);
    for (const struct resume_record *r = u->chain; r; r = r->outer)
        hook_want(&c->observer, r->from, wanted_mask(c));
    hook_want(&c->observer, L, wanted_mask(c));
}

void collector_stop(struct collector *c, lua_State *L)
{
    if (!c->active)
        return;
    c->active = false;
    hook_detach(&c->observer, L);
    atomic_fetch_add(&changes, 1);
}

void collector_refresh(struct collector *c, lua_State *L)
{
    c->ci = NULL;
    c->quiet = NULL;
    c->program->generation++;
    if (c->active)
        hook_refresh(c->observer.universe, L);
}
