/*
** bdb/jump: which jumps are made and what the program does then. A row says where the n-th stop is, where to
** jump, and what the program tells: "5: a b" landed on line 5 and told a and b; "!why" is a refusal, after
** which the program must run as if nobody had asked. PDB-239, PDB-240, PDB-334.
*/
#include "tests/unit/jump_session.h"

static void at_stop(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct session *s = xdb_bdb_data(b);
    if (s->nth > 0 && --s->nth == 0) {
        int from = e->line;
        if (xdb_bdb_jump(b, e->frame, s->to, &s->landed, &s->why) < 0)
            assert_int_equal(frame_line(e->frame), from);
        else {
            assert_int_equal(frame_line(e->frame), s->landed);
            assert_int_equal(e->line, s->landed);
        }
    }
    xdb_bdb_set_continue(b);
}

static const struct xdb_front front = {.user_line = at_stop};

/* What the program tells when nobody jumps; to be freed. */
static char *undisturbed(const char *program)
{
    struct session s;
    start(&s, &front);
    run(&s, program);
    char *text = strdup(s.log.data);
    finish(&s);
    return text;
}

/* The program with a jump from the nth stop at line `from`; how it went is told in `how`. */
static void jump(const char *program, int nth, int from, int to, struct buffer *how)
{
    struct session s;
    start(&s, &front);
    s.nth = nth;
    s.to = to;
    breakpoint(&s, from);
    run(&s, program);
    if (s.nth > 0)
        fail_msg("line %d was not stopped at", from);
    if (s.landed)
        buffer_addf(how, "%d: %s", s.landed, s.log.data);
    else {
        char *plain = undisturbed(program);
        assert_string_equal(plain, s.log.data);
        free(plain);
        buffer_addf(how, "!%s", s.why.text);
    }
    finish(&s);
}

struct row {
    int nth, from, to;
    const char *expected;
};

static void check(const char *program, const struct row *rows)
{
    if (!layout_prove())
        skip();
    for (const struct row *r = rows; r->expected; r++) {
        struct buffer how;
        buffer_init(&how);
        jump(program, r->nth, r->from, r->to, &how);
        if (strcmp(how.data, r->expected) != 0)
            fail_msg("%d -> %d (%d.):\n  %s\n  %s expected\n%s", r->from, r->to, r->nth, how.data,
                     r->expected, program);
        buffer_release(&how);
    }
}

#define ROWS(...) ((const struct row[]){__VA_ARGS__, {0, 0, 0, NULL}})

/* ---- straight on ------------------------------------------------------------------------------ */

static void lines_are_skipped_and_repeated(void **state)
{
    (void)state;
    check("out(1)\n"
          "out(2)\n"
          "out(3)\n"
          "out(4)\n",
          ROWS({1, 2, 3, "3: 1 3 4"}, {1, 2, 4, "4: 1 4"}, {1, 1, 4, "4: 4"},
               {1, 3, 1, "1: 1 2 1 2 3 4"}, {1, 4, 2, "2: 1 2 3 2 3 4"}, {1, 2, 2, "2: 1 2 3 4"},
               {1, 1, 1, "1: 1 2 3 4"}));
}

static void the_end_of_a_function_can_be_jumped_to(void **state)
{
    (void)state;
    check("local function f(a)\n" /* 1 */
          "  out(a)\n"            /* 2 */
          "  local b = a + 1\n"   /* 3 */
          "  out(b)\n"            /* 4 */
          "end\n"                 /* 5 */
          "local function g(a)\n" /* 6 */
          "  out(a)\n"            /* 7 */
          "  a = a * 2\n"         /* 8 */
          "  return a\n"          /* 9 */
          "end\n"                 /* 10 */
          "f(1)\n"                /* 11 */
          "out(g(5))\n",          /* 12 */
          ROWS({1, 2, 5, "5: 5 10"}, {1, 4, 5, "5: 1 5 10"}, {1, 7, 9, "9: 1 2 5"},
               {1, 8, 10, "10: 1 2 5"}, {1, 9, 7, "7: 1 2 5 10 20"}, {1, 4, 2, "2: 1 1 2 5 10"},
               {1, 11, 12, "12: 5 10"}));
}

