/*
** xdb.tracemalloc: Snapshot, Traces and Trace.
**   Snapshot.load(file) s:dump(file) s:statistics(key_type, cumulative) s:compare_to(old, key_type, cumulative)
**   s:filter_traces(filters) s.traces s.traceback_limit s.attributes (a table that goes into the file)
**   #traces traces[i] traces:slice(i, j) traces:contains(trace)
**   trace.domain trace.size trace.traceback trace.type trace.cfunction
** Files that cannot be read or written give nil and a message.
*/
#include "core/lua_args.h"
#include "tracemalloc/lua_memory.h"
#include "tracemalloc/lua_statistic.h"

#include <string.h>

enum { SNAPSHOT = 1, TRACEBACK = 1, ATTRIBUTES = 1 };

/* ---- one block -------------------------------------------------------------------------------- */

struct trace_value {
    unsigned domain;
    size_t size;
    enum xdb_memory_type type;
};

static void push_trace(lua_State *L, const struct xdb_snapshot *s,
                       const struct xdb_memory_trace *trace)
{
    struct trace_value *self = lua_class_new(L, &lua_trace_class, sizeof *self);
    *self = (struct trace_value){trace->domain, trace->size, trace->type};
    lua_memory_push_block_traceback(L, s, trace);
    lua_setiuservalue(L, -2, TRACEBACK);
}

static int trace_domain(lua_State *L)
{
    const struct trace_value *self = lua_class_check(L, &lua_trace_class, 1);
    lua_pushinteger(L, self->domain);
    return 1;
}

static int trace_size(lua_State *L)
{
    const struct trace_value *self = lua_class_check(L, &lua_trace_class, 1);
    lua_pushinteger(L, (lua_Integer)self->size);
    return 1;
}

static int trace_type(lua_State *L)
{
    const struct trace_value *self = lua_class_check(L, &lua_trace_class, 1);
    lua_pushstring(L, xdb_memory_type_name(self->type));
    return 1;
}

static int trace_traceback(lua_State *L)
{
    lua_class_check(L, &lua_trace_class, 1);
    lua_getiuservalue(L, 1, TRACEBACK);
    return 1;
}

static int trace_function(lua_State *L)
{
    trace_traceback(L);
    lua_getfield(L, -1, "cfunction");
    return 1;
}

static bool same_trace(lua_State *L, int a, int b)
{
    const struct trace_value *x = lua_class_test(L, &lua_trace_class, a);
    const struct trace_value *y = lua_class_test(L, &lua_trace_class, b);
    if (!x || !y || x->domain != y->domain || x->size != y->size)
        return false;
    int top = lua_gettop(L);
    lua_getiuservalue(L, a, TRACEBACK);
    lua_getiuservalue(L, b, TRACEBACK);
    bool same = lua_memory_compare(L, top + 1, top + 2) == 0;
    lua_settop(L, top);
    return same;
}

static int trace_eq(lua_State *L)
{
    lua_pushboolean(L, same_trace(L, 1, 2));
    return 1;
}

static int trace_text(lua_State *L)
{
    const struct trace_value *self = lua_class_check(L, &lua_trace_class, 1);
    char size[XDB_SIZE_TEXT];
    xdb_size_text((long long)self->size, false, size);
    lua_getiuservalue(L, 1, TRACEBACK);
    lua_pushfstring(L, "%s: %s", luaL_tolstring(L, -1, NULL), size);
    return 1;
}

static int trace_repr(lua_State *L)
{
    const struct trace_value *self = lua_class_check(L, &lua_trace_class, 1);
    char size[XDB_SIZE_TEXT];
    xdb_size_text((long long)self->size, false, size);
    lua_getiuservalue(L, 1, TRACEBACK);
    lua_getfield(L, -1, "repr");
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    lua_pushfstring(L, "<Trace domain=%d size=%s, traceback=%s>", (int)self->domain, size,
                    lua_tostring(L, -1));
    return 1;
}

