/*
** An interpreter of line commands, driven by ONE table. A row says everything about a command: the names
** it goes by, its group, usage, help, what completes its argument, who carries it out. Help, completion and
** the checks of arguments walk the same rows. The debugger and the profiler's browser sit on it, so nothing
** here knows what the commands are about.
**
** A line goes this way: read or taken from the queue; cut at the first `;;`; its first word replaced when it
** is an alias; then the first word is looked up in the table. A line whose first word is no command goes to
** the `fallback` (the debugger runs it as Lua), after as many further lines as `incomplete` asks for. An
** empty line repeats the last command. A face may have a say at each turn, as a class derived from Python's Cmd
** has: `before`, `one`, `empty`, `after` are precmd, onecmd, emptyline and postcmd.
**
** There are no globals, and nothing is printed but through `write`. A line costs time in proportion to its
** length, whatever it holds; zeros are bytes like others. All memory belongs to the `struct cmd`, so that a
** handler may leave by longjmp: after `cmd_reset` the interpreter goes on with the next line.
**
** life: cmd_new cmd_free cmd_reset     running: cmd_loop cmd_execute cmd_next_line cmd_queue cmd_queue_lines
** a part of it, for the face: cmd_one cmd_empty cmd_call
** saying: cmd_write cmd_printf cmd_error cmd_invalid     state: cmd_prompt cmd_set_prompt cmd_set_level
** cmd_repeat_as cmd_repeated cmd_resolve     handlers for the table: cmd_do_help cmd_do_alias cmd_do_unalias
*/
#ifndef XDB_CLI_CMD_H
#define XDB_CLI_CMD_H

#include "cli/words.h"
#include "core/buffer.h"

#include <stdbool.h>
#include <stddef.h>

struct cmd;
struct cmd_row;

/* What a handler returns. */
enum cmd_result {
    CMD_AGAIN = 0, /* on to the next line */
    CMD_STOP = 1   /* the loop ends */
};

enum cmd_flags {
    CMD_NEEDS_ARG = 1, /* without an argument: complaint and usage */
    CMD_NO_ARG = 2,    /* with an argument: complaint and usage */
    CMD_RESUMES = 4,   /* the program goes on: ends a list of commands */
    CMD_RAW = 8,       /* its line is not cut at `;;` */
    CMD_AT_EOF = 16    /* is what the end of the input does, after a newline */
};

/*
** Carries the command out. arg[0..n-1] is the argument without the space around it, arg[n] is '\0'; it is
** valid until the handler returns.
*/
typedef int cmd_handler(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n);
/* Adds to `out` what may stand at `at`; `at->line` begins with the command's first byte. */
typedef void cmd_completer(struct cmd *c, const struct line_at *at, struct words *out);

struct cmd_row {
    const char *names;   /* the manual's spelling: "b(reak)" is b and break; "w(here) bt" also bt */
    const char *group;   /* heading in the listing of `help`; NULL: the general one */
    const char *usage;   /* "s(tep)"; further lines stand under the first */
    const char *summary; /* one line */
    const char *help;    /* lines behind it, or without CMD_USAGE_HELP instead of it; or NULL */
    const char *example; /* lines; may be NULL */
    cmd_handler *run;
    cmd_completer *complete; /* NULL: the face's */
    unsigned flags;          /* enum cmd_flags */
};

/* Something to be read with `help NAME` that is not a command. */
struct cmd_topic {
    const char *name, *text;
};

/* What the tool is asked and told. All are optional but `read` and `write`. */
struct cmd_face {
    /* Shows the prompt and appends a line, without its end, to `line`; a line_status. */
    int (*read)(void *user, const char *prompt, struct buffer *line);
    void (*write)(void *user, const char *text, size_t n);
    /* A line that is no command; a cmd_result. text[n] is '\0'. NULL: `*** Unknown syntax: LINE`. */
    int (*fallback)(struct cmd *c, const char *text, size_t n);
    /* Does this text for `fallback` go on in the next line? It ends in "\n" when that one was blank. */
    bool (*incomplete)(struct cmd *c, const char *text, size_t n);
    /* Ctrl-C at the prompt; a cmd_result. NULL: `--KeyboardInterrupt--` and again. */
    int (*interrupted)(struct cmd *c);
    /* Completes what no command's own completer does. */
    cmd_completer *complete;
    void (*started)(struct cmd *c); /* a loop begins */
    /* May change the line about to run, which may be empty; the end of the input is the line "EOF". */
    void (*before)(struct cmd *c, struct buffer *line);
    /* Runs a line instead of cmd_one; a cmd_result. */
    int (*one)(struct cmd *c, const char *line, size_t n);
    /* What an empty line does instead of cmd_empty; a cmd_result. */
    int (*empty)(struct cmd *c);
    /* May change what the line, as `before` has left it, returned. */
    int (*after)(struct cmd *c, int result, const char *line, size_t n);
    void (*ended)(struct cmd *c); /* a loop has ended */
};

enum cmd_features {
    CMD_SPLITS = 1,  /* `a ;; b` is two commands */
    CMD_ALIASES = 2, /* aliases are replaced */
    /* `!text`, and a command's name directly before punctuation, are no commands */
    CMD_STATEMENTS = 4,
    CMD_USAGE_HELP = 8 /* help texts begin with `Usage: ` and are indented by the prompt */
};

