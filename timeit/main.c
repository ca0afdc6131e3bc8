/* xtimeit: options in, exit status out. */
#include "cli/options.h"
#include "cli/script.h"
#include "cli/term.h"
#include "core/file.h"
#include "timeit/progress.h"
#include "timeit/report.h"

#include <errno.h>
#include <lauxlib.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- the command line ---- */

struct arguments {
    long long number, repeat;
    bool repeat_given;
    const char *unit, *json, *timer;
    double target; /* 0: not given */
    int verbose;
    bool process, compare, stats, baseline, memory, gc, csv;
    struct option_list setup;
};

static int take_repeat(void *target, const char *value, struct xdb_error *e)
{
    struct arguments *a = target;
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (end == value || *end)
        return error_set(e, XDB_EINVAL, "invalid int value: '%s'", value);
    if (errno || n > INT_MAX)
        return error_set(e, XDB_EINVAL, "too large: '%s'", value);
    a->repeat = n < 1 ? 1 : n;
    a->repeat_given = true;
    return 0;
}

static int take_number(void *target, const char *value, struct xdb_error *e)
{
    struct arguments *a = target;
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (end == value || *end)
        return error_set(e, XDB_EINVAL, "invalid int value: '%s'", value);
    if (errno || n < 0)
        return error_set(e, XDB_EINVAL, "must not be negative or too large: '%s'", value);
    a->number = n;
    return 0;
}

static int take_target(void *target, const char *value, struct xdb_error *e)
{
    struct arguments *a = target;
    char *end;
    double seconds = strtod(value, &end);
    if (end == value || *end)
        return error_set(e, XDB_EINVAL, "invalid float value: '%s'", value);
    if (!(seconds > 0) || seconds > 1e9)
        return error_set(e, XDB_EINVAL, "must be above 0 and finite: '%s'", value);
    a->target = seconds;
    return 0;
}

#define FIELD(name) offsetof(struct arguments, name)

static const struct option_row rows[] = {
    {'n', "number", "N", "how many times to execute the statement (default: see below)",
     .kind = OPTION_ACTION, .flags = OPTION_ANY, .action = take_number},
    {'r', "repeat", "N",
     "how many times to repeat the measurement (default 5; 20 with --stats, 25 with --compare)",
     .kind = OPTION_ACTION, .flags = OPTION_ANY, .action = take_repeat},
    {'s', "setup", "CODE",
     "executed once before each measurement, not timed; its locals are the statement's too. "
     "Several are its lines",
     .kind = OPTION_LIST, .offset = FIELD(setup), .flags = OPTION_ANY},
    {'p', "process", NULL, "measure the processor time of the process, not the time that passes",
     .kind = OPTION_FLAG, .offset = FIELD(process), .exclusive = 1},
    {'u', "unit", "UNIT", "write times in nsec, usec, msec or sec", .kind = OPTION_STRING,
     .offset = FIELD(unit)},
    {'t', "target-time", "SECONDS",
     "without -n, how long a measurement should take at least (default 0.2; 0.05 with --stats, "
     "0.02 with --compare)",
     .kind = OPTION_ACTION, .flags = OPTION_ANY, .action = take_target},
    {'v', "verbose", NULL, "print the raw times too; each further -v adds a digit",
     .kind = OPTION_COUNT, .offset = FIELD(verbose)},
    {0, "timer", "CODE", "a Lua expression: a function that returns the time in seconds",
     .kind = OPTION_STRING, .offset = FIELD(timer), .flags = OPTION_ANY, .exclusive = 1},
    {0, "compare", NULL,
     "each argument is a statement of its own; they are run in turn and compared with the first",
     .kind = OPTION_FLAG, .offset = FIELD(compare)},
    {0, "stats", NULL, "print median, mean, deviation, outliers and a histogram",
     .kind = OPTION_FLAG, .offset = FIELD(stats)},
    {0, "baseline", NULL, "subtract the time of the empty loop", .kind = OPTION_FLAG,
     .offset = FIELD(baseline)},
    {0, "memory", NULL, "count the bytes and objects that a loop allocates", .kind = OPTION_FLAG,
     .offset = FIELD(memory)},
    {0, "gc", NULL, "leave garbage collection on, and tell its share of the time",
     .kind = OPTION_FLAG, .offset = FIELD(gc)},
    {0, "csv", NULL, "print a table of comma-separated values, times in seconds",
     .kind = OPTION_FLAG, .offset = FIELD(csv)},
    {0, "json", "FILE", "save everything in a file; - prints it in place of the report",
     .kind = OPTION_STRING, .offset = FIELD(json), .offer = OFFER_FILES},
    {'V', "version", NULL, "print the version and exit", .kind = OPTION_VERSION},
    {'h', "help", NULL, "print this help and exit", .kind = OPTION_HELP},
    {0},
};

