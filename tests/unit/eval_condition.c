/* core/eval: conditions, names for completion, and running out of memory in all of it. */
#include "tests/unit/eval_show.h"

#include "core/universe.h"

static struct eval_condition *condition;

static void compile(lua_State *L, const char *text)
{
    if (eval_compile(L, text, strlen(text), &condition))
        fail_msg("%s", lua_tostring(L, -1));
}

static void test_condition(lua_State *L, const struct frame *f)
{
    lua_settop(L, 0);
    if (!condition)
        compile(L, "i == 3 and (... or true)");
    assert_int_equal(eval_test(L, condition, f), visits == 3);
    assert_int_equal(lua_gettop(L), 0);
}

static void a_condition_is_tested_in_frame_after_frame(void **state)
{
    (void)state;
    condition = NULL;
    run("local function f(i, ...) local a, b; here() end\n"
        "f(1) f(2) f(3) local i = 5 here() i = 4; (function() here(i) end)()",
        test_condition);
    eval_condition_free(NULL, condition); /* the state is closed */
}

static void test_everywhere(lua_State *L, const struct frame *f)
{
    lua_settop(L, 1);
    if (!condition)
        compile(L, "x == 1 and g == 5");
    assert_int_equal(eval_test(L, condition, f), lua_toboolean(L, 1));
}

static void a_condition_finds_its_names_anew_in_every_place(void **state)
{
    (void)state;
    condition = NULL;
    run("g = 5; x = 1; here(true)\n"
        "do local x = 2; here(false) do local x = 1; here(true) end x = 1; here(true) end\n"
        "local function f(x) for i = 1, 3 do here(x == 1) x = 1 here(true) end end f(2)\n"
        "for i = 1, 200 do\n" /* functions of one shape, each in the place of the one before */
        "  local name = i % 3 == 0 and 'x' or i % 3 == 1 and 'y' or 'g'\n"
        "  load('local ' .. name .. ' = 2; here(' .. tostring(name == 'y') .. ')')()\n"
        "  collectgarbage() end",
        test_everywhere);
    eval_condition_free(NULL, condition);
}

static int times_on_own_thread;

static void test_thread(lua_State *L, const struct frame *f)
{
    lua_settop(L, 0);
    if (!condition)
        compile(L, "on_thread() and i > 0 and #tostring({}) > 0");
    lua_gc(L, LUA_GCCOLLECT, 0);
    assert_int_equal(eval_test(L, condition, f), 1);
    lua_gc(L, LUA_GCCOLLECT, 0);
    assert_int_equal(eval_test(L, condition, f), 1);
    assert_int_equal(lua_gettop(L), 0);
}

static int on_thread(lua_State *L)
{
    times_on_own_thread += L != universe_find(L)->main;
    lua_pushboolean(L, 1);
    return 1;
}

static void a_condition_has_a_thread_that_no_collection_takes(void **state)
{
    (void)state;
    condition = NULL;
    times_on_own_thread = 0;
    lua_State *L = new_state();
    struct universe *u = universe_open(L);
    lua_register(L, "on_thread", on_thread);
    visits = 0;
    visit = test_thread;
    assert_int_equal(luaL_dostring(L, "for i = 1, 5 do here() end"), LUA_OK);
    assert_int_equal(times_on_own_thread, 10);
    eval_condition_free(L, condition);
    lua_close(L);
    universe_close(u, NULL);
}

static void failing_conditions(lua_State *L, const struct frame *f)
{
    struct eval_condition *c = NULL;
    assert_int_equal(eval_compile(L, "x ==", 4, &c), EVAL_EINCOMPLETE);
    assert_int_equal(eval_compile(L, "x = 1", 5, &c), EVAL_ESYNTAX);
    assert_null(c);
    lua_settop(L, 0);
    compile(L, "x.y.z");
    assert_int_equal(eval_test(L, condition, f), EVAL_ERUN);
    assert_int_equal(lua_gettop(L), 1);
    eval_condition_free(L, condition);
    compile(L, "");
    assert_int_equal(eval_test(L, condition, f), 0);
    eval_condition_free(L, condition);
    compile(L, "(function() kept = function() return x end return x == 5 end)()");
    assert_int_equal(eval_test(L, condition, f), 1);
    assert_int_equal(eval_test(L, condition, NULL), 0);
    assert_int_equal(eval_test(L, condition, f), 1);
    eval_condition_free(L, condition);
    eval_condition_free(L, NULL);
    eval_freeze(L);
}

