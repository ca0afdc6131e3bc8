/*
** A mark says later whether a frame is still there: frames end without telling anybody, and Lua uses
** their memory again for the next call at the same depth.
**
** What is compared: the frame's place in its thread, its function, and, for its nearest callers on that
** thread, their functions, lines and hidden values (loop counters, arguments of calls that are being
** made), none of which can change while the frame lives. What is left: a frame that ended is taken for
** alive when the same caller calls the same function again from the same line in a loop that keeps no
** counter of its own (`while`, `repeat`, `goto`, not `for`).
**
** A mark keeps nothing alive: its user makes sure that thread and function have not been collected.
** Nothing here raises or allocates.
*/
#ifndef XDB_CORE_FRAME_MARK_H
#define XDB_CORE_FRAME_MARK_H

#include "core/frame.h"

#include <stdint.h>

struct frame_mark {
    lua_State *thread;
    struct CallInfo *ci;
    const void *function; /* its address */
    int height;           /* levels from the thread's bottom, itself included; 0: never alive */
    uint64_t callers;     /* what cannot change in them, mixed */
};

/* Marks a frame that is there now. One walk over the stack, and over the locals of 16 callers. */
void frame_mark(const struct frame *f, struct frame_mark *m);
/* Whether the frame is still there; `f` (may be NULL) is then the frame as it stands now. */
bool frame_marked(const struct frame_mark *m, struct frame *f);
/* Whether two marks are of one frame, which was there when each was made. */
bool frame_mark_same(const struct frame_mark *a, const struct frame_mark *b);

#endif
