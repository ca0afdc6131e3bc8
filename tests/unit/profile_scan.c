/* The quick reader of profile files: it agrees with the JSON library about everything, and reads what we write. */
#include "profiler/stats_rows.h"

#include "profiler/export.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char usual[] =
    "{\"format\": \"xdb-profile\", \"version\": 1,\n"
    "\"sampled\": true, \"folded\": false, \"incomplete\": true, \"missed\": 17,\n"
    "\"functions\": [\n"
    "[\"/a/x.lua\",1,\"f\",1,4,0.5,2.5],\n"
    "[\"[string \\\"a\\\\b\\\"]\",2,\"\\u001b\\n\\t\\/\",2,2,-2.5E-1,1e300],\n"
    "[\"~\",0,\"<\xC3\xA4\xF0\x9F\x98\x80>\",9223372036854775,1,3.8962686198186328e-06,-0.0]],\n"
    "\"edges\": [\n"
    "[0,1,2,2,0.1,123456789012345678901234567890],\n"
    "[0,0,1,3,12345678901234567890.5,0.0000000000000000000000012345]],\n"
    "\"contexts\": [\n"
    "[-1,0,1,1e22],\n"
    "[0,0,3,4.9e-324],\n"
    "[1,1,2,1.7976931348623157e308]],\n"
    "\"lines\": [\n"
    "[0,12,1,2,0.25,9007199254740993.0],\n"
    "[1,3,1,1,0.1,0.30000000000000004]]}\n";

/* Whether the quick reader takes it; what it read, as text, is added to `out`. */
static bool scan(const char *text, size_t len, struct buffer *out)
{
    struct xdb_stats *s = xdb_stats_new();
    char *copy = malloc(len + 1);
    assert_non_null(copy);
    memcpy(copy, text, len);
    copy[len] = '\0';
    bool good = stats_scan(s, copy, len, "xdb-profile", 1);
    if (good)
        stats_write_json(s, out);
    assert_memory_equal(copy, text, len); /* all is put back */
    free(copy);
    xdb_stats_free(s);
    return good;
}

/* The same of the JSON library: a member that we never write makes it the library's. */
static bool load(const char *text, size_t len, struct buffer *out)
{
    struct buffer unusual;
    struct xdb_stats *s = xdb_stats_new();
    if (len == 0 || *text != '{') {
        xdb_stats_free(s);
        return false;
    }
    buffer_init(&unusual);
    buffer_adds(&unusual, "{\"else\": 0, ");
    buffer_add(&unusual, text + 1, len - 1);
    bool good = stats_parse(s, unusual.data, unusual.len, "x", NULL) == 0;
    if (good)
        stats_write_json(s, out);
    buffer_release(&unusual);
    xdb_stats_free(s);
    return good;
}

/* What the quick reader takes, the library takes, and both read the same. Whether it was taken. */
static bool agree(const char *text, size_t len)
{
    struct buffer mine, its;
    buffer_init(&mine);
    buffer_init(&its);
    bool taken = scan(text, len, &mine);
    if (taken) {
        if (!load(text, len, &its))
            fail_msg("only the quick reader takes %.*s", (int)len, text);
        assert_string_equal(mine.data, its.data);
    }
    buffer_release(&mine);
    buffer_release(&its);
    return taken;
}

static void what_we_write_is_read_quickly(void **state)
{
    struct buffer written;
    (void)state;
    static const char empty[] = "{\"format\":\"xdb-profile\",\"version\":1,"
                                "\"functions\":[],\"edges\":[],\"contexts\":[]}";
    assert_true(agree(empty, sizeof empty - 1));
    buffer_init(&written);
    assert_false(
        scan(usual, sizeof usual - 1, &written)); /* an integer in place of a time, too large */
    buffer_clear(&written);
    char *fixed = strdup(usual), *large = strstr(fixed, "123456789012345678901234567890");
    memcpy(large, "1234567890.5e-12              ", 30);
    assert_true(agree(fixed, strlen(fixed)));
    assert_true(scan(fixed, strlen(fixed), &written));
    assert_true(agree(written.data, written.len));
    buffer_release(&written);
    free(fixed);
}

static void it_agrees_about_every_changed_byte(void **state)
{
    static const char others[] = "\0\"\\[]{},:0199.-+eE \n\x01tu\x80\xC3x";
    int taken = 0;
    (void)state;
    char *text = strdup(usual), *large = strstr(text, "123456789012345678901234567890");
    memcpy(large, "0.1                           ", 30);
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++) {
        char before = text[i];
        for (size_t c = 0; c < sizeof others - 1; c++) {
            text[i] = others[c];
            taken += agree(text, len);
        }
        text[i] = before;
    }
    assert_true(taken > 1000); /* of blanks and digits many may be changed */
    free(text);
}

static void it_agrees_about_every_cut(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof usual - 1; n++)
        assert_false(agree(usual, n));
}

/* A file with one function, and `number` as its own time. */
static bool agree_on_number(const char *number)
{
    char text[512];
    int n = snprintf(
        text, sizeof text,
        "{\"format\": \"xdb-profile\", \"version\": 1, \"functions\": [[\"\",1,\"\",1,1,%s,0]], "
        "\"edges\": [], \"contexts\": []}",
        number);
    return agree(text, (size_t)n);
}

static void numbers_are_rounded_as_strtod_rounds_them(void **state)
{
    static const char *const good[] = {"0",
                                       "-0.0",
                                       "1",
                                       "123456789012345678",
                                       "0.1",
                                       "9007199254740992.5",
                                       "9007199254740993.0",
                                       "0.99999999999999999999999999999",
                                       "1e22",
                                       "1e23",
                                       "8.5e-22",
                                       "8.5e-23",
                                       "1E+5",
                                       "1e-400",
                                       "2.2250738585072011e-308",
                                       "1e99999999999999999999",
                                       "0e99999999999999999999",
                                       "0.000000000000000000000000000000000000000000000001e+48"};
    static const char *const bad[] = {"01",  "-",   "+1",    ".5",   "1.",   "1e", "1e+", "0x1",
                                      "nan", "inf", "-01.5", "\"\"", "true", "[]", ""};
    char text[64];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!agree_on_number(good[i]))
            assert_string_equal(good[i], "1e99999999999999999999"); /* the only infinite one */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(agree_on_number(bad[i]));
    uint64_t random = 1;
    for (int i = 0; i < 20000; i++) {
        double x;
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint64_t bits = (random >> 12) | UINT64_C(0x3F00000000000000);
        memcpy(&x, &bits, sizeof x);
        snprintf(text, sizeof text, i % 2 ? "%.17g" : "%.15g", x);
        assert_true(agree_on_number(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_we_write_is_read_quickly),
        cmocka_unit_test(it_agrees_about_every_changed_byte),
        cmocka_unit_test(it_agrees_about_every_cut),
        cmocka_unit_test(numbers_are_rounded_as_strtod_rounds_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
