/*
** What a file's text has that can be counted: its lines with code, its functions, its branches, all with
** counts of 0. So a function that is never called and a file that is never loaded are in the results, and
** what is counted later is always among what can be.
**
** Costs a compilation of the text, once for each file. No program's Lua state is touched.
*/
#ifndef XDB_TRACE_DESCRIBE_H
#define XDB_TRACE_DESCRIBE_H

#include "core/source.h"
#include "trace/branches.h"
#include "trace/results.h"

/*
** Adds the file of `s` to `r`, under its canonical name and with the digest of its text, and all that it
** has; branches only when `r` has RESULTS_BRANCHES, boolean values with RESULTS_CONDITIONS. `*out` (may
** be NULL) is that file. Fails as source_code does.
*/
int describe_source(struct results *r, struct source *s, struct results_file **out,
                    struct xdb_error *err);

#endif
