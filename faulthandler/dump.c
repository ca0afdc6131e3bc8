#include "faulthandler/dump.h"

#include "core/error.h"
#include "core/stack_walk.h"
#include "core/universe.h"
#include "faulthandler/frames.h"
#include "faulthandler/guard.h"
#include "faulthandler/known.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum {
    MOST_STEPS = 1000000, /* Lua has no deeper stacks */
    MOST_LEVELS = 1000 /* without core/stack_walk, where each step goes all the way from the top */
};

/*
** The threads of the state at hand. Too large for a signal stack; who writes a report has it to himself
** (guard_enter).
*/
static struct stack_threads threads;
static const lua_State *asleep[DUMP_MAX_THREADS];

/* One report in the making. */
struct dump {
    struct out *o;
    const struct xdb_faulthandler_options *options;
    const struct dump_place *place;
    int left;     /* threads that may still be shown */
    bool any;     /* one has been */
    bool current; /* the one that runs has been */
};

int dump_check(const struct xdb_faulthandler_options *options, struct xdb_error *err)
{
    if (options->fd < 0 || fcntl(options->fd, F_GETFD) < 0)
        return error_set(err, XDB_EINVAL, "file is not a valid file descriptor");
    if (options->max_threads < 0 || options->max_threads > DUMP_MAX_THREADS)
        return error_set(err, XDB_EINVAL, "max_threads must be between 1 and %d", DUMP_MAX_THREADS);
    return 0;
}

/* ---- one thread ------------------------------------------------------------------------------- */

static int most_steps(void)
{
    return layout_stack_on() ? MOST_STEPS : MOST_LEVELS;
}

static bool is_finalizing(lua_State *L)
{
    struct frames f;
    frames_first(&f, L, NULL);
    for (int i = 0; i < most_steps(); i++) {
        if (f.finalizing)
            return true;
        if (f.kind != STACK_LUA && f.kind != STACK_C)
            break;
        frames_next(&f);
    }
    return false;
}

static void write_frames(struct dump *d, lua_State *L, void *context)
{
    struct frames f;
    int shown = 0;
    frames_first(&f, L, context);
    for (int i = 0;
         i < most_steps() && shown < DUMP_FRAMES && (f.kind == STACK_LUA || f.kind == STACK_C);
         i++) {
        if (f.kind == STACK_LUA) {
            frames_write(&f, d->o);
            shown++;
        }
        if (shown < DUMP_FRAMES)
            frames_next(&f);
    }
    if (f.kind == STACK_BROKEN)
        out_text(d->o, "  <invalid frame>\n");
    else if (shown == 0)
        out_text(d->o, "  <no Lua frame>\n");
}

static void write_header(struct dump *d, const lua_State *L, const char *name, bool current)
{
    if (d->options->current) {
        out_text(d->o, "Stack (most recent call first):\n");
        return;
    }
    out_text(d->o, current ? "Current coroutine " : "Coroutine ");
    out_hex(d->o, (uintptr_t)L, (int)sizeof(void *) * 2);
    if (name) {
        out_text(d->o, " [");
        out_name(d->o, name, strlen(name));
        out_char(d->o, ']');
    }
    out_text(d->o, " (most recent call first):\n");
}

/* `name`: of a state, for its main thread; else NULL. `current`: it runs where the report was asked for. */
static void write_thread(struct dump *d, const lua_State *thread, const char *name, bool current)
{
    lua_State *L = (lua_State *)(uintptr_t)thread; /* it is only read from */
    if (d->left == 0) {
        out_text(d->o, "...\n");
        d->left--;
    }
    if (d->left < 0)
        return;
    d->left--;
    if (d->any)
        out_char(d->o, '\n');
    d->any = true;
    write_header(d, L, name, current && !d->place->no_marks);
    if (is_finalizing(L))
        out_text(d->o, "  Garbage-collecting\n");
    write_frames(d, L, current ? d->place->context : NULL);
    out_flush(d->o);
}

/* ---- one state -------------------------------------------------------------------------------- */

