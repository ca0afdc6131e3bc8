/*
** Records of errors. When a message handler returns, the stack of the error is gone. A record keeps a likeness of
** it: a coroutine in which functions made for the purpose stand at the same lines of the same chunks, with the same
** names of locals and their values, and share the upvalues of the originals. Everything that looks at a sleeping
** coroutine can look at it; what is changed there changes nothing in the program, but for upvalues.
**
** Such a function calls the next one in the head of a `for`, since that needs no name:
**
**   return function(a, b) local c if nil then local _ = up1, up2 end
**   for _ in _ENV do end       -- on the line where the original stood; _ENV is the next function at first
**   end
*/
#include "pdb/lua_pdb.h"

#include "core/hook_limit.h"
#include "core/lexer.h"
#include "core/universe.h"

#include <string.h>

#define RECORD_TYPE "xdb.record"

enum {
    FRAMES = 100,         /* the newest ones are kept */
    LOCALS = 180,         /* of a function */
    UPVALUES = 60,        /* of a function; what Lua 5.4 takes at least */
    INSTRUCTIONS = 100000 /* more than the likeness ever needs to get into place */
};

static const char last_key;

/* ---- the text of one function ----------------------------------------------------------------- */

static bool is_name(const char *name)
{
    return *name && strcmp(name, "_ENV") != 0 && lexer_is_name(name, strlen(name));
}

static void add_names(const struct frame *f, struct buffer *out)
{
    const char *name;
    bool any = false;
    for (int i = 1; i <= UPVALUES && (name = frame_upvalue_name(f, i)) != NULL; i++)
        if (is_name(name)) {
            buffer_addf(out, "%s%s", any ? "," : "", name);
            any = true;
        }
}

static void add_lines(struct buffer *out, int n)
{
    for (int i = 0; i < n; i++)
        buffer_addc(out, '\n');
}

static const char *parameter(const struct frame *f, int i)
{
    const char *name = frame_local_name(f, i);
    return name && is_name(name) ? name : "_";
}

static void add_parameters(const struct frame *f, int n, bool vararg, struct buffer *out)
{
    for (int i = 1; i <= n; i++)
        buffer_addf(out, "%s%s", i > 1 ? "," : "", parameter(f, i));
    if (vararg)
        buffer_adds(out, n ? ",..." : "...");
}

static void add_function(const struct frame *f, const lua_Debug *ar, struct buffer *out)
{
    int line = ar->currentline > ar->linedefined ? ar->currentline : ar->linedefined;
    bool main = ar->linedefined <= 0, vararg = false;
    int params = frame_params(f, &vararg);
    const char *name;
    struct buffer upvalues;
    buffer_init(&upvalues);
    add_names(f, &upvalues);
    if (!main) {
        if (upvalues.len)
            buffer_addf(out, "local %s ", upvalues.data);
        add_lines(out, ar->linedefined - 1);
        buffer_adds(out, "return function(");
        add_parameters(f, params, vararg, out);
        buffer_adds(out, ")");
        if (upvalues.len)
            buffer_addf(out, " if nil then local _=%s end", upvalues.data);
    }
    buffer_release(&upvalues);
    for (int i = main ? 1 : params + 1; i <= LOCALS && (name = frame_local_name(f, i)) != NULL; i++)
        if (is_name(name))
            buffer_addf(out, " local %s", name);
    add_lines(out, line - (main ? 1 : ar->linedefined));
    buffer_adds(out, " for _ in _ENV do end");
    if (!main) {
        add_lines(out, ar->lastlinedefined - line);
        buffer_adds(out, " end");
    }
}

/* ---- the functions, in their coroutine -------------------------------------------------------- */

struct making {
    struct frame frames[FRAMES]; /* newest first, Lua functions alone */
    int count;
    int error; /* index of the error value */
};

static int go_on(lua_State *L, int status, lua_KContext context)
{
    (void)L, (void)status, (void)context;
    return 0;
}

/* Calls the function in upvalue 1 with the values in the further ones. */
static int enter(lua_State *L)
{
    int n = (int)lua_tointeger(L, lua_upvalueindex(2));
    lua_settop(L, 0);
    luaL_checkstack(L, n + 1, NULL);
    for (int i = 0; i <= n; i++)
        lua_pushvalue(L, lua_upvalueindex(i ? i + 2 : 1));
    lua_callk(L, n, 0, 0, go_on);
    return 0;
}

static int rest(lua_State *L)
{
    return lua_yield(L, 0);
}

/* [-0, +1] The likeness of the function in the frame, not yet entered. */
static void push_function(lua_State *L, const struct frame *f)
{
    struct buffer text;
    lua_Debug ar;
    if (frame_info(f, "Sl", &ar) < 0)
        luaL_error(L, "no information");
    buffer_init(&text);
    add_function(f, &ar, &text);
    int status = luaL_loadbufferx(L, text.data, text.len, ar.source, "t");
    buffer_release(&text);
    if (status != LUA_OK)
        lua_error(L);
    if (ar.linedefined > 0)
        lua_call(L, 0, 1);
}

/* (function) -> one that calls it with as many values as the frame has; by C, which gives it no name */
static void wrap(lua_State *L, const struct frame *f)
{
    enum { MOST = 200 };
    bool vararg;
    int params = frame_params(f, &vararg), n = vararg ? frame_varargs(f) : 0;
    if (params + n > MOST)
        return;
    luaL_checkstack(L, params + n + 2, NULL);
    lua_pushinteger(L, params + n);
    for (int i = 0; i < params; i++)
        lua_pushnil(L);
    for (int i = 1; i <= n; i++)
        if (frame_push_vararg(f, L, i) < 0)
            lua_pushnil(L);
    lua_pushcclosure(L, enter, params + n + 2);
}

