/* A command's process: what Ctrl-C calls, what its end calls, output that was lost, paths that stay good. */
#include "cli/process.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static volatile sig_atomic_t count;

static void add(void *data)
{
    count += *(const int *)data;
}

static void every_interrupt_is_ours(void **state)
{
    static const int one = 1, ten = 10;
    (void)state;
    count = 0;
    process_on_interrupt(add, (void *)(uintptr_t)&one, PROCESS_EVERY);
    raise(SIGINT);
    raise(SIGINT);
    process_on_interrupt(add, (void *)(uintptr_t)&ten, PROCESS_EVERY);
    raise(SIGINT);
    assert_int_equal(count, 12);
    process_on_interrupt(NULL, NULL, PROCESS_EVERY);
}

/* What becomes of a process that runs `f`: its status as waitpid gives it; `said` gets its output. */
static int child(void (*f)(void), char *said, size_t size)
{
    int ends[2], status;
    fflush(NULL);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        f();
        _exit(99);
    }
    close(ends[1]);
    size_t n = 0;
    for (ssize_t k; n + 1 < size && (k = read(ends[0], said + n, size - 1 - n)) > 0;)
        n += (size_t)k;
    said[n] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void interrupt_twice(void)
{
    static const int one = 1;
    process_on_interrupt(add, (void *)(uintptr_t)&one, PROCESS_FIRST);
    raise(SIGINT);
    if (write(STDOUT_FILENO, "once", 4) == 4)
        raise(SIGINT);
}

static void the_second_interrupt_may_end_the_process(void **state)
{
    char said[64];
    (void)state;
    int status = child(interrupt_twice, said, sizeof said);
    assert_string_equal(said, "once");
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void say(void *data)
{
    if (write(STDOUT_FILENO, data, strlen(data)) < 0)
        _exit(98);
}

static void leave(void)
{
    process_at_exit(say, (void *)(uintptr_t) "first");
    process_at_exit(say, (void *)(uintptr_t) "second");
    exit(7);
}

static void leave_quietly(void)
{
    process_at_exit(say, (void *)(uintptr_t) "first");
    process_at_exit(NULL, NULL);
    exit(8);
}

static void the_end_calls_who_came_last(void **state)
{
    char said[64];
    (void)state;
    int status = child(leave, said, sizeof said);
    assert_string_equal(said, "second");
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    status = child(leave_quietly, said, sizeof said);
    assert_string_equal(said, "");
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 8);
}

static void write_to_a_full_disk(void)
{
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        _exit(97);
    dup2(full, STDOUT_FILENO);
    printf("lost");
    _exit(process_check_output("prog", 0));
}

static void write_well(void)
{
    printf("text ");
    _exit(process_check_output("prog", 3));
}

static void lost_output_is_told_and_a_failure(void **state)
{
    char said[200];
    (void)state;
    int status = child(write_to_a_full_disk, said, sizeof said);
    assert_string_equal(said, "prog: cannot write to standard output: No space left on device\n");
    assert_int_equal(WEXITSTATUS(status), 1);
    status = child(write_well, said, sizeof said);
    assert_string_equal(said, "text ");
    assert_int_equal(WEXITSTATUS(status), 3);
}

static void a_path_stays_good_in_another_folder(void **state)
{
    char *here = getcwd(NULL, 0), expected[5000];
    (void)state;
    char *path = process_absolute("a/b"), *same = process_absolute("/a/b");
    snprintf(expected, sizeof expected, "%s/a/b", here);
    assert_string_equal(path, expected);
    assert_string_equal(same, "/a/b");
    free(path);
    free(same);
    free(here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_interrupt_is_ours),
        cmocka_unit_test(the_second_interrupt_may_end_the_process),
        cmocka_unit_test(the_end_calls_who_came_last),
        cmocka_unit_test(lost_output_is_told_and_a_failure),
        cmocka_unit_test(a_path_stays_good_in_another_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
