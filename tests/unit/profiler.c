/* The deterministic profiler against a clock that the program under test turns: every tick is accounted for. */
#include "profiler/sampler.h"
#include "tests/unit/profiler_session.h"

#include <stdlib.h>
#include <string.h>

/* ---- times and counts ------------------------------------------------------------------------- */

static void own_and_cumulative_time_are_exact(void **state)
{
    struct session *s = *state;
    run(s, "local function leaf() tick(5) end\n"
           "local function mid() tick(1) leaf() tick(2) leaf() end\n"
           "local function top() mid() tick(10) mid() end\n"
           "top()");
    expect(s, "top", 1, 1, 10, 36);
    expect(s, "mid", 2, 2, 6, 26);
    expect(s, "leaf", 4, 4, 20, 20);
    expect(s, "<main>", 1, 1, 0, 36);
    expect_edge(s, "top", "mid", 2, 2, 6, 26);
    expect_edge(s, "mid", "leaf", 4, 4, 20, 20);
    assert_near(total(s), 36, 0);
}

static void recursion_counts_primitive_calls_and_time_once(void **state)
{
    struct session *s = *state;
    run(s, "local function fact(n) tick(1) if n > 1 then return n * fact(n - 1) end return 1 end\n"
           "fact(4) fact(19)");
    expect(s, "fact", 23, 2, 23, 23);
    expect_edge(s, "<main>", "fact", 2, 2, 2, 23);
    expect_edge(s, "fact", "fact", 21, 2, 21, 21);
}

static void mutual_recursion_counts_each_function_once(void **state)
{
    struct session *s = *state;
    run(s, "local a, b\n"
           "function a(n) tick(1) if n > 0 then b(n - 1) end end\n"
           "function b(n) tick(10) if n > 0 then a(n - 1) end end\n"
           "a(4)");
    expect(s, "a", 3, 1, 3, 23);
    expect(s, "b", 2, 1, 20, 22);
    expect_edge(s, "a", "b", 2, 1, 20, 22);
    expect_edge(s, "b", "a", 2, 1, 2, 12);
}

static void a_tail_call_closes_its_caller(void **state)
{
    struct session *s = *state;
    run(s, "local function last() tick(7) end\n"
           "local function first() tick(2) return last() end\n"
           "local function loop(n) tick(1) if n > 0 then return loop(n - 1) end end\n"
           "local function main() first() loop(20) end\n"
           "main()");
    expect(s, "first", 1, 1, 2, 2);
    expect(s, "last", 1, 1, 7, 7);
    expect(s, "loop", 21, 21, 21, 21);
    expect_edge(s, "main", "last", 1, 1, 7, 7);
    expect_edge(s, "main", "loop", 21, 21, 21, 21);
    expect(s, "main", 1, 1, 0, 30);
}

static void c_functions_have_entries(void **state)
{
    struct session *s = *state;
    run(s, "local t = {3, 1, 2}\n"
           "local function less(a, b) tick(1) return a < b end\n"
           "local function sort() table.sort(t, less) end\n"
           "sort() string.rep('x', 3)");
    expect(s, "<string.rep>", 1, 1, 0, 0);
    assert_true(find(s, "less")->nc >= 2);
    assert_near(find(s, "<table.sort>")->ct, find(s, "less")->ct, 0);
    assert_string_equal(find(s, "<table.sort>")->file, "~");
    assert_non_null(edge(s, "<table.sort>", "less"));
}

static void without_builtins_their_time_is_their_callers(void **state)
{
    struct session *s = *state;
    s->collector->builtins = false;
    run(s, "local t = {3, 1, 2}\n"
           "local function less(a, b) tick(1) return a < b end\n"
           "local function sort() tick(2) table.sort(t, less) end\n"
           "sort()");
    assert_null(find(s, "<table.sort>"));
    assert_null(find(s, "<tick>"));
    assert_non_null(edge(s, "sort", "less"));
    assert_near(find(s, "sort")->tt, 2, 0);
    assert_near(find(s, "sort")->ct, 2 + find(s, "less")->tt, 0);
}

static void a_function_is_one_entry_whatever_its_closures(void **state)
{
    struct session *s = *state;
    run(s, "local function make() local x = 0 return function() x = x + 1 tick(1) end end\n"
           "for _ = 1, 50 do local f = make() f() f() collectgarbage('step') end");
    expect(s, "make", 50, 50, 0, 0);
    int entries = 0;
    for (size_t i = 0; i < s->stats->nfunctions; i++)
        entries += s->stats->functions[i].nc == 100;
    assert_int_equal(entries, 2); /* the closure, and tick */
}

