/*
** The tables that people read: of functions, of callers, of callees. The layout is that of Python's pstats to
** the last column, so that eyes and tools that know one know the other.
*/
#include "core/repr_text.h"
#include "profiler/stats.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The functions to be printed, with what was said on the way to them. */
struct selection {
    uint32_t *list;
    size_t n;
    struct buffer text;
};

struct printer {
    xdb_stats_write *write;
    void *user;
    struct buffer line;
    bool failed;
};

/* Sends what stands in the line; small pieces are gathered. */
static void flush(struct printer *p, size_t least)
{
    if (p->line.len < least)
        return;
    p->failed |= p->line.failed;
    if (p->line.len)
        p->write(p->user, p->line.data, p->line.len);
    buffer_clear(&p->line);
}

enum { GATHER = 8192 };

/* ---- restrictions ----------------------------------------------------------------------------- */

/* Keeps those that match; false when it is no regular expression. */
static bool keep_matching(const struct xdb_stats *s, struct selection *sel, const char *regex)
{
    regex_t compiled;
    size_t n = 0;
    if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    for (size_t i = 0; i < sel->n; i++)
        if (regexec(&compiled, s->functions[sel->list[i]].std, 0, NULL, 0) == 0)
            sel->list[n++] = sel->list[i];
    sel->n = n;
    regfree(&compiled);
    return true;
}

/* Python's repr of a text, near enough for a regular expression. */
static void add_quoted(struct buffer *b, const char *text)
{
    char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
    buffer_addc(b, quote);
    for (const char *s = text; *s; s++) {
        if (*s == quote || *s == '\\')
            buffer_addc(b, '\\');
        if (*s == '\n')
            buffer_adds(b, "\\n");
        else
            buffer_addc(b, *s);
    }
    buffer_addc(b, quote);
}

/* The shortest form that reads back as the same number, with a point: 0.5, 1e-05. */
static void add_number(struct buffer *b, double x)
{
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    buffer_adds(b, text);
    if (!strpbrk(text, ".en"))
        buffer_adds(b, ".0");
}

static void restrict_to(const struct xdb_stats *s, struct selection *sel,
                        const struct xdb_restriction *r)
{
    size_t before = sel->n;
    if (r->kind == XDB_RESTRICT_REGEX) {
        if (!keep_matching(s, sel, r->regex)) {
            buffer_adds(&sel->text, "   <Invalid regular expression ");
            add_quoted(&sel->text, r->regex);
            buffer_adds(&sel->text, ">\n");
            return;
        }
    } else if (r->kind == XDB_RESTRICT_FRACTION && r->fraction >= 0 && r->fraction < 1)
        sel->n = (size_t)((double)sel->n * r->fraction + 0.5);
    else if (r->kind == XDB_RESTRICT_COUNT && r->count >= 0 &&
             (unsigned long long)r->count < sel->n)
        sel->n = (size_t)r->count;
    if (sel->n == before)
        return;
    buffer_addf(&sel->text, "   List reduced from %zu to %zu due to restriction <", before, sel->n);
    if (r->kind == XDB_RESTRICT_REGEX)
        add_quoted(&sel->text, r->regex);
    else if (r->kind == XDB_RESTRICT_COUNT)
        buffer_addf(&sel->text, "%lld", r->count);
    else
        add_number(&sel->text, r->fraction);
    buffer_adds(&sel->text, ">\n");
}

static int select_functions(struct xdb_stats *s, const struct xdb_restriction *r, size_t n,
                            struct selection *sel, struct xdb_error *err)
{
    int failed = stats_prepare_names(s, err);
    if (failed)
        return failed;
    sel->list = malloc((s->nfunctions + 1) * sizeof *sel->list);
    if (!sel->list)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    sel->n = s->nfunctions;
    for (size_t i = 0; i < sel->n; i++)
        sel->list[i] = stats_at(s, i);
    if (s->order)
        buffer_addf(&sel->text, "   Ordered by: %s\n", s->sorted_by.data);
    else
        buffer_adds(&sel->text, "   Random listing order was used\n");
    for (size_t i = 0; i < n; i++)
        restrict_to(s, sel, &r[i]);
    return 0;
}

/* ---- functions -------------------------------------------------------------------------------- */

static void add_time(struct buffer *b, double seconds)
{
    buffer_addf(b, "%8.3f", seconds);
}

static void add_per_call(struct buffer *b, double seconds, long long calls)
{
    buffer_addc(b, ' ');
    if (calls)
        add_time(b, seconds / (double)calls);
    else
        buffer_adds(b, "        ");
}

/* The name, on one line whatever is in it: a file or name could hold what steers a terminal. */
static void add_name(struct buffer *b, const struct stats_function *f)
{
    bool plain = true;
    for (uint32_t i = 0; plain && i < f->std_len; i++)
        plain = (unsigned char)f->std[i] >= ' ' && (unsigned char)f->std[i] < 0x7F;
    if (plain)
        buffer_add(b, f->std, f->std_len);
    else
        repr_text_visible(f->std, f->std_len, f->std_len, b);
}

static void add_calls(struct buffer *b, long long nc, long long cc, int width)
{
    char text[64];
    if (nc == cc)
        snprintf(text, sizeof text, "%lld", nc);
    else
        snprintf(text, sizeof text, "%lld/%lld", nc, cc);
    buffer_addf(b, "%*s ", width, text);
}

