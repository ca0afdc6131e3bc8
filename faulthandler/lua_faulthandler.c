/*
** The Lua module xdb.faulthandler. Arguments come in Python's order, or as one table by name:
**
**   enable(file, all_threads, c_stack, max_threads)   disable()   is_enabled()
**   dump_traceback(file, all_threads, max_threads)    dump_c_stack(file)
**   dump_traceback_later(timeout, repeat, file, exit, max_threads)   cancel_dump_traceback_later()
**   register(signum, file, all_threads, chain, max_threads)          unregister(signum)
**
** `repeat`, a word of the language, can be called repeat_ in a table. `file` is io.stderr unless given: a file, a
** descriptor, or what has a method `fileno`; it is kept from the collector as long as it is written to. Signals
** are numbers, some of which the module has by name: faulthandler.SIGUSR1.
*/
#include "core/error.h"
#include "core/lua_args.h"
#include "core/universe.h"
#include "faulthandler/faulthandler.h"

#include <lauxlib.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>

/* Its address is a registry key: what tells of the end of the state. */
static const char anchor_key;
enum { FILE_FATAL = -1, FILE_LATER = -2 /* a signal's number else */ };

/* ---- arguments ---- */

static void raise_error(lua_State *L, const struct xdb_error *err)
{
    luaL_error(L, "%s", err->text);
}

/* As lua_args_arrange, but a table that has `fileno` is a file. */
static void arrange(lua_State *L, const char *const *names, int positional)
{
    if (lua_gettop(L) == 1 && lua_istable(L, 1)) {
        bool file = lua_getfield(L, 1, "fileno") != LUA_TNIL;
        lua_settop(L, file ? 2 : 1);
        if (file) {
            lua_pushnil(L);
            lua_replace(L, 2);
        }
    }
    lua_args_arrange(L, 1, names, positional);
}

/* Puts io.stderr at `index` when nothing is there. */
static void default_file(lua_State *L, int index)
{
    if (!lua_isnil(L, index))
        return;
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    if (lua_getfield(L, -1, "io") != LUA_TTABLE || lua_getfield(L, -1, "stderr") == LUA_TNIL)
        luaL_error(L, "io.stderr is nil");
    lua_replace(L, index);
}

/* What `file:fileno()` gives. */
static int ask_file(lua_State *L, int index)
{
    int exact;
    if (lua_getmetatable(L, index))
        lua_pop(L, 1);
    else if (!lua_istable(L, index))
        return luaL_error(L, "'%s' value has no method 'fileno'", luaL_typename(L, index));
    if (lua_isstring(L, index) || lua_getfield(L, index, "fileno") == LUA_TNIL)
        return luaL_error(L, "'%s' value has no method 'fileno'", luaL_typename(L, index));
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    lua_Integer fd = lua_tointegerx(L, -1, &exact);
    if (!exact || fd < 0 || fd > INT_MAX)
        return luaL_error(L, "file:fileno() is not a valid file descriptor");
    lua_pop(L, 1);
    return (int)fd;
}

/* The descriptor of the file at `index`, which is flushed. */
static int descriptor(lua_State *L, int index)
{
    default_file(L, index);
    luaL_Stream *stream = luaL_testudata(L, index, LUA_FILEHANDLE);
    if (stream) {
        if (!stream->closef)
            return luaL_error(L, "attempt to use a closed file");
        fflush(stream->f);
        return fileno(stream->f);
    }
    if (lua_type(L, index) != LUA_TNUMBER)
        return ask_file(L, index);
    long long fd = lua_args_integer(L, index, "file", 0);
    if (fd < 0 || fd > INT_MAX)
        return luaL_error(L, "file is not a valid file descriptor");
    return (int)fd;
}

static int thread_limit(lua_State *L, int index)
{
    long long n = lua_args_integer(L, index, "max_threads", 100);
    return n < 1 || n > INT_MAX ? INT_MAX : (int)n; /* what the library refuses */
}

/* Keeps the file at `index` for as long as `use` goes on. */
static void keep_file(lua_State *L, int use, int index)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "xdb.faulthandler.files");
    lua_pushvalue(L, index);
    lua_rawseti(L, -2, use);
    lua_pop(L, 1);
}

static void drop_file(lua_State *L, int use)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "xdb.faulthandler.files");
    lua_pushnil(L);
    lua_rawseti(L, -2, use);
    lua_pop(L, 1);
}

/* ---- fatal signals ---- */

static int f_enable(lua_State *L)
{
    static const char *const names[] = {"file", "all_threads", "c_stack", "max_threads", NULL};
    struct xdb_error err;
    arrange(L, names, 4);
    const struct xdb_faulthandler_options options = {.fd = descriptor(L, 1),
                                                     .current = !lua_args_flag(L, 2, true),
                                                     .no_c_stack = !lua_args_flag(L, 3, true),
                                                     .max_threads = thread_limit(L, 4)};
    if (xdb_faulthandler_enable(L, &options, &err) < 0)
        raise_error(L, &err);
    keep_file(L, FILE_FATAL, 1);
    return 0;
}

static int f_disable(lua_State *L)
{
    lua_pushboolean(L, xdb_faulthandler_disable());
    drop_file(L, FILE_FATAL);
    return 1;
}

static int f_is_enabled(lua_State *L)
{
    lua_pushboolean(L, xdb_faulthandler_enabled());
    return 1;
}

/* ---- on the spot ---- */

