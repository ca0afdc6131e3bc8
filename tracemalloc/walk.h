/*
** Reads the stack of the running program, from inside of its allocator: where is it, in which C function, and
** what does Lua want the block for? It runs at moments when hardly anything may be asked: nothing of Lua is
** called where core/layout knows the frames, and elsewhere only lua_getstack and lua_getinfo, which allocate
** nothing. A stack that is just being moved is read through the offsets it then consists of, or not at all.
**
** With one frame it costs a few nanoseconds, since a saved instruction seen before leads to its traceback at
** once; with more, that and one comparison a frame. An instruction is known by its address as long as its function
** lives: `walk_forget` must be called whenever one may have been freed.
**
** Nothing raises. C heap only, the walker's own.
*/
#ifndef XDB_TRACEMALLOC_WALK_H
#define XDB_TRACEMALLOC_WALK_H

#include "core/universe.h"
#include "tracemalloc/stacks.h"
#include "tracemalloc/tracemalloc.h"

/* What is asked: the allocator's own arguments. */
struct walk_request {
    const void *block; /* that grows; NULL: a new one */
    size_t osize, size;
    bool unknown;   /* nothing is known of the block: it may be a stack */
    bool coroutine; /* the block belongs to a coroutine: it may be a stack */
};

struct walk_place {
    uint32_t node;     /* traceback */
    uint32_t function; /* C function on top, or 0 */
};

enum { WALK_FUNCTIONS = 64, WALK_PCS = 1024, WALK_SITES = 256 };

struct walk_pc {
    const void *pc;
    uint32_t generation;
    uint32_t frame;
    uint32_t node[STACKS_ROOTS]; /* the frame right above each root; 0: not made yet */
    /* Where the tracer keeps its own numbers + 1 of that, by type. */
    uint32_t site[STACKS_ROOTS][XDB_MEMORY_TYPES];
};

struct walk_frame {
    lua_State *L;
    struct CallInfo *ci;
};

struct walker {
    lua_State *main; /* NULL until the state is ready to be looked at */
    int limit;       /* frames of a traceback */
    bool quick;      /* walk_quick may be asked */
    struct stacks *stacks;
    uint32_t generation; /* of what is known about instructions */
    struct walk_pc *pcs; /* WALK_PCS of them, owned */
    struct {
        const void *address;
        uint32_t function;
    } functions[WALK_FUNCTIONS]; /* C functions seen, by address */
    /* The traceback told last, for the next one: newest first. All owned, `limit` entries. */
    const void **last_pcs, **pcs_now;
    struct walk_frame *frames_now;
    uint32_t *last_nodes; /* of the frame and all that are older */
    int last_count;
    uint32_t last_generation, last_root;
    uint32_t
        last_sites[XDB_MEMORY_TYPES]; /* of that traceback under no C function, as walk_pc.site */
    /* What was made last, to guess what arrays are for. */
    enum xdb_memory_type born;
    bool just_born;                /* by the call before */
    bool strings;                  /* one was made */
    const struct CallInfo *parser; /* the frame that compiles */
    const void *parsing;           /* and the C function in it, where the layout is on */
};

static inline struct walk_pc *walk_pc(const struct walker *w, const void *pc)
{
    uint64_t hash = (uint64_t)(uintptr_t)pc * UINT64_C(0x9E3779B97F4A7C15);
    return &w->pcs[hash >> 40 & (WALK_PCS - 1)];
}

/* False when memory runs out; to be released all the same. */
bool walk_init(struct walker *w, struct stacks *stacks, int limit);
void walk_release(struct walker *w);
size_t walk_memory(const struct walker *w);
/* Forgets all that is known about instructions. */
void walk_forget(struct walker *w);
/* Where the program is. False when memory runs out. */
bool walk_place(struct walker *w, const struct walk_request *r, struct walk_place *out);
/*
** What a new block is for. `tag` is the Lua type that the allocator is told of objects; of arrays it is told none,
** so that the instruction, the C function that runs and what was made before must tell.
*/
enum xdb_memory_type walk_type(struct walker *w, const struct walk_request *r, size_t tag);

/*
** Until 5.4.4 a stack grows by way of a new block, and the old one is given back next: whether `block`, of which is
** known if it belongs to a coroutine, is a stack that has just been copied into the array made before.
*/
bool walk_was_stack(const struct walker *w, const void *block, size_t size, bool coroutine);

/*
** The quick answer for tracebacks of one frame: what is known of the instruction, and in *root what is below it; or NULL
** when nothing is, or it is not so simple (C functions, coroutines): then walk_place knows.
*/
static inline struct walk_pc *walk_quick(const struct walker *w, uint32_t *root)
{
    const struct universe *u = w->quick ? universe_find(w->main) : NULL;
    if (!u)
        return NULL;
    lua_State *L = u->running;
    const struct CallInfo *ci = layout_running(L);
    const struct CallInfo *below = layout_previous(ci);
    if (!below || layout_is_c(ci))
        return NULL;
    *root = STACKS_CUT;
    if (layout_is_c(below)) {
        const struct CallInfo *bottom = layout_previous(below);
        if (L != w->main || !bottom || layout_previous(bottom))
            return NULL;
        *root = STACKS_BOTTOM;
    }
    const void *pc = layout_savedpc(ci);
    struct walk_pc *known = walk_pc(w, pc);
    return known->pc == pc && known->generation == w->generation ? known : NULL;
}

/* The same for tracebacks of several frames: where the sites of the one told last are, if the stack is still the same. */
uint32_t *walk_same(struct walker *w);

/* ---- the rest is for walk*.c ---- */

/* A way down the stack: the running coroutine, then who resumed it, and so on. */
struct walk_way {
    struct universe_walk threads;
    const struct universe *universe;
    lua_State *L;
    struct CallInfo *ci; /* NULL at the end; where the layout is on */
};

/* Begins at the running thread. */
void walk_start(struct walk_way *at, const struct walker *w);
/* The C function in the frame, or NULL; and the code of a Lua function's. Also while its stack is moved. */
const void *walk_cfunction(const struct walk_way *at, const struct walk_request *r);
const struct Proto *walk_proto(const struct walk_way *at, const struct walk_request *r);
/* The same by the public API alone. */
bool walk_api_place(struct walker *w, const struct walk_request *r, struct walk_place *out);
enum xdb_memory_type walk_api_array(struct walker *w, const struct walk_request *r);
/* Number of the file that a chunk name means. */
bool walk_file(struct stacks *s, const char *chunk, size_t len, uint32_t *file);

#endif
