/* hook_sample_request: what a timer's signal asks for, and that the program does not notice. */
#include "core/layout_switch.h"
#include "tests/unit/watch.h"

#include <signal.h>

static struct universe *signalled;
static int samples;
static lua_State *sampled_in;
static int sampled_line;

static void on_signal(int signal_number)
{
    (void)signal_number;
    hook_sample_request(signalled);
}

static int send_signal(lua_State *L)
{
    (void)L;
    raise(SIGALRM);
    return 0;
}

static void note_sample(struct hook_observer *o, lua_State *L, lua_Debug *ar)
{
    lua_Debug at;
    (void)o, (void)ar;
    samples++;
    sampled_in = L;
    sampled_line = lua_getstack(L, ar->event == LUA_HOOKRET, &at) && lua_getinfo(L, "l", &at)
                       ? at.currentline
                       : -1;
}

struct session {
    struct watch watch;
    struct sigaction before;
    lua_State *L;
};

static int open_session(void **state)
{
    static struct session s;
    struct sigaction act = {.sa_handler = on_signal};
    sigfillset(&act.sa_mask);
    s = (struct session){.watch = {.observer = {.sampled = note_sample}}};
    sigaction(SIGALRM, &act, &s.before);
    s.L = watch_state();
    lua_register(s.L, "send_signal", send_signal);
    signalled = universe_open(s.L);
    samples = 0;
    *state = &s;
    return 0;
}

static int close_session(void **state)
{
    struct session *s = *state;
    watch_release(&s->watch, s->L);
    watch_close(s->L);
    sigaction(SIGALRM, &s->before, NULL);
    return 0;
}

/* Starts observing, with `wanted` events beside the samples. */
static void observe(struct session *s, int wanted)
{
    watch_start(&s->watch, s->L, wanted);
    s->watch.observer.sampled = note_sample;
}

static void a_sample_is_told_once_where_the_program_is(void **state)
{
    struct session *s = *state;
    static const char *const programs[] = {
        "\nsend_signal()\nfor i = 1, 10 do end",
        "\nsend_signal()",
        "\npcall(send_signal)\nfor i = 1, 10 do end",
        "\ncoroutine.wrap(send_signal)()\nfor i = 1, 10 do end",
        "local co = coroutine.create(function()\nsend_signal() coroutine.yield() end) "
        "coroutine.resume(co)",
        "coroutine.wrap(function() pcall(coroutine.wrap(function()\nsend_signal() end)) end)()",
    };
    for (int wanted = 0; wanted <= WATCH_ALL; wanted += WATCH_ALL) {
        observe(s, wanted);
        for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
            samples = 0;
            watch_run(s->L, programs[i]);
            assert_int_equal(samples, 1);
            assert_true(sampled_line == 2 || sampled_line == -1); /* -1: a coroutine's first is C */
            assert_int_equal(s->watch.interrupted, 0);
            assert_int_equal(lua_gethookmask(s->L), wanted);
        }
        watch_release(&s->watch, s->L);
    }
}

/* A frame's `trap`, behind its saved pc: that the next instruction asks for hooks. */
static int trapped_frames(lua_State *L)
{
    int n = 0;
    for (const struct CallInfo *ci = layout_running(L); ci; ci = layout_older(ci))
        n += layout_proto(ci) && layout_load_int(ci, LAYOUT_CI_SAVEDPC + sizeof(void *)) != 0;
    return n;
}

static int traps; /* more than before the signal */

static int sample_below(lua_State *L)
{
    int before = trapped_frames(L); /* where the stack was moved */
    raise(SIGALRM);
    traps = trapped_frames(L) - before;
    return 0;
}

static void a_deep_stack_is_not_walked(void **state)
{
    struct session *s = *state;
    layout_prove();
    if (!layout_on())
        return; /* it is walked then */
    observe(s, 0);
    lua_register(s->L, "sample_below", sample_below);
    watch_run(s->L, "local function deep(n) if n == 0 then sample_below() return 0 end\n"
                    "return 1 + deep(n - 1) end\n"
                    "deep(1000)");
    assert_int_equal(traps, 0);
    assert_int_equal(samples, 1);
    assert_null(lua_gethook(s->L));
}

/* What its own hook tells a program, with and without samples in each of its events. */
static void the_programs_hook_sees_the_same(void **state)
{
    struct session *s = *state;
    static const char program[] =
        "local log = {}\n"
        "local function f(x)\n local t = {x,\n  x}\n return #t\nend\n"
        "for _, mask in ipairs{'l', 'c', 'r', 'cr', 'crl'} do\n"
        "  debug.sethook(function(event, line) log[#log + 1] = event .. tostring(line)\n"
        "    if sampling then send_signal() end end, mask)\n"
        "  f(1) for i = 1, 3 do f(i) end\n  coroutine.wrap(f)(2)\n"
        "  log[#log + 1] = select(2, debug.gethook())\n"
        "  debug.sethook()\n"
        "end\n"
        "local text = table.concat(log, ' ')\n"
        "assert(not before or before == text, text) before = text";
    observe(s, 0);
    watch_run(s->L, program);
    assert_int_equal(samples, 0);
    watch_run(s->L, "sampling = true");
    watch_run(s->L, program);
    assert_true(samples > 20);
}

static int stay_quiet(lua_State *L)
{
    (void)L;
    return 0;
}

/* Where what is left of a count is known; a signal's hook would start it anew else. */
static void the_programs_count_goes_on(void **state)
{
    struct session *s = *state;
    static const char program[] =
        "local n, where = 0, {}\n"
        "debug.sethook(function() n = n + 1 where[n] = i end, '', 997)\n"
        "for k = 1, 300 do i = k send_signal() for j = 1, 100 do end end\n"
        "debug.sethook()\n"
        "local text = table.concat(where, ' ')\n"
        "assert(not before or before == text, text) before = text";
    observe(s, 0);
    if (!layout_switch_prove())
        return;
    lua_register(s->L, "send_signal", stay_quiet);
    watch_run(s->L, program);
    assert_int_equal(samples, 0);
    lua_register(s->L, "send_signal", send_signal);
    watch_run(s->L, program);
    assert_int_equal(samples, 300);
}

static void a_sample_and_ctrl_c_are_told_both(void **state)
{
    struct session *s = *state;
    observe(s, 0);
    lua_State *L = s->L;
    hook_interrupt_request(signalled);
    hook_sample_request(signalled);
    watch_run(L, "local x = 1");
    assert_int_equal(s->watch.interrupted, 1);
    assert_int_equal(samples, 1);
    hook_sample_request(signalled);
    hook_interrupt_request(signalled);
    watch_run(L, "local x = 1");
    assert_int_equal(s->watch.interrupted, 2);
    assert_int_equal(samples, 2);
    assert_null(lua_gethook(L));
}

static void a_sample_in_a_finalizer_comes_later(void **state)
{
    struct session *s = *state;
    observe(s, 0);
    watch_run(s->L, "setmetatable({}, {__gc = function() send_signal() for i = 1, 9 do end end})\n"
                    "collectgarbage()\nlocal x = math.abs(1)");
    assert_int_equal(samples, 1);
    assert_null(lua_gethook(s->L));
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, open_session, close_session)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_sample_is_told_once_where_the_program_is),
        WITH(a_deep_stack_is_not_walked),
        WITH(the_programs_hook_sees_the_same),
        WITH(the_programs_count_goes_on),
        WITH(a_sample_and_ctrl_c_are_told_both),
        WITH(a_sample_in_a_finalizer_comes_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
