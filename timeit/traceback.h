/*
** The error that ends a run: its value, and its traceback with the lines of the timed text.
*/
#ifndef XDB_TIMEIT_TRACEBACK_H
#define XDB_TIMEIT_TRACEBACK_H

#include "timeit/timeit.h"

/* The message handler of a run, keeps the traceback; its upvalue is the timer. */
int traceback_handler(lua_State *L);
/*
** [-1, +0] Keeps the error value on the top, which ended a run with `status`, and tells it in one line.
** Returns XDB_ETIMED. Never raises.
*/
int traceback_keep(lua_State *L, int timer, int status, struct xdb_error *err);

#endif
