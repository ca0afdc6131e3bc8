/* What of a text is to be covered, which files are meant, and how the settings say so. */
#include "core/buffer.h"
#include "core/file.h"
#include "trace/coverage.h"
#include "trace/pragma.h"
#include "trace/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct xdb_error err;

/* ---- globs ---- */

static bool match(const char *pattern, const char *path)
{
    struct globs g = {0};
    assert_int_equal(globs_add(&g, pattern, "/nowhere/p"), 0);
    bool yes = globs_match(&g, path);
    globs_release(&g);
    return yes;
}

static void globs_match_files_and_folders(void **state)
{
    (void)state;
    assert_true(match("src", "/nowhere/p/src/a.lua"));
    assert_true(match("./src/", "/nowhere/p/src/deep/a.lua"));
    assert_true(match("src/*.lua", "/nowhere/p/src/a.lua"));
    assert_false(match("src/*.lua", "/nowhere/p/src/deep/a.lua"));
    assert_true(match("src/**/*.lua", "/nowhere/p/src/deep/er/a.lua"));
    assert_true(match("src/**/*.lua", "/nowhere/p/src/a.lua"));
    assert_true(match("**/a.lua", "/nowhere/p/src/a.lua"));
    assert_false(match("**/a.lua", "/nowhere/p/src/xa.lua"));
    assert_true(match("**/*_spec.lua", "/nowhere/p/spec/a_spec.lua"));
    assert_false(match("src", "/nowhere/p/srcs/a.lua"));
    assert_false(match("src", "/elsewhere/src/a.lua"));
    assert_true(match("../q/a.lua", "/nowhere/q/a.lua"));
    assert_true(match("/usr/*/lua", "/usr/share/lua/a.lua"));
    assert_true(match("?.lua", "/nowhere/p/x.lua"));
    assert_false(match("?.lua", "/nowhere/p/xy.lua"));
    assert_true(match("[a-c][!x].lua", "/nowhere/p/by.lua"));
    assert_false(match("[a-c][!x].lua", "/nowhere/p/bx.lua"));
    assert_true(match("a[].lua", "/nowhere/p/a[].lua"));
    assert_true(match("/", "/any/thing.lua"));
    assert_true(match("*", "/nowhere/p/a/b/c.lua"));
    assert_true(match("**", "/nowhere/p/a/b/c.lua"));
}

/* A pattern that a matcher with too much patience would never finish. */
static void globs_do_not_take_for_ever(void **state)
{
    char pattern[82] = "", path[400] = "/nowhere/p/";
    (void)state;
    for (size_t i = 0; i < 80; i++)
        pattern[i] = "*a"[i % 2];
    pattern[80] = 'b';
    memset(path + 11, 'a', 300);
    assert_false(match(pattern, path));
}

/* ---- pragmas ---- */

/* The lines that are excluded ('-'), or whose branches are ('b'); '.' for the rest. */
static char *excluded(const char *text, pragma_test *test)
{
    static char out[64];
    unsigned char flags[64] = {0};
    int n = 1;
    for (const char *s = text; *s; s++)
        n += *s == '\n';
    assert_true(n < 64);
    assert_int_equal(pragma_read(text, strlen(text), n, test, NULL, flags), 0);
    for (int line = 1; line <= n; line++)
        out[line - 1] = flags[line] & PRAGMA_NO_COVER    ? '-'
                        : flags[line] & PRAGMA_NO_BRANCH ? 'b'
                                                         : '.';
    out[n] = '\0';
    return out;
}

static void a_pragma_excludes_a_line_or_a_block(void **state)
{
    (void)state;
    assert_string_equal(excluded("a()\nb() -- pragma: no cover\nc()", NULL), ".-.");
    assert_string_equal(excluded("function f() -- pragma: no cover\n a()\nend\nb()", NULL), "---.");
    assert_string_equal(excluded("M.f = function(a,\n b) --pragma:no cover\n a()\nend\nb()", NULL),
                        "----.");
    assert_string_equal(excluded("if a then -- pragma: no cover\n b()\nelse\n c()\nend", NULL),
                        "--...");
    assert_string_equal(excluded("if a then\n b()\nelse -- pragma: no cover\n c()\nend", NULL),
                        "..---");
    assert_string_equal(
        excluded("if a then\n b()\nelseif c then -- pragma: no cover\n d()\nelse\n e()\nend", NULL),
        "..--...");
    assert_string_equal(
        excluded("for i = 1, 2 do -- pragma: no cover\n while a do\n b()\n end\nend\nc()", NULL),
        "-----.");
    assert_string_equal(excluded("repeat -- Pragma: No Cover\n a()\nuntil b\nc()", NULL), "---.");
    assert_string_equal(excluded("f { -- pragma: no cover\n a,\n b }\nc()", NULL), "---.");
    assert_string_equal(
        excluded("while f(function()\n a() end) do -- pragma: no cover\n b()\nend\nc()", NULL),
        "----.");
    assert_string_equal(excluded("a() --[[ pragma: no cover ]] b()\nc()", NULL), "-.");
}

