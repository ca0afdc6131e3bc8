/*
** Statistics in files: JSON with "format" and "version". The members, all of them lists of rows:
**   functions  file, line, name, primitive calls, calls, own seconds, cumulative seconds
**   edges      caller, callee (places in functions), primitive calls, calls, own, cumulative
**   contexts   parent (an earlier place in contexts, or -1), function, calls, own
**   lines      context, line, samples on it, the same with those below what it called, own, cumulative seconds;
**              only of samples
** and "sampled" (calls are samples), "folded", "incomplete", which are told in reports.
*/
#include "core/file.h"
#include "profiler/export.h"
#include "profiler/stats.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char format_name[] = "xdb-profile";
enum { VERSION = 1 };

/* ---- writing ---------------------------------------------------------------------------------- */

/* Length of the UTF-8 sequence at `s`, or 0 when it is none. */
static int sequence(const unsigned char *s)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    int n = *s < 0x80                 ? 1
            : *s >= 0xC2 && *s < 0xE0 ? 2
            : *s >= 0xE0 && *s < 0xF0 ? 3
            : *s >= 0xF0 && *s < 0xF5 ? 4
                                      : 0;
    unsigned code = n > 1 ? *s & (0xFFu >> (n + 1)) : *s;
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3F);
    }
    bool wrong = n > 1 && (code < least[n] || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF);
    return wrong ? 0 : n;
}

void export_utf8(struct buffer *out, const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        int n = sequence(s);
        if (n == 0)
            buffer_adds(out, "\xEF\xBF\xBD");
        else
            buffer_add(out, (const char *)s, (size_t)n);
        s += n ? n : 1;
    }
}

void export_json_string(struct buffer *out, const char *text)
{
    buffer_addc(out, '"');
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        int n = sequence(s);
        if (n == 0) {
            buffer_adds(out, "\xEF\xBF\xBD");
            n = 1;
        } else if (*s == '"' || *s == '\\') {
            buffer_addc(out, '\\');
            buffer_addc(out, (char)*s);
        } else if (*s < 0x20)
            buffer_addf(out, "\\u%04x", *s);
        else
            buffer_add(out, (const char *)s, (size_t)n);
        s += n;
    }
    buffer_addc(out, '"');
}

/* The shortest form that reads back the same. */
static void add_real(struct buffer *b, double x)
{
    char text[40];
    if (!isfinite(x))
        x = 0;
    snprintf(text, sizeof text, "%.15g", x);
    if (strtod(text, NULL) != x)
        snprintf(text, sizeof text, "%.17g", x);
    buffer_adds(b, text);
}

static void add_row_end(struct buffer *b, double tt, double ct, size_t i, size_t n)
{
    add_real(b, tt);
    buffer_addc(b, ',');
    add_real(b, ct);
    buffer_adds(b, i + 1 < n ? "],\n" : "]");
}

void stats_write_json(const struct xdb_stats *s, struct buffer *out)
{
    buffer_addf(out,
                "{\"format\": \"%s\", \"version\": %d,\n\"sampled\": %s, \"folded\": %s, "
                "\"incomplete\": %s,\n",
                format_name, VERSION, s->sampled ? "true" : "false", s->folded ? "true" : "false",
                s->incomplete ? "true" : "false");
    buffer_adds(out, "\"functions\": [\n");
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[i];
        buffer_addc(out, '[');
        export_json_string(out, f->file);
        buffer_addf(out, ",%lld,", f->line);
        export_json_string(out, f->name);
        buffer_addf(out, ",%lld,%lld,", f->cc, f->nc);
        add_row_end(out, f->tt, f->ct, i, s->nfunctions);
    }
    buffer_adds(out, "],\n\"edges\": [\n");
    for (size_t i = 0; i < s->nedges; i++) {
        const struct stats_edge *e = &s->edges[i];
        buffer_addf(out, "[%u,%u,%lld,%lld,", e->caller, e->callee, e->cc, e->nc);
        add_row_end(out, e->tt, e->ct, i, s->nedges);
    }
    buffer_adds(out, "],\n\"contexts\": [\n");
    for (size_t i = 0; i < s->ncontexts; i++) {
        const struct stats_context *c = &s->contexts[i];
        long long parent = c->parent == STATS_NONE ? -1 : (long long)c->parent;
        buffer_addf(out, "[%lld,%u,%lld,", parent, c->function, c->calls);
        add_real(out, c->own);
        buffer_adds(out, i + 1 < s->ncontexts ? "],\n" : "]");
    }
    buffer_adds(out, s->nlines ? "],\n\"lines\": [\n" : "");
    for (size_t i = 0; i < s->nlines; i++) {
        const struct stats_line *l = &s->lines[i];
        buffer_addf(out, "[%u,%d,%lld,%lld,", l->context, l->line, l->direct, l->samples);
        add_row_end(out, l->own, l->total, i, s->nlines);
    }
    buffer_adds(out, "]}\n");
}

