/*
** Which lines of a function have breakpoints: answered once for each function and remembered, so that
** ten thousand breakpoints cost a call event the same as one (about 3 ns: two loads and two compares).
**
** A decision is remembered by the address of the function's prototype, which may be freed and come back
** as another function. It is therefore verified against the prototype's code address and lines, and all
** decisions are dropped when a main chunk is called that was not known: new functions can only come
** from one. They are also dropped when the registry changes (breakpoints_epoch).
**
** Resolving a function reads its source's name and dumps it when its file has breakpoints (lua_dump
** allocates no Lua memory). Nothing here raises; all of it may be used inside hooks.
*/
#ifndef XDB_BDB_SITES_H
#define XDB_BDB_SITES_H

#include "bdb/breakpoint.h"
#include "core/layout.h"
#include "core/source.h"

#include <lua.h>

/* The lines with breakpoints of one function. */
struct sites {
    struct sites *next;    /* of all that the cache made */
    struct source *source; /* where the function is from */
    int first, count;      /* lines first..first+count-1 are in `bits` */
    unsigned char bits[];
};

static inline bool sites_has(const struct sites *s, int line)
{
    unsigned at = (unsigned)(line - s->first);
    return at < (unsigned)s->count && (s->bits[at / 8] >> (at % 8) & 1) != 0;
}

/* Told where a function is from that is seen for the first time. */
typedef void sites_seen(void *data, struct source *source);
/* Whether a breakpoint of the registry counts for this debugger. */
typedef bool sites_accepts(void *data, const char *file, int line);

struct site_entry {
    const void *prototype, *code; /* layout off: the source text's address, the lines as a number */
    const void
        *quick; /* the code again, or NULL for a main chunk, which is always looked at anew */
    unsigned generation;
    const struct sites *sites; /* NULL: the function has no breakpoint */
    const struct source *source;
};

enum { SITE_ENTRIES = 1024 };

struct site_cache {
    struct breakpoints *registry;
    struct source_cache *sources;
    sites_seen *seen;       /* NULL: nobody asks */
    sites_accepts *accepts; /* NULL: all */
    void *data;             /* for the two */
    const unsigned *now;    /* the registry's epoch */
    unsigned epoch;         /* of the registry, when the decisions were made */
    unsigned generation;    /* entries of another one are void */
    bool out_of_memory;     /* a function could not be looked at: sticky, to be told */
    struct sites *made;
    struct site_entry entries[SITE_ENTRIES];
};

/* Neither the registry nor the sources are owned. NULL when memory runs out. */
struct site_cache *site_cache_new(struct breakpoints *registry, struct source_cache *sources);
void site_cache_free(struct site_cache *c);
/* Forgets all decisions; what sites_of returned before is freed at the next look-up. */
void site_cache_flush(struct site_cache *c);

/*
** The sites of the function that runs in `ar` (only i_ci is used; it is filled with "S" where that is
** needed), or NULL when it has none or is a C function. Good until the next look-up.
*/
const struct sites *sites_resolve(struct site_cache *c, lua_State *L, lua_Debug *ar);

static inline struct site_entry *site_entry_of(struct site_cache *c, const void *prototype)
{
    uintptr_t h = (uintptr_t)prototype >> 4;
    return &c->entries[(h ^ h >> 10) % SITE_ENTRIES];
}

/*
** The remembered decision about a prototype, or NULL when there is none. Main chunks are always looked
** at anew: by them one notices that code was loaded. Only with layout_on().
*/
static inline const struct site_entry *sites_remembered(struct site_cache *c, const struct Proto *p)
{
    const struct site_entry *e = site_entry_of(c, p);
    bool good = e->prototype == p && e->generation == c->generation && c->epoch == *c->now &&
                e->quick == layout_code(p);
    return good ? e : NULL;
}

static inline const struct sites *sites_of(struct site_cache *c, lua_State *L, lua_Debug *ar)
{
    if (layout_on()) {
        const struct Proto *p = layout_proto(ar->i_ci);
        if (!p)
            return NULL;
        const struct site_entry *e = sites_remembered(c, p);
        if (e)
            return e->sites;
    }
    return sites_resolve(c, L, ar);
}

#endif
