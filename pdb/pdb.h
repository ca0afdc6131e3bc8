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
};

/* NULL when memory runs out. */
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

#ifdef __cplusplus
}
#endif

#endif
