/* cli/highlight: the palette of PDB-302 (transcript pdb314_color.txt) on Lua, line by line. */
#include "cli/highlight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/*
** Colours `text` and compares, with the escapes spelled by letters: K keyword, B builtin, S string,
** N number, C comment, D definition, and `<`...`>` around what is coloured; operators are left out.
*/
static void spelled(const struct buffer *in, struct buffer *out)
{
    static const struct {
        const char *escape, *letter;
    } names[] = {{"\033[1;34m", "K<"}, {"\033[36m", "B<"}, {"\033[32m", "S<"},
                 {"\033[33m", "N<"},   {"\033[31m", "C<"}, {"\033[1m", "D<"}};
    bool open = false;
    for (const char *s = in->data; *s;) {
        size_t i = 0;
        for (; i < 6 && strncmp(s, names[i].escape, strlen(names[i].escape)) != 0; i++)
            ;
        if (i < 6) {
            buffer_adds(out, names[i].letter);
            s += strlen(names[i].escape);
            open = true;
        } else if (strncmp(s, "\033[0m", 4) == 0) {
            buffer_adds(out, open ? ">" : "");
            open = false;
            s += 4;
        } else {
            buffer_addc(out, *s++);
        }
    }
}

static void colored(const char *text, const char *wanted)
{
    struct highlight h;
    struct buffer painted, letters;
    buffer_init(&painted);
    buffer_init(&letters);
    highlight_init(&h);
    for (const char *s = text;; s++) {
        size_t n = strcspn(s, "\n");
        highlight_line(&h, s, n, true, &painted);
        s += n;
        if (!*s)
            break;
        buffer_addc(&painted, '\n');
    }
    spelled(&painted, &letters);
    assert_string_equal(letters.data, wanted);
    buffer_release(&painted);
    buffer_release(&letters);
}

static void each_kind_of_word_has_its_colour(void **state)
{
    (void)state;
    colored("local x = nil -- note", "K<local> x = K<nil> C<-- note>");
    colored("print(\"a\", 'b', 0x1F, 1e5)", "B<print>(S<\"a\">, S<'b'>, N<0x1F>, N<1e5>)");
    colored("x = t.type + t:next() .. type(_G)", "x = t.type + t:next() .. B<type>(B<_G>)");
    colored("a [=[b]] ]=] c", "a S<[=[b]] ]=]> c");
    colored("x --[[a]] y", "x C<--[[a]]> y");
    colored("  \t", "  \t");
    colored("x = \"open", "x = S<\"open>");
    colored("\xC3\xA4 @ $x `", "\xC3\xA4 @ $x `");
}

static void names_of_definitions_stand_out(void **state)
{
    (void)state;
    colored("local function f(print)", "K<local> K<function> D<f>(B<print>)");
    colored("function M.a:b(c) end", "K<function> D<M>.D<a>:D<b>(c) K<end>");
    colored("f = function(x) y() end", "f = K<function>(x) y() K<end>");
}

static void operators_are_reset_as_in_the_original(void **state)
{
    (void)state;
    struct highlight h;
    struct buffer out;
    buffer_init(&out);
    highlight_init(&h);
    highlight_line(&h, "a = b", 5, true, &out);
    assert_string_equal(out.data, "a \033[0m=\033[0m b");
    buffer_release(&out);
}

static void what_a_line_leaves_open_goes_on_in_the_next(void **state)
{
    (void)state;
    colored("x = [[one\nif two\n]] y()", "x = S<[[one>\nS<if two>\nS<]]> y()");
    colored("--[==[ a\n]] b ]=] \nc ]==] if", "C<--[==[ a>\nC<]] b ]=] >\nC<c ]==]> K<if>");
    colored("x = \"a\\\nb\" if", "x = S<\"a\\>\nS<b\"> K<if>");
    colored("x = 'a\\\r\nb' if", "x = S<'a\\\r>\nS<b'> K<if>");
    colored("x = \"a\\z  \n \n  b\\z\n\" if", "x = S<\"a\\z  >\nS< >\nS<  b\\z>\nS<\"> K<if>");
    colored("x = \"a\\\\\nif", "x = S<\"a\\\\>\nK<if>");
    colored("x = \"a\nif", "x = S<\"a>\nK<if>");
    colored("function\nf()", "K<function>\nD<f>()");
}

static void a_listing_may_begin_inside_a_long_string(void **state)
{
    (void)state;
    struct highlight h;
    struct buffer out;
    buffer_init(&out);
    highlight_init(&h);
    highlight_skip(&h, "x = [[", 6);
    highlight_line(&h, "if", 2, true, &out);
    assert_string_equal(out.data, "\033[32mif\033[0m");
    buffer_release(&out);
}

static void the_first_line_may_be_for_the_shell(void **state)
{
    (void)state;
    colored("#!/usr/bin/lua if\n#t", "C<#!/usr/bin/lua if>\n#t");
}

/* Any bytes: without colours they come out the same, with colours too but for the escapes. */
static void any_bytes_come_out_unchanged(void **state)
{
    (void)state;
    static const char bytes[] = "\"'\\z [=]-\r\nfunction .:if x1\0\xFF";
    uint32_t seed = 7;
    struct highlight plain, painted;
    struct buffer out;
    buffer_init(&out);
    highlight_init(&plain);
    highlight_init(&painted);
    for (int round = 0; round < 5000; round++) {
        char line[40], back[40];
        size_t n = 0;
        for (; n < (size_t)(round % 40); n++) {
            seed = seed * 1664525u + 1013904223u;
            line[n] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        buffer_clear(&out);
        highlight_line(&plain, line, n, false, &out);
        assert_int_equal(out.len, n);
        assert_memory_equal(out.data, line, n);
        buffer_clear(&out);
        highlight_line(&painted, line, n, true, &out);
        size_t k = 0;
        for (size_t i = 0; i < out.len;) {
            if (out.data[i] == '\033') {
                i += strcspn(out.data + i, "m") + 1;
            } else {
                assert_true(k < n);
                back[k++] = out.data[i++];
            }
        }
        assert_int_equal(k, n);
        assert_memory_equal(back, line, n);
        assert_int_equal(plain.open, painted.open);
    }
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_word_has_its_colour),
        cmocka_unit_test(names_of_definitions_stand_out),
        cmocka_unit_test(operators_are_reset_as_in_the_original),
        cmocka_unit_test(what_a_line_leaves_open_goes_on_in_the_next),
        cmocka_unit_test(a_listing_may_begin_inside_a_long_string),
        cmocka_unit_test(the_first_line_may_be_for_the_shell),
        cmocka_unit_test(any_bytes_come_out_unchanged),
    };
    return cmocka_run_group_tests_name("highlight", tests, NULL, NULL);
}
