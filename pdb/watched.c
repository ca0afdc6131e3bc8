#include "pdb/watched.h"

#include "core/error.h"
#include "core/eval_chunk.h"
#include "core/layout.h"
#include "core/lexer.h"

#include <lauxlib.h>

#include <stdlib.h>
#include <string.h>

/* ---- where names lead ------------------------------------------------------------------------- */

/* Whether the frame's `_ENV` is another than the globals table. */
static bool has_own_globals(lua_State *L, const struct frame *f)
{
    if (!lua_checkstack(L, 2) || frame_push_env(f, L) < 0)
        return false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    bool own = !lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return own;
}

static enum watched_scope scope_of_name(lua_State *L, const struct frame *f, const char *name)
{
    if (frame_find_local(f, name))
        return WATCHED_FRAME;
    if (strcmp(name, "_ENV") != 0 && frame_find_upvalue(f, name))
        return WATCHED_FUNCTION;
    if (!has_own_globals(L, f))
        return WATCHED_GLOBALS;
    return frame_find_local(f, "_ENV") ? WATCHED_FRAME : WATCHED_FUNCTION;
}

/* Calls `each` for each name of the text that may be a variable's. */
static void each_name(const char *text, void (*each)(void *arg, const char *name, size_t n),
                      void *arg)
{
    struct lexer lx;
    struct token t, last = {.kind = TOKEN_END};
    lexer_init(&lx, text, strlen(text));
    for (lexer_next_code(&lx, &t); t.kind != TOKEN_END; lexer_next_code(&lx, &t)) {
        bool field = token_is(&last, ".") || token_is(&last, ":");
        if ((t.kind == TOKEN_NAME && !field) || token_is(&t, "..."))
            each(arg, t.start, t.len);
        last = t;
    }
}

struct scoping {
    lua_State *L;
    const struct frame *frame;
    enum watched_scope scope;
};

static void widen(void *arg, const char *name, size_t n)
{
    struct scoping *s = arg;
    struct buffer text;
    enum watched_scope scope = WATCHED_FRAME;
    buffer_init(&text);
    buffer_add(&text, name, n);
    if (*name != '.')
        scope = scope_of_name(s->L, s->frame, text.data);
    if (scope > s->scope)
        s->scope = scope;
    buffer_release(&text);
}

static enum watched_scope scope_of(lua_State *L, const struct watched *w, const struct frame *f)
{
    struct scoping s = {L, f, WATCHED_GLOBALS};
    if (!f)
        return WATCHED_GLOBALS;
    each_name(w->text, widen, &s);
    if (w->condition)
        each_name(w->condition, widen, &s);
    return s.scope;
}

/* ---- functions that share upvalues ------------------------------------------------------------ */

/* What a protected call is told and tells. */
struct placing {
    struct watched *w;
    const struct frame *frame;
    int code;
};

struct declaring {
    const struct frame *frame;
    struct buffer *out;
};

/* Appends `local NAME;` for an upvalue of the frame's function. */
static void declare(void *arg, const char *name, size_t n)
{
    struct declaring *d = arg;
    size_t before = d->out->len;
    buffer_addf(d->out, "local %.*s; ", (int)n, name);
    buffer_truncate(d->out, d->out->len - 2);
    const char *copy = d->out->len > before ? d->out->data + before + 6 : "_ENV";
    if (strcmp(copy, "_ENV") == 0 || !frame_find_upvalue(d->frame, copy))
        buffer_truncate(d->out, before);
    else
        buffer_adds(d->out, "; ");
}

/* Gives the function at -1 the upvalues of the frame's function, at index 2, by their names. */
static void share(lua_State *L, const struct frame *f)
{
    const char *name;
    for (int i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++) {
        int theirs = frame_find_upvalue(f, name);
        lua_pop(L, 1);
        if (theirs)
            lua_upvaluejoin(L, -1, i, 2, theirs);
    }
}