static void functions_of_dropped_chunks_are_not_mistaken(void **state)
{
    struct session *s = *state;
    run(s, "for i = 1, 3000 do\n"
           "  local name = i % 2 == 0 and 'even' or 'odd'\n"
           "  load('local function ' .. name .. '() tick(1) end ' .. name .. '()', '=' .. name)()\n"
           "  if i % 10 == 0 then collectgarbage() end\n"
           "end");
    expect(s, "even", 1500, 1500, 1500, 1500);
    expect(s, "odd", 1500, 1500, 1500, 1500);
}

static void subcalls_can_be_left_out(void **state)
{
    struct session *s = *state;
    s->no_subcalls = true;
    run(s, "local function f() tick(1) end f()");
    assert_int_equal(s->stats->nedges, 0);
    expect(s, "f", 1, 1, 1, 1);
}

static void bias_is_taken_off_for_each_event(void **state)
{
    struct session *s = *state;
    s->bias = 0.25;
    run(s, "local function f() tick(3) end for _ = 1, 4 do f() end");
    /* a call costs the function that is called one event, and its caller another */
    assert_near(find(s, "f")->tt, 12 - 0.25 * (4 + 4), 1e-9);
    assert_near(find(s, "<tick>")->tt, -0.25 * 4, 1e-9);
    assert_near(total(s), 12 - 0.25 * (2 * 8 + 1), 1e-9);
}

/* ---- errors ----------------------------------------------------------------------------------- */

static void errors_end_the_functions_they_leave(void **state)
{
    struct session *s = *state;
    run(s, "local function deep(n) tick(1) if n == 0 then error('x') end deep(n - 1) end\n"
           "local function after() tick(100) end\n"
           "local function try() pcall(deep, 9) after() end\n"
           "try() try()");
    expect(s, "deep", 20, 2, 20, 20);
    expect(s, "after", 2, 2, 200, 200);
    expect(s, "try", 2, 2, 0, 220);
    expect_edge(s, "try", "after", 2, 2, 200, 200);
}

static void message_handlers_count_where_they_run(void **state)
{
    struct session *s = *state;
    run(s, "local function handler(e) tick(4) return e end\n"
           "local function bad() tick(1) local x = nil; x.y = 1 end\n"
           "local function try() xpcall(bad, handler) tick(8) end\n"
           "try()");
    expect(s, "handler", 1, 1, 4, 4);
    expect_edge(s, "bad", "handler", 1, 1, 4, 4);
    expect(s, "bad", 1, 1, 1, 5);
    expect(s, "try", 1, 1, 8, 13);
}

static void errors_in_finalizers_leave_the_profile_whole(void **state)
{
    struct session *s = *state;
    run(s, "warn('@off')\n"
           "local function make() setmetatable({}, {__gc = function() error('gc') end}) end\n"
           "local function work() tick(3) end\n"
           "for _ = 1, 20 do make() collectgarbage() work() end");
    expect(s, "work", 20, 20, 60, 60);
    expect(s, "make", 20, 20, 0, 0);
}

static void close_methods_count_where_they_run(void **state)
{
    struct session *s = *state;
    run(s,
        "local function closer() tick(5) error('again') end\n"
        "local meta = {__close = closer}\n"
        "local function scope() local x <close> = setmetatable({}, meta) tick(1) error('x') end\n"
        "local function try() pcall(scope) tick(2) end\n"
        "try() try()");
    expect(s, "closer", 2, 2, 10, 10);
    expect(s, "scope", 2, 2, 2, find(s, "scope")->ct);
    expect(s, "try", 2, 2, 4, 16);
}

static void stack_overflow_is_survived(void **state)
{
    struct session *s = *state;
    run(s, "local function deep() tick(1) return 1 + deep() end\n"
           "local function after() tick(1000) end\n"
           "pcall(deep) after()");
    expect(s, "after", 1, 1, 1000, 1000);
    assert_true(s->stats->folded);
    assert_int_equal(find(s, "deep")->cc, 1);
    assert_near(find(s, "deep")->tt, (double)find(s, "<tick>")->nc - 1, 1);
}

