/*
** Things that are kept once and known by a number from 0 on: an array of items of one size, found again by the
** first bytes of theirs, the key, or (key_size 0) by the text that they begin with. An item costs its size, and
** 6 to 12 bytes for being found. Items move when one is added; their numbers stay.
*/
#ifndef XDB_TRACEMALLOC_INTERN_H
#define XDB_TRACEMALLOC_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How an item without a key of fixed size begins. The text is the table's own copy. */
struct intern_text {
    const char *data; /* also ends with '\0' */
    size_t len;
};

/* Zero in all but the sizes is an empty one. */
struct intern {
    size_t item_size, key_size;
    void *items; /* owned */
    uint32_t count, room;
    uint32_t *slots; /* owned; number + 1, or 0 */
    uint32_t slot_count;
};

/* Finds the item of this key (or text), or adds one whose other bytes are 0. False when memory runs out. */
bool intern_number(struct intern *t, const void *key, uint32_t *number);
/* Finds it. False when there is none. */
bool intern_find(const struct intern *t, const void *key, uint32_t *number);
size_t intern_memory(const struct intern *t);
/* Forgets all items and gives the memory back. */
void intern_release(struct intern *t);

static inline void *intern_at(const struct intern *t, uint32_t number)
{
    return (char *)t->items + (size_t)number * t->item_size;
}

#endif
