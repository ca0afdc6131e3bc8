#include "bdb/lua_frame.h"

#include "bdb/lua_bdb.h"
#include "core/eval.h"
#include "core/frame_mark.h"
#include "core/frame_stack.h"
#include "core/lua_class.h"
#include "core/lua_value.h"
#include "core/universe.h"

#include <string.h>

struct lua_frame {
    struct frame_mark mark;
    int line; /* shown instead of the frame's own; 0: none */
};

/* Keys of two tables: CallInfo -> object, weakly; object -> thread, weakly both. */
static const char objects_key, threads_key;
static const struct lua_class frame_class;

enum { MOST_THREADS = 256 };

/* ---- alive or not ----------------------------------------------------------------------------- */

/* The thread may be gone, and its memory must not be touched then. */
static bool thread_lives(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    lua_value_registry(L, &threads_key, "kv"); /* -> threads */
    lua_pushvalue(L, index);
    bool lives = lua_rawget(L, -2) == LUA_TTHREAD;
    lua_pop(L, 2); /* -> */
    return lives;
}

static bool is_alive(lua_State *L, int index, struct frame *now)
{
    const struct lua_frame *o = lua_touserdata(L, index);
    return thread_lives(L, index) && frame_marked(&o->mark, now);
}

bool lua_frame_test(lua_State *L, int index)
{
    return lua_class_test(L, &frame_class, index) != NULL;
}

void lua_frame_check(lua_State *L, int arg, struct frame *f)
{
    lua_class_check(L, &frame_class, arg);
    if (!is_alive(L, arg, f))
        luaL_error(L, "the frame is gone: its function has returned");
}

static void push_thread(lua_State *L, const struct frame *f)
{
    luaL_checkstack(L, 2, NULL);
    if (frame_push_thread(f, L) < 0)
        luaL_error(L, "stack overflow");
}

/* [-0, +1] The object made for the frame before, if it is still there; else nothing and false. */
static bool push_known(lua_State *L, const struct frame *f)
{
    struct frame now;
    lua_value_registry(L, &objects_key, "v"); /* -> objects */
    bool known = lua_rawgetp(L, -1, f->ci) == LUA_TUSERDATA;
    if (known) {
        const struct lua_frame *o = lua_touserdata(L, -1);
        known = o->mark.thread == f->thread && is_alive(L, -1, &now);
    }
    lua_remove(L, -2);
    if (!known)
        lua_pop(L, 1);
    return known;
}

void lua_frame_push(lua_State *L, const struct frame *f)
{
    luaL_checkstack(L, 6, NULL);
    if (push_known(L, f))
        return;
    struct lua_frame *o = lua_class_new(L, &frame_class, sizeof *o); /* -> object */
    frame_mark(f, &o->mark);
    lua_value_registry(L, &objects_key, "v");
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, f->ci);
    lua_value_registry(L, &threads_key, "kv"); /* -> object objects threads */
    lua_pushvalue(L, -3);
    push_thread(L, f);
    lua_rawset(L, -3);
    lua_pop(L, 2); /* -> object */
}

void lua_frame_set_line(lua_State *L, int index, int line)
{
    struct lua_frame *o = lua_class_test(L, &frame_class, index);
    if (o)
        o->line = line;
}

bool lua_frame_is(lua_State *L, int index, const void *thread, const void *ci)
{
    const struct lua_frame *o = lua_class_test(L, &frame_class, index);
    return o && o->mark.ci == ci && o->mark.thread == thread;
}

/* ---- the stack -------------------------------------------------------------------------------- */

int lua_frame_threads(lua_State *L, const struct frame *f, lua_State **threads, int size)
{
    struct universe *u = universe_find(L);
    int n = u ? universe_threads(u, L, threads, size) : 0;
    n = n < size ? n : size;
    int at = 0;
    while (at < n && threads[at] != f->thread)
        at++;
    if (at < n) {
        memmove(threads, threads + at, (size_t)(n - at) * sizeof *threads);
        return n - at;
    }
    /* of the others only one that has just died is below somebody who waits for it */
    int status = lua_status(f->thread);
    int below = status == LUA_OK || status == LUA_YIELD ? 0 : n < size ? n : size - 1;
    memmove(threads + 1, threads, (size_t)below * sizeof *threads);
    threads[0] = f->thread;
    return below + 1;
}

int lua_frame_newest(lua_State *L, lua_State *thread)
{
    const struct lua_shared *s = lua_shared(L);
    return thread == s->telling ? frame_depth(thread) - s->telling_height : 0;
}