static const struct option_operand operands[] = {
    {"statement",
     "what to time, a statement or an expression (default: nothing). Several are the lines of one",
     0, 0, OFFER_NOTHING},
    {0},
};

static const struct options spec = {
    .prog = "xtimeit",
    .version = "xtimeit " XDB_VERSION " (" LUA_RELEASE ")",
    .usage = "[-n N] [-r N] [-u UNIT] [-s CODE] [-p] [-v] [-t SECONDS] [-h] [--] [statement ...]",
    .description = "Tool for measuring the execution time of small pieces of Lua.",
    .epilog =
        "A statement of several lines may be given by passing each line as an argument of its own; "
        "several -s likewise. Use -- before a statement that begins with -.\n\n"
        "If -n is not given, a suitable number of loops is found by trying 1, 2, 5, 10, 20, 50, "
        "... "
        "until the total time is at least that of -t.\n\n"
        "The loop itself takes a little time, which is not hidden: run without arguments to see "
        "it, or use --baseline. Garbage collection is off while timing; "
        "collectgarbage(\"restart\") "
        "in the setup turns it on.",
    .rows = rows,
    .operands = operands,
};

static int fail_usage(const char *text)
{
    fprintf(stderr, "%s\nuse -h/--help for command line help\n", text);
    return 2;
}

/* Python's words for an option that there is not. */
static int tell_wrong_option(const struct xdb_error *e)
{
    static const char known[] = "unrecognized arguments: ";
    char text[XDB_ERROR_SIZE + 40];
    if (strncmp(e->text, known, sizeof known - 1) != 0)
        return fail_usage(e->text);
    const char *name = e->text + sizeof known - 1;
    int len = name[1] == '-' ? (int)strcspn(name, " =") : 2;
    snprintf(text, sizeof text, "option %.*s not recognized", len, name);
    return fail_usage(text);
}

/*
** An option behind the statement would be a line of it, and to Lua a comment: a wish that nobody hears.
** NULL when there is none.
*/
static const char *late_option(const struct options_rest *rest)
{
    for (int i = 0; i < rest->count && !rest->dashes; i++) {
        const char *word = rest->items[i];
        size_t len = strcspn(word, "=");
        for (const struct option_row *row = rows; strncmp(word, "--", 2) == 0 && row->kind; row++)
            if (row->name && strlen(row->name) == len - 2 &&
                memcmp(row->name, word + 2, len - 2) == 0)
                return word;
    }
    return NULL;
}

/* 0 to go on, or the exit status. */
static int check_arguments(const struct arguments *a, const struct options_rest *rest)
{
    if (a->unit && !format_is_unit(a->unit)) {
        fprintf(stderr, "Unrecognized unit. Please select nsec, usec, msec, or sec.\n");
        return 2;
    }
    if (a->compare && rest->count < 2)
        return fail_usage("--compare needs two statements or more");
    const char *late = late_option(rest);
    if (late) {
        char text[XDB_ERROR_SIZE];
        snprintf(text, sizeof text, "option %.*s must stand before the statement", 40, late);
        return fail_usage(text);
    }
    return 0;
}

/* ---- measuring ---- */

struct command {
    struct arguments arguments;
    struct session_order order;
    struct report_style style;
    struct buffer setup, stmt; /* the joined pieces */
    const char *one;           /* the statement when there is no other */
    struct buffer out, doubts; /* written when all is well */
    bool measured;             /* there is something to write */
    locale_t plain;            /* in which numbers are written as in C */
    int status;
};

