/* timeit: what is timed, by which clock, and what is refused. */
#include "tests/unit/timeit_world.h"

/* ---- what is timed ---- */

static void setup_runs_once_and_only_the_loop_is_timed(void **state)
{
    struct world *w = *state;
    push_timer(w, "n = n + 1; tick()", "n = 0; tick(1000); runs = (runs or 0) + 1");
    near(run(w, 7), 0.07);
    assert_int_equal(global_integer(w, "n"), 7);
    assert_int_equal(global_integer(w, "runs"), 1);
    near(run(w, 3), 0.03);
    assert_int_equal(global_integer(w, "n"), 3);
    assert_int_equal(global_integer(w, "runs"), 2);
}

static void no_loops_take_no_time(void **state)
{
    struct world *w = *state;
    push_timer(w, "tick()", "runs = 1");
    near(run(w, 0), 0);
    assert_int_equal(global_integer(w, "runs"), 1);
    double seconds = 5;
    assert_int_equal(xdb_timer_run(w->L, -1, -1, &seconds, &w->err), XDB_EINVAL);
    near(seconds, 5);
}

static void many_loops_are_counted_exactly(void **state)
{
    struct world *w = *state;
    push_timer(w, "n = n + 1", "n = 0");
    for (int i = 0; i < 2; i++) { /* the first run goes in slices, the second does not */
        run(w, 123457);
        assert_int_equal(global_integer(w, "n"), 123457);
    }
}

static void nothing_at_all_is_a_statement(void **state)
{
    struct world *w = *state;
    static const char *const texts[] = {"", " ", "\n", "\t\r\n", "-- comment", ";", "--[[ long ]]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            push_timer(w, texts[i], texts[k]);
            run(w, 3);
            lua_pop(w->L, 1);
        }
}

static void expressions_are_timed_too(void **state)
{
    struct world *w = *state;
    push_timer(w, "1 + (tick(2) or 0) -- here", "");
    near(run(w, 4), 0.08);
    push_timer(w, "tick(), 2, ...", "");
    near(run(w, 4), 0.04);
}

static void lines_of_long_strings_stay_as_they_are(void **state)
{
    struct world *w = *state;
    push_timer(w, "local s = [[a\n  b\n]]\nassert(s == 'a\\n  b\\n')", "x = [[\n  c]]\n\n");
    run(w, 2);
    do_string(w, "assert(x == '  c')");
}

static void text_and_callables_go_together(void **state)
{
    struct world *w = *state;
    lua_State *L = w->L;
    do_string(w, "function stmt(...) assert(select('#', ...) == 0); n = n + 1; tick() end\n"
                 "setup = setmetatable({}, {__call = function() n = 0 end})");
    lua_getglobal(L, "stmt");
    lua_getglobal(L, "setup");
    for (int i = 0; i < 4; i++) {
        struct xdb_timer_options o = {
            .stmt = text_code("n = n + 1; tick()"), .setup = text_code("n = 0"), .own = &w->clock};
        if (i & 1)
            o.stmt = (struct xdb_timer_code){.callable = -2};
        if (i & 2)
            o.setup = (struct xdb_timer_code){.callable = -1};
        assert_int_equal(xdb_timer_new(L, &o, &w->err), 0);
        near(run(w, 5), 0.05);
        assert_int_equal(global_integer(w, "n"), 5);
        lua_pop(L, 1);
    }
}

static void what_is_neither_text_nor_callable_is_refused(void **state)
{
    struct world *w = *state;
    lua_pushinteger(w->L, 1);
    struct xdb_timer_options o = {.stmt = {.callable = -1}};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), XDB_EINVAL);
    assert_string_equal(w->err.text, "stmt is neither a string nor callable");
    o = (struct xdb_timer_options){.setup = {.callable = -1}};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), XDB_EINVAL);
    assert_string_equal(w->err.text, "setup is neither a string nor callable");
    o = (struct xdb_timer_options){.globals = -1};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), XDB_EINVAL);
    o = (struct xdb_timer_options){.timer = -1};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), XDB_EINVAL);
    assert_int_equal(lua_gettop(w->L), 1);
}

