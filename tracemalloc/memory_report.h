/*
** What a snapshot tells, as text for people and other programs. Only text is built, in the caller's buffer, whose
** `failed` tells of want of memory; nothing is printed. Lines of source come from the files as they are now.
*/
#ifndef XDB_TRACEMALLOC_MEMORY_REPORT_H
#define XDB_TRACEMALLOC_MEMORY_REPORT_H

#include "core/buffer.h"
#include "core/error.h"
#include "core/source.h"
#include "tracemalloc/tracemalloc.h"

struct memory_report {
    const struct xdb_snapshot *snapshot;
    const struct xdb_snapshot *old; /* compared with; NULL: nothing */
    const char *title;              /* what the snapshot is of, as in the page's title */
    enum xdb_memory_key key;
    bool cumulative;
    size_t top; /* groups told one by one */
};

struct memory_report_format {
    const char *name;
    /* 0, or a negative code with the text in `err`. */
    int (*write)(const struct memory_report *r, struct buffer *out, struct xdb_error *err);
};

/* The tables of formats, ended by a row without a name; memory_report_format gives the one of a name, or NULL. */
extern const struct memory_report_format memory_report_formats[];
const struct memory_report_format *memory_report_format(const char *name);

int memory_report_text(const struct memory_report *r, struct buffer *out, struct xdb_error *err);
int memory_report_json(const struct memory_report *r, struct buffer *out, struct xdb_error *err);
int memory_report_csv(const struct memory_report *r, struct buffer *out, struct xdb_error *err);
int memory_report_collapsed(const struct memory_report *r, struct buffer *out,
                            struct xdb_error *err);
int memory_report_html(const struct memory_report *r, struct buffer *out, struct xdb_error *err);

/* All frames of a traceback, newest first, in an array for the caller to free; NULL when memory runs out. */
struct xdb_memory_frame *memory_report_frames(const struct xdb_memory_stats *stats,
                                              uint32_t traceback, size_t *n);
/*
** Appends the lines of a traceback as Traceback:format gives them: `  File "F", line N` and the line of source, oldest
** frame first; each ended by a newline.
*/
void memory_report_traceback(struct source_cache *sources, const struct xdb_memory_frame *frames,
                             size_t n, struct buffer *out);
/* Appends the line of source without blanks around it, or nothing. False when there is none. */
bool memory_report_source(struct source_cache *sources, const char *file, int line,
                          struct buffer *out);

#endif
