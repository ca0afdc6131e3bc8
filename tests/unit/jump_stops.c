/*
** bdb/jump among the other commands: several jumps at one stop, stepping after them, breakpoints, other
** tools and the program's own hooks. PDB-239, PDB-240.
*/
#include "tests/unit/jump_session.h"

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
    start(&s, &talker);
    assert_int_equal(xdb_bdb_jump(s.b, &f, 1, &landed, &err), XDB_EINVAL);
    assert_string_equal(err.text, "the program is not stopped");
    assert_int_equal(landed, 7);
    finish(&s);
}

static void without_the_layout_the_refusal_says_so(void **state)
{
    (void)state;
    struct session s;
    if (layout_prove())
        skip();
    start(&s, &talker);
    s.commands = "j6 n c";
    breakpoint(&s, 5);
    run(&s, calls);
    assert_string_equal(s.why.text, "can't jump with this Lua: its frames are not known "
                                    "(switched off by XDB_LAYOUT)");
    assert_string_equal(s.log.data, "b5 ! a L6 in in b");
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
    const char *program = "trace()\n"
                          "out('a')\n"
                          "out('b')\n"
                          "out(debug.gethook() == nil)\n";
    if (!layout_prove())
        skip();
    start(&s, &talker);
    s.commands = "n j4 c";
    run(&s, program);
    assert_string_equal(s.log.data, "L1 L2 ->4 true");
    assert_null(lua_gethook(s.L));
    finish(&s);
}

static void the_programs_own_hooks(void **state)
{
    (void)state;
    const char *lines = "local lines = ''\n"                                                 /* 1 */
                        "debug.sethook(function(_, l) lines = lines .. l .. ' ' end, 'l')\n" /* 2 */
                        "out('a')\n"                                                         /* 3 */
                        "debug.sethook()\n"                                                  /* 4 */
                        "out(lines)\n";                                                      /* 5 */
    expect(lines, LINES(3, 5), "j4 c j4 c c", "b3 ! a b5 ->4 b5 3 4 ");
    const char *counts = "local n = 0\n"                                      /* 1 */
                         "debug.sethook(function() n = n + 1 end, 'cr', 1)\n" /* 2 */
                         "out('a')\n"                                         /* 3 */
                         "out('b')\n"                                         /* 4 */
                         "debug.sethook()\n"                                  /* 5 */
                         "out(n > 0)\n";                                      /* 6 */
    expect(counts, LINES(3), "j4 c", "b3 ->4 b true");
    expect(counts, LINES(3), "j5 n c", "b3 ->5 L6 true");
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
    return cmocka_run_group_tests_name("jump_stops", tests, NULL, NULL);
}
