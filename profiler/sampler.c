#include "profiler/sampler.h"

#include "core/layout.h"

#include <errno.h>
#include <lauxlib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of a deep stack the oldest and the youngest frames, as many as the tree has levels; without the layout the youngest. */
enum {
    OLDEST = 128,
    MAX_FRAMES = TREE_MAX_DEPTH,
    YOUNGEST = MAX_FRAMES - OLDEST,
    MAX_THREADS = 256
};

/*
** Who is active, by the number that a timer's signal brings along. Global because that is all a signal can bring. The lock
** guards who comes and goes; the handler only reads the place of its own thread's sampler, which that thread alone fills
** and clears. A signal that is still on its way then finds another turn there, or nobody.
*/
enum { MAX_SAMPLERS = 64 };
static struct place {
    struct sampler *_Atomic sampler;
    unsigned turn; /* who had the place before does not count */
} places[MAX_SAMPLERS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int active;              /* samplers with a timer */
static struct sigaction before; /* the first of them */

static void on_signal(int sig, siginfo_t *info, void *context)
{
    int saved = errno;
    (void)sig;
    unsigned number = (unsigned)info->si_value.sival_int;
    struct place *place = &places[number % MAX_SAMPLERS];
    struct sampler *s = atomic_load(&place->sampler);
    struct universe *u = s ? s->observer.universe : NULL;
    if (info->si_code == SI_TIMER && u && place->turn == number / MAX_SAMPLERS) {
        s->missed += (uint64_t)info->si_overrun + (u->sampling != 0);
        if (!u->sampling && !u->closing && !s->busy)
            position_catch(&s->caught, u->running, context);
        hook_sample_request(u);
    }
    errno = saved;
}

/* ---- a sample --------------------------------------------------------------------------------- */

/* Appends to the `n` youngest frames the oldest of the others. */
static int list_oldest(struct sampler *s, lua_State *L, struct CallInfo **frames, int n)
{
    const struct CallInfo *ci = layout_next(layout_bottom(L)), *const stop = frames[n - 1];
    const struct CallInfo *oldest[OLDEST];
    int m = 0;
    for (; m < OLDEST && ci != stop; ci = layout_next(ci))
        oldest[m++] = ci;
    s->tree->folded |= ci != stop;
    while (m > 0)
        frames[n++] = (struct CallInfo *)(uintptr_t)oldest[--m];
    return n;
}

/* The frames of `L`, the youngest first; of too many those in the middle are left out. */
static int list_frames(struct sampler *s, lua_State *L, struct CallInfo **frames)
{
    lua_Debug ar;
    int n = 0;
    if (!lua_getstack(L, 0, &ar))
        return 0;
    if (layout_on()) {
        struct CallInfo *ci = ar.i_ci, *older;
        for (frames[n++] = ci; (older = layout_older(ci)) != NULL && n < YOUNGEST; ci = older)
            frames[n++] = older;
        return older ? list_oldest(s, L, frames, n) : n;
    }
    do
        frames[n++] = ar.i_ci;
    while (n < MAX_FRAMES && lua_getstack(L, n, &ar));
    s->tree->folded |= n == MAX_FRAMES;
    return n;
}

static bool is_c(lua_State *L, struct CallInfo *ci)
{
    lua_Debug ar;
    if (layout_on())
        return layout_proto(ci) == NULL;
    ar.i_ci = ci;
    return lua_getinfo(L, "S", &ar) && ar.what[0] == 'C';
}

static bool is_shown(const struct sampler *s, lua_State *L, struct CallInfo *ci)
{
    return s->builtins || !is_c(L, ci);
}

/* The node of the function that runs in `ci`, called from `parent`. */
static struct tree_node *step(struct sampler *s, lua_State *L, struct CallInfo *ci,
                              struct tree_node *parent)
{
    struct tree_key key = {NULL, NULL, 0, s->tree->generation};
    if (layout_on()) {
        const struct Proto *p = layout_proto(ci);
        key.prototype = p ? (const void *)p : layout_cfunction(ci);
        key.code = p ? layout_code(p) : NULL;
        key.line = p ? layout_linedefined(p) : -1;
        struct tree_node *n = key.line ? tree_remembered(s->tree, parent, &key) : NULL;
        if (n)
            return n;
    }
    lua_Debug ar;
    memset(&ar, 0, sizeof ar);
    ar.i_ci = ci;
    const struct tree_function *f = identify_function(&s->who, L, &ar);
    if (!f)
        return parent;
    struct tree_node *n = tree_child(s->tree, parent, f);
    key.generation = s->tree->generation;
    if (layout_on() && key.line != 0)
        tree_remember(s->tree, parent, n, &key);
    return n;
}

/*
** The line of the function that is charged, which runs in frames[i] and is in the middle of calling the younger ones. Those
** may be newer than the signal: of whoever it found itself only that tells the line, of its callers the call does.
*/
static void add_top_line(struct sampler *s, lua_State *L, struct CallInfo *const *frames, int i,
                         const struct tree_node *n, int64_t ticks)
{
    const struct CallInfo *caught = s->caught.ci;
    bool calls = !s->place; /* no signal, no doubt */
    for (int j = 0; j < i; j++)
        calls |= frames[j] == caught;
    int line = calls ? 0 : position_line(&s->caught, frames[i], s->event);
    if (calls)
        lines_add(&s->lines, L, frames[i], n, ticks, true);
    else if (line > 0)
        lines_add_at(&s->lines, n, line, ticks);
}

void sampler_sample(struct sampler *s, lua_State *L, bool called)
{
    struct CallInfo *frames[MAX_FRAMES];
    lua_State *threads[MAX_THREADS];
    struct tree_node *n = s->tree->root;
    int64_t now = (int64_t)clock_now(&s->clock);
    int count = universe_threads(s->observer.universe, L, threads, MAX_THREADS);
    for (int t = (count < MAX_THREADS ? count : MAX_THREADS) - 1; t >= 0; t--) {
        int i = list_frames(s, threads[t], frames) - 1;
        while (i > 0 && n == s->tree->root && is_c(threads[t], frames[i]))
            i--; /* the host's functions, by which the program was called */
        int last = t == 0 && called ? 1 : 0;
        while (t == 0 && last <= i && !is_shown(s, threads[t], frames[last]))
            last++;
        for (; i >= last; i--) {
            const struct tree_node *caller = n;
            if (!is_shown(s, threads[t], frames[i]))
                continue;
            n = step(s, threads[t], frames[i], n);
            if (n != caller && t == 0 && i == last)
                add_top_line(s, L, frames, i, n, now - s->last);
            else if (n != caller)
                lines_add(&s->lines, threads[t], frames[i], n, now - s->last, false);
        }
    }
    n->calls++;
    n->own += now - s->last;
    s->samples++;
    s->last = (int64_t)clock_now(&s->clock); /* what the sample took is nobody's time */
}

/* ---- the observer ----------------------------------------------------------------------------- */

static void ignore(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    hook_self(L, ignore);
}

static int want_nothing(struct hook_observer *o, lua_State *L)
{
    (void)o, (void)L;
    return 0;
}

static void due(struct hook_observer *o, lua_State *L, lua_Debug *ar)
{
    struct sampler *s = (struct sampler *)o;
    s->busy = 1;
    s->event = ar->event;
    sampler_sample(s, L, ar->event == LUA_HOOKCALL || ar->event == LUA_HOOKTAILCALL);
    s->caught.ci = NULL;
    s->busy = 0;
}

static void interrupted(struct hook_observer *o, lua_State *L, lua_Debug *ar)
{
    struct sampler *s = (struct sampler *)o;
    (void)ar;
    if (s->raises) {
        s->raises = 0;
        luaL_error(L, "interrupted!");
    }
}

void sampler_interrupt(struct sampler *s)
{
    s->raises = 1;
    hook_interrupt_request(s->observer.universe);
}

/* ---- the timer -------------------------------------------------------------------------------- */

static int no_timer(struct xdb_error *err)
{
    return error_set(err, XDB_EIO, "no timer for sampling: %s", strerror(errno));
}

/* Makes and starts the timer of this thread, whose signals bring `number`. */
static int start_timer(struct sampler *s, unsigned number, struct xdb_error *err)
{
    struct sigevent event;
    long period = (long)(1e9 / s->rate);
    struct itimerspec every = {.it_interval = {period / 1000000000, period % 1000000000}};
    every.it_value = every.it_interval;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGPROF;
    event.sigev_value.sival_int = (int)number;
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
    if (timer_create(CLOCK_MONOTONIC, &event, &s->timer) < 0)
        return no_timer(err);
    if (timer_settime(s->timer, 0, &every, NULL) < 0) {
        int failed = no_timer(err);
        timer_delete(s->timer);
        return failed;
    }
    return 0;
}

/* Under the lock. The first one brings the handler along. */
static int add_timer(struct sampler *s, struct place *place, struct xdb_error *err)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO};
    sigfillset(&action.sa_mask); /* as hook_sample_request asks for */
    if (active == 0 && sigaction(SIGPROF, &action, &before) < 0)
        return no_timer(err);
    unsigned number = ++place->turn * MAX_SAMPLERS + (unsigned)(place - places);
    place->turn = number / MAX_SAMPLERS; /* as much of it as fits */
    atomic_store(&place->sampler, s);
    int failed = start_timer(s, number, err);
    if (failed) {
        atomic_store(&place->sampler, NULL);
        if (active == 0)
            sigaction(SIGPROF, &before, NULL);
        return failed;
    }
    s->place = place;
    active++;
    return 0;
}

