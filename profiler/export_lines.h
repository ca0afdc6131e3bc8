/*
** The lines of a sampled profile by function, over all contexts: for formats that have costs of lines. Of other profiles there
** are none.
*/
#ifndef XDB_PROFILER_EXPORT_LINES_H
#define XDB_PROFILER_EXPORT_LINES_H

#include "profiler/stats.h"

struct export_line {
    uint32_t function;
    int line;
    double own; /* seconds */
};

struct export_lines {
    struct export_line *all; /* by function and line, each pair once */
    size_t n;
    uint32_t *first; /* those of function f are all[first[f]] ... all[first[f + 1] - 1] */
};

/* XDB_ENOMEM. */
int export_lines_find(const struct xdb_stats *s, struct export_lines *out, struct xdb_error *err);
void export_lines_release(struct export_lines *l);
/* The place in `all` of a line that is there. */
size_t export_lines_at(const struct export_lines *l, uint32_t function, int line);

#endif
