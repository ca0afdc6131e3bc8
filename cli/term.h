/*
** What is known of the terminal: whether to colour, how wide it is, and a pager for long texts. The
** environment comes through a getter, so that tests have their own. Nothing is remembered: each question
** is answered from the world as it is now. Not for signal handlers.
*/
#ifndef XDB_CLI_TERM_H
#define XDB_CLI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where environment variables come from; `get` returns NULL for an unset one. */
struct term_env {
    const char *(*get)(void *user, const char *name);
    void *user;
};

/* The process's own environment. */
extern const struct term_env term_environ;

/* The variable, or NULL when it is unset or empty. */
const char *term_getenv(const struct term_env *env, const char *name);
/*
** Should text for `fd` be coloured? In this order: XDB_COLORS is 0 or 1; NO_COLOR is set; FORCE_COLOR is
** set; TERM is dumb; `fd` is a terminal. Empty variables count as unset.
*/
bool term_colors(const struct term_env *env, int fd);
/* Columns of the terminal behind `fd`; without one COLUMNS, or else 80. */
int term_width(const struct term_env *env, int fd);
/* Lines of the terminal behind `fd`; without one LINES, or else 24. */
int term_height(const struct term_env *env, int fd);
/*
** Writes a text to `out`. When `out` is a terminal with fewer lines than the text and PAGER is set (and is
** not "cat"), the text goes through the pager instead, and the call returns when the user leaves that.
*/
void term_page(const struct term_env *env, FILE *out, const char *text, size_t n);

#endif
