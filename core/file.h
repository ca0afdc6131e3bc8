/*
** Whole files: written so that a reader sees the old text or the new one, read up to a limit, and the
** JSON of the suite's data files with its `format` and `version`.
**
** All functions return 0 or a negative code with a one-line text in `err` (which may be NULL) that names
** the file; outputs are untouched then. None prints, raises a Lua error or is for signal handlers.
*/
#ifndef XDB_CORE_FILE_H
#define XDB_CORE_FILE_H

#include "core/buffer.h"
#include "core/error.h"

#include <jansson.h>
#include <stddef.h>

/* Larger data files are refused: 1 GiB. */
#define FILE_JSON_LIMIT ((size_t)1 << 30)
/* Objects and arrays inside each other, as jansson reads them. */
#define FILE_JSON_DEPTH JSON_PARSER_MAX_DEPTH

/*
** Makes `len` bytes the content of `path`: a temporary file beside it is written, synced to disk and
** renamed over it, so that a failure leaves the old file and nothing else. Keeps the permissions of an
** existing file, and its owner where that is allowed; refuses one that is read-only. A symbolic link
** stays and its target is written, even when that does not exist yet. What cannot be replaced (a device,
** a pipe, /dev/stdout) is appended to. Errors: XDB_ENOENT (no such folder), XDB_EINVAL (a folder),
** XDB_EIO, XDB_ENOMEM.
*/
int file_write_atomic(const char *path, const void *data, size_t len, struct xdb_error *err);

/*
** Appends the content of a regular file to `out`. Never waits for a pipe. Errors: XDB_ENOENT,
** XDB_EINVAL (a folder, pipe or device; more than `limit` bytes), XDB_EIO, XDB_ENOMEM.
*/
int file_read(const char *path, size_t limit, struct buffer *out, struct xdb_error *err);

/*
** Writes `root` as a data file, with members `format` and `version` before its own. `root` is an object
** without these two; it stays the caller's and unchanged. Errors: XDB_EINVAL (root cannot be written),
** and those of file_write_atomic.
*/
int file_json_save(const char *path, json_t *root, const char *format, int version,
                   struct xdb_error *err);

/*
** Adds the same text to `out` instead; `name` stands for the path in messages. Errors: XDB_EINVAL,
** XDB_ENOMEM.
*/
int file_json_text(const char *name, json_t *root, const char *format, int version,
                   struct buffer *out, struct xdb_error *err);

/*
** Reads a data file: `*out` is the whole object, a new reference for the caller, with `format` as
** asked and a `version` from 1 to `max_version`. Loading only builds JSON values. Errors: those of
** file_read, and XDB_EFORMAT with `PATH:LINE:COLUMN: what` for what is not JSON (duplicate keys and
** more than 2048 levels included), `PATH: what` for a wrong format or version. Strings may hold zeros.
*/
int file_json_load(const char *path, const char *format, int max_version, json_t **out,
                   struct xdb_error *err);

/* The same from memory, `name` standing for the path in messages. Any bytes will do. */
int file_json_parse(const char *text, size_t len, const char *name, const char *format,
                    int max_version, json_t **out, struct xdb_error *err);

#endif
