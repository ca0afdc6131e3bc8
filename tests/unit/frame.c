/* core/frame: locals, varargs, upvalues and _ENV of frames on this thread and on others. */
#include "core/frame.h"
#include "core/error.h"
#include "core/frame_mark.h"
#include "core/frame_stack.h"
#include "core/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* What a test does when its program calls `here(...)`: L is in the C function, level 1 the caller.
 */
static void (*visit)(lua_State *L);
static int visits;

static int here(lua_State *L)
{
    visits++;
    visit(L);
    return 0;
}

/* Runs the program with every library; `here` calls the visitor, which must be reached. */
static void run(const char *program, void (*visitor)(lua_State *L))
{
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "here", here);
    visit = visitor;
    visits = 0;
    if (luaL_dostring(L, program))
        fail_msg("%s", lua_tostring(L, -1));
    assert_true(visits > 0);
    lua_close(L);
}

static struct frame caller(lua_State *L)
{
    struct frame f;
    assert_int_equal(frame_at(L, 1, &f), 0);
    return f;
}

/* The value of an innermost local, which must exist. */
static lua_Integer local_integer(lua_State *L, const struct frame *f, const char *name)
{
    int top = lua_gettop(L);
    assert_int_equal(frame_push_local(f, L, frame_find_local(f, name)), 0);
    assert_int_equal(lua_gettop(L), top + 1);
    lua_Integer i = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return i;
}

static void look_at_locals(lua_State *L)
{
    struct frame f = caller(L);
    assert_int_equal(local_integer(L, &f, "x"), 2);
    assert_int_equal(local_integer(L, &f, "i"), 7);
    assert_string_equal(frame_local_name(&f, 1), "a");
    assert_string_equal(frame_local_name(&f, 2), "x");
    assert_int_equal(frame_find_local(&f, "gone"), 0);
    assert_int_equal(frame_find_local(&f, "later"), 0);
    assert_int_equal(frame_find_local(&f, "(for state)"), 0);
    assert_null(frame_local_name(&f, 0));
    assert_null(frame_local_name(&f, 100));
    assert_int_equal(frame_push_local(&f, L, 100), XDB_ENOENT);
    assert_true(frame_is_lua(&f));
    assert_int_equal(frame_line(&f), 5);
    struct frame c;
    assert_int_equal(frame_at(L, 0, &c), 0);
    assert_false(frame_is_lua(&c));
    assert_int_equal(frame_line(&c), -1);
    assert_null(frame_local_name(&c, 1));
    assert_int_equal(frame_at(L, 99, &c), XDB_ENOENT);
    assert_false(frame_same(&c, &f));
    lua_Debug ar;
    assert_int_equal(frame_info(&f, "nSl", &ar), 0);
    assert_int_equal(ar.linedefined, 1);
    assert_int_equal(frame_info(&f, "f", &ar), XDB_EINVAL);
}

static void locals_are_the_active_ones_and_the_innermost_wins(void **state)
{
    (void)state;
    run("local function f(a)\n"
        "  local x = 1\n"
        "  do local gone = 3 end\n"
        "  for i = 7, 7 do local x = 2\n"
        "    here() local later end\n"
        "end f(5)",
        look_at_locals);
}

static void assign(lua_State *L)
{
    struct frame f = caller(L);
    lua_pushinteger(L, 42);
    assert_int_equal(frame_set_local(&f, L, frame_find_local(&f, "x")), 0);
    assert_int_equal(lua_gettop(L), 0);
    lua_pushinteger(L, 43);
    assert_int_equal(frame_set_upvalue(&f, L, frame_find_upvalue(&f, "up")), 0);
    lua_pushinteger(L, 44);
    assert_int_equal(frame_set_vararg(&f, L, 2), 0);
    assert_int_equal(lua_gettop(L), 0);
    lua_pushinteger(L, 0);
    assert_int_equal(frame_set_local(&f, L, 50), XDB_ENOENT);
    assert_int_equal(frame_set_upvalue(&f, L, 50), XDB_ENOENT);
    assert_int_equal(frame_set_vararg(&f, L, 4), XDB_ENOENT);
    assert_int_equal(lua_gettop(L), 1);
}

