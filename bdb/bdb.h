/*
** xdb/bdb.h - the debugging engine for Lua 5.4: breakpoints, stepping, errors as events. It knows no
** prompt and no terminal: a front end fills in a struct of callbacks, and in each of them says how to go
** on. What costs how much stands in bdb/arm.h of the sources; a debugger that waits for nothing costs
** nothing, one that waits for a breakpoint in other functions costs an empty call hook.
**
** A debugger (struct xdb_bdb) belongs to one Lua universe (lua_newstate with its coroutines) and to the
** OS thread that runs it. Unless said otherwise, functions do not raise Lua errors, keep no reference to
** what they are given, copy texts, and must not be called from a signal handler. Failures are negative
** codes with a line of text in `struct xdb_error`.
**
** Index: breakpoints' registry - events - life of a debugger - how to go on - frames - evaluating -
** breakpoints - breakpoints by number - running code.
*/
#ifndef XDB_BDB_H
#define XDB_BDB_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef XDB_API
#define XDB_API __attribute__((visibility("default")))
#endif

struct xdb_bdb;
struct xdb_error; /* <xdb/error.h> */
/* Opaque. Inside of the sources these are called without `xdb_` (see the root's meson.build). */
struct xdb_breakpoint;
struct xdb_breakpoints;
struct xdb_frame;
struct xdb_source_cache;

/* ---- the registry of breakpoints -------------------------------------------------------------- */

/*
** Several debuggers of one state share a registry, and it can outlive the state (a restarted program
** keeps its breakpoints). NULL when memory runs out; free it after the debuggers that use it.
*/
XDB_API struct xdb_breakpoints *xdb_breakpoints_new(void);
XDB_API void xdb_breakpoints_free(struct xdb_breakpoints *r);

/* ---- events ----------------------------------------------------------------------------------- */

enum xdb_event_kind {
    XDB_EVENT_LINE,      /* about to run the line */
    XDB_EVENT_CALL,      /* a Lua function has been called */
    XDB_EVENT_RETURN,    /* a Lua function is about to return */
    XDB_EVENT_EXCEPTION, /* an error has been raised; its stack is still there */
    XDB_EVENT_INTERRUPT, /* xdb_bdb_interrupt was called; stands like XDB_EVENT_LINE */
    XDB_EVENT_OPCODE     /* about to run the instruction that xdb_bdb_set_stepinstr waited for */
};

struct xdb_event {
    enum xdb_event_kind kind;
    lua_State *L; /* running thread: text is to be evaluated here */
    /* Where it happened; may be on another thread (a dead coroutine). */
    const struct xdb_frame *frame;
    int line;        /* its line; -1 when unknown */
    bool stepping;   /* a stepping command asked for it (BDB-061 stop_here) */
    bool watched;    /* the front end's `watch` asked for it */
    int breakpoint;  /* number of the one that stopped here (it may be deleted by now), or 0 */
    int results;     /* RETURN: number of values; xdb_event_push_result gives them */
    int error_index; /* EXCEPTION: stack index of the error value on L, absolute */
    bool handled;    /* EXCEPTION: a pcall, xpcall or resume will receive it */
    /* EXCEPTION: the function that raised; `frame` may be an older one */
    const struct xdb_frame *raiser;
    const lua_Debug *ar; /* of the hook; NULL where there is none */
};