static const luaL_Reg trace_methods[] = {{"repr", trace_repr}, {NULL, NULL}};
static const luaL_Reg trace_meta[] = {{"__eq", trace_eq}, {"__tostring", trace_text}, {NULL, NULL}};
static const struct lua_class_field trace_fields[] = {
    {"cfunction", trace_function, NULL}, {"domain", trace_domain, NULL},
    {"size", trace_size, NULL},          {"traceback", trace_traceback, NULL},
    {"type", trace_type, NULL},          {NULL, NULL, NULL}};
const struct lua_class lua_trace_class = {.type = "xdb.tracemalloc.Trace",
                                          .values = 1,
                                          .methods = trace_methods,
                                          .meta = trace_meta,
                                          .fields = trace_fields};

/* ---- snapshots as values ---------------------------------------------------------------------- */

struct xdb_snapshot **lua_memory_push_snapshot(lua_State *L)
{
    return lua_class_new(L, &lua_snapshot_class, sizeof(struct xdb_snapshot *));
}

static struct xdb_snapshot *check(lua_State *L, int index)
{
    struct xdb_snapshot **box = lua_class_check(L, &lua_snapshot_class, index);
    luaL_argcheck(L, *box, index, "the snapshot is closed");
    return *box;
}

static int collect(lua_State *L)
{
    struct xdb_snapshot **box = lua_class_check(L, &lua_snapshot_class, 1);
    xdb_snapshot_free(*box);
    *box = NULL;
    return 0;
}

/* ---- all blocks ------------------------------------------------------------------------------- */

static struct xdb_snapshot *of_traces(lua_State *L)
{
    lua_class_check(L, &lua_traces_class, 1);
    lua_getiuservalue(L, 1, SNAPSHOT);
    struct xdb_snapshot *s = check(L, -1);
    lua_pop(L, 1); /* the traces keep it */
    return s;
}

static int traces_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)xdb_snapshot_info(of_traces(L)).blocks);
    return 1;
}

static int traces_index(lua_State *L)
{
    const struct xdb_snapshot *s = of_traces(L);
    lua_Integer i = lua_isinteger(L, 2) ? lua_tointeger(L, 2) : 0;
    struct xdb_memory_trace trace;
    if (i < 0)
        i += (lua_Integer)xdb_snapshot_info(s).blocks + 1;
    if (i < 1 || !xdb_snapshot_trace(s, (size_t)i - 1, &trace))
        return 0;
    push_trace(L, s, &trace);
    return 1;
}

static int traces_slice(lua_State *L)
{
    const struct xdb_snapshot *s = of_traces(L);
    lua_Integer n = (lua_Integer)xdb_snapshot_info(s).blocks;
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, n);
    struct xdb_memory_trace trace;
    from = from < 0 ? from + n + 1 : from;
    to = to < 0 ? to + n + 1 : to;
    from = from < 1 ? 1 : from;
    lua_newtable(L);
    for (lua_Integer i = from; i <= to && xdb_snapshot_trace(s, (size_t)i - 1, &trace); i++) {
        push_trace(L, s, &trace);
        lua_rawseti(L, -2, i - from + 1);
    }
    return 1;
}

