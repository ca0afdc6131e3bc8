/*
** The protocol buffer that pprof reads (google/pprof, proto/profile.proto), not compressed: for each context its calls or
** samples and its own nanoseconds, line by line where samples know them. Numbers of fields are named where they are used.
*/
#include "profiler/export.h"
#include "profiler/export_lines.h"

#include <stdlib.h>

enum wire { VARINT = 0, BYTES = 2 };

/* Texts have numbers in the order of their appearance; 0 is "". */
struct strings {
    struct buffer bytes; /* the fields string_table */
    uint64_t n;
};

static void add_varint(struct buffer *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        buffer_addc(out, (char)(n | 0x80));
    buffer_addc(out, (char)n);
}

static void add_number(struct buffer *out, unsigned field, uint64_t n)
{
    add_varint(out, field << 3 | VARINT);
    add_varint(out, n);
}

static void add_bytes(struct buffer *out, unsigned field, const struct buffer *bytes)
{
    add_varint(out, field << 3 | BYTES);
    add_varint(out, bytes->len);
    buffer_add(out, bytes->data, bytes->len);
    out->failed |= bytes->failed;
}

static uint64_t add_string(struct strings *t, const char *text)
{
    struct buffer clean;
    buffer_init(&clean);
    export_utf8(&clean, text);
    add_bytes(&t->bytes, 6, &clean); /* string_table */
    buffer_release(&clean);
    return t->n++;
}

/* A ValueType: what is counted, in what unit. */
static void add_type(struct buffer *out, unsigned field, struct strings *t, const char *type,
                     const char *unit)
{
    struct buffer b;
    buffer_init(&b);
    add_number(&b, 1, add_string(t, type));
    add_number(&b, 2, add_string(t, unit));
    add_bytes(out, field, &b);
    buffer_release(&b);
}

/* A place in the program: a line of a function. */
static void add_location(struct buffer *out, uint64_t id, uint64_t function, long long line)
{
    struct buffer b, inner;
    buffer_init(&b);
    buffer_init(&inner);
    add_number(&inner, 1, function);
    add_number(&inner, 2, (uint64_t)line);
    add_number(&b, 1, id);
    add_bytes(&b, 4, &inner); /* line */
    add_bytes(out, 4, &b);    /* location */
    buffer_release(&b);
    buffer_release(&inner);
}

/* The function, and the location of its definition, which has the same number. */
static void add_function(struct buffer *out, struct strings *t, const struct stats_function *f,
                         uint64_t id)
{
    struct buffer b;
    buffer_init(&b);
    uint64_t name = add_string(t, f->line ? f->name : f->std);
    add_number(&b, 1, id);
    add_number(&b, 2, name);
    add_number(&b, 3, name); /* system_name */
    add_number(&b, 4, add_string(t, f->line ? f->file : ""));
    add_number(&b, 5, (uint64_t)f->line);
    add_bytes(out, 5, &b); /* function */
    add_location(out, id, id, f->line);
    buffer_release(&b);
}

/* A context with its calls and time; locations from the innermost one, which is `where`. */
static void add_sample(struct buffer *out, uint64_t where, const uint32_t *path, size_t n,
                       long long calls, long long ns)
{
    struct buffer b, packed;
    buffer_init(&b);
    buffer_init(&packed);
    add_varint(&packed, where);
    for (size_t i = 1; i < n; i++)
        add_varint(&packed, (uint64_t)path[i] + 1);
    add_bytes(&b, 1, &packed); /* location_id */
    buffer_clear(&packed);
    add_varint(&packed, (uint64_t)calls);
    add_varint(&packed, (uint64_t)ns);
    add_bytes(&b, 2, &packed); /* value */
    add_bytes(out, 2, &b);     /* sample */
    buffer_release(&b);
    buffer_release(&packed);
}

/*
** A context, one sample for each of its lines, the next of which is `*row`, and one for what is left: all of it where lines
** are not known.
*/
static void add_context(struct buffer *out, const struct xdb_stats *s, uint32_t c, size_t *row,
                        const struct export_lines *lines, uint32_t *path, struct export_weights *w)
{
    const struct stats_context *context = &s->contexts[c];
    size_t n = export_path(s, c, path), from = *row;
    long long calls = context->calls;
    double own = context->own;
    for (; *row < s->nlines && s->lines[*row].context == c; ++*row) {
        const struct stats_line *l = &s->lines[*row];
        if (l->direct == 0)
            continue;
        size_t at = export_lines_at(lines, context->function, l->line);
        add_sample(out, s->nfunctions + at + 1, path, n, l->direct, export_weight(w, l->own));
        calls = calls > l->direct ? calls - l->direct : 0;
        own -= l->own;
    }
    if (calls > 0 || own > 1e-9 || *row == from)
        add_sample(out, (uint64_t)context->function + 1, path, n, calls, export_weight(w, own));
}

static void add_profile(struct buffer *out, const struct xdb_stats *s,
                        const struct export_lines *lines, uint32_t *path)
{
    struct strings t = {.n = 0};
    struct export_weights w = {0, 0};
    size_t row = 0;
    buffer_init(&t.bytes);
    add_string(&t, "");
    add_type(out, 1, &t, s->sampled ? "samples" : "calls", "count"); /* sample_type */
    add_type(out, 1, &t, "time", "nanoseconds");
    for (size_t i = 0; i < s->ncontexts; i++)
        add_context(out, s, (uint32_t)i, &row, lines, path, &w);
    for (size_t i = 0; i < s->nfunctions; i++)
        add_function(out, &t, &s->functions[i], i + 1);
    for (size_t i = 0; i < lines->n; i++)
        add_location(out, s->nfunctions + i + 1, (uint64_t)lines->all[i].function + 1,
                     lines->all[i].line);
    add_number(out, 10, (uint64_t)w.given); /* duration_nanos */
    buffer_add(out, t.bytes.data, t.bytes.len);
    out->failed |= t.bytes.failed;
    buffer_release(&t.bytes);
}

static int write_pprof(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct export_lines lines;
    int failed = stats_prepare_names(s, err);
    if (!failed)
        failed = export_lines_find(s, &lines, err);
    if (failed)
        return failed;
    uint32_t *path = malloc((s->ncontexts + 1) * sizeof *path);
    if (path)
        add_profile(out, s, &lines, path);
    else
        failed = error_set(err, XDB_ENOMEM, "not enough memory");
    free(path);
    export_lines_release(&lines);
    return failed;
}

const struct exporter exporter_pprof = {"pprof", write_pprof};
