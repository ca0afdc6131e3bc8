/* bdb/breakpoint: numbers, places, counts, texts, want of memory. */
#include "bdb/breakpoint.h"
#include "tests/unit/failing_alloc.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE1 "/demo/demo.lua"
#define FILE2 "/demo/other.lua"

/* ---- help ---- */

static int make(void **state)
{
    *state = breakpoints_new();
    return *state ? 0 : -1;
}

static int drop(void **state)
{
    breakpoints_free(*state);
    return 0;
}

static struct breakpoint *add(struct breakpoints *r, const char *file, int line)
{
    struct breakpoint *b = breakpoint_add(r, &(struct breakpoint_spec){.file = file, .line = line});
    assert_non_null(b);
    return b;
}

static struct breakpoint *add_pending(struct breakpoints *r, const char *function)
{
    struct breakpoint *b = breakpoint_add(r, &(struct breakpoint_spec){.function = function});
    assert_non_null(b);
    return b;
}

static void check_lines(const struct breakpoints *r, const char *file, int count,
                        const int *expected)
{
    const int *lines;
    assert_int_equal(breakpoint_lines(r, file, &lines), count);
    for (int i = 0; i < count; i++)
        assert_int_equal(lines[i], expected[i]);
}

static void check_text(void (*write)(const struct breakpoint *, struct buffer *),
                       const struct breakpoint *b, const char *expected)
{
    struct buffer out;
    buffer_init(&out);
    write(b, &out);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
}

/* The error for `text`, which no breakpoint has. */
static void check_no_number(const struct breakpoints *r, const char *text, const char *expected)
{
    struct xdb_error e = {""};
    assert_null(breakpoint_by_text(r, text, &e));
    assert_string_equal(e.text, expected);
    assert_null(breakpoint_by_text(r, text, NULL));
}

/* Everything that can be asked must agree with a plain walk over the numbers. */
static int check_line_walk(const struct breakpoints *r, const char *file, int line)
{
    int count = 0;
    int number = 0;
    for (struct breakpoint *b = breakpoint_at(r, file, line); b; b = b->next_here) {
        assert_ptr_equal(b, breakpoint_numbered(r, b->number));
        assert_true(b->number > number);
        assert_string_equal(b->file, file);
        assert_int_equal(b->line, line);
        number = b->number;
        count++;
    }
    assert_true(count > 0);
    return count;
}

static void check_consistent(const struct breakpoints *r)
{
    int listed = 0;
    const char *file;
    for (int i = 0; (file = breakpoint_file(r, i)); i++) {
        const int *lines;
        int count = breakpoint_lines(r, file, &lines);
        assert_true(count > 0);
        for (int j = 0; j < count; j++) {
            assert_true(j == 0 || lines[j] > lines[j - 1]);
            listed += check_line_walk(r, file, lines[j]);
        }
    }
    int living = 0;
    int pending = 0;
    for (int n = 1; n <= breakpoint_last(r); n++) {
        const struct breakpoint *b = breakpoint_numbered(r, n);
        if (b && b->file)
            living++;
        else if (b)
            pending++;
    }
    assert_int_equal(listed, living);
    assert_int_equal(breakpoint_pending(r), pending);
}

/* ---- records and numbers ---- */

/* BDB-002, 003 */
static void a_new_one_has_what_was_asked_and_the_defaults(void **state)
{
    const struct breakpoint *b = add(*state, FILE1, 11);
    assert_int_equal(b->number, 1);
    assert_string_equal(b->file, FILE1);
    assert_int_equal(b->line, 11);
    assert_false(b->temporary);
    assert_true(b->enabled);
    assert_null(b->condition);
    assert_null(b->function);
    assert_int_equal(b->ignore, 0);
    assert_int_equal(b->hits, 0);
    assert_null(b->next_here);

    char file[] = "f", condition[] = "v == 2", function[] = "M.f";
    b = breakpoint_add(*state, &(struct breakpoint_spec){file, 3, true, condition, function});
    assert_non_null(b);
    file[0] = condition[0] = function[0] = 'x';
    assert_string_equal(b->file, "f");
    assert_true(b->temporary);
    assert_string_equal(b->condition, "v == 2");
    assert_string_equal(b->function, "M.f");
}

