/*
** One page that needs nothing else: a flame graph of bytes by stack, and a table of the groups. The data are JSON in
** the page; page.js shows them with what core/html has.
*/
#include "core/html_page.h"
#include "tracemalloc/memory_report.h"
#include "tracemalloc/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* tracemalloc/page.js and page.css, made into C at build time. */
extern const char tracemalloc_page_js[], tracemalloc_page_css[];

/* A box of the flame graph: a frame, or a C function, in its context. */
struct box {
    uint32_t parent;      /* UINT32_MAX: none */
    uint32_t what;        /* frame, or C function + CALLED; the key ends here */
    size_t bytes, blocks; /* its own */
};

#define CALLED 0x80000000u

static void add_text(struct buffer *out, const char *text)
{
    html_page_string(out, text, strlen(text));
}

/* "files": name, text of the lines that the data speak of: [line, text]. */
static void add_files(const struct stacks *s, struct buffer *out)
{
    buffer_adds(out, "\"files\":[");
    for (uint32_t i = 0; i < s->files.count; i++) {
        buffer_adds(out, i ? ",\n" : "\n");
        add_text(out, stacks_file_name(s, i));
    }
    buffer_adds(out, "],\n");
}

/* "frames": file, line, the text of the line. */
static void add_frames(const struct stacks *s, struct source_cache *sources, struct buffer *out)
{
    struct buffer line;
    buffer_init(&line);
    buffer_adds(out, "\"frames\":[");
    for (uint32_t i = 0; i < s->frames.count; i++) {
        const struct stacks_frame *f = stacks_frame_at(s, i);
        buffer_clear(&line);
        memory_report_source(sources, stacks_file_name(s, f->file), f->line, &line);
        buffer_addf(out, "%s[%u,%d,", i ? ",\n" : "\n", f->file, (int)f->line);
        html_page_string(out, line.data, line.len);
        buffer_addc(out, ']');
    }
    buffer_adds(out, "],\n\"functions\":[");
    for (uint32_t i = 0; i < s->functions.count; i++) {
        const char *name = stacks_function_name(s, i);
        buffer_adds(out, i ? "," : "");
        add_text(out, name ? name : "");
    }
    buffer_adds(out, "],\n");
    out->failed |= line.failed;
    buffer_release(&line);
}

/* The boxes of a chain's unknown newest part, the oldest of which is the last on the list. */
static bool make_boxes(struct intern *boxes, const struct stacks *s, uint32_t *of_node,
                       const uint32_t *list, size_t n)
{
    while (n-- > 0) {
        const struct stacks_node *node = stacks_node_at(s, list[n]);
        const struct box key = {node->older < STACKS_ROOTS ? UINT32_MAX : of_node[node->older] - 1,
                                node->frame, 0, 0};
        if (!intern_number(boxes, &key, &of_node[list[n]]))
            return false;
        of_node[list[n]]++;
    }
    return true;
}

/* The box of a traceback: those of its older frames come first. */
static bool find_box(struct intern *boxes, const struct stacks *s, uint32_t *of_node, uint32_t node,
                     uint32_t *box)
{
    bool whole;
    size_t n = 0;
    if (!of_node[node]) {
        uint32_t *list = malloc(stacks_depth(s, node, &whole) * sizeof *list);
        for (uint32_t at = node; list && at >= STACKS_ROOTS && !of_node[at];
             at = stacks_node_at(s, at)->older)
            list[n++] = at;
        bool ok = list && make_boxes(boxes, s, of_node, list, n);
        free(list);
        if (!ok)
            return false;
    }
    *box = of_node[node] - 1;
    return true;
}

static bool fill_boxes(const struct xdb_snapshot *s, struct intern *boxes, uint32_t *of_node)
{
    for (uint32_t i = 0; i < s->rows.count; i++) {
        const struct snapshot_row *row = snapshot_row(s, i);
        const struct site_key *site = snapshot_site(s, row->site);
        uint32_t number;
        if (!find_box(boxes, &s->stacks, of_node, site->node, &number))
            return false;
        const struct box called = {number, site->function | CALLED, 0, 0};
        if (site->function && !intern_number(boxes, &called, &number))
            return false;
        struct box *box = intern_at(boxes, number);
        box->bytes += row->size * row->count;
        box->blocks += row->count;
    }
    return true;
}

