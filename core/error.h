/*
** How errors are made: error_set for those who fail. What they are stands in the public header.
*/
#ifndef XDB_CORE_ERROR_H
#define XDB_CORE_ERROR_H

#include "core/public/error.h"

/*
** Formats a message into `e` (which may be NULL: then nothing is kept) and returns `code`, so that a
** function can end with `return error_set(e, XDB_ENOENT, "...")`. Too long a text is cut with "...".
** Never allocates, never raises; not for signal handlers.
*/
int error_set(struct xdb_error *e, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ /* so that it knows: `return error_set(...)` is never a success */
#define error_set(e, code, ...) ((void)error_set(e, code, __VA_ARGS__), (code))
#endif

#endif
