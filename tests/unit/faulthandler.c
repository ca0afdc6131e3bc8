/* faulthandler: names from text, lines of the C stack, reports that read what is not there, and what is refused. */
#include "faulthandler/faulthandler.h"
#include "core/layout_stack.h"
#include "faulthandler/c_stack.h"
#include "faulthandler/dump.h"
#include "faulthandler/guard.h"
#include "faulthandler/name.h"
#include "faulthandler/out.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "core/error.h"

/* ---- a file to write reports to --------------------------------------------------------------- */

static char text[1 << 20];

static int fresh_file(void)
{
    int fd = memfd_create("report", 0);
    assert_true(fd >= 0);
    return fd;
}

/* What has been written, in `text`; closes the file. */
static const char *written(int fd)
{
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    assert_true(n >= 0);
    text[n] = '\0';
    close(fd);
    return text;
}

/* ---- names ------------------------------------------------------------------------------------ */

static void a_line_of_text_names_its_function(void **state)
{
    static const struct {
        const char *line, *name;
    } table[] = {
        {"local function f(a)", "f"},
        {"function M.run(...) -- function x", "M.run"},
        {"  function Account:deposit( n )", "Account:deposit"},
        {"function\tspaced (a)", "spaced"},
        {"f = function(a)", "f"},
        {"local f=function()", "f"},
        {"local f <const> = function()", "f"},
        {"a.b.c = function()", "a.b.c"},
        {"  key = function(self)", "key"},
        {"return {key = function(self)", "key"},
        {"x = 1, y = function()", "y"},
        {"{f, y = function()", "y"},
        {"[\"key\"] = function()", "key"},
        {"  ['key'] = function()", "key"},
        {"do f = function()", "f"},
        {"end f = function()", "f"},
        {"g() f = function()", "f"},
        {"", ""},
        {"return 1", ""},
        {"return function()", ""},
        {"table.sort(t, function(a, b)", ""},
        {"local a, b = function()", ""},
        {"a, b = function()", ""},
        {"t[1] = function()", ""},
        {"t[k] = function()", ""},
        {"t[\"key\"] = function()", ""},
        {"[\"a b\"] = function()", ""},
        {"x == function()", ""},
        {"= function()", ""},
        {"f = functional()", ""},
        {"dysfunction()", ""},
        {"local function f() return function() end end", ""},
        {"-- function f()", ""},
        {"function", ""},
        {"function 9()", ""},
        {"function f.()", ""},
        {"]= function()", ""},
        {"\"]= function()", ""},
        {"a\"]= function()", ""},
        {"\"a\"]= function()", ""},
        {"> = function()", ""},
    };
    char name[40];
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = name_in_line(table[i].line, strlen(table[i].line), name, sizeof name - 1);
        name[n] = '\0';
        if (strcmp(name, table[i].name) != 0)
            fail_msg("%s: %s", table[i].line, name);
    }
}

static void a_name_is_cut_to_its_room(void **state)
{
    char name[4];
    (void)state;
    assert_int_equal(name_in_line("function abcdef()", 17, name, 3), 3);
    assert_memory_equal(name, "abc", 3);
}

static void expect_name(const char *source, int line, const char *expected)
{
    char name[40];
    size_t n = name_of_definition(source, line, name, sizeof name - 1);
    name[n] = '\0';
    assert_string_equal(name, expected);
}

static void a_definition_is_read_from_its_file_or_chunk(void **state)
{
    (void)state;
    expect_name("local x\nfunction f() end", 2, "f");
    expect_name("a\r\nb\n\rc\rfunction f()\n\nfunction g()", 4, "f");
    expect_name("a\r\nb\n\rc\rfunction f()\n\nfunction g()", 6, "g");
    expect_name("function f()", 2, "");
    expect_name("function f()", 0, "");
    expect_name("=function f()", 1, "");
    expect_name("", 1, "");
    expect_name("@/nowhere/at.all", 1, "");
    expect_name("@/", 1, "");
    expect_name("@/dev/zero", 1, "");
    char path[] = "@/tmp/xdb-definition-XXXXXX";
    int fd = mkstemp(path + 1);
    assert_true(fd >= 0);
    for (int i = 0; i < 2000; i++)
        dprintf(fd, "-- line %d\n", i);
    dprintf(fd, "function at.line2001()\n");
    close(fd);
    expect_name(path, 2001, "at.line2001");
    expect_name(path, 2000, "");
    unlink(path + 1);
}

