/*
** The Lua module xdb: the debugger inside of a program, and its C entries xdb_set_trace and xdb_post_mortem.
**
**   local xdb = require "xdb"
**   xdb.set_trace()                  -- stops here; also set_trace(header), set_trace(frame or level),
**                                    -- set_trace{header =, commands = {...}, frame =}
**   xdb.breakpoint(...)              -- the same, or what $XDBBREAKPOINT says: "0" nothing, "module.function" that
**   xdb.run(code, env)               -- runs a text or a function, stopping at its first line
**   xdb.runeval(expression, env)     -- the same, and returns the values
**   xdb.runcall(f, ...)              -- calls f, stopping at its first line, and returns its results
**   xpcall(f, xdb.post_mortem)       -- looks at the stack that an error has left; also called in a handler
**   xdb.post_mortem(co, err)         -- ... of a coroutine that died or sleeps
**   ok, rec = xpcall(f, xdb.record)  -- keeps a likeness of that stack: fields error, traceback, thread
**   xdb.post_mortem(rec)             -- looks at it later
**   xdb.pm()                         -- looks at the last one, also of an error that nobody caught in run, runcall, ...
**   xdb.Pdb(...)                     -- a debugger of one's own: completekey, stdin, stdout, skip, nosigint, readrc,
**                                    -- mode, backend, colorize; or a table of these names and prompt
**
** Objects of Pdb have the methods set_trace, run, runeval, runcall, post_mortem of the same meaning, and those that
** a class derived with Pdb:subclass{...} may override: see lua_methods.c. Attributes: prompt, curframe, lastcmd.
**
** set_trace and breakpoint use the debugger that was made or used last, so that breakpoints, displays and
** aliases live on from one stop to the next; under the `xdb` command that is the command's own.
** docs/xdb-module.md says the rest.
*/
#include "pdb/lua_pdb.h"

#include "core/interpose.h"
#include "core/lua_code.h"
#include "core/public/version.h"
#include "core/universe.h"

#include <stdlib.h>
#include <string.h>

XDB_API int xdb_open_module(lua_State *L);

/* ---- the debugger to use ---------------------------------------------------------------------- */

/* [-0, +1] The debugger for set_trace; pushes its object, or nil for that of the command. */
static struct xdb_pdb *push_debugger(lua_State *L)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    struct lua_pdb *self = lua_pdb_push_last(L);
    struct xdb_pdb *command = run_current(L);
    if (!self && command)
        return command;
    if (!self) {
        lua_pop(L, 1);
        self = lua_pdb_push_new(L);
    }
    lua_pdb_use(L, -1, self);
    return self->p;
}

/* Puts an object that can run code, or look at another stack, below the arguments. */
static void insert_object(lua_State *L)
{
    const struct lua_pdb *self = lua_pdb_push_last(L);
    if (!self || self->p->running || self->p->stop) {
        lua_pop(L, 1);
        lua_pdb_push_new(L);
    }
    lua_insert(L, 1);
}

/* ---- set_trace and breakpoint ----------------------------------------------------------------- */

static int set_trace(lua_State *L)
{
    lua_settop(L, 1);
    struct xdb_pdb *p = push_debugger(L);
    lua_insert(L, 1); /* -> object options */
    return lua_pdb_trace(L, p, 2, 1);
}

/* (name) -> function; raises when there is none. The part up to the last dot is a module. */
static int find_hook(lua_State *L)
{
    const char *name = lua_tostring(L, 1), *dot = strrchr(name, '.');
    if (dot) {
        lua_getglobal(L, "require");
        lua_pushlstring(L, name, (size_t)(dot - name));
        lua_call(L, 1, 1);
        lua_getfield(L, -1, dot + 1);
    } else {
        lua_getglobal(L, name);
    }
    if (lua_isnil(L, -1))
        return luaL_error(L, "no such function");
    return 1;
}

