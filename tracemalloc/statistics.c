/* Snapshots grouped by line, file, traceback or type, and compared. */
#include "tracemalloc/snapshot.h"

#include "core/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A group while it is added up. */
struct group {
    uint32_t node; /* the key; of type statistics the type */
    size_t size, count;
    size_t old_size, old_count;
};

struct xdb_memory_stats {
    struct stacks stacks;
    enum xdb_memory_key key;
    bool compared;
    struct intern groups;          /* struct group */
    struct xdb_memory_stat *stats; /* in order. Owned */
};

/* ---- adding up -------------------------------------------------------------------------------- */

static bool add(struct xdb_memory_stats *m, uint32_t node, const struct snapshot_row *row, bool old)
{
    uint32_t number;
    if (!intern_number(&m->groups, &node, &number))
        return false;
    struct group *g = intern_at(&m->groups, number);
    *(old ? &g->old_size : &g->size) += row->size * row->count;
    *(old ? &g->old_count : &g->count) += row->count;
    return true;
}

/* The group of one frame: that line, or the whole file. */
static bool frame_group(struct xdb_memory_stats *m, struct stacks_copy *copy, uint32_t frame,
                        uint32_t *node)
{
    uint32_t there;
    if (!stacks_copy_frame(copy, frame, &there))
        return false;
    if (m->key == XDB_BY_FILE &&
        !stacks_frame(&m->stacks, stacks_frame_at(&m->stacks, there)->file, 0, &there))
        return false;
    return stacks_node(&m->stacks, STACKS_CUT, there, node);
}

/* The group of a whole traceback, whatever was below it. */
static bool traceback_group(struct xdb_memory_stats *m, struct stacks_copy *copy, uint32_t from,
                            uint32_t *node)
{
    bool whole;
    uint32_t depth = stacks_depth(copy->from, from, &whole);
    uint32_t few[64], *frames = depth <= 64 ? few : malloc(depth * sizeof *frames);
    bool ok = frames != NULL;
    for (uint32_t i = 0; ok && i < depth; i++, from = stacks_node_at(copy->from, from)->older)
        ok = stacks_copy_frame(copy, stacks_node_at(copy->from, from)->frame, &frames[i]);
    *node = STACKS_CUT;
    for (uint32_t i = depth; ok && i-- > 0;)
        ok = stacks_node(&m->stacks, *node, frames[i], node);
    if (frames != few)
        free(frames);
    return ok;
}

/* The group that a block of the site belongs to, when it belongs to one. */
static bool site_group(struct xdb_memory_stats *m, struct stacks_copy *copy,
                       const struct site_key *site, uint32_t *node)
{
    switch (m->key) {
    case XDB_BY_TYPE:
        *node = site->type;
        return true;
    case XDB_BY_TRACEBACK:
        return traceback_group(m, copy, site->node, node);
    default:
        return frame_group(m, copy, stacks_node_at(copy->from, site->node)->frame, node);
    }
}

static bool add_each_frame(struct xdb_memory_stats *m, struct stacks_copy *copy, uint32_t at,
                           const struct snapshot_row *row, bool old)
{
    for (uint32_t node; at >= STACKS_ROOTS; at = stacks_node_at(copy->from, at)->older)
        if (!frame_group(m, copy, stacks_node_at(copy->from, at)->frame, &node) ||
            !add(m, node, row, old))
            return false;
    return true;
}

/* The group of each site is looked up once. */
static bool add_rows(struct xdb_memory_stats *m, const struct xdb_snapshot *s,
                     struct stacks_copy *copy, uint32_t *groups, bool cumulative, bool old)
{
    for (uint32_t i = 0; i < s->rows.count; i++) {
        const struct snapshot_row *row = snapshot_row(s, i);
        const struct site_key *site = snapshot_site(s, row->site);
        if (cumulative) {
            if (!add_each_frame(m, copy, site->node, row, old))
                return false;
            continue;
        }
        if (groups[row->site] == UINT32_MAX && !site_group(m, copy, site, &groups[row->site]))
            return false;
        if (!add(m, groups[row->site], row, old))
            return false;
    }
    return true;
}

static bool add_snapshot(struct xdb_memory_stats *m, const struct xdb_snapshot *s, bool cumulative,
                         bool old)
{
    struct stacks_copy copy;
    uint32_t *groups = malloc((s->sites.count + 1U) * sizeof *groups);
    bool ok = stacks_copy_init(&copy, &s->stacks, &m->stacks) && groups;
    if (ok) {
        memset(groups, 0xff, (s->sites.count + 1U) * sizeof *groups);
        ok = add_rows(m, s, &copy, groups, cumulative, old);
    }
    stacks_copy_release(&copy);
    free(groups);
    return ok;
}

/* ---- order ------------------------------------------------------------------------------------ */