int xdb_stats_save(const struct xdb_stats *s, const char *path, struct xdb_error *err)
{
    struct buffer b;
    buffer_init(&b);
    stats_write_json(s, &b);
    int failed = b.failed ? error_set(err, XDB_ENOMEM, "%s: not enough memory", path)
                          : file_write_atomic(path, b.data, b.len, err);
    buffer_release(&b);
    return failed;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* What is read, and the complaint. */
struct reader {
    const char *path;
    struct xdb_stats *stats;
    struct xdb_error *err;
};

static int complain(const struct reader *r, const char *list, size_t row, const char *what)
{
    return error_set(r->err, XDB_EFORMAT, "%s: %s[%zu]: %s", r->path, list, row, what);
}

static int no_memory(const struct reader *r)
{
    return error_set(r->err, XDB_ENOMEM, "%s: not enough memory", r->path);
}

/* An element as a count or place, from `least` to `most`; false when it is none. */
static bool integer(const json_t *row, size_t i, long long least, long long most, long long *out)
{
    const json_t *v = json_array_get(row, i);
    if (!json_is_integer(v))
        return false;
    *out = json_integer_value(v);
    return *out >= least && *out <= most;
}

static bool number(const json_t *row, size_t i, double *out)
{
    const json_t *v = json_array_get(row, i);
    if (!json_is_number(v))
        return false;
    *out = json_number_value(v);
    return isfinite(*out);
}

/* A text without zeros, or NULL. */
static const char *text(const json_t *row, size_t i)
{
    const json_t *v = json_array_get(row, i);
    const char *s = json_string_value(v);
    return s && strlen(s) == json_string_length(v) ? s : NULL;
}

static int read_function(const struct reader *r, const json_t *row, size_t i)
{
    struct stats_function f = {.file = text(row, 0), .name = text(row, 2)};
    bool good = json_array_size(row) == 7 && f.file && f.name &&
                integer(row, 1, 0, INT_MAX, &f.line) && integer(row, 3, 0, LLONG_MAX, &f.cc) &&
                integer(row, 4, 0, LLONG_MAX, &f.nc) && number(row, 5, &f.tt) &&
                number(row, 6, &f.ct);
    if (!good)
        return complain(r, "functions", i, "not a function's row");
    uint32_t at = stats_function(r->stats, f.file, f.line, f.name);
    if (at == STATS_NONE)
        return no_memory(r);
    if (at != i)
        return complain(r, "functions", i, "the function stands there twice");
    struct stats_function *to = &r->stats->functions[at];
    to->cc = f.cc;
    to->nc = f.nc;
    to->tt = f.tt;
    to->ct = f.ct;
    return 0;
}

static int read_edge(const struct reader *r, const json_t *row, size_t i)
{
    long long caller, callee, last = (long long)r->stats->nfunctions - 1;
    struct stats_edge e;
    bool good = json_array_size(row) == 6 && integer(row, 0, 0, last, &caller) &&
                integer(row, 1, 0, last, &callee) && integer(row, 2, 0, LLONG_MAX, &e.cc) &&
                integer(row, 3, 0, LLONG_MAX, &e.nc) && number(row, 4, &e.tt) &&
                number(row, 5, &e.ct);
    if (!good)
        return complain(r, "edges", i, "not an edge's row");
    uint32_t at = stats_edge(r->stats, (uint32_t)caller, (uint32_t)callee);
    if (at == STATS_NONE)
        return no_memory(r);
    if (at != i)
        return complain(r, "edges", i, "the edge stands there twice");
    e.caller = (uint32_t)caller;
    e.callee = (uint32_t)callee;
    r->stats->edges[at] = e;
    return 0;
}

static int read_context(const struct reader *r, const json_t *row, size_t i)
{
    long long parent, function, last = (long long)r->stats->nfunctions - 1;
    struct stats_context c;
    bool good = json_array_size(row) == 4 && integer(row, 0, -1, (long long)i - 1, &parent) &&
                integer(row, 1, 0, last, &function) && integer(row, 2, 0, LLONG_MAX, &c.calls) &&
                number(row, 3, &c.own);
    if (!good)
        return complain(r, "contexts", i, "not a context's row");
    c.parent = parent < 0 ? STATS_NONE : (uint32_t)parent;
    c.function = (uint32_t)function;
    uint32_t at = stats_context(r->stats, c.parent, c.function);
    if (at == STATS_NONE)
        return no_memory(r);
    if (at != i)
        return complain(r, "contexts", i, "the context stands there twice");
    r->stats->contexts[at] = c;
    return 0;
}

static int read_line(const struct reader *r, const json_t *row, size_t i)
{
    long long context, line;
    struct stats_line l;
    bool good = json_array_size(row) == 6 &&
                integer(row, 0, 0, (long long)r->stats->ncontexts - 1, &context) &&
                integer(row, 1, 1, INT_MAX, &line) && integer(row, 2, 0, LLONG_MAX, &l.direct) &&
                integer(row, 3, 0, LLONG_MAX, &l.samples) && number(row, 4, &l.own) &&
                number(row, 5, &l.total);
    if (!good)
        return complain(r, "lines", i, "not a line's row");
    l.context = (uint32_t)context;
    l.line = (int)line;
    return stats_add_line(r->stats, &l) < 0 ? no_memory(r) : 0;
}

static int read_list(const struct reader *r, const json_t *root, const char *name,
                     int (*read)(const struct reader *r, const json_t *row, size_t i))
{
    const json_t *list = json_object_get(root, name), *row;
    size_t i;
    int failed = 0;
    if (!json_is_array(list))
        return error_set(r->err, XDB_EFORMAT, "%s: there is no list \"%s\"", r->path, name);
    json_array_foreach(list, i, row)
    {
        failed = read(r, row, i);
        if (failed)
            break;
    }
    return failed;
}

/* `CTIME    PATH`, as every loaded file is announced in reports. */
static void add_heading(struct xdb_stats *s, const char *path)
{
    struct stat st;
    struct tm tm;
    char when[64] = "";
    if (stat(path, &st) == 0 && localtime_r(&st.st_mtime, &tm))
        strftime(when, sizeof when, "%a %b %e %H:%M:%S %Y", &tm);
    buffer_addf(&s->headings, "%s    %s\n", when, path);
}

static struct xdb_stats *read_file(const char *path, const json_t *root, struct xdb_error *err)
{
    struct reader r = {path, xdb_stats_new(), err};
    if (!r.stats) {
        no_memory(&r);
        return NULL;
    }
    r.stats->sampled = json_is_true(json_object_get(root, "sampled"));
    r.stats->folded = json_is_true(json_object_get(root, "folded"));
    r.stats->incomplete = json_is_true(json_object_get(root, "incomplete"));
    stats_expect(r.stats, json_array_size(json_object_get(root, "functions")),
                 json_array_size(json_object_get(root, "edges")),
                 json_array_size(json_object_get(root, "contexts")));
    if (read_list(&r, root, "functions", read_function) < 0 ||
        read_list(&r, root, "edges", read_edge) < 0 ||
        read_list(&r, root, "contexts", read_context) < 0 ||
        (json_object_get(root, "lines") && read_list(&r, root, "lines", read_line) < 0)) {
        xdb_stats_free(r.stats);
        return NULL;
    }
    stats_pack_lines(r.stats);
    return r.stats;
}

/* Adds what was loaded, or says why not; frees `root`. */
static int take(struct xdb_stats *s, const char *path, json_t *root, bool is_file,
                struct xdb_error *err)
{
    struct xdb_stats *loaded = read_file(path, root, err);
    int failed = 0;
    json_decref(root);
    if (!loaded)
        return XDB_EFORMAT;
    if (is_file)
        add_heading(loaded, path);
    if (s->nfunctions == 0 && s->headings.len == 0)
        stats_replace(s, loaded);
    else {
        failed = xdb_stats_add(s, loaded, err);
        xdb_stats_free(loaded);
    }
    return failed;
}

int xdb_stats_load(struct xdb_stats *s, const char *path, struct xdb_error *err)
{
    json_t *root;
    int failed = file_json_load(path, format_name, VERSION, &root, err);
    return failed ? failed : take(s, path, root, true, err);
}

int stats_parse(struct xdb_stats *s, const char *text, size_t len, const char *name,
                struct xdb_error *err)
{
    json_t *root;
    int failed = file_json_parse(text, len, name, format_name, VERSION, &root, err);
    return failed ? failed : take(s, name, root, false, err);
}