static void lines_without_code_lead_to_the_next_that_has_some(void **state)
{
    (void)state;
    check("out(1)\n" /* 1 */
          "-- two\n"
          "\n"
          "out(4)\n" /* 4 */
          "do\n"
          "  out(6)\n" /* 6 */
          "end\n"
          "out(8)\n", /* 8 */
          ROWS({1, 1, 3, "4: 4 6 8"}, {1, 8, 2, "4: 1 4 6 4 6 8"}, {1, 1, 5, "6: 6 8"},
               {1, 1, 7, "8: 8"}, {1, 1, 9, "!line 9 comes after the current code block"}));
}

static void lines_outside_of_the_function_are_refused(void **state)
{
    (void)state;
    check("local function f()\n" /* 1 */
          "  out('f')\n"         /* 2 */
          "end\n"                /* 3 */
          "local function g()\n" /* 4 */
          "  out('g')\n"         /* 5 */
          "end\n"                /* 6 */
          "f()\n"                /* 7 */
          "g()\n",               /* 8 */
          ROWS({1, 2, 4, "!line 4 comes after the current code block"},
               {1, 2, 26, "!line 26 comes after the current code block"},
               {1, 5, 3, "!line 3 comes before the current code block"},
               {1, 5, 0, "!line 0 comes before the current code block"},
               {1, 5, -1, "!line -1 comes before the current code block"},
               {1, 7, 0, "!line 0 comes before the current code block"},
               {1, 7, 2147483647, "!line 2147483647 comes after the current code block"},
               {1, 5, 4, "5: f g"}));
}

static void the_head_of_a_vararg_function_is_behind_its_preparation(void **state)
{
    (void)state;
    check("local function f(...)\n"         /* 1 */
          "  local a, b = ...\n"            /* 2 */
          "  out(a, b, select('#', ...))\n" /* 3 */
          "  a = nil\n"                     /* 4 */
          "end\n"                           /* 5 */
          "f(1, 2, 3)\n",                   /* 6 */
          ROWS({1, 4, 1, "2: 1 2 3 1 2 3"}, {1, 4, 2, "2: 1 2 3 1 2 3"}, {1, 3, 2, "2: 1 2 3"},
               {1, 2, 5, "5: "}));
}

static void a_program_on_one_line_can_only_begin_again(void **state)
{
    (void)state;
    check("n = (n or 0) + 1 out(n)", ROWS({1, 1, 1, "1: 1"}));
    check("for i = 1, 2 do out(i) end\nout('end')",
          ROWS({1, 1, 2, "2: end"}, {1, 2, 1, "1: 1 2 1 2 end"}, {2, 1, 1, "1: 1 1 2 end"}));
}

/* ---- blocks and loops ------------------------------------------------------------------------- */

static void blocks_without_locals_can_be_entered_and_left(void **state)
{
    (void)state;
    check("local a = 1\n"     /* 1 */
          "if a == 2 then\n"  /* 2 */
          "  out('then')\n"   /* 3 */
          "elseif a then\n"   /* 4 */
          "  out('elseif')\n" /* 5 */
          "else\n"
          "  out('else')\n"  /* 7 */
          "  out('still')\n" /* 8 */
          "end\n"
          "out('end')\n", /* 10 */
          ROWS({1, 2, 3, "3: then end"}, {1, 2, 7, "7: else still end"}, {1, 2, 8, "8: still end"},
               {1, 5, 7, "7: else still end"}, {1, 5, 10, "10: end"}, {1, 5, 9, "10: end"},
               {1, 10, 3, "3: elseif then end"}, {1, 5, 2, "2: elseif end"},
               {1, 2, 4, "4: elseif end"}, {1, 1, 3, "3: then end"},
               {1, 1, 4, "!can't jump into the scope of local 'a', which has no value yet"}));
}

static void while_loops(void **state)
{
    (void)state;
    check("local n = 0\n"    /* 1 */
          "out('start')\n"   /* 2 */
          "while n < 3 do\n" /* 3 */
          "  n = n + 1\n"    /* 4 */
          "  out(n)\n"       /* 5 */
          "end\n"            /* 6 */
          "out('end')\n",    /* 7 */
          ROWS({2, 5, 3, "3: start 1 3 end"}, {2, 5, 7, "7: start 1 end"},
               {2, 5, 4, "4: start 1 3 end"}, {2, 5, 2, "2: start 1 start 3 end"},
               {1, 2, 5, "5: 0 1 2 3 end"}, {1, 7, 4, "4: start 1 2 3 4 end"},
               {1, 7, 1, "1: start 1 2 3 start 1 2 3 end"}, {1, 2, 7, "7: end"}));
}

