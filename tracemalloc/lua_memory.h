/*
** What the files of the Lua module xdb.tracemalloc share: its classes, and values that live as long as Lua wants. All
** functions here may raise.
*/
#ifndef XDB_TRACEMALLOC_LUA_MEMORY_H
#define XDB_TRACEMALLOC_LUA_MEMORY_H

#include "core/error.h"
#include "core/lua_class.h"
#include "tracemalloc/snapshot.h"

extern const struct lua_class lua_frame_class, lua_traceback_class, lua_trace_class,
    lua_traces_class, lua_snapshot_class, lua_statistic_class, lua_diff_class, lua_filter_class,
    lua_domain_filter_class;

/* [-0, +1] A Frame. */
void lua_memory_push_frame(lua_State *L, const char *file, int line);
/*
** [-0, +1] A Traceback of the frames, given newest first; `total` below 0: not known. `function` is the C function on
** top, or NULL.
*/
void lua_memory_push_traceback(lua_State *L, const struct xdb_memory_frame *frames, size_t n,
                               long long total, const char *function);
/* [-0, +1] The Traceback of a block of the snapshot. */
void lua_memory_push_block_traceback(lua_State *L, const struct xdb_snapshot *s,
                                     const struct xdb_memory_trace *trace);
/* [-0, +1] A Snapshot that is to be filled: *box owns it. */
struct xdb_snapshot **lua_memory_push_snapshot(lua_State *L);
/* Orders two Tracebacks as Python does: by their frames, the oldest first. */
int lua_memory_compare(lua_State *L, int a, int b);
/* The filters in the list at `index`, in an array that is pushed [-0, +1]. */
struct xdb_memory_filter *lua_memory_push_filters(lua_State *L, int index, size_t *n);
/* nil and the message. */
int lua_memory_fail(lua_State *L, const struct xdb_error *err);

#endif
