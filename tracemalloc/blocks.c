#include "tracemalloc/blocks.h"

#include <stdlib.h>

enum {
    SIZE_BITS = BLOCKS_SIZE_BITS,
    FIRST = 16384, /* entries of the first table: in small heaps hardly any two meet */
};

/* ---- entries ---------------------------------------------------------------------------------- */

static bool fits_address(uintptr_t address)
{
    return (address & 7) == 0 && (uint64_t)address >> 3 < (uint64_t)1 << (64 - SIZE_BITS);
}

static bool fits(const struct block *b)
{
    return fits_address(b->address) && b->size < (size_t)1 << SIZE_BITS;
}

static struct block_entry entry_of(const struct block *b)
{
    uint64_t key = (uint64_t)b->address >> 3 << SIZE_BITS | b->size;
    return (struct block_entry){(uint32_t)key, (uint32_t)(key >> 32), b->site};
}

static struct block block_of(const struct block_entry *e)
{
    uint64_t key = blocks_key(e);
    return (struct block){(uintptr_t)(key >> SIZE_BITS << 3),
                          (size_t)(key & (((uint64_t)1 << SIZE_BITS) - 1)), e->site};
}

static uint32_t home_of(const struct block_entry *e, uint32_t capacity)
{
    return blocks_home(blocks_key(e) >> SIZE_BITS, capacity);
}

/* The place of the address, or the empty one where it would go. */
static uint32_t place(const struct blocks *b, uintptr_t address)
{
    uint64_t eighth = (uint64_t)address >> 3;
    uint32_t i = blocks_home(eighth, b->capacity);
    for (uint64_t key; (key = blocks_key(&b->entries[i])) != 0 && key >> SIZE_BITS != eighth;)
        if (++i == b->capacity)
            i = 0;
    return i;
}

/* ---- the table's size ------------------------------------------------------------------------- */

static bool resize(struct blocks *b, uint32_t capacity)
{
    struct block_entry *fresh = calloc(capacity, sizeof *fresh);
    if (!fresh)
        return false;
    for (uint32_t i = 0; i < b->capacity; i++) {
        if (blocks_key(&b->entries[i]) == 0)
            continue;
        uint32_t at = home_of(&b->entries[i], capacity);
        while (blocks_key(&fresh[at]) != 0)
            if (++at == capacity)
                at = 0;
        fresh[at] = b->entries[i];
    }
    free(b->entries);
    b->entries = fresh;
    b->capacity = capacity;
    b->most = (uint32_t)((uint64_t)capacity * 76 / 100);
    return true;
}

/* Room for one more. */
static bool reserve(struct blocks *b)
{
    if (b->count < b->most)
        return true;
    if (b->capacity == 0)
        return resize(b, FIRST);
    if (b->capacity > UINT32_MAX / 3 * 2)
        return b->count < b->capacity - 1;
    return resize(b, b->capacity + b->capacity / 2) || b->count < b->capacity - 1;
}

/* Gives memory back when few are left; no matter if that fails. */
static void shrink(struct blocks *b)
{
    if (b->capacity > FIRST)
        resize(b, b->capacity / 2 < FIRST ? FIRST : b->capacity / 2);
}

/* ---- those that do not fit -------------------------------------------------------------------- */

