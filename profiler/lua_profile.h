/*
** What the Lua modules xdb.profile and xdb.pstats share: their classes as userdata, which own C memory
** and give it back when collected.
*/
#ifndef XDB_PROFILER_LUA_PROFILE_H
#define XDB_PROFILER_LUA_PROFILE_H

#include "core/error.h"
#include "core/lua_class.h"
#include "profiler/profiler.h"

#include <lauxlib.h>

extern const struct lua_class lua_profile_class, lua_pstats_class;

struct lua_profile {
    struct xdb_profiler *p; /* NULL once collected */
    bool has_timer;         /* a Lua function, user value 1 */
    bool in_timer;
    double timeunit;          /* seconds; 0: the timer gives seconds */
    uint64_t last;            /* ticks that the timer gave last */
    struct xdb_error failure; /* why the timer failed first, or "" */
};

struct lua_pstats {
    struct xdb_stats *s; /* NULL once collected */
};

/* The profiler at `index`, else an error. */
struct lua_profile *lua_profile_check(lua_State *L, int index);
/* [-0, +1] New empty statistics that print to io.stdout; may raise. */
struct lua_pstats *lua_pstats_new(lua_State *L);
/* Sorts by the value at `index`: a key, a number as of old, a list of keys, or nil for `otherwise`. May raise. */
void lua_pstats_sort(lua_State *L, struct xdb_stats *s, int index, const char *otherwise);
/* [-0, +0] Prints a table to the stream of the statistics at `index`. May raise. */
void lua_pstats_print(lua_State *L, int index, enum xdb_stats_table table,
                      const struct xdb_restriction *restrictions, size_t n);

#endif
