/* cli/script: what a command hears of a run, how runs end, and that they can be repeated. */
#include "cli/script.h"
#include "core/buffer.h"

#include <lauxlib.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A script in a folder of its own, and what the events said of its run. */
struct fixture {
    char folder[32];
    char script[64];
    char module_path[64]; /* for LUA_PATH */
    struct buffer log;
    const char *errors; /* what the run wrote to stderr, in `error_text` */
    struct buffer error_text;
    enum script_end end;
    bool quit_when_loaded;
    bool quit_when_uncaught;
    bool raise_when_uncaught;
    bool raise_when_finished;
    size_t allocated; /* bytes, through the allocator of a test */
    size_t left;      /* allocations that may still succeed */
};

static const char quit; /* its address is the quit error */

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    strcpy(f->folder, "/tmp/xdb_script_XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->script, sizeof f->script, "%s/script.lua", f->folder);
    snprintf(f->module_path, sizeof f->module_path, "%s/?.lua", f->folder);
    buffer_init(&f->log);
    buffer_init(&f->error_text);
    unsetenv("LUA_INIT");
    unsetenv("LUA_INIT_5_4");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(f->script);
    rmdir(f->folder);
    unsetenv("LUA_INIT");
    unsetenv("LUA_PATH");
    buffer_release(&f->log);
    buffer_release(&f->error_text);
    free(f);
    return 0;
}

static void on_opened(lua_State *L, void *data)
{
    struct fixture *f = data;
    lua_getglobal(L, "arg");
    lua_rawgeti(L, -1, 0);
    const char *name = lua_tostring(L, -1);
    buffer_addf(&f->log, "opened %s;", strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
    lua_pop(L, 2);
}

static void on_loaded(lua_State *L, void *data)
{
    struct fixture *f = data;
    lua_Debug ar;
    lua_pushvalue(L, -1);
    assert_true(lua_getinfo(L, ">S", &ar));
    lua_getglobal(L, "init");
    buffer_addf(&f->log, "loaded %s%s;", ar.what, lua_isnil(L, -1) ? "" : " after init");
    lua_pop(L, 1);
    if (f->quit_when_loaded) {
        lua_pushlightuserdata(L, (void *)&quit);
        lua_error(L);
    }
}

static void on_uncaught(lua_State *L, void *data)
{
    struct fixture *f = data;
    lua_Debug ar;
    assert_int_equal(lua_gettop(L), 1);
    buffer_addf(&f->log, "uncaught %s", luaL_tolstring(L, 1, NULL));
    lua_pop(L, 1);
    for (int level = 1; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "Sl", &ar);
        buffer_addf(&f->log, " %d", ar.currentline);
        const char *name = *ar.what == 'L' ? lua_getlocal(L, &ar, 1) : NULL;
        if (name) {
            buffer_addf(&f->log, ":%s=%s", name, lua_tostring(L, -1));
            lua_pop(L, 1);
        }
    }
    buffer_addc(&f->log, ';');
    if (f->quit_when_uncaught) {
        lua_pushlightuserdata(L, (void *)&quit);
        lua_error(L);
    }
    if (f->raise_when_uncaught)
        luaL_error(L, "the event's own error");
}

static void on_finished(lua_State *L, enum script_end end, void *data)
{
    struct fixture *f = data;
    buffer_addf(&f->log, "finished %d", (int)end);
    if (f->raise_when_finished)
        luaL_error(L, "the end went wrong");
}

static const struct script_events events = {on_opened, on_loaded, on_uncaught, on_finished};

static struct script_options options_for(struct fixture *f, char **argv)
{
    argv[0] = f->script;
    return (struct script_options){
        .progname = "lua", .argc = 1, .argv = argv, .quit = &quit, .events = &events, .data = f};
}

/* Runs with stderr kept aside, the log and the errors of an earlier run forgotten. */
static int run_options(struct fixture *f, const struct script_options *o)
{
    FILE *kept = tmpfile();
    assert_non_null(kept);
    int saved = dup(STDERR_FILENO);
    assert_true(saved >= 0 && dup2(fileno(kept), STDERR_FILENO) >= 0);
    buffer_clear(&f->log);
    buffer_clear(&f->error_text);
    int status = script_run(o, &f->end);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(kept);
    for (int c; (c = fgetc(kept)) != EOF;)
        buffer_addc(&f->error_text, (char)c);
    fclose(kept);
    f->errors = f->error_text.data;
    return status;
}

