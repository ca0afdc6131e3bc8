#include "trace/session.h"

#include "core/universe.h"
#include "trace/counts.h"
#include "trace/trace.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session {
    struct settings *settings;
    struct xdb_trace *trace;
    const struct universe *universe;
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

/* ---- life ------------------------------------------------------------------------------------- */

struct session *session_begin(lua_State *L, struct settings *settings, const char *script,
                              struct buffer *said, struct xdb_error *err)
{
    unsigned flags = settings_flags(settings);
    const char *verdict = flags & RESULTS_BRANCHES ? xdb_trace_branches_verdict() : "";
    if (*verdict) {
        buffer_addf(said, "branches are not counted: %s\n", verdict);
        flags &= ~(unsigned)(RESULTS_BRANCHES | RESULTS_CONDITIONS);
    }
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
    s->universe = universe_open(L);
    enlist(s);
    return s;
}

struct session *session_of(lua_State *L)
{
    const struct universe *u = universe_open(L);
    pthread_mutex_lock(&lock);
    struct session *s = sessions;
    while (s && s->universe != u)
        s = s->next;
    pthread_mutex_unlock(&lock);
    return s;
}

int session_context(lua_State *L, const char *name, struct xdb_error *err)
{
    struct session *s = session_of(L);
    return s && s->settings->contexts ? xdb_trace_context(s->trace, L, name, err) : 0;
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
    xdb_trace_stop(s->trace, L);
    struct results *r = xdb_trace_results(s->trace, L, err);
    int failed = r ? save(s, r, said, err) : XDB_ENOMEM;
    results_free(r);
    xdb_trace_free(s->trace, L);
    free(s);
    return failed;
}
