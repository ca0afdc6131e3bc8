/*
** Sessions inside of a program that is the host's: at a call of set_trace, in code that the debugger was given
** to run, on the stack of an error. The program cannot be started again, and to give it up may mean to end the
** process. Signals are touched when the first session begins, not before, and only by the main thread.
*/
#include "pdb/pdb_state.h"

#include "core/eval.h"
#include "core/universe.h"

#include <signal.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- Ctrl-C ----------------------------------------------------------------------------------- */

/* A signal handler has no argument. Only the main thread, which also runs the handler, sets these. */
static struct xdb_pdb *volatile listener;
static struct sigaction previous; /* while `listener` is set: what the host had */

static bool on_main_thread(void)
{
    return gettid() == getpid();
}

static void on_interrupt(int sig)
{
    struct xdb_pdb *p = listener;
    if (!on_main_thread())
        tgkill(getpid(), getpid(), sig);
    else if (p)
        xdb_pdb_interrupt(p);
}

static bool is_ours(const struct sigaction *action)
{
    return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == on_interrupt;
}

static void listen_to_interrupts(struct xdb_pdb *p)
{
    struct sigaction ours = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART}, now;
    if (p->mode == PDB_COMMAND || p->nosigint || !on_main_thread())
        return;
    sigaction(SIGINT, NULL, &now);
    listener = p;
    if (is_ours(&now))
        return;
    previous = now;
    sigemptyset(&ours.sa_mask);
    sigaction(SIGINT, &ours, NULL);
}

void inline_deafen(struct xdb_pdb *p)
{
    struct sigaction now;
    if (listener != p || !on_main_thread())
        return;
    sigaction(SIGINT, NULL, &now);
    if (is_ours(&now)) /* else somebody has come after us */
        sigaction(SIGINT, &previous, NULL);
    listener = NULL;
}

/* ---- set_trace -------------------------------------------------------------------------------- */

/* What runs on L where Lua runs no hooks, so that one could not step; NULL: nothing of the kind. */
static const char *hookless(lua_State *L)
{
    enum { MOST = 5000 }; /* frames looked at */
    struct frame f;
    lua_Debug ar;
    bool more = frame_at(L, 0, &f) == 0;
    for (int i = 0; more && i < MOST; i++, more = frame_older(&f)) {
        if (frame_info(&f, "n", &ar) < 0)
            continue;
        if (strcmp(ar.namewhat, "hook") == 0)
            return "a hook";
        if (strcmp(ar.namewhat, "metamethod") == 0 && strcmp(ar.name, "__gc") == 0)
            return "a finalizer";
    }
    return NULL;
}

static bool find_lua(lua_State *thread, int level, struct frame *f)
{
    bool more = frame_at(thread, level, f) == 0;
    while (more && !frame_is_lua(f))
        more = frame_older(f);
    return more;
}

bool inline_ready(struct xdb_pdb *p, lua_State *L, int level)
{
    struct frame f;
    const char *where = hookless(L);
    if (p->stop && !p->stop->mortem)
        return false; /* it stands still already */
    if (where)
        cmd_error(p->cmd, "set_trace() does not stop inside of %s: Lua cannot step there", where);
    else if (!find_lua(L, level, &f))
        cmd_error(p->cmd, "set_trace() does not stop: no Lua function has called it");
    else if (!p->bdb && pdb_attach(p, L) < 0)
        cmd_error(p->cmd, "not enough memory for the debugger");
    else
        return true;
    fflush(p->out);
    return false;
}

void inline_trace(struct xdb_pdb *p, lua_State *L, int level)
{
    p->main = NULL;
    p->skip_call = false;
    listen_to_interrupts(p);
    xdb_bdb_set_trace(p->bdb, L, level);
}

/* ---- running code ----------------------------------------------------------------------------- */

