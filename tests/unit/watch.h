/*
** What the tests of universe, hook and interpose share: states with captured output, and an observer that
** wants every event of every thread and writes down the errors.
*/
#ifndef XDB_TESTS_UNIT_WATCH_H
#define XDB_TESTS_UNIT_WATCH_H

#include "core/buffer.h"
#include "core/hook.h"
#include "core/interpose.h"
#include "core/layout.h"
#include "core/universe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

enum { WATCH_ALL = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE };

/* An observer that wants `wanted` everywhere. One of them for each lua_Hook below. */
struct watch {
    struct hook_observer observer; /* first */
    int wanted;
    int calls, returns, lines; /* events seen */
    int entered, left, raised, interrupted;
    struct buffer log;      /* of the errors, one line each */
    struct hook_error last; /* the last error told */
    void (*on)(struct watch *w, lua_State *L,
               lua_Debug *ar); /* called at each event; may be NULL */
    void (*on_raised)(struct watch *w, const struct hook_error *e);
    void (*on_interrupt)(struct watch *w, lua_State *L);
};

static inline void watch_event(struct watch *w, lua_State *L, lua_Debug *ar)
{
    if (!w)
        return;
    struct universe *u = w->observer.universe;
    if (ar->event == LUA_HOOKLINE)
        w->lines++;
    else if (ar->event == LUA_HOOKRET)
        w->returns++;
    else if (ar->event != LUA_HOOKCOUNT) {
        w->calls++;
        if (lua_getinfo(L, "f", ar)) {
            const void *function = lua_topointer(L, -1);
            lua_CFunction f = lua_tocfunction(L, -1);
            lua_pop(L, 1);
            if (f && !interpose_hidden(f))
                hook_c_call(u, L, ar, f);
            if (u->xpcalls && hook_maybe_handler(u, function))
                hook_handler_call(u, L, ar);
        }
    }
    if (w->on)
        w->on(w, L, ar);
}

static inline void watch_hook(lua_State *L, lua_Debug *ar)
{
    watch_event((struct watch *)hook_self(L, watch_hook), L, ar);
}

static inline int watch_mask(struct hook_observer *o, lua_State *L)
{
    (void)L;
    return ((struct watch *)o)->wanted;
}

static inline void watch_entering(struct hook_observer *o, lua_State *from, lua_State *co)
{
    struct watch *w = (struct watch *)o;
    (void)from;
    w->entered++;
    hook_want(o, co, w->wanted);
}

static inline void watch_left(struct hook_observer *o, lua_State *to, lua_State *co)
{
    struct watch *w = (struct watch *)o;
    (void)co;
    w->left++;
    hook_want(o, to, w->wanted);
}

/* Logs the error like `boom handled` or `boom passed unhandled in main`. */
static inline void watch_raised(struct hook_observer *o, const struct hook_error *e)
{
    struct watch *w = (struct watch *)o;
    int top = lua_gettop(e->L);
    w->raised++;
    w->last = *e;
    if (lua_type(e->L, -1) == LUA_TSTRING)
        buffer_addf(&w->log, "%s", lua_tostring(e->L, -1));
    else
        buffer_addf(&w->log, "(%s)", luaL_typename(e->L, -1));
    buffer_addf(&w->log, "%s%s\n", e->passed_on ? " passed" : "", e->handled ? "" : " unhandled");
    if (w->on_raised)
        w->on_raised(w, e);
    assert_int_equal(lua_gettop(e->L), top);
}

static inline void watch_interrupted(struct hook_observer *o, lua_State *L, lua_Debug *ar)
{
    struct watch *w = (struct watch *)o;
    (void)ar;
    w->interrupted++;
    if (w->on_interrupt)
        w->on_interrupt(w, L);
}

/* Attaches `w`, wanting `mask` everywhere. Its counters go on. */
static inline void watch_start(struct watch *w, lua_State *L, int mask)
{
    struct universe *u = universe_open(L);
    w->wanted = mask;
    if (!w->log.data)
        buffer_init(&w->log);
    if (!w->observer.hook)
        w->observer.hook = watch_hook;
    w->observer.mask = watch_mask;
    w->observer.entering = watch_entering;
    w->observer.left = watch_left;
    w->observer.raised = watch_raised;
    w->observer.interrupted = watch_interrupted;
    hook_attach(u, &w->observer);
    hook_want(&w->observer, L, mask);
}

static inline void watch_release(struct watch *w, lua_State *L)
{
    hook_detach(&w->observer, L);
    buffer_release(&w->log);
}

/* A state with all libraries and a universe. */
static inline lua_State *watch_state(void)
{
    layout_prove();
    lua_State *L = luaL_newstate();
    assert_non_null(L);
    luaL_openlibs(L);
    assert_non_null(universe_open(L));
    return L;
}

static inline void watch_close(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_close(L);
    universe_close(u, NULL);
}

/* Runs a chunk that must not fail; leaves its results on the stack. */
static inline void watch_run(lua_State *L, const char *chunk)
{
    if (luaL_loadbuffer(L, chunk, strlen(chunk), "=chunk") || lua_pcall(L, 0, LUA_MULTRET, 0))
        fail_msg("%s", lua_tostring(L, -1));
}

