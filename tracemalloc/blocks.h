/*
** The live blocks: address -> size and site. An open-addressing table of 12 bytes an entry, kept between 51 and
** 76 per cent full, so that a block takes 16 to 24 bytes. What does not fit into an entry (512 KiB and more, or
** an address that is not a multiple of 8 below 2^48) goes into a sorted list beside it, 24 bytes each.
**
** Putting, finding and taking cost some nanoseconds where the table is in the cache; growing moves entries in
** ascending order. All memory is C heap and the table's. Nothing raises; one thread at a time.
*/
#ifndef XDB_TRACEMALLOC_BLOCKS_H
#define XDB_TRACEMALLOC_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct block {
    uintptr_t address;
    size_t size;   /* bytes */
    uint32_t site; /* see sites.h */
};

struct block_entry {
    uint32_t low, high; /* address / 8 and size together; both 0: empty */
    uint32_t site;
};

/* Zero in all fields is an empty table. */
struct blocks {
    struct block_entry *entries;
    uint32_t capacity, count; /* entries there are and entries used */
    uint32_t most;            /* entries used before it grows */
    struct block *odd;        /* those that do not fit, by address */
    size_t odd_count, odd_capacity;
};

/*
** Puts a block, in place of one of the same address: *old is that one, or has address 0. False, and nothing
** changed, when memory runs out.
*/
bool blocks_put(struct blocks *b, const struct block *block, struct block *old);
/* Finds it, or takes it out. False when there is none. */
bool blocks_find(const struct blocks *b, uintptr_t address, struct block *out);
bool blocks_take(struct blocks *b, uintptr_t address, struct block *out);
/* Goes through all, in no order: *at starts with 0. False at the end. */
bool blocks_next(const struct blocks *b, size_t *at, struct block *out);
size_t blocks_count(const struct blocks *b);
/* Bytes of C heap in use. */
size_t blocks_memory(const struct blocks *b);
/* Gives all memory back; the table is empty then. */
void blocks_release(struct blocks *b);

/* ---- the usual case, inline: a small block that is not there yet, and one that is taken out ---- */

/* Of an entry's 64 bits the size has these; the rest is the address without its three low bits. */
enum { BLOCKS_SIZE_BITS = 19 };

static inline uint64_t blocks_key(const struct block_entry *e)
{
    uint64_t key;
    memcpy(&key, e, sizeof key);
    return key;
}

/*
** Where an address belongs: Fibonacci hashing, and the product's upper half for any capacity. It grows with the
** hash whatever the capacity, so that entries move to a larger table in order.
*/
static inline uint32_t blocks_home(uint64_t eighth, uint32_t capacity)
{
    uint32_t hash = (uint32_t)(eighth * UINT64_C(0x9E3779B97F4A7C15) >> 32);
    return (uint32_t)((uint64_t)hash * capacity >> 32);
}

/* Adds a block of an address that is not there. False: nothing is done, blocks_put must. */
static inline bool blocks_add(struct blocks *b, uintptr_t address, size_t size, uint32_t site)
{
    uint64_t eighth = (uint64_t)address >> 3, key;
    if (b->count >= b->most || b->odd_count || size >> BLOCKS_SIZE_BITS || (address & 7) ||
        eighth >> (64 - BLOCKS_SIZE_BITS))
        return false;
    struct block_entry *e = &b->entries[blocks_home(eighth, b->capacity)];
    while ((key = blocks_key(e)) != 0) {
        if (key >> BLOCKS_SIZE_BITS == eighth)
            return false;
        if (++e == b->entries + b->capacity)
            e = b->entries;
    }
    key = eighth << BLOCKS_SIZE_BITS | size;
    memcpy(e, &key, sizeof key);
    e->site = site;
    b->count++;
    return true;
}

#endif
