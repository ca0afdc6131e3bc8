#include "profiler/stats.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK = 65536, FIRST_ROOM = 64 };

struct stats_arena {
    struct stats_arena *next;
    size_t used, size;
    char bytes[];
};

/* ---- memory ----------------------------------------------------------------------------------- */

static char *arena_take(struct xdb_stats *s, size_t n)
{
    struct stats_arena *a = s->arena;
    if (!a || a->size - a->used < n) {
        size_t size = n > ARENA_BLOCK ? n : ARENA_BLOCK;
        a = malloc(sizeof *a + size);
        if (!a)
            return NULL;
        a->used = 0;
        a->size = size;
        a->next = s->arena;
        s->arena = a;
    }
    char *at = a->bytes + a->used;
    a->used += n;
    return at;
}

static const char *keep(struct xdb_stats *s, const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = arena_take(s, n);
    return copy ? memcpy(copy, text, n) : NULL;
}

/* The array with room for one more element, perhaps at another place; NULL when there is none. */
static void *grown(void *array, size_t used, size_t *room, size_t size)
{
    if (used < *room)
        return array;
    size_t more = *room ? *room * 2 : FIRST_ROOM;
    void *bigger = more < STATS_NONE ? realloc(array, more * size) : NULL;
    if (bigger)
        *room = more;
    return bigger;
}

struct xdb_stats *xdb_stats_new(void)
{
    struct xdb_stats *s = calloc(1, sizeof *s);
    if (s) {
        buffer_init(&s->sorted_by);
        buffer_init(&s->headings);
    }
    return s;
}

static void release(struct xdb_stats *s)
{
    while (s->arena) {
        struct stats_arena *a = s->arena;
        s->arena = a->next;
        free(a);
    }
    free(s->functions);
    free(s->edges);
    free(s->contexts);
    free(s->lines);
    free(s->by_key.slots);
    free(s->by_edge.slots);
    free(s->by_context.slots);
    free(s->order);
    buffer_release(&s->sorted_by);
    buffer_release(&s->headings);
}

void xdb_stats_free(struct xdb_stats *s)
{
    if (!s)
        return;
    release(s);
    free(s);
}

void stats_replace(struct xdb_stats *s, struct xdb_stats *from)
{
    release(s);
    *s = *from;
    free(from);
}

void stats_unsort(struct xdb_stats *s)
{
    free(s->order);
    s->order = NULL;
    buffer_clear(&s->sorted_by);
}

/* ---- finding ---------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 32;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
    size_t n = strlen(s);
    uint64_t word = n;
    for (h = mix(h, word); n >= sizeof word; n -= sizeof word, s += sizeof word) {
        memcpy(&word, s, sizeof word);
        h = mix(h, word);
    }
    word = 0;
    memcpy(&word, s, n);
    return mix(h, word);
}

static uint64_t hash_key(const char *file, long long line, const char *name)
{
    return mix(mix(hash_text(hash_text(0, file), name), (uint64_t)line), 0);
}

static uint64_t hash_pair(uint32_t a, uint32_t b)
{
    return mix(mix(0, (uint64_t)a << 32 | b), 0);
}

/*
** The slot of the next element with this hash, from slot `at` on, or the first free one. Where an element goes is told
** by the half of its hash that slots keep, so that a larger index can be filled without the elements.
*/
static size_t next_slot(const struct stats_index *x, size_t at, uint64_t hash)
{
    uint32_t half = (uint32_t)(hash >> 32);
    while (x->slots[at].place && x->slots[at].hash != half)
        at = (at + 1) & (x->size - 1);
    return at;
}

static size_t first_slot(const struct stats_index *x, uint64_t hash)
{
    return next_slot(x, (hash >> 32) & (x->size - 1), hash);
}

/* The same behind a slot whose element was another. */
static size_t slot_after(const struct stats_index *x, size_t at, uint64_t hash)
{
    return next_slot(x, (at + 1) & (x->size - 1), hash);
}

/* Gives the free slot `at` to the next element; its index. */
static uint32_t fill_slot(struct stats_index *x, size_t at, uint64_t hash)
{
    x->slots[at] = (struct stats_slot){(uint32_t)++x->used, (uint32_t)(hash >> 32)};
    return (uint32_t)x->used - 1;
}

/* Makes the index `size` slots large, a power of two; false when memory runs out. */
static bool resize_index(struct stats_index *x, size_t size)
{
    struct stats_slot *slots = calloc(size, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < x->size; i++) {
        size_t at = x->slots[i].hash & (size - 1);
        while (x->slots[i].place && slots[at].place)
            at = (at + 1) & (size - 1);
        if (x->slots[i].place)
            slots[at] = x->slots[i];
    }
    free(x->slots);
    x->slots = slots;
    x->size = size;
    return true;
}