static void repeat_loops(void **state)
{
    (void)state;
    check("local n = 0\n"          /* 1 */
          "repeat\n"               /* 2 */
          "  n = n + 1\n"          /* 3 */
          "  local last = n > 2\n" /* 4 */
          "  out(n)\n"             /* 5 */
          "until last\n"           /* 6 */
          "out('end')\n",          /* 7 */
          ROWS({1, 5, 3, "3: 2 3 end"}, {1, 5, 7, "7: end"}, {2, 5, 6, "6: 1 3 end"},
               {1, 3, 6, "!can't jump into the scope of local 'last', which has no value yet"},
               {1, 3, 5, "!can't jump into the scope of local 'last', which has no value yet"},
               {1, 3, 4, "4: 0 1 2 3 end"}, {1, 7, 3, "3: 1 2 3 4 end"}));
}

static void numeric_for_loops(void **state)
{
    (void)state;
    check("out('start')\n"    /* 1 */
          "for i = 1, 3 do\n" /* 2 */
          "  out(i)\n"        /* 3 */
          "  out(-i)\n"       /* 4 */
          "end\n"             /* 5 */
          "out('end')\n",     /* 6 */
          ROWS({1, 1, 3, "!can't jump into the body of a for loop"},
               {1, 6, 4, "!can't jump into the body of a for loop"},
               {1, 1, 2, "2: 1 -1 2 -2 3 -3 end"}, {2, 4, 3, "3: start 1 -1 2 2 -2 3 -3 end"},
               {2, 3, 4, "4: start 1 -1 -2 3 -3 end"},
               /* the head, from inside: goes round */
               {2, 3, 2, "2: start 1 -1 3 -3 end"}, {2, 4, 2, "2: start 1 -1 2 3 -3 end"},
               {2, 3, 6, "6: start 1 -1 end"}, {2, 3, 5, "6: start 1 -1 end"},
               {2, 3, 1, "1: start 1 -1 start 1 -1 2 -2 3 -3 end"},
               {1, 6, 2, "2: start 1 -1 2 -2 3 -3 1 -1 2 -2 3 -3 end"},
               /* at the head when it goes round */
               {2, 2, 3, "!can't jump into the body of a for loop"}, {2, 2, 6, "6: start 1 -1 end"},
               {2, 2, 2, "2: start 1 -1 2 -2 3 -3 end"}));
}

static void generic_for_loops(void **state)
{
    (void)state;
    check("out('start')\n"                    /* 1 */
          "for i, v in ipairs {7, 8, 9} do\n" /* 2 */
          "  out(i)\n"                        /* 3 */
          "  out(v)\n"                        /* 4 */
          "end\n"                             /* 5 */
          "out('end')\n",                     /* 6 */
          ROWS({1, 1, 3, "!can't jump into the body of a for loop"},
               {1, 1, 5, "!can't jump into the body of a for loop"},
               {1, 6, 4, "!can't jump into the body of a for loop"},
               {1, 1, 2, "2: 1 7 2 8 3 9 end"}, {2, 3, 2, "2: start 1 7 3 9 end"},
               {2, 4, 3, "3: start 1 7 2 2 8 3 9 end"}, {2, 3, 6, "6: start 1 7 end"},
               {2, 3, 5, "5: start 1 7 end"}, {2, 3, 1, "1: start 1 7 start 1 7 2 8 3 9 end"},
               {1, 6, 2, "2: start 1 7 2 8 3 9 1 7 2 8 3 9 end"}));
}

static void nested_loops(void **state)
{
    (void)state;
    check("for i = 1, 2 do\n"   /* 1 */
          "  for j = 1, 2 do\n" /* 2 */
          "    out(i .. j)\n"   /* 3 */
          "  end\n"             /* 4 */
          "  out(i)\n"          /* 5 */
          "end\n"               /* 6 */
          "out('end')\n",       /* 7 */
          ROWS({1, 3, 5, "5: 1 21 22 2 end"}, {1, 3, 1, "1: 21 22 2 end"}, {1, 3, 7, "7: end"},
               {1, 5, 3, "!can't jump into the body of a for loop"},
               {1, 5, 2, "2: 11 12 11 12 1 21 22 2 end"},
               {1, 7, 3, "!can't jump into the body of a for loop"}));
}

