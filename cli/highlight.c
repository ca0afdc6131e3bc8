#include "cli/highlight.h"
#include "core/lexer.h"

#include <string.h>

/* The palette of the original. */
#define KEYWORD    "\033[1;34m"
#define BUILTIN    "\033[36m"
#define STRING     "\033[32m"
#define NUMBER     "\033[33m"
#define COMMENT    "\033[31m"
#define DEFINITION "\033[1m"
#define OPERATOR   "\033[0m"
#define RESET      "\033[0m"

void highlight_init(struct highlight *h)
{
    *h = (struct highlight){0};
}

static void paint(struct buffer *out, const char *color, const char *s, size_t n)
{
    if (!out || n == 0)
        return;
    if (color)
        buffer_adds(out, color);
    buffer_add(out, s, n);
    if (color)
        buffer_adds(out, RESET);
}

static bool is_builtin(const struct token *t)
{
    static const char *const names[] = {
        "_ENV",      "_G",       "_VERSION",     "assert",   "collectgarbage",
        "coroutine", "debug",    "dofile",       "error",    "getmetatable",
        "io",        "ipairs",   "load",         "loadfile", "math",
        "next",      "os",       "package",      "pairs",    "pcall",
        "print",     "rawequal", "rawget",       "rawlen",   "rawset",
        "require",   "select",   "setmetatable", "string",   "table",
        "tonumber",  "tostring", "type",         "utf8",     "warn",
        "xpcall"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (token_is(t, names[i]))
            return true;
    return false;
}

static size_t spaces(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && (s[i] == ' ' || (s[i] >= '\t' && s[i] <= '\r')))
        i++;
    return i;
}

/*
** From s[i], inside a string, to behind its end, or to n. Says in `h` whether it goes on in the next line:
** behind a backslash at the line's end, or the white space that \z skips.
*/
static size_t string_rest(struct highlight *h, char quote, const char *s, size_t n, size_t i)
{
    if (h->skip_space)
        i += spaces(s + i, n - i);
    h->open = h->skip_space && i == n ? quote : '\0';
    h->skip_space = h->open != 0;
    while (i < n && !h->open) {
        char c = s[i++];
        if (c == quote)
            return i;
        if (c != '\\')
            continue;
        if (i < n && s[i] == 'z') {
            i += 1 + spaces(s + i + 1, n - i - 1);
            h->skip_space = i == n;
        } else if (i < n && !(s[i] == '\r' && i + 1 == n)) {
            i++;
            continue;
        }
        if (i == n || s[i] == '\r')
            h->open = quote;
    }
    return h->open ? n : i;
}

/* From s[0], inside a long bracket, to behind its end, or to n when it goes on. */
static size_t bracket_rest(struct highlight *h, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t equals = 0;
        if (s[i] != ']')
            continue;
        while (i + 1 + equals < n && s[i + 1 + equals] == '=')
            equals++;
        if (equals == h->level && i + 1 + equals < n && s[i + 1 + equals] == ']') {
            h->open = 0;
            return i + equals + 2;
        }
        i += equals;
    }
    return n;
}

/* What the line before left open; returns where the line's own tokens begin. */
static size_t go_on(struct highlight *h, const char *s, size_t n, struct buffer *out)
{
    size_t end = 0;
    const char *color = h->open == '-' ? COMMENT : STRING;
    if (h->open == '[' || h->open == '-')
        end = bracket_rest(h, s, n);
    else if (h->open)
        end = string_rest(h, h->open, s, n, 0);
    else if (!h->started && n && *s == '#') {
        end = n;
        color = COMMENT;
    }
    paint(out, color, s, end);
    return end;
}

/* A string or comment that the line's end cut: what goes on in the next line? */
static void leave_open(struct highlight *h, const struct token *t)
{
    const char *bracket = t->kind == TOKEN_COMMENT ? t->start + 2 : t->start;
    if (t->kind == TOKEN_STRING) {
        string_rest(h, *t->start, t->start, t->len, 1);
        return;
    }
    h->open = t->kind == TOKEN_COMMENT ? '-' : '[';
    h->level = 0;
    while (bracket[1 + h->level] == '=')
        h->level++;
}

/* The colour of a token; `before` is the one before it on the line. */
static const char *color_of(struct highlight *h, const struct token *t, const struct token *before)
{
    bool member = token_is(before, ".") || token_is(before, ":");
    switch (t->kind) {
    case TOKEN_KEYWORD:
        h->defining = token_is(t, "function");
        return KEYWORD;
    case TOKEN_NAME:
        return h->defining ? DEFINITION : !member && is_builtin(t) ? BUILTIN : NULL;
    case TOKEN_STRING:
    case TOKEN_LONG_STRING:
        return STRING;
    case TOKEN_NUMBER:
        return NUMBER;
    case TOKEN_COMMENT:
        return COMMENT;
    case TOKEN_SYMBOL:
        h->defining = h->defining && (token_is(t, ".") || token_is(t, ":"));
        return OPERATOR;
    case TOKEN_BAD:
    case TOKEN_END:
        break;
    }
    return NULL;
}

/* `out` NULL: only the state is wanted. */
static void walk(struct highlight *h, const char *s, size_t n, struct buffer *out)
{
    struct lexer lx;
    struct token t, before = {.kind = TOKEN_END};
    size_t at = go_on(h, s, n, out);
    lexer_init(&lx, s + at, n - at);
    for (const char *end = s + at;; end = t.start + t.len, before = t) {
        lexer_next(&lx, &t);
        paint(out, NULL, end, (size_t)(t.start - end));
        if (t.kind == TOKEN_END)
            break;
        paint(out, color_of(h, &t, &before), t.start, t.len);
        if (!t.finished)
            leave_open(h, &t);
    }
    h->started = true;
}

void highlight_line(struct highlight *h, const char *s, size_t n, bool colors, struct buffer *out)
{
    if (!colors)
        buffer_add(out, s, n);
    walk(h, s, n, colors ? out : NULL);
}

void highlight_skip(struct highlight *h, const char *s, size_t n)
{
    walk(h, s, n, NULL);
}
