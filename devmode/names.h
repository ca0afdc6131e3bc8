/*
** What compiled code says about a global name: how a line reads it, and whether a chunk makes it. Pure questions about
** core/bytecode.
*/
#ifndef XDB_DEVMODE_NAMES_H
#define XDB_DEVMODE_NAMES_H

#include "core/bytecode.h"

#include <stdbool.h>

/*
** Whether line `line` of the function reads the global `name` for its value, and never only to see whether it is there:
** in a condition, compared with nil, in `name or other`, handed to type or assert.
*/
bool names_used(const struct proto *p, int line, const char *name, size_t len);
/* Whether the function itself, not those inside of it, assigns to the global. */
bool names_assigned(const struct proto *p, const char *name, size_t len);
/* How many changes of one character make `a` of `b`; `most` + 1 when there are more than `most`. */
int names_distance(const char *a, const char *b, int most);

#endif
