/* For the tests of core/eval: a program that stops in C, and evaluations shown as text. */
#ifndef XDB_TESTS_UNIT_EVAL_SHOW_H
#define XDB_TESTS_UNIT_EVAL_SHOW_H

#include "core/error.h"
#include "core/eval.h"
#include "core/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static struct buffer shown; /* what the last `show` gave */

/* Evaluates and tells the outcome as text: the values, or a mark for the code and the message. */
static const char *show_mode(lua_State *L, const struct frame *f, const char *text,
                             enum eval_mode mode)
{
    int base = lua_gettop(L);
    int n = eval_text(L, f, text, strlen(text), mode);
    buffer_release(&shown);
    if (n < 0) {
        assert_int_equal(lua_gettop(L), base + 1);
        buffer_adds(&shown, n == EVAL_ESYNTAX       ? "syntax: "
                            : n == EVAL_EINCOMPLETE ? "more: "
                            : n == EVAL_ERUN        ? "error: "
                                                    : "memory: ");
        eval_message(L, -1, &shown);
    } else {
        assert_int_equal(lua_gettop(L), base + n);
        for (int i = 1; i <= n; i++) {
            buffer_addf(&shown, "%s%s", i > 1 ? ", " : "", luaL_tolstring(L, base + i, NULL));
            lua_pop(L, 1);
        }
    }
    lua_settop(L, base);
    return shown.data;
}

static const char *show(lua_State *L, const struct frame *f, const char *text)
{
    return show_mode(L, f, text, EVAL_ANY);
}

/* What a test does when its program calls `here(...)`; the frame is the caller's. */
static void (*visit)(lua_State *L, const struct frame *f);
static int visits;

static int here(lua_State *L)
{
    struct frame f;
    visits++;
    frame_at(L, 1, &f);
    visit(L, &f);
    return 0;
}

static lua_State *new_state(void)
{
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "here", here);
    return L;
}

static void run(const char *program, void (*visitor)(lua_State *L, const struct frame *f))
{
    lua_State *L = new_state();
    visit = visitor;
    visits = 0;
    if (luaL_dostring(L, program))
        fail_msg("%s", lua_tostring(L, -1));
    assert_true(visits > 0);
    lua_close(L);
    buffer_release(&shown);
}

#endif
