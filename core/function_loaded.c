#include "core/function_loaded.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#define MAX_FIELDS 5000 /* looked at in one module; larger tables are data */
#define MAX_NAME   200  /* bytes */

struct search {
    lua_State *L;
    int function;        /* stack index of the function looked for */
    struct buffer *best; /* empty: nothing found yet */
};

/* Whether the value on top of the stack is the function. */
static bool is_it(const struct search *s)
{
    lua_CFunction c = lua_tocfunction(s->L, s->function);
    return c ? lua_tocfunction(s->L, -1) == c : lua_rawequal(s->L, -1, s->function);
}

/* The text of the key at `index`; NULL when it is no plain name. A string is not converted: no memory. */
static const char *key_text(lua_State *L, int index)
{
    size_t len;
    if (lua_type(L, index) != LUA_TSTRING)
        return NULL;
    const char *s = lua_tolstring(L, index, &len);
    if (len == 0 || len > MAX_NAME)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)s[i] <= ' ' || s[i] == 127)
            return NULL;
    }
    return s;
}

/* Takes a name if it is better than the best so far. The fields of `_G` go by themselves. */
static void offer(struct search *s, const char *module, const char *field)
{
    char name[2 * MAX_NAME + 2];
    if (!*field)
        snprintf(name, sizeof name, "%s", module);
    else if (strcmp(module, LUA_GNAME) == 0)
        snprintf(name, sizeof name, "%s", field);
    else
        snprintf(name, sizeof name, "%s.%s", module, field);
    size_t len = strlen(name);
    bool better = s->best->len == 0 || len < s->best->len ||
                  (len == s->best->len && strcmp(name, s->best->data) < 0);
    if (better) {
        buffer_clear(s->best);
        buffer_add(s->best, name, len);
    }
}

/* Looks through package.searchers, on top of the stack: require calls them, and nothing else names them. */
static void search_searchers(struct search *s)
{
    for (int i = 1; lua_rawgeti(s->L, -1, i) == LUA_TFUNCTION; i++, lua_pop(s->L, 1)) {
        char field[40];
        snprintf(field, sizeof field, "searchers[%d]", i);
        if (is_it(s))
            offer(s, LUA_LOADLIBNAME, field);
    }
    lua_pop(s->L, 1);
}

/* Looks through the module on top of the stack. */
static void search_module(struct search *s, const char *module)
{
    int n = 0;
    bool is_package = strcmp(module, LUA_LOADLIBNAME) == 0;
    lua_pushnil(s->L);                               /* -> key */
    while (n++ < MAX_FIELDS && lua_next(s->L, -2)) { /* -> key value */
        const char *field = key_text(s->L, -2);
        if (field && is_it(s))
            offer(s, module, field);
        else if (field && is_package && lua_istable(s->L, -1) && strcmp(field, "searchers") == 0)
            search_searchers(s);
        lua_pop(s->L, 1);
    }
    if (n > MAX_FIELDS)
        lua_pop(s->L, 1);
}

/* Looks through package.loaded, which is on top of the stack. */
static void search_loaded(struct search *s)
{
    for (lua_pushnil(s->L); lua_next(s->L, -2); lua_pop(s->L, 1)) { /* -> key value */
        const char *module = key_text(s->L, -2);
        if (module && is_it(s))
            offer(s, module, "");
        else if (module && lua_istable(s->L, -1))
            search_module(s, module);
    }
}

/* The registry is walked and not indexed, because making a key may need memory. */
bool function_loaded_name(lua_State *L, struct buffer *to)
{
    struct search s = {L, lua_gettop(L), to};
    for (lua_pushnil(L); lua_next(L, LUA_REGISTRYINDEX); lua_pop(L, 1)) { /* -> key value */
        const char *key = key_text(L, -2);
        if (key && strcmp(key, LUA_LOADED_TABLE) == 0 && lua_istable(L, -1)) {
            search_loaded(&s);
            lua_pop(L, 2);
            break;
        }
    }
    return to->len > 0 && !to->failed;
}
