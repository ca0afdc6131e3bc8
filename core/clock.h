/*
** Time. Ticks are the cheapest clock there is that runs evenly: the processor's time stamp counter where
** both it and the kernel vouch for it (x86-64), else CLOCK_MONOTONIC in nanoseconds. Whoever measures
** takes a `struct clock`, so that tests can put a fake one in its place.
**
** A tick costs about 10 ns from the counter, 20 to 30 from CLOCK_MONOTONIC; CPU time is a system call
** of 200 to 500. The counter is read without a barrier: the processor may move it by some instructions.
**
**   struct clock          ticks and their length, and who makes them
**   clock_system          the real one           clock_fake   one that a test turns by hand
**   clock_ticks           the real one, at once  clock_wall_ns, clock_cpu_ns   plain nanoseconds
*/
#ifndef XDB_CORE_CLOCK_H
#define XDB_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    uint64_t (*ticks)(void *ud); /* never raises, never goes back */
    void *ud;                    /* owned by whoever made the clock */
    double seconds_per_tick;     /* as well as it is known; see clock_refine */
};

static inline uint64_t clock_now(const struct clock *c)
{
    return c->ticks(c->ud);
}

/* Seconds from one reading of the clock to a later one. */
static inline double clock_seconds(const struct clock *c, uint64_t from, uint64_t to)
{
    return (double)(to - from) * c->seconds_per_tick;
}

/*
** Fills in the real clock. The first call in a process decides which one that is (reads one line of
** sysfs); its ticks are the same for every caller. See clock_seconds_per_tick for the wait.
*/
void clock_system(struct clock *c);

/*
** Whether the ticks of `c` are those of the time stamp counter: then clock_counter gives the same without
** a call through a pointer, for those who read it at every event.
*/
bool clock_is_counter(const struct clock *c);

static inline uint64_t clock_counter(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    return 0; /* clock_is_counter is never true */
#endif
}

/*
** Sets seconds_per_tick of a real clock to the best that is known by now: call it before ticks
** are turned into seconds, the longer after clock_system the better. Leaves other clocks alone.
*/
void clock_refine(struct clock *c);

/*
** Ticks of the real clock. May be called from a signal handler once clock_system or this function has
** returned for the first time.
*/
uint64_t clock_ticks(void);

/*
** The length of a real tick in seconds. For the time stamp counter it comes from comparing both clocks
** since the first use: in the first millisecond this waits for it to be over, then it gets better for a
** second, from some 50 ppm to 1.
** Thread-safe; not for signal handlers.
*/
double clock_seconds_per_tick(void);

/* Time that passed, in nanoseconds since some fixed moment (CLOCK_MONOTONIC). Signal-safe. */
int64_t clock_wall_ns(void);

enum clock_cpu { CLOCK_CPU_THREAD, CLOCK_CPU_PROCESS };

/* Processor time used by this thread or by the process, user and system, in nanoseconds. Signal-safe. */
int64_t clock_cpu_ns(enum clock_cpu which);

/* What a fake clock reads. The test owns it; `clock.ud` points to it. */
struct clock_fake {
    uint64_t now;  /* the next reading */
    uint64_t step; /* added after each reading; 0: stands still until the test moves `now` */
};

/* Makes `c` read from `fake`, which starts at 0 and is to outlive `c`. */
void clock_fake_init(struct clock *c, struct clock_fake *fake, double seconds_per_tick);

/*
** The decision behind the real clock, on its own so that it can be tested: may the counter be trusted,
** given whether the processor promises that it runs evenly and what the kernel itself uses
** (the text of sysfs' current_clocksource; NULL when it cannot be read)?
*/
bool clock_counter_trusted(bool invariant, const char *kernel_source);

#endif
