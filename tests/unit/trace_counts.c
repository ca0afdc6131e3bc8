/*
** trace: line counts are those of Lua's own line hook, on every construct of tests/corpus/trace, whichever way they are
** counted: by instruction with and without branches, only whether, in pieces, beside another tool.
*/
#include "trace/collector.h"
#include "trace/trace.h"

#include "core/error.h"

#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

enum { MAX_LINE = 200 };

static char corpus[PATH_MAX];

/* What Lua's line hook said of the file that is run. */
static int64_t expected[MAX_LINE + 1];
static char running[PATH_MAX + 1]; /* its chunk name */

static void on_line(lua_State *L, lua_Debug *ar)
{
    lua_getinfo(L, "S", ar);
    if (strcmp(ar->source, running) == 0 && ar->currentline > 0 && ar->currentline <= MAX_LINE)
        expected[ar->currentline]++;
}

static int message(lua_State *L)
{
    luaL_traceback(L, L, lua_tostring(L, 1), 1);
    return 1;
}

/* Loads the file as the value on the top, above a message handler. */
static lua_State *open_file(const char *path)
{
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_pushcfunction(L, message);
    assert_int_equal(luaL_loadfile(L, path), LUA_OK);
    snprintf(running, sizeof running, "@%s", path);
    return L;
}

static void call(lua_State *L)
{
    if (lua_pcall(L, 0, 0, 1) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
}

static void ask_lua(const char *path)
{
    memset(expected, 0, sizeof expected);
    lua_State *L = open_file(path);
    if (strstr(path,
               "own_hook")) { /* it takes the hook away: what it does by itself is in .cover */
        lua_close(L);
        return;
    }
    lua_sethook(L, on_line, LUA_MASKLINE, 0);
    call(L);
    lua_close(L);
}

static void compare(const char *path, struct xdb_results *r, bool once, const char *how)
{
    for (int line = 1; line <= MAX_LINE; line++) {
        int64_t n = xdb_results_line(r, path, line);
        int64_t want = once && expected[line] ? 1 : expected[line];
        if (n != want && !(n < 0 && want == 0))
            fail_msg("%s, %s: line %d was counted %lld times, not %lld", path, how, line,
                     (long long)n, (long long)want);
    }
}

static void count_and_compare(const char *path, unsigned what, const char *how)
{
    const struct xdb_trace_config config = {.what = what};
    struct xdb_error err = {""};
    lua_State *L = open_file(path);
    struct xdb_trace *t = xdb_trace_new(L, &config, &err);
    assert_non_null(t);
    assert_int_equal(xdb_trace_start(t, L, &err), 0);
    call(L);
    xdb_trace_stop(t, L);
    assert_int_equal(lua_gethookmask(L), 0);
    struct xdb_results *r = xdb_trace_results(t, L, &err);
    assert_non_null(r);
    compare(path, r, what & XDB_TRACE_ONCE, how);
    xdb_results_free(r);
    xdb_trace_free(t, L);
    universe_close(universe_find(L), L);
    lua_close(L);
}

/* Another observer, which makes the events go through core/hook's own function. */
static void ignore_event(lua_State *L, lua_Debug *ar)
{
    (void)L, (void)ar;
}

static int all_calls(struct hook_observer *o, lua_State *L)
{
    (void)o, (void)L;
    return LUA_MASKCALL;
}

static void count_beside_another(const char *path)
{
    const struct xdb_trace_config config = {.what = XDB_TRACE_COUNT | XDB_TRACE_BRANCHES};
    struct hook_observer other = {.hook = ignore_event, .mask = all_calls};
    struct xdb_error err = {""};
    lua_State *L = open_file(path);
    struct xdb_trace *t = xdb_trace_new(L, &config, &err);
    assert_non_null(t);
    hook_attach(universe_open(L), &other);
    hook_want(&other, L, LUA_MASKCALL);
    assert_int_equal(xdb_trace_start(t, L, &err), 0);
    call(L);
    xdb_trace_stop(t, L);
    hook_detach(&other, L);
    struct xdb_results *r = xdb_trace_results(t, L, &err);
    compare(path, r, false, "beside another tool");
    xdb_results_free(r);
    xdb_trace_free(t, L);
    universe_close(universe_find(L), L);
    lua_close(L);
}

static void each_file(void (*check)(const char *path))
{
    struct dirent **names;
    int n = scandir(corpus, &names, NULL, alphasort), files = 0;
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        char path[2 * PATH_MAX];
        size_t len = strlen(names[i]->d_name);
        if (len > 4 && strcmp(names[i]->d_name + len - 4, ".lua") == 0 &&
            strcmp(names[i]->d_name, "own_hook.lua") != 0) {
            snprintf(path, sizeof path, "%s/%s", corpus, names[i]->d_name);
            ask_lua(path);
            check(path);
            files++;
        }
        free(names[i]);
    }
    free(names);
    assert_true(files >= 12);
}

