/*
** bdb/jump: programs that are stopped at a line and made to go on at another one. A row says where the
** n-th stop is, where to jump, and what the program tells of itself by out(): "5: a b" landed on line 5 and
** told a and b; "!why" is a refusal, after which the program must run as if nobody had asked.
** After each run the code must be what it was before. PDB-239, PDB-240, PDB-334.
*/
#include "bdb/bdb.h"
#include "bdb/breakpoint.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/frame.h"
#include "core/hook.h"
#include "core/layout.h"
#include "core/universe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct session {
    lua_State *L;
    struct xdb_bdb *b;
    struct buffer log;
    int nth, to;          /* jump at this stop; 0: never */
    int landed;           /* where, or 0 */
    struct xdb_error why; /* it was refused */
    const char *commands; /* of a talk, see `talk` */
};

static struct session *of(lua_State *L)
{
    return *(struct session **)lua_getextraspace(L);
}

static int out(lua_State *L)
{
    struct session *s = of(L);
    size_t n;
    for (int i = 1; i <= lua_gettop(L); i++) {
        const char *text = luaL_tolstring(L, i, &n);
        buffer_addf(&s->log, "%s%s", s->log.len ? " " : "", text);
        lua_pop(L, 1);
    }
    return 0;
}

/* Stops at the calling line. */
static int trace(lua_State *L)
{
    xdb_bdb_set_trace(of(L)->b, L, 1);
    return 0;
}

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

static void start(struct session *s, const struct xdb_front *with)
{
    struct xdb_error err;
    memset(s, 0, sizeof *s);
    buffer_init(&s->log);
    s->L = luaL_newstate();
    *(struct session **)lua_getextraspace(s->L) = s;
    luaL_openlibs(s->L);
    lua_register(s->L, "out", out);
    lua_register(s->L, "trace", trace);
    s->b = xdb_bdb_new(s->L, with, s, NULL, &err);
    assert_non_null(s->b);
}

static void finish(struct session *s)
{
    struct universe *u = universe_find(s->L);
    xdb_bdb_free(s->b, s->L);
    lua_close(s->L);
    universe_close(u, NULL);
    buffer_release(&s->log);
}

