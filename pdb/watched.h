/*
** A watched expression: where its names lead, and what it is worth now. Names lead where they did when it was
** made. An expression with locals of a frame belongs to that frame and ends with it; one with upvalues belongs
** to their function, shares them and ends when the program drops that; any other belongs to the globals. None
** keeps anything of the program alive.
**
** Evaluating costs a fraction of a microsecond. Values are kept as C data: numbers and strings by
** what they are, anything else by its address. Nothing here raises.
*/
#ifndef XDB_PDB_WATCHED_H
#define XDB_PDB_WATCHED_H

#include "core/buffer.h"
#include "core/eval.h"
#include "core/frame_mark.h"

#include <stdint.h>

enum watched_scope { WATCHED_GLOBALS, WATCHED_FUNCTION, WATCHED_FRAME };

struct watched_value {
    int type;     /* LUA_T..., WATCHED_ERROR, or WATCHED_NEVER: equal to nothing */
    bool integer; /* a number of that kind */
    union {
        lua_Integer integer;
        lua_Number number;
        const void *address; /* of an object, or of a long string's text */
        uint64_t hash;       /* of a string's bytes */
    } is;
    size_t len; /* of a string or an error's message */
};

enum { WATCHED_ERROR = -2, WATCHED_NEVER = -3 };

struct watched {
    enum watched_scope scope;
    const char *text, *condition;              /* the owner's; condition: NULL for none */
    struct eval_condition *value_of, *true_if; /* of one that belongs to a frame; owned */
    struct frame_mark mark;
    /* Newer frames on its thread, oldest first: as long as the last one is there, so is the frame. Owned. */
    struct CallInfo **newer;
    int nnewer, room;
    bool
        placed; /* it has a scope in the present state; what it needs there is kept by its address */
};

/*
** [-0, +0 or +1 on L] Gives it its scope: that of the frame, or without one the globals. 0, or a negative code
** and the error value.
*/
int watched_place(struct watched *w, lua_State *L, const struct frame *f);
/* Takes that back; L is NULL when the state has been closed. */
void watched_drop(struct watched *w, lua_State *L);

/*
** Whether its frame or function is still there. `ci` is the frame of the event at hand on thread L, called
** whether it has just been called; NULL when there is no event. `f` is filled for one that belongs to a frame.
*/
bool watched_alive(struct watched *w, lua_State *L, const struct CallInfo *ci, bool called,
                   struct frame *f);
/* [-0, +1 on L] Its value, or an error's; 0 or a negative code. `f` as watched_alive filled it. */
int watched_push(struct watched *w, lua_State *L, const struct frame *f);
/* Whether the condition is true or raises an error; true without one. */
bool watched_test(struct watched *w, lua_State *L, const struct frame *f);

/* The value on the top of L; `code` as watched_push returned it. */
void watched_take(lua_State *L, int code, struct watched_value *v);
bool watched_equal(const struct watched_value *a, const struct watched_value *b);

#endif
