/*
** xdb/profiler.h - where the time of a Lua 5.4 program goes. A profiler hears of every call and return and
** counts and times the functions; statistics are what it found, as a value that can be sorted, printed,
** merged, saved and loaded.
**
** A profiler belongs to one Lua universe (lua_newstate with its coroutines) and to the OS thread that runs
** it; statistics belong to nobody and know nothing of Lua. Unless said otherwise functions do not raise
** Lua errors, copy the texts they are given, and must not be called from a signal handler. Failures are
** negative codes with a line of text in `struct xdb_error`, and change nothing.
**
** While a profiler is enabled, a call costs about 1.2 times what it costs under an empty call and return
** hook; loops without calls cost nothing.
**
** A sampling profiler looks at the program from time to time instead: the program runs at nearly full speed, times
** are estimates, and calls are not counted but samples. Each universe can have one, a process 64, each in the OS thread that
** enabled it, with SIGPROF for all; disable it before the state is closed.
**
** Index: profilers - calibration - statistics: life, order, printing, one by one.
*/
#ifndef XDB_PROFILER_H
#define XDB_PROFILER_H

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
struct xdb_profiler;
struct xdb_stats;

/* ---- profilers -------------------------------------------------------------------------------- */

enum xdb_profiler_clock {
    XDB_PROFILER_WALL, /* time that passes */
    XDB_PROFILER_CPU   /* time the process computes; a system call for each event */
};

#define XDB_PROFILER_MAX_RATE 100000 /* samples a second */

struct xdb_profiler_config {
    enum xdb_profiler_clock clock;
    /*
    ** A clock of one's own, in place of `clock`: called at every event with the thread that runs, inside
    ** its hook, with `user`. It must not raise. A tick is `seconds_per_tick` long.
    */
    uint64_t (*ticks)(lua_State *L, void *user);
    void *user;
    double seconds_per_tick;
    bool no_builtins; /* C functions have no entries: their time is their callers' */
    bool no_subcalls; /* who called whom is not told */
    double bias; /* seconds that one event costs, to be taken off; see xdb_profiler_calibrate */
    double rate; /* above 0: samples so many times a second, instead of hearing of every call */
};

/* `config` may be NULL. NULL when memory runs out or the configuration makes no sense. */
XDB_API struct xdb_profiler *
xdb_profiler_new(lua_State *L, const struct xdb_profiler_config *config, struct xdb_error *err);
/* Disables it first. With the state closed already, `L` is NULL. NULL is fine. */
XDB_API void xdb_profiler_free(struct xdb_profiler *p, lua_State *L);
/*
** Begins or goes on to collect. XDB_EINVAL with "Another profiling tool is already active" when one is, in
** this universe. Enabling twice is harmless.
*/
XDB_API int xdb_profiler_enable(struct xdb_profiler *p, lua_State *L, struct xdb_error *err);
/* Ends it. A C function of the program that calls this is taken out of the profile. */
XDB_API void xdb_profiler_disable(struct xdb_profiler *p, lua_State *L);
XDB_API bool xdb_profiler_enabled(const struct xdb_profiler *p);
/* Forgets what was collected. */
XDB_API void xdb_profiler_clear(struct xdb_profiler *p);
XDB_API void xdb_profiler_set_builtins(struct xdb_profiler *p, bool on);
XDB_API void xdb_profiler_set_subcalls(struct xdb_profiler *p, bool on);
XDB_API void xdb_profiler_set_bias(struct xdb_profiler *p, double seconds);
XDB_API double xdb_profiler_bias(const struct xdb_profiler *p);
/*
** For commands that own SIGINT: the running program gets the error "interrupted!", as under `lua`. Does nothing
** while disabled. Signal-safe.
*/
XDB_API void xdb_profiler_interrupt(struct xdb_profiler *p);
/* What was found so far, the caller's to free. NULL when memory runs out. */
XDB_API struct xdb_stats *xdb_profiler_stats(struct xdb_profiler *p, struct xdb_error *err);
/* Seconds from enable to disable, summed; without what the profiler took to name functions. */
XDB_API double xdb_profiler_elapsed(struct xdb_profiler *p);

