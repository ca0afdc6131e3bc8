#include "core/frame.h"

#include "core/error.h"
#include "core/layout.h"

#include <string.h>

int frame_at(lua_State *thread, int level, struct frame *f)
{
    lua_Debug ar;
    if (level < 0 || !lua_getstack(thread, level, &ar))
        return XDB_ENOENT;
    f->thread = thread;
    f->ci = ar.i_ci;
    f->level = level;
    return 0;
}

bool frame_older(struct frame *f)
{
    if (!layout_on())
        return frame_at(f->thread, f->level + 1, f) == 0;
    struct CallInfo *ci = layout_older(f->ci);
    if (!ci)
        return false;
    f->ci = ci;
    f->level++;
    return true;
}

void frame_of(lua_State *thread, const lua_Debug *ar, struct frame *f)
{
    f->thread = thread;
    f->ci = ar->i_ci;
    f->level = 0;
}

bool frame_same(const struct frame *a, const struct frame *b)
{
    return a->ci == b->ci && a->thread == b->thread;
}

static void info(const struct frame *f, const char *what, lua_Debug *ar)
{
    ar->i_ci = f->ci;
    lua_getinfo(f->thread, what, ar);
}

int frame_info(const struct frame *f, const char *what, lua_Debug *ar)
{
    if (what[strspn(what, "nSltur")])
        return XDB_EINVAL;
    info(f, what, ar);
    return 0;
}

bool frame_is_lua(const struct frame *f)
{
    if (layout_on())
        return layout_tag(f->ci) == LAYOUT_TAG_LCL;
    lua_Debug ar;
    info(f, "S", &ar);
    return ar.what[0] != 'C';
}

int frame_line(const struct frame *f)
{
    lua_Debug ar;
    info(f, "l", &ar);
    return ar.currentline;
}

/* Moves the value on the top of the frame's thread onto L, which gets it or not. */
static int hand_over(const struct frame *f, lua_State *L)
{
    if (f->thread == L)
        return 0;
    if (!lua_checkstack(L, 1)) {
        lua_pop(f->thread, 1);
        return XDB_ENOMEM;
    }
    lua_xmove(f->thread, L, 1);
    return 0;
}

/* The other way round; where the value is taken from is up to the caller to pop or not. */
static int fetch(const struct frame *f, lua_State *L)
{
    if (!lua_checkstack(f->thread, 2))
        return XDB_ENOMEM;
    if (f->thread != L && !lua_checkstack(L, 1))
        return XDB_ENOMEM;
    lua_pushvalue(L, -1); /* -> value value */
    if (f->thread != L)
        lua_xmove(L, f->thread, 1);
    return 0;
}

/* Pushes the frame's function onto its own thread. */
static int push_function(const struct frame *f)
{
    lua_Debug ar;
    if (!lua_checkstack(f->thread, 2)) /* one for the function, one for an upvalue of it */
        return XDB_ENOMEM;
    info(f, "f", &ar);
    return 0;
}

int frame_push_function(const struct frame *f, lua_State *L)
{
    int code = push_function(f);
    return code ? code : hand_over(f, L);
}

int frame_push_thread(const struct frame *f, lua_State *L)
{
    if (!lua_checkstack(f->thread, 1))
        return XDB_ENOMEM;
    lua_pushthread(f->thread);
    return hand_over(f, L);
}

const void *frame_function(const struct frame *f)
{
    if (push_function(f))
        return NULL;
    const void *p = lua_topointer(f->thread, -1);
    lua_pop(f->thread, 1);
    return p;
}

/* Pushes the n-th slot onto the frame's own thread; its name, or NULL and nothing is pushed. */
static const char *push_slot(const struct frame *f, int n)
{
    lua_Debug ar;
    ar.i_ci = f->ci;
    return lua_getlocal(f->thread, &ar, n);
}

/* Slots in use beyond the active locals have these names; "(temporary", "(C temporary" in full. */
static bool is_temporary(const char *name)
{
    return name[0] == '(' && (strcmp(name, "(temporary)") == 0 || name[1] == 'C');
}

const char *frame_local_name(const struct frame *f, int index)
{
    if (index < 1 || !lua_checkstack(f->thread, 1))
        return NULL;
    const char *name = push_slot(f, index);
    if (!name)
        return NULL;
    lua_pop(f->thread, 1);
    return is_temporary(name) ? NULL : name;
}

