/* core/function: identity and names of functions, in hooks and from the text alone. */
#include "core/function.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct world {
    lua_State *L;
    struct source_cache *sources;
    struct function_cache *functions;
    struct buffer seen; /* the names of the functions called, each followed by a space */
};

static int enter(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->sources = source_cache_new();
    w->functions = function_cache_new(w->sources);
    buffer_init(&w->seen);
    w->L = luaL_newstate();
    luaL_openlibs(w->L);
    *(struct world **)lua_getextraspace(w->L) = w; /* new threads get a copy */
    *state = w;
    return 0;
}

static int leave(void **state)
{
    struct world *w = *state;
    lua_close(w->L);
    buffer_release(&w->seen);
    function_cache_free(w->functions);
    source_cache_free(w->sources);
    free(w);
    return 0;
}

static size_t memory(lua_State *L)
{
    return (size_t)lua_gc(L, LUA_GCCOUNT) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB);
}

static void note_call(lua_State *L, lua_Debug *ar)
{
    struct world *w = *(struct world **)lua_getextraspace(L);
    struct function *f = NULL;
    size_t before = memory(L);
    int top = lua_gettop(L);
    lua_getinfo(L, "S", ar);
    assert_int_equal(function_of_debug(w->functions, L, ar, &f, NULL), 0);
    function_stat_name(f, L, ar, &w->seen);
    buffer_addc(&w->seen, ' ');
    assert_int_equal(memory(L), before);
    assert_int_equal(lua_gettop(L), top);
}

