/*
** What a session tells: as text for a person, as CSV, as JSON. One table of columns serves the last two
** and the comparison. Nothing here prints; text goes into buffers.
*/
#ifndef XDB_TIMEIT_REPORT_H
#define XDB_TIMEIT_REPORT_H

#include "timeit/format.h"
#include "timeit/session.h"

#include <jansson.h>

#define REPORT_FORMAT  "xdb-timeit"
#define REPORT_VERSION 1

struct report_style {
    struct format format;
    bool raw;     /* also the times of each run */
    bool stats;   /* also median and the like, with bars */
    bool compare; /* a table with ratios */
    int columns;  /* of the terminal, for the table */
};

/* One line a try: `20 loops -> 3.11e-07 secs`. */
void report_tried(struct buffer *out, const struct format *f, long long number, double seconds);
/* Adds the report to `out`, and what should make the reader doubt it to `doubts`. */
void report_as_text(struct buffer *out, struct buffer *doubts, const struct session *s,
                    const struct report_style *style);
/* A line of names and one a statement; times in seconds. */
void report_as_csv(struct buffer *out, const struct session *s);
/* A new reference, to be saved as REPORT_FORMAT; NULL when memory runs out. */
json_t *report_as_json(const struct session *s);

#endif