static void goto_and_break(void **state)
{
    (void)state;
    check("for i = 1, 4 do\n"                    /* 1 */
          "  if i == 2 then goto continue end\n" /* 2 */
          "  if i == 4 then\n"                   /* 3 */
          "    out(4) break\n"                   /* 4 */
          "  end\n"                              /* 5 */
          "  out(i)\n"                           /* 6 */
          "  ::continue::\n"                     /* 7 */
          "end\n"                                /* 8 */
          "out('end')\n",                        /* 9 */
          ROWS({1, 2, 4, "4: 4 end"}, {1, 2, 6, "6: 1 3 4 end"}, {2, 2, 6, "6: 1 2 3 4 end"},
               {1, 2, 7, "9: end"}, {1, 6, 1, "1: 3 4 end"}));
}

/* ---- locals ----------------------------------------------------------------------------------- */

static void scopes_of_locals_without_values_are_not_entered(void **state)
{
    (void)state;
    check("out('a')\n"             /* 1 */
          "local x = 'x'\n"        /* 2 */
          "out('b')\n"             /* 3 */
          "do\n"                   /* 4 */
          "  local y = x .. 'y'\n" /* 5 */
          "  out(y)\n"             /* 6 */
          "  out('c')\n"           /* 7 */
          "end\n"                  /* 8 */
          "out(x)\n",              /* 9 */
          ROWS({1, 1, 3, "!can't jump into the scope of local 'x', which has no value yet"},
               {1, 1, 9, "!can't jump into the scope of local 'x', which has no value yet"},
               {1, 1, 2, "2: b xy c x"},
               {1, 3, 6, "!can't jump into the scope of local 'y', which has no value yet"},
               {1, 9, 6, "!can't jump into the scope of local 'y', which has no value yet"},
               {1, 3, 5, "5: a xy c x"}, {1, 3, 4, "5: a xy c x"}, {1, 9, 5, "5: a b xy c xy c x"},
               {1, 7, 6, "6: a b xy xy c x"}, {1, 7, 9, "9: a b xy x"},
               /* out of the scope of x, and in by its declaration */
               {1, 7, 1, "1: a b xy a b xy c x"}, {1, 7, 2, "2: a b xy b xy c x"},
               /* nobody reads y any more */
               {1, 3, 7, "7: a c x"}));
}

static void locals_that_share_an_instruction(void **state)
{
    (void)state;
    check("out('a')\n"          /* 1 */
          "local a\n"           /* 2: sets b and c, too */
          "local b\n"           /* 3 */
          "local c\n"           /* 4 */
          "out(a, b, c)\n"      /* 5 */
          "a, b, c = 1, 2, 3\n" /* 6 */
          "out(a, b, c)\n",     /* 7 */
          ROWS({1, 1, 3, "!can't jump into the scope of local 'a', which has no value yet"},
               {1, 1, 2, "2: nil nil nil 1 2 3"}, {1, 7, 3, "5: a nil nil nil 1 2 3 1 2 3"},
               {1, 7, 2, "2: a nil nil nil nil nil nil 1 2 3"}, {1, 5, 7, "7: a nil nil nil"}));
}

static void a_dead_local_whose_scope_is_entered_is_nil(void **state)
{
    (void)state;
    check("local t = {'left'}\n"                     /* 1 */
          "do\n"                                     /* 2 */
          "  local old = t\n"                        /* 3 */
          "  out(old[1])\n"                          /* 4 */
          "end\n"                                    /* 5 */
          "do\n"                                     /* 6 */
          "  local new = 5\n"                        /* 7 */
          "  new = new + 1\n"                        /* 8 */
          "  out('in')\n"                            /* 9 */
          "  out(select(2, debug.getlocal(1, 2)))\n" /* 10 */
          "end\n",
          ROWS({1, 4, 9, "9: in nil"},
               {1, 4, 8, "!can't jump into the scope of local 'new', which has no value yet"}));
}

