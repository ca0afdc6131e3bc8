#include "tracemalloc/tracer.h"

#include "core/error.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The list of all tracers, so that one can be found from a Lua state. Global for that, like the states. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct xdb_tracemalloc *tracers;

/* ---- sites ------------------------------------------------------------------------------------ */

static bool same_key(const struct site_key *a, const struct site_key *b)
{
    return a->node == b->node && a->function == b->function && a->type == b->type &&
           a->domain == b->domain;
}

static bool find_site(struct xdb_tracemalloc *t, const struct site_key *key, uint32_t *site)
{
    uint32_t hash = (key->node * 8 + key->type) ^ key->function * 61 ^ key->domain * 7;
    struct site_recent *recent = &t->recent[hash % WALK_SITES];
    if (!recent->known || !same_key(&recent->key, key)) {
        if (!intern_number(&t->sites, key, &recent->site))
            return false;
        recent->key = *key;
        recent->known = true;
    }
    *site = recent->site;
    return true;
}

bool tracer_place(struct xdb_tracemalloc *t, const struct walk_request *r, unsigned domain,
                  enum xdb_memory_type type, uint32_t *site)
{
    struct walk_place place;
    int kept = errno; /* the allocator's callers have not looked at it yet */
    bool placed = walk_place(&t->walker, r, &place);
    if (placed) {
        const struct site_key key = {domain, place.node, place.function, type};
        placed = find_site(t, &key, site);
    }
    errno = kept;
    return placed;
}

/* What a site has is about to change: if it has not since the peak, that is what it had there. */
static inline struct site *touch(struct xdb_tracemalloc *t, uint32_t number)
{
    struct site *site = tracer_site(t, number);
    if (site->changed <= t->peak_time) {
        site->peak_bytes = site->bytes;
        site->peak_count = site->count;
    }
    site->changed = t->time;
    return site;
}

static inline void subtract(struct xdb_tracemalloc *t, const struct block *b)
{
    struct site *site = touch(t, b->site);
    site->bytes -= b->size;
    site->count--;
    t->current -= b->size;
}

static inline void add(struct xdb_tracemalloc *t, const struct block *b)
{
    struct site *site = touch(t, b->site);
    site->bytes += b->size;
    site->count++;
    t->current += b->size;
    if (t->current > t->peak) {
        t->peak = t->current;
        t->peak_time = t->time;
    }
}

/* ---- blocks ----------------------------------------------------------------------------------- */

bool tracer_put(struct xdb_tracemalloc *t, struct blocks *blocks, const struct block *b)
{
    struct block old;
    t->time++;
    if (!blocks_put(blocks, b, &old)) {
        t->lost++;
        return false;
    }
    if (old.address)
        subtract(t, &old);
    add(t, b);
    return true;
}

void tracer_take(struct xdb_tracemalloc *t, struct blocks *blocks, uintptr_t address)
{
    struct block b;
    if (blocks_take(blocks, address, &b)) {
        t->time++;
        subtract(t, &b);
    }
}

/*
** A function's code is known by its address, so it must be forgotten with it. The code of older blocks is not known as
** such: there any block of that size will do.
*/
static void forget_code(struct xdb_tracemalloc *t, const struct block *b)
{
    if (!b || tracer_site(t, b->site)->key.type == XDB_MEMORY_FUNCTION)
        walk_forget(&t->walker);
}

/* A coroutine that the universe takes for the running one goes: it was left by an error that nobody saw. */
static void forget_thread(struct xdb_tracemalloc *t, const char *block, size_t size)
{
    const char *main = (const char *)t->walker.main;
    if (!main)
        return;
    if (main >= block && main < block + size) { /* the state itself */
        t->walker.main = NULL;
        t->walker.quick = false;
        return;
    }
    struct universe *u = universe_find(t->walker.main);
    const char *running = u ? (const char *)u->running : NULL;
    if (running && running != main && running >= block && running < block + size) {
        u->chain = NULL;
        u->running = u->main;
    }
}

