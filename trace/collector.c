#include "trace/collector.h"

#include "core/interpose.h"

#include <lauxlib.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LIKELY(x) __builtin_expect((x), 1)

enum {
    QUIET = LUA_MASKCALL,
    QUIET_BELOW = LUA_MASKCALL | LUA_MASKRET, /* a function of interest waits below */
    MAX_SCAN = 64                             /* frames looked at to find one */
};

/*
** What each event needs, of the collector that had the last one in this OS thread. `changes` makes all threads forget
** theirs when a collector comes or goes, since the address of a frame may come back in another state.
*/
static _Thread_local struct {
    /* The frame whose instruction was heard of last, and its function; NULL: none. */
    const struct CallInfo *ci;
    const char *code; /* behind the first instruction, as Lua saves its place */
    size_t ncode;     /* 0 when what comes next is more than a number */
    struct cell *cells;
    size_t size;          /* its instructions */
    int last;             /* the one heard of last, where what comes next matters */
    struct cell *guessed; /* what was taken for granted after it, or NULL */
    const void *key;      /* universe_key of the collector's universe */
    unsigned changes;
    struct code *current;
    struct collector *collector;
} recent __attribute__((tls_model("initial-exec")));
static atomic_uint changes = 1;

static void on_event(lua_State *L, lua_Debug *ar);

static inline void forget_frame(void)
{
    recent.ci = NULL;
    recent.guessed = NULL;
    recent.ncode = recent.size = 0;
}

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
    forget_frame();
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

/* The outcome that leads from the branch at `from` to `to` after all, noted; and what that may end. */
__attribute__((noinline)) static void take_rare_branch(struct code *c, int s, int from, int to)
{
    int o = plan_outcome(&c->sites[s], from, to);
    if (o < 0)
        return;
    if (c->choices[s].taken[o]++ == 0 && c->lines) {
        c->fresh--;
        c->quiet = c->fresh == 0;
    }
}

/* Notes the outcome of the branch at `from`, if there is one. */
static inline void take_branch(struct code *c, int from, int to)
{
    int s = c->site_at ? c->site_at[from] : -1;
    if (s < 0)
        return;
    struct choice *choice = &c->choices[s];
    if (choice->to[0] == to && choice->taken[0])
        choice->taken[0]++;
    else if (choice->to[1] == to && choice->taken[1])
        choice->taken[1]++;
    else
        take_rare_branch(c, s, from, to);
}

/* Notes an instruction that is not its function's first. As for `note`. */
static void go_on(struct collector *c, struct code *code, int from, int pc, bool again)
{
    struct cell *cell = &code->cells[pc];
    bool event = (cell->kind & PLAN_LINE) != 0;
    if (again)
        event = pc <= from || code->proto->lines[from] != code->proto->lines[pc];
    else if (cell->kind & PLAN_MIXED && from >= 0)
        event = plan_is_event(code->proto, from, pc);
    if (event && !(cell->kind & PLAN_LINE)) /* one that is done again after a yield */
        program_hit(c->program, code->unit, code->proto->lines[pc]);
    else
        cell->count += event;
    if (from >= 0)
        take_branch(code, from, pc);
}

/*
** Notes instruction `pc` of a frame; `from` is the one before in the same activation, -1 where that does not matter;
** `again`: something else ran between.
*/
static inline void note(struct collector *c, struct code *code, int from, int pc, bool again)
{
    struct cell *cell = &code->cells[pc];
    if (from >= code->proto->ncode)
        from = 0; /* as Lua takes it */
    if (pc != code->first_pc)
        go_on(c, code, from, pc, again);
    else {
        cell->count++;
        if (cell->kind & PLAN_LOOP && from >= 0 && !again && comes_round(code, from))
            code->rounds++;
    }
    if (cell->kind & PLAN_FRESH)
        program_cover(code, pc);
}

/*
** The instruction after `pc`, which is `cell`, is taken for granted: it is counted now, and Lua tells of the one after it.
*/
static inline void skip_next(lua_State *L, struct cell *cell, size_t pc)
{
    struct cell *next = cell + cell->skip;
    if (next->kind & (PLAN_FRESH | PLAN_MIXED | PLAN_ENTRY))
        return;
    next->count++;
    hook_skip(L);
    pc = (size_t)((ptrdiff_t)pc + cell->skip);
    if (cell->guess)
        recent.guessed = next;
    if (next->kind & PLAN_SOURCE) {
        recent.last = (int)pc;
        recent.ncode = 0;
    }
}

/* The instruction `pc` has been noted. */
static inline void wait_for_next(lua_State *L, const struct code *code, int pc)
{
    struct cell *cell = &code->cells[pc];
    recent.last = pc;
    recent.ncode = cell->kind & PLAN_SOURCE ? 0 : recent.size;
    if (cell->skip && !(cell->kind & PLAN_SOURCE))
        skip_next(L, cell, (size_t)pc);
}

/* What was taken for granted did not come: something was called, or failed. */
static inline void take_back(void)
{
    if (recent.guessed)
        recent.guessed->count--;
    recent.guessed = NULL;
}

/* The one before, of the same frame. */
static inline int before(void)
{
    return recent.ncode == 0 ? recent.last : -1;
}

