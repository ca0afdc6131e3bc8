/*
** What the files of the debugger share: its state, and the state of one stop. Private to pdb/.
**
** pdb.c: life and events - run.c: the program's runs - print.c: entries and listings - the commands by
** their groups: breaks.c stepping.c looking.c statement.c, joined to the table in commands.c.
*/
#ifndef XDB_PDB_STATE_H
#define XDB_PDB_STATE_H

#include "bdb/bdb.h"
#include "bdb/breakpoint.h"
#include "cli/cmd.h"
#include "cli/lineedit.h"
#include "core/frame.h"
#include "core/frame_stack.h"
#include "core/function.h"
#include "core/repr.h"
#include "core/source.h"
#include "pdb/pdb.h"

#include <setjmp.h>
#include <signal.h>

/* The program stands still and a person is asked. Stops may be nested; lives on the C stack. */
struct pdb_stop {
    struct pdb_stop *outer;
    const struct xdb_event *event;
    lua_State *L;             /* running thread, where values are pushed and text is run */
    struct frame_stack stack; /* newest first */
    int at;                   /* index of the frame that is looked at */
    int listed;               /* last line that `list` showed; 0: it begins at the frame's line */
    bool banner_due;          /* where the program stands has not been shown yet */
    bool mortem;              /* the program is over; any way to go on starts it again */
    struct coroutine_view *view; /* see coroutines.c; owned; NULL: nobody asked for coroutines */
    bool variables;              /* there are convenience variables; its address is their key */
};

/* Who owns the program. */
enum pdb_mode {
    PDB_COMMAND, /* the `xdb` command: it can be started again, and given up */
    PDB_CALL,    /* a host, which handed over some code to run; that can be given up */
    PDB_INLINE   /* a host; the program called the debugger */
};

/* What an embedding adds; every function may be NULL, and none may raise. */
struct pdb_host {
    const struct cmd_row *rows; /* instead of commands_rows; NULL: those. Kept by reference */
    void (*say)(void *data, const char *text, size_t n); /* instead of writing to `out` */
    void (*started)(void *data);                         /* a command loop begins */
    /* As in struct cmd_face. */
    void (*before)(void *data, struct buffer *line);
    int (*one)(void *data, const char *line, size_t n);
    int (*empty)(void *data);
    int (*after)(void *data, int result, const char *line, size_t n);
    int (*fallback)(void *data, const char *text, size_t n); /* runs a line that is no command */
    void (*complete)(void *data, const struct line_at *at,
                     struct words *out); /* where no row does */
    /* An error that nobody receives has been raised in code that inline_call runs. */
    void (*uncaught)(void *data, const struct xdb_event *e);
    void (*ended)(void *data); /* a command loop has ended */
    void (*leave)(
        void *data); /* the user wants the process to end; NULL: exit(1) is not ours to call */
};

/* What stands still while a `debug` command runs its statement; on the C stack of the command. */
struct pdb_nesting {
    struct pdb_nesting *outer;
    struct pdb_stop *stop;
    struct xdb_bdb *bdb;
    struct function_cache *functions;
};

struct xdb_pdb {
    enum pdb_mode mode;
    bool nosigint; /* Ctrl-C is none of our business */
    const struct pdb_host *host;
    void *host_data;
    FILE *in, *out;
    struct cmd *cmd;              /* owned */
    struct lineedit *edit;        /* owned */
    struct breakpoints *registry; /* owned; outlives the program's states */
    char *home;                   /* owned; NULL: none */
    bool colors;
    enum xdb_catch catching;  /* which errors stop, other than by stepping */
    struct action **actions;  /* commands of breakpoints, by number; owned */
    int nactions, nlogs;      /* how many log points were ever made */
    struct watches *watches;  /* see watch.c; owned; NULL: never any */
    struct display *displays; /* owned */
    struct edited *edited;    /* files that were said to be edited; owned */

    /* What to run; the arguments as they are for the next run. */
    const char *module;
    char **argv; /* owned copies */
    int argc;
    bool again; /* it has been started before, and the user was asked */

    /* One run of the program. */
    struct xdb_bdb *bdb;       /* NULL between runs */
    struct universe *universe; /* of bdb */
    bool running;              /* inside of inline_call */
    bool typed; /* given up, and the program is being typed at an interpreter (PDB-069) */
    bool alone; /* a dead coroutine is looked at: its frames alone are shown */
    struct function_cache *functions; /* of bdb's sources */
    const void *main;            /* the main chunk, as long as the program has not reached it */
    bool met;                    /* the user has been asked in this run */
    bool restart;                /* the program is to be started again at once */
    bool quitting;               /* and not again */
    struct pdb_nesting *nesting; /* innermost `debug` command, or NULL */
    bool skip_call;              /* the next call is that of a statement under `debug` */
    bool interacting;            /* at the prompt of `interact` */
    struct buffer interactive;   /* the statement read there: what it runs may leave by os.exit */
    jmp_buf leave;               /* where the program's os.exit leads */
    int exit_status;             /* what it was given */
    bool mortem;                 /* an error arrived at the bottom of the program */
    bool mourned;                /* and was looked at */

