/*
** The registry of breakpoints: numbers, places, counts, conditions as text. No Lua, no printing: who
** evaluates conditions and who talks to a person are elsewhere (bdb/bdb, pdb).
**
** A registry is an explicit object, shared by all debuggers of a universe (BDB-007) and able to outlive
** the state when a program is restarted. It owns its breakpoints; pointers to one are good until it is
** deleted. Not thread-safe. Finding the breakpoints of a line costs a hash of the file's name and a
** binary search among the file's lines with breakpoints; nothing but add, place and set_condition allocates.
**
** Index: life - adding and deleting - finding - queries for the API - texts.
*/
#ifndef XDB_BDB_BREAKPOINT_H
#define XDB_BDB_BREAKPOINT_H

#include "core/buffer.h"
#include "core/error.h"

#include <stdbool.h>

struct breakpoint {
    int number;     /* from 1, never used again (BDB-004) */
    char *file;     /* canonical name; owned; NULL while pending on a function */
    int line;       /* 0 while pending */
    bool temporary; /* cleared by its first effective hit */
    bool enabled;
    char *condition;     /* Lua expression, or NULL; owned */
    char *function;      /* name as the user wrote it, for a function breakpoint, or NULL; owned */
    int linedefined;     /* of that function once it is known, else 0; set by bdb/place */
    int lastlinedefined; /* the same */
    int ignore;          /* effective crossings still to be let pass */
    int hits;            /* crossings while enabled (BDB-016) */
    unsigned revision;   /* changes when the condition does: compiled forms are kept by it */
    struct breakpoint *next_here; /* next of the same file and line, in order of creation */
};

struct breakpoints;

/* NULL when memory runs out. */
struct breakpoints *breakpoints_new(void);
/* Deletes all and frees; NULL is accepted. */
void breakpoints_free(struct breakpoints *r);
/* BDB-008: deletes all and starts numbering at 1 again. */
void breakpoints_reset(struct breakpoints *r);
/*
** Grows with every change that can alter which lines stop (add, delete, enable, disable, place): what
** is derived from the registry is kept with it and made anew when it differs.
*/
unsigned breakpoints_epoch(const struct breakpoints *r);
/* Where that number stands, for who must look at every event; good as long as the registry. */
const unsigned *breakpoints_epoch_address(const struct breakpoints *r);

/* What a new breakpoint shall be; the texts are copied. `file` NULL: pending on `function`. */
struct breakpoint_spec {
    const char *file;
    int line;
    bool temporary;
    const char *condition;
    const char *function;
};
/* Adds one and gives it the next number. NULL when memory runs out. */
struct breakpoint *breakpoint_add(struct breakpoints *r, const struct breakpoint_spec *spec);
/* BDB-009. The number stays taken. NULL is accepted. */
void breakpoint_delete(struct breakpoints *r, struct breakpoint *b);
void breakpoint_enable(struct breakpoints *r, struct breakpoint *b, bool enabled);
/* Copies; NULL or "" makes it unconditional. 0, or XDB_ENOMEM with the old one kept. */
int breakpoint_set_condition(struct breakpoints *r, struct breakpoint *b, const char *condition);
/* Gives a pending one its place. 0 or XDB_ENOMEM. */
int breakpoint_place(struct breakpoints *r, struct breakpoint *b, const char *file, int line);

/* The first breakpoint at the place, or NULL; the others follow by `next_here`. */
struct breakpoint *breakpoint_at(const struct breakpoints *r, const char *file, int line);
/*
** The lines of `file` that have breakpoints (enabled or not), ascending, each once. The array is the
** registry's and good until its next change. Returns their number.
*/
int breakpoint_lines(const struct breakpoints *r, const char *file, const int **lines);
/* Highest number given so far; breakpoint_numbered(r, n) for 1..that walks all. */
int breakpoint_last(const struct breakpoints *r);
/* The breakpoint of that number, or NULL when out of range or deleted. */
struct breakpoint *breakpoint_numbered(const struct breakpoints *r, int number);
/* Number of those pending on a function. */
int breakpoint_pending(const struct breakpoints *r);
/* Files with breakpoints, in order of first use. `i` from 0; NULL past the end. */
const char *breakpoint_file(const struct breakpoints *r, int i);
/*
** BDB-094, from a text as the user gave it: `Breakpoint number expected`, `Non-numeric breakpoint number
** X`, `Breakpoint number N out of range`, `Breakpoint N already deleted` in `e`, and NULL.
*/
struct breakpoint *breakpoint_by_text(const struct breakpoints *r, const char *text,
                                      struct xdb_error *e);

/* BDB-092, 093, 095, 096: delete with the original's error texts. 0 or XDB_ENOENT with the text. */
int breakpoint_clear_line(struct breakpoints *r, const char *file, int line, struct xdb_error *e);
int breakpoint_clear_file(struct breakpoints *r, const char *file, struct xdb_error *e);
int breakpoint_clear_all(struct breakpoints *r, struct xdb_error *e);

/*
** BDB-011..013: the listing's entry, one or more lines without a final newline. A pending one shows
** ` at FUNCTION (pending)` in place of FILE:LINE.
*/
void breakpoint_format(const struct breakpoint *b, struct buffer *out);
/* BDB-015: `breakpoint N at FILE:LINE` (or `at FUNCTION (pending)`). */
void breakpoint_name(const struct breakpoint *b, struct buffer *out);

/*
** BDB-023..027, the part without Lua. `breakpoint_cross` counts a crossing of an enabled breakpoint and
** says whether its condition must be looked at; `breakpoint_pass` is told the outcome and says whether
** to stop.
*/
enum breakpoint_outcome { BREAKPOINT_FALSE, BREAKPOINT_TRUE, BREAKPOINT_ERROR };
/* False: disabled, nothing counted. */
bool breakpoint_cross(struct breakpoint *b);
/* True: stop. An error stops whatever the ignore count (BDB-026). */
bool breakpoint_pass(struct breakpoint *b, enum breakpoint_outcome condition);

#endif
