/*
** The Lua module xdb.pstats:
**
**   Stats(source, ...)   file names, profilers, other statistics; {source, ..., stream = file} by name
**     s:strip_dirs() s:add(source, ...) s:sort_stats(key, ...) s:reverse_order() s:dump_stats(file)
**     s:print_stats(restriction, ...) s:print_callers(...) s:print_callees(...) s:get_stats_profile()
**     s.total_calls s.prim_calls s.total_tt
**   SortKey              CALLS, CUMULATIVE, FILENAME, LINE, NAME, NFL, PCALLS, STDNAME, TIME
**
** Methods return the statistics, so that they can be chained; files that cannot be read or written give nil and a
** message.
*/
#include "core/lua_args.h"
#include "core/lua_value.h"
#include "profiler/lua_profile.h"
#include "profiler/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM = 1, MAX_ARGUMENTS = 200 };

/* ---- memory that Lua looks after -------------------------------------------------------------- */

static struct lua_pstats *check(lua_State *L, int index)
{
    struct lua_pstats *self = lua_class_check(L, &lua_pstats_class, index);
    luaL_argcheck(L, self->s, index, "the statistics are closed");
    return self;
}

static int collect(lua_State *L)
{
    struct lua_pstats *self = lua_class_check(L, &lua_pstats_class, 1);
    xdb_stats_free(self->s);
    self->s = NULL;
    return 0;
}

struct lua_pstats *lua_pstats_new(lua_State *L)
{
    struct lua_pstats *self = lua_class_new(L, &lua_pstats_class, sizeof *self);
    self->s = xdb_stats_new();
    if (!self->s)
        luaL_error(L, "not enough memory");
    return self;
}

/* ---- sources ---------------------------------------------------------------------------------- */

/* Adds the source at `index`: 0, or a failure that can happen. Raises for what is no source. */
static int add_source(lua_State *L, struct lua_pstats *self, int index, struct xdb_error *err)
{
    const struct lua_profile *profile = lua_class_test(L, &lua_profile_class, index);
    const struct lua_pstats *other = lua_class_test(L, &lua_pstats_class, index);
    if (lua_type(L, index) == LUA_TSTRING)
        return xdb_stats_load(self->s, lua_tostring(L, index), err);
    if (other && other->s)
        return xdb_stats_add(self->s, other->s, err);
    if (profile && profile->p) {
        xdb_profiler_disable(profile->p, L);
        struct xdb_stats *found = xdb_profiler_stats(profile->p, err);
        int failed = found ? xdb_stats_add(self->s, found, err) : XDB_ENOMEM;
        xdb_stats_free(found);
        return failed;
    }
    return luaL_error(L, "Cannot create or construct a Stats object from %s",
                      luaL_tolstring(L, index, NULL));
}

static int fail(lua_State *L, const struct xdb_error *err)
{
    luaL_pushfail(L);
    lua_pushstring(L, err->text);
    return 2;
}

/* Stats(...) or Stats{..., stream = ...} */
static int new_stats(lua_State *L)
{
    static const char *const names[] = {"stream", NULL};
    struct xdb_error err;
    lua_remove(L, 1); /* the class or module */
    int n = lua_gettop(L), stream = 0;
    if (n == 1 && lua_istable(L, 1)) {
        lua_args_check_names(L, 1, names, true);
        int count = (int)lua_rawlen(L, 1);
        luaL_argcheck(L, count <= MAX_ARGUMENTS, 1, "too many sources");
        luaL_checkstack(L, count + 4, NULL);
        lua_getfield(L, 1, "stream"); /* -> table stream sources... */
        for (int i = 1; i <= count; i++)
            lua_geti(L, 1, i);
        lua_remove(L, 1);
        stream = 1;
        n = count;
    }
    int first = stream ? 2 : 1;
    struct lua_pstats *self = lua_pstats_new(L); /* -> sources... stats */
    if (stream) {
        lua_pushvalue(L, stream);
        lua_setiuservalue(L, -2, STREAM);
    }
    for (int i = 0; i < n; i++)
        if (add_source(L, self, first + i, &err) < 0)
            return fail(L, &err);
    return 1;
}

static int add(lua_State *L)
{
    struct lua_pstats *self = check(L, 1);
    struct xdb_error err;
    for (int i = 2; i <= lua_gettop(L); i++)
        if (add_source(L, self, i, &err) < 0)
            return fail(L, &err);
    lua_settop(L, 1);
    return 1;
}

static int dump_stats(lua_State *L)
{
    const struct lua_pstats *self = check(L, 1);
    struct xdb_error err;
    if (xdb_stats_save(self->s, luaL_checkstring(L, 2), &err) < 0)
        return fail(L, &err);
    lua_settop(L, 1);
    return 1;
}