static void constants_take_no_room(void **state)
{
    (void)state;
    check("local a = 1\n"           /* 1 */
          "local k <const> = 'k'\n" /* 2: no code */
          "local b = a + 1\n"       /* 3 */
          "out(a, k, b)\n"          /* 4 */
          "out(b, k, a)\n",         /* 5 */
          ROWS({1, 3, 2, "3: 1 k 2 2 k 1"}, {1, 5, 3, "3: 1 k 2 1 k 2 2 k 1"},
               {1, 4, 5, "5: 2 k 1"},
               {1, 3, 5, "!can't jump into the scope of local 'b', which has no value yet"}));
}

static void shadowed_names(void **state)
{
    (void)state;
    check("local x = 1\n" /* 1 */
          "out(x)\n"      /* 2 */
          "local x = 2\n" /* 3 */
          "out(x)\n"      /* 4 */
          "local x = 3\n" /* 5 */
          "out(x)\n",     /* 6 */
          ROWS({1, 6, 2, "2: 1 2 1 2 3"}, {1, 6, 4, "4: 1 2 2 3"},
               {1, 2, 6, "!can't jump into the scope of local 'x', which has no value yet"},
               {1, 2, 3, "3: 2 3"}));
}

/* ---- what must be closed ---------------------------------------------------------------------- */

static void scopes_of_captured_locals_are_not_left(void **state)
{
    (void)state;
    check("local fs = {}\n"                               /* 1 */
          "do\n"                                          /* 2 */
          "  local x = 1\n"                               /* 3 */
          "  fs[1] = function() x = x + 1 return x end\n" /* 4 */
          "  out(fs[1]())\n"                              /* 5 */
          "  x = 10\n"                                    /* 6 */
          "end\n"                                         /* 7 */
          "local y = 5\n"                                 /* 8 */
          "out(fs[1]())\n"                                /* 9 */
          "out(y)\n",                                     /* 10 */
          ROWS({1, 5, 9, "!can't jump into the scope of local 'y', which has no value yet"},
               {1, 5, 8, "!can't jump out of the scope of local 'x', which a function captures"},
               {1, 5, 3, "!can't jump out of the scope of local 'x', which a function captures"},
               {1, 6, 1, "!can't jump out of the scope of local 'x', which a function captures"},
               {1, 6, 5, "5: 2 3 11 5"}, {1, 6, 4, "4: 2 3 11 5"}, {1, 10, 9, "9: 2 11 12 5"},
               {1, 10, 8, "8: 2 11 12 5"}, {1, 9, 3, "3: 2 2 11 5"}));
}

static void a_local_function_captures_itself(void **state)
{
    (void)state;
    check("out('a')\n"                                  /* 1 */
          "local function down(n)\n"                    /* 2 */
          "  return n == 0 and 'zero' or down(n - 1)\n" /* 3 */
          "end\n"                                       /* 4 */
          "out(down(3))\n"                              /* 5 */
          "out('b')\n",                                 /* 6 */
          ROWS({1, 1, 4, "4: zero b"}, {1, 6, 5, "5: a zero zero b"},
               {1, 6, 1, "!can't jump out of the scope of local 'down', which a function captures"},
               {1, 1, 5, "!can't jump into the scope of local 'down', which has no value yet"}));
}

static void captured_loop_variables(void **state)
{
    (void)state;
    check("local fs = {}\n"                     /* 1 */
          "for i = 1, 3 do\n"                   /* 2 */
          "  fs[i] = function() return i end\n" /* 3 */
          "  out(i)\n"                          /* 4 */
          "  out(-i)\n"                         /* 5 */
          "end\n"                               /* 6 */
          "out(fs[1](), fs[2](), fs[3]())\n",   /* 7 */
          ROWS({2, 4, 7, "!can't jump out of the scope of local 'i', which a function captures"},
               {2, 4, 2, "!can't jump out of the scope of local 'i', which a function captures"},
               {2, 5, 4, "4: 1 -1 2 2 -2 3 -3 1 2 3"}, {2, 4, 3, "3: 1 -1 2 -2 3 -3 1 2 3"},
               {1, 7, 2, "2: 1 -1 2 -2 3 -3 1 -1 2 -2 3 -3 1 2 3"}));
}

