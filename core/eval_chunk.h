/*
** From text to a compiled chunk, for core/eval: expression or statements, whether more text could
** complete it, and the one rewriting that is needed. The chunk's own `_ENV` is the scope's stand-in, so
** that the word `_ENV` in the text, which means the frame's, is given to the compiler as another name.
*/
#ifndef XDB_CORE_EVAL_CHUNK_H
#define XDB_CORE_EVAL_CHUNK_H

#include "core/eval.h"

/* What the word `_ENV` is compiled as. Of an odd spelling, for a program may use any name. */
#define EVAL_ENV_NAME   "_ENV__xdb"
#define EVAL_CHUNK_NAME "(xdb)"

/* A text and what a first look at its tokens tells. */
struct eval_source {
    const char *text;
    size_t len;
    size_t rewrite; /* first bytes where `_ENV` is rewritten: to where the text declares its own */
    const char *first; /* the first token, for telling which of two error messages to show */
    size_t first_len;
    bool functions;  /* it makes functions, which may outlive it */
    bool varargs;    /* it says `...` */
    bool cut_string; /* it ends inside a quoted string, which a further line cannot continue */
};

/* Looks through the text, which stays the caller's. Linear, allocates nothing. */
void eval_source_init(struct eval_source *s, const char *text, size_t len);
/* [-0, +1] Compiles it: a function, or the error message and EVAL_ESYNTAX, _EINCOMPLETE or XDB_ENOMEM. */
int eval_chunk_load(lua_State *L, const struct eval_source *s, enum eval_mode mode);

#endif
