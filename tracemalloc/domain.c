/* Memory that does not come from Lua's allocator, and where an object was allocated. */
#include "tracemalloc/snapshot.h"

#include "core/error.h"

#include <stdlib.h>

/* ---- memory of others ------------------------------------------------------------------------- */

static struct domain *find_domain(const struct xdb_tracemalloc *t, unsigned number)
{
    for (size_t i = 0; i < t->domain_count; i++)
        if (t->domains[i].number == number)
            return &t->domains[i];
    return NULL;
}

static struct domain *make_domain(struct xdb_tracemalloc *t, unsigned number)
{
    struct domain *found = find_domain(t, number);
    if (found)
        return found;
    struct domain *more = realloc(t->domains, (t->domain_count + 1) * sizeof *more);
    if (!more)
        return NULL;
    t->domains = more;
    more[t->domain_count] = (struct domain){.number = number};
    return &more[t->domain_count++];
}

static int check(const struct xdb_tracemalloc *t, unsigned domain, struct xdb_error *err)
{
    if (!xdb_tracemalloc_is_tracing(t))
        return error_set(err, XDB_EINVAL,
                         "the tracemalloc module must be tracing memory allocations");
    if (domain == 0)
        return error_set(err, XDB_EINVAL, "domain 0 is Lua's own");
    return 0;
}

int xdb_tracemalloc_track(struct xdb_tracemalloc *t, unsigned domain, uintptr_t address,
                          size_t size, struct xdb_error *err)
{
    const struct walk_request r = {.size = size};
    struct block b = {.address = address, .size = size};
    int failed = check(t, domain, err);
    if (failed)
        return failed;
    struct domain *d = make_domain(t, domain);
    if (!d || !tracer_place(t, &r, domain, XDB_MEMORY_USERDATA, &b.site) ||
        !tracer_put(t, &d->blocks, &b))
        return error_set(err, XDB_ENOMEM, "not enough memory");
    return 0;
}

int xdb_tracemalloc_untrack(struct xdb_tracemalloc *t, unsigned domain, uintptr_t address,
                            struct xdb_error *err)
{
    int failed = check(t, domain, err);
    struct domain *d = failed ? NULL : find_domain(t, domain);
    if (d)
        tracer_take(t, &d->blocks, address);
    return failed;
}

/* ---- objects ---------------------------------------------------------------------------------- */

/*
** A full userdata's block begins before the part that is shown: a header, and user values of 16 bytes each. Its size
** tells which header it was.
*/
static bool find_userdata(const struct xdb_tracemalloc *t, lua_State *L, int index,
                          struct block *out)
{
    const char *shown = lua_touserdata(L, index);
    size_t len = lua_rawlen(L, index), values = 0;
    while (lua_getiuservalue(L, index, (int)values + 1) != LUA_TNONE) {
        lua_pop(L, 1);
        values++;
    }
    lua_pop(L, 1);
    for (size_t header = sizeof(void *); header <= 8 * sizeof(void *); header += sizeof(void *)) {
        size_t before = header + values * 2 * sizeof(lua_Number);
        if (blocks_find(&t->blocks, (uintptr_t)shown - before, out) && out->size == before + len)
            return true;
    }
    return false;
}

static bool find_object(const struct xdb_tracemalloc *t, lua_State *L, int index, struct block *out)
{
    const char *address = lua_topointer(L, index);
    switch (lua_type(L, index)) {
    case LUA_TUSERDATA:
        return find_userdata(t, L, index, out);
    case LUA_TTHREAD:
        address -= LUA_EXTRASPACE;
        break;
    case LUA_TLIGHTUSERDATA:
        return false;
    case LUA_TFUNCTION:
        if (lua_iscfunction(L, index) && !lua_getupvalue(L, index, 1))
            return false; /* a light one is no block */
        if (lua_iscfunction(L, index))
            lua_pop(L, 1);
        break;
    default:
        break;
    }
    return address && blocks_find(&t->blocks, (uintptr_t)address, out);
}

struct xdb_snapshot *xdb_tracemalloc_object(struct xdb_tracemalloc *t, lua_State *L, int index,
                                            struct xdb_error *err)
{
    struct block b;
    index = lua_absindex(L, index);
    if (!xdb_tracemalloc_is_tracing(t) || !find_object(t, L, index, &b))
        return NULL;
    tracer_name_functions(t, L);
    struct xdb_snapshot *s = snapshot_take_block(t, &b);
    if (!s)
        error_set(err, XDB_ENOMEM, "not enough memory");
    return s;
}

struct xdb_snapshot *xdb_tracemalloc_block(struct xdb_tracemalloc *t, const void *block,
                                           struct xdb_error *err)
{
    struct block b;
    if (!xdb_tracemalloc_is_tracing(t) || !blocks_find(&t->blocks, (uintptr_t)block, &b))
        return NULL;
    struct xdb_snapshot *s = snapshot_take_block(t, &b);
    if (!s)
        error_set(err, XDB_ENOMEM, "not enough memory");
    return s;
}
