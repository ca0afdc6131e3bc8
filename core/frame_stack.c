#include "core/frame_stack.h"

#include "core/error.h"
#include "core/layout.h"

#include <stdlib.h>

void frame_stack_release(struct frame_stack *s)
{
    free(s->frames);
    *s = (struct frame_stack){0};
}

/* By asking for ever higher levels, then halving: lua_getstack says only whether one exists. */
static int depth_by_api(lua_State *thread)
{
    lua_Debug ar;
    int low = -1, high = 1; /* `low` exists, `high` does not, in the end */
    while (lua_getstack(thread, high, &ar)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (lua_getstack(thread, middle, &ar))
            low = middle;
        else
            high = middle;
    }
    return high;
}

int frame_depth(lua_State *thread)
{
    lua_Debug ar;
    if (!layout_on() || !lua_getstack(thread, 0, &ar))
        return depth_by_api(thread);
    int depth = 0;
    for (struct CallInfo *ci = ar.i_ci; (ci = layout_previous(ci)) != NULL;)
        depth++;
    return depth;
}

static int append(struct frame_stack *s, int *room, const struct frame *f)
{
    if (s->count == *room) {
        int more = *room ? *room * 2 : 64;
        struct frame *frames = realloc(s->frames, (size_t)more * sizeof *frames);
        if (!frames)
            return XDB_ENOMEM;
        s->frames = frames;
        *room = more;
    }
    s->frames[s->count++] = *f;
    return 0;
}

/* Notes that `n` frames are skipped before whatever comes next. */
static void omit(struct frame_stack *s, int n)
{
    if (s->omitted == 0)
        s->omitted_at = s->count;
    s->omitted += n;
}

static int collect(struct frame_stack *s, int *room, lua_State *thread, int level)
{
    struct frame f;
    if (frame_at(thread, level, &f))
        return 0;
    int depth = frame_depth(thread);
    bool deep = !layout_on() && depth - level > FRAME_STACK_NEWEST + FRAME_STACK_OLDEST;
    int gap = deep ? level + FRAME_STACK_NEWEST : depth;
    do {
        if (f.level == gap) {
            omit(s, depth - FRAME_STACK_OLDEST - gap);
            if (frame_at(thread, depth - FRAME_STACK_OLDEST, &f))
                return 0;
        }
        if (frame_is_lua(&f) && append(s, room, &f))
            return XDB_ENOMEM;
    } while (frame_older(&f));
    return 0;
}

int frame_stack_build(struct frame_stack *s, lua_State *const *threads, int n, int level)
{
    struct frame_stack fresh = {0};
    int room = 0;
    for (int i = 0; i < n; i++) {
        if (collect(&fresh, &room, threads[i], i == 0 ? level : 0)) {
            frame_stack_release(&fresh);
            return XDB_ENOMEM;
        }
    }
    *s = fresh;
    return 0;
}

int frame_stack_find(const struct frame_stack *s, const struct frame *f)
{
    for (int i = 0; i < s->count; i++) {
        if (frame_same(&s->frames[i], f))
            return i;
    }
    return -1;
}

bool frame_stack_crosses(const struct frame_stack *s, int index)
{
    return index >= 0 && index + 1 < s->count &&
           s->frames[index].thread != s->frames[index + 1].thread;
}
