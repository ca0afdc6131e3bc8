#include "trace/trace.h"

#include "core/error.h"
#include "trace/calls.h"
#include "trace/collector.h"
#include "trace/counts.h"
#include "trace/cover.h"
#include "trace/gather.h"
#include "trace/live.h"
#include "trace/modules.h"
#include "trace/relations.h"

#include <stdlib.h>
#include <string.h>

struct xdb_trace {
    struct xdb_trace_config config; /* its lists are copies, its texts are not used */
    char **modules, **folders;      /* ended by NULL */
    struct modules names;
    struct program *program;
    struct collector *collector;
    struct live live;
    struct calls calls;
    struct results *contexts; /* what belongs to contexts that have ended; NULL without */
    char *context;            /* that of now, or NULL */
};

/* ---- which files ------------------------------------------------------------------------------ */

static char **copy_list(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    char **copy = calloc(n + 1, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) {
        copy[i] = strdup(list[i]);
        if (!copy[i])
            n = i; /* found out below */
    }
    return copy;
}

static void free_list(char **list)
{
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free(list);
}

static bool has_all(char **copy, const char *const *list)
{
    size_t i = 0;
    while (copy && copy[i])
        i++;
    return copy && !(list && list[i]);
}

/* Whether the file is in the folder or below. */
static bool in_folder(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    return n > 0 && strncmp(path, folder, n) == 0 && (path[n] == '/' || folder[n - 1] == '/');
}

static bool is_ignored(const struct xdb_trace *t, const char *path)
{
    struct buffer full, base;
    bool ignored = false;
    for (char **f = t->folders; *f && !ignored; f++)
        ignored = in_folder(path, *f);
    buffer_init(&full);
    buffer_init(&base);
    if (!ignored && *t->modules) {
        modules_full(&t->names, path, '.', &full);
        modules_short(path, &base);
    }
    for (char **m = t->modules; *m && !ignored; m++)
        ignored = modules_inside(full.data, *m) || strcmp(base.data, *m) == 0;
    buffer_release(&full);
    buffer_release(&base);
    return ignored;
}

static bool wanted(void *data, lua_State *L, const char *path)
{
    struct xdb_trace *t = data;
    modules_read(&t->names, L);
    if (is_ignored(t, path))
        return false;
    return !t->config.wanted || t->config.wanted(t->config.user, path);
}

/* ---- listening -------------------------------------------------------------------------------- */

static void on_call(void *data, lua_State *L, lua_Debug *ar, struct code *callee)
{
    struct xdb_trace *t = data;
    calls_note(&t->calls, L, ar, callee);
}

static void on_live_call(void *data, lua_State *L, lua_Debug *ar, struct code *callee)
{
    live_call(&((struct xdb_trace *)data)->live, L, ar, callee);
}

static void on_live_line(void *data, lua_State *L, lua_Debug *ar, struct file *f)
{
    live_line(&((struct xdb_trace *)data)->live, L, ar, f);
}

static enum collector_mode mode_of(unsigned what)
{
    if (what & (XDB_TRACE_CALLS | XDB_TRACE_FUNCTIONS))
        return COLLECT_CALLS;
    return what & XDB_TRACE_LINES ? COLLECT_LINES : COLLECT_COUNTS;
}

static void choose_listener(struct xdb_trace *t, struct collector_listener *l)
{
    const struct xdb_trace_config *c = &t->config;
    enum collector_mode mode = mode_of(c->what);
    l->data = t;
    if (mode == COLLECT_CALLS)
        l->call = on_call;
    if (mode == COLLECT_LINES) {
        l->call = on_live_call;
        l->line = on_live_line;
    }
}

/* ---- life ------------------------------------------------------------------------------------- */

