#include "cli/cmd.h"
#include "cli/cmd_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ------------------------------------------------------------------------------------- */

struct cmd *cmd_new(const struct cmd_config *config)
{
    struct cmd *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->rows = config->rows;
    c->topics = config->topics;
    c->face = config->face;
    c->user = config->user;
    c->features = config->features;
    c->intro = config->intro ? strdup(config->intro) : NULL;
    buffer_init(&c->base);
    buffer_init(&c->prompt);
    buffer_init(&c->last);
    cmd_set_prompt(c, config->prompt);
    if (c->prompt.failed || (config->intro && !c->intro)) {
        cmd_free(c);
        return NULL;
    }
    return c;
}

void cmd_leave(struct cmd *c)
{
    struct running *r = c->running;
    c->running = r->outer;
    buffer_release(&r->text);
    free(r);
}

void cmd_free(struct cmd *c)
{
    if (!c)
        return;
    cmd_clear_queue(c);
    while (c->files) {
        struct cmd_file *f = c->files;
        c->files = f->next;
        free(f);
    }
    cmd_free_aliases(c);
    while (c->running)
        cmd_leave(c);
    buffer_release(&c->base);
    buffer_release(&c->prompt);
    buffer_release(&c->last);
    free(c->intro);
    free(c);
}

void cmd_reset(struct cmd *c)
{
    while (c->running)
        cmd_leave(c);
    c->depth = 0;
}

void *cmd_user(const struct cmd *c)
{
    return c->user;
}

/* ---- the prompt ------------------------------------------------------------------------------- */

static void make_prompt(struct cmd *c)
{
    size_t n = c->base.len;
    if (c->level)
        while (n && c->base.data[n - 1] == ' ')
            n--;
    buffer_clear(&c->prompt);
    for (unsigned i = 0; i < c->level; i++)
        buffer_addc(&c->prompt, '(');
    buffer_add(&c->prompt, c->base.data, n);
    for (unsigned i = 0; i < c->level; i++)
        buffer_addc(&c->prompt, ')');
    if (c->level)
        buffer_addc(&c->prompt, ' ');
}

const char *cmd_prompt(const struct cmd *c)
{
    return c->prompt.data;
}

void cmd_set_prompt(struct cmd *c, const char *prompt)
{
    buffer_clear(&c->base);
    buffer_adds(&c->base, prompt ? prompt : "");
    make_prompt(c);
}

void cmd_set_level(struct cmd *c, unsigned level)
{
    c->level = level;
    make_prompt(c);
}

unsigned cmd_level(const struct cmd *c)
{
    return c->level;
}

/* ---- words of a line -------------------------------------------------------------------------- */

static bool is_space(char ch)
{
    return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

void cmd_trim(const char **s, size_t *n)
{
    while (*n && is_space(**s))
        ++*s, --*n;
    while (*n && is_space((*s)[*n - 1]))
        --*n;
}

size_t cmd_word(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && !is_space(s[i]))
        i++;
    return i;
}

static bool is_ident(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '_';
}

size_t cmd_ident(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && is_ident(s[i]))
        i++;
    return i;
}

bool cmd_is_expression(const struct cmd *c, const char *s, size_t n, size_t w)
{
    return (c->features & CMD_STATEMENTS) && w < n && s[w] &&
           strchr("=.[](),\"'+-*/%@&|<>~^:", s[w]);
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* Is `name` one of the names that "b(reak) stop" spells: b, break, stop? */
static bool has_name(const char *names, const char *name, size_t n)
{
    size_t matched = 0; /* bytes of this word that are like name's */
    bool same = true;
    for (const char *s = names;; s++) {
        bool word_ends = *s == '\0' || *s == ' ';
        if (word_ends || *s == '(') {
            if (same && matched == n && matched)
                return true;
            if (*s == '\0')
                return false;
            if (word_ends)
                matched = 0, same = true;
        } else if (*s != ')') {
            same = same && matched < n && name[matched] == *s;
            matched++;
        }
    }
}

void cmd_names(const struct cmd_row *row, void (*each)(void *user, const char *name, size_t n),
               void *user)
{
    char name[64];
    size_t n = 0;
    for (const char *s = row->names;; s++) {
        bool word_ends = *s == '\0' || *s == ' ';
        if (n && (word_ends || *s == '('))
            each(user, name, n);
        if (*s == '\0')
            return;
        if (word_ends)
            n = 0;
        else if (*s != '(' && *s != ')' && n < sizeof name)
            name[n++] = *s;
    }
}

const struct cmd_row *cmd_find(const struct cmd *c, const char *name, size_t n)
{
    for (const struct cmd_row *row = c->rows; row->names; row++)
        if (has_name(row->names, name, n))
            return row;
    return NULL;
}

const struct cmd_row *cmd_resolve(struct cmd *c, const char *line, size_t n)
{
    const struct alias *alias;
    cmd_trim(&line, &n);
    for (int i = 0; i < CMD_NESTING && (alias = cmd_alias(c, line, cmd_word(line, n))); i++) {
        line = alias->text;
        n = strlen(line);
        cmd_trim(&line, &n);
    }
    if (n && *line == '?')
        return cmd_find(c, "help", 4);
    size_t w = cmd_ident(line, n);
    return cmd_is_expression(c, line, n, w) ? NULL : cmd_find(c, line, w);
}

/* ---- saying ----------------------------------------------------------------------------------- */

void cmd_write(struct cmd *c, const char *text, size_t n)
{
    c->face.write(c->user, text, n);
}

static void say(struct cmd *c, const char *before, const char *format, va_list args,
                const char *after)
{
    struct buffer out;
    buffer_init(&out);
    buffer_adds(&out, before);
    buffer_vaddf(&out, format, args);
    buffer_adds(&out, after);
    cmd_write(c, out.data, out.len);
    buffer_release(&out);
}

void cmd_printf(struct cmd *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c, "", format, args, "");
    va_end(args);
}

