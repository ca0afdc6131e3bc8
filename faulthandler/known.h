/*
** The Lua states that reports show. A list that signal handlers read while it changes: entries are never freed, but
** serve another state later.
*/
#ifndef XDB_FAULTHANDLER_KNOWN_H
#define XDB_FAULTHANDLER_KNOWN_H

#include "core/error.h"

#include <lua.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct universe;

struct known {
    struct known *next;        /* set once */
    _Atomic(lua_State *) main; /* NULL: the entry is free */
    struct universe *universe; /* where core/layout_stack is off, else NULL */
    atomic_int tid;            /* of the OS thread that runs it */
    pthread_t thread;          /* the same */
    lua_CFunction panic;       /* what stood there before ours, see fatal.c */
    bool watched;              /* panic is ours */
    char name[32];
};

/* Makes the state of `L` known, or only sets the thread. XDB_ENOMEM. Not signal-safe. */
int known_add(lua_State *L, struct known **out, struct xdb_error *err);
/* Not signal-safe. */
void known_remove(lua_State *L);
/* The same when the state has been closed, by the address its main thread had. Whether it was known. */
bool known_closed(const lua_State *main);
/* NULL when it is not known. Signal-safe. */
struct known *known_find(lua_State *L);
/* All of them, those made last first; entries with no `main` are to be left out. Signal-safe. */
struct known *known_first(void);

#endif
