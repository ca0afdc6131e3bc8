/*
** Runs a script under the deterministic profiler and prints three numbers of seconds: what the own times of all functions
** add up to; how long the profiler says the run was, without what it took to find names; and how long it was by
** CLOCK_MONOTONIC, from before it began until it had ended.
**
** usage: conserve SCRIPT [ARGS]
*/
#include "profiler/profiler.h"

#include "core/public/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <lauxlib.h>
#include <lualib.h>

static double now(void) /* seconds */
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* [script, its arguments...] on the stack as a function and what it is called with; 0 or an exit status. */
static int load(lua_State *L, int argc, char **argv)
{
    luaL_openlibs(L);
    lua_createtable(L, argc, 0); /* -> arg */
    for (int i = 0; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i);
    }
    lua_setglobal(L, "arg");
    if (luaL_loadfile(L, argv[0]) != LUA_OK) { /* -> function */
        fprintf(stderr, "conserve: %s\n", lua_tostring(L, -1));
        return EXIT_FAILURE;
    }
    luaL_checkstack(L, argc, "too many arguments");
    for (int i = 1; i < argc; i++)
        lua_pushstring(L, argv[i]);
    return EXIT_SUCCESS;
}

static int fail(const char *why)
{
    fprintf(stderr, "conserve: %s\n", why);
    return EXIT_FAILURE;
}

/* Runs what is on the stack. */
static int run(lua_State *L, int nargs)
{
    struct xdb_error err = {""};
    struct xdb_profiler *p = xdb_profiler_new(L, NULL, &err);
    if (!p)
        return fail(err.text);
    double start = now();
    if (xdb_profiler_enable(p, L, &err) < 0)
        return fail(err.text);
    int status = lua_pcall(L, nargs, 0, 0);
    xdb_profiler_disable(p, L);
    double wall = now() - start;
    if (status != LUA_OK)
        return fail(lua_tostring(L, -1));
    struct xdb_stats *s = xdb_profiler_stats(p, &err);
    if (!s)
        return fail(err.text);
    printf("%.9f %.9f %.9f\n", xdb_stats_total(s, NULL, NULL), xdb_profiler_elapsed(p), wall);
    xdb_stats_free(s);
    xdb_profiler_free(p, L);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: conserve SCRIPT [ARGS]\n");
        return 2;
    }
    lua_State *L = luaL_newstate();
    if (!L)
        return fail("not enough memory");
    lua_gc(L, LUA_GCGEN, 0, 0); /* as lua.c does */
    int status = load(L, argc - 1, argv + 1);
    if (status == EXIT_SUCCESS)
        status = run(L, argc - 2);
    lua_close(L);
    return status;
}
