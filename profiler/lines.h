/*
** On which lines the time was: for each node of the tree the lines that samples found it at, with how often and how long, by
** itself and with what was called from there. A frame that stands where it stood in the sample before costs three loads, any
** other a call of lua_getinfo and a look in a hash table. Nothing here raises or allocates Lua memory.
*/
#ifndef XDB_PROFILER_LINES_H
#define XDB_PROFILER_LINES_H

#include "profiler/tree.h"

#include <lua.h>

struct line_record {
    uint32_t node; /* its index */
    int line;
    uint64_t direct, samples; /* on top; on top or below what was called from there */
    int64_t own, total;       /* ticks of these */
};

struct lines {
    struct line_record *records;
    size_t n, room;
    uint32_t *slots; /* open addressing: places in records, plus one */
    size_t nslots;
    struct lines_last *last; /* by the node's index */
    size_t nlast;
    bool out_of_memory; /* sticky, to be told */
};

/* Begins as all zeros. */
void lines_release(struct lines *t);
/* Sets all counts and times to zero. */
void lines_clear(struct lines *t);
/*
** A sample of `ticks` found the frame `ci` of the thread L, whose function is that of node `n`, on its stack; `top`: it was
** the one that ran. Functions in C have no lines and are left out.
*/
void lines_add(struct lines *t, lua_State *L, struct CallInfo *ci, const struct tree_node *n,
               int64_t ticks, bool top);
/* The same of the frame that ran, which was on this line. */
void lines_add_at(struct lines *t, const struct tree_node *n, int line, int64_t ticks);

#endif