static void a_comment_alone_marks_what_follows(void **state)
{
    (void)state;
    assert_string_equal(excluded("a()\n-- pragma: no cover\n\nfunction f()\n b()\nend\nc()", NULL),
                        "...---.");
    assert_string_equal(excluded("a() b =\n [[\n]] -- pragma: no cover\nc()", NULL), "..-.");
}

static void no_branch_marks_branches_alone(void **state)
{
    (void)state;
    assert_string_equal(excluded("while a do -- pragma: no branch\n b()\nend", NULL), "b..");
}

static void other_texts_are_no_pragmas(void **state)
{
    (void)state;
    assert_string_equal(excluded("a('-- pragma: no cover')\nb()", NULL), "..");
    assert_string_equal(
        excluded("a() -- pragma no cover\nb() -- pragma: cover\nc() -- no cover", NULL), "...");
    assert_string_equal(excluded("a() -- pragma: nocover", NULL), ".");
    assert_string_equal(excluded("end end ) ] } until -- pragma: no cover\nb()", NULL), "-.");
}

static bool mentions_error(void *user, const char *line, size_t len)
{
    (void)user;
    return memmem(line, len, "error(", 6) != NULL;
}

static void patterns_exclude_as_pragmas_do(void **state)
{
    (void)state;
    assert_string_equal(excluded("a()\r\nif b then error('x')\r\n c() end\r\nd()", mentions_error),
                        ".--.");
}

/* ---- patterns ---- */

static void lua_patterns_are_tried_on_lines(void **state)
{
    struct matcher *m = matcher_new();
    (void)state;
    assert_non_null(m);
    assert_false(matcher_test(m, "x", 1));
    assert_int_equal(matcher_add(m, "^%s*error%(", &err), 0);
    assert_int_equal(matcher_add(m, "TODO%d", &err), 0);
    assert_int_equal(matcher_count(m), 2);
    assert_true(matcher_test(m, "  error('x')", 12));
    assert_true(matcher_test(m, "-- TODO1\0", 9));
    assert_false(matcher_test(m, "x error('x')", 12));
    assert_int_equal(matcher_add(m, "%", &err), XDB_EINVAL);
    assert_string_equal(err.text, "pattern '%': malformed pattern (ends with '%')");
    assert_string_equal(matcher_complaint(m), "");
    assert_int_equal(matcher_add(m, "x[", &err), 0); /* Lua notices when it comes to that */
    assert_false(matcher_test(m, "x", 1));
    assert_string_equal(matcher_complaint(m), "exclude: malformed pattern (missing ']')");
    matcher_free(m);
}

/* ---- settings ---- */

static void settings_come_from_a_text(void **state)
{
    struct settings s;
    struct buffer all;
    (void)state;
    assert_int_equal(settings_init(&s, &err), 0);
    assert_int_equal(settings_read_text(&s,
                                        "# comment\n\n source = src \nsource=lib/*.lua\n"
                                        "exclude = a = b\nbranch = yes\r\nfail-under = 92.5\n"
                                        "map = /ci/*/w = x\ndata-file = /d/f",
                                        "rc", &err),
                     0);
    assert_int_equal(s.source.n, 2);
    assert_true(s.branch && !s.parallel);
    assert_true(s.fail_under > 92.4 && s.fail_under < 92.6);
    assert_string_equal(s.data_file, "/d/f");
    assert_true(matcher_test(s.exclude, "if a = b", 8));
    assert_int_equal(settings_flags(&s), RESULTS_BRANCHES);
    buffer_init(&all);
    settings_text(&s, &all);
    struct settings again;
    assert_int_equal(settings_init(&again, &err), 0);
    assert_int_equal(settings_read_text(&again, all.data, "rc", &err), 0);
    struct buffer twice;
    buffer_init(&twice);
    settings_text(&again, &twice);
    assert_string_equal(all.data, twice.data);
    buffer_release(&all);
    buffer_release(&twice);
    settings_release(&s);
    settings_release(&again);
}