/* "boxes": parent (-1: none), frame or (below 0) C function, bytes, blocks. Parents come first. */
static bool add_boxes(const struct xdb_snapshot *s, struct buffer *out)
{
    struct intern boxes = {.item_size = sizeof(struct box),
                           .key_size = offsetof(struct box, bytes)};
    uint32_t *of_node = calloc(s->stacks.nodes.count + 1U, sizeof *of_node);
    bool ok = of_node && fill_boxes(s, &boxes, of_node);
    buffer_adds(out, "\"boxes\":[");
    for (uint32_t i = 0; ok && i < boxes.count; i++) {
        const struct box *b = intern_at(&boxes, i);
        long long what = b->what & CALLED ? -(long long)(b->what & ~CALLED) : (long long)b->what;
        buffer_addf(out, "%s[%lld,%lld,%zu,%zu]", i ? ",\n" : "\n",
                    b->parent == UINT32_MAX ? -1LL : (long long)b->parent, what, b->bytes,
                    b->blocks);
    }
    buffer_adds(out, "],\n");
    intern_release(&boxes);
    free(of_node);
    return ok;
}

/* "types": name, bytes, blocks. */
static bool add_types(const struct xdb_snapshot *s, struct buffer *out, struct xdb_error *err)
{
    struct xdb_memory_stats *m = xdb_snapshot_statistics(s, NULL, XDB_BY_TYPE, false, err);
    if (!m)
        return false;
    buffer_adds(out, "\"types\":[");
    for (size_t i = 0; i < xdb_memory_stats_count(m); i++) {
        const struct xdb_memory_stat *t = xdb_memory_stats_at(m, i);
        buffer_addf(out, "%s[\"%s\",%zu,%zu]", i ? "," : "",
                    xdb_memory_type_name((enum xdb_memory_type)t->traceback), t->size, t->count);
    }
    buffer_adds(out, "],\n");
    xdb_memory_stats_free(m);
    return true;
}

/* "lines": file, line, text, bytes, blocks, and what they were more or less before. */
static bool add_lines(const struct memory_report *r, struct source_cache *sources,
                      struct buffer *out, struct xdb_error *err)
{
    struct xdb_memory_stats *m =
        xdb_snapshot_statistics(r->snapshot, r->old, XDB_BY_LINE, false, err);
    struct buffer line;
    if (!m)
        return false;
    buffer_init(&line);
    buffer_adds(out, "\"lines\":[");
    for (size_t i = 0; i < xdb_memory_stats_count(m); i++) {
        const struct xdb_memory_stat *s = xdb_memory_stats_at(m, i);
        struct xdb_memory_frame f = {"", 0};
        xdb_memory_stats_frames(m, s->traceback, &f, 1, NULL);
        buffer_clear(&line);
        memory_report_source(sources, f.file, f.line, &line);
        buffer_adds(out, i ? ",\n[" : "\n[");
        add_text(out, f.file);
        buffer_addf(out, ",%d,", f.line);
        html_page_string(out, line.data, line.len);
        buffer_addf(out, ",%zu,%zu,%lld,%lld]", s->size, s->count, s->size_diff, s->count_diff);
    }
    buffer_adds(out, "],\n");
    buffer_release(&line);
    xdb_memory_stats_free(m);
    return true;
}

static bool add_data(const struct memory_report *r, struct source_cache *sources,
                     struct buffer *out, struct xdb_error *err)
{
    const struct xdb_snapshot_info info = xdb_snapshot_info(r->snapshot);
    buffer_adds(out, "{\"title\":");
    add_text(out, r->title);
    buffer_addf(out, ",\"bytes\":%zu,\"blocks\":%zu,\"current\":%zu,\"peak\":%zu,", info.bytes,
                info.blocks, info.current, info.peak_bytes);
    buffer_addf(out, "\"atPeak\":%s,\"fast\":%s,\"compared\":%s,\"lost\":%zu,\n",
                info.peak ? "true" : "false", info.fast ? "true" : "false",
                r->old ? "true" : "false", info.lost);
    add_files(&r->snapshot->stacks, out);
    add_frames(&r->snapshot->stacks, sources, out);
    bool ok = add_boxes(r->snapshot, out) && add_types(r->snapshot, out, err) &&
              add_lines(r, sources, out, err);
    buffer_adds(out, "\"end\":0}");
    return ok;
}

int memory_report_html(const struct memory_report *r, struct buffer *out, struct xdb_error *err)
{
    struct source_cache *sources = source_cache_new();
    html_page_begin(out, r->title);
    bool ok = sources && add_data(r, sources, out, err);
    html_page_end(out, HTML_TABLE | HTML_FLAME, tracemalloc_page_css, tracemalloc_page_js);
    source_cache_free(sources);
    return ok && !out->failed ? 0 : error_set(err, XDB_ENOMEM, "not enough memory");
}
