/*
** Programs that embed Lua and link libxdb, for the transcript tests/cram/faulthandler_host.t: `fault_host WHAT`. They use
** the installed headers' functions and nothing else.
*/
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faulthandler/faulthandler.h"

static const struct xdb_faulthandler_options to_stderr = {.fd = 2, .no_c_stack = true};

static lua_State *open_state(const char *name)
{
    lua_State *L = luaL_newstate();
    if (!L || xdb_faulthandler_add(L, name, NULL) < 0)
        exit(EXIT_FAILURE);
    luaL_openlibs(L);
    return L;
}

static void load(lua_State *L, const char *code, const char *name)
{
    if (luaL_loadbuffer(L, code, strlen(code), name) != LUA_OK) {
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
        exit(EXIT_FAILURE);
    }
}

/* An error that nothing protects, after deeper calls that have returned. */
static void panic(void)
{
    lua_State *L = open_state("worker-1");
    xdb_faulthandler_enable(L, &to_stderr, NULL);
    load(L,
         "local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end\n"
         "deep(50)\n"
         "local function price(item)\n"
         "  return item.price.amount\n"
         "end\n"
         "local function total(items)\n"
         "  local sum = 0\n"
         "  for _, item in ipairs(items) do sum = sum + price(item) end\n"
         "  return sum\n"
         "end\n"
         "local sum = total {{}}\n",
         "=shop");
    lua_call(L, 0, 0);
}

/* The host's own panic function is called, too. */
static int own_panic(lua_State *L)
{
    fprintf(stderr, "own panic function: %s\n", luaL_tolstring(L, -1, NULL));
    exit(7);
}

static void own(void)
{
    lua_State *L = open_state(NULL);
    lua_atpanic(L, own_panic);
    xdb_faulthandler_enable(L, &to_stderr, NULL);
    load(L, "error({})", "=own");
    lua_call(L, 0, 0);
}

/* The handlers that were there before get the signal, once raised and once by a fault. */
static void before(int number)
{
    static const char text[] = "the handler before\n";
    if (write(2, text, sizeof text - 1) > 0 && number == SIGSEGV)
        _exit(9);
}

static int fail_twice(lua_State *L)
{
    raise(SIGFPE);
    const volatile char *nowhere = (const volatile char *)lua_topointer(L, 1);
    lua_pushinteger(L, *nowhere);
    return 1;
}

static void earlier(void)
{
    lua_State *L = open_state(NULL);
    signal(SIGSEGV, before);
    signal(SIGFPE, before);
    xdb_faulthandler_enable(L, &to_stderr, NULL);
    lua_register(L, "fail", fail_twice);
    load(L, "fail(...)", "=earlier");
    lua_pushlightuserdata(L, (void *)(uintptr_t)8);
    lua_pcall(L, 1, 0, 0);
}

/* What a host says when it gives up itself. */
static int fatal(lua_State *L)
{
    xdb_faulthandler_fatal(L, "check", "the heap is damaged", 2);
    abort();
}

static void give_up(void)
{
    lua_State *L = open_state(NULL);
    lua_register(L, "fatal", fatal);
    load(L, "local function f() fatal() end\nf()", "=give_up");
    lua_pcall(L, 0, 0, 0);
}

static int dump(lua_State *L)
{
    xdb_faulthandler_dump(L, &to_stderr, NULL);
    return 0;
}

/* Each of two OS threads runs a state; the one reports while the other waits in C. */
static pthread_barrier_t both;

static int wait_for_both(lua_State *L)
{
    (void)L;
    pthread_barrier_wait(&both);
    return 0;
}

static void *run_worker(void *unused)
{
    lua_State *L = open_state("worker");
    (void)unused;
    lua_register(L, "wait", wait_for_both);
    load(L, "local function work() wait() wait() end\nwork()", "=worker");
    lua_pcall(L, 0, 0, 0);
    xdb_faulthandler_remove(L);
    lua_close(L);
    return NULL;
}

