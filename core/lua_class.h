/*
** Classes for Lua modules. One struct says what a class is; its objects are full userdata.
**
**   struct counter { long long n; };
**
**   static int get_n(lua_State *L)                          -- object at 1, key at 2
**   {
**       const struct counter *self = lua_class_check(L, &counter_class, 1);
**       lua_pushinteger(L, self->n);
**       return 1;
**   }
**   static int new_counter(lua_State *L)                    -- class at 1, arguments from 2 on
**   {
**       static const char *const names[] = {"start", NULL};
**       lua_args_arrange(L, 2, names, 1);                   -- Counter(5) or Counter{start = 5}
**       struct counter *self = lua_class_new(L, &counter_class, sizeof *self);
**       self->n = lua_args_integer(L, 2, "start", 0);
**       return 1;
**   }
**   static const struct lua_class_field fields[] = {{"n", get_n, NULL}, {NULL, NULL, NULL}};
**   const struct lua_class counter_class = {.type = "xdb.Counter", .construct = new_counter,
**                                           .methods = methods, .fields = fields, .meta = meta};
**   ...
**   lua_class_push(L, &counter_class);                      -- in luaopen_...
**   lua_setfield(L, -2, "Counter");
**
** A class is a table with the methods, and is called to make an object. An open class can be derived from, and
** its objects take attributes:
**
**   Class(...) is Class:new(...), whoever defines `new`; Class:subclass(methods) gives a class, `methods` itself.
**   An attribute of an object is looked for among the fields, then what has been assigned to it, then in its
**   class and those above. `super` is Base.method(self, ...); Base.new(self, ...) in an overridden `new`.
**
** Objects of other classes have their fields and methods and nothing else. Subclasses give no metamethods.
**
** A class is made once in each state, when it is first pushed; what is known of it stands in the registry under
** its address, so that two copies of a module in one state do not meet. All that is Lua memory. Reading a field
** costs a call, a look at the metatable and one at a table of names, however many fields there are.
**
** All functions here may raise Lua errors, and leave the stack as their `[-pops, +pushes]` says, else as it was.
*/
#ifndef XDB_CORE_LUA_CLASS_H
#define XDB_CORE_LUA_CLASS_H

#include <lauxlib.h>
#include <stdbool.h>
#include <stddef.h>

/*
** An attribute that is computed. Both are called with the object at 1 and the key at 2; `get` returns one value,
** `set` finds the value at 3. Without `set` it is read-only.
*/
struct lua_class_field {
    const char *name;
    lua_CFunction get, set;
};

struct lua_class {
    const char *type;        /* as "bad argument" says what was expected: "xdb.Pdb" */
    const char *name;        /* __name of its objects; NULL: `type` */
    bool open;               /* derivable, and objects take attributes */
    int values;              /* user values of its own in an object, from 1 on */
    lua_CFunction construct; /* the class at 1, arguments from 2 on; NULL: cannot be called */
    const luaL_Reg *methods; /* also functions of the class; NULL: none. Ends with {NULL, NULL} */
    const luaL_Reg *
        meta; /* of objects: __gc (heard from the collector alone), __close, __eq, __lt, __len, __tostring, ...; NULL: none */
    const struct lua_class_field *fields; /* ends with {NULL, NULL, NULL}; NULL: none */
    /* Called once, with the class on the top: for what does not fit into `methods`. NULL: that is all */
    void (*made)(lua_State *L);
    /* Before an attribute is read or written: may raise, when the object at 1 is closed. NULL: nothing to check */
    void (*check)(lua_State *L);
    /* What is neither field nor method (also an index of a sequence): as __index. NULL: it is nil */
    lua_CFunction index;
    /* Told, with the object at 1, that an attribute was assigned which is no field. NULL: nobody */
    void (*assigned)(lua_State *L);
};

/* [-0, +1] Pushes the class; in a module's luaopen function it is made. */
void lua_class_push(lua_State *L, const struct lua_class *c);

/*
** [-0, +1] A new object of `size` bytes, all zero: a __gc must be content with that. Of an open class, the class
** at index 1 is its class. The memory belongs to Lua and does not move.
*/
void *lua_class_new(lua_State *L, const struct lua_class *c, size_t size);

/* [-0, +0] Makes the userdata on the top, which something else has made, an object of a class that is not open. */
void lua_class_adopt(lua_State *L, const struct lua_class *c);

/* The object at `index`, or NULL (test), or a "bad argument" error (check). */
void *lua_class_test(lua_State *L, const struct lua_class *c, int index);
void *lua_class_check(lua_State *L, const struct lua_class *c, int index);

/*
** Objects are found again by their address, as long as they live: lua_class_know has the one at `index` found,
** lua_class_push_object [-0, +1] pushes it, or nil and says false.
*/
void lua_class_know(lua_State *L, const struct lua_class *c, int index);
bool lua_class_push_object(lua_State *L, const struct lua_class *c, const void *self);

/* Keeps the object at `index` from the collector, or lets go of it again. */
void lua_class_keep(lua_State *L, const struct lua_class *c, int index, bool kept);

/* [-0, +1] Of an object of an open class: the class that it was made of. */
void lua_class_push_of(lua_State *L, const struct lua_class *c, int index);

#endif
