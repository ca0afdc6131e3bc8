/* core/eval: names, assignments, functions made by text, and errors in the scope of a frame. */
#include "tests/unit/eval_show.h"

static void read_names(lua_State *L, const struct frame *f)
{
    assert_string_equal(show(L, f, "x"), "2");
    assert_string_equal(show(L, f, "up"), "upvalue");
    assert_string_equal(show(L, f, "a, g, nothing"), "5, global, nil");
    assert_string_equal(show(L, f, "..."), "7, 8");
    assert_string_equal(show(L, f, "select('#', ...), a + x"), "2, 7");
    assert_string_equal(show(L, f, "_ENV == _G, _ENV.g, a._ENV"),
                        "error: attempt to index a number "
                        "value (local 'a')");
    assert_string_equal(show(L, f, "_ENV == _G, _ENV.g, ({_ENV = 3})._ENV"), "true, global, 3");
    assert_string_equal(show(L, f, ""), "");
    assert_string_equal(show(L, f, "-- nothing"), "");
    assert_string_equal(show(L, f, "x -- two"), "2");
    assert_string_equal(show(L, f, "string.rep('x', 3)"), "xxx");
}

static void names_are_locals_then_upvalues_then_globals(void **state)
{
    (void)state;
    run("g = 'global'; x = 'hidden'; local up = 'upvalue'; local a = 'hidden'\n"
        "local function f(a, ...) local x = 1; do local x = 2; here(up) end end f(5, 7, 8)",
        read_names);
}

static void assign_names(lua_State *L, const struct frame *f)
{
    assert_string_equal(show(L, f, "x, up, g, fresh = 10, 20, 30, 40"), "");
    assert_string_equal(show(L, f, "x, up, g, fresh"), "10, 20, 30, 40");
    assert_string_equal(show(L, f, "for i = 1, 3 do\n  x = x + i\nend\nreturn x"), "16");
    assert_string_equal(show(L, f, "function named() return x end"), "");
    assert_string_equal(show(L, f, "named()"), "16");
    assert_string_equal(show(L, f, "local t = {} t.y = x return t.y"), "16");
    assert_string_equal(show(L, f, "x, y = 1, error('late')"), "error: late");
    assert_string_equal(show(L, f, "x = 17 error('later')"), "error: later");
    assert_string_equal(show(L, f, "x"), "17"); /* as far as it came */
    assert_string_equal(show(L, f, "goto done; x = 0 ::done::"), "");
    assert_string_equal(show(L, f, "x"), "17");
}

static void assignments_go_where_the_names_lead(void **state)
{
    (void)state;
    run("local up = 2\n"
        "local function f() local x = 1; local _ = up; here(); assert(x == 17 and up == 20)\n"
        "  assert(g == 30 and fresh == 40 and rawget(_G, 'x') == nil) end f()",
        assign_names);
}

static void own_environment(lua_State *L, const struct frame *f)
{
    assert_string_equal(show(L, f, "g, print"), "own, nil");
    assert_string_equal(show(L, f, "new = 5"), "");
    assert_string_equal(show(L, f, "_ENV.new"), "5");
    assert_string_equal(show(L, f, "_ENV = {g = 'other'} return g"), "other");
    assert_string_equal(show(L, f, "local _ENV = {k = _ENV.g} return k"), "other");
    assert_string_equal(show(L, f, "(function(_ENV) return q end)({q = 6})"), "6");
    assert_string_equal(show(L, f, "local _ENV <const> = {q = 7} return q"), "7");
}

static void globals_are_those_of_the_frames_own_environment(void **state)
{
    (void)state;
    run("local h, env, assert = here, {g = 'own'}, assert\n"
        "local function f() local _ENV = env; h(); assert(g == 'other') end f()\n"
        "assert(env.new == 5 and new == nil)",
        own_environment);
    run("local h, env = here, {g = 'own'}\n"
        "do local _ENV = env; function f() h(g) end end f = env.f\n"
        "f() assert(env.new == 5 and new == nil)",
        own_environment);
}

static void environment_metamethods(lua_State *L, const struct frame *f)
{
    assert_string_equal(show(L, f, "abc"), "got abc");
    assert_string_equal(show(L, f, "bad"), "error: strict");
    assert_string_equal(show(L, f, "abc = 1"), "error: no abc");
}