static void by_count(const char *path)
{
    count_and_compare(path, XDB_TRACE_COUNT, "counted");
}

static void with_branches(const char *path)
{
    count_and_compare(path, XDB_TRACE_COUNT | XDB_TRACE_BRANCHES | XDB_TRACE_CONDITIONS,
                      "with branches");
}

static void once(const char *path)
{
    count_and_compare(path, XDB_TRACE_COUNT | XDB_TRACE_ONCE, "once");
}

static void once_with_branches(const char *path)
{
    count_and_compare(path, XDB_TRACE_COUNT | XDB_TRACE_ONCE | XDB_TRACE_BRANCHES,
                      "once with branches");
}

static void drop(void *user, const char *text, size_t n)
{
    (void)text;
    *(size_t *)user += n;
}

static void told_and_counted(const char *path)
{
    size_t written = 0;
    const struct xdb_trace_config config = {
        .what = XDB_TRACE_COUNT | XDB_TRACE_LINES, .write = drop, .user = &written};
    struct xdb_error err = {""};
    lua_State *L = open_file(path);
    struct xdb_trace *t = xdb_trace_new(L, &config, &err);
    assert_non_null(t);
    assert_int_equal(xdb_trace_start(t, L, &err), 0);
    call(L);
    xdb_trace_stop(t, L);
    struct xdb_results *r = xdb_trace_results(t, L, &err);
    compare(path, r, false, "told");
    assert_true(written > 0);
    xdb_results_free(r);
    xdb_trace_free(t, L);
    universe_close(universe_find(L), L);
    lua_close(L);
}

static void counts_are_those_of_the_line_hook(void **state)
{
    (void)state;
    each_file(by_count);
}

static void branches_do_not_change_them(void **state)
{
    (void)state;
    each_file(with_branches);
}

static void whether_a_line_ran_is_what_the_line_hook_says(void **state)
{
    (void)state;
    each_file(once);
    each_file(once_with_branches);
}

static void beside_another_tool_they_are_the_same(void **state)
{
    (void)state;
    each_file(count_beside_another);
}

static void told_lines_are_counted_the_same(void **state)
{
    (void)state;
    each_file(told_and_counted);
}

static int push_mask(lua_State *L)
{
    lua_pushboolean(L, (lua_gethookmask(L) & (LUA_MASKLINE | LUA_MASKCOUNT)) != 0);
    return 1;
}

/* A state with a trace that runs, and the function `heard`: whether its caller is heard of beside calls. */
static lua_State *open_traced(const struct xdb_trace_config *config, struct xdb_trace **t)
{
    struct xdb_error err = {""};
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "heard", push_mask);
    *t = xdb_trace_new(L, config, &err);
    assert_non_null(*t);
    assert_int_equal(xdb_trace_start(*t, L, &err), 0);
    return L;
}

static void close_traced(lua_State *L, struct xdb_trace *t)
{
    xdb_trace_free(t, L);
    universe_close(universe_find(L), L);
    lua_close(L);
}

