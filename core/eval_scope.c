#include "core/eval_scope.h"

#include "core/error.h"
#include "core/layout.h"
#include "core/lexer.h"
#include "core/universe.h"

#include <lauxlib.h>
#include <string.h>

/* Keys of the registry, by their addresses; never written. */
static char metatable_key; /* -> metatable of scopes */
static char variables_key; /* -> the value of EVAL_VARIABLES */
static char kept_key; /* -> table with weak keys: kept scopes whose frames may still be stopped */

/* Where a name leads. */
struct place {
    enum { IN_LOCAL, IN_UPVALUE, IN_KEPT_VALUE, IN_ENV } kind;
    int index;          /* of the local or upvalue */
    bool kept;          /* `index` comes from SCOPE_PLACES */
    struct frame frame; /* of the local, or of an upvalue that is not `kept` */
};

static int stack_overflow(lua_State *L)
{
    return luaL_error(L, "stack overflow");
}

/* Whether thread and function of a kept scope have not been collected. */
static bool not_collected(lua_State *L, int scope)
{
    int top = lua_gettop(L);
    lua_getiuservalue(L, scope, SCOPE_ALIVE);
    bool alive = lua_istable(L, -1) && lua_rawgeti(L, -1, 1) != LUA_TNIL &&
                 lua_rawgeti(L, -2, 2) != LUA_TNIL;
    lua_settop(L, top);
    return alive;
}

/* Whether a kept scope's frame is still there, and where. What was found dead stays dead. */
static bool frame_alive(lua_State *L, int scope, struct eval_scope *s, struct frame *f)
{
    if (s->mark.height > 0 && not_collected(L, scope) && frame_marked(&s->mark, f))
        return true;
    s->mark.height = 0;
    return false;
}

bool eval_scope_frame(const struct eval_scope *s, struct frame *f)
{
    if (s->state != SCOPE_OPEN || !s->frame)
        return false;
    *f = *s->frame;
    return !s->doubtful || frame_marked(&s->mark, f);
}

/* Finds a name as the frame's code would at this moment. */
static void find_in_frame(const struct frame *f, const char *name, struct place *p)
{
    p->frame = *f;
    p->kept = false;
    p->kind = IN_LOCAL;
    p->index = frame_find_local(f, name);
    if (p->index)
        return;
    p->index = frame_find_upvalue(f, name);
    p->kind = p->index ? IN_UPVALUE : IN_ENV;
}

/* Finds a name where it was when the text was compiled. */
static void find_kept(lua_State *L, int scope, struct eval_scope *s, const char *name,
                      struct place *p)
{
    p->kept = true;
    p->kind = IN_ENV;
    lua_getiuservalue(L, scope, SCOPE_PLACES);
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    p->index = (int)lua_tointeger(L, -1);
    lua_pop(L, 2);
    if (p->index < 0) {
        p->kind = IN_UPVALUE;
        p->index = -p->index;
    } else if (p->index > 0) {
        const char *now =
            frame_alive(L, scope, s, &p->frame) ? frame_local_name(&p->frame, p->index) : NULL;
        p->kind = now && strcmp(now, name) == 0 ? IN_LOCAL : IN_KEPT_VALUE;
    }
}

static void find_cached(struct eval_cache *cache, const struct frame *f, const char *name,
                        struct place *p)
{
    for (int i = 0; i < cache->count; i++) {
        int index = cache->names[i].index;
        if (cache->names[i].name == name) {
            p->frame = *f;
            p->kept = false;
            p->kind = index > 0 ? IN_LOCAL : index < 0 ? IN_UPVALUE : IN_ENV;
            p->index = index < 0 ? -index : index;
            return;
        }
    }
    find_in_frame(f, name, p);
    if (cache->count < (int)(sizeof cache->names / sizeof cache->names[0])) {
        cache->names[cache->count].name = name;
        cache->names[cache->count++].index = p->kind == IN_UPVALUE ? -p->index : p->index;
    }
}

static void find(lua_State *L, int scope, const char *name, struct place *p)
{
    struct eval_scope *s = lua_touserdata(L, scope);
    struct frame f;
    p->kind = IN_ENV;
    if (eval_scope_frame(s, &f) && s->cache.usable)
        find_cached(&s->cache, &f, name, p);
    else if (eval_scope_frame(s, &f))
        find_in_frame(&f, name, p);
    else if (s->keeps && s->state != SCOPE_CLOSED)
        find_kept(L, scope, s, name, p);
}

