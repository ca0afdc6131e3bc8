#include "core/eval.h"

#include "core/error.h"
#include "core/eval_chunk.h"
#include "core/eval_scope.h"
#include "core/hook_signal.h"
#include "core/universe.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* What a protected preparation is told and tells. */
struct preparation {
    const struct frame *frame;
    struct eval_source source;
    enum eval_mode mode;
    bool keep; /* the functions that the text makes are to outlive it */
    int code;  /* of the failure, when an error message comes back */
};

/* (preparation) -> scope, function; or error message */
static int prepare(lua_State *L)
{
    struct preparation *p = lua_touserdata(L, 1);
    eval_scope_new(L); /* -> scope */
    if (p->keep && p->source.functions && p->frame)
        eval_scope_keep(L, -1, &p->source, p->frame);
    p->code = eval_chunk_load(L, &p->source, p->mode);
    if (p->code)
        return 1;
    lua_pushvalue(L, -2);
    lua_setupvalue(L, -2, 1);
    return 2;
}

static int raise_no_memory(lua_State *L)
{
    return luaL_error(L, "not enough memory");
}

/* [-0, +1] For want of stack or C memory: pushes an error value into the one slot there always is. */
static int no_room(lua_State *L)
{
    lua_pushcfunction(L, raise_no_memory);
    lua_pcall(L, 0, 0, 0);
    return XDB_ENOMEM;
}

static int run_code(int status)
{
    return status == LUA_ERRMEM ? XDB_ENOMEM : EVAL_ERUN;
}

/* [-0, +2 or +1] Pushes scope and function, or an error value. */
static int prepare_protected(lua_State *L, struct preparation *p)
{
    p->code = 0;
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, p);
    int status = lua_pcall(L, 1, LUA_MULTRET, 0);
    return status == LUA_OK ? p->code : run_code(status);
}

/* [-0, +1] Keeps the frame's thread from being collected while text runs that may let it go. */
static bool push_anchor(lua_State *L, const struct frame *f)
{
    if (!f || f->thread == L) {
        lua_pushnil(L);
        return true;
    }
    return frame_push_thread(f, L) == 0;
}

/* [-0, +n] Pushes what `...` is in the frame; n, or a negative code. */
static int push_varargs(lua_State *L, const struct frame *f)
{
    int n = f ? frame_varargs(f) : 0;
    if (!lua_checkstack(L, n + 8))
        return XDB_ENOMEM;
    for (int i = 1; i <= n; i++) {
        if (frame_push_vararg(f, L, i))
            lua_pushnil(L);
    }
    return n;
}

/* (message, frame) -> message, in which a variable of the frame is called what it is there */
static int name_variable(lua_State *L)
{
    static const char global[] = "(global '", env[] = EVAL_ENV_NAME;
    const struct frame *f = lua_touserdata(L, 2);
    const char *message = lua_tostring(L, 1), *at = strstr(message, global);
    const char *name = at + sizeof global - 1, *end = strchr(name, '\'');
    if (!end)
        return 0;
    name = lua_pushlstring(L, name, (size_t)(end - name));
    if (strcmp(name, env) == 0)
        name = "_ENV";
    const char *kind = frame_find_local(f, name)     ? "local"
                       : frame_find_upvalue(f, name) ? "upvalue"
                                                     : "global";
    lua_pushlstring(L, message, (size_t)(at - message));
    lua_pushfstring(L, "(%s '%s%s", kind, name, end);
    lua_concat(L, 2);
    return 1;
}

/*
** [-1, +1 on L] Text reaches the frame's variables through a table, so that Lua's messages call all of them
** global.
*/
static void mend_message(lua_State *L, const struct frame *f)
{
    static const char here[] = EVAL_CHUNK_NAME ":";
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    if (strncmp(message, here, sizeof here - 1) != 0 || !strstr(message, "(global '") ||
        !lua_checkstack(L, 3))
        return;
    lua_pushcfunction(L, name_variable);
    lua_pushvalue(L, -2);
    lua_pushlightuserdata(L, (void *)f);
    if (lua_pcall(L, 2, 1, 0) == LUA_OK && lua_isstring(L, -1))
        lua_remove(L, -2);
    else
        lua_pop(L, 1);
}

/* [-2, +results or +1] Calls the function above its scope, in the frame. LUA_OK or another status. */
static int call(lua_State *L, const struct eval_source *source, const struct frame *f, int results)
{
    int scope = lua_gettop(L) - 1;
    struct eval_scope *s = lua_touserdata(L, scope);
    struct eval_scope before = *s; /* a condition may be met again while it is being evaluated */
    int n = source->varargs ? push_varargs(L, f) : 0;
    if (n < 0) {
        lua_pop(L, 2);
        no_room(L);
        return LUA_ERRMEM;
    }
    eval_scope_open(L, scope, f);
    int status = lua_pcall(L, n, results, 0);
    struct frame now;
    if (status == LUA_ERRRUN && eval_scope_frame(s, &now))
        mend_message(L, &now);
    if (before.state == SCOPE_OPEN) {
        *s = before;
        s->cache.proto = NULL; /* what is in it serves the outer call only */
    } else
        eval_scope_end(L, scope);
    lua_remove(L, scope);
    return status;
}

