#include "core/lexer.h"

#include <string.h>

/* Lua's own classes of bytes; those of <ctype.h> depend on the locale. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_newline(char c)
{
    return c == '\n' || c == '\r';
}

void lexer_init(struct lexer *lx, const char *text, size_t len)
{
    lx->at = text;
    lx->end = text + len;
    lx->line = 1;
    lx->blocks = 0;
    lx->body = -1;
}

/* The byte `n` after the current one; '\0' past the end, which begins no token. */
static char peek(const struct lexer *lx, size_t n)
{
    return (size_t)(lx->end - lx->at) > n ? lx->at[n] : '\0';
}

/* Steps over one byte, or over the two of a \r\n or \n\r, counting lines. */
static void step(struct lexer *lx)
{
    char c = *lx->at++;
    if (is_newline(c)) {
        if (is_newline(peek(lx, 0)) && peek(lx, 0) != c)
            lx->at++;
        lx->line++;
    }
}

/* Level of the long bracket that opens at `at`, or -1. */
static int bracket_level(const struct lexer *lx)
{
    size_t n = 1;
    if (peek(lx, 0) != '[')
        return -1;
    while (peek(lx, n) == '=')
        n++;
    return peek(lx, n) == '[' ? (int)(n - 1) : -1;
}

static bool closes(const struct lexer *lx, int level)
{
    if (peek(lx, 0) != ']' || peek(lx, (size_t)level + 1) != ']')
        return false;
    for (size_t n = 1; n <= (size_t)level; n++) {
        if (peek(lx, n) != '=')
            return false;
    }
    return true;
}

/* Steps over a long bracket of a known level; false when it has no end. */
static bool skip_long(struct lexer *lx, int level)
{
    lx->at += level + 2;
    while (lx->at < lx->end) {
        if (closes(lx, level)) {
            lx->at += level + 2;
            return true;
        }
        step(lx);
    }
    return false;
}

/* Steps over what follows a backslash. */
static void skip_escape(struct lexer *lx)
{
    if (lx->at == lx->end)
        return;
    bool spaces = *lx->at == 'z';
    step(lx);
    while (spaces && lx->at < lx->end && is_space(*lx->at))
        step(lx);
}

static bool skip_string(struct lexer *lx)
{
    char quote = *lx->at++;
    while (lx->at < lx->end && !is_newline(*lx->at)) {
        char c = *lx->at++;
        if (c == quote)
            return true;
        if (c == '\\')
            skip_escape(lx);
    }
    return false;
}

static bool skip_comment(struct lexer *lx)
{
    lx->at += 2;
    int level = bracket_level(lx);
    if (level >= 0)
        return skip_long(lx, level);
    while (lx->at < lx->end && !is_newline(*lx->at))
        lx->at++;
    return true;
}

static void skip_number(struct lexer *lx)
{
    bool hex = *lx->at == '0' && (peek(lx, 1) == 'x' || peek(lx, 1) == 'X');
    lx->at += hex ? 2 : 1;
    for (;;) {
        char c = peek(lx, 0);
        if (hex ? (c == 'p' || c == 'P') : (c == 'e' || c == 'E')) {
            lx->at++;
            c = peek(lx, 0);
            if (c == '+' || c == '-')
                lx->at++;
        } else if (is_hex(c) || c == '.') {
            lx->at++;
        } else
            break;
    }
    while (is_alpha(peek(lx, 0)) || is_digit(peek(lx, 0)))
        lx->at++; /* `3x` is one wrong number, not a number and a name */
}

static size_t symbol_length(const struct lexer *lx)
{
    static const char pairs[][3] = {"..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"};
    char a = peek(lx, 0), b = peek(lx, 1);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (a == pairs[i][0] && b == pairs[i][1])
            return a == '.' && peek(lx, 2) == '.' ? 3 : 2;
    }
    return a && strchr("+-*/%^#&~|<>=(){}[];:,.", a) ? 1 : 0;
}

static bool is_keyword(const char *s, size_t len)
{
    static const char *const words[] = {"and",   "break", "do",       "else", "elseif", "end",
                                        "false", "for",   "function", "goto", "if",     "in",
                                        "local", "nil",   "not",      "or",   "repeat", "return",
                                        "then",  "true",  "until",    "while"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == len && memcmp(words[i], s, len) == 0)
            return true;
    }
    return false;
}

bool token_is(const struct token *t, const char *s)
{
    return (t->kind == TOKEN_NAME || t->kind == TOKEN_KEYWORD || t->kind == TOKEN_SYMBOL) &&
           strlen(s) == t->len && memcmp(t->start, s, t->len) == 0;
}

/* Keeps count of the blocks, so that one knows whether a token stands inside a function. */
static void count_blocks(struct lexer *lx, const struct token *t)
{
    if (token_is(t, "function")) {
        if (lx->body < 0)
            lx->body = lx->blocks;
        lx->blocks++;
    } else if (token_is(t, "do") || token_is(t, "if") || token_is(t, "repeat")) {
        lx->blocks++;
    } else if ((token_is(t, "end") || token_is(t, "until")) && lx->blocks > 0) {
        lx->blocks--;
        if (lx->blocks <= lx->body)
            lx->body = -1;
    }
}

/* Reads the token that starts at `at`, which is not the end. */
static enum token_kind scan(struct lexer *lx, bool *finished)
{
    char c = *lx->at;
    if (is_alpha(c)) {
        const char *start = lx->at;
        while (is_alpha(peek(lx, 0)) || is_digit(peek(lx, 0)))
            lx->at++;
        return is_keyword(start, (size_t)(lx->at - start)) ? TOKEN_KEYWORD : TOKEN_NAME;
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(lx, 1)))) {
        skip_number(lx);
        return TOKEN_NUMBER;
    }
    if (c == '"' || c == '\'') {
        *finished = skip_string(lx);
        return TOKEN_STRING;
    }
    if (c == '-' && peek(lx, 1) == '-') {
        *finished = skip_comment(lx);
        return TOKEN_COMMENT;
    }
    int level = bracket_level(lx);
    if (level >= 0) {
        *finished = skip_long(lx, level);
        return TOKEN_LONG_STRING;
    }
    size_t n = symbol_length(lx);
    lx->at += n ? n : 1;
    return n ? TOKEN_SYMBOL : TOKEN_BAD;
}

void lexer_next(struct lexer *lx, struct token *t)
{
    while (lx->at < lx->end && is_space(*lx->at))
        step(lx);
    t->start = lx->at;
    t->line = lx->line;
    t->finished = true;
    t->kind = lx->at < lx->end ? scan(lx, &t->finished) : TOKEN_END;
    t->len = (size_t)(lx->at - t->start);
    if (t->kind == TOKEN_KEYWORD)
        count_blocks(lx, t);
}

void lexer_next_code(struct lexer *lx, struct token *t)
{
    do
        lexer_next(lx, t);
    while (t->kind == TOKEN_COMMENT);
}

bool lexer_is_name(const char *text, size_t len)
{
    struct lexer lx;
    struct token t;
    lexer_init(&lx, text, len);
    lexer_next(&lx, &t);
    return t.kind == TOKEN_NAME && t.start == text && t.len == len;
}