/* BDB-004, 005 */
static void numbers_are_never_used_again(void **state)
{
    add(*state, FILE1, 11);
    struct breakpoint *second = add(*state, FILE1, 11);
    assert_int_equal(second->number, 2);
    breakpoint_delete(*state, second);
    assert_int_equal(breakpoint_last(*state), 2);
    assert_null(breakpoint_numbered(*state, 2));
    assert_int_equal(add(*state, FILE1, 11)->number, 3);
    assert_int_equal(breakpoint_clear_all(*state, NULL), XDB_OK);
    assert_int_equal(add(*state, FILE1, 11)->number, 4);
}

static void no_breakpoint_has_a_number_out_of_range(void **state)
{
    const struct breakpoint *b = add(*state, FILE1, 11);
    assert_ptr_equal(breakpoint_numbered(*state, 1), b);
    assert_null(breakpoint_numbered(*state, 0));
    assert_null(breakpoint_numbered(*state, -1));
    assert_null(breakpoint_numbered(*state, 2));
    assert_null(breakpoint_numbered(*state, INT_MAX));
    assert_null(breakpoint_numbered(*state, INT_MIN));
}

/* BDB-008 */
static void reset_forgets_all_and_counts_from_one(void **state)
{
    add(*state, FILE1, 11);
    add_pending(*state, "f");
    breakpoints_reset(*state);
    assert_int_equal(breakpoint_last(*state), 0);
    assert_null(breakpoint_numbered(*state, 1));
    assert_null(breakpoint_at(*state, FILE1, 11));
    assert_null(breakpoint_file(*state, 0));
    assert_int_equal(breakpoint_pending(*state), 0);
    assert_int_equal(add(*state, FILE1, 12)->number, 1);
    check_consistent(*state);
}

/* ---- places ---- */

/* BDB-006, 098 */
static void a_line_may_have_several_in_order_of_creation(void **state)
{
    const struct breakpoint *first = add(*state, FILE1, 11);
    const struct breakpoint *second = add(*state, FILE1, 11);
    add(*state, FILE2, 11);
    const struct breakpoint *third = add(*state, FILE1, 11);
    assert_ptr_equal(breakpoint_at(*state, FILE1, 11), first);
    assert_ptr_equal(first->next_here, second);
    assert_ptr_equal(second->next_here, third);
    assert_null(third->next_here);
    check_lines(*state, FILE1, 1, (int[]){11});
}

/* BDB-009 */
static void deleting_leaves_the_others_of_the_line(void **state)
{
    struct breakpoint *first = add(*state, FILE1, 11);
    struct breakpoint *second = add(*state, FILE1, 11);
    struct breakpoint *third = add(*state, FILE1, 11);
    breakpoint_delete(*state, NULL);
    breakpoint_delete(*state, second);
    assert_ptr_equal(first->next_here, third);
    breakpoint_delete(*state, first);
    assert_ptr_equal(breakpoint_at(*state, FILE1, 11), third);
    breakpoint_delete(*state, third);
    assert_null(breakpoint_at(*state, FILE1, 11));
    check_lines(*state, FILE1, 0, NULL);
    assert_null(breakpoint_file(*state, 0));
}

/* BDB-097 */
static void a_place_is_its_file_and_its_line(void **state)
{
    add(*state, FILE1, 12);
    add(*state, FILE1, 11);
    add(*state, FILE2, 5);
    assert_non_null(breakpoint_at(*state, FILE1, 11));
    assert_null(breakpoint_at(*state, FILE1, 5));
    assert_null(breakpoint_at(*state, FILE1, 0));
    assert_null(breakpoint_at(*state, FILE2, 11));
    assert_null(breakpoint_at(*state, "", 5));
    check_lines(*state, FILE1, 2, (int[]){11, 12});
    check_lines(*state, FILE2, 1, (int[]){5});
    check_lines(*state, "/demo/zz", 0, NULL);
}