static void a_fifo_in_the_place_of_a_file_does_not_hang(void **state)
{
    char folder[] = "/tmp/xdb-fifo-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "@%s/fifo", folder);
    assert_int_equal(mkfifo(path + 1, 0600), 0);
    expect_name(path, 1, "");
    unlink(path + 1);
    rmdir(folder);
}

/* ---- text ------------------------------------------------------------------------------------- */

static void text_is_escaped_cut_and_written_whole(void **state)
{
    struct out o;
    char longer[502], expected[600];
    (void)state;
    int fd = fresh_file();
    out_init(&o, fd);
    out_decimal(&o, 0);
    out_decimal(&o, -9223372036854775807LL - 1);
    out_text(&o, " ");
    out_hex(&o, 0x1a, 16);
    out_hex(&o, 0, 1);
    out_hex(&o, UINTPTR_MAX, 1);
    out_name(&o, "a\xc3\n\x7f~", 5);
    out_flush(&o);
    assert_string_equal(written(fd), "0-9223372036854775808 0x000000000000001a0x00xffffffffffffffff"
                                     "a\\xc3\\x0a\\x7f~");
    memset(longer, 'x', sizeof longer);
    fd = fresh_file();
    out_init(&o, fd);
    out_name(&o, longer, 500);
    out_char(&o, '|');
    out_name(&o, longer, 501);
    out_char(&o, '|');
    out_flush(&o);
    snprintf(expected, sizeof expected, "%.500s|", longer);
    written(fd);
    assert_int_equal(strlen(text), 500 + 1 + 500 + 3 + 1);
    assert_memory_equal(text, expected, 501);
    assert_string_equal(text + 1001, "...|");
}

static void what_nobody_reads_is_given_up(void **state)
{
    struct out o;
    (void)state;
    out_init(&o, 12345);
    out_text(&o, "lost");
    out_flush(&o);
    assert_int_equal(o.len, 0);
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    out_init(&o, ends[1]);
    for (int i = 0; i < 200000; i++) /* waits once, not again and again */
        out_char(&o, 'x');
    assert_int_equal(o.fd, -1);
    close(ends[0]);
    close(ends[1]);
}