/* ---- what does not compile ---- */

static const struct refused {
    const char *text, *message; /* what the error ends with behind "statement:" */
} refused[] = {
    {"x = = 1", "1:5: unexpected symbol near '='"},
    {"x = 1\n  y = )", "2:7: unexpected symbol near ')'"},
    {"x = 1\r\n\r\n  y = )", "3:7: unexpected symbol near ')'"},
    {"end", "1:1: <eof> expected near 'end'"},
    {"end for _ = 1, 2 do", "1:1: <eof> expected near 'end'"},
    {"f(", "1:3: unexpected symbol near <eof>"},
    {"x = 'abc", "1:5: unfinished string near <eof>"},
    {"x = 'abc\n'", "1:5: unfinished string near ''abc'"},
    {"x = 1 --[[", "1:7: unfinished long comment (starting at line 1) near <eof>"},
    {"x = {1, 2 3}", "1:11: '}' expected near '3'"},
    {"x = 3x", "1:5: malformed number near '3x'"},
    {"a b", "1:3: syntax error near 'b'"},
    {"return", "1:1: 'return' outside a function"},
    {"x = 1\nif x then\n  return 5 end", "3:3: 'return' outside a function"},
    {"for i = 1, 2 do return end", "1:17: 'return' outside a function"},
    {"local f = function() return 1 end return f", "1:35: 'return' outside a function"},
    {"\33Lua", "1:1: attempt to load a binary chunk (mode is 't')"},
    {"x = '\1\2", "1:5: unfinished string near <eof>"},
};

static void mistakes_are_told_with_their_place(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char want[200];
        assert_int_equal(try_timer(w, refused[i].text, ""), XDB_EFORMAT);
        snprintf(want, sizeof want, "statement:%s", refused[i].message);
        assert_string_equal(w->err.text, want);
        assert_int_equal(try_timer(w, "", refused[i].text), XDB_EFORMAT);
        snprintf(want, sizeof want, "setup:%s", refused[i].message);
        assert_string_equal(w->err.text, want);
    }
    assert_int_equal(lua_gettop(w->L), 0);
}

