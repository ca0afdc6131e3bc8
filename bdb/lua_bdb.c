/*
** The Lua module xdb.bdb: the class Bdb, from which a Lua program derives its own debugger, and what
** belongs to it.
**
**   local bdb = require "xdb.bdb"
**   local Tracer = bdb.Bdb:subclass()            -- or subclass{user_line = function(self, frame) ... end}
**   function Tracer:user_line(frame) print(frame.name, frame.line); self:set_step() end
**   local tracer = Tracer()                      -- Tracer:new(skip, backend), or with a table of these names
**   tracer:run("print(1)")
**
** Methods to override: user_line(frame), user_call(frame, args), user_return(frame, value...),
** user_exception(frame, err, handled), user_opcode(frame), do_clear(number as text), and
** condition_failed(breakpoint, message). In them one of set_step, set_next, set_until, set_return,
** set_continue, set_quit says how to go on; without one the last command goes on. An error in one of them
** abandons the program and comes out of run; where there is no run it is written to stderr.
**
** A subclass that needs fields overrides `new`: `local self = bdb.Bdb.new(self, skip)`. Objects are
** userdata; fields that a program assigns are kept with them. `super` is `bdb.Bdb.method(self, ...)`.
**
** Raising bdb.BdbQuit there is the same as set_quit.
**
** Nothing is traced before run, runeval, runcall or set_trace. An object that traces is not collected.
*/
#include "bdb/lua_bdb.h"
#include "bdb/lua_frame.h"

#include <stdlib.h>
#include <string.h>

#ifndef LUAMOD_API
#define LUAMOD_API XDB_API
#endif

#define BDB_TYPE "xdb.Bdb"

/* Two tables: struct lua_bdb -> object, weakly; object -> true for those that trace. */
static const char objects_key, tracing_key, quit_key;

/* ---- objects ---------------------------------------------------------------------------------- */

struct lua_bdb *lua_bdb_check(lua_State *L, int arg)
{
    struct lua_bdb *self = luaL_checkudata(L, arg, BDB_TYPE);
    if (!self->b)
        luaL_error(L, "the debugger has been closed");
    return self;
}

bool lua_bdb_push(lua_State *L, const struct lua_bdb *self)
{
    lua_shared_table(L, &objects_key, "v");
    bool found = lua_rawgetp(L, -1, self) == LUA_TUSERDATA;
    lua_remove(L, -2);
    return found;
}

void lua_bdb_keep(lua_State *L, int object, struct lua_bdb *self, bool tracing)
{
    object = lua_absindex(L, object);
    self->kept = tracing;
    lua_shared_table(L, &tracing_key, NULL);
    lua_pushvalue(L, object);
    if (tracing)
        lua_pushboolean(L, 1);
    else
        lua_pushnil(L);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

static int quit_tostring(lua_State *L)
{
    lua_pushliteral(L, "BdbQuit");
    return 1;
}

void lua_bdb_push_quit(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &quit_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, quit_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_setmetatable(L, -2); /* -> quit */
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &quit_key);
}

const char *lua_bdb_push_canonic(lua_State *L, struct source_cache *sources, const char *name)
{
    struct source *s;
    size_t len = strlen(name);
    bool shown =
        strncmp(name, "[string \"", 9) == 0 && len > 10 && strcmp(name + len - 2, "\"]") == 0;
    if (shown)
        return lua_pushstring(L, name);
    if (place_source(sources, name, &s, NULL) < 0)
        luaL_error(L, "not enough memory");
    return lua_pushlstring(L, s->name, s->name_len);
}

void lua_bdb_send(lua_State *L, const char *name, int nargs)
{
    int first = lua_gettop(L) - nargs + 1;
    lua_getfield(L, 1, name); /* -> args... method */
    lua_insert(L, first);
    lua_pushvalue(L, 1);
    lua_insert(L, first + 1);
    lua_call(L, nargs + 1, 0);
}

static bool accepts(void *data, const char *file, int line)
{
    struct xdb_bdb *b = data;
    struct lua_bdb *self = xdb_bdb_data(b);
    return line_map_accepts(self->lines, b->registry, file, line);
}

/* ---- making one ------------------------------------------------------------------------------- */

static int collect(lua_State *L)
{
    struct lua_bdb *self = luaL_checkudata(L, 1, BDB_TYPE);
    struct xdb_bdb *b = self->b;
    self->b = NULL;
    xdb_bdb_free(b, L);
    line_map_free(self->lines);
    self->lines = NULL;
    return 0;
}