/* Everything is held back until the end: when the code fails, nothing stands on stdout. */
static void note_tried(void *user, long long number, double seconds)
{
    struct command *c = user;
    locale_t its = uselocale(c->plain); /* the measured code's stays as it is */
    if (c->arguments.verbose && !c->arguments.csv)
        report_tried(&c->out, &c->style.format, number, seconds);
    progress_say("looking for the number of loops: %lld took %.3g s", number, seconds);
    uselocale(its);
}

static void note_statement(void *user, size_t index)
{
    struct command *c = user;
    if (c->arguments.verbose && c->arguments.compare && !c->arguments.csv)
        buffer_addf(&c->out, "%sstatement %zu\n", index ? "\n" : "", index + 1);
    progress_say("looking for the number of loops");
}

static void note_round(void *user, int round)
{
    struct command *c = user;
    progress_say("run %d of %d", round, c->order.rounds);
}

static void tell_error(struct command *c, const struct session *s, const struct xdb_error *e)
{
    const char *text = s->traceback.len ? s->traceback.data : e->text;
    fprintf(stderr, "xtimeit: %s%s", text, s->traceback.len ? "" : "\n");
    c->status = 1;
}

/* JSON in place of the report. */
static bool json_is_printed(const struct arguments *a)
{
    return a->json && strcmp(a->json, "-") == 0;
}

static int give_json(struct command *c, const struct session *s, struct xdb_error *e)
{
    const char *path = c->arguments.json;
    json_t *root = report_as_json(s);
    if (!root)
        return error_set(e, XDB_ENOMEM, "not enough memory");
    int code;
    if (json_is_printed(&c->arguments)) {
        buffer_clear(&c->out);
        code = file_json_text("the report", root, REPORT_FORMAT, REPORT_VERSION, &c->out, e);
    } else
        code = file_json_save(path, root, REPORT_FORMAT, REPORT_VERSION, e);
    json_decref(root);
    return code;
}

static void make_report(struct command *c, const struct session *s)
{
    const struct arguments *a = &c->arguments;
    struct xdb_error e;
    c->measured = true;
    if (a->csv)
        report_as_csv(&c->out, s);
    else {
        if (c->out.len)
            buffer_addc(&c->out, '\n');
        report_as_text(&c->out, &c->doubts, s, &c->style);
    }
    if (a->json && give_json(c, s, &e) < 0) {
        fprintf(stderr, "xtimeit: %s\n", e.text);
        c->status = 1;
    }
}

static void measure(lua_State *L, struct command *c)
{
    const struct session_events events = {note_statement, note_tried, note_round, c};
    struct session s;
    struct xdb_error e;
    if (isatty(STDERR_FILENO))
        progress_start(STDERR_FILENO);
    int code = session_run(L, &c->order, &events, &s, &e);
    progress_stop();
    setlocale(LC_NUMERIC, "C"); /* the measured code may have set another */
    if (code < 0)
        tell_error(c, &s, &e);
    else
        make_report(c, &s);
    session_release(&s);
}

/* The current folder is the first place to look for modules. */
static int put_here_first(lua_State *L)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "path");
    lua_pushfstring(L, "./?.lua;./?/init.lua;%s", luaL_optstring(L, -1, ""));
    lua_setfield(L, -3, "path");
    return 0;
}

/* A state stands as for `lua -e ""`, LUA_INIT done. */
static void on_finished(lua_State *L, enum script_end end, void *data)
{
    struct command *c = data;
    if (end != SCRIPT_FINISHED) {
        c->status = 1;
        return;
    }
    lua_pushcfunction(L, put_here_first);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        lua_pop(L, 1); /* LUA_INIT has done away with package */
    measure(L, c);
}

/* ---- the whole ---- */

static void join(struct buffer *b, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_adds(b, i ? "\n" : "");
        buffer_adds(b, lines[i]);
    }
}

static bool is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *value = NULL;
    for (int i = 0; i < 3 && !value; i++)
        value = term_getenv(&term_environ, names[i]);
    const char *dot = value ? strchr(value, '.') : NULL;
    return dot && (strncasecmp(dot, ".utf-8", 6) == 0 || strncasecmp(dot, ".utf8", 5) == 0);
}

