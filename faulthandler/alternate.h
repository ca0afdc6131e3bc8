/*
** The signal stack of an OS thread, so that a handler can run when the thread's own has overflowed. Made once for each
** thread that asks, and given back when the thread ends; a stack that is there already stays.
*/
#ifndef XDB_FAULTHANDLER_ALTERNATE_H
#define XDB_FAULTHANDLER_ALTERNATE_H

#include "core/error.h"

/* For the calling thread. XDB_ENOMEM. */
int alternate_prepare(struct xdb_error *err);

#endif
