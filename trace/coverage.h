/*
** What a report says: counts put together with the texts on disk, pragmas, patterns and the files that were never loaded.
** Every format prints what stands here and computes nothing of its own, so that all figures agree.
**
** Made once for a report: reads each text once and looks at it for pragmas; compiles only files that were not loaded.
** It owns everything but the results, which must outlive it and get the files never loaded added.
*/
#ifndef XDB_TRACE_COVERAGE_H
#define XDB_TRACE_COVERAGE_H

#include "core/buffer.h"
#include "core/source.h"
#include "trace/globs.h"
#include "trace/matcher.h"
#include "trace/results.h"

#define COVERAGE_EXCLUDED (-2) /* the count of a line with code that need not be covered */

struct coverage_sums {
    int64_t lines, lines_hit;
    int64_t excluded;                 /* lines */
    int64_t branches, branches_hit;   /* outcomes: two for each branch site */
    int64_t partial;                  /* lines that ran, with an outcome that was never taken */
    int64_t functions, functions_hit; /* main chunks aside */
};

struct coverage_file {
    const struct results_file *counted;
    const char *path;      /* canonical */
    const char *name;      /* relative to the current folder when it is in there */
    struct source *source; /* its text; NULL when it has vanished or changed since */
    int nlines;
    int64_t *lines; /* [1..nlines]: count, RESULTS_NO_CODE or COVERAGE_EXCLUDED */
    const struct results_branch **branches; /* those that are to be covered, by line and column */
    size_t nbranches;
    const struct results_function **functions; /* the same; main chunks are not among them */
    size_t nfunctions;
    struct coverage_sums sums;
};

struct coverage {
    struct coverage_file *files; /* by their names */
    size_t nfiles;
    struct coverage_sums sums;
    struct results *results;
    bool branches;     /* whether they were counted */
    bool only_covered; /* counts are 0 and 1 */
    const char *cwd;
    char *cwd_memory; /* private, like all below */
    struct source_cache *sources;
};

/* What goes in; all must be there. */
struct coverage_choice {
    const struct globs *source; /* restricts, and adds what was not loaded; empty: everything */
    const struct globs *omit;
    struct matcher *exclude; /* lines that need not be covered; may be NULL */
    const char *cwd;         /* the current folder, canonical */
};

/*
** Puts together `r` and what the choice says. What cannot be read, or has changed since, goes to `said` as one
** line each, and the rest goes on. XDB_ENOMEM is the only failure.
*/
int coverage_new(struct results *r, const struct coverage_choice *choice, struct buffer *said,
                 struct coverage **out, struct xdb_error *err);
/* NULL is fine. */
void coverage_free(struct coverage *c);

/*
** How much is covered, in percent: lines, and outcomes of branches with them when they were counted. 100 when there
** is nothing to cover.
*/
double coverage_percent(const struct coverage *c, const struct coverage_sums *s);
/* The same as text: one decimal, and neither 100.0 nor 0.0 unless it is all or nothing. 16 bytes hold it. */
const char *coverage_percent_text(const struct coverage *c, const struct coverage_sums *s,
                                  char text[16]);
/* The same for `hit` of `all`. */
const char *coverage_part_text(int64_t hit, int64_t all, char text[16]);

/* ---- what is missing ---- */

/* Whether the line ran and one of its branches has an outcome that was never taken. */
bool coverage_is_partial(const struct coverage_file *f, int line);
/* The branches of a line: the index of the first, and how many. */
size_t coverage_branches_of(const struct coverage_file *f, int line, size_t *n);
/* What an outcome is called: "true", "false", "right", "decided", "again", "out". */
const char *coverage_outcome_name(const struct results_branch *b, int outcome);
/*
** Appends where an outcome leads: "12->14", "12->end"; where that tells nothing apart, or the branch is not `alone` on its
** line, "12:7->true".
*/
void coverage_add_arc(const struct results_branch *b, int outcome, bool alone, struct buffer *out);
/*
** Appends lines that never ran and outcomes that were never taken of lines that ran: "3-7, 12->14, 20". Lines
** without code between two missing ones do not divide a range. Branches that were never come to, because of another
** outcome of their line that is missing, are left to that.
*/
void coverage_add_missing(const struct coverage_file *f, struct buffer *out);

#endif
