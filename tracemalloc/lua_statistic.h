/* [-0, +1] Pushes one group of statistics as a Statistic or, `compared`, a StatisticDiff. May raise. */
#ifndef XDB_TRACEMALLOC_LUA_STATISTIC_H
#define XDB_TRACEMALLOC_LUA_STATISTIC_H

#include "tracemalloc/tracemalloc.h"

void lua_memory_push_statistic(lua_State *L, const struct xdb_memory_stats *m, size_t index,
                               enum xdb_memory_key key, bool compared);

#endif