/* The patterns of the list at `index`; the array is a userdata that is pushed, the texts are the list's. */
static const char **push_patterns(lua_State *L, int index)
{
    lua_Unsigned n = lua_rawlen(L, index);
    luaL_argcheck(L, n < 100000, index, "too many patterns");
    luaL_checkstack(L, 3, NULL);
    const char **list = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *list, 0);
    for (lua_Unsigned i = 0; i < n; i++) {
        if (lua_rawgeti(L, index, (lua_Integer)i + 1) != LUA_TSTRING)
            luaL_error(L, "skip must be a list of patterns");
        list[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    list[n] = NULL;
    return list;
}

/* Bdb:new(skip, backend) or Bdb:new{skip = ..., backend = ...}; -> skip backend at 2 and 3 */
static void constructor_arguments(lua_State *L)
{
    lua_settop(L, 3);
    if (lua_istable(L, 2) && lua_rawlen(L, 2) == 0) {
        lua_getfield(L, 2, "skip");
        lua_getfield(L, 2, "backend");
        lua_replace(L, 3);
        lua_replace(L, 2);
    }
    const char *backend = luaL_optstring(L, 3, "hook");
    if (strcmp(backend, "hook") != 0)
        luaL_error(L, "Invalid backend '%s'", backend);
    if (!lua_isnil(L, 2))
        luaL_checktype(L, 2, LUA_TTABLE);
}

static int bdb_new(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    constructor_arguments(L);
    struct lua_bdb *self = lua_newuserdatauv(L, sizeof *self, LUA_BDB_ERROR); /* -> object */
    memset(self, 0, sizeof *self);
    luaL_setmetatable(L, BDB_TYPE);
    lua_newtable(L);
    lua_setiuservalue(L, -2, LUA_BDB_FIELDS);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, LUA_BDB_CLASS);
    lua_shared_table(L, &objects_key, "v");
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, self);
    lua_pop(L, 1); /* -> object */
    struct breakpoints *registry = lua_shared(L)->registry;
    struct xdb_error err;
    self->lines = line_map_new();
    if (!self->lines || line_map_load(self->lines, registry) < 0)
        return luaL_error(L, "not enough memory");
    const char **skip = lua_isnil(L, 2) ? NULL : push_patterns(L, 2);
    self->b = xdb_bdb_new(L, &lua_events_front, self, registry, &err);
    if (!self->b)
        return luaL_error(L, "%s", err.text);
    self->b->arm.sites->accepts = accepts;
    xdb_bdb_set_tracing(self->b, L, false);
    if (skip && xdb_bdb_set_skip(self->b, skip) < 0)
        return luaL_error(L, "not enough memory");
    lua_settop(L, 4);
    return 1;
}

/* Class(...) is Class:new(...), whoever defines `new`. */
static int call_class(lua_State *L)
{
    lua_getfield(L, 1, "new");
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* Bdb:subclass(methods) -> class; `methods` becomes the class */
static int subclass(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_newtable(L);
        lua_replace(L, 2);
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, call_class);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, 2);
    return 1;
}

/* ---- attributes ------------------------------------------------------------------------------- */

/* [-0, +1] The frame of the last command, as long as it is what the engine waits for. */
static bool push_target(lua_State *L, const struct lua_bdb *self, int which)
{
    const struct stop *s = &self->b->stop;
    lua_getiuservalue(L, 1, which);
    if (stop_has_target(s) && lua_frame_is(L, -1, s->target.thread, s->target.ci))
        return true;
    lua_pop(L, 1);
    lua_pushnil(L);
    return false;
}

static void get_stopframe(lua_State *L, struct lua_bdb *self)
{
    bool leaving = self->b->stop.mode == STOP_RETURN;
    if (push_target(L, self, leaving ? LUA_BDB_RETURN : LUA_BDB_STOP) && leaving) {
        lua_getfield(L, -1, "alive");
        if (lua_toboolean(L, -1))
            lua_getfield(L, -2, "back");
        else
            lua_pushnil(L);
    }
}

static void get_returnframe(lua_State *L, struct lua_bdb *self)
{
    if (self->b->stop.mode == STOP_RETURN)
        push_target(L, self, LUA_BDB_RETURN);
    else
        lua_pushnil(L);
}

static void get_stoplineno(lua_State *L, struct lua_bdb *self)
{
    const struct stop *s = &self->b->stop;
    lua_pushinteger(L, s->mode == STOP_CONTINUE ? -1 : s->mode == STOP_UNTIL ? s->line : 0);
}

static void get_quitting(lua_State *L, struct lua_bdb *self)
{
    lua_pushboolean(L, self->ended || xdb_bdb_quitting(self->b));
}

static void get_breaks(lua_State *L, struct lua_bdb *self)
{
    lua_breaks_push_map(L, self);
}

