/* cli/cmd: INVENTORY section 2 (CMD-...) and what section 3.5 says about parsing (PDB-100 to 111, 278 to
   281), with sessions laid out like the transcripts of the originals. */
#include "cli/cmd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a test types (lines; the end is EOF; a line of \x03 is Ctrl-C) and what it sees. */
static const char *input;
static struct buffer screen;
static jmp_buf away;

static int read_line(void *user, const char *prompt, struct buffer *line)
{
    (void)user;
    buffer_adds(&screen, prompt);
    if (*input == '\0')
        return LINE_EOF;
    size_t n = strcspn(input, "\n");
    bool interrupt = n == 1 && *input == '\x03';
    if (!interrupt)
        buffer_add(line, input, n);
    input += n + (input[n] == '\n');
    return interrupt ? LINE_INTERRUPT : LINE_READ;
}

static void write_text(void *user, const char *text, size_t n)
{
    (void)user;
    buffer_add(&screen, text, n);
}

static int do_echo(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    assert_int_equal(arg[n], '\0');
    cmd_printf(c, "%s<", row->summary);
    cmd_write(c, arg, n);
    cmd_printf(c, ">\n");
    return CMD_AGAIN;
}

static int do_quit(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)c, (void)row, (void)arg, (void)n;
    return CMD_STOP;
}

static int do_once(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    do_echo(c, row, arg, n);
    cmd_repeat_as(c, "once", 4);
    return CMD_AGAIN;
}

static int do_leave(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)c, (void)row, (void)arg, (void)n;
    longjmp(away, 1);
}

/* Like `commands`: reads lines up to `end`, and says which of them resume. */
static int do_collect(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row, (void)arg, (void)n;
    struct buffer line;
    buffer_init(&line);
    while (cmd_next_line(c, "(com) ", &line) == LINE_READ && strcmp(line.data, "end") != 0) {
        const struct cmd_row *meant = cmd_resolve(c, line.data, line.len);
        cmd_printf(c, "got [%s]%s\n", line.data,
                   meant && meant->flags & CMD_RESUMES ? " resumes" : "");
        buffer_clear(&line);
    }
    buffer_release(&line);
    return CMD_AGAIN;
}

static void offer_numbers(struct cmd *c, const struct line_at *at, struct words *out)
{
    (void)c;
    words_offer(out, at, "12");
    words_offer(out, at, "1");
    words_offer(out, at, "2");
}

static void offer_names(struct cmd *c, const struct line_at *at, struct words *out)
{
    (void)c;
    words_offer(out, at, "value");
    words_offer(out, at, "print");
}

static int run_statement(struct cmd *c, const char *text, size_t n)
{
    assert_int_equal(text[n], '\0');
    cmd_printf(c, "exec{");
    cmd_write(c, text, n);
    cmd_printf(c, "}\n");
    return CMD_AGAIN;
}

static bool open_block(struct cmd *c, const char *text, size_t n)
{
    (void)c, (void)n;
    return strncmp(text, "if", 2) == 0 && !strstr(text, "end");
}

static const char until_help[] = "Without argument, continue execution until the line with a\n"
                                 "number greater than the current one is reached.";

