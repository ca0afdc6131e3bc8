/*
** The program's runs: each in a fresh state, one after the other, until the user quits.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "cli/script.h"
#include "core/universe.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- os.exit ---------------------------------------------------------------------------------- */

/*
** os.exit ends a program without closing its variables or calling its finalizers, and so does its stand-in:
** it jumps out of the run and leaves the state behind as it is. The states are kept here, so that their
** memory does not look lost. Global because the jump comes from a function that knows nothing but its state;
** each thread has its own.
*/
static _Thread_local struct xdb_pdb *current;
static _Thread_local struct abandoned {
    struct abandoned *next;
    lua_State *L;
} * abandoned;

struct xdb_pdb *run_current(lua_State *L)
{
    return current && current->bdb && current->universe == universe_find(L) ? current : NULL;
}

static void keep_state(lua_State *L)
{
    struct abandoned *a = malloc(sizeof *a);
    if (!a)
        return;
    a->next = abandoned;
    a->L = L;
    abandoned = a;
}

static void leave_stops(struct xdb_pdb *p)
{
    for (; p->stop; p->stop = p->stop->outer) {
        coroutines_forget(p->stop);
        frame_stack_release(&p->stop->stack);
    }
    p->evaluating = NULL;
}

/* In place of os.exit: the same arguments, and it does not return either. */
static int exit_program(lua_State *L)
{
    struct xdb_pdb *p = current;
    int status = EXIT_SUCCESS;
    if (lua_isboolean(L, 1))
        status = lua_toboolean(L, 1) ? EXIT_SUCCESS : EXIT_FAILURE;
    else
        status = (int)luaL_optinteger(L, 1, EXIT_SUCCESS);
    struct universe *u = universe_find(L);
    lua_State *main = u ? u->main : L;
    if (lua_toboolean(L, 2))
        lua_close(L);
    else
        keep_state(main);
    p->exit_status = status;
    leave_stops(p);
    pdb_detach(p, NULL);
    while (p->nesting) {
        nested_leave(p);
        leave_stops(p);
        cmd_set_level(p->cmd, cmd_level(p->cmd) - 1);
        pdb_detach(p, NULL);
    }
    universe_close(u, NULL);
    script_abandon();
    longjmp(p->leave, 1);
}

/* The key is in the table already, so that this allocates nothing the program could see. */
static void replace_exit(lua_State *L)
{
    lua_getglobal(L, "os");
    if (lua_istable(L, -1)) {
        lua_pushcfunction(L, exit_program);
        lua_setfield(L, -2, "exit");
    }
    lua_pop(L, 1);
}

/* ---- events of a run -------------------------------------------------------------------------- */

static void opened(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    replace_exit(L);
    if (pdb_attach(p, L) < 0)
        cmd_error(p->cmd, "not enough memory for the debugger");
    else
        xdb_bdb_set_catch(p->bdb, L, p->catching);
}

static void loaded(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (!p->bdb)
        return;
    p->main = lua_topointer(L, -1);
    xdb_bdb_set_step(p->bdb);
}

static void uncaught(lua_State *L, void *data)
{
    struct xdb_pdb *p = data;
    if (p->bdb)
        mortem_uncaught(p, L);
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    struct xdb_pdb *p = data;
    if (!p->bdb)
        return;
    if (p->again && (end == SCRIPT_SYNTAX || end == SCRIPT_NOFILE))
        mortem_unloaded(p, L);
    pdb_detach(p, L);
    universe_close(universe_find(L), L);
}

static const struct script_events events = {
    .opened = opened, .loaded = loaded, .uncaught = uncaught, .finished = finished};

/* ---- arguments -------------------------------------------------------------------------------- */

static void free_words(char **words, int n)
{
    for (int i = 0; i < n; i++)
        free(words[i]);
    free(words);
}

void run_free(struct xdb_pdb *p)
{
    free_words(p->argv, p->argc);
}

static int set_arguments(struct xdb_pdb *p, int argc, char **argv)
{
    char **copy = calloc((size_t)argc + 1, sizeof *copy);
    for (int i = 0; copy && i < argc; i++)
        if (!(copy[i] = strdup(argv[i]))) {
            free_words(copy, i);
            copy = NULL;
        }
    if (!copy)
        return XDB_ENOMEM;
    free_words(p->argv, p->argc);
    p->argv = copy;
    p->argc = argc;
    return 0;
}

