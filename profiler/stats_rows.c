#include "profiler/stats_rows.h"

#include <limits.h>
#include <math.h>

/* The cell as a count or place, from `least` to `most`; false when it is none. */
static bool integer(const struct stats_row *row, size_t i, long long least, long long most,
                    long long *out)
{
    const struct stats_cell *c = &row->cells[i];
    *out = c->integer;
    return c->kind == STATS_INTEGER && *out >= least && *out <= most;
}

static bool number(const struct stats_row *row, size_t i, double *out)
{
    const struct stats_cell *c = &row->cells[i];
    *out = c->kind == STATS_INTEGER ? (double)c->integer : c->real;
    return c->kind == STATS_INTEGER || (c->kind == STATS_REAL && isfinite(*out));
}

/* A text, or NULL. */
static const char *text(const struct stats_row *row, size_t i)
{
    return row->cells[i].kind == STATS_TEXT ? row->cells[i].text : NULL;
}

static int wrong(const char **what, const char *how)
{
    *what = how;
    return XDB_EFORMAT;
}

static int take_function(struct xdb_stats *s, size_t i, const struct stats_row *row,
                         const char **what)
{
    if (row->n != 7)
        return wrong(what, "not a function's row");
    struct stats_function f = {.file = text(row, 0), .name = text(row, 2)};
    if (!(f.file && f.name && integer(row, 1, 0, INT_MAX, &f.line) &&
          integer(row, 3, 0, LLONG_MAX, &f.cc) && integer(row, 4, 0, LLONG_MAX, &f.nc) &&
          number(row, 5, &f.tt) && number(row, 6, &f.ct)))
        return wrong(what, "not a function's row");
    uint32_t at = stats_function(s, f.file, f.line, f.name);
    if (at == STATS_NONE)
        return XDB_ENOMEM;
    if (at != i)
        return wrong(what, "the function stands there twice");
    struct stats_function *to = &s->functions[at];
    to->cc = f.cc;
    to->nc = f.nc;
    to->tt = f.tt;
    to->ct = f.ct;
    return 0;
}

static int take_edge(struct xdb_stats *s, size_t i, const struct stats_row *row, const char **what)
{
    long long caller, callee, last = (long long)s->nfunctions - 1;
    struct stats_edge e;
    if (row->n != 6 ||
        !(integer(row, 0, 0, last, &caller) && integer(row, 1, 0, last, &callee) &&
          integer(row, 2, 0, LLONG_MAX, &e.cc) && integer(row, 3, 0, LLONG_MAX, &e.nc) &&
          number(row, 4, &e.tt) && number(row, 5, &e.ct)))
        return wrong(what, "not an edge's row");
    uint32_t at = stats_edge(s, (uint32_t)caller, (uint32_t)callee);
    if (at == STATS_NONE)
        return XDB_ENOMEM;
    if (at != i)
        return wrong(what, "the edge stands there twice");
    e.caller = (uint32_t)caller;
    e.callee = (uint32_t)callee;
    s->edges[at] = e;
    return 0;
}

static int take_context(struct xdb_stats *s, size_t i, const struct stats_row *row,
                        const char **what)
{
    long long parent, function;
    struct stats_context c;
    if (row->n != 4 || !(integer(row, 0, -1, (long long)i - 1, &parent) &&
                         integer(row, 1, 0, (long long)s->nfunctions - 1, &function) &&
                         integer(row, 2, 0, LLONG_MAX, &c.calls) && number(row, 3, &c.own)))
        return wrong(what, "not a context's row");
    c.parent = parent < 0 ? STATS_NONE : (uint32_t)parent;
    c.function = (uint32_t)function;
    uint32_t at = stats_context(s, c.parent, c.function);
    if (at == STATS_NONE)
        return XDB_ENOMEM;
    if (at != i)
        return wrong(what, "the context stands there twice");
    s->contexts[at] = c;
    return 0;
}

static int take_line(struct xdb_stats *s, size_t i, const struct stats_row *row, const char **what)
{
    long long context, line;
    struct stats_line l;
    (void)i;
    if (row->n != 6 ||
        !(integer(row, 0, 0, (long long)s->ncontexts - 1, &context) &&
          integer(row, 1, 1, INT_MAX, &line) && integer(row, 2, 0, LLONG_MAX, &l.direct) &&
          integer(row, 3, 0, LLONG_MAX, &l.samples) && number(row, 4, &l.own) &&
          number(row, 5, &l.total)))
        return wrong(what, "not a line's row");
    l.context = (uint32_t)context;
    l.line = (int)line;
    return stats_add_line(s, &l);
}

int stats_take_row(struct xdb_stats *s, enum stats_list list, size_t i, const struct stats_row *row,
                   const char **what)
{
    static int (*const take[STATS_LISTS])(struct xdb_stats *, size_t, const struct stats_row *,
                                          const char **) = {
        [STATS_FUNCTIONS] = take_function,
        [STATS_EDGES] = take_edge,
        [STATS_CONTEXTS] = take_context,
        [STATS_LINES] = take_line,
    };
    return take[list](s, i, row, what);
}
