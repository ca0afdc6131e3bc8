#include "bdb/bdb_state.h"
#include "core/function.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* ---- telling the front end -------------------------------------------------------------------- */

void bdb_settle(struct xdb_bdb *b, lua_State *L)
{
    const struct stop *s = &b->stop;
    if (b->quitting && !b->arm.asleep) {
        const struct stop_frame nowhere = {NULL, NULL};
        if (b->front->abandon)
            b->front->abandon(b, L);
        /* whoever swallows the error meets it again at the next event */
        arm_apply(&b->arm, L, ARM_ALL, nowhere, false);
        quit_note(b, L);
        universe_raise_quit(b->universe, L);
    }
    enum arm_watch watch = ARM_BREAKPOINTS;
    if (s->mode == STOP_STEP || b->watching)
        watch = ARM_ALL;
    else if (stop_has_target(s))
        watch = ARM_FRAME;
    b->arm.showing = b->watching;
    b->arm.errors = b->catching == XDB_CATCH_RAISED;
    arm_apply(&b->arm, L, watch, s->target, stop_wants_lines(s, s->target));
    if (b->stepinstr)
        hook_instruction_request(b->universe);
}

/* What the masks depend on: a callback that leaves it alone leaves the masks as they are. */
struct wishes {
    struct stop stop;
    unsigned epoch; /* of the registry */
    enum xdb_catch catching;
    bool asleep, urgent, watching;
};

static struct wishes wishes(const struct xdb_bdb *b)
{
    struct wishes w;
    memset(&w, 0, sizeof w); /* they are compared as bytes */
    w.stop = b->stop;
    w.epoch = breakpoints_epoch(b->registry);
    w.catching = b->catching;
    w.asleep = b->arm.asleep;
    w.watching = b->watching;
    w.urgent = b->quitting || b->stepinstr || b->jump.pending;
    return w;
}

/* The Lua function that the frame waits for, or none: set_trace may be told to stand at an older frame. */
static struct stop_frame callee_of(lua_State *L, const struct frame *f)
{
    struct stop_frame callee = {NULL, NULL};
    struct frame newer;
    for (bool more = frame_at(L, 0, &newer) == 0; more && newer.ci != f->ci;
         more = frame_older(&newer))
        if (frame_is_lua(&newer))
            callee = stop_frame_of(&newer);
    return callee;
}

void bdb_tell(struct xdb_bdb *b, struct xdb_event *e,
              void (*callback)(struct xdb_bdb *, const struct xdb_event *))
{
    struct wishes before = wishes(b);
    b->jump.pending = false;
    if (callback) {
        struct xdb_event *outer = b->event;
        struct frame_stack stack = b->stack;
        int top = lua_gettop(e->L);
        struct stop_frame callee = b->callee;
        b->event = e;
        b->callee = e->kind == XDB_EVENT_LINE ? callee_of(e->L, e->frame) : (struct stop_frame){0};
        b->stack = (struct frame_stack){0};
        bool paused = arm_pause(&b->arm);
        callback(b, e);
        eval_freeze(e->L);
        arm_resume(&b->arm, e->L, paused);
        b->event = outer;
        b->callee = callee;
        frame_stack_release(&b->stack);
        b->stack = stack;
        lua_settop(e->L, top);
    }
    struct wishes now = wishes(b);
    if (now.urgent || (e->watched && !b->watching) || memcmp(&before, &now, sizeof now) != 0)
        bdb_settle(b, e->L);
    jump_depart(&b->jump, e);
}

/* Whether a message handler of an xpcall runs in the frame `ci` of `L`. */
static bool is_handler(const struct xdb_bdb *b, lua_State *L, const struct CallInfo *ci)
{
    struct frame f;
    if (!ci || ci != b->universe->handler || frame_at(L, 0, &f) < 0)
        return false;
    while (f.ci != ci)
        if (!frame_older(&f))
            return false;
    return frame_older(&f) && frame_function(&f) == b->universe->raiser;
}

