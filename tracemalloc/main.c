/* xmem: options in, exit status out. */
#include "cli/options.h"
#include "cli/script.h"
#include "cli/term.h"
#include "core/clock.h"
#include "core/file.h"
#include "tracemalloc/memory_report.h"
#include "tracemalloc/tracer.h"

#include <errno.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the command line ------------------------------------------------------------------------- */

struct settings {
    long long frames, top;
    const char *group, *format, *outfile, *report, *html, *module;
    double every; /* seconds; 0: no series */
    bool cumulative, fast, peak, leaks, diff;
};

static int take_frames(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    char *end;
    errno = 0;
    s->frames = strtoll(value, &end, 10);
    if (end == value || *end || errno || s->frames < 1 || s->frames > XDB_TRACEMALLOC_MAX_FRAMES)
        return error_set(e, XDB_EINVAL, "the number of frames must be in range [1; %d], not '%s'",
                         XDB_TRACEMALLOC_MAX_FRAMES, value);
    return 0;
}

static int take_top(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    char *end;
    errno = 0;
    s->top = strtoll(value, &end, 10);
    if (end == value || *end || errno || s->top < 0)
        return error_set(e, XDB_EINVAL, "must be a number, 0 or more: '%s'", value);
    return 0;
}

static int take_every(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    char *end;
    s->every = strtod(value, &end);
    if (end == value || *end || !(s->every > 0) || s->every > 1e9)
        return error_set(e, XDB_EINVAL, "must be seconds above 0: '%s'", value);
    return 0;
}

static const char *const groups[] = {"lineno", "filename", "traceback", "type", NULL};
static const char *const formats[] = {"text", "json", "csv", "collapsed", NULL};

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    {'h', "help", .help = "show this help message and exit", .kind = OPTION_HELP},
    {'f', "frames", "N", "lines of each traceback that are kept, newest first (default: 1)",
     .kind = OPTION_ACTION, .flags = OPTION_ANY, .action = take_frames},
    {'n', "top", "N", "print the first N groups (default: 10)", .kind = OPTION_ACTION,
     .flags = OPTION_ANY, .action = take_top},
    {'g', "group", "KEY", "what belongs together (default: lineno)", OPTION_STRING, FIELD(group),
     .choices = groups},
    {0, "cumulative",
     .help = "count a block for each line (or file) of its traceback, not for the newest alone",
     .kind = OPTION_FLAG, .offset = FIELD(cumulative)},
    {'o', "outfile", "SNAPSHOT", "write a snapshot too, for --diff and xdb.tracemalloc",
     OPTION_STRING, FIELD(outfile), .offer = OFFER_FILES},
    {'r', "report", "FILE", "write the report to FILE instead of standard output", OPTION_STRING,
     FIELD(report), .offer = OFFER_FILES},
    {0, "peak", .help = "report the heap as it was at its highest, not as it is at exit",
     .kind = OPTION_FLAG, .offset = FIELD(peak), .exclusive = 1},
    {0, "leaks",
     .help = "report what the script allocated and a full collection at exit does not free",
     .kind = OPTION_FLAG, .offset = FIELD(leaks), .exclusive = 1},
    {0, "every", "SECONDS",
     "with -o, write a snapshot each time this has passed: SNAPSHOT.1, SNAPSHOT.2, ...",
     .kind = OPTION_ACTION, .flags = OPTION_ANY, .action = take_every},
    {0, "diff", .help = "compare two snapshots instead: xmem --diff OLD NEW", .kind = OPTION_FLAG,
     .offset = FIELD(diff), .exclusive = 1},
    {0, "html", "FILE", "write a page with a flame graph and a table too", OPTION_STRING,
     FIELD(html), .offer = OFFER_FILES},
    {0, "format", "FORMAT", "how to print the report (default: text)", OPTION_STRING, FIELD(format),
     .choices = formats},
    {0, "fast", .help = "cost less in loops; a table may then be booked to a neighbouring line",
     .kind = OPTION_FLAG, .offset = FIELD(fast)},
    {'m', NULL, "module", "run the module that require would find under this name, as a script",
     OPTION_STRING, FIELD(module), .flags = OPTION_STOPS, .offer = OFFER_MODULES},
    {'V', "version", .help = "show the version and exit", .kind = OPTION_VERSION},
    {.kind = OPTION_END},
};