static int run_text(struct fixture *f, const char *text)
{
    char *argv[1];
    struct script_options o = options_for(f, argv);
    write_file(f->script, text);
    return run_options(f, &o);
}

static void events_come_in_order(void **state)
{
    struct fixture *f = *state;
    setenv("LUA_INIT", "init = true", 1);
    assert_int_equal(run_text(f, "local x = 1"), 0);
    assert_string_equal(f->log.data, "opened script.lua;loaded main after init;finished 0");
    assert_int_equal(f->end, SCRIPT_FINISHED);
    assert_string_equal(f->errors, "");
}

static void no_event_is_needed(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    struct script_events none = {NULL, NULL, NULL, NULL};
    write_file(f->script, "error('e', 0)");
    o.events = &none;
    assert_int_equal(run_options(f, &o), 1);
    o.events = NULL;
    assert_int_equal(run_options(f, &o), 1);
    assert_int_equal(
        script_run(&(struct script_options){.nswitches = 1, .switches = (char *[]){"-ex = 1"}},
                   NULL),
        0);
}

static void an_uncaught_error_shows_the_stack_that_raised_it(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        run_text(f, "local function f(a)\n  error('bad', 0)\nend\nlocal b = 'B'\nf('A') b = 1\n"),
        1);
    assert_string_equal(f->log.data, "opened script.lua;loaded main;"
                                     "uncaught bad -1 2:a=A 5 -1;finished 1");
    assert_int_equal(f->end, SCRIPT_ERROR);
    assert_non_null(strstr(f->errors, "lua: bad\nstack traceback:\n"));
}

static void a_caught_error_is_no_event(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(run_text(f, "pcall(error, 'x') xpcall(error, type, 'y')"), 0);
    assert_string_equal(f->log.data, "opened script.lua;loaded main;finished 0");
}

static void an_error_in_the_event_does_not_lead_to_the_event_again(void **state)
{
    struct fixture *f = *state;
    f->raise_when_uncaught = true;
    assert_int_equal(run_text(f, "error('first', 0)"), 1);
    assert_string_equal(f->log.data,
                        "opened script.lua;loaded main;uncaught first -1 1 -1;finished 1");
    assert_non_null(strstr(f->errors, "the event's own error"));
}

static void an_error_in_the_init_text_is_heard_and_ends_the_run(void **state)
{
    struct fixture *f = *state;
    setenv("LUA_INIT", "error('init', 0)", 1);
    assert_int_equal(run_text(f, "print('not reached')"), 1);
    assert_string_equal(f->log.data, "opened script.lua;uncaught init -1 1 -1;finished 1");
    assert_non_null(strstr(f->errors, "lua: init\n"));
}

static void the_environment_can_be_ignored(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    setenv("LUA_INIT", "error('init')", 1);
    setenv("LUA_PATH", "from the environment", 1);
    write_file(f->script, "assert(package.path ~= 'from the environment' and arg[-2] == nil)");
    o.no_env = true;
    assert_int_equal(run_options(f, &o), 0);
    assert_string_equal(f->errors, "");
}

static void a_quit_is_silent_from_anywhere(void **state)
{
    struct fixture *f = *state;
    f->quit_when_loaded = true;
    assert_int_equal(run_text(f, "print('not reached')"), 0);
    assert_int_equal(f->end, SCRIPT_QUIT);
    assert_string_equal(f->log.data, "opened script.lua;loaded main;finished 4");
    f->quit_when_loaded = false;
    f->quit_when_uncaught = true;
    assert_int_equal(run_text(f, "error('e')"), 0);
    assert_int_equal(f->end, SCRIPT_QUIT);
    assert_string_equal(f->errors, "");
}

static int raise_quit(lua_State *L)
{
    lua_pushlightuserdata(L, (void *)&quit);
    return lua_error(L);
}

