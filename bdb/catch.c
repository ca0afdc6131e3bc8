/*
** Errors as events: which of them stop, where one then stands, and where the program goes on.
*/
#include "bdb/bdb_state.h"
#include "core/interpose.h"

/* Whether unwinding from the raising function to the catcher takes the frame `target` away. */
static bool unwinds(struct xdb_bdb *b, const struct hook_error *e, struct stop_frame target)
{
    struct universe_walk w;
    universe_walk(b->universe, &w, e->L);
    /* a coroutine that died comes first: all of its frames go */
    lua_State *at = e->thread != e->L ? e->thread : e->L;
    while (at) {
        struct frame f;
        int level = at == e->thread ? e->level : 0;
        for (bool more = frame_at(at, level, &f) == 0; more; more = frame_older(&f)) {
            if (at == e->catcher_thread && f.ci == e->catcher)
                return false;
            if (stop_same(target, stop_frame_of(&f)))
                return true;
        }
        at = at == e->thread && at != e->L ? e->L : universe_walk_older(b->universe, &w);
    }
    return false;
}

/* An error is told once, not again when a wrap hands it on to whom it was already known to go. */
static bool told(const struct hook_error *e)
{
    lua_Debug ar;
    return e->passed_on && interpose_at(e->thread, e->level, &ar) == INTERPOSED_AUXWRAP;
}

/*
** Where the error was raised: the nearest Lua function. A coroutine may have none (`coroutine.wrap(error)`),
** then it is one that waits for it.
*/
static bool raised_in(const struct xdb_bdb *b, const struct hook_error *e, struct frame *f)
{
    struct universe_walk w;
    if (bdb_nearest_lua(e->thread, e->level, f))
        return true;
    universe_walk(b->universe, &w, e->L);
    for (lua_State *at = e->L; at; at = universe_walk_older(b->universe, &w))
        if (at != e->thread && bdb_nearest_lua(at, 0, f))
            return true;
    return false;
}

static bool caught(const struct xdb_bdb *b, const struct hook_error *e)
{
    return (b->catching == XDB_CATCH_RAISED && !e->passed_on) ||
           (b->catching == XDB_CATCH_UNCAUGHT && !e->handled);
}

void catch_error(struct arm *a, const struct hook_error *e)
{
    struct xdb_bdb *b = a->data;
    struct stop_frame target = b->stop.target;
    bool lost = stop_has_target(&b->stop) && unwinds(b, e, target);
    struct frame f;
    if (told(e) || !raised_in(b, e, &f))
        return;
    struct xdb_event event = {.kind = XDB_EVENT_EXCEPTION,
                              .L = e->L,
                              .frame = &f,
                              .error_index = lua_gettop(e->L),
                              .handled = e->handled};
    struct frame raised = f;
    event.stepping = stop_on_error(&b->stop, lost);
    if (!event.stepping && !caught(b, e))
        return;
    if (lost) { /* one stands where the stepping command was given, the raiser is further down */
        f.thread = (lua_State *)(uintptr_t)target.thread;
        f.ci = (struct CallInfo *)(uintptr_t)target.ci;
        struct frame found;
        for (bool more = frame_at(f.thread, 0, &found) == 0; more; more = frame_older(&found))
            if (found.ci == f.ci)
                f = found;
    }
    event.line = frame_line(&f);
    event.raiser = &raised;
    struct stop_frame heir = {NULL, NULL};
    if (e->handled)
        heir = bdb_heir(b, e->catcher_thread, e->catcher);
    bdb_tell(b, &event, b->front->user_exception);
    struct stop_frame now = b->stop.target;
    if (e->handled && stop_has_target(&b->stop) && unwinds(b, e, now)) {
        stop_lost(&b->stop, heir);
        bdb_settle(b, e->L);
    }
}
