/*
** The scope that evaluated text runs in: a userdata that stands in for the chunk's `_ENV` and finds each
** free name when it is used, in the frame, in its function's upvalues, or in the frame's real `_ENV`.
**
** A scope is CLOSED (every name is a global), OPEN while its text runs, or KEPT: its text made functions
** that may outlive it. A kept scope knows, for the names that such functions mention, where they were in
** the frame, and holds the last values of the locals among them, together with other scopes of the same
** frame and stop. It holds nothing else of the program but that frame's function, when an upvalue of it
** is mentioned (`_ENV` most often is), and neither thread nor frame.
**
** Functions that say so raise; they are for protected calls.
*/
#ifndef XDB_CORE_EVAL_SCOPE_H
#define XDB_CORE_EVAL_SCOPE_H

#include "core/eval_chunk.h"
#include "core/frame_mark.h"

/* User values of a scope. */
enum {
    SCOPE_PLACES = 1, /* table: name -> index of a local, or minus the number of an upvalue */
    SCOPE_VALUES,     /* table: name -> last known value of the local */
    SCOPE_ALIVE,      /* table with weak values: the frame's thread and its function */
    SCOPE_FUNCTION,   /* the function, where an upvalue of it is mentioned; nil otherwise */
    SCOPE_CHUNK,      /* of a condition: its compiled text */
    SCOPE_CACHED, /* of a condition: table with a weak value, a function that the cache is about */
    SCOPE_USER_VALUES = SCOPE_CACHED
};

/* Where names led at one instruction of one function. Believed as long as a closure of it lives. */
struct eval_cache {
    bool wanted, usable;       /* the scope has a cache; it is about the frame at hand */
    const struct Proto *proto; /* NULL: about nothing */
    int pc, count;
    struct {
        const char *name; /* the very string in the condition's constants */
        int index;        /* of a local; minus the number of an upvalue; 0 for a global */
    } names[8];
};

struct eval_scope {
    enum { SCOPE_CLOSED, SCOPE_OPEN, SCOPE_KEPT } state;
    const struct frame *frame; /* while OPEN; the evaluating call's. NULL: globals only */
    bool doubtful;             /* the frame's thread does not wait for the text, which may end it */
    bool keeps;                /* the names that functions mention have been noted */
    struct frame_mark mark;    /* of the frame, when `doubtful` or `keeps` */
    struct eval_cache cache;
};

/* [-0, +1] Pushes a new closed scope. Raises when memory runs out. */
struct eval_scope *eval_scope_new(lua_State *L);
/*
** [-0, +0] Notes where the names that the text's functions mention are in the frame, and their values, so
** that the scope at `index` outlives the frame. Raises when memory runs out.
*/
void eval_scope_keep(lua_State *L, int index, const struct eval_source *source,
                     const struct frame *f);
/* [-0, +0] Makes the scope at `index` remember where names led. Raises when memory runs out. */
void eval_scope_cache(lua_State *L, int index);
/*
** [-0, +0] Opens the scope at `index` for text that runs on L, where eight slots must be free; `f` must
** stay where it is until the scope is ended. Does not raise.
*/
void eval_scope_open(lua_State *L, int index, const struct frame *f);
/* The frame of an open scope as it stands now, or false when there is none, or no more. */
bool eval_scope_frame(const struct eval_scope *s, struct frame *f);
/* [-0, +0] Ends what eval_scope_open began, for the scope at `index`. Does not raise. */
void eval_scope_end(lua_State *L, int index);

#endif
