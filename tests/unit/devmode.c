/* devmode: the command line of xlua, filters, what code says of global names, and the C functions. */
#include "devmode/devmode.h"
#include "devmode/arguments.h"
#include "devmode/names.h"

#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the command line ---- */

enum { MOST_WORDS = 12 };

/* Parses the words between spaces; "" stands for an empty one. */
struct line {
    char text[200];
    char *argv[MOST_WORDS];
    int argc;
    struct arguments a;
    struct xdb_error err;
};

static int parse(struct line *l, const char *text)
{
    snprintf(l->text, sizeof l->text, "xlua %s", text);
    l->argc = 0;
    for (char *word = strtok(l->text, " "); word; word = strtok(NULL, " "))
        l->argv[l->argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
    return arguments_parse(l->argc, l->argv, &l->a, &l->err);
}

static void options_of_lua_are_kept_and_end_as_for_lua(void **state)
{
    static const struct {
        const char *text;
        int words, script; /* the script's number, from 1 */
    } rows[] = {
        {"", 0, 1},
        {"a", 0, 1},
        {"-v a -v", 1, 2},
        {"-i -E", 2, 3},
        {"-e x a", 2, 3},
        {"-ex a", 1, 2},
        {"-- -v", 1, 2},
        {"- -v", 0, 1},
        {"-l x -l y=z", 4, 5},
        {"-W a", 1, 2},
        {"-W -v", 2, 3},
        {"-W", 1, 2},
        {"'' -v", 0, 1},
        {"-X dev a -X b", 0, 3},
        {"-Xdev -v", 1, 3},
        {"-v -X dev -E a", 2, 5},
        {"-W error a", 0, 3},
        {"-Wignore -W a", 1, 3},
        {"-W erroneous a", 1, 2},
        {"-X dev --", 1, 4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line l;
        assert_int_equal(parse(&l, rows[i].text), ARGUMENTS_RUN);
        if (l.a.nwords != rows[i].words || l.a.script != rows[i].script)
            fail_msg("%s: %d words, script %d", rows[i].text, l.a.nwords, l.a.script);
        arguments_release(&l.a);
    }
}

static void what_lua_refuses_is_refused_at_the_same_word(void **state)
{
    static const struct {
        const char *text, *refused;
    } rows[] = {{"-x", "-x"},
                {"-v -q a", "-q"},
                {"-e", "-e"},
                {"-e -v", "-e"},
                {"-l", "-l"},
                {"--x", "--x"},
                {"-vi", "-vi"},
                {"-Ex", "-Ex"},
                {"-Wfoo", "-Wfoo"},
                {"-h", "-h"},
                {"--version", "--version"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line l;
        assert_int_equal(parse(&l, rows[i].text), ARGUMENTS_REFUSED);
        assert_string_equal(l.a.refused, rows[i].refused);
        arguments_release(&l.a);
    }
}

static void switches_say_what_is_on(void **state)
{
    struct line l;
    (void)state;
    assert_int_equal(parse(&l, "-X dev -Xfaulthandler -X tracemalloc=25 -W error:GlobalWarning"),
                     ARGUMENTS_RUN);
    assert_true(l.a.on.dev && l.a.on.faulthandler && l.a.on.tracemalloc == 25 && l.a.nfilters == 1);
    arguments_release(&l.a);
    assert_int_equal(parse(&l, "-X tracemalloc"), ARGUMENTS_RUN);
    assert_true(!l.a.on.dev && l.a.on.tracemalloc == 1);
    arguments_release(&l.a);
    assert_int_equal(parse(&l, "-v --help"), ARGUMENTS_HELP);
    arguments_release(&l.a);
}

static void wrong_switches_and_filters_get_one_line(void **state)
{
    static const char *const rows[] = {"-X",
                                       "-X fast",
                                       "-X tracemalloc=",
                                       "-X tracemalloc=0",
                                       "-X tracemalloc=65536",
                                       "-X tracemalloc=1x",
                                       "-W error:Warning",
                                       "-Wignore:",
                                       "-X ''"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct line l;
        assert_int_equal(parse(&l, rows[i]), XDB_EINVAL);
        assert_true(l.err.text[0] && !strchr(l.err.text, '\n'));
        arguments_release(&l.a);
    }
}

static void the_last_filter_that_fits_counts(void **state)
{
    struct xdb_devmode_filters f = xdb_devmode_defaults().filters;
    struct xdb_error err;
    (void)state;
    assert_int_equal(xdb_devmode_filter(&f, "ignore", &err), 0);
    assert_int_equal(xdb_devmode_filter(&f, "error:RuntimeWarning", &err), 0);
    for (int i = 0; i < XDB_DEVMODE_CATEGORIES; i++)
        assert_int_equal(f.action[i],
                         i == XDB_RUNTIME_WARNING ? XDB_DEVMODE_ERROR : XDB_DEVMODE_IGNORE);
    struct xdb_devmode_filters before = f;
    assert_int_equal(xdb_devmode_filter(&f, "default:Nothing", &err), XDB_EINVAL);
    assert_int_equal(xdb_devmode_filter(&f, "", &err), XDB_EINVAL);
    assert_memory_equal(&f, &before, sizeof f);
    assert_int_equal(xdb_devmode_category_named("GlobalWarning"), XDB_GLOBAL_WARNING);
    assert_int_equal(xdb_devmode_category_named("Warning"), -1);
    assert_null(xdb_devmode_category_name(XDB_DEVMODE_CATEGORIES));
}

/* ---- names in code ---- */

/* Compiles one line; whether it uses the global `x`. */
static bool uses(lua_State *L, const char *text)
{
    struct bytecode *code;
    assert_int_equal(luaL_loadstring(L, text), LUA_OK);
    assert_int_equal(bytecode_of(L, -1, &code, NULL), 0);
    bool used = names_used(code->main, 1, "x", 1);
    bytecode_free(code);
    lua_pop(L, 1);
    return used;
}

static void to_ask_whether_a_name_is_there_is_no_use_of_it(void **state)
{
    static const char *const asks[] = {"if x then end",    "if not x then end",
                                       "local a = x or 1", "local a = x and x.y",
                                       "return x == nil",  "if nil ~= x then end",
                                       "return type(x)",   "assert(x)",
                                       "while x do end",   "return not x",
                                       "return y",         "_G.x = 1",
                                       "return _G.x",      "local x = 1; return x",
                                       "x = x or {}",      "local type = type; return type(x)"};
    static const char *const used[] = {"print(x)",         "return x",
                                       "local a = x",      "x()",
                                       "x.y = 1",          "return x + 1",
                                       "local t = {x}",    "return x == 5",
                                       "return x == 'a'",  "for i = 1, x do end",
                                       "return #x",        "y = x",
                                       "return f(type, x)"};
    lua_State *L = luaL_newstate();
    (void)state;
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
        if (uses(L, asks[i]))
            fail_msg("no use: %s", asks[i]);
    for (size_t i = 0; i < sizeof used / sizeof *used; i++)
        if (!uses(L, used[i]))
            fail_msg("a use: %s", used[i]);
    lua_close(L);
}

static void names_are_alike_by_few_changes(void **state)
{
    static const struct {
        const char *a, *b;
        int distance;
    } rows[] = {{"print", "pirnt", 1},
                {"print", "print", 0},
                {"print", "prnt", 1},
                {"count", "cuont", 1},
                {"abc", "xyz", 3},
                {"", "ab", 2},
                {"setmetatable", "setmetatabel", 1}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(names_distance(rows[i].a, rows[i].b, 5), rows[i].distance);
    assert_int_equal(names_distance("short", "a much longer name", 2), 3);
}

/* ---- in a host ---- */

static void collect(void *user, const char *text, size_t len)
{
    char *log = user;
    strncat(log, text, len);
}

static void a_host_is_told_of_findings(void **state)
{
    char log[4000] = "";
    struct xdb_devmode_options o = xdb_devmode_defaults();
    struct xdb_error err;
    lua_State *L = luaL_newstate();
    (void)state;
    o.write = collect;
    o.user = log;
    luaL_openlibs(L);
    assert_false(xdb_devmode_enabled(L));
    assert_int_equal(xdb_devmode_allow(L, "x", &err), XDB_EINVAL);
    xdb_devmode_warn(L, XDB_RUNTIME_WARNING, 1, "nobody listens");
    assert_int_equal(xdb_devmode_enable(L, &o, &err), 0);
    assert_true(xdb_devmode_enabled(L));
    assert_int_equal(luaL_dostring(L, "local a = undefined"), LUA_OK);
    assert_non_null(
        strstr(log, "GlobalWarning: undefined global 'undefined'\n  local a = undefined\n"));
    log[0] = '\0';
    assert_int_equal(xdb_devmode_allow(L, "allowed", &err), 0);
    assert_int_equal(luaL_dostring(L, "local a = allowed"), LUA_OK);
    xdb_devmode_filter(&o.filters, "error", &err);
    assert_int_equal(xdb_devmode_enable(L, &o, &err), 0);
    assert_true(luaL_dostring(L, "return other"));
    assert_non_null(strstr(lua_tostring(L, -1), ":1: GlobalWarning: undefined global 'other'"));
    assert_string_equal(log, "");
    assert_int_equal(luaL_dostring(L, "f = io.tmpfile()"), LUA_OK);
    lua_close(L);
    assert_non_null(strstr(log, "Error ignored in __gc: "));
    assert_non_null(strstr(log, "unclosed file <name='(temporary)' mode='w+'>"));
}

static void two_states_know_nothing_of_each_other(void **state)
{
    char first[2000] = "", second[2000] = "";
    struct xdb_devmode_options o = xdb_devmode_defaults();
    lua_State *A = luaL_newstate(), *B = luaL_newstate();
    (void)state;
    luaL_openlibs(A);
    luaL_openlibs(B);
    o.write = collect;
    o.user = first;
    assert_int_equal(xdb_devmode_enable(A, &o, NULL), 0);
    assert_int_equal(luaL_dostring(B, "return nothing"), LUA_OK);
    o.user = second;
    assert_int_equal(xdb_devmode_enable(B, &o, NULL), 0);
    assert_int_equal(luaL_dostring(B, "return something"), LUA_OK);
    lua_close(A);
    assert_int_equal(luaL_dostring(B, "coroutine.create(print)"), LUA_OK);
    lua_close(B);
    assert_string_equal(first, "");
    assert_non_null(strstr(second, "something"));
    assert_non_null(strstr(second, "coroutine was never started"));
}

static void a_host_s_metatable_of_the_globals_stays(void **state)
{
    struct xdb_devmode_options o = xdb_devmode_defaults();
    lua_State *L = luaL_newstate();
    (void)state;
    luaL_openlibs(L);
    assert_int_equal(luaL_dostring(L, "setmetatable(_G, {__index = function(_, k) return k end})"),
                     LUA_OK);
    assert_int_equal(xdb_devmode_enable(L, &o, NULL), 0);
    assert_int_equal(
        luaL_dostring(L, "assert(getmetatable(_G).__index and anything == 'anything')"), LUA_OK);
    lua_close(L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_of_lua_are_kept_and_end_as_for_lua),
        cmocka_unit_test(what_lua_refuses_is_refused_at_the_same_word),
        cmocka_unit_test(switches_say_what_is_on),
        cmocka_unit_test(wrong_switches_and_filters_get_one_line),
        cmocka_unit_test(the_last_filter_that_fits_counts),
        cmocka_unit_test(to_ask_whether_a_name_is_there_is_no_use_of_it),
        cmocka_unit_test(names_are_alike_by_few_changes),
        cmocka_unit_test(a_host_is_told_of_findings),
        cmocka_unit_test(two_states_know_nothing_of_each_other),
        cmocka_unit_test(a_host_s_metatable_of_the_globals_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
