#include "faulthandler/guard.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 2000 };

/*
** One report at a time in a process, since it has one handler a signal: `writer` is the OS thread that writes, and
** what it saved. Atomic, as it is taken in signal handlers.
*/
static atomic_int writer;
static struct sigaction before[2];
static const int faults[2] = {SIGSEGV, SIGBUS};

/* Where this thread goes on after a fault; NULL: it is not guarded. */
static _Thread_local sigjmp_buf *volatile landing __attribute__((tls_model("initial-exec")));

static int this_thread(void)
{
    return (int)syscall(SYS_gettid);
}

bool guard_enter(void)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    const int self = this_thread();
    int saved = errno, nobody = 0;
    if (atomic_load(&writer) == self)
        return false;
    for (int i = 0; i < WAIT_MS && !atomic_compare_exchange_strong(&writer, &nobody, self); i++) {
        nobody = 0;
        nanosleep(&pause, NULL);
    }
    errno = saved;
    return true;
}

void guard_leave(void)
{
    int self = this_thread();
    atomic_compare_exchange_strong(&writer, &self, 0);
}

static void on_fault(int number)
{
    sigjmp_buf *to = landing;
    if (to) {
        landing = NULL;
        siglongjmp(*to, 1);
    }
    for (int i = 0; i < 2; i++) /* another thread's: the instruction faults again */
        if (faults[i] == number)
            sigaction(number, &before[i], NULL);
}

bool guard_run(void (*body)(void *data), void *data)
{
    struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK | SA_NODEFER};
    volatile bool whole = false;
    sigjmp_buf here;
    sigset_t unblocked, mask;
    sigemptyset(&action.sa_mask);
    sigemptyset(&unblocked);
    for (int i = 0; i < 2; i++) {
        sigaddset(&unblocked, faults[i]);
        sigaction(faults[i], &action, &before[i]);
    }
    pthread_sigmask(SIG_UNBLOCK, &unblocked, &mask);
    if (sigsetjmp(here, 1) == 0) {
        landing = &here;
        body(data);
        whole = true;
    }
    landing = NULL;
    for (int i = 0; i < 2; i++)
        sigaction(faults[i], &before[i], NULL);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return whole;
}