static int strip_dirs(lua_State *L)
{
    struct lua_pstats *self = check(L, 1);
    struct xdb_error err;
    if (xdb_stats_strip_dirs(self->s, &err) < 0)
        return luaL_error(L, "%s", err.text);
    lua_settop(L, 1);
    return 1;
}

/* ---- order ------------------------------------------------------------------------------------ */

/* The key at `index`; `alone`: a number as of old will do. */
static const char *sort_key(lua_State *L, int index, bool alone)
{
    static const char *const old[] = {"stdname", "calls", "time", "cumulative"};
    if (alone && lua_isinteger(L, index)) {
        lua_Integer i = lua_tointeger(L, index);
        if (i < -1 || i > 2)
            luaL_error(L, "no sort key %I", (LUAI_UACINT)i);
        return old[i + 1];
    }
    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, alone ? "no sort key %s" : "Can't have mixed argument type",
                   luaL_tolstring(L, index, NULL));
    return lua_tostring(L, index);
}

/* Sorts by the `n` values from `first` on. */
static void sort_by(lua_State *L, struct xdb_stats *s, int first, int n)
{
    const char *keys[MAX_ARGUMENTS];
    struct xdb_error err;
    if (n > MAX_ARGUMENTS)
        luaL_error(L, "too many sort keys");
    for (int i = 0; i < n; i++)
        keys[i] = sort_key(L, first + i, n == 1);
    if (xdb_stats_sort(s, keys, (size_t)n, &err) < 0)
        luaL_error(L, "%s", err.text);
}

static int sort_stats(lua_State *L)
{
    struct lua_pstats *self = check(L, 1);
    sort_by(L, self->s, 2, lua_gettop(L) - 1);
    lua_settop(L, 1);
    return 1;
}

void lua_pstats_sort(lua_State *L, struct xdb_stats *s, int index, const char *otherwise)
{
    int top = lua_gettop(L), n = 1;
    if (lua_istable(L, index)) {
        n = (int)lua_rawlen(L, index);
        luaL_argcheck(L, n <= MAX_ARGUMENTS, index, "too many sort keys");
        luaL_checkstack(L, n + 4, NULL);
        for (int i = 1; i <= n; i++)
            lua_geti(L, index, i);
    } else if (lua_isnoneornil(L, index))
        lua_pushstring(L, otherwise);
    else
        lua_pushvalue(L, index);
    sort_by(L, s, top + 1, n);
    lua_settop(L, top);
}

static int reverse_order(lua_State *L)
{
    xdb_stats_reverse(check(L, 1)->s);
    lua_settop(L, 1);
    return 1;
}

/* ---- printing --------------------------------------------------------------------------------- */

static void add_text(void *user, const char *text, size_t n)
{
    buffer_add(user, text, n);
}

void lua_pstats_print(lua_State *L, int index, enum xdb_stats_table table,
                      const struct xdb_restriction *restrictions, size_t n)
{
    struct lua_pstats *self = check(L, index);
    struct xdb_error err;
    lua_getiuservalue(L, index, STREAM);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_getglobal(L, "io");
        lua_getfield(L, -1, "stdout");
        lua_remove(L, -2);
    } /* -> stream */
    struct buffer *b = lua_value_push_buffer(L);
    if (xdb_stats_print(self->s, table, restrictions, n, add_text, b, &err) < 0 || b->failed)
        luaL_error(L, "not enough memory");
    lua_pushlstring(L, b->data, b->len); /* -> stream buffer text */
    lua_value_write(L, -3);
    lua_pop(L, 2);
}

static struct xdb_restriction restriction(lua_State *L, int index)
{
    if (lua_isinteger(L, index))
        return (struct xdb_restriction){.kind = XDB_RESTRICT_COUNT,
                                        .count = lua_tointeger(L, index)};
    if (lua_type(L, index) == LUA_TNUMBER)
        return (struct xdb_restriction){.kind = XDB_RESTRICT_FRACTION,
                                        .fraction = lua_tonumber(L, index)};
    return (struct xdb_restriction){.kind = XDB_RESTRICT_REGEX,
                                    .regex = luaL_checkstring(L, index)};
}

static int print_table(lua_State *L, enum xdb_stats_table table)
{
    struct xdb_restriction restrictions[MAX_ARGUMENTS];
    int n = lua_gettop(L) - 1;
    check(L, 1);
    luaL_argcheck(L, n <= MAX_ARGUMENTS, 2, "too many restrictions");
    for (int i = 0; i < n; i++)
        restrictions[i] = restriction(L, 2 + i);
    lua_pstats_print(L, 1, table, restrictions, (size_t)n);
    lua_settop(L, 1);
    return 1;
}

