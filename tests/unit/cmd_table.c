/* cli/cmd: aliases, help and completion (CMD-012 to 020, PDB-278 to 281, 290 to 292). */
#include "tests/unit/cmd_session.h"

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
              "      next\n"
              "      Continue execution until the next line in the current function\n"
              "      is reached or it returns.\n" P "      Usage: unt(il) [lineno]\n"
              "      \n"
              "      until\n"
              "      Without argument, continue execution until the line with a\n"
              "      number greater than the current one is reached.\n" P
              "      Usage: w(here) [count]\n"
              "      \n"
              "      where\n"
              "      Also called: bt\n"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests_name("cmd_table", tests, set_up, tear_down);
}
