/*
** A report after some time, by an OS thread that waits for it. What a running program's registers hold, no other thread can
** read: so the watchdog has it write the report itself, in the handler of a signal; that disturbs nothing, as it runs.
** One that sleeps in the system would be woken, and one that answers to no signal cannot be asked: their stacks stand
** still, and the watchdog reads them from outside.
*/
#include "core/error.h"
#include "faulthandler/alternate.h"
#include "faulthandler/dump.h"
#include "faulthandler/known.h"
#include "faulthandler/state.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Ignored unless the program itself wants it, so that one that comes too late does no harm. */
#define ASK SIGURG
enum { ANSWER_MS = 500, MOST_SECONDS = 1000000000 };

enum request { NOBODY, ASKED, ANSWERING };

/* There is one watchdog in a process, as there is one clock. */
static struct {
    pthread_mutex_t mutex; /* guards all but `request` and `answered` */
    pthread_cond_t changed;
    bool running; /* there is a thread, to be joined */
    bool ends;
    pthread_t thread;
    struct xdb_faulthandler_timer timer;
    struct xdb_faulthandler_options options;
    char headline[48];
    atomic_int request; /* an enum request */
    sem_t answered;
} watchdog = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* ---- asking ----------------------------------------------------------------------------------- */

static void report(void *context)
{
    const struct dump_place place = {
        .tid = (int)syscall(SYS_gettid), .context = context, .no_marks = true};
    dump_report(watchdog.headline, &watchdog.options, &place);
}

static void on_asked(int number, siginfo_t *info, void *context)
{
    int saved = errno, asked = ASKED;
    (void)number, (void)info;
    if (atomic_compare_exchange_strong(&watchdog.request, &asked, ANSWERING)) {
        report(context);
        sem_post(&watchdog.answered);
    }
    errno = saved;
}

/* Whether the OS thread is on a processor, or would be. */
static bool is_running(int tid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    const char *state = strrchr(text, ')');
    return state && strncmp(state, ") R", 3) == 0;
}

/* Waits for the answer: at first for a while, then, once it is being written, as long as it takes. */
static bool wait_for_answer(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ANSWER_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (sem_timedwait(&watchdog.answered, &until) < 0)
        if (errno != EINTR) {
            int asked = ASKED;
            if (atomic_compare_exchange_strong(&watchdog.request, &asked, NOBODY))
                return false;
            while (sem_wait(&watchdog.answered) < 0 && errno == EINTR)
                ;
            break;
        }
    atomic_store(&watchdog.request, NOBODY);
    return true;
}

static bool ask(int tid)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART}, before;
    action.sa_sigaction = on_asked;
    sigemptyset(&action.sa_mask);
    if (sigaction(ASK, &action, &before) < 0)
        return false;
    atomic_store(&watchdog.request, ASKED);
    bool answered = syscall(SYS_tgkill, getpid(), tid, ASK) == 0 && wait_for_answer();
    atomic_store(&watchdog.request, NOBODY);
    sigaction(ASK, &before, NULL);
    return answered;
}

/* Of several states the one that runs is asked. */
static void write_report(void)
{
    for (struct known *k = known_first(); k; k = k->next) {
        int tid = atomic_load(&k->tid);
        if (atomic_load(&k->main) && is_running(tid) && ask(tid))
            return;
    }
    report(NULL);
}

/* ---- the thread ------------------------------------------------------------------------------- */

static void add_seconds(struct timespec *t, double seconds)
{
    double whole = floor(seconds);
    t->tv_sec += (time_t)whole;
    t->tv_nsec += (long)((seconds - whole) * 1e9);
    if (t->tv_nsec >= 1000000000) {
        t->tv_sec++;
        t->tv_nsec -= 1000000000;
    }
}

static void *watch(void *unused)
{
    struct timespec next;
    (void)unused;
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&watchdog.mutex);
    do {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((double)(now.tv_sec - next.tv_sec) > watchdog.timer.seconds)
            next = now; /* the last report took longer */
        add_seconds(&next, watchdog.timer.seconds);
        int code = 0;
        while (!watchdog.ends && code != ETIMEDOUT)
            code = pthread_cond_timedwait(&watchdog.changed, &watchdog.mutex, &next);
        if (watchdog.ends)
            break;
        write_report();
        if (watchdog.timer.exit)
            _exit(1);
    } while (watchdog.timer.repeat);
    pthread_mutex_unlock(&watchdog.mutex);
    return NULL;
}

/* After a fork the thread is gone in the child, and nobody will let go of what it may have held. */
static void forget_in_child(void)
{
    watchdog.running = false;
    pthread_mutex_init(&watchdog.mutex, NULL);
}

static void prepare(void)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&watchdog.changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sem_init(&watchdog.answered, 0, 0);
    pthread_atfork(NULL, NULL, forget_in_child);
}

/* No signal of the program's comes to the watchdog; faults of its own do. */
static int start(struct xdb_error *err)
{
    sigset_t all, mask;
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    int code = pthread_create(&watchdog.thread, NULL, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    watchdog.running = code == 0;
    return code ? error_set(err, XDB_EIO, "unable to start watchdog thread: %s", strerror(code))
                : 0;
}

/* ---- the interface ---------------------------------------------------------------------------- */

static void set_headline(double seconds)
{
    long long us = (long long)(seconds * 1e6 + 0.5), s = us / 1000000;
    int n = snprintf(watchdog.headline, sizeof watchdog.headline, "Timeout (%lld:%02lld:%02lld",
                     s / 3600, s / 60 % 60, s % 60);
    if (us % 1000000)
        n += snprintf(watchdog.headline + n, sizeof watchdog.headline - (size_t)n, ".%06lld",
                      us % 1000000);
    snprintf(watchdog.headline + n, sizeof watchdog.headline - (size_t)n, ")!\n");
}

int xdb_faulthandler_later(lua_State *L, const struct xdb_faulthandler_timer *timer,
                           const struct xdb_faulthandler_options *options, struct xdb_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct known *k;
    if (!(timer->seconds > 0))
        return error_set(err, XDB_EINVAL, "timeout must be greater than 0");
    if (timer->seconds > MOST_SECONDS)
        return error_set(err, XDB_EINVAL, "timeout value is too large");
    int code = dump_check(options, err);
    if (code == 0 && L)
        code = state_add(L, &k, err);
    if (code == 0)
        code = alternate_prepare(err);
    if (code < 0)
        return code;
    state_prepare();
    pthread_once(&once, prepare);
    xdb_faulthandler_cancel();
    watchdog.timer = *timer;
    watchdog.options = *options;
    watchdog.ends = false;
    set_headline(timer->seconds);
    return start(err);
}

void xdb_faulthandler_cancel(void)
{
    if (!watchdog.running)
        return;
    pthread_mutex_lock(&watchdog.mutex);
    watchdog.ends = true;
    pthread_cond_signal(&watchdog.changed);
    pthread_mutex_unlock(&watchdog.mutex);
    pthread_join(watchdog.thread, NULL);
    watchdog.running = false;
}
