/*
** Statistics as data: functions with their counts and times, the edges between them, and the contexts they
** were called in (for flame graphs). Everything is plain memory of the struct's own: texts lie in an
** arena, functions are found by file, line and name through a hash table.
**
** - making: stats_function, stats_edge, stats_context, stats_add_line    - names: stats_std_name, stats_prepare_names
** - order: stats_order    - callers: stats_group    - files: stats_parse
*/
#ifndef XDB_PROFILER_STATS_H
#define XDB_PROFILER_STATS_H

#include "core/buffer.h"
#include "core/error.h"
#include "profiler/profiler.h"

#define STATS_NONE UINT32_MAX /* no function, no context */

struct stats_function {
    const char *file, *name;
    long long line;
    long long cc, nc; /* primitive and all calls */
    double tt, ct;    /* own and cumulative time, seconds */
    const char *std;  /* as printed; NULL until stats_prepare_names */
    uint32_t std_len;
};

struct stats_edge {
    uint32_t caller, callee;
    long long cc, nc;
    double tt, ct; /* of the callee, when called by the caller */
};

struct stats_context {
    uint32_t parent; /* an earlier one, or STATS_NONE */
    uint32_t function;
    long long calls;
    double own; /* seconds */
};

/* Where samples found a context: on a line of its function. */
struct stats_line {
    uint32_t context;
    int line;
    long long direct, samples; /* on top; on top or below what was called from there */
    double own, total;         /* seconds of these */
};

/* Open addressing. `place`: index into an array, plus one; 0 is free. `hash`: its upper half. */
struct stats_slot {
    uint32_t place, hash;
};

struct stats_index {
    struct stats_slot *slots;
    size_t size, used; /* size: a power of two, or 0 */
};

struct xdb_stats {
    struct stats_function *functions;
    struct stats_edge *edges;
    struct stats_context *contexts;
    struct stats_line *lines; /* only of samples */
    size_t nfunctions, nedges, ncontexts, nlines;
    size_t functions_room, edges_room, contexts_room, lines_room;
    struct stats_index by_key, by_edge, by_context;
    struct stats_arena *arena;
    uint32_t *order;         /* the functions as sorted, or NULL: as they came */
    struct buffer sorted_by; /* "internal time, function name" */
    struct buffer headings;  /* lines about the files */
    bool
        sampled; /* calls are samples: `nc` the function's own, `cc` with those of what it called */
    bool folded; /* contexts were folded */
    long long missed; /* samples that were due while the one before was still to be taken */
    bool incomplete;  /* something was lost for want of memory */
};

/* Index of the function, added when it is not there. STATS_NONE when memory runs out. */
uint32_t stats_function(struct xdb_stats *s, const char *file, long long line, const char *name);
/* The same of an edge and of a context. */
uint32_t stats_edge(struct xdb_stats *s, uint32_t caller, uint32_t callee);
uint32_t stats_context(struct xdb_stats *s, uint32_t parent, uint32_t function);

/* Adds a row without looking whether there is one of this line. XDB_ENOMEM. */
int stats_add_line(struct xdb_stats *s, const struct stats_line *line);
/* Orders the rows by context and line, and makes one of those that are about the same. */
void stats_pack_lines(struct xdb_stats *s);

/* There will be so many: saves time. */
void stats_expect(struct xdb_stats *s, size_t functions, size_t edges, size_t contexts);

/* Appends the name as reports print it. */
void stats_std_name(const struct stats_function *f, struct buffer *out);
/* Fills in `std` of all functions. XDB_ENOMEM. */
int stats_prepare_names(struct xdb_stats *s, struct xdb_error *err);
/* Function number `i` of the current order. */
static inline uint32_t stats_at(const struct xdb_stats *s, size_t i)
{
    return s->order ? s->order[i] : (uint32_t)i;
}
/* Forgets the order. */
void stats_unsort(struct xdb_stats *s);
/* By file, line and name, as keys are ordered. */
int stats_compare_keys(const struct stats_function *a, const struct stats_function *b);

/* The edges grouped by callee (or caller): those of function f are list[first[f]] ... list[first[f+1]-1]. */
struct stats_groups {
    uint32_t *first, *list;
};
/* Sorted by the key of the other end. XDB_ENOMEM. */
int stats_group(const struct xdb_stats *s, bool by_callee, struct stats_groups *out,
                struct xdb_error *err);
void stats_groups_release(struct stats_groups *g);

/* As xdb_stats_load, from memory and without a heading; `name` stands for the path. Any bytes will do. */
int stats_parse(struct xdb_stats *s, const char *text, size_t len, const char *name,
                struct xdb_error *err);

/* Moves the content of `from` into `s`, whose own is freed, and frees `from`. */
void stats_replace(struct xdb_stats *s, struct xdb_stats *from);

#endif
