#include "core/lua_class.h"

#include "core/lua_value.h"

#include <stdint.h>
#include <string.h>

/* Upvalues of __index and __newindex. */
enum { CLASS = 1, NAMES, METHODS };

/* Keys in the registry, one address each: the class, its objects' metatable, those known, those kept. */
static const void *class_key(const struct lua_class *c)
{
    return c;
}

static const void *meta_key(const struct lua_class *c)
{
    return &c->name;
}

static const void *known_key(const struct lua_class *c)
{
    return &c->methods;
}

static const void *kept_key(const struct lua_class *c)
{
    return &c->meta;
}

/* User values of an object of an open class, after those of its own. */
static int fields_value(const struct lua_class *c)
{
    return c->values + 1;
}

static int class_value(const struct lua_class *c)
{
    return c->values + 2;
}

/* ---- attributes ------------------------------------------------------------------------------- */

/* The class behind a call of __index or __newindex, whose object is at 1. */
static const struct lua_class *enter(lua_State *L)
{
    const struct lua_class *c = lua_touserdata(L, lua_upvalueindex(CLASS));
    lua_class_check(L, c, 1);
    if (c->check)
        c->check(L);
    return c;
}

/* The field that the key at 2 names, or NULL. */
static const struct lua_class_field *find_field(lua_State *L, const struct lua_class *c)
{
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(NAMES));
    lua_Integer i = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return i ? &c->fields[i - 1] : NULL;
}

/* [-0, +1] What the key at 2 is in the object and its classes. */
static bool push_attribute(lua_State *L, const struct lua_class *c)
{
    lua_pushvalue(L, 2);
    if (!c->open)
        return lua_rawget(L, lua_upvalueindex(METHODS)) != LUA_TNIL;
    lua_getiuservalue(L, 1, fields_value(c));
    lua_insert(L, -2);
    if (lua_rawget(L, -2) != LUA_TNIL)
        return true;
    lua_class_push_of(L, c, 1);
    lua_pushvalue(L, 2);
    return lua_gettable(L, -2) != LUA_TNIL;
}

static int index_object(lua_State *L)
{
    lua_settop(L, 2);
    const struct lua_class *c = enter(L);
    const struct lua_class_field *f = find_field(L, c);
    if (f)
        return f->get(L);
    if (push_attribute(L, c) || !c->index)
        return 1;
    lua_settop(L, 2);
    return c->index(L);
}

static int newindex_object(lua_State *L)
{
    lua_settop(L, 3);
    const struct lua_class *c = enter(L);
    const struct lua_class_field *f = find_field(L, c);
    if (f && f->set)
        return f->set(L);
    if (f || !c->open)
        return luaL_error(L, "the attribute '%s' cannot be set", luaL_tolstring(L, 2, NULL));
    lua_getiuservalue(L, 1, fields_value(c));
    lua_insert(L, 2); /* -> object fields key value */
    lua_rawset(L, 2);
    if (c->assigned)
        c->assigned(L);
    return 0;
}

/* ---- classes ---------------------------------------------------------------------------------- */

/* The class's own constructor runs in this very call, so that its errors name the caller's line. */
static int call_class(lua_State *L)
{
    const struct lua_class *c = lua_touserdata(L, lua_upvalueindex(CLASS));
    if (c->open)
        lua_getfield(L, 1, "new");
    else
        lua_pushcfunction(L, c->construct);
    if (lua_tocfunction(L, -1) == c->construct) {
        lua_pop(L, 1);
        return c->construct(L);
    }
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* [-0, +0] Makes the table on the top a class: callable, and below the class at `base` unless that is 0. */
static void make_callable(lua_State *L, const struct lua_class *c, int base)
{
    lua_createtable(L, 0, 2);
    if (base) {
        lua_pushvalue(L, base);
        lua_setfield(L, -2, "__index");
    }
    if (c->construct) {
        lua_pushlightuserdata(L, (void *)(uintptr_t)c);
        lua_pushcclosure(L, call_class, 1);
        lua_setfield(L, -2, "__call");
    }
    lua_setmetatable(L, -2);
}

/* Class:subclass(methods) -> class; `methods` becomes the class */
static int subclass(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_newtable(L);
        lua_replace(L, 2);
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    make_callable(L, lua_touserdata(L, lua_upvalueindex(CLASS)), 1);
    return 1;
}

/* [-0, +1] From the name of a field to its place in the list, counted from 1. */
static void push_names(lua_State *L, const struct lua_class *c)
{
    lua_newtable(L);
    for (int i = 0; c->fields && c->fields[i].name; i++)
        lua_value_set_integer(L, c->fields[i].name, i + 1);
}

/* [-0, +1] With the class on the top, a function with what __index and __newindex need. */
static void push_accessor(lua_State *L, const struct lua_class *c, int class, lua_CFunction f)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)c);
    push_names(L, c);
    lua_pushvalue(L, class);
    lua_pushcclosure(L, f, 3);
}

