/* cli/lineedit: plain reading (CMD-005), editing on a pseudo-terminal, history, signals (PDB-112, 138). */
#include "cli/lineedit.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- plain ---- */

static FILE *file_with(const char *text, size_t n)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    rewind(f);
    return f;
}

static void expect_line(struct lineedit *le, const char *text)
{
    struct buffer line;
    buffer_init(&line);
    assert_int_equal(lineedit_read(le, "> ", &line), LINE_READ);
    assert_string_equal(line.data, text);
    buffer_release(&line);
}

static void expect_status(struct lineedit *le, int status)
{
    struct buffer line;
    buffer_init(&line);
    buffer_adds(&line, "before");
    assert_int_equal(lineedit_read(le, "> ", &line), status);
    assert_string_equal(line.data, "before");
    buffer_release(&line);
}

static void lines_are_read_as_they_come(void **state) /* CMD-005 */
{
    (void)state;
    static const char text[] = "one\r\n\n two \nlast";
    FILE *in = file_with(text, sizeof text - 1), *out = tmpfile();
    struct lineedit *le = lineedit_new(&(struct lineedit_config){.in = in, .out = out});
    assert_false(lineedit_is_interactive(le));
    expect_line(le, "one");
    expect_line(le, "");
    expect_line(le, " two ");
    expect_line(le, "last");
    expect_status(le, LINE_EOF);
    expect_status(le, LINE_EOF);
    assert_int_equal(ftell(out), 6 * 2); /* a prompt each */
    lineedit_free(le);
    fclose(in);
    fclose(out);
}

static void lines_may_be_long_and_hold_zeros(void **state)
{
    (void)state;
    size_t n = 3 * 1024 * 1024;
    char *text = malloc(n);
    struct buffer line;
    memset(text, 'x', n);
    text[5] = '\0';
    text[n - 1] = '\n';
    FILE *in = file_with(text, n), *out = tmpfile();
    struct lineedit *le = lineedit_new(&(struct lineedit_config){.in = in, .out = out});
    buffer_init(&line);
    assert_int_equal(lineedit_read(le, "", &line), LINE_READ);
    assert_int_equal(line.len, n - 1);
    assert_memory_equal(line.data, text, n - 1);
    buffer_release(&line);
    lineedit_free(le);
    free(text);
    fclose(in);
    fclose(out);
}

static void the_program_finds_what_follows(void **state)
{
    (void)state;
    char next[16];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "cmd\ndata\n", 9), 9);
    FILE *in = fdopen(ends[0], "r"), *out = tmpfile();
    struct lineedit *le = lineedit_new(&(struct lineedit_config){.in = in, .out = out});
    expect_line(le, "cmd");
    assert_non_null(fgets(next, sizeof next, in));
    assert_string_equal(next, "data\n");
    close(ends[1]);
    lineedit_free(le);
    fclose(in);
    fclose(out);
}

/* ---- a terminal ---- */

struct terminal {
    int person; /* where one types and sees */
    FILE *in, *out;
    struct termios modes;
};

static void open_terminal(struct terminal *t)
{
    t->person = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(t->person >= 0);
    assert_int_equal(grantpt(t->person), 0);
    assert_int_equal(unlockpt(t->person), 0);
    int fd = open(ptsname(t->person), O_RDWR | O_NOCTTY);
    assert_true(fd >= 0);
    memset(&t->modes, 0, sizeof t->modes);
    tcgetattr(fd, &t->modes);
    t->modes.c_lflag &= (tcflag_t) ~(ICANON | ISIG); /* what is typed early waits as it is */
    t->modes.c_iflag &= (tcflag_t)~ICRNL;
    tcsetattr(fd, TCSANOW, &t->modes);
    tcgetattr(fd, &t->modes);
    t->in = fdopen(fd, "r");
    t->out = fdopen(dup(fd), "w");
}

static void close_terminal(struct terminal *t)
{
    struct termios now;
    memset(&now, 0, sizeof now);
    tcgetattr(fileno(t->in), &now);
    assert_memory_equal(&now, &t->modes, sizeof now);
    fclose(t->in);
    fclose(t->out);
    close(t->person);
}

static void type(const struct terminal *t, const char *text)
{
    assert_int_equal(write(t->person, text, strlen(text)), strlen(text));
}

