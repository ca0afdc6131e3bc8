/*
** The Lua module xdb.profile:
**
**   Profile(timer, timeunit, subcalls, builtins)   or one table by name, also with bias and
**                                                 rate (samples a second, in place of calls)
**     p:enable(subcalls, builtins) p:disable() p:clear() p:create_stats() p:getstats()
**     p:print_stats(sort) p:dump_stats(file) p:run(code) p:runctx(code, globals, locals)
**     p:runcall(f, ...) p:calibrate(n, verbose) p.bias
**   run(code, filename, sort)   runctx(code, globals, locals, filename, sort)   calibrate(n, verbose)
**
** A timer is "wall" (the default), "cpu", or a function that gives seconds, or numbers of `timeunit` seconds. It
** runs at every event; if it fails, the time stands still and a warning tells why at the end. A profiler is
** disabled when a variable that holds it `<close>` goes out of scope.
*/
#include "profiler/lua_profile.h"
#include "core/lua_args.h"
#include "core/lua_code.h"
#include "core/lua_value.h"
#include "core/universe.h"
#include "profiler/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TIMER = 1 }; /* user value */

/* ---- the timer -------------------------------------------------------------------------------- */

/* Takes the timer's result on the top of `L`; false when it is none. */
static bool take_time(lua_State *L, struct lua_profile *self)
{
    lua_Number n = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER || !isfinite(n))
        return false;
    if (self->timeunit <= 0)
        n *= 1e9;
    if (fabs(n) >= 0x1p62)
        return false;
    self->last = (uint64_t)(int64_t)(lua_isinteger(L, -1) && self->timeunit > 0
                                         ? (double)lua_tointeger(L, -1)
                                         : (double)llround(n));
    return true;
}

/* Inside a hook; whatever the timer does must not get out. */
static uint64_t call_timer(lua_State *L, void *user)
{
    struct lua_profile *self = user;
    if (self->in_timer || *self->failure.text || !L || !lua_checkstack(L, 3))
        return self->last;
    self->in_timer = true;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &self->timeunit); /* -> timer */
    if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
        const char *why = lua_tostring(L, -1);
        error_set(&self->failure, 0, "the profiler's timer failed: %s",
                  why ? why : "(error object is not a string)");
    } else if (!take_time(L, self))
        error_set(&self->failure, 0, "the profiler's timer gave no number");
    lua_pop(L, 1);
    self->in_timer = false;
    return self->last;
}

static void tell_failure(lua_State *L, struct lua_profile *self)
{
    if (!*self->failure.text)
        return;
    lua_warning(L, self->failure.text, 0);
    *self->failure.text = '\0';
}

/* ---- life ------------------------------------------------------------------------------------- */

struct lua_profile *lua_profile_check(lua_State *L, int index)
{
    struct lua_profile *self = lua_class_check(L, &lua_profile_class, index);
    luaL_argcheck(L, self->p, index, "the profiler is closed");
    if (self->in_timer)
        luaL_error(L, "a profiler cannot be used from its own timer");
    return self;
}

static int collect(lua_State *L)
{
    struct lua_profile *self = lua_class_check(L, &lua_profile_class, 1);
    struct xdb_profiler *p = self->p;
    self->p = NULL;
    xdb_profiler_free(p, L);
    return 0;
}

/* As long as it is enabled it is not garbage. */
static void hold(lua_State *L, const struct lua_profile *self, int index)
{
    if (index)
        lua_pushvalue(L, index);
    else
        lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, self);
}

static void disable_profile(lua_State *L, struct lua_profile *self)
{
    xdb_profiler_disable(self->p, L);
    hold(L, self, 0);
    tell_failure(L, self);
}

