/*
** What was counted while a program ran: files, their functions with entries, their executable lines with
** counts, their branch sites with both outcomes; which test covered which line; who called whom. Pure
** data: knows no Lua state, prints nothing, raises nothing, is not for signal handlers or several threads.
**
** - the whole: results_new, results_free, results_merge
** - files: results_file, results_find, results_files
** - filling: results_reserve_lines, results_add_line, results_add_function, results_add_branch
** - reading: results_lines and the arrays of a file
** - contexts: results_context, results_add_covered, results_covered
** - calls: results_add_call, results_calls
**
** All functions that add find what is there or make it, and then add to its counts, which stop at
** RESULTS_MAX_COUNT instead of wrapping. They return 0 or XDB_ENOMEM, or XDB_EINVAL where said; a failure leaves
** the results as they were, but for results_merge, which then has taken a part over.
**
** Memory: 8 bytes a source line, 56 a branch site, 40 and its name a function; a context has one bit a line in
** each file that it touched. Everything belongs to the `struct results`; pointers to files live as long as
** it, pointers into a file's arrays until something is added to that file.
*/
#ifndef XDB_TRACE_RESULTS_H
#define XDB_TRACE_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

#define RESULTS_MAX_COUNT ((int64_t)1 << 53) /* what every reader of JSON still holds exactly */
#define RESULTS_MAX_LINE  (64 * 1024 * 1024) /* a file has no more lines than bytes */
#define RESULTS_NO_CODE   (-1)               /* the count of a line without code */

/* What makes a branch; outcome 0 and outcome 1 are named behind it. */
enum branch_kind {
    BRANCH_IF,    /* if, elseif: holds, does not hold */
    BRANCH_WHILE, /* while: holds, does not hold */
    BRANCH_UNTIL, /* until: holds (leaves the loop), does not hold (goes round) */
    BRANCH_AND,   /* left of `and`: goes on to the right side, is decided here */
    BRANCH_OR,    /* left of `or`: goes on to the right side, is decided here */
    BRANCH_FOR,   /* numeric or generic for: an iteration begins, the loop runs out */
    BRANCH_VALUE, /* a comparison or `not` whose value is kept (--conditions): true, false */
    BRANCH_KINDS
};

/* "if", "while", "until", "and", "or", "for", "value". */
const char *branch_kind_name(enum branch_kind kind);

struct results_branch {
    /* These tell it from the others of its file. */
    int line;     /* of the condition, from 1 */
    int column;   /* in bytes, from 1; 0 when it is not known */
    int function; /* line of definition of its function, 0 for the main chunk */
    uint16_t nth; /* among those equal in all else, from 0: matters when columns are not known */
    uint8_t
        position; /* of its function among those on the same lines (struct function), 255 at most */
    uint8_t kind; /* enum branch_kind */
    /* And this is known of it. */
    int target[2];    /* line where each outcome goes on; 0: leaves the function */
    int64_t count[2]; /* how often each outcome was taken */
};

struct results_function {
    char *name;
    int first, last; /* lines of definition; 0 and 0 for the main chunk */
    int position;    /* among the functions on the same lines, from 0 */
    int64_t entries; /* how often it was entered */
};

struct results_file {
    char *name; /* canonical, as core/source has it: an absolute path, "=label" or a text */
    size_t name_len;
    uint64_t digest; /* of the text that was loaded (results_digest); 0: unknown */
    int nlines;      /* the last line that `lines` has */
    int64_t *lines;  /* [1..nlines]: count, or RESULTS_NO_CODE. NULL while there is none */
    struct results_function *functions; /* ascending by first, last, position */
    size_t nfunctions;
    struct results_branch *branches; /* ascending by line, column, kind, function, position, nth */
    size_t nbranches;
    /* Private: use the functions. */
    struct results_bits *contexts;
    size_t ncontexts, cap_functions, cap_branches;
    int cap_lines;
    struct results *owner;
};

