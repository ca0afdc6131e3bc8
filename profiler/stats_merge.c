/* Statistics put together: those of several runs, or of files that become the same by name. */
#include "profiler/stats.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static long long sum(long long a, long long b)
{
    return a > LLONG_MAX - b ? LLONG_MAX : a + b; /* both are never negative */
}

static int no_memory(struct xdb_error *err)
{
    return error_set(err, XDB_ENOMEM, "not enough memory");
}

/* The name a function of `from` has in `s`. */
typedef const char *file_name(const char *file);

static bool merge_functions(struct xdb_stats *s, const struct xdb_stats *from, file_name *name,
                            uint32_t *map)
{
    for (size_t i = 0; i < from->nfunctions; i++) {
        const struct stats_function *f = &from->functions[i];
        map[i] = stats_function(s, name(f->file), f->line, f->name);
        if (map[i] == STATS_NONE)
            return false;
        struct stats_function *to = &s->functions[map[i]];
        to->cc = sum(to->cc, f->cc);
        to->nc = sum(to->nc, f->nc);
        to->tt += f->tt;
        to->ct += f->ct;
    }
    return true;
}

static bool merge_edges(struct xdb_stats *s, const struct xdb_stats *from, const uint32_t *map)
{
    for (size_t i = 0; i < from->nedges; i++) {
        const struct stats_edge *e = &from->edges[i];
        uint32_t at = stats_edge(s, map[e->caller], map[e->callee]);
        if (at == STATS_NONE)
            return false;
        struct stats_edge *to = &s->edges[at];
        to->cc = sum(to->cc, e->cc);
        to->nc = sum(to->nc, e->nc);
        to->tt += e->tt;
        to->ct += e->ct;
    }
    return true;
}

/* `places`: where the contexts of `from` are in `s`. */
static bool merge_lines(struct xdb_stats *s, const struct xdb_stats *from, const uint32_t *places)
{
    for (size_t i = 0; i < from->nlines; i++) {
        struct stats_line line = from->lines[i];
        line.context = places[line.context];
        if (stats_add_line(s, &line) < 0)
            return false;
    }
    if (from->nlines)
        stats_pack_lines(s);
    return true;
}

static bool merge_contexts(struct xdb_stats *s, const struct xdb_stats *from, const uint32_t *map)
{
    uint32_t *places = malloc((from->ncontexts + 1) * sizeof *places);
    bool good = places != NULL;
    for (size_t i = 0; good && i < from->ncontexts; i++) {
        const struct stats_context *c = &from->contexts[i];
        uint32_t parent = c->parent == STATS_NONE ? STATS_NONE : places[c->parent];
        places[i] = stats_context(s, parent, map[c->function]);
        good = places[i] != STATS_NONE;
        if (good) {
            struct stats_context *to = &s->contexts[places[i]];
            to->calls = sum(to->calls, c->calls);
            to->own += c->own;
        }
    }
    good = good && merge_lines(s, from, places);
    free(places);
    return good;
}

static bool merge(struct xdb_stats *s, const struct xdb_stats *from, file_name *name)
{
    uint32_t *map = malloc((from->nfunctions + 1) * sizeof *map);
    if (from->nfunctions || !s->nfunctions)
        s->sampled = from->sampled; /* what is empty is neither */
    stats_expect(s, s->nfunctions + from->nfunctions, s->nedges + from->nedges,
                 s->ncontexts + from->ncontexts);
    bool good = map && merge_functions(s, from, name, map) && merge_edges(s, from, map) &&
                merge_contexts(s, from, map);
    free(map);
    s->folded |= from->folded;
    s->missed = sum(s->missed, from->missed);
    s->incomplete |= from->incomplete;
    buffer_add(&s->headings, from->headings.data, from->headings.len);
    return good && !s->headings.failed;
}

static const char *whole(const char *file)
{
    return file;
}

static const char *last_part(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? slash + 1 : file;
}

int xdb_stats_add(struct xdb_stats *s, const struct xdb_stats *other, struct xdb_error *err)
{
    if (s->nfunctions && other->nfunctions && s->sampled != other->sampled)
        return error_set(err, XDB_EINVAL, "samples and counted calls cannot be added up");
    struct xdb_stats *both = xdb_stats_new();
    if (!both || !merge(both, s, whole) || !merge(both, other, whole)) {
        xdb_stats_free(both);
        return no_memory(err);
    }
    stats_replace(s, both);
    return 0;
}

int xdb_stats_strip_dirs(struct xdb_stats *s, struct xdb_error *err)
{
    struct xdb_stats *stripped = xdb_stats_new();
    if (!stripped || !merge(stripped, s, last_part)) {
        xdb_stats_free(stripped);
        return no_memory(err);
    }
    stats_replace(s, stripped);
    return 0;
}
