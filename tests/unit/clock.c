/* core/clock: the real clock is even and calibrated, the fake one obeys. */
#include "core/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

static void a_fake_clock_stands_until_it_is_turned(void **state)
{
    (void)state;
    struct clock c;
    struct clock_fake fake;
    clock_fake_init(&c, &fake, 0.5);
    assert_int_equal(clock_now(&c), 0);
    fake.now = 10;
    assert_int_equal(clock_now(&c), 10);
    assert_int_equal(clock_now(&c), 10);
    assert_true(clock_seconds(&c, 10, 13) == 1.5);
    clock_refine(&c);
    assert_true(c.seconds_per_tick == 0.5);
}

static void a_fake_clock_can_step_by_itself(void **state)
{
    (void)state;
    struct clock c;
    struct clock_fake fake;
    clock_fake_init(&c, &fake, 1e-9);
    fake.step = 7;
    assert_int_equal(clock_now(&c), 0);
    assert_int_equal(clock_now(&c), 7);
    assert_int_equal(fake.now, 14);
}

static void real_ticks_never_go_back(void **state)
{
    (void)state;
    struct clock c;
    clock_system(&c);
    uint64_t last = clock_ticks();
    for (int i = 0; i < 100000; i++) {
        uint64_t now = i % 2 ? clock_now(&c) : clock_ticks();
        assert_true(now >= last);
        last = now;
    }
}

/* However the process is interrupted: what the ticks say lies between two readings of the other clock
   taken inside and outside of theirs. */
static void real_ticks_are_as_long_as_they_say(void **state)
{
    (void)state;
    struct clock c;
    clock_system(&c);
    int64_t outside = clock_wall_ns();
    uint64_t from = clock_now(&c);
    int64_t inside = clock_wall_ns(), until = inside;
    while (until - inside < 3000000)
        until = clock_wall_ns();
    uint64_t to = clock_now(&c);
    outside = clock_wall_ns() - outside;
    inside = until - inside;
    clock_refine(&c);
    double ns = clock_seconds(&c, from, to) * 1e9;
    assert_true(ns > (double)inside * 0.998);
    assert_true(ns < (double)outside * 1.002);
}

static void *read_rate(void *rate)
{
    *(double *)rate = clock_seconds_per_tick();
    return NULL;
}

static void threads_agree_on_the_rate(void **state)
{
    (void)state;
    double rates[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_rate, &rates[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++)
        assert_true(rates[i] > rates[0] * 0.998 && rates[i] < rates[0] * 1.002);
}

static void cpu_time_grows_with_work(void **state)
{
    (void)state;
    int64_t thread = clock_cpu_ns(CLOCK_CPU_THREAD), process = clock_cpu_ns(CLOCK_CPU_PROCESS);
    while (clock_cpu_ns(CLOCK_CPU_THREAD) == thread)
        continue;
    assert_true(clock_cpu_ns(CLOCK_CPU_THREAD) > thread);
    assert_true(clock_cpu_ns(CLOCK_CPU_PROCESS) > process);
    assert_true(clock_cpu_ns(CLOCK_CPU_PROCESS) >= clock_cpu_ns(CLOCK_CPU_THREAD) - thread);
}

static void the_counter_needs_two_vouchers(void **state)
{
    (void)state;
    assert_true(clock_counter_trusted(true, "tsc\n"));
    assert_true(clock_counter_trusted(true, "tsc"));
    assert_false(clock_counter_trusted(false, "tsc\n"));
    assert_false(clock_counter_trusted(true, "tsc-early\n"));
    assert_false(clock_counter_trusted(true, "hpet\n"));
    assert_false(clock_counter_trusted(true, ""));
    assert_false(clock_counter_trusted(true, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fake_clock_stands_until_it_is_turned),
        cmocka_unit_test(a_fake_clock_can_step_by_itself),
        cmocka_unit_test(real_ticks_never_go_back),
        cmocka_unit_test(real_ticks_are_as_long_as_they_say),
        cmocka_unit_test(threads_agree_on_the_rate),
        cmocka_unit_test(cpu_time_grows_with_work),
        cmocka_unit_test(the_counter_needs_two_vouchers),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