/* The constructor's arguments, from index 2 on. */
static void read_config(lua_State *L, struct xdb_profiler_config *config)
{
    static const char *const names[] = {"timer", "timeunit", "subcalls", "builtins",
                                        "bias",  "rate",     NULL};
    static const char *const clocks[] = {"wall", "cpu", NULL};
    lua_args_arrange(L, 2, names, 4);
    double timeunit = lua_args_number(L, 3, "timeunit", 0);
    if (timeunit < 0 || timeunit >= 1e9)
        luaL_error(L, "timeunit is not a length of time");
    config->no_subcalls = !lua_args_flag(L, 4, true);
    config->no_builtins = !lua_args_flag(L, 5, true);
    config->bias = lua_args_number(L, 6, "bias", 0);
    config->rate = lua_args_number(L, 7, "rate", 0);
    if (config->rate < 0 || config->rate > XDB_PROFILER_MAX_RATE)
        luaL_error(L, "rate is no rate of samples");
    if (config->rate > 0 && lua_isfunction(L, 2))
        luaL_error(L, "samples take no timer");
    config->seconds_per_tick = timeunit > 0 ? timeunit : 1e-9;
    if (lua_isfunction(L, 2))
        config->ticks = call_timer;
    else if (!lua_isnil(L, 2) && luaL_checkoption(L, 2, NULL, clocks) == 1)
        config->clock = XDB_PROFILER_CPU;
}

/* Profile(...) */
static int new_profile(lua_State *L)
{
    struct xdb_profiler_config config = {.clock = XDB_PROFILER_WALL};
    struct xdb_error err;
    read_config(L, &config);
    struct lua_profile *self = lua_class_new(L, &lua_profile_class, sizeof *self); /* -> profile */
    self->timeunit = lua_tonumber(L, 3);
    self->has_timer = config.ticks != NULL;
    config.user = self;
    if (self->has_timer) {
        lua_pushvalue(L, 2);
        lua_setiuservalue(L, -2, TIMER);
    }
    self->p = xdb_profiler_new(L, &config, &err);
    if (!self->p)
        return luaL_error(L, "%s", err.text);
    return 1;
}

/* ---- enabling --------------------------------------------------------------------------------- */

static void enable_profile(lua_State *L, struct lua_profile *self, int index)
{
    struct xdb_error err;
    index = lua_absindex(L, index);
    if (self->has_timer) {
        lua_getiuservalue(L, index, TIMER);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &self->timeunit);
    }
    hold(L, self, index);
    if (xdb_profiler_enable(self->p, L, &err) < 0) {
        hold(L, self, 0);
        luaL_error(L, "%s", err.text);
    }
}

static int enable(lua_State *L)
{
    struct lua_profile *self = lua_profile_check(L, 1);
    if (!lua_isnoneornil(L, 2))
        xdb_profiler_set_subcalls(self->p, lua_toboolean(L, 2));
    if (!lua_isnoneornil(L, 3))
        xdb_profiler_set_builtins(self->p, lua_toboolean(L, 3));
    lua_settop(L, 1);
    enable_profile(L, self, 1);
    return 1;
}

static int disable(lua_State *L)
{
    struct lua_profile *self = lua_profile_check(L, 1);
    disable_profile(L, self);
    lua_settop(L, 1);
    return 1;
}

static int clear(lua_State *L)
{
    xdb_profiler_clear(lua_profile_check(L, 1)->p);
    lua_settop(L, 1);
    return 1;
}

/* ---- results ---------------------------------------------------------------------------------- */

/* [-0, +1] The statistics of the profiler at `index`, which is disabled. */
static struct lua_pstats *push_stats(lua_State *L, int index)
{
    struct lua_profile *self = lua_profile_check(L, index);
    struct xdb_error err;
    disable_profile(L, self);
    struct lua_pstats *stats = lua_pstats_new(L);
    struct xdb_stats *found = xdb_profiler_stats(self->p, &err);
    if (!found)
        luaL_error(L, "%s", err.text);
    xdb_stats_free(stats->s);
    stats->s = found;
    return stats;
}

static int create_stats(lua_State *L)
{
    disable_profile(L, lua_profile_check(L, 1));
    lua_settop(L, 1);
    return 1;
}

/* Prints the report of the profiler at `index`, in the order of the value at `sort`. */
static void print_report(lua_State *L, int index, int sort)
{
    struct xdb_error err;
    struct lua_pstats *stats = push_stats(L, index);
    if (xdb_stats_strip_dirs(stats->s, &err) < 0)
        luaL_error(L, "%s", err.text);
    lua_pstats_sort(L, stats->s, sort, "stdname");
    lua_pstats_print(L, lua_gettop(L), XDB_STATS_FUNCTIONS, NULL, 0);
    lua_pop(L, 1);
}

