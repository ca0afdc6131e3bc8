/*
** From what was counted in a program to results: lines, functions, branches of every file that was seen. What
** never ran has counts of 0; so has what the file's text says beside what was loaded. Costs a
** compilation of each file and one pass over its instructions.
*/
#ifndef XDB_TRACE_GATHER_H
#define XDB_TRACE_GATHER_H

#include "trace/program.h"
#include "trace/results.h"

/* Adds all of `g` to `r`, whose flags it sets. XDB_ENOMEM is the only failure; a part may have been added then. */
int gather(struct program *g, struct results *r, struct xdb_error *err);

/*
** Notes in `r` which lines and functions were reached since the last call, as reached in the context of that number, and
** begins anew; their counts are kept. XDB_ENOMEM.
*/
int gather_context(struct program *g, struct results *r, size_t context, struct xdb_error *err);

#endif
