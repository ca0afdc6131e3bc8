/* cli/cmd: how lines are taken and run (CMD-004 to 010, PDB-100 to 113). */
#include "tests/unit/cmd_session.h"
#include "tests/unit/failing_alloc.h"

static void names_and_abbreviations_call_the_command(void **state) /* CMD-008 */
{
    (void)state;
    session("n\nnext\nc\ncont\ncontinue\nwhere 1\nbt\nunt 3\nq\n",
            P "next<>\n" P "next<>\n" P "cont<>\n" P "cont<>\n" P "cont<>\n" P "where<1>\n" P
              "where<>\n" P "until<3>\n" P);
    session("ne\nunti 3\nwher\ncon\nexit\n",
            P "exec{ne}\n" P "exec{unti 3}\n" P "exec{wher}\n" P "exec{con}\n" P);
}

static void the_end_of_the_input_prints_a_newline_and_quits(void **state) /* PDB-111, CMD-004 */
{
    (void)state;
    session("", P "\n");
    session("p 1", P "p<1>\n" P "\n"); /* CMD-005: a last line without newline */
    session("EOF\nn\n", P "\n");
    session("EOF x\nq\n", P "*** Invalid argument: x\n      Usage: EOF\n" P);
}

static void an_empty_line_repeats_the_last_command(void **state) /* CMD-009, PDB-101, PDB-104 */
{
    (void)state;
    session("\nn\n\n  \nq", P P "next<>\n" P "next<>\n" P "next<>\n" P);
    session("p 1;;p 2\n\nq", P "p<1>\np<2>\n" P "p<2>\n" P);
    session("x = 1\n\nq", P "exec{x = 1}\n" P "exec{x = 1}\n" P);
    session("once 5\n\nq", P "once<5>\n" P "once<>\n" P);
}

static void two_semicolons_separate_commands(void **state) /* PDB-103 */
{
    (void)state;
    session("n;; p acc;; p v\nq", P "next<>\np<acc>\np<v>\n" P);
    session("p acc ;; p \"a;;b\"\nq", P "p<acc>\np<\"a>\nexec{b\"}\n" P);
    session("p 1 ;; q ;; p 2", P "p<1>\n");
    session("q ;; p 2", P);
}

static void a_lone_separator_is_two_empty_commands(void **state) /* DECISIONS: Prompt */
{
    (void)state;
    session("n\n;;\nq", P "next<>\n" P P);
    session("p 1;;\n\n;;;;;;;\nq", P "p<1>\n" P "p<1>\n" P "exec{;}\n" P);
}

static void an_exclamation_mark_forces_a_statement(void **state) /* PDB-105 */
{
    (void)state;
    session("!n\n! n = 6\n!\n\nq", P "exec{n}\n" P "exec{n = 6}\n" P P P);
    session("! n\n\nq", P "exec{n}\n" P "exec{n}\n" P);
}

static void
a_command_before_punctuation_is_an_expression(void **state) /* PDB-106, DECISIONS: Prompt */
{
    (void)state;
    static const char *const lines[] = {
        "c[\"a\"]", "n(1)", "a=1", "p.x", "p,x", "p\"a\"", "p'a'", "n+1", "n-1",       "n*2", "n/2",
        "n%2",      "n@x",  "n&1", "n|1", "n<1", "n>1",    "n~1",  "n^2", "w:upper()", "p]",  "p)"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char typed[64], seen[64];
        snprintf(typed, sizeof typed, "%s\nq", lines[i]);
        snprintf(seen, sizeof seen, P "exec{%s}\n" P, lines[i]);
        session(typed, seen);
    }
}

static void with_a_space_it_is_the_command(void **state) /* PDB-107, PDB-109 */
{
    (void)state;
    session("a = 3\nq", P "*** Invalid argument: = 3\n      Usage: a(rgs)\n" P);
    session("next 3\nq", P "*** Invalid argument: 3\n      Usage: n(ext)\n" P);
    session("collect x\nq", P "*** Invalid argument: x\n"
                              "      Usage: (xdb) collect [bpnumber]\n"
                              "             (com) ...\n"
                              "             (com) end\n" P);
}

static void a_missing_argument_is_complained_about(void **state) /* PDB-110 */
{
    (void)state;
    session("p\nunalias\nq",
            P "*** Argument is required for this command\n      Usage: p expression\n" P
              "*** Argument is required for this command\n      Usage: unalias name\n" P);
}

