/* core/html_page: what a page is made of, and that data cannot break out of it. */
#include "core/html_page.h"
#include "core/repr_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct buffer out;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_release(&out);
    return 0;
}

static int count(const char *text, const char *part)
{
    int n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

static void a_page_has_what_was_asked_for(void **state)
{
    (void)state;
    html_page_begin(&out, "a <b> & c");
    buffer_adds(&out, "[1]");
    html_page_end(&out, HTML_TABLE | HTML_SOURCE, ".mine {}\n", "mine();\n");
    assert_false(out.failed);
    assert_int_equal(count(out.data, "<title>a &#60;b> &#38; c</title>"), 1);
    assert_int_equal(count(out.data, "id=\"data\">[1]</script>"), 1);
    assert_int_equal(count(out.data, "\nxdb.page = "), 1);
    assert_int_equal(count(out.data, "\nxdb.table = "), 1);
    assert_int_equal(count(out.data, "\nxdb.source = "), 1);
    assert_int_equal(count(out.data, "\nxdb.flame = "), 0);
    assert_int_equal(count(out.data, ".mine {}\n</style>"), 1);
    assert_int_equal(count(out.data, "mine();\n</script></body></html>\n"), 1);
    assert_int_equal(count(out.data, "</script>"), 2);
}

static void pages_share_files(void **state)
{
    struct buffer css, js;
    (void)state;
    buffer_init(&css);
    buffer_init(&js);
    html_page_shared(HTML_TABLE, ".mine {}\n", "mine();\n", &css, &js);
    assert_int_equal(count(js.data, "\nxdb.page = "), 1);
    assert_int_equal(count(js.data, "\nxdb.source = "), 0);
    assert_string_equal(js.data + js.len - 8, "mine();\n");
    assert_string_equal(css.data + css.len - 9, ".mine {}\n");
    html_page_begin(&out, "x");
    buffer_adds(&out, "0");
    html_page_end_shared(&out, "../a&b.css", "../a.js");
    assert_int_equal(count(out.data, "<link rel=\"stylesheet\" href=\"../a&#38;b.css\">"), 1);
    assert_int_equal(count(out.data, "<script src=\"../a.js\"></script></body></html>\n"), 1);
    buffer_release(&css);
    buffer_release(&js);
}

static void a_page_needs_no_network(void **state)
{
    static const char *const loads[] = {"http:", "https:", "src=",   "@import",
                                        "url(",  "fetch(", "import("};
    (void)state;
    html_page_begin(&out, "x");
    buffer_adds(&out, "0");
    html_page_end(&out, HTML_TABLE | HTML_FLAME | HTML_SOURCE, "", "");
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        assert_null(strstr(out.data, loads[i]));
}

static void nothing_in_a_string_is_markup(void **state)
{
    static const char hostile[] = "</script><!--\"\\\n\1\xC3\xA9\xFF\xE2\x82\0x";
    (void)state;
    html_page_string(&out, hostile, sizeof hostile - 1);
    assert_string_equal(out.data, "\"\\u003c/script>\\u003c!--\\\"\\\\\\u000a\\u0001\xC3\xA9"
                                  "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\u0000x\"");
}

static void json_and_utf8(void **state)
{
    (void)state;
    repr_text_json("<main>\xC0\x80", 8, false, &out);
    assert_string_equal(out.data, "\"<main>\xEF\xBF\xBD\xEF\xBF\xBD\"");
    buffer_clear(&out);
    repr_text_utf8("a\xF0\x9F\x98\x80\xED\xA0\x80", 8, &out);
    assert_string_equal(out.data, "a\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_page_has_what_was_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(pages_share_files, begin, end),
        cmocka_unit_test_setup_teardown(a_page_needs_no_network, begin, end),
        cmocka_unit_test_setup_teardown(nothing_in_a_string_is_markup, begin, end),
        cmocka_unit_test_setup_teardown(json_and_utf8, begin, end),
    };
    return cmocka_run_group_tests_name("html_page", tests, NULL, NULL);
}