/* The words differ between releases of Lua, the places do not. */
static void jumps_out_of_the_loop_are_found(void **state)
{
    struct world *w = *state;
    static const char *const texts[][2] = {
        {"break", "statement:1:1: break outside"},
        {"while x do break end\nif y then break end", "statement:2:11: break outside"},
        {"while x do break end break", "statement:1:22: break outside"},
        {"function f() break end", "statement:1:14: break outside"},
        {"goto x", "statement:1:1: no visible label 'x'"},
        {"::a:: goto a; goto b", "statement:1:15: no visible label 'b'"},
        {"do local x; goto a end ::b::", "statement:1:13: no visible label 'a'"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(try_timer(w, texts[i][0], "while false do ::x:: end"), XDB_EFORMAT);
        if (strncmp(w->err.text, texts[i][1], strlen(texts[i][1])) != 0)
            fail_msg("%s: %s", texts[i][0], w->err.text);
    }
}

static void a_statement_must_make_sense_without_its_setup(void **state)
{
    struct world *w = *state;
    assert_int_equal(try_timer(w, "goto a", "::a::"), XDB_EFORMAT);
    assert_int_equal(try_timer(w, "x = [[ ]]", "y = --[["), XDB_EFORMAT);
    assert_int_equal(try_timer(w, "1 end", "if true then"), XDB_EFORMAT);
}

static void what_only_goes_wrong_together_has_the_statement_s_place(void **state)
{
    struct world *w = *state;
    assert_int_equal(try_timer(w, "y = 1\n x = 2", "local x <const> = 1"), XDB_EFORMAT);
    assert_string_equal(w->err.text, "statement:2:4: attempt to assign to const variable 'x'");
}

static void a_long_token_makes_a_short_message(void **state)
{
    struct world *w = *state;
    char *text = malloc(100001);
    memset(text, 'x', 100000);
    text[0] = '"';
    text[100000] = '\0';
    assert_int_equal(try_timer(w, text, ""), XDB_EFORMAT);
    memset(text, '\n', 100000);
    memcpy(text, "x = '", 5);
    assert_int_equal(try_timer(w, text, ""), XDB_EFORMAT);
    assert_null(strchr(w->err.text, '\n'));
    free(text);
}

/* ---- what the loop allows ---- */

static void locals_of_the_setup_are_the_statement_s(void **state)
{
    struct world *w = *state;
    push_timer(w, "a = a + b; total = a", "local a, b = 0, 3");
    run(w, 5);
    assert_int_equal(global_integer(w, "total"), 15);
}

static void labels_of_both_do_not_meet(void **state)
{
    struct world *w = *state;
    push_timer(w, "goto done; n = 5; ::done::", "n = 1; goto done; n = 5; ::done::");
    run(w, 2);
    assert_int_equal(global_integer(w, "n"), 1);
}

static void variables_to_be_closed_live_as_long_as_the_loop(void **state)
{
    struct world *w = *state;
    char setup[8000] = "closed = 0; local c <close> = setmetatable({}, {__close = function() "
                       "closed = closed + 1 end})\n";
    for (int many = 0; many < 2; many++) {
        push_timer(w, "assert(closed == 0); local d <close> = nil", setup);
        run(w, 3);
        assert_int_equal(global_integer(w, "closed"), 1);
        for (int i = 2; i <= 200; i++) /* now the loop needs a function of its own */
            sprintf(setup + strlen(setup), "local v%d = %d\n", i, i);
    }
}

/* `count` lines `local <name>1 = 1` and so on. */
static char *locals(const char *name, int count, const char *end)
{
    char *text = malloc((size_t)count * 40 + strlen(end) + 1), *at = text;
    for (int i = 1; i <= count; i++)
        at += sprintf(at, "local %s%d = %d\n", name, i, i);
    strcpy(at, end);
    return text;
}

static void setup_and_statement_may_have_200_locals_each(void **state)
{
    struct world *w = *state;
    char *setup = locals("v", 200, ""),
         *stmt = locals("s", 200, "total = total + v1 + v200 + s199");
    push_timer(w, "total = v1 + v200; tick()", setup);
    near(run(w, 3), 0.03);
    assert_int_equal(global_integer(w, "total"), 201);
    do_string(w, "total = 0");
    push_timer(w, stmt, setup);
    run(w, 2);
    assert_int_equal(global_integer(w, "total"), 800);
    push_timer(w, "v1 + v200", setup);
    run(w, 2);
    free(setup);
    free(stmt);
}

static void statements_of_ten_thousand_lines_work(void **state)
{
    struct world *w = *state;
    static const char line[] =
        "do local t = {n, n + 1, f = function() return n end} n = t[2] end\n";
    size_t len = sizeof line - 1;
    char *text = malloc(10000 * len + 1);
    for (size_t i = 0; i < 10000; i++)
        memcpy(text + i * len, line, len);
    text[10000 * len] = '\0';
    push_timer(w, text, "n = 0");
    run(w, 2);
    assert_int_equal(global_integer(w, "n"), 20000);
    text[9999 * len + 3] = ')';
    assert_int_equal(try_timer(w, text, ""), XDB_EFORMAT);
    assert_non_null(strstr(w->err.text, "statement:10000:4: "));
    free(text);
}

static void the_template_s_names_are_nobody_else_s(void **state)
{
    struct world *w = *state;
    do_string(
        w, "_next, _n, _i, __next, __n, ___i, _setup, _stmt, _value = 1, 2, 3, 4, 5, 6, 7, 8, 9");
    push_timer(w,
               "assert(_next + _n + _i + __next + __n + ___i + _setup + _stmt + _value == 45)\n"
               "_n, _i, __next = 2, 3, 4; assert(select('#', ...) == 0); n = n + 1",
               "n = 0; assert(select('#', ...) == 0)");
    run(w, 5);
    assert_int_equal(global_integer(w, "n"), 5);
}

static void globals_can_be_another_table(void **state)
{
    struct world *w = *state;
    do_string(w, "env = {n = 0, tick = tick}; n = 100");
    lua_getglobal(w->L, "env");
    struct xdb_timer_options o = {.stmt = text_code("n = n + 1; tick()"),
                                  .setup = text_code("if print then n = 1000 end"),
                                  .globals = -1,
                                  .own = &w->clock};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), 0);
    near(run(w, 4), 0.04);
    do_string(w, "assert(env.n == 4 and n == 100)");
}

