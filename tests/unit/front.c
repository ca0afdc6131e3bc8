/*
** What a front end can ask at a stop through the public header: the stack, variables, text evaluated
** there, and breakpoints by number.
*/
#include "bdb/bdb.h"
#include "bdb/breakpoint.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/universe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct session {
    lua_State *L;
    struct xdb_bdb *b;
    struct buffer log;
    const char *program; /* text and, lest its functions have no names, name of the chunk */
    void (*look)(struct session *s, const struct xdb_event *e); /* what a stop does */
};

static void on_event(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct session *s = xdb_bdb_data(b);
    s->look(s, e);
}

static const struct xdb_front front = {.user_line = on_event, .user_exception = on_event};

/* The stack as "name:line name:line", the frame of the event in brackets. */
static void look_at_stack(struct session *s, const struct xdb_event *e)
{
    const struct xdb_frame *f;
    for (int n = 0; (f = xdb_bdb_frame(s->b, n)) != NULL; n++) {
        const char *mark = xdb_frame_same(f, e->frame) ? "!" : "";
        buffer_addf(&s->log, "%s%s%s:%d", s->log.len ? " " : "", mark, xdb_frame_function(s->b, f),
                    xdb_frame_line(f));
        assert_string_equal(xdb_frame_file(s->b, f), xdb_bdb_canonic(s->b, s->program));
        assert_ptr_equal(xdb_bdb_frame(s->b, n), f);
    }
    assert_null(xdb_bdb_frame(s->b, -1));
}

static void begin(struct session *s, const char *program,
                  void (*look)(struct session *, const struct xdb_event *))
{
    memset(s, 0, sizeof *s);
    s->program = program;
    buffer_init(&s->log);
    s->look = look;
    s->L = luaL_newstate();
    luaL_openlibs(s->L);
    s->b = xdb_bdb_new(s->L, &front, s, NULL, NULL);
    assert_non_null(s->b);
}

static void finish(struct session *s)
{
    struct universe *u = universe_find(s->L);
    xdb_bdb_free(s->b, s->L);
    lua_close(s->L);
    universe_close(u, NULL);
    buffer_release(&s->log);
}

static int breakpoint_at_line(struct session *s, int line)
{
    struct breakpoint *bp;
    struct xdb_break_spec spec = {.file = s->program, .line = line};
    assert_int_equal(xdb_bdb_set_break(s->b, s->L, &spec, &bp, NULL, NULL), 0);
    return xdb_breakpoint_number(bp);
}

static void run(struct session *s)
{
    assert_int_equal(luaL_loadbuffer(s->L, s->program, strlen(s->program), s->program), LUA_OK);
    if (xdb_bdb_call(s->b, s->L, 0, 0) != LUA_OK)
        lua_settop(s->L, 0);
}

static void expect_stack(const char *program, int line, const char *stack)
{
    struct session s;
    begin(&s, program, look_at_stack);
    if (line)
        breakpoint_at_line(&s, line);
    else
        xdb_bdb_set_catch(s.b, s.L, XDB_CATCH_RAISED);
    run(&s);
    assert_string_equal(s.log.data, stack);
    assert_null(xdb_bdb_frame(s.b, 0));
    finish(&s);
}

static void the_stack_goes_on_beyond_coroutines_and_c(void **state)
{
    (void)state;
    expect_stack("local function f()\n"                      /* 1 */
                 "  local x = 1\n"                           /* 2 */
                 "end\n"                                     /* 3 */
                 "local function co()\n"                     /* 4 */
                 "  pcall(f)\n"                              /* 5 */
                 "end\n"                                     /* 6 */
                 "coroutine.resume(coroutine.create(co))\n", /* 7 */
                 2, "!f:2 co:5 <main>:7");
}

static void the_stack_of_an_error_begins_where_it_was_raised(void **state)
{
    (void)state;
    expect_stack("local function f()\n"
                 "  error('no')\n"
                 "end\n"
                 "local function co()\n"
                 "  f()\n"
                 "  return 1\n"
                 "end\n"
                 "coroutine.resume(coroutine.create(co))\n",
                 0, "!f:2 co:5 <main>:8");
}

/* Which variables there are, and what cannot be asked for. */
static void look_at_variables(struct session *s, const struct xdb_event *e)
{
    int top = lua_gettop(e->L);
    const char *name;
    for (int n = 1; (name = xdb_frame_local(e->frame, e->L, n)) != NULL; n++)
        buffer_addf(&s->log, "%s=%s ", name, luaL_tolstring(e->L, -1, NULL));
    lua_settop(e->L, top);
    for (int n = 1; (name = xdb_frame_upvalue(e->frame, e->L, n)) != NULL; n++)
        if (strcmp(name, "_ENV") != 0)
            buffer_addf(&s->log, "%s=%s ", name, luaL_tolstring(e->L, -1, NULL));
    lua_settop(e->L, top);
    for (int n = 1; xdb_frame_push_vararg(e->frame, e->L, n) == 0; n++)
        buffer_addf(&s->log, "%s ", luaL_tolstring(e->L, -1, NULL));
    lua_settop(e->L, top);
    assert_null(xdb_frame_local(e->frame, e->L, 0));
    assert_null(xdb_frame_local(e->frame, e->L, -7));
    assert_null(xdb_frame_upvalue(e->frame, e->L, 0));
    assert_int_equal(xdb_frame_push_vararg(e->frame, e->L, 0), XDB_ENOENT);
    assert_int_equal(xdb_frame_push_variable(e->frame, e->L, "print"), XDB_ENOENT);
    assert_int_equal(lua_gettop(e->L), top);
    assert_int_equal(xdb_frame_push_variable(e->frame, e->L, "a"), 0);
    assert_int_equal(lua_tointeger(e->L, -1), 3);
    assert_int_equal(xdb_frame_push_function(e->frame, e->L), 0);
    assert_true(lua_isfunction(e->L, -1));
}