static void the_environments_metamethods_work(void **state)
{
    (void)state;
    run("setmetatable(_G, {__index = function(t, k) if k == 'bad' then error('strict', 0) end\n"
        "  return 'got ' .. k end, __newindex = function(t, k) error('no ' .. k, 0) end}) here()",
        environment_metamethods);
}

static void no_frame(lua_State *L, const struct frame *f)
{
    (void)f;
    assert_string_equal(show(L, NULL, "x, g"), "nil, global");
    assert_string_equal(show(L, NULL, "x = 1"), "");
    assert_string_equal(show(L, NULL, "x, _ENV == _G, ..."), "1, true");
    assert_string_equal(show(L, NULL, "_ENV = 1"), "error: no _ENV to assign to in this function");
    assert_string_equal(show(L, NULL, "h = function() return g end"), "");
    assert_string_equal(show(L, NULL, "h()"), "global");
}

static void without_a_frame_there_are_only_globals(void **state)
{
    (void)state;
    run("g = 'global'; local x = 5; here(); assert(x == 5)", no_frame);
}

static void bad_texts(lua_State *L, const struct frame *f)
{
    static const char *const incomplete[] = {
        "for i = 1, 2 do", "f(",     "x = {",       "function g()", "if x then", "[[long", "1 +",
        "local x = ",      "--[[ c", "x = [==[ ]]", "'goes on\\",   "repeat x()"};
    for (size_t i = 0; i < sizeof incomplete / sizeof incomplete[0]; i++) {
        if (strncmp(show(L, f, incomplete[i]), "more: ", 6) != 0)
            fail_msg("`%s` gave: %s", incomplete[i], shown.data);
    }
    assert_string_equal(show(L, f, "x ="), "more: unexpected symbol near <eof>");
    assert_string_equal(show(L, f, "x = = 1"), "syntax: unexpected symbol near '='");
    assert_string_equal(show(L, f, "1 + * 2"), "syntax: unexpected symbol near '*'");
    assert_string_equal(show(L, f, "1 2"), "syntax: <eof> expected near '2'");
    assert_string_equal(show(L, f, "x y"), "syntax: syntax error near 'y'");
    assert_string_equal(show(L, f, "end"), "syntax: <eof> expected near 'end'");
    assert_string_equal(show(L, f, "'abc"), "syntax: unfinished string near <eof>");
    assert_string_equal(show(L, f, "goto nowhere"),
                        "syntax: no visible label 'nowhere' for <goto> at line 1");
    assert_string_equal(show_mode(L, f, "x = 1", EVAL_EXPRESSION),
                        "syntax: <eof> expected near '='");
    assert_string_equal(show_mode(L, f, "1; x = 1", EVAL_EXPRESSION),
                        "syntax: <eof> expected near 'x'");
    assert_string_equal(show_mode(L, f, "x", EVAL_STATEMENTS), "more: syntax error near <eof>");
    assert_string_equal(show_mode(L, f, "return 1, 2", EVAL_STATEMENTS), "1, 2");
    assert_string_equal(show(L, f, "x"), "5");
}

static void bad_text_is_told_from_incomplete_text(void **state)
{
    (void)state;
    run("local x = 5; here(); assert(x == 5)", bad_texts);
}

static void raise_errors(lua_State *L, const struct frame *f)
{
    /* nothing in a message reaches the terminal as a command */
    assert_string_equal(show(L, f, "error('a\\n\\27[2J\\xc2\\x9b31m\\x9b', 0)"),
                        "error: a\\n\\27[2J\\u{9B}31m\\155");
    assert_string_equal(show(L, f, "error('plain')"), "error: plain");
    assert_string_equal(show(L, f, "error()"), "error: (error object is a nil value)");
    assert_string_equal(show(L, f, "error({})"), "error: (error object is a table value)");
    assert_string_equal(show(L, f, "error(12)"), "error: 12");
    assert_string_equal(
        show(L, f, "error(setmetatable({}, {__tostring = function() return 'mine' end}))"),
        "error: mine");
    assert_string_equal(show(L, f, "error(setmetatable({}, {__tostring = error}))"),
                        "error: (error object is a table value)");
    assert_string_equal(
        show(L, f, "error(setmetatable({}, {__tostring = function() return 1 end}))"),
        "error: (error object is a table value)");
    assert_string_equal(show(L, f, "error('two\\nlines\\27', 0)"), "error: two\\nlines\\27");
    assert_string_equal(show(L, f, "nothing.field"),
                        "error: attempt to index a nil value (global 'nothing')");
    assert_string_equal(show(L, f, "_ENV = 1 return x.y"),
                        "error: attempt to index a number value (local 'x')");
    assert_string_equal(show(L, f, "_ENV.y"),
                        "error: attempt to index a number value (local '_ENV')");
    assert_string_equal(show(L, f, "_ENV = old"), "");
    assert_string_equal(show(L, f, "outside()"), "error: program:2: from outside");
    assert_string_equal(show(L, f, "error(string.rep('é', 5000), 0)") + 7 + 4096, "...");
    assert_string_equal(show(L, f, "coroutine.yield()"),
                        "error: attempt to yield from outside a coroutine");
    show(L, f, "(function() local function f() return 1 + f() end return f() end)()");
    assert_non_null(strstr(shown.data, "error: stack overflow"));
    show(L, f, "xpcall(error, function() error() end)");
    assert_non_null(strstr(shown.data, "false"));
    assert_string_equal(show(L, f, "x"), "5");
}