static void threads(void)
{
    pthread_t worker;
    lua_State *L = open_state("first");
    lua_register(L, "dump", dump);
    pthread_barrier_init(&both, NULL, 2);
    pthread_create(&worker, NULL, run_worker, NULL);
    pthread_barrier_wait(&both);
    load(L, "dump()", "=first");
    lua_pcall(L, 0, 0, 0);
    pthread_barrier_wait(&both);
    pthread_join(worker, NULL);
    fprintf(stderr, "after the worker:\n");
    load(L, "dump()", "=first");
    lua_pcall(L, 0, 0, 0);
    xdb_faulthandler_remove(L);
    lua_close(L);
}

/* A fatal signal on an OS thread that runs no Lua. */
static void *fail(void *unused)
{
    (void)unused;
    raise(SIGSEGV);
    return NULL;
}

static int start_failing(lua_State *L)
{
    pthread_t thread;
    (void)L;
    pthread_create(&thread, NULL, fail, NULL);
    pthread_join(thread, NULL);
    return 0;
}

static void c_thread(void)
{
    lua_State *L = open_state(NULL);
    xdb_faulthandler_enable(L, &to_stderr, NULL);
    lua_register(L, "start", start_failing);
    load(L, "local function f() start() end\nf()", "=c_thread");
    lua_pcall(L, 0, 0, 0);
}

/* Two states hang in two OS threads: one works in Lua, one waits in C. Both are in the report. */
static void *run_hanging(void *unused)
{
    lua_State *L = open_state("waits");
    (void)unused;
    lua_register(L, "wait", wait_for_both);
    load(L, "local function f() wait() wait() end\nf()", "=waits");
    lua_pcall(L, 0, 0, 0);
    return NULL;
}

static void hang(void)
{
    const struct xdb_faulthandler_timer soon = {.seconds = 0.3, .exit = true};
    pthread_t worker;
    lua_State *L = open_state("works");
    pthread_barrier_init(&both, NULL, 2);
    pthread_create(&worker, NULL, run_hanging, NULL);
    pthread_barrier_wait(&both);
    if (xdb_faulthandler_later(L, &soon, &to_stderr, NULL) < 0)
        exit(EXIT_FAILURE);
    load(L, "local n = 0\nwhile true do n = n + 1 end\n", "=works");
    lua_pcall(L, 0, 0, 0);
}

/* A program that takes no signals cannot be asked, and is read from outside. */
static void deaf(void)
{
    const struct xdb_faulthandler_timer soon = {.seconds = 0.1, .exit = true};
    sigset_t all;
    lua_State *L = open_state(NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    xdb_faulthandler_later(L, &soon, &to_stderr, NULL);
    load(L, "local function f()\n  while true do end\nend\nf()", "=deaf");
    lua_pcall(L, 0, 0, 0);
}

/* States come and go; each is known, and forgotten. */
static void many(void)
{
    for (int i = 0; i < 1000; i++) {
        lua_State *L = open_state(NULL);
        if (xdb_faulthandler_enable(L, &to_stderr, NULL) < 0)
            exit(EXIT_FAILURE);
        xdb_faulthandler_remove(L);
        lua_close(L);
    }
    printf("enabled: %d\n", xdb_faulthandler_enabled());
}

/* The watchdog is not the child's. */
static void forked(void)
{
    const struct xdb_faulthandler_timer late = {.seconds = 100};
    lua_State *L = open_state(NULL);
    xdb_faulthandler_later(L, &late, &to_stderr, NULL);
    pid_t child = fork();
    if (child == 0) {
        xdb_faulthandler_cancel();
        _exit(xdb_faulthandler_later(L, &late, &to_stderr, NULL) == 0 ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    printf("child %d\n", WEXITSTATUS(status));
    xdb_faulthandler_cancel();
    xdb_faulthandler_remove(L);
    lua_close(L);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } table[] = {{"panic", panic},     {"own", own},           {"give_up", give_up},
                 {"threads", threads}, {"c_thread", c_thread}, {"hang", hang},
                 {"forked", forked},   {"deaf", deaf},         {"many", many},
                 {"earlier", earlier}};
    for (size_t i = 0; argc == 2 && i < sizeof table / sizeof *table; i++)
        if (strcmp(argv[1], table[i].name) == 0) {
            table[i].run();
            return 0;
        }
    fprintf(stderr, "usage: fault_host WHAT\n");
    return 2;
}
