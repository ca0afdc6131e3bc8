/*
** The few library functions through which a program reaches what the suite shares with it, in variants
** that behave the same to the byte and tell us: coroutine.resume, wrap and close (who runs now), pcall
** and xpcall (an error is raised), debug.sethook and gethook (the program's own hook). They are light C
** functions like the originals, so replacing them allocates no Lua memory; with nobody observing they
** cost a thread-local look-up.
**
** A function is replaced only where the library table still holds Lua's own. Programs that kept the
** original from before (`local resume = coroutine.resume` ahead of `require "xdb"`) are served by the
** call events of core/hook instead.
*/
#ifndef XDB_CORE_INTERPOSE_H
#define XDB_CORE_INTERPOSE_H

#include <lua.h>

struct CallInfo;

enum interposed {
    INTERPOSED_PCALL,
    INTERPOSED_XPCALL,
    INTERPOSED_RESUME,
    INTERPOSED_WRAP,
    INTERPOSED_CLOSE,
    INTERPOSED_SETHOOK,
    INTERPOSED_GETHOOK,
    INTERPOSED_AUXWRAP, /* what wrap returns; not a library field */
    INTERPOSED_COUNT    /* also: none of them */
};

/* Replaces what still is Lua's own in the loaded libraries of `L`. Raw accesses; does not raise. */
void interpose_install(lua_State *L);
/* Puts Lua's own functions back where ours stand. */
void interpose_restore(lua_State *L);
/*
** Which of the functions `f` is, be it Lua's own or our variant; INTERPOSED_COUNT when none. A few
** compares; safe anywhere.
*/
enum interposed interpose_which(lua_CFunction f);

#endif