static void files_come_in_order_of_first_use(void **state)
{
    add(*state, FILE2, 1);
    add(*state, "a", 1);
    add(*state, FILE1, 1);
    add(*state, FILE2, 2);
    assert_string_equal(breakpoint_file(*state, 0), FILE2);
    assert_string_equal(breakpoint_file(*state, 1), "a");
    assert_string_equal(breakpoint_file(*state, 2), FILE1);
    assert_null(breakpoint_file(*state, 3));
    assert_null(breakpoint_file(*state, -1));
    assert_int_equal(breakpoint_clear_file(*state, "a", NULL), XDB_OK);
    assert_string_equal(breakpoint_file(*state, 1), FILE1);
    add(*state, "a", 1);
    assert_string_equal(breakpoint_file(*state, 2), "a");
}

static void a_pending_one_is_nowhere_until_it_is_placed(void **state)
{
    struct breakpoint *b = add_pending(*state, "M.f");
    const struct breakpoint *later = add(*state, FILE1, 7);
    assert_null(b->file);
    assert_int_equal(b->line, 0);
    assert_int_equal(breakpoint_pending(*state), 1);
    check_text(breakpoint_name, b, "breakpoint 1 at M.f (pending)");

    assert_int_equal(breakpoint_place(*state, b, FILE1, 7), XDB_OK);
    assert_int_equal(breakpoint_pending(*state), 0);
    assert_ptr_equal(breakpoint_at(*state, FILE1, 7), b);
    assert_ptr_equal(b->next_here, later);
    assert_string_equal(b->function, "M.f");
    check_text(breakpoint_name, b, "breakpoint 1 at " FILE1 ":7");
    check_consistent(*state);
}

/* A program that is started again may have its function elsewhere. */
static void a_placed_one_can_be_moved(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 7);
    unsigned epoch = breakpoints_epoch(*state);
    assert_int_equal(breakpoint_place(*state, b, b->file, 7), XDB_OK);
    assert_true(breakpoints_epoch(*state) == epoch);
    assert_int_equal(breakpoint_place(*state, b, b->file, 8), XDB_OK);
    check_lines(*state, FILE1, 1, (int[]){8});
    assert_int_equal(breakpoint_place(*state, b, FILE2, 3), XDB_OK);
    assert_string_equal(breakpoint_file(*state, 0), FILE2);
    assert_null(breakpoint_file(*state, 1));
    check_consistent(*state);
}

static void a_pending_one_can_be_deleted(void **state)
{
    breakpoint_delete(*state, add_pending(*state, "f"));
    assert_int_equal(breakpoint_pending(*state), 0);
    assert_null(breakpoint_numbered(*state, 1));
}

/* ---- what changed ---- */

static void the_epoch_grows_when_other_lines_may_stop(void **state)
{
    unsigned epoch = breakpoints_epoch(*state);
    struct breakpoint *b = add(*state, FILE1, 1);
    assert_true(breakpoints_epoch(*state) > epoch);
    epoch = breakpoints_epoch(*state);
    breakpoint_enable(*state, b, true);
    assert_int_equal(breakpoint_set_condition(*state, b, "x"), XDB_OK);
    breakpoint_cross(b);
    assert_true(breakpoints_epoch(*state) == epoch);
    breakpoint_enable(*state, b, false);
    assert_false(b->enabled);
    assert_true(breakpoints_epoch(*state) > epoch);
    epoch = breakpoints_epoch(*state);
    breakpoint_enable(*state, b, true);
    assert_true(b->enabled);
    assert_true(breakpoints_epoch(*state) > epoch);
    epoch = breakpoints_epoch(*state);
    breakpoint_delete(*state, b);
    assert_true(breakpoints_epoch(*state) > epoch);
    b = add_pending(*state, "f");
    epoch = breakpoints_epoch(*state);
    assert_int_equal(breakpoint_place(*state, b, FILE1, 1), XDB_OK);
    assert_true(breakpoints_epoch(*state) > epoch);
    epoch = breakpoints_epoch(*state);
    breakpoints_reset(*state);
    assert_true(breakpoints_epoch(*state) > epoch);
}

