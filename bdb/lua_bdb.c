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
#include "core/lua_args.h"

#include <stdlib.h>
#include <string.h>

#ifndef LUAMOD_API
#define LUAMOD_API XDB_API
#endif

static const char quit_key;
static const struct lua_class bdb_class;

/* ---- objects ---------------------------------------------------------------------------------- */

struct lua_bdb *lua_bdb_check(lua_State *L, int arg)
{
    struct lua_bdb *self = lua_class_check(L, &bdb_class, arg);
    if (!self->b)
        luaL_error(L, "the debugger has been closed");
    return self;
}

bool lua_bdb_push(lua_State *L, const struct lua_bdb *self)
{
    return lua_class_push_object(L, &bdb_class, self);
}

void lua_bdb_keep(lua_State *L, int object, struct lua_bdb *self, bool tracing)
{
    self->kept = tracing;
    lua_class_keep(L, &bdb_class, object, tracing);
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
    struct lua_bdb *self = lua_class_check(L, &bdb_class, 1);
    struct xdb_bdb *b = self->b;
    self->b = NULL;
    xdb_bdb_free(b, L);
    line_map_free(self->lines);
    self->lines = NULL;
    return 0;
}

/* Bdb:new(skip, backend) */
static int bdb_new(lua_State *L)
{
    static const char *const names[] = {"skip", "backend", NULL};
    struct breakpoints *registry = lua_shared(L)->registry;
    struct xdb_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_args_arrange(L, 2, names, 2);
    const char *backend = lua_args_string(L, 3, "backend", "hook", NULL);
    if (strcmp(backend, "hook") != 0)
        return luaL_error(L, "Invalid backend '%s'", backend);
    const char **skip = lua_args_push_strings(L, 2, "skip", "patterns");
    struct lua_bdb *self = lua_class_new(L, &bdb_class, sizeof *self); /* -> object */
    lua_class_know(L, &bdb_class, -1);
    self->lines = line_map_new();
    if (!self->lines || line_map_load(self->lines, registry) < 0)
        return luaL_error(L, "not enough memory");
    self->b = xdb_bdb_new(L, &lua_events_front, self, registry, &err);
    if (!self->b)
        return luaL_error(L, "%s", err.text);
    self->b->arm.sites->accepts = accepts;
    xdb_bdb_set_tracing(self->b, L, false);
    if (skip && xdb_bdb_set_skip(self->b, skip) < 0)
        return luaL_error(L, "not enough memory");
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

static int get_stopframe(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    bool leaving = self->b->stop.mode == STOP_RETURN;
    if (push_target(L, self, leaving ? LUA_BDB_RETURN : LUA_BDB_STOP) && leaving) {
        lua_getfield(L, -1, "alive");
        if (lua_toboolean(L, -1))
            lua_getfield(L, -2, "back");
        else
            lua_pushnil(L);
    }
    return 1;
}

static int get_returnframe(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    if (self->b->stop.mode == STOP_RETURN)
        push_target(L, self, LUA_BDB_RETURN);
    else
        lua_pushnil(L);
    return 1;
}

static int get_stoplineno(lua_State *L)
{
    const struct stop *s = &lua_bdb_check(L, 1)->b->stop;
    lua_pushinteger(L, s->mode == STOP_CONTINUE ? -1 : s->mode == STOP_UNTIL ? s->line : 0);
    return 1;
}

static int get_quitting(lua_State *L)
{
    const struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_pushboolean(L, self->ended || xdb_bdb_quitting(self->b));
    return 1;
}

static int get_breaks(lua_State *L)
{
    lua_breaks_push_map(L, lua_bdb_check(L, 1));
    return 1;
}

static int get_botframe(lua_State *L)
{
    lua_stack_push_bottom(L, lua_bdb_check(L, 1));
    return 1;
}

static int get_currentbp(lua_State *L)
{
    const struct lua_bdb *self = lua_bdb_check(L, 1);
    if (self->currentbp)
        lua_pushinteger(L, self->currentbp);
    else
        lua_pushnil(L);
    return 1;
}

static const struct lua_class_field fields[] = {
    {"botframe", get_botframe, NULL},       {"stopframe", get_stopframe, NULL},
    {"returnframe", get_returnframe, NULL}, {"stoplineno", get_stoplineno, NULL},
    {"quitting", get_quitting, NULL},       {"breaks", get_breaks, NULL},
    {"currentbp", get_currentbp, NULL},     {NULL, NULL, NULL},
};

static void check_open(lua_State *L)
{
    lua_bdb_check(L, 1);
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
    {"canonic", canonic},     {"do_clear", do_clear},        {"user_line", nothing},
    {"user_call", nothing},   {"user_return", nothing},      {"user_exception", nothing},
    {"user_opcode", nothing}, {"condition_failed", nothing}, {NULL, NULL},
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

static void add_methods(lua_State *L)
{
    luaL_setfuncs(L, lua_breaks_methods, 0);
    luaL_setfuncs(L, lua_stack_methods, 0);
    luaL_setfuncs(L, lua_command_methods, 0);
}

static const luaL_Reg meta[] = {{"__gc", collect}, {NULL, NULL}};

static const struct lua_class bdb_class = {.type = "xdb.Bdb",
                                           .name = "Bdb",
                                           .open = true,
                                           .values = LUA_BDB_ERROR,
                                           .construct = bdb_new,
                                           .methods = class_methods,
                                           .meta = meta,
                                           .fields = fields,
                                           .made = add_methods,
                                           .check = check_open};

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
    luaL_newlib(L, functions); /* -> module */
    lua_breakpoint_open(L);
    lua_setfield(L, -2, "Breakpoint");
    lua_class_push(L, &bdb_class);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "Bdb");
    lua_pushcclosure(L, module_set_trace, 1);
    lua_setfield(L, -2, "set_trace");
    lua_bdb_push_quit(L);
    lua_setfield(L, -2, "BdbQuit");
    return 1;
}