/*
** What a front end does at events; NULL: nothing. Each runs inside a hook of e->L or a message handler,
** where Lua code may be run in protected mode (hooks of the debugger are silent meanwhile). It says how
** to go on with one of xdb_bdb_set_...; saying nothing keeps the last command.
*/
struct xdb_front {
    void (*user_line)(struct xdb_bdb *b, const struct xdb_event *e);
    void (*user_call)(struct xdb_bdb *b, const struct xdb_event *e);
    /*
    ** Calls of functions with breakpoints are told, too (BDB-047), with e->stepping false: as the original
    ** does, and slow where such a function is called often.
    */
    bool calls_with_breakpoints;
    void (*user_return)(struct xdb_bdb *b, const struct xdb_event *e);
    void (*user_exception)(struct xdb_bdb *b, const struct xdb_event *e);
    void (*user_opcode)(struct xdb_bdb *b, const struct xdb_event *e);
    /* A temporary breakpoint stopped the program: delete it (BDB-062). NULL: it is deleted. */
    void (*do_clear)(struct xdb_bdb *b, struct xdb_breakpoint *bp);
    /*
    ** A condition raised an error, whose text is given; the program stops (BDB-026). The
    ** breakpoint must not be deleted here. NULL: nothing.
    */
    void (*condition_failed)(struct xdb_bdb *b, struct xdb_breakpoint *bp, const char *message);
    /*
    ** The program is about to be abandoned. Instead the front end may raise an error of its own, which the
    ** program can catch, after xdb_bdb_reset and xdb_bdb_apply. NULL: nothing.
    */
    void (*abandon)(struct xdb_bdb *b, lua_State *L);
    /*
    ** While xdb_bdb_set_watching asks for it: told before anything else at each line, call and return on any
    ** thread, also of C functions. True: the program stops at the next line, or return of a Lua function;
    ** at this one, if it is one. It commands nothing; it may end the watching.
    */
    bool (*watch)(struct xdb_bdb *b, const struct xdb_event *e);
};

/* [-0, +1 on e->L] Pushes the n-th value (from 1) that the function returns. False: no such value. */
XDB_API bool xdb_event_push_result(const struct xdb_event *e, int n);

/* ---- life ------------------------------------------------------------------------------------- */

/*
** A debugger for the universe of `L`, with `data` for the front end. `registry` may be NULL: then it has
** one of its own. It starts detached in effect: nothing is wanted until a set_... function. NULL with
** `err` filled when memory runs out.
*/
XDB_API struct xdb_bdb *xdb_bdb_new(lua_State *L, const struct xdb_front *front, void *data,
                                    struct xdb_breakpoints *registry, struct xdb_error *err);
/* `L` is the running thread, or NULL when the state has been closed. NULL debugger is accepted. */
XDB_API void xdb_bdb_free(struct xdb_bdb *b, lua_State *L);
XDB_API void *xdb_bdb_data(const struct xdb_bdb *b);
XDB_API struct xdb_breakpoints *xdb_bdb_registry(const struct xdb_bdb *b);
/* Where sources are looked up; belongs to the debugger. For the front ends of this project. */
XDB_API struct xdb_source_cache *xdb_bdb_sources(const struct xdb_bdb *b);
/*
** A debugger whose tracing is off sees nothing and costs nothing, whatever is commanded and whichever
** breakpoints its registry holds. It is on at first. In a callback it takes effect when that returns.
*/
XDB_API void xdb_bdb_set_tracing(struct xdb_bdb *b, lua_State *L, bool on);
/* BDB-035: forgets the command and that it was quitting. */
XDB_API void xdb_bdb_reset(struct xdb_bdb *b);
/*
** Glob patterns of module names or files whose frames are not shown (BDB-030, 060, 113). The list ends
** with NULL and is copied; NULL: none. 0 or XDB_ENOMEM.
*/
XDB_API int xdb_bdb_set_skip(struct xdb_bdb *b, const char *const *patterns);

/* Which errors stop although no stepping command asks for it. */
enum xdb_catch { XDB_CATCH_OFF, XDB_CATCH_UNCAUGHT, XDB_CATCH_RAISED };
XDB_API void xdb_bdb_set_catch(struct xdb_bdb *b, lua_State *L, enum xdb_catch what);

/* Whether `watch` is told of everything: some 100 ns an event, and what the front end does then. */
XDB_API void xdb_bdb_set_watching(struct xdb_bdb *b, lua_State *L, bool on);

