/*
** Where a jump to a line would land in a compiled function, and whether it may. Nothing is jumped here:
** the plan is read off the bytecode alone.
**
** A line can begin at several instructions (the head of a loop: where it starts and where it goes
** round). Of those that are safe the one that keeps the most local variables is taken, so that a jump
** from a loop's body to its head goes on with the loop. Safe is an instruction
** - that does not stand in the middle of a statement: no register beyond the locals still matters there;
** - whose locals have values: those in whose scope one is not yet are not read any more, or the jump
**   goes to where their scope begins; into a `for` there is no way;
** - on the way to which no scope ends that must be closed: of a local that a function captured or that
**   is to be closed, unless the instruction itself closes it.
*/
#ifndef XDB_BDB_JUMP_PLAN_H
#define XDB_BDB_JUMP_PLAN_H

#include "core/bytecode.h"

struct jump_from {
    int pc;       /* where one stands; after a jump, where that has led */
    int vm;       /* the instruction that Lua is about to execute */
    bool arrived; /* one may stand there by a jump, and nothing has been executed since */
    /* Whether the value of the n-th local (from 1) active at `pc` needs to be closed: neither nil nor
       false. */
    bool (*closes)(void *data, int n);
    void *data;
};

struct jump_to {
    int pc, line;
    int kept;   /* locals that are the same as at `from` */
    int locals; /* all that are active; those beyond `kept` have no value yet */
};

/*
** The way to `line` of the function, or where that has no code, to the next line with code. XDB_ENOENT:
** the line is outside of the function; XDB_EINVAL: the jump would not be safe, the text says why;
** XDB_ENOMEM.
*/
int jump_plan(const struct proto *p, const struct jump_from *from, int line, struct jump_to *out,
              struct xdb_error *err);

#endif
