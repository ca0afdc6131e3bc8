/* What Tab offers at the prompt: the names that lead from the globals to where the cursor stands. */
#include "cli/script_prompt.h"

#include <lauxlib.h>
#include <string.h>

/* A chain of __index tables is followed so far. */
enum { DEPTH = 16 };

struct request {
    const struct line_at *at;
    struct words *out;
    size_t begin; /* of the last name in the line: behind the last `.` or `:` */
};

static bool is_name(const char *s)
{
    if (*s == '\0' || strchr("0123456789", *s))
        return false;
    return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

/* Replaces the value on the top by the table that its metatable looks names up in; false: there is none. */
static bool follow_index(lua_State *L)
{
    if (luaL_getmetafield(L, -1, "__index") == LUA_TNIL)
        return false; /* nothing was pushed */
    lua_remove(L, -2);
    return lua_istable(L, -1);
}

/* Replaces the value on the top by its field `name`, without metamethods. */
static void step(lua_State *L, const char *name, size_t len)
{
    bool table = lua_istable(L, -1) || follow_index(L);
    for (int i = 0; table && i < DEPTH; i++) {
        lua_pushlstring(L, name, len);
        if (lua_rawget(L, -2) != LUA_TNIL) {
            lua_remove(L, -2);
            return;
        }
        lua_pop(L, 1);
        table = follow_index(L);
    }
    lua_pop(L, 1);
    lua_pushnil(L);
}

/* Offers prefix + key for the names in the table on the top; methods only after a colon. */
static void offer_names(lua_State *L, const struct request *q, bool methods)
{
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || (methods && !lua_isfunction(L, -1)))
            continue;
        const char *key = lua_tostring(L, -2);
        if (!is_name(key))
            continue;
        lua_pushlstring(L, q->at->line + q->at->begin, q->begin - q->at->begin);
        lua_pushvalue(L, -3);
        lua_concat(L, 2);
        words_offer(q->out, q->at, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
}

static void offer_words_of_lua(const struct request *q)
{
    static const char *const words[] = {"and",   "break", "do",       "else", "elseif", "end",
                                        "false", "for",   "function", "goto", "if",     "in",
                                        "local", "nil",   "not",      "or",   "repeat", "return",
                                        "then",  "true",  "until",    "while"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        words_offer(q->out, q->at, words[i]);
}

static int complete(lua_State *L)
{
    struct request *q = lua_touserdata(L, 1);
    const char *at = q->at->line + q->at->begin, *end = q->at->line + q->at->end;
    char mark = '\0';
    lua_pushglobaltable(L);
    for (const char *p; (p = strpbrk(at, ".:")) != NULL && p < end; at = p + 1) {
        step(L, at, (size_t)(p - at));
        mark = *p;
    }
    q->begin = (size_t)(at - q->at->line);
    if (!mark)
        offer_words_of_lua(q);
    bool table = lua_istable(L, -1) || follow_index(L);
    for (int i = 0; table && i < DEPTH; i++) {
        offer_names(L, q, mark == ':');
        table = follow_index(L);
    }
    return 0;
}

void script_complete(void *data, const struct line_at *at, struct words *out)
{
    lua_State *L = data;
    struct request q = {at, out, at->begin};
    int top = lua_gettop(L);
    if (!lua_checkstack(L, 3))
        return;
    lua_pushcfunction(L, complete);
    lua_pushlightuserdata(L, &q);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        out->failed = true;
    lua_settop(L, top);
}