static void to_be_closed_variables(void **state)
{
    (void)state;
    check("local function new(name)\n"                                               /* 1 */
          "  return setmetatable({}, {__close = function() out('-' .. name) end})\n" /* 2 */
          "end\n"                                                                    /* 3 */
          "do\n"                                                                     /* 4 */
          "  out('a')\n"                                                             /* 5 */
          "  local x <close> = new('x')\n"                                           /* 6 */
          "  out('b')\n"                                                             /* 7 */
          "  local y <close> = nil\n"                                                /* 8 */
          "  out('c')\n"                                                             /* 9 */
          "end\n"                                                                    /* 10 */
          "out('d')\n",                                                              /* 11 */
          ROWS({1, 7, 11, "!can't jump out of the scope of to-be-closed variable 'x'"},
               {1, 7, 5, "!can't jump out of the scope of to-be-closed variable 'x'"},
               {1, 5, 7, "!can't jump into the scope of to-be-closed variable 'x'"},
               {1, 11, 9, "!can't jump into the scope of to-be-closed variable 'x'"},
               {1, 7, 9, "!can't jump into the scope of to-be-closed variable 'y'"},
               {1, 9, 7, "7: a b b c -x d"}, {1, 9, 8, "8: a b c -x d"}, {1, 5, 6, "6: b c -x d"},
               {1, 5, 11, "11: d"}, {1, 11, 5, "5: a b c -x a b c -x d"},
               {1, 11, 6, "6: a b c -x b c -x d"}));
}

static void a_for_loop_with_something_to_close(void **state)
{
    (void)state;
    check("local function each(close)\n"                                                   /* 1 */
          "  local n = 0\n"                                                                /* 2 */
          "  return function() n = n + 1 return n < 4 and n or nil end, nil, nil, close\n" /* 3 */
          "end\n"                                                                          /* 4 */
          "local c = setmetatable({}, {__close = function() out('closed') end})\n"         /* 5 */
          "for i in each(c) do\n"                                                          /* 6 */
          "  out(i)\n"                                                                     /* 7 */
          "end\n"                                                                          /* 8 */
          "for i in each(nil) do\n"                                                        /* 9 */
          "  out(i)\n"                                                                     /* 10 */
          "end\n"                                                                          /* 11 */
          "out('end')\n",                                                                  /* 12 */
          ROWS({2, 7, 12, "!can't jump out of a for loop that has something to close"},
               {2, 7, 9, "!can't jump out of a for loop that has something to close"},
               {2, 7, 8, "8: 1 closed 1 2 3 end"}, {2, 7, 6, "6: 1 3 closed 1 2 3 end"},
               {2, 10, 12, "12: 1 2 3 closed 1 end"}, {2, 10, 11, "11: 1 2 3 closed 1 end"},
               {2, 10, 6, "6: 1 2 3 closed 1 1 2 3 closed 1 2 3 end"}));
}

/* ---- statements over several lines ------------------------------------------------------------ */

static void the_middle_of_a_statement_is_left_and_not_entered(void **state)
{
    (void)state;
    check("local function id(x) out(x) return x end\n" /* 1 */
          "out('a')\n"                                 /* 2 */
          "local r = {\n"                              /* 3 */
          "  id(4),\n"                                 /* 4 */
          "  id(5),\n"                                 /* 5 */
          "  n = id(6),\n"                             /* 6 */
          "}\n"                                        /* 7 */
          "select(\n"                                  /* 8 */
          "  id(1),\n"                                 /* 9 */
          "  id(10)\n"                                 /* 10 */
          ")\n"                                        /* 11 */
          "out('b')\n",                                /* 12 */
          ROWS({1, 5, 2, "2: a 4 a 4 5 6 1 10 b"}, {1, 5, 8, "8: a 4 1 10 b"},
               {1, 6, 12, "12: a 4 5 b"}, {1, 2, 5, "!line 5 begins in the middle of a statement"},
               {1, 6, 4, "!line 4 begins in the middle of a statement"},
               {1, 2, 7, "!line 7 begins in the middle of a statement"},
               {1, 2, 3, "3: 4 5 6 1 10 b"}, {1, 10, 8, "8: a 4 5 6 1 1 10 b"},
               {1, 10, 12, "12: a 4 5 6 1 b"},
               {1, 12, 9, "!line 9 begins in the middle of a statement"},
               {1, 10, 10, "10: a 4 5 6 1 10 b"}, {1, 10, 3, "3: a 4 5 6 1 4 5 6 1 10 b"}));
}

