#include "profiler/browse.h"

#include "cli/cmd.h"
#include "cli/lineedit.h"
#include "cli/term.h"
#include "profiler/stats.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct browser {
    struct xdb_stats *stats; /* NULL: none loaded */
    struct buffer name;      /* of the file loaded */
    struct lineedit *edit;
    bool interrupted;
    int failure; /* errno of an answer that could not be written, or 0 */
};

enum { MAX_WORDS = 64 };

/* ---- words of a line -------------------------------------------------------------------------- */

/* The words of an argument, in a copy that they point into. */
struct words_of {
    char *copy;
    const char *words[MAX_WORDS];
    size_t n;
};

static bool split(const char *arg, struct words_of *w)
{
    w->n = 0;
    w->copy = strdup(arg);
    char *state = NULL;
    for (char *s = w->copy ? strtok_r(w->copy, " \t", &state) : NULL; s && w->n < MAX_WORDS;
         s = strtok_r(NULL, " \t", &state))
        w->words[w->n++] = s;
    return w->copy != NULL;
}

static void write_text(void *user, const char *text, size_t n)
{
    struct browser *b = user;
    if (fwrite(text, 1, n, stdout) < n && b->failure == 0)
        b->failure = errno;
}

static void write_cmd(void *user, const char *text, size_t n)
{
    cmd_write(user, text, n);
}

/* ---- loading ---------------------------------------------------------------------------------- */

/* The complaint without the name of the file, which the user has just typed. */
static const char *reason(const struct xdb_error *err, const char *file)
{
    static const char cannot[] = "cannot read ";
    const char *text = err->text;
    size_t n = strlen(file);
    if (strncmp(text, cannot, sizeof cannot - 1) == 0)
        text += sizeof cannot - 1;
    bool named = strncmp(text, file, n) == 0 && strncmp(text + n, ": ", 2) == 0;
    return named ? text + n + 2 : err->text;
}

/* Loads a file in place of what there is; on failure says why and keeps that. */
static bool read_file(struct browser *b, struct cmd *c, const char *file)
{
    struct xdb_error err = {"not enough memory"};
    struct xdb_stats *s = xdb_stats_new();
    if (!s || xdb_stats_load(s, file, &err) < 0) {
        cmd_printf(c, "%s\n", reason(&err, file));
        xdb_stats_free(s);
        return false;
    }
    xdb_stats_free(b->stats);
    b->stats = s;
    if (file != b->name.data) {
        buffer_clear(&b->name);
        buffer_adds(&b->name, file);
    }
    struct buffer prompt;
    buffer_init(&prompt);
    buffer_addf(&prompt, "%s%% ", file);
    cmd_set_prompt(c, prompt.data);
    buffer_release(&prompt);
    return true;
}

static int do_read(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct browser *b = cmd_user(c);
    (void)row;
    if (n)
        read_file(b, c, arg);
    else if (b->name.len)
        read_file(b, c, b->name.data);
    else
        cmd_printf(c, "No statistics object is current -- cannot reload.\n");
    return CMD_AGAIN;
}

static bool loaded(const struct browser *b, struct cmd *c)
{
    if (!b->stats)
        cmd_printf(c, "No statistics object is loaded.\n");
    return b->stats != NULL;
}

static int do_add(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct browser *b = cmd_user(c);
    struct xdb_error err = {""};
    (void)row, (void)n;
    if (loaded(b, c) && xdb_stats_load(b->stats, arg, &err) < 0)
        cmd_printf(c, "Failed to load statistics for %s: %s\n", arg, reason(&err, arg));
    return CMD_AGAIN;
}

/* ---- tables ----------------------------------------------------------------------------------- */

