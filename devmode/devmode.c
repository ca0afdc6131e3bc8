#include "core/error.h"
#include "devmode/guard.h"
#include "devmode/state.h"
#include "tracemalloc/tracemalloc.h"

#include <dlfcn.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the allocator tells ----------------------------------------------------------------- */

static uint32_t on_born(void *user, const void *at, int kind)
{
    struct devmode *d = user;
    const struct universe *u = d->main ? universe_find(d->main) : NULL;
    (void)at;
    if (!u)
        return 0; /* the libraries are being opened, or all is being closed */
    lua_State *running = u->running;
    uint32_t place = places_here(&d->places, running, 0);
    return kind == LUA_TTHREAD ? coroutines_born(d, running, place) : place;
}

/* The block in which a thread begins. */
static const void *block_of(lua_State *L)
{
    return (const char *)L - LUA_EXTRASPACE;
}

static void on_died(void *user, const void *at, size_t size, int kind, uint32_t place)
{
    struct devmode *d = user;
    (void)size;
    if (kind == LUA_TTHREAD && d->main && at != block_of(d->main))
        coroutines_died(d, at, place);
}

/* The main thread's block is the last that a state gives back; the universe was closed by then. */
static void on_passed(void *user, const void *at)
{
    struct devmode *d = user;
    if (d->main && at == block_of(d->main))
        devmode_free(d);
}

static void on_broken(void *user, const struct allocator_broken *what)
{
    struct devmode *d = user;
    guard_report(d, what);
    abort();
}

/* ---- life ------------------------------------------------------------------------------------- */

struct devmode *devmode_new(const struct xdb_devmode_options *options)
{
    struct devmode *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    if (places_init(&d->places) < 0) {
        free(d);
        return NULL;
    }
    d->findings = (struct findings){.filters = options->filters,
                                    .write = options->write,
                                    .user = options->user,
                                    .places = &d->places};
    d->allocator = (struct allocator){.guards = !options->no_allocator,
                                      .born = on_born,
                                      .died = on_died,
                                      .passed = on_passed,
                                      .broken = on_broken,
                                      .user = d};
    return d;
}

void devmode_free(struct devmode *d)
{
    if (!d)
        return;
    if (d->observer.universe) /* nobody has closed it with the state */
        universe_close(d->observer.universe, NULL);
    allocator_drain(&d->allocator);
    resources_end(d);
    globals_end(d);
    coroutines_end(d);
    closing_end(d);
    findings_release(&d->findings);
    places_release(&d->places);
    free(d);
}

void devmode_trace(struct devmode *d, struct xdb_tracemalloc *tracer)
{
    d->findings.tracer = tracer;
}

static void on_event(lua_State *L, lua_Debug *ar)
{
    (void)L, (void)ar; /* none is asked for */
}

int devmode_begin(struct devmode *d, lua_State *L, struct xdb_error *err)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    d->main = lua_tothread(L, -1);
    lua_pop(L, 1);
    struct universe *u = universe_open(L);
    d->observer.hook = on_event;
    if (!u || resources_begin(d, L) < 0 || globals_begin(d, L) < 0 || coroutines_begin(d, L) < 0 ||
        closing_begin(d, L) < 0)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    u->devmode = d;
    hook_attach(u, &d->observer);
    hook_expect(&d->observer, LUA_MASKCALL); /* only so that coroutines are told of */
    lists_begin(L);
    deprecated_begin(L);
    return XDB_OK;
}

/*
** Lua unloads the libraries of its modules while it closes a state, and goes on to free what is left: the code of the
** allocator must stay. It cannot be unloaded any more then, which does no harm where it cannot anyway.
*/
static void stay_loaded(void)
{
    Dl_info info;
    if (dladdr((const void *)(uintptr_t)allocator_run, &info) && info.dli_fname)
        dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

int xdb_devmode_enable(lua_State *L, const struct xdb_devmode_options *options,
                       struct xdb_error *err)
{
    struct devmode *d = devmode_of(L);
    if (d) {
        d->findings.filters = options->filters;
        return XDB_OK;
    }
    d = devmode_new(options);
    if (!d)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    stay_loaded();
    d->allocator.mixed = true;
    devmode_trace(d, xdb_tracemalloc_of(L));
    d->allocator.next = lua_getallocf(L, &d->allocator.next_ud);
    lua_setallocf(L, allocator_run, &d->allocator);
    universe_anchor(L);
    return devmode_begin(d, L, err); /* from now on it ends with the state */
}

bool xdb_devmode_enabled(lua_State *L)
{
    return devmode_of(L) != NULL;
}

void xdb_devmode_warn(lua_State *L, enum xdb_devmode_category category, int level,
                      const char *message)
{
    struct devmode *d = devmode_of(L);
    if (d && xdb_devmode_category_name(category))
        findings_here(&d->findings, L, category, level, message);
}

/* ---- variants of library functions ------------------------------------------------------------ */

/* Pushes the entry `name` of the table on the top, or nil. */
static void push_entry(lua_State *L, const char *name)
{
    lua_pushstring(L, name); /* the libraries have these names: no new string is made */
    lua_rawget(L, -2);
}

/* The plain C function of that name, without upvalues; NULL when there is none. Pushes the library, or nil. */
static lua_CFunction push_library(lua_State *L, const struct devmode_variant *v)
{
    lua_CFunction f = NULL;
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    push_entry(L, v->library);
    lua_remove(L, -2);
    if (lua_istable(L, -1)) {
        push_entry(L, v->name);
        f = lua_tocfunction(L, -1);
        if (f && lua_getupvalue(L, -1, 1)) {
            lua_pop(L, 1);
            f = NULL;
        }
        lua_pop(L, 1);
    }
    return f;
}

void devmode_install(lua_State *L, const struct devmode_variant *table, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct devmode_variant *v = &table[i];
        lua_CFunction f = push_library(L, v); /* -> library */
        if (f && f != v->variant && (!*v->original || *v->original == f)) {
            *v->original = f;
            lua_pushstring(L, v->name);
            lua_pushcfunction(L, v->variant);
            lua_rawset(L, -3);
        }
        lua_pop(L, 1);
    }
}
