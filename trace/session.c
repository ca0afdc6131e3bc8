#include "trace/session.h"

#include "trace/counts.h"
#include "trace/trace.h"

#include <lauxlib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session {
    struct settings *settings;
    struct xdb_trace *trace;
    struct session *next;
};

/*
** All sessions of the process: a fork's child has to forget what its parent counted, and pthread_atfork gives no argument.
** Changed when sessions begin and end, guarded by `lock`.
*/
static struct session *sessions;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void in_parent(void)
{
    pthread_mutex_unlock(&lock);
}

static void in_child(void)
{
    for (struct session *s = sessions; s; s = s->next)
        xdb_trace_clear(s->trace, NULL);
    pthread_mutex_unlock(&lock);
}

static void hear_of_forks(void)
{
    pthread_atfork(before_fork, in_parent, in_child);
}

static void enlist(struct session *s)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, hear_of_forks);
    pthread_mutex_lock(&lock);
    s->next = sessions;
    sessions = s;
    pthread_mutex_unlock(&lock);
}

static void strike(const struct session *s)
{
    pthread_mutex_lock(&lock);
    for (struct session **at = &sessions; *at; at = &(*at)->next) {
        if (*at == s) {
            *at = s->next;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
}

/* ---- contexts --------------------------------------------------------------------------------- */

/* context([name]): upvalue 1 is the session. */
static int begin_context(lua_State *L)
{
    struct session *s = lua_touserdata(L, lua_upvalueindex(1));
    const char *name = luaL_optstring(L, 1, NULL);
    struct xdb_error err;
    if (xdb_trace_context(s->trace, L, name, &err) < 0)
        return luaL_error(L, "%s", err.text);
    return 0;
}

static void offer_contexts(lua_State *L, struct session *s)
{
    lua_pushlightuserdata(L, s);
    lua_pushcclosure(L, begin_context, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, SESSION_CONTEXT);
}

static void withdraw_contexts(lua_State *L)
{
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, SESSION_CONTEXT);
}

/* ---- life ------------------------------------------------------------------------------------- */

struct session *session_begin(lua_State *L, struct settings *settings, const char *script,
                              struct buffer *said, struct xdb_error *err)
{
    unsigned flags = settings_flags(settings);
    const struct xdb_trace_config config = {
        .what = XDB_TRACE_COUNT | (flags & RESULTS_BRANCHES ? XDB_TRACE_BRANCHES : 0u) |
                (flags & RESULTS_CONDITIONS ? XDB_TRACE_CONDITIONS : 0u) |
                (flags & RESULTS_ONLY_COVERED ? XDB_TRACE_ONCE : 0u),
        .script = script,
        .wanted = settings_wants,
        .user = settings};
    struct session *s = calloc(1, sizeof *s);
    if (!s) {
        error_set(err, XDB_ENOMEM, "out of memory");
        return NULL;
    }
    s->settings = settings;
    s->trace = xdb_trace_new(L, &config, err);
    if (!s->trace || xdb_trace_start(s->trace, L, err) < 0) {
        xdb_trace_free(s->trace, L);
        free(s);
        return NULL;
    }
    if (flags & RESULTS_BRANCHES && *xdb_trace_branches_verdict())
        buffer_addf(said, "branches are not counted: %s\n", xdb_trace_branches_verdict());
    enlist(s);
    if (settings->contexts)
        offer_contexts(L, s);
    return s;
}

bool session_is_on(lua_State *L)
{
    bool on = lua_getfield(L, LUA_REGISTRYINDEX, SESSION_CONTEXT) == LUA_TFUNCTION;
    lua_pop(L, 1);
    return on;
}

void session_interrupt(struct session *s)
{
    xdb_trace_interrupt(s->trace);
}

void session_own_file(const struct settings *s, struct buffer *out)
{
    char host[256] = "";
    if (gethostname(host, sizeof host - 1) != 0 || !*host)
        memcpy(host, "host", 5);
    buffer_addf(out, "%s.%s.%ld", s->data_file, host, (long)getpid());
}

static int save(const struct session *s, struct results *r, struct buffer *said,
                struct xdb_error *err)
{
    struct buffer path;
    buffer_init(&path);
    if (s->settings->parallel)
        session_own_file(s->settings, &path);
    else
        buffer_adds(&path, s->settings->data_file);
    int failed = path.failed ? error_set(err, XDB_ENOMEM, "out of memory")
                             : counts_add(path.data, r, said, err);
    buffer_release(&path);
    return failed;
}

int session_end(struct session *s, lua_State *L, struct buffer *said, struct xdb_error *err)
{
    strike(s);
    if (L && s->settings->contexts)
        withdraw_contexts(L);
    xdb_trace_stop(s->trace, L);
    struct results *r = xdb_trace_results(s->trace, L, err);
    int failed = r ? save(s, r, said, err) : XDB_ENOMEM;
    results_free(r);
    xdb_trace_free(s->trace, L);
    free(s);
    return failed;
}