static void a_condition_is_never_known_by_an_old_revision(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    unsigned first = b->revision;
    char condition[] = "x > 1";
    assert_int_equal(breakpoint_set_condition(*state, b, condition), XDB_OK);
    condition[0] = 'y';
    assert_string_equal(b->condition, "x > 1");
    unsigned second = b->revision;
    assert_true(second != first);
    assert_int_equal(breakpoint_set_condition(*state, b, b->condition), XDB_OK);
    assert_string_equal(b->condition, "x > 1");
    assert_int_equal(breakpoint_set_condition(*state, b, ""), XDB_OK);
    assert_null(b->condition);
    assert_int_equal(breakpoint_set_condition(*state, b, NULL), XDB_OK);
    assert_null(b->condition);
    unsigned third = b->revision;
    /* The number and perhaps the address come back, the revision does not. */
    breakpoints_reset(*state);
    b = add(*state, FILE1, 1);
    assert_int_equal(b->number, 1);
    assert_true(b->revision != first && b->revision != second && b->revision != third);
}

static void an_empty_condition_is_none(void **state)
{
    const struct breakpoint *b = breakpoint_add(
        *state, &(struct breakpoint_spec){.file = FILE1, .line = 1, .condition = ""});
    assert_non_null(b);
    assert_null(b->condition);
}

/* ---- numbers as text ---- */

/* BDB-094 */
static void numbers_are_found_by_their_text(void **state)
{
    static const char *const texts[] = {"2", "+2", " 2", "2 ", "\t2\n", "002", " +02 "};
    add(*state, FILE1, 11);
    const struct breakpoint *b = add(*state, FILE1, 12);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_ptr_equal(breakpoint_by_text(*state, texts[i], NULL), b);
}

static void a_text_that_is_no_number_is_refused_as_written(void **state)
{
    add(*state, FILE1, 11);
    check_no_number(*state, NULL, "Breakpoint number expected");
    check_no_number(*state, "", "Breakpoint number expected");
    check_no_number(*state, "abc", "Non-numeric breakpoint number abc");
    check_no_number(*state, " ", "Non-numeric breakpoint number  ");
    check_no_number(*state, "1x", "Non-numeric breakpoint number 1x");
    check_no_number(*state, "1 1", "Non-numeric breakpoint number 1 1");
    check_no_number(*state, "1.0", "Non-numeric breakpoint number 1.0");
    check_no_number(*state, "0x1", "Non-numeric breakpoint number 0x1");
    check_no_number(*state, "+", "Non-numeric breakpoint number +");
    check_no_number(*state, "--1", "Non-numeric breakpoint number --1");
    check_no_number(*state, "+ 1", "Non-numeric breakpoint number + 1");
    check_no_number(*state, "\xff", "Non-numeric breakpoint number \xff");
}

/* Neither 0 nor what is below it reaches a breakpoint, as they do in the original by accident. */
static void a_number_that_was_never_given_is_out_of_range(void **state)
{
    add(*state, FILE1, 11);
    check_no_number(*state, "99", "Breakpoint number 99 out of range");
    check_no_number(*state, "2", "Breakpoint number 2 out of range");
    check_no_number(*state, "0", "Breakpoint number 0 out of range");
    check_no_number(*state, "-0", "Breakpoint number 0 out of range");
    check_no_number(*state, "-1", "Breakpoint number -1 out of range");
    check_no_number(*state, " +0099 ", "Breakpoint number 99 out of range");
    check_no_number(*state, "4294967297", "Breakpoint number 4294967297 out of range");
    check_no_number(*state, "18446744073709551617",
                    "Breakpoint number 18446744073709551617 out of range");
    check_no_number(*state, "-18446744073709551617",
                    "Breakpoint number -18446744073709551617 out of range");
}

static void a_number_of_any_length_is_survived(void **state)
{
    size_t size = 1000000;
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, '9', size);
    text[size] = '\0';
    struct xdb_error e;
    assert_null(breakpoint_by_text(*state, text, &e));
    assert_memory_equal(e.text, "Breakpoint number 999", 21);
    assert_int_equal(strlen(e.text), XDB_ERROR_SIZE - 1);
    memset(text, '0', size);
    assert_null(breakpoint_by_text(*state, text, &e));
    assert_string_equal(e.text, "Breakpoint number 0 out of range");
    free(text);
}

