/* core/layout: the proof succeeds on the Lua we are built with, and XDB_LAYOUT=off is obeyed. */
#include "core/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static bool switched_off(void)
{
    const char *wish = getenv("XDB_LAYOUT");
    return wish && strcmp(wish, "off") == 0;
}

static void the_proof_gives_a_verdict_that_holds(void **state)
{
    (void)state;
    bool on = layout_prove();
    assert_int_equal(on, layout_on());
    assert_int_equal(on, layout_prove());
    if (switched_off()) {
        assert_false(on);
        assert_string_equal(layout_verdict(), "switched off by XDB_LAYOUT");
        assert_string_equal(layout_jump_verdict(), "switched off by XDB_LAYOUT");
    } else {
        assert_string_equal(layout_verdict(), "");
        assert_string_equal(layout_jump_verdict(), "");
        assert_true(on);
    }
}

static int checks;

static void check(lua_State *L, lua_Debug *ar)
{
    lua_getinfo(L, "Sf", ar);
    const struct Proto *p = layout_proto(ar->i_ci);
    assert_int_equal(p != NULL, ar->what[0] != 'C');
    if (p) {
        assert_int_equal(layout_linedefined(p), ar->linedefined);
        assert_int_equal(layout_lastlinedefined(p), ar->lastlinedefined);
        assert_ptr_equal(layout_source(p), ar->source);
        assert_null(layout_cfunction(ar->i_ci));
    } else
        assert_ptr_equal(layout_cfunction(ar->i_ci),
                         (const void *)(uintptr_t)lua_tocfunction(L, -1));
    lua_pop(L, 1);
    checks++;
}

static void accessors_agree_with_getinfo_on_every_event(void **state)
{
    (void)state;
    if (!layout_prove())
        skip();
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_sethook(L, check, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 0);
    assert_int_equal(luaL_dostring(L, "local t = {3, 1, 2}\n"
                                      "table.sort(t, function(a, b) return a < b end)\n"
                                      "local function v(...) return select('#', ...) end\n"
                                      "local co = coroutine.wrap(function(a)\n"
                                      "  a = coroutine.yield(v(1, 2))\n"
                                      "  return pcall(error, a) end)\n"
                                      "co(1) co(2)\n"
                                      "return v(1)\n"),
                     LUA_OK);
    assert_true(checks > 40);
    lua_close(L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_proof_gives_a_verdict_that_holds),
        cmocka_unit_test(accessors_agree_with_getinfo_on_every_event),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
