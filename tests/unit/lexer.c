/* core/lexer: where tokens begin and end, lines, and what is inside a function. */
#include "core/lexer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The tokens as "kind:text@line" words; '!' for an unfinished one, '^' for one inside a function. */
static const char *tokens(const char *text, size_t len)
{
    static char out[4096];
    static const char kinds[] = "_nkd\"[-s?";
    struct lexer lx;
    struct token t;
    size_t at = 0;
    lexer_init(&lx, text, len);
    for (lexer_next(&lx, &t); t.kind != TOKEN_END; lexer_next(&lx, &t))
        at += (size_t)snprintf(out + at, sizeof out - at, "%s%c:%.*s@%d%s%s", at ? " " : "",
                               kinds[t.kind], (int)t.len, t.start, t.line, t.finished ? "" : "!",
                               lx.body >= 0 ? "^" : "");
    out[at] = '\0';
    assert_ptr_equal(t.start, text + len);
    lexer_next(&lx, &t);
    assert_int_equal(t.kind, TOKEN_END);
    assert_int_equal(t.len, 0);
    return out;
}

static void expect(const char *text, const char *wanted)
{
    assert_string_equal(tokens(text, strlen(text)), wanted);
}

static void every_kind_of_token_is_told(void **state)
{
    (void)state;
    expect("", "");
    expect("local x1 = _ENV", "k:local@1 n:x1@1 s:=@1 n:_ENV@1");
    expect("a.b..c...", "n:a@1 s:.@1 n:b@1 s:..@1 n:c@1 s:...@1");
    expect("a<=b//c::~=>>>=", "n:a@1 s:<=@1 n:b@1 s://@1 n:c@1 s:::@1 s:~=@1 s:>>@1 s:>=@1");
    expect("ends end", "n:ends@1 k:end@1");
    expect("$x ! \x80", "?:$@1 n:x@1 ?:!@1 ?:\x80@1");
}

static void numbers_end_where_lua_ends_them(void **state)
{
    (void)state;
    expect("3 0x1Fp-2 1e+5 .5 3..2 0xep1 5-3",
           "d:3@1 d:0x1Fp-2@1 d:1e+5@1 d:.5@1 d:3..2@1 d:0xep1@1 d:5@1 s:-@1 d:3@1");
    expect("3x 1e", "d:3x@1 d:1e@1");
}

static void strings_and_comments_span_what_they_should(void **state)
{
    (void)state;
    expect("'a\"b\\'' \"c\\\\\"", "\":'a\"b\\''@1 \":\"c\\\\\"@1");
    expect("'cut\nx", "\":'cut@1! n:x@2");
    expect("'a\\\nb' y", "\":'a\\\nb'@1 n:y@2");
    expect("'a\\z \n \n b' y", "\":'a\\z \n \n b'@1 n:y@3");
    expect("[[a]b]] [==[ ]] ]=] ]==] z", "[:[[a]b]]@1 [:[==[ ]] ]=] ]==]@1 n:z@1");
    expect("[=x [[", "s:[@1 s:=@1 n:x@1 [:[[@1!");
    expect("-- c\nx --[[ a\nb ]] y --[==", "-:-- c@1 n:x@2 -:--[[ a\nb ]]@2 n:y@3 -:--[==@3");
    expect("--[[", "-:--[[@1!");
    expect("'\\", "\":'\\@1!");
    expect("a\r\nb\n\rc\rd", "n:a@1 n:b@2 n:c@3 n:d@4");
    struct lexer lx;
    struct token t;
    lexer_init(&lx, "a\0b", 3);
    for (int i = 0; i < 2; i++)
        lexer_next(&lx, &t);
    assert_int_equal(t.kind, TOKEN_BAD);
    lexer_next(&lx, &t);
    assert_int_equal(t.kind, TOKEN_NAME);
}

static void function_bodies_are_told_from_the_rest(void **state)
{
    (void)state;
    expect("if a then b() end c", "k:if@1 n:a@1 k:then@1 n:b@1 s:(@1 s:)@1 k:end@1 n:c@1");
    expect("function f(p) if a then end end g", "k:function@1^ n:f@1^ s:(@1^ n:p@1^ s:)@1^ k:if@1^ "
                                                "n:a@1^ k:then@1^ k:end@1^ k:end@1 n:g@1");
    expect("do function f() repeat until function() end end a end b",
           "k:do@1 k:function@1^ n:f@1^ s:(@1^ s:)@1^ k:repeat@1^ k:until@1^ k:function@1^ s:(@1^ "
           "s:)@1^ k:end@1^ k:end@1 n:a@1 k:end@1 n:b@1");
    expect("end end function x", "k:end@1 k:end@1 k:function@1^ n:x@1^");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_token_is_told),
        cmocka_unit_test(numbers_end_where_lua_ends_them),
        cmocka_unit_test(strings_and_comments_span_what_they_should),
        cmocka_unit_test(function_bodies_are_told_from_the_rest),
    };
    return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
