/*
** Convenience variables: `$name` in what is typed at a stop. They live as long as the stop, in the program's
** state; `$_frame`, `$_retval`, `$_retvals`, `$_exception` and `$_co` are given. In Lua's text `$` means nothing, so
** that replacing it by a table's field is safe.
*/
#include "pdb/pdb_state.h"

#include "bdb/lua_bdb.h"
#include "bdb/lua_frame.h"
#include "core/eval.h"
#include "core/lexer.h"

#include <lauxlib.h>
#include <string.h>

bool variables_rewrite(const char *text, size_t n, struct buffer *out)
{
    struct lexer lx;
    struct token t, dollar = {.kind = TOKEN_END};
    const char *copied = text;
    if (!memchr(text, '$', n))
        return false;
    lexer_init(&lx, text, n);
    do {
        lexer_next(&lx, &t);
        bool name = t.kind == TOKEN_NAME || t.kind == TOKEN_KEYWORD;
        if (name && dollar.kind == TOKEN_BAD && t.start == dollar.start + 1) {
            buffer_add(out, copied, (size_t)(dollar.start - copied));
            buffer_addf(out, EVAL_VARIABLES "[\"%.*s\"]", (int)t.len, t.start);
            copied = t.start + t.len;
        }
        dollar = t;
        if (t.kind != TOKEN_BAD || *t.start != '$')
            dollar.kind = TOKEN_END;
    } while (t.kind != TOKEN_END);
    buffer_add(out, copied, (size_t)(text + n - copied));
    return copied != text;
}

/* (table, name) -> nil when it was given, and never otherwise: a name that nobody set */
static int no_such_variable(lua_State *L)
{
    if (luaL_getmetafield(L, 1, luaL_tolstring(L, 2, NULL)) == LUA_TBOOLEAN) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushfstring(L, "KeyError: '%s'", luaL_tolstring(L, 2, NULL));
    return lua_error(L);
}

static void new_table(lua_State *L)
{
    lua_createtable(L, 0, 4);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, no_such_variable);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

/* table at -1: the variable is there, also when it is nil */
static void declare(lua_State *L, const char *name)
{
    lua_getmetatable(L, -1);
    lua_pushboolean(L, true);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

/* table at -1: $_retval and $_retvals */
static void set_results(lua_State *L, const struct xdb_event *e)
{
    declare(L, "_retval");
    lua_createtable(L, e->results, 1);
    for (int i = 1; xdb_event_push_result(e, i); i++) {
        lua_xmove(e->L, L, 1);
        if (i == 1) {
            lua_pushvalue(L, -1);
            lua_setfield(L, -4, "_retval");
        }
        lua_rawseti(L, -2, i);
    }
    lua_pushinteger(L, e->results);
    lua_setfield(L, -2, "n");
    lua_setfield(L, -2, "_retvals");
}

/* (debugger): sets the given ones in the stop's table, which is made at first use */
static int prepare(lua_State *L)
{
    struct xdb_pdb *p = lua_touserdata(L, 1);
    struct pdb_stop *s = p->stop;
    const struct frame *f = print_frame(p);
    luaL_checkstack(L, 10, NULL);
    luaL_checkstack(s->L, 2, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &s->variables) != LUA_TTABLE) {
        new_table(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &s->variables);
        s->variables = true;
        if (s->event->kind == XDB_EVENT_RETURN)
            set_results(L, s->event);
        if (s->event->kind == XDB_EVENT_EXCEPTION) {
            declare(L, "_exception");
            lua_pushvalue(s->L, s->event->error_index);
            lua_xmove(s->L, L, 1);
            lua_setfield(L, -2, "_exception");
        }
    }
    if (f) {
        lua_shared_open(L);
        lua_frame_push(L, f);
        lua_setfield(L, -2, "_frame");
        lua_pushthread(f->thread);
        lua_xmove(f->thread, L, 1);
        lua_setfield(L, -2, "_co");
    }
    lua_pushvalue(L, -1);
    eval_set_variables(L);
    return 0;
}

void variables_prepare(struct xdb_pdb *p, lua_State *L)
{
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, p);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1);
}

static int forget(lua_State *L)
{
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, lua_touserdata(L, 1));
    lua_pushnil(L);
    eval_set_variables(L);
    return 0;
}

void variables_forget(struct pdb_stop *s)
{
    if (!s->variables)
        return;
    lua_pushcfunction(s->L, forget);
    lua_pushlightuserdata(s->L, &s->variables);
    if (lua_pcall(s->L, 1, 0, 0) != LUA_OK)
        lua_pop(s->L, 1);
    s->variables = false;
}
