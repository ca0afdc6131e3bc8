/*
** The C stack of the calling OS thread, by the unwinder of the C library. That is loaded by c_stack_prepare; from then on
** c_stack_write is signal-safe: backtrace allocates nothing any more, and names come from backtrace_symbols_fd through a
** pipe, since dladdr is not for signal handlers. Some 10 us a line.
*/
#ifndef XDB_FAULTHANDLER_C_STACK_H
#define XDB_FAULTHANDLER_C_STACK_H

#include "faulthandler/out.h"

enum { C_STACK_LINES = 32 };

/* Loads the unwinder. Not signal-safe. */
void c_stack_prepare(void);

/*
** Between guard_enter and guard_leave: heading and lines. What lies above the interruption of `context` (ucontext_t, or
** NULL), else above `caller`, a return address, is left out: that is we.
*/
void c_stack_write(struct out *o, void *context, void *caller);

/* A line from what backtrace_symbols_fd writes of the address: `path(symbol+0xoffset) [0xaddress]`. */
void c_stack_line(struct out *o, const char *text, size_t len, void *address);

#endif