static int compare_frames(const struct stacks *s, uint32_t a, uint32_t b)
{
    const struct stacks_frame *x = stacks_frame_at(s, a), *y = stacks_frame_at(s, b);
    int order = strcmp(stacks_file_name(s, x->file), stacks_file_name(s, y->file));
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* As sequences of frames, the oldest first. Walking down, the last difference seen is the oldest. */
static int compare_nodes(const struct stacks *s, uint32_t a, uint32_t b)
{
    bool whole;
    uint32_t m = stacks_depth(s, a, &whole), n = stacks_depth(s, b, &whole);
    int order = (m > n) - (m < n); /* where one is the older part of the other */
    for (; m > n; m--)
        a = stacks_node_at(s, a)->older;
    for (; n > m; n--)
        b = stacks_node_at(s, b)->older;
    for (; a != b && a >= STACKS_ROOTS && b >= STACKS_ROOTS;
         a = stacks_node_at(s, a)->older, b = stacks_node_at(s, b)->older) {
        int frames = compare_frames(s, stacks_node_at(s, a)->frame, stacks_node_at(s, b)->frame);
        order = frames ? frames : order;
    }
    return order;
}

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static size_t magnitude(long long n)
{
    return n < 0 ? 0 - (size_t)n : (size_t)n;
}

/* The greater one first; `data` is the statistics. */
static int compare_stats(const void *x, const void *y, void *data)
{
    const struct xdb_memory_stat *a = y, *b = x; /* descending */
    const struct xdb_memory_stats *m = data;
    int order = 0;
    if (m->compared)
        order = compare_sizes(magnitude(a->size_diff), magnitude(b->size_diff));
    if (!order)
        order = compare_sizes(a->size, b->size);
    if (!order && m->compared)
        order = compare_sizes(magnitude(a->count_diff), magnitude(b->count_diff));
    if (!order)
        order = compare_sizes(a->count, b->count);
    if (!order && m->key == XDB_BY_TYPE)
        return strcmp(xdb_memory_type_name((enum xdb_memory_type)a->traceback),
                      xdb_memory_type_name((enum xdb_memory_type)b->traceback));
    return order ? order : compare_nodes(&m->stacks, a->traceback, b->traceback);
}

static bool arrange(struct xdb_memory_stats *m)
{
    m->stats = malloc((m->groups.count + 1U) * sizeof *m->stats);
    if (!m->stats)
        return false;
    for (uint32_t i = 0; i < m->groups.count; i++) {
        const struct group *g = intern_at(&m->groups, i);
        m->stats[i] =
            (struct xdb_memory_stat){.traceback = g->node, .size = g->size, .count = g->count};
        if (m->compared) {
            m->stats[i].size_diff = (long long)(g->size - g->old_size);
            m->stats[i].count_diff = (long long)(g->count - g->old_count);
        }
    }
    if (m->groups.count)
        qsort_r(m->stats, m->groups.count, sizeof *m->stats, compare_stats, m);
    return true;
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct xdb_memory_stats *xdb_snapshot_statistics(const struct xdb_snapshot *s,
                                                 const struct xdb_snapshot *old,
                                                 enum xdb_memory_key key, bool cumulative,
                                                 struct xdb_error *err)
{
    if (cumulative && key != XDB_BY_LINE && key != XDB_BY_FILE) {
        error_set(err, XDB_EINVAL, "cumulative mode cannot by used with key type '%s'",
                  key == XDB_BY_TYPE ? "type" : "traceback");
        return NULL;
    }
    struct xdb_memory_stats *m = calloc(1, sizeof *m);
    if (m) {
        m->key = key;
        m->compared = old != NULL;
        m->groups =
            (struct intern){.item_size = sizeof(struct group), .key_size = sizeof(uint32_t)};
    }
    if (!m || !stacks_init(&m->stacks) || !add_snapshot(m, s, cumulative, false) ||
        (old && !add_snapshot(m, old, cumulative, true)) || !arrange(m)) {
        xdb_memory_stats_free(m);
        error_set(err, XDB_ENOMEM, "not enough memory");
        return NULL;
    }
    return m;
}

void xdb_memory_stats_free(struct xdb_memory_stats *m)
{
    if (!m)
        return;
    stacks_release(&m->stacks);
    intern_release(&m->groups);
    free(m->stats);
    free(m);
}

size_t xdb_memory_stats_count(const struct xdb_memory_stats *m)
{
    return m->groups.count;
}

const struct xdb_memory_stat *xdb_memory_stats_at(const struct xdb_memory_stats *m, size_t index)
{
    return index < m->groups.count ? &m->stats[index] : NULL;
}

size_t xdb_memory_stats_frames(const struct xdb_memory_stats *m, uint32_t traceback,
                               struct xdb_memory_frame *frames, size_t max, bool *whole)
{
    return snapshot_frames(&m->stacks, traceback, frames, max, whole);
}

int xdb_memory_key_of(const char *name)
{
    static const char *const names[] = {[XDB_BY_LINE] = "lineno",
                                        [XDB_BY_FILE] = "filename",
                                        [XDB_BY_TRACEBACK] = "traceback",
                                        [XDB_BY_TYPE] = "type"};
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

void xdb_size_text(long long size, bool sign, char *text)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double amount = (double)size;
    int unit = 0;
    for (; unit < 4 && (amount >= 10 * 1024.0 || amount <= -10 * 1024.0); unit++)
        amount /= 1024;
    bool decimal = unit > 0 && amount < 100 && amount > -100;
    snprintf(text, XDB_SIZE_TEXT, sign ? "%+.*f %s" : "%.*f %s", decimal ? 1 : 0, amount,
             units[unit]);
}
