/*
** Shadows of stacks: for each coroutine its frames, each with the node of the tree where its time goes. A
** frame is known by its CallInfo. What runs is told by events, but frames can vanish without one, so
** whoever handles an event first unwinds to the frame that it came from, or lets the shadow adopt the
** stack as it stands.
**
** Memory: 16 bytes a frame and some 60 a coroutine; those of ended coroutines serve again.
*/
#ifndef XDB_PROFILER_SHADOW_H
#define XDB_PROFILER_SHADOW_H

#include "profiler/tree.h"

#include <lua.h>

struct CallInfo;

struct shadow_entry {
    const struct CallInfo *ci;
    struct tree_node *node; /* that of the entry below where the frame is not shown */
};

struct shadow {
    lua_State *L;
    struct shadow *next;                     /* of its bucket, or of the free ones */
    struct shadow *resumer;                  /* where control goes back to; NULL when not known */
    struct shadow_entry *bottom, *top, *end; /* bottom[0] is no frame; `end` is past the room */
    unsigned epoch;                          /* the user's: when it was known to be right */
};

struct shadows {
    struct shadow **buckets, *unused;
    size_t nbuckets, count;
    bool *out_of_memory; /* set when something was lost */
};

/* False when memory runs out; release it all the same. */
bool shadows_init(struct shadows *t, bool *out_of_memory);
void shadows_release(struct shadows *t);

/* The shadow of `L`, or NULL. */
struct shadow *shadow_find(const struct shadows *t, const lua_State *L);
/* A new one, whose entries are the caller's to set; NULL when memory runs out. */
struct shadow *shadow_add(struct shadows *t, lua_State *L);
/* The coroutine has ended: its shadow may serve another. */
void shadow_recycle(struct shadows *t, struct shadow *s);
void shadow_push(struct shadows *t, struct shadow *s, const struct CallInfo *ci,
                 struct tree_node *node);
/* Drops what is above the frame `ci`; false, and nothing dropped, when that is not to be found. */
bool shadow_unwind(struct shadow *s, const struct CallInfo *ci);
/*
** Makes the shadow agree with the stack: drops frames that are gone, adds unknown ones with the node of
** the frame below. Linear in the depth with the layout, quadratic without.
*/
void shadow_adopt(struct shadows *t, struct shadow *s);

#endif