/* [-0, +1] A list of two functions, for the value and for the condition; or an error message and a code. */
static int load_functions(lua_State *L, const struct watched *w, const struct frame *f)
{
    struct buffer text;
    buffer_init(&text);
    if (f)
        each_name(w->text, declare, &(struct declaring){f, &text});
    if (f && w->condition)
        each_name(w->condition, declare, &(struct declaring){f, &text});
    buffer_addf(&text, "return function() return %s\nend, function() return %s\nend", w->text,
                w->condition ? w->condition : "true");
    if (text.failed) {
        buffer_release(&text);
        lua_pushliteral(L, "not enough memory");
        return XDB_ENOMEM;
    }
    int status = luaL_loadbufferx(L, text.data, text.len, "=" EVAL_CHUNK_NAME, "t");
    buffer_release(&text);
    if (status != LUA_OK)
        return status == LUA_ERRMEM ? XDB_ENOMEM : EVAL_ESYNTAX;
    lua_call(L, 0, 2);
    lua_createtable(L, 2, 0);
    for (int i = 2; i >= 1; i--) {
        lua_insert(L, -2); /* -> functions... table function */
        if (f)
            share(L, f);
        lua_rawseti(L, -2, i);
    }
    return 0;
}

/* [-0, +1] An empty table with weak keys or values. */
static void push_weak(lua_State *L, const char *mode)
{
    lua_createtable(L, 2, 1);
    lua_createtable(L, 0, 1);
    lua_pushstring(L, mode);
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
}

/*
** (placing) -> nothing, or an error message. The registry gets, by the address of `w`: the list of functions; or
** that as long as the function lives whose upvalues they share; or the frame's thread and function, weakly.
*/
static int place(lua_State *L)
{
    struct placing *p = lua_touserdata(L, 1);
    const struct frame *f = p->w->scope == WATCHED_GLOBALS ? NULL : p->frame;
    luaL_checkstack(L, 10, NULL);
    if (f && frame_push_function(f, L) < 0)
        return luaL_error(L, "not enough memory");
    if (p->w->scope == WATCHED_FRAME) {
        push_weak(L, "v");
        lua_pushvalue(L, 2);
        lua_rawseti(L, -2, 1);
        if (frame_push_thread(f, L) < 0)
            return luaL_error(L, "not enough memory");
        lua_rawseti(L, -2, 2);
    } else {
        p->code = load_functions(L, p->w, f);
        if (p->code)
            return 1;
        if (f) { /* the functions do not mention that one: they go with it */
            push_weak(L, "k");
            lua_insert(L, -2);
            lua_pushvalue(L, 2);
            lua_insert(L, -2);
            lua_rawset(L, -3);
        }
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, p->w);
    return 0;
}

static int compile(struct watched *w, lua_State *L)
{
    int code = eval_compile(L, w->text, strlen(w->text), &w->value_of);
    if (code == 0 && w->condition)
        code = eval_compile(L, w->condition, strlen(w->condition), &w->true_if);
    return code;
}

int watched_place(struct watched *w, lua_State *L, const struct frame *f)
{
    struct placing p = {w, f, 0};
    int code = 0;
    w->scope = scope_of(L, w, f);
    w->placed = true;
    if (w->scope == WATCHED_FRAME) {
        frame_mark(f, &w->mark);
        code = compile(w, L);
    }
    if (code == 0) {
        lua_pushcfunction(L, place);
        lua_pushlightuserdata(L, &p);
        int status = lua_pcall(L, 1, LUA_MULTRET, 0);
        code = status == LUA_OK ? p.code : XDB_ENOMEM;
    }
    if (code) {
        watched_drop(w, L);
        w->placed = false;
    }
    return code;
}

void watched_drop(struct watched *w, lua_State *L)
{
    free(w->newer);
    w->newer = NULL;
    w->nnewer = w->room = 0;
    eval_condition_free(L, w->value_of);
    eval_condition_free(L, w->true_if);
    w->value_of = w->true_if = NULL;
    if (L && w->placed && lua_checkstack(L, 2)) {
        if (lua_rawgetp(L, LUA_REGISTRYINDEX, w) != LUA_TNIL) {
            lua_pushnil(L); /* the key is there, so that this allocates nothing */
            lua_rawsetp(L, LUA_REGISTRYINDEX, w);
        }
        lua_pop(L, 1);
    }
    w->placed = false;
}

