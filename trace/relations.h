/*
** What --listfuncs and --trackcalls print: the functions called, who called whom, and that as a graph for Graphviz. Pure
** text from results. XDB_ENOMEM is the only failure.
*/
#ifndef XDB_TRACE_RELATIONS_H
#define XDB_TRACE_RELATIONS_H

#include "core/buffer.h"
#include "trace/results.h"

/* Appends the functions of which only that they were called is known; nothing when there is none. */
int relations_functions(struct results *r, struct buffer *out);
/* Appends the calls, by files; nothing when there is none. */
int relations_calls(struct results *r, struct buffer *out);
/* The same in the DOT language: a cluster for each file, an arrow for each caller and callee, with its count. */
int relations_dot(struct results *r, struct buffer *out);

#endif
