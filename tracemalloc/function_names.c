/* What the C functions are called that allocate. Nothing here allocates Lua memory or raises. */
#include "tracemalloc/tracer.h"

#include "core/function.h"

#include <lauxlib.h>
#include <string.h>

static void name_function(struct xdb_tracemalloc *t, struct function_cache *cache, lua_State *L,
                          uint32_t number)
{
    const struct stacks_function *f = intern_at(&t->stacks.functions, number);
    struct function *known;
    lua_CFunction address;
    if (!f->address || f->found)
        return;
    memcpy(&address, &f->address, sizeof address);
    lua_pushcfunction(L, address); /* -> function */
    if (function_of_value(cache, L, -1, &known, NULL) == 0 && known->name)
        stacks_name_function(&t->stacks, number, known->name, strlen(known->name));
    lua_pop(L, 1); /* -> */
}

void tracer_name_functions(struct xdb_tracemalloc *t, lua_State *L)
{
    struct source_cache *sources = source_cache_new();
    struct function_cache *cache = sources ? function_cache_new(sources) : NULL;
    for (uint32_t i = 1; cache && i < t->stacks.functions.count; i++)
        name_function(t, cache, L, i);
    function_cache_free(cache);
    source_cache_free(sources);
}

/* [library table] Notes the C functions of one library. */
static void learn_library(struct xdb_tracemalloc *t, lua_State *L, const char *library)
{
    struct buffer name;
    buffer_init(&name);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) { /* -> key value */
        lua_CFunction f = lua_tocfunction(L, -1);
        const void *address;
        uint32_t number;
        if (!f || lua_type(L, -2) != LUA_TSTRING)
            continue;
        memcpy(&address, &f, sizeof address);
        buffer_clear(&name);
        if (strcmp(library, "_G") != 0)
            buffer_addf(&name, "%s.", library);
        buffer_adds(&name, lua_tostring(L, -2));
        if (!name.failed && stacks_function(&t->stacks, address, &number))
            stacks_name_function(&t->stacks, number, name.data, name.len);
    }
    buffer_release(&name);
}

void tracer_learn_functions(struct xdb_tracemalloc *t, lua_State *L)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE) == LUA_TTABLE) /* -> loaded */
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
            if (lua_type(L, -2) == LUA_TSTRING && lua_istable(L, -1))
                learn_library(t, L, lua_tostring(L, -2));
    lua_pop(L, 1); /* -> */
}