static void unknown_words_go_to_the_fallback(void **state) /* PDB-108, CMD-010 */
{
    (void)state;
    session("print(x)\n(1)\n\xC3\xA4 = 1\nq",
            P "exec{print(x)}\n" P "exec{(1)}\n" P "exec{\xC3\xA4 = 1}\n" P);
    session_with(&browser, "xyzzy\n!x\nsort(1) ;; q\nq",
                 "% *** Unknown syntax: xyzzy\n"
                 "% *** Unknown syntax: !x\n"
                 "% *** Unknown syntax: sort(1) ;; q\n% ");
}

static void an_incomplete_statement_takes_more_lines(void **state) /* PDB-137, PDB-100, PDB-101 */
{
    (void)state;
    session("if x then\ny()\n\nend\n\nq", P "...   ...   ...   exec{if x then\ny()\n\nend}\n" P
                                            "exec{if x then\ny()\n\nend}\n" P);
    session("n\nif x then\n\x03\n\nq", P "next<>\n" P "...   \n" P P);
    session("if x", P "...   \n" P "\n");
}

static void queued_lines_run_before_input_is_read(void **state) /* CMD-006, PDB-113 */
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    static const char rc[] = "\xEF\xBB\xBFp 1\r\n\n  # no\n-- no\n  p 2 ;; p 3\nif x\nend";
    buffer_clear(&screen);
    input = "q\n";
    cmd_queue(c, "p last", 6);
    cmd_queue_lines(c, rc, sizeof rc - 1, true);
    cmd_queue_lines(c, "p end\n", 6, false);
    assert_true(cmd_queued(c));
    cmd_loop(c);
    assert_string_equal(screen.data, "p<1>\np<2>\np<3>\nexec{if x\nend}\np<last>\np<end>\n" P);
    assert_false(cmd_queued(c));
    cmd_free(c);
}

static void a_stop_keeps_the_rest_of_the_queue(void **state)
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    buffer_clear(&screen);
    input = "q ;; p 1\nq\n";
    cmd_loop(c);
    cmd_loop(c);
    assert_string_equal(screen.data, P "p<1>\n" P);
    cmd_queue(c, "p 1", 3);
    cmd_clear_queue(c);
    assert_false(cmd_queued(c));
    cmd_free(c);
}

static void executed_lines_do_not_change_what_is_repeated(void **state) /* PDB-102 */
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    buffer_clear(&screen);
    input = "n\nq\n";
    cmd_loop(c);
    cmd_queue(c, "p queued", 8);
    assert_int_equal(cmd_execute(c, "p 1 ;; p 2", 10), CMD_AGAIN);
    assert_int_equal(cmd_execute(c, "x = 1", 5), CMD_AGAIN);
    assert_int_equal(cmd_execute(c, "", 0), CMD_AGAIN);
    assert_int_equal(cmd_execute(c, "q ;; p rest", 11), CMD_STOP);
    assert_int_equal(cmd_execute(c, "p 3", 3), CMD_AGAIN);
    buffer_adds(&screen, "--\n");
    cmd_clear_queue(c);
    cmd_repeat_as(c, "n", 1);
    input = "\nq";
    cmd_loop(c);
    assert_string_equal(screen.data,
                        P "next<>\n" P "p<1>\np<2>\nexec{x = 1}\np<3>\n--\n" P "next<>\n" P);
    cmd_free(c);
}

static void commands_may_read_lines_of_their_own(void **state) /* PDB-113, PDB-191, PDB-193 */
{
    (void)state;
    session("collect ;; p a ;; n ;; end ;; p 1\nq", P "got [p a]\ngot [n] resumes\np<1>\n" P);
    session("collect\n p a;;c 1 \nend\nq", P "(com) got [p a]\ngot [c 1] resumes\n(com) " P);
}

static void ctrl_c_at_the_prompt_asks_again(void **state) /* PDB-112 */
{
    (void)state;
    session("\x03\np 1\nq", P "--KeyboardInterrupt--\n" P "p<1>\n" P);
}

static void prompts_nest(void **state) /* PDB-100 */
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    assert_string_equal(cmd_prompt(c), "(xdb) ");
    cmd_set_level(c, 2);
    assert_string_equal(cmd_prompt(c), "(((xdb))) ");
    assert_int_equal(cmd_level(c), 2);
    cmd_set_level(c, 0);
    cmd_set_prompt(c, "file% ");
    assert_string_equal(cmd_prompt(c), "file% ");
    cmd_free(c);
}