static void give_quit(lua_State *L, void *data)
{
    (void)data;
    lua_pushcfunction(L, raise_quit);
    lua_setglobal(L, "quit");
}

static void a_quit_closes_what_is_pending_and_the_state(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    struct script_events with_quit = {give_quit, NULL, on_uncaught, NULL};
    o.events = &with_quit;
    write_file(
        f->script,
        "g = setmetatable({}, {__gc = function() io.stderr:write('gc') end})\n"
        "local c <close> = setmetatable({}, {__close = function() io.stderr:write('close ') end})\n"
        "quit()");
    assert_int_equal(run_options(f, &o), 0);
    assert_int_equal(f->end, SCRIPT_QUIT);
    assert_string_equal(f->errors, "close gc");
    assert_string_equal(f->log.data, "");
}

static void another_light_userdata_is_an_error(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    static const char other;
    struct script_events with_quit = {give_quit, NULL, NULL, NULL};
    o.events = &with_quit;
    o.quit = &other;
    write_file(f->script, "quit()");
    assert_int_equal(run_options(f, &o), 1);
    assert_int_equal(f->end, SCRIPT_ERROR);
    assert_non_null(strstr(f->errors, "lua: (error object is a userdata value)\n"));
}

static void a_failing_end_event_is_reported(void **state)
{
    struct fixture *f = *state;
    f->raise_when_finished = true;
    assert_int_equal(run_text(f, ""), 1);
    assert_int_equal(f->end, SCRIPT_FINISHED);
    assert_string_equal(f->errors, "lua: the end went wrong\n");
}

static void the_end_says_why_nothing_ran(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    assert_int_equal(run_options(f, &o), 1);
    assert_int_equal(f->end, SCRIPT_NOFILE);
    assert_string_equal(f->log.data, "opened script.lua;finished 3");
    assert_non_null(strstr(f->errors, "lua: cannot open "));
    assert_int_equal(run_text(f, "x = = 1"), 1);
    assert_int_equal(f->end, SCRIPT_SYNTAX);
    assert_string_equal(f->log.data, "opened script.lua;finished 2");
    assert_non_null(strstr(f->errors, ":1: unexpected symbol near '='\n"));
}

static void every_run_has_a_fresh_state(void **state)
{
    struct fixture *f = *state;
    const char *text = "assert(seen == nil) seen = true assert(collectgarbage('count') < 100) big "
                       "= ('x'):rep(1e6)";
    for (int i = 0; i < 20; i++)
        assert_int_equal(run_text(f, text), 0);
    assert_int_equal(run_text(f, "error('in between')"), 1);
    assert_int_equal(run_text(f, text), 0);
    assert_string_equal(f->errors, "");
}

static void run_inner(lua_State *L, void *data)
{
    struct script_options inner = {
        .progname = "inner",
        .nswitches = 1,
        .switches = (char *[]){"-eerror('inner', 0)"},
    };
    struct fixture *f = data;
    (void)L;
    buffer_addf(&f->log, "inner %d;", script_run(&inner, NULL));
}

static void a_run_inside_of_a_run_keeps_them_apart(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    struct script_events nested = {run_inner, run_inner, on_uncaught, NULL};
    o.events = &nested;
    write_file(f->script, "error('outer', 0)");
    assert_int_equal(run_options(f, &o), 1);
    assert_string_equal(f->log.data, "inner 1;inner 1;uncaught outer -1 1 -1;");
    assert_non_null(strstr(f->errors, "inner: inner\n"));
    assert_non_null(strstr(f->errors, "lua: outer\n"));
}

/* A thread of the next test: its scripts fail and tell nobody but its own log. */
static void *run_often(void *data)
{
    struct fixture *f = data;
    struct script_options o = {.progname = "lua",
                               .nswitches = 1,
                               .switches = (char *[]){"-equit()"},
                               .own_sigint = true,
                               .quit = &quit};
    struct script_events with_quit = {give_quit, NULL, on_uncaught, on_finished};
    o.events = &with_quit;
    o.data = f;
    for (int i = 0; i < 50; i++)
        script_run(&o, &f->end);
    return NULL;
}

