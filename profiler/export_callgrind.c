/*
** The format of valgrind's callgrind, for callgrind_annotate, KCachegrind and QCachegrind: own cost of each function
** on its lines where samples know them, else at the line of its definition; and its calls with what they cost in all.
** Costs are nanoseconds.
*/
#include "profiler/export.h"
#include "profiler/export_lines.h"

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

/* The functions with their own costs; returns the sum. */
static long long add_functions(struct buffer *out, const struct xdb_stats *s,
                               const struct export_lines *lines)
{
    struct export_weights w = {0, 0};
    for (uint32_t f = 0; f < s->nfunctions; f++) {
        double rest = s->functions[f].tt;
        buffer_addc(out, '\n');
        add_place(out, s, f, "fl", "fn", true);
        for (uint32_t i = lines->first[f]; i < lines->first[f + 1]; i++) {
            rest -= lines->all[i].own;
            if (lines->all[i].own > 0)
                buffer_addf(out, "%d %lld\n", lines->all[i].line,
                            export_weight(&w, lines->all[i].own));
        }
        long long left = export_weight(&w, rest);
        if (left > 0 || lines->first[f] == lines->first[f + 1])
            buffer_addf(out, "%lld %lld\n", s->functions[f].line, left);
    }
    return w.given;
}

static void add_calls(struct buffer *out, const struct xdb_stats *s, const struct stats_groups *g)
{
    for (uint32_t f = 0; f < s->nfunctions; f++) {
        if (g->first[f] == g->first[f + 1])
            continue;
        buffer_addc(out, '\n');
        add_place(out, s, f, "fl", "fn", false);
        for (uint32_t i = g->first[f]; i < g->first[f + 1]; i++) {
            const struct stats_edge *e = &s->edges[g->list[i]];
            add_place(out, s, e->callee, "cfi", "cfn", false);
            /* readers take a cost behind "calls=0" for the caller's own */
            long long calls = s->sampled ? e->cc : e->nc;
            buffer_addf(out, "calls=%lld %lld\n%lld %.0f\n", calls > 0 ? calls : 1,
                        s->functions[e->callee].line, s->functions[f].line,
                        e->ct > 0 ? e->ct * 1e9 : 0);
        }
    }
}

static int write_callgrind(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct stats_groups g = {NULL, NULL};
    struct export_lines lines;
    int failed = export_lines_find(s, &lines, err);
    if (failed)
        return failed;
    failed = stats_group(s, false, &g, err);
    if (!failed) {
        buffer_adds(out, "# callgrind format\nversion: 1\ncreator: xprof\npositions: line\n"
                         "event: ns : Nanoseconds\nevents: ns\n");
        /* all names first, since a call may be told before the function that it calls */
        long long total = add_functions(out, s, &lines);
        add_calls(out, s, &g);
        buffer_addf(out, "\ntotals: %lld\n", total);
    }
    stats_groups_release(&g);
    export_lines_release(&lines);
    return failed;
}

const struct exporter exporter_callgrind = {"callgrind", write_callgrind};