/* Index of the upvalue with that name of the function at `index`, or 0. */
static int find_upvalue(lua_State *L, int index, const char *name)
{
    const char *found;
    for (int i = 1; (found = lua_getupvalue(L, index, i)) != NULL; i++) {
        lua_pop(L, 1);
        if (strcmp(found, name) == 0)
            return i;
    }
    return 0;
}

/* The body of the coroutine: makes the functions, newest first, and goes into the oldest. */
static int stage(lua_State *L)
{
    const struct making *m = lua_touserdata(L, 1);
    lua_pushcfunction(L, rest); /* -> what the next function is to call */
    for (int i = 0; i < m->count; i++) {
        push_function(L, &m->frames[i]);
        lua_insert(L, -2);
        lua_setupvalue(L, -2, find_upvalue(L, -2, "_ENV"));
        wrap(L, &m->frames[i]);
    }
    lua_callk(L, 0, 0, 0, go_on);
    return 0;
}

/* ---- giving them the values ------------------------------------------------------------------- */

static void give_locals(lua_State *L, const struct frame *from, const struct frame *to)
{
    const char *name;
    int params = frame_params(from, NULL);
    for (int i = 1, j = 0; j < LOCALS && (name = frame_local_name(from, i)) != NULL; i++) {
        if (i > params && !is_name(name))
            continue;
        if (frame_push_local(from, L, i) < 0)
            break;
        if (frame_set_local(to, L, ++j) < 0)
            lua_pop(L, 1);
    }
}

static void share_upvalues(lua_State *L, const struct frame *from, const struct frame *to)
{
    const char *name;
    int top = lua_gettop(L);
    if (frame_push_function(to, L) == 0 && frame_push_function(from, L) == 0)
        for (int i = 1; (name = lua_getupvalue(L, top + 1, i)) != NULL; i++) {
            lua_pop(L, 1);
            int original = find_upvalue(L, top + 2, name);
            if (original) {
                lua_upvaluejoin(L, top + 1, i, top + 2, original);
            } else if (strcmp(name, "_ENV") == 0) {
                lua_pushglobaltable(L);
                lua_setupvalue(L, top + 1, i);
            }
        }
    lua_settop(L, top);
}

static void give_values(lua_State *L, const struct making *m, lua_State *co)
{
    struct frame f;
    int i = 0;
    for (bool more = frame_at(co, 0, &f) == 0; more && i < m->count; more = frame_older(&f)) {
        if (!frame_is_lua(&f))
            continue;
        give_locals(L, &m->frames[i], &f);
        share_upvalues(L, &m->frames[i], &f);
        i++;
    }
}

/* ---- records ---------------------------------------------------------------------------------- */

static void collect_frames(lua_State *L, const struct frame *from, struct making *m)
{
    struct universe *u = universe_find(L);
    struct universe_walk w;
    struct frame f = *from;
    bool more = true, dead = from->thread != L;
    universe_walk(u, &w, L);
    while (m->count < FRAMES) {
        if (more && frame_is_lua(&f))
            m->frames[m->count++] = f;
        if (more && (more = frame_older(&f)))
            continue;
        lua_State *older = dead ? L : universe_walk_older(u, &w);
        dead = false;
        if (!older)
            return;
        more = frame_at(older, 0, &f) == 0;
    }
}

/* (making, error) -> coroutine, or nothing */
static int make_likeness(lua_State *L)
{
    const struct making *m = lua_touserdata(L, 1);
    struct hook_limit limit;
    int results;
    lua_State *co = lua_newthread(L);
    lua_pushcfunction(co, stage);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    hook_limit_begin(&limit, co, INSTRUCTIONS);
    int status = lua_resume(co, L, 1, &results);
    hook_limit_end(&limit);
    if (status != LUA_YIELD || limit.hit)
        return 0;
    give_values(L, m, co);
    return 1;
}

static int to_string(lua_State *L)
{
    lua_getfield(L, 1, "traceback");
    return 1;
}

static void push_metatable(lua_State *L)
{
    if (luaL_newmetatable(L, RECORD_TYPE)) {
        lua_pushcfunction(L, to_string);
        lua_setfield(L, -2, "__tostring");
    }
}

void lua_record_push(lua_State *L, int error, const struct frame *from)
{
    struct making m = {.count = 0};
    error = lua_absindex(L, error);
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    collect_frames(L, from, &m);
    lua_createtable(L, 0, 3); /* -> record */
    lua_pushvalue(L, error);
    lua_setfield(L, -2, "error");
    luaL_traceback(L, from->thread, luaL_tolstring(L, error, NULL), from->level);
    lua_setfield(L, -3, "traceback");
    lua_pop(L, 1);
    lua_pushcfunction(L, make_likeness);
    lua_pushlightuserdata(L, &m);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK)
        lua_setfield(L, -2, "thread");
    else
        lua_pop(L, 1);
    push_metatable(L);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &last_key);
}

bool lua_record_push_last(lua_State *L)
{
    return lua_rawgetp(L, LUA_REGISTRYINDEX, &last_key) == LUA_TTABLE;
}

lua_State *lua_record_open(lua_State *L, int index, bool *is)
{
    *is = lua_istable(L, index) && lua_getmetatable(L, index);
    if (!*is)
        return NULL;
    push_metatable(L);
    *is = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (!*is)
        return NULL;
    lua_getfield(L, index, "thread");
    lua_State *co = lua_tothread(L, -1);
    lua_pop(L, 1);
    lua_getfield(L, index, "error");
    return co;
}
