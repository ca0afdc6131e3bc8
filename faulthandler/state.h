/*
** What the files of the fault handler have of each other: the kinds of reports are one tool to its users.
*/
#ifndef XDB_FAULTHANDLER_STATE_H
#define XDB_FAULTHANDLER_STATE_H

#include "core/error.h"

#include <lua.h>
#include <stdbool.h>

struct known;

/* known_add, and what every use of the library needs once. */
int state_add(lua_State *L, struct known **k, struct xdb_error *err);
/* The latter alone: handlers and threads point into this library, so it stays in memory. */
void state_prepare(void);

/* Whether it is a signal of fatal.c. Signal-safe. */
bool state_is_fatal(int number);
/* Gives the state's panic function back. */
void state_forget_panic(struct known *k);
/* Puts back the handlers of all user signals. */
void state_unregister_all(void);

#endif
