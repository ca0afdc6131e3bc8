#include "cli/process.h"

#include "core/buffer.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Global because signal handlers and atexit have no argument. The handler is set after what it calls. */
static struct {
    void (*f)(void *data);
    void *data;
} interrupted, leaving;

static void on_interrupt(int sig)
{
    (void)sig;
    interrupted.f(interrupted.data);
}

void process_on_interrupt(void (*f)(void *data), void *data, enum process_interrupts which)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    if (f) {
        action.sa_handler = on_interrupt;
        action.sa_flags = which == PROCESS_FIRST ? (int)SA_RESETHAND : SA_RESTART;
    }
    sigset_t interrupt, before;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &before); /* not between the two */
    interrupted.f = f;
    interrupted.data = data;
    sigaction(SIGINT, &action, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void at_exit(void)
{
    if (leaving.f)
        leaving.f(leaving.data);
}

void process_at_exit(void (*f)(void *data), void *data)
{
    static bool registered;
    leaving.f = f;
    leaving.data = data;
    if (!registered)
        registered = atexit(at_exit) == 0;
}

int process_check_output(const char *prog, int status)
{
    int reason = 0;
    if (fflush(stdout) != 0 || (ferror(stdout) && write(STDOUT_FILENO, "", 0) < 0))
        reason = errno;
    if (!ferror(stdout))
        return status;
    fprintf(stderr, "%s: cannot write to standard output: %s\n", prog,
            reason ? strerror(reason) : "an earlier write failed");
    return EXIT_FAILURE;
}

char *process_absolute(const char *path)
{
    char *folder = *path == '/' ? NULL : getcwd(NULL, 0);
    struct buffer b;
    buffer_init(&b);
    if (folder)
        buffer_addf(&b, "%s/", folder);
    buffer_adds(&b, path);
    free(folder);
    return buffer_detach(&b, NULL);
}