static int take_place(struct sampler *s, struct xdb_error *err)
{
    int failed = XDB_EINVAL;
    pthread_mutex_lock(&lock);
    struct place *place = places;
    while (place < places + MAX_SAMPLERS && atomic_load(&place->sampler))
        place++;
    if (place < places + MAX_SAMPLERS)
        failed = add_timer(s, place, err);
    else
        error_set(err, failed,
                  "%d sampling profilers are active in this process, and no more can be",
                  MAX_SAMPLERS);
    pthread_mutex_unlock(&lock);
    return failed;
}

static void leave_place(struct sampler *s)
{
    pthread_mutex_lock(&lock);
    timer_delete(s->timer);
    atomic_store(&s->place->sampler, NULL);
    s->place = NULL;
    if (--active == 0) {
        signal(SIGPROF, SIG_IGN); /* one on its way must not meet what was before */
        sigaction(SIGPROF, &before, NULL);
    }
    pthread_mutex_unlock(&lock);
}

/* ---- life ------------------------------------------------------------------------------------- */

struct sampler *sampler_new(const struct clock *clock, double rate)
{
    struct sampler *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    layout_prove();
    s->clock = *clock;
    s->rate = rate;
    s->builtins = true;
    s->observer.hook = ignore;
    s->observer.mask = want_nothing;
    s->observer.sampled = due;
    s->observer.interrupted = interrupted;
    s->tree = tree_new();
    if (!s->tree || !identify_init(&s->who, s->tree)) {
        sampler_free(s);
        return NULL;
    }
    return s;
}