static void threads_run_scripts_side_by_side(void **state)
{
    (void)state;
    struct fixture f[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        memset(&f[i], 0, sizeof f[i]);
        buffer_init(&f[i].log);
        assert_int_equal(pthread_create(&threads[i], NULL, run_often, &f[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(f[i].log.len, 50 * strlen("finished 4"));
        assert_int_equal(f[i].end, SCRIPT_QUIT);
        buffer_release(&f[i].log);
    }
}

static void a_module_is_run_as_the_main_chunk(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"one", "two"};
    struct script_options o = {.progname = "lua",
                               .argc = 2,
                               .argv = argv,
                               .module = "script",
                               .events = &events,
                               .data = f};
    setenv("LUA_PATH", f->module_path, 1);
    write_file(f->script, "assert(select('#', ...) == 2 and ... == 'one' and arg[2] == 'two')\n"
                          "io.stderr:write(arg[0], ' ', arg[-1], ' ', debug.getinfo(1).source)");
    assert_int_equal(run_options(f, &o), 0);
    char expected[256];
    snprintf(expected, sizeof expected, "%s lua @%s", f->script, f->script);
    assert_string_equal(f->errors, expected);
    assert_string_equal(f->log.data, "opened script;loaded main;finished 0");
}

static void a_missing_module_names_the_places_searched(void **state)
{
    struct fixture *f = *state;
    struct script_options o = {.progname = "lua", .module = "no.such"};
    char expected[256];
    setenv("LUA_PATH", f->module_path, 1);
    assert_int_equal(run_options(f, &o), 1);
    assert_int_equal(f->end, SCRIPT_NOFILE);
    snprintf(expected, sizeof expected,
             "lua: module 'no.such' not found:\n\tno file '%s/no/such.lua'\n", f->folder);
    assert_string_equal(f->errors, expected);
    setenv("LUA_INIT", "package.loaded.package = nil", 1);
    assert_int_equal(run_options(f, &o), 1);
    assert_non_null(strstr(f->errors, "attempt to index a nil value"));
}

static void switches_work_and_show_in_arg(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    char *switches[] = {"-W", "-e", "a = 1", "-e", "b = a + 1", "-l", "m=string", "-E", "--"};
    struct script_options o = options_for(f, argv);
    o.nswitches = 9;
    o.switches = switches;
    setenv("LUA_INIT", "error('not read')", 1);
    write_file(
        f->script,
        "assert(a == 1 and b == 2 and m == string and arg[-10] == 'lua' and arg[-9] == '-W')\n"
        "warn('heard')");
    for (int i = 0; i < 2; i++) { /* the words are left as they are */
        assert_int_equal(run_options(f, &o), 0);
        assert_string_equal(f->errors, "Lua warning: heard\n");
    }
}

/* Counts what is in use, and fails when the allocations it may grant are used up. */
static void *count_allocations(void *ud, void *block, size_t old_size, size_t new_size)
{
    struct fixture *f = ud;
    size_t old = block ? old_size : 0;
    if (new_size > old && f->left-- == 0) {
        f->left = 0;
        return NULL;
    }
    f->allocated += new_size - old;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

static void an_allocator_sees_the_state_from_birth_to_death(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    o.alloc = count_allocations;
    o.alloc_ud = f;
    f->left = SIZE_MAX;
    write_file(
        f->script,
        "warn('off') warn('@on') warn('a', 'b') warn('@off') warn('c') warn('@', 'on') warn('d')\n"
        "warn('@on') warn('@', 'off') warn('e')");
    assert_int_equal(run_options(f, &o), 0);
    assert_string_equal(f->errors, "Lua warning: ab\nLua warning: @off\nLua warning: e\n");
    assert_int_equal(f->allocated, 0);
}

static void a_script_counts_the_same_memory_with_an_allocator(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    write_file(f->script, "io.stderr:write(('%.10f'):format(collectgarbage('count')))");
    assert_int_equal(run_options(f, &o), 0);
    char *count = strdup(f->errors);
    o.alloc = count_allocations;
    o.alloc_ud = f;
    f->left = SIZE_MAX;
    assert_int_equal(run_options(f, &o), 0);
    assert_string_equal(f->errors, count);
    free(count);
}

static void every_failing_allocation_is_survived(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    struct script_options o = options_for(f, argv);
    o.events = NULL;
    o.alloc = count_allocations;
    o.alloc_ud = f;
    write_file(f->script, "local t = {} for i = 1, 10 do t[i] = {} end");
    int status = 1;
    for (size_t n = 0; status != 0; n++) {
        f->left = n;
        status = run_options(f, &o);
        assert_int_equal(f->allocated, 0);
        if (status != 0)
            assert_non_null(strstr(f->errors, "not enough memory"));
        if (n == 0)
            assert_int_equal(f->end, SCRIPT_NOSTATE);
        assert_true(n < 100000);
    }
}

static void ctrl_c_stops_an_endless_loop(void **state)
{
    struct fixture *f = *state;
    char text[128];
    snprintf(text, sizeof text,
             "io.popen('cat >/dev/null; kill -INT %ld', 'w'):close() while true do end",
             (long)getpid());
    assert_int_equal(run_text(f, text), 1);
    assert_non_null(strstr(f->errors, "interrupted!"));
    struct sigaction now;
    sigaction(SIGINT, NULL, &now);
    assert_true(now.sa_handler == SIG_DFL);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void a_command_may_keep_ctrl_c(void **state)
{
    struct fixture *f = *state;
    char *argv[1];
    char text[128];
    struct script_options o = options_for(f, argv);
    o.own_sigint = true;
    signal(SIGINT, count_signal);
    snprintf(text, sizeof text, "io.popen('cat >/dev/null; kill -INT %ld', 'w'):close()",
             (long)getpid());
    write_file(f->script, text);
    assert_int_equal(run_options(f, &o), 0);
    assert_int_equal(signals, 1);
    signal(SIGINT, SIG_DFL);
}

static void a_script_can_be_checked_beforehand(void **state)
{
    struct fixture *f = *state;
    struct xdb_error e;
    char expected[128];
    assert_int_equal(script_check(NULL, &e), 0);
    assert_int_equal(script_check("-", &e), 0);
    assert_int_equal(script_check(f->script, &e), XDB_ENOENT);
    snprintf(expected, sizeof expected, "%s does not exist", f->script);
    assert_string_equal(e.text, expected);
    assert_int_equal(script_check(f->folder, &e), XDB_EINVAL);
    snprintf(expected, sizeof expected, "%s is a directory", f->folder);
    assert_string_equal(e.text, expected);
    write_file(f->script, "");
    assert_int_equal(script_check(f->script, NULL), 0);
    char below[80];
    snprintf(below, sizeof below, "%s/x", f->script);
    assert_int_equal(script_check(below, &e), XDB_ENOENT);
    if (geteuid() != 0) { /* root may read anything */
        chmod(f->script, 0);
        assert_int_equal(script_check(f->script, &e), XDB_EIO);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_come_in_order),
        TEST(no_event_is_needed),
        TEST(an_uncaught_error_shows_the_stack_that_raised_it),
        TEST(a_caught_error_is_no_event),
        TEST(an_error_in_the_event_does_not_lead_to_the_event_again),
        TEST(an_error_in_the_init_text_is_heard_and_ends_the_run),
        TEST(the_environment_can_be_ignored),
        TEST(a_quit_is_silent_from_anywhere),
        TEST(a_quit_closes_what_is_pending_and_the_state),
        TEST(another_light_userdata_is_an_error),
        TEST(a_failing_end_event_is_reported),
        TEST(the_end_says_why_nothing_ran),
        TEST(every_run_has_a_fresh_state),
        TEST(a_run_inside_of_a_run_keeps_them_apart),
        TEST(threads_run_scripts_side_by_side),
        TEST(a_module_is_run_as_the_main_chunk),
        TEST(a_missing_module_names_the_places_searched),
        TEST(switches_work_and_show_in_arg),
        TEST(an_allocator_sees_the_state_from_birth_to_death),
        TEST(a_script_counts_the_same_memory_with_an_allocator),
        TEST(every_failing_allocation_is_survived),
        TEST(ctrl_c_stops_an_endless_loop),
        TEST(a_command_may_keep_ctrl_c),
        TEST(a_script_can_be_checked_beforehand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