/* [-1, +0] Remembers the value on the top as the local's last one. */
static void remember(lua_State *L, int scope, const char *name)
{
    lua_getiuservalue(L, scope, SCOPE_VALUES); /* -> value values */
    lua_pushstring(L, name);
    lua_pushvalue(L, -3); /* -> value values name value */
    lua_rawset(L, -3);
    lua_pop(L, 2);
}

/* [-0, +1] */
static void push_kept_value(lua_State *L, int scope, const char *name)
{
    lua_getiuservalue(L, scope, SCOPE_VALUES);
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

/* [-0, +1] Pushes what is at a place other than IN_ENV. */
static void push_place(lua_State *L, int scope, const char *name, const struct place *p)
{
    int code = 0;
    if (p->kind == IN_KEPT_VALUE) {
        push_kept_value(L, scope, name);
    } else if (p->kind == IN_LOCAL) {
        code = frame_push_local(&p->frame, L, p->index);
        if (code == 0 && p->kept) {
            lua_pushvalue(L, -1);
            remember(L, scope, name);
        }
    } else if (p->kept) {
        lua_getiuservalue(L, scope, SCOPE_FUNCTION);
        lua_getupvalue(L, -1, p->index);
        lua_remove(L, -2);
    } else {
        code = frame_push_upvalue(&p->frame, L, p->index);
    }
    if (code)
        stack_overflow(L);
}

/* [-1, +0] Assigns the top to a place other than IN_ENV. */
static void set_place(lua_State *L, int scope, const char *name, const struct place *p)
{
    int code = 0;
    if (p->kept && p->kind != IN_UPVALUE) {
        lua_pushvalue(L, -1);
        remember(L, scope, name);
    }
    if (p->kind == IN_KEPT_VALUE) {
        lua_pop(L, 1);
    } else if (p->kind == IN_LOCAL) {
        code = frame_set_local(&p->frame, L, p->index);
    } else if (p->kept) {
        lua_getiuservalue(L, scope, SCOPE_FUNCTION);
        lua_insert(L, -2); /* -> function value */
        lua_setupvalue(L, -2, p->index);
        lua_pop(L, 1);
    } else {
        code = frame_set_upvalue(&p->frame, L, p->index);
    }
    if (code)
        stack_overflow(L);
}

/* [-0, +1] Pushes the environment that names which lead nowhere else are fields of. */
static void push_env(lua_State *L, int scope)
{
    struct place p;
    find(L, scope, "_ENV", &p);
    if (p.kind == IN_ENV)
        lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    else
        push_place(L, scope, "_ENV", &p);
}

/* The name that argument 2 stands for, or NULL when it is no name: `_ENV` itself may be indexed by the
** text when it declares an `_ENV` of its own. */
static const char *key_name(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        return NULL;
    const char *name = lua_tostring(L, 2);
    return strcmp(name, EVAL_ENV_NAME) == 0 ? "_ENV" : name;
}

/* The metamethods can be had with the debug library, and called with anything. */
static void check_scope(lua_State *L)
{
    if (!lua_getmetatable(L, 1) || !lua_rawequal(L, -1, lua_upvalueindex(1)))
        luaL_argerror(L, 1, "scope expected");
    lua_pop(L, 1);
}

void eval_set_variables(lua_State *L)
{
    lua_rawsetp(L, LUA_REGISTRYINDEX, &variables_key);
}

static int scope_index(lua_State *L)
{
    check_scope(L);
    const char *name = key_name(L);
    if (name && strcmp(name, EVAL_VARIABLES) == 0 &&
        lua_rawgetp(L, LUA_REGISTRYINDEX, &variables_key) != LUA_TNIL)
        return 1;
    lua_settop(L, 2);
    struct place p = {.kind = IN_ENV};
    if (name)
        find(L, 1, name, &p);
    if (p.kind != IN_ENV) {
        push_place(L, 1, name, &p);
        return 1;
    }
    push_env(L, 1);
    if (name && strcmp(name, "_ENV") == 0)
        return 1;
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
    return 1;
}

static int scope_newindex(lua_State *L)
{
    check_scope(L);
    lua_settop(L, 3);
    const char *name = key_name(L);
    struct place p = {.kind = IN_ENV};
    if (name)
        find(L, 1, name, &p);
    if (p.kind != IN_ENV) {
        set_place(L, 1, name, &p);
        return 0;
    }
    if (name && strcmp(name, "_ENV") == 0)
        return luaL_error(L, "no _ENV to assign to in this function");
    push_env(L, 1);
    lua_insert(L, 2); /* -> scope env key value */
    lua_settable(L, 2);
    return 0;
}

/* [-0, +1] Pushes the metatable of scopes, made at first use. */
static void push_metatable(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, scope_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, scope_newindex, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_key);
}