/* Room for one more in the index; false when memory runs out. */
static bool grow_index(struct stats_index *x)
{
    return x->used * 2 < x->size || resize_index(x, x->size ? x->size * 2 : 256);
}

static void expect(struct stats_index *x, size_t n)
{
    size_t size = 256;
    while (size < n * 2)
        size *= 2;
    if (size > x->size && n < STATS_NONE / 4)
        resize_index(x, size); /* without it, growing takes longer */
}

void stats_expect(struct xdb_stats *s, size_t functions, size_t edges, size_t contexts)
{
    expect(&s->by_key, functions);
    expect(&s->by_edge, edges);
    expect(&s->by_context, contexts);
}

uint32_t stats_function(struct xdb_stats *s, const char *file, long long line, const char *name)
{
    if (!grow_index(&s->by_key))
        return STATS_NONE;
    struct stats_index *x = &s->by_key;
    uint64_t hash = hash_key(file, line, name);
    size_t at = first_slot(x, hash);
    for (; x->slots[at].place; at = slot_after(x, at, hash)) {
        const struct stats_function *f = &s->functions[x->slots[at].place - 1];
        if (f->line == line && strcmp(f->name, name) == 0 && strcmp(f->file, file) == 0)
            return x->slots[at].place - 1;
    }
    void *room = grown(s->functions, s->nfunctions, &s->functions_room, sizeof *s->functions);
    if (!room)
        return STATS_NONE;
    s->functions = room;
    const struct stats_function *last = s->nfunctions ? &s->functions[s->nfunctions - 1] : NULL;
    bool same_file = last && strcmp(last->file, file) == 0;
    struct stats_function made = {
        .file = same_file ? last->file : keep(s, file), .name = keep(s, name), .line = line};
    if (!made.file || !made.name)
        return STATS_NONE;
    s->functions[s->nfunctions++] = made;
    return fill_slot(x, at, hash);
}

uint32_t stats_edge(struct xdb_stats *s, uint32_t caller, uint32_t callee)
{
    if (!grow_index(&s->by_edge))
        return STATS_NONE;
    struct stats_index *x = &s->by_edge;
    uint64_t hash = hash_pair(caller, callee);
    size_t at = first_slot(x, hash);
    for (; x->slots[at].place; at = slot_after(x, at, hash)) {
        const struct stats_edge *e = &s->edges[x->slots[at].place - 1];
        if (e->caller == caller && e->callee == callee)
            return x->slots[at].place - 1;
    }
    void *room = grown(s->edges, s->nedges, &s->edges_room, sizeof *s->edges);
    if (!room)
        return STATS_NONE;
    s->edges = room;
    s->edges[s->nedges++] = (struct stats_edge){.caller = caller, .callee = callee};
    return fill_slot(x, at, hash);
}

uint32_t stats_context(struct xdb_stats *s, uint32_t parent, uint32_t function)
{
    if (!grow_index(&s->by_context))
        return STATS_NONE;
    struct stats_index *x = &s->by_context;
    uint64_t hash = hash_pair(parent, function);
    size_t at = first_slot(x, hash);
    for (; x->slots[at].place; at = slot_after(x, at, hash)) {
        const struct stats_context *c = &s->contexts[x->slots[at].place - 1];
        if (c->parent == parent && c->function == function)
            return x->slots[at].place - 1;
    }
    void *room = grown(s->contexts, s->ncontexts, &s->contexts_room, sizeof *s->contexts);
    if (!room)
        return STATS_NONE;
    s->contexts = room;
    s->contexts[s->ncontexts++] = (struct stats_context){.parent = parent, .function = function};
    return fill_slot(x, at, hash);
}

/* ---- names ------------------------------------------------------------------------------------ */

/* Python's rule: of what is no file of code ("~", 0) only the name, in braces when it is <name>. */
void stats_std_name(const struct stats_function *f, struct buffer *out)
{
    size_t n = strlen(f->name);
    if (strcmp(f->file, "~") != 0 || f->line != 0)
        buffer_addf(out, "%s:%lld(%s)", f->file, f->line, f->name);
    else if (n >= 2 && f->name[0] == '<' && f->name[n - 1] == '>') {
        buffer_addc(out, '{');
        buffer_add(out, f->name + 1, n - 2);
        buffer_addc(out, '}');
    } else
        buffer_add(out, f->name, n);
}

