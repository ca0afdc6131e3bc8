/*
** Who called whom, or only which functions were called. A pair is named when it is first told; after that a call costs
** a look at a table. Frames that are not counted are passed over, also those of C; a coroutine's caller is whoever
** resumed it. Nothing raises or allocates Lua memory.
*/
#ifndef XDB_TRACE_CALLS_H
#define XDB_TRACE_CALLS_H

#include "core/universe.h"
#include "trace/program.h"
#include "trace/results.h"

struct calls {
    struct program *program;
    bool callers; /* false: only the functions called are noted */
    bool out_of_memory;
    struct call_pair *pairs;
};

/* What stands for the caller of a program's main chunk. */
#define CALLS_TOOL_FILE   "xdb.trace"
#define CALLS_TOOL_MODULE "Trace"
#define CALLS_TOOL_NAME   "run"

void calls_init(struct calls *c, struct program *g, bool callers);
void calls_release(struct calls *c);
/* Forgets all. */
void calls_clear(struct calls *c);
/* For struct collector_listener: `callee` has been called in `ar`. */
void calls_note(struct calls *c, lua_State *L, lua_Debug *ar, struct code *callee);
/* Adds them to results. XDB_ENOMEM. */
int calls_gather(const struct calls *c, struct results *r, struct xdb_error *err);

#endif
