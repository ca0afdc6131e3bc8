/*
** Lua patterns tried on lines of text, in a Lua state of their own. Memory and time are those of string.find.
** Nothing is raised to the caller. One thread at a time.
*/
#ifndef XDB_TRACE_MATCHER_H
#define XDB_TRACE_MATCHER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

struct matcher;

/* NULL when out of memory. */
struct matcher *matcher_new(void);
/* NULL is fine. */
void matcher_free(struct matcher *m);
/* Adds a pattern. XDB_EINVAL for one that is malformed, with Lua's words; XDB_ENOMEM. */
int matcher_add(struct matcher *m, const char *pattern, struct xdb_error *err);
/* Whether any of the patterns is found in the line; what fails for want of memory is not. A pragma_test. */
bool matcher_test(void *m, const char *line, size_t len);
/* What Lua said of a pattern that turned out to be malformed only when it was tried; "" if nothing. */
const char *matcher_complaint(const struct matcher *m);
/* How many patterns there are. */
int matcher_count(const struct matcher *m);

#endif