static void print_heading(const struct xdb_stats *s, struct printer *p)
{
    long long calls, primitive;
    double seconds = xdb_stats_total(s, &calls, &primitive);
    struct buffer *b = &p->line;
    buffer_add(b, s->headings.data, s->headings.len);
    if (s->headings.len)
        buffer_addc(b, '\n');
    buffer_addf(b, "         %lld %s ", calls, s->sampled ? "samples" : "function calls");
    if (calls != primitive && !s->sampled)
        buffer_addf(b, "(%lld primitive calls) ", primitive);
    buffer_addf(b, "in %.3f seconds\n", seconds);
    if (s->missed)
        buffer_addf(
            b, "         (%lld more, %.1f %%, were due before one was taken; their time counts)\n",
            s->missed, 100 * (double)s->missed / ((double)s->missed + (double)calls));
    if (s->folded)
        buffer_adds(b, "         (some contexts were folded: there were too many, or too deep)\n");
    if (s->incomplete)
        buffer_adds(b, "         (incomplete: there was not enough memory)\n");
    buffer_addc(b, '\n');
}

static void print_functions(const struct xdb_stats *s, const struct selection *sel,
                            struct printer *p)
{
    struct buffer *b = &p->line;
    buffer_adds(b, s->sampled ? " nsamples" : "   ncalls");
    buffer_adds(b, "  tottime  percall  cumtime  percall filename:lineno(function)\n");
    for (size_t i = 0; i < sel->n; i++) {
        const struct stats_function *f = &s->functions[sel->list[i]];
        add_calls(b, f->nc, f->cc, 9);
        add_time(b, f->tt);
        add_per_call(b, f->tt, f->nc);
        buffer_addc(b, ' ');
        add_time(b, f->ct);
        add_per_call(b, f->ct, f->cc);
        buffer_addc(b, ' ');
        add_name(b, f);
        buffer_addc(b, '\n');
        flush(p, GATHER);
    }
}

/* ---- callers and callees ---------------------------------------------------------------------- */

/* Characters of UTF-8 text, as columns are counted. */
static size_t columns(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static void pad(struct buffer *b, size_t from, size_t to)
{
    for (; from < to; from++)
        buffer_addc(b, ' ');
}

static void print_edges(const struct xdb_stats *s, uint32_t f, const struct stats_groups *g,
                        bool callers, size_t width, struct buffer *b)
{
    size_t start = b->len;
    add_name(b, &s->functions[f]);
    pad(b, columns(b->data + start), width);
    buffer_adds(b, callers ? "<- " : "-> ");
    if (g->first[f] == g->first[f + 1])
        buffer_addc(b, '\n');
    for (uint32_t i = g->first[f]; i < g->first[f + 1]; i++) {
        const struct stats_edge *e = &s->edges[g->list[i]];
        bool first = i == g->first[f];
        if (!first)
            pad(b, 0, width + 1);
        add_calls(b, e->nc, e->cc, first ? 7 : 9);
        add_time(b, e->tt);
        buffer_addc(b, ' ');
        add_time(b, e->ct);
        buffer_adds(b, "  ");
        add_name(b, &s->functions[callers ? e->caller : e->callee]);
        buffer_addc(b, '\n');
    }
}

static int print_relations(const struct xdb_stats *s, const struct selection *sel, bool callers,
                           struct printer *p, struct xdb_error *err)
{
    struct stats_groups g;
    size_t width = 0;
    int failed = stats_group(s, callers, &g, err);
    if (failed)
        return failed;
    for (size_t i = 0; i < sel->n; i++) {
        size_t start = p->line.len;
        add_name(&p->line, &s->functions[sel->list[i]]);
        size_t n = columns(p->line.data + start);
        buffer_truncate(&p->line, start);
        width = n > width ? n : width;
    }
    width += 2;
    buffer_adds(&p->line, "Function ");
    pad(&p->line, strlen("Function "), width);
    buffer_adds(&p->line, callers ? "was called by...\n" : "called...\n");
    if (s->nedges) {
        pad(&p->line, 0, width);
        buffer_adds(&p->line, "    ncalls  tottime  cumtime\n");
    }
    for (size_t i = 0; i < sel->n; i++) {
        print_edges(s, sel->list[i], &g, callers, width, &p->line);
        flush(p, GATHER);
    }
    stats_groups_release(&g);
    return 0;
}

int xdb_stats_print(struct xdb_stats *s, enum xdb_stats_table table,
                    const struct xdb_restriction *restrictions, size_t n, xdb_stats_write *write,
                    void *user, struct xdb_error *err)
{
    struct selection sel = {.n = 0};
    struct printer p = {.write = write, .user = user};
    buffer_init(&sel.text);
    buffer_init(&p.line);
    int failed = select_functions(s, restrictions, n, &sel, err);
    if (!failed && table == XDB_STATS_FUNCTIONS)
        print_heading(s, &p);
    if (!failed && sel.n) {
        buffer_addf(&p.line, "%s\n", sel.text.data);
        if (table == XDB_STATS_FUNCTIONS)
            print_functions(s, &sel, &p);
        else
            failed = print_relations(s, &sel, table == XDB_STATS_CALLERS, &p, err);
        buffer_adds(&p.line, "\n\n");
    }
    if (!failed)
        flush(&p, 0);
    if (!failed && (p.failed || sel.text.failed))
        failed = error_set(err, XDB_ENOMEM, "not enough memory");
    buffer_release(&p.line);
    buffer_release(&sel.text);
    free(sel.list);
    return failed;
}
