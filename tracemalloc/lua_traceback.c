/*
** xdb.tracemalloc: Frame and Traceback.
**   frame.filename frame.lineno                tostring: FILE:LINE
**   #tb tb[i] (1 is the oldest) tb:slice(i, j) tb:contains(frame) tb:format(limit, most_recent_first)
**   tb.total_nframe tb.cfunction               tostring: its oldest frame
*/
#include "core/lua_args.h"
#include "tracemalloc/lua_memory.h"
#include "tracemalloc/memory_report.h"

#include <string.h>

enum { FILE_NAME = 1, FRAMES = 1, FUNCTION = 2 };

/* ---- frames ----------------------------------------------------------------------------------- */

struct frame_value {
    int line;
};

void lua_memory_push_frame(lua_State *L, const char *file, int line)
{
    struct frame_value *self = lua_class_new(L, &lua_frame_class, sizeof *self);
    self->line = line;
    lua_pushstring(L, file);
    lua_setiuservalue(L, -2, FILE_NAME);
}

static int frame_line(lua_State *L)
{
    const struct frame_value *self = lua_class_check(L, &lua_frame_class, 1);
    lua_pushinteger(L, self->line);
    return 1;
}

static int frame_file(lua_State *L)
{
    lua_class_check(L, &lua_frame_class, 1);
    lua_getiuservalue(L, 1, FILE_NAME);
    return 1;
}

static int compare_frames(lua_State *L, int a, int b)
{
    const struct frame_value *x = lua_class_check(L, &lua_frame_class, a);
    const struct frame_value *y = lua_class_check(L, &lua_frame_class, b);
    lua_getiuservalue(L, a, FILE_NAME);
    lua_getiuservalue(L, b, FILE_NAME);
    int order = strcmp(lua_tostring(L, -2), lua_tostring(L, -1));
    lua_pop(L, 2);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static int frame_eq(lua_State *L)
{
    lua_pushboolean(L, lua_class_test(L, &lua_frame_class, 1) &&
                           lua_class_test(L, &lua_frame_class, 2) && compare_frames(L, 1, 2) == 0);
    return 1;
}

static int frame_lt(lua_State *L)
{
    lua_pushboolean(L, compare_frames(L, 1, 2) < 0);
    return 1;
}

static int frame_le(lua_State *L)
{
    lua_pushboolean(L, compare_frames(L, 1, 2) <= 0);
    return 1;
}

static int frame_text(lua_State *L)
{
    const struct frame_value *self = lua_class_check(L, &lua_frame_class, 1);
    lua_getiuservalue(L, 1, FILE_NAME);
    lua_pushfstring(L, "%s:%d", lua_tostring(L, -1), self->line);
    return 1;
}

static int frame_repr(lua_State *L)
{
    const struct frame_value *self = lua_class_check(L, &lua_frame_class, 1);
    lua_getiuservalue(L, 1, FILE_NAME);
    lua_pushfstring(L, "<Frame filename='%s' lineno=%d>", lua_tostring(L, -1), self->line);
    return 1;
}

static const luaL_Reg frame_methods[] = {{"repr", frame_repr}, {NULL, NULL}};
static const luaL_Reg frame_meta[] = {{"__eq", frame_eq},
                                      {"__lt", frame_lt},
                                      {"__le", frame_le},
                                      {"__tostring", frame_text},
                                      {NULL, NULL}};
static const struct lua_class_field frame_fields[] = {
    {"filename", frame_file, NULL}, {"lineno", frame_line, NULL}, {NULL, NULL, NULL}};
const struct lua_class lua_frame_class = {.type = "xdb.tracemalloc.Frame",
                                          .values = 1,
                                          .methods = frame_methods,
                                          .meta = frame_meta,
                                          .fields = frame_fields};

/* ---- tracebacks ------------------------------------------------------------------------------- */

struct traceback_value {
    lua_Integer n;
    long long total; /* below 0: not known */
};

void lua_memory_push_traceback(lua_State *L, const struct xdb_memory_frame *frames, size_t n,
                               long long total, const char *function)
{
    struct traceback_value *self = lua_class_new(L, &lua_traceback_class, sizeof *self);
    self->n = (lua_Integer)n;
    self->total = total;
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_memory_push_frame(L, frames[n - 1 - i].file, frames[n - 1 - i].line);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setiuservalue(L, -2, FRAMES);
    if (function) {
        lua_pushstring(L, function);
        lua_setiuservalue(L, -2, FUNCTION);
    }
}

void lua_memory_push_block_traceback(lua_State *L, const struct xdb_snapshot *s,
                                     const struct xdb_memory_trace *trace)
{
    bool whole;
    size_t n = xdb_snapshot_frames(s, trace->traceback, NULL, 0, &whole);
    struct xdb_memory_frame *frames = lua_newuserdatauv(L, (n + 1) * sizeof *frames, 0);
    xdb_snapshot_frames(s, trace->traceback, frames, n, NULL);
    lua_memory_push_traceback(L, frames, n, whole ? (long long)n : -1, trace->function);
    lua_remove(L, -2);
}

static const struct traceback_value *check(lua_State *L, int index)
{
    return lua_class_check(L, &lua_traceback_class, index);
}

static int total(lua_State *L)
{
    const struct traceback_value *self = check(L, 1);
    if (self->total < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, self->total);
    return 1;
}

static int function(lua_State *L)
{
    check(L, 1);
    lua_getiuservalue(L, 1, FUNCTION);
    return 1;
}

/* tb[i]: the frames; negative numbers count from the newest. */
static int index_frame(lua_State *L)
{
    const struct traceback_value *self = check(L, 1);
    lua_Integer i = lua_isinteger(L, 2) ? lua_tointeger(L, 2) : 0;
    if (i < 0)
        i += self->n + 1;
    lua_getiuservalue(L, 1, FRAMES);
    lua_rawgeti(L, -1, i);
    return 1;
}

static int length(lua_State *L)
{
    lua_pushinteger(L, check(L, 1)->n);
    return 1;
}

static int slice(lua_State *L)
{
    const struct traceback_value *self = check(L, 1);
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, self->n);
    from = from < 0 ? from + self->n + 1 : from;
    to = to < 0 ? to + self->n + 1 : to;
    from = from < 1 ? 1 : from;
    to = to > self->n ? self->n : to;
    lua_newtable(L);
    lua_getiuservalue(L, 1, FRAMES);
    for (lua_Integer i = from; i <= to; i++) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -3, i - from + 1);
    }
    lua_pop(L, 1);
    return 1;
}

