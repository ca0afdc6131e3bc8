/*
** xdb/faulthandler.h - where was the program when it died, hung, or was asked? Tracebacks of all known Lua states, written
** straight to a file descriptor: on a fatal signal, after a time, on a signal of the user's, or on the spot.
**
** A program runs at full speed under it: nothing is hooked, and of the library only xpcall is replaced; a report reads
** the stacks as it finds them. What a signal handler does here is async-signal-safe from entry to re-raise: it takes no
** lock, allocates nothing and survives faults of its own. (Where the offsets of this Lua are not proven, see
** core/layout.h of the sources, the reports stand on lua_getstack and lua_getinfo, which read only; coroutine.resume and
** its kin are replaced then.)
**
** All of it is one a process, since signals are: a second enable changes the first one. The functions may be called from
** any OS thread, but not at the same time with the same state; they raise no Lua error, and are not for signal
** handlers unless that is said. Failures are negative codes with a line of text in `struct xdb_error` (which may
** be NULL); nothing has changed then.
**
** Index: states - what a report shows - fatal signals - reports on the spot - later - signals of the user's.
*/
#ifndef XDB_FAULTHANDLER_H
#define XDB_FAULTHANDLER_H

#include <lua.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef XDB_API
#define XDB_API __attribute__((visibility("default")))
#endif

struct xdb_error; /* <xdb/error.h> */

/* ---- states ----------------------------------------------------------------------------------- */

/*
** Makes the state of `L` known: its coroutines are in every report from now on. `name` (copied, cut at 31 bytes;
** may be NULL: "main") stands beside the main thread's address; for a state that is known it is changed. The state is taken
** for run by the OS thread that calls. Every function below that is given a state makes it known, too. Needs
** six free stack slots. XDB_ENOMEM.
*/
XDB_API int xdb_faulthandler_add(lua_State *L, const char *name, struct xdb_error *err);
/* Forgets it: to be called before lua_close, on the same OS thread. Harmless when it is not known. */
XDB_API void xdb_faulthandler_remove(lua_State *L);
/*
** The same after lua_close: what fails in a finalizer while the state closes is reported, too. `L` was the main thread; it
** is an address alone. A state that is made at the same address meanwhile must not have been made known.
*/
XDB_API void xdb_faulthandler_closed(const lua_State *L);

/* ---- what a report shows ---------------------------------------------------------------------- */

/* Zero in all fields but `fd`: all coroutines, no more than 100, and after a fatal signal the C stack. */
struct xdb_faulthandler_options {
    int fd;          /* where to; stays the caller's, and must stay open */
    bool current;    /* the running coroutine alone */
    bool no_c_stack; /* leave it out; it is shown after fatal signals only */
    int max_threads; /* coroutines shown at most; 0: 100 */
};

/* ---- fatal signals ---------------------------------------------------------------------------- */

/*
** From now on SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT write a report; then the handler that was there before gets
** the signal, so the exit status stays true. The OS thread that calls gets an alternate signal stack where it
** has none, so that a C stack overflow on it can be reported; call again on other threads for theirs. An unprotected error
** in the state of `L` (lua_atpanic) writes one as well, before the panic function that was there is called; so does
** an xpcall whose message handler fails over and over ("error in error handling"), and the program goes on. `L` may be
** NULL. When enabled already, only the options change. XDB_EINVAL (bad fd or max_threads), XDB_ENOMEM, XDB_EIO.
*/
XDB_API int xdb_faulthandler_enable(lua_State *L, const struct xdb_faulthandler_options *options,
                                    struct xdb_error *err);
/* Puts back the handlers that were there before. Whether it was enabled. */
XDB_API bool xdb_faulthandler_disable(void);
XDB_API bool xdb_faulthandler_enabled(void);

/*
** The report of an error that ends the program and is no signal: "Fatal Lua error: FUNCTION: MESSAGE", the state,
** and the stacks; `function` may be NULL. `L` is the running thread or NULL. Goes where enable said, or to `fd` when
** not enabled; SIGABRT is then put back, lest the caller's abort() be reported, too. Returns: whoever calls ends the
** process. May be called by an allocator, with the state in any condition.
*/
XDB_API void xdb_faulthandler_fatal(lua_State *L, const char *function, const char *message,
                                    int fd);

/* ---- reports on the spot ---------------------------------------------------------------------- */

/*
** Writes the stacks; `L` is the running thread, or NULL: found out. Signal-safe when the state of `L` is known already.
** XDB_EINVAL.
*/
XDB_API int xdb_faulthandler_dump(lua_State *L, const struct xdb_faulthandler_options *options,
                                  struct xdb_error *err);
/* Writes the C stack of the calling OS thread. Signal-safe after the first call of anything here. */
XDB_API int xdb_faulthandler_dump_c_stack(int fd, struct xdb_error *err);

/* ---- later ------------------------------------------------------------------------------------ */

/* Zero in all fields but `seconds`: once. */
struct xdb_faulthandler_timer {
    double seconds; /* more than 0 */
    bool repeat;    /* every so many seconds */
    bool exit;      /* _exit(1) after the report, at once: nothing is closed or flushed */
};

/*
** Writes a report after some time, whatever the program does then: runs Lua code, or hangs in C. A second call takes the
** place of the first. Done by an OS thread of its own. XDB_EINVAL (bad options, seconds out of range), XDB_EIO.
*/
XDB_API int xdb_faulthandler_later(lua_State *L, const struct xdb_faulthandler_timer *timer,
                                   const struct xdb_faulthandler_options *options,
                                   struct xdb_error *err);
/* Returns when the report, if one is being written, is done. Harmless without one. */
XDB_API void xdb_faulthandler_cancel(void);

/* ---- signals of the user's -------------------------------------------------------------------- */

/*
** Signal `number` writes a report. With `chain` the handler that was there before runs then. For a registered signal
** the options change. XDB_EINVAL: out of range, one of the fatal signals, or bad options; XDB_EIO: the system says no.
*/
XDB_API int xdb_faulthandler_register(lua_State *L, int number, bool chain,
                                      const struct xdb_faulthandler_options *options,
                                      struct xdb_error *err);
/* 1 when it was registered, 0 when not; XDB_EINVAL. Puts back the handler that was there before. */
XDB_API int xdb_faulthandler_unregister(int number, struct xdb_error *err);

#ifdef __cplusplus
}
#endif

#endif