/* ---- calibration ------------------------------------------------------------------------------ */

/*
** Measures what one event (a call or a return) costs, in seconds, with `calls` calls in a Lua state of its
** own. With `details` (may be NULL) the parts of the calculation are told.
*/
struct xdb_profiler_calibration {
    double plain, profiled; /* seconds for the calls, without and with a profiler */
    double reported;        /* what the profile says they took */
    double total_calls;     /* that the profile counted */
    double bias;            /* the result */
};
XDB_API int xdb_profiler_calibrate(long long calls, struct xdb_profiler_calibration *out,
                                   struct xdb_error *err);

/* ---- statistics: life ------------------------------------------------------------------------- */

/* Empty ones. NULL when memory runs out. */
XDB_API struct xdb_stats *xdb_stats_new(void);
XDB_API void xdb_stats_free(struct xdb_stats *s);
/* Adds those of a file that xdb_stats_save wrote, and the file's heading line. */
XDB_API int xdb_stats_load(struct xdb_stats *s, const char *path, struct xdb_error *err);
/* Adds others. XDB_EINVAL when one are samples and the others counted calls. */
XDB_API int xdb_stats_add(struct xdb_stats *s, const struct xdb_stats *other,
                          struct xdb_error *err);
/* Writes them, whole or not at all. */
XDB_API int xdb_stats_save(const struct xdb_stats *s, const char *path, struct xdb_error *err);
/* Leaves only the last part of every file's name; functions that become the same are merged. */
XDB_API int xdb_stats_strip_dirs(struct xdb_stats *s, struct xdb_error *err);

/* ---- statistics: order ------------------------------------------------------------------------ */

/*
** Sorts by the keys, the first being the most important: calls, cumulative, cumtime, filename, line, module,
** name, ncalls, nfl, pcalls, stdname, time, tottime, or a beginning of one. Ties are broken by the
** standard name. No key: the order of appearance. XDB_EINVAL for a word that is none.
*/
XDB_API int xdb_stats_sort(struct xdb_stats *s, const char *const *keys, size_t n,
                           struct xdb_error *err);
XDB_API void xdb_stats_reverse(struct xdb_stats *s);
/* The key `i` and what it means, or false. */
XDB_API bool xdb_stats_key(size_t i, const char **name, const char **meaning);

/* ---- statistics: printing --------------------------------------------------------------------- */

enum xdb_restriction_kind { XDB_RESTRICT_COUNT, XDB_RESTRICT_FRACTION, XDB_RESTRICT_REGEX };

/* Which functions to print: so many, such a part of them, or those that match. Applied in order. */
struct xdb_restriction {
    enum xdb_restriction_kind kind;
    long long count;
    double fraction;
    const char *regex; /* POSIX extended, searched in the printed name */
};

enum xdb_stats_table { XDB_STATS_FUNCTIONS, XDB_STATS_CALLERS, XDB_STATS_CALLEES };

typedef void xdb_stats_write(void *user, const char *text, size_t n);

/* Prints a table through `write`. XDB_ENOMEM is the only failure. */
XDB_API int xdb_stats_print(struct xdb_stats *s, enum xdb_stats_table table,
                            const struct xdb_restriction *restrictions, size_t n,
                            xdb_stats_write *write, void *user, struct xdb_error *err);

/* ---- statistics: one by one ------------------------------------------------------------------- */

struct xdb_stats_function {
    const char *file, *name; /* a C function's: "~" and "<string.rep>" */
    long long line;
    long long primitive_calls, calls;
    double own, cumulative; /* seconds */
};

/* How many functions there are. */
XDB_API size_t xdb_stats_count(const struct xdb_stats *s);
/* The function at a place of the current order, from 0. Texts belong to the statistics. */
XDB_API bool xdb_stats_get(const struct xdb_stats *s, size_t i, struct xdb_stats_function *out);
/* Sums over all functions; `calls` and `primitive` may be NULL. Returns the seconds. */
XDB_API double xdb_stats_total(const struct xdb_stats *s, long long *calls, long long *primitive);

#ifdef __cplusplus
}
#endif

#endif
