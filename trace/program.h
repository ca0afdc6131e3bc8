/*
** What is known of the program that is traced: its files, their functions, and what was counted in them. A function is
** the same across closures, collections and loads of its file: its cells are found again by file, lines
** of definition and code. Files loaded with another text than before are other files.
**
** What can be counted and what is counted come from the same compiled function: the chunk as it was loaded (lua_dump)
** with all functions in it, so that those never called are known, too.
**
** A look-up costs two loads and four compares when the function was seen before (program_remembered). It is verified,
** since the address of a prototype may come back as another function's: its code and source must be the
** same, and all is forgotten when a chunk begins that was not known, for new functions only come from one.
** A first look reads the file and dumps the function. All of it may be used inside hooks: nothing raises,
** runs Lua code or allocates Lua memory. One thread at a time.
*/
#ifndef XDB_TRACE_PROGRAM_H
#define XDB_TRACE_PROGRAM_H

#include "core/bytecode.h"
#include "core/function.h"
#include "core/layout.h"
#include "core/source.h"
#include "trace/branches.h"
#include "trace/plan.h"

#include <lua.h>

/* One instruction. */
struct cell {
    int64_t count;      /* events, where the kind has PLAN_LINE; else of no meaning */
    unsigned char kind; /* enum plan_kind */
    bool guess;         /* the next is taken for granted, but may not come */
    short skip;         /* how far away the next is that is taken for granted; 0: none is */
};

/* What a branch did. */
struct choice {
    int to[2]; /* where its outcomes go on */
    int64_t taken[2];
};

/* One function. */
struct code {
    struct unit *unit;
    char *name; /* owned; NULL as long as nobody asked for it */
    const struct proto *proto;
    int position;       /* among the functions of the unit on the same lines */
    bool quiet;         /* nothing is left to be counted */
    int first_pc;       /* where hooks first see it */
    struct cell *cells; /* one for each instruction; NULL until it runs */
    int64_t entries;    /* counted by call events */
    int64_t rounds;     /* of the first instruction's count: control came back there */
    const struct branch_site *sites;
    size_t nsites;
    int *site_at;           /* as plan_sites; NULL without branches */
    struct choice *choices; /* of each site */
    int fresh;              /* lines and outcomes that are still to be covered */
    unsigned char *lines; /* of proto->active: still to be covered; NULL when numbers are counted */
    int64_t *before;      /* the cells' counts when the context began; NULL without contexts */
};

/* One file with one text. */
struct unit {
    struct source *source;
    uint64_t digest;     /* results_digest of the text, 0: not to be had */
    struct code **codes; /* ascending by lines of definition and position */
    size_t ncodes, cap_codes;
    struct root *roots; /* chunks and functions that were dumped */
    size_t nroots;
    int64_t *hits; /* [1..nhits]: line events that came without instructions */
    int nhits;
    int64_t *hits_before; /* those when the context began, as long; NULL without contexts */
    struct unit *older;   /* the file with another text, or NULL */
};

/* One source. */
struct file {
    struct source *source;
    bool quiet;        /* not wanted */
    struct unit *unit; /* the one loaded last; NULL as long as nothing is known of it */
    struct file *next; /* in the order of appearance */
};

struct program_entry {
    const struct Proto *prototype;
    const void *code, *source;
    unsigned generation;
    bool chunk;      /* always looked at anew */
    struct code *is; /* NULL: not wanted */
};

enum { PROGRAM_ENTRIES = 4096, PROGRAM_MAX_ROOTS = 1000 };

struct program_config {
    bool branches, conditions;
    bool once; /* whether a line was reached is enough */
    /* Whether a file is to be counted. Called in hooks; must not raise. NULL: all are. */
    bool (*wanted)(void *data, lua_State *L, const char *path);
    void *data;
};

struct program {
    struct program_config config;
    struct source_cache *sources;
    struct function_cache *functions;
    struct file *files, **last;
    struct file_entry *by_source;
    bool out_of_memory; /* something could not be counted: sticky, to be told */
    unsigned generation;
    struct program_entry entries[PROGRAM_ENTRIES];
};

/* NULL when out of memory. `config` is copied. */
struct program *program_new(const struct program_config *config);
/* NULL is fine. */
void program_free(struct program *g);
/* Sets all counts to nothing. */
void program_clear(struct program *g);

/* The file of the function that runs in `ar`, which has been filled with "S"; NULL for C functions. */
struct file *program_file(struct program *g, lua_State *L, lua_Debug *ar);
/*
** The function that runs in `ar` (its i_ci is enough), or NULL when it is not to be counted: C, not wanted, from a
** text that is no file, stripped.
*/
struct code *program_code(struct program *g, lua_State *L, lua_Debug *ar, bool begins);
/* Makes what a function needs to be counted by instruction. False when memory runs out. */
bool program_prepare(struct program *g, struct code *c);
/* The unit of a file whose functions may be unknown, or NULL when memory runs out. */
struct unit *program_unit(struct program *g, struct file *f);
/* One line event beside those that the cells count. */
void program_hit(struct program *g, struct unit *u, int line);

static inline struct program_entry *program_entry_of(struct program *g, const struct Proto *p)
{
    uintptr_t h = (uintptr_t)p >> 4;
    return &g->entries[(h ^ h >> 12) % PROGRAM_ENTRIES];
}

/* What is known of a prototype that `begins` to run or goes on, or NULL. Only with layout_on(). */
static inline const struct program_entry *program_remembered(struct program *g,
                                                             const struct Proto *p, bool begins)
{
    const struct program_entry *e = program_entry_of(g, p);
    bool good = e->prototype == p && e->generation == g->generation && !(e->chunk & begins) &&
                e->code == layout_code(p) && e->source == layout_source(p);
    return good ? e : NULL;
}

/* All lines of `c` are to be covered once more. */
void program_renew(struct code *c);

/* The line of instruction `pc`, which is PLAN_FRESH, is covered. */
void program_cover(struct code *c, int pc);

#endif
