#include "profiler/snapshot.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = STATS_NONE };

/* What is known of a node while statistics are made, by its index. */
struct work {
    const struct tree_node *node;
    double own, cumulative; /* seconds */
    long long primitive;    /* calls; of samples those of the whole subtree */
    uint32_t function;      /* in the statistics; STATS_NONE for the root */
    uint32_t edge;          /* STATS_NONE where there is no caller */
    uint32_t child, sibling;
    uint32_t context;
};

struct snapshot {
    const struct tree *tree;
    const struct snapshot_options *options;
    struct xdb_stats *stats;
    struct work *work;
    uint32_t *functions;     /* of the tree -> of the statistics */
    unsigned *on_path;       /* how often a function stands on the way from the root */
    unsigned *edges_on_path; /* the same of an edge */
};

static long long calls_of(const struct tree_node *n)
{
    return n->calls > LLONG_MAX ? LLONG_MAX : (long long)n->calls;
}

static bool map_functions(struct snapshot *p)
{
    bool *seen = calloc(p->tree->functions + 1, sizeof *seen);
    if (!seen)
        return false;
    for (const struct tree_node *n = p->tree->all; n; n = n->all)
        if (n->function && (n->calls || n->own || p->options->sampled))
            seen[n->function->index] = true;
    bool good = true;
    for (const struct tree_function *f = p->tree->first; f && good; f = f->all) {
        p->functions[f->index] =
            seen[f->index] ? stats_function(p->stats, f->file, f->line, f->name) : NONE;
        good = !seen[f->index] || p->functions[f->index] != NONE;
    }
    free(seen);
    return good;
}

/* Own times, and the tree turned from parents to children. Parents are older than their children. */
static void fill(struct snapshot *p)
{
    struct work *w = p->work;
    for (const struct tree_node *n = p->tree->all; n; n = n->all)
        w[n->index] = (struct work){.node = n,
                                    .own = (double)n->own * p->options->seconds_per_tick,
                                    .function = NONE,
                                    .edge = NONE,
                                    .child = NONE,
                                    .sibling = NONE,
                                    .context = NONE};
    for (const struct tree_node *n = p->tree->all; n; n = n->all) {
        double cost = p->options->bias * (double)n->calls;
        struct work *me = &w[n->index];
        me->own -= cost;
        if (!n->parent)
            continue;
        struct work *parent = &w[n->parent->index];
        parent->own -= cost;
        me->sibling = parent->child;
        parent->child = n->index;
    }
    for (const struct tree_node *n = p->tree->all; n; n = n->all) {
        struct work *me = &w[n->index];
        me->cumulative += me->own;
        me->primitive += calls_of(n);
        if (!n->parent)
            continue;
        w[n->parent->index].cumulative += me->cumulative;
        if (p->options->sampled)
            w[n->parent->index].primitive += me->primitive;
    }
}

/* Finds the functions, edges and contexts of all nodes, the oldest first. */
static bool place(struct snapshot *p)
{
    for (size_t i = 1; i < p->tree->nodes; i++) {
        struct work *w = &p->work[i];
        const struct tree_node *n = w->node;
        if (!n || !n->function)
            continue;
        w->function = p->functions[n->function->index];
        if (w->function == NONE)
            continue;
        uint32_t caller = n->caller ? p->functions[n->caller->index] : NONE;
        if (caller != NONE && p->options->subcalls && (n->calls || n->own || p->options->sampled)) {
            w->edge = stats_edge(p->stats, caller, w->function);
            if (w->edge == NONE)
                return false;
        }
        w->context = stats_context(p->stats, p->work[n->parent->index].context, w->function);
        if (w->context == NONE)
            return false;
        struct stats_context *c = &p->stats->contexts[w->context];
        c->calls += calls_of(n);
        c->own += w->own;
    }
    return true;
}

static bool place_lines(struct snapshot *p)
{
    const struct lines *lines = p->options->lines;
    for (size_t i = 0; lines && i < lines->n; i++) {
        const struct line_record *r = &lines->records[i];
        double tick = p->options->seconds_per_tick;
        struct stats_line line = {.context = p->work[r->node].context,
                                  .line = r->line,
                                  .direct = (long long)r->direct,
                                  .samples = (long long)r->samples,
                                  .own = (double)r->own * tick,
                                  .total = (double)r->total * tick};
        if (line.context != NONE && stats_add_line(p->stats, &line) < 0)
            return false;
    }
    stats_pack_lines(p->stats);
    return true;
}

static void enter(struct snapshot *p, const struct work *w)
{
    if (w->function == NONE)
        return;
    struct stats_function *f = &p->stats->functions[w->function];
    long long calls = calls_of(w->node);
    f->nc += calls;
    f->tt += w->own;
    if (p->on_path[w->function]++ == 0) {
        f->cc += w->primitive;
        f->ct += w->cumulative;
    }
    if (w->edge == NONE)
        return;
    struct stats_edge *e = &p->stats->edges[w->edge];
    e->nc += calls;
    e->tt += w->own;
    if (p->edges_on_path[w->edge]++ == 0) {
        e->cc += w->primitive;
        e->ct += w->cumulative;
    }
}

static void leave(struct snapshot *p, const struct work *w)
{
    if (w->function != NONE)
        p->on_path[w->function]--;
    if (w->edge != NONE)
        p->edges_on_path[w->edge]--;
}

/* The next node in the order of the program's calls, leaving those that are done; 0 at the end. */
static uint32_t next_node(struct snapshot *p, uint32_t at)
{
    const struct work *w = p->work;
    if (w[at].child != NONE)
        return w[at].child;
    while (at != 0) {
        leave(p, &w[at]);
        if (w[at].sibling != NONE)
            return w[at].sibling;
        at = w[at].node->parent->index;
    }
    return 0;
}

static void walk(struct snapshot *p)
{
    for (uint32_t at = next_node(p, 0); at != 0; at = next_node(p, at))
        enter(p, &p->work[at]);
}

static bool run(struct snapshot *p)
{
    const struct tree *t = p->tree;
    p->work = calloc(t->nodes, sizeof *p->work);
    p->functions = calloc(t->functions + 1, sizeof *p->functions);
    if (!p->work || !p->functions || !map_functions(p))
        return false;
    fill(p);
    if (!place(p) || !place_lines(p))
        return false;
    p->on_path = calloc(p->stats->nfunctions + 1, sizeof *p->on_path);
    p->edges_on_path = calloc(p->stats->nedges + 1, sizeof *p->edges_on_path);
    if (!p->on_path || !p->edges_on_path)
        return false;
    walk(p);
    return true;
}

struct xdb_stats *snapshot_take(const struct tree *t, const struct snapshot_options *options,
                                struct xdb_error *err)
{
    struct snapshot p = {.tree = t, .options = options, .stats = xdb_stats_new()};
    bool good = p.stats && run(&p);
    free(p.work);
    free(p.functions);
    free(p.on_path);
    free(p.edges_on_path);
    if (!good) {
        xdb_stats_free(p.stats);
        error_set(err, XDB_ENOMEM, "not enough memory");
        return NULL;
    }
    p.stats->sampled = options->sampled;
    p.stats->folded = t->folded;
    p.stats->missed = options->missed < LLONG_MAX ? (long long)options->missed : LLONG_MAX;
    p.stats->incomplete = t->out_of_memory || (options->lines && options->lines->out_of_memory);
    return p.stats;
}