/* ---- bad input ---- */

static void zeros_are_bytes_like_others(void **state)
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    buffer_clear(&screen);
    cmd_execute(c, "p a\0b", 5);
    cmd_execute(c, "\0x", 2);
    cmd_execute(c, "n\0", 2);
    cmd_execute(c, "alias a\0b c", 11);
    cmd_execute(c, "help a\0b", 8);
    static const char seen[] = "p<a\0b>\nexec{\0x}\n*** Invalid argument: \0\n      Usage: n(ext)\n"
                               "*** Unknown alias 'a'\n*** No help for 'a\0b'\n";
    assert_int_equal(screen.len, sizeof seen - 1);
    assert_memory_equal(screen.data, seen, sizeof seen);
    cmd_free(c);
}

static void a_handler_may_leave_by_longjmp(void **state)
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    buffer_clear(&screen);
    input = "alias x leave;;p 1\nx\nq\n";
    if (setjmp(away) == 0)
        cmd_loop(c);
    cmd_reset(c);
    cmd_loop(c);
    assert_string_equal(screen.data, P P "p<1>\n" P);
    cmd_free(c);
}

static void any_line_is_survived(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "alias ", "a ",  "b",   ";;",    " ",  "%1",   "%*",       "!", "?", "\n",
        "p ",     "if ", "end", "help ", "\0", "\xFF", "unalias ", "n", "(", "collect"};
    uint32_t seed = 12345;
    struct cmd *c = cmd_new(&debugger);
    for (int round = 0; round < 2000; round++) {
        struct buffer line;
        buffer_init(&line);
        for (int i = 0; i < 20; i++) {
            seed = seed * 1664525u + 1013904223u;
            const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
            buffer_add(&line, piece, *piece ? strlen(piece) : 1);
        }
        input = "end\nend\n";
        buffer_clear(&screen);
        assert_int_equal(cmd_execute(c, line.data, line.len), CMD_AGAIN);
        assert_true(screen.len < 10 * 1024 * 1024);
        cmd_clear_queue(c);
        struct words out;
        words_init(&out);
        cmd_complete(c, &(struct line_at){line.data, line.len, line.len / 2, line.len}, &out);
        words_release(&out);
        buffer_release(&line);
    }
    cmd_free(c);
}

static void ignore_text(void *user, const char *text, size_t n)
{
    (void)user, (void)text, (void)n;
}

static int read_nothing(void *user, const char *prompt, struct buffer *line)
{
    (void)user, (void)prompt, (void)line;
    return LINE_EOF;
}

/* Whatever fails for want of memory, the interpreter goes on and frees everything. */
static void want_of_memory_is_survived(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "alias x p %1 ;; p %*", "x 1", "help", "help n", "if a", "p 1;;n"};
    struct cmd_config config = debugger;
    bool failed = true;
    config.face.read = read_nothing;
    config.face.write = ignore_text;
    config.face.fallback = NULL;
    for (unsigned long n = 1; failed; n++) {
        failing_alloc_from(n);
        struct cmd *c = cmd_new(&config);
        for (size_t i = 0; c && i < sizeof lines / sizeof *lines; i++)
            cmd_execute(c, lines[i], strlen(lines[i]));
        if (c)
            cmd_loop(c);
        cmd_free(c);
        failed = failing_alloc_failed();
        failing_alloc_from(0);
    }
}

/* ---- a face that has its say ------------------------------------------------------------------ */

static void say_started(struct cmd *c)
{
    cmd_printf(c, "started\n");
}

static void say_before(struct cmd *c, struct buffer *line)
{
    cmd_printf(c, "before[%s]\n", line->data);
    if (strcmp(line->data, "swap") == 0) {
        buffer_clear(line);
        buffer_adds(line, "  p swapped ");
    }
}

static int say_one(struct cmd *c, const char *line, size_t n)
{
    assert_int_equal(strlen(line), n);
    cmd_printf(c, "one[%s]\n", line);
    return cmd_one(c, line, n);
}

static int say_empty(struct cmd *c)
{
    cmd_printf(c, "empty\n");
    return cmd_empty(c);
}

