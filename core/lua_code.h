/*
** Code that a program hands over to be run: a text or a function, with the tables its names are looked up in.
** What `exec(code, globals, locals)` is to Python. All functions here may raise Lua errors.
*/
#ifndef XDB_CORE_LUA_CODE_H
#define XDB_CORE_LUA_CODE_H

#include <lauxlib.h>

/* A "bad argument" error unless a text or a function stands at `arg`. */
void lua_code_check(lua_State *L, int arg);
/*
** [-0, +1] Pushes the function at index `code`, or the function made of the text there with `before` in front; the
** text is its own chunk name. Raises Lua's message for a text that does not compile.
**
** `globals` and `locals` are indices of tables, or of nil, or 0: names are looked up among the locals and then the
** globals, and assigned to the locals if there are any. A function gets them in an _ENV of its own: the one that
** it had may be shared with every function of its chunk. Without either nothing is changed.
*/
void lua_code_push(lua_State *L, int code, const char *before, int globals, int locals);

#endif
