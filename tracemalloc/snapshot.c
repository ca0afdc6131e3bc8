#include "tracemalloc/snapshot.h"

#include "core/error.h"

#include <stdlib.h>
#include <string.h>

/* ---- making one ------------------------------------------------------------------------------- */

struct xdb_snapshot *snapshot_new(void)
{
    struct xdb_snapshot *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->sites =
        (struct intern){.item_size = sizeof(struct site_key), .key_size = sizeof(struct site_key)};
    s->rows = (struct intern){.item_size = sizeof(struct snapshot_row),
                              .key_size = offsetof(struct snapshot_row, count)};
    if (!stacks_init(&s->stacks)) {
        xdb_snapshot_free(s);
        return NULL;
    }
    return s;
}

void xdb_snapshot_free(struct xdb_snapshot *s)
{
    if (!s)
        return;
    stacks_release(&s->stacks);
    intern_release(&s->sites);
    intern_release(&s->rows);
    free(s->ends);
    json_decref(s->attributes);
    free(s);
}

bool snapshot_add(struct xdb_snapshot *s, uint32_t site, size_t size, size_t count)
{
    const struct snapshot_row key = {.site = site, .size = size};
    uint32_t number;
    if (count == 0)
        return true;
    if (!intern_number(&s->rows, &key, &number))
        return false;
    ((struct snapshot_row *)intern_at(&s->rows, number))->count += count;
    return true;
}

bool snapshot_seal(struct xdb_snapshot *s)
{
    s->ends = malloc((s->rows.count + 1U) * sizeof *s->ends);
    if (!s->ends)
        return false;
    s->info.blocks = s->info.bytes = 0;
    for (uint32_t i = 0; i < s->rows.count; i++) {
        const struct snapshot_row *row = snapshot_row(s, i);
        s->info.blocks += row->count;
        s->info.bytes += row->count * row->size;
        s->ends[i] = s->info.blocks;
    }
    return true;
}

/* ---- from a tracer ---------------------------------------------------------------------------- */

/* The tracer's sites as they are numbered in the snapshot, + 1; 0: not needed so far. */
struct taking {
    const struct xdb_tracemalloc *t;
    struct xdb_snapshot *s;
    struct stacks_copy copy;
    uint32_t *sites;
};

static bool take_site(struct taking *taking, uint32_t number, uint32_t *out)
{
    if (!taking->sites[number]) {
        struct site_key key = tracer_site(taking->t, number)->key;
        if (!stacks_copy_node(&taking->copy, key.node, &key.node) ||
            !stacks_copy_function(&taking->copy, key.function, &key.function) ||
            !intern_number(&taking->s->sites, &key, &taking->sites[number]))
            return false;
        taking->sites[number]++;
    }
    *out = taking->sites[number] - 1;
    return true;
}

static bool take_block(struct taking *taking, const struct block *b, size_t count)
{
    uint32_t site;
    return count == 0 ||
           (take_site(taking, b->site, &site) && snapshot_add(taking->s, site, b->size, count));
}

static bool take_table(struct taking *taking, const struct blocks *blocks)
{
    struct block b;
    for (size_t at = 0; blocks_next(blocks, &at, &b);)
        if (!take_block(taking, &b, 1))
            return false;
    return true;
}

static bool take_now(struct taking *taking)
{
    const struct xdb_tracemalloc *t = taking->t;
    bool ok = take_table(taking, &t->blocks);
    for (size_t i = 0; ok && i < t->domain_count; i++)
        ok = take_table(taking, &t->domains[i].blocks);
    return ok;
}

/* What each site had at the peak, in blocks of the same size as nearly as it goes. */
static bool take_peak(struct taking *taking)
{
    const struct xdb_tracemalloc *t = taking->t;
    for (uint32_t i = 0; i < t->sites.count; i++) {
        const struct site *site = tracer_site(t, i);
        bool since = site->changed > t->peak_time;
        size_t bytes = since ? site->peak_bytes : site->bytes;
        size_t count = since ? site->peak_count : site->count;
        if (count == 0)
            continue;
        size_t larger = bytes % count;
        const struct block few = {0, bytes / count + 1, i}, many = {0, bytes / count, i};
        if (!take_block(taking, &few, larger) || !take_block(taking, &many, count - larger))
            return false;
    }
    return true;
}