/* __gc: a program can reach it and call it for an object in use; only the collector is heard. */
static int finalize(lua_State *L)
{
    lua_Debug ar;
    if (!lua_getstack(L, 0, &ar) || !lua_getinfo(L, "n", &ar) || !ar.name ||
        strcmp(ar.namewhat, "metamethod") != 0 || strcmp(ar.name, "__gc") != 0)
        return 0;
    lua_CFunction collect = lua_tocfunction(L, lua_upvalueindex(1));
    return collect(L);
}

/* [-0, +0] The metatable of the objects of the class on the top. */
static void make_meta(lua_State *L, const struct lua_class *c)
{
    int class = lua_gettop(L);
    lua_newtable(L); /* -> class meta */
    lua_pushstring(L, c->name ? c->name : c->type);
    lua_setfield(L, -2, "__name");
    push_accessor(L, c, class, index_object);
    lua_setfield(L, -2, "__index");
    push_accessor(L, c, class, newindex_object);
    lua_setfield(L, -2, "__newindex");
    if (c->meta)
        luaL_setfuncs(L, c->meta, 0);
    if (lua_getfield(L, -1, "__gc") != LUA_TNIL)
        lua_pushcclosure(L, finalize, 1);
    lua_setfield(L, -2, "__gc");
    lua_rawsetp(L, LUA_REGISTRYINDEX, meta_key(c));
}

static void make_class(lua_State *L, const struct lua_class *c)
{
    lua_newtable(L); /* -> class */
    if (c->methods)
        luaL_setfuncs(L, c->methods, 0);
    if (c->open) {
        lua_pushcfunction(L, c->construct);
        lua_setfield(L, -2, "new");
        lua_pushlightuserdata(L, (void *)(uintptr_t)c);
        lua_pushcclosure(L, subclass, 1);
        lua_setfield(L, -2, "subclass");
    }
    make_callable(L, c, 0);
    make_meta(L, c);
    if (c->made)
        c->made(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, class_key(c));
}

void lua_class_push(lua_State *L, const struct lua_class *c)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, class_key(c)) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    make_class(L, c);
}

/* ---- objects ---------------------------------------------------------------------------------- */

void lua_class_adopt(lua_State *L, const struct lua_class *c)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, meta_key(c)) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_class_push(L, c);
        lua_pop(L, 1);
        lua_rawgetp(L, LUA_REGISTRYINDEX, meta_key(c));
    } /* -> object meta */
    lua_setmetatable(L, -2);
}

void *lua_class_new(lua_State *L, const struct lua_class *c, size_t size)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    void *self = lua_newuserdatauv(L, size, c->values + (c->open ? 2 : 0)); /* -> object */
    memset(self, 0, size);
    lua_class_adopt(L, c);
    if (c->open) {
        lua_newtable(L);
        lua_setiuservalue(L, -2, fields_value(c));
        lua_pushvalue(L, 1);
        lua_setiuservalue(L, -2, class_value(c));
    }
    return self;
}

void *lua_class_test(lua_State *L, const struct lua_class *c, int index)
{
    void *self = lua_touserdata(L, index);
    luaL_checkstack(L, 2, NULL);
    if (!self || !lua_getmetatable(L, index))
        return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, meta_key(c));
    bool is = lua_istable(L, -1) && lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is ? self : NULL;
}

void *lua_class_check(lua_State *L, const struct lua_class *c, int index)
{
    void *self = lua_class_test(L, c, index);
    if (!self)
        luaL_typeerror(L, index, c->type);
    return self;
}

void lua_class_know(lua_State *L, const struct lua_class *c, int index)
{
    index = lua_absindex(L, index);
    lua_value_registry(L, known_key(c), "v"); /* -> known */
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, lua_touserdata(L, index));
    lua_pop(L, 1);
}

bool lua_class_push_object(lua_State *L, const struct lua_class *c, const void *self)
{
    lua_value_registry(L, known_key(c), "v");
    bool found = lua_rawgetp(L, -1, self) == LUA_TUSERDATA;
    lua_remove(L, -2);
    return found;
}

void lua_class_keep(lua_State *L, const struct lua_class *c, int index, bool kept)
{
    index = lua_absindex(L, index);
    lua_value_registry(L, kept_key(c), NULL); /* -> kept */
    lua_pushvalue(L, index);
    if (kept)
        lua_pushboolean(L, 1);
    else
        lua_pushnil(L);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

void lua_class_push_of(lua_State *L, const struct lua_class *c, int index)
{
    lua_getiuservalue(L, index, class_value(c));
}
