/*
** For the tests of jumps: programs that tell of themselves by out(), stopped at breakpoints. After each
** run the code must be what it was before.
*/
#ifndef XDB_TESTS_UNIT_JUMP_SESSION_H
#define XDB_TESTS_UNIT_JUMP_SESSION_H

#include "bdb/bdb.h"
#include "bdb/breakpoint.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/frame.h"
#include "core/hook.h"
#include "core/layout.h"
#include "core/universe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct session {
    lua_State *L;
    struct xdb_bdb *b;
    struct buffer log;
    int nth, to;          /* jump at this stop; 0: never */
    int from, landed;     /* whence and where, or 0 */
    struct xdb_error why; /* it was refused */
    const char *commands; /* of a talk, see `talk` */
};

static struct session *of(lua_State *L)
{
    return *(struct session **)lua_getextraspace(L);
}

static int out(lua_State *L)
{
    struct session *s = of(L);
    size_t n;
    for (int i = 1; i <= lua_gettop(L); i++) {
        const char *text = luaL_tolstring(L, i, &n);
        buffer_addf(&s->log, "%s%s", s->log.len ? " " : "", text);
        lua_pop(L, 1);
    }
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

/* Stops at the calling line. */
static int trace(lua_State *L)
{
    xdb_bdb_set_trace(of(L)->b, L, 1);
    return 0;
}

static void start(struct session *s, const struct xdb_front *with)
{
    struct xdb_error err;
    memset(s, 0, sizeof *s);
    buffer_init(&s->log);
    s->L = luaL_newstate();
    *(struct session **)lua_getextraspace(s->L) = s;
    luaL_openlibs(s->L);
    lua_register(s->L, "out", out);
    lua_register(s->L, "trace", trace);
    s->b = xdb_bdb_new(s->L, with, s, NULL, &err);
    assert_non_null(s->b);
}

static void finish(struct session *s)
{
    struct universe *u = universe_find(s->L);
    xdb_bdb_free(s->b, s->L);
    lua_close(s->L);
    universe_close(u, NULL);
    buffer_release(&s->log);
}

static void breakpoint(struct session *s, int line)
{
    struct xdb_error err;
    struct xdb_break_spec spec = {.file = "=program", .line = line};
    if (xdb_bdb_set_break(s->b, s->L, &spec, NULL, NULL, &err) < 0)
        fail_msg("%s", err.text);
}

static int append(lua_State *L, const void *p, size_t n, void *to)
{
    (void)L;
    buffer_add(to, p, n);
    return 0;
}

/* [program -> program] */
static void dump(lua_State *L, struct buffer *b)
{
    buffer_init(b);
    lua_dump(L, append, b, 0);
}

/* Runs a program and sees to it that its code is the same before and after. False: it failed. */
static bool run(struct session *s, const char *program)
{
    struct buffer before, after;
    if (luaL_loadbuffer(s->L, program, strlen(program), "=program") != LUA_OK)
        fail_msg("%s", lua_tostring(s->L, -1));
    dump(s->L, &before);
    lua_pushvalue(s->L, -1);
    int status = xdb_bdb_call(s->b, s->L, 0, 0);
    if (status != LUA_OK && status != XDB_QUIT) {
        buffer_addf(&s->log, "%serror", s->log.len ? " " : "");
        lua_pop(s->L, 1);
    }
    dump(s->L, &after);
    lua_pop(s->L, 1);
    assert_int_equal(before.len, after.len);
    assert_memory_equal(before.data, after.data, before.len);
    buffer_release(&before);
    buffer_release(&after);
    lua_gc(s->L, LUA_GCCOLLECT);
    return status == LUA_OK;
}

#endif