static void values_can_be_assigned(void **state)
{
    (void)state;
    run("local up = 1\n"
        "local function f(...)\n"
        "  local x = 1\n"
        "  here()\n"
        "  assert(x == 42 and up == 43)\n"
        "  assert(select('#', ...) == 3 and select(2, ...) == 44)\n"
        "end f(1, 2, 3)",
        assign);
}

static void look_at_arguments(lua_State *L)
{
    struct frame f = caller(L);
    bool vararg = false;
    assert_int_equal(frame_params(&f, &vararg), 2);
    assert_true(vararg);
    assert_string_equal(frame_local_name(&f, 2), "b");
    assert_int_equal(frame_varargs(&f), 100);
    assert_int_equal(frame_push_vararg(&f, L, 100), 0);
    assert_int_equal(lua_tointeger(L, -1), 100);
    assert_int_equal(frame_push_vararg(&f, L, 101), XDB_ENOENT);
    assert_int_equal(frame_push_vararg(&f, L, 0), XDB_ENOENT);
    struct frame c;
    frame_at(L, 0, &c);
    assert_int_equal(frame_varargs(&c), 0);
    assert_int_equal(frame_push_vararg(&c, L, 1), XDB_ENOENT);
}

static void parameters_and_varargs_are_counted(void **state)
{
    (void)state;
    run("local t = {} for i = 1, 100 do t[i] = i end\n"
        "local function f(a, b, ...) here(...) end f(1, 2, table.unpack(t))",
        look_at_arguments);
}

static const char *env_mark(lua_State *L)
{
    struct frame f = caller(L);
    assert_int_equal(frame_push_env(&f, L), 0);
    lua_getfield(L, -1, "mark");
    return lua_tostring(L, -1);
}

static void expect_local(lua_State *L)
{
    assert_string_equal(env_mark(L), "local");
}

static void expect_upvalue(lua_State *L)
{
    assert_string_equal(env_mark(L), "upvalue");
}

static void expect_globals(lua_State *L)
{
    assert_string_equal(env_mark(L), "globals");
}

static void the_environment_is_the_frames_own(void **state)
{
    (void)state;
    run("mark = 'globals'; local h = here\n"
        "local _ENV = {mark = 'local'}; h()",
        expect_local);
    run("mark = 'globals'; local h = here\n"
        "do local _ENV = {mark = 'upvalue'}; local function f() h(mark) end f() end",
        expect_upvalue);
    run("mark = 'globals'; local h = here; (function() h() end)()", expect_globals);
}

static void upvalue_names(lua_State *L)
{
    struct frame f = caller(L);
    assert_string_equal(frame_upvalue_name(&f, 1), "one");
    assert_string_equal(frame_upvalue_name(&f, 3), "two");
    assert_null(frame_upvalue_name(&f, 4));
    assert_int_equal(frame_find_upvalue(&f, "two"), 3);
    assert_int_equal(frame_find_upvalue(&f, "three"), 0);
    assert_int_equal(frame_push_upvalue(&f, L, 3), 0);
    assert_string_equal(lua_tostring(L, -1), "2");
    assert_int_equal(frame_push_upvalue(&f, L, 4), XDB_ENOENT);
    assert_int_equal(frame_push_function(&f, L), 0);
    assert_ptr_equal(lua_topointer(L, -1), frame_function(&f));
}

static void upvalues_are_found_by_name(void **state)
{
    (void)state;
    run("local one, two = '1', '2'\n"
        "local function f() local x = one; here(two) end f()",
        upvalue_names);
}

/* here(co): the coroutine's frame is read and written from this thread. */
static void visit_coroutine(lua_State *L)
{
    lua_State *co = lua_tothread(L, 1);
    struct frame f;
    int level = 0;
    while (frame_at(co, level, &f) == 0 && !frame_is_lua(&f))
        level++;
    int top = lua_gettop(co);
    assert_int_equal(local_integer(L, &f, "x"), 5);
    lua_pushinteger(L, 6);
    assert_int_equal(frame_set_local(&f, L, frame_find_local(&f, "x")), 0);
    assert_int_equal(frame_push_upvalue(&f, L, frame_find_upvalue(&f, "up")), 0);
    assert_string_equal(lua_tostring(L, -1), "upvalue");
    lua_pop(L, 1);
    lua_pushliteral(L, "changed");
    assert_int_equal(frame_set_upvalue(&f, L, frame_find_upvalue(&f, "up")), 0);
    assert_int_equal(frame_push_vararg(&f, L, 1), 0);
    assert_int_equal(lua_tointeger(L, -1), 8);
    assert_int_equal(lua_gettop(L), 2);
    assert_int_equal(lua_gettop(co), top);
}