static int print_stats(lua_State *L)
{
    lua_settop(L, 2);
    print_report(L, 1, 2);
    lua_settop(L, 1);
    return 1;
}

/* Writes the file; pushes nil and a message when that fails, and returns their number. */
static int dump(lua_State *L, int index, const char *file)
{
    struct xdb_error err;
    struct lua_pstats *stats = push_stats(L, index);
    int failed = xdb_stats_save(stats->s, file, &err);
    lua_pop(L, 1);
    if (!failed)
        return 0;
    luaL_pushfail(L);
    lua_pushstring(L, err.text);
    return 2;
}

static int dump_stats(lua_State *L)
{
    int failed = dump(L, 1, luaL_checkstring(L, 2));
    if (failed)
        return failed;
    lua_settop(L, 1);
    return 1;
}

/* p:getstats() -> list of {file, line, name, callcount, reccallcount, totaltime, inlinetime} */
static int getstats(lua_State *L)
{
    struct xdb_stats_function f;
    lua_settop(L, 1);
    const struct lua_pstats *stats = push_stats(L, 1);
    lua_newtable(L);
    for (size_t i = 0; xdb_stats_get(stats->s, i, &f); i++) {
        lua_createtable(L, 0, 7);
        lua_value_set_string(L, "file", f.file);
        lua_value_set_string(L, "name", f.name);
        lua_value_set_integer(L, "line", f.line);
        lua_value_set_integer(L, "callcount", f.calls);
        lua_value_set_integer(L, "reccallcount", f.calls - f.primitive_calls);
        lua_value_set_number(L, "totaltime", f.cumulative);
        lua_value_set_number(L, "inlinetime", f.own);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* ---- running code ----------------------------------------------------------------------------- */

/* What a call under the profiler at index 1 ends with: its results, or its error once more. */
static int finish_call(lua_State *L, int status, lua_KContext first)
{
    disable_profile(L, lua_class_check(L, &lua_profile_class, 1));
    if (status != LUA_OK && status != LUA_YIELD)
        return lua_error(L);
    return lua_gettop(L) - (int)first + 1;
}

/* Calls what stands at `first`, with what follows it, under the profiler at index 1. */
static int call_under(lua_State *L, int first)
{
    struct lua_profile *self = lua_profile_check(L, 1);
    enable_profile(L, self, 1);
    int n = lua_gettop(L) - first;
    int status = lua_pcallk(L, n, LUA_MULTRET, 0, first, finish_call);
    return finish_call(L, status, first);
}

static int runcall(lua_State *L)
{
    lua_profile_check(L, 1);
    luaL_checkany(L, 2);
    return call_under(L, 2);
}

/* p:run(code) and p:runctx(code, globals, locals) give the profiler. */
static int runctx(lua_State *L)
{
    lua_profile_check(L, 1);
    lua_settop(L, 4);
    lua_code_push(L, 2, "", 3, 4);
    lua_replace(L, 2);
    lua_settop(L, 2);
    call_under(L, 2);
    lua_settop(L, 1);
    return 1;
}

static int run(lua_State *L)
{
    lua_settop(L, 2);
    return runctx(L);
}

/* -> profile code filename sort; the report comes also after an error, which is then passed on. */
static int finish_run(lua_State *L, int status, lua_KContext unused)
{
    (void)unused;
    bool failed = status != LUA_OK && status != LUA_YIELD;
    lua_settop(L, failed ? 4 : 3); /* -> profile filename sort error? */
    disable_profile(L, lua_class_check(L, &lua_profile_class, 1));
    int message = 0;
    if (lua_isnil(L, 2))
        print_report(L, 1, 3);
    else
        message = dump(L, 1, luaL_checkstring(L, 2));
    if (failed) {
        lua_settop(L, 4);
        return lua_error(L);
    }
    return message;
}

/* With code, globals, locals, filename, sort at 1 to 5: profiles the code and reports. */
static int module_runctx(lua_State *L)
{
    lua_settop(L, 5);
    lua_code_push(L, 1, "", 2, 3); /* -> ... function */
    lua_pushcfunction(L, new_profile);
    lua_pushnil(L);
    lua_call(L, 1, 1); /* -> code globals locals filename sort function profile */
    lua_replace(L, 1);
    lua_rotate(L, 2, -2); /* -> profile filename sort function globals locals */
    lua_settop(L, 4);
    enable_profile(L, lua_profile_check(L, 1), 1);
    return finish_run(L, lua_pcallk(L, 0, 0, 0, 0, finish_run), 0);
}

/* run(code, filename, sort) */
static int module_run(lua_State *L)
{
    lua_settop(L, 3);
    lua_pushnil(L);
    lua_insert(L, 2);
    lua_pushnil(L);
    lua_insert(L, 2);
    return module_runctx(L);
}

/* ---- calibration ------------------------------------------------------------------------------ */

/* calibrate(n, verbose) -> seconds that an event costs; the arguments begin at `first`. */
static int calibrate_from(lua_State *L, int first)
{
    struct xdb_profiler_calibration found;
    struct xdb_error err;
    lua_Integer n = luaL_checkinteger(L, first);
    bool verbose = lua_toboolean(L, first + 1);
    if (xdb_profiler_calibrate(n, &found, &err) < 0)
        return luaL_error(L, "%s", err.text);
    if (verbose) {
        lua_getglobal(L, "print");
        lua_pushfstring(L,
                        "elapsed time without profiling = %f\nelapsed time with profiling = %f\n"
                        "reported time = %f\ntotal calls = %d\nmean overhead per event = %s",
                        found.plain, found.profiled, found.reported, (int)found.total_calls,
                        lua_pushfstring(L, "%f", found.bias));
        lua_remove(L, -2);
        lua_call(L, 1, 0);
    }
    lua_pushnumber(L, found.bias);
    return 1;
}

static int calibrate(lua_State *L)
{
    lua_profile_check(L, 1);
    return calibrate_from(L, 2);
}

static int module_calibrate(lua_State *L)
{
    return calibrate_from(L, 1);
}

/* ---- the module ------------------------------------------------------------------------------- */

static int get_bias(lua_State *L)
{
    lua_pushnumber(L, xdb_profiler_bias(lua_profile_check(L, 1)->p));
    return 1;
}

static int set_bias(lua_State *L)
{
    const struct lua_profile *self = lua_profile_check(L, 1);
    luaL_argexpected(L, !lua_isnil(L, 3), 3, "number");
    xdb_profiler_set_bias(self->p, lua_args_number(L, 3, "bias", 0));
    return 0;
}

static int close_profile(lua_State *L)
{
    disable_profile(L, lua_profile_check(L, 1));
    return 0;
}

static const luaL_Reg methods[] = {
    {"calibrate", calibrate}, {"clear", clear},   {"create_stats", create_stats},
    {"disable", disable},     {"enable", enable}, {"dump_stats", dump_stats},
    {"getstats", getstats},   {"run", run},       {"print_stats", print_stats},
    {"runcall", runcall},     {"runctx", runctx}, {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__gc", collect}, {"__close", close_profile}, {NULL, NULL}};

static const struct lua_class_field fields[] = {{"bias", get_bias, set_bias}, {NULL, NULL, NULL}};

const struct lua_class lua_profile_class = {.type = "xdb.profile.Profile",
                                            .values = TIMER,
                                            .construct = new_profile,
                                            .methods = methods,
                                            .meta = meta,
                                            .fields = fields};

XDB_API int xdb_open_profile(lua_State *L);

int xdb_open_profile(lua_State *L)
{
    static const luaL_Reg functions[] = {{"calibrate", module_calibrate},
                                         {"run", module_run},
                                         {"runctx", module_runctx},
                                         {NULL, NULL}};
    luaL_checkversion(L);
    universe_anchor(L); /* older than every profiler: closed after them */
    if (!universe_open(L))
        return luaL_error(L, "not enough memory");
    luaL_newlib(L, functions);
    lua_class_push(L, &lua_profile_class);
    lua_setfield(L, -2, "Profile");
    return 1;
}
