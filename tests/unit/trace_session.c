/* Coverage from start to end: one data file or several, forks, contexts, states side by side. */
#include "core/buffer.h"
#include "trace/counts.h"
#include "trace/session.h"

#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/xdb-session-XXXXXX";
static char script[64], data[64];
static struct xdb_error err;

static const char text[] = "local function once()\n  return 1\nend\nlocal function twice()\n  "
                           "return once() + once()\nend\n"
                           "return once, twice\n";

static void begin(lua_State **L, struct settings *s, struct session **session)
{
    struct buffer said;
    buffer_init(&said);
    *L = luaL_newstate();
    luaL_openlibs(*L);
    assert_int_equal(settings_init(s, &err), 0);
    assert_int_equal(settings_set(s, "data-file", data, NULL, &err), 0);
    *session = session_begin(*L, s, NULL, &said, &err);
    assert_non_null(*session);
    assert_string_equal(said.data, "");
    buffer_release(&said);
    assert_int_equal(luaL_dofile(*L, script), LUA_OK);
}

static void call(lua_State *L, int which)
{
    lua_pushvalue(L, which);
    assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
}

static void end(lua_State *L, struct settings *s, struct session *session)
{
    assert_int_equal(session_end(session, L, NULL, &err), 0);
    lua_close(L);
    settings_release(s);
}

/* How often a line of the script was executed, as the file has it; the file goes. */
static int64_t counted(const char *path, int line)
{
    struct results *r;
    size_t n;
    int64_t count = RESULTS_NO_CODE;
    assert_int_equal(counts_load(path, &r, &err), 0);
    struct results_file *const *files = results_files(r, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(files[i]->name, script) == 0)
            count = results_line(files[i], line);
    results_free(r);
    return count;
}

static void what_runs_is_in_the_data_file(void **state)
{
    lua_State *L;
    struct settings s;
    struct session *session;
    (void)state;
    for (int times = 1; times <= 2; times++) {
        begin(&L, &s, &session);
        assert_ptr_equal(session_of(L), session);
        call(L, 1);
        call(L, 2);
        end(L, &s, session);
        assert_int_equal(counted(data, 2), 3 * times);
        assert_int_equal(counted(data, 5), times);
    }
    unlink(data);
}

static void a_state_of_its_own_has_none(void **state)
{
    lua_State *L, *other = luaL_newstate();
    struct settings s;
    struct session *session;
    (void)state;
    begin(&L, &s, &session);
    assert_null(session_of(other));
    assert_int_equal(session_context(other, "x", &err), 0);
    lua_close(other);
    end(L, &s, session);
    unlink(data);
}

static void contexts_only_where_they_are_wanted(void **state)
{
    lua_State *L;
    struct settings s;
    struct session *session;
    struct results *r;
    (void)state;
    for (int wanted = 0; wanted <= 1; wanted++) {
        begin(&L, &s, &session);
        s.contexts = wanted;
        assert_int_equal(session_context(L, "a test", &err), 0);
        call(L, 1);
        end(L, &s, session);
        assert_int_equal(counts_load(data, &r, &err), 0);
        assert_int_equal(results_contexts(r), wanted);
        results_free(r);
        unlink(data);
    }
}

/* The child of a fork counts what it does itself, not once more what its parent had done. */
static void a_fork_counts_for_itself(void **state)
{
    lua_State *L;
    struct settings s;
    struct session *session;
    struct buffer mine, its;
    int status;
    (void)state;
    buffer_init(&mine);
    buffer_init(&its);
    begin(&L, &s, &session);
    s.parallel = true;
    session_own_file(&s, &mine);
    call(L, 1);
    pid_t pid = fork();
    if (pid == 0) {
        call(L, 1);
        call(L, 1);
        _exit(session_end(session, L, NULL, &err) != 0);
    }
    assert_true(waitpid(pid, &status, 0) == pid && status == 0);
    call(L, 2);
    buffer_adds(&its, mine.data);
    while (its.len && its.data[its.len - 1] != '.')
        buffer_truncate(&its, its.len - 1);
    buffer_addf(&its, "%ld", (long)pid);
    end(L, &s, session);
    assert_int_equal(counted(mine.data, 2), 3);
    assert_int_equal(counted(its.data, 2), 2);
    assert_int_equal(counted(its.data, 5), 0);
    unlink(mine.data);
    unlink(its.data);
    buffer_release(&mine);
    buffer_release(&its);
}

static int make_folder(void **state)
{
    (void)state;
    char *real = mkdtemp(folder) ? realpath(folder, NULL) : NULL;
    if (!real)
        return -1;
    snprintf(script, sizeof script, "%s/a.lua", real);
    snprintf(data, sizeof data, "%s/data", real);
    free(real);
    FILE *f = fopen(script, "w");
    return f && fputs(text, f) >= 0 && fclose(f) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(script);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_runs_is_in_the_data_file),
        cmocka_unit_test(a_state_of_its_own_has_none),
        cmocka_unit_test(contexts_only_where_they_are_wanted),
        cmocka_unit_test(a_fork_counts_for_itself),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
