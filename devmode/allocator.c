#include "devmode/allocator.h"

#include <stdlib.h>
#include <string.h>

/* In front of each block. While it is kept after the free, `newer` stands for what it was. */
struct allocator_block {
    size_t size;
    union {
        struct {
            uint32_t place;
            int kind;
        };
        struct allocator_block *newer;
    };
    uint64_t mark; /* of the address and the state */
    unsigned char lead[ALLOCATOR_GUARD];
};

enum { HEADER = sizeof(struct allocator_block), EXTRA = HEADER + ALLOCATOR_GUARD };
_Static_assert(sizeof(struct allocator_block) % 16 == 0, "blocks are aligned as malloc's are");

/* Bytes kept after their free; larger than what fits into the nearest cache costs time. */
enum { KEPT = 256 * 1024, LARGEST_KEPT = KEPT / 4 };

static const unsigned char forbidden[ALLOCATOR_GUARD] = {0xFD, 0xFD, 0xFD, 0xFD,
                                                         0xFD, 0xFD, 0xFD, 0xFD};

static uint64_t live(const void *at)
{
    return (uint64_t)(uintptr_t)at ^ 0xA110CA7ED0B10C5Bu;
}

static uint64_t dead(const void *at)
{
    return (uint64_t)(uintptr_t)at ^ 0xDEADB10CF4EED0D5u;
}

static unsigned char *bytes(struct allocator_block *b)
{
    return (unsigned char *)b + HEADER;
}

static struct allocator_block *block_at(const void *at)
{
    return (struct allocator_block *)((uintptr_t)at - HEADER);
}

#define UNSANITIZED __attribute__((no_sanitize("address"), no_sanitize("alignment"), noinline))

/*
** What stands before a block may be another allocator's: at least these sixteen bytes can be read, with malloc as well,
** though an address sanitizer says no. The pointer may be any, aligned or not.
*/
UNSANITIZED static uint64_t mark_of(const struct allocator_block *b)
{
    return b->mark;
}

UNSANITIZED static bool lead_is_whole(const struct allocator_block *b)
{
    uint64_t there, whole;
    memcpy(&whole, forbidden, sizeof whole);
    there = *(const uint64_t *)(const void *)b->lead;
    return there == whole;
}

/* ---- where memory comes from ------------------------------------------------------------------ */

static void *take(struct allocator *a, size_t size, int kind)
{
    if (size > SIZE_MAX - EXTRA)
        return NULL;
    void *raw =
        a->next ? a->next(a->next_ud, NULL, (size_t)kind, size + EXTRA) : malloc(size + EXTRA);
    if (raw || !a->oldest)
        return raw;
    allocator_drain(a);
    return a->next ? a->next(a->next_ud, NULL, (size_t)kind, size + EXTRA) : malloc(size + EXTRA);
}

static void give(struct allocator *a, struct allocator_block *b)
{
    b->mark = 0;
    if (a->next)
        a->next(a->next_ud, b, b->size + EXTRA, 0);
    else
        free(b);
}

/* ---- looking ---------------------------------------------------------------------------------- */

static void tell(struct allocator *a, enum allocator_fault fault, struct allocator_block *b,
                 size_t claimed)
{
    struct allocator_broken what = {.fault = fault, .at = bytes(b), .claimed = claimed};
    if (fault != FAULT_FOREIGN)
        what.size = b->size;
    if (fault != FAULT_FOREIGN && b->mark == live(bytes(b))) {
        what.kind = b->kind;
        what.place = b->place;
    }
    a->busy = false;
    a->broken(a->user, &what);
}

static void check_ends(struct allocator *a, struct allocator_block *b)
{
    if (!lead_is_whole(b))
        tell(a, FAULT_LEADING, b, 0);
    if (memcmp(bytes(b) + b->size, forbidden, sizeof forbidden) != 0)
        tell(a, FAULT_TRAILING, b, 0);
}

/* The block that is freed or resized; NULL when it is the other allocator's. */
static struct allocator_block *find(struct allocator *a, void *ptr, size_t osize)
{
    struct allocator_block *b = block_at(ptr);
    uint64_t mark = mark_of(b);
    if (mark == live(ptr)) {
        if (a->guards) {
            check_ends(a, b);
            if (b->size != osize)
                tell(a, FAULT_SIZE, b, osize);
        }
        return b;
    }
    if (mark == dead(ptr))
        tell(a, FAULT_FREED, b, 0);
    if (a->mixed && !lead_is_whole(b))
        return NULL;
    tell(a, lead_is_whole(b) ? FAULT_LEADING : FAULT_FOREIGN, b, 0);
    return NULL;
}

/* Whether all `n` bytes are 0xDD. */
static bool is_dead(const unsigned char *s, size_t n)
{
    return n == 0 || (s[0] == ALLOCATOR_DEAD && memcmp(s, s + 1, n - 1) == 0);
}

