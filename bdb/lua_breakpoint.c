/*
** The class Breakpoint of xdb.bdb, and the two functions that decide on one.
**
**   bdb.Breakpoint(file, line, temporary, cond, funcname)   or with a table of these names
**   fields: file line temporary cond funcname enabled ignore hits number pending deleted
**           (temporary cond enabled ignore hits can be assigned)
**   bp:deleteMe() bp:enable() bp:disable() bp:bpformat() bp:bpprint(out) tostring(bp)
**   Breakpoint.clearBreakpoints(), Breakpoint.bpbynumber (number -> object),
**   Breakpoint.bplist (file -> line -> list of objects)
**   bdb.checkfuncname(bp, frame), bdb.effective(file, line, frame) -> bp, may be deleted
**
** The registry owns the breakpoints; an object has only a number, and after the deletion a copy of what
** the breakpoint was.
*/
#include "bdb/lua_bdb.h"
#include "bdb/lua_frame.h"
#include "core/lua_args.h"
#include "core/lua_value.h"

#include <limits.h>
#include <string.h>

struct lua_breakpoint {
    int number;
    bool retired; /* its user value has the fields */
};

static const char objects_key; /* table: number -> object, weakly */
static const struct lua_class breakpoint_class;

static struct breakpoints *registry(lua_State *L)
{
    return lua_shared(L)->registry;
}

/* The breakpoint of an object; NULL when it has been deleted. */
static struct breakpoint *living(lua_State *L, int arg)
{
    const struct lua_breakpoint *o = lua_class_check(L, &breakpoint_class, arg);
    return o->retired ? NULL : breakpoint_numbered(registry(L), o->number);
}

/* The breakpoint of the object at `arg`; raises for another value and for a deleted one. */
static struct breakpoint *check(lua_State *L, int arg)
{
    struct breakpoint *bp = living(L, arg);
    if (!bp) {
        const struct lua_breakpoint *o = lua_touserdata(L, arg);
        luaL_error(L, "Breakpoint %d already deleted", o->number);
    }
    return bp;
}

void lua_breakpoint_push(lua_State *L, const struct breakpoint *bp)
{
    luaL_checkstack(L, 4, NULL);
    if (!bp) {
        lua_pushnil(L);
        return;
    }
    lua_value_registry(L, &objects_key, "v"); /* -> objects */
    if (lua_rawgeti(L, -1, bp->number) == LUA_TNIL) {
        lua_pop(L, 1);
        struct lua_breakpoint *o = lua_class_new(L, &breakpoint_class, sizeof *o);
        o->number = bp->number;
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, bp->number);
    }
    lua_remove(L, -2); /* -> object */
}

/* ---- fields ----------------------------------------------------------------------------------- */

/* [-0, +1] False, and nothing pushed, when there is no such field. */
static bool push_field(lua_State *L, const struct breakpoint *bp, const char *name)
{
    if (strcmp(name, "file") == 0)
        lua_pushstring(L, bp->file);
    else if (strcmp(name, "line") == 0)
        lua_pushinteger(L, bp->line);
    else if (strcmp(name, "temporary") == 0)
        lua_pushboolean(L, bp->temporary);
    else if (strcmp(name, "cond") == 0)
        lua_pushstring(L, bp->condition);
    else if (strcmp(name, "funcname") == 0)
        lua_pushstring(L, bp->function);
    else if (strcmp(name, "enabled") == 0)
        lua_pushboolean(L, bp->enabled);
    else if (strcmp(name, "ignore") == 0)
        lua_pushinteger(L, bp->ignore);
    else if (strcmp(name, "hits") == 0)
        lua_pushinteger(L, bp->hits);
    else if (strcmp(name, "pending") == 0)
        lua_pushboolean(L, bp->file == NULL);
    else
        return false;
    return true;
}

static const char *const kept_fields[] = {"file",    "line",   "temporary", "cond",    "funcname",
                                          "enabled", "ignore", "hits",      "pending", NULL};

/* [-0, +1] One of the two texts of a breakpoint. */
static void push_text(lua_State *L, const struct breakpoint *bp,
                      void (*write)(const struct breakpoint *, struct buffer *))
{
    struct buffer text;
    luaL_checkstack(L, 2, NULL);
    buffer_init(&text);
    write(bp, &text);
    lua_value_push_text(L, &text);
}

void lua_breakpoint_retire(lua_State *L, const struct breakpoint *bp)
{
    luaL_checkstack(L, 5, NULL);
    lua_value_registry(L, &objects_key, "v");
    if (lua_rawgeti(L, -1, bp->number) == LUA_TUSERDATA) { /* -> objects object */
        struct lua_breakpoint *o = lua_touserdata(L, -1);
        lua_newtable(L);
        for (int i = 0; kept_fields[i]; i++) {
            push_field(L, bp, kept_fields[i]);
            lua_setfield(L, -2, kept_fields[i]);
        }
        push_text(L, bp, breakpoint_format);
        lua_setfield(L, -2, "format");
        push_text(L, bp, breakpoint_name);
        lua_setfield(L, -2, "text");
        lua_setiuservalue(L, -2, 1);
        o->retired = true;
    }
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_rawseti(L, -2, bp->number);
    lua_pop(L, 1);
}

