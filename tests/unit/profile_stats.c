/* Statistics as data: files good and hostile, merging, order, printing, and want of memory. */
#include "profiler/export.h"
#include "profiler/stats.h"
#include "tests/unit/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char head[] = "{\"format\": \"xdb-profile\", \"version\": 1, ";

/* [functions, edges, contexts] as rows. */
static struct xdb_stats *parse(const char *functions, const char *edges, const char *contexts)
{
    struct xdb_stats *s = xdb_stats_new();
    struct xdb_error err;
    char text[2048];
    int n =
        snprintf(text, sizeof text, "%s\"functions\": [%s], \"edges\": [%s], \"contexts\": [%s]}",
                 head, functions, edges, contexts);
    if (stats_parse(s, text, (size_t)n, "x.prof", &err) < 0)
        fail_msg("%s", err.text);
    return s;
}

static const char three[] =
    "[\"/a/x.lua\",1,\"f\",1,4,0.5,2.5],[\"/b/x.lua\",1,\"f\",2,2,0.25,0.25],"
    "[\"~\",0,\"<print>\",1,1,0,0]";
static const char edges[] = "[0,1,2,2,0.25,0.25],[0,0,1,3,0.1,0.2]";
static const char contexts[] = "[-1,0,1,0.25],[0,0,3,0.25],[1,1,2,0.25]";

static struct xdb_stats *sample(void)
{
    return parse(three, edges, contexts);
}

static void add(void *user, const char *text, size_t n)
{
    buffer_add(user, text, n);
}

static void expect_print(struct xdb_stats *s, enum xdb_stats_table table, const char *expected)
{
    struct buffer out;
    buffer_init(&out);
    assert_int_equal(xdb_stats_print(s, table, NULL, 0, add, &out, NULL), 0);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
}

static void sort(struct xdb_stats *s, const char *key)
{
    assert_int_equal(xdb_stats_sort(s, &key, 1, NULL), 0);
}

/* ---- files ------------------------------------------------------------------------------------ */

static void what_is_written_reads_back_the_same(void **state)
{
    struct buffer first, second;
    (void)state;
    struct xdb_stats *s = sample(), *again = xdb_stats_new();
    uint32_t odd = stats_function(s, "a \"quoted\"\n\x01\\", 2147483647, "caf\xC3\xA9");
    s->functions[odd].tt = 0.1 + 0.2;
    buffer_init(&first);
    buffer_init(&second);
    stats_write_json(s, &first);
    assert_int_equal(stats_parse(again, first.data, first.len, "x", NULL), 0);
    stats_unsort(again);
    stats_write_json(again, &second);
    assert_string_equal(first.data, second.data);
    assert_true(again->functions[odd].tt == 0.1 + 0.2);
    assert_int_equal(again->ncontexts, 3);
    buffer_release(&first);
    buffer_release(&second);
    xdb_stats_free(s);
    xdb_stats_free(again);
}

