/* Error values as text; see core/eval.h. */
#include "core/eval.h"
#include "core/eval_chunk.h"
#include "core/repr_text.h"

#include <lauxlib.h>
#include <string.h>

enum { MESSAGE_LIMIT = 4096 }; /* bytes shown of one message */

/* (value) -> string; what the stand-alone interpreter would print for it */
static int to_text(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER) {
        lua_tostring(L, 1);
        return 1;
    }
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
        return 1;
    lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
    return 1;
}

/* Steps over "(xdb):12: ", which is where the person has just been typing. */
static size_t position_length(const char *s, size_t len)
{
    static const char mark[] = EVAL_CHUNK_NAME ":";
    size_t n = sizeof mark - 1;
    if (len <= n || memcmp(s, mark, n) != 0)
        return 0;
    while (n < len && s[n] >= '0' && s[n] <= '9')
        n++;
    return n + 2 <= len && memcmp(s + n, ": ", 2) == 0 ? n + 2 : 0;
}

static void add_line(struct buffer *out, const char *s, size_t len)
{
    static const char env[] = EVAL_ENV_NAME;
    struct buffer text;
    buffer_init(&text);
    const char *end = s + len, *found;
    s += position_length(s, len);
    while ((found = memmem(s, (size_t)(end - s), env, sizeof env - 1)) != NULL) {
        buffer_add(&text, s, (size_t)(found - s));
        buffer_adds(&text, "_ENV");
        s = found + sizeof env - 1;
    }
    buffer_add(&text, s, (size_t)(end - s));
    repr_text_visible(text.data, text.len, MESSAGE_LIMIT, out);
    out->failed |= text.failed;
    buffer_release(&text);
}

void eval_message(lua_State *L, int index, struct buffer *out)
{
    size_t len;
    index = lua_absindex(L, index);
    if (!lua_checkstack(L, 2)) {
        buffer_addf(out, "(error object is a %s value)", luaL_typename(L, index));
        return;
    }
    lua_pushcfunction(L, to_text);
    lua_pushvalue(L, index);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
        const char *s = lua_tolstring(L, -1, &len); /* a string already: nothing to convert */
        add_line(out, s, len);
    } else {
        buffer_addf(out, "(error object is a %s value)", luaL_typename(L, index));
    }
    lua_pop(L, 1);
}
