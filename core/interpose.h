/*
** The few library functions through which a program reaches what the suite shares with it, in variants
** that behave the same to the byte and tell us: coroutine.resume, wrap and close (who runs now), pcall
** and xpcall (an error is raised), debug.sethook and gethook (the program's own hook), os.exit (the state may be
** closed). They are light C functions like the originals, so replacing them allocates no Lua memory; with nobody observing they
** cost a thread-local look-up.
**
** A function is replaced only where the library table still holds Lua's own. Programs that kept the
** original from before (`local resume = coroutine.resume` ahead of `require "xdb"`) are served by the
** call events of core/hook instead.
*/
#ifndef XDB_CORE_INTERPOSE_H
#define XDB_CORE_INTERPOSE_H

#include <lua.h>
#include <stdbool.h>

struct CallInfo;

enum interposed {
    INTERPOSED_PCALL,
    INTERPOSED_XPCALL,
    INTERPOSED_RESUME,
    INTERPOSED_WRAP,
    INTERPOSED_CLOSE,
    INTERPOSED_SETHOOK,
    INTERPOSED_GETHOOK,
    INTERPOSED_EXIT,
    INTERPOSED_AUXWRAP, /* what wrap returns; not a library field */
    INTERPOSED_HANDLER, /* the message handler of our pcall; see interpose_hidden */
    INTERPOSED_LOAD,    /* is not replaced, but catches the errors of its reader */
    INTERPOSED_COUNT    /* also: none of them */
};

/* Replaces what still is Lua's own in the loaded libraries of `L`. Raw accesses; does not raise. Both this and
   interpose_restore need six free stack slots. */
void interpose_install(lua_State *L);
/* Puts Lua's own functions back where ours stand. */
void interpose_restore(lua_State *L);
/*
** An xpcall whose message handler fails over and over ends with Lua's "error in error handling", which nobody hears of. From
** now on `told` does, with what xpcall returns on the top of the stack; it must not raise. There is one such listener in
** the process; NULL ends it. Of the functions only xpcall is replaced in `L`, and stays: alone it does nothing else. Needs
** six free stack slots.
*/
void interpose_watch_handlers(lua_State *L, void (*told)(lua_State *L));
/* Whether `f` is one of our variants, not Lua's own. */
bool interpose_is_variant(lua_CFunction f);
/*
** Whether `f` is the message handler that our pcall runs its function under. It stands on the stack only
** while `raised` is told; the program never sees it, and an observer should not count it as a call.
*/
bool interpose_hidden(lua_CFunction f);
/* The hook function of debug.sethook; NULL before the first interpose_install. */
extern lua_Hook interpose_debug_hook;
/*
** Which of the functions `f` is, be it Lua's own or our variant; INTERPOSED_COUNT when none. A few
** compares; safe anywhere.
*/
enum interposed interpose_which(lua_CFunction f);

/* The C function that runs in the frame of `ar` (i_ci), or NULL for Lua code. */
lua_CFunction interpose_running(lua_State *thread, lua_Debug *ar);
/* The same of what runs at `level` of `thread`, whose frame it puts into `ar`. */
enum interposed interpose_at(lua_State *thread, int level, lua_Debug *ar);

/* A protected call in progress. */
struct interpose_catch {
    struct CallInfo *frame;
    const struct CallInfo *caller; /* the frame below it, or NULL */
    enum interposed which;         /* pcall, xpcall or load */
};
/*
** Finds the innermost one at `level` of `thread` or below. Linear in the depth with the layout; without,
** where it would be quadratic, the middle of a very deep stack is not looked at.
*/
bool interpose_find_catch(lua_State *thread, int level, struct interpose_catch *out);

#endif