static void conditions_over_several_lines(void **state)
{
    (void)state;
    check("local a, b = true, false\n" /* 1 */
          "if a\n"                     /* 2 */
          "  and b\n"                  /* 3 */
          "then\n"                     /* 4 */
          "  out('yes')\n"             /* 5 */
          "end\n"                      /* 6 */
          "local c = a\n"              /* 7 */
          "  and\n"                    /* 8 */
          "  b\n"                      /* 9 */
          "out(c)\n"                   /* 10 */
          "local s = a == b\n"         /* 11 */
          "out(s)\n"                   /* 12 */
          "s = a\n"                    /* 13 */
          "  == b\n"                   /* 14 */
          "out(s)\n",                  /* 15 */
          ROWS({1, 3, 4, "4: false false false"}, {1, 3, 5, "5: yes false false false"},
               {1, 10, 2, "3: false false false"}, {1, 10, 9, "9: false false false"},
               {1, 12, 11, "11: false false false"}));
}

static void functions_defined_over_several_lines(void **state)
{
    (void)state;
    check("local M = {}\n"                        /* 1 */
          "out('a')\n"                            /* 2 */
          "function M.f()\n"                      /* 3 */
          "  return 'f'\n"                        /* 4 */
          "end\n"                                 /* 5 */
          "function g()\n"                        /* 6 */
          "  return 'g'\n"                        /* 7 */
          "end\n"                                 /* 8 */
          "local h = function()\n"                /* 9 */
          "  return 'h'\n"                        /* 10 */
          "end\n"                                 /* 11 */
          "out(M.f and M.f(), g and g(), h())\n", /* 12 */
          ROWS({1, 2, 3, "5: f g h"}, {1, 2, 5, "5: f g h"}, {1, 2, 6, "8: nil g h"},
               {1, 2, 4, "5: f g h"}, {1, 2, 9, "11: nil nil h"}, {1, 12, 6, "8: a f g h"}));
}

/* Everything that half a statement can leave behind: jumped away from, its garbage harms nobody. */
static void half_statements_of_all_kinds(void **state)
{
    (void)state;
    check("local function id(...) return ... end\n" /* 1 */
          "local t, n = {x = {}}, 0\n"              /* 2 */
          "n = n + 1\n"                             /* 3 */
          "t.x.y = 'a'\n"                           /* 4 */
          "  .. id(\n"                              /* 5 */
          "  n)\n"                                  /* 6 */
          "t[n], t.z =\n"                           /* 7 */
          "  id(1),\n"                              /* 8 */
          "  id(2)\n"                               /* 9 */
          "t.f = function(self) return self end\n"  /* 10 */
          "t:f(\n"                                  /* 11 */
          "  id(1),\n"                              /* 12 */
          "  id(2, 3)\n"                            /* 13 */
          ")\n"                                     /* 14 */
          "collectgarbage()\n"                      /* 15 */
          "out(n, t.x.y, t.z)\n",                   /* 16 */
          ROWS({1, 5, 15, "15: 1 nil nil"}, {1, 6, 3, "3: 2 a2 2"}, {1, 9, 3, "3: 2 a2 2"},
               {1, 9, 15, "15: 1 a1 nil"}, {1, 13, 15, "15: 1 a1 2"}, {1, 13, 3, "3: 2 a2 2"},
               {1, 12, 11, "11: 1 a1 2"}));
}

/* ---- where one stands ------------------------------------------------------------------------- */

static void coroutines(void **state)
{
    (void)state;
    check("local co = coroutine.wrap(function(a)\n" /* 1 */
          "  out(a)\n"                              /* 2 */
          "  local b = coroutine.yield(1)\n"        /* 3 */
          "  out(b)\n"                              /* 4 */
          "  return 2\n"                            /* 5 */
          "end)\n"                                  /* 6 */
          "out(co('a'))\n"                          /* 7 */
          "out(co('b'))\n",                         /* 8 */
          ROWS({1, 4, 2, "2: a 1 a 1"}, {1, 4, 5, "5: a 1 2"}, {1, 3, 2, "2: a a 1 b 2"},
               {1, 2, 5, "5: 2 error"}, {1, 4, 3, "3: a 1 1"}));
}