static void frames_of_other_threads_are_read_and_written(void **state)
{
    (void)state;
    run("local up = 'upvalue'\n"
        "local co = coroutine.create(function(...)\n"
        "  local x = 5; coroutine.yield(); assert(x == 6 and up == 'changed') end)\n"
        "coroutine.resume(co, 8); here(co); assert(coroutine.resume(co))",
        visit_coroutine);
    run("local up = 'upvalue'\n" /* suspended for good by an error */
        "local co = coroutine.create(function(...) local x = 5; up = up .. nil end)\n"
        "assert(not coroutine.resume(co, 8)); here(co); assert(up == 'changed')",
        visit_coroutine);
    run("local up = 'upvalue'\n" /* normal: it has resumed the one that calls `here` */
        "local co = coroutine.create(function(...) local x = 5\n"
        "  local me = coroutine.running()\n"
        "  coroutine.wrap(function() here(me) end)(); assert(x == 6 and up == 'changed') end)\n"
        "assert(coroutine.resume(co, 8))",
        visit_coroutine);
}

static int hook_level;

static void line_hook(lua_State *L, lua_Debug *ar)
{
    struct frame f, again;
    frame_of(L, ar, &f);
    assert_int_equal(frame_at(L, 0, &again), 0);
    assert_true(frame_same(&f, &again));
    if (frame_line(&f) != 2)
        return;
    assert_int_equal(local_integer(L, &f, "x"), 3);
    lua_pushinteger(L, 4);
    frame_set_local(&f, L, frame_find_local(&f, "x"));
    hook_level++;
}

static void a_frame_is_used_inside_a_hook(void **state)
{
    (void)state;
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    hook_level = 0;
    lua_sethook(L, line_hook, LUA_MASKLINE, 0);
    assert_int_equal(luaL_dostring(L, "local x = 3\n"
                                      "local y = x\n"
                                      "assert(y == 4)"),
                     LUA_OK);
    assert_int_equal(hook_level, 1);
    lua_close(L);
}

/* here(inner, outer, ...): the stack over these threads after the running one. */
static void build_stack(lua_State *L)
{
    lua_State *threads[3] = {L, lua_tothread(L, 1), lua_tothread(L, 2)};
    struct frame_stack s;
    assert_int_equal(frame_stack_build(&s, threads, 3, 0), 0);
    assert_int_equal(s.count, 5);
    assert_int_equal(s.omitted, 0);
    const int lines[] = {4, 5, 6, 7, 8};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(frame_line(&s.frames[i]), lines[i]);
        assert_int_equal(frame_stack_find(&s, &s.frames[i]), i);
        assert_int_equal(frame_stack_crosses(&s, i), i == 1 || i == 2);
        struct frame same;
        frame_at(s.frames[i].thread, s.frames[i].level, &same);
        assert_true(frame_same(&same, &s.frames[i]));
    }
    struct frame other;
    frame_at(L, 0, &other);
    assert_int_equal(frame_stack_find(&s, &other), -1);
    frame_stack_release(&s);
    frame_stack_release(&s);
}

static void a_stack_goes_on_in_the_threads_that_resumed_it(void **state)
{
    (void)state;
    run("local main = coroutine.running()\n"
        "local wrap = coroutine.wrap\n"
        "local outer\n"
        "local function g() here(outer, main) end\n"
        "local function h() g() return end\n"
        "local function k() wrap(h)() return end\n"
        "local function m() outer = coroutine.create(k); coroutine.resume(outer) return end\n"
        "m()",
        build_stack);
}

static int deep_levels;

