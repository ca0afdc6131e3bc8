/*
** xtrace: options in, a trace or a report out. The only place of the tool that reads the environment, and the one that
** owns the process's signals.
*/
#include "cli/highlight.h"
#include "cli/options.h"
#include "cli/process.h"
#include "cli/script.h"
#include "cli/term.h"
#include "core/error.h"
#include "core/source.h"
#include "trace/counts.h"
#include "trace/globs.h"
#include "trace/main_commands.h"
#include "trace/trace.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the command line ------------------------------------------------------------------------- */

struct settings {
    bool count, trace, listfuncs, trackcalls, report, no_report, missing, summary, timing, module;
    bool indent, dot;
    const char *file, *coverdir;
    long long depth;
    struct option_list ignore_modules, ignore_dirs, only;
};

static int take_depth(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    char *end;
    errno = 0;
    s->depth = strtoll(value, &end, 10);
    if (end == value || *end || errno || s->depth < 1 || s->depth > INT_MAX)
        return error_set(e, XDB_EINVAL, "must be a number, 1 or more: '%s'", value);
    return 0;
}

#define FIELD(name) offsetof(struct settings, name)

static const struct option_row rows[] = {
    {'h', "help", .help = "show this help message and exit", .kind = OPTION_HELP},
    {0, "version", .help = "show program's version number and exit", .kind = OPTION_VERSION},
    {0, "module", .help = "Trace a module.", .kind = OPTION_FLAG, .offset = FIELD(module)},
    {.name = "Main options",
     .help = "One of these (or --report) must be given",
     .kind = OPTION_GROUP},
    {'c', "count",
     .help = "Count the number of times each line is executed and write the counts to "
             "<module>.cover for each module executed, in the module's directory. See also "
             "--coverdir, --file, --no-report below.",
     .kind = OPTION_FLAG, .offset = FIELD(count)},
    {'t', "trace", .help = "Print each line to standard output before it is executed",
     .kind = OPTION_FLAG, .offset = FIELD(trace)},
    {'l', "listfuncs",
     .help = "Keep track of which functions are executed at least once and write the results to "
             "standard output after the program exits. Cannot be specified alongside --trace or "
             "--count.",
     .kind = OPTION_FLAG, .offset = FIELD(listfuncs)},
    {'T', "trackcalls",
     .help = "Keep track of caller/called pairs and write the results to standard output after the "
             "program exits. Cannot be specified alongside the three above.",
     .kind = OPTION_FLAG, .offset = FIELD(trackcalls)},
    {.name = "Modifiers", .kind = OPTION_GROUP},
    {'r', "report",
     .help = "Generate a report from a counts file; does not execute any code. --file must specify "
             "the results file to read, which must have been created in a previous run with "
             "--count --file=FILE",
     .kind = OPTION_FLAG, .offset = FIELD(report), .exclusive = 1},
    {'R', "no-report",
     .help = "Do not generate the coverage report files. Useful if you want to accumulate over "
             "several runs.",
     .kind = OPTION_FLAG, .offset = FIELD(no_report), .exclusive = 1},
    {'f', "file", "FILE", "File to accumulate counts over several runs", OPTION_STRING, FIELD(file),
     .offer = OFFER_FILES},
    {'C', "coverdir", "COVERDIR",
     "Directory where the report files go. The coverage report for <package>.<module> will be "
     "written to file <dir>/<package>/<module>.cover",
     OPTION_STRING, FIELD(coverdir), .offer = OFFER_FOLDERS},
    {'m', "missing", .help = "Annotate executable lines that were not executed with \">>>>>> \"",
     .kind = OPTION_FLAG, .offset = FIELD(missing)},
    {'s', "summary",
     .help = "Write a brief summary for each file to standard output. Can only be used with "
             "--count or --report",
     .kind = OPTION_FLAG, .offset = FIELD(summary)},
    {'g', "timing",
     .help = "Prefix each line with the time since the program started. Only used while tracing",
     .kind = OPTION_FLAG, .offset = FIELD(timing)},
    {0, "indent", .help = "Indent traced lines by the depth of the calls", .kind = OPTION_FLAG,
     .offset = FIELD(indent)},
    {0, "depth", "N", "Trace only functions at most N calls deep; the main program is 1",
     .kind = OPTION_ACTION, .flags = OPTION_ANY, .action = take_depth},
    {0, "dot", .help = "With --trackcalls: write the calls as a graph in the DOT language",
     .kind = OPTION_FLAG, .offset = FIELD(dot)},
    {.name = "Filters", .help = "Can be specified multiple times", .kind = OPTION_GROUP},
    {0, "ignore-module", "IGNORE_MODULE",
     "Ignore the given module(s) and its submodules (if it is a package). Accepts comma separated "
     "list of module names.",
     OPTION_LIST, FIELD(ignore_modules), .offer = OFFER_MODULES},
    {0, "ignore-dir", "IGNORE_DIR",
     "Ignore files in the given directory (multiple directories can be joined by ':').",
     OPTION_LIST, FIELD(ignore_dirs), .offer = OFFER_FOLDERS},
    {0, "only", "GLOB", "Trace only the lines of files that match", OPTION_LIST, FIELD(only),
     .offer = OFFER_FILES},
    {.kind = OPTION_END},
};