/* Runs a chunk and returns the names of the functions it called, itself aside. */
static const char *calls_of(struct world *w, const char *text, const char *name)
{
    lua_State *L = w->L;
    buffer_clear(&w->seen);
    assert_int_equal(luaL_loadbuffer(L, text, strlen(text), name), LUA_OK);
    lua_sethook(L, note_call, LUA_MASKCALL, 0);
    int status = lua_pcall(L, 0, 0, 0);
    lua_sethook(L, NULL, 0, 0);
    if (status != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    assert_memory_equal(w->seen.data, "<main> ", 7);
    return w->seen.data + 7;
}

static const char *calls(struct world *w, const char *text)
{
    return calls_of(w, text, text);
}

static int add_name(struct function *f, void *to)
{
    buffer_addf(to, "%s ", function_name(f, NULL, NULL));
    return 0;
}

/* The names of all functions of a text, the main chunk aside. */
static void names_are(void **state, const char *text, const char *expected)
{
    struct world *w = *state;
    struct source *s = NULL;
    struct xdb_error err = {""};
    struct buffer names;
    buffer_init(&names);
    assert_int_equal(source_of(w->sources, text, strlen(text), &s, &err), 0);
    if (function_each(s, add_name, &names, &err) != 0)
        fail_msg("%s", err.text);
    assert_memory_equal(names.data, "<main> ", 7);
    assert_string_equal(names.data + 7, expected);
    buffer_release(&names);
}

static void statements_name_their_functions(void **state)
{
    names_are(state, "function f() end", "f ");
    names_are(state, "local function f() end", "f ");
    names_are(state, "do local function f() end end", "f ");
    names_are(state, "function M.f() end", "M.f ");
    names_are(state, "function a.b.c() end", "a.b.c ");
    names_are(state, "function M:f() end", "M:f ");
    names_are(state, "function a.b:c(x) end", "a.b:c ");
    names_are(state, "function\n  a . b\n : c\n (x) end", "a.b:c ");
    names_are(state, "local M = {} function M.f() end function M:g() end", "M.f M:g ");
    names_are(state, "local M = {} return function() function M.f() end function M.a:g() end end",
              "<function> M.f M.a:g ");
}

static void assignments_name_their_functions(void **state)
{
    names_are(state, "f = function() end", "f ");
    names_are(state, "local f = function() end", "f ");
    names_are(state, "local f f = function() end", "f ");
    names_are(state, "local f return function() f = function() end end", "<function> f ");
    names_are(state, "a.b.c = function() end", "a.b.c ");
    names_are(state, "local a, b = function() end, function() end", "a b ");
    names_are(state, "a, b.c = function() end, function() end", "a b.c ");
    names_are(state, "do local a, b = function() end, function() end end", "a b ");
    names_are(state, "local a, b, c = 1, function() end, g(function() end)", "b <function> ");
    names_are(state, "local a, b a, b = function() end, function() end", "a b ");
    names_are(state, "f = x and function() end", "f ");
    names_are(state, "f = x or function() end", "f ");
    names_are(state, "local f = x and function() end or function() end", "f f ");
    names_are(state, "f = f or x.y and function() end or g", "f ");
    names_are(state, "local f <const> = function() end", "f ");
}

static void a_dot_stays_a_dot(void **state)
{
    names_are(state, "function M.f(self) end", "M.f ");
    names_are(state, "M.f = function(self) self:g() end", "M.f ");
    names_are(state, "M.f = function(self) return M:f() end", "M.f ");
    names_are(state, "function M.f(self) end function M:g() end", "M.f M:g ");
}

static void keys_name_the_functions_of_a_constructor(void **state)
{
    names_are(state, "t = {f = function() end, ['g h'] = function() end, [1] = function() end}",
              "f [\"g h\"] [1] ");
    names_are(state, "local t = {a = {b = function() end}, c = function() end}", "b c ");
    names_are(state, "t = {function() end, function() end}", "<function> <function> ");
    names_are(state, "return setmetatable({}, {__index = function(t, k) end})", "__index ");
    names_are(state, "local k = 1 t = {[k] = function() end, [true] = function() end}",
              "[k] <function> ");
    names_are(state, "t = {[1.5] = function() end, [1000] = function() end, [-1] = function() end}",
              "[1.5] [1000] [-1] ");
}

static void keys_in_brackets_are_shown_as_they_are(void **state)
{
    names_are(state, "M['f'] = function() end", "M.f ");
    names_are(state, "M['f g'] = function() end", "M[\"f g\"] ");
    names_are(state, "M['a\"\\n'] = function() end", "M[\"a\\\"\\10\"] ");
    names_are(state, "M[1] = function() end M[1000] = function() end", "M[1] M[1000] ");
    names_are(state, "local k M[k] = function() end M.x[k].y = function() end", "M[k] M.x[k].y ");
    names_are(state, "M[i] = function() end M[o.k] = function() end", "M[i] M[o.k] ");
    names_are(state, "M[#M + 1] = function() end", "<function> ");
    names_are(state, "M[f()] = function() end f().x = function() end", "<function> x ");
    names_are(state, "M.a_key_of_more_than_forty_characters_is_not_a_short_string = function() end",
              "M.a_key_of_more_than_forty_characters_is_not_a_short_string ");
}

static void the_environment_is_not_part_of_a_name(void **state)
{
    names_are(state, "local _ENV = {} function f() end function M.g() end h = function() end",
              "f M.g h ");
    names_are(state, "_ENV.f = function() end", "f ");
    names_are(state, "local _ENV = {} return function() function f() end end", "<function> f ");
}

static void passed_and_returned_functions_have_no_name(void **state)
{
    names_are(state, "foo(function() end)", "<function> ");
    names_are(state, "foo(1, function() end) local a, b", "<function> ");
    names_are(state, "return function() end", "<function> ");
    names_are(state, "return 1, function() end", "<function> ");
    names_are(state, "(function() end)()", "<function> ");
    names_are(state, "for k, v in function() end do local x = 1 end", "<function> ");
    names_are(state, "local x = (function() end)()", "<function> ");
    names_are(state, "local x = function() end == y", "<function> ");
    names_are(state, "local x = not function() end", "<function> ");
    names_are(state, "foo(bar or function() end) local a, b, c", "<function> ");
    names_are(state, "obj:m(function() end).x = 1", "<function> ");
    names_are(state, "local x = {foo(function() end)}", "<function> ");
}

static void very_long_names_are_bounded(void **state)
{
    struct world *w = *state;
    struct buffer text;
    struct source *s = NULL;
    struct function *f = NULL;
    size_t n = 0;
    buffer_init(&text);
    buffer_adds(&text, "a");
    for (int i = 0; i < 10000; i++)
        buffer_adds(&text, ".a[b[c]]");
    buffer_adds(&text, ".last = function() end");
    assert_int_equal(source_of(w->sources, text.data, text.len, &s, NULL), 0);
    assert_int_equal(function_find(s, "last", &f, 1, &n, NULL), 0);
    assert_true(strlen(f->name) < 1000);
    buffer_release(&text);
}

static void names_do_not_depend_on_the_caller(void **state)
{
    struct world *w = *state;
    assert_string_equal(calls(w, "local function f() end\n"
                                 "local g = f\n"
                                 "local t = {other = f}\n"
                                 "f() g() t.other() pcall(f)\n"
                                 "coroutine.wrap(f)()\n"),
                        "f f f {pcall} f {coroutine.wrap} {<function>} f ");
    assert_string_equal(calls(w, "local M = {}\nfunction M:f() end\n"
                                 "M:f() M.f() pcall(M.f) table.sort({1, 2}, M.f)"),
                        "M:f M:f {pcall} M:f {table.sort} M:f ");
}

static void nameless_functions_are_called_as_their_caller_calls_them(void **state)
{
    struct world *w = *state;
    assert_string_equal(calls(w, "local function each(visit) visit() end\neach(function() end)"),
                        "each visit ");
    assert_string_equal(calls(w, "pcall(function() end)"), "{pcall} <function> ");
    assert_string_equal(calls(w, "local t = {(function() end)}\nlocal f = t[1]\nf() t[1]()"),
                        "f <function> ");
}

static void c_functions_have_their_dotted_names(void **state)
{
    struct world *w = *state;
    assert_string_equal(
        calls(w, "local rep = string.rep rep('x', 2) string.rep('x', 2) pcall(rep, 'x', 2)\n"
                 "print = nil math.floor(1.5) tostring(1) local s = ('x'):upper()"),
        "{string.rep} {string.rep} {pcall} {string.rep} {math.floor} {tostring} "
        "{string.upper} ");
    assert_string_equal(calls(w, "for w in ('a'):gmatch('.') do end"),
                        "{string.gmatch} {for iterator} {for iterator} ");
}

static void searchers_of_modules_have_names(void **state)
{
    struct world *w = *state;
    assert_string_equal(calls(w, "for i = 1, 4 do local f = package.searchers[i] f('no.such') end"),
                        "{package.searchers[1]} {package.searchers[2]} {package.searchers[3]} "
                        "{package.searchers[4]} ");
}

static void metamethods_of_loaded_modules_are_not_called(void **state)
{
    struct world *w = *state;
    assert_string_equal(calls(w,
                              "local bomb = setmetatable({}, {__index = error, __pairs = error,\n"
                              "__eq = error, __name = 'bomb'})\n"
                              "package.loaded.bomb = bomb\n"
                              "package.loaded[bomb] = bomb package.loaded[1] = math.sin\n"
                              "package.loaded.mine = {[1] = math.sin, f = load('return 1')}\n"
                              "math.cos(0)"),
                        "{setmetatable} {load} {math.cos} ");
}

static void modules_that_are_functions_have_the_name_of_the_module(void **state)
{
    struct world *w = *state;
    const char *text = "package.loaded['a.b'] = (function()\nreturn function() end end)()\n"
                       "local f = package.loaded['a.b'] pcall(f)";
    calls_of(w, text, "=x"); /* no text is known: nothing but package.loaded tells */
    assert_non_null(strstr(w->seen.data, "{pcall} a.b "));
}

static void functions_on_one_line_are_told_apart(void **state)
{
    struct world *w = *state;
    assert_string_equal(
        calls(w, "local t = {a = function() return 1 end, b = function() return 2 end}\n"
                 "t.b() t.a() pcall(t.b) pcall(t.a)"),
        "b a {pcall} b {pcall} a ");
    assert_string_equal(
        calls(w, "local function a(x) return x end local function b(y) return y end b() a()"),
        "b a ");
}

static struct function *identify(struct world *w, int index)
{
    struct function *f = NULL;
    struct xdb_error err = {""};
    assert_int_equal(function_of_value(w->functions, w->L, index, &f, &err), 0);
    return f;
}

static void closures_of_one_text_are_one_function(void **state)
{
    struct world *w = *state;
    lua_State *L = w->L;
    const char *text =
        "local n = ... return function() n = n + 1 return n end, function() return n end";
    assert_int_equal(luaL_loadstring(L, text), LUA_OK);
    struct function *main = identify(w, -1);
    lua_pushvalue(L, -1);
    lua_call(L, 0, 2);
    struct function *first = identify(w, -2), *second = identify(w, -1);
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
    assert_int_equal(luaL_loadstring(L, text), LUA_OK);
    assert_ptr_equal(identify(w, -1), main);
    lua_call(L, 0, 2);
    assert_ptr_equal(identify(w, 1), first);
    assert_ptr_equal(identify(w, 2), second);
    assert_ptr_not_equal(first, second);
    assert_int_equal(first->position, 0);
    assert_int_equal(second->position, 1);
    assert_true(main->is_main);
    assert_ptr_equal(main->proto, first->proto->parent);
}

static void what_is_no_function_is_refused(void **state)
{
    struct world *w = *state;
    struct function *f = NULL;
    lua_newtable(w->L);
    assert_int_equal(function_of_value(w->functions, w->L, -1, &f, NULL), XDB_EINVAL);
    assert_int_equal(function_of_value(w->functions, w->L, 100, &f, NULL), XDB_EINVAL);
    assert_null(f);
}

static void stripped_code_is_named_by_its_caller(void **state)
{
    struct world *w = *state;
    calls(w, "local function make() local function inner() end return inner end\n"
             "local f = load(string.dump(make, true))\nlocal g = f() g() pcall(g)");
    assert_non_null(strstr(w->seen.data, "{load} f g {pcall} <function> "));
}

static void code_that_is_not_that_of_the_file_is_not_named_after_it(void **state)
{
    struct world *w = *state;
    char path[] = "/tmp/function.XXXXXX";
    char name[64];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    snprintf(name, sizeof name, "@%s", path);
    assert_int_equal(write(fd, "local function new() end\nnew()\n", 31), 31);
    struct source *s;
    assert_int_equal(source_of(w->sources, name, strlen(name), &s, NULL), 0);
    assert_int_equal(write(fd, "-- more\n", 8), 8); /* after the program has loaded it */
    close(fd);
    assert_string_equal(calls_of(w, "local function old() return 1 end\nlocal x = old x()", name),
                        "x ");
    source_reload(s);
    assert_string_equal(calls_of(w, "local function new() end\nnew()", name), "new ");
    unlink(path);
}

static void functions_in_missing_files_are_known_by_their_lines(void **state)
{
    struct world *w = *state;
    assert_string_equal(calls_of(w, "local function f() end\nf() pcall(f)", "@/no/such.lua"),
                        "f {pcall} <function> ");
    assert_int_equal(luaL_loadbuffer(w->L, "return function() end", 21, "@/no/such.lua"), LUA_OK);
    lua_call(w->L, 0, 1);
    struct function *f = identify(w, -1);
    assert_string_equal(f->source->name, "/no/such.lua");
    assert_int_equal(f->linedefined, 1);
    assert_int_equal(function_first_line(f), -1);
    assert_ptr_equal(identify(w, -1), f);
}

static void short_lived_functions_do_not_pile_up(void **state)
{
    struct world *w = *state;
    static const char text[] =
        "for i = 1, 20000 do\n"
        "  local f = load('local function f' .. i .. '() end return f' .. i)\n"
        "  f()()\n"
        "end";
    const char *seen = calls_of(w, text, "=loop");
    assert_non_null(strstr(seen, "{load} <main> f1 {load} <main> f2 "));
    assert_non_null(strstr(seen, "{load} <main> f20000 "));
}

static void finds(struct source *s, const char *name, size_t count, int line, int first)
{
    struct function *found[4] = {NULL};
    struct xdb_error err = {""};
    size_t n = 0;
    int status = function_find(s, name, found, 4, &n, &err);
    if (status != 0)
        fail_msg("%s", err.text);
    assert_int_equal(n, count);
    assert_int_equal(found[0]->linedefined, line);
    assert_int_equal(function_first_line(found[0]), first);
}

static void definitions_are_found_by_name(void **state)
{
    struct world *w = *state;
    struct xdb_error err = {""};
    struct function *f = NULL;
    struct source *s = NULL;
    size_t n = 7;
    static const char text[] = "local Account = {}\n"          /* 1 */
                               "function Account:deposit(n)\n" /* 2 */
                               "\n"                            /* 3 */
                               "  self.n = n\n"                /* 4 */
                               "end\n"                         /* 5 */
                               "function one() return 1 end\n" /* 6 */
                               "function a.b.c() end\n"        /* 7 */
                               "if x then\n"                   /* 8 */
                               "  function f() end\n"          /* 9 */
                               "else\n"                        /* 10 */
                               "  function f() end\n"          /* 11 */
                               "end\n"                         /* 12 */
                               "function x.one(...) end\n";
    assert_int_equal(source_of(w->sources, text, sizeof text - 1, &s, NULL), 0);
    finds(s, "Account:deposit", 1, 2, 4);
    finds(s, "Account.deposit", 1, 2, 4);
    finds(s, "deposit", 1, 2, 4);
    finds(s, "one", 1, 6, 6); /* exactly so, before x.one */
    finds(s, "b.c", 1, 7, 7);
    finds(s, "f", 2, 9, 9);
    finds(s, "<main>", 1, 0, 1);
    assert_int_equal(function_find(s, "eposit", &f, 1, &n, &err), XDB_ENOENT);
    assert_non_null(strstr(err.text, "no function 'eposit' in [string"));
    assert_int_equal(function_find(s, "", &f, 1, &n, &err), XDB_ENOENT);
    assert_int_equal(n, 7);
}

static void parameters_are_listed(void **state)
{
    struct world *w = *state;
    struct function *f[3];
    struct source *s = NULL;
    struct buffer b;
    size_t n = 0;
    static const char text[] = "function f(a, b, ...) end function g() end function M:f(x) end";
    buffer_init(&b);
    assert_int_equal(source_of(w->sources, text, sizeof text - 1, &s, NULL), 0);
    assert_int_equal(function_find(s, "f", f, 1, &n, NULL), 0);
    assert_int_equal(function_find(s, "g", f + 1, 1, &n, NULL), 0);
    assert_int_equal(function_find(s, "M:f", f + 2, 1, &n, NULL), 0);
    for (int i = 0; i < 3; i++) {
        function_parameters(f[i], &b);
        buffer_addc(&b, '|');
    }
    assert_string_equal(b.data, "a, b, ...||self, x|");
    buffer_release(&b);
}

static void text_that_does_not_compile_has_no_definitions(void **state)
{
    struct world *w = *state;
    struct xdb_error err = {""};
    struct function *f = NULL;
    struct source *s = NULL;
    size_t n = 0;
    assert_int_equal(source_of(w->sources, "x = = 1", 7, &s, NULL), 0);
    assert_int_equal(function_find(s, "f", &f, 1, &n, &err), XDB_EFORMAT);
    assert_string_equal(err.text, "[string \"x = = 1\"]:1: unexpected symbol near '='");
}

int main(void)
{
#define WITH_LUA(test) cmocka_unit_test_setup_teardown(test, enter, leave)
    const struct CMUnitTest tests[] = {
        WITH_LUA(statements_name_their_functions),
        WITH_LUA(assignments_name_their_functions),
        WITH_LUA(a_dot_stays_a_dot),
        WITH_LUA(keys_name_the_functions_of_a_constructor),
        WITH_LUA(keys_in_brackets_are_shown_as_they_are),
        WITH_LUA(the_environment_is_not_part_of_a_name),
        WITH_LUA(passed_and_returned_functions_have_no_name),
        WITH_LUA(very_long_names_are_bounded),
        WITH_LUA(names_do_not_depend_on_the_caller),
        WITH_LUA(nameless_functions_are_called_as_their_caller_calls_them),
        WITH_LUA(c_functions_have_their_dotted_names),
        WITH_LUA(searchers_of_modules_have_names),
        WITH_LUA(metamethods_of_loaded_modules_are_not_called),
        WITH_LUA(modules_that_are_functions_have_the_name_of_the_module),
        WITH_LUA(functions_on_one_line_are_told_apart),
        WITH_LUA(closures_of_one_text_are_one_function),
        WITH_LUA(what_is_no_function_is_refused),
        WITH_LUA(stripped_code_is_named_by_its_caller),
        WITH_LUA(code_that_is_not_that_of_the_file_is_not_named_after_it),
        WITH_LUA(functions_in_missing_files_are_known_by_their_lines),
        WITH_LUA(short_lived_functions_do_not_pile_up),
        WITH_LUA(definitions_are_found_by_name),
        WITH_LUA(parameters_are_listed),
        WITH_LUA(text_that_does_not_compile_has_no_definitions),
    };
    return cmocka_run_group_tests_name("function", tests, NULL, NULL);
}
