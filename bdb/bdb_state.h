/*
** What the files of the engine share: the debugger's state. Private to bdb/.
*/
#ifndef XDB_BDB_STATE_H
#define XDB_BDB_STATE_H

#include "bdb/arm.h"
#include "bdb/bdb.h"
#include "bdb/jump.h"
#include "bdb/stop.h"
#include "core/error.h"
#include "core/eval.h"
#include "core/frame.h"
#include "core/frame_stack.h"

/* A breakpoint's condition, compiled for this universe. */
struct compiled {
    unsigned revision; /* of the breakpoint when it was compiled */
    struct eval_condition *condition;
};

struct xdb_bdb {
    struct arm arm;
    const struct xdb_front *front;
    void *data;
    struct universe *universe;
    struct breakpoints *registry;
    struct breakpoints *own_registry; /* to be freed with us, or NULL */
    struct source_cache *sources;     /* owned */
    struct stop stop;
    struct stop_frame callee; /* what the frame of `event` waits for */
    enum xdb_catch catching;
    char **skip;               /* NULL-terminated copies, or NULL */
    struct compiled *compiled; /* by breakpoint number */
    int ncompiled;
    struct xdb_event *event;          /* the one being told, or NULL */
    struct frame_stack stack;         /* of that event, once the front end has asked for it */
    struct function_cache *functions; /* of `sources`, once a name was asked for; owned */
    struct jump jump;
    bool watching;  /* everything is shown to the front end, see bdb/show.c */
    bool showing;   /* it is being shown something */
    bool watched;   /* it asked for a stop, and there was none yet */
    bool stepinstr; /* an instruction is waited for */
    bool quitting;
    struct stop_frame *bases; /* see bdb/quit.c; owned */
    int nbases;               /* -1: memory ran out, they are not known */
};

/* A frame as the stop policy names it. */
static inline struct stop_frame stop_frame_of(const struct frame *f)
{
    return (struct stop_frame){f->thread, f->ci};
}

/* The newest Lua frame at `level` of the thread or below: one cannot stand on C. False: there is none. */
bool bdb_nearest_lua(lua_State *thread, int level, struct frame *f);
/* Tells the event to `callback` (may be NULL) with hooks silent, then does what was commanded. May
   raise the quit error. */
void bdb_tell(struct xdb_bdb *b, struct xdb_event *e,
              void (*callback)(struct xdb_bdb *, const struct xdb_event *));
/* Sets the masks for the present command; raises when quitting. */
void bdb_settle(struct xdb_bdb *b, lua_State *L);
/* The nearest Lua frame older than `ci` of `L`, also beyond resumes; {NULL, NULL} when none. */
struct stop_frame bdb_heir(struct xdb_bdb *b, lua_State *L, const struct CallInfo *ci);
/* Whether the function of `ar` belongs to a skipped module. */
bool bdb_skipped(struct xdb_bdb *b, lua_State *L, lua_Debug *ar);

/*
** bdb/effective.c: the number of the breakpoint at the line of `f` that stops here, or 0. A temporary
** one is cleared. The name of the file is copied before anything can change it.
*/
int effective_break_here(struct xdb_bdb *b, lua_State *L, const struct frame *f, const char *file,
                         int line);
/* Frees all that has been compiled. `L` is NULL when the state is closed. */
void effective_forget(struct xdb_bdb *b, lua_State *L);

/*
** bdb/quit.c: abandoning the program. Before the quit error is raised, what stands on the stack is noted;
** an event while quitting raises it again when the program has gone on instead of ending.
*/
void quit_note(struct xdb_bdb *b, lua_State *L);
void quit_insist(struct xdb_bdb *b, lua_State *L, const lua_Debug *ar);
void quit_forget(struct xdb_bdb *b);

/* bdb/show.c: an event while watching, and whether the line or return at hand is to stop for it. */
void show_event(struct arm *a, lua_State *L, lua_Debug *ar);
bool show_due(struct xdb_bdb *b);

/* bdb/catch.c: an error has been raised. */
void catch_error(struct arm *a, const struct hook_error *e);

/* bdb/place.c: functions of the source are seen for the first time; pending breakpoints may wait for them. */
void place_seen(void *data, struct source *source);
/* Whether the condition (NULL and "" are none) compiles: 0, or XDB_EINVAL with the text for a person. */
int place_check_condition(lua_State *L, const char *condition, struct xdb_error *err);
/* The source that a person or a program means by a path, "@path", "=label", or a chunk's text. */
int place_source(struct source_cache *sources, const char *file, struct source **out,
                 struct xdb_error *err);

#endif
