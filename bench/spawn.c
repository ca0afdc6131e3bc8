/*
** Starts a command COUNT times, one after the other, and prints the median of its lives in seconds
** (CLOCK_MONOTONIC, from the start until it is reaped). Written in C because what a shell or Python
** needs to start a process would be as long as the life that is measured.
**
** usage: spawn COUNT COMMAND [ARGS]
*/
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) /* seconds */
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* One life, in seconds; negative after a complaint on stderr. */
static double live(char **argv, const posix_spawn_file_actions_t *actions)
{
    pid_t pid;
    int status;
    double start = now();
    int code = posix_spawnp(&pid, argv[0], actions, NULL, argv, environ);
    if (code) {
        fprintf(stderr, "spawn: %s: %s\n", argv[0], strerror(code));
        return -1;
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    double end = now();
    if (status != 0) {
        fprintf(stderr, "spawn: %s: wait status %d\n", argv[0], status);
        return -1;
    }
    return end - start;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Lives `count` times; 0, or -1 when one has failed. The caller's array is filled and sorted. */
static int live_often(char **argv, double *lives, long count)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    long done = 0;
    while (done < count && (lives[done] = live(argv, &actions)) >= 0)
        done++;
    posix_spawn_file_actions_destroy(&actions);
    qsort(lives, (size_t)done, sizeof *lives, ascending);
    return done == count ? 0 : -1;
}

int main(int argc, char **argv)
{
    long count = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    if (count < 1 || count > 1000000) {
        fprintf(stderr, "usage: spawn COUNT COMMAND [ARGS]\n");
        return 2;
    }
    double *lives = calloc((size_t)count, sizeof *lives);
    int code = lives ? live_often(argv + 2, lives, count) : -1;
    if (code == 0)
        printf("%.9f\n", lives[count / 2]);
    free(lives);
    return code == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
