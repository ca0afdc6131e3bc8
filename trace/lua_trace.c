/*
** The Lua module xdb.trace:
**
**   Trace(count, trace, countfuncs, countcallers, ignoremods, ignoredirs, infile, outfile, timing)   or one table by name
**     t:run(code) t:runctx(code, globals, locals) t:runfunc(f, ...) t:start() t:stop() t:results()
**   CoverageResults(counts, calledfuncs, infile, callers, outfile)   or one table by name
**     r:update(other) r:write_results(show_missing, summary, coverdir, ignore_missing_files)
**     r.counts r.calledfuncs r.callers r.infile r.outfile
**   context(name)   what is covered from now on belongs to this context
**
** What is traced goes to standard output, what could not be done to standard error, as from the command.
*/
#include "core/error.h"
#include "core/lua_args.h"
#include "core/lua_class.h"
#include "core/lua_code.h"
#include "core/lua_value.h"
#include "core/universe.h"
#include "trace/counts.h"
#include "trace/lua_cover.h"
#include "trace/results.h"
#include "trace/trace.h"

#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lua_trace {
    struct xdb_trace *t; /* NULL once collected */
    char *infile, *outfile;
};

struct lua_results {
    struct results *r; /* NULL once collected */
    char *infile, *outfile;
};

static const struct lua_class trace_class, results_class;

static void write_stdout(void *user, const char *text, size_t n)
{
    (void)user;
    fwrite(text, 1, n, stdout);
}

static void say(void *user, const char *line)
{
    (void)user;
    fprintf(stderr, "%s\n", line);
}

/* A copy for C of the string at `index`, or NULL for nil. */
static void copy_text(lua_State *L, int index, const char *name, char **out)
{
    const char *text = lua_args_string(L, index, name, NULL, NULL);
    *out = text ? strdup(text) : NULL;
    if (text && !*out)
        luaL_error(L, "not enough memory");
}

/* ---- results ---------------------------------------------------------------------------------- */

static int collect_results(lua_State *L)
{
    struct lua_results *self = lua_class_check(L, &results_class, 1);
    results_free(self->r);
    free(self->infile);
    free(self->outfile);
    self->r = NULL;
    self->infile = self->outfile = NULL;
    return 0;
}

static struct lua_results *check_results(lua_State *L, int index)
{
    struct lua_results *self = lua_class_check(L, &results_class, index);
    luaL_argcheck(L, self->r, index, "the results are closed");
    return self;
}

/* [-0, +1] Empty ones. */
static struct lua_results *push_results(lua_State *L)
{
    struct lua_results *self = lua_class_new(L, &results_class, sizeof *self);
    self->r = results_new();
    if (!self->r)
        luaL_error(L, "not enough memory");
    return self;
}

/* The counts of one file, from the table on the top: {[line] = n}. */
static void take_lines(lua_State *L, struct results_file *f)
{
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        int good;
        lua_Integer line = lua_tointegerx(L, -2, &good), n = luaL_checkinteger(L, -1);
        if (!good || lua_type(L, -2) != LUA_TNUMBER || line < 1 || line > RESULTS_MAX_LINE ||
            results_add_line(f, (int)line, n) < 0)
            luaL_error(L, "counts must be numbers by lines");
    }
}

/* {[file] = {[line] = n}} at `index`. */
static void take_counts(lua_State *L, struct results *r, int index)
{
    if (lua_isnil(L, index))
        return;
    luaL_checktype(L, index, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        size_t len;
        struct results_file *f;
        luaL_argcheck(L, lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1), index,
                      "counts must be tables by files");
        const char *name = lua_tolstring(L, -2, &len);
        if (results_file(r, name, len, 0, &f) < 0)
            luaL_error(L, "not enough memory");
        take_lines(L, f);
    }
}

/* Points to the texts of the function described by the table on the top, which are pushed. */
static struct results_callee take_callee(lua_State *L)
{
    static const char *const names[] = {"filename", "modulename", "funcname"};
    const char *texts[3];
    luaL_argexpected(L, lua_istable(L, -1), lua_gettop(L), "table");
    for (int i = 0; i < 3; i++) {
        lua_getfield(L, -1 - i, names[i]);
        texts[i] = luaL_checkstring(L, -1);
    }
    return (struct results_callee){texts[0], texts[1], texts[2]};
}

