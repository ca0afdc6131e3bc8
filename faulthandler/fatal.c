/* Signals that end the program, and errors that do: what is on, the handlers, the panic function. */
#include "core/error.h"
#include "core/interpose.h"
#include "faulthandler/alternate.h"
#include "faulthandler/c_stack.h"
#include "faulthandler/dump.h"
#include "faulthandler/guard.h"
#include "faulthandler/known.h"
#include "faulthandler/modules.h"
#include "faulthandler/remains.h"
#include "faulthandler/state.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
** Signals have no argument, so what their handlers need is global. Written under `mutex`, with the handlers of the
** signals off or the struct not yet, or no more, enabled; a change of options while a signal comes can mix the old
** and the new ones, each of which is good.
*/
static struct {
    atomic_bool on;
    struct xdb_faulthandler_options options;
} fatal;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct {
    const int number;
    const char *const name;
    struct sigaction before;
} signals[] = {{.number = SIGBUS, .name = "Bus error"},
               {.number = SIGILL, .name = "Illegal instruction"},
               {.number = SIGFPE, .name = "Floating-point exception"},
               {.number = SIGABRT, .name = "Aborted"},
               {.number = SIGSEGV, .name = "Segmentation fault"}};
enum { SIGNALS = sizeof signals / sizeof *signals };

bool state_is_fatal(int number)
{
    for (int i = 0; i < SIGNALS; i++)
        if (signals[i].number == number)
            return true;
    return false;
}

/* ---- the report ------------------------------------------------------------------------------- */

/* What follows the Lua stacks. */
static void write_rest(struct out *o, bool c_stack, void *context, void *caller)
{
    if (c_stack) {
        out_char(o, '\n');
        c_stack_write(o, context, caller);
    }
    modules_write(o);
    out_flush(o);
}

static void report_signal(int i, void *context)
{
    const struct xdb_faulthandler_options options = fatal.options;
    const struct dump_place place = {.tid = (int)syscall(SYS_gettid), .context = context};
    struct out o;
    if (!guard_enter())
        return;
    out_init(&o, options.fd);
    out_text(&o, "Fatal Lua error: ");
    out_text(&o, signals[i].name);
    out_text(&o, "\n\n");
    dump_stacks(&o, &options, &place);
    write_rest(&o, !options.no_c_stack, context, NULL);
    guard_leave();
}

/* ---- signals ---------------------------------------------------------------------------------- */

static void on_signal(int number, siginfo_t *info, void *context);

static void install(int i, struct sigaction *before)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    action.sa_sigaction = on_signal;
    sigemptyset(&action.sa_mask);
    sigaction(signals[i].number, &action, before);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    int saved = errno, i = 0;
    while (signals[i].number != number)
        i++;
    sigaction(number, &signals[i].before, NULL);
    if (atomic_load(&fatal.on))
        report_signal(i, context);
    errno = saved;
    if (info->si_code > 0 && number != SIGABRT)
        return; /* the instruction faults again, with the true address and the registers as they were */
    raise(number);
    if (atomic_load(&fatal.on)) /* who was there before has let it pass */
        install(i, &signals[i].before);
    errno = saved;
}

/* Puts back what was there before, unless somebody has put something else there. */
static void put_back(int i)
{
    struct sigaction now;
    if (sigaction(signals[i].number, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) &&
        now.sa_sigaction == on_signal)
        sigaction(signals[i].number, &signals[i].before, NULL);
}

/* ---- unprotected errors ----------------------------------------------------------------------- */

struct fatal_error {
    lua_State *L; /* the running thread, or NULL */
    const char *function, *message;
    size_t len;
    int fd;       /* when nothing is on */
    bool unwound; /* the error has taken the stack away */
    bool goes_on; /* the program does */
    void *caller; /* where the C stack begins */
};