static void a_condition_can_fail_and_can_capture(void **state)
{
    (void)state;
    run("local function f() local x = 5; here(); x = 6 end f() assert(kept() == 5)",
        failing_conditions);
}

static int tests_done;

static void garbage_hook(lua_State *L, lua_Debug *ar)
{
    struct frame f;
    frame_of(L, ar, &f);
    int before = lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB);
    if (eval_test(L, condition, &f) != 0)
        fail();
    if (tests_done > 0) /* the first one may have made Lua's stack longer */
        assert_int_equal(lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB), before);
    tests_done++;
}

static void testing_a_condition_leaves_no_garbage(void **state)
{
    (void)state;
    lua_State *L = new_state();
    lua_gc(L, LUA_GCSTOP);
    compile(L, "i == 123456789 and type(i) == 'number'");
    tests_done = 0;
    lua_sethook(L, garbage_hook, LUA_MASKLINE, 0);
    assert_int_equal(luaL_dostring(L, "local i = 0 for k = 1, 100 do\n i = i + k\n end"), LUA_OK);
    lua_sethook(L, NULL, 0, 0);
    assert_true(tests_done > 200);
    eval_condition_free(L, condition);
    lua_close(L);
}

static void conditions_within_conditions(lua_State *L, const struct frame *f)
{
    lua_settop(L, 0);
    if (visits == 1) {
        compile(L, "deeper() and x == 1");
        struct eval_condition *outer = condition;
        assert_int_equal(eval_test(L, outer, f), 1);
        eval_condition_free(L, outer);
    } else {
        assert_int_equal(visits, 2);
        compile(L, "x == 2");
        struct eval_condition *inner = condition;
        assert_int_equal(eval_test(L, inner, f), 1);
        eval_condition_free(L, inner);
    }
}

static void a_condition_may_lead_to_another(void **state)
{
    (void)state;
    run("function deeper() local x = 2; here() return true end local x = 1 here()",
        conditions_within_conditions);
}

static struct buffer names;

static bool add_name(void *arg, const char *name, size_t len, enum eval_name kind)
{
    const char *only = arg;
    if (only && strncmp(name, only, strlen(only)) != 0)
        return true;
    buffer_addf(&names, "%c:%.*s ", "lugf"[kind], (int)len, name);
    return true;
}

static const char *complete(lua_State *L, const struct frame *f, const char *prefix,
                            const char *only)
{
    struct eval_names each = {add_name, (void *)(uintptr_t)only};
    buffer_clear(&names);
    int code = eval_names(L, f, prefix, strlen(prefix), &each);
    return code ? (code == XDB_ENOENT ? "none" : "memory") : names.data;
}

static void complete_names(lua_State *L, const struct frame *f)
{
    assert_string_equal(complete(L, f, "", "n_"), "l:n_local l:n_param u:n_up g:n_global ");
    assert_string_equal(complete(L, NULL, "", "n_"), "g:n_global ");
    assert_string_equal(complete(L, f, "n_", "n_"), "l:n_local l:n_param u:n_up g:n_global ");
    assert_string_equal(complete(L, f, "n_local.", NULL), "f:one ");
    assert_string_equal(complete(L, f, "n_local.o", NULL), "f:one ");
    assert_string_equal(complete(L, f, "n_local.one.", NULL), "f:two ");
    assert_string_equal(complete(L, f, "n_up:", "in"), "f:inherited ");
    assert_string_equal(complete(L, f, "n_up.inherited:", "rev"), "f:reverse ");
    assert_string_equal(complete(L, f, "n_global.", NULL), "none");
    assert_string_equal(complete(L, f, "nothing.at.all.", NULL), "none");
    assert_string_equal(complete(L, f, "x+n_local.", NULL), "none");
    assert_string_equal(complete(L, f, ".", NULL), "none");
    assert_string_equal(complete(L, f, "_ENV.", "n_"), "f:n_global ");
    assert_string_equal(complete(L, f, "loop.", NULL), "f:a ");
    assert_int_equal(lua_gettop(L), 0);
    buffer_release(&names);
}

static void names_are_enumerated_for_completion(void **state)
{
    (void)state;
    run("n_global = 5; loop = {a = 1, [1] = 2, ['not a name'] = 3, ['end'] = 4}\n"
        "local mt = {__index = {inherited = 'text'}}\n"
        "local n_up = setmetatable({}, mt)\n"
        "local function f(n_param) local n_local = {one = setmetatable({two = 2},\n"
        "  {__index = error, __pairs = error})}\n"
        "  local _ = n_up; here() end f()",
        complete_names);
}

