/*
** The formats in which coverage is reported, one file each: report_<format>.c. They print what `struct coverage` has and
** compute nothing, so that every figure is the same in all of them.
*/
#ifndef XDB_TRACE_REPORT_H
#define XDB_TRACE_REPORT_H

#include "trace/coverage.h"

struct report_choice {
    bool show_missing;   /* text: with the lines and arcs that are missing */
    int64_t time;        /* seconds since 1970, for formats that tell when they were made */
    const char *version; /* of the suite, for formats that tell who made them */
};

struct report_format {
    const char *name;
    const char *folder; /* NULL: one file. Else it writes a folder, by default of this name */
    /* One file: appends it to `out`; want of memory shows in its `failed`. */
    void (*write)(const struct coverage *c, const struct report_choice *choice, struct buffer *out);
    /*
    ** A folder: makes `folder`, and writes all it can; what cannot be written goes to `said`, a line each, and is the
    ** failure that is returned in the end.
    */
    int (*write_folder)(const struct coverage *c, const struct report_choice *choice,
                        const char *folder, struct buffer *said, struct xdb_error *err);
};

extern const struct report_format report_text, report_cover, report_html, report_lcov,
    report_cobertura, report_json;
/* All of them, ended by NULL. */
extern const struct report_format *const report_formats[];
/* NULL when there is none of this name. */
const struct report_format *report_find(const char *name);

/* ---- for the formats ---- */

/* Appends a text with the five characters that mean something to XML replaced, and what it cannot hold as U+FFFD. */
void report_add_xml(struct buffer *out, const char *s);
/* Appends a JSON string. */
void report_add_json(struct buffer *out, const char *s);
/*
** Appends what a function is called where names must differ within a file: its own name, and "@LINE" behind it if another
** one before has the same.
*/
void report_add_function(const struct coverage_file *f, size_t i, struct buffer *out);
/*
** Writes a file of a report into `folder`, making the folders of `name` that are missing. Not synced to disk: a report can
** be made again.
*/
int report_write(const char *folder, const char *name, const struct buffer *text,
                 struct xdb_error *err);
/* Appends the path of a file's page in a folder: its own without `.lua` and a leading slash, and with `suffix`. */
void report_add_page(const struct coverage_file *f, const char *suffix, struct buffer *out);

#endif