static int print_stats(lua_State *L)
{
    return print_table(L, XDB_STATS_FUNCTIONS);
}

static int print_callers(lua_State *L)
{
    return print_table(L, XDB_STATS_CALLERS);
}

static int print_callees(lua_State *L)
{
    return print_table(L, XDB_STATS_CALLEES);
}

/* ---- as values -------------------------------------------------------------------------------- */

/* As reports show it, with three decimals. */
static double rounded(double seconds)
{
    char text[64];
    snprintf(text, sizeof text, "%.3f", seconds);
    return strtod(text, NULL);
}

static void set_rounded(lua_State *L, const char *name, double seconds)
{
    lua_value_set_number(L, name, rounded(seconds));
}

static void push_function_profile(lua_State *L, const struct stats_function *f)
{
    lua_createtable(L, 0, 7);
    if (f->nc == f->cc)
        lua_pushfstring(L, "%I", (LUAI_UACINT)f->nc);
    else
        lua_pushfstring(L, "%I/%I", (LUAI_UACINT)f->nc, (LUAI_UACINT)f->cc);
    lua_setfield(L, -2, "ncalls");
    set_rounded(L, "tottime", f->tt);
    set_rounded(L, "percall_tottime", f->nc ? f->tt / (double)f->nc : -1);
    set_rounded(L, "cumtime", f->ct);
    set_rounded(L, "percall_cumtime", f->cc ? f->ct / (double)f->cc : -1);
    lua_value_set_string(L, "file_name", f->file);
    lua_value_set_integer(L, "line_number", f->line);
}

static int get_stats_profile(lua_State *L)
{
    const struct xdb_stats *s = check(L, 1)->s;
    lua_createtable(L, 0, 2);
    set_rounded(L, "total_tt", xdb_stats_total(s, NULL, NULL));
    lua_newtable(L); /* -> profile functions */
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[stats_at(s, i)];
        push_function_profile(L, f);
        lua_setfield(L, -2, f->name);
    }
    lua_setfield(L, -2, "func_profiles");
    return 1;
}

static int get_total_calls(lua_State *L)
{
    long long calls;
    xdb_stats_total(check(L, 1)->s, &calls, NULL);
    lua_pushinteger(L, calls);
    return 1;
}

static int get_prim_calls(lua_State *L)
{
    long long primitive;
    xdb_stats_total(check(L, 1)->s, NULL, &primitive);
    lua_pushinteger(L, primitive);
    return 1;
}

static int get_total_tt(lua_State *L)
{
    lua_pushnumber(L, xdb_stats_total(check(L, 1)->s, NULL, NULL));
    return 1;
}

/* ---- the module ------------------------------------------------------------------------------- */

static const luaL_Reg methods[] = {
    {"add", add},
    {"dump_stats", dump_stats},
    {"get_stats_profile", get_stats_profile},
    {"print_callees", print_callees},
    {"print_callers", print_callers},
    {"print_stats", print_stats},
    {"reverse_order", reverse_order},
    {"sort_stats", sort_stats},
    {"strip_dirs", strip_dirs},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__gc", collect}, {NULL, NULL}};

static const struct lua_class_field fields[] = {{"total_calls", get_total_calls, NULL},
                                                {"prim_calls", get_prim_calls, NULL},
                                                {"total_tt", get_total_tt, NULL},
                                                {NULL, NULL, NULL}};

const struct lua_class lua_pstats_class = {.type = "xdb.pstats.Stats",
                                           .values = STREAM,
                                           .construct = new_stats,
                                           .methods = methods,
                                           .meta = meta,
                                           .fields = fields};

XDB_API int xdb_open_pstats(lua_State *L);

int xdb_open_pstats(lua_State *L)
{
    static const char *const names[] = {"CALLS", "CUMULATIVE", "FILENAME", "LINE", "NAME",
                                        "NFL",   "PCALLS",     "STDNAME",  "TIME"};
    static const char *const values[] = {"calls", "cumulative", "filename", "line", "name",
                                         "nfl",   "pcalls",     "stdname",  "time"};
    luaL_checkversion(L);
    lua_newtable(L); /* -> module */
    lua_class_push(L, &lua_pstats_class);
    lua_setfield(L, -2, "Stats");
    lua_newtable(L);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        lua_value_set_string(L, names[i], values[i]);
    lua_setfield(L, -2, "SortKey");
    return 1;
}
