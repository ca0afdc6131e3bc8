/* cli/cmd: the input is lines typed at the debugger's prompt; all are to end, with little said. */
#include "cli/cmd.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_SAID = 256 * 1024 * 1024 };

struct typed {
    const char *at, *end;
    size_t said;
};

static int read_line(void *user, const char *prompt, struct buffer *line)
{
    struct typed *t = user;
    (void)prompt;
    if (t->at == t->end)
        return LINE_EOF;
    const char *newline = memchr(t->at, '\n', (size_t)(t->end - t->at));
    const char *end = newline ? newline : t->end;
    if (end - t->at == 1 && *t->at == 3) { /* Ctrl-C */
        t->at = newline ? newline + 1 : end;
        return LINE_INTERRUPT;
    }
    buffer_add(line, t->at, (size_t)(end - t->at));
    t->at = newline ? newline + 1 : end;
    return LINE_READ;
}

static void write_text(void *user, const char *text, size_t n)
{
    struct typed *t = user;
    (void)text;
    t->said += n;
    if (t->said > MOST_SAID)
        abort();
}

static int run_text(struct cmd *c, const char *text, size_t n)
{
    if (text[n] != '\0')
        abort();
    cmd_write(c, text, n);
    return CMD_AGAIN;
}

static bool is_open(struct cmd *c, const char *text, size_t n)
{
    (void)c;
    return n && text[0] == '(' && text[n - 1] != ')';
}

static int run(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row;
    return run_text(c, arg, n);
}

/* Runs its argument as the commands of a breakpoint are run. */
static int nest(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)row;
    if (cmd_level(c) == 8)
        return CMD_AGAIN;
    cmd_set_level(c, cmd_level(c) + 1);
    int result = cmd_execute(c, arg, n);
    cmd_set_level(c, cmd_level(c) - 1);
    return result;
}

static int stop(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    (void)c, (void)row, (void)arg, (void)n;
    return CMD_STOP;
}

static void offer(struct cmd *c, const struct line_at *at, struct words *out)
{
    (void)c;
    words_offer(out, at, "value");
}

static const struct cmd_row rows[] = {
    {"a", .usage = "a", .summary = "alias", .run = cmd_do_alias, .complete = cmd_complete_alias,
     .flags = CMD_RAW},
    {"u(nalias)", .usage = "u", .summary = "unalias", .run = cmd_do_unalias,
     .flags = CMD_NEEDS_ARG},
    {"h(elp)", .usage = "h", .summary = "help", .run = cmd_do_help, .complete = cmd_complete_help},
    {"n(ext)", .usage = "n", .summary = "next", .run = run, .flags = CMD_NO_ARG | CMD_RESUMES},
    {"p", .usage = "p", .summary = "print", .run = run, .flags = CMD_NEEDS_ARG},
    {"e", .usage = "e", .summary = "execute", .run = nest},
    {"q", .usage = "q", .run = stop, .flags = CMD_AT_EOF},
    {0},
};

/* The word before every position of the first line is completed. */
static void complete(struct cmd *c, const char *text, size_t size)
{
    const char *newline = memchr(text, '\n', size);
    size_t n = newline ? (size_t)(newline - text) : size;
    for (size_t end = 0; end <= n && end < 64; end++) {
        struct words out;
        words_init(&out);
        cmd_complete(c, &(struct line_at){text, n, end / 2, end}, &out);
        words_release(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct typed typed = {(const char *)data, (const char *)data + size, 0};
    struct cmd_config config = {
        .rows = rows,
        .face = {.read = read_line,
                 .write = write_text,
                 .fallback = run_text,
                 .incomplete = is_open,
                 .complete = offer},
        .user = &typed,
        .features = CMD_SPLITS | CMD_ALIASES | CMD_STATEMENTS | CMD_USAGE_HELP,
        .prompt = "(xdb) ",
    };
    struct cmd *c = cmd_new(&config);
    if (!c)
        abort();
    do {
        cmd_loop(c);
        cmd_clear_queue(c);
    } while (typed.at < typed.end);
    complete(c, (const char *)data, size);
    cmd_free(c);
    return 0;
}
