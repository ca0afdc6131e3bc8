#include "cli/term.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char *get(void *user, const char *name)
{
    (void)user;
    return getenv(name);
}

const struct term_env term_environ = {get, NULL};

const char *term_getenv(const struct term_env *env, const char *name)
{
    const char *value = env->get(env->user, name);
    return value && *value ? value : NULL;
}

bool term_colors(const struct term_env *env, int fd)
{
    const char *own = term_getenv(env, "XDB_COLORS"), *term = term_getenv(env, "TERM");
    if (own && (strcmp(own, "0") == 0 || strcmp(own, "1") == 0))
        return *own == '1';
    if (term_getenv(env, "NO_COLOR"))
        return false;
    if (term_getenv(env, "FORCE_COLOR"))
        return true;
    if (term && strcmp(term, "dumb") == 0)
        return false;
    return isatty(fd);
}

static int size(const struct term_env *env, const char *name, int fallback)
{
    const char *value = term_getenv(env, name);
    char *end;
    long n = value ? strtol(value, &end, 10) : 0;
    return value && *end == '\0' && n > 0 && n <= 10000 ? (int)n : fallback;
}

int term_width(const struct term_env *env, int fd)
{
    struct winsize w;
    if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
        return w.ws_col;
    return size(env, "COLUMNS", 80);
}

int term_height(const struct term_env *env, int fd)
{
    struct winsize w;
    if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_row > 0)
        return w.ws_row;
    return size(env, "LINES", 24);
}

/* ---- pager ------------------------------------------------------------------------------------ */

static bool is_long(const char *text, size_t n, int lines)
{
    for (const char *end = text + n; lines > 0 && text < end; lines--) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        text = newline ? newline + 1 : end;
    }
    return lines == 0;
}

/* Starts `pager` reading from a pipe and writing to `out`; returns the pipe's other end, or -1. */
static int start(const char *pager, int out, pid_t *pid)
{
    int ends[2];
    char *argv[] = {"sh", "-c", (char *)pager, NULL};
    posix_spawn_file_actions_t actions;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    int failed = posix_spawn(pid, "/bin/sh", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (failed)
        close(ends[1]);
    return failed ? -1 : ends[1];
}

/* Writes until all is written or the user has left the pager. */
static void feed(int fd, const char *text, size_t n)
{
    while (n) {
        ssize_t written = write(fd, text, n);
        if (written < 0 && errno != EINTR)
            return;
        text += written > 0 ? written : 0;
        n -= written > 0 ? (size_t)written : 0;
    }
}

/*
** Feeding a pager that has been left would raise SIGPIPE: it is blocked meanwhile, and one that came is
** taken out of the queue, unless one had been waiting before. Ctrl-C belongs to the pager.
*/
static void feed_quietly(int fd, pid_t pid, const char *text, size_t n)
{
    sigset_t pipes, before, waiting;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt;
    int status;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    sigpending(&waiting);
    pthread_sigmask(SIG_BLOCK, &pipes, &before);
    sigaction(SIGINT, &ignore, &interrupt);
    feed(fd, text, n);
    close(fd);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!sigismember(&waiting, SIGPIPE))
        sigtimedwait(&pipes, NULL, &(struct timespec){0});
    sigaction(SIGINT, &interrupt, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void term_page(const struct term_env *env, FILE *out, const char *text, size_t n)
{
    pid_t pid;
    const char *pager = term_getenv(env, "PAGER");
    int fd = fileno(out), to = -1;
    fflush(out);
    if (pager && strcmp(pager, "cat") != 0 && isatty(fd) && is_long(text, n, term_height(env, fd)))
        to = start(pager, fd, &pid);
    if (to >= 0)
        feed_quietly(to, pid, text, n);
    else
        fwrite(text, 1, n, out);
}
