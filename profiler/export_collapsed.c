/* Collapsed stacks: a line for each context, `outer;inner NANOSECONDS`, for flame graphs of all makes. */
#include "profiler/export.h"

#include <stdlib.h>

static void add_frame(struct buffer *out, const char *name)
{
    for (; *name; name++)
        buffer_addc(out, *name == ';' || (unsigned char)*name < 0x20 ? ' ' : *name);
}

static int write_collapsed(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct export_weights w = {0, 0};
    int failed = stats_prepare_names(s, err);
    uint32_t *path = failed ? NULL : malloc((s->ncontexts + 1) * sizeof *path);
    if (!path)
        return failed ? failed : error_set(err, XDB_ENOMEM, "not enough memory");
    for (size_t i = 0; i < s->ncontexts; i++) {
        long long weight = export_weight(&w, s->contexts[i].own);
        if (weight == 0)
            continue;
        size_t n = export_path(s, (uint32_t)i, path);
        while (n > 0) {
            add_frame(out, s->functions[path[--n]].std);
            buffer_addc(out, n ? ';' : ' ');
        }
        buffer_addf(out, "%lld\n", weight);
    }
    free(path);
    return 0;
}

const struct exporter exporter_collapsed = {"collapsed", write_collapsed};
