/*
** line_map: the lines that one debugger stops at, over a registry that several share.
*/
#include "bdb/line_map.h"

#include "tests/unit/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct breakpoint *at(struct breakpoints *r, const char *file, int line)
{
    return breakpoint_add(r, &(struct breakpoint_spec){.file = file, .line = line});
}

static void lines_are_ascending_and_once_each(void **state)
{
    (void)state;
    struct breakpoints *r = breakpoints_new();
    struct line_map *m = line_map_new();
    const int asked[] = {30, 10, 20, 10, 5, 40, 6, 7, 8, 9};
    const int expected[] = {5, 6, 7, 8, 9, 10, 20, 30, 40};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        assert_int_equal(line_map_add(m, at(r, "/a", asked[i])), 0);
    const int *lines;
    assert_int_equal(line_map_lines(m, "/a", &lines), 9);
    assert_memory_equal(lines, expected, sizeof expected);
    assert_true(line_map_has(m, "/a", 20));
    assert_false(line_map_has(m, "/a", 21));
    assert_false(line_map_has(m, "/b", 20));
    line_map_remove(m, "/a", 20);
    line_map_remove(m, "/a", 20);
    line_map_remove(m, "/b", 20);
    assert_false(line_map_has(m, "/a", 20));
    assert_int_equal(line_map_lines(m, "/a", &lines), 8);
    line_map_free(m);
    breakpoints_free(r);
}

static void files_come_in_order_of_first_use_and_go_with_their_last_line(void **state)
{
    (void)state;
    struct breakpoints *r = breakpoints_new();
    at(r, "/b", 1);
    at(r, "/a", 1);
    at(r, "/c", 1);
    struct line_map *m = line_map_new();
    assert_true(line_map_empty(m));
    assert_int_equal(line_map_load(m, r), 0);
    assert_string_equal(line_map_file(m, 0), "/b");
    assert_string_equal(line_map_file(m, 1), "/a");
    line_map_remove(m, "/a", 1);
    assert_string_equal(line_map_file(m, 1), "/c");
    assert_null(line_map_file(m, 2));
    assert_null(line_map_file(m, -1));
    line_map_remove_file(m, "/b");
    line_map_remove_file(m, "/none");
    line_map_clear(m);
    assert_true(line_map_empty(m));
    line_map_free(m);
    line_map_free(NULL);
    breakpoints_free(r);
}

static void what_others_add_later_is_not_accepted(void **state)
{
    (void)state;
    struct breakpoints *r = breakpoints_new();
    struct line_map *m = line_map_new();
    at(r, "/a", 1);
    line_map_load(m, r);
    at(r, "/a", 2);
    assert_true(line_map_accepts(m, r, "/a", 1));
    assert_false(line_map_accepts(m, r, "/a", 2));
    assert_false(line_map_accepts(m, r, "/b", 1));
    line_map_free(m);
    breakpoints_free(r);
}

static void one_that_waited_is_accepted_where_it_gets_its_place(void **state)
{
    (void)state;
    struct breakpoints *r = breakpoints_new();
    struct line_map *m = line_map_new();
    struct breakpoint *ours = breakpoint_add(r, &(struct breakpoint_spec){.function = "f"});
    assert_int_equal(line_map_add(m, ours), 0);
    assert_false(line_map_empty(m));
    struct breakpoint *theirs = breakpoint_add(r, &(struct breakpoint_spec){.function = "g"});
    assert_int_equal(breakpoint_place(r, ours, "/a", 3), 0);
    assert_int_equal(breakpoint_place(r, theirs, "/a", 4), 0);
    assert_true(line_map_accepts(m, r, "/a", 3));
    assert_true(line_map_has(m, "/a", 3));
    assert_false(line_map_accepts(m, r, "/a", 4));
    line_map_remove(m, "/a", 3);
    assert_true(line_map_empty(m));
    line_map_add(m, breakpoint_add(r, &(struct breakpoint_spec){.function = "h"}));
    line_map_forget(m, breakpoint_last(r));
    assert_true(line_map_empty(m));
    line_map_free(m);
    breakpoints_free(r);
}

static void want_of_memory_changes_nothing_halfway(void **state)
{
    (void)state;
    struct breakpoints *r = breakpoints_new();
    for (int i = 1; i <= 40; i++)
        at(r, i % 2 ? "/a" : "/b", i);
    breakpoint_add(r, &(struct breakpoint_spec){.function = "f"});
    bool done = false;
    for (unsigned long n = 1; !done; n++) {
        assert_true(n < 1000);
        failing_alloc_from(n);
        struct line_map *m = line_map_new();
        int failed = m ? line_map_load(m, r) : XDB_ENOMEM;
        done = !failing_alloc_failed();
        failing_alloc_from(0);
        assert_true(done ? failed == 0 : failed == XDB_ENOMEM);
        const char *file;
        for (int i = 0; m && (file = line_map_file(m, i)) != NULL; i++) {
            const int *lines;
            assert_true(line_map_lines(m, file, &lines) > 0);
        }
        line_map_free(m);
    }
    breakpoints_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_ascending_and_once_each),
        cmocka_unit_test(files_come_in_order_of_first_use_and_go_with_their_last_line),
        cmocka_unit_test(what_others_add_later_is_not_accepted),
        cmocka_unit_test(one_that_waited_is_accepted_where_it_gets_its_place),
        cmocka_unit_test(want_of_memory_changes_nothing_halfway),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
