/*
** A stack frame: where it stands, what runs in it, its locals, varargs and upvalues. The frame may be on
** any thread of the universe: the running one, one that resumed it ("normal"), a suspended one, or one
** that an error has ended (its stack stays as it was).
**
** A frame is three words by value and owns nothing. It is good for as long as its function has not
** returned and its thread lives: whoever keeps a thread's frames keeps the thread from the collector.
** core/frame_mark tells whether a frame kept for longer is still there.
**
** Nothing here raises or allocates Lua memory, but for stack space where less than LUA_MINSTACK is free;
** no room is XDB_ENOMEM. Values are pushed onto a stack `L` that the caller names, which may be of another
** thread of the same universe. Not for signal handlers.
**
** Index: finding frames - information - locals - varargs - upvalues - the environment.
*/
#ifndef XDB_CORE_FRAME_H
#define XDB_CORE_FRAME_H

#include <lua.h>
#include <stdbool.h>

struct frame {
    lua_State *thread;
    struct CallInfo *ci; /* lua_Debug.i_ci: the frame's identity within its thread */
    int level;           /* lua_getstack's when the frame was found; 0 was the newest */
};

/* Finds the frame at `level` of `thread`, 0 the newest. XDB_ENOENT when there is none. */
int frame_at(lua_State *thread, int level, struct frame *f);
/*
** Steps to the next older frame of the same thread; false, and nothing changed, when it is the oldest. So
** a walk over a stack costs one step a frame where the layout is known, and `level` of them otherwise.
*/
bool frame_older(struct frame *f);
/* The frame of an event, in a hook of `thread` with the hook's own `ar`. */
void frame_of(lua_State *thread, const lua_Debug *ar, struct frame *f);
bool frame_same(const struct frame *a, const struct frame *b);

/*
** lua_getinfo for the frame. `what` of "nSltur" only: "f" pushes onto the frame's own thread (see
** frame_push_function) and "L" allocates. XDB_EINVAL for any other letter.
*/
int frame_info(const struct frame *f, const char *what, lua_Debug *ar);
/* Whether it runs a Lua function: only on such a frame can a person stand. */
bool frame_is_lua(const struct frame *f);
/* The line that the frame is at, or -1 when there is none (C functions, stripped code). */
int frame_line(const struct frame *f);
/* [-0, +1 on L] Pushes the function that runs in the frame. */
int frame_push_function(const struct frame *f, lua_State *L);
/* The address of that function, for comparing; NULL when there is no stack space. */
const void *frame_function(const struct frame *f);
/* [-0, +1 on L] Pushes the frame's thread: as long as it is kept, so is the frame's stack. */
int frame_push_thread(const struct frame *f, lua_State *L);

/*
** Locals active at the frame's current instruction have indexes 1, 2, ...; a later one of the same name
** hides the earlier. Names that start with '(' are the compiler's own ("(for state)") and not to be shown.
*/

/* Name of a local, valid as long as its function; NULL past the last one and in C functions. */
const char *frame_local_name(const struct frame *f, int index);
/* Index of the innermost active local of that name, or 0. Costs a look at every active local. */
int frame_find_local(const struct frame *f, const char *name);
/* [-0, +1 on L] Pushes the value of a local. XDB_ENOENT when there is none of that index. */
int frame_push_local(const struct frame *f, lua_State *L, int index);
/* [-1 on success, +0 on L] Assigns the value on the top of L to a local. XDB_ENOENT as above. */
int frame_set_local(const struct frame *f, lua_State *L, int index);
/* How many parameters it has: the first locals, in order. `vararg` (may be NULL): and "...". */
int frame_params(const struct frame *f, bool *vararg);

/* How many values `...` has in the frame; 0 for other functions. */
int frame_varargs(const struct frame *f);
/* [-0, +1 on L] Pushes the n-th value of `...`, from 1. XDB_ENOENT past the last one. */
int frame_push_vararg(const struct frame *f, lua_State *L, int n);
/* [-1 on success, +0 on L] Assigns the n-th value of `...` from the top of L. */
int frame_set_vararg(const struct frame *f, lua_State *L, int n);

/* Name of the n-th upvalue, from 1, valid as long as the function; NULL past the last one. */
const char *frame_upvalue_name(const struct frame *f, int n);
/* Number of the upvalue of that name, or 0. */
int frame_find_upvalue(const struct frame *f, const char *name);
/* [-0, +1 on L] Pushes the value of an upvalue. XDB_ENOENT when there is none of that number. */
int frame_push_upvalue(const struct frame *f, lua_State *L, int n);
/* [-1 on success, +0 on L] Assigns to an upvalue, for all functions that share it. */
int frame_set_upvalue(const struct frame *f, lua_State *L, int n);

/*
** [-0, +1 on L] Pushes what `_ENV` means in the frame: a local of that name, else the upvalue, else (a
** function that uses no globals) the globals table. `f` may be NULL: the globals table.
*/
int frame_push_env(const struct frame *f, lua_State *L);

#endif