/* A number of functions, a part of them, or a regular expression; false when it is to be ignored. */
static bool restriction(struct cmd *c, const char *word, struct xdb_restriction *out)
{
    char *end;
    errno = 0;
    long long count = strtoll(word, &end, 10);
    if (end != word && !*end && !errno) {
        *out = (struct xdb_restriction){.kind = XDB_RESTRICT_COUNT, .count = count};
        return true;
    }
    double fraction = strtod(word, &end);
    if (end != word && !*end) {
        *out = (struct xdb_restriction){.kind = XDB_RESTRICT_FRACTION, .fraction = fraction};
        if (fraction >= 0 && fraction <= 1)
            return true;
        cmd_printf(c, "Fraction argument must be in [0, 1]\n");
        return false;
    }
    *out = (struct xdb_restriction){.kind = XDB_RESTRICT_REGEX, .regex = word};
    return true;
}

static int print(struct cmd *c, enum xdb_stats_table table, const char *arg)
{
    struct browser *b = cmd_user(c);
    struct xdb_restriction restrictions[MAX_WORDS];
    struct words_of w;
    struct xdb_error err = {"not enough memory"};
    size_t n = 0;
    bool good = split(arg, &w);
    for (size_t i = 0; i < w.n; i++)
        n += restriction(c, w.words[i], &restrictions[n]);
    if (!good)
        cmd_error(c, "%s", err.text);
    else if (loaded(b, c) &&
             xdb_stats_print(b->stats, table, restrictions, n, write_cmd, c, &err) < 0)
        cmd_error(c, "%s", err.text);
    free(w.copy);
    return CMD_AGAIN;
}

static int do_stats(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row, (void)n;
    return print(c, XDB_STATS_FUNCTIONS, arg);
}

static int do_callers(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row, (void)n;
    return print(c, XDB_STATS_CALLERS, arg);
}

static int do_callees(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row, (void)n;
    return print(c, XDB_STATS_CALLEES, arg);
}

/* ---- order ------------------------------------------------------------------------------------ */

static int do_sort(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct browser *b = cmd_user(c);
    struct words_of w;
    struct xdb_error err;
    (void)row, (void)n;
    if (!loaded(b, c))
        return CMD_AGAIN;
    if (!split(arg, &w) || w.n == 0 || xdb_stats_sort(b->stats, w.words, w.n, &err) < 0) {
        const char *name, *meaning;
        cmd_printf(c, "Valid sort keys (unique prefixes are accepted):\n");
        for (size_t i = 0; xdb_stats_key(i, &name, &meaning); i++)
            cmd_printf(c, "%s -- %s\n", name, meaning);
    }
    free(w.copy);
    return CMD_AGAIN;
}

static void complete_sort(struct cmd *c, const struct line_at *at, struct words *out)
{
    const char *name, *meaning;
    (void)c;
    for (size_t i = 0; xdb_stats_key(i, &name, &meaning); i++)
        words_offer(out, at, name);
}

static void complete_file(struct cmd *c, const struct line_at *at, struct words *out)
{
    (void)c;
    words_offer_files(out, at, NULL, NULL);
}

/* Names of functions, which are the expressions that are typed most. */
static void complete_function(struct cmd *c, const struct line_at *at, struct words *out)
{
    const struct browser *b = cmd_user(c);
    for (size_t i = 0; b->stats && i < b->stats->nfunctions; i++)
        words_offer(out, at, b->stats->functions[stats_at(b->stats, i)].name);
}

static int do_reverse(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct browser *b = cmd_user(c);
    (void)row, (void)arg, (void)n;
    if (loaded(b, c))
        xdb_stats_reverse(b->stats);
    return CMD_AGAIN;
}

static int do_strip(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct browser *b = cmd_user(c);
    struct xdb_error err;
    (void)row, (void)arg, (void)n;
    if (loaded(b, c) && xdb_stats_strip_dirs(b->stats, &err) < 0)
        cmd_error(c, "%s", err.text);
    return CMD_AGAIN;
}

static int do_quit(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)c, (void)row, (void)arg, (void)n;
    return CMD_STOP;
}

