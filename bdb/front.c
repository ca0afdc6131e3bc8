/*
** What a front end that knows nothing of the sources' structs needs: the frames of a stop and what is in
** them, text evaluated there, breakpoints by number. The contracts stand in bdb/bdb.h.
*/
#include "bdb/bdb_state.h"
#include "bdb/breakpoint.h"
#include "core/function.h"
#include "core/universe.h"

#include <assert.h>

static_assert((int)XDB_ESYNTAX == (int)EVAL_ESYNTAX && (int)XDB_ERUN == (int)EVAL_ERUN &&
                  (int)XDB_EINCOMPLETE == (int)EVAL_EINCOMPLETE,
              "the header's codes are eval's");
static_assert((int)XDB_EVAL_ANY == (int)EVAL_ANY &&
                  (int)XDB_EVAL_EXPRESSION == (int)EVAL_EXPRESSION &&
                  (int)XDB_EVAL_STATEMENTS == (int)EVAL_STATEMENTS,
              "the header's modes are eval's");

/* ---- frames ----------------------------------------------------------------------------------- */

/* All frames of the event: of a coroutine that has died, then of the running thread and its resumers. */
static int collect(struct xdb_bdb *b, const struct xdb_event *e)
{
    enum { MOST = 256 };
    lua_State *threads[MOST];
    const struct frame *newest = e->raiser ? e->raiser : e->frame;
    int n = 0;
    if (newest->thread != e->L)
        threads[n++] = newest->thread;
    int more = universe_threads(b->universe, e->L, threads + n, MOST - n);
    n = more < MOST - n ? n + more : MOST;
    return frame_stack_build(&b->stack, threads, n, newest->level);
}

const struct frame *xdb_bdb_frame(struct xdb_bdb *b, int n)
{
    if (!b->event || (!b->stack.frames && collect(b, b->event) < 0))
        return NULL;
    return n >= 0 && n < b->stack.count ? &b->stack.frames[n] : NULL;
}

bool xdb_frame_same(const struct frame *f, const struct frame *other)
{
    return frame_same(f, other);
}

int xdb_frame_line(const struct frame *f)
{
    return frame_line(f);
}

const char *xdb_frame_file(struct xdb_bdb *b, const struct frame *f)
{
    lua_Debug ar;
    struct source *s;
    if (frame_info(f, "S", &ar) < 0 || source_of_debug(b->sources, &ar, &s, NULL) < 0)
        return NULL;
    return s->name;
}

const char *xdb_frame_function(struct xdb_bdb *b, const struct frame *f)
{
    lua_Debug ar;
    struct function *function;
    if (!b->functions)
        b->functions = function_cache_new(b->sources);
    if (!b->functions || frame_info(f, "Slnu", &ar) < 0 ||
        function_of_debug(b->functions, f->thread, &ar, &function, NULL) < 0)
        return "<function>";
    return function_name(function, f->thread, &ar);
}

const char *xdb_frame_local(const struct frame *f, lua_State *L, int n)
{
    const char *name = n > 0 ? frame_local_name(f, n) : NULL;
    return name && frame_push_local(f, L, n) == 0 ? name : NULL;
}

const char *xdb_frame_upvalue(const struct frame *f, lua_State *L, int n)
{
    const char *name = n > 0 ? frame_upvalue_name(f, n) : NULL;
    return name && frame_push_upvalue(f, L, n) == 0 ? name : NULL;
}

int xdb_frame_push_vararg(const struct frame *f, lua_State *L, int n)
{
    return n > 0 ? frame_push_vararg(f, L, n) : XDB_ENOENT;
}

int xdb_frame_push_variable(const struct frame *f, lua_State *L, const char *name)
{
    int n = frame_find_local(f, name);
    if (n > 0)
        return frame_push_local(f, L, n);
    n = frame_find_upvalue(f, name);
    return n > 0 ? frame_push_upvalue(f, L, n) : XDB_ENOENT;
}

int xdb_frame_push_function(const struct frame *f, lua_State *L)
{
    return frame_push_function(f, L);
}

/* ---- evaluating ------------------------------------------------------------------------------- */

int xdb_bdb_eval(struct xdb_bdb *b, lua_State *L, const struct frame *f, const char *text,
                 size_t len, enum xdb_eval_mode mode)
{
    bool paused = arm_pause(&b->arm);
    int results = eval_text(L, f, text, len, (enum eval_mode)mode);
    arm_resume(&b->arm, L, paused);
    return results;
}

void xdb_bdb_error_text(lua_State *L, int index, struct xdb_error *out)
{
    struct buffer text;
    buffer_init(&text);
    eval_message(L, index, &text);
    error_set(out, 0, "%s", text.failed ? "not enough memory" : text.data);
    buffer_release(&text);
}

/* ---- breakpoints by number -------------------------------------------------------------------- */

int xdb_breakpoint_number(const struct breakpoint *bp)
{
    return bp->number;
}

int xdb_bdb_last_breakpoint(const struct xdb_bdb *b)
{
    return breakpoint_last(b->registry);
}

int xdb_breakpoint_get(const struct xdb_bdb *b, int number, struct xdb_breakpoint_info *info)
{
    const struct breakpoint *bp = breakpoint_numbered(b->registry, number);
    if (!bp)
        return XDB_ENOENT;
    *info = (struct xdb_breakpoint_info){.number = bp->number,
                                         .file = bp->file,
                                         .line = bp->line,
                                         .function = bp->function,
                                         .condition = bp->condition,
                                         .temporary = bp->temporary,
                                         .enabled = bp->enabled,
                                         .ignore = bp->ignore,
                                         .hits = bp->hits};
    return 0;
}

int xdb_breakpoint_delete(struct xdb_bdb *b, lua_State *L, int number)
{
    struct breakpoint *bp = breakpoint_numbered(b->registry, number);
    if (!bp)
        return XDB_ENOENT;
    breakpoint_delete(b->registry, bp);
    xdb_bdb_apply(b, L);
    return 0;
}

int xdb_breakpoint_enable(struct xdb_bdb *b, lua_State *L, int number, bool enabled)
{
    struct breakpoint *bp = breakpoint_numbered(b->registry, number);
    if (!bp)
        return XDB_ENOENT;
    breakpoint_enable(b->registry, bp, enabled);
    xdb_bdb_apply(b, L);
    return 0;
}

int xdb_breakpoint_condition(struct xdb_bdb *b, lua_State *L, int number, const char *condition,
                             struct xdb_error *err)
{
    struct breakpoint *bp = breakpoint_numbered(b->registry, number);
    if (!bp)
        return error_set(err, XDB_ENOENT, "there is no breakpoint %d", number);
    int failed = place_check_condition(L, condition, err);
    if (failed)
        return failed;
    if (breakpoint_set_condition(b->registry, bp, condition) < 0)
        return error_set(err, XDB_ENOMEM, "not enough memory for a condition");
    return 0;
}

int xdb_breakpoint_ignore(struct xdb_bdb *b, int number, int count)
{
    struct breakpoint *bp = breakpoint_numbered(b->registry, number);
    if (!bp)
        return XDB_ENOENT;
    if (count < 0)
        return XDB_EINVAL;
    bp->ignore = count;
    return 0;
}