/*
** How many there are of what `has` says whether the n-th (from 1) is there. Each look costs Lua a walk over
** the function's locals, or the API tells only one by one: so it is not asked for each.
*/
static int count(const struct frame *f, bool (*has)(const struct frame *f, int n))
{
    int low = 0, high = 1; /* the answer is in [low, high) in the end */
    while (has(f, high)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (has(f, middle))
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool has_local(const struct frame *f, int n)
{
    return frame_local_name(f, n) != NULL;
}

int frame_find_local(const struct frame *f, const char *name)
{
    for (int i = count(f, has_local); i > 0; i--) {
        const char *here = frame_local_name(f, i);
        if (here && here[0] != '(' && strcmp(here, name) == 0)
            return i;
    }
    return 0;
}

int frame_push_local(const struct frame *f, lua_State *L, int index)
{
    if (!lua_checkstack(f->thread, 1))
        return XDB_ENOMEM;
    const char *name = index < 1 ? NULL : push_slot(f, index);
    if (!name)
        return XDB_ENOENT;
    if (is_temporary(name)) {
        lua_pop(f->thread, 1);
        return XDB_ENOENT;
    }
    return hand_over(f, L);
}

/* Assigns the top of L to a slot: a local (n > 0) or a vararg (n < 0). */
static int set_slot(const struct frame *f, lua_State *L, int n)
{
    lua_Debug ar;
    int code = fetch(f, L);
    if (code)
        return code;
    ar.i_ci = f->ci;
    if (!lua_setlocal(f->thread, &ar, n)) {
        lua_pop(f->thread, 1);
        return XDB_ENOENT;
    }
    lua_pop(L, 1);
    return 0;
}

int frame_set_local(const struct frame *f, lua_State *L, int index)
{
    return frame_local_name(f, index) ? set_slot(f, L, index) : XDB_ENOENT;
}

int frame_params(const struct frame *f, bool *vararg)
{
    lua_Debug ar;
    info(f, "u", &ar);
    if (vararg)
        *vararg = ar.isvararg;
    return ar.nparams;
}

static bool has_vararg(const struct frame *f, int n)
{
    if (!push_slot(f, -n))
        return false;
    lua_pop(f->thread, 1);
    return true;
}

int frame_varargs(const struct frame *f)
{
    if (!lua_checkstack(f->thread, 1) || !frame_is_lua(f))
        return 0;
    return count(f, has_vararg);
}

int frame_push_vararg(const struct frame *f, lua_State *L, int n)
{
    if (!lua_checkstack(f->thread, 1))
        return XDB_ENOMEM;
    if (n < 1 || !frame_is_lua(f) || !push_slot(f, -n))
        return XDB_ENOENT;
    return hand_over(f, L);
}

int frame_set_vararg(const struct frame *f, lua_State *L, int n)
{
    if (!lua_checkstack(f->thread, 1))
        return XDB_ENOMEM;
    if (n < 1 || !frame_is_lua(f) || !has_vararg(f, n))
        return XDB_ENOENT;
    return set_slot(f, L, -n);
}

const char *frame_upvalue_name(const struct frame *f, int n)
{
    if (push_function(f))
        return NULL;
    const char *name = lua_getupvalue(f->thread, -1, n);
    lua_pop(f->thread, name ? 2 : 1);
    return name;
}

int frame_find_upvalue(const struct frame *f, const char *name)
{
    int found = 0;
    if (push_function(f))
        return 0;
    const char *here;
    for (int i = 1; !found && (here = lua_getupvalue(f->thread, -1, i)) != NULL; i++) {
        lua_pop(f->thread, 1);
        if (strcmp(here, name) == 0)
            found = i;
    }
    lua_pop(f->thread, 1);
    return found;
}

int frame_push_upvalue(const struct frame *f, lua_State *L, int n)
{
    int code = push_function(f);
    if (code)
        return code;
    if (!lua_getupvalue(f->thread, -1, n)) {
        lua_pop(f->thread, 1);
        return XDB_ENOENT;
    }
    lua_remove(f->thread, -2); /* -> value */
    return hand_over(f, L);
}

int frame_set_upvalue(const struct frame *f, lua_State *L, int n)
{
    int code = fetch(f, L); /* -> value, on the frame's thread */
    if (code)
        return code;
    code = push_function(f); /* -> value function */
    if (code) {
        lua_pop(f->thread, 1);
        return code;
    }
    lua_insert(f->thread, -2);
    bool done = lua_setupvalue(f->thread, -2, n) != NULL;
    lua_pop(f->thread, done ? 1 : 2);
    if (!done)
        return XDB_ENOENT;
    lua_pop(L, 1);
    return 0;
}

int frame_push_env(const struct frame *f, lua_State *L)
{
    int i = f ? frame_find_local(f, "_ENV") : 0;
    if (i)
        return frame_push_local(f, L, i);
    i = f ? frame_find_upvalue(f, "_ENV") : 0;
    if (i)
        return frame_push_upvalue(f, L, i);
    if (!lua_checkstack(L, 1))
        return XDB_ENOMEM;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    return 0;
}
