/*
** From the engine's events to the methods of a Lua object. Each runs in protected mode, inside a hook; what
** it raises is kept for run and abandons the program.
*/
#include "bdb/lua_bdb.h"
#include "bdb/lua_frame.h"
#include "core/frame_stack.h"

struct told {
    struct lua_bdb *self;
    const struct xdb_event *e;
    const char *method;
    const struct breakpoint *bp;
    const char *message;
};

/* [-0, +n] The arguments after the frame. */
static int push_details(lua_State *L, const struct xdb_event *e)
{
    if (e->kind == XDB_EVENT_CALL) {
        lua_getfield(L, -1, "args");
        lua_pushvalue(L, -2);
        lua_call(L, 1, 1);
        return 1;
    }
    if (e->kind == XDB_EVENT_RETURN) {
        luaL_checkstack(L, e->results + 4, "too many results");
        int n = 0;
        while (n < e->results && xdb_event_push_result(e, n + 1))
            n++;
        return n;
    }
    if (e->kind == XDB_EVENT_EXCEPTION) {
        lua_pushvalue(L, 2);
        lua_pushboolean(L, e->handled);
        return 2;
    }
    return 0;
}

static int send_event(lua_State *L)
{
    const struct told *t = lua_touserdata(L, 2);
    lua_settop(L, 1); /* -> error */
    if (!lua_bdb_push(L, t->self))
        return 0;
    lua_insert(L, 1);
    lua_frame_push(L, t->e->frame); /* -> object error frame */
    lua_pushvalue(L, 3);
    if (t->e->kind == XDB_EVENT_CALL) {
        lua_Debug ar;
        if (frame_info(t->e->frame, "S", &ar) == 0 && ar.linedefined > 0)
            lua_frame_set_line(L, 3, ar.linedefined);
    } else
        lua_frame_set_line(L, 3, 0);
    lua_bdb_send(L, t->method, 1 + push_details(L, t->e));
    lua_frame_set_line(L, 3, 0);
    return 0;
}

static int send_clear(lua_State *L)
{
    const struct told *t = lua_touserdata(L, 2);
    lua_settop(L, 0);
    if (!lua_bdb_push(L, t->self))
        return 0;
    lua_pushfstring(L, "%d", t->bp->number);
    lua_bdb_send(L, "do_clear", 1);
    return 0;
}

static int send_condition(lua_State *L)
{
    const struct told *t = lua_touserdata(L, 2);
    lua_settop(L, 0);
    if (!lua_bdb_push(L, t->self))
        return 0;
    lua_breakpoint_push(L, t->bp);
    lua_pushstring(L, t->message);
    lua_bdb_send(L, "condition_failed", 2);
    return 0;
}

static int keep_error(lua_State *L)
{
    const struct told *t = lua_touserdata(L, 2);
    if (lua_bdb_push(L, t->self)) {
        lua_pushvalue(L, 1);
        lua_setiuservalue(L, -2, LUA_BDB_ERROR);
    }
    return 0;
}

/* Whether the value is bdb.BdbQuit; raises nothing (the sentinel exists since the module was opened). */
static bool is_quit(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    lua_bdb_push_quit(L);
    bool equal = lua_rawequal(L, index, -1) != 0;
    lua_pop(L, 1);
    return equal;
}

/* A method raised, with the error on the top: the program is abandoned, and run raises it again. */
static void method_failed(lua_State *L, struct told *t)
{
    struct lua_bdb *self = t->self;
    xdb_bdb_set_quit(self->b);
    if (is_quit(L, -1))
        lua_pop(L, 1);
    else if (!self->running) {
        struct buffer text;
        buffer_init(&text);
        eval_message(L, -1, &text);
        lua_writestringerror("xdb.bdb: %s\n", text.data);
        buffer_release(&text);
        lua_pop(L, 1);
    } else {
        self->failed = true;
        lua_pushcfunction(L, keep_error);
        lua_insert(L, -2);
        lua_pushlightuserdata(L, t);
        if (lua_pcall(L, 2, 0, 0) != LUA_OK)
            lua_pop(L, 1);
    }
}

/* Calls `send` in protected mode with the error value of an EXCEPTION, or nil, and `t`. */
static void tell(lua_State *L, lua_CFunction send, struct told *t)
{
    const struct xdb_event *e = t->e;
    if (t->self->failed || !lua_checkstack(L, 8))
        return;
    struct lua_shared *shared = lua_shared(L);
    struct lua_shared outer = *shared;
    shared->telling = L;
    shared->telling_height = frame_depth(L);
    bool paused = arm_pause(&t->self->b->arm);
    lua_pushcfunction(L, send);
    if (e && e->kind == XDB_EVENT_EXCEPTION)
        lua_pushvalue(L, e->error_index);
    else
        lua_pushnil(L);
    lua_pushlightuserdata(L, t);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK)
        method_failed(L, t);
    arm_resume(&t->self->b->arm, L, paused);
    shared->telling = outer.telling;
    shared->telling_height = outer.telling_height;
}

static void tell_event(struct xdb_bdb *b, const struct xdb_event *e, const char *method)
{
    struct told t = {.self = xdb_bdb_data(b), .e = e, .method = method};
    tell(e->L, send_event, &t);
}

static void on_line(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct lua_bdb *self = xdb_bdb_data(b);
    if (e->breakpoint)
        self->currentbp = e->breakpoint;
    if (self->trace_begins)
        xdb_bdb_set_step(b); /* unless told otherwise all is stepped through */
    self->trace_begins = false;
    tell_event(b, e, "user_line");
}

static void on_call(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct lua_bdb *self = xdb_bdb_data(b);
    bool first = self->first_call;
    self->first_call = false; /* BDB-046 */
    if (!first)
        tell_event(b, e, "user_call");
}

static void on_return(struct xdb_bdb *b, const struct xdb_event *e)
{
    tell_event(b, e, "user_return");
}

static void on_opcode(struct xdb_bdb *b, const struct xdb_event *e)
{
    tell_event(b, e, "user_opcode");
}

static void on_exception(struct xdb_bdb *b, const struct xdb_event *e)
{
    tell_event(b, e, "user_exception");
}

static lua_State *running(struct xdb_bdb *b)
{
    return b->event ? b->event->L : b->universe->running;
}

static void on_clear(struct xdb_bdb *b, struct breakpoint *bp)
{
    struct told t = {.self = xdb_bdb_data(b), .bp = bp};
    tell(running(b), send_clear, &t);
}

static void on_condition(struct xdb_bdb *b, struct breakpoint *bp, const char *message)
{
    struct told t = {.self = xdb_bdb_data(b), .bp = bp, .message = message};
    tell(running(b), send_condition, &t);
}

const struct xdb_front lua_events_front = {
    .user_line = on_line,
    .user_call = on_call,
    .calls_with_breakpoints = true,
    .user_return = on_return,
    .user_exception = on_exception,
    .user_opcode = on_opcode,
    .do_clear = on_clear,
    .condition_failed = on_condition,
};

void lua_bdb_rethrow(lua_State *L, int object, struct lua_bdb *self)
{
    if (!self->failed)
        return;
    self->failed = false;
    lua_getiuservalue(L, object, LUA_BDB_ERROR);
    lua_pushnil(L);
    lua_setiuservalue(L, object, LUA_BDB_ERROR);
    lua_error(L);
}
