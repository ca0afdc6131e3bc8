/*
** The file of Python's own profilers, for pstats and the viewers that stand on it (snakeviz, tuna, gprof2dot): a marshalled
** dictionary (file, line, name) -> (primitive calls, calls, own, cumulative, {caller: (calls, primitive, own, cumulative)}).
*/
#include "profiler/export.h"

#include <string.h>

static void add_32(struct buffer *out, uint32_t n)
{
    for (int i = 0; i < 4; i++, n >>= 8)
        buffer_addc(out, (char)(n & 0xFF));
}

/* An integer, never negative: 32 bits, or Python's digits of 15 bits. */
static void add_integer(struct buffer *out, long long n)
{
    if (n <= INT32_MAX) {
        buffer_addc(out, 'i');
        add_32(out, (uint32_t)n);
        return;
    }
    uint32_t digits = 0;
    for (long long rest = n; rest; rest >>= 15)
        digits++;
    buffer_addc(out, 'l');
    add_32(out, digits);
    for (; digits > 0; digits--, n >>= 15) {
        buffer_addc(out, (char)(n & 0xFF));
        buffer_addc(out, (char)(n >> 8 & 0x7F));
    }
}

static void add_float(struct buffer *out, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    buffer_addc(out, 'g');
    add_32(out, (uint32_t)bits);
    add_32(out, (uint32_t)(bits >> 32));
}

static void add_text(struct buffer *out, const char *text)
{
    struct buffer clean;
    buffer_init(&clean);
    export_utf8(&clean, text);
    buffer_addc(out, 'u');
    add_32(out, (uint32_t)clean.len);
    buffer_add(out, clean.data, clean.len);
    out->failed |= clean.failed;
    buffer_release(&clean);
}

static void add_tuple(struct buffer *out, uint32_t n)
{
    buffer_addc(out, '(');
    add_32(out, n);
}

static void add_key(struct buffer *out, const struct stats_function *f)
{
    add_tuple(out, 3);
    add_text(out, f->file);
    add_integer(out, f->line);
    add_text(out, f->name);
}

static int write_pstats(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct stats_groups g;
    int failed = stats_group(s, true, &g, err);
    if (failed)
        return failed;
    buffer_addc(out, '{');
    for (uint32_t f = 0; f < s->nfunctions; f++) {
        const struct stats_function *fn = &s->functions[f];
        add_key(out, fn);
        add_tuple(out, 5);
        add_integer(out, fn->cc);
        add_integer(out, fn->nc);
        add_float(out, fn->tt);
        add_float(out, fn->ct);
        buffer_addc(out, '{');
        for (uint32_t i = g.first[f]; i < g.first[f + 1]; i++) {
            const struct stats_edge *e = &s->edges[g.list[i]];
            add_key(out, &s->functions[e->caller]);
            add_tuple(out, 4);
            add_integer(out, e->nc);
            add_integer(out, e->cc);
            add_float(out, e->tt);
            add_float(out, e->ct);
        }
        buffer_addc(out, '0');
    }
    buffer_addc(out, '0');
    stats_groups_release(&g);
    return 0;
}

const struct exporter exporter_pstats = {"pstats", write_pstats};
