/*
** Runs a script as lua does, with an empty C hook: the least that observing a program with hooks can
** cost. It carries the same liblua as our commands, so that against them only the hook differs. Or with a timer
** whose signal comes a thousand times a second and does nothing: the least that sampling it can cost.
**
** usage: floor MASK SCRIPT [ARGS]    MASK: letters of debug.sethook, c r l, or - for no hook, or t for the timer
*/
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct order {
    const char *mask;
    int argc;    /* the script and its arguments */
    char **argv; /* argv[0] is the script */
};

static void empty_hook(lua_State *L, lua_Debug *ar)
{
    (void)L;
    (void)ar;
}

/* The mask's bits, or -1 for a letter that is none. */
static int mask_bits(const char *letters)
{
    int bits = 0;
    for (const char *s = letters; *s; s++) {
        switch (*s) {
        case 'c':
            bits |= LUA_MASKCALL;
            break;
        case 'r':
            bits |= LUA_MASKRET;
            break;
        case 'l':
            bits |= LUA_MASKLINE;
            break;
        case '-':
        case 't':
            break;
        default:
            return -1;
        }
    }
    return bits;
}

static void empty_handler(int number)
{
    (void)number;
}

static int start_timer(void)
{
    const struct sigaction action = {.sa_handler = empty_handler, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPROF};
    const struct itimerspec every = {{0, 1000000}, {0, 1000000}};
    timer_t timer;
    return sigaction(SIGPROF, &action, NULL) < 0 ||
                   timer_create(CLOCK_MONOTONIC, &event, &timer) < 0
               ? -1
               : timer_settime(timer, 0, &every, NULL);
}

static int with_traceback(lua_State *L)
{
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

static int protected_main(lua_State *L)
{
    const struct order *order = lua_touserdata(L, 1);
    luaL_openlibs(L);
    lua_createtable(L, order->argc, 0); /* -> arg */
    for (int i = 0; i < order->argc; i++) {
        lua_pushstring(L, order->argv[i]);
        lua_rawseti(L, -2, i);
    }
    lua_setglobal(L, "arg");
    lua_pushcfunction(L, with_traceback); /* -> handler */
    int handler = lua_gettop(L);
    if (luaL_loadfile(L, order->argv[0]) != LUA_OK) /* -> function */
        return lua_error(L);
    for (int i = 1; i < order->argc; i++)
        lua_pushstring(L, order->argv[i]);
    int bits = mask_bits(order->mask);
    if (bits)
        lua_sethook(L, empty_hook, bits, 0);
    if (lua_pcall(L, order->argc - 1, 0, handler) != LUA_OK)
        return lua_error(L);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3 || mask_bits(argv[1]) < 0) {
        fprintf(stderr, "usage: floor MASK SCRIPT [ARGS]    MASK: of the letters c r l t, or -\n");
        return 2;
    }
    if (strchr(argv[1], 't') && start_timer() < 0) {
        perror("floor: no timer");
        return 1;
    }
    struct order order = {argv[1], argc - 2, argv + 2};
    lua_State *L = luaL_newstate();
    if (!L) {
        fprintf(stderr, "floor: not enough memory\n");
        return 1;
    }
    lua_gc(L, LUA_GCGEN, 0, 0); /* as lua.c does */
    lua_pushcfunction(L, protected_main);
    lua_pushlightuserdata(L, &order);
    int status = lua_pcall(L, 1, 0, 0);
    if (status != LUA_OK)
        fprintf(stderr, "floor: %s\n", lua_tostring(L, -1));
    lua_close(L);
    return status == LUA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