static void a_deleted_number_is_said_to_be_deleted(void **state)
{
    breakpoint_delete(*state, add(*state, FILE1, 11));
    check_no_number(*state, "1", "Breakpoint 1 already deleted");
    check_no_number(*state, " +01", "Breakpoint 1 already deleted");
}

/* ---- clearing ---- */

/* BDB-092 */
static void clearing_a_line_takes_all_of_it_and_nothing_else(void **state)
{
    struct xdb_error e;
    add(*state, FILE1, 11);
    add(*state, FILE1, 12);
    add(*state, FILE1, 11);
    assert_int_equal(breakpoint_clear_line(*state, FILE1, 10, &e), XDB_ENOENT);
    assert_string_equal(e.text, "There is no breakpoint at " FILE1 ":10");
    assert_int_equal(breakpoint_clear_line(*state, "/demo/zz", 1, &e), XDB_ENOENT);
    assert_string_equal(e.text, "There are no breakpoints in /demo/zz");
    check_lines(*state, FILE1, 2, (int[]){11, 12});
    const struct breakpoint *b = breakpoint_at(*state, FILE1, 11);
    assert_int_equal(breakpoint_clear_line(*state, b->file, b->line, &e), XDB_OK);
    check_lines(*state, FILE1, 1, (int[]){12});
    assert_null(breakpoint_numbered(*state, 1));
    assert_null(breakpoint_numbered(*state, 3));
    check_consistent(*state);
}

/* BDB-095 */
static void clearing_a_file_leaves_the_others(void **state)
{
    struct xdb_error e;
    for (int line = 20; line > 0; line--)
        add(*state, FILE1, line / 2);
    add(*state, FILE2, 1);
    add_pending(*state, "f");
    assert_int_equal(breakpoint_clear_file(*state, "/demo/zz", &e), XDB_ENOENT);
    assert_string_equal(e.text, "There are no breakpoints in /demo/zz");
    assert_int_equal(breakpoint_clear_file(*state, breakpoint_file(*state, 0), &e), XDB_OK);
    assert_string_equal(breakpoint_file(*state, 0), FILE2);
    assert_int_equal(breakpoint_pending(*state), 1);
    assert_int_equal(breakpoint_clear_file(*state, FILE1, &e), XDB_ENOENT);
    assert_string_equal(e.text, "There are no breakpoints in " FILE1);
    check_consistent(*state);
}

/* BDB-096 */
static void clearing_all_takes_the_pending_ones_too(void **state)
{
    struct xdb_error e;
    add(*state, FILE1, 11);
    add_pending(*state, "f");
    assert_int_equal(breakpoint_clear_all(*state, &e), XDB_OK);
    assert_int_equal(breakpoint_pending(*state), 0);
    assert_null(breakpoint_file(*state, 0));
    assert_int_equal(breakpoint_clear_all(*state, &e), XDB_ENOENT);
    assert_string_equal(e.text, "There are no breakpoints");
    assert_int_equal(breakpoint_clear_all(*state, NULL), XDB_ENOENT);
    add_pending(*state, "f");
    assert_int_equal(breakpoint_clear_all(*state, &e), XDB_OK);
    check_consistent(*state);
}

/* ---- texts ---- */

/* BDB-011, 012, 013 */
static void the_listing_tells_what_applies(void **state)
{
    check_text(breakpoint_format, add(*state, FILE1, 11),
               "1   breakpoint   keep yes   at " FILE1 ":11");
    struct breakpoint *b = breakpoint_add(
        *state, &(struct breakpoint_spec){FILE1, 11, .temporary = true, .condition = "v == 2"});
    assert_non_null(b);
    b->ignore = 3;
    b->hits = 2;
    check_text(breakpoint_format, b,
               "2   breakpoint   del  yes   at " FILE1 ":11\n"
               "\tstop only if v == 2\n"
               "\tignore next 3 hits\n"
               "\tbreakpoint already hit 2 times");
    breakpoint_enable(*state, b, false);
    b->ignore = b->hits = 1;
    check_text(breakpoint_format, b,
               "2   breakpoint   del  no    at " FILE1 ":11\n"
               "\tstop only if v == 2\n"
               "\tignore next 1 hits\n"
               "\tbreakpoint already hit 1 time");
    b->ignore = -1;
    b->hits = 0;
    assert_int_equal(breakpoint_set_condition(*state, b, NULL), XDB_OK);
    check_text(breakpoint_format, b, "2   breakpoint   del  no    at " FILE1 ":11");
    check_text(breakpoint_format, add_pending(*state, "obj:m"),
               "3   breakpoint   keep yes   at obj:m (pending)");
}

