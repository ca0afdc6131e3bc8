/*
** What the files of the Lua module xdb.bdb share. The classes themselves, as a Lua program sees them,
** are described at the top of lua_bdb.c (Bdb), lua_breakpoint.c (Breakpoint) and lua_frame.h (frames).
**
** The functions here may raise Lua errors unless they say otherwise.
*/
#ifndef XDB_BDB_LUA_BDB_H
#define XDB_BDB_LUA_BDB_H

#include "bdb/bdb_state.h"
#include "bdb/line_map.h"
#include "core/buffer.h"
#include "core/function.h"
#include "core/lua_class.h"

#include <lauxlib.h>

/* What all debuggers of a state share; a userdata in its Lua registry. */
struct lua_shared {
    struct breakpoints *registry;     /* BDB-007 */
    struct source_cache *sources;     /* for frames and names, beside those of each debugger */
    struct function_cache *functions; /* of `sources` */
    struct xdb_bdb *judge; /* traces nothing, answers `effective`; NULL until it is asked */
    /* While a method is told of an event: its thread, and how many levels it had then. */
    lua_State *telling;
    int telling_height;
};
struct lua_shared *lua_shared(lua_State *L);
/* Creates it, if that has not been done; to be called before anything else here. */
void lua_shared_open(lua_State *L);

/* A debugger as a Lua object. */
struct lua_bdb {
    struct xdb_bdb *b; /* NULL once collected */
    struct line_map *lines;
    bool kept;         /* tracing: the object must not be collected */
    bool running;      /* inside run, runeval or runcall */
    bool first_call;   /* the next call event is that of the code that is being run */
    bool trace_begins; /* the next line event is set_trace's */
    bool ended;        /* a run is over (BDB-104: quitting is set afterwards) */
    bool failed;       /* a method raised: LUA_BDB_ERROR has the value */
    int currentbp;     /* number of the last one that stopped; 0: none yet */
    lua_State *bottom; /* thread that called run, compared only; NULL: none */
    int bottom_height; /* its frames up to run itself, which are not shown */
};
/* User values of the object. */
enum { LUA_BDB_STOP = 1, LUA_BDB_RETURN, LUA_BDB_ERROR };

struct lua_bdb *lua_bdb_check(lua_State *L, int arg);
/* [-0, +1] Its object, or nil and false. */
bool lua_bdb_push(lua_State *L, const struct lua_bdb *self);
/* While it traces, the object is kept from the collector. */
void lua_bdb_keep(lua_State *L, int object, struct lua_bdb *self, bool tracing);
/* [-0, +1] bdb.BdbQuit: raised by a method it abandons the program as set_quit does. */
void lua_bdb_push_quit(lua_State *L);
/* Calls the method `name` of the object at index 1 with the `nargs` values on the top, no results. */
void lua_bdb_send(lua_State *L, const char *name, int nargs);
/* Raises the error of a method that was called by the engine, if there was one. */
void lua_bdb_rethrow(lua_State *L, int object, struct lua_bdb *self);
/* [-0, +1] Pushes the canonical name for a file as a person or a program names it (BDB-034). */
const char *lua_bdb_push_canonic(lua_State *L, struct source_cache *sources, const char *name);

/* What the engine calls back (lua_events.c). */
extern const struct xdb_front lua_events_front;
/*
** Further methods of Bdb: breakpoints (lua_breaks.c), stack and policy (lua_stack.c), commands and running
** code (lua_command.c).
*/
extern const luaL_Reg lua_breaks_methods[], lua_stack_methods[], lua_command_methods[];
/* Stops at the Lua frame of that level or the next older one; the object is at index 1. */
int lua_command_trace(lua_State *L, struct lua_bdb *self, int level);
/* [-0, +1] The oldest frame of the program, or nil. */
void lua_stack_push_bottom(lua_State *L, struct lua_bdb *self);
/* [-0, +1] The map of files to lines. */
void lua_breaks_push_map(lua_State *L, const struct lua_bdb *self);

/* [-0, +1] Creates the class Breakpoint. */
void lua_breakpoint_open(lua_State *L);
/* [-0, +1] The object of a breakpoint, nil for NULL. */
void lua_breakpoint_push(lua_State *L, const struct breakpoint *bp);
/* To be called before a breakpoint is deleted: its object goes on showing what it was. */
void lua_breakpoint_retire(lua_State *L, const struct breakpoint *bp);
/* checkfuncname and effective of the module. */
int lua_breakpoint_checkfuncname(lua_State *L);
int lua_breakpoint_effective(lua_State *L);

#endif