/* ---- whether it is still there ---------------------------------------------------------------- */

/* Whether the frame's thread and function have not been collected. */
static bool not_collected(const struct watched *w, lua_State *L)
{
    int top = lua_gettop(L);
    bool there = lua_checkstack(L, 3) && lua_rawgetp(L, LUA_REGISTRYINDEX, w) == LUA_TTABLE &&
                 lua_rawgeti(L, -1, 1) != LUA_TNIL && lua_rawgeti(L, -2, 2) != LUA_TNIL;
    lua_settop(L, top);
    return there;
}

enum { FOUND, AT_BOTTOM, FAR };

/* Looks for a frame among the newest ones; *distance is how far down it is. */
static int look_near(lua_State *thread, const struct CallInfo *ci, int *distance)
{
    const int most = layout_on() ? 200 : 8; /* otherwise each step costs as many as were made */
    lua_Debug ar;
    if (!lua_getstack(thread, 0, &ar))
        return AT_BOTTOM;
    const struct CallInfo *at = ar.i_ci;
    for (int i = 0; i < most; i++) {
        *distance = i;
        if (at == ci)
            return FOUND;
        if (layout_on())
            at = layout_older(at);
        else
            at = lua_getstack(thread, i + 1, &ar) ? ar.i_ci : NULL;
        if (!at)
            return AT_BOTTOM;
    }
    *distance = most;
    return FAR;
}

/* The newest frame becomes one that stands for the watched one, when those there are have gone far. */
static void add_newer(struct watched *w, int distance)
{
    lua_Debug ar;
    if (distance < (layout_on() ? 100 : 4) || !lua_getstack(w->mark.thread, 0, &ar))
        return;
    if (w->nnewer == w->room) {
        int room = w->room ? w->room * 2 : 16;
        struct CallInfo **more = realloc(w->newer, (size_t)room * sizeof *more);
        if (!more)
            return;
        w->newer = more;
        w->room = room;
    }
    w->newer[w->nnewer++] = ar.i_ci;
}

/*
** Whether the frame still stands on its thread. Calls are seen as events, so that a frame that was found is known
** to be no other one in its place: `fresh` is the frame that has been called now, or NULL.
*/
static bool stands(struct watched *w, const lua_State *L, const struct CallInfo *fresh,
                   struct frame *f)
{
    int distance = 0;
    *f = (struct frame){w->mark.thread, w->mark.ci, 0};
    for (;;) {
        const struct CallInfo *ci = w->nnewer ? w->newer[w->nnewer - 1] : w->mark.ci;
        int result = ci == fresh ? AT_BOTTOM : look_near(w->mark.thread, ci, &distance);
        if (result == FOUND)
            break;
        if (w->nnewer == 0 && (result == AT_BOTTOM || !frame_marked(&w->mark, f)))
            return false;
        if (w->nnewer == 0)
            break;
        w->nnewer--;
    }
    f->level = distance;
    add_newer(w, distance);
    return L == f->thread || w->nnewer == 0 ||
           frame_marked(&w->mark, f); /* its level is needed there */
}

bool watched_alive(struct watched *w, lua_State *L, const struct CallInfo *ci, bool called,
                   struct frame *f)
{
    if (w->scope == WATCHED_FRAME) {
        bool fresh = called && L == w->mark.thread;
        return not_collected(w, L) && stands(w, L, fresh ? ci : NULL, f);
    }
    if (w->scope == WATCHED_GLOBALS)
        return true;
    int top = lua_gettop(L);
    bool there = lua_checkstack(L, 3) && lua_rawgetp(L, LUA_REGISTRYINDEX, w) == LUA_TTABLE;
    if (there) {
        lua_pushnil(L);
        there = lua_next(L, -2) != 0;
    }
    lua_settop(L, top);
    return there;
}

/* ---- values ----------------------------------------------------------------------------------- */

