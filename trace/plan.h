/*
** What to note at each instruction of a function, so that the counts are those of Lua's line hook: it fires where
** execution begins, where the line differs from that of the instruction before, and where control goes back
** (Lua 5.4 reference manual, lua_sethook). For most instructions every way that leads there agrees about it.
**
** Pure: bytecode in, a kind for each instruction out. Costs microseconds a function, once.
*/
#ifndef XDB_TRACE_PLAN_H
#define XDB_TRACE_PLAN_H

#include "core/bytecode.h"
#include "trace/branches.h"

enum plan_kind {
    PLAN_ENTRY = 1,    /* the first that hooks see */
    PLAN_MIXED = 2,    /* some ways that lead here make a line event, others do not */
    PLAN_SOURCE = 4,   /* what comes next matters: a branch's outcome, or a line event or none */
    PLAN_FRESH = 8,    /* the first time counts: a line not covered yet may begin here */
    PLAN_LINE = 16,    /* its count is one of its line */
    PLAN_LOOP = 32,    /* an entry to which control may also come back within the function */
    PLAN_GUESSED = 64, /* it may be taken for granted by the one before, see plan_skip */
    /* These are more than a number. */
    PLAN_SLOW = PLAN_ENTRY | PLAN_MIXED | PLAN_SOURCE | PLAN_FRESH | PLAN_GUESSED
};

/*
** Whether the line hook fires at `to` when hooks saw instruction `from` before. What begins a generic `for` goes on
** to the call of its iterator, which comes last in the loop and is what Lua remembers.
*/
bool plan_is_event(const struct proto *p, int from, int to);

/*
** Where hooks may see control next after they saw it at `pc`: at most three indices into `next`, and how many. The virtual
** machine does a few instructions together with the one before: the jump behind a test, the call and the
** test of a generic `for`, the skipped fallback of arithmetic.
*/
int plan_next(const struct proto *p, int pc, int next[3]);

/*
** For each instruction of `p` the index of the site whose decision hooks see there, or -1, into `site_at`, which has
** room for p->ncode: also at what calls the iterator of a generic `for`, since its test is not seen.
*/
void plan_sites(const struct proto *p, const struct branch_site *sites, size_t nsites,
                int *site_at);
/*
** The kinds of `p`'s instructions, PLAN_FRESH aside, into `kinds`, which has room for p->ncode. `site_at` (may be
** NULL) is that of plan_sites. A function without line information gets none. XDB_ENOMEM is the only failure.
*/
int plan_kinds(const struct proto *p, const int *site_at, unsigned char *kinds);
/*
** What need not be heard of: the instruction that comes after `pc` for certain, since that one cannot fail nor
** choose; or after arithmetic, when its operands are numbers (`*guess`), and that neither calls nor fails. Its index, or 0.
*/
int plan_skip(const struct proto *p, int pc, bool *guess);

/* Which outcome of `s` control takes that hooks see at `to` next, coming from `pc`: 0, 1, or -1 for none. */
int plan_outcome(const struct branch_site *s, int pc, int to);

#endif
