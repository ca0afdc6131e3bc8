/*
** From the calling-context tree to statistics: own times and calls are summed by function and by edge;
** cumulative times and primitive calls come from those nodes that have no other of the same function (of
** the same edge) above them. Takes time and memory in proportion to the tree; nothing of Lua.
*/
#ifndef XDB_PROFILER_SNAPSHOT_H
#define XDB_PROFILER_SNAPSHOT_H

#include "profiler/lines.h"
#include "profiler/stats.h"
#include "profiler/tree.h"

struct snapshot_options {
    double seconds_per_tick;
    const struct lines *lines; /* of the tree's nodes, or NULL */
    double bias;               /* seconds that one event costs */
    bool subcalls;             /* edges are told */
    uint64_t missed;           /* samples that were due and not taken */
    bool
        sampled; /* a node's calls are samples: `nc` are the direct ones, `cc` all with what was called */
};

/* New statistics for the caller. NULL when memory runs out. */
struct xdb_stats *snapshot_take(const struct tree *t, const struct snapshot_options *options,
                                struct xdb_error *err);

#endif
