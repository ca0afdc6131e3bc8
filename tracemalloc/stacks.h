/*
** Where memory was allocated, each thing kept once: file names, frames (file and line), tracebacks (chains of
** frames), and C functions. A traceback is a number, that of its newest frame in its context: the frames below it
** are its `older` one, and so on to a root. The tracer has one of these, and each snapshot one of its own.
**
** A traceback costs 8 bytes and being found; two that share their older part share it here.
*/
#ifndef XDB_TRACEMALLOC_STACKS_H
#define XDB_TRACEMALLOC_STACKS_H

#include "tracemalloc/intern.h"

/* Roots: below them nothing is known, because it was cut off, or because it is the end of the stack. */
enum { STACKS_CUT = 0, STACKS_BOTTOM = 1, STACKS_ROOTS };

/* What a frame is when nothing is known of it: no Lua code was running. */
#define STACKS_UNKNOWN         "[C]"
#define STACKS_UNKNOWN_PATTERN "[[]C]" /* for a filter */

struct stacks_frame {
    uint32_t file;
    int32_t line; /* 0: of a file as a whole, or unknown */
};

struct stacks_node {
    uint32_t older; /* the traceback without its newest frame, or a root */
    uint32_t frame;
};

/* A C function: by its address as long as the state is there, by name in the end. */
struct stacks_function {
    const void *address; /* NULL: known by name only */
    uint32_t name;       /* number in `names`, or 0 */
    uint32_t found; /* the name that was found for the address later, or 0. Not part of the key */
};

struct stacks {
    struct intern files, frames, nodes; /* intern_text, stacks_frame, stacks_node */
    struct intern functions;            /* stacks_function; number 0 is none */
    struct intern names;                /* intern_text; number 0 is none */
};

/* Makes an empty one. False when memory runs out; it may be released all the same. */
bool stacks_init(struct stacks *s);
void stacks_release(struct stacks *s);
size_t stacks_memory(const struct stacks *s);

/* Each finds or adds one. False when memory runs out. */
bool stacks_file(struct stacks *s, const char *name, size_t len, uint32_t *file);
bool stacks_frame(struct stacks *s, uint32_t file, int32_t line, uint32_t *frame);
bool stacks_node(struct stacks *s, uint32_t older, uint32_t frame, uint32_t *node);
/* The traceback that stands for "no Lua code was running": one frame `[C]:0`. */
bool stacks_unknown(struct stacks *s, uint32_t *node);
/* A C function by its address, or by name. */
bool stacks_function(struct stacks *s, const void *address, uint32_t *function);
bool stacks_function_named(struct stacks *s, const char *name, size_t len, uint32_t *function);

static inline const struct stacks_node *stacks_node_at(const struct stacks *s, uint32_t node)
{
    return intern_at(&s->nodes, node);
}

static inline const struct stacks_frame *stacks_frame_at(const struct stacks *s, uint32_t frame)
{
    return intern_at(&s->frames, frame);
}

static inline const char *stacks_file_name(const struct stacks *s, uint32_t file)
{
    return ((const struct intern_text *)intern_at(&s->files, file))->data;
}

/* Gives a function of an address its name. False when memory runs out. */
bool stacks_name_function(struct stacks *s, uint32_t function, const char *name, size_t len);
/* What a C function is called, or NULL: it has no name, or it is function 0. */
const char *stacks_function_name(const struct stacks *s, uint32_t function);
/* How many frames a traceback has, and whether they are all that the stack had. */
uint32_t stacks_depth(const struct stacks *s, uint32_t node, bool *whole);

#endif
