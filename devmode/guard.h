/*
** The report of a broken block of memory: what was asked for, its guard bytes one by one where they are not what they
** should be, the first of its data, where it was allocated, and the stacks. Written without allocating, since the heap
** may be what is broken.
*/
#ifndef XDB_DEVMODE_GUARD_H
#define XDB_DEVMODE_GUARD_H

#include "devmode/allocator.h"

struct devmode;

void guard_report(struct devmode *d, const struct allocator_broken *what);

#endif
