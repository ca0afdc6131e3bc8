/*
** xdb: options in, exit status out. The only place of the debugger that reads the environment, and the one
** that owns the process's signals.
*/
#include "cli/lineedit.h"
#include "cli/options.h"
#include "cli/process.h"
#include "cli/script.h"
#include "cli/term.h"
#include "core/error.h"
#include "pdb/pdb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct settings {
    struct option_list commands;
    const char *module;
    bool tty, no_tty;
};

static const struct option_row rows[] = {
    {.letter = 'h', .name = "help", .help = "show this help message and exit", .kind = OPTION_HELP},
    {.letter = 'c',
     .name = "command",
     .arg = "command",
     .help = "a command to run before any is read, as if it stood at the end of the rc file; may "
             "be given several times",
     .kind = OPTION_LIST,
     .offset = offsetof(struct settings, commands),
     .flags = OPTION_ANY},
    {.letter = 'm',
     .arg = "module",
     .help = "debug the module that require would find under this name, as a script",
     .kind = OPTION_STRING,
     .offset = offsetof(struct settings, module),
     .flags = OPTION_STOPS,
     .offer = OFFER_MODULES},
    {.name = "tty",
     .help = "read commands from the terminal and leave standard input to the program; so it is "
             "without this option when standard output is a terminal and standard input is not",
     .kind = OPTION_FLAG,
     .offset = offsetof(struct settings, tty),
     .exclusive = 1},
    {.name = "no-tty",
     .help = "read commands from standard input, whatever it is",
     .kind = OPTION_FLAG,
     .offset = offsetof(struct settings, no_tty),
     .exclusive = 1},
    {.letter = 'V', .name = "version", .help = "show the version and exit", .kind = OPTION_VERSION},
    {.kind = OPTION_END},
};

static const struct option_operand operands[] = {
    {"script", "the program to debug; \"-\" is standard input", 0, 1, OFFER_SCRIPTS},
    {"args", "its arguments", 0, 0, OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

static const struct options spec = {
    .prog = "xdb",
    .version = "xdb " XDB_VERSION,
    .usage = "[-h] [-c command] [--tty | --no-tty] (-m module | script) [args ...]",
    .description = "Debug the Lua program in the file `script`, or with -m a module that is found "
                   "along package.path. The "
                   "program starts at its first line and waits for commands there; `help` at the "
                   "prompt shows them. What stands "
                   "behind the script belongs to the program.\n\n"
                   "To let the program run until an error occurs, use \"-c continue\". To let it "
                   "run up to line X, use \"-c "
                   "'until X'\".",
    .rows = rows,
    .operands = operands,
};

static void interrupt(void *data)
{
    xdb_pdb_interrupt(data);
}

static void leave(void *data)
{
    lineedit_restore();
    process_on_interrupt(NULL, NULL, PROCESS_EVERY);
    xdb_pdb_free(data); /* also when the program called os.exit: the history is to be kept */
}

/* Where the person is. */
struct talk {
    FILE *in, *out;
};

/*
** Finds out whether the person is to be talked to on the terminal although standard input is something else:
** the program's, most likely, when its output is looked at on a terminal. 0, or a negative code.
*/
static int find_person(const struct settings *s, struct talk *t, struct xdb_error *err)
{
    bool watched = isatty(STDOUT_FILENO);
    *t = (struct talk){stdin, stdout};
    if (s->no_tty || (!s->tty && (isatty(STDIN_FILENO) || !watched)))
        return 0;
    FILE *in = fopen("/dev/tty", "re");
    FILE *out = watched || !in ? stdout : fopen("/dev/tty", "we");
    if (!in && !s->tty)
        return 0; /* a terminal, but not ours to read from */
    if (!in || !out) {
        error_set(err, XDB_EIO, "cannot open the terminal: %s", strerror(errno));
        if (in)
            fclose(in);
        return XDB_EIO;
    }
    *t = (struct talk){in, out};
    if (!s->tty)
        fputs("(commands are read from the terminal; standard input is the program's: see "
              "--no-tty)\n",
              out);
    return 0; // cppcheck-suppress resourceLeak ; the files are in *t, for as long as the process
}

static struct xdb_pdb *make(const struct settings *s, const struct talk *t)
{
    struct buffer history;
    buffer_init(&history);
    bool keeps = lineedit_history_path(&term_environ, &history);
    struct xdb_pdb *p = xdb_pdb_new(&(struct xdb_pdb_config){
        .in = t->in,
        .out = t->out,
        .history = keeps ? history.data : NULL,
        .home = term_getenv(&term_environ, "HOME"),
        .read_rc = true,
        .colors = term_colors(&term_environ, fileno(t->out)),
        .commands = s->commands.items,
        .ncommands = s->commands.count,
    });
    buffer_release(&history);
    return p;
}

static int debug(const struct settings *s, int argc, char **argv)
{
    struct xdb_error err;
    if (!s->module && script_check(argv[0], &err) < 0) {
        printf("Error: %s\n", err.text);
        return EXIT_FAILURE;
    }
    struct talk talk;
    if (find_person(s, &talk, &err) < 0) {
        fprintf(stderr, "xdb: %s\n", err.text);
        return EXIT_FAILURE;
    }
    struct xdb_pdb *debugger = make(s, &talk);
    if (!debugger) {
        fputs("xdb: not enough memory\n", stderr);
        return EXIT_FAILURE;
    }
    process_at_exit(leave, debugger);
    process_on_interrupt(interrupt, debugger, PROCESS_EVERY);
    return xdb_pdb_run_script(debugger, s->module, argc, argv);
}

/* What to do without a script. */
static int nothing_to_debug(const struct options_rest *rest, int width)
{
    if (rest->dashes)
        return options_fail(&spec, width, stderr, "missing script or module to run");
    struct xdb_error none = {""};
    options_report(&spec, OPTIONS_HELP, &none, width, stdout, stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct settings settings = {.module = NULL};
    struct options_rest rest = {NULL, 0, false};
    struct xdb_error err = {""};
    int width = term_width(&term_environ, STDOUT_FILENO);
    int parsed = options_parse(&spec, argc, argv, &settings, &rest, &err);
    int status = options_report(&spec, parsed, &err, width, stdout, stderr);
    if (status < 0 && rest.count == 0 && !settings.module)
        status = nothing_to_debug(&rest, width);
    if (status < 0)
        status = debug(&settings, rest.count, rest.items);
    options_release(&spec, &settings, &rest);
    return process_check_output("xdb", status);
}