void cmd_failed(struct cmd *c)
{
    c->failed = true;
}

void cmd_error(struct cmd *c, const char *format, ...)
{
    va_list args;
    c->failed = true;
    va_start(args, format);
    say(c, "*** ", format, args, "\n");
    va_end(args);
}

int cmd_missing(struct cmd *c, const struct cmd_row *row)
{
    cmd_error(c, "Argument is required for this command");
    cmd_usage(c, row);
    return CMD_AGAIN;
}

int cmd_invalid(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    c->failed = true;
    cmd_printf(c, "*** Invalid argument: ");
    cmd_write(c, arg, n);
    cmd_printf(c, "\n");
    cmd_usage(c, row);
    return CMD_AGAIN;
}

/* ---- the queue -------------------------------------------------------------------------------- */

/* Puts a line at *at and returns the place behind it. */
static struct entry **insert(struct cmd *c, struct entry **at, const struct entry *like,
                             const char *s, size_t n)
{
    struct entry *e = malloc(sizeof *e + n + 1);
    if (!e) {
        cmd_error(c, "not enough memory");
        return at;
    }
    *e = *like;
    e->next = *at;
    e->start = 0;
    e->len = n;
    memcpy(e->text, s, n);
    e->text[n] = '\0';
    *at = e;
    return &e->next;
}

void cmd_push(struct cmd *c, const struct entry *like, const char *s, size_t n)
{
    insert(c, &c->queue, like, s, n);
}

static struct entry **queue_end(struct cmd *c)
{
    struct entry **at = &c->queue;
    while (*at)
        at = &(*at)->next;
    return at;
}

void cmd_queue(struct cmd *c, const char *line, size_t n)
{
    insert(c, queue_end(c), &(struct entry){0}, line, n);
}

/* Inserts the lines of a file at *at; they take over the fields of `like`. */
static void insert_lines(struct cmd *c, struct entry **at, struct entry like, const char *text,
                         size_t n)
{
    const char *end = text + n;
    if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line = text;
        size_t len = (size_t)((newline ? newline : end) - text);
        text += len + (newline != NULL);
        cmd_trim(&line, &len);
        bool comment = len && (*line == '#' || (len > 1 && memcmp(line, "--", 2) == 0));
        like.line++;
        if (len && !comment)
            at = insert(c, at, &like, line, len);
    }
}

void cmd_queue_lines(struct cmd *c, const char *text, size_t n, bool in_front)
{
    struct entry like = {.depth = in_front ? c->depth : 0};
    insert_lines(c, in_front ? &c->queue : queue_end(c), like, text, n);
}

/* The record of a file; NULL when memory runs out. */
static const struct cmd_file *file_named(struct cmd *c, const char *name, unsigned nesting,
                                         bool goes_on)
{
    size_t n = strlen(name) + 1;
    for (const struct cmd_file *f = c->files; f; f = f->next)
        if (f->nesting == nesting && f->goes_on == goes_on && strcmp(f->name, name) == 0)
            return f;
    struct cmd_file *f = malloc(sizeof *f + n);
    if (!f)
        return NULL;
    f->nesting = nesting;
    f->goes_on = goes_on;
    memcpy(f->name, name, n);
    f->next = c->files;
    c->files = f;
    return f;
}

bool cmd_queue_file(struct cmd *c, const char *name, const char *text, size_t n, bool goes_on)
{
    const struct cmd_file *outer = c->running ? c->running->file : NULL;
    unsigned nesting = outer ? outer->nesting + 1 : 1;
    const struct cmd_file *f = nesting > CMD_NESTING ? NULL : file_named(c, name, nesting, goes_on);
    if (!f)
        return false;
    struct entry like = {.depth = c->depth, .quiet = !goes_on, .file = f};
    insert_lines(c, &c->queue, like, text, n);
    return true;
}

bool cmd_queued(const struct cmd *c)
{
    return c->queue != NULL;
}

void cmd_drop(struct cmd *c)
{
    struct entry *e = c->queue;
    c->queue = e->next;
    free(e);
}

void cmd_clear_queue(struct cmd *c)
{
    while (c->queue)
        cmd_drop(c);
}
