/* Coverage when memory runs out: each allocation fails in turn, nothing crashes or leaks, and it is said. */
#include "core/buffer.h"
#include "tests/unit/failing_alloc.h"
#include "trace/conditions.h"
#include "trace/counts.h"
#include "trace/pragma.h"
#include "trace/report.h"
#include "trace/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char counts[] =
    "{\"format\":\"xdb-counts\",\"version\":1,\"flags\":[\"branches\"],\"contexts\":[\"t\",\"u\"],"
    "\"calls\":[[\"/a\",\"a\",\"f\",\"/b\",\"b\",\"g\",3]],\"files\":[{\"name\":\"/nowhere/a.lua\","
    "\"text\":\"0000000000000001\",\"lines\":[[1,1,0,3],[9,1]],\"functions\":[[\"f\",1,3,0,2],["
    "\"f\",5,6,0,0]],"
    "\"branches\":[[\"if\",2,1,0,0,0,3,0,1,0],[\"or\",3,5,0,0,0,3,3,0,0]],\"contexts\":[[0,1,3],[1,"
    "9,9]]}]}";

/* Runs `work` with each allocation failing until all succeed. It returns 0, or a failure for want of memory. */
static void sweep(int (*work)(void))
{
    unsigned long n = 0;
    bool failed;
    do {
        failing_alloc_from(++n);
        int result = work();
        failed = failing_alloc_failed();
        failing_alloc_from(0);
        assert_true(result == 0 || (result == XDB_ENOMEM && failed));
        assert_true(n < 100000);
    } while (failed);
    assert_true(n > 1);
}

/* What jansson allocates for itself does not fail here, nor what it makes of its failure. */
static int read_and_merge(void)
{
    struct results *r, *all = results_new();
    int failed = all ? counts_parse(counts, sizeof counts - 1, "x", &r, NULL) : XDB_ENOMEM;
    if (!failed) {
        failed = results_merge(all, r, NULL);
        if (!failed)
            failed = results_merge(all, r, NULL);
        results_free(r);
    }
    results_free(all);
    return failed;
}

static int report(void)
{
    const struct globs none = {0};
    const struct coverage_choice choice = {.source = &none, .omit = &none, .cwd = "/here"};
    const struct report_choice how = {.show_missing = true, .version = "0"};
    struct results *r;
    struct coverage *c;
    struct buffer said, out;
    buffer_init(&said);
    buffer_init(&out);
    int failed = counts_parse(counts, sizeof counts - 1, "x", &r, NULL);
    if (!failed) {
        failed = coverage_new(r, &choice, &said, &c, NULL);
        for (const struct report_format *const *f = report_formats; *f && !failed; f++)
            if ((*f)->write)
                (*f)->write(c, &how, &out);
        if (!failed)
            coverage_free(c);
        results_free(r);
    }
    failed = failed ? failed : out.failed ? XDB_ENOMEM : 0;
    buffer_release(&said);
    buffer_release(&out);
    return failed;
}

static int read_text(void)
{
    static const char text[] =
        "local function f(a, b) -- pragma: no cover\n if a and b then for i = 1, 2 do end end end\n"
        "local D <const> = 1\nreturn D or { function() while x do end end }\n";
    struct conditions *c;
    unsigned char flags[8] = {0};
    int failed = conditions_read(text, sizeof text - 1, &c);
    if (!failed)
        conditions_free(c);
    return failed ? failed : pragma_read(text, sizeof text - 1, 6, NULL, NULL, flags);
}

static int take_settings(void)
{
    struct settings s;
    int failed = settings_init(&s, NULL);
    if (!failed)
        failed = settings_read_text(
            &s, "source = a/*\nomit = b\nmap = /x=y\nbranch = yes\ndata-file = d\n", "rc", NULL);
    settings_release(&s);
    return failed;
}

static void reading_and_merging(void **state)
{
    (void)state;
    sweep(read_and_merge);
}

static void reporting(void **state)
{
    (void)state;
    sweep(report);
}

static void reading_texts(void **state)
{
    (void)state;
    sweep(read_text);
}

static void settings(void **state)
{
    (void)state;
    sweep(take_settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_and_merging),
        cmocka_unit_test(reporting),
        cmocka_unit_test(reading_texts),
        cmocka_unit_test(settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
