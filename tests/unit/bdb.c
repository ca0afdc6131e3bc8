/*
** bdb: the engine driven through its C API. A session is a program, a word of commands and the events
** they lead to, both as text: "L5" a line, "C2" a call, "R3" a return, "E4" an error (small e: it will
** be handled), "b7" a line where a breakpoint stopped. Commands: s n r c q, i (the next instruction: "I5"), u (until), u12, and upper case N R U
** for the caller's frame (after `up`).
*/
#include "bdb/bdb.h"
#include "bdb/breakpoint.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/frame.h"
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
    const char *commands; /* what is left of them */
};

/* The next older Lua frame of the thread. */
static struct frame caller(const struct frame *f)
{
    struct frame up = *f;
    bool passed = false;
    for (int level = 0; frame_at(f->thread, level, &up) == 0; level++) {
        if (passed && frame_is_lua(&up))
            return up;
        passed = passed || up.ci == f->ci;
    }
    fail_msg("no caller");
    return up;
}

static void command(struct session *s, const struct frame *here)
{
    char c = *s->commands ? *s->commands++ : 'c';
    struct frame up = *here;
    while (*s->commands == ' ')
        s->commands++;
    if (c >= 'A' && c <= 'Z')
        up = caller(here);
    switch (c) {
    case 's':
        xdb_bdb_set_step(s->b);
        break;
    case 'n':
    case 'N':
        xdb_bdb_set_next(s->b, &up);
        break;
    case 'r':
    case 'R':
        xdb_bdb_set_return(s->b, &up);
        break;
    case 'u':
    case 'U': {
        char *end;
        long line = strtol(s->commands, &end, 10);
        s->commands = end;
        xdb_bdb_set_until(s->b, &up, (int)line);
        break;
    }
    case 'i':
        xdb_bdb_set_stepinstr(s->b);
        break;
    case 'q':
        xdb_bdb_set_quit(s->b);
        break;
    default:
        xdb_bdb_set_continue(s->b);
    }
    while (*s->commands == ' ')
        s->commands++;
}

static void note(struct xdb_bdb *b, const struct xdb_event *e, char kind)
{
    struct session *s = xdb_bdb_data(b);
    buffer_addf(&s->log, "%s%c%d", s->log.len ? " " : "", kind, e->line);
    command(s, e->frame);
}

static void on_line(struct xdb_bdb *b, const struct xdb_event *e)
{
    note(b, e, e->breakpoint ? 'b' : 'L');
}

static void on_call(struct xdb_bdb *b, const struct xdb_event *e)
{
    if (e->stepping)
        note(b, e, 'C');
}

static void on_return(struct xdb_bdb *b, const struct xdb_event *e)
{
    note(b, e, 'R');
}

static void on_exception(struct xdb_bdb *b, const struct xdb_event *e)
{
    assert_true(e->error_index > 0 && e->error_index <= lua_gettop(e->L));
    note(b, e, e->handled ? 'e' : 'E');
}

static void on_opcode(struct xdb_bdb *b, const struct xdb_event *e)
{
    note(b, e, 'I');
}

static const struct xdb_front front = {
    .user_line = on_line,
    .user_call = on_call,
    .user_return = on_return,
    .user_exception = on_exception,
    .user_opcode = on_opcode,
};

