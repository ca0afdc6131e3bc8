/* core/layout_switch, core/hook_switch: instructions are heard of in some functions and not in those they call. */
#include "core/hook_switch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int quiet_heard, loud_heard;

/* Functions whose definition begins on line 1 are quiet. */
static bool is_quiet(const struct CallInfo *ci)
{
    const struct Proto *p = layout_proto(ci);
    return p && layout_linedefined(p) == 1;
}

static struct hook_observer observer;

static void on_event(lua_State *L, lua_Debug *ar)
{
    struct CallInfo *ci = ar->i_ci;
    assert_true(hook_alone(&observer, L));
    if (ar->event == LUA_HOOKCOUNT && is_quiet(ci)) {
        quiet_heard++;
        hook_switch(&observer, L, LUA_MASKCALL | LUA_MASKRET, NULL);
    } else if (ar->event == LUA_HOOKCOUNT)
        loud_heard++;
    else if (ar->event == LUA_HOOKRET && layout_proto(layout_previous(ci)) &&
             !is_quiet(layout_previous(ci)))
        hook_switch(&observer, L, LUA_MASKCOUNT, ci);
    else if (ar->event == LUA_HOOKLINE)
        hook_switch(&observer, L, LUA_MASKCOUNT, NULL);
}

static void a_quiet_function_is_heard_of_once_a_call_and_its_caller_always(void **state)
{
    (void)state;
    if (!layout_switch_prove())
        skip();
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    struct universe *u = universe_open(L);
    observer = (struct hook_observer){.hook = on_event};
    hook_attach(u, &observer);
    assert_int_equal(
        luaL_loadstring(L,
                        "local function quiet(n) for i = 1, 100 do n = n + i end return n, n end\n"
                        "for i = 1, 50 do quiet(i) pcall(quiet, {}) end\n"),
        LUA_OK);
    hook_want(&observer, L, LUA_MASKLINE);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    hook_detach(&observer, L);
    assert_int_equal(quiet_heard, 100);
    /* seven instructions or more an iteration: two calls with their preparations, and the loop */
    assert_true(loud_heard > 50 * 7);
    assert_int_equal(lua_gethookmask(L), 0);
    universe_close(u, L);
    lua_close(L);
}

static void it_is_off_where_the_layout_is_off(void **state)
{
    (void)state;
    assert_int_equal(layout_switch_prove(), layout_prove());
    if (!layout_on())
        assert_string_equal(layout_switch_verdict(), layout_verdict());
    else
        assert_string_equal(layout_switch_verdict(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_function_is_heard_of_once_a_call_and_its_caller_always),
        cmocka_unit_test(it_is_off_where_the_layout_is_off),
    };
    return cmocka_run_group_tests_name("layout_switch", tests, NULL, NULL);
}