void sampler_free(struct sampler *s)
{
    if (!s)
        return;
    identify_release(&s->who);
    lines_release(&s->lines);
    tree_free(s->tree);
    free(s);
}

bool sampler_any(const struct universe *u)
{
    for (const struct hook_observer *o = u->observers; o; o = o->next)
        if (o->hook == ignore)
            return true;
    return false;
}

int sampler_enable(struct sampler *s, struct universe *u, lua_State *L, struct xdb_error *err)
{
    (void)L;
    if (sampler_any(u))
        return error_set(err, XDB_EINVAL, "Another profiling tool is already active");
    hook_attach(u, &s->observer);
    s->began = s->last = (int64_t)clock_now(&s->clock);
    int failed = s->rate > 0 ? take_place(s, err) : 0;
    if (failed) {
        hook_detach(&s->observer, NULL);
        return failed;
    }
    s->active = true;
    return 0;
}

void sampler_disable(struct sampler *s, lua_State *L)
{
    if (!s->active)
        return;
    s->active = false;
    if (s->place)
        leave_place(s);
    if (s->observer.universe)
        s->observer.universe->sampling = 0;
    s->elapsed += (int64_t)clock_now(&s->clock) - s->began;
    hook_detach(&s->observer, L);
}

void sampler_clear(struct sampler *s)
{
    tree_clear(s->tree);
    lines_clear(&s->lines);
    s->samples = s->missed = 0;
    s->elapsed = 0;
    s->began = s->last = (int64_t)clock_now(&s->clock);
}
