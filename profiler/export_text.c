/* The table of functions, as on the terminal. */
#include "profiler/export.h"

static void add(void *user, const char *text, size_t n)
{
    buffer_add(user, text, n);
}

static int write_text(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    return xdb_stats_print(s, XDB_STATS_FUNCTIONS, NULL, 0, add, out, err);
}

const struct exporter exporter_text = {"text", write_text};
