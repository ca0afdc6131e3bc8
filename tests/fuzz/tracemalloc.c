/* Snapshots from anywhere: read, grouped, filtered, compared, told in every format, written and read again. */
#include "tracemalloc/memory_report.h"
#include "tracemalloc/snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report_all(const struct xdb_snapshot *s, const struct xdb_snapshot *old)
{
    struct buffer out;
    buffer_init(&out);
    for (const struct memory_report_format *f = memory_report_formats; f->name; f++)
        for (int key = XDB_BY_LINE; key <= XDB_BY_TYPE; key++)
            for (int cumulative = 0; cumulative <= (key <= XDB_BY_FILE); cumulative++) {
                const struct memory_report r = {s,          old, "fuzz", (enum xdb_memory_key)key,
                                                cumulative, 5};
                buffer_clear(&out);
                if (f->write(&r, &out, NULL) < 0)
                    abort();
            }
    buffer_release(&out);
}

static void read_blocks(const struct xdb_snapshot *s)
{
    struct xdb_memory_frame frames[4];
    struct xdb_memory_trace trace;
    size_t n = xdb_snapshot_info(s).blocks;
    for (size_t i = 0; i < n && i < 100; i++)
        if (!xdb_snapshot_trace(s, i, &trace) || trace.type >= XDB_MEMORY_TYPES ||
            xdb_snapshot_frames(s, trace.traceback, frames, 4, NULL) == 0)
            abort();
    if (xdb_snapshot_trace(s, n, &trace) || (n && !xdb_snapshot_trace(s, n - 1, &trace)))
        abort();
}

/* What was read is written, and is the same when it is read again. */
static void write_again(const struct xdb_snapshot *s)
{
    struct buffer text;
    buffer_init(&text);
    if (snapshot_text(s, &text, NULL) < 0)
        abort();
    struct xdb_snapshot *again = xdb_snapshot_parse(text.data, text.len, "again", NULL);
    if (!again || xdb_snapshot_info(again).bytes != xdb_snapshot_info(s).bytes)
        abort();
    struct xdb_memory_stats *m = xdb_snapshot_statistics(again, s, XDB_BY_TRACEBACK, false, NULL);
    for (size_t i = 0; i < xdb_memory_stats_count(m); i++)
        if (xdb_memory_stats_at(m, i)->size_diff || xdb_memory_stats_at(m, i)->count_diff)
            abort();
    xdb_memory_stats_free(m);
    xdb_snapshot_free(again);
    buffer_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct xdb_memory_filter filters[] = {{true, "*a*", -1, true, -1},
                                                {false, "[[]C]", 0, false, 0}};
    struct xdb_error err = {""};
    struct xdb_snapshot *s = xdb_snapshot_parse((const char *)data, size, "fuzz", &err);
    if (!s) {
        if (!*err.text || strchr(err.text, '\n'))
            abort();
        return 0;
    }
    struct xdb_snapshot *part = xdb_snapshot_filter(s, filters, 2, NULL);
    read_blocks(s);
    report_all(s, NULL);
    report_all(part, s);
    write_again(s);
    xdb_snapshot_free(part);
    xdb_snapshot_free(s);
    return 0;
}
