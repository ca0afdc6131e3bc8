/*
** Makes a stopped program go on at another line of its newest function (xdb_bdb_jump).
**
** How. Lua's interpreter keeps the address of the next instruction in a C variable that nobody can reach,
** but it fetches that instruction after the line hook has returned. So the hook, as the last thing it
** does, writes a jump (OP_JMP) in its place; the interpreter executes it, and before the instruction where
** it leads to it calls the line hook again, which puts the old one back. This holds for 5.4.0 to 5.4.8; core/layout
** proves it at start. `CallInfo`'s saved pc, which tells everybody the line and the locals, is set at
** once, so that the frame reads as if it stood there already: the interpreter does not look at it
** before it has jumped.
**
** Between the two, no other code can run: a program with a line hook of its own, and a second debugger of
** the same universe, would be called in between, so where they are there is no jump. Should an error come
** out of another tool's hook nevertheless, the first event after it, of any kind, restores the code.
**
** The line event of the landing is swallowed: one stands on that line already, as the banner said. It
** counts no hit and does not stop again. Other tools see it as any other line.
**
** Which jumps are safe is bdb/jump_plan's business. Costs nothing while nobody jumps.
*/
#ifndef XDB_BDB_JUMP_H
#define XDB_BDB_JUMP_H

#include "core/hook.h"

#include <stdint.h>

struct xdb_bdb;
struct xdb_event;

struct jump {
    struct hook_observer observer; /* attached while in flight; first: hook_self gives it */
    struct xdb_bdb *b;
    lua_State *L;              /* the thread that jumps, */
    struct CallInfo *ci;       /* its newest frame, */
    const struct Proto *proto; /* and what runs there */
    int vm, to;                /* instructions: about to be executed, and where to go on instead */
    bool pending;              /* to be done when the callback returns */
    bool flying;   /* the jump stands in the code, or its landing has not been told yet */
    bool written;  /* it stands in the code */
    bool leaving;  /* the event that we leave from will be told to us as well */
    uint32_t word; /* what stood in its place */
};

/* `j` is part of `b`. Allocates nothing. */
void jump_init(struct jump *j, struct xdb_bdb *b);
/* Does what was commanded in the callback for `e`, at the very end of its hook. Does not raise. */
void jump_depart(struct jump *j, const struct xdb_event *e);
/* Restores the code if it is not yet so; `L` is the running thread, or NULL when the state is closed. */
void jump_land(struct jump *j, lua_State *L);

#endif