static void build_deep(lua_State *L)
{
    struct frame_stack s;
    assert_int_equal(frame_stack_build(&s, &L, 1, 0), 0);
    deep_levels = frame_depth(L);
    assert_int_equal(s.frames[0].level, 1);
    assert_int_equal(s.frames[s.count - 1].level, deep_levels - 1);
    if (layout_on()) {
        assert_int_equal(s.count, deep_levels - 1);
        assert_int_equal(s.omitted, 0);
    } else {
        assert_int_equal(s.count + s.omitted, deep_levels - 1);
        assert_int_equal(s.count, FRAME_STACK_NEWEST + FRAME_STACK_OLDEST - 1);
        assert_int_equal(s.frames[s.omitted_at].level, deep_levels - FRAME_STACK_OLDEST);
        assert_int_equal(s.frames[s.omitted_at - 1].level, FRAME_STACK_NEWEST - 1);
    }
    frame_stack_release(&s);
}

static void a_very_deep_stack_keeps_its_two_ends(void **state)
{
    (void)state;
    run("local function f(n) if n == 0 then here() else f(n - 1) end return end f(30000)",
        build_deep);
    assert_int_equal(deep_levels, 30000 + 3);
}

static void an_empty_thread_has_no_frames(void **state)
{
    (void)state;
    lua_State *L = luaL_newstate();
    struct frame_stack s;
    struct frame f;
    assert_int_equal(frame_depth(L), 0);
    assert_int_equal(frame_at(L, 0, &f), XDB_ENOENT);
    assert_int_equal(frame_at(L, -1, &f), XDB_ENOENT);
    assert_int_equal(frame_stack_build(&s, &L, 1, 0), 0);
    assert_int_equal(s.count, 0);
    assert_false(frame_stack_crosses(&s, 0));
    frame_stack_release(&s);
    lua_close(L);
}

static struct frame_mark mark;

/* here("mark") marks the caller; here(true or false): whether the marked frame is still there. */
static void mark_or_ask(lua_State *L)
{
    struct frame f = caller(L), found = {0};
    if (lua_type(L, 1) == LUA_TSTRING) {
        frame_mark(&f, &mark);
        assert_true(frame_marked(&mark, NULL));
        return;
    }
    assert_int_equal(frame_marked(&mark, &found), lua_toboolean(L, 1));
    if (found.ci)
        assert_int_equal(local_integer(L, &found, "me"), 1);
}

static void a_mark_tells_whether_its_frame_is_still_there(void **state)
{
    (void)state;
    run("local function ask(n, yes) if n > 0 then ask(n - 1, yes) else here(yes) end return end\n"
        "local function f(me)\n"
        "  if me == 1 then here('mark') else here(false) end\n"
        "  ask(0, me == 1) ask(3000, me == 1) return end\n"
        "for i = 1, 3 do f(i) here(false) end\n"
        "local function g(i) f(i) return end\n"
        "for i in pairs({1, 2, 3}) do g(i) end\n"
        "local counter = 0\n"
        "local function h(me) if me == 1 then here('mark') counter = 5 here(true) end here(me == "
        "1) end\n"
        "h(1)\n"
        "h(2)\n"
        "f(1) coroutine.wrap(function() here(false) end)() ask(0, false)",
        mark_or_ask);
    run("local co = coroutine.create(function() local me = 1; here('mark') coroutine.yield() end)\n"
        "coroutine.resume(co) here(true) coroutine.resume(co) here(false)",
        mark_or_ask);
}

int main(void)
{
    layout_prove();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locals_are_the_active_ones_and_the_innermost_wins),
        cmocka_unit_test(values_can_be_assigned),
        cmocka_unit_test(parameters_and_varargs_are_counted),
        cmocka_unit_test(the_environment_is_the_frames_own),
        cmocka_unit_test(upvalues_are_found_by_name),
        cmocka_unit_test(frames_of_other_threads_are_read_and_written),
        cmocka_unit_test(a_frame_is_used_inside_a_hook),
        cmocka_unit_test(a_stack_goes_on_in_the_threads_that_resumed_it),
        cmocka_unit_test(a_very_deep_stack_keeps_its_two_ends),
        cmocka_unit_test(a_mark_tells_whether_its_frame_is_still_there),
        cmocka_unit_test(an_empty_thread_has_no_frames),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