static void errors_come_back_and_never_unwind(void **state)
{
    (void)state;
    lua_State *L = new_state();
    visit = raise_errors;
    static const char program[] =
        "\nfunction outside() error('from outside') end\n"
        "local outer = _ENV; local function f() local old, _ENV = outer, outer\n"
        "local x = 5; here(); end f()\n";
    assert_int_equal(luaL_loadbuffer(L, program, strlen(program), "=program"), LUA_OK);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
    lua_close(L);
    buffer_release(&shown);
}

static void hostile_texts(lua_State *L, const struct frame *f)
{
    enum { LONG = 1 << 20 };
    static char text[LONG];
    memset(text, '(', LONG);
    assert_true(eval_text(L, f, text, LONG, EVAL_ANY) < 0);
    memset(text, '{', LONG);
    assert_true(eval_text(L, f, text, LONG, EVAL_ANY) < 0);
    memset(text, ' ', LONG);
    assert_int_equal(eval_text(L, f, text, LONG, EVAL_ANY), 0);
    memset(text, 'a', LONG);
    assert_int_equal(eval_text(L, f, text, LONG, EVAL_ANY), 1);
    memset(text, 0, LONG);
    assert_int_equal(eval_text(L, f, text, LONG, EVAL_ANY), EVAL_ESYNTAX);
    lua_settop(L, 0);
    assert_string_equal(show(L, f, "\033Lua"),
                        "syntax: attempt to load a binary chunk (mode is 't')");
    assert_int_equal(eval_text(L, f, "1\0002", 3, EVAL_ANY), EVAL_ESYNTAX);
    lua_settop(L, 0);
    assert_string_equal(show(L, f, "#{table.unpack({}, 1, 100000)}"), "0");
    assert_int_equal(eval_text(L, f, "table.unpack({}, 1, 100000)", 27, EVAL_ANY), 100000);
}

static void hostile_texts_are_survived(void **state)
{
    (void)state;
    run("here()", hostile_texts);
}

static void make_closures(lua_State *L, const struct frame *f)
{
    assert_string_equal(show(L, f, "get = function() return x, up, g end"), "");
    assert_string_equal(show(L, f, "set = function(v) x = v end"), "");
    assert_string_equal(show(L, f, "env = function() return _ENV end"), "");
    assert_string_equal(show(L, f,
                             "co = coroutine.wrap(function() while true do coroutine.yield(x) "
                             "end end) return co()"),
                        "1");
    assert_string_equal(show(L, f, "x = 2"), "");
    assert_string_equal(show(L, f, "get()"), "2, up, global");
    assert_string_equal(show(L, f, "set(3) return x, co()"), "3, 3");
    eval_freeze(L);
    eval_freeze(L);
}

static void functions_made_by_text_outlive_the_frame(void **state)
{
    (void)state;
    run("g = 'global' local up = 'up'\n"
        "local function f() local x = 1; here(up)\n"
        "  assert(x == 3 and get() == 3); x = 4; assert(get() == 4)\n" /* shared while it lives */
        "  set(5); assert(x == 5)\n"
        "  local function deeper(n) if n > 0 then return (deeper(n - 1)) end return get() end\n"
        "  assert(deeper(100) == 5)\n"
        "  return 0 end\n"
        "f() collectgarbage() g = 'later'\n"
        "local a, b, c = get() assert(a == 5 and b == 'up' and c == 'later')\n" /* then a copy */
        "up = 'new'; a, b = get() assert(b == 'new') assert(env() == _G)\n"
        "local function other() local y = 99; return get() end assert(other() == 5)\n"
        "assert(co() == 5) set(6) assert(get() == 6 and co() == 6)",
        make_closures);
}

