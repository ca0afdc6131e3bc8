/*
** What `lineedit` shares with the editors it is built with: lineedit_readline.c (GNU readline and libedit)
** or lineedit_none.c, which implement the same functions.
*/
#ifndef XDB_CLI_LINEEDIT_STATE_H
#define XDB_CLI_LINEEDIT_STATE_H

#include "cli/lineedit.h"

struct lineedit {
    FILE *in, *out;
    const char *name;
    void (*complete)(void *user, const struct line_at *at, struct words *out);
    void *user;
    struct buffer indent; /* for the next line */
    bool indented;        /* one was asked for */
    struct buffer pasted; /* lines that came together with the last one; not returned yet */
    char *text;           /* getline's */
    size_t text_cap;
    struct words history; /* all lines, the oldest first */
    size_t fresh;         /* how many of the last ones are not in the file yet */
    char *path;           /* of the file, or NULL */
    size_t most;          /* lines kept */
    bool loaded;
    bool always, plain;       /* lineedit_config's */
    char keys[LINEEDIT_KEYS]; /* that complete; "" for none */
};

/* Is there an editor? */
bool editor_exists(void);
/* Edits a line on the terminal; several when they were pasted. A line_status. */
int editor_read(struct lineedit *le, const char *prompt, struct buffer *line);
/* lineedit_restore. */
void editor_restore(void);

/* The file's lines, once; and a line more. */
void history_load(struct lineedit *le);
void history_add(struct lineedit *le, const char *line);
/* Appends the fresh lines to the file and cuts it. */
void history_save(struct lineedit *le);

#endif