static int f_dump_traceback(lua_State *L)
{
    static const char *const names[] = {"file", "all_threads", "max_threads", NULL};
    struct xdb_error err;
    arrange(L, names, 3);
    const struct xdb_faulthandler_options options = {.fd = descriptor(L, 1),
                                                     .current = !lua_args_flag(L, 2, true),
                                                     .max_threads = thread_limit(L, 3)};
    if (xdb_faulthandler_dump(L, &options, &err) < 0)
        raise_error(L, &err);
    return 0;
}

static int f_dump_c_stack(lua_State *L)
{
    static const char *const names[] = {"file", NULL};
    struct xdb_error err;
    arrange(L, names, 1);
    if (xdb_faulthandler_dump_c_stack(descriptor(L, 1), &err) < 0)
        raise_error(L, &err);
    return 0;
}

/* ---- later ---- */

static int f_later(lua_State *L)
{
    static const char *const names[] = {"timeout",     "repeat",  "file", "exit",
                                        "max_threads", "repeat_", NULL};
    struct xdb_error err;
    arrange(L, names, 5);
    if (lua_isnil(L, 1))
        return luaL_error(L, "timeout is missing");
    const struct xdb_faulthandler_timer timer = {.seconds = lua_args_number(L, 1, "timeout", 0),
                                                 .repeat = lua_args_flag(L, 2, false) ||
                                                           lua_args_flag(L, 6, false),
                                                 .exit = lua_args_flag(L, 4, false)};
    const struct xdb_faulthandler_options options = {.fd = descriptor(L, 3),
                                                     .max_threads = thread_limit(L, 5)};
    if (xdb_faulthandler_later(L, &timer, &options, &err) < 0)
        raise_error(L, &err);
    keep_file(L, FILE_LATER, 3);
    return 0;
}

static int f_cancel(lua_State *L)
{
    xdb_faulthandler_cancel();
    drop_file(L, FILE_LATER);
    return 0;
}

/* ---- signals of the user's ---- */

static int signal_number(lua_State *L, int index)
{
    if (lua_isnil(L, index))
        return luaL_error(L, "signum is missing");
    long long n = lua_args_integer(L, index, "signum", 0);
    return n < 0 || n > INT_MAX ? 0 : (int)n;
}

static int f_register(lua_State *L)
{
    static const char *const names[] = {"signum", "file",        "all_threads",
                                        "chain",  "max_threads", NULL};
    struct xdb_error err;
    arrange(L, names, 5);
    int number = signal_number(L, 1);
    const struct xdb_faulthandler_options options = {.fd = descriptor(L, 2),
                                                     .current = !lua_args_flag(L, 3, true),
                                                     .max_threads = thread_limit(L, 5)};
    if (xdb_faulthandler_register(L, number, lua_args_flag(L, 4, false), &options, &err) < 0)
        raise_error(L, &err);
    keep_file(L, number, 2);
    return 0;
}

static int f_unregister(lua_State *L)
{
    static const char *const names[] = {"signum", NULL};
    struct xdb_error err;
    arrange(L, names, 1);
    int number = signal_number(L, 1), was = xdb_faulthandler_unregister(number, &err);
    if (was < 0)
        raise_error(L, &err);
    drop_file(L, number);
    lua_pushboolean(L, was);
    return 1;
}

/* ---- the module ---- */

static const luaL_Reg functions[] = {{"enable", f_enable},
                                     {"disable", f_disable},
                                     {"is_enabled", f_is_enabled},
                                     {"dump_traceback", f_dump_traceback},
                                     {"dump_c_stack", f_dump_c_stack},
                                     {"dump_traceback_later", f_later},
                                     {"cancel_dump_traceback_later", f_cancel},
                                     {"register", f_register},
                                     {"unregister", f_unregister},
                                     {NULL, NULL}};

static const struct {
    const char *name;
    int number;
} signal_names[] = {{"SIGHUP", SIGHUP},   {"SIGINT", SIGINT},   {"SIGQUIT", SIGQUIT},
                    {"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}, {"SIGALRM", SIGALRM},
                    {"SIGTERM", SIGTERM}, {"SIGCONT", SIGCONT}, {"SIGWINCH", SIGWINCH}};

static int state_ends(lua_State *L)
{
    xdb_faulthandler_remove(L);
    return 0;
}

/* The state is forgotten before it is closed: a userdata in the registry is told. */
static void anchor(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &anchor_key) == LUA_TNIL) {
        if (universe_find(L))
            universe_anchor(L);
        lua_newuserdatauv(L, 0, 0);
        lua_createtable(L, 0, 1); /* -> nil userdata metatable */
        lua_pushcfunction(L, state_ends);
        lua_setfield(L, -2, "__gc");
        lua_setmetatable(L, -2);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &anchor_key);
    }
    lua_pop(L, 1); /* -> */
}

XDB_API int xdb_open_faulthandler(lua_State *L);

int xdb_open_faulthandler(lua_State *L)
{
    struct xdb_error err;
    luaL_checkversion(L);
    if (xdb_faulthandler_add(L, NULL, &err) < 0)
        raise_error(L, &err);
    anchor(L);
    luaL_newlib(L, functions);
    for (size_t i = 0; i < sizeof signal_names / sizeof *signal_names; i++) {
        lua_pushinteger(L, signal_names[i].number);
        lua_setfield(L, -2, signal_names[i].name);
    }
    return 1;
}