static void closure_once(lua_State *L, const struct frame *f)
{
    if (visits == 1) {
        assert_string_equal(show(L, f, "get = function() return x end"), "");
        eval_freeze(L);
    }
}

static void another_call_of_the_function_is_not_the_same_frame(void **state)
{
    (void)state;
    run("local function f(i) local x = i; here(); assert(get() == 1) return end\n"
        "for i = 1, 3 do f(i) end\n"
        "f(4) f(5)",
        closure_once);
    run("local co = coroutine.create(function() local x = 1; here(); coroutine.yield() end)\n"
        "coroutine.resume(co) co = nil collectgarbage() collectgarbage()\n"
        "local function f(x) return get() end assert(f(2) == 1)",
        closure_once);
}

static void look_and_leave(lua_State *L, const struct frame *f)
{
    assert_string_equal(show(L, f, "t and #t"), visits == 1 ? "3" : "nil");
    assert_string_equal(show(L, f, "local u = t"), "");
    assert_string_equal(show(L, f, "function getn() return n end"), ""); /* does not mention t */
    eval_freeze(L);
}

static void looking_keeps_nothing_alive(void **state)
{
    (void)state;
    run("local gone = setmetatable({}, {__mode = 'v'})\n"
        "local function f() local n, t = 1, {1, 2, 3}; gone.t = t; here() end\n"
        "f() collectgarbage() assert(gone.t == nil) assert(getn() == 1)\n"
        "gone.co = coroutine.create(function() local n, t = 2; here(); coroutine.yield() end)\n"
        "coroutine.resume(gone.co) collectgarbage() assert(gone.co == nil) assert(getn() == 2)",
        look_and_leave);
}

static lua_State *other_thread(lua_State *L, struct frame *f)
{
    lua_State *co = lua_tothread(L, 1);
    int level = 0;
    while (frame_at(co, level, f) == 0 && !frame_is_lua(f))
        level++;
    return co;
}

static void in_coroutine(lua_State *L, const struct frame *caller)
{
    struct frame f;
    (void)caller;
    lua_State *co = other_thread(L, &f);
    int top = lua_gettop(co);
    assert_string_equal(show(L, &f, "x, up, ..."), "5, up, 8, 9");
    assert_string_equal(show(L, &f, "x, up = 6, 'changed'"), "");
    assert_string_equal(show(L, &f, "coroutine.wrap(function() return x end)()"), "6");
    assert_string_equal(show(L, &f, "getx = function() return x end"), "");
    assert_int_equal(lua_gettop(co), top);
    lua_settop(L, 0);
    eval_freeze(L);
}

static void frames_of_other_coroutines_are_reached(void **state)
{
    (void)state;
    run("local up = 'up'\n"
        "local co = coroutine.create(function(...)\n"
        "  local x = 5; coroutine.yield(); assert(x == 6 and up == 'changed'); x = 7\n"
        "  coroutine.yield() end)\n"
        "coroutine.resume(co, 8, 9); here(co); assert(coroutine.resume(co)) assert(getx() == 7)\n"
        "coroutine.resume(co) assert(getx() == 7)",
        in_coroutine);
    run("local up = 'up'\n" /* ended by an error */
        "local co = coroutine.create(function(...) local x = 5; up = up .. nil end)\n"
        "assert(not coroutine.resume(co, 8, 9)); here(co); assert(getx() == 6)\n"
        "coroutine.close(co) assert(getx() == 6)",
        in_coroutine);
    run("local up = 'up'\n" /* normal: it waits for the one that looks at it */
        "local co = coroutine.create(function(...) local x = 5\n"
        "  local me = coroutine.running()\n"
        "  coroutine.wrap(function() here(me) end)() assert(x == 6 and getx() == 6)\n"
        "  up = up end)\n"
        "assert(coroutine.resume(co, 8, 9)) assert(getx() == 6)",
        in_coroutine);
}