/* ---- how to go on ----------------------------------------------------------------------------- */

/* In callbacks they take effect when it returns, outside at once. BDB-070..079. */
XDB_API void xdb_bdb_set_step(struct xdb_bdb *b);
/* Stops before the next instruction of the running program, in the middle of a line (BDB-080). */
XDB_API void xdb_bdb_set_stepinstr(struct xdb_bdb *b);
XDB_API void xdb_bdb_set_next(struct xdb_bdb *b, const struct xdb_frame *f);
/* `line` 0: the first line after the one where the frame stands (BDB-073). */
XDB_API void xdb_bdb_set_until(struct xdb_bdb *b, const struct xdb_frame *f, int line);
XDB_API void xdb_bdb_set_return(struct xdb_bdb *b, const struct xdb_frame *f);
XDB_API void xdb_bdb_set_continue(struct xdb_bdb *b);
/*
** In a callback for a line: the program goes on at `line` of the function where it stands, or where that
** line has no code, at the next one that has; *landed (may be NULL) is that line. `f` must be the newest
** frame. Its line, its locals and the event's `line` are those of the new place at once; how to go on is
** commanded as usual. The landing tells no event and counts no breakpoint. May be called again before
** the callback returns. XDB_ENOENT: the line is outside of the function; XDB_EINVAL: the jump would not be safe (see
** bdb/jump_plan.h of the sources), or one does not stand at a line event; XDB_ENOMEM. Then nothing is changed.
*/
XDB_API int xdb_bdb_jump(struct xdb_bdb *b, const struct xdb_frame *f, int line, int *landed,
                         struct xdb_error *err);
/* The program is abandoned: a private error leaves all its frames (xdb_bdb_is_quit knows it). */
XDB_API void xdb_bdb_set_quit(struct xdb_bdb *b);
XDB_API bool xdb_bdb_quitting(const struct xdb_bdb *b);
/* Whether the value at `index` is the error that abandons a program. */
XDB_API bool xdb_bdb_is_quit(lua_State *L, int index);
/*
** From a C function called by the program: stops there and then, at the calling line of the Lua function
** at `level` (lua_getstack; 1 for the caller of the C function), even if it is the last one (PDB-055).
** Raises when the front end says quit.
*/
XDB_API void xdb_bdb_set_trace(struct xdb_bdb *b, lua_State *L, int level);
/* Stops the running program at its next instruction. May be called from a signal handler. */
XDB_API void xdb_bdb_interrupt(struct xdb_bdb *b);
/*
** To be called by who changed the registry, the front end's wishes or the stack outside of a callback:
** puts the hooks of `L` and the threads that wait for it in order.
*/
XDB_API void xdb_bdb_apply(struct xdb_bdb *b, lua_State *L);

/* Whether it waits for nothing at all: nobody would notice if it were freed. */
XDB_API bool xdb_bdb_idle(const struct xdb_bdb *b);

/* ---- frames ----------------------------------------------------------------------------------- */

/*
** The n-th Lua frame of the present stop, 0 the newest (in an EXCEPTION who raised), then its callers, also
** those beyond coroutine.resume. NULL past the oldest one, outside of callbacks, and when memory runs out.
** It belongs to the debugger and is good, as event->frame is, until the callback returns. The first call
** in a callback collects the stack: one step a frame. (In a Lua whose layout is not known only the ends of
** a thread deeper than some two thousand frames are there.)
*/
XDB_API const struct xdb_frame *xdb_bdb_frame(struct xdb_bdb *b, int n);
/* Whether both are the same call of the same function: which of the stack's is event->frame. */
XDB_API bool xdb_frame_same(const struct xdb_frame *f, const struct xdb_frame *other);
/* The line that it is at, from 1; -1 when unknown (stripped code; a CALL: see event->line). */
XDB_API int xdb_frame_line(const struct xdb_frame *f);
/*
** Canonical name of the file, or what the chunk is called ("=stdin"); NULL when memory runs out. It is the
** debugger's, and good until the callback returns.
*/
XDB_API const char *xdb_frame_file(struct xdb_bdb *b, const struct xdb_frame *f);
/*
** The name that the function was defined with ("f", "M.f", "M:f"), "<main>" for a chunk, else its name in
** package.loaded or where it was called, else "<function>". Never NULL; good until the callback returns.
** The first question about a file compiles its text.
*/
XDB_API const char *xdb_frame_function(struct xdb_bdb *b, const struct xdb_frame *f);