static void describe(const struct xdb_tracemalloc *t, enum xdb_snapshot_moment moment,
                     struct xdb_snapshot_info *info)
{
    info->limit = t->limit;
    info->fast = t->fast;
    info->peak = moment == XDB_SNAPSHOT_PEAK;
    info->current = t->current;
    info->peak_bytes = t->peak;
    info->lost = t->lost;
}

/* A snapshot of `only`, or of all blocks of the moment. NULL when memory runs out. */
static struct xdb_snapshot *take(const struct xdb_tracemalloc *t, enum xdb_snapshot_moment moment,
                                 const struct block *only)
{
    struct taking taking = {.t = t, .s = snapshot_new()};
    taking.sites = calloc(t->sites.count + 1U, sizeof *taking.sites);
    bool ok =
        taking.s && taking.sites && stacks_copy_init(&taking.copy, &t->stacks, &taking.s->stacks);
    if (ok && only)
        ok = take_block(&taking, only, 1);
    else if (ok)
        ok = moment == XDB_SNAPSHOT_PEAK ? take_peak(&taking) : take_now(&taking);
    ok = ok && snapshot_seal(taking.s);
    if (ok)
        describe(t, moment, &taking.s->info);
    stacks_copy_release(&taking.copy);
    free(taking.sites);
    if (!ok) {
        xdb_snapshot_free(taking.s);
        return NULL;
    }
    return taking.s;
}

struct xdb_snapshot *snapshot_take_block(const struct xdb_tracemalloc *t, const struct block *b)
{
    return take(t, XDB_SNAPSHOT_NOW, b);
}

struct xdb_snapshot *xdb_snapshot_take(struct xdb_tracemalloc *t, lua_State *L,
                                       enum xdb_snapshot_moment moment, struct xdb_error *err)
{
    if (!xdb_tracemalloc_is_tracing(t)) {
        error_set(err, XDB_EINVAL,
                  "the tracemalloc module must be tracing memory allocations to take a snapshot");
        return NULL;
    }
    if (L)
        tracer_name_functions(t, L);
    struct xdb_snapshot *s = take(t, moment, NULL);
    if (!s)
        error_set(err, XDB_ENOMEM, "not enough memory");
    return s;
}

/* ---- reading it ------------------------------------------------------------------------------- */

struct xdb_snapshot_info xdb_snapshot_info(const struct xdb_snapshot *s)
{
    return s->info;
}

bool xdb_snapshot_trace(const struct xdb_snapshot *s, size_t index, struct xdb_memory_trace *out)
{
    uint32_t low = 0, high = s->rows.count;
    if (index >= s->info.blocks)
        return false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s->ends[middle] <= index)
            low = middle + 1;
        else
            high = middle;
    }
    const struct snapshot_row *row = snapshot_row(s, low);
    const struct site_key *site = snapshot_site(s, row->site);
    *out = (struct xdb_memory_trace){site->domain, row->size, site->node,
                                     (enum xdb_memory_type)site->type,
                                     stacks_function_name(&s->stacks, site->function)};
    return true;
}

size_t snapshot_frames(const struct stacks *s, uint32_t node, struct xdb_memory_frame *frames,
                       size_t max, bool *whole)
{
    size_t n = 0;
    for (; node >= STACKS_ROOTS; node = stacks_node_at(s, node)->older, n++)
        if (n < max) {
            const struct stacks_frame *f = stacks_frame_at(s, stacks_node_at(s, node)->frame);
            frames[n] = (struct xdb_memory_frame){stacks_file_name(s, f->file), f->line};
        }
    if (whole)
        *whole = node == STACKS_BOTTOM;
    return n;
}

size_t xdb_snapshot_frames(const struct xdb_snapshot *s, uint32_t traceback,
                           struct xdb_memory_frame *frames, size_t max, bool *whole)
{
    return snapshot_frames(&s->stacks, traceback, frames, max, whole);
}

const char *xdb_memory_type_name(enum xdb_memory_type type)
{
    static const char *const names[] = {
        [XDB_MEMORY_OTHER] = "other",       [XDB_MEMORY_STRING] = "string",
        [XDB_MEMORY_TABLE] = "table",       [XDB_MEMORY_FUNCTION] = "function",
        [XDB_MEMORY_USERDATA] = "userdata", [XDB_MEMORY_COROUTINE] = "coroutine"};
    return names[type];
}
