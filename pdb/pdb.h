/*
** xdb/pdb.h - the debugger a person talks to: commands read from a prompt, over the engine of <xdb/bdb.h>.
**
** A debugger of this kind outlives the programs that it runs: breakpoints, history and aliases stay when a
** program is started again in a fresh state. It reads and writes the files it is given, and reads the
** environment nowhere. All functions belong to one OS thread unless they say otherwise; none raises a Lua
** error. While the program runs freely the debugger costs what its engine costs: nothing.
*/
#ifndef XDB_PDB_H
#define XDB_PDB_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef XDB_API
#define XDB_API __attribute__((visibility("default")))
#endif

struct xdb_pdb;

/* Everything is borrowed; the texts until xdb_pdb_new returns, the files until xdb_pdb_free. */
struct xdb_pdb_config {
    FILE *in, *out;      /* commands and answers */
    const char *history; /* file that keeps the lines typed on a terminal; NULL: none */
    const char *home; /* where an rc file is looked for before the current folder; NULL: nowhere */
    bool read_rc;
    bool colors;                 /* colour Lua source */
    const char *const *commands; /* run after the rc files, before anything is read */
    size_t ncommands;
    bool plain; /* lines are read as they come, also from a terminal */
    /* The key that completes: "tab", "c-o", "m-/" and the like; NULL: Tab; "": none. */
    const char *complete_key;
};

/* NULL when memory runs out, or when there is no such key. */
XDB_API struct xdb_pdb *xdb_pdb_new(const struct xdb_pdb_config *config);
/* Writes the history. NULL is accepted. */
XDB_API void xdb_pdb_free(struct xdb_pdb *p);

/*
** Runs the script argv[0] with its arguments, or with `module` that module with the arguments argv[0..],
** stops at its first line, and starts it again whenever it has ended, until the user quits. Returns the exit
** status for the process.
*/
XDB_API int xdb_pdb_run_script(struct xdb_pdb *p, const char *module, int argc, char **argv);

/* Ctrl-C: stops the running program, or what is being evaluated or listed. Signal-safe. */
XDB_API void xdb_pdb_interrupt(struct xdb_pdb *p);

/* ---- inside of a running program -------------------------------------------------------------- */

/*
** These use the debugger that was used last in the state of L, also from Lua (`require "xdb"`), or make one that
** talks over stdin and stdout, with colours, history and start-up files as the environment says; it lasts as
** long as the state. Both may raise Lua errors: want of memory, and the end of a program that is given up.
** In the `xdb` command's own program they use the command's debugger.
*/

/*
** [-0, +0] Stops the program at the newest Lua function of L. To be called by a C function that Lua called; or
** to be registered as a function for Lua. Inside hooks and finalizers, and where no Lua function runs, it says
** that it cannot and returns. Always 0: no results.
*/
XDB_API int xdb_set_trace(lua_State *L);
/*
** A message handler for lua_pcall and xpcall: shows the user the stack that the error has left, then hands the
** error value on. (error) -> error; 1.
*/
XDB_API int xdb_post_mortem(lua_State *L);

#ifdef __cplusplus
}
#endif

#endif
