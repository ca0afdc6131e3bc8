#include "trace/plan.h"

#include "core/instruction.h"

#include <stdlib.h>
#include <string.h>

static int op_at(const struct proto *p, int pc)
{
    return pc >= 0 && pc < p->ncode ? instruction_decode(p->code[pc]).op : -1;
}

static bool is_fallback(int op)
{
    return op == BC_MMBIN || op == BC_MMBINI || op == BC_MMBINK;
}

/* Where control goes behind the call of a generic `for` at `pc`, whose test comes next and is not seen. */
static int behind_tforcall(const struct proto *p, int pc, int next[3])
{
    return op_at(p, pc + 1) == BC_TFORLOOP ? instruction_successors(p->code, p->ncode, pc + 1, next)
                                           : 0;
}

/* A test at `pc`: the instruction behind its jump, or where that one leads. After a yield the jump is seen. */
static int behind_test(const struct proto *p, int pc, int next[3])
{
    int n = 0, jump[2];
    if (pc + 2 < p->ncode)
        next[n++] = pc + 2;
    if (pc + 1 < p->ncode) {
        next[n++] = pc + 1;
        if (instruction_successors(p->code, p->ncode, pc + 1, jump) == 1)
            next[n++] = jump[0];
    }
    return n;
}

bool plan_is_event(const struct proto *p, int from, int to)
{
    int next[2];
    if (op_at(p, from) == BC_TFORPREP && instruction_successors(p->code, p->ncode, from, next) == 1)
        from = next[0];
    return to <= from || p->lines[from] != p->lines[to];
}

int plan_next(const struct proto *p, int pc, int next[3])
{
    struct instruction i = instruction_decode(p->code[pc]);
    if (i.tests)
        return behind_test(p, pc, next);
    if (i.op == BC_TFORCALL)
        return behind_tforcall(p, pc, next);
    int n = instruction_successors(p->code, p->ncode, pc, next);
    if (i.op == BC_TFORPREP && n == 1)
        return behind_tforcall(p, next[0], next);
    if (n == 1 && is_fallback(op_at(p, pc + 1)) && pc + 2 < p->ncode)
        next[n++] = pc + 2;
    return n;
}

void plan_sites(const struct proto *p, const struct branch_site *sites, size_t nsites, int *site_at)
{
    int next[2];
    for (int pc = 0; pc < p->ncode; pc++)
        site_at[pc] = -1;
    for (size_t s = 0; s < nsites; s++)
        for (int k = 0; k < 2; k++)
            if (sites[s].from[k] >= 0)
                site_at[sites[s].from[k]] = (int)s;
    for (int pc = 0; pc < p->ncode; pc++) {
        int op = op_at(p, pc);
        if (op == BC_TFORCALL && pc + 1 < p->ncode)
            site_at[pc] = site_at[pc + 1];
        else if (op == BC_TFORPREP && instruction_successors(p->code, p->ncode, pc, next) == 1 &&
                 next[0] + 1 < p->ncode)
            site_at[pc] = site_at[next[0] + 1];
    }
}

int plan_outcome(const struct branch_site *s, int pc, int to)
{
    for (int o = 0; o < 2; o++)
        if (s->to[o] == to)
            return o;
    if (to == pc + 1) /* the jump behind a test, seen after a yield: not the one that skips it */
        return s->to[0] == pc + 2 ? 1 : s->to[1] == pc + 2 ? 0 : -1;
    return -1;
}

/* Whether the operation neither fails nor calls anything, and always goes on to one place. */
static bool is_certain(int op)
{
    switch (op) {
    case BC_MOVE:
    case BC_LOADI:
    case BC_LOADF:
    case BC_LOADK:
    case BC_LOADFALSE:
    case BC_LFALSESKIP:
    case BC_LOADTRUE:
    case BC_LOADNIL:
    case BC_GETUPVAL:
    case BC_SETUPVAL:
    case BC_NOT:
    case BC_JMP:
        return true;
    default:
        return false;
    }
}

/* Arithmetic that with numbers cannot fail: no division by an integer zero. */
static bool is_arithmetic(int op)
{
    return op >= BC_ADDI && op <= BC_SHR && op != BC_MODK && op != BC_IDIVK && op != BC_MOD &&
           op != BC_IDIV;
}

/* Whether the operation stays in its frame, whatever its operands are. */
static bool stays(int op)
{
    return is_certain(op) || is_arithmetic(op) || op == BC_FORLOOP || op == BC_TEST ||
           op == BC_TESTSET || op == BC_EQK || op == BC_EQI;
}

int plan_skip(const struct proto *p, int pc, bool *guess)
{
    int next[2], op = op_at(p, pc);
    *guess = is_arithmetic(op) && is_fallback(op_at(p, pc + 1)) && stays(op_at(p, pc + 2));
    if (*guess)
        return pc + 2;
    if (is_certain(op) && instruction_successors(p->code, p->ncode, pc, next) == 1 && next[0] != pc)
        return next[0];
    return 0;
}

/*
** Counts in `ways` what leads to each instruction that execution can come to: bit 0 with an event, bit 1 without.
** `todo` has room for all of them.
*/
static void find_ways(const struct proto *p, unsigned char *ways, int *todo)
{
    enum { SEEN = 4 };
    int next[3], n = 0;
    todo[n++] = bytecode_first_pc(p);
    ways[todo[0]] = SEEN;
    while (n > 0) {
        int pc = todo[--n];
        for (int k = plan_next(p, pc, next); k > 0; k--) {
            int to = next[k - 1];
            if (!(ways[to] & SEEN))
                todo[n++] = to;
            ways[to] |= SEEN | (plan_is_event(p, pc, to) ? 1 : 2);
        }
    }
    for (int pc = 0; pc < p->ncode; pc++)
        ways[pc] &= (unsigned char)~SEEN;
}

static bool leads_to_mixed(const struct proto *p, const unsigned char *kinds, int pc)
{
    int next[3];
    for (int n = plan_next(p, pc, next); n > 0; n--)
        if (kinds[next[n - 1]] & (PLAN_MIXED | PLAN_LOOP))
            return true;
    return false;
}

int plan_kinds(const struct proto *p, const int *site_at, unsigned char *kinds)
{
    memset(kinds, 0, (size_t)p->ncode);
    int first = bytecode_first_pc(p);
    if (!p->lines || first >= p->ncode)
        return 0;
    unsigned char *ways = calloc((size_t)p->ncode + 1, 1);
    int *todo = malloc((size_t)p->ncode * sizeof *todo);
    if (!ways || !todo) {
        free(ways);
        free(todo);
        return XDB_ENOMEM;
    }
    find_ways(p, ways, todo);
    free(todo);
    for (int pc = 0; pc < p->ncode; pc++) {
        if (ways[pc] == 3)
            kinds[pc] = PLAN_MIXED | PLAN_LINE;
        else if (ways[pc] == 1)
            kinds[pc] = PLAN_LINE;
        if (pc == first)
            kinds[pc] = (unsigned char)(PLAN_ENTRY | PLAN_LINE | (ways[pc] ? PLAN_LOOP : 0));
    }
    for (int pc = 0; pc < p->ncode; pc++)
        if ((site_at && site_at[pc] >= 0) || leads_to_mixed(p, kinds, pc))
            kinds[pc] |= PLAN_SOURCE;
    free(ways);
    return 0;
}