int inline_call(struct xdb_pdb *p, lua_State *L, int nargs, int nresults)
{
    enum pdb_mode outer = p->mode;
    bool listened = listener == p;
    if (!p->bdb && pdb_attach(p, L) < 0)
        return XDB_ENOMEM;
    p->mode = PDB_CALL;
    p->running = true;
    p->main = lua_iscfunction(L, -1 - nargs) ? NULL : lua_topointer(L, -1 - nargs);
    p->skip_call = false;
    listen_to_interrupts(p);
    xdb_bdb_reset(p->bdb);
    xdb_bdb_set_catch(p->bdb, L, p->catching);
    xdb_bdb_set_step(p->bdb);
    int status = xdb_bdb_call(p->bdb, L, nargs, nresults);
    xdb_bdb_set_catch(p->bdb, L, XDB_CATCH_OFF);
    p->main = NULL;
    p->running = false;
    p->mode = outer;
    if (!listened)
        inline_deafen(p);
    return status;
}

/* ---- post mortem ------------------------------------------------------------------------------ */

int inline_mortem(struct xdb_pdb *p, lua_State *L, lua_State *thread, int level, int error)
{
    struct frame f;
    bool listened = listener == p, outer = p->alone;
    int top = lua_gettop(L);
    if (!find_lua(thread, level, &f))
        return XDB_ENOENT;
    if (!p->bdb && pdb_attach(p, L) < 0)
        return XDB_ENOMEM;
    struct xdb_event e = {.kind = XDB_EVENT_EXCEPTION,
                          .L = L,
                          .frame = &f,
                          .raiser = &f,
                          .line = frame_line(&f),
                          .error_index = error ? lua_absindex(L, error) : 0,
                          .handled = true};
    p->alone = thread != L;
    listen_to_interrupts(p);
    if (error)
        pdb_print_error(p, &e);
    pdb_interact(p, &e, &f, true);
    eval_freeze(L);
    lua_settop(L, top);
    p->alone = outer;
    if (!listened)
        inline_deafen(p);
    return 0;
}

/* ---- leaving ---------------------------------------------------------------------------------- */

/*
** Whether the program is lines typed at the stand-alone interpreter: there is something to go back to. Such a
** line is a chunk of its own, called "=stdin".
*/
static bool is_typed(const struct xdb_pdb *p)
{
    struct frame f;
    lua_Debug ar;
    bool found = false;
    if (!isatty(STDIN_FILENO) || !find_lua(p->universe->main, 0, &f))
        return false;
    for (bool more = true; more; more = frame_older(&f))
        if (frame_is_lua(&f))
            found = frame_info(&f, "S", &ar) == 0 && strcmp(ar.source, "=stdin") == 0;
    return found;
}

enum answer { YES, NO, INTERRUPTED };

static enum answer ask(struct xdb_pdb *p)
{
    for (;;) {
        struct buffer reply;
        buffer_init(&reply);
        int status = lineedit_read(
            p->edit, "Quitting xdb will kill the process. Quit anyway? [y/n] ", &reply);
        while (reply.len && strchr(" \t\r", reply.data[reply.len - 1]))
            buffer_truncate(&reply, reply.len - 1);
        const char *word = reply.data + strspn(reply.data, " \t");
        bool yes = status == LINE_EOF || !*word || strcasecmp(word, "y") == 0;
        bool no = strcasecmp(word, "n") == 0;
        buffer_release(&reply);
        if (status != LINE_READ)
            cmd_printf(p->cmd, status == LINE_EOF ? "\n" : "\n--KeyboardInterrupt--\n");
        if (status == LINE_INTERRUPT)
            return INTERRUPTED;
        if (yes || no)
            return yes ? YES : NO;
    }
}

int inline_quit(struct cmd *c)
{
    struct xdb_pdb *p = pdb_of(c);
    if (p->stop->mortem)
        return CMD_STOP;
    bool command = run_current(p->stop->L) != NULL; /* it runs the program, and outlives it */
    p->typed = p->mode == PDB_INLINE && is_typed(p);
    if (p->mode == PDB_INLINE && !p->typed && !command) {
        if (ask(p) != YES)
            return CMD_AGAIN;
        fflush(p->out);
        if (p->host->leave)
            p->host->leave(p->host_data);
    }
    xdb_bdb_set_quit(p->bdb);
    return CMD_STOP;
}

int inline_run(struct cmd *c)
{
    const struct xdb_pdb *p = pdb_of(c);
    cmd_error(c,
              "run/restart command is disabled when xdb is running %s.\n"
              "Use the command line interface to enable restarting your program\n"
              "e.g. \"xdb myscript.lua\"",
              p->mode == PDB_INLINE ? "in inline mode" : "code of a program");
    return CMD_AGAIN;
}