/* The next older Lua frame, also across a resume; false when it is the oldest. */
static bool back(lua_State *L, const struct frame *f, struct frame *older)
{
    lua_State *threads[MOST_THREADS];
    int n = lua_frame_threads(L, f, threads, MOST_THREADS);
    for (int i = 0; i < n; i++) {
        *older = *f;
        bool more = i == 0 ? frame_older(older)
                           : frame_at(threads[i], lua_frame_newest(L, threads[i]), older) == 0;
        for (; more; more = frame_older(older))
            if (frame_is_lua(older))
                return true;
    }
    return false;
}

/* ---- what runs in it -------------------------------------------------------------------------- */

static bool debug_of(const struct frame *f, lua_Debug *ar)
{
    return frame_info(f, "Slnu", ar) == 0;
}

struct source *lua_frame_source(lua_State *L, const struct frame *f)
{
    struct source *s;
    lua_Debug ar;
    return debug_of(f, &ar) && source_of_debug(lua_shared(L)->sources, &ar, &s, NULL) == 0 ? s
                                                                                           : NULL;
}

struct function *lua_frame_function(lua_State *L, const struct frame *f)
{
    struct function *fn;
    lua_Debug ar;
    if (!debug_of(f, &ar) ||
        function_of_debug(lua_shared(L)->functions, f->thread, &ar, &fn, NULL) < 0)
        return NULL;
    return fn;
}

const char *lua_frame_name(lua_State *L, const struct frame *f)
{
    lua_Debug ar;
    const struct function *fn = lua_frame_function(L, f);
    return fn && debug_of(f, &ar) ? function_name(fn, f->thread, &ar) : "<function>";
}

static int shown_line(const struct lua_frame *o, const struct frame *f)
{
    return o->line ? o->line : frame_line(f);
}

int lua_frame_line(lua_State *L, int index)
{
    struct frame f;
    lua_frame_check(L, index, &f);
    return shown_line(lua_touserdata(L, index), &f);
}

/* ---- fields ----------------------------------------------------------------------------------- */

static int get_alive(lua_State *L)
{
    struct frame f;
    lua_class_check(L, &frame_class, 1);
    lua_pushboolean(L, is_alive(L, 1, &f));
    return 1;
}

static int get_line(lua_State *L)
{
    int line = lua_frame_line(L, 1);
    if (line < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, line);
    return 1;
}

static int get_file(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    const struct source *s = lua_frame_source(L, &f);
    if (s)
        lua_pushlstring(L, s->name, s->name_len);
    else
        lua_pushnil(L);
    return 1;
}

static int get_title(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    const struct source *s = lua_frame_source(L, &f);
    lua_pushstring(L, s ? s->title : NULL);
    return 1;
}

static int get_name(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    lua_pushstring(L, lua_frame_name(L, &f));
    return 1;
}

static int get_func(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    if (frame_push_function(&f, L) < 0)
        return luaL_error(L, "stack overflow");
    return 1;
}

static int get_thread(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    push_thread(L, &f);
    return 1;
}

static int get_back(lua_State *L)
{
    struct frame f, older;
    lua_frame_check(L, 1, &f);
    if (back(L, &f, &older))
        lua_frame_push(L, &older);
    else
        lua_pushnil(L);
    return 1;
}

/* What Lua says of the function in the frame at 1. */
static lua_Debug debug_at(lua_State *L)
{
    struct frame f;
    lua_Debug ar;
    lua_frame_check(L, 1, &f);
    if (frame_info(&f, "S", &ar) < 0)
        luaL_error(L, "the frame is gone: its function has returned");
    return ar;
}

static int get_source(lua_State *L)
{
    lua_Debug ar = debug_at(L);
    lua_pushlstring(L, ar.source, ar.srclen);
    return 1;
}

static int get_what(lua_State *L)
{
    lua_pushstring(L, debug_at(L).what);
    return 1;
}

static int get_linedefined(lua_State *L)
{
    lua_pushinteger(L, debug_at(L).linedefined);
    return 1;
}

static int get_lastlinedefined(lua_State *L)
{
    lua_pushinteger(L, debug_at(L).lastlinedefined);
    return 1;
}

static const struct lua_class_field fields[] = {
    {"alive", get_alive, NULL},
    {"line", get_line, NULL},
    {"file", get_file, NULL},
    {"title", get_title, NULL},
    {"source", get_source, NULL},
    {"name", get_name, NULL},
    {"func", get_func, NULL},
    {"what", get_what, NULL},
    {"back", get_back, NULL},
    {"thread", get_thread, NULL},
    {"linedefined", get_linedefined, NULL},
    {"parent", get_back, NULL},
    {"lastlinedefined", get_lastlinedefined, NULL},
    {NULL, NULL, NULL},
};

