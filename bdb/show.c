/*
** Watching: every event of the program is shown to the front end, which says when something has happened
** that the program is to stop for. It stops where a person can stand.
*/
#include "bdb/bdb_state.h"

static enum xdb_event_kind kind_of(const lua_Debug *ar)
{
    switch (ar->event) {
    case LUA_HOOKLINE:
        return XDB_EVENT_LINE;
    case LUA_HOOKRET:
        return XDB_EVENT_RETURN;
    default:
        return XDB_EVENT_CALL;
    }
}

void show_event(struct arm *a, lua_State *L, lua_Debug *ar)
{
    struct xdb_bdb *b = a->data;
    struct frame f;
    if (b->quitting || !b->front->watch)
        return;
    frame_of(L, ar, &f);
    struct xdb_event e = {.kind = kind_of(ar), .L = L, .frame = &f, .line = -1, .ar = ar};
    if (e.kind == XDB_EVENT_LINE)
        e.line = ar->currentline;
    int top = lua_gettop(L);
    b->showing = true;          /* no event that a person stands at: Ctrl-C goes on working */
    bool paused = arm_pause(a); /* what is looked up meanwhile is not the program's */
    b->watched |= b->front->watch(b, &e);
    arm_resume(a, L, paused);
    b->showing = false;
    lua_settop(L, top);
    if (!b->watching && !b->watched) /* else the stop is to come first */
        bdb_settle(b, L);
}

bool show_due(struct xdb_bdb *b)
{
    bool due = b->watched;
    b->watched = false;
    return due;
}

void xdb_bdb_set_watching(struct xdb_bdb *b, lua_State *L, bool on)
{
    b->watching = on;
    b->watched &= on;
    if (!b->event && !b->showing)
        bdb_settle(b, L);
}
