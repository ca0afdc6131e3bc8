/*
** Carries tracebacks from one set of stacks to another, each thing once: files, frames and chains get the numbers
** that they have there. Costs a look into an array for what has been carried already.
*/
#ifndef XDB_TRACEMALLOC_STACKS_COPY_H
#define XDB_TRACEMALLOC_STACKS_COPY_H

#include "tracemalloc/stacks.h"

struct stacks_copy {
    const struct stacks *from;
    struct stacks *to;
    uint32_t *frames, *nodes, *functions; /* number there + 1, or 0. Owned */
};

/* False when memory runs out; to be released all the same. Neither set may grow by others meanwhile. */
bool stacks_copy_init(struct stacks_copy *c, const struct stacks *from, struct stacks *to);
void stacks_copy_release(struct stacks_copy *c);
/* Each gives the number there; false when memory runs out. A function without name becomes none. */
bool stacks_copy_frame(struct stacks_copy *c, uint32_t frame, uint32_t *out);
bool stacks_copy_node(struct stacks_copy *c, uint32_t node, uint32_t *out);
bool stacks_copy_function(struct stacks_copy *c, uint32_t function, uint32_t *out);

#endif