/* The name of a function of a file, kept: what stats_std_name makes, in a tenth of its time. */
static const char *keep_place(struct xdb_stats *s, const struct stats_function *f, uint32_t *len)
{
    char line[24];
    size_t file = strlen(f->file), name = strlen(f->name);
    size_t digits = (size_t)snprintf(line, sizeof line, ":%lld(", f->line);
    size_t n = file + digits + name + 1;
    char *at = n < UINT32_MAX ? arena_take(s, n + 1) : NULL;
    if (!at)
        return NULL;
    *len = (uint32_t)n;
    memcpy(at, f->file, file);
    memcpy(at + file, line, digits);
    memcpy(at + file + digits, f->name, name);
    memcpy(at + n - 1, ")", 2);
    return at;
}

static bool prepare_name(struct xdb_stats *s, struct stats_function *f, struct buffer *scratch)
{
    if (f->line != 0) {
        f->std = keep_place(s, f, &f->std_len);
        return f->std != NULL;
    }
    buffer_clear(scratch);
    stats_std_name(f, scratch);
    f->std = scratch->failed ? NULL : keep(s, scratch->data);
    f->std_len = (uint32_t)scratch->len;
    return f->std != NULL;
}

int stats_prepare_names(struct xdb_stats *s, struct xdb_error *err)
{
    struct buffer scratch;
    bool good = true;
    buffer_init(&scratch);
    for (size_t i = 0; good && i < s->nfunctions; i++)
        if (!s->functions[i].std)
            good = prepare_name(s, &s->functions[i], &scratch);
    buffer_release(&scratch);
    return good ? 0 : error_set(err, XDB_ENOMEM, "not enough memory");
}

int stats_compare_keys(const struct stats_function *a, const struct stats_function *b)
{
    int order = strcmp(a->file, b->file);
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order ? order : strcmp(a->name, b->name);
}

/* ---- groups of edges -------------------------------------------------------------------------- */

struct far_end {
    const struct stats_function *function;
    uint32_t edge;
};

static int compare_far_ends(const void *a, const void *b)
{
    const struct far_end *x = a, *y = b;
    return stats_compare_keys(x->function, y->function);
}

void stats_groups_release(struct stats_groups *g)
{
    free(g->first);
    free(g->list);
    g->first = g->list = NULL;
}

int stats_group(const struct xdb_stats *s, bool by_callee, struct stats_groups *out,
                struct xdb_error *err)
{
    struct stats_groups g = {calloc(s->nfunctions + 2, sizeof(uint32_t)),
                             calloc(s->nedges + 1, sizeof(uint32_t))};
    struct far_end *ends = calloc(s->nedges + 1, sizeof *ends);
    if (!g.first || !g.list || !ends) {
        free(ends);
        stats_groups_release(&g);
        return error_set(err, XDB_ENOMEM, "not enough memory");
    }
    for (size_t i = 0; i < s->nedges; i++)
        g.first[(by_callee ? s->edges[i].callee : s->edges[i].caller) + 2]++;
    for (size_t f = 2; f <= s->nfunctions + 1; f++)
        g.first[f] += g.first[f - 1];
    for (size_t i = 0; i < s->nedges; i++) {
        const struct stats_edge *e = &s->edges[i];
        uint32_t near = by_callee ? e->callee : e->caller, far = by_callee ? e->caller : e->callee;
        ends[g.first[near + 1]++] = (struct far_end){&s->functions[far], (uint32_t)i};
    }
    for (size_t f = 0; f < s->nfunctions; f++)
        qsort(ends + g.first[f], g.first[f + 1] - g.first[f], sizeof *ends, compare_far_ends);
    for (size_t i = 0; i < s->nedges; i++)
        g.list[i] = ends[i].edge;
    free(ends);
    *out = g;
    return 0;
}

/* ---- one by one ------------------------------------------------------------------------------- */

size_t xdb_stats_count(const struct xdb_stats *s)
{
    return s->nfunctions;
}

bool xdb_stats_get(const struct xdb_stats *s, size_t i, struct xdb_stats_function *out)
{
    if (i >= s->nfunctions)
        return false;
    const struct stats_function *f = &s->functions[stats_at(s, i)];
    *out = (struct xdb_stats_function){f->file, f->name, f->line, f->cc, f->nc, f->tt, f->ct};
    return true;
}

double xdb_stats_total(const struct xdb_stats *s, long long *calls, long long *primitive)
{
    long long nc = 0, cc = 0;
    double tt = 0;
    for (size_t i = 0; i < s->nfunctions; i++) {
        const struct stats_function *f = &s->functions[i];
        nc = nc > LLONG_MAX - f->nc ? LLONG_MAX : nc + f->nc;
        cc = cc > LLONG_MAX - f->cc ? LLONG_MAX : cc + f->cc;
        tt += f->tt;
    }
    if (calls)
        *calls = nc;
    if (primitive)
        *primitive = cc;
    return tt;
}