struct eval_scope *eval_scope_new(lua_State *L)
{
    struct eval_scope *s = lua_newuserdatauv(L, sizeof *s, SCOPE_USER_VALUES);
    memset(s, 0, sizeof *s);
    push_metatable(L);
    lua_setmetatable(L, -2);
    return s;
}

/* [-0, +1] A table whose keys ("k") or values ("v") are weak. */
static void push_weak(lua_State *L, const char *mode)
{
    lua_createtable(L, 2, 0);
    lua_createtable(L, 0, 1);
    lua_pushstring(L, mode);
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
}

/*
** [-0, +1] Pushes the table of values: that of another scope of the same frame and stop, so that functions
** from several lines typed there go on sharing a variable when the frame has ended, or a new one.
*/
static void push_values(lua_State *L, const struct eval_scope *s)
{
    int top = lua_gettop(L);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key) == LUA_TTABLE) {
        for (lua_pushnil(L); lua_next(L, top + 1); lua_pop(L, 1)) {
            const struct eval_scope *other = lua_touserdata(L, -2);
            if (frame_mark_same(&other->mark, &s->mark)) {
                lua_getiuservalue(L, -2, SCOPE_VALUES);
                lua_replace(L, top + 1);
                lua_settop(L, top + 1);
                return;
            }
        }
    }
    lua_settop(L, top);
    lua_newtable(L);
}

/* [-0, +0] Gives a scope its mark and tables. */
static void make_tables(lua_State *L, int scope, const struct frame *f)
{
    struct eval_scope *s = lua_touserdata(L, scope);
    frame_mark(f, &s->mark);
    lua_newtable(L);
    lua_setiuservalue(L, scope, SCOPE_PLACES);
    push_values(L, s);
    lua_setiuservalue(L, scope, SCOPE_VALUES);
    push_weak(L, "v");
    if (frame_push_thread(f, L))
        stack_overflow(L);
    lua_rawseti(L, -2, 1);
    if (frame_push_function(f, L))
        stack_overflow(L);
    lua_rawseti(L, -2, 2);
    lua_setiuservalue(L, scope, SCOPE_ALIVE);
}

/* [-1, +0] Notes where the name on the top leads, unless it is a global. */
static void keep_name(lua_State *L, int scope, const struct frame *f)
{
    const char *name = lua_tostring(L, -1);
    struct place p;
    find_in_frame(f, name, &p);
    if (p.kind == IN_LOCAL) {
        push_place(L, scope, name, &p);
        remember(L, scope, name);
    } else if (p.kind == IN_UPVALUE) {
        if (frame_push_function(f, L))
            stack_overflow(L);
        lua_setiuservalue(L, scope, SCOPE_FUNCTION);
        p.index = -p.index;
    } else {
        lua_pop(L, 1);
        return;
    }
    lua_getiuservalue(L, scope, SCOPE_PLACES); /* -> name places */
    lua_insert(L, -2);
    lua_pushinteger(L, p.index);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/* [-0, +0] Adds a scope to those that eval_freeze brings up to date. */
static void enlist(lua_State *L, int scope)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        push_weak(L, "k");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
    }
    lua_pushvalue(L, scope);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

void eval_scope_keep(lua_State *L, int index, const struct eval_source *source,
                     const struct frame *f)
{
    struct lexer lx;
    struct token t, last = {.kind = TOKEN_END};
    int scope = lua_absindex(L, index);
    struct eval_scope *s = lua_touserdata(L, scope);
    luaL_checkstack(L, 12, NULL);
    make_tables(L, scope, f);
    lua_pushliteral(L, "_ENV");
    keep_name(L, scope, f);
    lexer_init(&lx, source->text, source->len);
    for (lexer_next_code(&lx, &t); t.kind != TOKEN_END; lexer_next_code(&lx, &t)) {
        if (t.kind == TOKEN_NAME && lx.body >= 0 && !token_is(&last, ".") &&
            !token_is(&last, ":")) {
            lua_pushlstring(L, t.start, t.len);
            keep_name(L, scope, f);
        }
        last = t;
    }
    enlist(L, scope);
    s->keeps = true;
}

