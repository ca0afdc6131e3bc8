/* xtrace cover: runs a program and adds what it covers to the data file. */
#include "cli/script.h"
#include "cli/term.h"
#include "trace/counts.h"
#include "trace/main_commands.h"
#include "trace/main_settings.h"
#include "trace/session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct given {
    struct main_given settings; /* first */
    const char *module;
    bool fresh;
};

#define FIELD(name) offsetof(struct given, name)

static const struct option_row own_rows[] = {
    {'h', "help", .help = "show this help message and exit", .kind = OPTION_HELP},
    {'m', NULL, "module", "run the module that require would find under this name, as a script",
     OPTION_STRING, FIELD(module), .flags = OPTION_STOPS, .offer = OFFER_MODULES},
    {0, "config", "FILE", "settings to be used instead of those in " SETTINGS_FILE, OPTION_STRING,
     offsetof(struct main_given, config), .offer = OFFER_FILES},
    {0, "fresh", .help = "forget first what the data file holds", .kind = OPTION_FLAG,
     .offset = FIELD(fresh)},
    {.kind = OPTION_END},
};

static const struct option_operand operands[] = {
    {"script", "the program; \"-\" is standard input", 0, 1, OFFER_SCRIPTS},
    {"args", "its arguments", 0, 0, OFFER_FILES},
    {NULL, NULL, 0, 0, OFFER_NOTHING},
};

static struct option_row rows[MAIN_ROWS];

static const struct options spec = {
    .prog = "xtrace cover",
    .version = "xtrace " XDB_VERSION,
    .usage = "[--source GLOB] [--omit GLOB] [--branch] [--fail-under PERCENT] [--parallel] [-m "
             "module | script] [arg ...]",
    .description = "Run a Lua program and add what it covers to the data file; see xtrace report. "
                   "The options are keys of "
                   "the file " SETTINGS_FILE ", too.",
    .rows = rows,
    .operands = operands,
};

/*
** The run. One a process; global since signal handlers and atexit have no argument. `session` is there while it is
** still to be saved, also when the program calls os.exit.
*/
static struct {
    struct settings settings;
    const char *script;
    struct session *session;
    bool judges; /* --fail-under is still to be looked at */
    int failed;
} run;

static void save(lua_State *L)
{
    struct buffer said;
    struct xdb_error err;
    struct session *s = run.session;
    if (!s)
        return;
    run.session = NULL;
    buffer_init(&said);
    if (session_end(s, L, &said, &err) < 0) {
        buffer_addf(&said, "%s\n", err.text);
        run.failed = EXIT_FAILURE;
    }
    main_say(&said);
    buffer_release(&said);
}

/* 2 when what the data file holds now is not enough. */
static int judge(void)
{
    struct results *r;
    struct xdb_error err;
    run.judges = false;
    if (counts_load(run.settings.data_file, &r, &err) < 0) {
        main_complain(err.text);
        return EXIT_FAILURE;
    }
    struct coverage *c = main_coverage(&run.settings, r);
    int status = !c ? EXIT_FAILURE : main_is_under(&run.settings, c) ? 2 : EXIT_SUCCESS;
    coverage_free(c);
    results_free(r);
    return status;
}

/* The program called os.exit; the state may be closed. Handlers of the program's own have run before this one. */
static void at_exit(int status, void *data)
{
    (void)data;
    save(NULL);
    if (status == EXIT_SUCCESS && run.judges && (status = run.failed ? run.failed : judge())) {
        fflush(NULL);
        _exit(status);
    }
}

static void on_interrupt(int sig)
{
    (void)sig;
    if (run.session)
        session_interrupt(run.session);
}

static void own_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static void loaded(lua_State *L, void *data)
{
    struct buffer said;
    struct xdb_error err;
    (void)data;
    buffer_init(&said);
    run.session = session_begin(L, &run.settings, run.script, &said, &err);
    if (run.session) {
        own_interrupts();
    } else {
        buffer_addf(&said, "%s\n", err.text);
        run.failed = EXIT_FAILURE;
    }
    main_say(&said);
    buffer_release(&said);
}

static void finished(lua_State *L, enum script_end end, void *data)
{
    (void)end, (void)data;
    save(L);
}

/* What child processes are told, when they are to write files of their own. */
static int hand_down(const struct settings *s)
{
    struct buffer text;
    buffer_init(&text);
    settings_text(s, &text);
    int failed = text.failed ? ENOMEM : setenv(MAIN_ENVIRONMENT, text.data, 1) ? errno : 0;
    buffer_release(&text);
    return failed;
}

static int run_program(const struct given *given, const struct options_rest *rest)
{
    static const struct script_events events = {.loaded = loaded, .finished = finished};
    const struct script_options options = {.argc = rest->count,
                                           .argv = rest->items,
                                           .module = given->module,
                                           .own_sigint = true,
                                           .events = &events};
    run.script = given->module || rest->count == 0 ? NULL : rest->items[0];
    int failed = run.settings.parallel ? hand_down(&run.settings) : 0;
    if (failed) {
        main_complain(strerror(failed));
        return EXIT_FAILURE;
    }
    on_exit(at_exit, NULL);
    int status = script_run(&options, NULL);
    if (!status)
        status = run.failed;
    return status || !run.judges ? status : judge();
}

static bool asked_to_judge(const struct main_given *given)
{
    for (size_t i = 0; settings_keys[i].name; i++) {
        if (strcmp(settings_keys[i].name, "fail-under") == 0)
            return given->values[i].count > 0;
    }
    return false;
}

static int cover(const struct given *given, const struct options_rest *rest)
{
    int width = term_width(&term_environ, STDERR_FILENO);
    int status = main_take(&spec, &given->settings, &run.settings);
    run.judges = asked_to_judge(&given->settings);
    if (status >= 0)
        return status;
    if (!given->module && rest->count == 0)
        return options_fail(&spec, width, stderr, "the script is missing");
    if (run.judges && run.settings.parallel)
        return options_fail(
            &spec, width, stderr,
            "--fail-under is for xtrace report when processes write files of their own");
    if (given->fresh && unlink(run.settings.data_file) != 0 && errno != ENOENT) {
        fprintf(stderr, "xtrace: cannot remove %s: %s\n", run.settings.data_file, strerror(errno));
        return EXIT_FAILURE;
    }
    return run_program(given, rest);
}

const struct options *cover_options(void)
{
    main_rows(rows, own_rows, SETTINGS_COVER);
    return &spec;
}

int cover_main(int argc, char **argv)
{
    struct given given = {0};
    struct options_rest rest;
    struct xdb_error err;
    int status = options_parse(cover_options(), argc, argv, &given, &rest, &err);
    status = options_report(&spec, status, &err, term_width(&term_environ, STDOUT_FILENO), stdout,
                            stderr);
    if (status < 0)
        status = cover(&given, &rest);
    run.judges = false; /* done, or for nothing */
    options_release(&spec, &given, &rest);
    settings_release(&run.settings);
    return status;
}
