/*
** Lua values as C files, so that the debugger reads from and writes to whatever a program gives it. A value is
** asked for a line at a time, `value:read("L")`, and told what is written, `value:write(text)`; a function is
** called instead. An error in one of them is the end of the input, or output that is lost.
*/
#include "pdb/lua_pdb.h"

#include <string.h>

struct transfer {
    struct lua_stream *s;
    const char *text; /* to write */
    size_t n;
};

/* [-0, +2] The function to call and its first argument, if it is a method. Returns how many were pushed. */
static int push_target(lua_State *L, const struct lua_stream *s, const char *method)
{
    if (!lua_pdb_push(L, s->self))
        return luaL_error(L, "the debugger has been closed");
    lua_getiuservalue(L, -1, s->which);
    lua_remove(L, -2); /* -> value */
    if (lua_isfunction(L, -1))
        return 1;
    lua_getfield(L, -1, method);
    lua_insert(L, -2); /* -> function value */
    return 2;
}

static int write_text(lua_State *L)
{
    const struct transfer *t = lua_touserdata(L, 1);
    int n = push_target(L, t->s, "write");
    lua_pushlstring(L, t->text, t->n);
    lua_call(L, n, 0);
    return 0;
}

static int read_line(lua_State *L)
{
    const struct transfer *t = lua_touserdata(L, 1);
    size_t len;
    int n = push_target(L, t->s, "read");
    lua_pushliteral(L, "L");
    lua_call(L, n, 1);
    const char *line = lua_tolstring(L, -1, &len);
    if (!line)
        return 0;
    buffer_add(&t->s->pending, line, len);
    if (len == 0 || line[len - 1] != '\n')
        buffer_addc(&t->s->pending, '\n');
    return 0;
}

static bool transfer(lua_CFunction f, struct transfer *t)
{
    lua_State *L = lua_methods_thread(t->s->self);
    if (!lua_checkstack(L, LUA_MINSTACK))
        return false;
    lua_pushcfunction(L, f);
    lua_pushlightuserdata(L, t);
    if (lua_pcall(L, 1, 0, 0) == LUA_OK)
        return true;
    lua_pop(L, 1);
    return false;
}

/* Says that all is written whatever became of it: stdio would only try again. */
static ssize_t on_write(void *cookie, const char *text, size_t n)
{
    struct transfer t = {.s = cookie, .text = text, .n = n};
    transfer(write_text, &t);
    return (ssize_t)n;
}

static ssize_t on_read(void *cookie, char *out, size_t size)
{
    struct lua_stream *s = cookie;
    struct transfer t = {.s = s};
    if (s->pending.len == 0 && !transfer(read_line, &t))
        return 0;
    size_t n = s->pending.len < size ? s->pending.len : size;
    memcpy(out, s->pending.data, n);
    memmove(s->pending.data, s->pending.data + n, s->pending.len - n);
    buffer_truncate(&s->pending, s->pending.len - n);
    return (ssize_t)n;
}

static int on_close(void *cookie)
{
    struct lua_stream *s = cookie;
    buffer_release(&s->pending);
    return 0;
}

FILE *lua_stream_open(lua_State *L, int object, struct lua_pdb *self, int which)
{
    const char *method = which == LUA_PDB_STDIN ? "read" : "write";
    bool reads = which == LUA_PDB_STDIN;
    int top = lua_gettop(L);
    lua_getiuservalue(L, object, which);
    bool good = lua_isfunction(L, -1);
    if (lua_isuserdata(L, -1) || lua_istable(L, -1))
        good = lua_getfield(L, -1, method) != LUA_TNIL;
    lua_settop(L, top);
    if (!good)
        luaL_error(L, "%s must have a method '%s'", reads ? "stdin" : "stdout", method);
    struct lua_stream *s = reads ? &self->reader : &self->writer;
    *s = (struct lua_stream){.self = self, .which = which};
    buffer_init(&s->pending);
    FILE *f = fopencookie(s, reads ? "r" : "w",
                          (cookie_io_functions_t){.read = reads ? on_read : NULL,
                                                  .write = reads ? NULL : on_write,
                                                  .close = on_close});
    if (f && !reads) /* lines come in their order among what the program writes */
        setvbuf(f, NULL, _IOLBF, BUFSIZ);
    return f;
}