/* A list of functions, or (pairs) of calls, at `index`. */
static void take_calls(lua_State *L, struct results *r, int index, bool pairs)
{
    if (lua_isnil(L, index))
        return;
    luaL_checktype(L, index, LUA_TTABLE);
    lua_Integer n = luaL_len(L, index);
    for (lua_Integer i = 1; i <= n; i++) {
        struct results_call call = {.count = 1};
        int top = lua_gettop(L);
        luaL_checkstack(L, 12, NULL);
        lua_geti(L, index, i);
        if (pairs) {
            int at = lua_gettop(L);
            luaL_argexpected(L, lua_istable(L, at), index, "table");
            lua_getfield(L, at, "caller");
            call.caller = take_callee(L);
            lua_getfield(L, at, "callee");
        }
        call.callee = take_callee(L);
        if (results_add_call(r, &call) < 0)
            luaL_error(L, "not enough memory");
        lua_settop(L, top);
    }
}

/* Adds the file of counts, or tells that there is none to be had. */
static void take_infile(struct results *r, const char *path)
{
    struct xdb_error err;
    if (path && xdb_results_load(r, path, &err) < 0)
        fprintf(stderr, "Skipping counts file '%s': %s\n", path, err.text);
}

/* CoverageResults(...) */
static int new_results(lua_State *L)
{
    static const char *const names[] = {"counts",  "calledfuncs", "infile",
                                        "callers", "outfile",     NULL};
    lua_args_arrange(L, 2, names, 5);
    struct lua_results *self = push_results(L);
    take_counts(L, self->r, 2);
    take_calls(L, self->r, 3, false);
    take_calls(L, self->r, 5, true);
    copy_text(L, 4, "infile", &self->infile);
    copy_text(L, 6, "outfile", &self->outfile);
    take_infile(self->r, self->infile);
    return 1;
}

static int update(lua_State *L)
{
    struct lua_results *self = check_results(L, 1);
    const struct lua_results *other = check_results(L, 2);
    struct xdb_error err;
    if (self != other && results_merge(self->r, other->r, &err) < 0)
        return luaL_error(L, "%s", err.text);
    lua_settop(L, 1);
    return 1;
}

/* Saves them; what goes wrong is said. */
static bool save(const struct lua_results *self)
{
    struct xdb_error err;
    if (!self->outfile || counts_save(self->outfile, self->r, &err) == 0)
        return true;
    fprintf(stderr, "Can't save counts files because %s\n", err.text);
    return false;
}

/* [-0, +1] package.path as it is. */
static const char *push_path(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, LUA_LOADLIBNAME);
    if (lua_istable(L, -1))
        lua_getfield(L, -1, "path");
    return lua_tostring(L, -1);
}

static int write_results(lua_State *L)
{
    static const char *const names[] = {"show_missing", "summary", "coverdir",
                                        "ignore_missing_files", NULL};
    struct lua_results *self = check_results(L, 1);
    struct xdb_error err;
    lua_args_arrange(L, 2, names, 3);
    struct xdb_trace_report report = {.missing = lua_args_flag(L, 2, true),
                                      .summary = lua_args_flag(L, 3, false),
                                      .folder = lua_args_string(L, 4, "coverdir", NULL, NULL),
                                      .ignore_missing = lua_args_flag(L, 5, false),
                                      .package_path = push_path(L),
                                      .write = write_stdout,
                                      .say = say};
    int failed = xdb_results_report(self->r, &report, &err);
    bool saved = save(self);
    if (failed < 0)
        return luaL_error(L, "%s", err.text);
    if (failed || !saved) {
        luaL_pushfail(L);
        lua_pushliteral(L, "not everything could be written");
        return 2;
    }
    lua_settop(L, 1);
    return 1;
}

static int get_counts(lua_State *L)
{
    const struct lua_results *self = check_results(L, 1);
    size_t n = 0;
    struct results_file *const *files = results_files(self->r, &n);
    lua_newtable(L);
    for (size_t i = 0; files && i < n; i++) {
        lua_pushlstring(L, files[i]->name, files[i]->name_len);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) != LUA_TTABLE) { /* two texts of one file: the counts of both */
            lua_pop(L, 1);
            lua_newtable(L);
        }
        for (int line = 1; line <= files[i]->nlines; line++) {
            int64_t count = results_line(files[i], line);
            if (count <= 0)
                continue;
            lua_rawgeti(L, -1, line);
            lua_pushinteger(L, count + lua_tointeger(L, -1));
            lua_rawseti(L, -3, line);
            lua_pop(L, 1);
        }
        lua_rawset(L, -3);
    }
    return 1;
}