struct stop_frame bdb_heir(struct xdb_bdb *b, lua_State *L, const struct CallInfo *ci)
{
    struct universe_walk w;
    universe_walk(b->universe, &w, L);
    /* below a message handler stands who raised the error: he is passed over */
    bool handler = is_handler(b, L, ci), passed = false;
    if (handler)
        ci = b->universe->handler_owner;
    for (lua_State *at = L; at; at = universe_walk_older(b->universe, &w)) {
        struct frame f;
        for (bool more = frame_at(at, 0, &f) == 0; more; more = frame_older(&f)) {
            bool found = f.ci == ci && at == L;
            if ((passed || (found && handler)) && frame_is_lua(&f))
                return stop_frame_of(&f);
            passed |= found;
        }
        passed |= handler && !ci;
        if (!passed)
            break; /* it is not on its own thread: nobody is older */
    }
    return (struct stop_frame){NULL, NULL};
}

/* ---- skipping --------------------------------------------------------------------------------- */

/*
** Whether the pattern fits a file: its whole name, or its module name, that is any tail of the path with
** dots for slashes and without ".lua" ("pkg.sub" for /somewhere/pkg/sub.lua).
*/
static bool fits(const char *pattern, const char *file)
{
    if (fnmatch(pattern, file, 0) == 0)
        return true;
    size_t len = strlen(file);
    if (len > 4 && strcmp(file + len - 4, ".lua") == 0)
        len -= 4;
    char *dotted = strndup(file, len);
    if (!dotted)
        return false;
    for (char *p = dotted; *p; p++)
        if (*p == '/')
            *p = '.';
    bool found = false;
    for (const char *tail = dotted; tail && !found; tail = strchr(tail, '.')) {
        if (*tail == '.')
            tail++;
        found = fnmatch(pattern, tail, 0) == 0;
    }
    free(dotted);
    return found;
}

bool bdb_skipped(struct xdb_bdb *b, lua_State *L, lua_Debug *ar)
{
    struct source *source;
    if (!b->skip || !lua_getinfo(L, "S", ar) || source_of_debug(b->sources, ar, &source, NULL) < 0)
        return false;
    for (char **p = b->skip; *p; p++)
        if (fits(*p, source->name))
            return true;
    return false;
}

/* ---- events ----------------------------------------------------------------------------------- */

static struct xdb_event event_at(lua_State *L, struct frame *f, lua_Debug *ar,
                                 enum xdb_event_kind kind)
{
    frame_of(L, ar, f);
    return (struct xdb_event){.kind = kind, .L = L, .frame = f, .line = frame_line(f), .ar = ar};
}

static void on_line(struct arm *a, lua_State *L, lua_Debug *ar, bool breakpoint)
{
    struct xdb_bdb *b = a->data;
    struct frame f;
    struct xdb_event e = event_at(L, &f, ar, XDB_EVENT_LINE);
    if (b->quitting) {
        quit_insist(b, L, ar);
        return;
    }
    e.line = ar->currentline;
    e.stepping = stop_on_line(&b->stop, stop_frame_of(&f), e.line) && !bdb_skipped(b, L, ar);
    if (!e.stepping && breakpoint) {
        const struct sites *s = sites_of(a->sites, L, ar);
        if (s)
            e.breakpoint = effective_break_here(b, L, &f, s->source->name, e.line);
    }
    e.watched = show_due(b);
    if (e.stepping || e.breakpoint || e.watched)
        bdb_tell(b, &e, b->front->user_line);
}

static void on_call(struct arm *a, lua_State *L, lua_Debug *ar)
{
    struct xdb_bdb *b = a->data;
    struct frame f;
    if (b->quitting) {
        quit_insist(b, L, ar);
        return;
    }
    bool stepping = stop_on_call(&b->stop) && !bdb_skipped(b, L, ar);
    if (!b->front->user_call || (!stepping && !a->calls) ||
        (a->watch == ARM_ALL && !stepping && !sites_of(a->sites, L, ar)))
        return;
    struct xdb_event e = event_at(L, &f, ar, XDB_EVENT_CALL);
    e.stepping = stepping;
    if (lua_getinfo(L, "S", ar) && ar->linedefined > 0)
        e.line = ar->linedefined; /* the header, not the first line of the body */
    bdb_tell(b, &e, b->front->user_call);
}