static void breakpoint(struct session *s, int line)
{
    struct xdb_error err;
    struct xdb_break_spec spec = {.file = "=program", .line = line};
    if (xdb_bdb_set_break(s->b, s->L, &spec, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

static int append(lua_State *L, const void *p, size_t n, void *to)
{
    (void)L;
    buffer_add(to, p, n);
    return 0;
}

/* [program -> program] */
static void dump(lua_State *L, struct buffer *b)
{
    buffer_init(b);
    lua_dump(L, append, b, 0);
}

/* Runs a program and sees to it that its code is the same before and after. False: it failed. */
static bool run(struct session *s, const char *program)
{
    struct buffer before, after;
    if (luaL_loadbuffer(s->L, program, strlen(program), "=program") != LUA_OK)
        fail_msg("%s", lua_tostring(s->L, -1));
    dump(s->L, &before);
    lua_pushvalue(s->L, -1);
    int status = xdb_bdb_call(s->b, s->L, 0, 0);
    if (status != LUA_OK && status != XDB_QUIT) {
        buffer_addf(&s->log, "%serror", s->log.len ? " " : "");
        lua_pop(s->L, 1);
    }
    dump(s->L, &after);
    lua_pop(s->L, 1);
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, before.len);
    buffer_release(&before);
    buffer_release(&after);
    lua_gc(s->L, LUA_GCCOLLECT);
    return status == LUA_OK;
}

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

/* ---- sessions --------------------------------------------------------------------------------- */

/*
** A talk of stops and commands, as in unit bdb: "L5" a line, "b5" a breakpoint, "C1" a call, "R5" a return, "E3"
** an error; s n r c q as there, u, and "j7" jumps: "->7" or "!" in the log, then the next command is read.
*/
static void talk(struct xdb_bdb *b, const struct xdb_event *e, const char *kind)
{
    struct session *s = xdb_bdb_data(b);
    buffer_addf(&s->log, "%s%s%d", s->log.len ? " " : "", kind, e->line);
    while (*s->commands == 'j') {
        char *end;
        int landed = 0;
        int line = (int)strtol(s->commands + 1, &end, 10);
        s->commands = end + (*end == ' ');
        if (xdb_bdb_jump(b, e->frame, line, &landed, &s->why) < 0)
            buffer_adds(&s->log, " !");
        else
            buffer_addf(&s->log, " ->%d", landed);
    }
    switch (*s->commands ? *s->commands++ : 'c') {
    case 's':
        xdb_bdb_set_step(b);
        break;
    case 'n':
        xdb_bdb_set_next(b, e->frame);
        break;
    case 'u':
        xdb_bdb_set_until(b, e->frame, 0);
        break;
    case 'r':
        xdb_bdb_set_return(b, e->frame);
        break;
    case 'q':
        xdb_bdb_set_quit(b);
        break;
    default:
        xdb_bdb_set_continue(b);
    }
    s->commands += *s->commands == ' ';
}

static void talk_line(struct xdb_bdb *b, const struct xdb_event *e)
{
    talk(b, e, e->kind == XDB_EVENT_INTERRUPT ? "I" : e->breakpoint ? "b" : "L");
}

static void talk_call(struct xdb_bdb *b, const struct xdb_event *e)
{
    if (e->stepping)
        talk(b, e, "C");
}

static void talk_return(struct xdb_bdb *b, const struct xdb_event *e)
{
    talk(b, e, "R");
}

static void talk_exception(struct xdb_bdb *b, const struct xdb_event *e)
{
    talk(b, e, "E");
}

static const struct xdb_front talker = {.user_line = talk_line,
                                        .user_call = talk_call,
                                        .user_return = talk_return,
                                        .user_exception = talk_exception};

static void expect(const char *program, const int *lines, const char *commands, const char *log)
{
    struct session s;
    if (!layout_prove())
        skip();
    start(&s, &talker);
    s.commands = commands;
    for (; *lines; lines++)
        breakpoint(&s, *lines);
    run(&s, program);
    assert_string_equal(s.log.data, log);
    finish(&s);
}

#define LINES(...) ((const int[]){__VA_ARGS__, 0})

static const char calls[] = "local function f(a)\n" /* 1 */
                            "  out('in')\n"         /* 2 */
                            "  return a\n"          /* 3 */
                            "end\n"                 /* 4 */
                            "out('a')\n"            /* 5 */
                            "local x = f(1)\n"      /* 6 */
                            "x = f(x)\n"            /* 7 */
                            "out('b')\n"            /* 8 */
                            "return x\n";           /* 9 */

static void stepping_goes_on_from_the_new_line(void **state)
{
    (void)state;
    expect(calls, LINES(5), "j6 n n n c", "b5 ->6 in L7 in L8 b L9");
    expect(calls, LINES(5), "j6 s s s c", "b5 ->6 C1 L2 in L3 in b");
    expect(calls, LINES(8), "j7 n c", "a in in b8 ->7 in L8 b");
    expect(calls, LINES(7), "j5 s s c", "a in b7 ->5 a L6 C1 in b7 in b");
    expect(calls, LINES(2), "j3 r c c", "a b2 ->3 R3 b2 in b");
    expect(calls, LINES(2), "j3 n n c", "a b2 ->3 R3 L7 b2 in b");
}

static void until_counts_from_the_new_line(void **state)
{
    (void)state;
    const char *loop = "out('a')\n"       /* 1 */
                       "local n = 0\n"    /* 2 */
                       "while n < 3 do\n" /* 3 */
                       "  n = n + 1\n"    /* 4 */
                       "end\n"            /* 5 */
                       "out('b')\n"       /* 6 */
                       "out('c')\n";      /* 7 */
    expect(loop, LINES(6), "j4 u c", "a b6 ->4 L6 b c");
    expect(loop, LINES(1), "n n j4 u c", "b1 a L2 L3 ->4 L6 b c");
}

static void several_jumps_at_one_stop(void **state)
{
    (void)state;
    expect(calls, LINES(5), "j6 j8 c", "b5 ->6 ! in in b");
    expect(calls, LINES(7), "j6 j5 n c", "a in b7 ->6 ->5 a L6 in b7 in b");
    expect(calls, LINES(7), "j6 j5 j6 c", "a in b7 ->6 ->5 ->6 in b7 in b");
    expect(calls, LINES(8), "j9 j8 c", "a in in b8 ->9 ->8 b");
    expect(calls, LINES(8), "j9 j8 j7 c c", "a in in b8 ->9 ->8 ->7 in b8 b");
    expect(calls, LINES(8), "j9 j3 n c", "a in in b8 ->9 ->4 L5 a in in b8 b");
}

static void refusals_change_nothing(void **state)
{
    (void)state;
    expect(calls, LINES(5), "j8 n n c", "b5 ! a L6 in L7 in b");
    expect(calls, LINES(5), "j8 j99 j6 j8 c", "b5 ! ! ->6 ! in in b");
}

static void the_landing_is_no_hit_and_the_next_arrival_is(void **state)
{
    (void)state;
    struct session s;
    if (!layout_prove())
        skip();
    start(&s, &talker);
    s.commands = "j3 c j6 c c c";
    breakpoint(&s, 1);
    breakpoint(&s, 3);
    breakpoint(&s, 6);
    run(&s, "out('a')\n"          /* 1 */
            "out('b')\n"          /* 2 */
            "out('c')\n"          /* 3 */
            "out('d')\n"          /* 4 */
            "again = not again\n" /* 5 */
            "out('e')\n");        /* 6 */
    assert_string_equal(s.log.data, "b1 ->3 c d b6 ->6 e");
    assert_int_equal(breakpoint_numbered(xdb_bdb_registry(s.b), 2)->hits, 0);
    assert_int_equal(breakpoint_numbered(xdb_bdb_registry(s.b), 3)->hits, 1);
    finish(&s);
}

static void only_from_lines(void **state)
{
    (void)state;
    expect(calls, LINES(5), "s s j2 s s s j2 c", "b5 a L6 C1 ! L2 in L3 R3 ! in b");
    expect("out('a')\n"
           "local t = nil\n"
           "return t.x\n",
           LINES(3), "n j1 c", "a b3 E3 ! error");
}

/* Jumps with the caller's frame. */
static void jump_above(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct session *s = xdb_bdb_data(b);
    struct frame up;
    assert_int_equal(frame_at(e->L, 1, &up), 0);
    assert_int_equal(xdb_bdb_jump(b, &up, 5, NULL, &s->why), XDB_EINVAL);
    xdb_bdb_set_continue(b);
}

static void older_frames_do_not_jump(void **state)
{
    (void)state;
    const struct xdb_front above = {.user_line = jump_above};
    struct session s;
    if (!layout_prove())
        skip();
    start(&s, &above);
    breakpoint(&s, 2);
    run(&s, calls);
    assert_string_equal(s.why.text, "can only jump within the newest frame");
    assert_string_equal(s.log.data, "a in in b");
    finish(&s);
}

static void nobody_jumps_while_the_program_runs(void **state)
{
    (void)state;
    struct session s;
    struct xdb_error err;
    const struct frame f = {0};
    int landed = 7;
    start(&s, &front);
    assert_int_equal(xdb_bdb_jump(s.b, &f, 1, &landed, &err), XDB_EINVAL);
    assert_string_equal(err.text, "the program is not stopped");
    assert_int_equal(landed, 7);
    finish(&s);
}

/* Also without the layout: the reason names it. */
static void without_the_layout_the_refusal_says_so(void **state)
{
    (void)state;
    if (layout_prove())
        skip();
    struct session s;
    start(&s, &front);
    s.nth = 1;
    s.to = 6;
    breakpoint(&s, 5);
    run(&s, calls);
    assert_string_equal(s.why.text, "can't jump with this Lua: its frames are not known "
                                    "(switched off by XDB_LAYOUT)");
    assert_string_equal(s.log.data, "a in in b");
    finish(&s);
}

static void at_a_set_trace_stop_one_steps_first(void **state)
{
    (void)state;
    expect("out('a')\n"
           "trace()\n"
           "out('b')\n"
           "out('c')\n",
           LINES(0), "j4 n j4 n", "a L2 ! L3 ->4 c R4");
}

static void a_jump_is_given_up_by_quit(void **state)
{
    (void)state;
    expect(calls, LINES(5), "j6 q", "b5 ->6");
    expect(calls, LINES(7), "j6 n q", "a in b7 ->6 in L7");
}

static void nothing_wanted_leaves_no_hook(void **state)
{
    (void)state;
    struct session s;
    if (!layout_prove())
        skip();
    start(&s, &front);
    s.nth = 1;
    s.to = 4;
    assert_int_equal(luaL_loadstring(s.L, "trace()\n"
                                          "out('a')\n"
                                          "out('b')\n"
                                          "out(debug.gethook() == nil)\n"),
                     LUA_OK);
    s.to = 4;
    s.nth = 2; /* the first stop is inside trace() */
    xdb_bdb_set_step(s.b);
    xdb_bdb_call(s.b, s.L, 0, 0);
    assert_string_equal(s.log.data, "a b true");
    assert_null(lua_gethook(s.L));
    finish(&s);
}

static void the_programs_own_hooks(void **state)
{
    (void)state;
    check("local lines = ''\n"                                                 /* 1 */
          "debug.sethook(function(_, l) lines = lines .. l .. ' ' end, 'l')\n" /* 2 */
          "out('a')\n"                                                         /* 3 */
          "debug.sethook()\n"                                                  /* 4 */
          "out(lines)\n",                                                      /* 5 */
          ROWS({1, 3, 4, "!can't jump while the program has a line hook of its own"},
               {1, 5, 4, "4: a 3 4 "}));
    check("local n, calls = 0, 0\n"                             /* 1 */
          "debug.sethook(function(e) n = n + 1 end, 'cr', 1)\n" /* 2 */
          "out('a')\n"                                          /* 3 */
          "out('b')\n"                                          /* 4 */
          "debug.sethook()\n"                                   /* 5 */
          "out(n > 10)\n",                                      /* 6 */
          ROWS({1, 3, 4, "4: b true"}, {1, 4, 3, "3: a a b true"}, {1, 3, 5, "5: false"}));
}

/* A tool beside the debugger: it writes the lines down, and has Ctrl-C pressed at one of them. */
static int interrupt_at;

static void second_hook(lua_State *L, lua_Debug *ar)
{
    if (ar->event != LUA_HOOKLINE)
        return;
    buffer_addf(&of(L)->log, " (%d)", ar->currentline);
    if (ar->currentline == interrupt_at)
        xdb_bdb_interrupt(of(L)->b);
}

static int second_mask(struct hook_observer *o, lua_State *L)
{
    (void)o;
    (void)L;
    return LUA_MASKLINE;
}

static void expect_beside(bool before, int interrupt, const char *commands, const char *log)
{
    struct session s;
    struct hook_observer second = {.hook = second_hook, .mask = second_mask};
    if (!layout_prove())
        skip();
    interrupt_at = interrupt;
    memset(&s, 0, sizeof s);
    start(&s, &talker);
    s.commands = commands;
    struct universe *u = universe_find(s.L);
    if (before) { /* told first of every event */
        struct xdb_error err;
        xdb_bdb_free(s.b, s.L);
        hook_attach(u, &second);
        s.b = xdb_bdb_new(s.L, &talker, &s, NULL, &err);
    } else
        hook_attach(u, &second);
    hook_want(&second, s.L, LUA_MASKLINE);
    if (interrupt <= 0)
        breakpoint(&s, 3);
    run(&s, "local a = 1\n"
            "a = 2\n"
            "a = 3\n"
            "a = 4\n"
            "out(a)\n");
    assert_string_equal(s.log.data, log);
    hook_detach(&second, s.L);
    finish(&s);
}

static void another_tool_sees_the_landing_as_a_line(void **state)
{
    (void)state;
    expect_beside(true, 0, "j5 c", " (1) (2) (3) b3 ->5 (5) 2");
    expect_beside(false, 0, "j5 c", " (1) (2) b3 ->5 (3) (5) 2");
    expect_beside(false, 0, "j2 n n c", " (1) (2) b3 ->2 (3) (2) L3 (3) L4 (4) (5) 4");
}

static void from_the_line_that_ctrl_c_stopped_at(void **state)
{
    (void)state;
    expect_beside(true, 2, "j5 c", " (1) (2) I3 ->5 (5) 2");
    expect_beside(false, 2, "j5 c", " (1) (2) I3 ->5 (5) 2");
    expect_beside(false, 2, "j5 n c", " (1) (2) I3 ->5 (5) 2 R5");
}

static void ctrl_c_in_flight_stops_at_the_landing(void **state)
{
    (void)state;
    expect_beside(false, 3, "c", " (1) (2) (3) I4 (5) 4");
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
        cmocka_unit_test(stepping_goes_on_from_the_new_line),
        cmocka_unit_test(until_counts_from_the_new_line),
        cmocka_unit_test(several_jumps_at_one_stop),
        cmocka_unit_test(refusals_change_nothing),
        cmocka_unit_test(the_landing_is_no_hit_and_the_next_arrival_is),
        cmocka_unit_test(only_from_lines),
        cmocka_unit_test(older_frames_do_not_jump),
        cmocka_unit_test(nobody_jumps_while_the_program_runs),
        cmocka_unit_test(without_the_layout_the_refusal_says_so),
        cmocka_unit_test(at_a_set_trace_stop_one_steps_first),
        cmocka_unit_test(a_jump_is_given_up_by_quit),
        cmocka_unit_test(nothing_wanted_leaves_no_hook),
        cmocka_unit_test(the_programs_own_hooks),
        cmocka_unit_test(another_tool_sees_the_landing_as_a_line),
        cmocka_unit_test(from_the_line_that_ctrl_c_stopped_at),
        cmocka_unit_test(ctrl_c_in_flight_stops_at_the_landing),
    };
    return cmocka_run_group_tests_name("jump", tests, NULL, NULL);
}