static int get_number(lua_State *L)
{
    const struct lua_breakpoint *o = lua_class_check(L, &breakpoint_class, 1);
    lua_pushinteger(L, o->number);
    return 1;
}

static int get_deleted(lua_State *L)
{
    lua_pushboolean(L, living(L, 1) == NULL);
    return 1;
}

/* One of `kept_fields`, as it is or as it was. */
static int get_field(lua_State *L)
{
    const struct breakpoint *bp = living(L, 1);
    const char *name = lua_tostring(L, 2);
    if (bp)
        push_field(L, bp, name);
    else if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE)
        lua_getfield(L, -1, name);
    return 1;
}

static int no_field(lua_State *L)
{
    return living(L, 1)
               ? luaL_error(L, "a breakpoint has no field '%s'", luaL_tolstring(L, 2, NULL))
               : 0;
}

static int set_temporary(lua_State *L)
{
    check(L, 1)->temporary = lua_toboolean(L, 3);
    return 0;
}

static int set_enabled(lua_State *L)
{
    breakpoint_enable(registry(L), check(L, 1), lua_toboolean(L, 3));
    return 0;
}

static int count_argument(lua_State *L)
{
    lua_Integer n = luaL_checkinteger(L, 3);
    luaL_argcheck(L, n >= 0 && n <= INT_MAX, 3, "a count is expected");
    return (int)n;
}

static int set_ignore(lua_State *L)
{
    check(L, 1)->ignore = count_argument(L);
    return 0;
}

static int set_hits(lua_State *L)
{
    check(L, 1)->hits = count_argument(L);
    return 0;
}

static int set_cond(lua_State *L)
{
    struct breakpoint *bp = check(L, 1);
    if (breakpoint_set_condition(registry(L), bp, luaL_optstring(L, 3, NULL)) < 0)
        return luaL_error(L, "not enough memory");
    return 0;
}

static const struct lua_class_field fields[] = {
    {"number", get_number, NULL},      {"deleted", get_deleted, NULL},
    {"file", get_field, NULL},         {"line", get_field, NULL},
    {"funcname", get_field, NULL},     {"pending", get_field, NULL},
    {"cond", get_field, set_cond},     {"temporary", get_field, set_temporary},
    {"hits", get_field, set_hits},     {"enabled", get_field, set_enabled},
    {"ignore", get_field, set_ignore}, {NULL, NULL, NULL},
};

/* ---- methods ---------------------------------------------------------------------------------- */

static int delete_me(lua_State *L)
{
    struct breakpoint *bp = check(L, 1);
    lua_breakpoint_retire(L, bp);
    breakpoint_delete(registry(L), bp);
    return 0;
}

static int enable(lua_State *L)
{
    breakpoint_enable(registry(L), check(L, 1), true);
    return 0;
}

static int disable(lua_State *L)
{
    breakpoint_enable(registry(L), check(L, 1), false);
    return 0;
}

/* One of the texts, also of a deleted breakpoint. */
static int text_of(lua_State *L, const char *kept,
                   void (*write)(const struct breakpoint *, struct buffer *))
{
    const struct breakpoint *bp = living(L, 1);
    if (bp)
        push_text(L, bp, write);
    else if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE)
        lua_getfield(L, -1, kept);
    else
        lua_pushliteral(L, "breakpoint (deleted)");
    return 1;
}

static int bpformat(lua_State *L)
{
    return text_of(L, "format", breakpoint_format);
}

static int breakpoint_tostring(lua_State *L)
{
    return text_of(L, "text", breakpoint_name);
}

/* BDB-014: to `out`, anything with a method `write`; else to io.output's present file. */
static int bpprint(lua_State *L)
{
    lua_settop(L, 2);
    bpformat(L);
    lua_pushliteral(L, "\n");
    lua_concat(L, 2); /* -> self out text */
    if (lua_isnil(L, 2)) {
        lua_getglobal(L, "io");
        lua_getfield(L, -1, "write");
        lua_pushvalue(L, 3);
        lua_call(L, 1, 0);
    } else {
        lua_value_write(L, 2);
    }
    return 0;
}

/* ---- the class -------------------------------------------------------------------------------- */

static int clear_breakpoints(lua_State *L)
{
    struct breakpoints *r = registry(L);
    for (int n = 1; n <= breakpoint_last(r); n++) {
        const struct breakpoint *bp = breakpoint_numbered(r, n);
        if (bp)
            lua_breakpoint_retire(L, bp);
    }
    breakpoints_reset(r);
    return 0;
}