/* ---- coroutines ------------------------------------------------------------------------------- */

static void a_suspended_coroutine_accumulates_nothing(void **state)
{
    struct session *s = *state;
    run(s, "local function body() tick(1) coroutine.yield() tick(2) end\n"
           "local function other() tick(50) end\n"
           "local co = coroutine.create(body)\n"
           "local function go() coroutine.resume(co) end\n"
           "go() other() go()");
    expect(s, "body", 1, 1, 3, 3);
    expect(s, "go", 2, 2, 0, 3);
    expect(s, "other", 1, 1, 50, 50);
    expect(s, "<coroutine.yield>", 1, 1, 0, 0);
    assert_near(total(s), 53, 0);
}

static void time_in_a_coroutine_counts_in_who_resumes_it(void **state)
{
    struct session *s = *state;
    run(s, "local function inner() tick(1) coroutine.yield() tick(1) end\n"
           "local function body() inner() coroutine.yield() tick(10) end\n"
           "local co = coroutine.create(body)\n"
           "local function first() coroutine.resume(co) end\n"
           "local function second() coroutine.resume(co) end\n"
           "local function third() coroutine.resume(co) end\n"
           "first() second() third()");
    expect(s, "first", 1, 1, 0, 1);
    expect(s, "second", 1, 1, 0, 1);
    expect(s, "third", 1, 1, 0, 10);
    expect(s, "body", 1, 1, 10, 12);
    expect(s, "inner", 1, 1, 2, 2);
}

static void wrapped_iterators_count(void **state)
{
    struct session *s = *state;
    run(s, "local function gen() for i = 1, 4 do tick(2) coroutine.yield(i) end end\n"
           "local function each() for _ in coroutine.wrap(gen) do tick(1) end end\n"
           "each()");
    expect(s, "gen", 1, 1, 8, 8);
    expect(s, "each", 1, 1, 4, 12);
}

static void coroutines_that_fail_are_closed_or_dropped_lose_nothing(void **state)
{
    struct session *s = *state;
    run(s, "local function bad() tick(1) error('x') end\n"
           "local function sleeper() local x <close> = setmetatable({}, {__close = function() "
           "tick(5) end})\n"
           "  tick(2) coroutine.yield() end\n"
           "local function work() tick(100) end\n"
           "for i = 1, 10 do coroutine.resume(coroutine.create(bad)) work() end\n"
           "for i = 1, 10 do local c = coroutine.create(sleeper) coroutine.resume(c) work()\n"
           "  coroutine.close(c) work() end\n"
           "for i = 1, 10 do local c = coroutine.wrap(sleeper) c() work() end\n"
           "for i = 1, 10 do pcall(coroutine.wrap(bad)) work() end\n"
           "collectgarbage()");
    expect(s, "bad", 20, 20, 20, 20);
    expect(s, "work", 50, 50, 5000, 5000);
    expect(s, "sleeper", 20, 20, 40, 40);
    assert_near(total(s), 20 + 5000 + 40 + 50, 0);
}

static void addresses_of_coroutines_serve_again(void **state)
{
    struct session *s = *state;
    run(s, "local function body(n) tick(1) if n > 0 then coroutine.yield() end tick(1) end\n"
           "for i = 1, 20000 do\n"
           "  local co = coroutine.create(body)\n"
           "  coroutine.resume(co, i % 3)\n"
           "  if i % 7 == 0 then coroutine.resume(co) end\n"
           "end");
    long long zero = 6666, resumed = 0;
    for (int i = 1; i <= 20000; i++)
        resumed += i % 3 != 0 && i % 7 == 0;
    expect(s, "body", 20000, 20000, (double)(20000 + zero + resumed),
           (double)(20000 + zero + resumed));
}

static void coroutines_inside_coroutines(void **state)
{
    struct session *s = *state;
    run(s, "local function nest(n) tick(1) if n > 0 then\n"
           "  local c = coroutine.wrap(nest) c(n - 1) coroutine.yield() tick(1) end end\n"
           "local c = coroutine.wrap(nest) c(20) c()");
    assert_int_equal(find(s, "nest")->nc, 21);
    assert_int_equal(find(s, "nest")->cc, 1);
    assert_near(find(s, "nest")->tt, 22, 0);
    assert_near(find(s, "nest")->ct, 22, 0);
}

