/*
** Coverage of a program from its start to its end, as `.xtracerc` and the options want it: the collector runs, and in the
** end what it counted goes to the data file. The command and the Lua module are two faces of it.
**
** One a Lua universe. What is left of it when the process ends without closing its state is the owner's to end.
*/
#ifndef XDB_TRACE_SESSION_H
#define XDB_TRACE_SESSION_H

#include <lua.h>

#include "core/buffer.h"
#include "trace/settings.h"

struct session;

/*
** Begins to count. `settings` are borrowed. `script` (may be NULL) is the main script. `said` gets a line when branches
** cannot be counted here. NULL with `err`.
*/
struct session *session_begin(lua_State *L, struct settings *settings, const char *script,
                              struct buffer *said, struct xdb_error *err);
/* The one that is going on in this universe, or NULL. */
struct session *session_of(lua_State *L);
/*
** What is covered from now on is covered in the context of this name; NULL: in none. Nothing where there is no session or
** its settings want no contexts. XDB_ENOMEM.
*/
int session_context(lua_State *L, const char *name, struct xdb_error *err);
/*
** Ends it and adds what was counted to the data file, or with `parallel` to one of this process's own; what `said` gets
** are lines for people. `L` is NULL when its state is closed or was abandoned. In a child process after a fork only what
** the child did is counted. Frees the session whatever it returns: 0, or what counts_add fails with.
*/
int session_end(struct session *s, lua_State *L, struct buffer *said, struct xdb_error *err);
/* A program to be interrupted, as xdb_trace_interrupt. */
void session_interrupt(struct session *s);

/* Appends the data file that a process of its own writes in parallel: FILE.HOST.PID. */
void session_own_file(const struct settings *s, struct buffer *out);

#endif
