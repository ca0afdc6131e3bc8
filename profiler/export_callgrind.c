/*
** The format of valgrind's callgrind, for callgrind_annotate, KCachegrind and QCachegrind: own cost of each function
** at the line of its definition, and its calls with what they cost in all. Costs are nanoseconds.
*/
#include "profiler/export.h"

/* A text to the end of its line. */
static void add_line(struct buffer *out, const char *text)
{
    for (; *text; text++)
        buffer_addc(out, (unsigned char)*text < 0x20 ? ' ' : *text);
    buffer_addc(out, '\n');
}

/* Where the function is; files and names have numbers, and are told in full the first time. */
static void add_place(struct buffer *out, const struct xdb_stats *s, uint32_t f,
                      const char *file_key, const char *name_key, bool first)
{
    const struct stats_function *fn = &s->functions[f];
    buffer_addf(out, "%s=", file_key);
    add_line(out, fn->line == 0 ? "C" : fn->file);
    buffer_addf(out, "%s=(%u)%s", name_key, f + 1, first ? " " : "\n");
    if (first)
        add_line(out, fn->name);
}

static int write_callgrind(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct stats_groups g;
    struct export_weights w = {0, 0};
    int failed = stats_group(s, false, &g, err);
    if (failed)
        return failed;
    buffer_adds(out, "# callgrind format\nversion: 1\ncreator: xprof\npositions: line\n"
                     "event: ns : Nanoseconds\nevents: ns\n");
    /* all names first, since a call may be told before the function that it calls */
    for (size_t i = 0; i < s->nfunctions; i++) {
        buffer_addc(out, '\n');
        add_place(out, s, (uint32_t)i, "fl", "fn", true);
        buffer_addf(out, "%lld %lld\n", s->functions[i].line,
                    export_weight(&w, s->functions[i].tt));
    }
    for (uint32_t f = 0; f < s->nfunctions; f++) {
        if (g.first[f] == g.first[f + 1])
            continue;
        buffer_addc(out, '\n');
        add_place(out, s, f, "fl", "fn", false);
        for (uint32_t i = g.first[f]; i < g.first[f + 1]; i++) {
            const struct stats_edge *e = &s->edges[g.list[i]];
            add_place(out, s, e->callee, "cfi", "cfn", false);
            buffer_addf(out, "calls=%lld %lld\n%lld %.0f\n", e->nc, s->functions[e->callee].line,
                        s->functions[f].line, e->ct > 0 ? e->ct * 1e9 : 0);
        }
    }
    buffer_addf(out, "\ntotals: %lld\n", w.given);
    stats_groups_release(&g);
    return 0;
}

const struct exporter exporter_callgrind = {"callgrind", write_callgrind};
