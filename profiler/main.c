/*
** xprof: options in, a report out. The only place of the profiler that reads the environment, and the one
** that owns the process's signals.
*/
#include "cli/options.h"
#include "cli/process.h"
#include "cli/script.h"
#include "cli/term.h"
#include "core/file.h"
#include "profiler/browse.h"
#include "profiler/decimal.h"
#include "profiler/export.h"
#include "profiler/settings.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the command line ------------------------------------------------------------------------- */

enum { USUAL_RATE = 1000 }; /* samples a second */

struct settings {
    const char *outfile, *sort, *format, *timer, *module;
    double bias;
    double rate;
    bool sample, bias_given, no_builtins, no_subcalls, browse, calibrate;
    long long limit;
};

static const char *const sort_keys[] = {"calls",   "cumtime", "cumulative", "filename", "line",
                                        "module",  "name",    "ncalls",     "nfl",      "pcalls",
                                        "stdname", "time",    "tottime",    NULL};
static const char *const timers[] = {"wall", "cpu", NULL};

static int take_bias(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    char *end;
    double seconds = strtod(value, &end);
    if (end == value || *end || !(seconds >= 0 && seconds < 1))
        return error_set(e, XDB_EINVAL, "must be seconds from 0 to below 1: '%s'", value);
    s->bias = seconds;
    s->bias_given = true;
    return 0;
}

static int take_rate(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    char *end;
    double rate = strtod(value, &end);
    if (end == value || *end || !(rate > 0 && rate <= XDB_PROFILER_MAX_RATE))
        return error_set(e, XDB_EINVAL, "must be above 0 and at most %d: '%s'",
                         XDB_PROFILER_MAX_RATE, value);
    s->rate = rate;
    return 0;
}

static int take_outfile(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    if (!*value)
        return error_set(e, XDB_EINVAL, "the name of a file is empty");
    s->outfile = value;
    return 0;
}

static int take_format(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    if (!exporter_find(value)) {
        struct buffer names;
        buffer_init(&names);
        for (const struct exporter *const *x = exporters; *x; x++)
            buffer_addf(&names, "%s'%s'", x == exporters ? "" : ", ", (*x)->name);
        error_set(e, XDB_EINVAL, "invalid choice: '%s' (choose from %s)", value, names.data);
        buffer_release(&names);
        return XDB_EINVAL;
    }
    s->format = value;
    return 0;
}

static int take_limit(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    char *end;
    errno = 0;
    s->limit = strtoll(value, &end, 10);
    if (end == value || *end || errno || s->limit < 0)
        return error_set(e, XDB_EINVAL, "must be a number, 0 or more: '%s'", value);
    return 0;
}

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    {'h', "help", .help = "show this help message and exit", .kind = OPTION_HELP},
    {'o', "outfile", "FILE", "write the profile to FILE instead of printing a report",
     .kind = OPTION_ACTION, .action = take_outfile, .offer = OFFER_FILES},
    {'s', "sort", "KEY", "order of the report (default: cumulative)", OPTION_STRING, FIELD(sort),
     .choices = sort_keys},
    {0, "format", "FORMAT",
     "what to write: text, json, csv, pstats, callgrind, collapsed, speedscope, pprof or html; "
     "with "
     "-o and without this: json",
     .kind = OPTION_ACTION, .action = take_format},
    {'n', "limit", "N", "print only the first N functions", .kind = OPTION_ACTION,
     .flags = OPTION_ANY, .action = take_limit},
    {0, "timer", "TIMER",
     "what to measure: wall, the time that passes (default), or cpu, that of the process",
     OPTION_STRING, FIELD(timer), .choices = timers},
    {0, "no-builtins", .help = "C functions have no entries; their time is their callers'",
     .kind = OPTION_FLAG, .offset = FIELD(no_builtins)},
    {0, "no-subcalls", .help = "do not keep who called whom", .kind = OPTION_FLAG,
     .offset = FIELD(no_subcalls)},
    {0, "bias", "SECONDS",
     "what one call or return costs the profiler, to be taken off (default: what --calibrate "
     "found on this machine, or nothing)",
     .kind = OPTION_ACTION, .flags = OPTION_ANY, .action = take_bias},
    {0, "calibrate", .help = "measure that cost, remember it for this machine, and exit",
     .kind = OPTION_FLAG, .offset = FIELD(calibrate), .exclusive = 1},
    {0, "browse", .help = "look at profiles at a prompt: xprof --browse FILE ...",
     .kind = OPTION_FLAG, .offset = FIELD(browse), .exclusive = 1},
    {0, "sample", .help = "sample the program from time to time instead of hearing of every call",
     .kind = OPTION_FLAG, .offset = FIELD(sample)},
    {0, "rate", "HZ", "samples a second (default: 1000)", .kind = OPTION_ACTION,
     .flags = OPTION_ANY, .action = take_rate},
    {'m', NULL, "module", "profile the module that require would find under this name, as a script",
     OPTION_STRING, FIELD(module), .flags = OPTION_STOPS, .exclusive = 1, .offer = OFFER_MODULES},
    {'V', "version", .help = "show the version and exit", .kind = OPTION_VERSION},
    {.kind = OPTION_END},
};