/* The array that was made last has turned out to be a stack. */
static void retype_array(struct xdb_tracemalloc *t)
{
    struct block b;
    if (!blocks_find(&t->blocks, t->array, &b))
        return;
    struct site_key key = tracer_site(t, b.site)->key;
    key.type = XDB_MEMORY_COROUTINE;
    if (find_site(t, &key, &b.site))
        tracer_put(t, &t->blocks, &b);
}

static inline void forget(struct xdb_tracemalloc *t, void *block, size_t size)
{
    struct block b;
    bool known = blocks_take(&t->blocks, (uintptr_t)block, &b);
    bool coroutine = known && tracer_site(t, b.site)->key.type == XDB_MEMORY_COROUTINE;
    if (t->array && walk_was_stack(&t->walker, block, size, coroutine))
        retype_array(t);
    t->array = 0;
    if (layout_sizes_proto(size))
        forget_code(t, known ? &b : NULL);
    if (!known || coroutine)
        forget_thread(t, block, size);
    if (known) {
        t->time++;
        subtract(t, &b);
    }
}

/* A new block: `tag` says which object, if it is one. */
static inline void *fresh(struct xdb_tracemalloc *t, size_t tag, size_t size)
{
    const struct walk_request r = {.size = size};
    uint32_t root;
    void *block = t->alloc(t->alloc_ud, NULL, tag, size);
    if (!block)
        return NULL;
    struct block b = {(uintptr_t)block, size, 0};
    t->array = tag < LUA_TSTRING ? b.address : 0;
    enum xdb_memory_type type = walk_type(&t->walker, &r, tag);
    struct walk_pc *known = walk_quick(&t->walker, &root);
    uint32_t *sites = known ? known->site[root] : walk_same(&t->walker);
    if (sites && sites[type])
        b.site = sites[type] - 1;
    else if (!tracer_place(t, &r, 0, type, &b.site)) {
        t->lost++;
        return block;
    } else if (sites)
        sites[type] = b.site + 1;
    if (blocks_add(&t->blocks, b.address, b.size, b.site)) {
        t->time++;
        add(t, &b);
    } else
        tracer_put(t, &t->blocks, &b);
    return block;
}

/*
** A block of another size. One that grows belongs to who lets it grow, one that shrinks (the collector does that)
** stays where it was. The stack must be looked at before, since it may be the block itself.
*/
static void *resize(struct xdb_tracemalloc *t, void *block, size_t osize, size_t size)
{
    struct block b;
    bool known = blocks_find(&t->blocks, (uintptr_t)block, &b);
    bool grows = size > osize, placed = known;
    t->array = 0;
    if (grows) {
        struct walk_request r = {.block = block, .osize = osize, .size = size, .unknown = !known};
        enum xdb_memory_type type =
            known ? tracer_site(t, b.site)->key.type : walk_type(&t->walker, &r, 0);
        r.coroutine = type == XDB_MEMORY_COROUTINE;
        placed = tracer_place(t, &r, 0, type, &b.site);
        t->lost += !placed;
    }
    void *moved = t->alloc(t->alloc_ud, block, osize, size);
    if (!moved)
        return NULL;
    if (known && (moved != block || !placed))
        tracer_take(t, &t->blocks, (uintptr_t)block);
    b.address = (uintptr_t)moved;
    b.size = size;
    if (placed)
        tracer_put(t, &t->blocks, &b);
    return moved;
}

void *xdb_tracemalloc_alloc(void *ud, void *block, size_t osize, size_t nsize)
{
    struct xdb_tracemalloc *t = ud;
    if (!t->tracing)
        return t->alloc(t->alloc_ud, block, osize, nsize);
    if (t->tick && ++t->calls % TRACER_TICK == 0) {
        int kept = errno;
        t->tick(t->tick_data);
        errno = kept;
    }
    if (nsize == 0) {
        /* the allocator below may ask for the block's traceback, when it finds it broken */
        t->alloc(t->alloc_ud, block, osize, nsize);
        if (block)
            forget(t, block, osize);
        return NULL;
    }
    return block ? resize(t, block, osize, nsize) : fresh(t, osize, nsize);
}