/* ---- freed blocks ----------------------------------------------------------------------------- */

static void check_dead(struct allocator *a, struct allocator_block *b)
{
    if (b->mark != dead(bytes(b)) || !is_dead(bytes(b), b->size))
        tell(a, FAULT_WRITTEN, b, 0);
    check_ends(a, b);
}

static void release_oldest(struct allocator *a)
{
    struct allocator_block *b = a->oldest;
    a->oldest = b->newer;
    if (!a->oldest)
        a->newest = NULL;
    a->kept -= b->size + EXTRA;
    check_dead(a, b);
    give(a, b);
}

void allocator_check(struct allocator *a)
{
    for (struct allocator_block *b = a->oldest; b; b = b->newer)
        check_dead(a, b);
}

void allocator_drain(struct allocator *a)
{
    while (a->oldest)
        release_oldest(a);
}

static void keep(struct allocator *a, struct allocator_block *b)
{
    b->mark = dead(bytes(b));
    b->newer = NULL;
    if (a->newest)
        a->newest->newer = b;
    else
        a->oldest = b;
    a->newest = b;
    a->kept += b->size + EXTRA;
    while (a->kept > KEPT)
        release_oldest(a);
}

static void drop(struct allocator *a, struct allocator_block *b)
{
    if (!a->guards) {
        give(a, b);
        return;
    }
    memset(bytes(b), ALLOCATOR_DEAD, b->size);
    if (b->size > LARGEST_KEPT)
        give(a, b);
    else
        keep(a, b);
}

/* ---- the allocator ---------------------------------------------------------------------------- */

static struct allocator_block *make(struct allocator *a, size_t size, int kind)
{
    struct allocator_block *b = take(a, size, kind);
    if (!b)
        return NULL;
    b->size = size;
    b->mark = live(bytes(b));
    memcpy(b->lead, forbidden, sizeof forbidden);
    memcpy(bytes(b) + size, forbidden, sizeof forbidden);
    return b;
}

static void *allocate(struct allocator *a, size_t tag, size_t size)
{
    int kind = tag < LUA_NUMTYPES ? (int)tag : 0;
    struct allocator_block *b = make(a, size, kind);
    if (!b)
        return NULL;
    if (a->guards)
        memset(bytes(b), ALLOCATOR_FRESH, size);
    b->kind = kind;
    b->place = kind >= LUA_TUSERDATA ? a->born(a->user, bytes(b), kind) : 0;
    return bytes(b);
}

static void release(struct allocator *a, struct allocator_block *b)
{
    if (b->kind >= LUA_TUSERDATA)
        a->died(a->user, bytes(b), b->size, b->kind, b->place);
    drop(a, b);
}

/* Lua counts on making a block smaller: where there is no memory to move it, it stays. */
static void *shrink_here(struct allocator_block *b, size_t size)
{
    b->size = size;
    memcpy(bytes(b) + size, forbidden, sizeof forbidden);
    return bytes(b);
}

/* Moves the block always, so that who kept the old address gets to know. */
static void *resize(struct allocator *a, struct allocator_block *b, size_t size)
{
    struct allocator_block *to = make(a, size, 0);
    if (!to)
        return size <= b->size ? shrink_here(b, size) : NULL;
    size_t same = size < b->size ? size : b->size;
    to->kind = b->kind;
    to->place = b->place;
    memcpy(bytes(to), bytes(b), same);
    if (a->guards)
        memset(bytes(to) + same, ALLOCATOR_FRESH, size - same);
    drop(a, b);
    return bytes(to);
}

static void *pass(struct allocator *a, void *ptr, size_t osize, size_t nsize)
{
    void *to = a->next(a->next_ud, ptr, osize, nsize);
    a->busy = false;
    if (nsize == 0 && a->passed)
        a->passed(a->user, ptr); /* the last thing that is done with `a` */
    return to;
}

void *allocator_run(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct allocator *a = ud;
    struct allocator_block *b = NULL;
    void *result = NULL;
    if (a->busy)
        a->broken(a->user, &(struct allocator_broken){.fault = FAULT_CONCURRENT, .at = ptr});
    a->busy = true;
    if (ptr) {
        b = find(a, ptr, osize);
        if (!b)
            return pass(a, ptr, osize, nsize);
    }
    if (nsize == 0) {
        if (b)
            release(a, b);
    } else
        result = b ? resize(a, b, nsize) : allocate(a, osize, nsize);
    a->busy = false;
    return result;
}

bool allocator_place(const void *at, uint32_t *place)
{
    const struct allocator_block *b = block_at(at);
    if (mark_of(b) != live(at))
        return false;
    *place = b->place;
    return true;
}
