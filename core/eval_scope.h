/*
** The scope that evaluated text runs in: a userdata that stands in for the chunk's `_ENV` and finds each
** free name when it is used, in the frame, in its function's upvalues, or in the frame's real `_ENV`.
**
** A scope is CLOSED (every name is a global), OPEN while its text runs, or KEPT: its text made functions
** that may outlive it. A kept scope knows, for the names that such functions mention, where they were in
** the frame, and holds the last values of the locals among them. It holds nothing else of the program
** but those functions' upvalues and environment, and neither thread nor frame.
**
** Functions that say so raise; they are for protected calls.
*/
#ifndef XDB_CORE_EVAL_SCOPE_H
#define XDB_CORE_EVAL_SCOPE_H

#include "core/eval_chunk.h"
#include "core/frame_mark.h"

struct eval_scope {
    enum { SCOPE_CLOSED, SCOPE_OPEN, SCOPE_KEPT } state;
    const struct frame *frame; /* while OPEN; the evaluating call's. NULL: globals only */
    bool doubtful;             /* the frame is on another thread: the running text may end it */
    bool keeps;                /* the names that functions mention have been noted */
    struct frame_mark mark;    /* of the frame, when `doubtful` or `keeps` */
};

/* [-0, +1] Pushes a new closed scope. Raises when memory runs out. */
struct eval_scope *eval_scope_new(lua_State *L);
/*
** [-0, +0] Notes where the names that the text's functions mention are in the frame, and their values, so
** that the scope at `index` outlives the frame. Raises when memory runs out.
*/
void eval_scope_keep(lua_State *L, int index, const struct eval_source *source,
                     const struct frame *f);
/* Opens a scope for text that runs on L; `f` must stay where it is until the scope is ended. */
void eval_scope_open(struct eval_scope *s, lua_State *L, const struct frame *f);
/* [-0, +0] Ends what eval_scope_open began, for the scope at `index`. Does not raise. */
void eval_scope_end(lua_State *L, int index);

#endif
