/*
** The methods of Bdb on breakpoints (BDB-090..098): what went wrong is returned as a text, else nil.
*/
#include "bdb/lua_bdb.h"

#include <limits.h>

static struct breakpoints *registry(const struct lua_bdb *self)
{
    return xdb_bdb_registry(self->b);
}

static const char *file_argument(lua_State *L, struct lua_bdb *self, int arg)
{
    return lua_bdb_push_canonic(L, xdb_bdb_sources(self->b), luaL_checkstring(L, arg));
}

static int line_argument(lua_State *L, int arg)
{
    lua_Integer n = luaL_checkinteger(L, arg);
    return n < INT_MIN || n > INT_MAX ? -1 : (int)n;
}

/* The lines that stop have changed without the registry knowing. */
static void map_changed(lua_State *L, struct lua_bdb *self)
{
    site_cache_flush(self->b->arm.sites);
    xdb_bdb_apply(self->b, L);
}

/* Of all that have been deleted, what stands in the map. */
static void prune(struct lua_bdb *self, const char *file, int line)
{
    if (!breakpoint_at(registry(self), file, line))
        line_map_remove(self->lines, file, line);
}

/* b:set_break(file, line, temporary, cond, funcname) -> error text, or nil and the breakpoint */
static int set_break(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_settop(L, 6);
    struct xdb_break_spec spec = {.file = luaL_optstring(L, 2, NULL),
                                  .temporary = lua_toboolean(L, 4),
                                  .condition = luaL_optstring(L, 5, NULL),
                                  .function = luaL_optstring(L, 6, NULL)};
    luaL_argcheck(L, spec.file || spec.function, 2, "a file is expected");
    spec.line = spec.function && lua_isnil(L, 3) ? 0 : line_argument(L, 3);
    if (spec.file)
        spec.file = file_argument(L, self, 2);
    struct breakpoint *bp;
    struct xdb_error err;
    if (xdb_bdb_set_break(self->b, L, &spec, &bp, NULL, &err) < 0) {
        lua_pushstring(L, err.text);
        return 1;
    }
    if (line_map_add(self->lines, bp) < 0) {
        breakpoint_delete(registry(self), bp);
        return luaL_error(L, "not enough memory");
    }
    map_changed(L, self);
    lua_pushnil(L);
    lua_breakpoint_push(L, bp);
    return 2;
}

static void delete_line(lua_State *L, struct lua_bdb *self, const char *file, int line)
{
    struct breakpoint *bp;
    while ((bp = breakpoint_at(registry(self), file, line)) != NULL) {
        lua_breakpoint_retire(L, bp);
        breakpoint_delete(registry(self), bp);
    }
}

static int clear_break(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    const char *file = file_argument(L, self, 2);
    int line = line_argument(L, 3);
    const int *lines;
    if (line_map_lines(self->lines, file, &lines) == 0)
        lua_pushfstring(L, "There are no breakpoints in %s", file);
    else if (!line_map_has(self->lines, file, line))
        lua_pushfstring(L, "There is no breakpoint at %s:%d", file, line);
    else {
        delete_line(L, self, file, line);
        line_map_remove(self->lines, file, line);
        lua_pushnil(L);
    }
    return 1;
}

/* BDB-094: a number, or a text that is one. NULL, and the text of the error is pushed. */
static struct breakpoint *by_number(lua_State *L, struct lua_bdb *self, int arg)
{
    struct xdb_error err;
    const char *text = "";
    lua_Integer n;
    if (lua_type(L, arg) == LUA_TNUMBER && (n = lua_tointeger(L, arg), lua_isinteger(L, arg) || n))
        text = lua_pushfstring(L, "%I", (LUAI_UACINT)n);
    else if (!lua_isnoneornil(L, arg))
        text = luaL_tolstring(L, arg, NULL);
    struct breakpoint *bp = breakpoint_by_text(registry(self), text, &err);
    if (!bp)
        lua_pushstring(L, err.text);
    return bp;
}