/* ---- the table -------------------------------------------------------------------------------- */

#define ARGUMENTS                                                                                  \
    "Arguments may be:\n"                                                                          \
    "* An integer maximum number of entries to print.\n"                                           \
    "* A decimal fractional number between 0 and 1, controlling\n"                                 \
    "  what fraction of selected entries to print.\n"                                              \
    "* A regular expression; only entries with function names\n"                                   \
    "  that match it are printed."

static const struct cmd_row rows[] = {
    {.names = "add",
     .summary = "Add profile info from given file to current statistics object.",
     .run = do_add,
     .complete = complete_file},
    {.names = "callees",
     .summary = "Print callees statistics from the current stat object.\n" ARGUMENTS,
     .run = do_callees,
     .complete = complete_function},
    {.names = "callers",
     .summary = "Print callers statistics from the current stat object.\n" ARGUMENTS,
     .run = do_callers,
     .complete = complete_function},
    {.names = "EOF", .summary = "Leave the profile browser.", .run = do_quit, .flags = CMD_AT_EOF},
    {.names = "quit", .summary = "Leave the profile browser.", .run = do_quit},
    {.names = "read",
     .summary = "Read in profile data from a specified file.\n"
                "Without argument, reload the current file.",
     .run = do_read,
     .complete = complete_file},
    {.names = "reverse",
     .summary = "Reverse the sort order of the profiling report.",
     .run = do_reverse},
    {.names = "sort",
     .summary = "Sort profile data according to specified keys.\n"
                "(Typing `sort' without arguments lists valid keys.)",
     .run = do_sort,
     .complete = complete_sort},
    {.names = "stats",
     .summary = "Print statistics from the current stat object.\n" ARGUMENTS,
     .run = do_stats,
     .complete = complete_function},
    {.names = "strip",
     .summary = "Strip leading path information from filenames in the report.",
     .run = do_strip},
    {.names = "help",
     .summary = "Show help for a given command.",
     .run = cmd_do_help,
     .complete = cmd_complete_help},
    {.names = NULL},
};

/* ---- the prompt ------------------------------------------------------------------------------- */

static int read_line(void *user, const char *prompt, struct buffer *line)
{
    struct browser *b = user;
    return lineedit_read(b->edit, prompt, line);
}

static int interrupted(struct cmd *c)
{
    struct browser *b = cmd_user(c);
    b->interrupted = true;
    return CMD_STOP;
}

static void complete(void *user, const struct line_at *at, struct words *out)
{
    cmd_complete(*(struct cmd **)user, at, out);
}

int browse_files(int n, char **files)
{
    struct browser b = {.stats = NULL};
    struct cmd *c = cmd_new(&(struct cmd_config){
        .rows = rows,
        .face = {.read = read_line, .write = write_text, .interrupted = interrupted},
        .user = &b,
        .prompt = "% ",
    });
    b.edit = lineedit_new(&(struct lineedit_config){
        .in = stdin, .out = stdout, .name = "xprof", .complete = complete, .user = &c});
    buffer_init(&b.name);
    bool good = c && b.edit;
    if (good) {
        for (int i = 0; i < n; i++)
            if (i == 0)
                read_file(&b, c, files[i]);
            else
                do_add(c, rows, files[i], strlen(files[i]));
        cmd_printf(c, "Welcome to the profile statistics browser.\n");
        cmd_loop(c);
        if (!b.interrupted)
            cmd_printf(c, "Goodbye.\n");
        if (fflush(stdout) != 0 && b.failure == 0)
            b.failure = errno;
        if (b.failure)
            fprintf(stderr, "xprof: cannot write to standard output: %s\n", strerror(b.failure));
    } else
        fputs("xprof: not enough memory\n", stderr);
    lineedit_free(b.edit);
    cmd_free(c);
    buffer_release(&b.name);
    xdb_stats_free(b.stats);
    return good && b.failure == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
