/*
** The stop policy: after `step`, `next`, `until`, `return` or `continue`, does this event stop? Pure
** data and comparisons, no Lua calls; tested by tables. A stepping command is a few fields set in one
** place.
**
** A frame is named by its thread and CallInfo. Such a name can come back with another function after the
** frame has died, so whoever learns of a death says so (`stop_lost`).
*/
#ifndef XDB_BDB_STOP_H
#define XDB_BDB_STOP_H

#include <stdbool.h>

/* Which frame; both NULL: none. Compared, never followed. */
struct stop_frame {
    const void *thread; /* lua_State */
    const void *ci;     /* CallInfo */
};

enum stop_mode {
    STOP_CONTINUE, /* at breakpoints only */
    STOP_STEP,     /* at the next event anywhere */
    STOP_NEXT,     /* at the next line of the target, or at its return */
    STOP_UNTIL,    /* at a line of the target not below `line`, or at its return */
    STOP_RETURN,   /* at the target's return */
    STOP_LEAVE     /* at the next event anywhere, once the target has returned */
};

struct stop {
    enum stop_mode mode;
    struct stop_frame target;
    int line; /* STOP_UNTIL only */
    /*
    ** Where the command was given: in that frame, that very line does not stop again, so that a loop
    ** written on one line is crossed by a single command (BDB-045). Line 0: nowhere.
    */
    struct stop_frame origin;
    int origin_line;
};

static inline bool stop_same(struct stop_frame a, struct stop_frame b)
{
    return a.ci == b.ci && a.thread == b.thread;
}

/* The commands. `origin` and `line`: where they are given. */
void stop_set_continue(struct stop *s);
void stop_set_step(struct stop *s, struct stop_frame origin, int line);
void stop_set_next(struct stop *s, struct stop_frame target, struct stop_frame origin, int line);
/* `until`: the first line that stops. */
void stop_set_until(struct stop *s, struct stop_frame target, int until);
void stop_set_return(struct stop *s, struct stop_frame target);
/* `step` in `origin`, which waits for the target, a newer frame. */
void stop_set_leave(struct stop *s, struct stop_frame target, struct stop_frame origin, int line);

/* Whether the event stops. */
bool stop_on_line(const struct stop *s, struct stop_frame frame, int line);
bool stop_on_call(const struct stop *s);
bool stop_on_return(const struct stop *s, struct stop_frame frame);
/* An error that will unwind the target, or any error while stepping. */
bool stop_on_error(const struct stop *s, bool unwinds_target);

/*
** The target is gone or about to go (it returned, was replaced by a tail call, is being unwound): what
** was wanted of it goes on with `heir`, the frame that gets control after it; with no heir (NULL ci)
** at the next event anywhere. After LEAVE that is so anyway. STEP and CONTINUE are left as they are.
*/
void stop_lost(struct stop *s, struct stop_frame heir);

/* Whether lines (not only the return) of `frame` may stop. */
bool stop_wants_lines(const struct stop *s, struct stop_frame frame);
/* Whether the mode has a target frame. */
static inline bool stop_has_target(const struct stop *s)
{
    return s->mode >= STOP_NEXT;
}

#endif