static void c_stack_lines_have_their_own_form(void **state)
{
    static const struct {
        const char *from, *line;
    } table[] = {
        {"/lib/x.so(open+0x1f) [0x7f00]", "  Binary file \"/lib/x.so\", at open+0x1f [0x10]\n"},
        {"/lib/x.so(+0x1f) [0x7f00]", "  Binary file \"/lib/x.so\", at +0x1f [0x10]\n"},
        {"/lib/x (1).so(f-0x1) [0x7f00]", "  Binary file \"/lib/x (1).so\", at f-0x1 [0x10]\n"},
        {"lua5.4 [0x7f00]", "  Binary file \"lua5.4\" [0x10]\n"},
        {"x.so() [0x7f00]", "  Binary file \"x.so\" [0x10]\n"},
        {"[0x7f00]", "  Binary file '<unknown>' [0x10]\n"},
        {"", "  Binary file '<unknown>' [0x10]\n"},
        {"(", "  Binary file '<unknown>' [0x10]\n"},
        {"a(b[0x", "  Binary file \"a\" [0x10]\n"},
        {"\n\xff [0x1]", "  Binary file \"\\x0a\\xff\" [0x10]\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct out o;
        int fd = fresh_file();
        out_init(&o, fd);
        c_stack_line(&o, table[i].from, strlen(table[i].from), (void *)0x10);
        out_flush(&o);
        assert_string_equal(written(fd), table[i].line);
    }
}

static void the_c_stack_leads_to_the_caller(void **state)
{
    (void)state;
    int fd = fresh_file();
    assert_int_equal(xdb_faulthandler_dump_c_stack(fd, NULL), 0);
    written(fd);
    static const char heading[] = "Current thread's C stack trace (most recent call first):\n";
    assert_memory_equal(text, heading, sizeof heading - 1);
    assert_non_null(strstr(text, "unit_faulthandler\", at "));
    assert_non_null(strstr(text, "__libc_start_main+0x"));
    assert_null(strstr(text, "dump_c_stack")); /* that is we */
}

/* ---- faults ----------------------------------------------------------------------------------- */

static char *gone; /* a page that cannot be read */

static void read_gone(void *data)
{
    *(int *)data = 1;
    *(int *)data += *(volatile char *)gone;
    *(int *)data = 2;
}

static void read_nothing_wrong(void *data)
{
    *(int *)data = 3;
}

static void on_other(int number)
{
    (void)number;
}

static void a_fault_ends_what_is_guarded_and_nothing_else(void **state)
{
    struct sigaction other = {.sa_handler = on_other}, now;
    int reached = 0;
    (void)state;
    gone = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaction(SIGSEGV, &other, NULL);
    for (int i = 0; i < 3; i++) {
        assert_true(guard_enter());
        assert_false(guard_enter()); /* by the same thread */
        assert_false(guard_run(read_gone, &reached));
        assert_int_equal(reached, 1);
        assert_true(guard_run(read_nothing_wrong, &reached));
        assert_int_equal(reached, 3);
        guard_leave();
    }
    sigaction(SIGSEGV, NULL, &now);
    assert_true(now.sa_handler == on_other);
    signal(SIGSEGV, SIG_DFL);
    munmap(gone, 4096);
}

/* A state whose innermost frame has its function where nothing is. */
static int dump_broken(lua_State *L)
{
    const struct xdb_faulthandler_options options = {.fd = (int)lua_tointeger(L, 1)};
    struct CallInfo *ci = layout_running(L);
    const void *right = layout_func(ci);
    const struct CallInfo *below = layout_previous(ci);
    gone = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (lua_toboolean(L, 2))
        memcpy((char *)ci + LAYOUT_CI_FUNC, &gone, sizeof gone);
    else
        layout_set_previous(ci, ci); /* without end */
    xdb_faulthandler_dump(L, &options, NULL);
    memcpy((char *)ci + LAYOUT_CI_FUNC, &right, sizeof right);
    layout_set_previous(ci, below);
    munmap(gone, 4096);
    return 0;
}

static const char *report_of(const char *code, lua_CFunction function, int fd, int how)
{
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    assert_int_equal(xdb_faulthandler_add(L, NULL, NULL), 0);
    lua_register(L, "dump", function);
    lua_pushinteger(L, fd);
    lua_setglobal(L, "fd");
    lua_pushboolean(L, how);
    lua_setglobal(L, "how");
    if (luaL_dostring(L, code))
        fail_msg("%s", lua_tostring(L, -1));
    xdb_faulthandler_remove(L);
    lua_close(L);
    return written(fd);
}

static void a_fault_in_a_report_is_told_and_survived(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    const char *report =
        report_of("local function f() dump(fd, how) end f()", dump_broken, fresh_file(), 1);
    assert_non_null(strstr(report, "Current coroutine 0x"));
    assert_non_null(strstr(report, "[main] (most recent call first):\n"
                                   "  <memory fault, the rest cannot be read>\n"));
}

static void a_stack_without_end_is_given_up(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    const char *report =
        report_of("local function f() dump(fd, how) end f()", dump_broken, fresh_file(), 0);
    assert_non_null(strstr(report, "  <no Lua frame>\n")); /* C frames over and over */
}

/* ---- what a report shows ---------------------------------------------------------------------- */

static int dump_plain(lua_State *L)
{
    const struct xdb_faulthandler_options options = {.fd = (int)lua_tointeger(L, 1),
                                                     .max_threads = (int)luaL_optinteger(L, 2, 0)};
    assert_int_equal(xdb_faulthandler_dump(L, &options, NULL), 0);
    return 0;
}

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)) != NULL; s++)
        n++;
    return n;
}

