/*
** The report of the classic command: for each file a MODULE.cover with how often each line was executed, and a summary.
** Files are told apart by name and text: what was counted in another text than the file has now is not
** printed beside it, but said.
**
** Costs a pass over each file's text. Nothing prints or raises: text goes out through the caller's functions.
*/
#ifndef XDB_TRACE_COVER_H
#define XDB_TRACE_COVER_H

#include "core/buffer.h"
#include "core/source.h"
#include "trace/modules.h"
#include "trace/results.h"

struct cover_options {
    bool missing;                  /* lines that were not executed are marked */
    bool summary;                  /* a line for each file */
    const char *folder;            /* NULL: each beside its source */
    bool ignore_missing;           /* a source that is gone is no failure */
    const struct modules *modules; /* names in the folder and the summary */
    void (*write)(void *user, const char *text, size_t n); /* the summary */
    void (*say)(void *user, const char *line); /* what could not be done, without a newline */
    void *user;
};

/*
** Appends the annotated text of a file, and counts its lines with code and those executed. Its source must have the text
** that was counted. XDB_ENOMEM.
*/
int cover_text(const struct results_file *f, struct source *s, bool missing, struct buffer *out,
               int *lines, int *executed);

/* Writes all. Returns how many files could not be written, or XDB_ENOMEM. */
int cover_write(struct results *r, const struct cover_options *o, struct xdb_error *err);

#endif