/* [-0, +1] The n-th function of one that belongs to no frame; nil when there is none. */
static void push_function(const struct watched *w, lua_State *L, int n)
{
    int top = lua_gettop(L);
    lua_pushnil(L);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, w) == LUA_TTABLE) {
        bool there = true;
        if (w->scope == WATCHED_FUNCTION) {
            lua_pushnil(L);
            there = lua_next(L, -2) != 0;
        }
        if (there) {
            lua_rawgeti(L, -1, n);
            lua_replace(L, top + 1);
        }
    }
    lua_settop(L, top + 1);
}

static int push(struct watched *w, lua_State *L, const struct frame *f, int n)
{
    if (w->scope == WATCHED_FRAME)
        return eval_value(L, n == 1 ? w->value_of : w->true_if, f);
    if (!lua_checkstack(L, 6)) {
        lua_pushnil(L);
        return XDB_ENOMEM;
    }
    push_function(w, L, n);
    return lua_pcall(L, 0, 1, 0) == LUA_OK ? 0 : EVAL_ERUN;
}

int watched_push(struct watched *w, lua_State *L, const struct frame *f)
{
    return push(w, L, f, 1);
}

bool watched_test(struct watched *w, lua_State *L, const struct frame *f)
{
    if (!w->condition)
        return true;
    bool truth = push(w, L, f, 2) < 0 || lua_toboolean(L, -1);
    lua_pop(L, 1);
    return truth;
}

static uint64_t hash_of(const char *s, size_t n)
{
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001B3);
    return h;
}

static void take_text(const char *s, size_t n, struct watched_value *v)
{
    enum {
        LONG = 4096
    }; /* bytes; of longer ones the address must do: Lua never changes a string */
    v->len = n;
    if (n <= LONG)
        v->is.hash = hash_of(s, n);
    else
        v->is.hash = (uintptr_t)s;
}

void watched_take(lua_State *L, int code, struct watched_value *v)
{
    size_t n;
    *v = (struct watched_value){.type = lua_type(L, -1)};
    if (code < 0) {
        struct buffer message;
        buffer_init(&message);
        eval_message(L, -1, &message);
        v->type = WATCHED_ERROR;
        v->len = message.len;
        v->is.hash = hash_of(message.data, message.len);
        buffer_release(&message);
    } else if (v->type == LUA_TSTRING) {
        const char *s = lua_tolstring(L, -1, &n);
        take_text(s, n, v);
    } else if (v->type == LUA_TNUMBER) {
        v->integer = lua_isinteger(L, -1);
        if (v->integer)
            v->is.integer = lua_tointeger(L, -1);
        else
            v->is.number = lua_tonumber(L, -1);
    } else if (v->type == LUA_TBOOLEAN) {
        v->is.integer = lua_toboolean(L, -1);
    } else {
        v->is.address = lua_topointer(L, -1);
    }
}

/* As Lua's own `==` has it, but that NaN is what it was. */
static bool equal_numbers(const struct watched_value *a, const struct watched_value *b)
{
    if (a->integer && b->integer)
        return a->is.integer == b->is.integer;
    if (a->integer != b->integer) {
        lua_Integer i = a->integer ? a->is.integer : b->is.integer, other;
        lua_Number n = a->integer ? b->is.number : a->is.number;
        return lua_numbertointeger(n, &other) && other == i && (lua_Number)other == n;
    }
    return a->is.number == b->is.number ||
           (a->is.number != a->is.number && b->is.number != b->is.number);
}

bool watched_equal(const struct watched_value *a, const struct watched_value *b)
{
    if (a->type != b->type || a->type == WATCHED_NEVER || a->len != b->len)
        return false;
    switch (a->type) {
    case LUA_TNIL:
        return true;
    case LUA_TNUMBER:
        return equal_numbers(a, b);
    case LUA_TBOOLEAN:
        return a->is.integer == b->is.integer;
    case LUA_TSTRING:
    case WATCHED_ERROR:
        return a->is.hash == b->is.hash;
    default:
        return a->is.address == b->is.address;
    }
}