/* ---- life ------------------------------------------------------------------------------------- */

static void *standard_alloc(void *ud, void *block, size_t osize, size_t nsize)
{
    (void)ud, (void)osize;
    if (nsize > 0)
        return block ? realloc(block, nsize) : malloc(nsize);
    free(block);
    return NULL;
}

struct xdb_tracemalloc *xdb_tracemalloc_new(lua_Alloc alloc, void *ud)
{
    struct xdb_tracemalloc *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    layout_prove();
    t->alloc = alloc ? alloc : standard_alloc;
    t->alloc_ud = alloc ? ud : NULL;
    t->limit = 1;
    t->sites =
        (struct intern){.item_size = sizeof(struct site), .key_size = sizeof(struct site_key)};
    pthread_mutex_lock(&mutex);
    t->next = tracers;
    tracers = t;
    pthread_mutex_unlock(&mutex);
    return t;
}

static void release_data(struct xdb_tracemalloc *t)
{
    blocks_release(&t->blocks);
    for (size_t i = 0; i < t->domain_count; i++)
        blocks_release(&t->domains[i].blocks);
    free(t->domains);
    t->domains = NULL;
    t->domain_count = 0;
    stacks_release(&t->stacks);
    intern_release(&t->sites);
    walk_release(&t->walker);
    memset(t->recent, 0, sizeof t->recent);
    t->current = t->peak = t->lost = 0;
    t->time = t->peak_time = 0;
}

static void ignore(lua_State *L, lua_Debug *ar)
{
    (void)L, (void)ar;
}

static int wish(struct hook_observer *o, lua_State *L)
{
    (void)o, (void)L;
    return HOOK_EXACT;
}

static void entering(struct hook_observer *o, lua_State *from, lua_State *co)
{
    (void)from;
    hook_want(o, co, HOOK_EXACT);
}

static void left(struct hook_observer *o, lua_State *to, lua_State *co)
{
    (void)co;
    hook_want(o, to, HOOK_EXACT);
}

int xdb_tracemalloc_attach(struct xdb_tracemalloc *t, lua_State *L, struct xdb_error *err)
{
    struct universe *u = universe_open(L);
    if (!u)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    t->key = u->key;
    t->walker.main = u->main;
    t->walker.quick = layout_on() && t->limit == 1;
    if (t->fast)
        return 0;
    t->observer =
        (struct hook_observer){.hook = ignore, .mask = wish, .entering = entering, .left = left};
    hook_attach(u, &t->observer);
    hook_expect(&t->observer, HOOK_EXACT);
    hook_refresh(u, L);
    return 0;
}

/* Puts our allocator on the state's own, unless it is there or under another one. */
static void install(struct xdb_tracemalloc *t, lua_State *L)
{
    void *ud;
    lua_Alloc alloc = lua_getallocf(L, &ud);
    if (t->installed || (alloc == xdb_tracemalloc_alloc && ud == t))
        return;
    t->alloc = alloc;
    t->alloc_ud = ud;
    t->installed = true;
    lua_setallocf(L, xdb_tracemalloc_alloc, t);
}

int xdb_tracemalloc_start(struct xdb_tracemalloc *t, lua_State *L,
                          const struct xdb_tracemalloc_config *config, struct xdb_error *err)
{
    int frames = config->frames ? config->frames : 1;
    if (frames < 1 || frames > XDB_TRACEMALLOC_MAX_FRAMES)
        return error_set(err, XDB_EINVAL, "the number of frames must be in range [1; %d]",
                         XDB_TRACEMALLOC_MAX_FRAMES);
    if (t->tracing)
        return 0;
    release_data(t);
    if (!stacks_init(&t->stacks) || !walk_init(&t->walker, &t->stacks, frames)) {
        release_data(t);
        return error_set(err, XDB_ENOMEM, "not enough memory");
    }
    t->limit = frames;
    t->fast = config->fast;
    if (L && xdb_tracemalloc_attach(t, L, err) < 0) {
        release_data(t);
        return XDB_ENOMEM;
    }
    if (L)
        install(t, L);
    t->tracing = true;
    return 0;
}

