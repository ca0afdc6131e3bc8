/* cli/options: parsing, complaints and help in the words of argparse (PDB-001, 002, 003, 006, 007).
 */
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct settings {
    bool count, report;
    int verbose;
    long long number;
    double interval;
    const char *file, *unit, *warn;
    struct option_list commands;
    const char *module;
    char acted[16];
};

static int act(void *target, const char *value, struct xdb_error *e)
{
    struct settings *s = target;
    if (strlen(value) >= sizeof s->acted)
        return error_set(e, XDB_EINVAL, "'%s' is too long", value);
    strcpy(s->acted, value);
    return 0;
}

static const char *const units[] = {"nsec", "usec", NULL};

#define AT(member) offsetof(struct settings, member)
static const struct option_row rows[] = {
    {'h', "help", NULL, "show this help message and exit", OPTION_HELP, .offset = 0},
    {0, "version", NULL, "show the version and exit", OPTION_VERSION, .offset = 0},
    {'c', "command", "command", "commands to execute as if given in an rc file", OPTION_LIST,
     .offset = AT(commands)},
    {'m', NULL, "module", NULL, OPTION_STRING, .offset = AT(module), .flags = OPTION_STOPS},
    {0, "secret", NULL, "not shown", OPTION_FLAG, .offset = AT(count), .flags = OPTION_HIDDEN},
    {0, "Main options", NULL, "One of these must be given", OPTION_GROUP, .offset = 0},
    {'C', "count", NULL, "Count", OPTION_FLAG, .offset = AT(count), .exclusive = 1},
    {'r', "report", NULL, "Report", OPTION_FLAG, .offset = AT(report), .exclusive = 1},
    {'v', "verbose", NULL, NULL, OPTION_COUNT, .offset = AT(verbose)},
    {'n', "number", "N", "how many times", OPTION_INT, .offset = AT(number)},
    {'i', "interval", "S", NULL, OPTION_NUMBER, .offset = AT(interval)},
    {'f', "file", "FILE", NULL, OPTION_STRING, .offset = AT(file), .flags = OPTION_ANY},
    {'u', "unit", "U", NULL, OPTION_STRING, .offset = AT(unit), .choices = units},
    {'W', "warn", "LEVEL", NULL, OPTION_STRING, .offset = AT(warn), .flags = OPTION_ATTACHED},
    {'a', "act", "X", NULL, OPTION_ACTION, .action = act},
    {0},
};
static const struct option_operand operands[] = {
    {"script", "the program", 1, 1, OFFER_SCRIPTS},
    {"args", "its arguments", 0, 0, OFFER_NOTHING},
    {0},
};
static const struct option_operand one_file[] = {{"file", NULL, 0, 1, OFFER_FILES}, {0}};
static const struct options spec = {
    .prog = "tool", .version = "tool 1.0", .rows = rows, .operands = operands};
static const struct options mixed = {
    .prog = "tool", .version = "tool 1.0", .rows = rows, .operands = one_file, .mixed = true};

/* A run of the parser over the words of `line`. */
struct run {
    char line[256];
    char *argv[64];
    int argc, status;
    struct settings s;
    struct options_rest rest;
    struct xdb_error e;
};

static struct run *parse_with(const struct options *with, const char *line)
{
    static struct run r;
    memset(&r, 0, sizeof r);
    strcpy(r.line, "tool ");
    strcat(r.line, line);
    for (char *s = strtok(r.line, " "); s; s = strtok(NULL, " ")) {
        for (char *c = s; *c; c++)
            if (*c == '_')
                *c = ' ';
        r.argv[r.argc++] = s;
    }
    r.status = options_parse(with, r.argc, r.argv, &r.s, &r.rest, &r.e);
    return &r;
}

static struct run *parse(const char *line)
{
    return parse_with(&spec, line);
}

static void done(struct run *r)
{
    options_release(&spec, &r->s, &r->rest);
}

