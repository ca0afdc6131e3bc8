/*
** Where compiled code decides: every conditional jump of a function, with the place of the construct in the
** text that made it (`if`, `while`, `until`, `and`, `or`, `for`, a comparison kept as a value), and where each
** of its two outcomes goes on.
**
** Constants that the compiler leaves as jumps (`while true`, `if false`, local DEBUG <const> = false) are no
** branches, nor is a jump with both outcomes at the same instruction (`if x then end`). A comparison whose value
** is kept (`x = a > b`) is one only with BRANCHES_CONDITIONS.
**
** The construct and its column come from the text, which is read along with the code as the compiler did it
** (trace/conditions); without text, or where it does not fit the code, the line is that of the jump's instruction,
** the column 0, and the kind a guess from the code.
**
** Cost: about a microsecond a branch; 64 bytes each. It survives any text and any bytecode. No Lua state, no
** printing, no raising.
*/
#ifndef XDB_TRACE_BRANCHES_H
#define XDB_TRACE_BRANCHES_H

#include "core/bytecode.h"
#include "trace/results.h"

enum { BRANCHES_CONDITIONS = 1 };

/*
** One place that decides. Control that goes from instruction `from[0]` (or `from[1]`, when that is not -1) on to
** instruction `to[o]` takes outcome `o`. With hooks the jump behind a test is not seen, and a TFORLOOP is
** not seen after its TFORCALL (the instruction before it).
**
** A `for` decides in its FORLOOP or TFORLOOP, from[0], and a numeric one when it begins, too: from[1], its
** FORPREP. Everything else decides in one instruction.
*/
struct branch_site {
    struct results_branch branch; /* ready for results_add_branch, its counts 0 */
    int from[2];
    int to[2];
};

struct branches;

/*
** The branches of all functions of `code`, which must live as long as the answer. `text` (may be NULL) is the text it was
** compiled from: then `code` must be the whole chunk. XDB_ENOMEM is the only failure.
*/
int branches_new(const struct bytecode *code, const char *text, size_t len, unsigned flags,
                 struct branches **out);
/* NULL is fine. */
void branches_free(struct branches *b);

/* Those of one function of that bytecode, in the order of from[0]; `*n` may be 0. They belong to `b`. */
const struct branch_site *branches_of(const struct branches *b, const struct proto *p, size_t *n);

#endif
