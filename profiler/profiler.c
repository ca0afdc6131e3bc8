#include "profiler/profiler.h"

#include "core/error.h"
#include "profiler/profiler_state.h"
#include "profiler/snapshot.h"

#include <math.h>
#include <stdlib.h>

static uint64_t cpu_ticks(void *ud)
{
    (void)ud;
    return (uint64_t)clock_cpu_ns(CLOCK_CPU_PROCESS);
}

static uint64_t user_ticks(void *ud)
{
    const struct xdb_profiler *p = ud;
    return p->ticks(p->collector->L, p->user);
}

static void choose_clock(struct xdb_profiler *p, const struct xdb_profiler_config *config,
                         struct clock *clock)
{
    if (config->ticks)
        *clock = (struct clock){
            .ticks = user_ticks, .ud = p, .seconds_per_tick = config->seconds_per_tick};
    else if (config->clock == XDB_PROFILER_CPU)
        *clock = (struct clock){.ticks = cpu_ticks, .seconds_per_tick = 1e-9};
    else
        clock_system(clock);
}

struct xdb_profiler *xdb_profiler_new(lua_State *L, const struct xdb_profiler_config *config,
                                      struct xdb_error *err)
{
    static const struct xdb_profiler_config usual = {.clock = XDB_PROFILER_WALL};
    struct clock clock;
    config = config ? config : &usual;
    if (!(config->rate >= 0 && config->rate <= XDB_PROFILER_MAX_RATE) ||
        (config->rate > 0 && config->ticks) || !isfinite(config->bias) ||
        (config->ticks && !(config->seconds_per_tick > 0))) {
        error_set(err, XDB_EINVAL, "the rate, bias or length of a tick makes no sense");
        return NULL;
    }
    struct xdb_profiler *p = calloc(1, sizeof *p);
    if (p && universe_open(L)) {
        choose_clock(p, config, &clock);
        if (config->rate > 0)
            p->sampler = sampler_new(&clock, config->rate);
        else
            p->collector = collector_new(&clock);
    }
    if (!p || (!p->collector && !p->sampler)) {
        free(p);
        error_set(err, XDB_ENOMEM, "not enough memory");
        return NULL;
    }
    p->ticks = config->ticks;
    p->user = config->user;
    p->bias = config->bias;
    p->subcalls = !config->no_subcalls;
    if (p->collector)
        p->collector->clock_uses_lua = config->ticks != NULL;
    xdb_profiler_set_builtins(p, !config->no_builtins);
    return p;
}

void xdb_profiler_free(struct xdb_profiler *p, lua_State *L)
{
    if (!p)
        return;
    xdb_profiler_disable(p, L);
    collector_free(p->collector);
    sampler_free(p->sampler);
    free(p);
}

int xdb_profiler_enable(struct xdb_profiler *p, lua_State *L, struct xdb_error *err)
{
    if (xdb_profiler_enabled(p))
        return 0;
    struct universe *u = universe_open(L);
    if (!u)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    if (p->sampler ? collector_any(u) : sampler_any(u))
        return error_set(err, XDB_EINVAL, "Another profiling tool is already active");
    if (p->sampler)
        return sampler_enable(p->sampler, u, L, err);
    return collector_enable(p->collector, u, L, err);
}

void xdb_profiler_disable(struct xdb_profiler *p, lua_State *L)
{
    if (p->sampler)
        sampler_disable(p->sampler, L);
    else
        collector_disable(p->collector, L);
}

bool xdb_profiler_enabled(const struct xdb_profiler *p)
{
    return p->sampler ? p->sampler->active : p->collector->active;
}

void xdb_profiler_clear(struct xdb_profiler *p)
{
    if (p->sampler)
        sampler_clear(p->sampler);
    else
        collector_clear(p->collector);
}

void xdb_profiler_set_builtins(struct xdb_profiler *p, bool on)
{
    if (p->collector)
        collector_set_builtins(p->collector, on);
    else
        p->sampler->builtins = on;
}

void xdb_profiler_set_subcalls(struct xdb_profiler *p, bool on)
{
    p->subcalls = on;
}

void xdb_profiler_set_bias(struct xdb_profiler *p, double seconds)
{
    p->bias = seconds;
}

double xdb_profiler_bias(const struct xdb_profiler *p)
{
    return p->bias;
}

void xdb_profiler_interrupt(struct xdb_profiler *p)
{
    if (!xdb_profiler_enabled(p))
        return;
    if (p->sampler) {
        sampler_interrupt(p->sampler);
        return;
    }
    p->collector->raises_interrupts = true;
    hook_interrupt_request(p->collector->observer.universe);
}

static struct clock *clock_of(struct xdb_profiler *p)
{
    struct clock *clock = p->sampler ? &p->sampler->clock : &p->collector->clock;
    clock_refine(clock);
    return clock;
}

struct xdb_stats *xdb_profiler_stats(struct xdb_profiler *p, struct xdb_error *err)
{
    struct snapshot_options options = {.seconds_per_tick = clock_of(p)->seconds_per_tick,
                                       .lines = p->sampler ? &p->sampler->lines : NULL,
                                       .missed = p->sampler ? p->sampler->missed : 0,
                                       .bias = p->sampler ? 0 : p->bias,
                                       .subcalls = p->subcalls,
                                       .sampled = p->sampler != NULL};
    return snapshot_take(p->sampler ? p->sampler->tree : p->collector->tree, &options, err);
}

double xdb_profiler_elapsed(struct xdb_profiler *p)
{
    int64_t elapsed = p->sampler ? p->sampler->elapsed : p->collector->elapsed;
    return (double)elapsed * clock_of(p)->seconds_per_tick;
}