/* Any instruction: also of another frame or function than the one before. */
__attribute__((noinline)) static void count(struct collector *c, lua_State *L, lua_Debug *ar)
{
    struct CallInfo *ci = ar->i_ci;
    const struct Proto *p = layout_proto(ci);
    int pc = layout_nextpc(ci, p) - 1;
    take_back();
    const struct program_entry *e = program_remembered(c->program, p, pc <= 1);
    struct code *code = e ? e->is : program_code(c->program, L, ar, pc <= 1);
    if (!code || code->quiet || (!code->cells && !program_prepare(c->program, code))) {
        go_quiet(c, L, ci);
        return;
    }
    bool again = recent.ci != ci || recent.current != code;
    note(c, code, again ? layout_oldpc(L) : before(), pc, again);
    if (code->quiet) {
        go_quiet(c, L, ci);
        return;
    }
    recent.ci = ci;
    recent.code = (const char *)layout_code(p) + 4;
    recent.size = (size_t)code->proto->ncode;
    recent.cells = code->cells;
    recent.current = code;
    wait_for_next(L, code, pc);
}

/* An instruction of the same frame as before, but one that is more than a number. */
__attribute__((noinline)) static void count_here(struct collector *c, lua_State *L,
                                                 const lua_Debug *ar, size_t pc)
{
    struct code *code = recent.current;
    struct cell *cell = &code->cells[pc];
    if (recent.guessed == cell) /* a C function did it: here it comes */
        take_back();
    recent.guessed = NULL;
    if (cell->kind & (PLAN_ENTRY | PLAN_MIXED | PLAN_FRESH))
        note(c, code, before(), (int)pc, false);
    else {
        cell->count++;
        if (recent.ncode == 0)
            take_branch(code, recent.last, (int)pc);
    }
    wait_for_next(L, code, (int)pc);
    if (code->quiet)
        go_quiet(c, L, ar->i_ci);
}

/* One of the same function, but of another frame, to which control has come back. */
__attribute__((noinline)) static void count_again(struct collector *c, lua_State *L,
                                                  const lua_Debug *ar, size_t pc)
{
    struct code *code = recent.current;
    take_back();
    note(c, code, layout_oldpc(L), (int)pc, true);
    recent.ci = ar->i_ci;
    wait_for_next(L, code, (int)pc);
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
    forget_frame();
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
        forget_frame();
        hook_switch(&c->observer, L, watch_mask(c), ar->i_ci);
    }
}

static void on_line(struct collector *c, lua_State *L, lua_Debug *ar)
{
    if (c->mode == COLLECT_COUNTS && hook_alone(&c->observer, L)) {
        hook_switch(&c->observer, L, LUA_MASKCOUNT, NULL);
        forget_frame();
        count(c, L, ar);
        return;
    }
    forget_frame();
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

static struct collector *find_collector(lua_State *L)
{
    struct collector *c = (struct collector *)hook_self(L, on_event);
    forget_frame();
    if (c && layout_on()) {
        recent.changes = atomic_load(&changes);
        recent.collector = c;
        recent.key = universe_key(L);
    }
    return c;
}

/* The call of a function of no interest, or of a C function, that was called before. */
static inline bool is_quiet_call(lua_State *L, const lua_Debug *ar)
{
    if (ar->event != LUA_HOOKCALL || recent.key != universe_key(L) ||
        recent.changes != atomic_load_explicit(&changes, memory_order_relaxed))
        return false;
    const struct collector *c = recent.collector;
    const struct Proto *p = layout_proto(ar->i_ci);
    if (p) {
        if (p == c->quiet && layout_code(p) == c->quiet_code)
            return true;
        const struct program_entry *e = program_remembered(c->program, p, true);
        return e && (!e->is || e->is->quiet);
    }
    lua_CFunction f = (lua_CFunction)(uintptr_t)layout_cfunction(ar->i_ci);
    return f == c->plain || interpose_which(f) == INTERPOSED_COUNT;
}

/* An instruction of another function than before, or its first. */
static inline void count_anew(lua_State *L, lua_Debug *ar)
{
    if (recent.key == universe_key(L) && hook_alone(&recent.collector->observer, L))
        count(recent.collector, L, ar);
    else
        handle(L, ar);
}

/* Lua's hook. What comes most is done here; nothing is changed before all is known to be so. */
static void on_event(lua_State *L, lua_Debug *ar)
{
    const struct CallInfo *ci = ar->i_ci;
    if (LIKELY(ar->event == LUA_HOOKCOUNT &&
               recent.changes == atomic_load_explicit(&changes, memory_order_relaxed))) {
        size_t pc = (size_t)((const char *)layout_savedpc(ci) - recent.code) / 4;
        struct cell *cell = &recent.cells[pc];
        if (LIKELY(ci == recent.ci && pc < recent.ncode && !(cell->kind & PLAN_SLOW))) {
            cell->count++;
            recent.guessed = NULL;
            if (cell->skip)
                skip_next(L, cell, pc);
        } else if (pc >= recent.size || cell->kind & PLAN_ENTRY)
            count_anew(L, ar);
        else if (ci == recent.ci)
            count_here(recent.collector, L, ar, pc);
        else
            count_again(recent.collector, L, ar, pc);
        return;
    }
    if (!is_quiet_call(L, ar))
        handle(L, ar);
}

static void handle(lua_State *L, lua_Debug *ar)
{
    struct collector *c = recent.collector;
    if (recent.changes != atomic_load_explicit(&changes, memory_order_relaxed) ||
        recent.key != universe_key(L) || c->observer.universe->dispatching)
        c = find_collector(L);
    if (!c || !c->active)
        return;
    take_back();
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
    forget_frame(); /* somebody else uses the hook, or no more: events are others from here on */
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
    atomic_fetch_add(&changes, 1);
    c->quiet = NULL;
    c->program->generation++;
    if (c->active)
        hook_refresh(c->observer.universe, L);
}