static void wrong_settings_are_said_with_their_line(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"branch = yes\nsauce = x", "rc:2: there is no key 'sauce'"},
        {"branch = maybe", "rc:1: branch: must be yes or no: 'maybe'"},
        {"fail-under = 101", "rc:1: fail-under: must be a number from 0 to 100: '101'"},
        {"fail-under = nan", "rc:1: fail-under: must be a number from 0 to 100: 'nan'"},
        {"just words", "rc:1: no 'key = value': 'just words'"},
        {"source =", "rc:1: source: must not be empty"},
        {"map = x", "rc:1: map: must be FROM=TO: 'x'"},
        {"exclude = %", "rc:1: exclude: pattern '%': malformed pattern (ends with '%')"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct settings s;
        assert_int_equal(settings_init(&s, &err), 0);
        assert_int_equal(settings_read_text(&s, bad[i].text, "rc", &err), XDB_EFORMAT);
        assert_string_equal(err.text, bad[i].says);
        settings_release(&s);
    }
}

static void files_from_elsewhere_get_names_of_here(void **state)
{
    struct settings s;
    struct results *r = results_new(), *mapped;
    struct results_file *f;
    size_t n;
    (void)state;
    assert_int_equal(settings_init(&s, &err), 0);
    assert_int_equal(settings_remap(&s, r, &mapped, &err), 0);
    assert_null(mapped);
    assert_int_equal(settings_set(&s, "map", "/ci/*/code=/here", NULL, &err), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            results_file(r, i ? "/ci/job2/code/a.lua" : "/ci/job1/code/a.lua", 19, 5, &f), 0);
        assert_int_equal(results_add_line(f, 1, 1), 0);
    }
    assert_int_equal(results_file(r, "/other/b.lua", 12, 5, &f), 0);
    assert_int_equal(settings_remap(&s, r, &mapped, &err), 0);
    struct results_file *const *files = results_files(mapped, &n);
    assert_int_equal(n, 2);
    assert_string_equal(files[0]->name, "/here/a.lua");
    assert_int_equal(results_line(files[0], 1), 2);
    assert_string_equal(files[1]->name, "/other/b.lua");
    results_free(r);
    results_free(mapped);
    settings_release(&s);
}

/* ---- figures ---- */

static void percents_are_never_rounded_to_all_or_nothing(void **state)
{
    char text[16];
    (void)state;
    assert_string_equal(coverage_part_text(0, 0, text), "100.0");
    assert_string_equal(coverage_part_text(3, 3, text), "100.0");
    assert_string_equal(coverage_part_text(99999, 100000, text), "99.9");
    assert_string_equal(coverage_part_text(1, 100000, text), "0.1");
    assert_string_equal(coverage_part_text(0, 5, text), "0.0");
    assert_string_equal(coverage_part_text(2, 3, text), "66.7");
}

static void missing(const struct coverage_file *f, const char *expected)
{
    struct buffer b;
    buffer_init(&b);
    coverage_add_missing(f, &b);
    assert_string_equal(b.data, expected);
    buffer_release(&b);
}

static void what_is_missing_is_told_in_ranges_and_arcs(void **state)
{
    int64_t lines[] = {-1, 1, 0, -1, 0, 5, -2, 0, 3, 1};
    const struct results_branch b[] = {
        {.line = 5, .column = 3, .kind = BRANCH_IF, .target = {6, 8}, .count = {5, 0}},
        {.line = 7, .column = 3, .kind = BRANCH_IF, .target = {8, 9}},
        {.line = 8, .column = 3, .kind = BRANCH_WHILE, .target = {9, 0}, .count = {3, 0}},
        {.line = 9, .column = 1, .kind = BRANCH_IF, .target = {9, 9}},
        {.line = 9, .column = 9, .kind = BRANCH_OR, .target = {9, 9}, .count = {0, 1}},
    };
    const struct results_branch *all[] = {&b[0], &b[1], &b[2], &b[3], &b[4]};
    struct coverage_file f = {.nlines = 9, .lines = lines, .branches = all, .nbranches = 5};
    (void)state;
    missing(&f, "2-4, 5->8, 7, 8->end, 9:9->right");
    assert_true(coverage_is_partial(&f, 5) && !coverage_is_partial(&f, 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs_match_files_and_folders),
        cmocka_unit_test(globs_do_not_take_for_ever),
        cmocka_unit_test(a_pragma_excludes_a_line_or_a_block),
        cmocka_unit_test(a_comment_alone_marks_what_follows),
        cmocka_unit_test(no_branch_marks_branches_alone),
        cmocka_unit_test(other_texts_are_no_pragmas),
        cmocka_unit_test(patterns_exclude_as_pragmas_do),
        cmocka_unit_test(lua_patterns_are_tried_on_lines),
        cmocka_unit_test(settings_come_from_a_text),
        cmocka_unit_test(wrong_settings_are_said_with_their_line),
        cmocka_unit_test(files_from_elsewhere_get_names_of_here),
        cmocka_unit_test(percents_are_never_rounded_to_all_or_nothing),
        cmocka_unit_test(what_is_missing_is_told_in_ranges_and_arcs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