static const struct cmd_row rows[] = {
    {"EOF", NULL, "EOF", "Leave.", NULL, NULL, do_quit, NULL, CMD_NO_ARG | CMD_AT_EOF},
    {"h(elp)", NULL, "h(elp)", "Help.", NULL, NULL, cmd_do_help, cmd_complete_help, 0},
    {"alias", NULL, "alias [name [command]]", "Alias.", NULL, NULL, cmd_do_alias,
     cmd_complete_alias, CMD_RAW},
    {"unalias", NULL, "unalias name", "Unalias.", NULL, NULL, cmd_do_unalias, cmd_complete_alias,
     CMD_NEEDS_ARG},
    {"p", NULL, "p expression", "p", NULL, NULL, do_echo, NULL, CMD_NEEDS_ARG},
    {"a(rgs)", NULL, "a(rgs)", "args", NULL, NULL, do_echo, NULL, CMD_NO_ARG},
    {"n(ext)", NULL, "n(ext)", "next",
     "Continue execution until the next line in the current function\n"
     "is reached or it returns.",
     NULL, do_echo, NULL, CMD_NO_ARG | CMD_RESUMES},
    {"c(ont(inue))", NULL, "c(ont(inue))", "cont", NULL, NULL, do_echo, NULL, CMD_RESUMES},
    {"w(here) bt", NULL, "w(here) [count]", "where", NULL, "where 3", do_echo, NULL, 0},
    {"unt(il)", NULL, "unt(il) [lineno]", "until", until_help, NULL, do_echo, NULL, 0},
    {"clear", NULL, "clear [number ...]", "clear", NULL, NULL, do_echo, offer_numbers, 0},
    {"once", NULL, "once", "once", NULL, NULL, do_once, NULL, 0},
    {"collect", NULL, "(xdb) collect [bpnumber]\n(com) ...\n(com) end", "collect", NULL, NULL,
     do_collect, NULL, CMD_NO_ARG},
    {"leave", NULL, "leave", NULL, NULL, NULL, do_leave, NULL, 0},
    {"q(uit) exit", NULL, "q(uit) | exit", "Quit.", NULL, NULL, do_quit, NULL, 0},
    {0},
};
static const struct cmd_topic topics[] = {{"exec", "(!) statement\n\nRun it.\n"}, {0}};

static const struct cmd_config debugger = {
    .rows = rows,
    .topics = topics,
    .face = {.read = read_line,
             .write = write_text,
             .fallback = run_statement,
             .incomplete = open_block,
             .complete = offer_names},
    .features = CMD_SPLITS | CMD_ALIASES | CMD_STATEMENTS | CMD_USAGE_HELP,
    .prompt = "(xdb) ",
};
static const struct cmd_config browser = {
    .rows = rows, .face = {.read = read_line, .write = write_text}, .prompt = "% "};

/* Types the lines and compares what was seen, prompts and echo of nothing included. */
static void session_with(const struct cmd_config *config, const char *typed, const char *seen)
{
    struct cmd *c = cmd_new(config);
    buffer_clear(&screen);
    input = typed;
    cmd_loop(c);
    assert_string_equal(screen.data, seen);
    cmd_free(c);
}

static void session(const char *typed, const char *seen)
{
    session_with(&debugger, typed, seen);
}

static int set_up(void **state)
{
    (void)state;
    buffer_init(&screen);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&screen);
    return 0;
}

#define P "(xdb) "

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

/* ---- aliases ---- */

static void aliases_are_listed_shown_and_removed(void **state) /* PDB-278, PDB-280 */
{
    (void)state;
    session(
        "alias\nalias pv p values\nalias all p (%*)\nalias\nalias pv\nalias nosuch\nunalias pv\n"
        "unalias pv\npv\nalias all p 2\nalias\nq",
        P P P P "all = p (%*)\npv = p values\n" P "pv = p values\n" P
                "*** Unknown alias 'nosuch'\n" P P P "exec{pv}\n" P P "all = p 2\n" P);
}

static void alias_parameters_are_replaced(void **state) /* PDB-279 */
{
    (void)state;
    session("alias dbl p %1 * 2\nalias all p (%*)\nalias two p %1+%2+%1 100%\ndbl acc\nall 1 ,  2\n"
            "two %2 b\nq",
            P P P P "p<acc * 2>\n" P "p<(1 ,  2)>\n" P "p<%2+b+%2 100%>\n" P);
}

