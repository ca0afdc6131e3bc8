/*
** The prompt of the stand-alone `lua`, call for call: a line is tried as an expression and then as a
** statement, which goes on over further lines until it is whole. Lines come from cli/lineedit. What cli/script
** shares with it is declared here, too.
*/
#ifndef XDB_CLI_SCRIPT_PROMPT_H
#define XDB_CLI_SCRIPT_PROMPT_H

#include "cli/words.h"

#include <lua.h>

struct run; /* of cli/script */

/*
** Reads, runs and prints until the input ends; leaves the stack of the running function empty. Inside of
** a protected call: running out of memory raises. Ctrl-C at the prompt ends the process, as under `lua`.
*/
void script_prompt(struct run *r, lua_State *L);

/* What may stand at `at` of a line for the globals of `L` (`data`): names, fields, methods. Never raises. */
void script_complete(void *data, const struct line_at *at, struct words *out);

/* In cli/script: calls what is on the stack under `lua`'s message handler, Ctrl-C stopping it. */
int script_call(struct run *r, lua_State *L, int nargs, int nresults);
/* Writes the error on the top, if `status` says that there is one, and pops it; returns `status`. */
int script_report(struct run *r, lua_State *L, int status);
/* `lua: text`, or at the prompt the text alone. */
void script_write_error(const struct run *r, const char *text);
/* From now on errors are written without the program's name in front, or with it again. */
void script_hide_name(struct run *r, bool hidden);

#endif