static int breakpoint(lua_State *L)
{
    const char *name = getenv("XDBBREAKPOINT");
    int nargs = lua_gettop(L);
    if (!name || !*name)
        return set_trace(L);
    if (strcmp(name, "0") == 0)
        return 0;
    lua_pushcfunction(L, find_hook);
    lua_pushstring(L, name);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
        luaL_where(L, 1);
        lua_writestringerror("%swarning: Ignoring unimportable $XDBBREAKPOINT: ",
                             lua_tostring(L, -1));
        lua_writestringerror("\"%s\"\n", name);
        return 0;
    }
    lua_insert(L, 1);
    lua_call(L, nargs, LUA_MULTRET);
    return lua_gettop(L);
}

/* ---- running code ----------------------------------------------------------------------------- */

/* Before the object comes below the arguments, so that an error counts them as the caller does. */
static void check_code(lua_State *L)
{
    lua_code_check(L, 1);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TTABLE);
}

static int run(lua_State *L)
{
    check_code(L);
    insert_object(L);
    return lua_pdb_run(L);
}

/* A function of its own: Lua finds its name by what it is. */
static int runctx(lua_State *L)
{
    return run(L);
}

static int runeval(lua_State *L)
{
    check_code(L);
    insert_object(L);
    return lua_pdb_runeval(L);
}

static int runcall(lua_State *L)
{
    luaL_checkany(L, 1);
    insert_object(L);
    return lua_pdb_runcall(L);
}

/* ---- post mortem ------------------------------------------------------------------------------ */

/*
** An xpcall's handler that is among the newest frames of L: this function or one that called it. Returns the
** level of what raised the error, or -1.
*/
static int below_handler(lua_State *L)
{
    enum { MOST = 1000 }; /* levels */
    struct interpose_catch found;
    lua_Debug ar = {.event = 0};
    int raiser = -1, top = lua_gettop(L);
    if (!interpose_find_catch(L, 0, &found) || found.which != INTERPOSED_XPCALL)
        return -1;
    ar.i_ci = found.frame;
    if (lua_getlocal(L, &ar, 2))
        for (int i = 0; raiser < 0 && i < MOST && lua_getstack(L, i, &ar) && ar.i_ci != found.frame;
             i++) {
            lua_getinfo(L, "f", &ar);
            if (lua_rawequal(L, -1, -2))
                raiser = i + 1;
            lua_pop(L, 1);
        }
    lua_settop(L, top);
    return raiser;
}

static bool starts_with_position(const char *message, const lua_Debug *at)
{
    char position[sizeof at->short_src + 16];
    int n = snprintf(position, sizeof position, "%s:%d: ", at->short_src, at->currentline);
    return n > 0 && strncmp(message, position, (size_t)n) == 0;
}

/*
** Whether this function looks as if a host's lua_pcall had it as message handler: it was not called under a
** name, or by a C function other than pcall, or gets the very error that its caller would raise.
*/
static bool is_handler(lua_State *L, int error)
{
    lua_Debug self, caller;
    enum interposed which = interpose_at(L, 1, &caller);
    if (!lua_getstack(L, 0, &self) || !lua_getstack(L, 1, &caller) || !lua_getinfo(L, "n", &self) ||
        !lua_getinfo(L, "Sl", &caller))
        return false;
    if (caller.what[0] == 'C')
        return which == INTERPOSED_COUNT;
    return !*self.namewhat || (lua_type(L, error) == LUA_TSTRING &&
                               starts_with_position(lua_tostring(L, error), &caller));
}

/* The coroutine is `arg` to the caller. */
static void look_at_coroutine(lua_State *L, struct xdb_pdb *p, lua_State *co, int arg)
{
    luaL_argcheck(L, co != L && (lua_status(co) != LUA_OK), arg,
                  "a coroutine that died of an error, or sleeps, is expected");
    if (inline_mortem(p, L, co, 0, lua_isnone(L, 3) ? 0 : 3) < 0)
        luaL_argerror(L, arg, "the coroutine has no stack to look at");
}

/* The Lua function that raised the error being handled, whose value may be at `error`. False: none is. */
static bool find_raiser(lua_State *L, int nargs, struct frame *f)
{
    int level = below_handler(L);
    if (level < 0 && nargs == 1 && is_handler(L, lua_gettop(L)))
        level = 1;
    bool more = level >= 0 && frame_at(L, level, f) == 0;
    while (more && !frame_is_lua(f))
        more = frame_older(f);
    return more;
}