static void wrong_numbers_of_parameters_are_refused(void **state) /* PDB-279 */
{
    (void)state;
    session(
        "alias dbl p %1 * 2\nalias bad p %2\nalias ok p %2 %*\ndbl\ndbl 1 2\nok 1\nok 1 2\nbad\nq",
        P P "*** Replaceable parameters must be consecutive\n" P P
            "*** Not enough arguments for alias 'dbl'\n" P
            "*** Too many arguments for alias 'dbl'\n" P
            "*** Not enough arguments for alias 'ok'\n" P "p<2 1 2>\n" P "exec{bad}\n" P);
}

static void aliases_hide_commands_and_stand_for_others(void **state) /* PDB-280 */
{
    (void)state;
    session("alias n p hidden\nalias x y 1\nalias y p %1\nx\nn\np x\nn(1)\nq",
            P P P P "p<1>\n" P "p<hidden>\n" P "p<x>\n" P "exec{n(1)}\n" P);
}

static void an_alias_may_use_the_command_it_hides(void **state)
{
    (void)state;
    session("alias p p 1+%1\np 2\n\nq", P P "p<1+2>\n" P "p<1+2>\n" P);
    session("alias a b\nalias b a\na\nq", P P P "args<>\n" P);
}

static void an_alias_may_hold_several_commands(void **state) /* PDB-103: not cut when defined */
{
    (void)state;
    session("alias s2 p %1 ;; p %2\ns2 a b ;; p c\n\nq", P P "p<a>\np<b>\np<c>\n" P "p<c>\n" P);
}

static void endless_aliases_end(void **state)
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    buffer_clear(&screen);
    input =
        "alias x y ;; x ;; x\nx\nalias d d2 %1%1%1%1\nalias d2 e %1%1%1%1\nalias e d3 %1%1%1%1\n"
        "alias d3 d4 %1%1%1%1\nalias d4 d5 %1%1%1%1\nalias d5 d6 %1%1%1%1\nalias d6 d7 %1%1%1%1\n"
        "alias d7 d8 %1%1%1%1\nalias d8 p %1%1%1%1\nd aaaa\np end\nq\n";
    cmd_loop(c);
    assert_non_null(strstr(screen.data, "*** alias 'x' never ends\n" P));
    assert_non_null(strstr(screen.data, "*** alias 'd6' makes too long a line\n" P "p<end>\n" P));
    cmd_free(c);
}

static void aliases_resolve_to_their_command(void **state)
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    buffer_clear(&screen);
    input = "alias go c\nalias loop loop\nq";
    cmd_loop(c);
    assert_string_equal(cmd_resolve(c, " go 1", 5)->names, "c(ont(inue))");
    assert_string_equal(cmd_resolve(c, "?", 1)->names, "h(elp)");
    assert_null(cmd_resolve(c, "loop", 4));
    assert_null(cmd_resolve(c, "c = 1", 0));
    assert_null(cmd_resolve(c, "c=1", 3));
    cmd_free(c);
}

/* ---- help ---- */

static const struct cmd_row pdb_rows[] = {
    {"EOF", .summary = "."},
    {"a(rgs)", .summary = "."},
    {"alias", .summary = "."},
    {"b(reak)", .summary = "."},
    {"bt w(here)", .summary = "."},
    {"c(ont(inue))", .summary = "."},
    {"cl(ear)", .summary = "."},
    {"commands", .summary = "."},
    {"condition", .summary = "."},
    {"d(own)", .summary = "."},
    {"debug", .summary = "."},
    {"disable", .summary = "."},
    {"display", .summary = "."},
    {"enable", .summary = "."},
    {"exceptions", .summary = "."},
    {"exit", .summary = "."},
    {"h(elp)", .summary = ".", .run = cmd_do_help},
    {"ignore", .summary = "."},
    {"interact", .summary = "."},
    {"j(ump)", .summary = "."},
    {"l(ist)", .summary = "."},
    {"ll longlist", .summary = "."},
    {"n(ext)", .summary = "."},
    {"p pp", .summary = "."},
    {"q(uit)", .summary = ".", .run = do_quit},
    {"r(eturn)", .summary = "."},
    {"restart run", .summary = "."},
    {"retval rv", .summary = "."},
    {"s(tep)", .summary = "."},
    {"source", .summary = "."},
    {"tbreak", .summary = "."},
    {"u(p)", .summary = "."},
    {"unalias", .summary = "."},
    {"undisplay", .summary = "."},
    {"unt(il)", .summary = "."},
    {"whatis", .summary = "."},
    {0},
};
static const struct cmd_topic pdb_topics[] = {{"pdb", "."}, {"exec", "."}, {0}};

