/*
** A shell's completion for a command, made from the table of its options: what `COMMAND
** --completion-script=SHELL` prints, and what the installation puts where bash, zsh and fish look for it.
** Nothing of it is written by hand, so that it offers what the command takes.
**
** The formats are those of the shells' own manuals: bash's `complete` and `compgen`, zsh's `_arguments`, and
** fish's `complete`.
*/
#ifndef XDB_CLI_COMPLETION_H
#define XDB_CLI_COMPLETION_H

#include "cli/options.h"

/* The shells, ended by NULL. */
extern const char *const completion_shells[];

/* Appends the script for the shell of that place in the list. */
void completion_script(const struct options *spec, int shell, struct buffer *out);

#endif
