/*
** The live blocks: address -> size and site. An open-addressing table of 12 bytes an entry, kept between 53 and
** 80 per cent full, so that a block takes 15 to 23 bytes. What does not fit into an entry (512 KiB and more, or
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

#endif
