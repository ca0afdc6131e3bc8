/*
** The Lua module xdb.bdb when memory runs out: whatever allocation fails, of Lua or of C, a program that
** is being debugged ends with an error or goes on, and the state can be closed.
*/
#include "tests/unit/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

int luaopen_xdb_bdb(lua_State *L);

static const char program[] =
    "local bdb = require 'xdb.bdb'\n"
    "local T = bdb.Bdb:subclass()\n"
    "function T:user_line(f)\n"
    "  local stack, i = self:get_stack(f)\n"
    "  self:format_stack_entry(stack[i])\n"
    "  self.seen = (self.seen or 0) + 1\n"
    "  f:locals() f:eval('x') f:get('x')\n"
    "  self:set_step()\n"
    "end\n"
    "function T:user_exception(f, e) self:set_step() end\n"
    "function T:do_clear(n) self:clear_bpbynumber(n) end\n"
    "local t = T{'skipped'}\n"
    "t:set_break(nil, nil, true, 'x == 1', 'f')\n"
    "t:set_break(nil, nil, false, nil, 'g')\n"
    "t:run('local function f(x) return x end\\nf(1)\\npcall(error, 1)\\n'\n"
    "      .. 'coroutine.wrap(function() f(2) end)()')\n"
    "for _, b in pairs(bdb.Breakpoint.bpbynumber) do b:bpformat() tostring(b) end\n"
    "t:clear_all_breaks()\n"
    "return t.seen\n";

/* Counts down to the allocation of Lua's that fails, with all after it. 0: none does. */
struct budget {
    unsigned long left;
    int failed;
};

static void *allocate(void *data, void *block, size_t old, size_t size)
{
    struct budget *b = data;
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (b->left > 0 && (!block || size > old)) {
        if (b->left > 1)
            b->left--;
        else {
            b->failed = 1;
            return NULL;
        }
    }
    return realloc(block, size);
}

static int body(lua_State *L)
{
    luaL_requiref(L, "xdb.bdb", luaopen_xdb_bdb, 0);
    lua_pop(L, 1);
    if (luaL_loadstring(L, program) != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    return 1;
}

static lua_State *new_state(struct budget *b)
{
    *b = (struct budget){0, 0};
    lua_State *L = lua_newstate(allocate, b);
    assert_non_null(L);
    luaL_openlibs(L);
    lua_pushcfunction(L, body);
    return L;
}

static void the_program_is_stepped_through(void **state)
{
    (void)state;
    struct budget b;
    lua_State *L = new_state(&b);
    if (lua_pcall(L, 0, 1, 0) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    assert_int_equal(lua_tointeger(L, -1), 7);
    lua_close(L);
}

static void lua_runs_out_of_memory_anywhere(void **state)
{
    (void)state;
    struct budget b;
    int done = 0;
    for (unsigned long n = 1; !done; n++) {
        lua_State *L = new_state(&b);
        b.left = n;
        (void)lua_pcall(L, 0, 1, 0);
        done = !b.failed;
        b.left = 0;
        lua_close(L);
        assert_true(n < 20000);
    }
}

static void c_runs_out_of_memory_anywhere(void **state)
{
    (void)state;
    struct budget b;
    int done = 0;
    for (unsigned long n = 1; !done; n++) {
        lua_State *L = new_state(&b);
        failing_alloc_from(n);
        (void)lua_pcall(L, 0, 1, 0);
        done = !failing_alloc_failed();
        failing_alloc_from(0);
        lua_close(L);
        assert_true(n < 20000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_is_stepped_through),
        cmocka_unit_test(lua_runs_out_of_memory_anywhere),
        cmocka_unit_test(c_runs_out_of_memory_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