static const struct option_operand operands[] = {
    {"script", "the program to profile; \"-\" is standard input", 0, 1, OFFER_SCRIPTS},
    {"args", "its arguments", 0, 0, OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

static const struct option_operand report_operands[] = {
    {"file", "profiles; several are added up", 1, 0, OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

/* The rows of `rows` that concern a report; their fields are the same. */
static struct option_row report_rows[sizeof rows / sizeof *rows];

static struct options report_spec = {
    .prog = "xprof report",
    .version = "xprof " XDB_VERSION,
    .usage = "[-s KEY] [-n N] [--format FORMAT] [-o FILE] FILE ...",
    .description = "Print, merge or convert profiles.",
    .rows = report_rows,
    .operands = report_operands,
    .mixed = true,
};

static const struct options *const subcommands[] = {&report_spec, NULL};

static const struct options spec = {
    .prog = "xprof",
    .version = "xprof " XDB_VERSION,
    .usage = "[-o FILE] [-s KEY] [-m module | script] [arg ...]",
    .description =
        "Run a Lua program and report where its time went: every function with how often it was "
        "called, its own time and that with all it called.\n\n"
        "  xprof report FILE ...    print, merge or convert profiles written with -o\n"
        "  xprof --browse FILE ...  look at them at a prompt",
    .rows = rows,
    .operands = operands,
    .subcommands = subcommands,
};

static void make_report_rows(void)
{
    size_t n = 0;
    for (const struct option_row *r = rows; r->kind != OPTION_END; r++)
        if (r->letter && r->letter != 'm')
            report_rows[n++] = *r;
        else if (r->name && strcmp(r->name, "format") == 0)
            report_rows[n++] = *r;
    report_rows[n].kind = OPTION_END;
}

/* ---- what comes out --------------------------------------------------------------------------- */

static void complain(const char *text)
{
    fprintf(stderr, "xprof: %s\n", text);
}

/* `user`: an int that becomes the first failure's errno. */
static void write_stdout(void *user, const char *text, size_t n)
{
    int *failure = user;
    if (fwrite(text, 1, n, stdout) < n && *failure == 0)
        *failure = errno;
}

static int end_stdout(int failure, struct xdb_error *err)
{
    if (fflush(stdout) != 0 && failure == 0)
        failure = errno;
    if (failure == 0)
        return 0;
    return error_set(err, XDB_EIO, "cannot write to standard output: %s", strerror(failure));
}

/* The table of functions, files without their folders. */
static int print_table(struct xdb_stats *s, const struct settings *set, xdb_stats_write *write,
                       void *user, struct xdb_error *err)
{
    const struct xdb_restriction first = {.kind = XDB_RESTRICT_COUNT, .count = set->limit};
    int failed = xdb_stats_strip_dirs(s, err);
    if (!failed)
        failed = xdb_stats_sort(s, &set->sort, 1, err);
    if (!failed)
        failed = xdb_stats_print(s, XDB_STATS_FUNCTIONS, &first, set->limit >= 0, write, user, err);
    return failed;
}

static int print_report(struct xdb_stats *s, const struct settings *set, struct xdb_error *err)
{
    int failure = 0, failed = print_table(s, set, write_stdout, &failure, err);
    return failed ? failed : end_stdout(failure, err);
}

static void write_buffer(void *user, const char *text, size_t n)
{
    buffer_add(user, text, n);
}

static int write_out(const struct settings *set, const struct buffer *text, struct xdb_error *err)
{
    if (text->failed)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    if (set->outfile)
        return file_write_atomic(set->outfile, text->data, text->len, err);
    int failure = 0;
    write_stdout(&failure, text->data, text->len);
    return end_stdout(failure, err);
}

/* Whether the report is wanted, and not one of the formats for other programs. */
static bool wants_table(const struct settings *set)
{
    return set->format ? strcmp(set->format, "text") == 0 : !set->outfile;
}

static int export_stats(struct xdb_stats *s, const struct settings *set, struct xdb_error *err)
{
    const struct exporter *x = exporter_find(set->format ? set->format : "json");
    struct buffer text;
    int failed;
    buffer_init(&text);
    if (wants_table(set))
        failed = print_table(s, set, write_buffer, &text, err);
    else {
        failed = xdb_stats_sort(s, &set->sort, 1, err);
        if (!failed)
            failed = x->write(s, &text, err);
    }
    if (!failed)
        failed = write_out(set, &text, err);
    buffer_release(&text);
    return failed;
}

/* Gives the profile its form: a report, or a file; 0 or 1. What cannot be written is printed. */
static int deliver(struct xdb_stats *s, const struct settings *set)
{
    struct xdb_error err = {""};
    struct decimal decimal;
    bool table = wants_table(set) && !set->outfile;
    /* a limit on the size of files is a failed write, not the end */
    void (*was)(int) = signal(SIGXFSZ, SIG_IGN);
    decimal_begin(&decimal);
    int failed = table ? print_report(s, set, &err) : export_stats(s, set, &err);
    if (failed)
        complain(err.text);
    if (failed && set->outfile && print_report(s, set, &err) < 0)
        complain(err.text);
    decimal_end(&decimal);
    signal(SIGXFSZ, was);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- profiling a script ----------------------------------------------------------------------- */

/*
** The run. One a process, as are its signals. `pending`: the report is
** still to come, also when the program calls os.exit.
*/
static struct {
    const struct settings *set;
    struct xdb_profiler *profiler;
    struct xdb_error err;
    bool pending;
    int failed;
} run;

static void report(lua_State *L)
{
    if (!run.pending)
        return;
    run.pending = false;
    xdb_profiler_disable(run.profiler, L);
    struct xdb_stats *s = xdb_profiler_stats(run.profiler, &run.err);
    if (s)
        run.failed = deliver(s, run.set);
    else {
        complain(run.err.text);
        run.failed = EXIT_FAILURE;
    }
    xdb_stats_free(s);
}

static void leave(void *data)
{
    (void)data;
    report(NULL); /* the program called os.exit; the state may be closed */
}

static void interrupt(void *data)
{
    xdb_profiler_interrupt(data);
}

static void loaded(lua_State *L, void *data)
{
    (void)data;
    const struct settings *set = run.set;
    struct xdb_profiler_config config = {
        .clock =
            set->timer && strcmp(set->timer, "cpu") == 0 ? XDB_PROFILER_CPU : XDB_PROFILER_WALL,
        .no_builtins = set->no_builtins,
        .no_subcalls = set->no_subcalls,
        .bias = set->bias,
        .rate = !set->sample    ? 0
                : set->rate > 0 ? set->rate
                                : USUAL_RATE,
    };
    run.profiler = xdb_profiler_new(L, &config, &run.err);
    if (!run.profiler || xdb_profiler_enable(run.profiler, L, &run.err) < 0) {
        complain(run.err.text);
        return;
    }
    run.pending = true;
    process_on_interrupt(interrupt, run.profiler, PROCESS_FIRST);
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    (void)end, (void)data;
    report(L);
}

static int profile(const struct settings *set, int argc, char **argv)
{
    static const struct script_events events = {.loaded = loaded, .finished = finished};
    const struct script_options options = {
        .argc = argc, .argv = argv, .module = set->module, .own_sigint = true, .events = &events};
    run.set = set;
    process_at_exit(leave, NULL);
    int status = script_run(&options, NULL);
    process_on_interrupt(NULL, NULL, PROCESS_EVERY);
    xdb_profiler_free(run.profiler, NULL);
    run.profiler = NULL;
    return status ? status : run.failed;
}

/* ---- calibration ------------------------------------------------------------------------------ */

static int find_settings(struct buffer *path, struct xdb_error *err)
{
    return settings_path(term_getenv(&term_environ, "XDG_STATE_HOME"),
                         term_getenv(&term_environ, "HOME"), path, err);
}

/* ---- the other things it does ----------------------------------------------------------------- */

static struct xdb_stats *load(int n, char **files, struct xdb_error *err)
{
    struct xdb_stats *s = xdb_stats_new();
    if (!s)
        error_set(err, XDB_ENOMEM, "not enough memory");
    for (int i = 0; s && i < n; i++)
        if (xdb_stats_load(s, files[i], err) < 0) {
            xdb_stats_free(s);
            s = NULL;
        }
    return s;
}

static int report_files(const struct settings *set, int n, char **files)
{
    struct xdb_error err;
    struct xdb_stats *s = load(n, files, &err);
    if (!s) {
        complain(err.text);
        return EXIT_FAILURE;
    }
    int status = deliver(s, set);
    xdb_stats_free(s);
    return status;
}

static int calibrate(void)
{
    struct xdb_profiler_calibration found;
    struct xdb_error err;
    if (xdb_profiler_calibrate(2000000, &found, &err) < 0) {
        complain(err.text);
        return EXIT_FAILURE;
    }
    printf("A call or return costs %.2f ns.\n", found.bias * 1e9);
    struct buffer path;
    buffer_init(&path);
    int failed = find_settings(&path, &err);
    if (!failed)
        failed = settings_save_bias(path.data, found.bias, &err);
    if (failed)
        complain(err.text);
    else
        printf("Remembered in %s\n", path.data);
    buffer_release(&path);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The bias of this machine, where --calibrate has found one. */
static double known_bias(void)
{
    struct buffer path;
    struct xdb_error err;
    double bias = 0;
    buffer_init(&path);
    if (find_settings(&path, &err) == 0 && settings_load_bias(path.data, &bias, &err) < 0)
        complain(err.text);
    buffer_release(&path);
    return bias;
}

static int profile_script(struct settings *set, const struct options_rest *rest)
{
    char *outfile = set->outfile ? process_absolute(set->outfile) : NULL;
    if (set->outfile && !outfile) {
        complain("not enough memory");
        return EXIT_FAILURE;
    }
    set->outfile = outfile;
    if (!set->bias_given && !(set->timer && strcmp(set->timer, "cpu") == 0))
        set->bias = known_bias();
    int status = profile(set, rest->count, rest->items);
    set->outfile = NULL;
    free(outfile);
    return status;
}

static int act(struct settings *set, const struct options_rest *rest, int width)
{
    if (set->calibrate)
        return calibrate();
    if (set->browse)
        return browse_files(rest->count, rest->items);
    if (rest->count == 0 && !set->module) {
        struct buffer usage;
        buffer_init(&usage);
        options_usage(&spec, width, &usage);
        fwrite(usage.data, 1, usage.len, stdout);
        buffer_release(&usage);
        return 2;
    }
    return profile_script(set, rest);
}

/* What is asked for and would be ignored, as a sentence; NULL: nothing. */
static const char *contradiction(const struct settings *s, int files)
{
    bool other = s->outfile || s->format || s->timer || s->module || s->limit >= 0 || s->rate > 0 ||
                 s->sample || s->bias_given || s->no_builtins || s->no_subcalls;
    if (s->browse && other)
        return "argument --browse: only files go with it";
    if (s->calibrate && (other || files > 0))
        return "argument --calibrate: nothing else goes with it";
    if (s->limit >= 0 && !wants_table(s))
        return "argument -n/--limit: only the report can be cut short";
    if (s->rate > 0 && !s->sample)
        return "argument --rate: only with --sample";
    if (s->sample && s->bias_given)
        return "argument --bias: not allowed with argument --sample";
    return NULL;
}

int main(int argc, char **argv)
{
    static struct settings set = {.sort = "cumulative", .limit = -1};
    struct options_rest rest = {NULL, 0, false};
    struct xdb_error err = {""};
    int width = term_width(&term_environ, STDOUT_FILENO);
    bool reports = argc > 1 && strcmp(argv[1], "report") == 0;
    const struct options *mine = reports ? &report_spec : &spec;
    make_report_rows();
    int parsed = options_parse(mine, argc - reports, argv + reports, &set, &rest, &err);
    int status = options_report(mine, parsed, &err, width, stdout, stderr);
    const char *wrong = status < 0 ? contradiction(&set, reports ? 0 : rest.count) : NULL;
    if (wrong)
        status = options_fail(mine, width, stderr, "%s", wrong);
    else if (status < 0)
        status = reports ? report_files(&set, rest.count, rest.items) : act(&set, &rest, width);
    options_release(mine, &set, &rest);
    return status;
}