static int get_bpbynumber(lua_State *L)
{
    struct breakpoint *bp = by_number(L, lua_bdb_check(L, 1), 2);
    if (bp) {
        lua_breakpoint_push(L, bp);
        return 1;
    }
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
}

static int clear_bpbynumber(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    struct breakpoint *bp = by_number(L, self, 2);
    if (!bp)
        return 1;
    const char *file = lua_pushstring(L, bp->file);
    int line = bp->line;
    line_map_forget(self->lines, bp->number);
    lua_breakpoint_retire(L, bp);
    breakpoint_delete(registry(self), bp);
    if (file)
        prune(self, file, line);
    lua_pushnil(L);
    return 1;
}

static int clear_all_file_breaks(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    const char *file = file_argument(L, self, 2);
    const int *lines;
    int n = line_map_lines(self->lines, file, &lines);
    if (n == 0) {
        lua_pushfstring(L, "There are no breakpoints in %s", file);
        return 1;
    }
    for (int i = 0; i < n; i++)
        delete_line(L, self, file, lines[i]);
    line_map_remove_file(self->lines, file);
    lua_pushnil(L);
    return 1;
}

static int clear_all_breaks(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    struct breakpoints *r = registry(self);
    if (line_map_empty(self->lines)) {
        lua_pushliteral(L, "There are no breakpoints");
        return 1;
    }
    for (int n = 1; n <= breakpoint_last(r); n++) {
        struct breakpoint *bp = breakpoint_numbered(r, n);
        if (bp) {
            lua_breakpoint_retire(L, bp);
            breakpoint_delete(r, bp);
        }
    }
    line_map_clear(self->lines);
    lua_pushnil(L);
    return 1;
}

/* ---- questions -------------------------------------------------------------------------------- */

static int get_break(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    const char *file = file_argument(L, self, 2);
    lua_pushboolean(L, line_map_has(self->lines, file, line_argument(L, 3)));
    return 1;
}

static int get_breaks(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    const char *file = file_argument(L, self, 2);
    int line = line_argument(L, 3), i = 1;
    lua_newtable(L);
    if (!line_map_has(self->lines, file, line))
        return 1;
    for (const struct breakpoint *bp = breakpoint_at(registry(self), file, line); bp;
         bp = bp->next_here) {
        lua_breakpoint_push(L, bp);
        lua_rawseti(L, -2, i++);
    }
    return 1;
}

static void push_lines(lua_State *L, const struct line_map *m, const char *file)
{
    const int *lines;
    int n = line_map_lines(m, file, &lines);
    lua_createtable(L, n, 0);
    for (int i = 0; i < n; i++) {
        lua_pushinteger(L, lines[i]);
        lua_rawseti(L, -2, i + 1);
    }
}

static int get_file_breaks(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    push_lines(L, self->lines, file_argument(L, self, 2));
    return 1;
}

void lua_breaks_push_map(lua_State *L, const struct lua_bdb *self)
{
    const char *file;
    lua_newtable(L);
    for (int i = 0; (file = line_map_file(self->lines, i)) != NULL; i++) {
        push_lines(L, self->lines, file);
        lua_setfield(L, -2, file);
    }
}

static int get_all_breaks(lua_State *L)
{
    lua_breaks_push_map(L, lua_bdb_check(L, 1));
    return 1;
}

const luaL_Reg lua_breaks_methods[] = {
    {"set_break", set_break},
    {"clear_break", clear_break},
    {"clear_bpbynumber", clear_bpbynumber},
    {"get_bpbynumber", get_bpbynumber},
    {"clear_all_file_breaks", clear_all_file_breaks},
    {"clear_all_breaks", clear_all_breaks},
    {"get_break", get_break},
    {"get_breaks", get_breaks},
    {"get_file_breaks", get_file_breaks},
    {"get_all_breaks", get_all_breaks},
    {NULL, NULL},
};