static void the_source_is_kept(void **state)
{
    struct world *w = *state;
    size_t len;
    push_timer(w, "x = 1", "local y");
    const char *source = xdb_timer_source(w->L, -1, &len);
    assert_int_equal(strlen(source), len);
    assert_non_null(
        strstr(source, "local y\nfor _n in _next do for _i = 1, _n do\nx = 1\nend end\n"));
}

/* ---- the clock ---- */

static void a_timer_of_one_s_own_is_asked_twice(void **state)
{
    struct world *w = *state;
    do_string(w, "calls, now = 0, 1 << 62\n"
                 "function timer() calls = calls + 1; now = now + 3; return now end");
    lua_getglobal(w->L, "timer");
    struct xdb_timer_options o = {.stmt = text_code("n = 1"), .timer = -1};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), 0);
    near(run(w, 1000000), 3);
    assert_int_equal(global_integer(w, "calls"), 2);
}

static void a_timer_without_a_number_is_an_error(void **state)
{
    struct world *w = *state;
    do_string(w, "function timer() return '12' end");
    lua_getglobal(w->L, "timer");
    struct xdb_timer_options o = {.timer = -1};
    double seconds;
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), 0);
    assert_int_equal(xdb_timer_run(w->L, -1, 1, &seconds, &w->err), XDB_ETIMED);
    assert_string_equal(w->err.text, "<timeit-src>:3: the timer must return a number, not string");
}

static void the_real_clocks_measure_what_passes(void **state)
{
    struct world *w = *state;
    for (int which = XDB_TIMER_WALL; which <= XDB_TIMER_CPU; which++) {
        struct xdb_timer_options o = {.stmt = text_code("for i = 1, 1e5 do end"),
                                      .clock = (enum xdb_timer_clock)which};
        assert_int_equal(xdb_timer_new(w->L, &o, &w->err), 0);
        int64_t start = which == XDB_TIMER_WALL ? clock_wall_ns() : clock_cpu_ns(CLOCK_CPU_PROCESS);
        double seconds = run(w, 20);
        int64_t end = which == XDB_TIMER_WALL ? clock_wall_ns() : clock_cpu_ns(CLOCK_CPU_PROCESS);
        assert_true(seconds > 0 && seconds <= (double)(end - start) * 1.001e-9);
        double step = xdb_timer_resolution(o.clock);
        assert_true(step > 0 && step < 0.1);
    }
    double before = xdb_default_timer();
    assert_true(xdb_default_timer() >= before);
}

/* ---- repeat and autorange ---- */

static void repeat_gives_each_run(void **state)
{
    struct world *w = *state;
    double seconds[3] = {0, 0, 0};
    push_timer(w, "tick(k)", "k = (k or 0) + 1");
    assert_int_equal(xdb_timer_repeat(w->L, -1, 3, 10, seconds, &w->err), 0);
    for (int i = 0; i < 3; i++)
        near(seconds[i], 0.1 * (i + 1));
    assert_int_equal(xdb_timer_repeat(w->L, -1, 0, 10, seconds, &w->err), 0);
    near(seconds[0], 0.1);
    assert_int_equal(xdb_timer_repeat(w->L, -1, 3, 0, seconds, &w->err), 0);
    near(seconds[0] + seconds[1] + seconds[2], 0);
}

struct tries {
    int count;
    long long numbers[40];
    double seconds[40];
};

