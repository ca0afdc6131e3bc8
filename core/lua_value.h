/*
** Values as Lua modules push them: fields of results, texts that were built in C, tables in the registry.
**
** All functions here may raise Lua errors. `[-pops, +pushes]` is what they do to the stack.
*/
#ifndef XDB_CORE_LUA_VALUE_H
#define XDB_CORE_LUA_VALUE_H

#include "core/buffer.h"

#include <lauxlib.h>
#include <stdbool.h>

/* [-0, +0] Sets a field of the table on the top, raw or not as lua_setfield does; a NULL text is nil. */
void lua_value_set_integer(lua_State *L, const char *name, long long n);
void lua_value_set_number(lua_State *L, const char *name, double x);
void lua_value_set_boolean(lua_State *L, const char *name, bool b);
void lua_value_set_string(lua_State *L, const char *name, const char *text);

/*
** [-0, +1] Pushes the text of a buffer as a string, and releases the buffer even when that raises. Two free
** stack slots must be there, and nothing may raise between buffer_init and this.
*/
void lua_value_push_text(lua_State *L, struct buffer *text);

/*
** [-0, +1] Pushes an empty buffer that Lua releases: for text during whose making an error may be raised. It
** lives as long as it stands on the stack.
*/
struct buffer *lua_value_push_buffer(lua_State *L);

/*
** [-0, +1] Pushes the table kept in the Lua registry under the address `key`, made when it is first asked for
** with weak `mode` ("k", "v", "kv" or NULL).
*/
void lua_value_registry(lua_State *L, const void *key, const char *mode);

/*
** [-1, +0] Gives the text on the top to what stands at `stream`, by its method `write`: a file of Lua's, or
** anything that looks like one.
*/
void lua_value_write(lua_State *L, int stream);

#endif