static int say_after(struct cmd *c, int result, const char *line, size_t n)
{
    assert_int_equal(strlen(line), n);
    cmd_printf(c, "after[%d ", result);
    cmd_write(c, line, n);
    cmd_printf(c, "]\n");
    return strcmp(line, "p stop") == 0 ? CMD_STOP : result;
}

static void say_ended(struct cmd *c)
{
    cmd_printf(c, "ended\n");
}

static void a_face_has_its_say_at_each_turn(void **state) /* CMD-003, 008, 009 */
{
    struct cmd_config config = debugger;
    (void)state;
    config.face.started = say_started;
    config.face.before = say_before;
    config.face.one = say_one;
    config.face.empty = say_empty;
    config.face.after = say_after;
    config.face.ended = say_ended;
    session_with(&config, "\np 1\n\nswap\n\x03\np stop\n",
                 "started\n" P "before[]\none[]\nempty\nafter[0 ]\n" P
                 "before[p 1]\none[p 1]\np<1>\nafter[0 p 1]\n" P
                 "before[]\none[]\nempty\none[p 1]\np<1>\nafter[0 ]\n" P
                 "before[swap]\none[p swapped]\np<swapped>\nafter[0 p swapped]\n" P
                 "--KeyboardInterrupt--\n" P
                 "before[p stop]\none[p stop]\np<stop>\nafter[0 p stop]\n"
                 "ended\n");
    session_with(&config, "p 1 ;; ;; p 2\n",
                 "started\n" P "before[p 1]\none[p 1]\np<1>\nafter[0 p 1]\n"
                 "before[p 2]\none[p 2]\np<2>\nafter[0 p 2]\n" P
                 "before[EOF]\none[EOF]\n\nafter[1 EOF]\nended\n");
}

static void one_command_is_no_line(void **state)
{
    struct cmd *c = cmd_new(&debugger);
    size_t n;
    (void)state;
    buffer_clear(&screen);
    cmd_execute(c, "alias pp p 1", 12);
    assert_int_equal(cmd_one(c, "p 1 ;; p 2", 10), CMD_AGAIN);
    cmd_one(c, "pp", 2); /* aliases are replaced in lines */
    assert_string_equal(cmd_repeated(c, &n), "pp");
    cmd_repeat_as(c, " \t", 2);
    assert_string_equal(cmd_repeated(c, &n), "");
    assert_int_equal(cmd_one(c, "", 0), CMD_AGAIN);
    cmd_one(c, " p  3 ", 6);
    cmd_one(c, " ", 1);
    assert_int_equal(cmd_one(c, "EOF", 3), CMD_STOP);
    assert_int_equal(cmd_empty(c), CMD_AGAIN);
    assert_string_equal(screen.data, "p<1 ;; p 2>\nexec{pp}\np<3>\np<3>\n\n");
    cmd_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_abbreviations_call_the_command),
        cmocka_unit_test(the_end_of_the_input_prints_a_newline_and_quits),
        cmocka_unit_test(an_empty_line_repeats_the_last_command),
        cmocka_unit_test(two_semicolons_separate_commands),
        cmocka_unit_test(a_lone_separator_is_two_empty_commands),
        cmocka_unit_test(an_exclamation_mark_forces_a_statement),
        cmocka_unit_test(a_command_before_punctuation_is_an_expression),
        cmocka_unit_test(with_a_space_it_is_the_command),
        cmocka_unit_test(a_missing_argument_is_complained_about),
        cmocka_unit_test(unknown_words_go_to_the_fallback),
        cmocka_unit_test(an_incomplete_statement_takes_more_lines),
        cmocka_unit_test(queued_lines_run_before_input_is_read),
        cmocka_unit_test(a_face_has_its_say_at_each_turn),
        cmocka_unit_test(one_command_is_no_line),
        cmocka_unit_test(a_stop_keeps_the_rest_of_the_queue),
        cmocka_unit_test(executed_lines_do_not_change_what_is_repeated),
        cmocka_unit_test(commands_may_read_lines_of_their_own),
        cmocka_unit_test(ctrl_c_at_the_prompt_asks_again),
        cmocka_unit_test(prompts_nest),
        cmocka_unit_test(zeros_are_bytes_like_others),
        cmocka_unit_test(a_handler_may_leave_by_longjmp),
        cmocka_unit_test(any_line_is_survived),
        cmocka_unit_test(want_of_memory_is_survived),
    };
    return cmocka_run_group_tests_name("cmd", tests, set_up, tear_down);
}