static void on_leave(struct arm *a, lua_State *L, lua_Debug *ar)
{
    struct xdb_bdb *b = a->data;
    struct frame f;
    struct xdb_event e = event_at(L, &f, ar, XDB_EVENT_RETURN);
    if (b->quitting) {
        quit_insist(b, L, ar);
        return;
    }
    e.stepping = stop_on_return(&b->stop, stop_frame_of(&f)) && !bdb_skipped(b, L, ar);
    e.watched = show_due(b);
    if ((e.stepping || e.watched) && b->front->user_return) {
        if (lua_getinfo(L, "r", ar))
            e.results = ar->ntransfer;
        bdb_tell(b, &e, b->front->user_return);
    }
    if (stop_has_target(&b->stop) && stop_same(b->stop.target, stop_frame_of(&f))) {
        stop_lost(&b->stop, bdb_heir(b, L, ar->i_ci));
        bdb_settle(b, L);
    }
}

static void on_lost(struct arm *a, lua_State *L, lua_Debug *ar, bool tail)
{
    struct xdb_bdb *b = a->data;
    if (tail && (b->stop.mode == STOP_RETURN || b->stop.mode == STOP_LEAVE))
        return; /* its values are those of the function that has taken its place */
    stop_lost(&b->stop, bdb_heir(b, L, ar->i_ci));
    bdb_settle(b, L);
}

bool bdb_nearest_lua(lua_State *thread, int level, struct frame *f)
{
    while (frame_at(thread, level, f) == 0) {
        if (frame_is_lua(f))
            return true;
        level++;
    }
    return false;
}

static void on_interrupt(struct arm *a, lua_State *L, lua_Debug *ar)
{
    struct xdb_bdb *b = a->data;
    struct frame f;
    if (!bdb_nearest_lua(L, 0, &f))
        return;
    bool waited = b->stepinstr;
    b->stepinstr = false;
    struct xdb_event e = {.kind = waited ? XDB_EVENT_OPCODE : XDB_EVENT_INTERRUPT,
                          .L = L,
                          .frame = &f,
                          .line = frame_line(&f),
                          .stepping = true,
                          .ar = ar};
    bdb_tell(b, &e, waited ? b->front->user_opcode : b->front->user_line);
}

static const struct arm_events events = {
    .line = on_line,
    .call = on_call,
    .leave = on_leave,
    .lost = on_lost,
    .error = catch_error,
    .interrupt = on_interrupt,
    .show = show_event,
};

bool xdb_event_push_result(const struct xdb_event *e, int n)
{
    lua_Debug ar = *e->ar;
    if (e->kind != XDB_EVENT_RETURN || n < 1 || n > e->results || !lua_getinfo(e->L, "r", &ar))
        return false;
    return lua_getlocal(e->L, &ar, ar.ftransfer + n - 1) != NULL;
}

/* ---- life ------------------------------------------------------------------------------------- */

struct breakpoints *xdb_breakpoints_new(void)
{
    return breakpoints_new();
}

void xdb_breakpoints_free(struct breakpoints *r)
{
    breakpoints_free(r);
}

struct xdb_bdb *xdb_bdb_new(lua_State *L, const struct xdb_front *front, void *data,
                            struct breakpoints *registry, struct xdb_error *err)
{
    layout_prove();
    struct universe *u = universe_open(L);
    struct xdb_bdb *b = calloc(1, sizeof *b);
    if (!u || !b)
        goto out;
    b->front = front;
    b->data = data;
    b->universe = u;
    b->registry = registry ? registry : (b->own_registry = breakpoints_new());
    b->sources = source_cache_new();
    if (!b->registry || !b->sources ||
        arm_init(&b->arm, u, b->registry, b->sources, &events, b) < 0)
        goto out;
    jump_init(&b->jump, b);
    b->arm.calls = front->calls_with_breakpoints;
    b->arm.sites->seen = place_seen;
    b->arm.sites->data = b;
    return b;
out:
    if (b) {
        source_cache_free(b->sources);
        breakpoints_free(b->own_registry);
        free(b);
    }
    error_set(err, XDB_ENOMEM, "not enough memory for a debugger");
    return NULL;
}