static void names_that_are_no_utf8_are_written_all_the_same(void **state)
{
    struct buffer out;
    (void)state;
    struct xdb_stats *s = xdb_stats_new(), *again = xdb_stats_new();
    stats_function(s, "\xFF\xC0\x80\xED\xA0\x80", 1, "\xF4\x90\x80\x80 ok");
    buffer_init(&out);
    stats_write_json(s, &out);
    assert_int_equal(stats_parse(again, out.data, out.len, "x", NULL), 0);
    assert_string_equal(again->functions[0].name,
                        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD ok");
    buffer_release(&out);
    xdb_stats_free(s);
    xdb_stats_free(again);
}

static void a_bad_file_changes_nothing_and_is_named(void **state)
{
    static const char *const bad[] = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "not json",
        "\"functions\": []",
        "{\"format\": \"xdb-profile\", \"version\": 2, \"functions\": []}",
        "{\"format\": \"xdb-trace\", \"version\": 1}",
        "{\"format\": \"xdb-profile\", \"version\": 1}",
        "{\"format\": \"xdb-profile\", \"version\": 1, \"version\": 1}",
    };
    static const char *const rows[] = {
        "{}",
        "1",
        "[[]]",
        "[[\"a\",1,\"f\",1,1,0]]",
        "[[\"a\",1,\"f\",1,1,0,0,0]]",
        "[[\"a\",-1,\"f\",1,1,0,0]]",
        "[[\"a\",1.5,\"f\",1,1,0,0]]",
        "[[\"a\",1,\"f\",-1,1,0,0]]",
        "[[\"a\",1,\"f\",1,99999999999999999999,0,0]]",
        "[[\"a\",1,\"f\",1,1,1e999,0]]",
        "[[\"a\",1,\"f\",1,1,\"0\",0]]",
        "[[\"a\\u0000b\",1,\"f\",1,1,0,0]]",
        "[[\"a\",99999999999,\"f\",1,1,0,0]]",
        "[[\"a\",1,\"f\",1,1,0,0],[\"a\",1,\"f\",1,1,0,0]]",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [[0,1,1,1,0,0]], \"contexts\": []",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [[0,0,1,1,0,0],[0,0,1,1,0,0]], \"contexts\": []",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [], \"contexts\": [[0,0,1,0]]",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [], \"contexts\": [[-1,0,1,0],[-1,0,1,0]]",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [], \"contexts\": [[-1,0,1,0]], \"lines\": "
        "[[1,1,0,0,0,0]]",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [], \"contexts\": [[-1,0,1,0]], \"lines\": "
        "[[0,0,0,0,0,0]]",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [], \"contexts\": [[-1,0,1,0]], \"lines\": "
        "[[0,1,0,0,0]]",
        "[[\"a\",1,\"f\",1,1,0,0]], \"edges\": [], \"contexts\": [[-1,0,1,0]], \"lines\": {}",
    };
    (void)state;
    struct xdb_stats *s = sample();
    struct xdb_error err;
    char text[512];
    for (size_t i = 0; i < sizeof bad / sizeof *bad + sizeof rows / sizeof *rows; i++) {
        size_t n = sizeof bad / sizeof *bad;
        if (i < n)
            snprintf(text, sizeof text, "%s", bad[i]);
        else
            snprintf(text, sizeof text, "%s\"functions\": %s}", head, rows[i - n]);
        if (stats_parse(s, text, strlen(text), "x.prof", &err) >= 0)
            fail_msg("was taken: %s", text);
        assert_non_null(strstr(err.text, "x.prof"));
        assert_null(strchr(err.text, '\n'));
        assert_int_equal(s->nfunctions, 3);
    }
    xdb_stats_free(s);
}

/* Adds a line's row: so many seconds of its own, as many samples. */
static void add_line(struct xdb_stats *s, uint32_t context, int line, int own)
{
    struct stats_line l = {context, line, own, own + 1, own, own + 1};
    assert_int_equal(stats_add_line(s, &l), 0);
}

static void lines_are_written_and_read_and_each_is_there_once(void **state)
{
    struct buffer text;
    (void)state;
    struct xdb_stats *s = sample(), *again = xdb_stats_new();
    add_line(s, 1, 7, 2);
    add_line(s, 0, 9, 1);
    add_line(s, 1, 7, 3);
    buffer_init(&text);
    stats_write_json(s, &text);
    assert_int_equal(stats_parse(again, text.data, text.len, "x", NULL), 0);
    assert_int_equal(again->nlines, 2);
    assert_int_equal(again->lines[0].line, 9);
    assert_int_equal(again->lines[1].context, 1);
    assert_int_equal(again->lines[1].direct, 5);
    assert_int_equal(again->lines[1].samples, 7);
    assert_true(again->lines[1].own == 5 && again->lines[1].total == 7);
    assert_int_equal(xdb_stats_strip_dirs(again, NULL), 0);
    assert_int_equal(xdb_stats_add(again, again, NULL), 0);
    assert_int_equal(again->nlines, 2);
    assert_int_equal(again->lines[1].direct, 10);
    buffer_release(&text);
    xdb_stats_free(s);
    xdb_stats_free(again);
}

static void deep_nesting_is_refused(void **state)
{
    enum { DEEP = 100000 };
    (void)state;
    struct xdb_stats *s = xdb_stats_new();
    struct xdb_error err;
    struct buffer text;
    buffer_init(&text);
    buffer_adds(&text, head);
    buffer_adds(&text, "\"functions\": ");
    for (int i = 0; i < DEEP; i++)
        buffer_addc(&text, '[');
    assert_true(stats_parse(s, text.data, text.len, "x.prof", &err) < 0);
    buffer_release(&text);
    xdb_stats_free(s);
}

static void every_cut_of_a_file_is_refused(void **state)
{
    struct buffer text;
    (void)state;
    struct xdb_stats *s = sample(), *other = xdb_stats_new();
    buffer_init(&text);
    stats_write_json(s, &text);
    for (size_t n = 0; n + 2 < text.len; n++)
        assert_true(stats_parse(other, text.data, n, "x", NULL) < 0);
    assert_int_equal(other->nfunctions, 0);
    buffer_release(&text);
    xdb_stats_free(s);
    xdb_stats_free(other);
}

/* ---- merging ---------------------------------------------------------------------------------- */

