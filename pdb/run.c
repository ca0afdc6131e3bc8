/*
** The program's runs: each in a fresh state, one after the other, until the user quits.
*/
#include "pdb/pdb_state.h"

#include "cli/script.h"
#include "core/universe.h"

#include <string.h>
#include <sys/stat.h>

/* ---- events of a run -------------------------------------------------------------------------- */

static void opened(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (pdb_attach(p, L) < 0)
        cmd_error(p->cmd, "not enough memory for the debugger");
    else
        xdb_bdb_set_catch(p->bdb, L, XDB_CATCH_UNCAUGHT);
}

static void loaded(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (!p->bdb)
        return;
    p->main = lua_topointer(L, -1);
    xdb_bdb_set_step(p->bdb);
}

/* The error goes its way afterwards, so that functions with __close see what they would see. */
static void uncaught(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (!p->bdb || xdb_bdb_quitting(p->bdb))
        return;
    p->main = NULL;
    script_push_uncaught(L);
    lua_pushvalue(L, 1); /* -> ... words error */
    p->mortem = true;
    xdb_bdb_raised(p->bdb, L, 1);
    p->mortem = false;
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
    const char *words = lua_tostring(e->L, e->error_index - 1);
    fflush(p->out);
    if (words)
        script_write_uncaught(words);
    cmd_printf(p->cmd, "Uncaught exception. Entering post mortem debugging\n"
                       "Running 'cont' or 'step' will restart the program\n");
    if (raiser(e->L, &f))
        pdb_interact(p, e, &f, true);
    xdb_bdb_set_continue(p->bdb);
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

/* Whether the script can be read a second time: standard input and pipes cannot. */
static bool can_restart(const char *module, int argc, char **argv)
{
    struct stat st;
    if (module)
        return true;
    return argc > 0 && strcmp(argv[0], "-") != 0 && stat(argv[0], &st) == 0 && S_ISREG(st.st_mode);
}

int xdb_pdb_run_script(struct xdb_pdb *p, const char *module, int argc, char **argv)
{
    for (;;) {
        enum script_end end;
        p->main = NULL;
        p->met = p->restart = p->quitting = p->mortem = false;
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
        if (!can_restart(module, argc, argv)) {
            cmd_printf(p->cmd, "The program finished and cannot be restarted\n");
            return status;
        }
        if (!p->restart)
            cmd_printf(p->cmd, "The program finished and will be restarted\n");
    }
}