static void complains(const struct options *with, const char *line, const char *text)
{
    struct run *r = parse_with(with, line);
    assert_int_equal(r->status, XDB_EINVAL);
    assert_string_equal(r->e.text, text);
    done(r);
}

static void every_spelling_of_an_argument_is_taken(void **state)
{
    (void)state;
    static const char *const lines[] = {"-cgo x",         "-c go x",        "-c=go x",
                                        "--command go x", "--command=go x", "--comm go x",
                                        "--com=go x"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct run *r = parse(lines[i]);
        assert_int_equal(r->status, OPTIONS_RUN);
        assert_int_equal(r->s.commands.count, 1);
        assert_string_equal(r->s.commands.items[0], "go");
        done(r);
    }
}

static void a_repeated_option_keeps_every_value_in_order(void **state) /* PDB-003 */
{
    (void)state;
    struct run *r = parse("-c a -c b -cc -c d -c e script");
    assert_int_equal(r->s.commands.count, 5);
    assert_string_equal(r->s.commands.items[0], "a");
    assert_string_equal(r->s.commands.items[2], "c");
    assert_string_equal(r->s.commands.items[4], "e");
    done(r);
}

static void flags_may_be_put_together(void **state)
{
    (void)state;
    struct run *r = parse("-vvrn5 x");
    assert_int_equal(r->status, OPTIONS_RUN);
    assert_int_equal(r->s.verbose, 2);
    assert_true(r->s.report);
    assert_int_equal(r->s.number, 5);
    done(r);
}

static void options_end_at_the_script(void **state) /* PDB-011, DECISIONS: Command line */
{
    (void)state;
    struct run *r = parse("-v x.lua -c y --bar -- z");
    assert_int_equal(r->status, OPTIONS_RUN);
    assert_int_equal(r->s.commands.count, 0);
    assert_int_equal(r->rest.count, 6);
    assert_string_equal(r->rest.items[0], "x.lua");
    assert_string_equal(r->rest.items[4], "--");
    assert_false(r->rest.dashes);
    done(r);
}

static void two_dashes_end_the_options(void **state) /* PDB-006 */
{
    (void)state;
    struct run *r = parse("-v -- -c --");
    assert_int_equal(r->rest.count, 2);
    assert_string_equal(r->rest.items[0], "-c");
    assert_string_equal(r->rest.items[1], "--");
    assert_true(r->rest.dashes);
    done(r);
}

static void an_option_may_end_the_options(void **state) /* PDB-004 */
{
    (void)state;
    struct run *r = parse("-m mod -m -p");
    assert_int_equal(r->status, OPTIONS_RUN);
    assert_string_equal(r->s.module, "mod");
    assert_int_equal(r->rest.count, 2);
    assert_string_equal(r->rest.items[1], "-p");
    done(r);
}

static void mixed_options_may_follow_operands(void **state)
{
    (void)state;
    struct run *r = parse_with(&mixed, "x -v -n 3");
    assert_int_equal(r->status, OPTIONS_RUN);
    assert_int_equal(r->s.number, 3);
    assert_int_equal(r->rest.count, 1);
    done(r);
    complains(&mixed, "x y -v z", "unrecognized arguments: y z");
}

static void negative_numbers_and_a_dash_are_arguments(void **state)
{
    (void)state;
    struct run *r = parse("-n -3 -i -.5 -f - -");
    assert_int_equal(r->status, OPTIONS_RUN);
    assert_int_equal(r->s.number, -3);
    assert_true(r->s.interval == -0.5);
    assert_string_equal(r->s.file, "-");
    assert_string_equal(r->rest.items[0], "-");
    done(r);
}

