/*
** A program that embeds Lua and links libxdb, for the transcript tests/cram/xdb_host.t: `host WHAT`. It uses what
** is installed and nothing else.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pdb/pdb.h"

static lua_State *open_state(void)
{
    lua_State *L = luaL_newstate();
    if (!L)
        exit(EXIT_FAILURE);
    luaL_openlibs(L);
    return L;
}

static void run(lua_State *L, const char *code, int handler)
{
    int status = luaL_loadstring(L, code);
    if (status == LUA_OK)
        status = lua_pcall(L, 0, 0, handler);
    if (status != LUA_OK) {
        printf("error: %s\n", lua_tostring(L, -1));
        lua_pop(L, 1);
    }
}

/* A host's function, called by Lua, with values of its own on the stack. */
static int assert_positive(lua_State *L)
{
    lua_pushliteral(L, "something");
    if (luaL_checkinteger(L, 1) <= 0)
        xdb_set_trace(L);
    printf("%d values, the last is %s\n", lua_gettop(L), lua_tostring(L, -1));
    return 0;
}

static void trace(void)
{
    lua_State *L = open_state();
    lua_register(L, "assert_positive", assert_positive);
    lua_register(L, "stop", xdb_set_trace);
    xdb_set_trace(L);
    run(L, "local n = -1\nassert_positive(n)\nlocal m = n\nstop()", 0);
    lua_close(L);
}

static void mortem(void)
{
    lua_State *L = open_state();
    lua_pushcfunction(L, xdb_post_mortem);
    run(L, "local function f(t) return t.x.y end\nlocal t = {x = 1 > 2}\nf(t)", 1);
    run(L, "local n = 5\nerror({}, 2)", 1);
    lua_close(L);
}

static void states(void)
{
    lua_State *a = open_state(), *b = open_state();
    const char *code = "local f = function(n)\nreturn n\nend\nstop()\nf(1)";
    lua_register(a, "stop", xdb_set_trace);
    lua_register(b, "stop", xdb_set_trace);
    run(a, code, 0);
    run(b, code, 0);
    lua_close(a); /* with a breakpoint set and a command in force */
    run(b, code, 0);
    lua_close(b);
}

static void on_signal(int sig)
{
    (void)sig;
}

static const char *owner(void)
{
    struct sigaction now;
    sigaction(SIGINT, NULL, &now);
    return now.sa_handler == on_signal ? "the host's" : "another";
}

/* owner() for Lua */
static int push_owner(lua_State *L)
{
    lua_pushstring(L, owner());
    return 1;
}

static void signals(void)
{
    lua_State *L = open_state();
    struct sigaction ours = {.sa_handler = on_signal};
    sigemptyset(&ours.sa_mask);
    sigaction(SIGINT, &ours, NULL);
    lua_register(L, "owner", push_owner);
    run(L, "xdb = require 'xdb'\nprint('loaded', owner())\nPdb = xdb.Pdb()\nprint('made', owner())",
        0);
    run(L, "xdb.run('print(\"inside\", owner())')\nprint('after run', owner())", 0);
    run(L, "xpcall(error, xdb.post_mortem)\nprint('after post_mortem', owner())", 0);
    run(L, "xdb.Pdb{nosigint = true}:set_trace()\nprint('nosigint', owner())", 0);
    run(L, "for i = 1, 2 do xdb.Pdb():set_trace() end\nprint('set_trace', owner())", 0);
    lua_close(L);
    printf("closed\t%s\n", owner());
}

static void *in_thread(void *arg)
{
    lua_State *L = open_state();
    lua_register(L, "stop", xdb_set_trace);
    run(L, "stop()\nlocal x = 1\nprint('thread', x)", 0);
    lua_close(L);
    return arg;
}

static void threads(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, in_thread, NULL) == 0)
        pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"trace", trace},
                 {"mortem", mortem},
                 {"states", states},
                 {"signals", signals},
                 {"threads", threads}};
    for (size_t i = 0; argc == 2 && i < sizeof parts / sizeof *parts; i++)
        if (strcmp(argv[1], parts[i].name) == 0) {
            parts[i].run();
            return EXIT_SUCCESS;
        }
    return EXIT_FAILURE;
}
