/*
** Frames as Lua values, for the classes of xdb.bdb. An object knows whether its frame is still there and
** says so instead of showing another one (core/frame_mark). It keeps neither the coroutine nor the
** function alive. The same frame is the same object as long as the object is kept somewhere.
**
** In Lua: `file` (canonical), `title` (for people), `source` (chunk name), `line`, `name`, `func`, `what`,
** `linedefined`, `lastlinedefined`, `thread`, `back` (the frame that called or resumed it), `alive`;
** `f:locals()`, `f:upvalues()`, `f:args()`, `f:get(name)`, `f:set(name, value)`, `f:eval(text)`.
*/
#ifndef XDB_BDB_LUA_FRAME_H
#define XDB_BDB_LUA_FRAME_H

#include "core/frame.h"
#include "core/function.h"

/* [-0, +1] Pushes the object of a frame that is there. May raise. */
void lua_frame_push(lua_State *L, const struct frame *f);
/* Whether the value is such an object. */
bool lua_frame_test(lua_State *L, int index);
/* The frame of the object at `arg`; raises for other values and for a frame that is gone. */
void lua_frame_check(lua_State *L, int arg, struct frame *f);
/*
** The line that the object at `index` shows from now on, or its own again with 0: of a function that
** has just been called it is the line of its definition. Other values are ignored.
*/
void lua_frame_set_line(lua_State *L, int index, int line);
/* The line that the object of the frame shows; -1 when none is known. */
int lua_frame_line(lua_State *L, int index);
/* Whether the object at `index` was made for the frame of that thread and CallInfo. */
bool lua_frame_is(lua_State *L, int index, const void *thread, const void *ci);
/*
** The frame's thread and those that wait for it, innermost first; `L` is the running thread. Writes up to
** `size` and returns how many.
*/
int lua_frame_threads(lua_State *L, const struct frame *f, lua_State **threads, int size);
/*
** Level of the newest frame of the program on that thread: at an event the newer ones are the debugger's
** own methods.
*/
int lua_frame_newest(lua_State *L, lua_State *thread);
/*
** Source and function of the frame, of the module's own caches. NULL, never a failure, when memory runs out.
*/
struct source *lua_frame_source(lua_State *L, const struct frame *f);
struct function *lua_frame_function(lua_State *L, const struct frame *f);
/* The function's display name; belongs to the caches or to Lua. */
const char *lua_frame_name(lua_State *L, const struct frame *f);

#endif
