/*
** The methods of Bdb that say how to go on (BDB-070..079) and those that run code (BDB-104..108).
*/
#include "bdb/lua_bdb.h"
#include "bdb/lua_frame.h"
#include "core/frame_stack.h"
#include "core/lua_code.h"

static int reset(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    xdb_bdb_reset(self->b);
    self->ended = false;
    return 0;
}

static int set_step(lua_State *L)
{
    xdb_bdb_set_step(lua_bdb_check(L, 1)->b);
    return 0;
}

static int set_stepinstr(lua_State *L)
{
    xdb_bdb_set_stepinstr(lua_bdb_check(L, 1)->b);
    return 0;
}

/* Keeps the object of the frame that is now waited for. */
static struct lua_bdb *frame_command(lua_State *L, int which, struct frame *f)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, f);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 1, which);
    return self;
}

static int set_next(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = frame_command(L, LUA_BDB_STOP, &f);
    xdb_bdb_set_next(self->b, &f);
    return 0;
}

static int set_until(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = frame_command(L, LUA_BDB_STOP, &f);
    lua_Integer line = luaL_optinteger(L, 3, (lua_Integer)lua_frame_line(L, 2) + 1);
    luaL_argcheck(L, line > 0 && line < 1 << 30, 3, "a line is expected");
    xdb_bdb_set_until(self->b, &f, (int)line);
    return 0;
}

static int set_return(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = frame_command(L, LUA_BDB_RETURN, &f);
    xdb_bdb_set_return(self->b, &f);
    return 0;
}

/* BDB-078: without breakpoints the program runs as if there were no debugger. */
static int set_continue(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    xdb_bdb_set_continue(self->b);
    if (line_map_empty(self->lines) && !self->running && self->kept) {
        lua_bdb_keep(L, 1, self, false);
        xdb_bdb_set_tracing(self->b, L, false);
    }
    return 0;
}

static int set_quit(lua_State *L)
{
    xdb_bdb_set_quit(lua_bdb_check(L, 1)->b);
    return 0;
}

/* Level of the frame at `arg` on `L`, or of the caller. */
static int trace_level(lua_State *L, int arg)
{
    struct frame f;
    if (lua_isnoneornil(L, arg))
        return 1;
    lua_frame_check(L, arg, &f);
    luaL_argcheck(L, f.thread == L, arg, "the frame is not of this coroutine");
    return f.level;
}

int lua_command_trace(lua_State *L, struct lua_bdb *self, int level)
{
    if (self->b->event)
        return 0; /* stopped already */
    if (!self->running) {
        lua_bdb_keep(L, 1, self, true);
        self->bottom = NULL;
        self->ended = false;
    }
    self->trace_begins = true;
    self->b->arm.asleep = false;
    xdb_bdb_set_trace(self->b, L, level);
    return 0;
}

static int set_trace(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    return lua_command_trace(L, self, trace_level(L, 2));
}

/* ---- running code ----------------------------------------------------------------------------- */

static void begin(lua_State *L, struct lua_bdb *self)
{
    if (self->running || self->b->event)
        luaL_error(L, "this debugger is running code already");
    lua_bdb_keep(L, 1, self, true);
    self->running = true;
    self->first_call = true;
    self->trace_begins = false;
    self->failed = false;
    self->ended = false;
    self->bottom = L;
    self->bottom_height = frame_depth(L);
    xdb_bdb_reset(self->b);
    self->b->arm.asleep = false;
    xdb_bdb_set_step(self->b);
}

static void finish(lua_State *L, struct lua_bdb *self)
{
    self->running = false;
    self->ended = true; /* BDB-104 */
    self->bottom = NULL;
    xdb_bdb_set_tracing(self->b, L, false);
    lua_bdb_keep(L, 1, self, false);
}

/* Calls the function below the `nargs` arguments on the top; returns its results, none after a quit. */
static int run_function(lua_State *L, struct lua_bdb *self, int nargs)
{
    int base = lua_gettop(L) - nargs - 1;
    begin(L, self);
    int status = xdb_bdb_call(self->b, L, nargs, LUA_MULTRET);
    finish(L, self);
    lua_bdb_rethrow(L, 1, self);
    if (status == XDB_QUIT)
        return 0;
    if (status != LUA_OK)
        return lua_error(L);
    return lua_gettop(L) - base;
}

/* b:run(code, env); code is a text or a function (BDB-104) */
static int run(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_settop(L, 3);
    lua_code_push(L, 2, "", 3, 0);
    run_function(L, self, 0);
    return 0;
}

/* b:runeval(expression, env) -> its values (BDB-106) */
static int runeval(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_settop(L, 3);
    lua_code_push(L, 2, "return ", 3, 0);
    return run_function(L, self, 0);
}

/* b:runcall(func, ...) -> its results (BDB-108) */
static int runcall(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    luaL_checkany(L, 2);
    return run_function(L, self, lua_gettop(L) - 2);
}

const luaL_Reg lua_command_methods[] = {
    {"reset", reset},
    {"set_step", set_step},
    {"set_stepinstr", set_stepinstr},
    {"set_next", set_next},
    {"set_until", set_until},
    {"set_return", set_return},
    {"set_continue", set_continue},
    {"set_quit", set_quit},
    {"set_trace", set_trace},
    {"run", run},
    {"runctx", run},
    {"runeval", runeval},
    {"runcall", runcall},
    {NULL, NULL},
};