static void begin(struct session *s, const char *commands)
{
    struct xdb_error err;
    memset(s, 0, sizeof *s);
    buffer_init(&s->log);
    s->L = luaL_newstate();
    luaL_openlibs(s->L);
    s->commands = commands;
    s->b = xdb_bdb_new(s->L, &front, s, NULL, &err);
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

static void breakpoint(struct session *s, int line, const char *condition, const char *function)
{
    struct xdb_error err;
    struct xdb_break_spec spec = {.file = function ? NULL : "=program",
                                  .line = line,
                                  .condition = condition,
                                  .function = function};
    if (xdb_bdb_set_break(s->b, s->L, &spec, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

/* Runs the program; `first`: stop at its first line. */
static int run(struct session *s, const char *program, bool first)
{
    assert_int_equal(luaL_loadbuffer(s->L, program, strlen(program), "=program"), LUA_OK);
    if (first)
        xdb_bdb_set_step(s->b);
    int status = xdb_bdb_call(s->b, s->L, 0, 0);
    if (status != LUA_OK && status != XDB_QUIT)
        lua_pop(s->L, 1);
    return status;
}

/* A session from the first line on; the call event of the chunk itself is skipped by an 's'. */
static void expect(const char *program, const char *commands, const char *events)
{
    struct session s;
    begin(&s, commands);
    run(&s, program, true);
    assert_string_equal(s.log.data, events);
    finish(&s);
}

static void expect_breaks(const char *program, const int *lines, const char *commands,
                          const char *events)
{
    struct session s;
    begin(&s, commands);
    for (; *lines; lines++)
        breakpoint(&s, *lines, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, events);
    finish(&s);
}

#define LINES(...) ((const int[]){__VA_ARGS__, 0})

static const char calls[] = "local function f(a)\n" /* 1 */
                            "  local b = a\n"       /* 2 */
                            "  return b\n"          /* 3 */
                            "end\n"                 /* 4 */
                            "local x = f(1)\n"      /* 5 */
                            "x = f(x)\n"            /* 6 */
                            "return x\n";           /* 7 */

static void step_enters_and_leaves_functions(void **state)
{
    (void)state;
    expect(calls, "s s s s s s s c", "C4 L4 L5 C1 L2 L3 R3 L6");
}

static void next_runs_over_calls_and_stops_at_the_return(void **state)
{
    (void)state;
    expect(calls, "s s n n n n n", "C4 L4 L5 L6 L7 R7");
}

static void next_after_a_return_stops_in_the_caller(void **state)
{
    (void)state;
    expect(calls, "s s s s n n n n", "C4 L4 L5 C1 L2 L3 R3 L6 L7");
}

static void return_stops_at_the_return(void **state)
{
    (void)state;
    expect(calls, "s s s s r n n", "C4 L4 L5 C1 L2 R3 L6 L7");
}

static void commands_for_the_caller_after_up(void **state)
{
    (void)state;
    expect(calls, "s s s s N c", "C4 L4 L5 C1 L2 L6");
    expect(calls, "s s s s R c", "C4 L4 L5 C1 L2 R7");
    expect(calls, "s s s s U7 c", "C4 L4 L5 C1 L2 L7");
}

static void an_instruction_can_be_waited_for(void **state)
{
    (void)state;
    expect("local a = 1\nlocal b = a + a + a\nreturn b\n", "s n i i i n c", "C1 L1 L2 I2 I3 I3 R3");
}

static void until_leaves_a_loop(void **state)
{
    (void)state;
    const char *loop = "local n = 0\n"
                       "for i = 1, 3 do\n"
                       "  n = n + i\n"
                       "end\n"
                       "return n\n";
    expect(loop, "s n n u u u c", "C1 L1 L2 L3 L5 R5");
    expect(loop, "s n u99", "C1 L1 L2 R5");
}

static void a_loop_on_one_line_is_crossed_by_one_command(void **state)
{
    (void)state;
    const char *loop = "local n = 0\n"
                       "for i = 1, 3 do n = n + i end\n"
                       "local function f() return 1 end\n"
                       "while n > 3 do n = n - f() end\n"
                       "return n\n";
    expect(loop, "s n n n n c", "C1 L1 L2 L3 L4 L5");
    expect(loop, "s s s s s c", "C1 L1 L2 L3 L4 C3");
}

static void breakpoints_stop_in_their_functions_only(void **state)
{
    (void)state;
    expect_breaks(calls, LINES(2), "c c c", "b2 b2");
    expect_breaks(calls, LINES(3, 6), "c c c c", "b3 b6 b3");
}

static void functions_on_the_same_lines_are_told_apart(void **state)
{
    (void)state;
    const char *program = "local function f() return function()\n" /* 1 */
                          "  return 1\n"                           /* 2 */
                          "end end\n"                              /* 3 */
                          "local g = f()\n"                        /* 4 */
                          "g()\n"                                  /* 5 */
                          "f()()\n";                               /* 6 */
    struct session s;
    begin(&s, "c c");
    breakpoint(&s, 2, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b2 b2");
    finish(&s);
}

static void a_breakpoint_stops_in_recursion_and_after_it(void **state)
{
    (void)state;
    expect_breaks("local function f(n)\n"
                  "  if n > 0 then f(n - 1) end\n"
                  "  return n\n"
                  "end\n"
                  "f(2)\n"
                  "return\n",
                  LINES(3, 6), "c c c c", "b3 b3 b3 b6");
}

static void a_breakpoint_in_the_caller_stops_after_heavy_callees(void **state)
{
    (void)state;
    expect_breaks("local function heavy()\n"
                  "  local t = {}\n"
                  "  for i = 1, 1000 do\n"
                  "    t[i] = i\n"
                  "  end\n"
                  "  table.sort(t, function(a, b)\n"
                  "    return a > b end)\n"
                  "  return t\n"
                  "end\n"
                  "local t = heavy()\n"
                  "t = heavy()\n"
                  "t = nil\n"
                  "return t\n",
                  LINES(12, 13), "c c c", "b12 b13");
}

static void conditions_and_counts(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "c c c");
    breakpoint(&s, 2, "i == 3", NULL);
    run(&s, "for i = 1, 5 do\n  local x = i\nend\n", false);
    assert_string_equal(s.log.data, "b2");
    assert_int_equal(breakpoint_numbered(xdb_bdb_registry(s.b), 1)->hits, 5);
    finish(&s);
}

static void a_failing_condition_stops(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "c c c");
    breakpoint(&s, 2, "nothing.here", NULL);
    run(&s, "for i = 1, 2 do\n  local x = i\nend\n", false);
    assert_string_equal(s.log.data, "b2 b2");
    finish(&s);
}

static void errors_are_events_where_they_are_raised(void **state)
{
    (void)state;
    const char *program = "local function f()\n"
                          "  error('x')\n"
                          "end\n"
                          "local ok = pcall(f)\n"
                          "ok = not ok\n"
                          "return ok\n";
    expect(program, "s s s s s s s c", "C3 L3 L4 C1 L2 e2 L5 L6");
    expect(program, "s s n n n c", "C3 L3 L4 L5 L6 R6");
}

static void an_error_past_the_stepping_frame_stops_there_and_at_the_handler(void **state)
{
    (void)state;
    const char *program = "local function g() error('x') end\n" /* 1 */
                          "local function f()\n"                /* 2 */
                          "  g()\n"                             /* 3 */
                          "  return 1\n"                        /* 4 */
                          "end\n"                               /* 5 */
                          "local function h()\n"                /* 6 */
                          "  local ok = pcall(f)\n"             /* 7 */
                          "  return ok\n"                       /* 8 */
                          "end\n"                               /* 9 */
                          "h()\n"                               /* 10 */
                          "return 2\n";                         /* 11 */
    struct session s;
    begin(&s, "n n c");
    breakpoint(&s, 3, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b3 e3 L8");
    finish(&s);
}

static void an_xpcall_handler_sees_its_error_after_us(void **state)
{
    (void)state;
    const char *program = "local function f()\n"        /* 1 */
                          "  local t = nil\n"           /* 2 */
                          "  return t.x\n"              /* 3 */
                          "end\n"                       /* 4 */
                          "local function h(e)\n"       /* 5 */
                          "  return e end\n"            /* 6 */
                          "local a, b = xpcall(f, h)\n" /* 7 */
                          "return a\n";                 /* 8 */
    struct session s;
    begin(&s, "n n n c");
    breakpoint(&s, 3, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b3 e3 L8 R8");
    finish(&s);
}

static void an_error_without_a_lua_function_belongs_to_who_waits_for_it(void **state)
{
    (void)state;
    const char *program = "local function g()\n"                           /* 1 */
                          "  coroutine.wrap(error)('x')\n"                 /* 2 */
                          "end\n"                                          /* 3 */
                          "pcall(g)\n"                                     /* 4 */
                          "local function h()\n"                           /* 5 */
                          "  coroutine.wrap(coroutine.wrap(error))('y')\n" /* 6 */
                          "end\n"                                          /* 7 */
                          "pcall(h)\n"                                     /* 8 */
                          "return 1\n";                                    /* 9 */
    struct session s;
    begin(&s, "n n c n n c");
    breakpoint(&s, 2, NULL, NULL);
    breakpoint(&s, 6, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b2 e2 L7 b6 e6 L9");
    finish(&s);
}

static void a_message_handler_hands_over_to_who_called_xpcall(void **state)
{
    (void)state;
    const char *program = "local function f() local t = nil + 1 end\n" /* 1 */
                          "local function h(e)\n"                      /* 2 */
                          "  return e\n"                               /* 3 */
                          "end\n"                                      /* 4 */
                          "local function g()\n"                       /* 5 */
                          "  (function() end)()\n"                     /* 6 */
                          "end\n"                                      /* 7 */
                          "xpcall(f, h)\n"                             /* 8 */
                          "g()\n"                                      /* 9 */
                          "xpcall(f, function(e)\n"                    /* 10 */
                          "  xpcall(f, tostring)\n"                    /* 11 */
                          "  return h(e) end)\n"                       /* 12 */
                          "g()\n"                                      /* 13 */
                          "coroutine.wrap(function()\n"                /* 14 */
                          "  local x = xpcall(error, h, 1)\n"          /* 15 */
                          "  g()\n"                                    /* 16 */
                          "end)()\n"                                   /* 17 */
                          "coroutine.wrap(xpcall)(error, h, 1)\n"      /* 18 */
                          "g()\n"                                      /* 19 */
                          "xpcall(f, h)\n"                             /* 20 */
                          "g()\n";                                     /* 21 */
    struct session s;
    begin(&s, "n n c n n c n n c n n c N");
    breakpoint(&s, 3, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b3 R3 L9 b3 R3 L13 b3 R3 L16 b3 R3 L19 b3 L21");
    finish(&s);
}

static void what_follows_a_message_handler_is_none(void **state)
{
    (void)state;
    const char *program = "local function f() local t = nil + 1 end\n"      /* 1 */
                          "local function h(e)\n"                           /* 2 */
                          "  return e\n"                                    /* 3 */
                          "end\n"                                           /* 4 */
                          "local function k2()\n"                           /* 5 */
                          "  return 1\n"                                    /* 6 */
                          "end\n"                                           /* 7 */
                          "local function k()\n"                            /* 8 */
                          "  local a = k2()\n"                              /* 9 */
                          "  return a\n"                                    /* 10 */
                          "end\n"                                           /* 11 */
                          "local closed = {__close = function() k() end}\n" /* 12 */
                          "xpcall(function()\n"                             /* 13 */
                          "  local c <close> = setmetatable({}, closed)\n"  /* 14 */
                          "  f() end, h)\n";                                /* 15 */
    struct session s;
    begin(&s, "c n n n c");
    breakpoint(&s, 3, NULL, NULL);
    breakpoint(&s, 6, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b3 b6 R6 L10 R10");
    finish(&s);
}

static void tail_calls_hand_over_to_the_caller(void **state)
{
    (void)state;
    const char *program = "local function g(x)\n" /* 1 */
                          "  x = x + 1\n"         /* 2 */
                          "  return x\n"          /* 3 */
                          "end\n"                 /* 4 */
                          "local function f(x)\n" /* 5 */
                          "  x = x * 2\n"         /* 6 */
                          "  return g(x)\n"       /* 7 */
                          "end\n"                 /* 8 */
                          "local y = f(1)\n"      /* 9 */
                          "return y\n";           /* 10 */
    struct session s;
    begin(&s, "n n n c");
    breakpoint(&s, 6, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b6 L7 L10 R10");
    finish(&s);
    begin(&s, "r n c");
    breakpoint(&s, 6, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b6 R3 L10");
    finish(&s);
}

static const char generator[] = "local function gen(n)\n"                             /* 1 */
                                "  for i = 1, n do\n"                                 /* 2 */
                                "    coroutine.yield(i)\n"                            /* 3 */
                                "    n = n + 0\n"                                     /* 4 */
                                "  end\n"                                             /* 5 */
                                "  return nil\n"                                      /* 6 */
                                "end\n"                                               /* 7 */
                                "local sum = 0\n"                                     /* 8 */
                                "for v in coroutine.wrap(function() gen(2) end) do\n" /* 9 */
                                "  sum = sum + v\n"                                   /* 10 */
                                "end\n"                                               /* 11 */
                                "return sum\n";                                       /* 12 */

static void next_over_a_yield_waits_for_the_coroutine(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "n n n n n n n c");
    breakpoint(&s, 2, NULL, NULL);
    run(&s, generator, false);
    assert_string_equal(s.log.data, "b2 L3 L4 L2 L3 L4 L2 L6");
    finish(&s);
}

static void return_in_a_coroutine_waits_for_its_end(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "r n n c");
    breakpoint(&s, 3, "i == 1", NULL);
    run(&s, generator, false);
    assert_string_equal(s.log.data, "b3 R6 R9 L11");
    finish(&s);
}

static void step_goes_into_a_coroutine_and_out_again(void **state)
{
    (void)state;
    expect("local co = coroutine.create(function()\n" /* 1 */
           "  coroutine.yield()\n"                    /* 2 */
           "  return 1\n"                             /* 3 */
           "end)\n"                                   /* 4 */
           "coroutine.resume(co)\n"                   /* 5 */
           "coroutine.resume(co)\n"                   /* 6 */
           "return 2\n",                              /* 7 */
           "s s s s s s s s s s s s c", "C1 L1 L4 L1 L5 C1 L2 L6 L3 R3 L7 R7");
}

static void a_coroutine_that_dies_stops_where_it_was_resumed(void **state)
{
    (void)state;
    const char *program = "local co = coroutine.create(function()\n" /* 1 */
                          "  local t = 1\n"                          /* 2 */
                          "  error({})\n"                            /* 3 */
                          "end)\n"                                   /* 4 */
                          "local ok = coroutine.resume(co)\n"        /* 5 */
                          "return ok\n";                             /* 6 */
    struct session s;
    begin(&s, "n n n c");
    breakpoint(&s, 2, NULL, NULL);
    run(&s, program, false);
    assert_string_equal(s.log.data, "b2 L3 e3 L6");
    finish(&s);
}

static void callbacks_from_c_are_stepped_into(void **state)
{
    (void)state;
    expect("local t = {2, 1}\n"
           "table.sort(t, function(a, b)\n"
           "  return a < b\n"
           "end)\n"
           "return t\n",
           "s n n n s s s c", "C1 L1 L2 L4 L2 C2 L3 R3");
}

static void a_function_breakpoint_waits_for_its_function(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "c c c");
    breakpoint(&s, 0, NULL, "later");
    assert_int_equal(breakpoint_pending(xdb_bdb_registry(s.b)), 1);
    assert_int_equal(luaL_loadstring(s.L, "load([[function later(a)\n  return a\nend]])()\n"
                                          "later(1) return later(2)"),
                     LUA_OK);
    xdb_bdb_apply(s.b, s.L);
    assert_int_equal(xdb_bdb_call(s.b, s.L, 0, 0), LUA_OK);
    assert_string_equal(s.log.data, "b2 b2");
    finish(&s);
}

static void quit_passes_every_pcall(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "q");
    breakpoint(&s, 2, NULL, NULL);
    int status = run(&s,
                     "local function f()\n"
                     "  local x = 1\n"
                     "end\n"
                     "while true do\n"
                     "  xpcall(pcall, type, f)\n"
                     "  local co = coroutine.wrap(function() pcall(f) end)\n"
                     "  pcall(co)\n"
                     "end\n",
                     false);
    assert_int_equal(status, XDB_QUIT);
    assert_string_equal(s.log.data, "b2");
    finish(&s);
}

/* A C function that swallows every error, as many a host does. */
static int swallow(lua_State *L)
{
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        lua_pop(L, 1);
    return 0;
}

static void quit_lets_closing_functions_run_and_is_not_swallowed(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "q");
    breakpoint(&s, 4, NULL, NULL);
    lua_register(s.L, "swallow", swallow);
    int status =
        run(&s,
            "closed = 0\n"
            "local function f()\n"
            "  local a <close> = setmetatable({}, {__close = function() closed = closed + 1 end})\n"
            "  local x = 1\n"
            "end\n"
            "while true do\n"
            "  local b <close> = setmetatable({}, {__close = function()\n"
            "    pcall(error) closed = closed + 10 end})\n"
            "  swallow(function() f() end)\n"
            "  closed = closed + 100\n"
            "end\n",
            false);
    assert_int_equal(status, XDB_QUIT);
    lua_getglobal(s.L, "closed");
    assert_int_equal(lua_tointeger(s.L, -1), 11);
    finish(&s);
}

static struct xdb_bdb *struck;

static int strike(lua_State *L)
{
    (void)L;
    xdb_bdb_interrupt(struck); /* as a signal would, in the middle of a C function */
    return 0;
}

static void next_goes_on_after_an_interrupt_in_a_c_function(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "n n c");
    struck = s.b;
    lua_register(s.L, "strike", strike);
    run(&s,
        "local i = 0\n"
        "while i < 5 do\n"
        "  i = i + 1\n"
        "  if i == 1 then strike() end\n"
        "end\n",
        false);
    assert_string_equal(s.log.data, "L4 L2 L3");
    finish(&s);
}

static void nothing_wanted_leaves_no_hook(void **state)
{
    (void)state;
    struct session s;
    begin(&s, "c c");
    run(&s, "assert(debug.gethook() == nil)\nlocal x = 1\n", true);
    assert_null(lua_gethook(s.L));
    breakpoint(&s, 2, NULL, NULL);
    assert_non_null(lua_gethook(s.L));
    assert_int_equal(breakpoint_clear_all(xdb_bdb_registry(s.b), NULL), 0);
    xdb_bdb_apply(s.b, s.L);
    assert_null(lua_gethook(s.L));
    finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_enters_and_leaves_functions),
        cmocka_unit_test(next_runs_over_calls_and_stops_at_the_return),
        cmocka_unit_test(next_after_a_return_stops_in_the_caller),
        cmocka_unit_test(return_stops_at_the_return),
        cmocka_unit_test(commands_for_the_caller_after_up),
        cmocka_unit_test(an_instruction_can_be_waited_for),
        cmocka_unit_test(until_leaves_a_loop),
        cmocka_unit_test(a_loop_on_one_line_is_crossed_by_one_command),
        cmocka_unit_test(breakpoints_stop_in_their_functions_only),
        cmocka_unit_test(functions_on_the_same_lines_are_told_apart),
        cmocka_unit_test(a_breakpoint_stops_in_recursion_and_after_it),
        cmocka_unit_test(a_breakpoint_in_the_caller_stops_after_heavy_callees),
        cmocka_unit_test(conditions_and_counts),
        cmocka_unit_test(a_failing_condition_stops),
        cmocka_unit_test(errors_are_events_where_they_are_raised),
        cmocka_unit_test(an_error_past_the_stepping_frame_stops_there_and_at_the_handler),
        cmocka_unit_test(an_xpcall_handler_sees_its_error_after_us),
        cmocka_unit_test(an_error_without_a_lua_function_belongs_to_who_waits_for_it),
        cmocka_unit_test(a_message_handler_hands_over_to_who_called_xpcall),
        cmocka_unit_test(what_follows_a_message_handler_is_none),
        cmocka_unit_test(tail_calls_hand_over_to_the_caller),
        cmocka_unit_test(next_over_a_yield_waits_for_the_coroutine),
        cmocka_unit_test(return_in_a_coroutine_waits_for_its_end),
        cmocka_unit_test(step_goes_into_a_coroutine_and_out_again),
        cmocka_unit_test(a_coroutine_that_dies_stops_where_it_was_resumed),
        cmocka_unit_test(callbacks_from_c_are_stepped_into),
        cmocka_unit_test(a_function_breakpoint_waits_for_its_function),
        cmocka_unit_test(quit_passes_every_pcall),
        cmocka_unit_test(quit_lets_closing_functions_run_and_is_not_swallowed),
        cmocka_unit_test(next_goes_on_after_an_interrupt_in_a_c_function),
        cmocka_unit_test(nothing_wanted_leaves_no_hook),
    };
    return cmocka_run_group_tests_name("bdb", tests, NULL, NULL);
}
