/*
** The text that a timer runs: checks the user's two pieces each alone and puts them into a loop. A
** mistake is told with the place that it has in the user's own piece.
**
** Both functions compile, so they run inside of a protected call: they may raise memory errors.
*/
#ifndef XDB_TIMEIT_CODE_H
#define XDB_TIMEIT_CODE_H

#include "core/error.h"
#include "timeit/timeit.h"

/* The name under which errors and tracebacks know the text. */
#define CODE_CHUNK "<timeit-src>"

/*
** Is `code` (a text) whole by itself? `name` stands in front of what is wrong. `expression`, when not
** NULL, allows an expression in place of statements, and says whether it is one. Errors: XDB_EFORMAT,
** XDB_ENOMEM.
*/
int code_check(lua_State *L, const char *name, const struct xdb_timer_code *code, bool *expression,
               struct xdb_error *err);

/*
** [-0, +2 when 0] Pushes the text and the chunk that it compiles to. The chunk takes an iterator, setup
** and statement (the callables, where they are not texts) and returns the function to be timed: it runs
** the setup, and then for each number that the iterator gives the statement so many times. Its globals
** are upvalue 1. Both texts have been checked.
*/
int code_compile(lua_State *L, const struct xdb_timer_code *setup,
                 const struct xdb_timer_code *stmt, bool expression, struct xdb_error *err);

#endif
