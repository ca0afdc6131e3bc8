/*
** The debug allocator: every block stands between guard bytes, fresh memory is 0xCD, freed memory 0xDD, and kept so for a
** while before it is given back. What is wrong with a block shows when it is freed or resized: bytes written before or
** behind it, a wrong old size, a second free, a pointer that is none of ours, something written after the free.
**
** A block costs 40 bytes and some 20 ns more than without. The last KEPT bytes that were freed stay allocated. Blocks come
** from `malloc`, or from the allocator that was there before, whose own blocks pass through (there must be sixteen readable bytes before
** them, as before malloc's). Without `guards` nothing is
** filled or checked; blocks are told of all the same.
**
** One universe each; calls in it from two OS threads at once are noticed. Nothing here raises or calls Lua.
*/
#ifndef XDB_DEVMODE_ALLOCATOR_H
#define XDB_DEVMODE_ALLOCATOR_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum allocator_fault {
    FAULT_TRAILING,  /* written behind the block */
    FAULT_LEADING,   /* written before the block */
    FAULT_SIZE,      /* freed or resized with a wrong old size */
    FAULT_FREED,     /* freed or resized after it was freed */
    FAULT_WRITTEN,   /* written to after it was freed */
    FAULT_FOREIGN,   /* freed or resized, but not allocated here */
    FAULT_CONCURRENT /* two OS threads use the allocator at once */
};

enum { ALLOCATOR_GUARD = 8 }; /* guard bytes at each end */
enum { ALLOCATOR_FRESH = 0xCD, ALLOCATOR_DEAD = 0xDD, ALLOCATOR_FORBIDDEN = 0xFD };

struct allocator_broken {
    enum allocator_fault fault;
    const unsigned char *at; /* the block as its user knows it */
    size_t size;             /* as was asked for; 0 for FAULT_FOREIGN */
    size_t claimed;          /* the old size that was given, for FAULT_SIZE */
    int kind;                /* LUA_T... of the object it was allocated for, or 0 */
    uint32_t place;          /* what `born` returned */
};

struct allocator_block;

struct allocator {
    lua_Alloc next; /* where memory comes from; NULL: malloc */
    void *next_ud;
    bool guards;
    bool mixed; /* blocks of `next` itself may come back */
    /* A coroutine or a userdata is allocated at `at`; the number returned stays with the block. */
    uint32_t (*born)(void *user, const void *at, int kind);
    /* It is being freed; its bytes are still there. */
    void (*died)(void *user, const void *at, size_t size, int kind, uint32_t place);
    /* Any block of another allocator is freed; may free the allocator. NULL: nobody asks. */
    void (*passed)(void *user, const void *at);
    /* Must not return. */
    void (*broken)(void *user, const struct allocator_broken *what);
    void *user;

    /* The rest is the allocator's own. */
    struct allocator_block *oldest, *newest; /* freed, not given back yet */
    size_t kept;                             /* bytes of those */
    volatile bool busy;
};

/* A lua_Alloc; `ud` is the struct allocator. */
void *allocator_run(void *ud, void *ptr, size_t osize, size_t nsize);
/* Looks at what was freed and is not given back yet. */
void allocator_check(struct allocator *a);
/* Gives it back, after a look at it. */
void allocator_drain(struct allocator *a);
/* What `born` said of the block at `at`; false when it is none of ours. */
bool allocator_place(const void *at, uint32_t *place);

#endif