static void
help_lists_the_commands_in_columns(void **state) /* CMD-012, 013, 014, 016, 017; PDB-281 */
{
    (void)state;
    struct cmd_config config = {.rows = pdb_rows,
                                .topics = pdb_topics,
                                .face = {.read = read_line, .write = write_text},
                                .prompt = "(Pdb) "};
    session_with(&config, "help\nq",
                 "(Pdb) \n"
                 "Documented commands (type help <topic>):\n"
                 "========================================\n"
                 "EOF    cl         disable     ignore    n        return  u          where\n"
                 "a      clear      display     interact  next     retval  unalias  \n"
                 "alias  commands   down        j         p        run     undisplay\n"
                 "args   condition  enable      jump      pp       rv      unt      \n"
                 "b      cont       exceptions  l         q        s       until    \n"
                 "break  continue   exit        list      quit     source  up       \n"
                 "bt     d          h           ll        r        step    w        \n"
                 "c      debug      help        longlist  restart  tbreak  whatis   \n"
                 "\n"
                 "Miscellaneous help topics:\n"
                 "==========================\n"
                 "exec  pdb\n"
                 "\n"
                 "(Pdb) ");
}

static void help_has_a_heading_for_each_group(void **state)
{
    (void)state;
    static const struct cmd_row grouped[] = {
        {"b(reak)", "Breakpoints", .summary = "."},   {"s(tep)", "Running", .summary = "."},
        {"clear", "Breakpoints", .summary = "."},     {"secret", "Running", .run = do_quit},
        {"help", .summary = ".", .run = cmd_do_help}, {0}};
    struct cmd_config config = {
        .rows = grouped, .face = {.read = read_line, .write = write_text}, .prompt = "% "};
    session_with(&config, "help",
                 "% \n"
                 "Breakpoints\n===========\nb  break  clear\n\n"
                 "Running\n=======\ns  step\n\n"
                 "Documented commands (type help <topic>):\n"
                 "========================================\nhelp\n\n"
                 "Undocumented commands:\n======================\nsecret\n\n"
                 "% \n");
}

static void help_of_a_command_is_its_usage_and_text(void **state) /* CMD-015, PDB-281 */
{
    (void)state;
    session("h n\n? until\nhelp w\n?exec\nq",
            P "      Usage: n(ext)\n"
              "      \n"
              "      Continue execution until the next line in the current function\n"
              "      is reached or it returns.\n" P "      Usage: unt(il) [lineno]\n"
              "      \n"
              "      Without argument, continue execution until the line with a\n"
              "      number greater than the current one is reached.\n" P
              "      Usage: w(here) [count]\n"
              "      \n"
              "      where\n"
              "      \n"
              "      Example:\n"
              "        where 3\n" P "(!) statement\n\nRun it.\n" P);
    session("help !\nhelp p d\nh nosuch\nhelp leave\nq",
            P "*** No help for '!'\n" P "*** No help for 'p d'\n" P "*** No help for 'nosuch'\n" P
              "*** No help for 'leave'\n" P);
    session_with(&browser, "help EOF\nhelp xyzzy\n?q\nq",
                 "% Leave.\n% *** No help on xyzzy\n% Quit.\n% ");
}

