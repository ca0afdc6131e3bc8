/*
** xdb/tracemalloc.h - who allocated the memory. A tracer stands in for a Lua state's allocator and knows of each
** live block how large it is, what it is for (a table, a string, ...) and on which lines it was allocated.
** Snapshots of that can be kept, grouped, filtered, compared, saved and loaded.
**
** Cost: some 20 ns a block that comes and goes, about 20 bytes while it lives, and each different traceback once.
** Lines are exact, which takes a hook that tight loops feel (about twice as long); `fast` installs none, and a
** table may then be booked to a neighbouring line. Nothing here allocates Lua memory or raises, and nothing is
** for signal handlers. A tracer and its snapshots belong to one OS thread at a time.
**
** Functions return 0 or a negative code of <xdb/error.h>, with a line of text in `err` (which may be NULL);
** outputs are untouched then.
**
** Index: a tracer's life - what it knows - memory of others - snapshots - statistics - sizes as text.
*/
#ifndef XDB_TRACEMALLOC_H
#define XDB_TRACEMALLOC_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef XDB_API
#define XDB_API __attribute__((visibility("default")))
#endif

struct xdb_error; /* <xdb/error.h> */
struct xdb_tracemalloc;
struct xdb_snapshot;
struct xdb_memory_stats;

/* ---- a tracer's life -------------------------------------------------------------------------- */

#define XDB_TRACEMALLOC_MAX_FRAMES 65535

/* Zero in all fields: one frame, exact. */
struct xdb_tracemalloc_config {
    int frames; /* lines of Lua code kept of each traceback, newest first; 0: 1 */
    bool fast;  /* no hook */
};

/*
** Makes a tracer that does not trace yet, on top of the allocator `alloc` (NULL: realloc and free). NULL when
** memory runs out.
*/
XDB_API struct xdb_tracemalloc *xdb_tracemalloc_new(lua_Alloc alloc, void *ud);
/*
** Gives the tracer back. `live` is its state, whose own allocator is put in place again, or NULL when that has been
** closed. Where another allocator has been put on top of this one meanwhile, an empty shell is kept for it; a
** state that was made with the tracer must be closed first. NULL is fine.
*/
XDB_API void xdb_tracemalloc_free(struct xdb_tracemalloc *t, lua_State *live);

/*
** Begins to trace. With `L` its allocator is replaced (the tracer then stands on that one); blocks that live already are not
** traced, and given back correctly. Without, the state is still to be made, by
** lua_newstate(xdb_tracemalloc_alloc, t), and its very first block is traced; xdb_tracemalloc_attach must then tell when
** its libraries are there. Does nothing when it traces already. XDB_EINVAL: frames out of 1 to 65535; XDB_ENOMEM.
** `L` needs 6 free stack slots.
*/
XDB_API int xdb_tracemalloc_start(struct xdb_tracemalloc *t, lua_State *L,
                                  const struct xdb_tracemalloc_config *config,
                                  struct xdb_error *err);
XDB_API int xdb_tracemalloc_attach(struct xdb_tracemalloc *t, lua_State *L, struct xdb_error *err);
/* An allocator for lua_newstate; `t` is the tracer. */
XDB_API void *xdb_tracemalloc_alloc(void *t, void *block, size_t osize, size_t nsize);
/* Stops, and forgets all it knows. `L` as in xdb_tracemalloc_free. */
XDB_API void xdb_tracemalloc_stop(struct xdb_tracemalloc *t, lua_State *L);
/* The tracer that stands on a state, or stood there when it was stopped; NULL when there is none. */
XDB_API struct xdb_tracemalloc *xdb_tracemalloc_of(lua_State *L);

/* ---- what it knows ---------------------------------------------------------------------------- */

