/*
** Statistics in files: JSON with "format" and "version". The members, all of them lists of rows:
**   functions  file, line, name, primitive calls, calls, own seconds, cumulative seconds
**   edges      caller, callee (places in functions), primitive calls, calls, own, cumulative
**   contexts   parent (an earlier place in contexts, or -1), function, calls, own
**   lines      context, line, samples on it, the same with those below what it called, own, cumulative seconds;
**              only of samples
** and "sampled" (calls are samples), "folded", "incomplete", "missed" (samples), which are told in reports.
*/
#include "core/file.h"
#include "profiler/decimal.h"
#include "profiler/export.h"
#include "profiler/stats_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char format_name[] = "xdb-profile";
enum { VERSION = 1 };
static const char *const list_names[STATS_LISTS] = {"functions", "edges", "contexts", "lines"};

/* ---- writing ---------------------------------------------------------------------------------- */

int stats_utf8_length(const unsigned char *s)
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
        int n = stats_utf8_length(s);
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
        int n = stats_utf8_length(s);
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

static void write_all(const struct xdb_stats *s, struct buffer *out)
{
    buffer_addf(out,
                "{\"format\": \"%s\", \"version\": %d,\n\"sampled\": %s, \"folded\": %s, "
                "\"incomplete\": %s",
                format_name, VERSION, s->sampled ? "true" : "false", s->folded ? "true" : "false",
                s->incomplete ? "true" : "false");
    if (s->missed)
        buffer_addf(out, ", \"missed\": %lld", s->missed);
    buffer_adds(out, ",\n\"functions\": [\n");
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

void stats_write_json(const struct xdb_stats *s, struct buffer *out)
{
    struct decimal decimal;
    decimal_begin(&decimal);
    write_all(s, out);
    decimal_end(&decimal);
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

static struct stats_cell cell_of(const json_t *v)
{
    const char *text = json_string_value(v);
    if (text && strlen(text) == json_string_length(v))
        return (struct stats_cell){.kind = STATS_TEXT, .text = text};
    if (json_is_integer(v))
        return (struct stats_cell){.kind = STATS_INTEGER, .integer = json_integer_value(v)};
    if (json_is_real(v))
        return (struct stats_cell){.kind = STATS_REAL, .real = json_real_value(v)};
    return (struct stats_cell){.kind = STATS_OTHER};
}

static int no_memory(const char *path, struct xdb_error *err)
{
    return error_set(err, XDB_ENOMEM, "%s: not enough memory", path);
}

static int read_row(struct xdb_stats *s, const char *path, enum stats_list which, size_t i,
                    const json_t *row, struct xdb_error *err)
{
    struct stats_row cells = {.n = json_array_size(row)};
    const char *what = NULL;
    for (size_t c = 0; c < cells.n && c < STATS_CELLS; c++)
        cells.cells[c] = cell_of(json_array_get(row, c));
    int failed = stats_take_row(s, which, i, &cells, &what);
    if (failed == XDB_ENOMEM)
        return no_memory(path, err);
    return failed ? error_set(err, failed, "%s: %s[%zu]: %s", path, list_names[which], i, what) : 0;
}

static int read_list(struct xdb_stats *s, const char *path, const json_t *root,
                     enum stats_list which, struct xdb_error *err)
{
    const json_t *list = json_object_get(root, list_names[which]), *row;
    size_t i;
    if (!list && which == STATS_LINES)
        return 0;
    if (!json_is_array(list))
        return error_set(err, XDB_EFORMAT, "%s: there is no list \"%s\"", path, list_names[which]);
    json_array_foreach(list, i, row)
    {
        int failed = read_row(s, path, which, i, row, err);
        if (failed)
            return failed;
    }
    return 0;
}

/* What stands in a JSON tree; NULL and a complaint where it makes no sense. */
static struct xdb_stats *read_tree(const char *path, const json_t *root, struct xdb_error *err)
{
    struct xdb_stats *s = xdb_stats_new();
    if (!s) {
        no_memory(path, err);
        return NULL;
    }
    s->sampled = json_is_true(json_object_get(root, "sampled"));
    s->folded = json_is_true(json_object_get(root, "folded"));
    s->incomplete = json_is_true(json_object_get(root, "incomplete"));
    json_int_t missed = json_integer_value(json_object_get(root, "missed"));
    s->missed = missed > 0 ? missed : 0;
    stats_expect(s, json_array_size(json_object_get(root, "functions")),
                 json_array_size(json_object_get(root, "edges")),
                 json_array_size(json_object_get(root, "contexts")));
    for (enum stats_list list = 0; list < STATS_LISTS; list++)
        if (read_list(s, path, root, list, err) < 0) {
            xdb_stats_free(s);
            return NULL;
        }
    stats_pack_lines(s);
    return s;
}

/* What a file says: quickly where it is as we write them. `text` is written to meanwhile. */
static int read_text(char *text, size_t len, const char *path, struct xdb_stats **out,
                     struct xdb_error *err)
{
    json_t *root;
    *out = xdb_stats_new();
    if (*out && stats_scan(*out, text, len, format_name, VERSION))
        return 0;
    xdb_stats_free(*out);
    int failed = file_json_parse(text, len, path, format_name, VERSION, &root, err);
    if (failed)
        return failed;
    *out = read_tree(path, root, err);
    json_decref(root);
    return *out ? 0 : XDB_EFORMAT;
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

/* Adds the profile in `text`; `is_file`: it is announced with its path. */
static int take(struct xdb_stats *s, struct buffer *text, const char *path, bool is_file,
                struct xdb_error *err)
{
    struct xdb_stats *loaded;
    int failed = read_text(text->data, text->len, path, &loaded, err);
    if (failed)
        return failed;
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
    struct buffer text;
    buffer_init(&text);
    int failed = file_read(path, FILE_JSON_LIMIT, &text, err);
    if (!failed)
        failed = take(s, &text, path, true, err);
    buffer_release(&text);
    return failed;
}

int stats_parse(struct xdb_stats *s, const char *text, size_t len, const char *name,
                struct xdb_error *err)
{
    struct buffer copy;
    buffer_init(&copy);
    buffer_add(&copy, text, len);
    int failed = copy.failed ? no_memory(name, err) : take(s, &copy, name, false, err);
    buffer_release(&copy);
    return failed;
}