static int no_field(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    return luaL_error(L, "a frame has no field '%s'", luaL_tolstring(L, 2, NULL));
}

static int frame_tostring(lua_State *L)
{
    struct frame f;
    lua_class_check(L, &frame_class, 1);
    if (!is_alive(L, 1, &f)) {
        lua_pushliteral(L, "frame (gone)");
        return 1;
    }
    const struct source *s = lua_frame_source(L, &f);
    lua_pushfstring(L, "frame: %s(%d)%s()", s ? s->title : "?",
                    shown_line(lua_touserdata(L, 1), &f), lua_frame_name(L, &f));
    return 1;
}

/* ---- values ----------------------------------------------------------------------------------- */

static int frame_locals(lua_State *L)
{
    struct frame f;
    const char *name;
    lua_frame_check(L, 1, &f);
    lua_newtable(L); /* -> locals */
    for (int i = 1; (name = frame_local_name(&f, i)) != NULL; i++)
        if (name[0] != '(' && frame_push_local(&f, L, i) == 0)
            lua_setfield(L, -2, name); /* a later one hides the earlier, also with nil */
    return 1;
}

static int frame_upvalues(lua_State *L)
{
    struct frame f;
    const char *name;
    lua_frame_check(L, 1, &f);
    lua_newtable(L); /* -> upvalues */
    for (int i = 1; (name = frame_upvalue_name(&f, i)) != NULL; i++)
        if (frame_push_upvalue(&f, L, i) == 0)
            lua_setfield(L, -2, name);
    return 1;
}

/* The values of the parameters and of `...`, with their number in `n`. */
static int frame_args(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    int params = frame_params(&f, NULL), extra = frame_varargs(&f), n = 0;
    lua_createtable(L, params + extra, 1); /* -> args */
    for (int i = 1; i <= params + extra; i++) {
        int failed =
            i <= params ? frame_push_local(&f, L, i) : frame_push_vararg(&f, L, i - params);
        if (failed)
            break;
        lua_rawseti(L, -2, ++n);
    }
    lua_pushinteger(L, n);
    lua_setfield(L, -2, "n");
    return 1;
}

/* f:get(name): local, else upvalue, else field of its _ENV. */
static int frame_get(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    const char *name = luaL_checkstring(L, 2);
    int i = frame_find_local(&f, name);
    if (i && frame_push_local(&f, L, i) == 0)
        return 1;
    i = i ? 0 : frame_find_upvalue(&f, name);
    if (i && frame_push_upvalue(&f, L, i) == 0)
        return 1;
    if (frame_push_env(&f, L) < 0)
        return luaL_error(L, "stack overflow");
    lua_getfield(L, -1, name);
    return 1;
}

static int frame_set(lua_State *L)
{
    struct frame f;
    lua_frame_check(L, 1, &f);
    const char *name = luaL_checkstring(L, 2);
    lua_settop(L, 3);
    int i = frame_find_local(&f, name);
    if (i && frame_set_local(&f, L, i) == 0)
        return 0;
    i = i ? 0 : frame_find_upvalue(&f, name);
    if (i && frame_set_upvalue(&f, L, i) == 0)
        return 0;
    if (frame_push_env(&f, L) < 0)
        return luaL_error(L, "stack overflow");
    lua_insert(L, 3); /* -> ... env value */
    lua_setfield(L, 3, name);
    return 0;
}

/* f:eval(text): true and the values of the text, or false and the error value. */
static int frame_eval(lua_State *L)
{
    struct frame f;
    size_t len;
    lua_frame_check(L, 1, &f);
    const char *text = luaL_checklstring(L, 2, &len);
    lua_settop(L, 2);
    lua_pushboolean(L, 1);
    int n = eval_text(L, &f, text, len, EVAL_ANY);
    if (n >= 0)
        return n + 1;
    lua_pushboolean(L, 0);
    lua_replace(L, 3);
    return 2;
}

static const luaL_Reg methods[] = {
    {"locals", frame_locals},
    {"upvalues", frame_upvalues},
    {"args", frame_args},
    {"get", frame_get},
    {"set", frame_set},
    {"eval", frame_eval},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__tostring", frame_tostring}, {NULL, NULL}};

static const struct lua_class frame_class = {
    .type = "xdb.frame", .methods = methods, .fields = fields, .meta = meta, .index = no_field};
