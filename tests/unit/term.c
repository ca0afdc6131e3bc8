/* cli/term: the colour decision (PDB-301), width and pager, on a pseudo-terminal and in a pipe. */
#include "cli/term.h"
#include "core/buffer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

struct variable {
    const char *name, *value;
};

static const char *look_up(void *user, const char *name)
{
    for (const struct variable *v = user; v->name; v++)
        if (strcmp(v->name, name) == 0)
            return v->value;
    return NULL;
}

/* A terminal of 24 lines and `columns`: [0] is the program's side, [1] the person's. */
static void open_terminal(int fds[2], unsigned short columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    fds[1] = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(fds[1] >= 0);
    assert_int_equal(grantpt(fds[1]), 0);
    assert_int_equal(unlockpt(fds[1]), 0);
    fds[0] = open(ptsname(fds[1]), O_RDWR | O_NOCTTY);
    assert_true(fds[0] >= 0);
    assert_int_equal(ioctl(fds[0], TIOCSWINSZ, &size), 0);
}

static void close_both(const int fds[2])
{
    close(fds[0]);
    close(fds[1]);
}

#define NONE                                                                                       \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

static void colours_follow_the_environment_in_order(void **state)
{
    (void)state;
    static const struct {
        struct variable vars[5];
        bool on_terminal, in_pipe;
    } cases[] = {
        {{NONE}, true, false},
        {{{"XDB_COLORS", "0"}, {"FORCE_COLOR", "1"}, NONE}, false, false},
        {{{"XDB_COLORS", "1"}, {"NO_COLOR", "1"}, {"TERM", "dumb"}, NONE}, true, true},
        {{{"XDB_COLORS", "yes"}, NONE}, true, false},
        {{{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}, NONE}, false, false},
        {{{"NO_COLOR", ""}, NONE}, true, false},
        {{{"FORCE_COLOR", "1"}, {"TERM", "dumb"}, NONE}, true, true},
        {{{"FORCE_COLOR", ""}, NONE}, true, false},
        {{{"TERM", "dumb"}, NONE}, false, false},
        {{{"TERM", "xterm"}, NONE}, true, false},
    };
    int tty[2], ends[2];
    open_terminal(tty, 80);
    assert_int_equal(pipe(ends), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct term_env env = {look_up, (void *)cases[i].vars};
        assert_int_equal(term_colors(&env, tty[0]), cases[i].on_terminal);
        assert_int_equal(term_colors(&env, ends[1]), cases[i].in_pipe);
    }
    close_both(tty);
    close_both(ends);
}

static void the_width_is_the_terminals_or_the_variables_or_80(void **state)
{
    (void)state;
    struct variable vars[] = {{"COLUMNS", "57"}, {"LINES", "9"}, NONE};
    struct variable wrong[] = {{"COLUMNS", "wide"}, {"LINES", "-3"}, NONE};
    struct term_env env = {look_up, vars}, bad = {look_up, wrong};
    int tty[2], ends[2];
    open_terminal(tty, 132);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(term_width(&env, tty[0]), 132);
    assert_int_equal(term_height(&env, tty[0]), 24);
    assert_int_equal(term_width(&env, ends[1]), 57);
    assert_int_equal(term_height(&env, ends[1]), 9);
    assert_int_equal(term_width(&bad, ends[1]), 80);
    assert_int_equal(term_height(&bad, ends[1]), 24);
    close_both(tty);
    close_both(ends);
    open_terminal(tty, 0);
    assert_int_equal(term_width(&bad, tty[0]), 80);
    close_both(tty);
}

/* What `lines` lines through term_page show on a terminal with this PAGER. */
static void paged(const char *pager, int lines, const char *shown, size_t n)
{
    struct variable vars[] = {{"PAGER", pager}, NONE};
    struct term_env env = {look_up, vars};
    struct buffer text;
    char got[256];
    int tty[2];
    open_terminal(tty, 80);
    FILE *out = fdopen(dup(tty[0]), "w");
    buffer_init(&text);
    for (int i = 0; i < lines; i++)
        buffer_adds(&text, "x\n");
    term_page(&env, out, text.data, text.len);
    fclose(out);
    for (size_t have = 0; have < n;) {
        ssize_t more = read(tty[1], got + have, n - have);
        assert_true(more > 0);
        have += (size_t)more;
    }
    assert_memory_equal(got, shown, n);
    buffer_release(&text);
    close_both(tty);
}

static void only_long_texts_on_a_terminal_are_paged(void **state)
{
    (void)state;
    paged("sed 's/x/page/;q'", 24, "page\r\n", 6);
    paged("sed 's/x/page/;q'", 23, "x\r\n", 3);
    paged("cat", 30, "x\r\n", 3);
    paged(NULL, 30, "x\r\n", 3);
    char *text;
    size_t n;
    struct variable vars[] = {{"PAGER", "false"}, NONE};
    struct term_env env = {look_up, vars};
    FILE *out = tmpfile();
    term_page(&env, out, "a\nb\n", 4);
    assert_int_equal(ftell(out), 4);
    fclose(out);
    out = open_memstream(&text, &n);
    term_page(&env, out, "a\nb\n", 4);
    fclose(out);
    assert_string_equal(text, "a\nb\n");
    free(text);
}

static void a_pager_that_is_left_early_harms_nothing(void **state)
{
    (void)state;
    paged("echo left", 200000, "left\r\n", 6);
    paged("/no/such/pager 2>/dev/null; echo gone", 30, "gone\r\n", 6);
}

static void the_process_environment_is_the_default(void **state)
{
    (void)state;
    setenv("XDB_TERM_TEST", "value", 1);
    assert_string_equal(term_getenv(&term_environ, "XDB_TERM_TEST"), "value");
    setenv("XDB_TERM_TEST", "", 1);
    assert_null(term_getenv(&term_environ, "XDB_TERM_TEST"));
    unsetenv("XDB_TERM_TEST");
    assert_null(term_getenv(&term_environ, "XDB_TERM_TEST"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_follow_the_environment_in_order),
        cmocka_unit_test(the_width_is_the_terminals_or_the_variables_or_80),
        cmocka_unit_test(only_long_texts_on_a_terminal_are_paged),
        cmocka_unit_test(a_pager_that_is_left_early_harms_nothing),
        cmocka_unit_test(the_process_environment_is_the_default),
    };
    return cmocka_run_group_tests_name("term", tests, NULL, NULL);
}
