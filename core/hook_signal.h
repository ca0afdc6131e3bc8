/*
** Stopping a running program from a signal handler, as the stand-alone interpreter does on Ctrl-C: the
** handler only leaves a hook behind, and the hook raises the error when Lua's own context comes by.
** Costs nothing until the signal arrives.
*/
#ifndef XDB_CORE_HOOK_SIGNAL_H
#define XDB_CORE_HOOK_SIGNAL_H

#include <lua.h>

/*
** Makes thread `L` raise "interrupted!" at its next call, return, line or instruction. The hook that `L`
** had is replaced, and there is none after the error was raised: just what `lua` does. Only `L` is
** stopped; while a coroutine runs, the error waits until `L` itself goes on.
** Signal-safe: made for signal handlers. Never raises by itself.
*/
void hook_interrupt(lua_State *L);
/* Takes off a new thread of a tool's own the hook that it inherited: what runs there is not the program. */
void hook_silence(lua_State *L);

#endif