static void note(void *user, long long number, double seconds)
{
    struct tries *t = user;
    t->numbers[t->count] = number;
    t->seconds[t->count++] = seconds;
}

static void autorange_tries_one_two_five(void **state)
{
    struct world *w = *state;
    static const long long want[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
    for (int ticks = 1; ticks <= 1000; ticks *= 10) {
        struct tries t = {0};
        long long number;
        double seconds;
        char stmt[40];
        snprintf(stmt, sizeof stmt, "tick(%d)", ticks);
        push_timer(w, stmt, "");
        assert_int_equal(xdb_timer_autorange(w->L, -1, 10.0, note, &t, &number, &seconds, &w->err),
                         0);
        assert_int_equal(number, 1000 / ticks);
        near(seconds, 10.0);
        for (int i = 0; i < t.count; i++) {
            assert_int_equal(t.numbers[i], want[i]);
            near(t.seconds[i], (double)want[i] * ticks * 0.01);
        }
        assert_int_equal(t.numbers[t.count - 1], number);
    }
}

static void autorange_takes_the_timer_s_own_target(void **state)
{
    struct world *w = *state;
    struct xdb_timer_options o = {.stmt = text_code("tick()"), .own = &w->clock, .target = 0.5};
    long long number;
    double seconds;
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), 0);
    assert_int_equal(xdb_timer_autorange(w->L, -1, 0, NULL, NULL, &number, &seconds, &w->err), 0);
    assert_int_equal(number, 50);
    push_timer(w, "tick()", "");
    assert_int_equal(xdb_timer_autorange(w->L, -1, 0, NULL, NULL, &number, &seconds, &w->err), 0);
    assert_int_equal(number, 20);
}

static int spin(lua_State *L)
{
    int64_t end = clock_wall_ns() + 2000000000;
    while (clock_wall_ns() < end)
        ;
    (void)L;
    return 0;
}

static void autorange_gives_up_on_a_clock_that_stands_still(void **state)
{
    struct world *w = *state;
    long long number = 7;
    double seconds;
    lua_pushcfunction(w->L, spin);
    struct xdb_timer_options o = {.stmt = {.callable = -1}, .own = &w->clock};
    assert_int_equal(xdb_timer_new(w->L, &o, &w->err), 0);
    assert_int_equal(xdb_timer_autorange(w->L, -1, 1, NULL, NULL, &number, &seconds, &w->err),
                     XDB_EINVAL);
    assert_int_equal(number, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(setup_runs_once_and_only_the_loop_is_timed),
        TEST(no_loops_take_no_time),
        TEST(many_loops_are_counted_exactly),
        TEST(nothing_at_all_is_a_statement),
        TEST(expressions_are_timed_too),
        TEST(lines_of_long_strings_stay_as_they_are),
        TEST(text_and_callables_go_together),
        TEST(what_is_neither_text_nor_callable_is_refused),
        TEST(mistakes_are_told_with_their_place),
        TEST(jumps_out_of_the_loop_are_found),
        TEST(a_statement_must_make_sense_without_its_setup),
        TEST(what_only_goes_wrong_together_has_the_statement_s_place),
        TEST(a_long_token_makes_a_short_message),
        TEST(locals_of_the_setup_are_the_statement_s),
        TEST(labels_of_both_do_not_meet),
        TEST(variables_to_be_closed_live_as_long_as_the_loop),
        TEST(setup_and_statement_may_have_200_locals_each),
        TEST(statements_of_ten_thousand_lines_work),
        TEST(the_template_s_names_are_nobody_else_s),
        TEST(globals_can_be_another_table),
        TEST(the_source_is_kept),
        TEST(a_timer_of_one_s_own_is_asked_twice),
        TEST(a_timer_without_a_number_is_an_error),
        TEST(the_real_clocks_measure_what_passes),
        TEST(repeat_gives_each_run),
        TEST(autorange_tries_one_two_five),
        TEST(autorange_takes_the_timer_s_own_target),
        TEST(autorange_gives_up_on_a_clock_that_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
