/* core/stack_walk and core/layout_stack: what a walk reads is what the public API says, at every event. */
#include "core/stack_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static lua_State *main_thread;
static int compared;

static void the_proof_gives_a_verdict_that_holds(void **state)
{
    const char *wish = getenv("XDB_LAYOUT");
    bool off = wish && strcmp(wish, "off") == 0;
    (void)state;
    bool on = layout_stack_prove();
    assert_int_equal(on, layout_stack_on());
    assert_string_equal(layout_stack_verdict(), off ? "switched off by XDB_LAYOUT" : "");
    assert_int_equal(layout_stack_on(), !off);
}

static void compare_stack(lua_State *L)
{
    struct stack_walk w;
    lua_Debug ar;
    stack_first(&w, L);
    for (int level = 0; lua_getstack(L, level, &ar); level++, stack_next(&w)) {
        lua_getinfo(L, "Sl", &ar);
        assert_ptr_equal(w.ci, ar.i_ci);
        assert_int_equal(w.kind, ar.what[0] == 'C' ? STACK_C : STACK_LUA);
        if (w.kind == STACK_LUA) {
            assert_int_equal(stack_line(&w), ar.currentline);
            assert_ptr_equal(stack_source(&w), ar.source);
        }
        compared++;
    }
    assert_int_equal(w.kind, STACK_END);
    stack_next(&w);
    assert_int_equal(w.kind, STACK_END);
}

static void compare_threads(lua_State *L)
{
    const lua_State *asleep[4];
    struct stack_threads t = {.asleep = asleep, .room = 4};
    stack_threads(&t, main_thread);
    assert_ptr_equal(t.running[0], L);
    assert_ptr_equal(t.running[t.count - 1], main_thread);
    assert_false(t.cut);
}

static void on_event(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    compare_stack(L);
    compare_threads(L);
}

static lua_State *run(const char *code)
{
    lua_State *L = main_thread = luaL_newstate();
    luaL_openlibs(L);
    assert_int_equal(luaL_loadstring(L, code), LUA_OK);
    return L;
}

static void every_event_reads_as_the_public_api_says(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    lua_State *L =
        run("local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end\n"
            "local co = coroutine.wrap(function(...)\n"
            "  for i = 1, 2 do\n"
            "    local inner = coroutine.wrap(function() deep(3) coroutine.yield() end)\n"
            "    inner()\n"
            "    pcall(function() ('x'):gsub('.', function() inner() end) end)\n"
            "    coroutine.yield(i, ...)\n"
            "  end\n"
            "end)\n"
            "co() table.sort({3, 2, 1}, function(a, b) return a < b end)\n"
            "co() deep(20)\n");
    compared = 0;
    lua_sethook(L, on_event, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 0);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    assert_true(compared > 500);
    lua_close(L);
}

static const lua_State *resumers[8];
static size_t resumer_count, asleep_count, kept;

static int look(lua_State *L)
{
    const lua_State *asleep[2];
    struct stack_threads t = {.asleep = asleep, .room = 2};
    (void)L;
    stack_threads(&t, main_thread);
    for (resumer_count = 0; resumer_count < t.count; resumer_count++)
        resumers[resumer_count] = t.running[resumer_count];
    asleep_count = t.asleep_count;
    lua_getglobal(L, "newest");
    kept = asleep[0] == lua_tothread(L, -1);
    return 0;
}

static void threads_come_in_the_order_of_resumes(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    lua_State *L = run("a = coroutine.create(function() coroutine.resume(b) end)\n"
                       "c = coroutine.create(function() look() end)\n"
                       "b = coroutine.create(function() coroutine.resume(c) end)\n"
                       "not_started = coroutine.create(print)\n"
                       "dead = coroutine.create(error) coroutine.resume(dead)\n"
                       "kept = {}\n"
                       "for i = 1, 3 do\n"
                       "  newest = coroutine.create(coroutine.yield)\n"
                       "  coroutine.resume(newest) kept[i] = newest\n"
                       "end\n"
                       "coroutine.resume(a)\n");
    lua_register(L, "look", look);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    static const char *const names[] = {"c", "b", "a"};
    assert_int_equal(resumer_count, 4);
    for (int i = 0; i < 3; i++) {
        lua_getglobal(L, names[i]);
        assert_ptr_equal(resumers[i], lua_tothread(L, -1));
    }
    assert_ptr_equal(resumers[3], L);
    assert_int_equal(asleep_count, 3); /* those that do not fit are counted */
    assert_true(kept);
    lua_close(L);
}

