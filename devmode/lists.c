/*
** RuntimeWarning: the length of a list with holes is any of several, so a function of the table library that goes by it
** does something, but not what was meant. Looked at where the library asks for the length: always at first, then one
** time in so many.
*/
#include "devmode/state.h"

#include <lauxlib.h>
#include <lualib.h>

enum { ALWAYS = 1000, SELDOM = 16, NEAR = 4 };

static lua_CFunction original_insert, original_remove, original_concat, original_unpack,
    original_sort;

static bool is_there(lua_State *L, lua_Integer i)
{
    bool there = lua_rawgeti(L, 1, i) != LUA_TNIL;
    lua_pop(L, 1);
    return there;
}

/* An index that is empty though a later one, `*later`, is not; 0: none was found near the length. */
static lua_Integer find_hole(lua_State *L, lua_Integer n, lua_Integer *later)
{
    for (lua_Integer i = n + 2; i <= n + 1 + NEAR; i++)
        if (is_there(L, i)) {
            *later = i;
            return n + 1;
        }
    *later = n;
    for (lua_Integer i = n - 1; i >= 1 && i >= n - NEAR; i--)
        if (!is_there(L, i))
            return i;
    return 0;
}

static void look(lua_State *L, const char *function)
{
    struct devmode *d = devmode_of(L);
    if (!d || lua_type(L, 1) != LUA_TTABLE || (++d->lists > ALWAYS && d->lists % SELDOM))
        return;
    if (devmode_action(d, XDB_RUNTIME_WARNING) == XDB_DEVMODE_IGNORE || !lua_checkstack(L, 1))
        return;
    if (lua_getmetatable(L, 1)) { /* it may have a length of its own */
        lua_pop(L, 1);
        return;
    }
    lua_Integer later, hole = find_hole(L, (lua_Integer)lua_rawlen(L, 1), &later);
    if (!hole)
        return;
    char message[200];
    struct finding what = {.category = XDB_RUNTIME_WARNING,
                           .place = places_here(&d->places, L, 1),
                           .detail = function};
    snprintf(message, sizeof message,
             "%s of a list with holes: there is a [%lld], but no [%lld], so its length is any of "
             "several",
             function, (long long)later, (long long)hole);
    if (findings_tell(&d->findings, &what, "%s", message))
        findings_raise(&d->findings, L, &what, message);
}

static int x_insert(lua_State *L)
{
    if (lua_gettop(L) == 2)
        look(L, "table.insert");
    return original_insert(L);
}

static int x_remove(lua_State *L)
{
    if (lua_gettop(L) == 1)
        look(L, "table.remove");
    return original_remove(L);
}

static int x_concat(lua_State *L)
{
    if (lua_isnoneornil(L, 4))
        look(L, "table.concat");
    return original_concat(L);
}

static int x_unpack(lua_State *L)
{
    if (lua_isnoneornil(L, 3))
        look(L, "table.unpack");
    return original_unpack(L);
}

static int x_sort(lua_State *L)
{
    look(L, "table.sort");
    return original_sort(L);
}

void lists_begin(lua_State *L)
{
    static const struct devmode_variant variants[] = {
        {LUA_TABLIBNAME, "insert", x_insert, &original_insert},
        {LUA_TABLIBNAME, "remove", x_remove, &original_remove},
        {LUA_TABLIBNAME, "concat", x_concat, &original_concat},
        {LUA_TABLIBNAME, "unpack", x_unpack, &original_unpack},
        {LUA_TABLIBNAME, "sort", x_sort, &original_sort},
    };
    devmode_install(L, variants, sizeof variants / sizeof *variants);
}
