/*
** Reading memory that may be gone: a fault in what the guard runs ends that, and nothing else. Handlers for SIGSEGV
** and SIGBUS stand in for the duration and give way to what was there before; a fault on another OS thread meanwhile
** goes to that, too. A report is one guard, so that reports do not mix either.
**
** Signal-safe, and made for signal handlers, normal code and OS threads of ours alike.
*/
#ifndef XDB_FAULTHANDLER_GUARD_H
#define XDB_FAULTHANDLER_GUARD_H

#include <stdbool.h>

/*
** Only one OS thread writes a report. False when this very thread does already, in what a signal has interrupted:
** then there is nothing to be done. Waits for others up to two seconds, and goes on then whatever they do.
*/
bool guard_enter(void);
void guard_leave(void);

/* Between these two: calls `body(data)`. False when a fault ended it. Not to be nested. */
bool guard_run(void (*body)(void *data), void *data);

#endif
