/*
** xdb/trace.h - what a Lua 5.4 program executes: every line before it runs, how often each line and branch ran,
** which functions were called and by whom. Results are what was counted, as a value that can be saved, added up and
** reported.
**
** A trace belongs to one Lua universe (lua_newstate with its coroutines) and to the OS thread that runs it; results belong
** to nobody and know nothing of Lua. Unless said otherwise functions do not raise Lua errors, copy the texts they are
** given, and must not be called from a signal handler. Failures are negative codes with a line of text in `struct
** xdb_error`, and change nothing.
**
** Counting lines costs about 4 times the program's own time in calls and loops; functions that are not counted, or,
** with XDB_TRACE_ONCE, are covered already, cost about what an empty call hook does.
**
** Index: traces - results - reports.
*/
#ifndef XDB_TRACE_H
#define XDB_TRACE_H

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
struct xdb_trace;
struct xdb_results;

/* ---- traces ----------------------------------------------------------------------------------- */

/* What to do; several are or-ed. CALLS goes before FUNCTIONS, and both before the rest, which go together. */
enum xdb_trace_what {
    XDB_TRACE_COUNT = 1,       /* how often each line is executed */
    XDB_TRACE_LINES = 2,       /* tell each line before it is executed */
    XDB_TRACE_FUNCTIONS = 4,   /* which functions are called */
    XDB_TRACE_CALLS = 8,       /* who calls whom */
    XDB_TRACE_BRANCHES = 16,   /* with COUNT: both outcomes of every branch */
    XDB_TRACE_CONDITIONS = 32, /* with BRANCHES: comparisons whose value is kept, too */
    XDB_TRACE_ONCE = 64        /* with COUNT: only whether; covered functions cost nothing more */
};

struct xdb_trace_config {
    unsigned what; /* enum xdb_trace_what */
    /* Modules, with all inside of them, and folders that are ignored. Ended by NULL; NULL: none. */
    const char *const *ignore_modules, *const *ignore_folders;
    const char *script; /* whose module is its base name; NULL: none */
    /*
    ** Which files count, by canonical path; asked once for each, inside hooks: must not raise. NULL: all.
    */
    bool (*wanted)(void *user, const char *path);
    /* Where the text of XDB_TRACE_LINES goes: called inside hooks; must not raise. */
    void (*write)(void *user, const char *text, size_t n);
    void *user;
    bool timing; /* each line begins with the seconds since the start */
    bool indent; /* by the depth of the calls */
    int depth;   /* only so many Lua functions deep; 0: no limit */
    bool (*only)(void *user, const char *path); /* whose lines are told; NULL: all */
    /* How a line of code is coloured: writes it through `write`; NULL: as it stands. */
    void (*paint)(void *user, const char *path, int line, const char *text, size_t n);
};

/* NULL when memory runs out or the configuration makes no sense. */
XDB_API struct xdb_trace *xdb_trace_new(lua_State *L, const struct xdb_trace_config *config,
                                        struct xdb_error *err);
/* Stops it first. With the state closed already, `L` is NULL. NULL is fine. */
XDB_API void xdb_trace_free(struct xdb_trace *t, lua_State *L);
/* Begins or goes on, in all coroutines. Harmless while it runs. XDB_ENOMEM. */
XDB_API int xdb_trace_start(struct xdb_trace *t, lua_State *L, struct xdb_error *err);
XDB_API void xdb_trace_stop(struct xdb_trace *t, lua_State *L);
XDB_API bool xdb_trace_running(const struct xdb_trace *t);
/* Forgets what was counted. */
XDB_API void xdb_trace_clear(struct xdb_trace *t, lua_State *L);
/*
** What is counted from now on belongs to the context of this name, a test for example; NULL: to none. Begins with none.
** XDB_ENOMEM.
*/
XDB_API int xdb_trace_context(struct xdb_trace *t, lua_State *L, const char *name,
                              struct xdb_error *err);
/* For commands that own SIGINT, as xdb_profiler_interrupt. Signal-safe. */
XDB_API void xdb_trace_interrupt(struct xdb_trace *t);
/* Why branches cannot be counted in this process, or "". Static storage. */
XDB_API const char *xdb_trace_branches_verdict(void);
/* What was counted so far, the caller's to free; does not reset. `L` may be NULL. NULL when memory runs out. */
XDB_API struct xdb_results *xdb_trace_results(struct xdb_trace *t, lua_State *L,
                                              struct xdb_error *err);

/* ---- results ---------------------------------------------------------------------------------- */

/* Empty ones. NULL when memory runs out. */
XDB_API struct xdb_results *xdb_results_new(void);
XDB_API void xdb_results_free(struct xdb_results *r);
/* Adds others. */
XDB_API int xdb_results_update(struct xdb_results *r, const struct xdb_results *other,
                               struct xdb_error *err);
/* Adds those of a file that xdb_results_save wrote. */
XDB_API int xdb_results_load(struct xdb_results *r, const char *path, struct xdb_error *err);
/* Writes them, whole or not at all. */
XDB_API int xdb_results_save(struct xdb_results *r, const char *path, struct xdb_error *err);
/*
** The count of a line of a file, by its canonical path, as its text was loaded last; -1: it has no code, or is not known.
*/
XDB_API int64_t xdb_results_line(struct xdb_results *r, const char *path, int line);
/* The canonical path of file `i`, from 0, and the number of its lines; NULL past the last. */
XDB_API const char *xdb_results_file(struct xdb_results *r, size_t i, int *lines);

/* ---- reports ---------------------------------------------------------------------------------- */

struct xdb_trace_report {
    bool missing;                      /* lines not executed are marked */
    bool summary;                      /* a line for each file */
    bool ignore_missing;               /* a source that is gone is no failure */
    bool dot;                          /* calls as a graph in the DOT language */
    const char *folder;                /* of the .cover files; NULL: each beside its source */
    const char *script, *package_path; /* for the names of modules; may be NULL */
    void (*write)(void *user, const char *text, size_t n); /* what is to be printed */
    void (*say)(void *user, const char *line); /* what could not be done, without a newline */
    void *user;
};

/*
** Writes the .cover files and what is to be printed: functions, calls, summary. Returns how many files could not be
** written, which has been said, or a negative code.
*/
XDB_API int xdb_results_report(struct xdb_results *r, const struct xdb_trace_report *report,
                               struct xdb_error *err);

#ifdef __cplusplus
}
#endif

#endif
