/* Collapsed stacks: a line for each traceback, `outer:1;inner:2;{string.rep} BYTES`, for flame graphs of all makes. */
#include "tracemalloc/memory_report.h"
#include "tracemalloc/snapshot.h"

#include <stdlib.h>

static void add_name(struct buffer *out, const char *name)
{
    for (; *name; name++)
        buffer_addc(out, *name == ';' || (unsigned char)*name < 0x20 ? ' ' : *name);
}

static bool add_stack(const struct xdb_snapshot *s, const struct site_key *site, struct buffer *out)
{
    size_t n = xdb_snapshot_frames(s, site->node, NULL, 0, NULL);
    struct xdb_memory_frame *frames = malloc((n + 1) * sizeof *frames);
    const char *function = stacks_function_name(&s->stacks, site->function);
    if (!frames)
        return false;
    xdb_snapshot_frames(s, site->node, frames, n, NULL);
    for (size_t i = n; i-- > 0;) {
        add_name(out, frames[i].file);
        buffer_addf(out, frames[i].line ? ":%d%s" : "%.0d%s", frames[i].line, i ? ";" : "");
    }
    if (function) {
        buffer_adds(out, ";{");
        add_name(out, function);
        buffer_addc(out, '}');
    }
    free(frames);
    return true;
}

int memory_report_collapsed(const struct memory_report *r, struct buffer *out,
                            struct xdb_error *err)
{
    const struct xdb_snapshot *s = r->snapshot;
    size_t *bytes = calloc(s->sites.count + 1U, sizeof *bytes);
    bool ok = bytes != NULL;
    for (uint32_t i = 0; ok && i < s->rows.count; i++) {
        const struct snapshot_row *row = snapshot_row(s, i);
        bytes[row->site] += row->size * row->count;
    }
    for (uint32_t i = 0; ok && i < s->sites.count; i++) {
        if (bytes[i] == 0)
            continue;
        ok = add_stack(s, snapshot_site(s, i), out);
        buffer_addf(out, " %zu\n", bytes[i]);
    }
    free(bytes);
    return ok && !out->failed ? 0 : error_set(err, XDB_ENOMEM, "not enough memory");
}