static int contains(lua_State *L)
{
    const struct traceback_value *self = check(L, 1);
    bool found = false;
    lua_settop(L, 2);
    lua_getiuservalue(L, 1, FRAMES);
    for (lua_Integer i = 1; i <= self->n && !found && lua_class_test(L, &lua_frame_class, 2); i++) {
        lua_rawgeti(L, 3, i);
        found = compare_frames(L, 2, 4) == 0;
        lua_pop(L, 1);
    }
    lua_pushboolean(L, found);
    return 1;
}

int lua_memory_compare(lua_State *L, int a, int b)
{
    const struct traceback_value *x = check(L, a), *y = check(L, b);
    int order = 0, top = lua_gettop(L);
    lua_getiuservalue(L, a, FRAMES);
    lua_getiuservalue(L, b, FRAMES);
    for (lua_Integer i = 1; !order && i <= x->n && i <= y->n; i++) {
        lua_rawgeti(L, top + 1, i);
        lua_rawgeti(L, top + 2, i);
        order = compare_frames(L, top + 3, top + 4);
        lua_settop(L, top + 2);
    }
    lua_settop(L, top);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static int traceback_eq(lua_State *L)
{
    lua_pushboolean(L, lua_class_test(L, &lua_traceback_class, 1) &&
                           lua_class_test(L, &lua_traceback_class, 2) &&
                           lua_memory_compare(L, 1, 2) == 0);
    return 1;
}

static int traceback_lt(lua_State *L)
{
    lua_pushboolean(L, lua_memory_compare(L, 1, 2) < 0);
    return 1;
}

static int traceback_le(lua_State *L)
{
    lua_pushboolean(L, lua_memory_compare(L, 1, 2) <= 0);
    return 1;
}

static int traceback_text(lua_State *L)
{
    check(L, 1);
    lua_getiuservalue(L, 1, FRAMES);
    lua_rawgeti(L, -1, 1);
    luaL_tolstring(L, -1, NULL);
    return 1;
}

static int traceback_repr(lua_State *L)
{
    const struct traceback_value *self = check(L, 1);
    luaL_Buffer b;
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, FRAMES);
    luaL_buffinit(L, &b);
    luaL_addstring(&b, "<Traceback (");
    for (lua_Integer i = 1; i <= self->n; i++) {
        if (i > 1)
            luaL_addstring(&b, ", ");
        lua_pushcfunction(L, frame_repr);
        lua_rawgeti(L, 2, i);
        lua_call(L, 1, 1);
        luaL_addvalue(&b);
    }
    luaL_addstring(&b, self->n == 1 ? ",)" : ")");
    if (self->total >= 0) {
        lua_pushfstring(L, " total_nframe=%I", (lua_Integer)self->total);
        luaL_addvalue(&b);
    }
    luaL_addchar(&b, '>');
    luaL_pushresult(&b);
    return 1;
}