static void variables_are_read_by_number_and_by_name(void **state)
{
    struct session s;
    (void)state;
    begin(&s,
          "local up = 9\n"
          "local function f(a, ...)\n"
          "  local a = a + 1\n"
          "  return a + up\n"
          "end\n"
          "f(2, 'x', nil)\n",
          look_at_variables);
    breakpoint_at_line(&s, 4);
    run(&s);
    assert_string_equal(s.log.data, "a=2 a=3 up=9 x nil ");
    finish(&s);
}

static int evaluate(struct session *s, const struct xdb_event *e, const char *text)
{
    int top = lua_gettop(e->L),
        n = xdb_bdb_eval(s->b, e->L, e->frame, text, strlen(text), XDB_EVAL_ANY);
    if (n < 0) {
        struct xdb_error error;
        xdb_bdb_error_text(e->L, -1, &error);
        buffer_addf(&s->log, "%d %s; ", n, error.text);
    } else if (n > 0) {
        buffer_addf(&s->log, "%s; ", luaL_tolstring(e->L, -1, NULL));
    }
    lua_settop(e->L, top);
    return n;
}

static void look_by_evaluating(struct session *s, const struct xdb_event *e)
{
    evaluate(s, e, "a, a * 2");
    evaluate(s, e, "a = 40");
    evaluate(s, e, "f(7)"); /* its breakpoint is silent meanwhile */
    evaluate(s, e, "error({})");
    evaluate(s, e, "for");
    evaluate(s, e, "error(setmetatable({}, {__tostring = function() error('again') end}))");
}

static void text_is_evaluated_in_the_frame(void **state)
{
    struct session s;
    (void)state;
    begin(&s,
          "function f(a)\n"
          "  result = a + 2\n"
          "  return a\n"
          "end\n"
          "f(1)\n",
          look_by_evaluating);
    breakpoint_at_line(&s, 2);
    run(&s);
    assert_non_null(strstr(s.log.data, "2; 7; -22 "));
    assert_non_null(strstr(s.log.data, "-21 "));
    lua_getglobal(s.L, "result");
    assert_int_equal(lua_tointeger(s.L, -1), 42);
    finish(&s);
}

static void count_stop(struct session *s, const struct xdb_event *e)
{
    buffer_addf(&s->log, "%d ", e->breakpoint);
}

static void breakpoints_are_managed_by_number(void **state)
{
    struct session s;
    struct xdb_breakpoint_info info;
    struct xdb_error error;
    const char *program = "for i = 1, 4 do\n"
                          "  local x = i\n"
                          "end\n";
    (void)state;
    begin(&s, program, count_stop);
    assert_int_equal(xdb_bdb_last_breakpoint(s.b), 0);
    int n = breakpoint_at_line(&s, 2);
    assert_int_equal(xdb_bdb_last_breakpoint(s.b), n);
    assert_int_equal(xdb_breakpoint_ignore(s.b, n, 2), 0);
    run(&s);
    assert_string_equal(s.log.data, "1 1 ");
    assert_int_equal(xdb_breakpoint_condition(s.b, s.L, n, "i >", &error), XDB_EINVAL);
    assert_int_equal(xdb_breakpoint_condition(s.b, s.L, n, "i == 4", &error), 0);
    run(&s);
    assert_string_equal(s.log.data, "1 1 1 ");
    assert_int_equal(xdb_breakpoint_enable(s.b, s.L, n, false), 0);
    run(&s);
    assert_int_equal(xdb_breakpoint_get(s.b, n, &info), 0);
    assert_false(info.enabled);
    assert_string_equal(info.condition, "i == 4");
    assert_string_equal(info.file, xdb_bdb_canonic(s.b, program));
    assert_int_equal(info.hits, 8);
    assert_int_equal(xdb_breakpoint_delete(s.b, s.L, n), 0);
    run(&s);
    assert_string_equal(s.log.data, "1 1 1 ");
    finish(&s);
}

static void unknown_numbers_are_refused(void **state)
{
    static const int numbers[] = {-1, 0, 1, 2, 1 << 30};
    struct session s;
    struct xdb_breakpoint_info info;
    struct xdb_error error;
    (void)state;
    begin(&s, "local x = 1\n", count_stop);
    assert_int_equal(xdb_breakpoint_delete(s.b, s.L, breakpoint_at_line(&s, 1)), 0);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int n = numbers[i];
        assert_int_equal(xdb_breakpoint_get(s.b, n, &info), XDB_ENOENT);
        assert_int_equal(xdb_breakpoint_delete(s.b, s.L, n), XDB_ENOENT);
        assert_int_equal(xdb_breakpoint_enable(s.b, s.L, n, true), XDB_ENOENT);
        assert_int_equal(xdb_breakpoint_condition(s.b, s.L, n, "", &error), XDB_ENOENT);
        assert_int_equal(xdb_breakpoint_ignore(s.b, n, 1), XDB_ENOENT);
    }
    finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stack_goes_on_beyond_coroutines_and_c),
        cmocka_unit_test(the_stack_of_an_error_begins_where_it_was_raised),
        cmocka_unit_test(variables_are_read_by_number_and_by_name),
        cmocka_unit_test(text_is_evaluated_in_the_frame),
        cmocka_unit_test(breakpoints_are_managed_by_number),
        cmocka_unit_test(unknown_numbers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
