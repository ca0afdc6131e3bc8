/*
** The looking half of core/interpose: which of the interposed functions are on a stack.
*/
#include "core/interpose.h"

#include "core/frame_stack.h"
#include "core/layout.h"

lua_CFunction interpose_running(lua_State *thread, lua_Debug *ar)
{
    lua_CFunction f = NULL;
    if (layout_on())
        f = (lua_CFunction)(uintptr_t)layout_cfunction(ar->i_ci);
    else if (lua_getinfo(thread, "f", ar)) {
        f = lua_tocfunction(thread, -1);
        lua_pop(thread, 1);
    }
    return f;
}

enum interposed interpose_at(lua_State *thread, int level, lua_Debug *ar)
{
    lua_CFunction f = lua_getstack(thread, level, ar) ? interpose_running(thread, ar) : NULL;
    return f ? interpose_which(f) : INTERPOSED_COUNT;
}

static bool catches(lua_State *thread, lua_Debug *ar, struct interpose_catch *out)
{
    lua_CFunction f = interpose_running(thread, ar);
    enum interposed which = f ? interpose_which(f) : INTERPOSED_COUNT;
    if (which != INTERPOSED_PCALL && which != INTERPOSED_XPCALL && which != INTERPOSED_LOAD)
        return false;
    out->frame = ar->i_ci;
    out->which = which;
    return true;
}

/* The same by lua_getstack, which counts its way to each level: looks only near both ends. */
static bool find_by_level(lua_State *thread, int level, struct interpose_catch *out)
{
    enum { FAR = 2000, NEAR = 16 };
    lua_Debug ar;
    for (int i = 0; lua_getstack(thread, level, &ar); i++, level++) {
        if (catches(thread, &ar, out)) {
            out->caller = lua_getstack(thread, level + 1, &ar) ? ar.i_ci : NULL;
            return true;
        }
        if (i == FAR) {
            int depth = frame_depth(thread);
            level = level < depth - NEAR ? depth - NEAR : level;
        }
    }
    return false;
}

bool interpose_find_catch(lua_State *thread, int level, struct interpose_catch *out)
{
    lua_Debug ar;
    if (!layout_on())
        return find_by_level(thread, level, out);
    if (!lua_getstack(thread, level, &ar))
        return false;
    for (; ar.i_ci; ar.i_ci = layout_older(ar.i_ci))
        if (catches(thread, &ar, out)) {
            out->caller = layout_older(ar.i_ci);
            return true;
        }
    return false;
}