static int traces_contains(lua_State *L)
{
    const struct xdb_snapshot *s = of_traces(L);
    const struct trace_value *wanted = lua_class_check(L, &lua_trace_class, 2);
    bool found = false;
    for (uint32_t i = 0; !found && i < s->rows.count; i++) { /* equal rows have equal blocks */
        struct xdb_memory_trace trace;
        if (snapshot_row(s, i)->size != wanted->size)
            continue;
        xdb_snapshot_trace(s, s->ends[i] - 1, &trace);
        push_trace(L, s, &trace);
        found = same_trace(L, 2, lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_pushboolean(L, found);
    return 1;
}

static int traces_eq(lua_State *L)
{
    lua_getiuservalue(L, 1, SNAPSHOT);
    lua_getiuservalue(L, 2, SNAPSHOT);
    lua_pushboolean(L, lua_class_test(L, &lua_traces_class, 1) &&
                           lua_class_test(L, &lua_traces_class, 2) && lua_rawequal(L, -1, -2));
    return 1;
}

static int traces_repr(lua_State *L)
{
    lua_pushfstring(L, "<Traces len=%I>", (LUAI_UACINT)xdb_snapshot_info(of_traces(L)).blocks);
    return 1;
}

static const luaL_Reg traces_methods[] = {
    {"contains", traces_contains}, {"repr", traces_repr}, {"slice", traces_slice}, {NULL, NULL}};
static const luaL_Reg traces_meta[] = {
    {"__eq", traces_eq}, {"__len", traces_length}, {"__tostring", traces_repr}, {NULL, NULL}};
const struct lua_class lua_traces_class = {.type = "xdb.tracemalloc.Traces",
                                           .values = 1,
                                           .methods = traces_methods,
                                           .meta = traces_meta,
                                           .index = traces_index};

static int get_traces(lua_State *L)
{
    check(L, 1);
    lua_class_new(L, &lua_traces_class, 1);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, SNAPSHOT);
    return 1;
}

static int get_limit(lua_State *L)
{
    lua_pushinteger(L, xdb_snapshot_info(check(L, 1)).limit);
    return 1;
}

/* ---- attributes ------------------------------------------------------------------------------- */

static int get_attributes(lua_State *L)
{
    check(L, 1);
    if (lua_getiuservalue(L, 1, ATTRIBUTES) != LUA_TTABLE) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, 1, ATTRIBUTES);
    }
    return 1;
}

static int set_attributes(lua_State *L)
{
    check(L, 1);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, 1, ATTRIBUTES);
    return 0;
}

/* The value on the top as JSON; NULL when it is of no kind that a file can hold, or memory runs out. */
static json_t *attribute(lua_State *L)
{
    size_t len;
    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, -1));
    case LUA_TNUMBER:
        return lua_isinteger(L, -1) ? json_integer(lua_tointeger(L, -1))
                                    : json_real(lua_tonumber(L, -1));
    case LUA_TSTRING: {
        const char *s = lua_tolstring(L, -1, &len);
        return json_stringn(s, len);
    }
    default:
        return NULL;
    }
}

/* Brings the table of attributes into the snapshot. */
static void keep_attributes(lua_State *L, struct xdb_snapshot *s)
{
    if (lua_getiuservalue(L, 1, ATTRIBUTES) != LUA_TTABLE) {
        lua_pop(L, 1);
        return;
    }
    json_decref(s->attributes);
    s->attributes = json_object();
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        size_t len;
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "attributes must have names");
        const char *name = lua_tolstring(L, -2, &len);
        if (strlen(name) != len || json_object_set_new(s->attributes, name, attribute(L)) != 0)
            luaL_error(L, "attribute '%s' must be a string in UTF-8, a number or a boolean", name);
    }
    lua_pop(L, 1);
}

/* Makes the table of the snapshot's attributes, for the Snapshot on the top. */
static void show_attributes(lua_State *L, const struct xdb_snapshot *s)
{
    const char *name;
    json_t *value;
    lua_newtable(L);
    json_object_foreach(s->attributes, name, value)
    {
        if (json_is_string(value))
            lua_pushlstring(L, json_string_value(value), json_string_length(value));
        else if (json_is_integer(value))
            lua_pushinteger(L, json_integer_value(value));
        else if (json_is_real(value))
            lua_pushnumber(L, json_real_value(value));
        else if (json_is_boolean(value))
            lua_pushboolean(L, json_is_true(value));
        else
            continue;
        lua_setfield(L, -2, name);
    }
    lua_setiuservalue(L, -2, ATTRIBUTES);
}

/* ---- what snapshots do ------------------------------------------------------------------------ */

static int dump(lua_State *L)
{
    struct xdb_snapshot *s = check(L, 1);
    const char *path = luaL_checkstring(L, 2);
    struct xdb_error err;
    keep_attributes(L, s);
    if (xdb_snapshot_save(s, path, &err) < 0)
        return lua_memory_fail(L, &err);
    lua_settop(L, 1);
    return 1;
}