/*
** [-0, +1 on L] Variables of a frame by number, from 1: pushes the value and returns the name (good while
** the function is), or NULL with nothing pushed past the last one, and where there is no stack space.
** Locals are those active at the line, in order; a later one hides an earlier one of the same name; names
** that begin with '(' are the compiler's own. L needs a free stack slot; any thread of the universe will do.
*/
XDB_API const char *xdb_frame_local(const struct xdb_frame *f, lua_State *L, int n);
XDB_API const char *xdb_frame_upvalue(const struct xdb_frame *f, lua_State *L, int n);
/* [-0, +1 on L] The n-th value of `...`, from 1. 0, or XDB_ENOENT past the last one. */
XDB_API int xdb_frame_push_vararg(const struct xdb_frame *f, lua_State *L, int n);
/*
** [-0, +1 on L] The value of the innermost active local of that name, else of the upvalue. 0, or XDB_ENOENT
** with nothing pushed. Globals are read, and all variables set, by xdb_bdb_eval.
*/
XDB_API int xdb_frame_push_variable(const struct xdb_frame *f, lua_State *L, const char *name);
/* [-0, +1 on L] The function itself. 0, or XDB_ENOMEM when there is no stack space. */
XDB_API int xdb_frame_push_function(const struct xdb_frame *f, lua_State *L);

/* ---- evaluating ------------------------------------------------------------------------------- */

/* Beside the codes of <xdb/error.h>. */
enum xdb_eval_code {
    XDB_ESYNTAX = -20,     /* the text does not compile */
    XDB_EINCOMPLETE = -21, /* it might if more text followed */
    XDB_ERUN = -22         /* it raised an error */
};
enum xdb_eval_mode {
    XDB_EVAL_ANY,        /* a list of expressions if the text is one, else statements */
    XDB_EVAL_EXPRESSION, /* a list of expressions, perhaps empty */
    XDB_EVAL_STATEMENTS  /* statements; `return` gives values */
};
/*
** [-0, +results or +1 on L] Runs the text as if it stood in the frame: it reads and assigns the frame's
** locals, upvalues, `...` and globals; with `f` NULL globals only. `L` is the running thread, in a callback
** event->L, with a free stack slot. Returns how many values it pushed, or a negative code (those above or
** XDB_ENOMEM) after pushing the error value. Errors of the text never come out of here, and the debugger is
** silent while it runs. Of the stack of event->L only what a callback pushes is its own (what lies below is the
** program's: no lua_settop(L, 0)); that is dropped when the callback returns.
*/
XDB_API int xdb_bdb_eval(struct xdb_bdb *b, lua_State *L, const struct xdb_frame *f,
                         const char *text, size_t len, enum xdb_eval_mode mode);
/*
** [-0, +0] An error value as one line of text: without the position in the evaluated text, by its __tostring,
** control characters as escapes, cut where it is too long. Does not raise.
*/
XDB_API void xdb_bdb_error_text(lua_State *L, int index, struct xdb_error *out);

/* ---- breakpoints ------------------------------------------------------------------------------ */

