/* xlua: `lua` with the switches for development. Without any of them it is `lua`, to the byte. */
#include "cli/options.h"
#include "cli/script.h"
#include "cli/term.h"
#include "devmode/arguments.h"
#include "devmode/devmode.h"
#include "devmode/state.h"
#include "faulthandler/faulthandler.h"
#include "tracemalloc/tracemalloc.h"

#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* For --help; the words themselves are read by devmode/arguments, in `lua`'s way. */
static const struct option_row rows[] = {
    {'e', NULL, "STAT", "execute the string STAT", .kind = OPTION_STRING},
    {'i', NULL, NULL, "enter interactive mode after executing the script", .kind = OPTION_FLAG},
    {'l', NULL, "[NAME=]MODULE", "require the library MODULE into a global of its name, or NAME",
     .kind = OPTION_STRING},
    {'v', NULL, NULL, "show Lua's version", .kind = OPTION_FLAG},
    {'E', NULL, NULL, "ignore environment variables", .kind = OPTION_FLAG},
    {'W', NULL, NULL, "turn Lua's own warnings on", .kind = OPTION_FLAG},
    {'W', NULL, "ACTION[:CATEGORY]",
     "what to do with findings: default (tell each once per place), error or ignore; CATEGORY is "
     "ResourceWarning, GlobalWarning, CoroutineWarning, RuntimeWarning or DeprecationWarning",
     .kind = OPTION_STRING},
    {'X', NULL, "SWITCH",
     "dev: the development mode; faulthandler: a traceback when the process dies; tracemalloc[=N]: "
     "remember N frames (1) of where each block of memory was allocated",
     .kind = OPTION_STRING},
    {0, "help", NULL, "print this help and exit", .kind = OPTION_HELP},
    {0},
};

static const struct option_operand operands[] = {
    {"script", "the program; - is standard input", 0, 1, OFFER_SCRIPTS},
    {"args", "its arguments", 0, 0, OFFER_NOTHING},
    {0},
};

static const struct options spec = {
    .prog = "xlua",
    .usage = "[options] [script [args]]",
    .description =
        "The stand-alone Lua interpreter, with switches for development. Without -X and a filter "
        "of -W it does what lua does, to the byte.",
    .epilog =
        "Environment: LUADEVMODE, LUAFAULTHANDLER (any text but the empty one) and LUATRACEMALLOC "
        "(a number of frames) are -X dev, -X faulthandler and -X tracemalloc=N.",
    .rows = rows,
    .operands = operands,
};

/* What `lua` says of an option that it does not know, on standard error. */
static int refuse(const char *progname, const char *option)
{
    fprintf(stderr, "%s: ", progname);
    if (option[1] == 'e' || option[1] == 'l')
        fprintf(stderr, "'%s' needs argument\n", option);
    else
        fprintf(stderr, "unrecognized option '%s'\n", option);
    fprintf(stderr, "usage: %s [options] [script [args]]\n%s", progname, script_usage());
    return EXIT_FAILURE;
}

static int complain(const char *text)
{
    fprintf(stderr, "xlua: %s\n", text);
    return 2;
}

/* ---- what the switches and the environment turn on ---- */

/* A variable counts unless it is unset or empty. */
static int read_environment(struct arguments_switches *on, struct xdb_error *err)
{
    const char *frames = term_getenv(&term_environ, "LUATRACEMALLOC");
    on->dev |= term_getenv(&term_environ, "LUADEVMODE") != NULL;
    on->faulthandler |= term_getenv(&term_environ, "LUAFAULTHANDLER") != NULL;
    if (!frames || on->tracemalloc)
        return XDB_OK;
    int code = arguments_frames(frames, &on->tracemalloc, err);
    if (code < 0) {
        char text[XDB_ERROR_SIZE];
        snprintf(text, sizeof text, "LUATRACEMALLOC: %.400s", err->text);
        return error_set(err, code, "%s", text);
    }
    return code;
}

/* Whether the debug allocator is on: with the mode, unless LUAMALLOC says otherwise. */
static int read_allocator(const struct arguments *a, bool *on, struct xdb_error *err)
{
    const char *text = a->no_env ? NULL : term_getenv(&term_environ, "LUAMALLOC");
    *on = a->on.dev;
    if (!text)
        return XDB_OK;
    if (strcmp(text, "debug") != 0 && strcmp(text, "default") != 0)
        return error_set(err, XDB_EINVAL, "LUAMALLOC: no such allocator: '%s' (default, debug)",
                         text);
    *on = strcmp(text, "debug") == 0;
    return XDB_OK;
}

/* One run; outside of Lua's memory. */
struct session {
    const struct arguments *arguments;
    bool guards; /* the debug allocator */
    struct devmode *mode;
    struct xdb_tracemalloc *tracer;
    const lua_State *state; /* that the fault handler knows, or NULL */
    struct xdb_error err;
    int failed; /* a negative code: a switch could not be turned on */
};

static void filter(struct xdb_devmode_filters *filters, const struct arguments *a)
{
    for (int i = 0; i < a->nfilters; i++)
        xdb_devmode_filter(filters, a->filters[i], NULL); /* read before */
}

