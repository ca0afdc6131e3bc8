/*
** xdb/timeit.h - timing small pieces of Lua. A statement is compiled into a loop inside one function,
** after its setup, and the function is run with the collector stopped; what is measured is the loop
** alone. The loop costs what a `for` in plain Lua costs; a run costs two readings of the clock more.
**
** A timer is a full userdata on the Lua stack: it lives as long as Lua reaches it, and owns no C memory.
** Functions take its stack index. Unless said otherwise they need 8 free stack slots, leave the stack as
** they found it, raise no Lua error, copy what they are given, and are not for signal handlers. Failures
** are negative codes with a line of text in `struct xdb_error` (which may be NULL); outputs are untouched
** then. Statements cannot yield out of their loop: that is an error in them.
**
** Index: making a timer - running it - what went wrong - clocks - statistics.
*/
#ifndef XDB_TIMEIT_H
#define XDB_TIMEIT_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef XDB_API
#define XDB_API __attribute__((visibility("default")))
#endif

struct xdb_error; /* <xdb/error.h> */
struct xdb_clock; /* of the sources' core/clock.h */

/* The timed code, the setup or a timer of the caller's own has raised; see xdb_timer_push_error. */
enum { XDB_ETIMED = -16 };

/* What Python's timeit takes when nothing is said. */
#define XDB_TIMEIT_NUMBER 1000000
#define XDB_TIMEIT_REPEAT 5
#define XDB_TIMEIT_TARGET 0.2 /* seconds */

/* ---- making a timer --------------------------------------------------------------------------- */

/* Zero in all fields: nothing to do. */
struct xdb_timer_code {
    const char *text; /* Lua code, may hold zeros; or NULL */
    size_t len;
    int callable; /* without text: stack index of what is called without arguments, or 0 */
};

enum xdb_timer_clock { XDB_TIMER_WALL, XDB_TIMER_CPU /* of the process, user and system */ };

/* Zero in all fields times nothing, by the real clock. */
struct xdb_timer_options {
    struct xdb_timer_code stmt; /* a statement, or an expression whose values are thrown away */
    struct xdb_timer_code
        setup;   /* runs before each measurement, its locals are the statement's too */
    int globals; /* stack index of the texts' _ENV; 0: the globals of the state */
    enum xdb_timer_clock clock;
    int timer; /* stack index of a function that returns the seconds; 0: `clock` */
    const struct xdb_clock *own; /* not NULL: read instead of `clock`; must outlive the timer */
    bool keep_gc;                /* do not stop the collector */
    double target;               /* seconds that autorange aims at; 0: XDB_TIMEIT_TARGET */
};

/*
** [-0, +1 when 0] Compiles a timer and pushes it. Setup and statement are first compiled each alone, so
** that a mistake has its own place (`statement:LINE:COLUMN: ...`, columns in bytes), and what only makes sense
** inside of the loop (`break`, `return`, an `end` too many) is one. Errors: XDB_EFORMAT (does not
** compile), XDB_EINVAL (`stmt is neither a string nor callable`, and so on), XDB_ENOMEM.
*/
XDB_API int xdb_timer_new(lua_State *L, const struct xdb_timer_options *options,
                          struct xdb_error *err);
/* The Lua text that is run, as good as the timer. `len` may be NULL. */
XDB_API const char *xdb_timer_source(lua_State *L, int timer, size_t *len);

/* ---- running it ------------------------------------------------------------------------------- */

/*
** Runs setup once and the statement `number` times; `seconds` is what the statements took together. The
** collector is stopped from before the setup (which may restart it) and afterwards put back: running or
** not, mode, pause and step multiplier. Where garbage of more than 128 MB has come together it is
** collected between two loops, with the clock stopped, unless the collector was off beforehand. Errors:
** XDB_ETIMED; XDB_EINVAL (`number` below 0).
*/
XDB_API int xdb_timer_run(lua_State *L, int timer, long long number, double *seconds,
                          struct xdb_error *err);
/* The same `repeat` times, into as many places of `seconds`; after a failure these are undefined. */
XDB_API int xdb_timer_repeat(lua_State *L, int timer, int repeat, long long number, double *seconds,
                             struct xdb_error *err);

/* Is told of each try; it may raise a Lua error, which then leaves xdb_timer_autorange. */
typedef void xdb_timer_tried(void *user, long long number, double seconds);
/*
** Finds how many loops take at least `target` seconds (0: the timer's own), trying 1, 2, 5, 10, 20, 50,
** ...; the last try is the result. `tried` may be NULL. Errors: those of xdb_timer_run; XDB_EINVAL (a clock that stands still).
*/
XDB_API int xdb_timer_autorange(lua_State *L, int timer, double target, xdb_timer_tried *tried,
                                void *user, long long *number, double *seconds,
                                struct xdb_error *err);

/* What one loop allocates, counted by the allocator; frees are not subtracted. */
struct xdb_timer_memory {
    double bytes, objects;          /* mean */
    double least_bytes, most_bytes; /* equal: each loop took exactly so much */
    double least_objects, most_objects;
    long long loops; /* how many were counted */
};
/*
** Counts `number` loops (1 or more) after a first one, which is left out because it makes what stays:
** names, the stack, caches. The collector stands still meanwhile.
*/
XDB_API int xdb_timer_memory(lua_State *L, int timer, long long number,
                             struct xdb_timer_memory *memory, struct xdb_error *err);

/* ---- what went wrong -------------------------------------------------------------------------- */

/* [-0, +1] Pushes the error value of the last XDB_ETIMED, or nil. */
XDB_API void xdb_timer_push_error(lua_State *L, int timer);
/*
** Message and traceback of the last XDB_ETIMED, each line of the timer's source followed by its text, with
** a newline at the end. As good as the timer until its next run; NULL when there was none.
*/
XDB_API const char *xdb_timer_traceback(lua_State *L, int timer, size_t *len);

/* ---- clocks ----------------------------------------------------------------------------------- */

/* Seconds since some fixed moment, monotonic: the default timer. Signal-safe. */
XDB_API double xdb_default_timer(void);
/*
** The step from one reading of a timer's clock to the next different one, in seconds: measured, the
** median of some 500, in less than a millisecond.
*/
XDB_API double xdb_timer_resolution(enum xdb_timer_clock clock);

/* ---- statistics ------------------------------------------------------------------------------- */

struct xdb_timeit_stats {
    size_t count;
    double least, greatest, median, mean;
    double deviation; /* of the sample; 0 for one value */
    size_t outliers;  /* more than 1.5 interquartile ranges outside of the quartiles */
};
/* Errors: XDB_EINVAL (no values), XDB_ENOMEM. */
XDB_API int xdb_timeit_stats(const double *values, size_t count, struct xdb_timeit_stats *stats,
                             struct xdb_error *err);

/* How the medians of two series compare: second by first, with a 95 % confidence interval. */
struct xdb_timeit_ratio {
    double ratio, low, high;
};
/*
** The series were measured in rounds, `first[i]` beside `second[i]`. The interval comes from a bootstrap
** over the rounds, always with the same random numbers. Fewer than 8 rounds tell nothing: the interval is
** then all there is, 0 to infinity. Errors: XDB_EINVAL (no rounds), XDB_ENOMEM.
*/
XDB_API int xdb_timeit_compare(const double *first, const double *second, size_t rounds,
                               struct xdb_timeit_ratio *ratio, struct xdb_error *err);

#ifdef __cplusplus
}
#endif

#endif