static void columnized(size_t width, const char *words, const char *text)
{
    struct words w;
    struct buffer out;
    words_init(&w);
    buffer_init(&out);
    for (const char *s = words; *s; s += strcspn(s, " "), s += *s == ' ')
        words_add(&w, s, strcspn(s, " "));
    cmd_columnize(&w, width, &out);
    assert_string_equal(out.data, text);
    words_release(&w);
    buffer_release(&out);
}

static void words_fill_columns(void **state) /* CMD-016 */
{
    (void)state;
    columnized(80, "", "<empty>\n");
    columnized(80, "one", "one\n");
    columnized(80, "one two three", "one  two  three\n");
    columnized(10, "one two three", "one  three\ntwo\n");
    columnized(10, "one two three four", "one  three\ntwo  four \n");
    columnized(3, "one two three", "one\ntwo\nthree\n");
    columnized(0, "a b", "a\nb\n");
}

/* ---- completion ---- */

static void completes(struct cmd *c, const char *line, const char *wanted)
{
    struct words out;
    struct buffer got;
    struct line_at at = {line, strlen(line), strlen(line), strlen(line)};
    while (at.begin && !strchr(" \t!?(;", line[at.begin - 1]))
        at.begin--;
    words_init(&out);
    buffer_init(&got);
    cmd_complete(c, &at, &out);
    for (size_t i = 0; i < out.count; i++)
        buffer_addf(&got, "%s%s", i ? " " : "", out.items[i]);
    assert_string_equal(got.data, wanted);
    buffer_release(&got);
    words_release(&out);
}

static void words_are_completed_by_the_table(void **state) /* CMD-018, 019, 020; PDB-290, 292 */
{
    (void)state;
    struct cmd *c = cmd_new(&debugger);
    buffer_clear(&screen);
    input = "alias cx clear %1\nq";
    cmd_loop(c);
    completes(c, "c", "c clear collect cont continue cx");
    completes(c, "  cle", "clear");
    completes(c, "val", "value");
    completes(c, "clear 1", "1 12");
    completes(c, "cx ", "1 12 2");
    completes(c, "p 1 ;; cle", "clear");
    completes(c, "p 1 ;; clear ", "1 12 2");
    completes(c, "alias x p 1 ;; cle", "");
    completes(c, "p v", "value");
    completes(c, "n(v", "value");
    completes(c, "!pri", "print");
    completes(c, "?ex", "exec exit");
    completes(c, "help h", "h help");
    completes(c, "unalias ", "cx");
    completes(c, "zzz", "");
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
    else
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
        cmocka_unit_test(a_stop_keeps_the_rest_of_the_queue),
        cmocka_unit_test(executed_lines_do_not_change_what_is_repeated),
        cmocka_unit_test(commands_may_read_lines_of_their_own),
        cmocka_unit_test(ctrl_c_at_the_prompt_asks_again),
        cmocka_unit_test(prompts_nest),
        cmocka_unit_test(aliases_are_listed_shown_and_removed),
        cmocka_unit_test(alias_parameters_are_replaced),
        cmocka_unit_test(wrong_numbers_of_parameters_are_refused),
        cmocka_unit_test(aliases_hide_commands_and_stand_for_others),
        cmocka_unit_test(an_alias_may_use_the_command_it_hides),
        cmocka_unit_test(an_alias_may_hold_several_commands),
        cmocka_unit_test(endless_aliases_end),
        cmocka_unit_test(aliases_resolve_to_their_command),
        cmocka_unit_test(help_lists_the_commands_in_columns),
        cmocka_unit_test(help_has_a_heading_for_each_group),
        cmocka_unit_test(help_of_a_command_is_its_usage_and_text),
        cmocka_unit_test(words_fill_columns),
        cmocka_unit_test(words_are_completed_by_the_table),
        cmocka_unit_test(zeros_are_bytes_like_others),
        cmocka_unit_test(a_handler_may_leave_by_longjmp),
        cmocka_unit_test(any_line_is_survived),
    };
    return cmocka_run_group_tests_name("cmd", tests, set_up, tear_down);
}