static void the_listing_holds_numbers_and_names_of_any_length(void **state)
{
    char name[3000];
    char expected[3100];
    memset(name, 'n', sizeof name - 1);
    name[0] = '/';
    name[sizeof name - 1] = '\0';
    struct breakpoint *b = NULL;
    for (int i = 1; i <= 12345; i++) {
        breakpoint_delete(*state, b);
        b = add(*state, name, INT_MAX);
    }
    snprintf(expected, sizeof expected, "12345breakpoint   keep yes   at %s:%d", name, INT_MAX);
    check_text(breakpoint_format, b, expected);
}

/* BDB-015 */
static void its_name_is_its_number_and_place(void **state)
{
    check_text(breakpoint_name, add(*state, FILE1, 11), "breakpoint 1 at " FILE1 ":11");
    check_text(breakpoint_name, add_pending(*state, "f"), "breakpoint 2 at f (pending)");
    check_text(breakpoint_name, add(*state, "=label", 2), "breakpoint 3 at label:2");
    check_text(breakpoint_name, add(*state, "local a = 1\nreturn a", 2),
               "breakpoint 4 at [string \"local a = 1...\"]:2");
}

/* ---- crossing ---- */

/* What the engine does at a line, with the outcome of each condition given: the one that stops. */
static struct breakpoint *effective(const struct breakpoints *r, enum breakpoint_outcome outcome)
{
    for (struct breakpoint *b = breakpoint_at(r, FILE1, 1); b; b = b->next_here)
        if (breakpoint_cross(b) && breakpoint_pass(b, b->condition ? outcome : BREAKPOINT_TRUE))
            return b;
    return NULL;
}

/* BDB-016 */
static void hits_count_also_what_the_condition_rejects(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    assert_int_equal(breakpoint_set_condition(*state, b, "a == 2"), XDB_OK);
    assert_null(effective(*state, BREAKPOINT_FALSE));
    assert_ptr_equal(effective(*state, BREAKPOINT_TRUE), b);
    assert_null(effective(*state, BREAKPOINT_FALSE));
    assert_int_equal(b->hits, 3);
}

/* BDB-024 */
static void an_ignore_count_lets_that_many_pass(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    b->ignore = 2;
    assert_null(effective(*state, BREAKPOINT_TRUE));
    assert_null(effective(*state, BREAKPOINT_TRUE));
    assert_ptr_equal(effective(*state, BREAKPOINT_TRUE), b);
    assert_int_equal(b->ignore, 0);
    assert_int_equal(b->hits, 3);
}

/* BDB-025 */
static void only_a_true_condition_uses_up_the_ignore_count(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    assert_int_equal(breakpoint_set_condition(*state, b, "a"), XDB_OK);
    b->ignore = 1;
    assert_null(effective(*state, BREAKPOINT_FALSE));
    assert_int_equal(b->ignore, 1);
    assert_null(effective(*state, BREAKPOINT_TRUE));
    assert_int_equal(b->ignore, 0);
    assert_ptr_equal(effective(*state, BREAKPOINT_TRUE), b);
}

/* BDB-026 */
static void a_condition_in_error_stops_whatever_is_to_be_ignored(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    assert_int_equal(breakpoint_set_condition(*state, b, "nil + 1"), XDB_OK);
    b->ignore = 5;
    assert_ptr_equal(effective(*state, BREAKPOINT_ERROR), b);
    assert_int_equal(b->ignore, 5);
    assert_int_equal(b->hits, 1);
}

/* BDB-027 */
static void a_disabled_one_counts_nothing(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    b->ignore = 1;
    breakpoint_enable(*state, b, false);
    assert_null(effective(*state, BREAKPOINT_TRUE));
    assert_int_equal(b->ignore, 1);
    assert_int_equal(b->hits, 0);
}

