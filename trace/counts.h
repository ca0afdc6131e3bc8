/*
** Counts in files: JSON with "format" and "version", read by nobody but this. Its members:
**   flags     names: "branches", "conditions", "only-covered"
**   contexts  their names, in their order
**   files     objects: "name" (or "name-hex", when it is not UTF-8), "text" (16 hex digits, 0: unknown),
**             "lines" [[first, count, count of the next line with code right behind, ...], ...],
**             "functions" [[name, first, last, position, entries], ...],
**             "branches" [[kind, line, column, function, position, nth, target, target, count, count], ...],
**             "contexts" [[context, from, to, from, to, ...], ...]
**   calls     [[file, module, name of the caller, or three nulls, file, module, name of the callee, count], ...]
**
** A file is some 4 bytes a line and 40 a branch. Reading survives any bytes, in memory proportional to their number.
** All return 0 or a negative code with a line in `err` that names the file; nothing raises or prints.
*/
#ifndef XDB_TRACE_COUNTS_H
#define XDB_TRACE_COUNTS_H

#include "core/buffer.h"
#include "trace/results.h"

/* The file as text, appended to `out`; want of memory shows in its `failed`. */
void counts_text(struct results *r, struct buffer *out);
/* Makes `path` hold `r` and nothing else: atomically, whatever was there. */
int counts_save(const char *path, struct results *r, struct xdb_error *err);
/* `*out` is new, the caller's. XDB_ENOENT, XDB_EFORMAT with the place, and those of core/file. */
int counts_load(const char *path, struct results **out, struct xdb_error *err);
/* The same from memory, `name` standing for the path. */
int counts_parse(const char *data, size_t len, const char *name, struct results **out,
                 struct xdb_error *err);

/*
** Adds `r` to what `path` holds: read, added up and replaced while a lock is held (flock on a file `.NAME.lock` beside
** it, gone afterwards), so that of any number of processes that do the same at once none loses its counts. A file that
** cannot be understood is kept as PATH.bad (or .bad2, ... when that exists), `*said` (may be NULL) gets one line
** that says so, and `r` alone is saved. To what is no regular file `r` is written as it is. May wait for the other processes.
*/
int counts_add(const char *path, struct results *r, struct buffer *said, struct xdb_error *err);

#endif
