/*
** Finds the coroutines of a universe that the program can still reach. Nobody keeps a list of them, and
** one kept from now on would miss those made before; so they are looked for when somebody asks: from the
** registry and the running threads through tables, metatables, upvalues, user values and stacks, as the
** collector does, without metamethods, and past references that are weak.
**
** Costs some 50 ns a value of the whole heap, 16 bytes of C memory an object, and a few hundred kilobytes
** of Lua's memory, all given back; both time and memory are bounded. Not for hooks that must be quick.
*/
#ifndef XDB_CORE_COROUTINES_H
#define XDB_CORE_COROUTINES_H

#include <lua.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum coroutine_status {
    COROUTINE_RUNNING,
    COROUTINE_NORMAL,      /* it resumed another one, and waits */
    COROUTINE_SUSPENDED,   /* in a yield */
    COROUTINE_NOT_STARTED, /* its function has not been called yet */
    COROUTINE_FAILED,      /* an error has ended it; its stack still stands */
    COROUTINE_DEAD
};

struct coroutine_search {
    long values;                        /* looked at, at most */
    size_t objects;                     /* met, at most */
    const volatile sig_atomic_t *pause; /* not 0: give up; may be NULL */
    bool cut;                           /* told: something was left out */
};

/* What suits a prompt: a hundred million values, four million objects. */
extern const struct coroutine_search coroutines_defaults;

/*
** Finds all threads that can be reached, dead ones and the main thread too, those in an array the last one first. `L`
** is the running thread. *found is the caller's to free; the threads in it live as long as the program
** lets them. 0, or XDB_ENOMEM with nothing found.
*/
int coroutines_find(lua_State *L, struct coroutine_search *search, lua_State ***found, size_t *n);

/* What the coroutine is doing; `L` is the running thread. */
enum coroutine_status coroutines_status(lua_State *L, lua_State *co);

#endif
