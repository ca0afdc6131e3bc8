/*
** The program's runs: each in a fresh state, one after the other, until the user quits.
*/
#include "pdb/pdb_state.h"

#include "cli/script.h"
#include "core/universe.h"

/* ---- events of a run -------------------------------------------------------------------------- */

static void opened(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (pdb_attach(p, L) < 0)
        cmd_error(p->cmd, "not enough memory for the debugger");
}

static void loaded(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (!p->bdb)
        return;
    p->main = lua_topointer(L, -1);
    xdb_bdb_set_catch(p->bdb, L, XDB_CATCH_UNCAUGHT);
    xdb_bdb_set_step(p->bdb);
}

/* What `lua` would say in the end is made now, in the place where it would make it. */
static void uncaught(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (!p->bdb || xdb_bdb_quitting(p->bdb))
        return;
    p->main = NULL;
    script_push_uncaught(L);
    p->last_words = lua_tostring(L, -1);
    lua_pushvalue(L, 1); /* -> ... text error */
    xdb_bdb_raised(p->bdb, L, 1);
    p->last_words = NULL;
    lua_pop(L, 2);
}

/* The frame that raised: the nearest one of a Lua function. */
static bool raiser(lua_State *L, struct frame *f)
{
    for (int level = 1; frame_at(L, level, f) == 0; level++)
        if (frame_is_lua(f))
            return true;
    return false;
}

void run_post_mortem(struct xdb_pdb *p, const struct xdb_event *e)
{
    struct frame f;
    fflush(p->out);
    fputs(p->last_words, p->err);
    fflush(p->err);
    cmd_printf(p->cmd, "Uncaught exception. Entering post mortem debugging\n"
                       "Running 'cont' or 'step' will restart the program\n");
    if (raiser(e->L, &f))
        pdb_interact(p, e, &f, true);
    xdb_bdb_set_quit(p->bdb);
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    struct xdb_pdb *p = data;
    (void)end;
    if (!p->bdb)
        return;
    pdb_detach(p, L);
    universe_close(universe_find(L), L);
}

static const struct script_events events = {
    .opened = opened, .loaded = loaded, .uncaught = uncaught, .finished = finished};

/* ---- runs ------------------------------------------------------------------------------------- */

int xdb_pdb_run_script(struct xdb_pdb *p, const char *module, int argc, char **argv)
{
    for (;;) {
        enum script_end end;
        p->main = NULL;
        p->last_words = NULL;
        p->met = p->restart = p->quitting = false;
        int status = script_run(&(struct script_options){.argc = argc,
                                                         .argv = argv,
                                                         .module = module,
                                                         .own_sigint = true,
                                                         .events = &events,
                                                         .data = p},
                                &end);
        if (p->quitting)
            return 0;
        if (!p->met) /* nobody was asked, and nobody would be the next time */
            return status;
        if (!p->restart)
            cmd_printf(p->cmd, "The program finished and will be restarted\n");
    }
}
