/*
** The Lua module xdb.devmode:
**
**   enable(filters, allocator, allow)   true; by name in one table. `filters` is a list of texts as for -W, `allow` a list
**                                       of names of globals, `allocator` false leaves out the debug allocator
**   enabled()                           boolean
**   filter(text)                        changes what is done with a category, as "-W TEXT"
**   allow(name, ...)                    globals of these names are no findings
**   warn(message, category, level)      a finding of the program's own; DeprecationWarning at level 2: who called the caller
*/
#include "core/error.h"
#include "core/lua_args.h"
#include "devmode/devmode.h"
#include "devmode/state.h"

#include <lauxlib.h>
#include <string.h>

static void apply_filter(lua_State *L, struct xdb_devmode_filters *filters, const char *text)
{
    struct xdb_error err;
    if (xdb_devmode_filter(filters, text, &err) < 0)
        luaL_error(L, "%s", err.text + strlen("-W: "));
}

static void check_code(lua_State *L, int code, const struct xdb_error *err)
{
    if (code < 0)
        luaL_error(L, "%s", err->text);
}

static int module_enable(lua_State *L)
{
    static const char *const names[] = {"filters", "allocator", "allow", NULL};
    struct xdb_devmode_options options = xdb_devmode_defaults();
    struct xdb_error err;
    lua_args_arrange(L, 1, names, 3);
    options.no_allocator = !lua_args_flag(L, 2, true);
    const char **filters = lua_args_push_strings(L, 1, "filters", "filters");
    for (int i = 0; filters && filters[i]; i++)
        apply_filter(L, &options.filters, filters[i]);
    const char **allowed = lua_args_push_strings(L, 3, "allow", "names");
    luaL_checkstack(L, 20, NULL);
    check_code(L, xdb_devmode_enable(L, &options, &err), &err);
    for (int i = 0; allowed && allowed[i]; i++)
        check_code(L, xdb_devmode_allow(L, allowed[i], &err), &err);
    lua_pushboolean(L, 1);
    return 1;
}

static int module_enabled(lua_State *L)
{
    lua_pushboolean(L, xdb_devmode_enabled(L));
    return 1;
}

static struct devmode *check_enabled(lua_State *L)
{
    struct devmode *d = devmode_of(L);
    if (!d)
        luaL_error(L, "the development mode is not enabled");
    return d;
}

static int module_filter(lua_State *L)
{
    apply_filter(L, &check_enabled(L)->findings.filters, luaL_checkstring(L, 1));
    return 0;
}

static int module_allow(lua_State *L)
{
    struct xdb_error err;
    int n = lua_gettop(L);
    for (int i = 1; i <= n; i++)
        check_code(L, xdb_devmode_allow(L, luaL_checkstring(L, i), &err), &err);
    return 0;
}

static int module_warn(lua_State *L)
{
    const char *message = luaL_checkstring(L, 1);
    const char *name = luaL_optstring(L, 2, "DeprecationWarning");
    int category = xdb_devmode_category_named(name);
    lua_Integer level = luaL_optinteger(L, 3, 2);
    if (category < 0)
        return luaL_error(L, "no such category: '%s'", name);
    luaL_argcheck(L, level >= 1 && level < 1000000, 3, "level must be at least 1");
    xdb_devmode_warn(L, (enum xdb_devmode_category)category, (int)level, message);
    return 0;
}

XDB_API int xdb_open_devmode(lua_State *L);

int xdb_open_devmode(lua_State *L)
{
    static const luaL_Reg functions[] = {{"enable", module_enable}, {"enabled", module_enabled},
                                         {"filter", module_filter}, {"allow", module_allow},
                                         {"warn", module_warn},     {NULL, NULL}};
    luaL_newlib(L, functions);
    return 1;
}
