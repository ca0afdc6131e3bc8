#include "bdb/jump.h"

#include "bdb/bdb_state.h"
#include "bdb/jump_plan.h"
#include "core/instruction.h"
#include "core/layout.h"

#include <string.h>

/* ---- the flight ------------------------------------------------------------------------------- */

enum { ALL_EVENTS = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE };

static void restore(struct jump *j)
{
    if (j->written)
        layout_set_instruction(j->proto, j->vm, j->word);
    j->written = false;
}

void jump_land(struct jump *j, lua_State *L)
{
    if (!j->flying)
        return;
    if (L)
        restore(j);
    j->flying = j->written = false;
    j->b->arm.busy = false;
    hook_detach(&j->observer, L);
}

static void on_event(lua_State *L, lua_Debug *ar)
{
    struct jump *j = (struct jump *)hook_self(L, on_event);
    if (!j)
        return;
    if (j->leaving) {
        j->leaving = false;
        return;
    }
    restore(j);
    bool here = L == j->L && ar->i_ci == j->ci && layout_nextpc(j->ci, j->proto) - 1 == j->to;
    if (here && ar->event == LUA_HOOKCOUNT)
        return; /* the program's own; the line comes after it */
    jump_land(j, L);
    if (!here || ar->event != LUA_HOOKLINE) /* our arm has missed it */
        j->b->arm.observer.hook(L, ar);
}

static int mask_wanted(struct hook_observer *o, lua_State *L)
{
    const struct jump *j = (const struct jump *)o;
    return j->flying && L == j->L ? ALL_EVENTS : 0;
}

/* What else may come first. Our arm has ignored it while we were in flight, and now sees it. */

static void entering(struct hook_observer *o, lua_State *from, lua_State *co)
{
    struct jump *j = (struct jump *)o;
    jump_land(j, from);
    j->b->arm.observer.entering(&j->b->arm.observer, from, co);
}

static void left(struct hook_observer *o, lua_State *to, lua_State *co)
{
    struct jump *j = (struct jump *)o;
    jump_land(j, to);
    j->b->arm.observer.left(&j->b->arm.observer, to, co);
}

static void raised(struct hook_observer *o, const struct hook_error *e)
{
    struct jump *j = (struct jump *)o;
    jump_land(j, e->L);
    j->b->arm.observer.raised(&j->b->arm.observer, e);
}

/* Ctrl-C takes the place of the event, be it the one that we leave from or the landing. */
static void interrupted(struct hook_observer *o, lua_State *L, lua_Debug *ar)
{
    struct jump *j = (struct jump *)o;
    if (j->leaving) {
        j->leaving = false;
        return;
    }
    jump_land(j, L);
    j->b->arm.observer.interrupted(&j->b->arm.observer, L, ar);
}

void jump_init(struct jump *j, struct xdb_bdb *b)
{
    memset(j, 0, sizeof *j);
    j->b = b;
    j->observer.hook = on_event;
    j->observer.mask = mask_wanted;
    j->observer.entering = entering;
    j->observer.left = left;
    j->observer.raised = raised;
    j->observer.interrupted = interrupted;
}

/* Who would run between the hook and the landing, or NULL. */
static const char *obstacle(struct xdb_bdb *b, lua_State *L)
{
    lua_Hook hook;
    int mask, count;
    if (hook_foreign(b->universe, L, &hook, &mask, &count) && mask & LUA_MASKLINE)
        return "can't jump while the program has a line hook of its own";
    const struct hook_observer *o = b->arm.observer.next;
    for (; o; o = o->next)
        if (o->hook == b->arm.observer.hook && o->ever)
            return "can't jump while another debugger watches the program";
    return NULL;
}

void jump_depart(struct jump *j, const struct xdb_event *e)
{
    struct xdb_bdb *b = j->b;
    if (!j->pending)
        return;
    j->pending = false;
    if (obstacle(b, j->L)) /* set meanwhile by the person: the program goes on as it would have */
        layout_set_nextpc(j->ci, j->proto, j->vm + 1);
    else if (j->to != j->vm) {
        hook_attach(b->universe, &j->observer);
        j->flying = true;
        j->leaving = b->universe->dispatching == &b->arm.observer || e->kind == XDB_EVENT_INTERRUPT;
        b->arm.busy = true;
        hook_want(&j->observer, j->L, ALL_EVENTS);
        j->word = layout_instruction(j->proto, j->vm);
        layout_set_instruction(j->proto, j->vm, instruction_jump(j->to - j->vm));
        j->written = true;
    }
}

