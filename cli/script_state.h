/*
** Making a state as the stand-alone `lua` makes it. The facts in which the releases of Lua 5.4 differ are
** here and nowhere else.
*/
#ifndef XDB_CLI_SCRIPT_STATE_H
#define XDB_CLI_SCRIPT_STATE_H

#include <lua.h>
#include <stddef.h>

/* Where the warning system of a state stands. */
enum script_warnings { WARNINGS_OFF, WARNINGS_ON, WARNINGS_CONTINUED };

/*
** A new state with `alloc` (NULL: the usual one), panic function and warnings as luaL_newstate sets
** them, and the collector as `lua` has it while it opens the libraries. `warnings` must outlive the state.
** NULL when there is no memory. The caller closes it.
*/
lua_State *script_state_new(lua_Alloc alloc, void *ud, enum script_warnings *warnings);

/* Starts the collector in the mode in which `lua` runs scripts. */
void script_state_start(lua_State *L);

/*
** Reads the argument of `-l` as this release does ("module", "name=module", "module-suffix"): returns the length
** of the global's name, with which `arg` begins, and points `module` to the module's name inside `arg`.
*/
size_t script_state_library(const char *arg, const char **module);

/* What `lua` prints for an error value that is no text. */
const char *script_state_no_message(void);

#endif