static const struct option_operand operands[] = {
    {"script", "the program to trace; \"-\" is standard input", 0, 1, OFFER_SCRIPTS},
    {"args", "its arguments", 0, 0, OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

static const struct options spec = {
    .prog = "xmem",
    .version = "xmem " XDB_VERSION,
    .usage = "[--frames N] [--top N] [--group KEY] [-o SNAPSHOT] [-m module | script] [arg ...]",
    .description =
        "Run a Lua program and report who allocated the memory that it holds: every line with "
        "how much of it is still there, the current and the highest size of the heap.\n\n"
        "  xmem --diff OLD NEW    compare two snapshots written with -o",
    .rows = rows,
    .operands = operands,
};

/* ---- what comes out --------------------------------------------------------------------------- */

static void complain(const char *text)
{
    fprintf(stderr, "xmem: %s\n", text);
}

static int print(const struct settings *set, const struct buffer *text, struct xdb_error *err)
{
    if (set->report)
        return file_write_atomic(set->report, text->data, text->len, err);
    if (fwrite(text->data, 1, text->len, stdout) != text->len || fflush(stdout) != 0)
        return error_set(err, XDB_EIO, "cannot write: %s", strerror(errno));
    return 0;
}

/* Prints the report and writes the page. 0 or 1; one that fails does not keep the other back. */
static int deliver(const struct settings *set, const struct memory_report *r)
{
    struct xdb_error err;
    struct buffer text;
    int status = EXIT_SUCCESS;
    buffer_init(&text);
    int failed = memory_report_format(set->format)->write(r, &text, &err);
    if (!failed && print(set, &text, &err) < 0) {
        failed = XDB_EIO;
        if (set->report)
            fwrite(text.data, 1, text.len, stdout); /* not lost for that */
    }
    if (failed) {
        complain(err.text);
        status = EXIT_FAILURE;
    }
    buffer_clear(&text);
    if (set->html && (memory_report_html(r, &text, &err) < 0 ||
                      file_write_atomic(set->html, text.data, text.len, &err) < 0)) {
        complain(err.text);
        status = EXIT_FAILURE;
    }
    buffer_release(&text);
    return status;
}

static struct memory_report report_of(const struct settings *set, const struct xdb_snapshot *s)
{
    return (struct memory_report){.snapshot = s,
                                  .key = (enum xdb_memory_key)xdb_memory_key_of(set->group),
                                  .cumulative = set->cumulative,
                                  .top = (size_t)set->top};
}

/* ---- tracing a script ------------------------------------------------------------------------- */

/*
** The run. One a process; global since what stands in for os.exit, and atexit, have no argument. `pending`: the report
** is still to come.
*/
static struct {
    const struct settings *set;
    const char *title;
    struct xdb_tracemalloc *tracer;
    lua_CFunction exit; /* Lua's own os.exit */
    bool pending;
    int failed;
    int64_t due; /* ns: when the next of a series is to be written */
    int series;  /* number of the last */
} run;

/* What the script itself has allocated: not what was there before any line of Lua ran. */
static struct xdb_snapshot *of_script(struct xdb_snapshot *s, struct xdb_error *err)
{
    const struct xdb_memory_filter before = {
        .inclusive = false, .pattern = STACKS_UNKNOWN_PATTERN, .line = 0, .domain = 0};
    struct xdb_snapshot *left = s ? xdb_snapshot_filter(s, &before, 1, err) : NULL;
    xdb_snapshot_free(s);
    return left;
}

static struct xdb_snapshot *take(lua_State *L, struct xdb_error *err)
{
    struct xdb_snapshot *s =
        xdb_snapshot_take(run.tracer, L, run.set->peak ? XDB_SNAPSHOT_PEAK : XDB_SNAPSHOT_NOW, err);
    return run.set->leaks ? of_script(s, err) : s;
}

/* Tells what there is to tell, once. `L` has a stack that can be used. */
static void report(lua_State *L)
{
    struct xdb_error err;
    if (!run.pending)
        return;
    run.pending = false;
    tracer_set_tick(run.tracer, NULL, NULL);
    if (!xdb_tracemalloc_is_tracing(run.tracer)) {
        complain("the program has stopped the tracing: there is nothing to report");
        run.failed = EXIT_FAILURE;
        return;
    }
    if (run.set->leaks && L)
        lua_gc(L, LUA_GCCOLLECT);
    struct xdb_snapshot *s = take(L, &err);
    if (!s) {
        complain(err.text);
        run.failed = EXIT_FAILURE;
        return;
    }
    struct memory_report r = report_of(run.set, s);
    r.title = run.title;
    run.failed = deliver(run.set, &r);
    if (run.set->outfile && xdb_snapshot_save(s, run.set->outfile, &err) < 0) {
        complain(err.text);
        run.failed = EXIT_FAILURE;
    }
    xdb_snapshot_free(s);
}

/* Stands in for os.exit, after which there is no state that could be asked. */
static int exit_program(lua_State *L)
{
    int number;
    lua_tointegerx(L, 1, &number);
    if (lua_isnoneornil(L, 1) || lua_isboolean(L, 1) || number)
        report(L);
    return run.exit(L);
}

/* The key is in the table already, so that this allocates nothing the program could see. */
static void replace_exit(lua_State *L)
{
    if (lua_getglobal(L, "os") == LUA_TTABLE) {
        lua_getfield(L, -1, "exit"); /* -> os exit */
        run.exit = lua_tocfunction(L, -1);
        lua_pushcfunction(L, exit_program);
        lua_setfield(L, -3, "exit");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* ---- a series of snapshots -------------------------------------------------------------------- */

/* Called from inside of the allocator: nothing of Lua may be touched. Failures are told at the end. */
static void tick(void *data)
{
    struct xdb_error *failed = data, err;
    struct buffer path;
    if (clock_wall_ns() < run.due)
        return;
    struct xdb_snapshot *s = xdb_snapshot_take(run.tracer, NULL, XDB_SNAPSHOT_NOW, &err);
    buffer_init(&path);
    buffer_addf(&path, "%s.%d", run.set->outfile, ++run.series);
    if (!s || path.failed || xdb_snapshot_save(s, path.data, &err) < 0)
        *failed = err;
    buffer_release(&path);
    xdb_snapshot_free(s);
    run.due = clock_wall_ns() + (int64_t)(run.set->every * 1e9);
}

/* ---- the run ---------------------------------------------------------------------------------- */

static void opened(lua_State *L, void *data)
{
    struct xdb_error err;
    (void)data;
    if (xdb_tracemalloc_attach(run.tracer, L, &err) < 0) {
        complain(err.text);
        return;
    }
    tracer_learn_functions(run.tracer, L);
    replace_exit(L);
    run.pending = true;
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    (void)end, (void)data;
    report(L);
}

static int trace(const struct settings *set, int argc, char **argv)
{
    static const struct script_events events = {.opened = opened, .finished = finished};
    static struct xdb_error err;
    const struct xdb_tracemalloc_config config = {.frames = (int)set->frames, .fast = set->fast};
    const struct script_options options = {.argc = argc,
                                           .argv = argv,
                                           .module = set->module,
                                           .alloc = xdb_tracemalloc_alloc,
                                           .alloc_ud = xdb_tracemalloc_new(NULL, NULL),
                                           .events = &events};
    run.set = set;
    run.title = set->module ? set->module : argv[0];
    run.tracer = options.alloc_ud;
    if (!run.tracer || xdb_tracemalloc_start(run.tracer, NULL, &config, &err) < 0) {
        complain(run.tracer ? err.text : "not enough memory");
        return EXIT_FAILURE;
    }
    if (set->every > 0) {
        run.due = clock_wall_ns() + (int64_t)(set->every * 1e9);
        tracer_set_tick(run.tracer, tick, &err);
    }
    int status = script_run(&options, NULL);
    if (err.text[0]) {
        complain(err.text);
        run.failed = EXIT_FAILURE;
    }
    xdb_tracemalloc_free(run.tracer, NULL);
    return status ? status : run.failed;
}

/* ---- the rest --------------------------------------------------------------------------------- */

static int compare(const struct settings *set, char **files)
{
    struct xdb_error err;
    struct xdb_snapshot *old = xdb_snapshot_load(files[0], &err);
    struct xdb_snapshot *s = old ? xdb_snapshot_load(files[1], &err) : NULL;
    int status = EXIT_FAILURE;
    if (s) {
        struct memory_report r = report_of(set, s);
        r.old = old;
        r.title = files[1];
        status = deliver(set, &r);
    } else
        complain(err.text);
    xdb_snapshot_free(s);
    xdb_snapshot_free(old);
    return status;
}

/* A path that means the same after the program has changed its folder; NULL when memory runs out. */
static char *absolute(const char *path)
{
    char *folder = *path == '/' ? NULL : getcwd(NULL, 0);
    struct buffer b;
    buffer_init(&b);
    if (folder)
        buffer_addf(&b, "%s/", folder);
    buffer_adds(&b, path);
    free(folder);
    return buffer_detach(&b, NULL);
}

static int trace_script(struct settings *set, const struct options_rest *rest)
{
    char *outfile = set->outfile ? absolute(set->outfile) : NULL;
    char *html = set->html ? absolute(set->html) : NULL;
    char *told = set->report ? absolute(set->report) : NULL;
    int status = EXIT_FAILURE;
    if ((set->outfile && !outfile) || (set->html && !html) || (set->report && !told))
        complain("not enough memory");
    else {
        set->outfile = outfile;
        set->html = html;
        set->report = told;
        status = trace(set, rest->count, rest->items);
    }
    free(outfile);
    free(html);
    free(told);
    return status;
}

static int act(struct settings *set, const struct options_rest *rest, int width)
{
    bool grouped = strcmp(set->group, "traceback") == 0 || strcmp(set->group, "type") == 0;
    if (set->cumulative && grouped)
        return options_fail(&spec, width, stderr,
                            "--cumulative goes with lineno and filename only");
    if (set->every > 0 && !set->outfile)
        return options_fail(&spec, width, stderr, "--every needs -o");
    if (set->diff && (rest->count != 2 || set->module || set->outfile || set->every > 0))
        return options_fail(&spec, width, stderr, "--diff needs two snapshots and takes no -o");
    if (set->diff)
        return compare(set, rest->items);
    if (rest->count == 0 && !set->module)
        return options_fail(&spec, width, stderr, "a script, \"-\" or -m is needed");
    return trace_script(set, rest);
}

int main(int argc, char **argv)
{
    static struct settings set = {.frames = 1, .top = 10, .group = "lineno", .format = "text"};
    struct options_rest rest = {NULL, 0, false};
    struct xdb_error err = {""};
    int width = term_width(&term_environ, STDOUT_FILENO);
    int parsed = options_parse(&spec, argc, argv, &set, &rest, &err);
    int status = options_report(&spec, parsed, &err, width, stdout, stderr);
    if (status < 0)
        status = act(&set, &rest, width);
    options_release(&spec, &set, &rest);
    return status;
}
