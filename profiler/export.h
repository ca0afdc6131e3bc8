/*
** The formats in which statistics leave the suite: one exporter a file, a row in the table here for each.
** An exporter only builds text (or bytes); writing it is its caller's.
*/
#ifndef XDB_PROFILER_EXPORT_H
#define XDB_PROFILER_EXPORT_H

#include "core/buffer.h"
#include "profiler/stats.h"

struct exporter {
    const char *name;
    /* Appends `s` to `out`, in its current order. 0, or XDB_ENOMEM. */
    int (*write)(struct xdb_stats *s, struct buffer *out, struct xdb_error *err);
};

/* All of them, ended by NULL. */
extern const struct exporter *const exporters[];
/* The one with this name, or NULL. */
const struct exporter *exporter_find(const char *name);

extern const struct exporter exporter_text, exporter_json, exporter_csv, exporter_pstats,
    exporter_callgrind, exporter_collapsed, exporter_speedscope, exporter_pprof, exporter_html;

/* Appends the file that xdb_stats_save writes. */
void stats_write_json(const struct xdb_stats *s, struct buffer *out);
/* Appends `text` as a JSON string; bytes that are no UTF-8 become U+FFFD. */
void export_json_string(struct buffer *out, const char *text);

/* Appends `text` as UTF-8; other bytes become U+FFFD. */
void export_utf8(struct buffer *out, const char *text);

/*
** Times as whole nanoseconds whose sum is that of the times: what one loses in rounding, the next one gets.
** Negative times (a bias too large) are taken from those that follow. Begins as {0, 0}.
*/
struct export_weights {
    double seconds; /* so far */
    long long given;
};
long long export_weight(struct export_weights *w, double seconds);

/* The functions of a context from the innermost one, into `path`, which has room for all contexts. */
size_t export_path(const struct xdb_stats *s, uint32_t context, uint32_t *path);

#endif
