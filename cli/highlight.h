/*
** Colours Lua source for the terminal, a line at a time: keywords, builtins, strings, numbers, comments,
** names of definitions, operators. A `struct highlight` carries over what a line left open (a long string or
** comment, a string that goes on behind a backslash), so that a listing that begins in the middle of a file
** is right when the lines before it went through `highlight_skip`. Time is linear in the text; each line is
** complete in itself: what it switches on it switches off.
*/
#ifndef XDB_CLI_HIGHLIGHT_H
#define XDB_CLI_HIGHLIGHT_H

#include "core/buffer.h"

#include <stdbool.h>
#include <stddef.h>

struct highlight {
    char open;       /* goes on in the next line: a quote, '[' or '-' for long brackets, or 0 */
    size_t level;    /* of the long bracket: the number of its = */
    bool skip_space; /* a string's \z: white space at the line's start belongs to it */
    bool defining;   /* `function` was the last word: its name follows */
    bool started;    /* past the first line, which may begin with # */
};

/* For the first line of a text. */
void highlight_init(struct highlight *h);
/*
** Appends the line s[0..n-1] (without its newline) with colours, or as it is when `colors` is false.
** Without the colours the bytes are the same, whatever they are.
*/
void highlight_line(struct highlight *h, const char *s, size_t n, bool colors, struct buffer *out);
/* Takes notice of a line that is not shown. */
void highlight_skip(struct highlight *h, const char *s, size_t n);

#endif