/* Index of the address, or of the next one. */
static size_t odd_place(const struct blocks *b, uintptr_t address)
{
    size_t low = 0, high = b->odd_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->odd[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool odd_is(const struct blocks *b, size_t i, uintptr_t address)
{
    return i < b->odd_count && b->odd[i].address == address;
}

/* Puts it, for an old one (else address 0) that is there already. */
static bool odd_put(struct blocks *b, const struct block *block, struct block *old)
{
    size_t i = odd_place(b, block->address);
    if (odd_is(b, i, block->address)) {
        *old = b->odd[i];
        b->odd[i] = *block;
        return true;
    }
    if (b->odd_count == b->odd_capacity) {
        size_t capacity = b->odd_capacity ? b->odd_capacity * 3 / 2 : 8;
        struct block *more = realloc(b->odd, capacity * sizeof *more);
        if (!more)
            return false;
        b->odd = more;
        b->odd_capacity = capacity;
    }
    memmove(&b->odd[i + 1], &b->odd[i], (b->odd_count - i) * sizeof *b->odd);
    b->odd_count++;
    b->odd[i] = *block;
    old->address = 0;
    return true;
}

static bool odd_take(struct blocks *b, uintptr_t address, struct block *out)
{
    size_t i = odd_place(b, address);
    if (!odd_is(b, i, address))
        return false;
    *out = b->odd[i];
    b->odd_count--;
    memmove(&b->odd[i], &b->odd[i + 1], (b->odd_count - i) * sizeof *b->odd);
    return true;
}

/* ---- all of them ------------------------------------------------------------------------------ */

/* Closes the gap at `i`: what comes after it in its run moves up, where it belongs at or before the gap. */
static void close_gap(struct blocks *b, uint32_t i)
{
    uint32_t capacity = b->capacity;
    if (i + 1 < capacity && blocks_key(&b->entries[i + 1]) == 0) { /* nothing comes after it */
        memset(&b->entries[i], 0, sizeof b->entries[i]);
        return;
    }
    for (uint32_t next = i;;) {
        if (++next == capacity)
            next = 0;
        if (blocks_key(&b->entries[next]) == 0)
            break;
        uint32_t from = home_of(&b->entries[next], capacity);
        bool reaches = i <= next ? from <= i || from > next : from <= i && from > next;
        if (reaches) {
            b->entries[i] = b->entries[next];
            i = next;
        }
    }
    memset(&b->entries[i], 0, sizeof b->entries[i]);
}

static inline bool take_entry(struct blocks *b, uintptr_t address, struct block *out)
{
    if (!b->capacity || !fits_address(address))
        return false;
    uint32_t i = place(b, address);
    if (blocks_key(&b->entries[i]) == 0)
        return false;
    *out = block_of(&b->entries[i]);
    close_gap(b, i);
    b->count--;
    if (b->count < b->capacity / 4)
        shrink(b);
    return true;
}

static bool put_entry(struct blocks *b, const struct block *block, struct block *old)
{
    if (!reserve(b))
        return false;
    uint32_t i = place(b, block->address);
    if (blocks_key(&b->entries[i]) != 0)
        *old = block_of(&b->entries[i]);
    else {
        b->count++;
        if (b->odd_count == 0 || !odd_take(b, block->address, old))
            old->address = 0;
    }
    b->entries[i] = entry_of(block);
    return true;
}

bool blocks_put(struct blocks *b, const struct block *block, struct block *old)
{
    if (fits(block))
        return put_entry(b, block, old);
    if (!odd_put(b, block, old))
        return false;
    if (old->address == 0 && !take_entry(b, block->address, old))
        old->address = 0;
    return true;
}

bool blocks_find(const struct blocks *b, uintptr_t address, struct block *out)
{
    if (b->capacity && fits_address(address)) {
        const struct block_entry *e = &b->entries[place(b, address)];
        if (blocks_key(e) != 0) {
            *out = block_of(e);
            return true;
        }
    }
    if (b->odd_count == 0)
        return false;
    size_t i = odd_place(b, address);
    if (!odd_is(b, i, address))
        return false;
    *out = b->odd[i];
    return true;
}

bool blocks_take(struct blocks *b, uintptr_t address, struct block *out)
{
    if (take_entry(b, address, out))
        return true;
    return b->odd_count > 0 && odd_take(b, address, out);
}

bool blocks_next(const struct blocks *b, size_t *at, struct block *out)
{
    for (; *at < b->capacity; ++*at)
        if (blocks_key(&b->entries[*at]) != 0) {
            *out = block_of(&b->entries[(*at)++]);
            return true;
        }
    size_t i = *at - b->capacity;
    if (i >= b->odd_count)
        return false;
    *out = b->odd[i];
    ++*at;
    return true;
}

size_t blocks_count(const struct blocks *b)
{
    return b->count + b->odd_count;
}

size_t blocks_memory(const struct blocks *b)
{
    return b->capacity * sizeof *b->entries + b->odd_capacity * sizeof *b->odd;
}

void blocks_release(struct blocks *b)
{
    free(b->entries);
    free(b->odd);
    *b = (struct blocks){0};
}
