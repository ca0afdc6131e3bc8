/*
** The Lua module xdb.tracemalloc: start, stop, is_tracing, clear_traces, get_traced_memory, reset_peak,
** get_tracemalloc_memory, get_traceback_limit, take_snapshot, get_object_traceback, and the classes.
*/
#include "core/lua_args.h"
#include "tracemalloc/lua_memory.h"

#include "core/universe.h"

/* The tracer of a state, where the module made it: given back when the state closes. */
static const char anchor_key;

int lua_memory_fail(lua_State *L, const struct xdb_error *err)
{
    luaL_pushfail(L);
    lua_pushstring(L, err->text);
    return 2;
}

static int collect(lua_State *L)
{
    struct xdb_tracemalloc **box = lua_touserdata(L, 1);
    xdb_tracemalloc_free(*box, L);
    *box = NULL;
    return 0;
}

/* Makes the tracer of this state. */
static struct xdb_tracemalloc *make(lua_State *L)
{
    struct xdb_tracemalloc **box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = NULL;
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    *box = xdb_tracemalloc_new(NULL, NULL);
    if (!*box)
        luaL_error(L, "not enough memory");
    struct xdb_tracemalloc *t = *box;
    lua_rawsetp(L, LUA_REGISTRYINDEX, &anchor_key);
    return t;
}

/* The tracer of this state, or NULL. */
static struct xdb_tracemalloc *find(lua_State *L)
{
    struct xdb_tracemalloc *t = xdb_tracemalloc_of(L);
    if (t)
        return t;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &anchor_key) == LUA_TUSERDATA)
        t = *(struct xdb_tracemalloc **)lua_touserdata(L, -1);
    lua_pop(L, 1);
    return t;
}

static int start(lua_State *L)
{
    static const char *const names[] = {"nframe", "fast", NULL};
    lua_args_arrange(L, 1, names, 1);
    long long frames = lua_args_integer(L, 1, "nframe", 1);
    struct xdb_tracemalloc_config config = {.fast = lua_args_flag(L, 2, false)};
    struct xdb_error err;
    config.frames = frames > XDB_TRACEMALLOC_MAX_FRAMES || frames < 1 ? -1 : (int)frames;
    struct xdb_tracemalloc *t = find(L);
    if (!t)
        t = make(L);
    if (xdb_tracemalloc_start(t, L, &config, &err) < 0)
        return luaL_error(L, "%s", err.text);
    return 0;
}

static int stop(lua_State *L)
{
    struct xdb_tracemalloc *t = find(L);
    if (t)
        xdb_tracemalloc_stop(t, L);
    return 0;
}

static int is_tracing(lua_State *L)
{
    lua_pushboolean(L, xdb_tracemalloc_is_tracing(find(L)));
    return 1;
}

static int clear_traces(lua_State *L)
{
    struct xdb_tracemalloc *t = find(L);
    if (xdb_tracemalloc_is_tracing(t))
        xdb_tracemalloc_clear(t);
    return 0;
}

static int get_traced_memory(lua_State *L)
{
    size_t current, peak;
    xdb_tracemalloc_traced(find(L), &current, &peak);
    lua_pushinteger(L, (lua_Integer)current);
    lua_pushinteger(L, (lua_Integer)peak);
    return 2;
}

static int reset_peak(lua_State *L)
{
    struct xdb_tracemalloc *t = find(L);
    if (xdb_tracemalloc_is_tracing(t))
        xdb_tracemalloc_reset_peak(t);
    return 0;
}

static int get_tracemalloc_memory(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)xdb_tracemalloc_overhead(find(L)));
    return 1;
}

static int get_traceback_limit(lua_State *L)
{
    lua_pushinteger(L, xdb_tracemalloc_limit(find(L)));
    return 1;
}

static int take_snapshot(lua_State *L)
{
    struct xdb_error err;
    struct xdb_snapshot **box = lua_memory_push_snapshot(L);
    *box = xdb_snapshot_take(find(L), L, XDB_SNAPSHOT_NOW, &err);
    if (!*box)
        return luaL_error(L, "%s", err.text);
    return 1;
}

static int get_object_traceback(lua_State *L)
{
    struct xdb_error err = {""};
    struct xdb_memory_trace trace;
    luaL_checkany(L, 1);
    struct xdb_snapshot **box = lua_memory_push_snapshot(L); /* not lost when what follows raises */
    *box = xdb_tracemalloc_object(find(L), L, 1, &err);
    if (err.text[0])
        return luaL_error(L, "%s", err.text);
    if (!*box || !xdb_snapshot_trace(*box, 0, &trace)) {
        luaL_pushfail(L);
        return 1;
    }
    lua_memory_push_block_traceback(L, *box, &trace);
    return 1;
}

static const luaL_Reg functions[] = {{"clear_traces", clear_traces},
                                     {"get_object_traceback", get_object_traceback},
                                     {"get_traceback_limit", get_traceback_limit},
                                     {"get_traced_memory", get_traced_memory},
                                     {"get_tracemalloc_memory", get_tracemalloc_memory},
                                     {"is_tracing", is_tracing},
                                     {"reset_peak", reset_peak},
                                     {"start", start},
                                     {"stop", stop},
                                     {"take_snapshot", take_snapshot},
                                     {NULL, NULL}};

XDB_API int xdb_open_tracemalloc(lua_State *L);

int xdb_open_tracemalloc(lua_State *L)
{
    static const struct {
        const char *name;
        const struct lua_class *class;
    } classes[] = {{"DomainFilter", &lua_domain_filter_class},
                   {"Filter", &lua_filter_class},
                   {"Frame", &lua_frame_class},
                   {"Snapshot", &lua_snapshot_class},
                   {"Statistic", &lua_statistic_class},
                   {"StatisticDiff", &lua_diff_class},
                   {"Trace", &lua_trace_class},
                   {"Traceback", &lua_traceback_class},
                   {"Traces", &lua_traces_class}};
    universe_anchor(L); /* older than every tracer: closed after them */
    luaL_newlib(L, functions);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        lua_class_push(L, classes[i].class);
        lua_setfield(L, -2, classes[i].name);
    }
    return 1;
}
