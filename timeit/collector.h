/*
** The collector stopped for a while, and put back as it was. Lua tells its mode only when it is changed,
** so finding out takes setting the mode it probably has: for nothing when that is right, for a full
** collection when not. Each timer remembers.
**
** Nothing here raises, but finalizers may run when the guess was wrong.
*/
#ifndef XDB_TIMEIT_COLLECTOR_H
#define XDB_TIMEIT_COLLECTOR_H

#include <lua.h>
#include <stdbool.h>

struct collector {
    int mode; /* LUA_GCGEN, LUA_GCINC; negative inside a finalizer, where it must be left alone */
    int pause, step_multiplier;
    bool running;
};

/* Finds out how the collector is; `guess` is a mode. */
void collector_look(lua_State *L, int guess, struct collector *c);
/* Makes it as it was. */
void collector_restore(lua_State *L, const struct collector *c);
/* Bytes in use. */
double collector_bytes(lua_State *L);

#endif