struct xdb_break_spec {
    const char *file; /* any path, "=label", or the text of a chunk; NULL: `function` alone */
    int line;         /* 1.. */
    bool temporary;
    const char *condition; /* NULL or "": none; must compile */
    const char *function;  /* stop at the first line of this function; NULL: at the line */
};
/*
** Sets a breakpoint. A line without code moves to the next one that has code (then *moved, if given, is
** the line that was asked for, else 0). With `function` and no file: placed if a loaded source defines it,
** else pending until one does. XDB_ENOENT: `Line FILE:LINE does not exist` (BDB-090, 091), XDB_EINVAL:
** the condition does not compile (`Invalid condition C: ...`), XDB_ENOMEM.
*/
XDB_API int xdb_bdb_set_break(struct xdb_bdb *b, lua_State *L, const struct xdb_break_spec *spec,
                              struct xdb_breakpoint **out, int *moved, struct xdb_error *err);
/* The first effective breakpoint at the frame's line, as BDB-022; counts the crossing. */
XDB_API struct xdb_breakpoint *xdb_bdb_effective(struct xdb_bdb *b, lua_State *L,
                                                 const struct xdb_frame *f, const char *file,
                                                 int line, bool *delete_ok);
/* Canonical file name of the chunk `ar.source`, BDB-034; the debugger's, good as long as the source. */
XDB_API const char *xdb_bdb_canonic(struct xdb_bdb *b, const char *chunk);

/* ---- breakpoints by number -------------------------------------------------------------------- */

/* Those of the debugger's registry. XDB_ENOENT: there is no breakpoint of that number (any more). */

struct xdb_breakpoint_info {
    int number;            /* from 1; never given again */
    const char *file;      /* canonical name; NULL while it waits for its function */
    int line;              /* 0 while it waits */
    const char *function;  /* as it was given; NULL: at the line */
    const char *condition; /* NULL: none */
    bool temporary;
    bool enabled;
    int ignore; /* so many hits are still let pass */
    int hits;   /* how often it was reached while enabled */
};
/* Its number, with which a callback or xdb_bdb_set_break goes on. */
XDB_API int xdb_breakpoint_number(const struct xdb_breakpoint *bp);
/* Highest number given so far; 0: none. A walk from 1 to it meets all that have not been deleted. */
XDB_API int xdb_bdb_last_breakpoint(const struct xdb_bdb *b);
/* What is known of it now. The texts are the registry's, good until the breakpoint is changed or deleted. */
XDB_API int xdb_breakpoint_get(const struct xdb_bdb *b, int number,
                               struct xdb_breakpoint_info *info);
/* `L` is the running thread. In a callback it takes effect when that returns, as in xdb_bdb_apply. */
XDB_API int xdb_breakpoint_delete(struct xdb_bdb *b, lua_State *L, int number);
XDB_API int xdb_breakpoint_enable(struct xdb_bdb *b, lua_State *L, int number, bool enabled);
/*
** A copy is kept; NULL or "": none. XDB_EINVAL: it does not compile, with the text as for set_break; XDB_ENOMEM.
** Then the old one stays.
*/
XDB_API int xdb_breakpoint_condition(struct xdb_bdb *b, lua_State *L, int number,
                                     const char *condition, struct xdb_error *err);
/* How many hits shall be let pass from now on. XDB_EINVAL: less than 0. */
XDB_API int xdb_breakpoint_ignore(struct xdb_bdb *b, int number, int count);

/* ---- running code ----------------------------------------------------------------------------- */

/*
** [-(nargs + 1), +nresults] Calls a function as lua_pcall does, with the debugger told of errors that
** nobody else receives, and the quit error ending quietly. Returns LUA_OK, an error status with the error
** value on the top, or XDB_QUIT with nothing pushed.
*/
enum { XDB_QUIT = 100 };
XDB_API int xdb_bdb_call(struct xdb_bdb *b, lua_State *L, int nargs, int nresults);
/* For a message handler of the host's own: tells that the error on the top of `L` is being raised. */
XDB_API void xdb_bdb_raised(struct xdb_bdb *b, lua_State *L, int level);

#ifdef __cplusplus
}
#endif

#endif
