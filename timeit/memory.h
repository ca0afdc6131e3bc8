/*
** Counts what Lua allocates between two marks, through the state's own allocator. While it is
** installed an allocation costs some nanoseconds more, so nothing is timed meanwhile. Never raises.
*/
#ifndef XDB_TIMEIT_MEMORY_H
#define XDB_TIMEIT_MEMORY_H

#include "timeit/timeit.h"

#include <stdint.h>

struct memory_count {
    lua_Alloc alloc; /* the state's own */
    void *ud;
    uint64_t bytes, objects; /* asked for since the last mark */
    long long marks;
    double total_bytes, total_objects;
    struct xdb_timer_memory found; /* of the loops after the first */
};

/* `count` must stay where it is until memory_end. */
void memory_begin(lua_State *L, struct memory_count *count);
void memory_end(lua_State *L, struct memory_count *count);
/* Before the first loop and after each one. */
void memory_mark_start(struct memory_count *count);
void memory_mark_loop(struct memory_count *count);

#endif
