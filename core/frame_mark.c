#include "core/frame_mark.h"

#include "core/frame_stack.h"
#include "core/layout.h"

#include <string.h>

enum {
    CALLERS = 16, /* so many of the nearest callers are looked at */
    SEARCH = 1000 /* so many levels are searched where the frame's level has changed */
};

static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ (h >> 29);
}

/* The value on the top of the thread, as itself: no two different ones are the same number by design. */
static uint64_t identity(lua_State *thread)
{
    if (lua_isinteger(thread, -1))
        return (uint64_t)lua_tointeger(thread, -1);
    if (lua_type(thread, -1) == LUA_TNUMBER) {
        lua_Number n = lua_tonumber(thread, -1);
        uint64_t bits = 0;
        memcpy(&bits, &n, sizeof n < sizeof bits ? sizeof n : sizeof bits);
        return bits;
    }
    if (lua_isboolean(thread, -1))
        return (uint64_t)lua_toboolean(thread, -1);
    return (uint64_t)(uintptr_t)lua_topointer(thread, -1);
}

/* Mixes in the slots that the function's code cannot name. */
static uint64_t mix_hidden(uint64_t h, const struct frame *f)
{
    lua_Debug ar;
    ar.i_ci = f->ci;
    const char *name;
    for (int i = 1; (name = lua_getlocal(f->thread, &ar, i)) != NULL; i++) {
        if (name[0] == '(')
            h = mix(h, identity(f->thread) + (uint64_t)lua_type(f->thread, -1));
        lua_pop(f->thread, 1);
    }
    return h;
}

/* What cannot change in the frame's callers as long as it lives. */
static uint64_t mix_callers(const struct frame *f)
{
    uint64_t h = 0;
    struct frame caller;
    if (!lua_checkstack(f->thread, 1))
        return h;
    for (int i = 1; i <= CALLERS && frame_at(f->thread, f->level + i, &caller) == 0; i++) {
        h = mix(h, (uint64_t)(uintptr_t)frame_function(&caller));
        h = mix(h, (uint64_t)frame_line(&caller));
        if (frame_is_lua(&caller))
            h = mix_hidden(h, &caller);
    }
    return h;
}

/* Finds at which level the frame stands now, which is more than when it was found if calls came since. */
static bool locate(struct frame *f)
{
    struct frame here;
    for (int level = f->level; level < f->level + SEARCH; level++) {
        if (frame_at(f->thread, level, &here))
            return false;
        if (here.ci == f->ci) {
            *f = here;
            return true;
        }
    }
    return false;
}

void frame_mark(const struct frame *f, struct frame_mark *m)
{
    struct frame now = *f;
    m->thread = f->thread;
    m->ci = f->ci;
    m->height = 0;
    if (!locate(&now))
        return;
    m->height = frame_depth(f->thread) - now.level;
    m->function = frame_function(&now);
    m->callers = mix_callers(&now);
}

bool frame_marked(const struct frame_mark *m, struct frame *f)
{
    struct frame now;
    if (m->height == 0)
        return false;
    int level = frame_depth(m->thread) - m->height;
    if (frame_at(m->thread, level, &now) || now.ci != m->ci)
        return false;
    if (frame_function(&now) != m->function || mix_callers(&now) != m->callers)
        return false;
    if (f)
        *f = now;
    return true;
}

bool frame_mark_same(const struct frame_mark *a, const struct frame_mark *b)
{
    return a->height > 0 && a->thread == b->thread && a->ci == b->ci && a->height == b->height &&
           a->function == b->function && a->callers == b->callers;
}
