/*
** xdb.tracemalloc: Filter(inclusive, filename_pattern, lineno, all_frames, domain) and DomainFilter(inclusive, domain).
*/
#include "core/lua_args.h"
#include "tracemalloc/lua_memory.h"

#include <limits.h>

enum { PATTERN = 1 };

struct filter_value {
    bool inclusive, all_frames;
    int line;         /* below 0: any */
    long long domain; /* below 0: any */
};

static int new_filter(lua_State *L)
{
    static const char *const names[] = {"inclusive",  "filename_pattern", "lineno",
                                        "all_frames", "domain",           NULL};
    lua_args_arrange(L, 2, names, 5);
    luaL_argcheck(L, !lua_isnil(L, 2), 1, "inclusive is needed");
    const char *pattern = lua_args_string(L, 3, "filename_pattern", NULL, NULL);
    if (!pattern)
        return luaL_error(L, "filename_pattern is needed");
    long long line = lua_args_integer(L, 4, "lineno", -1);
    long long domain = lua_args_integer(L, 6, "domain", -1);
    if (line > INT_MAX || domain > UINT_MAX)
        return luaL_error(L, "lineno and domain must be small");
    struct filter_value *self = lua_class_new(L, &lua_filter_class, sizeof *self);
    self->inclusive = lua_toboolean(L, 2);
    self->line = line < 0 ? -1 : (int)line;
    self->all_frames = lua_args_flag(L, 5, false);
    self->domain = domain;
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, -2, PATTERN);
    return 1;
}

static int new_domain_filter(lua_State *L)
{
    static const char *const names[] = {"inclusive", "domain", NULL};
    lua_args_arrange(L, 2, names, 2);
    long long domain = lua_args_integer(L, 3, "domain", -1);
    if (domain < 0 || domain > UINT_MAX)
        return luaL_error(L, "domain must be a number, 0 or more");
    struct filter_value *self = lua_class_new(L, &lua_domain_filter_class, sizeof *self);
    self->inclusive = lua_toboolean(L, 2);
    self->line = -1;
    self->domain = domain;
    return 1;
}

static struct filter_value *test(lua_State *L, int index)
{
    struct filter_value *f = lua_class_test(L, &lua_filter_class, index);
    return f ? f : lua_class_test(L, &lua_domain_filter_class, index);
}

struct xdb_memory_filter *lua_memory_push_filters(lua_State *L, int index, size_t *n)
{
    if (!lua_istable(L, index))
        luaL_error(L, "filters must be a list of filters, not %s", luaL_typename(L, index));
    *n = (size_t)luaL_len(L, index);
    struct xdb_memory_filter *filters = lua_newuserdatauv(L, (*n + 1) * sizeof *filters, 0);
    for (size_t i = 0; i < *n; i++) {
        lua_geti(L, index, (lua_Integer)i + 1);
        const struct filter_value *f = test(L, -1);
        if (!f)
            luaL_error(L, "filters must be a list of filters: number %d is a %s", (int)i + 1,
                       luaL_typename(L, -1));
        const char *pattern = NULL;
        if (lua_getiuservalue(L, -1, PATTERN) == LUA_TSTRING)
            pattern = lua_tostring(L, -1); /* the filter, which the list has, keeps it */
        filters[i] =
            (struct xdb_memory_filter){f->inclusive, pattern, f->line, f->all_frames, f->domain};
        lua_pop(L, 2);
    }
    return filters;
}

static int get_inclusive(lua_State *L)
{
    lua_pushboolean(L, test(L, 1)->inclusive);
    return 1;
}

static int set_inclusive(lua_State *L)
{
    test(L, 1)->inclusive = lua_toboolean(L, 3);
    return 0;
}

static int get_pattern(lua_State *L)
{
    lua_getiuservalue(L, 1, PATTERN);
    return 1;
}

static int get_line(lua_State *L)
{
    int line = test(L, 1)->line;
    if (line < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, line);
    return 1;
}

static int set_line(lua_State *L)
{
    long long line = lua_args_integer(L, 3, "lineno", -1);
    if (line > INT_MAX)
        return luaL_error(L, "lineno must be small");
    test(L, 1)->line = line < 0 ? -1 : (int)line;
    return 0;
}

static int get_all(lua_State *L)
{
    lua_pushboolean(L, test(L, 1)->all_frames);
    return 1;
}

static int set_all(lua_State *L)
{
    test(L, 1)->all_frames = lua_toboolean(L, 3);
    return 0;
}

static int get_domain(lua_State *L)
{
    long long domain = test(L, 1)->domain;
    if (domain < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, domain);
    return 1;
}

static const struct lua_class_field filter_fields[] = {{"inclusive", get_inclusive, set_inclusive},
                                                       {"filename_pattern", get_pattern, NULL},
                                                       {"lineno", get_line, set_line},
                                                       {"all_frames", get_all, set_all},
                                                       {"domain", get_domain, NULL},
                                                       {NULL, NULL, NULL}};
static const struct lua_class_field domain_fields[] = {
    {"inclusive", get_inclusive, set_inclusive}, {"domain", get_domain, NULL}, {NULL, NULL, NULL}};
const struct lua_class lua_filter_class = {.type = "xdb.tracemalloc.Filter",
                                           .values = 1,
                                           .construct = new_filter,
                                           .fields = filter_fields};
const struct lua_class lua_domain_filter_class = {.type = "xdb.tracemalloc.DomainFilter",
                                                  .values = 1,
                                                  .construct = new_domain_filter,
                                                  .fields = domain_fields};
