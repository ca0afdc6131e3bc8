/*
** Which registers of a compiled function still matter before each of its instructions: a backward data
** flow over core/bytecode. What a jump may rely on, and what it would leave half done, is read off it.
**
** Pure: no Lua, any bytecode is survived. 32 bytes an instruction and two or three passes over the
** code; a pass more for each nested loop at most.
*/
#ifndef XDB_BDB_JUMP_LIVE_H
#define XDB_BDB_JUMP_LIVE_H

#include "core/bytecode.h"

#include <stdbool.h>
#include <stdint.h>

enum { REGS_WORDS = 4 };

/* A set of registers 0..255. */
struct regs {
    uint64_t bits[REGS_WORDS];
};

bool regs_has(const struct regs *s, int r);
/* The smallest register of the set that is not below `from`, or -1. */
int regs_next(const struct regs *s, int from);

/* How many local variables are active at `pc`: they live in the registers from 0 on. */
int live_locals(const struct proto *p, int pc);
/*
** Index among `p->locals` of the local in register `reg` at `pc`, or -1.
*/
int live_local(const struct proto *p, int reg, int pc);
/* The register of `p->locals[i]`. */
int live_register(const struct proto *p, int i);

/*
** The registers that are read, on some way from the beginning of an instruction, before they are
** written: an array of p->ncode sets, to be freed with free(), or NULL when memory runs out.
** `scopes`: a local variable counts as read as long as it is active, whether or not anything uses it.
** Then what is in the set beyond the active locals is half of a statement that has been begun.
*/
struct regs *live_registers(const struct proto *p, bool scopes);

#endif
