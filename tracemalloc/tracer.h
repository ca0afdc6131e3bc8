/*
** What a tracer is made of. For the rooms of tracemalloc alone.
*/
#ifndef XDB_TRACEMALLOC_TRACER_H
#define XDB_TRACEMALLOC_TRACER_H

#include "core/hook.h"
#include "tracemalloc/blocks.h"
#include "tracemalloc/tracemalloc.h"
#include "tracemalloc/walk.h"

/*
** What has the same traceback, C function, type and domain. Beside what lives now it knows what lived at the peak, found
** without looking at all sites whenever there is a new peak: when a site changes for the first time after the
** peak, what it has is kept.
*/
struct site_key {
    uint32_t domain, node, function, type;
};

struct site {
    struct site_key key;
    uint64_t changed; /* when, in the tracer's time */
    size_t bytes, count;
    size_t peak_bytes, peak_count; /* good where it changed after the peak */
};

struct domain {
    unsigned number;
    struct blocks blocks;
};

struct site_recent {
    struct site_key key;
    uint32_t site;
    bool known;
};

struct xdb_tracemalloc {
    lua_Alloc alloc; /* below: where memory comes from */
    void *alloc_ud;
    const void *key; /* of the universe, see universe_key; NULL while it is not known */
    bool tracing, fast;
    bool
        installed; /* by us: the allocator of a living state is ours, or was put under another one */
    int limit;
    struct blocks blocks; /* of domain 0 */
    struct domain *domains;
    size_t domain_count;
    struct stacks stacks;
    struct intern sites; /* struct site */
    struct walker walker;
    struct site_recent recent[WALK_SITES];
    uintptr_t array; /* the block that the call before gave, where it is no object; else 0 */
    uint64_t time, peak_time;
    size_t current, peak;
    size_t lost;
    struct hook_observer observer;
    /* Called from inside of the allocator, before a change, when the clock has come to `due`; or NULL. */
    void (*tick)(void *data);
    void *tick_data;
    unsigned calls;               /* of the allocator, for asking the clock now and then */
    struct xdb_tracemalloc *next; /* in the list of all */
};

static inline struct site *tracer_site(const struct xdb_tracemalloc *t, uint32_t site)
{
    return (struct site *)t->sites.items + site;
}

/* The site of the block that is being allocated. False when memory runs out. */
bool tracer_place(struct xdb_tracemalloc *t, const struct walk_request *r, unsigned domain,
                  enum xdb_memory_type type, uint32_t *site);
/* Books a block, in place of one of the same address, or takes it out. False when memory runs out: it counts as lost. */
bool tracer_put(struct xdb_tracemalloc *t, struct blocks *blocks, const struct block *b);
void tracer_take(struct xdb_tracemalloc *t, struct blocks *blocks, uintptr_t address);
/* Whom to tell, every TRACER_TICK calls of the allocator; NULL: nobody. */
enum { TRACER_TICK = 256 };
void tracer_set_tick(struct xdb_tracemalloc *t, void (*tick)(void *data), void *data);
/* Notes the names of all C functions in package.loaded, for snapshots that are taken where Lua cannot be asked. */
void tracer_learn_functions(struct xdb_tracemalloc *t, lua_State *L);
/* Finds names for the C functions that have none; `L` must be in a state where a value can be pushed. */
void tracer_name_functions(struct xdb_tracemalloc *t, lua_State *L);

#endif
