#include "profiler/export.h"

#include <math.h>
#include <string.h>

const struct exporter *const exporters[] = {&exporter_text,       &exporter_json,
                                            &exporter_csv,        &exporter_pstats,
                                            &exporter_callgrind,  &exporter_collapsed,
                                            &exporter_speedscope, &exporter_pprof,
                                            &exporter_html,       NULL};

const struct exporter *exporter_find(const char *name)
{
    for (const struct exporter *const *e = exporters; *e; e++)
        if (strcmp((*e)->name, name) == 0)
            return *e;
    return NULL;
}

long long export_weight(struct export_weights *w, double seconds)
{
    w->seconds += seconds;
    double ns = w->seconds * 1e9;
    long long now = ns < 9e18 ? llround(ns) : (long long)9e18;
    long long weight = now > w->given ? now - w->given : 0;
    w->given += weight;
    return weight;
}

size_t export_path(const struct xdb_stats *s, uint32_t context, uint32_t *path)
{
    size_t n = 0;
    for (; context != STATS_NONE; context = s->contexts[context].parent)
        path[n++] = s->contexts[context].function;
    return n;
}