/* Waits until the text has come to the screen, which the kernel brings when it likes. */
static void sees(const struct terminal *t, const char *text)
{
    char seen[4096] = "";
    struct pollfd wanted = {t->person, POLLIN, 0};
    for (size_t n = 0; !strstr(seen, text);) {
        assert_int_equal(poll(&wanted, 1, 10000), 1);
        ssize_t more = read(t->person, seen + n, sizeof seen - 1 - n);
        assert_true(more > 0);
        n += (size_t)more;
        seen[n] = '\0';
    }
}

static int sigint_count, sigterm_count;

static void count_signal(int sig)
{
    ++*(sig == SIGTERM ? &sigterm_count : &sigint_count);
}

static void complete(void *user, const struct line_at *at, struct words *out)
{
    if (user)
        *(struct line_at *)user = *at;
    words_offer(out, at, "display");
    words_offer(out, at, "disable");
    words_offer(out, at, "x\xC3\xA4");
    words_offer(out, at, "x\xC3\xB6");
    if (at->end - at->begin == 4 && memcmp(at->line + at->begin, "term", 4) == 0)
        raise(SIGTERM);
    if (at->end - at->begin == 3 && memcmp(at->line + at->begin, "int", 3) == 0)
        raise(SIGINT);
    if (at->end - at->begin == 4 && memcmp(at->line + at->begin, "size", 4) == 0)
        raise(SIGWINCH);
}

static bool has_editor;

/* A terminal with lines being edited, or NULL when this build has no editor. */
static struct lineedit *edit(struct terminal *t, struct lineedit_config config)
{
    open_terminal(t);
    config.in = t->in;
    config.out = t->out;
    config.name = "test";
    struct lineedit *le = lineedit_new(&config);
    has_editor = lineedit_is_interactive(le);
    return le;
}

static void done(struct lineedit *le, struct terminal *t)
{
    lineedit_free(le);
    close_terminal(t);
}

static void a_terminal_edits_lines(void **state)
{
    (void)state;
    struct terminal t;
    struct lineedit *le = edit(&t, (struct lineedit_config){0});
    if (has_editor) {
        type(&t, "p x\x7f\xC3\xA4\x01# \r\r\x04");
        expect_line(le, "# p \xC3\xA4");
        sees(&t, "> p x");
        expect_line(le, "");
        expect_status(le, LINE_EOF);
        assert_string_equal(setlocale(LC_CTYPE, NULL), "C"); /* the program's */
    }
    done(le, &t);
}

static void another_terminal_may_be_given(void **state)
{
    (void)state;
    struct terminal a, b;
    struct lineedit *le = edit(&a, (struct lineedit_config){0});
    open_terminal(&b);
    if (has_editor) {
        type(&a, "one\r");
        type(&b, "two\r");
        expect_line(le, "one");
        lineedit_set_files(le, b.in, b.out);
        expect_line(le, "two");
        sees(&b, "> two");
    }
    close_terminal(&b);
    done(le, &a);
}

static void tab_completes(void **state) /* CMD-018, PDB-294 */
{
    (void)state;
    struct terminal t;
    struct line_at at = {0};
    struct lineedit *le = edit(&t, (struct lineedit_config){.complete = complete, .user = &at});
    if (has_editor) {
        type(&t, "disp\t\r");
        expect_line(le, "display");
        type(&t, "x;;di\tp\t\r");
        expect_line(le, "x;;display");
        assert_int_equal(at.begin, 3);
        type(&t, "t.a$b:/c-\t\r");
        expect_line(le, "t.a$b:/c-");
        assert_int_equal(at.begin, 0);
        type(&t, "(x\t\r"); /* the candidates share half a character more */
        expect_line(le, "(x");
        type(&t, "none\t\r");
        expect_line(le, "none");
    }
    done(le, &t);
}