/* record(err) -> record; a message handler */
static int record(lua_State *L)
{
    struct frame f;
    lua_settop(L, 1);
    bool found = find_raiser(L, 1, &f);
    for (int i = 1; !found && frame_at(L, i, &f) == 0; i++)
        found = frame_is_lua(&f);
    luaL_argcheck(L, found, 1, "no Lua function is running");
    lua_record_push(L, 1, &f);
    return 1;
}

static int look_at_record(lua_State *L, struct xdb_pdb *p, lua_State *co, int arg)
{
    if (!co)
        return luaL_argerror(L, arg, "the record has no stack");
    return inline_mortem(p, L, co, 0, lua_gettop(L));
}

/* With the object at 1; to the caller, the first of the further arguments is number `arg`. */
static int look(lua_State *L, int arg)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    int nargs = lua_gettop(L) - 1;
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    lua_pdb_use(L, 1, self);
    if (lua_isthread(L, 2)) {
        look_at_coroutine(L, self->p, lua_tothread(L, 2), arg);
        return nargs;
    }
    bool is_record;
    lua_State *co = lua_record_open(L, 2, &is_record);
    if (is_record) {
        look_at_record(L, self->p, co, arg);
        lua_settop(L, nargs + 1);
        return nargs;
    }
    struct frame raiser;
    if (!find_raiser(L, nargs, &raiser))
        return luaL_error(L, "A coroutine or a record must be passed if no error is being handled");
    inline_mortem(self->p, L, L, raiser.level, nargs ? 2 : 0);
    return nargs;
}

int lua_pdb_post_mortem(lua_State *L)
{
    return look(L, 2);
}

static int post_mortem(lua_State *L)
{
    insert_object(L);
    return look(L, 1);
}

/* pm(): the last error of which there is a record */
static int pm(lua_State *L)
{
    lua_settop(L, 0);
    if (!lua_record_push_last(L))
        return luaL_error(L, "no error has been recorded");
    post_mortem(L);
    return 0;
}

/* ---- for C ------------------------------------------------------------------------------------ */

int xdb_set_trace(lua_State *L)
{
    int top = lua_gettop(L);
    struct xdb_pdb *p = push_debugger(L);
    lua_settop(L, top);
    lua_pushnil(L);
    return lua_pdb_trace(L, p, top + 1, 0);
}

int xdb_post_mortem(lua_State *L)
{
    lua_settop(L, 1);
    insert_object(L); /* -> object error */
    struct lua_pdb *self = lua_touserdata(L, 1);
    lua_pdb_use(L, 1, self);
    inline_mortem(self->p, L, L, 1, 2);
    return 1;
}

/* ---- the module ------------------------------------------------------------------------------- */

static int get_backend(lua_State *L)
{
    lua_pushliteral(L, "hook");
    return 1;
}

static int set_backend(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    if (strcmp(name, "hook") != 0)
        return luaL_error(L, "Invalid backend: %s", name);
    return 0;
}

int xdb_open_module(lua_State *L)
{
    static const luaL_Reg functions[] = {{"set_trace", set_trace},
                                         {"breakpoint", breakpoint},
                                         {"run", run},
                                         {"runctx", runctx},
                                         {"runeval", runeval},
                                         {"runcall", runcall},
                                         {"post_mortem", post_mortem},
                                         {"record", record},
                                         {"pm", pm},
                                         {"get_default_backend", get_backend},
                                         {"set_default_backend", set_backend},
                                         {NULL, NULL}};
    luaL_checkversion(L);
    universe_anchor(L); /* older than every debugger: closed after them */
    if (!universe_open(L))
        return luaL_error(L, "not enough memory");
    luaL_newlib(L, functions); /* -> module */
    lua_pushstring(L, xdb_version());
    lua_setfield(L, -2, "version");
    lua_pdb_push_class(L);
    lua_setfield(L, -2, "Pdb");
    return 1;
}