static void a_hundred_frames_are_shown(void **state)
{
    (void)state;
    report_of("local function r(n) if n == 0 then dump(fd) else r(n - 1) end return 1 end r(300)",
              dump_plain, fresh_file(), 0);
    assert_int_equal(count(text, "  File \""), 100);
    assert_int_equal(count(text, "in <main>"), 0);
}

static void a_hundred_coroutines_are_shown_unless_told_otherwise(void **state)
{
    static const char code[] =
        "t = {} for i = 1, 200 do t[i] = coroutine.wrap(coroutine.yield) t[i]() end dump(fd%s)";
    char with[200];
    (void)state;
    if (!layout_stack_prove())
        skip();
    for (int limit = 0; limit <= 300; limit += limit ? 299 : 1) {
        snprintf(with, sizeof with, code, limit == 0 ? "" : limit == 1 ? ", 1" : ", 300");
        report_of(with, dump_plain, fresh_file(), 0);
        assert_int_equal(count(text, "oroutine 0x"), limit == 0 ? 100 : limit == 1 ? 1 : 201);
        assert_int_equal(count(text, "\n...\n"), limit < 300);
    }
}

static int dump_all(lua_State *L)
{
    const struct xdb_faulthandler_options options = {.fd = (int)lua_tointeger(L, 1)};
    assert_int_equal(xdb_faulthandler_dump(NULL, &options, NULL), 0);
    return 0;
}

static int run_inner(lua_State *L)
{
    lua_State *inner = luaL_newstate();
    luaL_openlibs(inner);
    assert_int_equal(xdb_faulthandler_add(inner, "inner state", NULL), 0);
    lua_register(inner, "dump", dump_all);
    lua_pushinteger(inner, lua_tointeger(L, 1));
    lua_setglobal(inner, "fd");
    assert_int_equal(luaL_loadbuffer(inner, "local function f() dump(fd) end f()", 35, "=inner"),
                     LUA_OK);
    assert_int_equal(lua_pcall(inner, 0, 0, 0), LUA_OK);
    xdb_faulthandler_remove(inner);
    lua_close(inner);
    return 0;
}

static void the_innermost_of_several_states_is_current(void **state)
{
    (void)state;
    if (!layout_stack_prove())
        skip();
    report_of("local function g() dump(fd) end g()", run_inner, fresh_file(), 0);
    const char *first = strstr(text, "Current coroutine"), *second = strstr(text, "\nCoroutine");
    assert_ptr_equal(first, text);
    assert_non_null(strstr(first, "[inner state]"));
    assert_non_null(
        strstr(first, "  File \"inner\", line 1 in f\n  File \"inner\", line 1 in <main>\n"));
    assert_non_null(second);
    assert_non_null(strstr(second, "[main]"));
    assert_non_null(strstr(second, "line 1 in g\n"));
    assert_int_equal(count(text, "Current"), 1);
}

static void without_a_state_that_is_said(void **state)
{
    const struct xdb_faulthandler_options options = {.fd = fresh_file()};
    (void)state;
    assert_int_equal(xdb_faulthandler_dump(NULL, &options, NULL), 0);
    assert_string_equal(written(options.fd), "<no Lua state>\n");
}

/* ---- what is refused -------------------------------------------------------------------------- */

