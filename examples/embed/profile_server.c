/*
** A server that answers requests in Lua: some threads, each with a Lua state of its own. Every state has a
** profiler, which is on while a callback runs; in the end the profiles of all states are added up and printed.
** A state, and what belongs to it, is used by one thread alone; statistics belong to nobody.
**
**   cc profile_server.c -o profile_server $(pkg-config --cflags --libs xdb lua5.4) -pthread
*/
#include <xdb/error.h>
#include <xdb/profiler.h>

#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>

enum { WORKERS = 4, REQUESTS = 250 };

struct worker {
    pthread_t thread;
    int number;
    const char *script;
    int answered;
    struct xdb_stats *stats; /* the worker's, until it has ended */
    char problem[XDB_ERROR_SIZE];
};

/* One callback from the server's loop: the profiler listens as long as it runs. */
static int answer(struct worker *w, lua_State *L, struct xdb_profiler *p, int request)
{
    struct xdb_error err;
    if (xdb_profiler_enable(p, L, &err) < 0) {
        snprintf(w->problem, sizeof w->problem, "%s", err.text);
        return -1;
    }
    lua_getglobal(L, "on_request");
    lua_pushfstring(L, "/user/%d", request * WORKERS + w->number);
    int status = lua_pcall(L, 1, 1, 0);
    xdb_profiler_disable(p, L);
    if (status != LUA_OK)
        snprintf(w->problem, sizeof w->problem, "%s", luaL_tolstring(L, -1, NULL));
    lua_settop(L, 0);
    return status == LUA_OK ? 0 : -1;
}

static void *serve(void *arg)
{
    struct worker *w = arg;
    struct xdb_error err = {"not enough memory"};
    lua_State *L = luaL_newstate();
    if (!L)
        return NULL;
    luaL_openlibs(L);
    struct xdb_profiler *p = xdb_profiler_new(L, NULL, &err);
    if (!p)
        snprintf(w->problem, sizeof w->problem, "%s", err.text);
    else if (luaL_dofile(L, w->script) != LUA_OK)
        snprintf(w->problem, sizeof w->problem, "%s", luaL_tolstring(L, -1, NULL));
    else
        while (w->answered < REQUESTS && answer(w, L, p, w->answered) == 0)
            w->answered++;
    w->stats = p ? xdb_profiler_stats(p, &err) : NULL;
    xdb_profiler_free(p, L);
    lua_close(L);
    return NULL;
}

static void print(void *user, const char *text, size_t n)
{
    fwrite(text, 1, n, user);
}

int main(int argc, char **argv)
{
    static const char *const keys[] = {"cumulative"};
    struct worker workers[WORKERS] = {0};
    struct xdb_error err;
    struct xdb_stats *all = xdb_stats_new();
    int failed = 0;
    if (argc != 2 || !all) {
        fprintf(stderr, "usage: profile_server script.lua\n");
        return 2;
    }
    for (int i = 0; i < WORKERS; i++) {
        workers[i].number = i;
        workers[i].script = argv[1];
        failed |= pthread_create(&workers[i].thread, NULL, serve, &workers[i]);
    }
    for (int i = 0; i < WORKERS && !failed; i++) {
        pthread_join(workers[i].thread, NULL);
        printf("worker %d answered %d requests\n", i, workers[i].answered);
        if (*workers[i].problem)
            fprintf(stderr, "worker %d: %s\n", i, workers[i].problem);
        if (!workers[i].stats || xdb_stats_add(all, workers[i].stats, &err) < 0)
            failed = 1;
        xdb_stats_free(workers[i].stats);
    }
    if (!failed && xdb_stats_strip_dirs(all, &err) == 0 && xdb_stats_sort(all, keys, 1, &err) == 0)
        failed = xdb_stats_print(all, XDB_STATS_FUNCTIONS, NULL, 0, print, stdout, &err);
    xdb_stats_free(all);
    return failed ? 1 : 0;
}
