/*
** Whether a breakpoint at the line reached is effective: BDB-022..028. Conditions are compiled once for
** each breakpoint and kept until they change.
*/
#include "bdb/bdb_state.h"

#include <stdlib.h>
#include <string.h>

static struct compiled *slot(struct xdb_bdb *b, int number)
{
    if (number >= b->ncompiled) {
        int n = number + 16;
        struct compiled *grown = realloc(b->compiled, (size_t)n * sizeof *grown);
        if (!grown)
            return NULL;
        memset(grown + b->ncompiled, 0, (size_t)(n - b->ncompiled) * sizeof *grown);
        b->compiled = grown;
        b->ncompiled = n;
    }
    return &b->compiled[number];
}

void effective_forget(struct xdb_bdb *b, lua_State *L)
{
    for (int i = 0; i < b->ncompiled; i++)
        eval_condition_free(L, b->compiled[i].condition);
    free(b->compiled);
    b->compiled = NULL;
    b->ncompiled = 0;
}

/* [-0, +0 or +1 on L] The compiled condition; on failure NULL, and the error value is pushed. */
static struct eval_condition *compiled(struct xdb_bdb *b, lua_State *L, const struct breakpoint *bp)
{
    struct compiled *c = slot(b, bp->number);
    if (!c) {
        lua_pushnil(L);
        return NULL;
    }
    if (c->condition && c->revision == bp->revision)
        return c->condition;
    eval_condition_free(L, c->condition);
    c->condition = NULL;
    c->revision = bp->revision;
    if (eval_compile(L, bp->condition, strlen(bp->condition), &c->condition) < 0)
        return NULL;
    return c->condition;
}

static enum breakpoint_outcome test(struct xdb_bdb *b, lua_State *L, const struct frame *f,
                                    struct breakpoint *bp)
{
    if (!bp->condition)
        return BREAKPOINT_TRUE;
    bool paused = arm_pause(&b->arm); /* calls and errors of the condition are not the program's */
    struct eval_condition *c = compiled(b, L, bp);
    int truth = c ? eval_test(L, c, f) : XDB_EINVAL;
    if (truth < 0) {
        struct buffer text;
        buffer_init(&text);
        eval_message(L, -1, &text);
        lua_pop(L, 1);
        if (b->front->condition_failed)
            b->front->condition_failed(b, bp, text.data);
        buffer_release(&text);
    }
    arm_resume(&b->arm, L, paused);
    if (truth < 0)
        return BREAKPOINT_ERROR;
    return truth ? BREAKPOINT_TRUE : BREAKPOINT_FALSE;
}

/*
** BDB-020, 021: a breakpoint on a function stops only in that function, not where its line belongs to
** the chunk that defines it.
*/
static bool in_function(const struct breakpoint *bp, const struct frame *f)
{
    lua_Debug ar;
    if (!bp->function || frame_info(f, "S", &ar) < 0)
        return true;
    if (bp->linedefined == 0)
        return ar.linedefined > 0 && ar.linedefined <= bp->line;
    return ar.linedefined == bp->linedefined && ar.lastlinedefined == bp->lastlinedefined;
}

struct breakpoint *xdb_bdb_effective(struct xdb_bdb *b, lua_State *L, const struct frame *f,
                                     const char *file, int line, bool *delete_ok)
{
    struct breakpoint *next;
    for (struct breakpoint *bp = breakpoint_at(b->registry, file, line); bp; bp = next) {
        next = bp->next_here;
        if (!in_function(bp, f) || !breakpoint_cross(bp))
            continue;
        enum breakpoint_outcome outcome = test(b, L, f, bp);
        if (breakpoint_pass(bp, outcome)) {
            *delete_ok = outcome != BREAKPOINT_ERROR;
            return bp;
        }
    }
    return NULL;
}

int effective_break_here(struct xdb_bdb *b, lua_State *L, const struct frame *f, const char *file,
                         int line)
{
    bool delete_ok = false;
    struct breakpoint *bp = xdb_bdb_effective(b, L, f, file, line, &delete_ok);
    if (!bp)
        return 0;
    int number = bp->number;
    if (bp->temporary && delete_ok) {
        if (b->front->do_clear)
            b->front->do_clear(b, bp);
        else
            breakpoint_delete(b->registry, bp);
    }
    return number;
}