static void bad_options_change_nothing(void **state)
{
    struct xdb_faulthandler_options options = {.fd = 987};
    struct xdb_faulthandler_timer timer = {.seconds = 0};
    struct xdb_error err;
    (void)state;
    assert_int_equal(xdb_faulthandler_enable(NULL, &options, &err), XDB_EINVAL);
    assert_string_equal(err.text, "file is not a valid file descriptor");
    options.fd = 2;
    options.max_threads = -1;
    assert_int_equal(xdb_faulthandler_enable(NULL, &options, &err), XDB_EINVAL);
    assert_string_equal(err.text, "max_threads must be between 1 and 1000");
    options.max_threads = 0;
    assert_false(xdb_faulthandler_enabled());
    assert_int_equal(xdb_faulthandler_register(NULL, SIGSEGV, false, &options, &err), XDB_EINVAL);
    assert_string_equal(err.text, "signal 11 cannot be registered, use enable() instead");
    assert_int_equal(xdb_faulthandler_register(NULL, 0, false, &options, &err), XDB_EINVAL);
    assert_string_equal(err.text, "signal number out of range");
    assert_int_equal(xdb_faulthandler_register(NULL, SIGKILL, false, &options, &err), XDB_EIO);
    assert_string_equal(err.text, "[Errno 22] Invalid argument");
    assert_int_equal(xdb_faulthandler_unregister(SIGUSR1, &err), 0);
    assert_int_equal(xdb_faulthandler_later(NULL, &timer, &options, &err), XDB_EINVAL);
    assert_string_equal(err.text, "timeout must be greater than 0");
    timer.seconds = 1e30;
    assert_int_equal(xdb_faulthandler_later(NULL, &timer, &options, &err), XDB_EINVAL);
    assert_string_equal(err.text, "timeout value is too large");
    xdb_faulthandler_cancel();
    assert_false(xdb_faulthandler_disable());
}

static void handlers_are_put_back_as_they_were(void **state)
{
    struct sigaction other = {.sa_handler = on_other}, now;
    struct xdb_faulthandler_options options = {.fd = 2};
    (void)state;
    sigaction(SIGFPE, &other, NULL);
    sigaction(SIGUSR1, &other, NULL);
    for (int i = 0; i < 2; i++) { /* a second time changes the options alone */
        assert_int_equal(xdb_faulthandler_enable(NULL, &options, NULL), 0);
        assert_int_equal(xdb_faulthandler_register(NULL, SIGUSR1, false, &options, NULL), 0);
    }
    assert_true(xdb_faulthandler_enabled());
    sigaction(SIGFPE, NULL, &now);
    assert_true(now.sa_handler != on_other);
    assert_true(xdb_faulthandler_disable());
    assert_int_equal(xdb_faulthandler_unregister(SIGUSR1, NULL), 1);
    sigaction(SIGFPE, NULL, &now);
    assert_true(now.sa_handler == on_other);
    sigaction(SIGUSR1, NULL, &now);
    assert_true(now.sa_handler == on_other);
    signal(SIGFPE, SIG_DFL);
    signal(SIGUSR1, SIG_DFL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_text_names_its_function),
        cmocka_unit_test(a_name_is_cut_to_its_room),
        cmocka_unit_test(a_definition_is_read_from_its_file_or_chunk),
        cmocka_unit_test(a_fifo_in_the_place_of_a_file_does_not_hang),
        cmocka_unit_test(text_is_escaped_cut_and_written_whole),
        cmocka_unit_test(what_nobody_reads_is_given_up),
        cmocka_unit_test(c_stack_lines_have_their_own_form),
        cmocka_unit_test(the_c_stack_leads_to_the_caller),
        cmocka_unit_test(a_fault_ends_what_is_guarded_and_nothing_else),
        cmocka_unit_test(a_fault_in_a_report_is_told_and_survived),
        cmocka_unit_test(a_stack_without_end_is_given_up),
        cmocka_unit_test(a_hundred_frames_are_shown),
        cmocka_unit_test(a_hundred_coroutines_are_shown_unless_told_otherwise),
        cmocka_unit_test(the_innermost_of_several_states_is_current),
        cmocka_unit_test(without_a_state_that_is_said),
        cmocka_unit_test(bad_options_change_nothing),
        cmocka_unit_test(handlers_are_put_back_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