/* Whether blocks that are allocated now are traced; false for NULL. */
XDB_API bool xdb_tracemalloc_is_tracing(const struct xdb_tracemalloc *t);
/* Frames kept of a traceback, as the last start said; 1 before any. */
XDB_API int xdb_tracemalloc_limit(const struct xdb_tracemalloc *t);
/* Forgets all blocks. */
XDB_API void xdb_tracemalloc_clear(struct xdb_tracemalloc *t);
/* Bytes in live traced blocks, and the most there ever were; 0 when it does not trace. Each may be NULL. */
XDB_API void xdb_tracemalloc_traced(const struct xdb_tracemalloc *t, size_t *current, size_t *peak);
/* The peak is forgotten: it is what there is now. */
XDB_API void xdb_tracemalloc_reset_peak(struct xdb_tracemalloc *t);
/* Bytes that the tracer itself uses. */
XDB_API size_t xdb_tracemalloc_overhead(const struct xdb_tracemalloc *t);
/* Bytes of that for telling live blocks apart: what grows with their number. */
XDB_API size_t xdb_tracemalloc_block_overhead(const struct xdb_tracemalloc *t);
/* Blocks that could not be traced because memory ran out. */
XDB_API size_t xdb_tracemalloc_lost(const struct xdb_tracemalloc *t);

/* ---- memory of others ------------------------------------------------------------------------- */

/*
** Memory that does not come from Lua's allocator, such as what userdata own. `domain` tells the kinds of it apart and
** is not 0; `address` is any number that is not used twice in it. Track books it to the lines that run now; a second
** time replaces the first. Untracking what is not known does no harm. XDB_EINVAL: not tracing, or domain 0;
** XDB_ENOMEM.
*/
XDB_API int xdb_tracemalloc_track(struct xdb_tracemalloc *t, unsigned domain, uintptr_t address,
                                  size_t size, struct xdb_error *err);
XDB_API int xdb_tracemalloc_untrack(struct xdb_tracemalloc *t, unsigned domain, uintptr_t address,
                                    struct xdb_error *err);

/* ---- snapshots -------------------------------------------------------------------------------- */

enum xdb_memory_type {
    XDB_MEMORY_OTHER,
    XDB_MEMORY_STRING,
    XDB_MEMORY_TABLE,
    XDB_MEMORY_FUNCTION, /* with its code, its upvalues, and what compiling takes */
    XDB_MEMORY_USERDATA,
    XDB_MEMORY_COROUTINE, /* with its stack */
    XDB_MEMORY_TYPES
};

/* Their names: "other", "string", ... */
XDB_API const char *xdb_memory_type_name(enum xdb_memory_type type);

enum xdb_snapshot_moment {
    XDB_SNAPSHOT_NOW,
    /* The heap as it was at its highest. Sums are exact; blocks from the same traceback share their size evenly */
    XDB_SNAPSHOT_PEAK
};

/*
** A snapshot is the caller's and stands alone: it outlives tracer and state. `L` (may be NULL) is asked for the names
** of C functions. NULL on failure: XDB_EINVAL (not tracing), XDB_ENOMEM.
*/
XDB_API struct xdb_snapshot *xdb_snapshot_take(struct xdb_tracemalloc *t, lua_State *L,
                                               enum xdb_snapshot_moment moment,
                                               struct xdb_error *err);
XDB_API void xdb_snapshot_free(struct xdb_snapshot *s);
/* A data file of the suite (JSON), written whole or not at all. Errors: XDB_EIO, XDB_ENOENT, XDB_ENOMEM... */
XDB_API int xdb_snapshot_save(const struct xdb_snapshot *s, const char *path,
                              struct xdb_error *err);
/* NULL on failure; a bad file is XDB_EFORMAT with the place. Any content is survived. */
XDB_API struct xdb_snapshot *xdb_snapshot_load(const char *path, struct xdb_error *err);
/* The same from memory; `name` stands for the path in messages. */
XDB_API struct xdb_snapshot *xdb_snapshot_parse(const char *text, size_t len, const char *name,
                                                struct xdb_error *err);

struct xdb_snapshot_info {
    int limit;                  /* frames kept of each traceback */
    bool fast;                  /* lines of tables may be those of a neighbour */
    bool peak;                  /* as it was at its highest */
    size_t blocks, bytes;       /* in the snapshot */
    size_t current, peak_bytes; /* of the tracer when it was taken */
    size_t lost;                /* blocks not traced for want of memory */
};

XDB_API struct xdb_snapshot_info xdb_snapshot_info(const struct xdb_snapshot *s);

/* One block. `traceback` is good for xdb_snapshot_frame; the texts live as long as the snapshot. */
struct xdb_memory_trace {
    unsigned domain;
    size_t size;
    uint32_t traceback;
    enum xdb_memory_type type;
    const char *function; /* C function that allocated it, or NULL */
};

