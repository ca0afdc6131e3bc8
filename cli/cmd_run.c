/* How lines are taken and run. */
#include "cli/cmd.h"
#include "cli/cmd_state.h"

#include <stdlib.h>
#include <string.h>

#define AT_EOF "EOF" /* the line that the end of the input is */

/* ---- taking lines ----------------------------------------------------------------------------- */

size_t cmd_cut(const struct cmd *c, const char *s, size_t n)
{
    if (!(c->features & CMD_SPLITS))
        return n;
    const char *first = s;
    size_t rest = n;
    cmd_trim(&first, &rest);
    size_t w = cmd_ident(first, rest);
    const struct cmd_row *row = w == cmd_word(first, rest) ? cmd_find(c, first, w) : NULL;
    if (row && (row->flags & CMD_RAW))
        return n;
    const char *cut = memmem(s, n, ";;", 2);
    return cut ? (size_t)(cut - s) : n;
}

/* Takes the next part of the queue's head, trimmed; `like` gets the head's fields. */
static void take(struct cmd *c, struct buffer *out, struct entry *like)
{
    struct entry *e = c->queue;
    const char *s = e->text + e->start;
    size_t n = e->len - e->start, cut = cmd_cut(c, s, n);
    size_t part = cut;
    cmd_trim(&s, &part);
    buffer_add(out, s, part);
    *like = *e;
    if (cut < n) {
        e->start += cut + 2;
        e->split = like->split = true;
    } else {
        cmd_drop(c);
    }
}

/* The next part of a line, from the queue or read, is appended; a line_status. */
static int next(struct cmd *c, const char *prompt, struct buffer *out, struct entry *like)
{
    if (!c->queue) {
        /* read behind what `out` holds; then it goes through the queue */
        struct buffer *line = out;
        size_t start = line->len;
        int status = c->face.read(c->user, prompt, line);
        if (status != LINE_READ)
            return status;
        cmd_push(c, &(struct entry){.depth = c->depth}, line->data + start, line->len - start);
        buffer_truncate(line, start);
        if (!c->queue)
            return LINE_EOF;
    }
    take(c, out, like);
    if (!like->from_alias && !like->quiet)
        c->expansions = CMD_EXPANSIONS;
    return LINE_READ;
}

int cmd_next_line(struct cmd *c, const char *prompt, struct buffer *line)
{
    struct entry like;
    return next(c, prompt, line, &like);
}

/* ---- running a line --------------------------------------------------------------------------- */

static void remember(struct cmd *c, const char *s, size_t n)
{
    buffer_clear(&c->last);
    buffer_add(&c->last, s, n);
}

void cmd_repeat_as(struct cmd *c, const char *line, size_t n)
{
    cmd_trim(&line, &n);
    remember(c, line, n);
}

const char *cmd_repeated(const struct cmd *c, size_t *n)
{
    *n = c->last.len;
    return c->last.data;
}

int cmd_call(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    cmd_trim(&arg, &n);
    if (n && (row->flags & CMD_NO_ARG))
        return cmd_invalid(c, row, arg, n);
    if (!n && (row->flags & CMD_NEEDS_ARG))
        return cmd_missing(c, row);
    if (row->flags & CMD_AT_EOF) {
        buffer_clear(&c->last);
        cmd_write(c, "\n", 1);
    }
    return row->run(c, row, arg, n);
}

/*
** Reads on while the statement, which begins at `skip`, is incomplete. False: the user gave up.
** A statement of many lines is limited, because each line has it looked at from the start.
*/
static bool complete(struct cmd *c, struct buffer *text, size_t skip)
{
    while (c->face.incomplete && c->face.incomplete(c, text->data + skip, text->len - skip)) {
        int status = LINE_READ;
        buffer_addc(text, '\n');
        if (c->queue) {
            struct entry *e = c->queue;
            buffer_add(text, e->text + e->start, e->len - e->start);
            cmd_drop(c);
        } else {
            status = c->face.read(c->user, CMD_MORE, text);
        }
        if (status != LINE_READ) {
            buffer_clear(&c->last);
            cmd_write(c, "\n", 1);
            return false;
        }
        if (text->len > CMD_STATEMENT_MAX || text->failed) {
            cmd_error(c, "the statement is longer than %d bytes", CMD_STATEMENT_MAX);
            return false;
        }
    }
    return true;
}

/* A line that is no command; the statement begins at `skip` (behind a `!`). */
static int statement(struct cmd *c, struct buffer *text, size_t skip, bool quiet)
{
    if (!complete(c, text, skip))
        return CMD_AGAIN;
    if (!quiet)
        remember(c, text->data, text->len);
    const char *s = text->data + skip;
    size_t n = text->len - skip;
    if (c->face.fallback)
        return c->face.fallback(c, s, n);
    cmd_failed(c);
    cmd_printf(c, "*** Unknown syntax: ");
    cmd_write(c, s, n);
    cmd_write(c, "\n", 1);
    return CMD_AGAIN;
}

static int bang(struct cmd *c, struct buffer *text, bool quiet)
{
    const char *rest = text->data + 1;
    size_t n = text->len - 1;
    const struct cmd_row *shell = cmd_find(c, "shell", 5);
    cmd_trim(&rest, &n);
    if (shell)
        return cmd_call(c, shell, rest, n);
    if (!(c->features & CMD_STATEMENTS))
        return statement(c, text, 0, quiet);
    return n ? statement(c, text, (size_t)(rest - text->data), quiet) : CMD_AGAIN;
}

/* The end of the input, and a line that says so. */
static int at_eof(struct cmd *c)
{
    buffer_clear(&c->last);
    for (const struct cmd_row *row = c->rows; row->names; row++)
        if (row->flags & CMD_AT_EOF)
            return cmd_call(c, row, "", 0);
    cmd_write(c, "\n", 1);
    return CMD_STOP;
}