static void adding_sums_all(void **state)
{
    (void)state;
    struct xdb_stats *s = sample(), *other = sample();
    assert_int_equal(xdb_stats_add(s, other, NULL), 0);
    assert_int_equal(xdb_stats_add(s, s, NULL), 0);
    other->sampled = true;
    assert_int_equal(xdb_stats_add(s, other, NULL), XDB_EINVAL);
    long long calls, primitive;
    assert_true(xdb_stats_total(s, &calls, &primitive) == 4 * 0.75);
    assert_int_equal(calls, 4 * 7);
    assert_int_equal(primitive, 4 * 4);
    assert_int_equal(s->nedges, 2);
    assert_int_equal(s->edges[1].nc, 4 * 3);
    assert_int_equal(s->ncontexts, 3);
    assert_int_equal(s->contexts[1].calls, 4 * 3);
    xdb_stats_free(s);
    xdb_stats_free(other);
}

static void stripping_merges_what_becomes_the_same(void **state)
{
    (void)state;
    struct xdb_stats *s = sample();
    sort(s, "calls");
    assert_int_equal(xdb_stats_strip_dirs(s, NULL), 0);
    assert_int_equal(s->nfunctions, 2);
    assert_null(s->order);
    assert_string_equal(s->functions[0].file, "x.lua");
    assert_int_equal(s->functions[0].nc, 6);
    assert_int_equal(s->nedges, 1);
    assert_int_equal(s->edges[0].nc, 5);
    assert_int_equal(s->contexts[2].parent, 1);
    xdb_stats_free(s);
}

static void counts_do_not_overflow(void **state)
{
    (void)state;
    struct xdb_stats *s =
        parse("[\"a\",1,\"f\",9223372036854775807,9223372036854775807,1e308,1e308]", "", "");
    assert_int_equal(xdb_stats_add(s, s, NULL), 0);
    assert_true(s->functions[0].nc == INT64_MAX);
    xdb_stats_free(s);
}

/* ---- order and printing ----------------------------------------------------------------------- */

static void ties_are_broken_by_the_standard_name(void **state)
{
    (void)state;
    struct xdb_stats *s = parse("[\"b\",1,\"f\",1,1,0,0],[\"a\",9,\"f\",1,1,0,0],"
                                "[\"a\",10,\"f\",1,1,0,0],[\"~\",0,\"<f>\",1,1,0,0]",
                                "", "");
    static const char *const expected[] = {"a:10(f)", "a:9(f)", "b:1(f)", "{f}"};
    sort(s, "calls");
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(s->functions[stats_at(s, i)].std, expected[i]);
    xdb_stats_reverse(s);
    assert_string_equal(s->functions[stats_at(s, 0)].std, "{f}");
    sort(s, "line");
    assert_string_equal(s->functions[stats_at(s, 3)].std, "a:10(f)");
    xdb_stats_free(s);
}

static void tables_are_exact(void **state)
{
    (void)state;
    struct xdb_stats *s = sample();
    sort(s, "time");
    expect_print(s, XDB_STATS_FUNCTIONS,
                 "         7 function calls (4 primitive calls) in 0.750 seconds\n"
                 "\n"
                 "   Ordered by: internal time\n"
                 "\n"
                 "   ncalls  tottime  percall  cumtime  percall filename:lineno(function)\n"
                 "      4/1    0.500    0.125    2.500    2.500 /a/x.lua:1(f)\n"
                 "        2    0.250    0.125    0.250    0.125 /b/x.lua:1(f)\n"
                 "        1    0.000    0.000    0.000    0.000 {print}\n"
                 "\n"
                 "\n");
    expect_print(s, XDB_STATS_CALLERS,
                 "   Ordered by: internal time\n"
                 "\n"
                 "Function       was called by...\n"
                 "                   ncalls  tottime  cumtime\n"
                 "/a/x.lua:1(f)  <-     3/1    0.100    0.200  /a/x.lua:1(f)\n"
                 "/b/x.lua:1(f)  <-       2    0.250    0.250  /a/x.lua:1(f)\n"
                 "{print}        <- \n"
                 "\n"
                 "\n");
    expect_print(s, XDB_STATS_CALLEES,
                 "   Ordered by: internal time\n"
                 "\n"
                 "Function       called...\n"
                 "                   ncalls  tottime  cumtime\n"
                 "/a/x.lua:1(f)  ->     3/1    0.100    0.200  /a/x.lua:1(f)\n"
                 "                        2    0.250    0.250  /b/x.lua:1(f)\n"
                 "/b/x.lua:1(f)  -> \n"
                 "{print}        -> \n"
                 "\n"
                 "\n");
    xdb_stats_free(s);
}