int eval_text(lua_State *L, const struct frame *f, const char *text, size_t len,
              enum eval_mode mode)
{
    struct preparation p = {.frame = f, .mode = mode, .keep = true};
    int base = lua_gettop(L);
    if (!lua_checkstack(L, 12) || !push_anchor(L, f))
        return no_room(L);
    eval_source_init(&p.source, text, len);
    int code = prepare_protected(L, &p); /* -> anchor, scope function or message */
    if (code == 0) {
        int status = call(L, &p.source, f, LUA_MULTRET);
        code = status == LUA_OK ? 0 : run_code(status);
    }
    lua_remove(L, base + 1);
    return code ? code : lua_gettop(L) - base;
}

int eval_check(lua_State *L, const char *text, size_t len, enum eval_mode mode)
{
    struct preparation p = {.mode = mode};
    if (!lua_checkstack(L, 6))
        return no_room(L);
    eval_source_init(&p.source, text, len);
    int code = prepare_protected(L, &p);
    if (code == 0)
        lua_pop(L, 2);
    return code;
}

/*
** The scope is the registry's value at the condition's address; its function is a user value of it. The
** thread is the value at the address of `thread`. A condition runs on a thread of its own, since inside a
** hook there are no events on the thread of the hook: one that never ends could not be stopped.
*/
struct eval_condition {
    struct eval_source source; /* of `text` */
    lua_State *thread;         /* not the first member: the two keys must differ */
    bool running;              /* on its thread */
    char text[];
};

/* (condition, preparation) -> nothing; or error message */
static int install(lua_State *L)
{
    struct preparation *p = lua_touserdata(L, 2);
    struct eval_condition *c = lua_touserdata(L, 1);
    lua_pushcfunction(L, prepare);
    lua_pushvalue(L, 2);
    lua_call(L, 1, LUA_MULTRET);
    if (p->code)
        return 1;
    lua_setiuservalue(L, -2, SCOPE_CHUNK); /* -> scope */
    eval_scope_cache(L, -1);
    c->thread = lua_newthread(L);
    hook_silence(c->thread);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &c->thread);
    lua_rawsetp(L, LUA_REGISTRYINDEX, c);
    return 0;
}

int eval_compile(lua_State *L, const char *text, size_t len, struct eval_condition **c)
{
    struct preparation p = {.mode = EVAL_EXPRESSION};
    struct eval_condition *fresh = malloc(sizeof *fresh + len);
    if (!lua_checkstack(L, 4) || !fresh) {
        free(fresh);
        return no_room(L);
    }
    fresh->running = false;
    memcpy(fresh->text, text, len);
    eval_source_init(&fresh->source, fresh->text, len);
    p.source = fresh->source;
    lua_pushcfunction(L, install);
    lua_pushlightuserdata(L, fresh);
    lua_pushlightuserdata(L, &p);
    int status = lua_pcall(L, 2, LUA_MULTRET, 0);
    int code = status == LUA_OK ? p.code : run_code(status);
    if (code)
        free(fresh);
    else
        *c = fresh;
    return code;
}

static int evaluate(lua_State *L, struct eval_condition *c, const struct frame *f)
{
    if (c->source.functions) {
        /* What its functions capture is this frame's: they cannot be shared between evaluations. */
        int top = lua_gettop(L), n = eval_text(L, f, c->text, c->source.len, EVAL_EXPRESSION);
        if (n >= 0)
            lua_settop(L, top + 1);
        return n < 0 ? n : 0;
    }
    if (!lua_checkstack(L, 12) || !push_anchor(L, f))
        return no_room(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, c);
    lua_getiuservalue(L, -1, SCOPE_CHUNK); /* -> anchor scope function */
    int status = call(L, &c->source, f, 1);
    lua_remove(L, -2);
    return status == LUA_OK ? 0 : run_code(status);
}

int eval_value(lua_State *L, struct eval_condition *c, const struct frame *f)
{
    struct universe *u = universe_find(L);
    if (!u || c->running || c->thread == L) /* met again in what it calls itself */
        return evaluate(L, c, f);
    struct resume_record record = {.from = L, .co = c->thread};
    c->running = true;
    universe_enter(u, &record);
    u->conditions++;
    int code = evaluate(c->thread, c, f);
    u->conditions--;
    universe_leave(u, &record, false);
    c->running = false;
    lua_xmove(c->thread, L, 1);
    return code;
}

int eval_test(lua_State *L, struct eval_condition *c, const struct frame *f)
{
    int code = eval_value(L, c, f);
    if (code < 0)
        return code;
    int truth = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return truth;
}

void eval_condition_free(lua_State *L, struct eval_condition *c)
{
    if (L && c && lua_checkstack(L, 1)) {
        lua_pushnil(L); /* the keys are there, so that this allocates nothing */
        lua_rawsetp(L, LUA_REGISTRYINDEX, c);
        lua_pushnil(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &c->thread);
    }
    free(c);
}
