/*
** A report's text: the stacks of all known states. Reads memory that other threads may change, so it runs under a
** guard; what it has written when a fault ends it is good as it is.
**
** Signal-safe. Some 50 us for a stack of ten frames, most of it for the names of functions, which come from
** their files; and some ns an object of the heap, for the coroutines.
*/
#ifndef XDB_FAULTHANDLER_DUMP_H
#define XDB_FAULTHANDLER_DUMP_H

#include "faulthandler/faulthandler.h"
#include "faulthandler/out.h"

#include <stdbool.h>

enum { DUMP_MAX_THREADS = 1000, DUMP_THREADS = 100, DUMP_FRAMES = 100 };

struct dump_place {
    lua_State *L;  /* the running thread, or NULL: found out */
    int tid;       /* the OS thread that is at fault: what runs on it is current; 0: nothing is */
    void *context; /* ucontext_t of the interruption, or NULL */
    bool no_marks; /* nothing is called current: they all go on */
};

/* Whether the options can be: 0, or XDB_EINVAL. Not for signal handlers. */
int dump_check(const struct xdb_faulthandler_options *options, struct xdb_error *err);

/* Between guard_enter and guard_leave. False when a fault ended it, which is then said. */
bool dump_stacks(struct out *o, const struct xdb_faulthandler_options *options,
                 const struct dump_place *place);

/*
** guard_enter, the stacks, guard_leave: all that a report of another kind than a fatal one is. False when this
** thread writes a report already.
*/
bool dump_report(const char *headline, const struct xdb_faulthandler_options *options,
                 const struct dump_place *place);

#endif