/* What the host's own message handler does: the base of the program. */
static inline int base_handler(lua_State *L)
{
    hook_raised(universe_find(L), L, L, 1);
    return 1;
}

/* ---- plain and observed side by side ------------------------------------------------------------ */

/* `print` into a buffer, which is an upvalue. */
static inline int print_into(lua_State *L)
{
    struct buffer *b = lua_touserdata(L, lua_upvalueindex(1));
    int n = lua_gettop(L);
    for (int i = 1; i <= n; i++) {
        size_t length;
        const char *s = luaL_tolstring(L, i, &length);
        buffer_add(b, s, length);
        buffer_addc(b, i < n ? '\t' : '\n');
        lua_pop(L, 1);
    }
    return 0;
}

static inline void warn_into(void *data, const char *message, int more)
{
    buffer_addf(data, "warning %s%s", message, more ? "" : "\n");
}

/* A C function of a host that resumes by itself: host_resume(co, ...) -> status, results... */
static inline int host_resume(lua_State *L)
{
    lua_State *co = lua_tothread(L, 1);
    int n = lua_gettop(L) - 1, status;
    lua_xmove(L, co, n);
    status = lua_resume(co, L, n, &n);
    if (status != LUA_OK && status != LUA_YIELD)
        n = 1;
    lua_pushinteger(L, status);
    lua_xmove(co, L, n);
    return n + 1;
}

/* A protected call of a host's own. */
static inline int host_pcall(lua_State *L)
{
    lua_pushinteger(L, lua_pcall(L, lua_gettop(L) - 1, 1, 0));
    lua_insert(L, 1);
    return lua_gettop(L);
}

/* luaL_error from C, with the position of the caller. */
static inline int fails(lua_State *L)
{
    return luaL_error(L, "failed with %s", luaL_tolstring(L, 1, NULL));
}

static inline int with_traceback(lua_State *L)
{
    const char *message = lua_tostring(L, 1);
    luaL_traceback(L, L, message ? message : luaL_typename(L, 1), 1);
    return 1;
}

enum manner { PLAIN, OPENED, RESTING, WATCHED, FLIPPING, TWICE, CLOSED, MANNERS };
static const char *const manner_names[] = {"plain",    "opened",        "resting", "watched",
                                           "flipping", "watched twice", "closed"};

static inline void second_hook(lua_State *L, lua_Debug *ar)
{
    watch_event((struct watch *)hook_self(L, second_hook), L, ar);
}

/* An observer that changes its mind at every event. */
static inline void flip(struct watch *w, lua_State *L, lua_Debug *ar)
{
    static const int masks[] = {WATCH_ALL, LUA_MASKCALL, LUA_MASKCALL | LUA_MASKRET, LUA_MASKLINE,
                                LUA_MASKLINE | LUA_MASKCALL};
    (void)ar;
    w->wanted = masks[(w->calls + w->lines + w->returns) % 5];
    hook_want(&w->observer, L, w->wanted);
}

/* Runs the chunk in a new state, and puts all that it prints and its own error into `out`. */
static inline void run_chunk(const char *chunk, enum manner manner, struct buffer *out)
{
    lua_State *L = luaL_newstate();
    struct watch one = {0}, two = {.observer.hook = second_hook};
    luaL_openlibs(L);
    lua_register(L, "host_resume", host_resume);
    lua_register(L, "host_pcall", host_pcall);
    lua_register(L, "fails", fails);
    lua_pushlightuserdata(L, out);
    lua_pushcclosure(L, print_into, 1);
    lua_setglobal(L, "print");
    lua_setwarnf(L, warn_into, out);
    if (manner != PLAIN)
        universe_open(L);
    lua_pushcfunction(L, with_traceback);
    assert_int_equal(luaL_loadbuffer(L, chunk, strlen(chunk), "=chunk"), LUA_OK);
    if (manner == FLIPPING)
        one.on = flip;
    if (manner >= RESTING && manner <= TWICE)
        watch_start(&one, L, manner == RESTING ? 0 : WATCH_ALL);
    if (manner == TWICE)
        watch_start(&two, L, WATCH_ALL);
    if (manner == CLOSED)
        universe_close(universe_find(L), L);
    if (lua_pcall(L, 0, 0, 1) != LUA_OK)
        buffer_addf(out, "error: %s\n", lua_tostring(L, -1));
    watch_release(&one, L);
    watch_release(&two, L);
    watch_close(L);
}

static inline void compare(const char *chunk, enum manner first)
{
    struct buffer plain;
    buffer_init(&plain);
    run_chunk(chunk, PLAIN, &plain);
    for (enum manner m = first; m < MANNERS; m++) {
        struct buffer other;
        buffer_init(&other);
        run_chunk(chunk, m, &other);
        if (strcmp(plain.data, other.data) != 0)
            fail_msg("%s:\n%s\nplain: %s\nother: %s", manner_names[m], chunk, plain.data,
                     other.data);
        buffer_release(&other);
    }
    assert_true(plain.len > 0);
    buffer_release(&plain);
}

#endif