static bool make_parts(struct xdb_trace *t, const struct xdb_trace_config *config)
{
    const unsigned what = config->what;
    const struct program_config program = {
        .branches = (what & XDB_TRACE_BRANCHES) && mode_of(what) == COLLECT_COUNTS,
        .conditions = (what & XDB_TRACE_CONDITIONS) != 0,
        .once = (what & XDB_TRACE_ONCE) && mode_of(what) == COLLECT_COUNTS,
        .wanted = wanted,
        .data = t};
    const struct live_config live = {.write = config->write,
                                     .user = config->user,
                                     .timing = config->timing,
                                     .indent = config->indent,
                                     .depth = config->depth,
                                     .only = config->only,
                                     .paint = config->paint};
    struct collector_listener listener = {0};
    t->modules = copy_list(config->ignore_modules);
    t->folders = copy_list(config->ignore_folders);
    t->program = program_new(&program);
    if (!t->program || !has_all(t->modules, config->ignore_modules) ||
        !has_all(t->folders, config->ignore_folders))
        return false;
    modules_set_script(&t->names, config->script);
    live_init(&t->live, t->program, &live);
    calls_init(&t->calls, t->program, (what & XDB_TRACE_CALLS) != 0);
    choose_listener(t, &listener);
    t->collector = trace_collector_new(t->program, mode_of(what), &listener);
    if (t->collector)
        t->collector->counts = (what & XDB_TRACE_COUNT) != 0;
    return t->collector != NULL;
}

struct xdb_trace *xdb_trace_new(lua_State *L, const struct xdb_trace_config *config,
                                struct xdb_error *err)
{
    if ((config->what & XDB_TRACE_LINES) && !config->write &&
        mode_of(config->what) == COLLECT_LINES) {
        error_set(err, XDB_EINVAL, "nowhere to write the traced lines");
        return NULL;
    }
    struct xdb_trace *t = calloc(1, sizeof *t);
    if (t) {
        t->config = *config;
        modules_init(&t->names);
        buffer_init(&t->live.text);
    }
    if (!t || !universe_open(L) || !make_parts(t, config)) {
        xdb_trace_free(t, NULL);
        error_set(err, XDB_ENOMEM, "not enough memory");
        return NULL;
    }
    modules_read(&t->names, L);
    return t;
}

void xdb_trace_free(struct xdb_trace *t, lua_State *L)
{
    if (!t)
        return;
    if (t->collector)
        xdb_trace_stop(t, L);
    trace_collector_free(t->collector);
    calls_release(&t->calls);
    live_release(&t->live);
    program_free(t->program);
    modules_release(&t->names);
    results_free(t->contexts);
    free(t->context);
    free_list(t->modules);
    free_list(t->folders);
    free(t);
}

int xdb_trace_start(struct xdb_trace *t, lua_State *L, struct xdb_error *err)
{
    struct universe *u = universe_open(L);
    if (!u)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    const unsigned anything =
        XDB_TRACE_COUNT | XDB_TRACE_LINES | XDB_TRACE_FUNCTIONS | XDB_TRACE_CALLS;
    if (t->config.what & anything)
        collector_start(t->collector, u, L);
    return 0;
}

void xdb_trace_stop(struct xdb_trace *t, lua_State *L)
{
    collector_stop(t->collector, L);
}

bool xdb_trace_running(const struct xdb_trace *t)
{
    return t->collector->active;
}

void xdb_trace_clear(struct xdb_trace *t, lua_State *L)
{
    program_clear(t->program);
    calls_clear(&t->calls);
    results_free(t->contexts);
    t->contexts = NULL;
    collector_refresh(t->collector, L);
}

/* What was covered since the context began goes to `r`. */
static int end_context(struct xdb_trace *t, struct results *r, struct xdb_error *err)
{
    size_t n;
    if (results_context(r, t->context, strlen(t->context), &n) < 0)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    return gather_context(t->program, r, n, err);
}

int xdb_trace_context(struct xdb_trace *t, lua_State *L, const char *name, struct xdb_error *err)
{
    char *copy = name ? strdup(name) : NULL;
    if (!t->contexts)
        t->contexts = results_new();
    if (!t->contexts || (name && !copy)) {
        free(copy);
        return error_set(err, XDB_ENOMEM, "not enough memory");
    }
    struct results *nowhere = t->context ? NULL : results_new();
    size_t n = 0;
    int failed = 0;
    if (t->context)
        failed = end_context(t, t->contexts, err);
    else if (!nowhere || results_context(nowhere, "", 0, &n) < 0)
        failed = error_set(err, XDB_ENOMEM, "not enough memory");
    else
        failed = gather_context(t->program, nowhere, n, err); /* belongs to none */
    results_free(nowhere);
    if (failed) {
        free(copy);
        return failed;
    }
    free(t->context);
    t->context = copy;
    collector_refresh(t->collector, L);
    return 0;
}