static int names_told;

static bool count_name(void *arg, const char *name, size_t len, enum eval_name kind)
{
    (void)arg, (void)name, (void)len, (void)kind;
    return ++names_told < 50;
}

static void stop_counting(lua_State *L, const struct frame *f)
{
    struct eval_names each = {count_name, NULL};
    names_told = 0;
    assert_int_equal(eval_names(L, f, "big.", 4, &each), 0);
    assert_int_equal(names_told, 50);
    names_told = -1000000;
    assert_int_equal(eval_names(L, f, "big.", 4, &each), 0);
    assert_int_equal(names_told, -1000000 + 10000);
    names_told = -1000000;
    assert_int_equal(eval_names(L, f, "ring.", 5, &each), 0);
    assert_int_equal(names_told, -1000000 + 10);
}

static void enumerating_names_is_bounded(void **state)
{
    (void)state;
    run("big = {} for i = 1, 20000 do big['k' .. i] = i end\n"
        "ring = {__index = 1} ring.__index = setmetatable(ring, ring) here()",
        stop_counting);
}

/* An allocator that fails at the n-th request and counts what is out. */
struct limited {
    long countdown; /* requests until one fails; negative: none does */
    long blocks;
};

static void *allocate(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct limited *a = ud;
    if (nsize == 0) {
        a->blocks -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (!(ptr && nsize <= osize) && a->countdown >= 0 && a->countdown-- == 0)
        return NULL;
    void *fresh = realloc(ptr, nsize);
    a->blocks += !ptr;
    return fresh;
}

static struct limited sweep;
static long sweep_at;
static bool sweep_done;

static void evaluate_with_failures(lua_State *L, const struct frame *f)
{
    static const char *const texts[] = {"x, up, g, ...",
                                        "x, up, g = 1, 2, {}",
                                        "get = function(y) return x, up, g, y end",
                                        "local _ENV = {} a = 1",
                                        "get()",
                                        "error({})",
                                        "f(",
                                        "co = coroutine.wrap(function() x = 1 end)"};
    struct eval_names each = {add_name, (void *)(uintptr_t) "none"};
    sweep.countdown = sweep_at;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        show(L, f, texts[i]);
    eval_freeze(L);
    eval_names(L, f, "g.", 2, &each);
    struct eval_condition *c = NULL;
    int code = eval_compile(L, "x == 1 and (function() return up end)()", 39, &c);
    assert_true(code == 0 || code == XDB_ENOMEM);
    if (code == 0)
        eval_test(L, c, f);
    lua_settop(L, 0);
    eval_condition_free(L, c);
    sweep_done = sweep.countdown >= 0;
    sweep.countdown = -1;
}

static void running_out_of_memory_is_survived_anywhere(void **state)
{
    (void)state;
    visit = evaluate_with_failures;
    sweep_done = false;
    for (sweep_at = 0; !sweep_done; sweep_at++) {
        sweep = (struct limited){-1, 0};
        lua_State *L = lua_newstate(allocate, &sweep);
        assert_non_null(L);
        luaL_openlibs(L);
        lua_register(L, "here", here);
        if (luaL_dostring(L, "g = 1 local up = 2 local function f(...) local x = up here() end\n"
                             "f(1, 2) if get then pcall(get) end"))
            fail_msg("%ld: %s", sweep_at, lua_tostring(L, -1));
        lua_close(L);
        assert_int_equal(sweep.blocks, 0);
        assert_true(sweep_at < 100000);
    }
    assert_true(sweep_at > 50);
    buffer_release(&shown);
    buffer_release(&names);
}

int main(void)
{
    layout_prove();
    buffer_init(&shown);
    buffer_init(&names);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_condition_is_tested_in_frame_after_frame),
        cmocka_unit_test(a_condition_finds_its_names_anew_in_every_place),
        cmocka_unit_test(a_condition_has_a_thread_that_no_collection_takes),
        cmocka_unit_test(a_condition_can_fail_and_can_capture),
        cmocka_unit_test(testing_a_condition_leaves_no_garbage),
        cmocka_unit_test(a_condition_may_lead_to_another),
        cmocka_unit_test(names_are_enumerated_for_completion),
        cmocka_unit_test(enumerating_names_is_bounded),
        cmocka_unit_test(running_out_of_memory_is_survived_anywhere),
    };
    return cmocka_run_group_tests_name("eval_condition", tests, NULL, NULL);
}
