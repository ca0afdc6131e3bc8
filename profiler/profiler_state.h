/* What a `struct xdb_profiler` is made of; for the files of this folder. */
#ifndef XDB_PROFILER_PROFILER_STATE_H
#define XDB_PROFILER_PROFILER_STATE_H

#include "profiler/collector.h"
#include "profiler/profiler.h"
#include "profiler/sampler.h"

struct xdb_profiler {
    struct collector *collector; /* or: */
    struct sampler *sampler;
    uint64_t (*ticks)(lua_State *L, void *user); /* the user's clock, or NULL */
    void *user;
    double bias; /* seconds an event */
    bool subcalls;
};

#endif
