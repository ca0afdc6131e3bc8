/*
** The C modules of the process: shared objects with a luaopen_ function, other than Lua itself and us. Found in the
** tables of the dynamic linker, without calling it. Signal-safe, under a guard.
*/
#ifndef XDB_FAULTHANDLER_MODULES_H
#define XDB_FAULTHANDLER_MODULES_H

#include "faulthandler/out.h"

/* Between guard_enter and guard_leave: an empty line and "Extension modules: a, b (total: 2)"; nothing without any. */
void modules_write(struct out *o);

#endif