/* BDB-028 */
static void the_second_of_a_line_stops_when_the_first_does_not(void **state)
{
    struct breakpoint *first = add(*state, FILE1, 1);
    struct breakpoint *second = add(*state, FILE1, 1);
    assert_ptr_equal(effective(*state, BREAKPOINT_TRUE), first);
    assert_int_equal(second->hits, 0);
    first->ignore = 1;
    assert_ptr_equal(effective(*state, BREAKPOINT_TRUE), second);
    breakpoint_enable(*state, first, false);
    assert_ptr_equal(effective(*state, BREAKPOINT_TRUE), second);
    assert_int_equal(first->hits, 2);
    assert_int_equal(second->hits, 2);
}

static void hits_end_at_the_highest_number(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    b->hits = INT_MAX;
    assert_true(breakpoint_cross(b));
    assert_int_equal(b->hits, INT_MAX);
}

/* ---- many ---- */

static void ten_thousand_in_a_hundred_files_go_in_any_order(void **state)
{
    enum { COUNT = 10000, FILES = 100 };
    char file[32];
    unsigned seed = 12345;
    for (int i = 0; i < COUNT; i++) {
        seed = seed * 1103515245 + 12345;
        snprintf(file, sizeof file, "/many/file%d.lua", i % FILES);
        add(*state, file, (int)(seed >> 16) % 90 + 1); /* lines in any order, many shared */
    }
    check_consistent(*state);
    assert_non_null(breakpoint_file(*state, FILES - 1));
    assert_null(breakpoint_file(*state, FILES));
    /* 7919 shares no factor with COUNT, so every number has its turn. */
    for (int i = 0; i < COUNT; i++) {
        int number = (int)((long)i * 7919 % COUNT) + 1;
        breakpoint_delete(*state, breakpoint_numbered(*state, number));
        if (i % 1000 == 0)
            check_consistent(*state);
    }
    assert_null(breakpoint_file(*state, 0));
    assert_int_equal(breakpoint_clear_all(*state, NULL), XDB_ENOENT);
}

static void ten_thousand_lines_of_one_file_are_kept_in_order(void **state)
{
    for (int line = 10000; line > 0; line--)
        add(*state, FILE1, line);
    check_consistent(*state);
    assert_int_equal(breakpoint_at(*state, FILE1, 1)->number, 10000);
    assert_int_equal(breakpoint_clear_file(*state, FILE1, NULL), XDB_OK);
    assert_null(breakpoint_file(*state, 0));
}

/* ---- want of memory ---- */

static int living(const struct breakpoints *r)
{
    int count = 0;
    for (int n = 1; n <= breakpoint_last(r); n++)
        count += breakpoint_numbered(r, n) != NULL;
    return count;
}

/* Each of these tries with the first, then the second ... allocation failing until all succeed. */
static struct breakpoint *add_at_last(struct breakpoints *r, const struct breakpoint_spec *spec)
{
    struct breakpoint *b = NULL;
    for (unsigned long n = 1; !b; n++) {
        int before = living(r);
        int last = breakpoint_last(r);
        unsigned epoch = breakpoints_epoch(r);
        failing_alloc_from(n);
        b = breakpoint_add(r, spec);
        failing_alloc_from(0);
        assert_true(b || (living(r) == before && breakpoint_last(r) == last));
        assert_true(b || breakpoints_epoch(r) == epoch);
    }
    return b;
}

static void place_at_last(struct breakpoints *r, struct breakpoint *b, const char *file, int line)
{
    int code = XDB_ENOMEM;
    for (unsigned long n = 1; code == XDB_ENOMEM; n++) {
        failing_alloc_from(n);
        code = breakpoint_place(r, b, file, line);
        failing_alloc_from(0);
        assert_true(code == XDB_OK || strcmp(b->file, file) != 0);
    }
    assert_int_equal(code, XDB_OK);
}