static void an_argument_that_looks_like_an_option_is_refused(void **state) /* PDB-007 */
{
    (void)state;
    complains(&spec, "-c", "argument -c/--command: expected one argument");
    complains(&spec, "-c -v x", "argument -c/--command: expected one argument");
    complains(&spec, "-m", "argument -m: expected one argument");
    complains(&spec, "--command -- x", "argument -c/--command: expected one argument");
    struct run *r = parse("-f -v -c -p_x x"); /* OPTION_ANY; text with a space */
    assert_string_equal(r->s.file, "-v");
    assert_string_equal(r->s.commands.items[0], "-p x");
    done(r);
}

static void an_attached_argument_may_be_left_out(void **state)
{
    (void)state;
    struct run *r = parse("-W x");
    assert_string_equal(r->s.warn, "");
    assert_int_equal(r->rest.count, 1);
    done(r);
    r = parse("-Werror x");
    assert_string_equal(r->s.warn, "error");
    done(r);
    r = parse("--warn=all x");
    assert_string_equal(r->s.warn, "all");
    done(r);
}

static void unknown_options_are_named_together(void **state) /* PDB-007 */
{
    (void)state;
    complains(&spec, "--spam x", "unrecognized arguments: --spam");
    complains(&spec, "-y -vz --spam=1 x", "unrecognized arguments: -y -z --spam=1");
    complains(&spec, "--spam", "the following arguments are required: script");
}

static void wrong_values_are_named(void **state)
{
    (void)state;
    complains(&spec, "-n x s", "argument -n/--number: invalid int value: 'x'");
    complains(&spec, "-n= s", "argument -n/--number: invalid int value: ''");
    complains(&spec, "-n 99999999999999999999 s",
              "argument -n/--number: invalid int value: '99999999999999999999'");
    complains(&spec, "-i inf s", "argument -i/--interval: invalid float value: 'inf'");
    complains(&spec, "-u parsec s",
              "argument -u/--unit: invalid choice: 'parsec' (choose from nsec, usec)");
    complains(&spec, "-v=2 s", "argument -v/--verbose: ignored explicit argument '2'");
    complains(&spec, "--verbose=2 s", "argument -v/--verbose: ignored explicit argument '2'");
    complains(&spec, "--ver s", "ambiguous option: --ver could match --version, --verbose");
    complains(&spec, "-rC s", "argument -C/--count: not allowed with argument -r/--report");
    complains(&spec, "-a 0123456789abcdef s", "argument -a/--act: '0123456789abcdef' is too long");
}

static void an_exclusive_option_may_be_repeated(void **state)
{
    (void)state;
    struct run *r = parse("-rr -a ok x");
    assert_int_equal(r->status, OPTIONS_RUN);
    assert_string_equal(r->s.acted, "ok");
    done(r);
}

static void help_and_version_win_over_later_mistakes(void **state) /* PDB-002 */
{
    (void)state;
    struct run *r = parse("--spam -h -n x");
    assert_int_equal(r->status, OPTIONS_HELP);
    done(r);
    r = parse("--version");
    assert_int_equal(r->status, OPTIONS_VERSION);
    done(r);
}

static const char help[] =
    "usage: tool [-h] [--version] [-c command] [-m module] [-C | -r] [-v] [-n N]\n"
    "            [-i S] [-f FILE] [-u U] [-W[LEVEL]] [-a X]\n"
    "            script [args ...]\n"
    "\n"
    "positional arguments:\n"
    "  script                the program\n"
    "  args                  its arguments\n"
    "\n"
    "options:\n"
    "  -h, --help            show this help message and exit\n"
    "  --version             show the version and exit\n"
    "  -c, --command command\n"
    "                        commands to execute as if given in an rc file\n"
    "  -m module\n"
    "\n"
    "Main options:\n"
    "  One of these must be given\n"
    "\n"
    "  -C, --count           Count\n"
    "  -r, --report          Report\n"
    "  -v, --verbose\n"
    "  -n, --number N        how many times\n"
    "  -i, --interval S\n"
    "  -f, --file FILE\n"
    "  -u, --unit U\n"
    "  -W, --warn[=LEVEL]\n"
    "  -a, --act X\n";