/* ---- as text ---------------------------------------------------------------------------------- */

/* C memory of one format(); given back also when that raises. */
struct formatting {
    struct source_cache *sources;
    struct buffer line;
    bool begun;
};

static int end_formatting(lua_State *L)
{
    struct formatting *f = lua_touserdata(L, 1);
    source_cache_free(f->sources);
    f->sources = NULL;
    if (f->begun)
        buffer_release(&f->line);
    return 0;
}

static const luaL_Reg formatting_meta[] = {
    {"__gc", end_formatting}, {"__close", end_formatting}, {NULL, NULL}};
static const struct lua_class formatting_class = {.type = "xdb.tracemalloc.formatting",
                                                  .meta = formatting_meta};

/* [-0, +2 lines] Adds the lines of the frame on the top to the list at `list`. */
static void format_frame(lua_State *L, struct formatting *f, int list)
{
    const struct frame_value *frame = lua_class_check(L, &lua_frame_class, -1);
    lua_getiuservalue(L, -1, FILE_NAME);
    const char *file = lua_tostring(L, -1);
    lua_pushfstring(L, "  File \"%s\", line %d", file, frame->line);
    lua_rawseti(L, list, luaL_len(L, list) + 1);
    buffer_clear(&f->line);
    buffer_adds(&f->line, "    ");
    if (memory_report_source(f->sources, file, frame->line, &f->line) && !f->line.failed) {
        lua_pushlstring(L, f->line.data, f->line.len);
        lua_rawseti(L, list, luaL_len(L, list) + 1);
    }
    lua_pop(L, 1);
}

/* tb:format([limit [, most_recent_first]]) */
static int format(lua_State *L)
{
    static const char *const names[] = {"limit", "most_recent_first", NULL};
    const struct traceback_value *self = check(L, 1);
    lua_args_arrange(L, 2, names, 2);
    long long limit = lua_args_integer(L, 2, "limit", self->n);
    bool reversed = lua_args_flag(L, 3, false);
    lua_Integer from = 1, to = self->n;
    if (!lua_isnil(L, 2) && limit >= 0 && limit < self->n)
        from = self->n - limit + 1;
    else if (limit < 0 && -limit < self->n)
        to = -limit;
    struct formatting *f = lua_class_new(L, &formatting_class, sizeof *f); /* index 4 */
    lua_toclose(L, 4);
    buffer_init(&f->line);
    f->begun = true;
    f->sources = source_cache_new();
    if (!f->sources)
        return luaL_error(L, "not enough memory");
    lua_getiuservalue(L, 1, FRAMES); /* 5 */
    lua_newtable(L);                 /* 6 */
    for (lua_Integer i = 0; i <= to - from; i++) {
        lua_rawgeti(L, 5, reversed ? to - i : from + i);
        format_frame(L, f, 6);
        lua_pop(L, 1);
    }
    return 1;
}

static const luaL_Reg traceback_methods[] = {{"contains", contains},
                                             {"format", format},
                                             {"repr", traceback_repr},
                                             {"slice", slice},
                                             {NULL, NULL}};
static const luaL_Reg traceback_meta[] = {{"__eq", traceback_eq},         {"__lt", traceback_lt},
                                          {"__le", traceback_le},         {"__len", length},
                                          {"__tostring", traceback_text}, {NULL, NULL}};
static const struct lua_class_field traceback_fields[] = {
    {"total_nframe", total, NULL}, {"cfunction", function, NULL}, {NULL, NULL, NULL}};
const struct lua_class lua_traceback_class = {.type = "xdb.tracemalloc.Traceback",
                                              .values = 2,
                                              .methods = traceback_methods,
                                              .meta = traceback_meta,
                                              .fields = traceback_fields,
                                              .index = index_frame};