static void report_error(const struct fatal_error *e)
{
    struct xdb_faulthandler_options options = {.fd = e->fd};
    const struct dump_place place = {.L = e->L, .tid = (int)syscall(SYS_gettid)};
    struct out o;
    if (atomic_load(&fatal.on))
        options = fatal.options;
    if (guard_enter()) {
        out_init(&o, options.fd);
        out_text(&o, "Fatal Lua error: ");
        if (e->function) {
            out_name(&o, e->function, strlen(e->function));
            out_text(&o, ": ");
        }
        out_name(&o, e->message, e->len);
        out_text(&o, "\nLua runtime state: initialized\n\n");
        if (!e->unwound || !remains_write(&o, e->L, e->message))
            dump_stacks(&o, &options, &place);
        write_rest(&o, !options.no_c_stack, NULL, e->caller);
        guard_leave();
    }
    for (int i = 0; i < SIGNALS && !e->goes_on; i++)
        if (signals[i].number == SIGABRT && atomic_load(&fatal.on))
            put_back(i);
}

void xdb_faulthandler_fatal(lua_State *L, const char *function, const char *message, int fd)
{
    int saved = errno;
    const struct fatal_error e = {.L = L,
                                  .function = function,
                                  .message = message,
                                  .len = strlen(message),
                                  .fd = fd,
                                  .caller = __builtin_return_address(0)};
    report_error(&e);
    errno = saved;
}

static int on_panic(lua_State *L)
{
    struct fatal_error e = {.L = L, .function = "unprotected error in call to Lua API", .fd = -1};
    const struct known *k = known_find(L);
    lua_Debug ar;
    e.caller = __builtin_return_address(0);
    e.message = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &e.len) : NULL;
    if (!e.message)
        e.len = strlen(e.message = "error object is not a string");
    e.unwound = !lua_getstack(L, 0, &ar);
    if (atomic_load(&fatal.on))
        report_error(&e);
    return k && k->panic ? k->panic(L) : 0;
}

static void watch_panic(struct known *k, lua_State *L)
{
    if (k->watched)
        return;
    lua_CFunction before = lua_atpanic(L, on_panic);
    k->panic = before == on_panic ? NULL : before;
    k->watched = true;
}

void state_forget_panic(struct known *k)
{
    lua_State *main = atomic_load(&k->main);
    if (!main || !k->watched)
        return;
    lua_CFunction now = lua_atpanic(main, k->panic);
    if (now != on_panic)
        lua_atpanic(main, now); /* somebody came after us */
    k->watched = false;
}

static void on_failed_handler(lua_State *L)
{
    static const char message[] = "error in error handling";
    const struct fatal_error e = {.L = L,
                                  .message = message,
                                  .len = sizeof message - 1,
                                  .fd = -1,
                                  .goes_on = true,
                                  .caller = __builtin_return_address(0)};
    if (atomic_load(&fatal.on))
        report_error(&e);
}

/* ---- on and off ------------------------------------------------------------------------------- */

int xdb_faulthandler_enable(lua_State *L, const struct xdb_faulthandler_options *options,
                            struct xdb_error *err)
{
    struct known *k = NULL;
    int code = dump_check(options, err);
    if (code == 0 && L)
        code = state_add(L, &k, err);
    if (code == 0)
        code = alternate_prepare(err);
    if (code < 0)
        return code;
    c_stack_prepare();
    state_prepare();
    pthread_mutex_lock(&mutex);
    fatal.options = *options;
    if (!atomic_exchange(&fatal.on, true))
        for (int i = 0; i < SIGNALS; i++)
            install(i, &signals[i].before);
    if (k) {
        watch_panic(k, L);
        interpose_watch_handlers(L, on_failed_handler);
    }
    pthread_mutex_unlock(&mutex);
    return 0;
}

bool xdb_faulthandler_disable(void)
{
    pthread_mutex_lock(&mutex);
    bool was = atomic_load(&fatal.on);
    if (was) {
        for (int i = 0; i < SIGNALS; i++)
            put_back(i);
        atomic_store(&fatal.on, false);
        for (struct known *k = known_first(); k; k = k->next)
            state_forget_panic(k);
        interpose_watch_handlers(NULL, NULL);
    }
    pthread_mutex_unlock(&mutex);
    return was;
}

bool xdb_faulthandler_enabled(void)
{
    return atomic_load(&fatal.on);
}