/* Whether there is somebody to tell; else a file that the program opens would get what it knows nothing of. */
static bool has_stderr(void)
{
    return fcntl(STDERR_FILENO, F_GETFD) >= 0;
}

static void tell_nobody(void *user, const char *text, size_t len)
{
    (void)user, (void)text, (void)len;
}

/* Whether anything is to be found at all: by -X dev, or by a filter of -W alone. */
static bool wants_mode(const struct session *s, struct xdb_devmode_options *options)
{
    const struct arguments *a = s->arguments;
    *options = xdb_devmode_defaults();
    options->no_allocator = !s->guards;
    options->write = has_stderr() ? NULL : tell_nobody;
    for (int i = 0; !a->on.dev && i < XDB_DEVMODE_CATEGORIES; i++)
        options->filters.action[i] = XDB_DEVMODE_IGNORE;
    filter(&options->filters, a);
    bool wanted = a->on.dev || s->guards;
    for (int i = 0; i < XDB_DEVMODE_CATEGORIES; i++)
        wanted |= options->filters.action[i] != XDB_DEVMODE_IGNORE;
    return wanted;
}

static void opened(lua_State *L, void *data)
{
    struct session *s = data;
    const struct xdb_faulthandler_options stacks = {.fd = STDERR_FILENO};
    if ((s->arguments->on.dev || s->arguments->on.faulthandler) && has_stderr()) {
        s->failed = xdb_faulthandler_enable(L, &stacks, &s->err);
        s->state = L;
    }
    if (s->failed >= 0 && s->tracer)
        s->failed = xdb_tracemalloc_attach(s->tracer, L, &s->err);
    if (s->failed >= 0 && s->mode)
        s->failed = devmode_begin(s->mode, L, &s->err);
    if (s->failed < 0)
        luaL_error(L, "%s", s->err.text);
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    const struct session *s = data;
    (void)L, (void)end;
    if (s->mode)
        allocator_check(&s->mode->allocator); /* while there is a stack to be shown */
}

static int prepare_mode(struct session *s)
{
    struct xdb_devmode_options mode;
    if (read_allocator(s->arguments, &s->guards, &s->err) < 0)
        return XDB_EINVAL;
    if (!wants_mode(s, &mode))
        return XDB_OK;
    s->mode = devmode_new(&mode);
    return s->mode ? XDB_OK : error_set(&s->err, XDB_ENOMEM, "not enough memory");
}

/* The tracer stands on the debug allocator: it is to see what the program asks for. */
static int prepare_tracer(struct session *s)
{
    const struct xdb_tracemalloc_config config = {.frames = s->arguments->on.tracemalloc};
    if (!config.frames)
        return XDB_OK;
    s->tracer = s->mode ? xdb_tracemalloc_new(allocator_run, &s->mode->allocator)
                        : xdb_tracemalloc_new(NULL, NULL);
    if (!s->tracer)
        return error_set(&s->err, XDB_ENOMEM, "not enough memory");
    if (s->mode)
        devmode_trace(s->mode, s->tracer);
    return xdb_tracemalloc_start(s->tracer, NULL, &config, &s->err);
}

static int run(const char *progname, int argc, char **argv, const struct arguments *a)
{
    static const struct script_events events = {.opened = opened, .finished = finished};
    struct session s = {.arguments = a};
    if (prepare_mode(&s) < 0 || prepare_tracer(&s) < 0)
        return complain(s.err.text);
    const struct script_options options = {
        .progname = progname,
        .nswitches = a->nwords,
        .switches = a->words,
        .argc = argc - a->script,
        .argv = argv + a->script,
        .interactive = true,
        .alloc = s.tracer ? xdb_tracemalloc_alloc
                 : s.mode ? allocator_run
                          : NULL,
        .alloc_ud = s.tracer ? (void *)s.tracer
                    : s.mode ? &s.mode->allocator
                             : NULL,
        .events = a->on.faulthandler || s.mode || s.tracer ? &events : NULL,
        .data = &s};
    int status = script_run(&options, NULL);
    xdb_faulthandler_closed(s.state);
    xdb_tracemalloc_free(s.tracer, NULL);
    if (s.mode)
        devmode_trace(s.mode, NULL);
    devmode_free(s.mode);
    return status;
}

int main(int argc, char **argv)
{
    const char *progname = argv[0] && *argv[0] ? argv[0] : "lua";
    struct arguments a;
    struct xdb_error err;
    int status = options_completion(argc, argv, &err);
    if (status != OPTIONS_RUN)
        return options_report(&spec, status, &err, 80, stdout, stderr);
    status = arguments_parse(argc, argv, &a, &err);
    if (status == ARGUMENTS_RUN && !a.no_env && read_environment(&a.on, &err) < 0)
        status = XDB_EINVAL;
    if (status < 0)
        status = complain(err.text);
    else if (status == ARGUMENTS_REFUSED)
        status = refuse(progname, a.refused);
    else if (status == ARGUMENTS_HELP)
        status = options_report(&spec, OPTIONS_HELP, NULL, term_width(&term_environ, STDOUT_FILENO),
                                stdout, stderr);
    else
        status = run(progname, argc, argv, &a);
    arguments_release(&a);
    return status;
}