static void prepare_order(struct command *c, const struct options_rest *rest)
{
    const struct arguments *a = &c->arguments;
    join(&c->setup, a->setup.items, a->setup.count);
    join(&c->stmt, (const char *const *)rest->items, (size_t)rest->count);
    c->one = c->stmt.data;
    c->order =
        (struct session_order){.stmts = a->compare ? (const char *const *)rest->items : &c->one,
                               .count = a->compare ? (size_t)rest->count : 1,
                               .setup = c->setup.data,
                               .number = a->number,
                               .rounds = a->repeat_given ? (int)a->repeat
                                         : a->compare    ? 25
                                         : a->stats      ? 20
                                                         : XDB_TIMEIT_REPEAT,
                               .target = a->target > 0 ? a->target
                                         : a->compare  ? 0.02
                                         : a->stats    ? 0.05
                                                       : XDB_TIMEIT_TARGET,
                               .clock = a->process ? XDB_TIMER_CPU : XDB_TIMER_WALL,
                               .timer = a->timer,
                               .baseline = a->baseline,
                               .memory = a->memory,
                               .gc = a->gc};
}

static void prepare_style(struct command *c)
{
    enum { most_verbose = 15 }; /* a double has no more digits */
    const struct arguments *a = &c->arguments;
    bool colors = term_colors(&term_environ, STDOUT_FILENO);
    c->style = (struct report_style){
        .format = {.precision = a->verbose > most_verbose ? most_verbose + 2
                                : a->verbose > 1          ? a->verbose + 2
                                                          : 3,
                   .unit = a->unit,
                   .colors = colors && !a->csv ? &format_colored : &format_plain,
                   .utf8 = is_utf8()},
        .raw = a->verbose > 0,
        .stats = a->stats,
        .compare = a->compare,
        .columns = term_width(&term_environ, STDOUT_FILENO)};
}

/* What a timer can see is looked at, and told with -v. */
static void tell_resolution(const struct command *c)
{
    struct buffer b;
    if (!c->arguments.verbose || c->arguments.timer)
        return;
    buffer_init(&b);
    format_time_plain(&b, &c->style.format, xdb_timer_resolution(c->order.clock));
    fprintf(stderr, "timer resolution: %s\n", b.data);
    buffer_release(&b);
}

static void write_out(struct command *c)
{
    if (c->out.failed || c->doubts.failed) {
        fprintf(stderr, "xtimeit: not enough memory\n");
        c->status = 1;
        return;
    }
    fwrite(c->out.data, 1, c->out.len, stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "xtimeit: cannot write the report: %s\n", strerror(errno));
        c->status = 1;
    }
    fwrite(c->doubts.data, 1, c->doubts.len, stderr);
}

static int run(struct command *c, const struct options_rest *rest)
{
    static char *switches[] = {"-e", ""};
    const struct script_events events = {.finished = on_finished};
    const struct script_options options = {
        .progname = "xtimeit", .nswitches = 2, .switches = switches, .events = &events, .data = c};
    buffer_init(&c->setup);
    buffer_init(&c->stmt);
    buffer_init(&c->out);
    buffer_init(&c->doubts);
    c->plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    prepare_order(c, rest);
    prepare_style(c);
    if (script_run(&options, NULL) != 0)
        c->status = 1;
    if (c->measured) {
        tell_resolution(c);
        write_out(c);
    }
    buffer_release(&c->setup);
    buffer_release(&c->stmt);
    buffer_release(&c->out);
    buffer_release(&c->doubts);
    if (c->plain)
        freelocale(c->plain);
    return c->status;
}

int main(int argc, char **argv)
{
    struct command c = {.status = 0};
    struct options_rest rest;
    struct xdb_error e;
    int width = term_width(&term_environ, STDOUT_FILENO);
    int parsed = options_parse(&spec, argc, argv, &c.arguments, &rest, &e);
    int status;
    if (parsed < 0)
        status = tell_wrong_option(&e);
    else if (parsed != OPTIONS_RUN)
        status = options_report(&spec, parsed, &e, width, stdout, stderr);
    else
        status = check_arguments(&c.arguments, &rest);
    if (parsed == OPTIONS_RUN && status == 0)
        status = run(&c, &rest);
    options_release(&spec, &c.arguments, &rest);
    return status;
}