static void end_the_frame(lua_State *L, const struct frame *caller)
{
    struct frame f;
    (void)caller;
    other_thread(L, &f);
    assert_string_equal(show(L, &f, "get = function() return x end return x"), "5");
    assert_string_equal(show(L, &f, "coroutine.resume(co) return x, (function() return x end)()"),
                        "5, 5");
    lua_settop(L, 0);
    assert_string_equal(show(L, &f, "get()"), "5");
}

static void end_the_frame_and_ask(lua_State *L, const struct frame *caller)
{
    struct frame f;
    (void)caller;
    other_thread(L, &f);
    assert_string_equal(show(L, &f, "coroutine.close(co) return x"), "nil");
}

static void a_frame_that_the_text_ends_is_not_touched(void **state)
{
    (void)state;
    run("co = coroutine.create(function() local x = 5; coroutine.yield() end)\n"
        "coroutine.resume(co) here(co)",
        end_the_frame);
    run("co = coroutine.create(function() local x = 5; coroutine.yield() end)\n"
        "coroutine.resume(co) here(co)",
        end_the_frame_and_ask);
}

static void drop_thread(lua_State *L, const struct frame *caller)
{
    struct frame f;
    (void)caller;
    other_thread(L, &f);
    lua_settop(L, 0);
    assert_string_equal(show(L, &f, "co = nil; collectgarbage(); return x"), "5");
    eval_freeze(L);
}

static void the_frames_thread_is_kept_while_text_runs(void **state)
{
    (void)state;
    run("co = coroutine.create(function() local x = 5; coroutine.yield() end)\n"
        "coroutine.resume(co) here(co) collectgarbage()",
        drop_thread);
}

static int lines_seen;

static void on_line(lua_State *L, lua_Debug *ar)
{
    struct frame f;
    frame_of(L, ar, &f);
    lua_getinfo(L, "Sl", ar);
    if (ar->currentline != 3 || strcmp(ar->source, "=program") != 0)
        return;
    lines_seen++;
    assert_string_equal(show(L, &f, "x, up, ..."), "1, 10, a, b");
    assert_string_equal(show(L, &f, "x, up = x + 1, up + 1"), "");
    assert_string_equal(show(L, &f, "get = function() return x end"), "");
    assert_string_equal(show(L, &f, "coroutine.yield(1)"),
                        lines_seen == 1 ? "error: attempt to yield from outside a coroutine"
                                        : "error: attempt to yield across a C-call boundary");
    assert_string_equal(show(L, &f, "error(get())"), "error: 2");
    eval_freeze(L);
}

static void text_runs_inside_a_line_hook(void **state)
{
    (void)state;
    static const char program[] = "local up = 10\n"
                                  "local function f(...) local x = 1\n"
                                  "  local y = x + up\n"
                                  "  assert(x == 2 and up == 11 and y == 13 and get() == 2)\n"
                                  "  x = 9 assert(get() == 9) end\n"
                                  "f('a', 'b') assert(get() == 9)\n"
                                  "up = 10\n"
                                  "assert(coroutine.resume(coroutine.create(f), 'a', 'b'))\n";
    lua_State *L = new_state();
    lines_seen = 0;
    lua_sethook(L, on_line, LUA_MASKLINE, 0);
    assert_int_equal(luaL_loadbuffer(L, program, strlen(program), "=program"), LUA_OK);
    if (lua_pcall(L, 0, 0, 0))
        fail_msg("%s", lua_tostring(L, -1));
    assert_int_equal(lines_seen, 2);
    lua_close(L);
    buffer_release(&shown);
}

static int handled;

static int handler(lua_State *L)
{
    struct frame f;
    int level = 0;
    while (frame_at(L, level, &f) == 0 && !frame_is_lua(&f))
        level++;
    assert_string_equal(show(L, &f, "x"), "5");
    assert_string_equal(show(L, &f, "error('again')"), "error: again");
    handled++;
    lua_settop(L, 1);
    return 1;
}

static void text_runs_in_a_message_handler(void **state)
{
    (void)state;
    static const char *const programs[] = {"local x = 5; error('deep')",
                                           "local x = 5; local y = nil + 1",
                                           "local x = 5; return coroutine.yield()"};
    lua_State *L = new_state();
    handled = 0;
    for (int i = 0; i < 3; i++) {
        lua_pushcfunction(L, handler);
        assert_int_equal(luaL_loadstring(L, programs[i]), LUA_OK);
        assert_int_equal(lua_pcall(L, 0, 0, -2), LUA_ERRRUN);
        assert_int_equal(handled, i + 1);
    }
    lua_close(L);
    buffer_release(&shown);
}