static void push_callee(lua_State *L, const struct results_callee *f)
{
    lua_createtable(L, 0, 3);
    lua_value_set_string(L, "filename", f->file);
    lua_value_set_string(L, "modulename", f->module);
    lua_value_set_string(L, "funcname", f->name);
}

static int push_calls(lua_State *L, bool pairs)
{
    const struct lua_results *self = check_results(L, 1);
    size_t n = 0;
    const struct results_call *calls = results_calls(self->r, &n);
    lua_newtable(L);
    for (size_t i = 0; calls && i < n; i++) {
        if (pairs != (calls[i].caller.name != NULL))
            continue;
        if (pairs) {
            lua_createtable(L, 0, 2);
            push_callee(L, &calls[i].caller);
            lua_setfield(L, -2, "caller");
            push_callee(L, &calls[i].callee);
            lua_setfield(L, -2, "callee");
        } else
            push_callee(L, &calls[i].callee);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

static int get_calledfuncs(lua_State *L)
{
    return push_calls(L, false);
}

static int get_callers(lua_State *L)
{
    return push_calls(L, true);
}

static int get_infile(lua_State *L)
{
    lua_pushstring(L, check_results(L, 1)->infile);
    return 1;
}

static int get_outfile(lua_State *L)
{
    lua_pushstring(L, check_results(L, 1)->outfile);
    return 1;
}

/* ---- traces ----------------------------------------------------------------------------------- */

static int collect_trace(lua_State *L)
{
    struct lua_trace *self = lua_class_check(L, &trace_class, 1);
    struct xdb_trace *t = self->t;
    self->t = NULL;
    xdb_trace_free(t, L);
    free(self->infile);
    free(self->outfile);
    self->infile = self->outfile = NULL;
    return 0;
}

static struct lua_trace *check_trace(lua_State *L, int index)
{
    struct lua_trace *self = lua_class_check(L, &trace_class, index);
    luaL_argcheck(L, self->t, index, "the trace is closed");
    return self;
}

/* As the original: callers before functions, and both before the rest. */
static unsigned what_of(lua_State *L)
{
    if (lua_args_flag(L, 5, false))
        return XDB_TRACE_CALLS;
    if (lua_args_flag(L, 4, false))
        return XDB_TRACE_FUNCTIONS;
    return (lua_args_flag(L, 2, true) ? XDB_TRACE_COUNT : 0) |
           (lua_args_flag(L, 3, true) ? XDB_TRACE_LINES : 0);
}

/* Trace(...) */
static int new_trace(lua_State *L)
{
    static const char *const names[] = {"count",      "trace",      "countfuncs", "countcallers",
                                        "ignoremods", "ignoredirs", "infile",     "outfile",
                                        "timing",     NULL};
    struct xdb_error err;
    lua_args_arrange(L, 2, names, 9);
    struct xdb_trace_config config = {
        .what = what_of(L), .write = write_stdout, .timing = lua_args_flag(L, 10, false)};
    config.ignore_modules = lua_args_push_strings(L, 6, "ignoremods", "modules");
    config.ignore_folders = lua_args_push_strings(L, 7, "ignoredirs", "folders");
    struct lua_trace *self = lua_class_new(L, &trace_class, sizeof *self);
    copy_text(L, 8, "infile", &self->infile);
    copy_text(L, 9, "outfile", &self->outfile);
    self->t = xdb_trace_new(L, &config, &err);
    if (!self->t)
        return luaL_error(L, "%s", err.text);
    return 1;
}

static void start_trace(lua_State *L, struct lua_trace *self, int index)
{
    struct xdb_error err;
    lua_class_keep(L, &trace_class, index, true);
    if (xdb_trace_start(self->t, L, &err) < 0) {
        lua_class_keep(L, &trace_class, index, false);
        luaL_error(L, "%s", err.text);
    }
}

static void stop_trace(lua_State *L, int index)
{
    struct lua_trace *self = lua_class_check(L, &trace_class, index);
    if (self->t)
        xdb_trace_stop(self->t, L);
    lua_class_keep(L, &trace_class, index, false);
}

static int start(lua_State *L)
{
    start_trace(L, check_trace(L, 1), 1);
    lua_settop(L, 1);
    return 1;
}

static int stop(lua_State *L)
{
    stop_trace(L, 1);
    lua_settop(L, 1);
    return 1;
}

/* What a call under the trace at index 1 ends with: its results, or its error once more. */
static int finish_call(lua_State *L, int status, lua_KContext first)
{
    stop_trace(L, 1);
    if (status != LUA_OK && status != LUA_YIELD)
        return lua_error(L);
    return lua_gettop(L) - (int)first + 1;
}

/* Calls what stands at index 2, with what follows it, under the trace at index 1. */
static int call_under(lua_State *L)
{
    start_trace(L, check_trace(L, 1), 1);
    int n = lua_gettop(L) - 2;
    int status = lua_pcallk(L, n, LUA_MULTRET, 0, 2, finish_call);
    return finish_call(L, status, 2);
}

static int runfunc(lua_State *L)
{
    check_trace(L, 1);
    luaL_checkany(L, 2);
    return call_under(L);
}

static int runctx(lua_State *L)
{
    check_trace(L, 1);
    lua_settop(L, 4);
    lua_code_check(L, 2);
    lua_code_push(L, 2, "", 3, 4);
    lua_replace(L, 2);
    lua_settop(L, 2);
    call_under(L);
    lua_settop(L, 1);
    return 1;
}

static int run(lua_State *L)
{
    lua_settop(L, 2);
    return runctx(L);
}

static int results(lua_State *L)
{
    struct lua_trace *self = check_trace(L, 1);
    struct xdb_error err;
    struct lua_results *r = push_results(L);
    struct results *found = xdb_trace_results(self->t, L, &err);
    if (!found)
        return luaL_error(L, "%s", err.text);
    results_free(r->r);
    r->r = found;
    r->infile = self->infile ? strdup(self->infile) : NULL;
    r->outfile = self->outfile ? strdup(self->outfile) : NULL;
    if ((self->infile && !r->infile) || (self->outfile && !r->outfile))
        return luaL_error(L, "not enough memory");
    take_infile(r->r, r->infile);
    return 1;
}

/* ---- the module ------------------------------------------------------------------------------- */

static const luaL_Reg trace_methods[] = {
    {"results", results}, {"run", run},   {"runctx", runctx}, {"runfunc", runfunc},
    {"start", start},     {"stop", stop}, {NULL, NULL},
};
static const luaL_Reg trace_meta[] = {{"__gc", collect_trace}, {"__close", stop}, {NULL, NULL}};
static const struct lua_class trace_class = {.type = "xdb.trace.Trace",
                                             .construct = new_trace,
                                             .methods = trace_methods,
                                             .meta = trace_meta};

static const luaL_Reg results_methods[] = {
    {"update", update}, {"write_results", write_results}, {NULL, NULL}};
static const luaL_Reg results_meta[] = {{"__gc", collect_results}, {NULL, NULL}};
static const struct lua_class_field results_fields[] = {
    {"calledfuncs", get_calledfuncs, NULL}, {"callers", get_callers, NULL},
    {"counts", get_counts, NULL},           {"infile", get_infile, NULL},
    {"outfile", get_outfile, NULL},         {NULL, NULL, NULL}};
static const struct lua_class results_class = {.type = "xdb.trace.CoverageResults",
                                               .construct = new_results,
                                               .methods = results_methods,
                                               .meta = results_meta,
                                               .fields = results_fields};

XDB_API int xdb_open_trace(lua_State *L);

int xdb_open_trace(lua_State *L)
{
    static const luaL_Reg functions[] = {{"context", cover_context}, {NULL, NULL}};
    luaL_checkversion(L);
    universe_anchor(L); /* older than every trace: closed after them */
    if (!universe_open(L))
        return luaL_error(L, "not enough memory");
    luaL_newlib(L, functions);
    lua_class_push(L, &trace_class);
    lua_setfield(L, -2, "Trace");
    lua_class_push(L, &results_class);
    lua_setfield(L, -2, "CoverageResults");
    cover_autostart(L);
    return 1;
}
