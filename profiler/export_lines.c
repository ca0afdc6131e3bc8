#include "profiler/export_lines.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const struct export_line *x = a, *y = b;
    if (x->function != y->function)
        return x->function < y->function ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

int export_lines_find(const struct xdb_stats *s, struct export_lines *out, struct xdb_error *err)
{
    struct export_lines l = {.all = calloc(s->nlines + 1, sizeof *l.all),
                             .first = calloc(s->nfunctions + 2, sizeof *l.first)};
    if (!l.all || !l.first) {
        export_lines_release(&l);
        return error_set(err, XDB_ENOMEM, "not enough memory");
    }
    for (size_t i = 0; i < s->nlines; i++) {
        const struct stats_line *row = &s->lines[i];
        l.all[i] = (struct export_line){s->contexts[row->context].function, row->line, row->own};
    }
    qsort(l.all, s->nlines, sizeof *l.all, compare);
    for (size_t i = 0; i < s->nlines; i++)
        if (l.n > 0 && compare(&l.all[l.n - 1], &l.all[i]) == 0)
            l.all[l.n - 1].own += l.all[i].own;
        else
            l.all[l.n++] = l.all[i];
    for (size_t i = 0; i < l.n; i++)
        l.first[l.all[i].function + 1]++;
    for (size_t f = 1; f <= s->nfunctions; f++)
        l.first[f] += l.first[f - 1];
    *out = l;
    return 0;
}

void export_lines_release(struct export_lines *l)
{
    free(l->all);
    free(l->first);
}

size_t export_lines_at(const struct export_lines *l, uint32_t function, int line)
{
    struct export_line wanted = {.function = function, .line = line};
    const struct export_line *found = bsearch(&wanted, l->all, l->n, sizeof wanted, compare);
    return found ? (size_t)(found - l->all) : 0;
}
