/* Snapshots of a part of the blocks. */
#include "tracemalloc/snapshot.h"

#include "core/error.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* Compiled files are their sources: the pattern and the name may both end in .luac. */
static void strip_compiled(const char *name, char *to, size_t size)
{
    size_t n = strlen(name);
    if (n >= size)
        n = size - 1;
    memcpy(to, name, n);
    if (n > 5 && strncmp(name + n - 5, ".luac", 5) == 0)
        n--;
    to[n] = '\0';
}

static bool filter_name(const char *pattern, const char *name)
{
    enum { ENOUGH = 4096 };
    char p[ENOUGH], n[ENOUGH];
    strip_compiled(pattern, p, sizeof p);
    strip_compiled(name, n, sizeof n);
    return fnmatch(p, n, FNM_NOESCAPE) == 0;
}

static bool frame_matches(const struct xdb_memory_filter *f, const struct stacks *s, uint32_t frame)
{
    const struct stacks_frame *at = stacks_frame_at(s, frame);
    return (f->line < 0 || f->line == at->line) &&
           filter_name(f->pattern, stacks_file_name(s, at->file));
}

static bool any_frame_matches(const struct xdb_memory_filter *f, const struct stacks *s,
                              uint32_t node)
{
    for (; node >= STACKS_ROOTS; node = stacks_node_at(s, node)->older) {
        if (frame_matches(f, s, stacks_node_at(s, node)->frame))
            return true;
        if (!f->all_frames)
            return false;
    }
    return false;
}

/* Whether the filter finds what it looks for; an exclusive one lets pass what it does not find. */
static bool finds(const struct xdb_memory_filter *f, const struct stacks *s,
                  const struct site_key *site)
{
    return (f->domain < 0 || f->domain == (long long)site->domain) &&
           (!f->pattern || any_frame_matches(f, s, site->node));
}

static bool passes(const struct xdb_memory_filter *filters, size_t n, const struct stacks *s,
                   const struct site_key *site)
{
    bool wanted = false, asked = false;
    for (size_t i = 0; i < n; i++) {
        bool found = finds(&filters[i], s, site);
        if (!filters[i].inclusive && found)
            return false;
        asked |= filters[i].inclusive;
        wanted |= filters[i].inclusive && found;
    }
    return wanted || !asked;
}

/* Brings a site over. */
static bool carry_site(const struct xdb_snapshot *from, struct xdb_snapshot *to,
                       struct stacks_copy *copy, uint32_t number, uint32_t *site)
{
    struct site_key key = *snapshot_site(from, number);
    return stacks_copy_node(copy, key.node, &key.node) &&
           stacks_copy_function(copy, key.function, &key.function) &&
           intern_number(&to->sites, &key, site);
}

static bool carry(const struct xdb_snapshot *from, struct xdb_snapshot *to,
                  struct stacks_copy *copy, uint32_t *sites,
                  const struct xdb_memory_filter *filters, size_t n)
{
    const uint32_t unknown = UINT32_MAX, nowhere = UINT32_MAX - 1;
    for (uint32_t i = 0; i < from->rows.count; i++) {
        const struct snapshot_row *row = snapshot_row(from, i);
        uint32_t *site = &sites[row->site];
        if (*site == unknown) {
            *site = nowhere;
            if (passes(filters, n, &from->stacks, snapshot_site(from, row->site)) &&
                !carry_site(from, to, copy, row->site, site))
                return false;
        }
        if (*site != nowhere && !snapshot_add(to, *site, row->size, row->count))
            return false;
    }
    return true;
}

struct xdb_snapshot *xdb_snapshot_filter(const struct xdb_snapshot *s,
                                         const struct xdb_memory_filter *filters, size_t n,
                                         struct xdb_error *err)
{
    struct stacks_copy copy = {0};
    struct xdb_snapshot *to = snapshot_new();
    uint32_t *sites = malloc((s->sites.count + 1U) * sizeof *sites);
    bool ok = to && sites && stacks_copy_init(&copy, &s->stacks, &to->stacks);
    if (ok) {
        memset(sites, 0xff, (s->sites.count + 1U) * sizeof *sites);
        to->info = s->info;
        to->attributes = json_deep_copy(s->attributes);
        ok = carry(s, to, &copy, sites, filters, n) && snapshot_seal(to);
    }
    stacks_copy_release(&copy);
    free(sites);
    if (!ok) {
        xdb_snapshot_free(to);
        error_set(err, XDB_ENOMEM, "not enough memory");
        return NULL;
    }
    return to;
}
