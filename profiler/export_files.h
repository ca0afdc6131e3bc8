/*
** The files that a profile's functions come from, with their text where it is still what ran: it compiles, and a function is
** defined wherever the profile has one. What is not Lua is never taken along, so that a profile which names some other file
** does not carry it into a page. Reads files; takes a second for some hundred.
*/
#ifndef XDB_PROFILER_EXPORT_FILES_H
#define XDB_PROFILER_EXPORT_FILES_H

#include "profiler/stats.h"

enum export_text { EXPORT_NO_TEXT, EXPORT_TEXT, EXPORT_CHANGED };

struct export_file {
    const char *path;          /* the statistics' */
    const uint32_t *functions; /* those in it */
    size_t n;
    double own; /* seconds */
    enum export_text state;
    const char *text; /* of EXPORT_TEXT; lives as long as the struct export_files */
    size_t len;
};

struct export_files {
    struct export_file *files;
    size_t n;
    uint32_t *of_function; /* its file */
    int *last_lines;       /* of each function's definition; 0 where not known */
    uint32_t *order;
    struct source_cache *sources;
};

/* XDB_ENOMEM. */
int export_files_find(const struct xdb_stats *s, struct export_files *out, struct xdb_error *err);
void export_files_release(struct export_files *f);

#endif
