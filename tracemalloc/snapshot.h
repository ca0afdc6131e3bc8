/*
** What a snapshot is made of. For the rooms of tracemalloc alone.
*/
#ifndef XDB_TRACEMALLOC_SNAPSHOT_H
#define XDB_TRACEMALLOC_SNAPSHOT_H

#include "core/buffer.h"
#include "tracemalloc/stacks_copy.h"
#include "tracemalloc/tracemalloc.h"
#include "tracemalloc/tracer.h"

#include <jansson.h>

/* Blocks of one site and size. */
struct snapshot_row {
    uint32_t site, spare;
    size_t size;  /* of each; the key ends here */
    size_t count; /* blocks */
};

struct xdb_snapshot {
    struct stacks stacks;
    struct intern sites; /* struct site_key */
    struct intern rows;  /* struct snapshot_row */
    size_t *ends; /* number of the block after each row's last. Owned; NULL: not sealed yet */
    struct xdb_snapshot_info info; /* blocks and bytes come with sealing */
    json_t *attributes;            /* owned object: what a user keeps beside, or NULL */
};

/* An empty one; NULL when memory runs out. */
struct xdb_snapshot *snapshot_new(void);
/* Adds `count` blocks. False when memory runs out. */
bool snapshot_add(struct xdb_snapshot *s, uint32_t site, size_t size, size_t count);
/* All rows are there. False when memory runs out. */
bool snapshot_seal(struct xdb_snapshot *s);

static inline const struct site_key *snapshot_site(const struct xdb_snapshot *s, uint32_t site)
{
    return intern_at(&s->sites, site);
}

static inline const struct snapshot_row *snapshot_row(const struct xdb_snapshot *s, uint32_t row)
{
    return intern_at(&s->rows, row);
}

/* The text of its file. 0, or XDB_ENOMEM. */
int snapshot_text(const struct xdb_snapshot *s, struct buffer *out, struct xdb_error *err);
/* A snapshot of one block, which the tracer knows. NULL when memory runs out. */
struct xdb_snapshot *snapshot_take_block(const struct xdb_tracemalloc *t, const struct block *b);

/* Fills frames, newest first, as xdb_snapshot_frames. */
size_t snapshot_frames(const struct stacks *s, uint32_t node, struct xdb_memory_frame *frames,
                       size_t max, bool *whole);

#endif
