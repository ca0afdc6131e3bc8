/*
** What the rooms of the development mode share: one struct a universe, made when the mode is enabled and given back when
** the state's last block is freed, since the allocator is part of it and outlives everything else.
*/
#ifndef XDB_DEVMODE_STATE_H
#define XDB_DEVMODE_STATE_H

#include "core/hook.h"
#include "core/source.h"
#include "core/universe.h"
#include "devmode/allocator.h"
#include "devmode/devmode.h"
#include "devmode/findings.h"

struct xdb_tracemalloc;

struct devmode {
    struct allocator allocator; /* first: blocks are freed through it last of all */
    struct findings findings;
    struct places places;
    lua_State *main; /* NULL until the mode is enabled */
    struct hook_observer observer;
    struct resources *resources;   /* of devmode/resources */
    struct globals *globals;       /* of devmode/globals */
    struct coroutines *coroutines; /* of devmode/coroutines */
    struct closing *closing;       /* of devmode/closing */
    unsigned lists;                /* lists looked at, of devmode/lists */
};

/* The mode of a running state, or NULL. */
static inline struct devmode *devmode_of(lua_State *L)
{
    const struct universe *u = universe_find(L);
    return u ? u->devmode : NULL;
}

/* What happens with findings of the category. */
static inline enum xdb_devmode_action devmode_action(const struct devmode *d,
                                                     enum xdb_devmode_category category)
{
    return d->findings.filters.action[category];
}

/*
** For xlua, whose state is to be made with `&d->allocator` and allocator_run: the mode before there is a state. NULL when
** there is no memory. To be freed when the state has been closed.
*/
struct devmode *devmode_new(const struct xdb_devmode_options *options);
void devmode_free(struct devmode *d);
/* Enables it in the state that was made with it. As xdb_devmode_enable. */
int devmode_begin(struct devmode *d, lua_State *L, struct xdb_error *err);

/* From now on findings are shown with the traceback that the tracer has of an allocation; it outlives the mode. */
void devmode_trace(struct devmode *d, struct xdb_tracemalloc *tracer);

/*
** Puts the variants of a room into the library tables where Lua's own still stand. `library` is a name in
** package.loaded. Allocates nothing; needs six free stack slots.
*/
struct devmode_variant {
    const char *library, *name;
    lua_CFunction variant;
    lua_CFunction *original; /* one in the process; learned here */
};
void devmode_install(lua_State *L, const struct devmode_variant *table, size_t n);

/* The rooms: each is begun with the state, and ended when that is gone. */
int resources_begin(struct devmode *d, lua_State *L);
void resources_end(struct devmode *d);
int globals_begin(struct devmode *d, lua_State *L);
void globals_end(struct devmode *d);
int coroutines_begin(struct devmode *d, lua_State *L);
void coroutines_end(struct devmode *d);
void lists_begin(lua_State *L);
void deprecated_begin(lua_State *L);
int closing_begin(struct devmode *d, lua_State *L);
void closing_end(struct devmode *d);
/* An error was raised: was it in a __close? */
void closing_raised(struct devmode *d, const struct hook_error *e);

/* In devmode/coroutines: a coroutine's block is allocated, is freed; control comes back, a resume was refused. */
uint32_t coroutines_born(struct devmode *d, lua_State *running, uint32_t place);
void coroutines_died(struct devmode *d, const void *at, uint32_t place);

#endif