static void another_key_may_complete(void **state) /* CMD-002, CMD-021, PDB-062 */
{
    (void)state;
    static const struct {
        const char *keys, *typed, *line;
    } cases[] = {
        {"\017", "disp\017\r", "display"},   {"\017", "disp\t\r", "disp\t"},
        {"\033/", "disp\033/\r", "display"}, {"", "disp\t\r", "disp\t"},
        {NULL, "disp\t\r", "display"}, /* what the others did is undone */
        {"\t", "disp\t\r", "display"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct terminal t;
        struct line_at at = {0};
        struct lineedit *le = edit(
            &t, (struct lineedit_config){.complete = complete, .user = &at, .keys = cases[i].keys});
        if (has_editor) {
            type(&t, cases[i].typed);
            expect_line(le, cases[i].line);
        }
        done(le, &t);
    }
}

static void keys_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *keys;
    } cases[] = {
        {"tab", "\t"},         {"TAB", "\t"},      {"c-o", "\017"},
        {"Control-O", "\017"}, {"ctrl-o", "\017"}, {"\\C-o", "\017"},
        {"^I", "\t"},          {"m-/", "\033/"},   {"Meta-x", "\033x"},
        {"alt-tab", "\033\t"}, {"space", " "},     {"del", "\177"},
        {"m-c-o", "\033\017"}, {"$", "$"},         {"^", "^"},
        {"c-_", "\037"},
    };
    static const char *const wrong[] = {"",    "nokey", "c-",       "c-m", "c-J",
                                        "c-1", "\x01",  "\xC3\xA4", "m-",  "ab"};
    char keys[LINEEDIT_KEYS];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(lineedit_key(cases[i].name, keys));
        assert_string_equal(keys, cases[i].keys);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(lineedit_key(wrong[i], keys));
}

static void a_terminal_may_be_read_plainly(void **state) /* PDB-063 */
{
    (void)state;
    struct terminal t;
    struct line_at at = {0};
    struct lineedit *le =
        edit(&t, (struct lineedit_config){.complete = complete, .user = &at, .plain = true});
    assert_false(lineedit_is_interactive(le));
    type(&t, "disp\t\n");
    expect_line(le, "disp\t");
    done(le, &t);
}

static void ctrl_c_drops_the_line(void **state) /* PDB-112 */
{
    (void)state;
    struct terminal t;
    struct sigaction ours = {.sa_handler = count_signal}, old;
    sigaction(SIGINT, &ours, &old);
    struct lineedit *le = edit(&t, (struct lineedit_config){.complete = complete});
    if (has_editor) {
        sigint_count = 0;
        type(&t, "some int\t");
        expect_status(le, LINE_INTERRUPT);
        assert_int_equal(sigint_count, 0);
        raise(SIGINT); /* between reads it is the program's again */
        assert_int_equal(sigint_count, 1);
        type(&t, "next\r");
        expect_line(le, "next");
    }
    done(le, &t);
    sigaction(SIGINT, &old, NULL);
}

static void other_signals_reach_the_program(void **state)
{
    (void)state;
    struct terminal t;
    struct sigaction ours = {.sa_handler = count_signal}, old;
    sigaction(SIGTERM, &ours, &old);
    struct lineedit *le = edit(&t, (struct lineedit_config){.complete = complete});
    if (has_editor) {
        sigterm_count = 0;
        type(&t, "term\t size\t goes on\r");
        expect_line(le, "term size goes on");
        assert_int_equal(sigterm_count, 1);
    }
    done(le, &t);
    sigaction(SIGTERM, &old, NULL);
}

static void restore_in_the_middle(void *user, const struct line_at *at, struct words *out)
{
    struct terminal *t = user;
    struct termios now;
    (void)at, (void)out;
    memset(&now, 0, sizeof now);
    lineedit_restore();
    tcgetattr(fileno(t->in), &now);
    assert_memory_equal(&now, &t->modes, sizeof now);
}

static void the_terminal_can_be_restored_at_any_time(void **state)
{
    (void)state;
    struct terminal t;
    lineedit_restore(); /* nothing going on: nothing done */
    struct lineedit *le =
        edit(&t, (struct lineedit_config){.complete = restore_in_the_middle, .user = &t});
    if (has_editor) {
        type(&t, "\t\r");
        expect_line(le, "");
    }
    done(le, &t);
}

static void further_lines_are_indented(void **state) /* PDB-138 */
{
    (void)state;
    struct terminal t;
    struct lineedit *le = edit(&t, (struct lineedit_config){.complete = complete});
    if (has_editor) {
        lineedit_set_indent(le, "    ");
        type(&t, "x\r");
        expect_line(le, "    x");
        lineedit_set_indent(le, "");
        type(&t, "  \ty\t\r");
        expect_line(le, "    y");
        type(&t, "z\r");
        expect_line(le, "z");
    }
    done(le, &t);
}

