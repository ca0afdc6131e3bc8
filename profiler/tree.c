#include "profiler/tree.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_NODES = 512, FIRST_BUCKETS = 1024 };

struct tree_block {
    struct tree_block *next;
    size_t used;
    struct tree_node nodes[BLOCK_NODES];
};

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ b * 0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u;
    return h ^ h >> 29;
}

/* ---- functions -------------------------------------------------------------------------------- */

static uint64_t hash_identity(const struct tree_identity *id)
{
    uint64_t lines = (uint64_t)(uint32_t)id->linedefined << 32 | (uint32_t)id->lastlinedefined;
    return mix(mix(id->source, lines), (uint64_t)id->position);
}

static bool same_identity(const struct tree_identity *a, const struct tree_identity *b)
{
    return a->source == b->source && a->linedefined == b->linedefined &&
           a->lastlinedefined == b->lastlinedefined && a->position == b->position;
}

static struct tree_function **function_bucket(const struct tree *t, const struct tree_identity *id)
{
    return &t->function_buckets[hash_identity(id) & (t->nfunction_buckets - 1)];
}

static void grow_functions(struct tree *t)
{
    size_t n = t->nfunction_buckets * 2;
    struct tree_function **bigger = calloc(n, sizeof *bigger);
    if (!bigger)
        return; /* the lists get longer */
    free(t->function_buckets);
    t->function_buckets = bigger;
    t->nfunction_buckets = n;
    for (struct tree_function *f = t->first; f; f = f->all) {
        struct tree_function **at = function_bucket(t, &f->identity);
        f->next = *at;
        *at = f;
    }
}

struct tree_function *tree_find_function(const struct tree *t, const struct tree_identity *id)
{
    struct tree_function *f = *function_bucket(t, id);
    while (f && !same_identity(&f->identity, id))
        f = f->next;
    return f;
}

struct tree_function *tree_add_function(struct tree *t, const struct tree_identity *id, bool is_c,
                                        int line, const char *file, const char *name)
{
    size_t file_size = strlen(file) + 1, name_size = strlen(name) + 1;
    struct tree_function *f = malloc(sizeof *f + file_size + name_size);
    if (!f) {
        t->out_of_memory = true;
        return NULL;
    }
    if (t->functions >= t->nfunction_buckets)
        grow_functions(t);
    f->identity = *id;
    f->index = t->functions++;
    f->line = line;
    f->is_c = is_c;
    memcpy(f->file, file, file_size);
    memcpy(f->file + file_size, name, name_size);
    f->name = f->file + file_size;
    struct tree_function **at = function_bucket(t, id);
    f->next = *at;
    *at = f;
    f->all = NULL;
    *t->last = f;
    t->last = &f->all;
    return f;
}

/* ---- nodes ------------------------------------------------------------------------------------ */

static struct tree_node *new_node(struct tree *t)
{
    struct tree_block *b = t->blocks;
    if (!b || b->used == BLOCK_NODES) {
        b = calloc(1, sizeof *b);
        if (!b)
            return NULL;
        b->next = t->blocks;
        t->blocks = b;
    }
    struct tree_node *n = &b->nodes[b->used++];
    n->all = t->all;
    t->all = n;
    n->index = (uint32_t)t->nodes++;
    return n;
}

static struct tree_node **bucket(const struct tree *t, const struct tree_node *parent,
                                 const struct tree_function *caller, const struct tree_function *f)
{
    uint64_t h = mix(mix((uintptr_t)parent, (uintptr_t)caller), (uintptr_t)f);
    return &t->buckets[h & (t->nbuckets - 1)];
}

static void grow_nodes(struct tree *t)
{
    size_t n = t->nbuckets * 2;
    struct tree_node **bigger = calloc(n, sizeof *bigger);
    if (!bigger)
        return; /* the lists get longer */
    free(t->buckets);
    t->buckets = bigger;
    t->nbuckets = n;
    for (struct tree_node *e = t->all; e; e = e->all) {
        if (!e->parent)
            continue;
        struct tree_node **at = bucket(t, e->parent, e->caller, e->function);
        e->next = *at;
        *at = e;
    }
}

static struct tree_node *find(const struct tree *t, const struct tree_node *parent,
                              const struct tree_function *caller, const struct tree_function *f)
{
    struct tree_node *n = *bucket(t, parent, caller, f);
    while (n && (n->parent != parent || n->function != f || n->caller != caller))
        n = n->next;
    return n;
}

static struct tree_node *add(struct tree *t, struct tree_node *parent,
                             const struct tree_function *caller, const struct tree_function *f)
{
    struct tree_node *n = new_node(t);
    if (!n) {
        t->out_of_memory = true;
        return parent;
    }
    if (t->nodes > t->nbuckets)
        grow_nodes(t);
    n->parent = parent;
    n->caller = caller;
    n->function = f;
    n->depth = parent->depth + 1;
    struct tree_node **at = bucket(t, parent, caller, f);
    n->next = *at;
    *at = n;
    return n;
}

/* Where a call is counted that the tree has no room for: an older one like it, or one below the root. */
static struct tree_node *fold(struct tree *t, struct tree_node *parent,
                              const struct tree_function *f)
{
    const struct tree_function *caller = parent->function;
    t->folded = true;
    for (struct tree_node *n = parent; n->parent; n = n->parent)
        if (n->function == f && n->caller == caller)
            return n;
    struct tree_node *n = find(t, t->root, caller, f);
    return n ? n : add(t, t->root, caller, f);
}

struct tree_node *tree_child(struct tree *t, struct tree_node *parent,
                             const struct tree_function *f)
{
    struct tree_node *n = find(t, parent, parent->function, f);
    if (n)
        return n;
    if (parent->depth < TREE_MAX_DEPTH && t->nodes < TREE_MAX_NODES)
        return add(t, parent, parent->function, f);
    return fold(t, parent, f);
}

void tree_remember(struct tree *t, struct tree_node *parent, struct tree_node *child,
                   const struct tree_key *k)
{
    child->key = *k;
    parent->recent = child;
    if (child->parent == parent)
        *tree_slot(t, parent, k->prototype) = child;
}

/* ---- life ------------------------------------------------------------------------------------- */

struct tree *tree_new(void)
{
    struct tree *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->last = &t->first;
    t->generation = 1;
    t->nbuckets = t->nfunction_buckets = FIRST_BUCKETS;
    t->buckets = calloc(t->nbuckets, sizeof(struct tree_node *));
    t->function_buckets = calloc(t->nfunction_buckets, sizeof(struct tree_function *));
    t->root = t->buckets && t->function_buckets ? new_node(t) : NULL;
    if (!t->root) {
        tree_free(t);
        return NULL;
    }
    return t;
}

void tree_free(struct tree *t)
{
    if (!t)
        return;
    while (t->blocks) {
        struct tree_block *b = t->blocks;
        t->blocks = b->next;
        free(b);
    }
    while (t->first) {
        struct tree_function *f = t->first;
        t->first = f->all;
        free(f);
    }
    free(t->buckets);
    free(t->function_buckets);
    free(t);
}

void tree_clear(struct tree *t)
{
    for (struct tree_node *n = t->all; n; n = n->all) {
        n->own = 0;
        n->calls = 0;
    }
}

void tree_forget_keys(struct tree *t)
{
    for (struct tree_node *n = t->all; n; n = n->all)
        n->recent = NULL;
    memset(t->cache, 0, sizeof t->cache);
}
