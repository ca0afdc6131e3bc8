/* Signals of the user's: a report, and the program goes on. */
#include "core/error.h"
#include "faulthandler/alternate.h"
#include "faulthandler/dump.h"
#include "faulthandler/known.h"
#include "faulthandler/state.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* By number, since a handler is told nothing else. Written under `mutex`; `on` last, and first when it ends. */
static struct user_signal {
    atomic_bool on;
    bool chain;
    struct xdb_faulthandler_options options;
    struct sigaction before;
} users[NSIG];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void on_user(int number, siginfo_t *info, void *context);

static int install(int number, struct sigaction *before)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_flags |= users[number].chain ? SA_NODEFER : SA_RESTART;
    action.sa_sigaction = on_user;
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, before);
}

/* Has the signal go to who was there before: a function is called, the system's own way needs the signal itself. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    struct user_signal *user = &users[number];
    sigset_t mask;
    if (!(user->before.sa_flags & SA_SIGINFO)) {
        if (user->before.sa_handler == SIG_IGN)
            return;
        if (user->before.sa_handler == SIG_DFL) {
            sigaction(number, &user->before, NULL);
            raise(number);
            if (atomic_load(&user->on))
                install(number, &user->before);
            return;
        }
    }
    pthread_sigmask(SIG_BLOCK, &user->before.sa_mask, &mask);
    if (user->before.sa_flags & SA_SIGINFO)
        user->before.sa_sigaction(number, info, context);
    else
        user->before.sa_handler(number);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

static void on_user(int number, siginfo_t *info, void *context)
{
    struct user_signal *user = &users[number];
    const struct dump_place place = {.tid = (int)syscall(SYS_gettid), .context = context};
    int saved = errno;
    if (!atomic_load(&user->on))
        return;
    dump_report("", &user->options, &place);
    errno = saved;
    if (user->chain)
        pass_on(number, info, context);
    errno = saved;
}

static int check_number(int number, struct xdb_error *err)
{
    if (number < 1 || number >= NSIG)
        return error_set(err, XDB_EINVAL, "signal number out of range");
    if (state_is_fatal(number))
        return error_set(err, XDB_EINVAL, "signal %d cannot be registered, use enable() instead",
                         number);
    return 0;
}

int xdb_faulthandler_register(lua_State *L, int number, bool chain,
                              const struct xdb_faulthandler_options *options, struct xdb_error *err)
{
    struct known *k;
    int code = check_number(number, err);
    if (code == 0)
        code = dump_check(options, err);
    if (code == 0 && L)
        code = state_add(L, &k, err);
    if (code == 0)
        code = alternate_prepare(err);
    if (code < 0)
        return code;
    state_prepare();
    pthread_mutex_lock(&mutex);
    struct user_signal *user = &users[number];
    struct sigaction before;
    bool was = atomic_load(&user->on);
    user->options = *options;
    user->chain = chain;
    if (install(number, &before) < 0)
        code = error_set(err, XDB_EIO, "[Errno %d] %s", errno, strerror(errno));
    else {
        if (!was)
            user->before = before;
        atomic_store(&user->on, true);
    }
    pthread_mutex_unlock(&mutex);
    return code;
}

static bool put_back(int number)
{
    struct sigaction now;
    if (!atomic_exchange(&users[number].on, false))
        return false;
    if (sigaction(number, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) &&
        now.sa_sigaction == on_user)
        sigaction(number, &users[number].before, NULL);
    return true;
}

int xdb_faulthandler_unregister(int number, struct xdb_error *err)
{
    int code = check_number(number, err);
    if (code < 0)
        return code;
    pthread_mutex_lock(&mutex);
    code = put_back(number);
    pthread_mutex_unlock(&mutex);
    return code;
}

void state_unregister_all(void)
{
    pthread_mutex_lock(&mutex);
    for (int i = 1; i < NSIG; i++)
        put_back(i);
    pthread_mutex_unlock(&mutex);
}