/* The program kept Lua's own functions, so nobody tells when it resumes. */
static void resumes_that_nobody_announces_are_noticed(void **state)
{
    struct session *s = *state;
    assert_int_equal(luaL_dostring(s->L, "kept = coroutine.resume"),
                     LUA_OK); /* before it is ours */
    run(s,
        "local function body() tick(1) coroutine.yield() tick(2) coroutine.yield() error('x') end\n"
        "local function go(co) return kept(co) end\n"
        "local co = coroutine.create(body)\n"
        "local function work() tick(10) end\n"
        "go(co) work() go(co) work() go(co) work()");
    expect(s, "body", 1, 1, 3, 3);
    expect(s, "work", 3, 3, 30, 30);
}

/* ---- enabling --------------------------------------------------------------------------------- */

static void enabled_in_the_middle_unknown_frames_have_no_entry(void **state)
{
    struct session *s = *state;
    s->by_hand = true;
    run(s, "local function f() tick(3) end\n"
           "local function g() tick(1) enable() f() tick(1) end\n"
           "local function h() g() f() disable() f() end\n"
           "h()");
    expect(s, "f", 2, 2, 6, 6);
    assert_null(find(s, "g"));
    assert_null(find(s, "h"));
    assert_null(find(s, "<disable>"));
}

static void enabled_inside_a_coroutine_its_resumer_goes_on(void **state)
{
    struct session *s = *state;
    s->by_hand = true;
    run(s, "local function f() tick(3) end\n"
           "local co = coroutine.create(function() enable() f() coroutine.yield() f() end)\n"
           "coroutine.resume(co) f() coroutine.resume(co) f() disable() f()");
    expect(s, "f", 4, 4, 12, 12);
}

static void enabling_again_goes_on_counting(void **state)
{
    struct session *s = *state;
    s->by_hand = true;
    run(s, "local function f() tick(1) end\n"
           "local function rec(n) f() if n > 0 then enable() rec(n - 1) disable() end f() end\n"
           "rec(5)");
    expect(s, "f", 6, 6, 6, find(s, "f")->ct);
    assert_int_equal(find(s, "rec")->nc, 5);
}

static void only_one_profiler_at_a_time(void **state)
{
    struct session *s = *state;
    struct xdb_error err;
    struct collector *other = collector_new(&s->clock);
    struct universe *u = universe_open(s->L);
    assert_int_equal(collector_enable(s->collector, u, s->L, &err), 0);
    assert_int_equal(collector_enable(other, u, s->L, &err), XDB_EINVAL);
    assert_string_equal(err.text, "Another profiling tool is already active");
    collector_disable(s->collector, s->L);
    assert_int_equal(collector_enable(other, u, s->L, &err), 0);
    collector_disable(other, s->L);
    collector_free(other);
}

static void clearing_forgets(void **state)
{
    struct session *s = *state;
    run(s, "local function f() tick(1) end local function g() tick(2) end f() clear() f() g()");
    expect(s, "f", 1, 1, 1, 1);
    expect(s, "g", 1, 1, 2, 2);
    assert_null(find(s, "<main>"));
}

static void the_programs_own_hook_goes_on(void **state)
{
    struct session *s = *state;
    run(s, "local n = 0\n"
           "local function f() tick(1) end\n"
           "debug.sethook(function() n = n + 1 end, 'c')\n"
           "f() f() f()\n"
           "debug.sethook()\n"
           "f() assert(n >= 3)");
    expect(s, "f", 4, 4, 4, 4);
}

static void threads_of_the_host_are_told_apart(void **state)
{
    struct session *s = *state;
    run(s, "local cos = {}\n"
           "local function step(i) tick(1) end\n"
           "for i = 1, 30 do cos[i] = coroutine.create(function() for k = 1, 5 do step(i)\n"
           "  coroutine.yield() end end) end\n"
           "for round = 1, 6 do for i = 1, 30 do coroutine.resume(cos[(i * 7) % 30 + 1]) end end");
    expect(s, "step", 150, 150, 150, 150);
}

/* ---- the fast way ----------------------------------------------------------------------------- */

static const char busy[] =
    "local a, b\n"
    "function a(n) if n > 0 then b(n - 1) end return n end\n"
    "function b(n) if n % 3 == 0 then return a(n - 1) end pcall(error) return a(n - 1) end\n"
    "local co = coroutine.wrap(function() while true do a(5) coroutine.yield() end end)\n"
    "for i = 1, 200 do a(i % 17) co() math.max(i, 2) pcall(b, i % 5)\n"
    "  load('return ' .. i % 3)() end";