/* ---- the command ------------------------------------------------------------------------------ */

/* Whether one stands where one can jump from. */
static int check_stop(struct xdb_bdb *b, const struct frame *f, struct xdb_error *err)
{
    const struct xdb_event *e = b->event;
    if (!e)
        return error_set(err, XDB_EINVAL, "the program is not stopped");
    if (*layout_jump_verdict())
        return error_set(err, XDB_EINVAL, "can't jump with this Lua: its frames are not known (%s)",
                         layout_jump_verdict());
    if (e->kind == XDB_EVENT_CALL)
        return error_set(err, XDB_EINVAL, "can't jump from the 'call' event of a new frame");
    if (!e->ar || e->ar->event != LUA_HOOKLINE || e->ar->i_ci != e->frame->ci)
        return error_set(err, XDB_EINVAL, "can only jump from a 'line' event");
    if (!frame_same(f, e->frame))
        return error_set(err, XDB_EINVAL, "can only jump within the newest frame");
    const char *who = obstacle(b, e->L);
    return who ? error_set(err, XDB_EINVAL, "%s", who) : 0;
}

/* The bytecode of the frame's function, which must be what Lua runs. */
static int decode(lua_State *L, const struct frame *f, struct bytecode **out, struct xdb_error *err)
{
    if (frame_push_function(f, L))
        return error_set(err, XDB_ENOMEM, "out of memory");
    struct bytecode *code = NULL;
    int failed = bytecode_of(L, -1, &code, err);
    lua_pop(L, 1);
    if (failed)
        return failed;
    const struct Proto *p = layout_proto(f->ci);
    size_t size = (size_t)code->main->ncode * sizeof *code->main->code;
    if (code->main->ncode != layout_sizecode(p) ||
        memcmp(code->main->code, layout_code(p), size) != 0) {
        bytecode_free(code);
        return error_set(err, XDB_EINVAL, "can't jump: the function is not what its dump says");
    }
    *out = code;
    return 0;
}

struct asked {
    lua_State *L;
    const struct frame *f;
};

static bool closes(void *data, int n)
{
    const struct asked *a = data;
    if (frame_push_local(a->f, a->L, n))
        return true;
    bool needed = lua_toboolean(a->L, -1);
    lua_pop(a->L, 1);
    return needed;
}

/* From now on the frame stands at `to`. */
static void stand(struct xdb_bdb *b, const struct frame *f, const struct jump_to *to, int vm)
{
    lua_State *L = b->event->L;
    struct jump *j = &b->jump;
    const struct Proto *p = layout_proto(f->ci);
    layout_set_nextpc(f->ci, p, to->pc + 1);
    for (int n = to->kept + 1; n <= to->locals; n++) { /* locals that nothing reads any more */
        lua_pushnil(L);
        if (frame_set_local(f, L, n))
            lua_pop(L, 1);
    }
    j->L = L;
    j->ci = f->ci;
    j->proto = p;
    j->vm = vm;
    j->to = to->pc;
    j->pending = true;
    b->event->line = to->line;
}

int xdb_bdb_jump(struct xdb_bdb *b, const struct frame *f, int line, int *landed,
                 struct xdb_error *err)
{
    struct bytecode *code = NULL;
    int failed = check_stop(b, f, err);
    if (!failed)
        failed = decode(b->event->L, f, &code, err);
    if (failed)
        return failed;
    struct asked asked = {b->event->L, f};
    struct jump_from from = {.closes = closes, .data = &asked};
    struct jump_to to;
    from.pc = layout_nextpc(f->ci, layout_proto(f->ci)) - 1;
    from.vm = b->jump.pending ? b->jump.vm : from.pc;
    from.arrived = b->event->kind == XDB_EVENT_INTERRUPT; /* that may be in flight */
    failed = jump_plan(code->main, &from, line, &to, err);
    bytecode_free(code);
    if (failed)
        return failed;
    stand(b, f, &to, from.vm);
    if (landed)
        *landed = to.line;
    return 0;
}