/* Fills `threads`. */
static void find_threads(const struct known *k, lua_State *main)
{
    struct universe_walk older;
    threads.asleep = asleep;
    threads.room = DUMP_MAX_THREADS;
    if (!k->universe) {
        stack_threads(&threads, main);
        return;
    }
    threads.count = threads.asleep_count = 0;
    threads.cut = false;
    lua_State *at = k->universe->running;
    universe_walk(k->universe, &older, at);
    for (; at && threads.count < STACK_MAX_RUNNING; at = universe_walk_older(k->universe, &older))
        threads.running[threads.count++] = at;
}

/* Makes `L` the one that runs, when it is known to be. */
static void begin_with(const lua_State *L)
{
    size_t at = 0;
    while (at < threads.count && threads.running[at] != L)
        at++;
    if (at == threads.count) {
        if (threads.count == STACK_MAX_RUNNING)
            threads.count--;
        memmove(threads.running + 1, threads.running, threads.count * sizeof *threads.running);
        threads.count++;
        threads.running[0] = L;
        at = 0;
    }
    memmove(threads.running, threads.running + at, (threads.count - at) * sizeof *threads.running);
    threads.count -= at;
}

static const char *name_of(const struct known *k, const lua_State *main, const lua_State *L)
{
    return L == main ? k->name : NULL;
}

/* `runs`: what runs here is what the report is about. */
static void write_state(struct dump *d, const struct known *k, bool runs)
{
    lua_State *main = atomic_load(&k->main);
    if (!main || d->left < 0)
        return;
    find_threads(k, main);
    if (runs && d->place->L)
        begin_with(d->place->L);
    for (size_t i = 0; i < threads.count; i++) {
        write_thread(d, threads.running[i], name_of(k, main, threads.running[i]), runs && i == 0);
        if (d->options->current)
            return;
    }
    for (size_t i = 0; i < threads.asleep_count && i < threads.room; i++)
        write_thread(d, threads.asleep[i], NULL, false);
    if (threads.cut && d->left > 0)
        out_text(d->o, "...\n");
}

/* ---- all of them ------------------------------------------------------------------------------ */

/* Of several states that an OS thread runs, one inside the other, the innermost: its protected call is the newest. */
static const struct known *find_running(const struct dump_place *place)
{
    const struct known *found = place->L ? known_find(place->L) : NULL;
    uintptr_t lowest = UINTPTR_MAX;
    if (found)
        return found;
    for (const struct known *k = known_first(); k; k = k->next) {
        lua_State *main = atomic_load(&k->main);
        if (!main || !place->tid || atomic_load(&k->tid) != place->tid)
            continue;
        uintptr_t at = UINTPTR_MAX - 1;
        if (layout_stack_on()) {
            find_threads(k, main);
            if (layout_protected(threads.running[0]))
                at = (uintptr_t)layout_protected(threads.running[0]);
        }
        if (at < lowest) {
            lowest = at;
            found = k;
        }
    }
    return found;
}

static void write_all(void *data)
{
    struct dump *d = data;
    const struct known *running = find_running(d->place);
    if (running)
        write_state(d, running, true);
    if (!d->options->current || !running)
        for (const struct known *k = known_first(); k; k = k->next)
            if (k != running)
                write_state(d, k, false);
    if (!d->any)
        out_text(d->o, "<no Lua state>\n");
}

bool dump_stacks(struct out *o, const struct xdb_faulthandler_options *options,
                 const struct dump_place *place)
{
    struct dump d = {.o = o, .options = options, .place = place};
    d.left = options->max_threads ? options->max_threads : DUMP_THREADS;
    bool whole = guard_run(write_all, &d);
    if (!whole)
        out_fault(o);
    out_flush(o);
    return whole;
}

bool dump_report(const char *headline, const struct xdb_faulthandler_options *options,
                 const struct dump_place *place)
{
    struct out o;
    int saved = errno;
    bool first = guard_enter();
    if (first) {
        out_init(&o, options->fd);
        out_text(&o, headline);
        dump_stacks(&o, options, place);
        guard_leave();
    }
    errno = saved;
    return first;
}