void xdb_trace_interrupt(struct xdb_trace *t)
{
    if (!xdb_trace_running(t))
        return;
    t->collector->raises_interrupts = true;
    hook_interrupt_request(t->collector->observer.universe);
}

const char *xdb_trace_branches_verdict(void)
{
    layout_switch_prove();
    return layout_switch_verdict();
}

static int fill(struct xdb_trace *t, struct results *r, struct xdb_error *err)
{
    int failed = t->collector->counts ? gather(t->program, r, err) : 0;
    if (!failed)
        failed = calls_gather(&t->calls, r, err);
    if (!failed && t->context)
        failed = end_context(t, t->contexts, err);
    if (!failed && t->contexts) {
        unsigned flags = results_flags(r);
        results_set_flags(t->contexts, flags);
        failed = results_merge(r, t->contexts, err);
        results_set_flags(r, flags);
    }
    return failed;
}

struct results *xdb_trace_results(struct xdb_trace *t, lua_State *L, struct xdb_error *err)
{
    if (L)
        modules_read(&t->names, L);
    struct results *r = results_new();
    if (!r)
        error_set(err, XDB_ENOMEM, "not enough memory");
    else if (fill(t, r, err) < 0) {
        results_free(r);
        r = NULL;
    }
    return r;
}

/* ---- results ---------------------------------------------------------------------------------- */

struct results *xdb_results_new(void)
{
    return results_new();
}

void xdb_results_free(struct results *r)
{
    results_free(r);
}

int xdb_results_update(struct results *r, const struct results *other, struct xdb_error *err)
{
    return results_merge(r, other, err);
}

int xdb_results_load(struct results *r, const char *path, struct xdb_error *err)
{
    struct results *loaded;
    int failed = counts_load(path, &loaded, err);
    if (failed)
        return failed;
    failed = results_merge(r, loaded, err);
    results_free(loaded);
    return failed;
}

int xdb_results_save(struct results *r, const char *path, struct xdb_error *err)
{
    return counts_save(path, r, err);
}

const char *xdb_results_file(struct results *r, size_t i, int *lines)
{
    size_t n = 0;
    struct results_file *const *files = results_files(r, &n);
    if (!files || i >= n)
        return NULL;
    if (lines)
        *lines = files[i]->nlines;
    return files[i]->name;
}

int64_t xdb_results_line(struct results *r, const char *path, int line)
{
    size_t n = 0;
    struct results_file *const *files = results_files(r, &n);
    int64_t count = RESULTS_NO_CODE;
    for (size_t i = 0; files && i < n; i++)
        if (strcmp(files[i]->name, path) == 0 && results_line(files[i], line) > count)
            count = results_line(files[i], line);
    return count;
}

/* ---- reports ---------------------------------------------------------------------------------- */

static int write_relations(struct results *r, const struct xdb_trace_report *o,
                           struct xdb_error *err)
{
    struct buffer text;
    buffer_init(&text);
    int failed = relations_functions(r, &text);
    if (!failed)
        failed = o->dot ? relations_dot(r, &text) : relations_calls(r, &text);
    if (failed)
        error_set(err, failed, "out of memory while writing the report");
    else
        o->write(o->user, text.data, text.len);
    buffer_release(&text);
    return failed;
}

int xdb_results_report(struct results *r, const struct xdb_trace_report *o, struct xdb_error *err)
{
    struct modules names;
    modules_init(&names);
    modules_set_script(&names, o->script);
    if (o->package_path)
        buffer_adds(&names.path, o->package_path);
    const struct cover_options cover = {.missing = o->missing,
                                        .summary = o->summary,
                                        .folder = o->folder,
                                        .ignore_missing = o->ignore_missing,
                                        .modules = &names,
                                        .write = o->write,
                                        .say = o->say,
                                        .user = o->user};
    int failed = write_relations(r, o, err);
    if (!failed)
        failed = cover_write(r, &cover, err);
    modules_release(&names);
    return failed;
}