static void get_currentbp(lua_State *L, struct lua_bdb *self)
{
    if (self->currentbp)
        lua_pushinteger(L, self->currentbp);
    else
        lua_pushnil(L);
}

static const struct {
    const char *name;
    void (*get)(lua_State *L, struct lua_bdb *self);
} attributes[] = {
    {"botframe", lua_stack_push_bottom}, {"stopframe", get_stopframe},
    {"returnframe", get_returnframe},    {"stoplineno", get_stoplineno},
    {"quitting", get_quitting},          {"breaks", get_breaks},
    {"currentbp", get_currentbp},
};

/* Index of the attribute called so, or -1. */
static int find_attribute(lua_State *L, int index)
{
    const char *name = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
    for (int i = 0; i < (int)(sizeof attributes / sizeof *attributes); i++)
        if (strcmp(name, attributes[i].name) == 0)
            return i;
    return -1;
}

static int index_bdb(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    int i = find_attribute(L, 2);
    if (i >= 0) {
        attributes[i].get(L, self);
        return 1;
    }
    lua_getiuservalue(L, 1, LUA_BDB_FIELDS);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL)
        return 1;
    lua_getiuservalue(L, 1, LUA_BDB_CLASS);
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
    return 1;
}

static int newindex_bdb(lua_State *L)
{
    lua_bdb_check(L, 1);
    if (find_attribute(L, 2) >= 0)
        return luaL_error(L, "the attribute '%s' cannot be set", lua_tostring(L, 2));
    lua_getiuservalue(L, 1, LUA_BDB_FIELDS);
    lua_insert(L, 2); /* -> object fields key value */
    lua_rawset(L, 2);
    return 0;
}

/* ---- methods to override ---------------------------------------------------------------------- */

static int nothing(lua_State *L)
{
    (void)L;
    return 0;
}

static int do_clear(lua_State *L)
{
    return luaL_error(L, "subclass of bdb must implement do_clear()");
}

static int canonic(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_bdb_push_canonic(L, xdb_bdb_sources(self->b), luaL_checkstring(L, 2));
    return 1;
}

static const luaL_Reg class_methods[] = {
    {"new", bdb_new},
    {"subclass", subclass},
    {"canonic", canonic},
    {"do_clear", do_clear},
    {"user_line", nothing},
    {"user_call", nothing},
    {"user_return", nothing},
    {"user_exception", nothing},
    {"user_opcode", nothing},
    {"condition_failed", nothing},
    {NULL, NULL},
};

/* ---- the module ------------------------------------------------------------------------------- */

/* bdb.set_trace(): a plain Bdb stops at the caller (BDB-109). Its class is the upvalue. */
static int module_set_trace(lua_State *L)
{
    lua_settop(L, 0);
    lua_pushcfunction(L, bdb_new);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_call(L, 1, 1);
    return lua_command_trace(L, lua_bdb_check(L, 1), 1);
}

static void open_class(lua_State *L)
{
    static const luaL_Reg of_objects[] = {
        {"__index", index_bdb}, {"__newindex", newindex_bdb}, {"__gc", collect}, {NULL, NULL}};
    luaL_newmetatable(L, BDB_TYPE);
    luaL_setfuncs(L, of_objects, 0);
    lua_pushliteral(L, "Bdb");
    lua_setfield(L, -2, "__name");
    lua_pop(L, 1);
    luaL_newlib(L, class_methods); /* -> class */
    luaL_setfuncs(L, lua_breaks_methods, 0);
    luaL_setfuncs(L, lua_stack_methods, 0);
    luaL_setfuncs(L, lua_command_methods, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, call_class);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, -2);
}

XDB_API int xdb_open_bdb(lua_State *L);

int xdb_open_bdb(lua_State *L)
{
    static const luaL_Reg functions[] = {{"checkfuncname", lua_breakpoint_checkfuncname},
                                         {"effective", lua_breakpoint_effective},
                                         {NULL, NULL}};
    luaL_checkversion(L);
    universe_anchor(L); /* older than every debugger: closed after them */
    if (!universe_open(L))
        return luaL_error(L, "not enough memory");
    lua_shared_open(L);
    lua_frame_open(L);
    luaL_newlib(L, functions); /* -> module */
    lua_breakpoint_open(L);
    lua_setfield(L, -2, "Breakpoint");
    open_class(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "Bdb");
    lua_pushcclosure(L, module_set_trace, 1);
    lua_setfield(L, -2, "set_trace");
    lua_bdb_push_quit(L);
    lua_setfield(L, -2, "BdbQuit");
    return 1;
}