static int overflow_handler(lua_State *L)
{
    struct frame f;
    assert_int_equal(frame_at(L, 1, &f), 0);
    show(L, &f, "x");
    assert_string_equal(shown.data, "5");
    handled++;
    lua_settop(L, 1);
    return 1;
}

static void text_may_run_where_the_stack_is_full(void **state)
{
    (void)state;
    lua_State *L = new_state();
    handled = 0;
    lua_pushcfunction(L, overflow_handler);
    assert_int_equal(luaL_loadstring(L, "local function f() local x = 5; return 1 + f() end f()"),
                     LUA_OK);
    assert_int_equal(lua_pcall(L, 0, 0, 1), LUA_ERRRUN);
    assert_true(handled > 0);
    assert_non_null(strstr(lua_tostring(L, -1), "stack overflow"));
    lua_close(L);
    buffer_release(&shown);
}

static int misuse(lua_State *L)
{
    struct frame f;
    frame_at(L, 1, &f);
    assert_string_equal(show(L, &f, "stolen = (function() return x end)"), "");
    return 0;
}

static void the_stand_in_cannot_be_misused(void **state)
{
    (void)state;
    lua_State *L = new_state();
    lua_pushcfunction(L, misuse);
    lua_setglobal(L, "misuse");
    if (luaL_dostring(L, "local x = 1 misuse()\n"
                         "local _, scope = debug.getupvalue(stolen, 1)\n"
                         "local mt = debug.getmetatable(scope)\n"
                         "assert(getmetatable(scope) == false)\n"
                         "assert(not pcall(mt.__index, {}, 'x'))\n"
                         "assert(not pcall(mt.__index))\n"
                         "assert(not pcall(mt.__newindex, io.stdout, 'x', 1))\n"
                         "assert(mt.__index(scope, 'x') == 1 and scope[1] == nil)\n"
                         "scope[1] = 5 assert(_G[1] == 5)"))
        fail_msg("%s", lua_tostring(L, -1));
    lua_close(L);
    buffer_release(&shown);
}

static void states_close_while_things_are_kept(void **state)
{
    (void)state;
    lua_State *L = new_state();
    struct eval_condition *condition = NULL;
    assert_int_equal(eval_compile(L, "x == 1", 6, &condition), 0);
    lua_pushcfunction(L, misuse);
    lua_setglobal(L, "misuse");
    assert_int_equal(luaL_dostring(L, "local x = 1 misuse()"), LUA_OK);
    lua_close(L);
    eval_condition_free(NULL, condition);
    buffer_release(&shown);
}

int main(void)
{
    layout_prove();
    buffer_init(&shown);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_locals_then_upvalues_then_globals),
        cmocka_unit_test(assignments_go_where_the_names_lead),
        cmocka_unit_test(globals_are_those_of_the_frames_own_environment),
        cmocka_unit_test(the_environments_metamethods_work),
        cmocka_unit_test(without_a_frame_there_are_only_globals),
        cmocka_unit_test(bad_text_is_told_from_incomplete_text),
        cmocka_unit_test(errors_come_back_and_never_unwind),
        cmocka_unit_test(hostile_texts_are_survived),
        cmocka_unit_test(functions_made_by_text_outlive_the_frame),
        cmocka_unit_test(another_call_of_the_function_is_not_the_same_frame),
        cmocka_unit_test(looking_keeps_nothing_alive),
        cmocka_unit_test(frames_of_other_coroutines_are_reached),
        cmocka_unit_test(a_frame_that_the_text_ends_is_not_touched),
        cmocka_unit_test(the_frames_thread_is_kept_while_text_runs),
        cmocka_unit_test(text_runs_inside_a_line_hook),
        cmocka_unit_test(text_runs_in_a_message_handler),
        cmocka_unit_test(text_may_run_where_the_stack_is_full),
        cmocka_unit_test(the_stand_in_cannot_be_misused),
        cmocka_unit_test(states_close_while_things_are_kept),
    };
    return cmocka_run_group_tests_name("eval", tests, NULL, NULL);
}