/* Breakpoint(file, line, temporary, cond, funcname); the class is at index 1. */
static int construct(lua_State *L)
{
    static const char *const names[] = {"file", "line", "temporary", "cond", "funcname", NULL};
    lua_args_arrange(L, 2, names, 5);
    struct breakpoint_spec spec = {.line = (int)luaL_optinteger(L, 3, 0),
                                   .temporary = lua_toboolean(L, 4),
                                   .condition = luaL_optstring(L, 5, NULL),
                                   .function = luaL_optstring(L, 6, NULL)};
    if (!lua_isnil(L, 2) || !spec.function) {
        spec.file = lua_bdb_push_canonic(L, lua_shared(L)->sources, luaL_checkstring(L, 2));
        luaL_argcheck(L, spec.line > 0, 3, "a line from 1 is expected");
    }
    const struct breakpoint *bp = breakpoint_add(registry(L), &spec);
    if (!bp)
        return luaL_error(L, "not enough memory");
    lua_breakpoint_push(L, bp);
    return 1;
}

static const luaL_Reg methods[] = {
    {"deleteMe", delete_me},
    {"enable", enable},
    {"disable", disable},
    {"bpformat", bpformat},
    {"bpprint", bpprint},
    {"clearBreakpoints", clear_breakpoints},
    {NULL, NULL},
};

static void push_by_number(lua_State *L)
{
    const struct breakpoints *r = registry(L);
    lua_newtable(L);
    for (int n = 1; n <= breakpoint_last(r); n++) {
        lua_breakpoint_push(L, breakpoint_numbered(r, n));
        lua_rawseti(L, -2, n);
    }
}

/* [-0, +1] The objects of the breakpoints at a place. */
static void push_list(lua_State *L, const struct breakpoint *bp)
{
    lua_newtable(L);
    for (int i = 1; bp; bp = bp->next_here) {
        lua_breakpoint_push(L, bp);
        lua_rawseti(L, -2, i++);
    }
}

static void push_by_place(lua_State *L)
{
    const struct breakpoints *r = registry(L);
    const char *file;
    lua_newtable(L); /* -> files */
    for (int i = 0; (file = breakpoint_file(r, i)) != NULL; i++) {
        const int *lines;
        int n = breakpoint_lines(r, file, &lines);
        lua_newtable(L); /* -> files lines */
        for (int k = 0; k < n; k++) {
            push_list(L, breakpoint_at(r, file, lines[k]));
            lua_rawseti(L, -2, lines[k]);
        }
        lua_setfield(L, -2, file);
    }
}

static int index_class(lua_State *L)
{
    const char *name = luaL_tolstring(L, 2, NULL);
    if (strcmp(name, "bpbynumber") == 0)
        push_by_number(L);
    else if (strcmp(name, "bplist") == 0)
        push_by_place(L);
    else
        return 0;
    return 1;
}

/* The class itself has attributes, too. */
static void made(lua_State *L)
{
    lua_getmetatable(L, -1);
    lua_pushcfunction(L, index_class);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

static const luaL_Reg meta[] = {{"__tostring", breakpoint_tostring}, {NULL, NULL}};

static const struct lua_class breakpoint_class = {.type = "xdb.breakpoint",
                                                  .values = 1,
                                                  .construct = construct,
                                                  .methods = methods,
                                                  .meta = meta,
                                                  .fields = fields,
                                                  .made = made,
                                                  .index = no_field};

void lua_breakpoint_open(lua_State *L)
{
    lua_class_push(L, &breakpoint_class);
}

/* ---- deciding --------------------------------------------------------------------------------- */

/* BDB-020, 021. A function is told by its name and the line where its code begins. */
static bool right_function(lua_State *L, const struct breakpoint *bp, const struct frame *f)
{
    if (!bp->function)
        return true;
    lua_Debug ar;
    if (bp->linedefined > 0)
        return frame_info(f, "S", &ar) == 0 && ar.linedefined == bp->linedefined &&
               ar.lastlinedefined == bp->lastlinedefined;
    return strcmp(lua_frame_name(L, f), bp->function) == 0;
}

int lua_breakpoint_checkfuncname(lua_State *L)
{
    struct frame f;
    const struct breakpoint *bp = check(L, 1);
    lua_frame_check(L, 2, &f);
    int line = bp->line;
    if (bp->function && bp->linedefined == 0) {
        const struct function *fn = lua_frame_function(L, &f);
        int first = fn ? function_first_line(fn) : -1;
        line = first > 0 ? first : line;
    }
    lua_pushboolean(L, right_function(L, bp, &f) && lua_frame_line(L, 2) == line);
    return 1;
}

int lua_breakpoint_effective(lua_State *L)
{
    static const struct xdb_front silent = {.user_line = NULL};
    struct lua_shared *s = lua_shared(L);
    struct frame f;
    const char *file = lua_bdb_push_canonic(L, s->sources, luaL_checkstring(L, 1));
    int line = (int)luaL_checkinteger(L, 2);
    lua_frame_check(L, 3, &f);
    if (!s->judge && (s->judge = xdb_bdb_new(L, &silent, NULL, s->registry, NULL)) != NULL)
        xdb_bdb_set_tracing(s->judge, L, false);
    if (!s->judge)
        return luaL_error(L, "not enough memory");
    bool delete_ok = false;
    const struct breakpoint *bp = xdb_bdb_effective(s->judge, L, &f, file, line, &delete_ok);
    if (!bp)
        return 0;
    lua_breakpoint_push(L, bp);
    lua_pushboolean(L, delete_ok);
    return 2;
}
