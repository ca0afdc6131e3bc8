/*
** The conditions in a Lua text, in the order in which the compiler leaves a jump for each: which construct,
** where it stands. It reads statements and expressions as the compiler does, constants included, and judges
** nothing; a text that it does not understand is refused as a whole.
**
** One pass, linear in the text; nested at most CONDITIONS_MAX_DEPTH deep. No Lua state. The answer is freed with
** conditions_free and holds nothing of the text.
*/
#ifndef XDB_TRACE_CONDITIONS_H
#define XDB_TRACE_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/results.h"

#define CONDITIONS_MAX_DEPTH 400 /* Lua's compiler stops at 200 */

struct condition {
    enum branch_kind kind;
    bool compares; /* a comparison's own jump; else a test of a value */
    /*
    ** Whether the jump is about the contrary of the condition as written (`~=`, `not`): the jump taken
    ** when what it compares or tests is true is then taken when the condition is false.
    */
    bool negated;
    int line, column;           /* of the keyword or operator, from 1 */
    int read_line, read_column; /* of the token after which the compiler made the jump */
};

/* One function of the text. */
struct condition_list {
    struct condition *tests; /* in the order of the code */
    size_t ntests;
    struct condition *loops; /* the `for` statements, in the order of the text */
    size_t nloops;
    size_t cap_tests, cap_loops;
};

struct conditions {
    struct condition_list *functions; /* the main chunk, then in the order of the text */
    size_t nfunctions, cap_functions;
};

/* XDB_EFORMAT for a text that is not understood, XDB_ENOMEM. A first line that starts with # is skipped. */
int conditions_read(const char *text, size_t len, struct conditions **out);
/* NULL is fine. */
void conditions_free(struct conditions *c);

#endif