struct xdb_memory_frame {
    const char *file;
    int line; /* 0: unknown, or the file as a whole */
};

/* The block number `index`, from 0. False past the end. */
XDB_API bool xdb_snapshot_trace(const struct xdb_snapshot *s, size_t index,
                                struct xdb_memory_trace *out);
/*
** Fills `frames` with up to `max` frames of a traceback, the newest first; returns how many there are. `whole` (may
** be NULL): they are all that the stack had.
*/
XDB_API size_t xdb_snapshot_frames(const struct xdb_snapshot *s, uint32_t traceback,
                                   struct xdb_memory_frame *frames, size_t max, bool *whole);

/*
** Where the object at `index` was allocated: a snapshot of that block alone. NULL, and nothing in `err`, when it is
** not traced or no object; XDB_ENOMEM.
*/
XDB_API struct xdb_snapshot *xdb_tracemalloc_object(struct xdb_tracemalloc *t, lua_State *L,
                                                    int index, struct xdb_error *err);

/* The same for a block of memory by its address, also while it is being freed. */
XDB_API struct xdb_snapshot *xdb_tracemalloc_block(struct xdb_tracemalloc *t, const void *block,
                                                   struct xdb_error *err);

/* ---- filters ---------------------------------------------------------------------------------- */

struct xdb_memory_filter {
    bool inclusive;
    const char
        *pattern;    /* of file names, with * ? [seq] [!seq]; NULL: any, the domain alone decides */
    int line;        /* of that file; below 0: any */
    bool all_frames; /* any frame may match; otherwise the newest */
    long long domain; /* below 0: any */
};

/*
** A snapshot of the blocks that match an inclusive filter (where there are any) and that no exclusive one rejects.
** NULL: XDB_ENOMEM.
*/
XDB_API struct xdb_snapshot *xdb_snapshot_filter(const struct xdb_snapshot *s,
                                                 const struct xdb_memory_filter *filters, size_t n,
                                                 struct xdb_error *err);

/* ---- statistics ------------------------------------------------------------------------------- */

enum xdb_memory_key { XDB_BY_LINE, XDB_BY_FILE, XDB_BY_TRACEBACK, XDB_BY_TYPE };

/* The key of a name ("lineno", "filename", "traceback", "type"), or -1. */
XDB_API int xdb_memory_key_of(const char *name);

struct xdb_memory_stat {
    uint32_t traceback; /* for xdb_memory_stats_frames; of type statistics: enum xdb_memory_type */
    size_t size, count;
    long long size_diff, count_diff; /* 0 unless compared */
};

/*
** Groups the blocks, the largest group first. `cumulative`: a block counts for each line (or file) of its traceback,
** not for the newest alone; not with XDB_BY_TRACEBACK and XDB_BY_TYPE. With `old` what has changed since then, and the
** greatest change comes first. NULL: XDB_EINVAL, XDB_ENOMEM. The statistics stand alone.
*/
XDB_API struct xdb_memory_stats *xdb_snapshot_statistics(const struct xdb_snapshot *s,
                                                         const struct xdb_snapshot *old,
                                                         enum xdb_memory_key key, bool cumulative,
                                                         struct xdb_error *err);
XDB_API void xdb_memory_stats_free(struct xdb_memory_stats *stats);
XDB_API size_t xdb_memory_stats_count(const struct xdb_memory_stats *stats);
/* The group number `index`, from 0, or NULL past the end. */
XDB_API const struct xdb_memory_stat *xdb_memory_stats_at(const struct xdb_memory_stats *stats,
                                                          size_t index);
/* As xdb_snapshot_frames, of a group. */
XDB_API size_t xdb_memory_stats_frames(const struct xdb_memory_stats *stats, uint32_t traceback,
                                       struct xdb_memory_frame *frames, size_t max, bool *whole);

/* ---- sizes as text ---------------------------------------------------------------------------- */

/* "1023 B", "10.0 KiB", with a sign "+1 B": written to `text`, of XDB_SIZE_TEXT bytes. */
#define XDB_SIZE_TEXT 32
XDB_API void xdb_size_text(long long size, bool sign, char *text);

#ifdef __cplusplus
}
#endif

#endif