struct results;

/* ---- the whole ---- */

/* NULL when out of memory. */
struct results *results_new(void);
/* NULL is fine. */
void results_free(struct results *r);
/* Adds all of `from` to `to`. On XDB_ENOMEM a part may have been added. */
int results_merge(struct results *to, const struct results *from, struct xdb_error *err);
/* The same, files having the names that `rename` gives for theirs; good until its next call. `*len` is in and out. */
int results_merge_as(struct results *to, const struct results *from,
                     const char *(*rename)(void *user, const char *name, size_t *len), void *user,
                     struct xdb_error *err);
/*
** Whether branches, boolean values, and real numbers (rather than 0 and 1) were counted. A merge keeps
** what either had, and real numbers only if both had them.
*/
enum { RESULTS_BRANCHES = 1, RESULTS_CONDITIONS = 2, RESULTS_ONLY_COVERED = 4 };
unsigned results_flags(const struct results *r);
void results_set_flags(struct results *r, unsigned flags);

/* ---- files ---- */

/* A number for a file's text (64-bit FNV-1a, never 0): tells whether it is what was loaded. */
uint64_t results_digest(const char *text, size_t len);
/*
** The file of this name and text, added if it is new. Two texts under one name are two files here, since their
** lines cannot be added up.
*/
int results_file(struct results *r, const char *name, size_t len, uint64_t digest,
                 struct results_file **out);
/* NULL when there is none. */
struct results_file *results_find(const struct results *r, const char *name, size_t len,
                                  uint64_t digest);
/* All files, in ascending order of name and then of digest; valid until a file is added. NULL when out
** of memory, or with `*n` 0 when there are none. */
struct results_file *const *results_files(struct results *r, size_t *n);

/* ---- filling ---- */

/* Makes room for lines 1..last at once, all without code as long as nothing is said of them. */
int results_reserve_lines(struct results_file *f, int last);
/* The line has code, and was executed `n` more times (0 is fine). XDB_EINVAL outside of 1..RESULTS_MAX_LINE. */
int results_add_line(struct results_file *f, int line, int64_t n);
/* There is this function, entered `n` more times. The name is copied; a known function keeps its own. */
int results_add_function(struct results_file *f, const char *name, int first, int last,
                         int position, int64_t n);
/* There is this branch; its counts are added to those that are there, its targets are kept if new. */
int results_add_branch(struct results_file *f, const struct results_branch *b);

/* ---- reading ---- */

/* The count of a line, or RESULTS_NO_CODE. */
int64_t results_line(const struct results_file *f, int line);

/* ---- contexts: who covered it ---- */

/* The number of a context (from 0) by its name, added if it is new. */
int results_context(struct results *r, const char *name, size_t len, size_t *out);
size_t results_contexts(const struct results *r);
/* The name of context `n`; ends with a '\0'. */
const char *results_context_name(const struct results *r, size_t n, size_t *len);
/* In this context the line was executed. XDB_EINVAL outside of 1..RESULTS_MAX_LINE. */
int results_add_covered(struct results_file *f, size_t context, int line);
bool results_covered(const struct results_file *f, size_t context, int line);
/* Whether the file was touched in this context at all. */
bool results_has_context(const struct results_file *f, size_t context);

/* ---- calls: who called whom ---- */

/* A function as --listfuncs and --trackcalls name it. Texts end with '\0'. */
struct results_callee {
    const char *file, *module, *name;
};

struct results_call {
    struct results_callee
        caller; /* all NULL: only that the callee was called is known (--listfuncs) */
    struct results_callee callee;
    int64_t count;
};

/* `c` called; its texts are copied. */
int results_add_call(struct results *r, const struct results_call *c);
/* All calls in ascending order of caller and callee; valid until one is added. NULL like results_files. */
const struct results_call *results_calls(struct results *r, size_t *n);

#endif
