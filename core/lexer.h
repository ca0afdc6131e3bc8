/*
** Walks over Lua text token by token, without a Lua state: names, keywords, strings, long brackets,
** comments, numbers, symbols. It knows where a token ends as Lua does and judges nothing else: bad bytes
** and unfinished strings come as tokens too. For rewriting names before compiling, for colours, and for
** telling what a piece of text mentions.
**
** One pass, linear, allocates nothing; the text stays the caller's and may hold zeros.
*/
#ifndef XDB_CORE_LEXER_H
#define XDB_CORE_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_KEYWORD,
    TOKEN_NUMBER,
    TOKEN_STRING,      /* 'x' "x" */
    TOKEN_LONG_STRING, /* [[x]] */
    TOKEN_COMMENT,     /* short or long, "--" included */
    TOKEN_SYMBOL,      /* an operator or a mark, of one to three bytes */
    TOKEN_BAD          /* one byte that begins nothing in Lua */
};

struct token {
    enum token_kind kind;
    const char *start; /* into the text */
    size_t len;        /* bytes */
    int line;          /* where it starts, from 1 */
    bool finished;     /* false: a string or a long bracket that the end (or a line end) cut */
};

struct lexer {
    const char *at, *end;
    int line;   /* of `at`, from 1 */
    int blocks; /* how many blocks are open after the last token */
    int body;   /* how many were when the outermost open function began, or -1 outside functions */
};

/* Begins at the start of a text. */
void lexer_init(struct lexer *lx, const char *text, size_t len);
/* Reads one token; TOKEN_END (of length 0) at the end, also when asked again. White space is skipped. */
void lexer_next(struct lexer *lx, struct token *t);
/* Like lexer_next, past comments. */
void lexer_next_code(struct lexer *lx, struct token *t);
/* Whether the text is one name and nothing else: no reserved word, no space around it. */
bool lexer_is_name(const char *text, size_t len);
/* Whether a token is spelled `s`, other than in a string or comment. */
bool token_is(const struct token *t, const char *s);

#endif
