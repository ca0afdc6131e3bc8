#include "core/clock.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    ENOUGH_NS = 1000000,    /* two points this far apart give a usable rate */
    SETTLED_NS = 1000000000 /* and this far apart the best that is asked for */
};

static int64_t read_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_wall_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_cpu_ns(enum clock_cpu which)
{
    return read_ns(which == CLOCK_CPU_THREAD ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID);
}

static uint64_t monotonic_ticks(void *ud)
{
    (void)ud;
    return (uint64_t)read_ns(CLOCK_MONOTONIC);
}

/* The counter, where there is one: how to read it, and whether it runs evenly. */
#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>

static uint64_t counter_ticks(void *ud)
{
    (void)ud;
    return __rdtsc();
}

static bool counter_is_invariant(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8);
}

#else
static uint64_t counter_ticks(void *ud)
{
    return monotonic_ticks(ud);
}

static bool counter_is_invariant(void)
{
    return false;
}
#endif

/* The counter and CLOCK_MONOTONIC at one moment. */
struct moment {
    uint64_t ticks;
    int64_t ns;
};

/*
** The one real clock of the process: there is one counter, and every caller's ticks must be comparable.
** Written under `once` before anybody can read it, but for `rate`.
*/
static struct {
    uint64_t (*ticks)(void *ud);
    struct moment first;
    _Atomic double rate; /* seconds per tick */
    atomic_bool settled; /* `rate` is final */
} real;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Takes both clocks, from the attempt in which the least time passed meanwhile. */
static struct moment take_moment(void)
{
    struct moment best = {0, 0};
    int64_t least = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        int64_t before = clock_wall_ns();
        uint64_t ticks = real.ticks(NULL);
        int64_t passed = clock_wall_ns() - before;
        if (passed < least) {
            least = passed;
            best = (struct moment){ticks, before + passed / 2};
        }
    }
    return best;
}

bool clock_counter_trusted(bool invariant, const char *kernel_source)
{
    return invariant && kernel_source && strncmp(kernel_source, "tsc", 3) == 0 &&
           (kernel_source[3] == '\0' || kernel_source[3] == '\n');
}

static bool counter_can_be_used(void)
{
    char text[64] = "";
    int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                  O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    return clock_counter_trusted(counter_is_invariant(), n > 0 ? text : NULL);
}

static void choose(void)
{
    bool counter = counter_can_be_used();
    real.ticks = counter ? counter_ticks : monotonic_ticks;
    atomic_store(&real.rate, 1e-9); /* of the counter: until it is measured */
    atomic_store(&real.settled, !counter);
    real.first = take_moment();
}

uint64_t clock_ticks(void)
{
    pthread_once(&once, choose);
    return real.ticks(NULL);
}

/*
** The kernel knows the rate, but tells it only through perf_event_open, which costs 10 ms, is often
** forbidden, and in a virtual machine leaves the rate out. Comparing the clocks is as good.
*/
double clock_seconds_per_tick(void)
{
    pthread_once(&once, choose);
    if (atomic_load(&real.settled))
        return atomic_load(&real.rate);
    struct moment now;
    do
        now = take_moment();
    while (now.ns - real.first.ns < ENOUGH_NS);
    int64_t ns = now.ns - real.first.ns;
    double rate = (double)ns * 1e-9 / (double)(now.ticks - real.first.ticks);
    atomic_store(&real.rate, rate);
    if (ns >= SETTLED_NS)
        atomic_store(&real.settled, true);
    return rate;
}

void clock_system(struct clock *c)
{
    pthread_once(&once, choose);
    *c = (struct clock){.ticks = real.ticks, .seconds_per_tick = clock_seconds_per_tick()};
}

bool clock_is_counter(const struct clock *c)
{
    pthread_once(&once, choose);
    return c->ticks == counter_ticks && real.ticks == counter_ticks;
}

void clock_refine(struct clock *c)
{
    if (c->ticks == counter_ticks || c->ticks == monotonic_ticks)
        c->seconds_per_tick = clock_seconds_per_tick();
}

static uint64_t fake_ticks(void *ud)
{
    struct clock_fake *fake = ud;
    uint64_t now = fake->now;
    fake->now += fake->step;
    return now;
}

void clock_fake_init(struct clock *c, struct clock_fake *fake, double seconds_per_tick)
{
    *fake = (struct clock_fake){0, 0};
    *c = (struct clock){fake_ticks, fake, seconds_per_tick};
}
