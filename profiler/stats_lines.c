/* The lines of sampled statistics: rows of a context and a line, each pair once. */
#include "profiler/stats.h"

#include <limits.h>
#include <stdlib.h>

enum { FIRST_ROOM = 256 };

int stats_add_line(struct xdb_stats *s, const struct stats_line *line)
{
    if (s->nlines == s->lines_room) {
        size_t room = s->lines_room ? s->lines_room * 2 : FIRST_ROOM;
        struct stats_line *lines =
            room < STATS_NONE ? realloc(s->lines, room * sizeof *lines) : NULL;
        if (!lines)
            return XDB_ENOMEM;
        s->lines = lines;
        s->lines_room = room;
    }
    s->lines[s->nlines++] = *line;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct stats_line *x = a, *y = b;
    if (x->context != y->context)
        return x->context < y->context ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static long long sum(long long a, long long b)
{
    return a > LLONG_MAX - b ? LLONG_MAX : a + b; /* both are never negative */
}

void stats_pack_lines(struct xdb_stats *s)
{
    size_t n = 0;
    if (s->nlines)
        qsort(s->lines, s->nlines, sizeof *s->lines, compare);
    for (size_t i = 0; i < s->nlines; i++) {
        const struct stats_line *from = &s->lines[i];
        struct stats_line *to = n ? &s->lines[n - 1] : NULL;
        if (!to || compare(to, from) != 0) {
            s->lines[n++] = *from;
            continue;
        }
        to->direct = sum(to->direct, from->direct);
        to->samples = sum(to->samples, from->samples);
        to->own += from->own;
        to->total += from->total;
    }
    s->nlines = n;
}
