/* The file that https://www.speedscope.app reads: frames, and a weighted stack for each context. */
#include "profiler/export.h"

#include <stdlib.h>

static void add_frames(const struct xdb_stats *s, struct buffer *out)
{
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[i];
        buffer_adds(out, i ? ",\n{\"name\":" : "{\"name\":");
        export_json_string(out, f->line ? f->name : f->std);
        if (f->line) {
            buffer_adds(out, ",\"file\":");
            export_json_string(out, f->file);
            buffer_addf(out, ",\"line\":%lld", f->line);
        }
        buffer_addc(out, '}');
    }
}

static int write_speedscope(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct export_weights w = {0, 0};
    struct buffer weights;
    int failed = stats_prepare_names(s, err);
    uint32_t *path = failed ? NULL : malloc((s->ncontexts + 1) * sizeof *path);
    if (!path)
        return failed ? failed : error_set(err, XDB_ENOMEM, "not enough memory");
    buffer_init(&weights);
    buffer_adds(out, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\","
                     "\"exporter\":\"xprof\",\"shared\":{\"frames\":[\n");
    add_frames(s, out);
    buffer_adds(out, "]},\n\"profiles\":[{\"type\":\"sampled\",\"name\":\"xprof\","
                     "\"unit\":\"nanoseconds\",\"startValue\":0,\n\"samples\":[");
    for (size_t i = 0; i < s->ncontexts; i++) {
        long long weight = export_weight(&w, s->contexts[i].own);
        if (weight == 0)
            continue;
        buffer_addf(&weights, "%s%lld", weights.len ? "," : "", weight);
        buffer_adds(out, weights.len && w.given != weight ? ",\n[" : "\n[");
        for (size_t n = export_path(s, (uint32_t)i, path); n > 0; n--)
            buffer_addf(out, "%u%s", path[n - 1], n > 1 ? "," : "");
        buffer_addc(out, ']');
    }
    buffer_addf(out, "],\n\"weights\":[%s],\"endValue\":%lld}]}\n", weights.data, w.given);
    failed = weights.failed ? error_set(err, XDB_ENOMEM, "not enough memory") : 0;
    buffer_release(&weights);
    free(path);
    return failed;
}

const struct exporter exporter_speedscope = {"speedscope", write_speedscope};