static bool run_bool(lua_State *L, const char *text)
{
    assert_int_equal(luaL_loadbuffer(L, text, strlen(text), "@/nowhere/a.lua"), LUA_OK);
    if (lua_pcall(L, 0, 1, 0) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    bool answer = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return answer;
}

static const char covered[] = "local function f(x)\n"
                              "  for i = 1, x do local y = i end\n"
                              "  return heard()\n"
                              "end\n"
                              "local first, second = f(1), f(2)\n"
                              "return second\n";

static void a_covered_function_is_heard_of_by_its_calls_alone(void **state)
{
    (void)state;
    const struct xdb_trace_config once = {.what = XDB_TRACE_COUNT | XDB_TRACE_ONCE};
    const struct xdb_trace_config always = {.what = XDB_TRACE_COUNT};
    struct xdb_trace *t;
    lua_State *L = open_traced(&always, &t);
    if (*xdb_trace_branches_verdict()) {
        close_traced(L, t);
        skip();
    }
    assert_true(run_bool(L, covered));
    close_traced(L, t);
    L = open_traced(&once, &t);
    assert_false(run_bool(L, covered));
    close_traced(L, t);
}

static bool none(void *user, const char *path)
{
    (void)user, (void)path;
    return false;
}

static void files_not_wanted_are_heard_of_by_their_calls_alone(void **state)
{
    (void)state;
    const struct xdb_trace_config config = {.what = XDB_TRACE_COUNT, .wanted = none};
    struct xdb_trace *t;
    lua_State *L = open_traced(&config, &t);
    struct xdb_error err = {""};
    if (*xdb_trace_branches_verdict()) {
        close_traced(L, t);
        skip();
    }
    assert_false(run_bool(L, covered));
    struct xdb_results *r = xdb_trace_results(t, L, &err);
    assert_null(xdb_results_file(r, 0, NULL));
    xdb_results_free(r);
    close_traced(L, t);
}

static int64_t count_of(struct xdb_trace *t, lua_State *L, int line)
{
    struct xdb_error err = {""};
    struct xdb_results *r = xdb_trace_results(t, L, &err);
    assert_non_null(r);
    int64_t n = xdb_results_line(r, "/nowhere/a.lua", line);
    xdb_results_free(r);
    return n;
}

/* They take turns in the middle of their functions. */
static void several_states_do_not_disturb_each_other(void **state)
{
    (void)state;
    static const char text[] = "local sum = 0\n"
                               "for i = 1, 10 do\n"
                               "  sum = sum + i\n"
                               "  coroutine.yield()\n"
                               "end\n";
    const struct xdb_trace_config config = {.what = XDB_TRACE_COUNT | XDB_TRACE_BRANCHES};
    struct xdb_trace *t[2];
    lua_State *L[2], *co[2];
    for (int i = 0; i < 2; i++) {
        L[i] = open_traced(&config, &t[i]);
        co[i] = lua_newthread(L[i]);
        assert_int_equal(luaL_loadbuffer(co[i], text, sizeof text - 1, "@/nowhere/a.lua"), LUA_OK);
    }
    for (int turn = 0; turn < 5; turn++)
        for (int i = 0; i < 2; i++) {
            int n;
            assert_int_equal(lua_resume(co[i], L[i], 0, &n), LUA_YIELD);
        }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(count_of(t[i], L[i], 1), 1);
        assert_int_equal(count_of(t[i], L[i], 2), 5);
        assert_int_equal(count_of(t[i], L[i], 3), 5);
        xdb_trace_clear(t[i], L[i]);
        assert_int_equal(count_of(t[i], L[i], 3), 0);
        close_traced(L[i], t[i]);
    }
}

int main(void)
{
    const char *root = getenv("XDB_SOURCE_ROOT");
    char folder[PATH_MAX];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_line_hook),
        cmocka_unit_test(branches_do_not_change_them),
        cmocka_unit_test(whether_a_line_ran_is_what_the_line_hook_says),
        cmocka_unit_test(beside_another_tool_they_are_the_same),
        cmocka_unit_test(told_lines_are_counted_the_same),
        cmocka_unit_test(a_covered_function_is_heard_of_by_its_calls_alone),
        cmocka_unit_test(files_not_wanted_are_heard_of_by_their_calls_alone),
        cmocka_unit_test(several_states_do_not_disturb_each_other),
    };
    snprintf(folder, sizeof folder, "%s/tests/corpus/trace", root ? root : ".");
    if (!realpath(folder, corpus)) {
        fprintf(stderr, "%s: no such folder\n", folder);
        return 1;
    }
    return cmocka_run_group_tests_name("trace_counts", tests, NULL, NULL);
}