static void pasted_lines_are_lines(void **state)
{
    (void)state;
    struct terminal t;
    setenv("TERM", "xterm", 1);
    struct lineedit *le = edit(&t, (struct lineedit_config){0});
    if (has_editor) {
        type(&t, "\033[200~a\rb\r\rc\033[201~d\re\r");
        static const char *const lines[] = {"a", "b", "", "cd", "e"};
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
            expect_line(le, lines[i]);
    }
    done(le, &t);
    setenv("TERM", "dumb", 1);
}

/* ---- history ---- */

static char folder[] = "/tmp/xdb-lineedit-XXXXXX";

static void expect_file(const char *path, const char *wanted)
{
    char text[256];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    assert_string_equal(text, wanted);
}

static void history_lasts_across_sessions(void **state)
{
    (void)state;
    char path[128];
    struct terminal t;
    snprintf(path, sizeof path, "%s/a/b/history", folder);
    struct lineedit_config config = {.history = path, .history_max = 3};
    struct lineedit *le = edit(&t, config);
    if (!has_editor) {
        done(le, &t);
        return;
    }
    type(&t, "one\rtwo\rtwo\r\r");
    expect_line(le, "one");
    expect_line(le, "two");
    expect_line(le, "two");
    expect_line(le, "");
    done(le, &t);
    expect_file(path, "one\ntwo\n");
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);

    le = edit(&t, config);
    struct terminal other;
    struct lineedit *second = edit(&other, config);
    type(&t, "\x10\x10\r"); /* twice Ctrl-P: the line before the last */
    expect_line(le, "one");
    type(&other, "\x10\rfour\r");
    expect_line(second, "two");
    expect_line(second, "four");
    done(second, &other);
    done(le, &t);
    expect_file(path, "two\nfour\none\n"); /* both sessions', the newest three */
    unlink(path);
}

static void a_history_that_cannot_be_written_is_none(void **state)
{
    (void)state;
    struct terminal t;
    struct lineedit *le = edit(&t, (struct lineedit_config){.history = "/dev/null/x/history"});
    if (has_editor) {
        type(&t, "one\r\x10\r");
        expect_line(le, "one");
        expect_line(le, "one");
    }
    done(le, &t);
    le = edit(&t, (struct lineedit_config){.history = folder});
    if (has_editor) {
        type(&t, "one\r");
        expect_line(le, "one");
    }
    done(le, &t);
}

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

static void history_path(struct variable *vars, const char *wanted)
{
    struct term_env env = {look_up, vars};
    struct buffer path;
    buffer_init(&path);
    assert_int_equal(lineedit_history_path(&env, &path), *wanted != '\0');
    assert_string_equal(path.data, wanted);
    buffer_release(&path);
}

static void history_is_in_the_state_folder(void **state)
{
    (void)state;
    history_path((struct variable[]){{"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}, {0}},
                 "/s/xdb/history");
    history_path((struct variable[]){{"XDG_STATE_HOME", "s"}, {"HOME", "/h"}, {0}},
                 "/h/.local/state/xdb/history");
    history_path((struct variable[]){{"XDG_STATE_HOME", ""}, {"HOME", "/h"}, {0}},
                 "/h/.local/state/xdb/history");
    history_path((struct variable[]){{0}}, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_as_they_come),
        cmocka_unit_test(lines_may_be_long_and_hold_zeros),
        cmocka_unit_test(the_program_finds_what_follows),
        cmocka_unit_test(a_terminal_edits_lines),
        cmocka_unit_test(another_terminal_may_be_given),
        cmocka_unit_test(tab_completes),
        cmocka_unit_test(another_key_may_complete),
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(a_terminal_may_be_read_plainly),
        cmocka_unit_test(ctrl_c_drops_the_line),
        cmocka_unit_test(other_signals_reach_the_program),
        cmocka_unit_test(the_terminal_can_be_restored_at_any_time),
        cmocka_unit_test(further_lines_are_indented),
        cmocka_unit_test(pasted_lines_are_lines),
        cmocka_unit_test(history_lasts_across_sessions),
        cmocka_unit_test(a_history_that_cannot_be_written_is_none),
        cmocka_unit_test(history_is_in_the_state_folder),
    };
    setenv("INPUTRC", "/dev/null", 1);
    setenv("TERM", "dumb", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    if (!mkdtemp(folder))
        return 1;
    return cmocka_run_group_tests_name("lineedit", tests, NULL, NULL);
}
