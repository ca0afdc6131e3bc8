/* For the tests of cli/cmd: a small debugger, and sessions with it laid out like the transcripts. */
#ifndef XDB_TESTS_UNIT_CMD_SESSION_H
#define XDB_TESTS_UNIT_CMD_SESSION_H

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

#define P "(xdb) " /* the prompt as it is seen */

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

#endif