void xdb_tracemalloc_stop(struct xdb_tracemalloc *t, lua_State *L)
{
    void *ud;
    t->tracing = false;
    if (t->observer.universe)
        hook_detach(&t->observer, L);
    if (L && t->installed && lua_getallocf(L, &ud) == xdb_tracemalloc_alloc && ud == t) {
        lua_setallocf(L, t->alloc, t->alloc_ud);
        t->installed = false;
    }
    release_data(t);
}

void xdb_tracemalloc_free(struct xdb_tracemalloc *t, lua_State *live)
{
    if (!t)
        return;
    xdb_tracemalloc_stop(t, live);
    t->tick = NULL;
    t->key = NULL;
    if (live && t->installed)
        return; /* whoever stands on us still calls */
    pthread_mutex_lock(&mutex);
    struct xdb_tracemalloc **at = &tracers;
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    pthread_mutex_unlock(&mutex);
    free(t);
}

struct xdb_tracemalloc *xdb_tracemalloc_of(lua_State *L)
{
    void *ud;
    layout_prove();
    if (lua_getallocf(L, &ud) == xdb_tracemalloc_alloc)
        return ud;
    const void *key = universe_key(L);
    pthread_mutex_lock(&mutex);
    struct xdb_tracemalloc *t = tracers;
    while (t && t->key != key)
        t = t->next;
    pthread_mutex_unlock(&mutex);
    return t;
}

/* ---- what it knows ---------------------------------------------------------------------------- */

bool xdb_tracemalloc_is_tracing(const struct xdb_tracemalloc *t)
{
    return t && t->tracing;
}

int xdb_tracemalloc_limit(const struct xdb_tracemalloc *t)
{
    return t ? t->limit : 1;
}

void xdb_tracemalloc_clear(struct xdb_tracemalloc *t)
{
    for (size_t i = 0; i < t->domain_count; i++)
        blocks_release(&t->domains[i].blocks);
    blocks_release(&t->blocks);
    intern_release(&t->sites);
    memset(t->recent, 0, sizeof t->recent);
    walk_forget(&t->walker); /* sites stand there, too */
    t->current = t->peak = 0;
    t->time = t->peak_time = 0;
}

void xdb_tracemalloc_traced(const struct xdb_tracemalloc *t, size_t *current, size_t *peak)
{
    if (current)
        *current = t ? t->current : 0;
    if (peak)
        *peak = t ? t->peak : 0;
}

void xdb_tracemalloc_reset_peak(struct xdb_tracemalloc *t)
{
    t->peak = t->current;
    t->peak_time = t->time;
}

size_t xdb_tracemalloc_block_overhead(const struct xdb_tracemalloc *t)
{
    size_t bytes = t ? blocks_memory(&t->blocks) : 0;
    for (size_t i = 0; t && i < t->domain_count; i++)
        bytes += blocks_memory(&t->domains[i].blocks);
    return bytes;
}

size_t xdb_tracemalloc_overhead(const struct xdb_tracemalloc *t)
{
    if (!t)
        return 0;
    return sizeof *t + xdb_tracemalloc_block_overhead(t) + t->domain_count * sizeof *t->domains +
           stacks_memory(&t->stacks) + intern_memory(&t->sites) + walk_memory(&t->walker);
}

size_t xdb_tracemalloc_lost(const struct xdb_tracemalloc *t)
{
    return t ? t->lost : 0;
}

void tracer_set_tick(struct xdb_tracemalloc *t, void (*tick)(void *data), void *data)
{
    t->tick = tick;
    t->tick_data = data;
}