static void free_skip(struct xdb_bdb *b)
{
    for (char **p = b->skip; p && *p; p++)
        free(*p);
    free(b->skip);
    b->skip = NULL;
}

void xdb_bdb_free(struct xdb_bdb *b, lua_State *L)
{
    if (!b)
        return;
    effective_forget(b, L);
    jump_land(&b->jump, L);
    arm_release(&b->arm, L);
    function_cache_free(b->functions);
    source_cache_free(b->sources);
    breakpoints_free(b->own_registry);
    quit_forget(b);
    free_skip(b);
    free(b);
}

void *xdb_bdb_data(const struct xdb_bdb *b)
{
    return b->data;
}

struct breakpoints *xdb_bdb_registry(const struct xdb_bdb *b)
{
    return b->registry;
}

struct source_cache *xdb_bdb_sources(const struct xdb_bdb *b)
{
    return b->sources;
}

void xdb_bdb_reset(struct xdb_bdb *b)
{
    stop_set_continue(&b->stop);
    b->stepinstr = false;
    b->quitting = false;
    b->universe->quitting = false;
    quit_forget(b);
}

int xdb_bdb_set_skip(struct xdb_bdb *b, const char *const *patterns)
{
    size_t n = 0;
    while (patterns && patterns[n])
        n++;
    char **copy = n ? calloc(n + 1, sizeof *copy) : NULL;
    bool complete = !n || copy;
    for (size_t i = 0; complete && i < n; i++)
        complete = (copy[i] = strdup(patterns[i])) != NULL;
    char **old = b->skip;
    b->skip = copy;
    if (!complete) {
        free_skip(b);
        b->skip = old;
        return XDB_ENOMEM;
    }
    for (char **p = old; p && *p; p++)
        free(*p);
    free(old);
    return 0;
}

/* ---- how to go on ----------------------------------------------------------------------------- */

/* Where the command is given. */
static struct stop_frame origin(const struct xdb_bdb *b, int *line)
{
    *line = 0;
    if (!b->event || b->event->kind != XDB_EVENT_LINE)
        return (struct stop_frame){NULL, NULL};
    *line = b->event->line;
    return stop_frame_of(b->event->frame);
}

/* Another command than set_stepinstr was given: no instruction is waited for any more. */
static void forget_instruction(struct xdb_bdb *b)
{
    if (b->stepinstr)
        b->universe->interrupting = 0;
    b->stepinstr = false;
}

static void commanded(struct xdb_bdb *b)
{
    if (!b->event && !b->quitting)
        bdb_settle(b, b->universe->running);
}

void xdb_bdb_set_step(struct xdb_bdb *b)
{
    forget_instruction(b);
    int line;
    struct stop_frame from = origin(b, &line);
    if (b->event && b->callee.ci)
        stop_set_leave(&b->stop, b->callee, from, line);
    else
        stop_set_step(&b->stop, from, line);
    commanded(b);
}

void xdb_bdb_set_stepinstr(struct xdb_bdb *b)
{
    stop_set_continue(&b->stop);
    b->stepinstr = true;
    commanded(b);
}

/* A frame between a message handler and who receives the error never runs again: it is lost already. */
static void check_target(struct xdb_bdb *b, const struct frame *target)
{
    const struct universe *u = b->universe;
    struct frame f;
    bool above = true; /* of the handler, or it */
    if (!u->handler || u->running != target->thread || frame_at(target->thread, 0, &f) < 0 ||
        !is_handler(b, target->thread, u->handler))
        return;
    do {
        if (!above && f.ci == u->handler_owner)
            return;
        if (!above && f.ci == target->ci) {
            stop_lost(&b->stop, bdb_heir(b, f.thread, u->handler));
            return;
        }
        above = above && f.ci != u->handler;
    } while (frame_older(&f));
}

