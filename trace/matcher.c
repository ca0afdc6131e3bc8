#include "trace/matcher.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

/* The state's stack: string.find, then the patterns. */
struct matcher {
    lua_State *L;
    int n;
    char complaint[200];
};

struct question {
    const char *line;
    size_t len;
    int n;
    bool found;
};

static int open_strings(lua_State *L)
{
    luaL_requiref(L, "string", luaopen_string, 0); /* -> string */
    lua_getfield(L, -1, "find");                   /* -> string, find */
    return 1;
}

struct matcher *matcher_new(void)
{
    struct matcher *m = calloc(1, sizeof *m);
    if (!m || !(m->L = luaL_newstate())) {
        free(m);
        return NULL;
    }
    lua_pushcfunction(m->L, open_strings);
    if (lua_pcall(m->L, 0, 1, 0) != LUA_OK) {
        matcher_free(m);
        return NULL;
    }
    return m;
}

void matcher_free(struct matcher *m)
{
    if (m)
        lua_close(m->L);
    free(m);
}

/* find, pattern -> pattern; fails for a malformed one. */
static int check(lua_State *L)
{
    const char *pattern = lua_touserdata(L, 2);
    lua_settop(L, 1);
    lua_pushstring(L, pattern);
    lua_pushvalue(L, 1);
    lua_pushliteral(L, "");
    lua_pushvalue(L, 2);
    lua_call(
        L, 2,
        0); /* a text that is empty still has the whole pattern checked up to its first demand */
    return 1;
}

int matcher_add(struct matcher *m, const char *pattern, struct xdb_error *err)
{
    lua_State *L = m->L;
    if (!lua_checkstack(L, 8))
        return error_set(err, XDB_ENOMEM, "out of memory");
    lua_pushcfunction(L, check);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, (void *)pattern);
    int status = lua_pcall(L, 2, 1, 0);
    if (status == LUA_OK) {
        m->n++;
        return 0;
    }
    int code = status == LUA_ERRMEM ? XDB_ENOMEM : XDB_EINVAL;
    error_set(err, code, "pattern '%s': %s", pattern, lua_tostring(L, -1));
    lua_pop(L, 1);
    return code;
}

/* find, patterns..., question */
static int ask(lua_State *L)
{
    int last = lua_gettop(L);
    struct question *q = lua_touserdata(L, last);
    lua_pushlstring(L, q->line, q->len);
    for (int i = 2; i < last && !q->found; i++) {
        lua_pushvalue(L, 1);
        lua_pushvalue(L, last + 1);
        lua_pushvalue(L, i);
        lua_call(L, 2, 1);
        q->found = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    return 0;
}

bool matcher_test(void *user, const char *line, size_t len)
{
    struct matcher *m = user;
    struct question q = {.line = line, .len = len};
    if (!lua_checkstack(m->L, m->n + 8))
        return false;
    lua_pushcfunction(m->L, ask);
    for (int i = 1; i <= m->n + 1; i++)
        lua_pushvalue(m->L, i);
    lua_pushlightuserdata(m->L, &q);
    if (lua_pcall(m->L, m->n + 2, 0, 0) != LUA_OK) {
        const char *why = lua_tostring(m->L, -1);
        if (!*m->complaint)
            snprintf(m->complaint, sizeof m->complaint, "exclude: %s", why ? why : "error");
        lua_pop(m->L, 1);
    }
    return q.found;
}

const char *matcher_complaint(const struct matcher *m)
{
    return m->complaint;
}

int matcher_count(const struct matcher *m)
{
    return m->n;
}