static void recursion(void **state)
{
    (void)state;
    check("local function f(n)\n" /* 1 */
          "  if n > 0 then\n"     /* 2 */
          "    f(n - 1)\n"        /* 3 */
          "  end\n"               /* 4 */
          "  out(n)\n"            /* 5 */
          "end\n"                 /* 6 */
          "f(2)\n",               /* 7 */
          ROWS({1, 3, 5, "5: 2"}, {2, 3, 5, "5: 1 2"}, {1, 5, 3, "3: -1 0 1 2"},
               {2, 5, 2, "2: 0 0 1 2"}, {3, 5, 6, "6: 0 1"}));
}

static void in_functions_that_c_or_an_operator_calls(void **state)
{
    (void)state;
    check("local mt = {__add = function(a, b)\n" /* 1 */
          "  out('add')\n"                       /* 2 */
          "  return 1\n"                         /* 3 */
          "end}\n"                               /* 4 */
          "out(setmetatable({}, mt) + 1)\n"      /* 5 */
          "table.sort({2, 1}, function(a, b)\n"  /* 6 */
          "  out('sort')\n"                      /* 7 */
          "  return a < b\n"                     /* 8 */
          "end)\n",                              /* 9 */
          ROWS({1, 2, 3, "3: 1 sort"}, {1, 3, 2, "2: add add 1 sort"}, {1, 7, 8, "8: add 1"}));
}

static void an_error_after_a_jump_is_told_from_the_new_line(void **state)
{
    (void)state;
    check("out(select(2, pcall(function()\n" /* 1 */
          "  out('a')\n"                     /* 2 */
          "  out('b')\n"                     /* 3 */
          "  error('x')\n"                   /* 4 */
          "end)))\n",                        /* 5 */
          ROWS({1, 2, 4, "4: program:4: x"}, {1, 4, 2, "2: a b a b program:4: x"},
               {1, 4, 5, "5: a b"}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_skipped_and_repeated),
        cmocka_unit_test(the_end_of_a_function_can_be_jumped_to),
        cmocka_unit_test(lines_without_code_lead_to_the_next_that_has_some),
        cmocka_unit_test(lines_outside_of_the_function_are_refused),
        cmocka_unit_test(the_head_of_a_vararg_function_is_behind_its_preparation),
        cmocka_unit_test(a_program_on_one_line_can_only_begin_again),
        cmocka_unit_test(blocks_without_locals_can_be_entered_and_left),
        cmocka_unit_test(while_loops),
        cmocka_unit_test(repeat_loops),
        cmocka_unit_test(numeric_for_loops),
        cmocka_unit_test(generic_for_loops),
        cmocka_unit_test(nested_loops),
        cmocka_unit_test(goto_and_break),
        cmocka_unit_test(scopes_of_locals_without_values_are_not_entered),
        cmocka_unit_test(locals_that_share_an_instruction),
        cmocka_unit_test(a_dead_local_whose_scope_is_entered_is_nil),
        cmocka_unit_test(constants_take_no_room),
        cmocka_unit_test(shadowed_names),
        cmocka_unit_test(scopes_of_captured_locals_are_not_left),
        cmocka_unit_test(a_local_function_captures_itself),
        cmocka_unit_test(captured_loop_variables),
        cmocka_unit_test(to_be_closed_variables),
        cmocka_unit_test(a_for_loop_with_something_to_close),
        cmocka_unit_test(the_middle_of_a_statement_is_left_and_not_entered),
        cmocka_unit_test(conditions_over_several_lines),
        cmocka_unit_test(functions_defined_over_several_lines),
        cmocka_unit_test(half_statements_of_all_kinds),
        cmocka_unit_test(coroutines),
        cmocka_unit_test(recursion),
        cmocka_unit_test(in_functions_that_c_or_an_operator_calls),
        cmocka_unit_test(an_error_after_a_jump_is_told_from_the_new_line),
    };
    return cmocka_run_group_tests_name("jump", tests, NULL, NULL);
}