    struct pdb_stop *stop; /* innermost; NULL while the program runs */
    struct universe
        *volatile evaluating;          /* where text of the user's runs; for the signal handler */
    volatile sig_atomic_t interrupted; /* Ctrl-C came while a listing was written */
};

/* ---- pdb.c ---- */

/* The debugger whose command it is. */
static inline struct xdb_pdb *pdb_of(const struct cmd *c)
{
    return cmd_user(c);
}
/* A debugger for a program of the host's; otherwise xdb_pdb_new. */
struct xdb_pdb *pdb_new(const struct xdb_pdb_config *config, const struct pdb_host *host,
                        void *data);
/* Makes the engine for a fresh state. 0 or XDB_ENOMEM. */
int pdb_attach(struct xdb_pdb *p, lua_State *L);
/* Gives it up; L is the live state, or NULL when it has been closed. */
void pdb_detach(struct xdb_pdb *p, lua_State *L);
/* Asks the user, standing at `f`. `mortem` as in struct pdb_stop. */
void pdb_interact(struct xdb_pdb *p, const struct xdb_event *e, const struct frame *f, bool mortem);

/* The error of an event, as a line. */
void pdb_print_error(struct xdb_pdb *p, const struct xdb_event *e);

/* ---- inline.c ---- */

/*
** Whether set_trace could stop at the Lua function at `level` of L or the next older one; if not, says why,
** unless the program stands still already. Attaches the debugger to the state.
*/
bool inline_ready(struct xdb_pdb *p, lua_State *L, int level);
/* Stops there. May raise the error that abandons the program. */
void inline_trace(struct xdb_pdb *p, lua_State *L, int level);
/* [-(nargs + 1), +results] xdb_bdb_call, stopping at the first line; XDB_ENOMEM with the stack as it was. */
int inline_call(struct xdb_pdb *p, lua_State *L, int nargs, int nresults);
/*
** The user looks at the stack of `thread` from `level` on, with the error at `error` of L. A thread other
** than L is a dead coroutine. XDB_ENOENT: no Lua function there; XDB_ENOMEM.
*/
int inline_mortem(struct xdb_pdb *p, lua_State *L, lua_State *thread, int level, int error);
/* `quit`, and `run`, where the program is the host's; CMD_AGAIN, or CMD_STOP. */
int inline_quit(struct cmd *c);
int inline_run(struct cmd *c);
/* Ctrl-C is the host's again. */
void inline_deafen(struct xdb_pdb *p);

/* ---- mortem.c ---- */

/* An error that nobody will receive: the user may look, then the run ends. Other errors: nothing. */
void mortem_event(struct xdb_pdb *p, const struct xdb_event *e);
/* In the message handler at the bottom of the program, the error at index 1. */
void mortem_uncaught(struct xdb_pdb *p, lua_State *L);
/* The script was edited and no longer compiles, or cannot be read: the user may mend it and go on. */
void mortem_unloaded(struct xdb_pdb *p, lua_State *L);

/* ---- nested.c ---- */

/* Goes back from the engine of the innermost `debug`, which is detached, to the one around it. */
void nested_leave(struct xdb_pdb *p);

/* ---- run.c ---- */

/* The debugger whose program runs in the state of L on this OS thread, or NULL. */
struct xdb_pdb *run_current(lua_State *L);
/* Frees the arguments. */
void run_free(struct xdb_pdb *p);

/* ---- rc.c ---- */

/* Queues the commands of the start-up files. */
void rc_queue(struct xdb_pdb *p);

/* ---- actions.c ---- */

/* Runs the commands of a breakpoint; CMD_STOP when one of them lets the program go on. */
int actions_run(struct xdb_pdb *p, int number);
/* The i-th command of a breakpoint, from 0; NULL past the last one. */
const char *actions_each(const struct xdb_pdb *p, int number, int i);
/* The text of a log point, NULL for other breakpoints. */
const char *actions_log_text(const struct xdb_pdb *p, int number);
void actions_free(struct xdb_pdb *p);
/*
** Prints the log points of the line. Returns the number of the breakpoint that stops there: the event's, or when
** that is a log point a later one; 0: none.
*/
int actions_log(struct xdb_pdb *p, const struct xdb_event *e);

/* ---- print.c ---- */

