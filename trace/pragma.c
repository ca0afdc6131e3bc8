#include "trace/pragma.h"

#include "core/error.h"
#include "core/lexer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Something that is open: a block, with where its head ends, or a bracket. */
struct open {
    char what; /* 'i'f clause, 'l'oop, 'f'unction, 'd'o, else or repeat; '(' a bracket */
    bool head; /* its head goes on */
    int first, head_last;
};

struct marker {
    unsigned char *flags; /* MARKED beside what pragma.h has */
    int nlines;
    struct open *stack;
    size_t depth, cap;
    int failed;
};

enum { MARKED = 0x80 /* the line itself bears a mark */ };

/* ---- marks ------------------------------------------------------------------------------------ */

static void skip_spaces(const char **s, const char *end)
{
    while (*s < end && (**s == ' ' || **s == '\t'))
        (*s)++;
}

static bool skip_word(const char **s, const char *end, const char *word)
{
    size_t n = strlen(word);
    skip_spaces(s, end);
    if ((size_t)(end - *s) < n || strncasecmp(*s, word, n) != 0)
        return false;
    *s += n;
    return true;
}

/* What a comment asks for: PRAGMA_NO_COVER, PRAGMA_NO_BRANCH or 0. */
static unsigned char asked(const struct token *t)
{
    const char *end = t->start + t->len;
    for (const char *s = t->start; s < end; s++) {
        const char *p = s;
        if (!skip_word(&p, end, "pragma") || !skip_word(&p, end, ":") || !skip_word(&p, end, "no"))
            continue;
        if (p == end || (*p != ' ' && *p != '\t'))
            continue;
        const char *q = p;
        if (skip_word(&p, end, "cover"))
            return PRAGMA_NO_COVER;
        if (skip_word(&q, end, "branch"))
            return PRAGMA_NO_BRANCH;
    }
    return 0;
}

static void mark(struct marker *m, int line, unsigned char what)
{
    if (line >= 1 && line <= m->nlines && what)
        m->flags[line] |= what == PRAGMA_NO_COVER ? MARKED | PRAGMA_NO_COVER : what;
}

static void mark_by_comments(struct marker *m, const char *text, size_t len)
{
    struct lexer lx;
    struct token t;
    int code_line = 0;         /* of the last token that is code */
    unsigned char waiting = 0; /* for the next line with code */
    lexer_init(&lx, text, len);
    for (lexer_next(&lx, &t); t.kind != TOKEN_END; lexer_next(&lx, &t)) {
        if (t.kind == TOKEN_COMMENT) {
            unsigned char what = asked(&t);
            if (what && code_line != t.line)
                waiting |= what;
            else
                mark(m, t.line, what);
            continue;
        }
        mark(m, t.line, waiting & PRAGMA_NO_COVER);
        mark(m, t.line, waiting & PRAGMA_NO_BRANCH);
        waiting = 0;
        code_line = lx.line; /* where it ends */
    }
}

static void mark_by_test(struct marker *m, const char *text, size_t len, pragma_test *test,
                         void *user)
{
    const char *s = text, *end = text + len;
    for (int line = 1; line <= m->nlines && s < end; line++) {
        const char *stop = s;
        while (stop < end && *stop != '\n' && *stop != '\r')
            stop++;
        if (test(user, s, (size_t)(stop - s)))
            mark(m, line, PRAGMA_NO_COVER);
        s = stop + 1;
        if (s < end && (*s == '\n' || *s == '\r') && *s != *stop)
            s++;
    }
}

/* ---- blocks ----------------------------------------------------------------------------------- */

static void push(struct marker *m, char what, int line, bool head)
{
    if (!m->stack || m->depth == m->cap) {
        size_t more = m->cap * 2 + 32;
        struct open *wider = realloc(m->stack, more * sizeof *wider);
        if (!wider) {
            m->failed = XDB_ENOMEM;
            return;
        }
        m->stack = wider;
        m->cap = more;
    }
    m->stack[m->depth++] = (struct open){what, head, line, line};
}

static struct open *top(struct marker *m)
{
    return m->depth ? &m->stack[m->depth - 1] : NULL;
}

static void end_head(struct marker *m, char what, int line)
{
    struct open *o = top(m);
    if (o && o->what == what && o->head) {
        o->head = false;
        o->head_last = line;
    }
}

/* What was opened last ends in `line`: is there a mark in its head? Then all of it is marked. */
static void pop(struct marker *m, bool bracket, int line)
{
    struct open *o = top(m);
    if (!o || (o->what == '(') != bracket)
        return;
    m->depth--;
    bool marked = false;
    for (int i = o->first; i <= o->head_last && i <= m->nlines; i++)
        marked = marked || m->flags[i] & MARKED;
    for (int i = o->first; marked && i <= line && i <= m->nlines; i++)
        m->flags[i] |= PRAGMA_NO_COVER;
}

static void read_symbol(struct marker *m, const struct token *t)
{
    char c = t->len == 1 ? *t->start : ' ';
    if (c == '(' || c == '{' || c == '[') {
        push(m, '(', t->line, false);
    } else if (c == ')' || c == '}' || c == ']') {
        pop(m, true, t->line);
        if (c == ')')
            end_head(m, 'f', t->line);
    }
}

/* `else` and `elseif` end the branch before them, on the line above where there is one. */
static void next_clause(struct marker *m, const struct token *t)
{
    struct open *o = top(m);
    if (o)
        pop(m, false, t->line > o->first ? t->line - 1 : t->line);
    if (t->len == 4)
        push(m, 'd', t->line, false);
    else
        push(m, 'i', t->line, true);
}

static void read_keyword(struct marker *m, const struct token *t)
{
    struct open *o = top(m);
    if (token_is(t, "function"))
        push(m, 'f', t->line, true);
    else if (token_is(t, "if"))
        push(m, 'i', t->line, true);
    else if (token_is(t, "for") || token_is(t, "while"))
        push(m, 'l', t->line, true);
    else if (token_is(t, "repeat") || (token_is(t, "do") && !(o && o->what == 'l' && o->head)))
        push(m, 'd', t->line, false);
    else if (token_is(t, "do"))
        end_head(m, 'l', t->line);
    else if (token_is(t, "then"))
        end_head(m, 'i', t->line);
    else if (token_is(t, "else") || token_is(t, "elseif"))
        next_clause(m, t);
    else if (token_is(t, "end") || token_is(t, "until"))
        pop(m, false, t->line);
}

static void mark_blocks(struct marker *m, const char *text, size_t len)
{
    struct lexer lx;
    struct token t;
    lexer_init(&lx, text, len);
    for (lexer_next_code(&lx, &t); t.kind != TOKEN_END && !m->failed; lexer_next_code(&lx, &t)) {
        if (t.kind == TOKEN_KEYWORD)
            read_keyword(m, &t);
        else if (t.kind == TOKEN_SYMBOL)
            read_symbol(m, &t);
    }
}

int pragma_read(const char *text, size_t len, int nlines, pragma_test *test, void *user,
                unsigned char *flags)
{
    struct marker m = {.flags = flags, .nlines = nlines};
    bool any = false;
    if (memmem(text, len, "ragma", 5) || memmem(text, len, "RAGMA", 5))
        mark_by_comments(&m, text, len);
    if (test)
        mark_by_test(&m, text, len, test, user);
    for (int line = 1; line <= nlines && !any; line++)
        any = flags[line] & MARKED;
    if (any)
        mark_blocks(&m, text, len);
    for (int line = 1; line <= nlines; line++)
        flags[line] &= (unsigned char)~MARKED;
    free(m.stack);
    return m.failed;
}