static int finalizing;

static int find_finalizer(lua_State *L)
{
    struct stack_walk w;
    for (stack_first(&w, L); w.kind != STACK_END; stack_next(&w))
        finalizing += w.finalizing;
    return 0;
}

static void a_finalizer_is_known_by_the_frame_below(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    lua_State *L = run("look() setmetatable({}, {__gc = function() look() end}) collectgarbage()");
    lua_register(L, "look", find_finalizer);
    finalizing = 0;
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    assert_int_equal(finalizing, 1);
    lua_close(L);
}

static int corrected;

static int correct(lua_State *L)
{
    struct stack_walk w;
    stack_first(&w, L);
    assert_false(stack_correct(&w, NULL, 0));
    assert_int_equal(w.kind, STACK_C);
    stack_next(&w);
    unsigned long code = (unsigned long)(uintptr_t)layout_code(w.proto);
    int pc = w.pc;
    const unsigned long nothing[] = {0, code + 2, code, code - 4, code + 4UL * 1000, ~0UL};
    assert_false(stack_correct(&w, nothing, 6));
    const unsigned long several[] = {code + 4, code + 8, 0};
    assert_false(stack_correct(&w, several, 3));
    assert_int_equal(w.pc, pc);
    const unsigned long one[] = {code + 8, 0, code + 8};
    assert_true(stack_correct(&w, one, 3));
    assert_int_equal(w.pc, 1);
    corrected++;
    return 0;
}

static void a_register_tells_the_instruction(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    lua_State *L = run("local a = 1\nlocal b = 2\nlocal c = 3\ncorrect(a, b, c)");
    lua_register(L, "correct", correct);
    corrected = 0;
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    assert_int_equal(corrected, 1);
    lua_close(L);
}

static void broken_frames_end_the_walk(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    _Alignas(16) unsigned char ci[64] = {0}, below[64] = {0}, slot[16] = {0}, closure[64] = {0};
    _Alignas(16) unsigned char thread[64] = {0};
    struct stack_walk w;
    void *p = ci;
    memcpy(thread + LAYOUT_STATE_CI, &p, sizeof p);
    p = below;
    memcpy(ci + LAYOUT_CI_PREVIOUS, &p, sizeof p);
    stack_first(&w, (const lua_State *)(void *)thread);
    assert_int_equal(w.kind, STACK_BROKEN); /* no function slot */
    p = slot;
    memcpy(ci + LAYOUT_CI_FUNC, &p, sizeof p);
    stack_first(&w, (const lua_State *)(void *)thread);
    assert_int_equal(w.kind, STACK_BROKEN); /* no function in it */
    slot[LAYOUT_VALUE_TAG] = LAYOUT_TAG_LCL;
    p = closure;
    memcpy(slot, &p, sizeof p);
    stack_first(&w, (const lua_State *)(void *)thread);
    assert_int_equal(w.kind, STACK_BROKEN); /* no closure */
    closure[LAYOUT_OBJECT_TAG] = LAYOUT_OBJECT_LCL;
    stack_first(&w, (const lua_State *)(void *)thread);
    assert_int_equal(w.kind, STACK_BROKEN); /* no prototype */
    stack_next(&w);
    assert_int_equal(w.kind, STACK_BROKEN);
    memset(thread + LAYOUT_STATE_CI, 1, sizeof p);
    stack_first(&w, (const lua_State *)(void *)thread);
    assert_int_equal(w.kind, STACK_BROKEN); /* an address that no struct can have */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_proof_gives_a_verdict_that_holds),
        cmocka_unit_test(every_event_reads_as_the_public_api_says),
        cmocka_unit_test(threads_come_in_the_order_of_resumes),
        cmocka_unit_test(a_finalizer_is_known_by_the_frame_below),
        cmocka_unit_test(a_register_tells_the_instruction),
        cmocka_unit_test(broken_frames_end_the_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