/*
** Takes the next word of *s as a shell would: quotes, and a backslash outside of single ones. Returns the end of
** what was written to `out`, NULL at the end of the text, or an error text in *why.
*/
static char *shell_word(const char **s, char *out, const char **why)
{
    const char *p = *s + strspn(*s, " \t\n");
    char quote = '\0';
    if (!*p)
        return NULL;
    for (; *p && (quote || !strchr(" \t\n", *p)); p++) {
        if (*p == quote) {
            quote = '\0';
        } else if (!quote && (*p == '"' || *p == '\'')) {
            quote = *p;
        } else if (*p == '\\' && quote != '\'') {
            if (!p[1]) {
                *why = "No escaped character";
                return NULL;
            }
            if (quote && p[1] != quote && p[1] != '\\')
                *out++ = *p;
            *out++ = *++p;
        } else {
            *out++ = *p;
        }
    }
    if (quote)
        *why = "No closing quotation";
    *s = p;
    *out = '\0';
    return quote ? NULL : out + 1;
}

/* Replaces the arguments by the words of the text; the script stays. */
static bool take_arguments(struct cmd *c, struct xdb_pdb *p, const char *arg, size_t n)
{
    const char *why = NULL;
    const char *all = arg;
    int script = p->module ? 0 : 1, argc = 0;
    char *text = malloc(n + 2), **argv = calloc(n + 2, sizeof *argv), *at = text, *end;
    bool ok = text && argv;
    if (ok && script)
        argv[argc++] = p->argv[0];
    while (ok && (end = shell_word(&arg, at, &why)) != NULL) {
        argv[argc++] = at;
        at = end;
    }
    if (ok && why) {
        cmd_error(c, "Cannot run %s: %s", all, why);
        ok = false;
    } else if (!ok || set_arguments(p, argc, argv) < 0) {
        cmd_error(c, "not enough memory");
        ok = false;
    }
    free(text);
    free(argv);
    return ok;
}

int run_restart(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    (void)row;
    if (p->mode != PDB_COMMAND)
        return inline_run(c);
    if (n && !take_arguments(c, p, arg, n))
        return CMD_AGAIN;
    int first = p->module ? 0 : 1;
    char *path = p->module ? NULL : realpath(p->argv[0], NULL);
    cmd_printf(c, "Restarting %s with arguments:\n\t",
               path        ? path
               : p->module ? p->module
                           : p->argv[0]);
    free(path);
    for (int i = first; i < p->argc; i++)
        cmd_printf(c, "%s%s", i > first ? " " : "", p->argv[i]);
    cmd_printf(c, "\n");
    p->restart = true;
    if (!p->stop->mortem)
        xdb_bdb_set_quit(p->bdb);
    return CMD_STOP;
}

/* ---- runs ------------------------------------------------------------------------------------- */

/* Whether the script can be read a second time: standard input and pipes cannot. */
static bool can_restart(const struct xdb_pdb *p)
{
    struct stat st;
    if (p->module)
        return true;
    return p->argc > 0 && strcmp(p->argv[0], "-") != 0 && stat(p->argv[0], &st) == 0 &&
           S_ISREG(st.st_mode);
}

/* One run; the exit status that it would have had on its own. */
static int run_once(struct xdb_pdb *p)
{
    struct xdb_pdb *outer = current;
    int status;
    display_restart(p);
    edited_forget(p);
    p->main = NULL;
    p->met = p->restart = p->quitting = p->mortem = p->mourned = p->interacting = false;
    current = p;
    fflush(p->out); /* what the run says on standard error comes behind it */
    if (setjmp(p->leave) == 0) {
        status = script_run(&(struct script_options){.argc = p->argc,
                                                     .argv = p->argv,
                                                     .module = p->module,
                                                     .own_sigint = true,
                                                     .events = &events,
                                                     .data = p},
                            NULL);
    } else {
        status = p->exit_status;
        cmd_printf(p->cmd, "The program exited via os.exit(). Exit status: %d\n", status);
    }
    current = outer;
    return status;
}

/* Each run begins in `folder`, wherever the last one has gone. */
static int run_until_quit(struct xdb_pdb *p, int folder)
{
    for (;;) {
        int status = run_once(p);
        if (p->quitting)
            return 0;
        if (!p->met) /* nobody was asked, and nobody would be the next time */
            return status;
        bool back = folder >= 0 && fchdir(folder) == 0;
        if (!back || !can_restart(p)) {
            cmd_printf(p->cmd, "The program finished and cannot be restarted\n");
            return status;
        }
        if (!p->restart)
            cmd_printf(p->cmd, "The program finished and will be restarted\n");
        p->again = true;
    }
}

int xdb_pdb_run_script(struct xdb_pdb *p, const char *module, int argc, char **argv)
{
    p->module = module;
    p->again = false;
    if (set_arguments(p, argc, argv) < 0) {
        cmd_error(p->cmd, "not enough memory");
        return EXIT_FAILURE;
    }
    int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int status = run_until_quit(p, folder);
    if (folder >= 0)
        close(folder);
    return status;
}