void eval_scope_cache(lua_State *L, int index)
{
    struct eval_scope *s = lua_touserdata(L, index);
    index = lua_absindex(L, index);
    push_weak(L, "v");
    lua_setiuservalue(L, index, SCOPE_CACHED);
    s->cache.wanted = true;
}

/* [-0, +0] Makes the cache one about the frame's function and instruction. */
static void use_cache(lua_State *L, int scope, struct eval_cache *cache, const struct frame *f)
{
    const struct Proto *proto = layout_proto(f->ci);
    int top = lua_gettop(L), pc = proto ? layout_nextpc(f->ci, proto) : 0;
    lua_getiuservalue(L, scope, SCOPE_CACHED);
    bool same = proto && cache->proto == proto && cache->pc == pc &&
                lua_rawgeti(L, -1, 1) != LUA_TNIL; /* else the prototype may be a new one there */
    if (!same) {
        cache->count = 0;
        cache->proto = proto;
        cache->pc = pc;
        if (frame_push_function(f, L) == 0)
            lua_rawseti(L, top + 1, 1); /* there is room for it, so that this allocates nothing */
        else
            cache->proto = NULL;
    }
    lua_settop(L, top);
    cache->usable = cache->proto != NULL;
}

/* Whether the thread stands still as long as `L` runs: it resumed it, or who did. */
static bool waits_for(lua_State *L, const lua_State *thread)
{
    const struct universe *u = universe_find(L);
    for (const struct resume_record *r = u ? u->chain : NULL; r; r = r->outer)
        if (r->from == thread)
            return true;
    return thread == L;
}

void eval_scope_open(lua_State *L, int index, const struct frame *f)
{
    struct eval_scope *s = lua_touserdata(L, index);
    s->frame = f;
    s->doubtful = f && !waits_for(L, f->thread);
    if (s->doubtful && !s->keeps)
        frame_mark(f, &s->mark);
    s->cache.usable = false;
    if (s->cache.wanted && f && !s->doubtful && layout_on())
        use_cache(L, index, &s->cache, f);
    s->state = SCOPE_OPEN;
}

/* [-0, +0] Brings the kept values of a scope up to date, if the frame is there. Raises. */
static void note_values(lua_State *L, int scope)
{
    struct eval_scope *s = lua_touserdata(L, scope);
    struct place p;
    lua_getiuservalue(L, scope, SCOPE_PLACES);
    int places = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, places); lua_pop(L, 1)) {
        const char *name = lua_tostring(L, -2);
        find_kept(L, scope, s, name, &p);
        if (p.kind != IN_LOCAL)
            continue;
        push_place(L, scope, name, &p); /* which remembers it */
        lua_pop(L, 1);
    }
    lua_settop(L, places - 1);
}

/* (scope) */
static int note_scope(lua_State *L)
{
    luaL_checkstack(L, 12, NULL);
    note_values(L, 1);
    return 0;
}

void eval_scope_end(lua_State *L, int index)
{
    struct eval_scope *s = lua_touserdata(L, index);
    s->frame = NULL;
    s->state = s->keeps ? SCOPE_KEPT : SCOPE_CLOSED;
    if (!s->keeps)
        return;
    index = lua_absindex(L, index);
    if (!lua_checkstack(L, 2))
        return;
    lua_pushcfunction(L, note_scope);
    lua_pushvalue(L, index);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1); /* no memory: the values of a moment ago stay */
}

/* (table of kept scopes) */
static int freeze(lua_State *L)
{
    luaL_checkstack(L, 16, NULL);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        note_values(L, lua_gettop(L) - 1);
    return 0;
}

void eval_freeze(lua_State *L)
{
    if (!lua_checkstack(L, 3))
        return;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kept_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        return;
    }
    lua_pushcfunction(L, freeze);
    lua_insert(L, -2);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1);
    lua_pushnil(L); /* the key is there, so that this allocates nothing */
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kept_key);
}
