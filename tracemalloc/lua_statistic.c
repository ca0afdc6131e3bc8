/*
** xdb.tracemalloc: Statistic and StatisticDiff.
**   s.traceback (nil where types are counted: s.type) s.size s.count, d.size_diff d.count_diff
**   tostring: TRACEBACK: size=S, count=N, average=A
*/
#include "tracemalloc/lua_statistic.h"
#include "tracemalloc/lua_memory.h"

enum { TRACEBACK = 1 };

struct statistic_value {
    struct xdb_memory_stat stat;
    bool typed;
};

void lua_memory_push_statistic(lua_State *L, const struct xdb_memory_stats *m, size_t index,
                               enum xdb_memory_key key, bool compared)
{
    const struct lua_class *c = compared ? &lua_diff_class : &lua_statistic_class;
    const struct xdb_memory_stat *s = xdb_memory_stats_at(m, index);
    struct statistic_value *self = lua_class_new(L, c, sizeof *self);
    self->stat = *s;
    self->typed = key == XDB_BY_TYPE;
    if (self->typed)
        return;
    size_t n = xdb_memory_stats_frames(m, s->traceback, NULL, 0, NULL);
    struct xdb_memory_frame *frames = lua_newuserdatauv(L, (n + 1) * sizeof *frames, 0);
    xdb_memory_stats_frames(m, s->traceback, frames, n, NULL);
    lua_memory_push_traceback(L, frames, n, -1, NULL);
    lua_setiuservalue(L, -3, TRACEBACK);
    lua_pop(L, 1);
}

static const struct statistic_value *check(lua_State *L, int index)
{
    const struct statistic_value *s = lua_class_test(L, &lua_diff_class, index);
    return s ? s : lua_class_check(L, &lua_statistic_class, index);
}

static int get_traceback(lua_State *L)
{
    lua_getiuservalue(L, 1, TRACEBACK);
    return 1;
}

static int get_type(lua_State *L)
{
    const struct statistic_value *self = check(L, 1);
    lua_pushstring(L, self->typed ? xdb_memory_type_name((enum xdb_memory_type)self->stat.traceback)
                                  : NULL);
    return 1;
}

static int get_size(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)check(L, 1)->stat.size);
    return 1;
}

static int get_count(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)check(L, 1)->stat.count);
    return 1;
}

static int get_size_diff(lua_State *L)
{
    lua_pushinteger(L, check(L, 1)->stat.size_diff);
    return 1;
}

static int get_count_diff(lua_State *L)
{
    lua_pushinteger(L, check(L, 1)->stat.count_diff);
    return 1;
}

static int equal(lua_State *L)
{
    const struct lua_class *c =
        lua_class_test(L, &lua_diff_class, 1) ? &lua_diff_class : &lua_statistic_class;
    const struct statistic_value *a = lua_class_test(L, c, 1), *b = lua_class_test(L, c, 2);
    bool same = a && b && a->typed == b->typed && a->stat.size == b->stat.size &&
                a->stat.count == b->stat.count && a->stat.size_diff == b->stat.size_diff &&
                a->stat.count_diff == b->stat.count_diff;
    if (same && a->typed)
        same = a->stat.traceback == b->stat.traceback;
    else if (same) {
        lua_getiuservalue(L, 1, TRACEBACK);
        lua_getiuservalue(L, 2, TRACEBACK);
        same = lua_memory_compare(L, 3, 4) == 0;
    }
    lua_pushboolean(L, same);
    return 1;
}

/* [-0, +1] What is counted, as text. */
static void push_place(lua_State *L, const struct statistic_value *self)
{
    if (self->typed) {
        get_type(L);
        return;
    }
    lua_getiuservalue(L, 1, TRACEBACK);
    luaL_tolstring(L, -1, NULL);
    lua_remove(L, -2);
}

static int text(lua_State *L)
{
    const struct statistic_value *self = check(L, 1);
    const struct xdb_memory_stat *s = &self->stat;
    bool diff = lua_class_test(L, &lua_diff_class, 1) != NULL;
    char size[XDB_SIZE_TEXT], more[XDB_SIZE_TEXT];
    xdb_size_text((long long)s->size, false, size);
    xdb_size_text(s->size_diff, true, more);
    push_place(L, self);
    if (diff)
        lua_pushfstring(L, ": size=%s (%s), count=%I (%s%I)", size, more, (LUAI_UACINT)s->count,
                        s->count_diff < 0 ? "" : "+", (LUAI_UACINT)s->count_diff);
    else
        lua_pushfstring(L, ": size=%s, count=%I", size, (LUAI_UACINT)s->count);
    lua_concat(L, 2);
    if (s->count) {
        xdb_size_text((long long)(s->size / s->count), false, size);
        lua_pushfstring(L, ", average=%s", size);
        lua_concat(L, 2);
    }
    return 1;
}

/* Calls the method `repr` of the value on the top, in its place. */
static void repr_of_top(lua_State *L)
{
    lua_getfield(L, -1, "repr");
    lua_insert(L, -2);
    lua_call(L, 1, 1);
}

static int repr(lua_State *L)
{
    const struct statistic_value *self = check(L, 1);
    const struct xdb_memory_stat *s = &self->stat;
    bool diff = lua_class_test(L, &lua_diff_class, 1) != NULL;
    if (self->typed)
        get_type(L);
    else {
        lua_getiuservalue(L, 1, TRACEBACK);
        repr_of_top(L);
    }
    const char *place = lua_tostring(L, -1);
    if (diff)
        lua_pushfstring(L, "<StatisticDiff traceback=%s size=%I (%s%I) count=%I (%s%I)>", place,
                        (LUAI_UACINT)s->size, s->size_diff < 0 ? "" : "+",
                        (LUAI_UACINT)s->size_diff, (LUAI_UACINT)s->count,
                        s->count_diff < 0 ? "" : "+", (LUAI_UACINT)s->count_diff);
    else
        lua_pushfstring(L, "<Statistic traceback=%s size=%I count=%I>", place, (LUAI_UACINT)s->size,
                        (LUAI_UACINT)s->count);
    return 1;
}

static const luaL_Reg methods[] = {{"repr", repr}, {NULL, NULL}};
static const luaL_Reg meta[] = {{"__eq", equal}, {"__tostring", text}, {NULL, NULL}};
static const struct lua_class_field fields[] = {{"traceback", get_traceback, NULL},
                                                {"type", get_type, NULL},
                                                {"size", get_size, NULL},
                                                {"count", get_count, NULL},
                                                {NULL, NULL, NULL}};
static const struct lua_class_field diff_fields[] = {{"traceback", get_traceback, NULL},
                                                     {"type", get_type, NULL},
                                                     {"size", get_size, NULL},
                                                     {"size_diff", get_size_diff, NULL},
                                                     {"count", get_count, NULL},
                                                     {"count_diff", get_count_diff, NULL},
                                                     {NULL, NULL, NULL}};
const struct lua_class lua_statistic_class = {.type = "xdb.tracemalloc.Statistic",
                                              .values = 1,
                                              .methods = methods,
                                              .meta = meta,
                                              .fields = fields};
const struct lua_class lua_diff_class = {.type = "xdb.tracemalloc.StatisticDiff",
                                         .values = 1,
                                         .methods = methods,
                                         .meta = meta,
                                         .fields = diff_fields};