/* Events take another way under the processor's counter; what is counted must be the same. */
static void both_ways_count_the_same(void **state)
{
    struct session *slow = *state;
    struct session fast;
    run(slow, busy);
    session_init(&fast, true);
    run(&fast, busy);
    assert_int_equal(slow->stats->nfunctions, fast.stats->nfunctions);
    for (size_t i = 0; i < slow->stats->nfunctions; i++) {
        assert_string_equal(slow->stats->functions[i].name, fast.stats->functions[i].name);
        assert_int_equal(slow->stats->functions[i].nc, fast.stats->functions[i].nc);
        assert_int_equal(slow->stats->functions[i].cc, fast.stats->functions[i].cc);
    }
    assert_int_equal(slow->stats->nedges, fast.stats->nedges);
    session_release(&fast);
}

/* Every tick between enable and disable is somebody's. */
static void own_times_add_up_to_the_time_that_passed(void **state)
{
    (void)state;
    struct session real;
    session_init(&real, true);
    run(&real, busy);
    double elapsed = (double)real.collector->elapsed * real.collector->clock.seconds_per_tick;
    double all = 0;
    for (const struct tree_node *n = real.collector->tree->all; n; n = n->all)
        all += (double)n->own * real.collector->clock.seconds_per_tick;
    assert_true(elapsed > 0);
    assert_near(all, elapsed, elapsed * 1e-9);
    assert_near(total(&real), elapsed, elapsed * 0.05 + 1e-5); /* but for the root's */
    session_release(&real);
}

/* ---- samples ---------------------------------------------------------------------------------- */

/* `sample()` does what the timer's signal does: the next event records the stack. */
static int program_sample(lua_State *L)
{
    hook_sample_request(universe_find(L));
    return 0;
}

/* No return of `tick` is an event here: its time has passed at once. */
static uint64_t read_at_once(void *ud)
{
    struct session *s = ud;
    s->now += s->coming;
    s->coming = 0;
    return s->now;
}

static void samples_charge_whoever_runs_and_tell_who_called(void **state)
{
    struct session *s = *state;
    struct xdb_error err;
    s->clock.ticks = read_at_once;
    struct sampler *sampler = sampler_new(&s->clock, 0);
    assert_non_null(sampler);
    assert_int_equal(sampler_enable(sampler, universe_open(s->L), s->L, &err), 0);
    struct sampler *other = sampler_new(&s->clock, 0);
    assert_int_equal(sampler_enable(other, universe_open(s->L), s->L, &err), XDB_EINVAL);
    sampler_free(other);
    add_function(s, "sample", program_sample);
    s->by_hand = true;
    run(s, "local function leaf() tick(5) sample()\n return 1 end\n"
           "local function mid() leaf() leaf()\n end\n"
           "local co = coroutine.wrap(function() while true do leaf() coroutine.yield() end end)\n"
           "mid() co() co() mid()");
    assert_int_equal(lua_gethookmask(s->L), 0);
    sampler_disable(sampler, s->L);
    struct snapshot_options options = {.seconds_per_tick = 1, .subcalls = true, .sampled = true};
    xdb_stats_free(s->stats);
    s->stats = snapshot_take(sampler->tree, &options, &err);
    assert_true(s->stats->sampled);
    assert_int_equal(sampler->samples, 6);
    assert_int_equal(find(s, "<main>")->cc, 6);
    assert_near(find(s, "<main>")->ct, 30, 0);
    assert_int_equal(find(s, "mid")->cc, 4);
    assert_near(find(s, "mid")->ct, 20, 0);
    assert_int_equal(find(s, "leaf")->cc, 6);
    assert_non_null(edge(s, "mid", "leaf"));
    assert_non_null(edge(s, "<co>", "<function>"));
    assert_non_null(edge(s, "<function>", "leaf"));
    assert_near(total(s), 30, 0);
    sampler_free(sampler);
}

/* The row of a line in the context whose function has this name, or NULL. */
static const struct stats_line *line_row(const struct session *s, const char *name, int line)
{
    for (size_t i = 0; i < s->stats->nlines; i++) {
        const struct stats_line *l = &s->stats->lines[i];
        uint32_t f = s->stats->contexts[l->context].function;
        if (l->line == line && strcmp(s->stats->functions[f].name, name) == 0)
            return l;
    }
    return NULL;
}