static const struct option_operand operands[] = {
    {"progname", "file to run as main program; \"-\" is standard input", 0, 1, OFFER_SCRIPTS},
    {"arguments", "arguments to the program", 0, 0, OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

static const struct options *subcommands[4]; /* ended by NULL */

static const struct options spec = {
    .prog = "xtrace",
    .version = "xtrace " XDB_VERSION,
    .description = "Run a Lua program and tell what it executes: each line, how often, which "
                   "functions, who calls whom.\n\n"
                   "  xtrace cover script   add what a program covers to a data file\n"
                   "  xtrace combine        make one data file of several\n"
                   "  xtrace report         report what is covered, with branches",
    .rows = rows,
    .operands = operands,
    .subcommands = subcommands,
};

/* What is wrong with the options together, or NULL. */
static const char *find_fault(const struct settings *s, bool has_program)
{
    if (s->report)
        return s->file ? NULL : "-r/--report requires -f/--file";
    if (!s->trace && !s->count && !s->listfuncs && !s->trackcalls)
        return "must specify one of --trace, --count, --report, --listfuncs, or --trackcalls";
    if (s->listfuncs && (s->trace || s->count))
        return "cannot specify both --listfuncs and (--trace or --count)";
    if (s->trackcalls && (s->trace || s->count || s->listfuncs))
        return "cannot specify both --trackcalls and (--trace, --count or --listfuncs)";
    if (s->summary && !s->count)
        return "--summary can only be used with --count or --report";
    if ((s->timing || s->indent || s->depth || s->only.count) && !s->trace)
        return "--timing, --indent, --depth and --only can only be used with --trace";
    if (s->dot && !s->trackcalls)
        return "--dot can only be used with --trackcalls";
    return has_program ? NULL : "progname is missing: required with the main options";
}

/* ---- what is ignored -------------------------------------------------------------------------- */

/* Texts that are ours, ended by NULL. */
struct texts {
    char **items;
    size_t n;
    bool failed;
};

static void add_text(struct texts *t, char *text)
{
    char **wider = realloc(t->items, (t->n + 2) * sizeof *wider);
    if (!wider || !text) {
        free(text);
        t->items = wider ? wider : t->items;
        t->failed = true;
        return;
    }
    wider[t->n++] = text;
    wider[t->n] = NULL;
    t->items = wider;
}

static void free_texts(struct texts *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->items[i]);
    free(t->items);
}

/* Each part of each list, between separators. */
static void add_parts(struct texts *t, const struct option_list *list, char separator,
                      char *(*make)(const char *part, size_t n))
{
    for (size_t i = 0; i < list->count; i++)
        for (const char *part = list->items[i]; *part;) {
            const char *end = strchrnul(part, separator);
            if (end > part)
                add_text(t, make(part, (size_t)(end - part)));
            part = end + (*end != '\0');
        }
}

static char *make_module(const char *part, size_t n)
{
    while (n > 0 && *part == ' ') {
        part++;
        n--;
    }
    while (n > 0 && part[n - 1] == ' ')
        n--;
    return strndup(part, n);
}

/* The value of $NAME or ${NAME} at `s`, of which it takes `*used` bytes; NULL: it stays as it is. */
static const char *variable(const char *s, size_t *used)
{
    char name[64];
    const char *from = s[1] == '{' ? s + 2 : s + 1;
    size_t n = 0;
    while (from[n] == '_' || (from[n] >= 'a' && from[n] <= 'z') ||
           (from[n] >= 'A' && from[n] <= 'Z') || (n && from[n] >= '0' && from[n] <= '9'))
        n++;
    bool closed = s[1] != '{' || from[n] == '}';
    if (n == 0 || n >= sizeof name || !closed)
        return NULL;
    memcpy(name, from, n);
    name[n] = '\0';
    *used = (size_t)(from + n - s) + (s[1] == '{');
    if (strcmp(name, "prefix") == 0 || strcmp(name, "exec_prefix") == 0)
        return LUA_PREFIX; /* where Lua is installed */
    return term_getenv(&term_environ, name);
}

/* A folder with ~ and variables replaced, and all links resolved where it exists. */
static char *make_folder(const char *part, size_t n)
{
    struct buffer b;
    char *text = strndup(part, n);
    const char *home = term_getenv(&term_environ, "HOME"), *s = text;
    buffer_init(&b);
    if (s && s[0] == '~' && home && (s[1] == '/' || !s[1])) {
        buffer_adds(&b, home);
        s++;
    }
    while (s && *s) {
        size_t used = 1;
        const char *value = *s == '$' ? variable(s, &used) : NULL;
        if (value)
            buffer_adds(&b, value);
        else
            buffer_addc(&b, *s);
        s += value ? used : 1;
    }
    free(text);
    char *resolved = b.len ? realpath(b.data, NULL) : NULL;
    if (resolved)
        buffer_release(&b);
    return resolved ? resolved : buffer_detach(&b, NULL);
}

/* ---- what comes out --------------------------------------------------------------------------- */

static void complain(const char *text)
{
    fprintf(stderr, "xtrace: %s\n", text);
}

static void write_stdout(void *user, const char *text, size_t n)
{
    (void)user;
    fwrite(text, 1, n, stdout);
}

static void say(void *user, const char *line)
{
    (void)user;
    complain(line);
}

/* Colours lines of code. It knows for each line of the file shown last what the lines before left open. */
struct painter {
    struct source_cache *sources;
    struct source *source;
    struct highlight *states; /* [n]: before line n + 1 */
    int known;
    struct buffer out;
};

static bool read_to(struct painter *p, int line)
{
    struct highlight *wider = realloc(p->states, ((size_t)line + 1) * sizeof *wider);
    if (!wider)
        return false;
    p->states = wider;
    if (p->known == 0) {
        highlight_init(&p->states[0]);
        p->known = 1;
    }
    for (; p->known < line; p->known++) {
        size_t n;
        const char *text = source_line(p->source, p->known, &n);
        p->states[p->known] = p->states[p->known - 1];
        if (text)
            highlight_skip(&p->states[p->known], text, n);
    }
    return true;
}

static void paint(void *user, const char *path, int line, const char *text, size_t n)
{
    struct painter *p = user;
    struct source *s;
    if (!p->sources || source_of_path(p->sources, path, &s, NULL) < 0 || s != p->source) {
        p->source = p->sources && source_of_path(p->sources, path, &s, NULL) == 0 ? s : NULL;
        p->known = 0;
    }
    buffer_clear(&p->out);
    struct highlight state;
    highlight_init(&state);
    if (p->source && (line <= p->known || read_to(p, line)))
        state = p->states[line - 1];
    highlight_line(&state, text, n, true, &p->out);
    write_stdout(NULL, p->out.data, p->out.len);
}

/* ---- the run ---------------------------------------------------------------------------------- */

/*
** One a process, as are its signals. `pending`: the report is still to come, also
** when the program calls os.exit.
*/
static struct {
    const struct settings *set;
    struct texts modules, folders;
    struct globs only;
    struct painter painter;
    struct xdb_trace *trace;
    char *file, *coverdir; /* absolute: the program may change its folder */
    char *script;
    struct buffer path; /* package.path as it was last */
    struct xdb_error err;
    bool pending;
    int failed;
} run;

static void note_path(lua_State *L)
{
    int top = lua_gettop(L);
    if (lua_getglobal(L, "package") == LUA_TTABLE) {
        lua_pushstring(L, "path");
        if (lua_rawget(L, -2) == LUA_TSTRING) {
            buffer_clear(&run.path);
            buffer_adds(&run.path, lua_tostring(L, -1));
        }
    }
    lua_settop(L, top);
}

/* Writes the report; 0 or 1. */
static int deliver(struct xdb_results *r, const struct settings *set)
{
    const struct xdb_trace_report report = {.missing = set->missing,
                                            .summary = set->summary,
                                            .dot = set->dot,
                                            .folder = run.coverdir,
                                            .script = run.script,
                                            .package_path = run.path.data,
                                            .write = write_stdout,
                                            .say = say};
    struct xdb_error err = {""};
    int failed = xdb_results_report(r, &report, &err);
    if (failed < 0)
        complain(err.text);
    if (fflush(stdout) != 0) {
        error_set(&err, XDB_EIO, "cannot write: %s", strerror(errno));
        complain(err.text);
        failed = 1;
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void skipping(const char *why)
{
    fprintf(stderr, "xtrace: Skipping counts file '%s': %s\n", run.set->file, why);
}

/* Adds the counts to the file, and gives back all that it holds then; NULL when that fails. */
static struct xdb_results *accumulate(struct xdb_results *r)
{
    struct buffer said;
    struct xdb_error err = {""};
    buffer_init(&said);
    if (access(run.file, F_OK) != 0)
        skipping(strerror(errno));
    struct results *all = NULL;
    int failed = counts_add(run.file, r, &said, &err);
    if (said.len)
        skipping(said.data);
    if (failed)
        fprintf(stderr, "xtrace: Can't save counts files because %s\n", err.text);
    else if (counts_load(run.file, &all, &err) < 0)
        complain(err.text);
    buffer_release(&said);
    run.failed |= failed || !all ? EXIT_FAILURE : 0;
    return all;
}

static void report(lua_State *L)
{
    if (!run.pending)
        return;
    run.pending = false;
    if (L)
        note_path(L);
    xdb_trace_stop(run.trace, L);
    struct xdb_results *r = xdb_trace_results(run.trace, L, &run.err), *all = NULL;
    if (!r) {
        complain(run.err.text);
        run.failed = EXIT_FAILURE;
        return;
    }
    if (run.file)
        all = accumulate(r);
    if (!run.set->no_report)
        run.failed |= deliver(all ? all : r, run.set);
    xdb_results_free(r);
    xdb_results_free(all);
}

static void leave(void *data)
{
    (void)data;
    report(NULL); /* the program called os.exit; the state may be closed */
}

static void interrupt(void *data)
{
    xdb_trace_interrupt(data);
}

static bool shown(void *user, const char *path)
{
    (void)user;
    return globs_match(&run.only, path);
}

static void loaded(lua_State *L, void *data)
{
    const struct settings *set = run.set;
    (void)data;
    unsigned what = (set->count ? XDB_TRACE_COUNT : 0) | (set->trace ? XDB_TRACE_LINES : 0) |
                    (set->listfuncs ? XDB_TRACE_FUNCTIONS : 0) |
                    (set->trackcalls ? XDB_TRACE_CALLS : 0);
    const struct xdb_trace_config config = {
        .what = what,
        .ignore_modules = (const char *const *)run.modules.items,
        .ignore_folders = (const char *const *)run.folders.items,
        .script = run.script,
        .write = write_stdout,
        .user = &run.painter,
        .timing = set->timing,
        .indent = set->indent,
        .depth = (int)set->depth,
        .only = run.only.n ? shown : NULL,
        .paint = set->trace && term_colors(&term_environ, STDOUT_FILENO) ? paint : NULL};
    note_path(L);
    run.trace = xdb_trace_new(L, &config, &run.err);
    if (!run.trace || xdb_trace_start(run.trace, L, &run.err) < 0) {
        complain(run.err.text);
        run.failed = EXIT_FAILURE;
        return;
    }
    run.pending = true;
    process_on_interrupt(interrupt, run.trace, PROCESS_FIRST);
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    (void)end, (void)data;
    report(L);
}

/* What is kept for the whole run; false when memory runs out. */
static bool prepare(const struct settings *set, const char *script)
{
    char *cwd = getcwd(NULL, 0);
    bool good = true;
    run.set = set;
    run.file = set->file ? process_absolute(set->file) : NULL;
    run.coverdir = set->coverdir ? process_absolute(set->coverdir) : NULL;
    run.script = script && !set->module ? process_absolute(script) : NULL;
    add_parts(&run.modules, &set->ignore_modules, ',', make_module);
    add_parts(&run.folders, &set->ignore_dirs, ':', make_folder);
    for (size_t i = 0; i < set->only.count; i++)
        good &= globs_add(&run.only, set->only.items[i], cwd ? cwd : "/") == 0;
    buffer_init(&run.path);
    buffer_init(&run.painter.out);
    run.painter.sources = source_cache_new();
    free(cwd);
    return good && !run.modules.failed && !run.folders.failed && run.painter.sources &&
           (run.file || !set->file) && (run.coverdir || !set->coverdir);
}

static void release(void)
{
    free_texts(&run.modules);
    free_texts(&run.folders);
    globs_release(&run.only);
    source_cache_free(run.painter.sources);
    free(run.painter.states);
    buffer_release(&run.painter.out);
    buffer_release(&run.path);
    free(run.file);
    free(run.coverdir);
    free(run.script);
}

static int run_program(const struct settings *set, int argc, char **argv)
{
    static const struct script_events events = {.loaded = loaded, .finished = finished};
    const struct script_options options = {.argc = set->module ? argc - 1 : argc,
                                           .argv = set->module ? argv + 1 : argv,
                                           .module = set->module ? argv[0] : NULL,
                                           .own_sigint = true,
                                           .events = &events};
    struct xdb_error err;
    if (!set->module && script_check(argv[0], &err) < 0) {
        int code = access(argv[0], R_OK) != 0 ? errno : EISDIR;
        fprintf(stderr, "Cannot run file '%s' because: %s\n", argv[0], strerror(code));
        return EXIT_FAILURE;
    }
    process_at_exit(leave, NULL);
    int status = script_run(&options, NULL);
    process_on_interrupt(NULL, NULL, PROCESS_EVERY);
    xdb_trace_free(run.trace, NULL);
    run.trace = NULL;
    return status ? status : run.failed;
}

/* -r: the report of a file of counts; nothing runs. */
static int report_file(const struct settings *set)
{
    struct xdb_error err;
    struct results *r;
    const char *path = getenv("LUA_PATH_5_4") ? getenv("LUA_PATH_5_4") : getenv("LUA_PATH");
    buffer_addf(&run.path, "%s;./?.lua;./?/init.lua", path ? path : "");
    if (counts_load(set->file, &r, &err) < 0) {
        skipping(err.text);
        return EXIT_FAILURE;
    }
    int status = deliver(r, set);
    xdb_results_free(r);
    return status;
}

/* The commands of coverage are words; all else is the classic command. */
static int (*find_command(const char *word))(int argc, char **argv)
{
    static const struct {
        const char *word;
        int (*run)(int argc, char **argv);
    } words[] = {{"cover", cover_main}, {"combine", combine_main}, {"report", report_main}};
    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].run;
    }
    return NULL;
}

static int classic_main(int argc, char **argv)
{
    struct settings set = {0};
    struct options_rest rest;
    struct xdb_error err = {""};
    int width = term_width(&term_environ, STDOUT_FILENO);
    subcommands[0] = cover_options();
    subcommands[1] = combine_options();
    subcommands[2] = report_options();
    int parsed = options_parse(&spec, argc, argv, &set, &rest, &err);
    int status = options_report(&spec, parsed, &err, width, stdout, stderr);
    const char *fault = status < 0 ? find_fault(&set, rest.count > 0) : NULL;
    if (fault)
        status = options_fail(&spec, width, stderr, "%s", fault);
    else if (status < 0) {
        if (!prepare(&set, rest.count ? rest.items[0] : NULL)) {
            complain("not enough memory");
            status = EXIT_FAILURE;
        } else
            status = set.report ? report_file(&set) : run_program(&set, rest.count, rest.items);
        release();
    }
    options_release(&spec, &set, &rest);
    return status;
}

int main(int argc, char **argv)
{
    int (*command)(int, char **) = find_command(argc > 1 ? argv[1] : NULL);
    return command ? command(argc - 1, argv + 1) : classic_main(argc, argv);
}