static void cells_without_a_divisor_are_blank_and_wide_ones_push(void **state)
{
    (void)state;
    struct xdb_stats *s =
        parse("[\"a\",1,\"f\",0,0,-0.25,0],[\"a\",2,\"g\",1000000,12345678901,1,1]", "", "");
    expect_print(s, XDB_STATS_FUNCTIONS,
                 "         12345678901 function calls (1000000 primitive calls) in 0.750 seconds\n"
                 "\n"
                 "   Random listing order was used\n"
                 "\n"
                 "   ncalls  tottime  percall  cumtime  percall filename:lineno(function)\n"
                 "        0   -0.250             0.000          a:1(f)\n"
                 "12345678901/1000000    1.000    0.000    1.000    0.000 a:2(g)\n"
                 "\n"
                 "\n");
    xdb_stats_free(s);
}

static void nothing_prints_only_its_heading(void **state)
{
    (void)state;
    struct xdb_stats *s = xdb_stats_new();
    expect_print(s, XDB_STATS_FUNCTIONS, "         0 function calls in 0.000 seconds\n\n");
    expect_print(s, XDB_STATS_CALLERS, "");
    xdb_stats_free(s);
}

/* ---- want of memory --------------------------------------------------------------------------- */

static bool all_of_it(void)
{
    struct buffer out, text;
    buffer_init(&out);
    buffer_init(&text);
    struct xdb_stats *s = xdb_stats_new();
    uint32_t f = s ? stats_function(s, "/a/b", 1, "f") : STATS_NONE;
    uint32_t g = s ? stats_function(s, "/c/b", 1, "g") : STATS_NONE;
    const char *key = "nfl";
    bool good = f != STATS_NONE && g != STATS_NONE && stats_edge(s, f, g) != STATS_NONE &&
                stats_context(s, STATS_NONE, g) != STATS_NONE && xdb_stats_add(s, s, NULL) == 0 &&
                xdb_stats_sort(s, &key, 1, NULL) == 0 &&
                xdb_stats_print(s, XDB_STATS_CALLERS, NULL, 0, add, &out, NULL) == 0 &&
                xdb_stats_strip_dirs(s, NULL) == 0;
    if (good)
        stats_write_json(s, &text);
    good = good && !text.failed && !out.failed;
    xdb_stats_free(s);
    buffer_release(&out);
    buffer_release(&text);
    return good;
}

static void late_samples_are_told_and_added_up(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\": \"xdb-profile\", \"version\": 1, \"sampled\": true, \"missed\": 2, "
        "\"functions\": "
        "[[\"~\",0,\"<print>\",6,6,0.5,0.5]], \"edges\": [], \"contexts\": []}";
    struct xdb_stats *s = xdb_stats_new();
    for (int i = 0; i < 2; i++)
        assert_int_equal(stats_parse(s, text, sizeof text - 1, "x", NULL), 0);
    expect_print(s, XDB_STATS_FUNCTIONS,
                 "         12 samples in 1.000 seconds\n"
                 "         (4 more, 25.0 %, were due before one was taken; their time counts)\n\n"
                 "   Random listing order was used\n\n"
                 " nsamples  tottime  percall  cumtime  percall filename:lineno(function)\n"
                 "       12    1.000    0.083    1.000    0.083 {print}\n\n\n");
    xdb_stats_free(s);
}

static void want_of_memory_is_told_and_survived(void **state)
{
    (void)state;
    for (unsigned long n = 1;; n++) {
        failing_alloc_from(n);
        bool good = all_of_it();
        bool failed = failing_alloc_failed();
        failing_alloc_from(0);
        assert_true(good != failed);
        if (!failed)
            return;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(names_that_are_no_utf8_are_written_all_the_same),
        cmocka_unit_test(a_bad_file_changes_nothing_and_is_named),
        cmocka_unit_test(lines_are_written_and_read_and_each_is_there_once),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(every_cut_of_a_file_is_refused),
        cmocka_unit_test(adding_sums_all),
        cmocka_unit_test(stripping_merges_what_becomes_the_same),
        cmocka_unit_test(counts_do_not_overflow),
        cmocka_unit_test(ties_are_broken_by_the_standard_name),
        cmocka_unit_test(tables_are_exact),
        cmocka_unit_test(cells_without_a_divisor_are_blank_and_wide_ones_push),
        cmocka_unit_test(nothing_prints_only_its_heading),
        cmocka_unit_test(late_samples_are_told_and_added_up),
        cmocka_unit_test(want_of_memory_is_told_and_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
