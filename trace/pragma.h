/*
** Which lines of a text are not to be covered: marked by `-- pragma: no cover` or by a pattern of the user's. A mark
** on a line that begins a block (a function, a loop, a branch of an `if`, `do`) or leaves a bracket open is one for all
** of it; a comment on a line of its own marks the next line with code. `-- pragma: no branch` marks a line's branches.
**
** Two passes over the text, no Lua state. Survives any text.
*/
#ifndef XDB_TRACE_PRAGMA_H
#define XDB_TRACE_PRAGMA_H

#include <stdbool.h>
#include <stddef.h>

enum { PRAGMA_NO_COVER = 1, PRAGMA_NO_BRANCH = 2 };

/* Whether a line is excluded by its text; `user` is the caller's. */
typedef bool pragma_test(void *user, const char *line, size_t len);

/*
** Sets the bits of `flags[1..nlines]`, which must be 0 before. `test` may be NULL. Lines past `nlines` are not looked at.
** XDB_ENOMEM is the only failure.
*/
int pragma_read(const char *text, size_t len, int nlines, pragma_test *test, void *user,
                unsigned char *flags);

#endif