/* A command without aliases and `;;`, trimmed and not empty. */
static int dispatch(struct cmd *c, struct buffer *text, bool quiet)
{
    const char *s = text->data;
    size_t n = text->len, w = cmd_ident(s, n);
    if (!quiet)
        remember(c, s, n);
    if (*s == '!')
        return bang(c, text, quiet);
    const struct cmd_row *row = cmd_find(c, s, w);
    const struct cmd_row *help = *s == '?' ? cmd_find(c, "help", 4) : NULL;
    if (help)
        return cmd_call(c, help, s + 1, n - 1);
    if (!row && n == sizeof AT_EOF - 1 && memcmp(s, AT_EOF, n) == 0)
        return at_eof(c);
    if (!row || cmd_is_expression(c, s, n, w))
        return statement(c, text, 0, quiet);
    return cmd_call(c, row, s + w, n - w);
}

static void trim(struct buffer *text)
{
    const char *s = text->data;
    size_t n = text->len;
    cmd_trim(&s, &n);
    if (n && s != text->data)
        memmove(text->data, s, n);
    buffer_truncate(text, n);
}

/* A line that begins to run, inside of the one that runs; NULL when memory runs out. cmd_leave ends it. */
static struct running *enter(struct cmd *c)
{
    struct running *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    buffer_init(&r->text);
    r->outer = c->running;
    if (r->outer) {
        r->file = r->outer->file;
        r->quiet = r->outer->quiet;
    }
    c->running = r;
    return r;
}

int cmd_one(struct cmd *c, const char *line, size_t n)
{
    struct running *r = enter(c);
    if (!r)
        return CMD_STOP;
    buffer_add(&r->text, line, n);
    trim(&r->text);
    int result = r->text.len     ? dispatch(c, &r->text, r->quiet)
                 : c->face.empty ? c->face.empty(c)
                                 : cmd_empty(c);
    cmd_leave(c);
    return result;
}

static int one(struct cmd *c, const char *line, size_t n)
{
    return c->face.one ? c->face.one(c, line, n) : cmd_one(c, line, n);
}

int cmd_empty(struct cmd *c)
{
    struct running *r = c->last.len ? enter(c) : NULL;
    if (!r)
        return CMD_AGAIN;
    buffer_add(&r->text, c->last.data, c->last.len);
    int result = one(c, r->text.data, r->text.len);
    cmd_leave(c);
    return result;
}

/* Runs the line, with whoever wants to be asked before and after. */
static int run(struct cmd *c, struct running *r)
{
    if (c->face.before)
        c->face.before(c, &r->text);
    trim(&r->text);
    int result = one(c, r->text.data, r->text.len);
    return c->face.after ? c->face.after(c, result, r->text.data, r->text.len) : result;
}

/* Runs one part of a line. An empty part repeats the last command, unless it stands beside a `;;`. */
static int run_part(struct cmd *c, struct running *r, const struct entry *like)
{
    trim(&r->text);
    if (r->text.len == 0)
        return like->split || like->quiet ? CMD_AGAIN : run(c, r);
    return cmd_expand(c, like, &r->text) ? run(c, r) : CMD_AGAIN;
}

static int run_eof(struct cmd *c, struct running *r)
{
    buffer_adds(&r->text, AT_EOF);
    return run(c, r);
}

static int interrupted(struct cmd *c)
{
    if (c->face.interrupted)
        return c->face.interrupted(c);
    cmd_printf(c, "--KeyboardInterrupt--\n");
    return CMD_AGAIN;
}

/* A line of a file has failed: the rest may rely on it, and is not run unless that was asked for. */
static void line_failed(struct cmd *c, const struct cmd_file *file, int line)
{
    while (!file->goes_on && c->queue && c->queue->file && !c->queue->file->goes_on)
        cmd_drop(c);
    cmd_printf(c, "*** %s:%d: this line failed%s\n", file->name, line,
               file->goes_on ? "" : ", the rest is not run");
}

/* Takes a line and runs it. */
static int step(struct cmd *c)
{
    struct running *r = enter(c);
    struct entry like = {0};
    if (!r)
        return CMD_STOP;
    bool failed_before = c->failed;
    c->failed = false;
    int status = next(c, cmd_prompt(c), &r->text, &like);
    r->file = like.file;
    r->quiet = like.quiet;
    int result = status == LINE_READ  ? run_part(c, r, &like)
                 : status == LINE_EOF ? run_eof(c, r)
                                      : interrupted(c);
    if (c->failed && like.file)
        line_failed(c, like.file, like.line);
    c->failed |= failed_before;
    cmd_leave(c);
    return result;
}

void cmd_loop(struct cmd *c)
{
    if (c->face.started)
        c->face.started(c);
    if (c->intro)
        cmd_printf(c, "%s\n", c->intro);
    while (step(c) == CMD_AGAIN)
        ;
    if (c->face.ended)
        c->face.ended(c);
}

int cmd_execute(struct cmd *c, const char *line, size_t n)
{
    int result = CMD_AGAIN;
    unsigned depth = ++c->depth;
    if (!c->running) /* else the line pays from what the one that executes it has left */
        c->expansions = CMD_EXPANSIONS;
    cmd_push(c, &(struct entry){.depth = depth, .quiet = true}, line, n);
    while (result == CMD_AGAIN && c->queue && c->queue->depth >= depth)
        result = step(c);
    c->depth = depth - 1;
    for (struct entry *e = c->queue; e && e->depth >= depth; e = e->next)
        e->depth = c->depth; /* what waits now belongs to whoever goes on */
    return result;
}
