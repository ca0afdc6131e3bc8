/*
** Post mortem: an error that nobody will receive is looked at while its stack still stands, in the message
** handler at the bottom of the program, or when a coroutine dies of it that coroutine.wrap runs. Afterwards
** the error goes its way, so that functions with __close see what they would see.
*/
#include "pdb/pdb_state.h"

#include "cli/script.h"
#include "core/universe.h"

#include <lauxlib.h>

/*
** (error) -> error; as each wrap between here and the main thread will hand it on: to a string it adds the
** place of its caller.
*/
static int push_handed_on(lua_State *L)
{
    struct universe *u = universe_find(L);
    struct universe_walk w;
    lua_settop(L, 1);
    if (lua_type(L, 1) != LUA_TSTRING)
        return 1;
    universe_walk(u, &w, L);
    for (lua_State *at = L; at; at = universe_walk_older(u, &w)) {
        luaL_where(at, at == L ? 2 : 1); /* above: this function on L, the wrap's everywhere */
        if (at != L)
            lua_xmove(at, L, 1);
        lua_insert(L, 1);
        lua_concat(L, 2);
    }
    return 1;
}

/* [-0, +1] What Lua will say of the error of a dead coroutine. */
static void push_words_of_wrap(lua_State *L, int error)
{
    struct universe *u = universe_find(L);
    error = lua_absindex(L, error);
    lua_pushcfunction(L, push_handed_on);
    lua_pushvalue(L, error);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK)
        script_push_words(L, -1, u->main, 0);
    else
        lua_pushnil(L);
    lua_remove(L, -2);
}

static void announce(struct xdb_pdb *p)
{
    cmd_printf(p->cmd, "Uncaught exception. Entering post mortem debugging\n"
                       "Running 'cont' or 'step' will restart the program\n");
}

void mortem_event(struct xdb_pdb *p, const struct xdb_event *e)
{
    bool at_bottom = p->mortem, dead = e->raiser->thread != e->L;
    if (p->mode != PDB_COMMAND) /* the error is the host's to report */
        return;
    if (p->catching == XDB_CATCH_OFF || e->handled || p->mourned || p->quitting || p->restart ||
        (!at_bottom && !dead))
        return;
    p->mourned = true;
    if (at_bottom)
        script_push_words(e->L, e->error_index, e->L, 1);
    else
        push_words_of_wrap(e->L, e->error_index);
    fflush(p->out);
    if (lua_isstring(e->L, -1))
        script_write_words(lua_tostring(e->L, -1));
    lua_pop(e->L, 1);
    announce(p);
    pdb_interact(p, e, e->raiser, true);
    xdb_bdb_set_continue(p->bdb);
}

void mortem_uncaught(struct xdb_pdb *p, lua_State *L)
{
    if (xdb_bdb_quitting(p->bdb) || p->mourned)
        return;
    p->main = NULL;
    p->mortem = true;
    lua_pushvalue(L, 1);
    xdb_bdb_raised(p->bdb, L, 1);
    lua_pop(L, 1);
    p->mortem = false;
}

void mortem_unloaded(struct xdb_pdb *p, lua_State *L)
{
    struct frame
        f; /* of the C function we are called from: there is no other, and it is not shown */
    if (frame_at(L, 0, &f))
        return;
    announce(p);
    xdb_bdb_set_tracing(p->bdb, L, false);
    const struct xdb_event e = {.kind = XDB_EVENT_LINE, .L = L, .frame = &f, .line = -1};
    pdb_interact(p, &e, &f, true);
}
