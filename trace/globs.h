/*
** Which files are meant: a list of globs as --source and --omit take them. `*` and `?` stay within a folder's name, `**`
** goes through folders, `[a-z]` is a set. A pattern that matches a folder means all in it. Relative patterns start at
** a folder given, with the links of its part without wildcards resolved, since files are known by their canonical names.
**
** Matching costs nanoseconds for each byte. The list owns copies of its patterns.
*/
#ifndef XDB_TRACE_GLOBS_H
#define XDB_TRACE_GLOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

struct globs {
    char **patterns; /* absolute */
    size_t n;
};

/* An empty list is all zeros. Adds a pattern; relative to `cwd`. XDB_ENOMEM. */
int globs_add(struct globs *g, const char *pattern, const char *cwd);
void globs_release(struct globs *g);
/*
** Adds what the links that the patterns mean lead to, since files are known by where they really are. Walks over the folders
** of the patterns. XDB_ENOMEM.
*/
int globs_follow_links(struct globs *g);
/* Whether one of the patterns means the file of this absolute path. */
bool globs_match(const struct globs *g, const char *path);
/*
** Calls `visit` for every file of Lua code on disk that the patterns mean: `*.lua`, and what says in its first line that
** Lua runs it; hidden folders are left out, and links (globs_follow_links). In the order of names, each once for each pattern, until
** `visit` returns non-zero, which is returned. A folder that cannot be read is told to `visit` with its error instead.
*/
int globs_each(const struct globs *g, int (*visit)(void *user, const char *path, int error),
               void *user);

#endif
