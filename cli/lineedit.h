/*
** Prompt input. On a terminal lines are edited with GNU readline (or libedit), with completion and a
** history that is kept across sessions; otherwise, or when built without either, they are read as they come.
** Plain reading goes through C stdio, so that a program that reads the same `stdin` loses nothing to the
** prompt and finds what follows the lines that were meant for it.
**
** readline is touched by the first read from a terminal and not before; its globals, the signal handlers,
** the locale and the terminal's modes are as they were whenever a read has ended. Several `struct lineedit`
** may live in a process, each with its history; only one reads at a time.
**
** A prompt costs some 100 us with a full history. Nothing here raises a Lua error.
*/
#ifndef XDB_CLI_LINEEDIT_H
#define XDB_CLI_LINEEDIT_H

#include "cli/term.h"
#include "cli/words.h"
#include "core/buffer.h"

#include <stdbool.h>
#include <stdio.h>

struct lineedit;

enum { LINEEDIT_KEYS = 3 }; /* bytes of a key, with the '\0' */

struct lineedit_config {
    FILE *in, *out;      /* stay the caller's */
    const char *name;    /* how inputrc files may ask for us: `$if xdb` */
    const char *history; /* file to keep the lines in; copied; NULL: none */
    size_t history_max;  /* lines kept; 0: 1000 */
    /* Elsewhere than on a terminal the editor reads, too, as it does for `lua -i`: it echoes what it reads,
       and takes one byte at a time from the file's descriptor. There is no history then. */
    bool always;
    bool plain; /* never edit, on no terminal */
    const char
        *keys; /* what lineedit_key gave for the key that completes; copied; NULL: Tab; "": none */
    /* Adds what may stand at `at`; must not leave by longjmp. NULL: no completion. */
    void (*complete)(void *user, const struct line_at *at, struct words *out);
    void *user;
};

/* NULL when memory runs out. */
struct lineedit *lineedit_new(const struct lineedit_config *config);
/* Writes the history, if there is a file for it and it can be written, and frees everything. */
void lineedit_free(struct lineedit *le);

/*
** Shows the prompt and appends a line, without its end, to `line`. A line_status: a last line without a
** newline is a line; LINE_EOF on Ctrl-D or at the end of the input; LINE_INTERRUPT on Ctrl-C, and then what
** had been typed is dropped.
*/
int lineedit_read(struct lineedit *le, const char *prompt, struct buffer *line);
/* From the next read on: another terminal or file. */
void lineedit_set_files(struct lineedit *le, FILE *in, FILE *out);
/*
** The bytes that a key of that name sends: one character, "tab", "space", "del", behind "c-" or "m-" or their longer forms
** (control-, ctrl-, meta-, alt-, ^, \C-, \M-, \e) that with Control or Meta. False when no key is called so.
*/
bool lineedit_key(const char *name, char keys[LINEEDIT_KEYS]);
/* Are lines edited, as against read plainly? */
bool lineedit_is_interactive(const struct lineedit *le);
/*
** The next line that is edited begins with `indent`, as if typed, and Tab in front of the first word fills
** up to a column of four. For the further lines of a statement.
*/
void lineedit_set_indent(struct lineedit *le, const char *indent);

/* Gives the terminal its modes back if a read is going on; for ends that come suddenly. Signal-safe. */
void lineedit_restore(void);

/* Appends $XDG_STATE_HOME/xdb/history or ~/.local/state/xdb/history; false when there is no home. */
bool lineedit_history_path(const struct term_env *env, struct buffer *out);

#endif
