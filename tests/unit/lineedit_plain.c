/* cli/lineedit as it is when built without an editor: linked with cli/lineedit_none.c. */
#include "cli/lineedit.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A terminal: one types at `person`, the program has `in` and `out`. */
static int person;
static FILE *in, *out;

static int open_terminal(void **state)
{
    (void)state;
    person = posix_openpt(O_RDWR | O_NOCTTY);
    if (person < 0 || grantpt(person) != 0 || unlockpt(person) != 0)
        return -1;
    in = fopen(ptsname(person), "r");
    out = fopen(ptsname(person), "w");
    return in && out ? 0 : -1;
}

static int close_terminal(void **state)
{
    (void)state;
    fclose(in);
    fclose(out);
    close(person);
    return 0;
}

static void read_line(struct lineedit *le, int status, const char *text)
{
    struct buffer line;
    buffer_init(&line);
    assert_int_equal(lineedit_read(le, "> ", &line), status);
    assert_string_equal(line.data, text);
    buffer_release(&line);
}

static void a_terminal_is_read_plainly(void **state)
{
    (void)state;
    struct lineedit *le = lineedit_new(&(struct lineedit_config){.in = in, .out = out});
    assert_false(lineedit_is_interactive(le));
    assert_int_equal(write(person, "one\r\x04two\n", 9), 9);
    read_line(le, LINE_READ, "one");
    read_line(le, LINE_EOF, "");
    read_line(le, LINE_READ, "two"); /* Ctrl-D was the end of that read alone */
    lineedit_restore();
    lineedit_free(le);
}

static atomic_bool over;

static void *interrupt(void *thread)
{
    while (!atomic_load(&over)) {
        pthread_kill(*(pthread_t *)thread, SIGINT);
        sched_yield();
    }
    return NULL;
}

static void ctrl_c_ends_the_read(void **state) /* PDB-112 */
{
    (void)state;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old, now;
    pthread_t self = pthread_self(), other;
    sigaction(SIGINT, &ignore, &old);
    struct lineedit *le = lineedit_new(&(struct lineedit_config){.in = in, .out = out});
    assert_int_equal(pthread_create(&other, NULL, interrupt, &self), 0);
    read_line(le, LINE_INTERRUPT, "");
    atomic_store(&over, true);
    pthread_join(other, NULL);
    sigaction(SIGINT, NULL, &now);
    assert_true(now.sa_handler == SIG_IGN);
    assert_int_equal(write(person, "next\n", 5), 5);
    read_line(le, LINE_READ, "next");
    lineedit_free(le);
    sigaction(SIGINT, &old, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_terminal_is_read_plainly, open_terminal, close_terminal),
        cmocka_unit_test_setup_teardown(ctrl_c_ends_the_read, open_terminal, close_terminal),
    };
    return cmocka_run_group_tests_name("lineedit_plain", tests, NULL, NULL);
}