static void help_is_laid_out_like_argparse(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    options_help(&spec, 80, &out);
    assert_string_equal(out.data, help);
    buffer_release(&out);
}

static void texts_are_wrapped_and_indented_lines_kept(void **state)
{
    (void)state;
    static const struct option_row few[] = {
        {'n', "number", "N", "how many times the statement is run", OPTION_INT, .offset = 0}, {0}};
    static const struct options small = {
        .prog = "t",
        .usage = "[-n N]\n[-v]",
        .rows = few,
        .description = "One two three four five six seven.\n\n  kept   as it is\n\nEnd."};
    struct buffer out;
    buffer_init(&out);
    options_help(&small, 42, &out);
    assert_string_equal(out.data, "usage: t [-n N]\n"
                                  "         [-v]\n\n"
                                  "One two three four five six seven.\n\n"
                                  "  kept   as it is\n\n"
                                  "End.\n\n"
                                  "options:\n"
                                  "  -n, --number N  how many times the\n"
                                  "                  statement is run\n");
    buffer_release(&out);
}

static void any_width_is_survived(void **state)
{
    (void)state;
    for (int width = -5; width < 60; width++) {
        struct buffer out;
        buffer_init(&out);
        options_help(&spec, width, &out);
        assert_non_null(strstr(out.data, "how"));
        buffer_release(&out);
    }
}

static void reports_go_where_they_belong(void **state) /* PDB-002, PDB-007: exit status */
{
    (void)state;
    char *out_text, *err_text;
    size_t out_len, err_len;
    FILE *out = open_memstream(&out_text, &out_len), *err = open_memstream(&err_text, &err_len);
    struct xdb_error e = {"unrecognized arguments: --spam"};
    assert_int_equal(options_report(&spec, OPTIONS_RUN, &e, 80, out, err), -1);
    assert_int_equal(options_report(&spec, OPTIONS_VERSION, &e, 80, out, err), 0);
    assert_int_equal(options_report(&mixed, XDB_EINVAL, &e, 200, out, err), 2);
    assert_int_equal(options_fail(&mixed, 200, err, "missing %s", "script"), 2);
    fclose(out);
    fclose(err);
    assert_string_equal(out_text, "tool 1.0\n");
    assert_string_equal(
        err_text, "usage: tool [-h] [--version] [-c command] [-m module] [-C | -r] [-v] [-n N] "
                  "[-i S] [-f FILE] [-u U] [-W[LEVEL]] [-a X] [file]\n"
                  "tool: error: unrecognized arguments: --spam\n"
                  "usage: tool [-h] [--version] [-c command] [-m module] [-C | -r] [-v] [-n N] "
                  "[-i S] [-f FILE] [-u U] [-W[LEVEL]] [-a X] [file]\n"
                  "tool: error: missing script\n");
    free(out_text);
    free(err_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_an_argument_is_taken),
        cmocka_unit_test(a_repeated_option_keeps_every_value_in_order),
        cmocka_unit_test(flags_may_be_put_together),
        cmocka_unit_test(options_end_at_the_script),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(an_option_may_end_the_options),
        cmocka_unit_test(mixed_options_may_follow_operands),
        cmocka_unit_test(negative_numbers_and_a_dash_are_arguments),
        cmocka_unit_test(an_argument_that_looks_like_an_option_is_refused),
        cmocka_unit_test(an_attached_argument_may_be_left_out),
        cmocka_unit_test(unknown_options_are_named_together),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(an_exclusive_option_may_be_repeated),
        cmocka_unit_test(help_and_version_win_over_later_mistakes),
        cmocka_unit_test(help_is_laid_out_like_argparse),
        cmocka_unit_test(texts_are_wrapped_and_indented_lines_kept),
        cmocka_unit_test(any_width_is_survived),
        cmocka_unit_test(reports_go_where_they_belong),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
