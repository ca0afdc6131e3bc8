#include "tracemalloc/memory_report.h"

#include "core/file.h"

#include <stdlib.h>
#include <string.h>

/* ---- what all need ---------------------------------------------------------------------------- */

struct xdb_memory_frame *memory_report_frames(const struct xdb_memory_stats *stats,
                                              uint32_t traceback, size_t *n)
{
    *n = xdb_memory_stats_frames(stats, traceback, NULL, 0, NULL);
    struct xdb_memory_frame *frames = malloc((*n + 1) * sizeof *frames);
    if (frames)
        xdb_memory_stats_frames(stats, traceback, frames, *n, NULL);
    return frames;
}

static const char *trim(const char *s, size_t *len)
{
    static const char blanks[] = " \t\r\f\v";
    while (*len > 0 && strchr(blanks, *s)) {
        s++;
        --*len;
    }
    while (*len > 0 && strchr(blanks, s[*len - 1]))
        --*len;
    return s;
}

bool memory_report_source(struct source_cache *sources, const char *file, int line,
                          struct buffer *out)
{
    struct source *source;
    size_t len;
    if (file[0] != '/' || source_of_path(sources, file, &source, NULL) < 0)
        return false;
    const char *text = source_line(source, line, &len);
    if (text)
        text = trim(text, &len);
    if (!text || len == 0)
        return false;
    for (size_t i = 0; i < len; i++) /* what would move a terminal's cursor becomes a mark */
        buffer_addc(out, (unsigned char)text[i] < 0x20 && text[i] != '\t' ? '?' : text[i]);
    return true;
}

static void source_line_below(struct source_cache *sources, const struct xdb_memory_frame *f,
                              struct buffer *out)
{
    size_t before = out->len;
    buffer_adds(out, "    ");
    if (memory_report_source(sources, f->file, f->line, out))
        buffer_addc(out, '\n');
    else
        buffer_truncate(out, before);
}

void memory_report_traceback(struct source_cache *sources, const struct xdb_memory_frame *frames,
                             size_t n, struct buffer *out)
{
    while (n-- > 0) {
        buffer_addf(out, "  File \"%s\", line %d\n", frames[n].file, frames[n].line);
        source_line_below(sources, &frames[n], out);
    }
}

const struct memory_report_format memory_report_formats[] = {
    {"text", memory_report_text}, {"json", memory_report_json},
    {"csv", memory_report_csv},   {"collapsed", memory_report_collapsed},
    {"html", memory_report_html}, {NULL, NULL}};