static int load(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    struct xdb_error err;
    struct xdb_snapshot **box = lua_memory_push_snapshot(L);
    *box = xdb_snapshot_load(path, &err);
    if (!*box)
        return lua_memory_fail(L, &err);
    show_attributes(L, *box);
    return 1;
}

static int filter_traces(lua_State *L)
{
    struct xdb_snapshot *s = check(L, 1);
    struct xdb_error err;
    size_t n;
    const struct xdb_memory_filter *filters = lua_memory_push_filters(L, 2, &n);
    struct xdb_snapshot **box = lua_memory_push_snapshot(L);
    *box = xdb_snapshot_filter(s, filters, n, &err);
    if (!*box)
        return luaL_error(L, "%s", err.text);
    lua_getiuservalue(L, 1, ATTRIBUTES);
    lua_setiuservalue(L, -2, ATTRIBUTES);
    return 1;
}

static int collect_stats(lua_State *L)
{
    struct xdb_memory_stats **box = lua_touserdata(L, 1);
    xdb_memory_stats_free(*box);
    *box = NULL;
    return 0;
}

static const luaL_Reg stats_meta[] = {
    {"__gc", collect_stats}, {"__close", collect_stats}, {NULL, NULL}};
static const struct lua_class stats_class = {.type = "xdb.tracemalloc.statistics",
                                             .meta = stats_meta};

/* The list of statistics by the key at `index` and whether they are cumulative, after it. */
static int list_statistics(lua_State *L, const struct xdb_snapshot *s,
                           const struct xdb_snapshot *old, int index)
{
    const char *name = luaL_checkstring(L, index);
    int key = xdb_memory_key_of(name);
    bool cumulative = lua_toboolean(L, index + 1);
    struct xdb_error err;
    if (key < 0)
        return luaL_error(L, "unknown key_type: '%s'", name);
    lua_settop(L, index + 1);
    struct xdb_memory_stats **box = lua_class_new(L, &stats_class, sizeof *box);
    lua_toclose(L, -1);
    *box = xdb_snapshot_statistics(s, old, (enum xdb_memory_key)key, cumulative, &err);
    if (!*box)
        return luaL_error(L, "%s", err.text);
    size_t n = xdb_memory_stats_count(*box);
    lua_createtable(L, n < 1000000 ? (int)n : 0, 0);
    for (size_t i = 0; i < n; i++) {
        lua_memory_push_statistic(L, *box, i, (enum xdb_memory_key)key, old != NULL);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int statistics(lua_State *L)
{
    static const char *const names[] = {"key_type", "cumulative", NULL};
    const struct xdb_snapshot *s = check(L, 1);
    lua_args_arrange(L, 2, names, 2);
    return list_statistics(L, s, NULL, 2);
}

static int compare_to(lua_State *L)
{
    static const char *const names[] = {"old_snapshot", "key_type", "cumulative", NULL};
    const struct xdb_snapshot *s = check(L, 1);
    lua_args_arrange(L, 2, names, 3);
    return list_statistics(L, s, check(L, 2), 3);
}

static const luaL_Reg methods[] = {{"compare_to", compare_to},       {"dump", dump},
                                   {"filter_traces", filter_traces}, {"load", load},
                                   {"statistics", statistics},       {NULL, NULL}};
static const luaL_Reg meta[] = {{"__gc", collect}, {NULL, NULL}};
static const struct lua_class_field fields[] = {{"attributes", get_attributes, set_attributes},
                                                {"traceback_limit", get_limit, NULL},
                                                {"traces", get_traces, NULL},
                                                {NULL, NULL, NULL}};
const struct lua_class lua_snapshot_class = {.type = "xdb.tracemalloc.Snapshot",
                                             .values = 1,
                                             .methods = methods,
                                             .meta = meta,
                                             .fields = fields};
