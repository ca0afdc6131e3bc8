/*
** The frames a person can stand on: the Lua frames of a thread, followed by those of the threads it was
** resumed from, newest first. C functions are left out. Collecting costs one step a frame where the
** layout is known; otherwise steps grow with the square of the depth, so that of a very deep stack only
** the newest and the oldest frames are kept and the rest is counted.
**
** The array is C heap: release it before raising.
*/
#ifndef XDB_CORE_FRAME_STACK_H
#define XDB_CORE_FRAME_STACK_H

#include "core/frame.h"

/* Where the layout is off: of a deeper thread only so many frames at its two ends are kept. */
enum { FRAME_STACK_NEWEST = 2000, FRAME_STACK_OLDEST = 200 };

struct frame_stack {
    struct frame *frames; /* newest first; owned. At a change of thread the next one resumed it */
    int count;
    int omitted;    /* frames (of any function) that were left out for depth, in all threads */
    int omitted_at; /* index of the first frame after the first such gap, when `omitted` is not 0 */
};

/*
** Collects the frames of `threads` (current first, `n` of them), in the current one from `level` on
** (0 in a hook). XDB_ENOMEM; the stack is released with frame_stack_release and overwritten here.
*/
int frame_stack_build(struct frame_stack *s, lua_State *const *threads, int n, int level);
/* Gives the memory back and makes the stack empty; fine for one that is empty or zeroed. */
void frame_stack_release(struct frame_stack *s);
/* Index of the frame in the stack, or -1. */
int frame_stack_find(const struct frame_stack *s, const struct frame *f);
/* Whether the frame of that index is the oldest of its thread, with another thread's after it. */
bool frame_stack_crosses(const struct frame_stack *s, int index);

/* How many levels (C functions too) a thread has. One step a level; a few where the layout is off. */
int frame_depth(lua_State *thread);

#endif
