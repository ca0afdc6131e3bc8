/*
** What passes between whoever reads lines and whoever understands them: how reading ended, the place in
** a line where a completion is wanted, and lists of words (candidates, names, history). Lists own copies
** of their words; running out of memory drops a word and sets a sticky flag.
*/
#ifndef XDB_CLI_WORDS_H
#define XDB_CLI_WORDS_H

#include "core/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* How reading a line ended. */
enum line_status {
    LINE_READ = 0,     /* there is a line, perhaps an empty one */
    LINE_EOF = 1,      /* the input is at its end */
    LINE_INTERRUPT = 2 /* Ctrl-C at the prompt */
};

/* A completion: line[begin..end-1] is the word to be completed, `end` is where the cursor is. */
struct line_at {
    const char *line;
    size_t len, begin, end; /* bytes; begin <= end <= len */
};

struct words {
    char **items; /* owned, as is each item */
    size_t count;
    bool failed; /* a word was lost for want of memory */
};

void words_init(struct words *w);
void words_release(struct words *w);
/* Adds a copy of s[0..n-1], which should hold no '\0'. */
void words_add(struct words *w, const char *s, size_t n);
void words_adds(struct words *w, const char *s);
/* Adds the candidate when it begins with the word at `at`. */
void words_offer(struct words *w, const struct line_at *at, const char *candidate);
/*
** Adds the files of the folder that the word names so far; folders as `dir/`, hidden ones when the word asks for them. With a
** `suffix` only files that end so, with `after` behind them.
*/
void words_offer_files(struct words *w, const struct line_at *at, const char *suffix,
                       const char *after);
/* Sorts by bytes and drops repetitions. */
void words_sort(struct words *w);
/* Drops the first `n` words. */
void words_shift(struct words *w, size_t n);

#endif