static void any_allocation_may_fail_and_the_registry_stays_sound(void **state)
{
    char file[32];
    for (int i = 0; i < 400; i++) { /* more files than the map has room for at first */
        snprintf(file, sizeof file, "%d.lua", i);
        struct breakpoint_spec spec = {file, i % 7 + 1, false, "c", "f"};
        struct breakpoint *b = add_at_last(*state, &spec);
        place_at_last(*state, b, "all.lua", i + 1);
        check_consistent(*state);
        assert_ptr_equal(breakpoint_at(*state, "all.lua", i + 1), b);
        assert_ptr_equal(breakpoint_at(*state, file, i % 7 + 1), NULL);
        add_at_last(*state, &spec);
    }
    assert_int_equal(living(*state), 800);
    assert_int_equal(breakpoint_last(*state), 800);
}

static void a_condition_is_kept_when_there_is_no_memory_for_the_next(void **state)
{
    struct breakpoint *b = add(*state, FILE1, 1);
    assert_int_equal(breakpoint_set_condition(*state, b, "c"), XDB_OK);
    unsigned revision = b->revision;
    failing_alloc_from(1);
    assert_int_equal(breakpoint_set_condition(*state, b, "d"), XDB_ENOMEM);
    assert_null(breakpoints_new());
    assert_true(failing_alloc_failed());
    failing_alloc_from(0);
    assert_string_equal(b->condition, "c");
    assert_true(b->revision == revision);
}

static void nothing_is_needed_to_take_away(void **state)
{
    for (int i = 0; i < 100; i++)
        add(*state, FILE1, i);
    failing_alloc_from(1);
    breakpoint_delete(*state, breakpoint_numbered(*state, 50));
    assert_int_equal(breakpoint_set_condition(*state, breakpoint_numbered(*state, 1), ""), XDB_OK);
    assert_int_equal(breakpoint_clear_line(*state, FILE1, 3, NULL), XDB_OK);
    assert_int_equal(breakpoint_clear_all(*state, NULL), XDB_OK);
    assert_false(failing_alloc_failed());
    failing_alloc_from(0);
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    breakpoints_free(NULL);
}

#define test(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_new_one_has_what_was_asked_and_the_defaults),
        test(numbers_are_never_used_again),
        test(no_breakpoint_has_a_number_out_of_range),
        test(reset_forgets_all_and_counts_from_one),
        test(a_line_may_have_several_in_order_of_creation),
        test(deleting_leaves_the_others_of_the_line),
        test(a_place_is_its_file_and_its_line),
        test(files_come_in_order_of_first_use),
        test(a_pending_one_is_nowhere_until_it_is_placed),
        test(a_placed_one_can_be_moved),
        test(a_pending_one_can_be_deleted),
        test(the_epoch_grows_when_other_lines_may_stop),
        test(a_condition_is_never_known_by_an_old_revision),
        test(an_empty_condition_is_none),
        test(numbers_are_found_by_their_text),
        test(a_text_that_is_no_number_is_refused_as_written),
        test(a_number_that_was_never_given_is_out_of_range),
        test(a_number_of_any_length_is_survived),
        test(a_deleted_number_is_said_to_be_deleted),
        test(clearing_a_line_takes_all_of_it_and_nothing_else),
        test(clearing_a_file_leaves_the_others),
        test(clearing_all_takes_the_pending_ones_too),
        test(the_listing_tells_what_applies),
        test(the_listing_holds_numbers_and_names_of_any_length),
        test(its_name_is_its_number_and_place),
        test(hits_count_also_what_the_condition_rejects),
        test(an_ignore_count_lets_that_many_pass),
        test(only_a_true_condition_uses_up_the_ignore_count),
        test(a_condition_in_error_stops_whatever_is_to_be_ignored),
        test(a_disabled_one_counts_nothing),
        test(the_second_of_a_line_stops_when_the_first_does_not),
        test(hits_end_at_the_highest_number),
        test(ten_thousand_in_a_hundred_files_go_in_any_order),
        test(ten_thousand_lines_of_one_file_are_kept_in_order),
        test(any_allocation_may_fail_and_the_registry_stays_sound),
        test(a_condition_is_kept_when_there_is_no_memory_for_the_next),
        test(nothing_is_needed_to_take_away),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests_name("breakpoint", tests, NULL, NULL);
}
