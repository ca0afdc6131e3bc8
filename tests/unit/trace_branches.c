/* Where code decides: which constructs are found, where they stand, where their outcomes go on. */
#include "core/buffer.h"
#include "core/instruction.h"
#include "trace/branches.h"
#include "trace/conditions.h"

#include <lauxlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As luaL_loadfile does, past a first line that starts with #. */
static struct bytecode *compile(const char *text)
{
    lua_State *L = luaL_newstate();
    struct bytecode *code;
    struct xdb_error err;
    assert_non_null(L);
    text += *text == '#' ? strcspn(text, "\n") : 0;
    if (luaL_loadbuffer(L, text, strlen(text), "@text") != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    assert_int_equal(bytecode_of(L, -1, &code, &err), 0);
    lua_close(L);
    return code;
}

/* Every branch as "LINE:COLUMN kind FIRST/SECOND;", in the order of functions and code. */
static char *describe(const char *text, const char *told, unsigned flags)
{
    struct bytecode *code = compile(text);
    struct branches *b;
    struct buffer out;
    buffer_init(&out);
    assert_int_equal(branches_new(code, told, told ? strlen(told) : 0, flags, &b), 0);
    for (size_t i = 0; i < code->nall; i++) {
        size_t n;
        const struct branch_site *s = branches_of(b, code->all[i], &n);
        for (size_t k = 0; k < n; k++)
            buffer_addf(&out, "%d:%d %s %d/%d; ", s[k].branch.line, s[k].branch.column,
                        branch_kind_name(s[k].branch.kind), s[k].branch.target[0],
                        s[k].branch.target[1]);
    }
    if (out.len)
        buffer_truncate(&out, out.len - 2);
    branches_free(b);
    bytecode_free(code);
    return buffer_detach(&out, NULL);
}

static void check(const char *text, const char *expected)
{
    char *found = describe(text, text, 0);
    if (strcmp(found, expected) != 0)
        fail_msg("%s\nexpected: %s\n   found: %s", text, expected, found);
    free(found);
}

static void check_conditions(const char *text, const char *expected)
{
    char *found = describe(text, text, BRANCHES_CONDITIONS);
    if (strcmp(found, expected) != 0)
        fail_msg("%s\nexpected: %s\n   found: %s", text, expected, found);
    free(found);
}

static void if_and_elseif(void **state)
{
    (void)state;
    check("local a = ...\nif a then\n  f()\nend\ng()", "2:1 if 3/5");
    check("local a = ...\nif a then\n  f()\nend", "2:1 if 3/0");
    check("if a then\n  f()\nelseif b < 1 then\n  g()\nelse\n  h()\nend\ni()",
          "1:1 if 2/3; 3:1 if 4/6");
    check("if not a then\n  f()\nelse\n  g()\nend", "1:1 if 2/4");
    check("local a = ...\nif not not a then\n  f()\nelse\n  g()\nend", "2:1 if 3/5");
    check("if a ~= b then\n  f()\nelse\n  g()\nend", "1:1 if 2/4");
    check("if not (a ~= b) then\n  f()\nelse\n  g()\nend", "1:1 if 2/4");
    check("if 5 > a then\n  f()\nelse\n  g()\nend", "1:1 if 2/4");
    check("if a == nil then\n  f()\nelse\n  g()\nend", "1:1 if 2/4");
}

static void if_that_only_breaks(void **state)
{
    (void)state;
    check("while true do\n  if a then break end\n  b()\nend\nc()", "2:3 if 5/3");
    check("while true do\n  if not a then break end\n  b()\nend\nc()", "2:3 if 5/3");
    check("while true do\n  if a ~= b then\n    break\n  end\n  b()\nend\nc()", "2:3 if 7/5");
    check("for i = 1, 9 do\n  if a and b then break end\n  b()\nend\nc()",
          "2:8 and 2/3; 2:3 if 5/3; 1:1 for 2/5");
}

static void loops(void **state)
{
    (void)state;
    check("while a do\n  b()\nend\nc()", "1:1 while 2/4");
    check("repeat\n  local x = a()\nuntil x\nc()", "3:1 until 4/2");
    check("repeat\n  local x = a()\n  g = function() return x end\nuntil x > 1\nc()",
          "4:1 until 4/4");
    check("for i = 1, n do\n  b()\nend\nc()", "1:1 for 2/4");
    check("for k, v in pairs(t) do\n  b()\nend\nc()", "1:1 for 2/3"); /* `end` closes */
    check("for i = 1, n do end", "1:1 for 1/0");
    check("for i = 1, 3 do\n  for k in f do\n    g()\n  end\nend", "2:3 for 3/4; 1:1 for 2/0");
    check("while a do end\nb()", "1:1 while 1/2");
}

static void and_or(void **state)
{
    (void)state;
    check("local x = a and b", "1:13 and 1/0");
    check("local x = a or b\nf()", "1:13 or 1/2");
    check("local x = a and b or c\nf()", "1:13 and 1/1; 1:19 or 1/2");
    check("local x = not (a and b) or c\nf()", "1:18 and 1/1; 1:25 or 1/1");
    check("if a and b then\n  f()\nend\ng()", "1:6 and 1/4; 1:1 if 2/4");
    check("if a\n  or b\n  and not (c or d) then\n  f()\nend\ng()",
          "2:3 or 3/4; 3:3 and 3/6; 3:14 or 3/6; 3:20 if 4/6");
    check("while a < b and c do\n  f()\nend\ng()", "1:13 and 1/4; 1:1 while 2/4");
    check("f(a and b, {c or d, k = e and g, [h or i] = 1})",
          "1:5 and 1/1; 1:15 or 1/1; 1:27 and 1/1; 1:37 or 1/1");
    check("return a or b", "1:10 or 1/1");
    check("t[a and b].c, d = e or f", "1:5 and 1/1; 1:21 or 1/1");
}

static void constants_are_no_branches(void **state)
{
    (void)state;
    check("while true do\n  f()\nend", "");
    check("while 1 do\n  f()\nend", "");
    check("if false then\n  f()\nend\nif nil then f() end", "");
    check("if not nil then f() end", "");
    check("local x = nil and f()\nlocal y = 5 and f()\nlocal z = 1 or f()", "");
    check("local D <const> = false\nif D then f() end\nif D or a then\n  f()\nend", "3:1 if 4/0");
    check("local D <const> = true\nfunction f()\n  if D and a then\n    g()\n  end\nend",
          "3:3 if 4/0");
    check("local D <const> = true\ndo local D = f()\n  if D then\n    g()\n  end\nend",
          "3:3 if 4/0");
    check("local D <const> = true\nfor D in f do\n  if D then\n    g()\n  end\nend",
          "3:3 if 4/2; 2:1 for 3/6");
    check("local D <const> = D\nif D then\n  g()\nend", "2:1 if 3/0");
    check("local D <const> = -(1 + 2) * 3\nif D then\n  g()\nend", "");
    check("local x = false\nif x then\n  g()\nend", "2:1 if 3/0");
    check("repeat f() until true", "");
}

static void jumps_that_decide_nothing_are_no_branches(void **state)
{
    (void)state;
    check("if a then end", "");
    check("if a then else f() end", "1:1 if 1/1");
}

static void values_only_with_conditions(void **state)
{
    (void)state;
    check("local x = a > b", "");
    check("f(not a, a == b)", "");
    check_conditions("local x = a > b\nf()", "1:13 value 1/1");
    check_conditions("return a ~= b", "1:10 value 1/1");
    check_conditions("local x = a and b > c\nf()", "1:13 and 1/2; 1:19 value 1/1");
    check_conditions("local x = a > b and c\nf()", "1:17 and 1/1");
    check_conditions("if (a > b) == c then\n  f()\nend", "1:7 value 1/1; 1:1 if 2/0");
}

static void nested_functions(void **state)
{
    (void)state;
    check("function f()\n  if a then\n    b()\n  end\nend\nlocal g = function() return a or b "
          "end\nif f then\n  g()\nend",
          "7:1 if 8/0; 2:3 if 3/0; 6:31 or 6/6");
    check("function M:f() if self then\n g() end end", "1:16 if 2/0");
    check("local function f() return f and 1 end", "1:29 and 1/1");
}

static void statements_that_look_alike(void **state)
{
    (void)state;
    check("#!/bin/lua and or if\nif a then\n f() end", "2:1 if 3/0");
    check("local s = [[if a then end]] -- and or\nif a then\n f() end", "2:1 if 3/0");
    check("goto l; ::l:: ;;; if a then\n goto l end", "1:19 if 2/0");
    check("local t <close> = a or b; f'x'{}'y'.z:w\"v\"[a or b]()", "1:21 or 1/1; 1:46 or 1/1");
    check("t = {f = 1; g; h(), ['k'] = a or b, ...}", "1:31 or 1/1");
}

static void a_text_that_does_not_fit_is_not_believed(void **state)
{
    (void)state;
    char *found = describe("if a then\n  f()\nend\nwhile b do\n  g()\nend", "return 1", 0);
    assert_string_equal(found, "1:0 if 2/4; 4:0 if 5/0");
    free(found);
    found = describe("local x = a or b\nif x == 1 and y then\n  f()\nend", NULL, 0);
    assert_string_equal(found, "1:0 if 1/2; 2:0 if 2/0; 2:0 if 3/0");
    free(found);
}

static void equal_places_are_numbered(void **state)
{
    (void)state;
    struct bytecode *code = compile("if a and b and c then f() end");
    struct branches *b;
    size_t n;
    assert_int_equal(branches_new(code, NULL, 0, 0, &b), 0);
    const struct branch_site *s = branches_of(b, code->main, &n);
    assert_int_equal(n, 3);
    for (uint16_t i = 0; i < 3; i++)
        assert_int_equal(s[i].branch.nth, i);
    branches_free(b);
    bytecode_free(code);
}

/* Each outcome of a site is a way that its instructions can really take. */
static void check_ways(const struct proto *p, const struct branch_site *s)
{
    for (int k = 0; k < 2 && s->from[k] >= 0; k++) {
        int next[2], seen = 0;
        int n = instruction_successors(p->code, p->ncode, s->from[k], next);
        for (int i = 0; i < n; i++) {
            int to = next[i];
            if (to == s->from[k] + 1 && instruction_decode(p->code[to]).op == BC_JMP &&
                s->branch.kind != BRANCH_FOR)
                to = to + 1 + instruction_decode(p->code[to]).bx;
            seen |= to == s->to[0] ? 1 : to == s->to[1] ? 2 : 0;
        }
        assert_int_equal(seen, 3);
    }
}

static void outcomes_are_ways_of_the_code(void **state)
{
    (void)state;
    const char *text = "for i = 1, 3 do for k in f do end end\n"
                       "while a and not b or c < d do if x then break end end\n"
                       "repeat local x = a() until x or y == z\nreturn (a or b) and (c == d)";
    struct bytecode *code = compile(text);
    struct branches *b;
    size_t n;
    assert_int_equal(branches_new(code, text, strlen(text), BRANCHES_CONDITIONS, &b), 0);
    const struct branch_site *s = branches_of(b, code->main, &n);
    assert_int_equal(n, 11);
    for (size_t i = 0; i < n; i++)
        check_ways(code->main, &s[i]);
    branches_free(b);
    bytecode_free(code);
}

static void broken_texts_are_refused(void **state)
{
    (void)state;
    const char *const texts[] = {"if", "for i = do", "local", "x = = 2", "function f( end",
                                 "a.", "::",         "(",     "end",     "x = {"};
    struct conditions *c;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(conditions_read(texts[i], strlen(texts[i]), &c), XDB_EFORMAT);
    char *deep = malloc(100000);
    assert_non_null(deep);
    memset(deep, '(', 100000);
    assert_int_equal(conditions_read(deep, 100000, &c), XDB_EFORMAT);
    for (size_t i = 0; i < 100000; i++)
        deep[i] = "not "[i % 4];
    assert_int_equal(conditions_read(deep, 99996, &c), XDB_EFORMAT);
    free(deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(if_and_elseif),
        cmocka_unit_test(if_that_only_breaks),
        cmocka_unit_test(loops),
        cmocka_unit_test(and_or),
        cmocka_unit_test(constants_are_no_branches),
        cmocka_unit_test(jumps_that_decide_nothing_are_no_branches),
        cmocka_unit_test(values_only_with_conditions),
        cmocka_unit_test(nested_functions),
        cmocka_unit_test(statements_that_look_alike),
        cmocka_unit_test(a_text_that_does_not_fit_is_not_believed),
        cmocka_unit_test(equal_places_are_numbered),
        cmocka_unit_test(outcomes_are_ways_of_the_code),
        cmocka_unit_test(broken_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
