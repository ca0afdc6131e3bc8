#include "timeit/progress.h"

#include "core/clock.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
** There is one terminal, and exit handlers are given nothing: hence one for the process. The fields
** are guarded by `lock`.
*/
static struct {
    bool on, stop;
    int fd;
    int64_t start; /* ns */
    char text[120];
} progress;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake;
static pthread_t thread;

static void write_all(const char *text, size_t len)
{
    ssize_t done = write(progress.fd, text, len);
    (void)done; /* who cannot be told is not told */
}

static void show(void)
{
    char line[200];
    int seconds = (int)((clock_wall_ns() - progress.start) / 1000000000);
    int len = snprintf(line, sizeof line, "\r\033[K%s, %d s", progress.text, seconds);
    write_all(line, (size_t)len);
}

/* Waits so many ms or until it is over; the lock is held. */
static void wait_ms(long ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!progress.stop && pthread_cond_timedwait(&wake, &lock, &until) == 0)
        ;
}

static void *run(void *unused)
{
    bool shown = false;
    (void)unused;
    pthread_mutex_lock(&lock);
    for (wait_ms(1000); !progress.stop; wait_ms(500)) {
        show();
        shown = true;
    }
    if (shown)
        write_all("\r\033[K", 4);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* Signals are the measured code's. */
static bool start_thread(void)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, NULL, run, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

void progress_start(int fd)
{
    static bool registered;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&wake, &attributes);
    pthread_condattr_destroy(&attributes);
    progress.fd = fd;
    progress.stop = false;
    progress.start = clock_wall_ns();
    if (!registered)
        registered = atexit(progress_stop) == 0;
    progress.on = start_thread();
}

void progress_say(const char *format, ...)
{
    va_list args;
    if (!progress.on)
        return;
    va_start(args, format);
    pthread_mutex_lock(&lock);
    vsnprintf(progress.text, sizeof progress.text, format, args);
    pthread_mutex_unlock(&lock);
    va_end(args);
}

void progress_stop(void)
{
    if (!progress.on)
        return;
    progress.on = false;
    pthread_mutex_lock(&lock);
    progress.stop = true;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    pthread_cond_destroy(&wake);
}
