/*
** The protocol buffer that pprof reads (google/pprof, proto/profile.proto), not compressed: for each context its calls and its
** own nanoseconds. Numbers of fields are named where they are used.
*/
#include "profiler/export.h"

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

/* The function and its only location, which have the same number. */
static void add_function(struct buffer *out, struct strings *t, const struct stats_function *f,
                         uint64_t id)
{
    struct buffer b, line;
    buffer_init(&b);
    buffer_init(&line);
    uint64_t name = add_string(t, f->line ? f->name : f->std);
    add_number(&b, 1, id);
    add_number(&b, 2, name);
    add_number(&b, 3, name); /* system_name */
    add_number(&b, 4, add_string(t, f->line ? f->file : ""));
    add_number(&b, 5, (uint64_t)f->line);
    add_bytes(out, 5, &b); /* function */
    add_number(&line, 1, id);
    add_number(&line, 2, (uint64_t)f->line);
    buffer_clear(&b);
    add_number(&b, 1, id);
    add_bytes(&b, 4, &line);
    add_bytes(out, 4, &b); /* location */
    buffer_release(&b);
    buffer_release(&line);
}

/* A context with its calls and time; locations from the innermost one. */
static void add_sample(struct buffer *out, const uint32_t *path, size_t n, long long calls,
                       long long ns)
{
    struct buffer b, packed;
    buffer_init(&b);
    buffer_init(&packed);
    for (size_t i = 0; i < n; i++)
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

static int write_pprof(struct xdb_stats *s, struct buffer *out, struct xdb_error *err)
{
    struct strings t = {.n = 0};
    struct export_weights w = {0, 0};
    int failed = stats_prepare_names(s, err);
    uint32_t *path = failed ? NULL : malloc((s->ncontexts + 1) * sizeof *path);
    if (!path)
        return failed ? failed : error_set(err, XDB_ENOMEM, "not enough memory");
    buffer_init(&t.bytes);
    add_string(&t, "");
    add_type(out, 1, &t, "calls", "count"); /* sample_type */
    add_type(out, 1, &t, "time", "nanoseconds");
    for (size_t i = 0; i < s->ncontexts; i++) {
        const struct stats_context *c = &s->contexts[i];
        add_sample(out, path, export_path(s, (uint32_t)i, path), c->calls,
                   export_weight(&w, c->own));
    }
    for (size_t i = 0; i < s->nfunctions; i++)
        add_function(out, &t, &s->functions[i], i + 1);
    add_number(out, 10, (uint64_t)w.given); /* duration_nanos */
    buffer_add(out, t.bytes.data, t.bytes.len);
    out->failed |= t.bytes.failed;
    buffer_release(&t.bytes);
    free(path);
    return 0;
}

const struct exporter exporter_pprof = {"pprof", write_pprof};
