/*
** What the files of the Lua module xdb share. What a Lua program sees is described at the top of lua_pdb.c.
**
** A debugger as a Lua object owns its struct xdb_pdb, and so do the streams over Lua values that it reads from and writes to. An object that has a session or
** breakpoints is kept from the collector.
**
** The functions here may raise Lua errors unless they say otherwise.
*/
#ifndef XDB_PDB_LUA_PDB_H
#define XDB_PDB_LUA_PDB_H

#include "core/lua_class.h"
#include "pdb/pdb_state.h"

#include <lauxlib.h>

struct lua_pdb;

/* What stands behind a FILE of lua_stream.c. */
struct lua_stream {
    struct lua_pdb *self;
    int which;             /* user value of the object */
    struct buffer pending; /* read, but not taken */
};

struct lua_pdb {
    struct xdb_pdb *p; /* owned; NULL once the object has been collected */
    struct pdb_host host;
    lua_State *L;                     /* where Lua is called while no program stands still */
    FILE *in, *out;                   /* owned streams over Lua values, or NULL */
    struct lua_stream reader, writer; /* of these */
    bool derived; /* the class is another than Pdb, or there are fields: methods are looked up */
    struct buffer say; /* a line of output that is not complete */
    /* Of a class with commands of its own; they belong to a user value. */
    struct cmd_row *rows;
    /* By row: names of the methods that carry it out, and complete its argument, or NULL. */
    const char **methods, **completers;
};
/* User values of the object. */
enum { LUA_PDB_STDIN = 1, LUA_PDB_STDOUT, LUA_PDB_ROWS };

/* ---- lua_object.c: the class ---- */

struct lua_pdb *lua_pdb_check(lua_State *L, int arg);
/* [-0, +1] The class Pdb, made when it is first asked for. */
void lua_pdb_push_class(lua_State *L);
/* [-0, +1] The object, or nil and false. */
bool lua_pdb_push(lua_State *L, const struct lua_pdb *self);
/* [-0, +1] The object used last in this state, or nil and NULL. */
struct lua_pdb *lua_pdb_push_last(lua_State *L);
/* [-0, +1] A new object as `Pdb()` makes it, but with the colours of the terminal. */
struct lua_pdb *lua_pdb_push_new(lua_State *L);
/* The object at `index` is the one used last now, and kept from the collector as long as it is of use. */
void lua_pdb_use(lua_State *L, int index, struct lua_pdb *self);
/*
** Stops at the Lua function at `level` of L or an older one, with the options at `options`: a header, a frame, or a
** table with `header`, `commands` and `frame`, which goes before `level`.
*/
int lua_pdb_trace(lua_State *L, struct xdb_pdb *p, int options, int level);
/* Methods, and functions of the module: with the object at 1, the code at 2. */
int lua_pdb_run(lua_State *L), lua_pdb_runeval(lua_State *L), lua_pdb_runcall(lua_State *L);
/* With the object at 1: what the arguments from 2 on mean stands in lua_pdb.c. Returns those. */
int lua_pdb_post_mortem(lua_State *L);

/* ---- lua_methods.c: what a class may override ---- */

/* The thread on which Lua may be called for this debugger now. Never raises. */
lua_State *lua_methods_thread(const struct lua_pdb *self);
/* Calls methods of the object where they are not those of Pdb itself. */
extern const struct pdb_host lua_methods_host;
/* Makes the table of commands of an object whose class, at `class`, is not Pdb. */
void lua_methods_rows(lua_State *L, int object, int class, struct lua_pdb *self);
/* Adds Pdb's own message, error, precmd, onecmd, default, do_... to the class on the top. */
void lua_methods_open(lua_State *L);

/* ---- lua_record.c: stacks of errors that outlive them ---- */

/* [-0, +1] The record of the error at `error`, raised in the Lua function `from`; it is the last one now. */
void lua_record_push(lua_State *L, int error, const struct frame *from);
/* [-0, +1] The last record, or nil and false. */
bool lua_record_push_last(lua_State *L);
/*
** [-0, +1] For a record at `index` pushes its error and returns the coroutine to look at, or NULL when there was
** no memory for it. *is: whether it is a record at all; else nothing is pushed.
*/
lua_State *lua_record_open(lua_State *L, int index, bool *is);

/* ---- lua_stream.c: Lua values as files ---- */

/*
** A stream over the user value `which` of the object at `object`: something with a method `read` or `write`
** as Lua's files have it, or a function that does the same. NULL when memory runs out.
*/
FILE *lua_stream_open(lua_State *L, int object, struct lua_pdb *self, int which);

#endif
