/*
** The calling-context tree: one node for each function in each context that called it. All that the
** reports tell is a sum over it: a function's own time is that of its nodes, its callers are their parents,
** a call is primitive where no node above is of the same function.
**
** To find the node of a call costs a few loads where the same function was called from here before, a
** look-up in a small cache else, and some hundred nanoseconds the first time. Nodes come from large blocks;
** nothing is allocated for a call that has been seen before. Past TREE_MAX_NODES nodes or TREE_MAX_DEPTH
** levels contexts are folded: a call is then counted at an older node of the same function and caller.
**
** The tree owns its nodes and functions. Nothing here raises or touches Lua.
*/
#ifndef XDB_PROFILER_TREE_H
#define XDB_PROFILER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREE_MAX_NODES = 1000000, TREE_MAX_DEPTH = 512, TREE_CACHE = 8192 };

/* What makes a function the same: texts by their hashes, so that none need be kept. */
struct tree_identity {
    uint64_t source; /* hash of the source's canonical name; of a C function its address */
    int linedefined, lastlinedefined, position;
};

struct tree_function {
    struct tree_function *next; /* of its bucket */
    struct tree_function *all;  /* in order of appearance */
    struct tree_identity identity;
    size_t index; /* in order of appearance, from 0 */
    int line;     /* as reports show it */
    bool is_c;
    const char *name; /* behind `file` in the same block */
    char file[];
};

/*
** By what a running function is known in a few loads. Addresses can come back as other functions', so
** the generation changes when new code may have been loaded.
*/
struct tree_key {
    const void *prototype; /* or C function */
    const void *code;      /* NULL for a C function */
    int line;              /* of its definition; -1 for a C function */
    unsigned generation;
};

struct tree_node {
    int64_t own;                          /* ticks */
    uint64_t calls;                       /* that came to it in this context */
    struct tree_key key;                  /* of the function, as seen last */
    struct tree_node *recent;             /* the child called last, or NULL */
    struct tree_node *parent;             /* NULL: the root */
    const struct tree_function *function; /* NULL: the root */
    const struct tree_function *caller;   /* whose edge this is; the parent's but where folded */
    struct tree_node *next;               /* of its bucket */
    struct tree_node *all;                /* made before this one */
    uint32_t depth, index;                /* index: in the order of making, the root's is 0 */
    bool notable; /* a C function that resumes a coroutine, or is not to be shown */
};

struct tree {
    struct tree_node *root;
    struct tree_node *all; /* the node made last */
    size_t nodes, functions;
    struct tree_function *first, **last;
    struct tree_node **buckets;
    size_t nbuckets; /* a power of two, as is the next */
    struct tree_function **function_buckets;
    size_t nfunction_buckets;
    struct tree_block *blocks;
    unsigned generation;
    bool folded, out_of_memory; /* sticky, to be told */
    struct tree_node *cache[TREE_CACHE];
};

/* NULL when memory runs out. */
struct tree *tree_new(void);
void tree_free(struct tree *t);
/* Sets all counts and times to zero; nodes and functions stay. */
void tree_clear(struct tree *t);

/* Forgets by what functions are known: tree_remembered finds nothing any more. */
void tree_forget_keys(struct tree *t);

/* The function of this identity, or NULL when none was added. */
struct tree_function *tree_find_function(const struct tree *t, const struct tree_identity *id);
/* Adds it; the texts are copied. NULL when memory runs out. */
struct tree_function *tree_add_function(struct tree *t, const struct tree_identity *id, bool is_c,
                                        int line, const char *file, const char *name);

/*
** The node of `f` called from `parent`; made where there is none. Never NULL: it is `parent` itself when
** memory runs out. Does not count a call.
*/
struct tree_node *tree_child(struct tree *t, struct tree_node *parent,
                             const struct tree_function *f);

static inline bool tree_key_is(const struct tree_node *n, const struct tree_key *k)
{
    return n->key.prototype == k->prototype && n->key.code == k->code && n->key.line == k->line &&
           n->key.generation == k->generation;
}

static inline struct tree_node **tree_slot(struct tree *t, const struct tree_node *parent,
                                           const void *prototype)
{
    uint64_t h =
        ((uint64_t)(uintptr_t)parent ^ (uint64_t)(uintptr_t)prototype << 7) * 0x9E3779B97F4A7C15u;
    return &t->cache[h >> 51];
}

/* The node of a child that was called with this key before, or NULL. */
static inline struct tree_node *tree_remembered(struct tree *t, struct tree_node *parent,
                                                const struct tree_key *k)
{
    struct tree_node *n = parent->recent;
    if (n && tree_key_is(n, k))
        return n;
    n = *tree_slot(t, parent, k->prototype);
    if (!n || n->parent != parent || !tree_key_is(n, k))
        return NULL;
    parent->recent = n;
    return n;
}

/* `child` goes by the key `k` from now on. */
void tree_remember(struct tree *t, struct tree_node *parent, struct tree_node *child,
                   const struct tree_key *k);

#endif