struct cmd_config {
    const struct cmd_row *rows;     /* ended by a row without names; kept by reference */
    const struct cmd_topic *topics; /* ended by a topic without a name; may be NULL */
    struct cmd_face face;
    void *user;
    unsigned features;
    const char *prompt; /* "(xdb) "; copied */
    const char *intro;  /* printed when a loop begins; may be NULL */
};

/* NULL when memory runs out. */
struct cmd *cmd_new(const struct cmd_config *config);
void cmd_free(struct cmd *c);
/* Forgets the lines being run, when a longjmp has left them; what is queued stays. */
void cmd_reset(struct cmd *c);
void *cmd_user(const struct cmd *c);

/* Runs lines, queued ones first, until a command stops. Loops may be nested. */
void cmd_loop(struct cmd *c);
/*
** Runs one line as if typed, with what its `;;` and aliases make of it, but without becoming what an empty
** line repeats. CMD_STOP when a command of it stopped: the rest then waits in the queue.
*/
int cmd_execute(struct cmd *c, const char *line, size_t n);
/*
** Runs one command: no aliases, no `;;`, nobody asked before or after. An empty line repeats the last one, others
** are what it repeats from then on.
*/
int cmd_one(struct cmd *c, const char *line, size_t n);
/* What an empty line does: runs the last command again. */
int cmd_empty(struct cmd *c);
/* Carries out the row's command, or complains of its argument; arg[n] is '\0'. */
int cmd_call(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n);
/*
** The next line, cut at `;;`, aliases not replaced: for commands that read lines of their own. The queue
** goes first; else `prompt` is shown. Appended to `line`; a line_status.
*/
int cmd_next_line(struct cmd *c, const char *prompt, struct buffer *line);
/* Puts a line at the end of the queue; it runs before any more input is read. */
void cmd_queue(struct cmd *c, const char *line, size_t n);
/*
** Queues the lines of a file of commands, in front of or behind what is queued. Left out are blank lines,
** those that begin with `#` or `--`, and a byte-order mark.
*/
void cmd_queue_lines(struct cmd *c, const char *text, size_t n, bool in_front);
/*
** Queues the lines of the named file of commands in front. When one of them fails, a message says which, and
** what is left of the file is forgotten, unless it `goes_on`; then its lines are also what an empty line
** repeats, as if they were typed. False: files ask for files too deeply, or there is no memory.
*/
bool cmd_queue_file(struct cmd *c, const char *name, const char *text, size_t n, bool goes_on);
/* Is anything queued? */
bool cmd_queued(const struct cmd *c);
/* Forgets what is queued. */
void cmd_clear_queue(struct cmd *c);

/* What the prompt is; valid until it changes. */
const char *cmd_prompt(const struct cmd *c);
void cmd_set_prompt(struct cmd *c, const char *prompt);
/* How many more pairs of parentheses stand around the prompt: `((xdb)) ` at 1. */
void cmd_set_level(struct cmd *c, unsigned level);
unsigned cmd_level(const struct cmd *c);
/* From its handler: what an empty line runs next instead of this line; n == 0: nothing. */
void cmd_repeat_as(struct cmd *c, const char *line, size_t n);
/* What that is now; "" for nothing. Valid until the next line is run. */
const char *cmd_repeated(const struct cmd *c, size_t *n);
/* The row that the line's first word means, through aliases; NULL for a statement or an empty line. */
const struct cmd_row *cmd_resolve(struct cmd *c, const char *line, size_t n);
/* The row with this name, or NULL. */
const struct cmd_row *cmd_find(const struct cmd *c, const char *name, size_t n);

void cmd_write(struct cmd *c, const char *text, size_t n);
void cmd_printf(struct cmd *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `*** TEXT` and a newline. */
void cmd_error(struct cmd *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* From a handler: it has failed, and has said why. cmd_error and cmd_invalid do this, too. */
void cmd_failed(struct cmd *c);
/* `*** Invalid argument: ARG` and the usage. Returns CMD_AGAIN, to end a handler with. */
int cmd_invalid(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n);
int cmd_missing(struct cmd *c, const struct cmd_row *row); /* the argument is */

/* Handlers and completers for the rows of `help`, `alias`, `unalias`. */
cmd_handler cmd_do_help, cmd_do_alias, cmd_do_unalias;
cmd_completer cmd_complete_help, cmd_complete_alias;
/* Calls `each` for every alias in the order of the names, text as typed: for whoever saves them. */
void cmd_each_alias(const struct cmd *c,
                    void (*each)(void *user, const char *name, const char *text), void *user);

/* All that may stand at `at`, sorted. */
void cmd_complete(struct cmd *c, const struct line_at *at, struct words *out);

/* Calls `each` for every name of a row. */
void cmd_names(const struct cmd_row *row, void (*each)(void *user, const char *name, size_t n),
               void *user);
/* Appends the words in as few rows of at most `width` columns as they need, column by column. */
void cmd_columnize(const struct words *w, size_t width, struct buffer *out);
/* A heading, a ruler, the words in columns and an empty line; nothing for no words. */
void cmd_topics(struct cmd *c, const char *header, const struct words *w);

#endif
