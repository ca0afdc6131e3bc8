/* Names for completion; see core/eval.h. */
#include "core/error.h"
#include "core/eval.h"
#include "core/lexer.h"

#include <lauxlib.h>
#include <string.h>

enum {
    NAMES_LIMIT = 10000, /* keys looked at in one enumeration */
    INDEX_LIMIT = 10     /* tables followed along `__index` */
};

struct search {
    const struct frame *frame;
    const char *prefix;
    size_t len;
    const struct eval_names *names;
    int budget;
    int code;
};

/* Tells a name if it is an identifier; false when enough were told. */
static bool tell(struct search *s, const char *name, size_t len, enum eval_name kind)
{
    if (s->budget-- <= 0)
        return false;
    return !lexer_is_name(name, len) || s->names->each(s->names->arg, name, len, kind);
}

static bool tell_locals(struct search *s)
{
    const char *name;
    int n = 0;
    while (frame_local_name(s->frame, n + 1))
        n++;
    for (int i = n; i > 0; i--) {
        name = frame_local_name(s->frame, i);
        if (name && name[0] != '(' && !tell(s, name, strlen(name), EVAL_LOCAL))
            return false;
    }
    return true;
}

static bool tell_upvalues(struct search *s)
{
    const char *name;
    for (int i = 1; (name = frame_upvalue_name(s->frame, i)) != NULL; i++) {
        if (!tell(s, name, strlen(name), EVAL_UPVALUE))
            return false;
    }
    return true;
}

/* [-1, +1] Replaces a value by the table behind its `__index`; false when there is none. */
static bool follow_index(lua_State *L)
{
    if (!lua_getmetatable(L, -1))
        return false;
    lua_pushliteral(L, "__index");
    if (!lua_istable(L, -2) || lua_rawget(L, -2) != LUA_TTABLE) {
        lua_pop(L, 2);
        return false;
    }
    lua_replace(L, -3);
    lua_pop(L, 1);
    return true;
}

/* [-1, +0] Tells the fields of the value on the top, with those that it inherits. */
static void tell_fields(lua_State *L, struct search *s, enum eval_name kind)
{
    int top = lua_gettop(L);
    bool more = true;
    for (int i = 0; more && i < INDEX_LIMIT; i++) {
        if (lua_istable(L, top)) {
            for (lua_pushnil(L); more && lua_next(L, top); lua_pop(L, 1)) {
                size_t len;
                const char *name =
                    lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &len) : NULL;
                more = name ? tell(s, name, len, kind) : s->budget-- > 0;
            }
            lua_settop(L, top);
        }
        more = more && follow_index(L);
    }
    lua_settop(L, top - 1);
}

/* [-1, +1] Replaces a value by its field, without metamethods. */
static void step_into(lua_State *L, const char *name, size_t len)
{
    for (int i = 0; i < INDEX_LIMIT; i++) {
        if (lua_istable(L, -1)) {
            lua_pushlstring(L, name, len);
            if (lua_rawget(L, -2) != LUA_TNIL) {
                lua_replace(L, -2);
                return;
            }
            lua_pop(L, 1);
        }
        if (!follow_index(L))
            break;
    }
    lua_pop(L, 1);
    lua_pushnil(L);
}

/* [-0, +1] Pushes the value of the first name of a chain. */
static void push_first(lua_State *L, struct search *s, const struct token *t)
{
    const char *name = lua_pushlstring(L, t->start, t->len);
    int i = s->frame ? frame_find_local(s->frame, name) : 0;
    int code = i ? frame_push_local(s->frame, L, i) : XDB_ENOENT;
    if (!i) {
        i = s->frame ? frame_find_upvalue(s->frame, name) : 0;
        code = i ? frame_push_upvalue(s->frame, L, i) : frame_push_env(s->frame, L);
        if (!i && code == 0)
            step_into(L, t->start, t->len);
    }
    if (code)
        luaL_error(L, "not enough memory");
    lua_remove(L, -2);
}

/* [-0, +1] Pushes the value that the chain before the last '.' or ':' leads to; nil when to none. */
static void push_chain(lua_State *L, struct search *s, const char *end)
{
    struct lexer lx;
    struct token t;
    lexer_init(&lx, s->prefix, (size_t)(end - s->prefix));
    lexer_next(&lx, &t);
    if (t.kind != TOKEN_NAME) {
        lua_pushnil(L);
        return;
    }
    push_first(L, s, &t);
    for (lexer_next(&lx, &t); t.kind != TOKEN_END; lexer_next(&lx, &t)) {
        bool dot = token_is(&t, ".");
        lexer_next(&lx, &t);
        if (!dot || t.kind != TOKEN_NAME) {
            lua_pop(L, 1);
            lua_pushnil(L);
            return;
        }
        step_into(L, t.start, t.len);
    }
}

/* Where the chain ends: the last '.' or ':' of the prefix, or NULL when it is a single word. */
static const char *chain_end(const struct search *s)
{
    for (size_t i = s->len; i > 0; i--) {
        if (s->prefix[i - 1] == '.' || s->prefix[i - 1] == ':')
            return s->prefix + i - 1;
    }
    return NULL;
}

/* (search) */
static int enumerate(lua_State *L)
{
    struct search *s = lua_touserdata(L, 1);
    const char *end = chain_end(s);
    if (end) {
        push_chain(L, s, end);
        bool fields = lua_istable(L, -1) || lua_getmetatable(L, -1);
        lua_settop(L, 2);
        if (fields)
            tell_fields(L, s, EVAL_FIELD);
        else
            s->code = XDB_ENOENT;
    } else if (!s->frame || (tell_locals(s) && tell_upvalues(s))) {
        if (frame_push_env(s->frame, L))
            luaL_error(L, "not enough memory");
        tell_fields(L, s, EVAL_GLOBAL);
    }
    return 0;
}

int eval_names(lua_State *L, const struct frame *f, const char *prefix, size_t len,
               const struct eval_names *names)
{
    struct search s = {f, prefix, len, names, NAMES_LIMIT, 0};
    if (!lua_checkstack(L, 2))
        return XDB_ENOMEM;
    lua_pushcfunction(L, enumerate);
    lua_pushlightuserdata(L, &s);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        lua_pop(L, 1);
        return XDB_ENOMEM;
    }
    return s.code;
}