/* `sample()` at once, as if the function had only just been called: the line is its caller's. */
static int program_sample_now(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "sampler");
    struct sampler *sampler = lua_touserdata(L, -1);
    lua_pop(L, 1);
    sampler_sample(sampler, L, true);
    return 0;
}

static void samples_know_the_lines(void **state)
{
    struct session *s = *state;
    struct xdb_error err;
    s->clock.ticks = read_at_once;
    struct sampler *sampler = sampler_new(&s->clock, 0);
    assert_int_equal(sampler_enable(sampler, universe_open(s->L), s->L, &err), 0);
    add_function(s, "sample", program_sample_now);
    lua_pushlightuserdata(s->L, sampler);
    lua_setfield(s->L, LUA_REGISTRYINDEX, "sampler");
    s->by_hand = true;
    run(s, "local function leaf(n)\n"
           "  if n > 0 then tick(5) sample() n = 0 end\n"
           "  tick(3) sample() n = 1\n"
           "end\n"
           "leaf(1)\n"
           "leaf(0) leaf(0)\n");
    sampler_disable(sampler, s->L);
    struct snapshot_options options = {
        .seconds_per_tick = 1, .lines = &sampler->lines, .subcalls = true, .sampled = true};
    xdb_stats_free(s->stats);
    s->stats = snapshot_take(sampler->tree, &options, &err);
    assert_int_equal(s->stats->nlines, 4);
    assert_int_equal(line_row(s, "leaf", 2)->direct, 1);
    assert_near(line_row(s, "leaf", 2)->own, 5, 0);
    assert_int_equal(line_row(s, "leaf", 3)->direct, 3);
    assert_near(line_row(s, "leaf", 3)->own, 9, 0);
    assert_int_equal(line_row(s, "<main>", 5)->direct, 0);
    assert_int_equal(line_row(s, "<main>", 5)->samples, 2);
    assert_near(line_row(s, "<main>", 5)->total, 8, 0);
    assert_near(line_row(s, "<main>", 6)->total, 6, 0);
    assert_near(line_row(s, "<main>", 6)->own, 0, 0);
    sampler_clear(sampler);
    assert_int_equal(sampler->lines.n, 0);
    sampler_free(sampler);
}

static int set_up(void **state)
{
    struct session *s = malloc(sizeof *s);
    session_init(s, false);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    session_release(*state);
    free(*state);
    return 0;
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(own_and_cumulative_time_are_exact),
        WITH(recursion_counts_primitive_calls_and_time_once),
        WITH(mutual_recursion_counts_each_function_once),
        WITH(a_tail_call_closes_its_caller),
        WITH(c_functions_have_entries),
        WITH(without_builtins_their_time_is_their_callers),
        WITH(a_function_is_one_entry_whatever_its_closures),
        WITH(functions_of_dropped_chunks_are_not_mistaken),
        WITH(subcalls_can_be_left_out),
        WITH(bias_is_taken_off_for_each_event),
        WITH(errors_end_the_functions_they_leave),
        WITH(message_handlers_count_where_they_run),
        WITH(errors_in_finalizers_leave_the_profile_whole),
        WITH(close_methods_count_where_they_run),
        WITH(stack_overflow_is_survived),
        WITH(a_suspended_coroutine_accumulates_nothing),
        WITH(time_in_a_coroutine_counts_in_who_resumes_it),
        WITH(wrapped_iterators_count),
        WITH(coroutines_that_fail_are_closed_or_dropped_lose_nothing),
        WITH(addresses_of_coroutines_serve_again),
        WITH(coroutines_inside_coroutines),
        WITH(resumes_that_nobody_announces_are_noticed),
        WITH(enabled_in_the_middle_unknown_frames_have_no_entry),
        WITH(enabled_inside_a_coroutine_its_resumer_goes_on),
        WITH(enabling_again_goes_on_counting),
        WITH(only_one_profiler_at_a_time),
        WITH(clearing_forgets),
        WITH(the_programs_own_hook_goes_on),
        WITH(threads_of_the_host_are_told_apart),
        WITH(both_ways_count_the_same),
        WITH(own_times_add_up_to_the_time_that_passed),
        WITH(samples_charge_whoever_runs_and_tell_who_called),
        WITH(samples_know_the_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