/* For values that were not asked for one by one: of large ones, what they begin with. */
extern const struct repr_options print_brief;
/* The frame that is looked at; NULL when there is none. */
const struct frame *print_frame(const struct xdb_pdb *p);
/* Its source, or NULL when it has none. Good for the present stop. */
struct source *print_source(struct xdb_pdb *p, const struct frame *f);
/* The line where the frame stands, as it is shown. */
int print_line_of(const struct xdb_pdb *p, const struct frame *f);
/* Appends what the function of the frame is called. */
void print_function_name(struct xdb_pdb *p, const struct frame *f, struct buffer *out);
/* The entry of the stack at `index`, with its source line, behind `> ` when it is looked at. */
void print_entry(struct xdb_pdb *p, int index);
/* Where the program stands, before the user is asked. */
void print_banner(struct xdb_pdb *p);
/* Lines first..last of a source with their marks; `f` (or NULL) is the frame whose line is marked. */
void print_lines(struct xdb_pdb *p, struct source *s, int first, int last, const struct frame *f);
/* Appends the values at `first`.. of the stack of L, `n` of them, as `1, "x"`. */
void print_values(lua_State *L, int first, int n, const struct repr_options *o, struct buffer *out);
/* Appends the values that the event's function returns. */
void print_results(const struct xdb_event *e, const struct repr_options *o, struct buffer *out);
/* Writes the buffer and releases it. */
void print_out(struct xdb_pdb *p, struct buffer *text);
/* A decimal number with blanks around it; false for anything else. */
bool print_number(const char *text, int *out);

/* ---- statement.c ---- */

/* [-0, +1 on stop->L] A thread to run text on, where Ctrl-C can stop it; or NULL, with any value pushed. */
lua_State *statement_thread(struct xdb_pdb *p);
/*
** [-0, +1 or +0 on stop->L] Runs text in the frame that is looked at, on such a thread. Returns the number of
** values, which are on the top of *co, or a negative code after the message has been printed. The caller
** cuts stop->L back, which drops the thread.
*/
int statement_run(struct xdb_pdb *p, const char *text, size_t n, int mode, lua_State **co);
/* The same without printing: the error value is on the top of *co, or *co is NULL for want of memory. */
int statement_try(struct xdb_pdb *p, const char *text, size_t n, int mode, lua_State **co);
/* [-1, +results or +1] Calls the function on the top of such a thread without arguments; a Lua status. */
int statement_call(struct xdb_pdb *p, lua_State *co);
/* Prints the error value on the top of `co`. */
void statement_print_error(struct xdb_pdb *p, lua_State *L);
/* Prints the values on the top of `co`, if that is worth a line. */
void statement_print(struct xdb_pdb *p, lua_State *co, int values);
/* Whether the text compiles; else appends why it does not. */
bool statement_compiles(struct xdb_pdb *p, const char *text, size_t n, int mode,
                        struct buffer *why);
/* cmd's fallback and `incomplete`. */
int statement_fallback(struct cmd *c, const char *text, size_t n);
bool statement_incomplete(struct cmd *c, const char *text, size_t n);

/* ---- variables.c ---- */

/* Appends the text with its `$name`s replaced; false, and nothing appended, when there are none. */
bool variables_rewrite(const char *text, size_t n, struct buffer *out);
/* Sets the given variables for text that is run next on `L`. */
void variables_prepare(struct xdb_pdb *p, lua_State *L);
/* Forgets the stop's variables. */
void variables_forget(struct pdb_stop *s);

/* ---- display.c ---- */

/* Shows the displays of the function that is looked at whose values have changed. */
void display_changed(struct xdb_pdb *p);
/* The program starts again: old values are forgotten. */
void display_restart(struct xdb_pdb *p);
void display_free(struct xdb_pdb *p);
/* Appends the displays as commands. They will belong to the function where those are run. */
void display_save(const struct xdb_pdb *p, struct buffer *out);

/* ---- edited.c ---- */

/* Warns when the file has been edited since it was loaded. */
void edited_warn(struct xdb_pdb *p, struct source *s);
/* The program starts again and loads its files anew. */
void edited_forget(struct xdb_pdb *p);

/* ---- complete.c ---- */

/* Adds the Lua names and fields that may stand at `at`. */
void complete_expression(struct cmd *c, const struct line_at *at, struct words *out);

/* ---- watch.c ---- */

/* Looks at what is watched; true when the program is to stop. */
bool watch_event(struct xdb_pdb *p, const struct xdb_event *e);
/* Prints what has changed since the last time. */
void watch_tell(struct xdb_pdb *p);
/* The user may have changed something: that is no news. */
void watch_refresh(struct xdb_pdb *p, lua_State *L);
/* The program starts, and ends; `L` is NULL when the state has been closed. */
void watch_attach(struct xdb_pdb *p, lua_State *L);
void watch_detach(struct xdb_pdb *p, lua_State *L);
void watch_free(struct xdb_pdb *p);

/* ---- coroutines.c ---- */

/* Gives up what the stop knows of coroutines; its `stack` may be that of one. */
void coroutines_forget(struct pdb_stop *s);

/* ---- commands.c ---- */

extern const struct cmd_row commands_rows[];
extern const struct cmd_topic commands_topics[];

#endif