const struct memory_report_format *memory_report_format(const char *name)
{
    for (const struct memory_report_format *f = memory_report_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

/* ---- text ------------------------------------------------------------------------------------- */

static void add_size(struct buffer *out, size_t size)
{
    char text[XDB_SIZE_TEXT];
    xdb_size_text((long long)size, false, text);
    buffer_adds(out, text);
}

static void add_diff(struct buffer *out, long long size)
{
    char text[XDB_SIZE_TEXT];
    xdb_size_text(size, true, text);
    buffer_adds(out, text);
}

static void add_amount(const struct memory_report *r, const struct xdb_memory_stat *s,
                       struct buffer *out)
{
    add_size(out, s->size);
    if (r->old) {
        buffer_adds(out, " (");
        add_diff(out, s->size_diff);
        buffer_addf(out, "), %zu block%s (%+lld)", s->count, s->count == 1 ? "" : "s",
                    s->count_diff);
    } else
        buffer_addf(out, ", %zu block%s", s->count, s->count == 1 ? "" : "s");
}

/* One group: its number, what it is, its size; and below the text of its lines. */
static bool add_group(const struct memory_report *r, const struct xdb_memory_stats *stats,
                      struct source_cache *sources, size_t i, struct buffer *out)
{
    const struct xdb_memory_stat *s = xdb_memory_stats_at(stats, i);
    size_t n = 0;
    buffer_addf(out, "#%zu: ", i + 1);
    if (r->key == XDB_BY_TYPE) {
        buffer_addf(out, "%s: ", xdb_memory_type_name((enum xdb_memory_type)s->traceback));
        add_amount(r, s, out);
        buffer_addc(out, '\n');
        return true;
    }
    struct xdb_memory_frame *frames = memory_report_frames(stats, s->traceback, &n);
    if (!frames)
        return false;
    if (r->key == XDB_BY_FILE)
        buffer_addf(out, "%s: ", frames[0].file);
    else if (r->key == XDB_BY_LINE)
        buffer_addf(out, "%s:%d: ", frames[0].file, frames[0].line);
    add_amount(r, s, out);
    buffer_addc(out, '\n');
    if (r->key == XDB_BY_TRACEBACK)
        memory_report_traceback(sources, frames, n, out);
    else if (r->key == XDB_BY_LINE)
        source_line_below(sources, &frames[0], out);
    free(frames);
    return true;
}

static void add_heading(const struct memory_report *r, size_t shown, struct buffer *out)
{
    static const char *const what[] = {[XDB_BY_LINE] = "line",
                                       [XDB_BY_FILE] = "file",
                                       [XDB_BY_TRACEBACK] = "traceback",
                                       [XDB_BY_TYPE] = "type"};
    buffer_addf(out, "Top %zu %s%s%s%s\n", shown, r->old ? "changed " : "", what[r->key],
                shown == 1 ? "" : "s", r->cumulative ? ", with what they called" : "");
}

/* The groups that were not told, together. Cumulative ones count a block several times: they have no sum. */
static void add_rest(const struct memory_report *r, const struct xdb_memory_stats *stats,
                     size_t shown, struct buffer *out)
{
    struct xdb_memory_stat sum = {0};
    size_t n = xdb_memory_stats_count(stats);
    for (size_t i = shown; i < n; i++) {
        const struct xdb_memory_stat *s = xdb_memory_stats_at(stats, i);
        sum.size += s->size;
        sum.count += s->count;
        sum.size_diff += s->size_diff;
        sum.count_diff += s->count_diff;
    }
    if (n > shown && !r->cumulative) {
        buffer_addf(out, "%zu other: ", n - shown);
        add_amount(r, &sum, out);
        buffer_addc(out, '\n');
    }
}

static void add_totals(const struct memory_report *r, struct buffer *out)
{
    const struct xdb_snapshot_info info = xdb_snapshot_info(r->snapshot);
    const struct xdb_memory_stat all = {
        .size = info.bytes,
        .count = info.blocks,
        .size_diff = r->old ? (long long)(info.bytes - xdb_snapshot_info(r->old).bytes) : 0,
        .count_diff = r->old ? (long long)(info.blocks - xdb_snapshot_info(r->old).blocks) : 0};
    buffer_adds(out, "Total allocated size: ");
    add_amount(r, &all, out);
    buffer_adds(out, "\nCurrent: ");
    add_size(out, info.current);
    buffer_adds(out, ", peak: ");
    add_size(out, info.peak_bytes);
    buffer_addc(out, '\n');
    if (info.fast)
        buffer_adds(out, "Traced with --fast: a table may be booked to a neighbouring line.\n");
    if (info.lost)
        buffer_addf(out, "%zu allocations could not be traced: not enough memory.\n", info.lost);
}

static struct xdb_memory_stats *statistics(const struct memory_report *r, struct xdb_error *err)
{
    return xdb_snapshot_statistics(r->snapshot, r->old, r->key, r->cumulative, err);
}

static int no_memory(struct xdb_error *err)
{
    return error_set(err, XDB_ENOMEM, "not enough memory");
}

static size_t shown_of(const struct memory_report *r, const struct xdb_memory_stats *stats)
{
    size_t n = xdb_memory_stats_count(stats);
    return n < r->top ? n : r->top;
}

int memory_report_text(const struct memory_report *r, struct buffer *out, struct xdb_error *err)
{
    struct xdb_memory_stats *stats = statistics(r, err);
    if (!stats)
        return XDB_ENOMEM;
    struct source_cache *sources = source_cache_new();
    size_t shown = shown_of(r, stats);
    bool ok = sources != NULL;
    add_heading(r, shown, out);
    for (size_t i = 0; ok && i < shown; i++)
        ok = add_group(r, stats, sources, i, out);
    add_rest(r, stats, shown, out);
    add_totals(r, out);
    source_cache_free(sources);
    xdb_memory_stats_free(stats);
    return ok && !out->failed ? 0 : no_memory(err);
}

/* ---- for other programs ----------------------------------------------------------------------- */

static json_t *text_json(const char *text)
{
    json_t *s = json_string(text);
    return s ? s : json_string("?");
}

static json_t *frames_json(const struct xdb_memory_stats *stats, uint32_t traceback)
{
    size_t n;
    struct xdb_memory_frame *frames = memory_report_frames(stats, traceback, &n);
    json_t *list = frames ? json_array() : NULL;
    for (size_t i = n; list && i-- > 0;)
        if (json_array_append_new(list, json_pack("{s:o, s:i}", "file", text_json(frames[i].file),
                                                  "line", frames[i].line)) != 0) {
            json_decref(list);
            list = NULL;
        }
    free(frames);
    return list;
}

static json_t *group_json(const struct memory_report *r, const struct xdb_memory_stats *stats,
                          const struct xdb_memory_stat *s)
{
    json_t *group =
        json_pack("{s:I, s:I}", "size", (json_int_t)s->size, "count", (json_int_t)s->count);
    int failed = group == NULL;
    if (r->old)
        failed |= json_object_set_new(group, "size_diff", json_integer(s->size_diff)) |
                  json_object_set_new(group, "count_diff", json_integer(s->count_diff));
    if (r->key == XDB_BY_TYPE)
        failed |= json_object_set_new(
            group, "type", json_string(xdb_memory_type_name((enum xdb_memory_type)s->traceback)));
    else
        failed |= json_object_set_new(group, "traceback", frames_json(stats, s->traceback));
    if (failed) {
        json_decref(group);
        return NULL;
    }
    return group;
}

int memory_report_json(const struct memory_report *r, struct buffer *out, struct xdb_error *err)
{
    const struct xdb_snapshot_info info = xdb_snapshot_info(r->snapshot);
    struct xdb_memory_stats *stats = statistics(r, err);
    if (!stats)
        return XDB_ENOMEM;
    json_t *groups = json_array();
    int failed = groups == NULL;
    for (size_t i = 0; !failed && i < shown_of(r, stats); i++)
        failed = json_array_append_new(groups, group_json(r, stats, xdb_memory_stats_at(stats, i)));
    json_t *root =
        json_pack("{s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:I, s:o}", "bytes", (json_int_t)info.bytes,
                  "blocks", (json_int_t)info.blocks, "current", (json_int_t)info.current, "peak",
                  (json_int_t)info.peak_bytes, "at_peak", info.peak, "fast", info.fast, "lost",
                  (json_int_t)info.lost, "groups_in_all", (json_int_t)xdb_memory_stats_count(stats),
                  "groups", groups);
    if (!failed && root)
        failed = file_json_text("the report", root, "xdb-tracemalloc-report", 1, out, err);
    else
        failed = no_memory(err);
    json_decref(root);
    xdb_memory_stats_free(stats);
    return failed;
}

/* As RFC 4180 wants it. */
static void add_csv(struct buffer *out, const char *text)
{
    bool quote = strpbrk(text, ",\"\r\n") != NULL;
    if (quote)
        buffer_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buffer_addc(out, '"');
        buffer_addc(out, *text);
    }
    if (quote)
        buffer_addc(out, '"');
}

static bool add_csv_place(const struct memory_report *r, const struct xdb_memory_stats *stats,
                          uint32_t traceback, struct buffer *out)
{
    if (r->key == XDB_BY_TYPE) {
        buffer_addf(out, ",%s", xdb_memory_type_name((enum xdb_memory_type)traceback));
        return true;
    }
    size_t n;
    struct buffer place;
    struct xdb_memory_frame *frames = memory_report_frames(stats, traceback, &n);
    if (!frames)
        return false;
    buffer_init(&place);
    for (size_t i = n; r->key == XDB_BY_TRACEBACK && i-- > 0;)
        buffer_addf(&place, "%s:%d%s", frames[i].file, frames[i].line, i ? ";" : "");
    if (r->key != XDB_BY_TRACEBACK)
        buffer_adds(&place, frames[0].file);
    buffer_addc(out, ',');
    add_csv(out, place.data);
    if (r->key == XDB_BY_LINE)
        buffer_addf(out, ",%d", frames[0].line);
    bool ok = !place.failed;
    buffer_release(&place);
    free(frames);
    return ok;
}

int memory_report_csv(const struct memory_report *r, struct buffer *out, struct xdb_error *err)
{
    static const char *const places[] = {[XDB_BY_LINE] = "file,line",
                                         [XDB_BY_FILE] = "file",
                                         [XDB_BY_TRACEBACK] = "traceback",
                                         [XDB_BY_TYPE] = "type"};
    struct xdb_memory_stats *stats = statistics(r, err);
    if (!stats)
        return XDB_ENOMEM;
    bool ok = true;
    buffer_addf(out, "size,count%s,%s\n", r->old ? ",size_diff,count_diff" : "", places[r->key]);
    for (size_t i = 0; ok && i < shown_of(r, stats); i++) {
        const struct xdb_memory_stat *s = xdb_memory_stats_at(stats, i);
        buffer_addf(out, "%zu,%zu", s->size, s->count);
        if (r->old)
            buffer_addf(out, ",%lld,%lld", s->size_diff, s->count_diff);
        ok = add_csv_place(r, stats, s->traceback, out);
        buffer_addc(out, '\n');
    }
    xdb_memory_stats_free(stats);
    return ok && !out->failed ? 0 : no_memory(err);
}