void xdb_bdb_set_next(struct xdb_bdb *b, const struct frame *f)
{
    forget_instruction(b);
    int line;
    struct stop_frame from = origin(b, &line);
    stop_set_next(&b->stop, stop_frame_of(f), from, line);
    check_target(b, f);
    commanded(b);
}

void xdb_bdb_set_until(struct xdb_bdb *b, const struct frame *f, int line)
{
    forget_instruction(b);
    stop_set_until(&b->stop, stop_frame_of(f), line > 0 ? line : frame_line(f) + 1);
    check_target(b, f);
    commanded(b);
}

void xdb_bdb_set_return(struct xdb_bdb *b, const struct frame *f)
{
    forget_instruction(b);
    stop_set_return(&b->stop, stop_frame_of(f));
    check_target(b, f);
    commanded(b);
}

void xdb_bdb_set_continue(struct xdb_bdb *b)
{
    forget_instruction(b);
    stop_set_continue(&b->stop);
    commanded(b);
}

void xdb_bdb_set_quit(struct xdb_bdb *b)
{
    stop_set_continue(&b->stop);
    b->quitting = true;
}

bool xdb_bdb_quitting(const struct xdb_bdb *b)
{
    return b->quitting;
}

bool xdb_bdb_is_quit(lua_State *L, int index)
{
    return universe_is_quit(L, index);
}

void xdb_bdb_set_trace(struct xdb_bdb *b, lua_State *L, int level)
{
    struct frame f;
    if (b->event || !bdb_nearest_lua(L, level, &f))
        return; /* already stopped, or nowhere to stand */
    xdb_bdb_reset(b);
    struct xdb_event e = {
        .kind = XDB_EVENT_LINE, .L = L, .frame = &f, .line = frame_line(&f), .stepping = true};
    bdb_tell(b, &e, b->front->user_line);
}

void xdb_bdb_set_catch(struct xdb_bdb *b, lua_State *L, enum xdb_catch what)
{
    b->catching = what;
    if (!b->event)
        bdb_settle(b, L);
}

void xdb_bdb_set_tracing(struct xdb_bdb *b, lua_State *L, bool on)
{
    b->arm.asleep = !on;
    if (!b->event)
        bdb_settle(b, L);
}

void xdb_bdb_interrupt(struct xdb_bdb *b)
{
    if (!b->event)
        hook_interrupt_request(b->universe);
}

void xdb_bdb_apply(struct xdb_bdb *b, lua_State *L)
{
    if (!b->event)
        bdb_settle(b, L);
}

bool xdb_bdb_idle(const struct xdb_bdb *b)
{
    return !b->event && !b->quitting && !b->stepinstr && b->stop.mode == STOP_CONTINUE &&
           !b->watching && b->catching == XDB_CATCH_OFF && !breakpoint_file(b->registry, 0) &&
           breakpoint_pending(b->registry) == 0;
}

/* ---- running code ----------------------------------------------------------------------------- */

void xdb_bdb_raised(struct xdb_bdb *b, lua_State *L, int level)
{
    hook_raised(b->universe, L, L, level);
}

static int on_base_error(lua_State *L)
{
    struct universe *u = universe_find(L);
    if (u)
        hook_raised(u, L, L, 1);
    return 1;
}

int xdb_bdb_call(struct xdb_bdb *b, lua_State *L, int nargs, int nresults)
{
    int base = lua_gettop(L) - nargs;
    lua_pushcfunction(L, on_base_error);
    lua_insert(L, base); /* -> handler f args... */
    int status = lua_pcall(L, nargs, nresults, base);
    jump_land(&b->jump, L); /* an error may have come between */
    lua_remove(L, base);
    if (status != LUA_OK && universe_is_quit(L, -1)) {
        lua_pop(L, 1);
        status = XDB_QUIT;
    }
    if (b->quitting && status != XDB_QUIT && status != LUA_OK) {
        lua_pop(L, 1); /* an error that the abandoning made on its way */
        status = XDB_QUIT;
    }
    xdb_bdb_reset(b);
    bdb_settle(b, L);
    return status;
}
