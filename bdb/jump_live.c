#include "bdb/jump_live.h"

#include "core/instruction.h"

#include <stdlib.h>
#include <string.h>

enum { REGISTERS = REGS_WORDS * 64 };

/* Adds `count` registers from `first` on; those out of range do not exist. */
static void add(struct regs *s, int first, int count)
{
    for (int r = first; r < first + count && r < REGISTERS; r++)
        s->bits[r / 64] |= (uint64_t)1 << r % 64;
}

bool regs_has(const struct regs *s, int r)
{
    return r >= 0 && r < REGISTERS && (s->bits[r / 64] >> r % 64 & 1) != 0;
}

int regs_next(const struct regs *s, int from)
{
    for (int r = from; r < REGISTERS; r++)
        if (regs_has(s, r))
            return r;
    return -1;
}

int live_locals(const struct proto *p, int pc)
{
    int n = 0;
    for (int i = 0; i < p->nlocals && p->locals[i].startpc <= pc; i++)
        n += pc < p->locals[i].endpc;
    return n;
}

int live_local(const struct proto *p, int reg, int pc)
{
    for (int i = 0; i < p->nlocals && p->locals[i].startpc <= pc; i++)
        if (pc < p->locals[i].endpc && reg-- == 0)
            return i;
    return -1;
}

int live_register(const struct proto *p, int i)
{
    int reg = 0, pc = p->locals[i].startpc;
    for (int k = 0; k < i; k++)
        reg += p->locals[k].startpc <= pc && pc < p->locals[k].endpc;
    return reg;
}

/* ---- what an instruction reads and writes ----------------------------------------------------- */

/* From register `first` to the top, which the instruction before has set or the next one will use. */
static void add_open(struct regs *s, int first)
{
    add(s, first, REGISTERS - first);
}

static void add_counted(struct regs *s, int first, int operand, int count)
{
    if (operand == 0)
        add_open(s, first);
    else
        add(s, first, count);
}

/* The value to be stored: a register, unless bit k says that it is a constant. */
static void add_stored(struct regs *s, struct instruction i)
{
    if (!i.k)
        add(s, i.c, 1);
}

/* The locals that a new function captures. It may capture the one that it becomes, as yet empty. */
static void add_captured(struct regs *s, const struct proto *p, struct instruction i)
{
    if (i.bx >= p->nprotos)
        return;
    const struct proto *inner = p->protos[i.bx];
    for (int u = 0; u < inner->nupvalues; u++)
        if (inner->upvalues[u].instack && inner->upvalues[u].idx != i.a)
            add(s, inner->upvalues[u].idx, 1);
}

/* Reads of the instructions whose operands are a list of registers. */
static void add_list_reads(struct regs *s, struct instruction i)
{
    switch (i.op) {
    case BC_CONCAT:
        add(s, i.a, i.b);
        break;
    case BC_CALL:
    case BC_TAILCALL:
        add_counted(s, i.a, i.b, i.b);
        break;
    case BC_RETURN:
        add_counted(s, i.a, i.b, i.b - 1);
        break;
    case BC_SETLIST:
        add_counted(s, i.a, i.b, i.b + 1);
        break;
    case BC_FORLOOP:
    case BC_FORPREP:
    case BC_TFORCALL:
        add(s, i.a, 3);
        break;
    case BC_TFORPREP:
        add(s, i.a, 4);
        break;
    case BC_TFORLOOP:
        add(s, i.a + 4, 1);
        break;
    default:
        break;
    }
}

enum { READS_A = 1, READS_B = 2, READS_C = 4, READS_STORED = 8 };

// clang-format off
static const unsigned char reads[BC_OPS] = {
    [BC_MOVE] = READS_B, [BC_UNM] = READS_B, [BC_BNOT] = READS_B, [BC_NOT] = READS_B,
    [BC_LEN] = READS_B, [BC_GETI] = READS_B, [BC_GETFIELD] = READS_B, [BC_TESTSET] = READS_B,
    [BC_ADDI] = READS_B, [BC_ADDK] = READS_B, [BC_SUBK] = READS_B, [BC_MULK] = READS_B,
    [BC_MODK] = READS_B, [BC_POWK] = READS_B, [BC_DIVK] = READS_B, [BC_IDIVK] = READS_B,
    [BC_BANDK] = READS_B, [BC_BORK] = READS_B, [BC_BXORK] = READS_B, [BC_SHRI] = READS_B,
    [BC_SHLI] = READS_B, [BC_GETTABLE] = READS_B | READS_C,
    [BC_ADD] = READS_B | READS_C, [BC_SUB] = READS_B | READS_C, [BC_MUL] = READS_B | READS_C,
    [BC_MOD] = READS_B | READS_C, [BC_POW] = READS_B | READS_C, [BC_DIV] = READS_B | READS_C,
    [BC_IDIV] = READS_B | READS_C, [BC_BAND] = READS_B | READS_C, [BC_BOR] = READS_B | READS_C,
    [BC_BXOR] = READS_B | READS_C, [BC_SHL] = READS_B | READS_C, [BC_SHR] = READS_B | READS_C,
    [BC_SELF] = READS_B | READS_STORED,
    [BC_SETUPVAL] = READS_A, [BC_TEST] = READS_A, [BC_EQK] = READS_A, [BC_EQI] = READS_A,
    [BC_LTI] = READS_A, [BC_LEI] = READS_A, [BC_GTI] = READS_A, [BC_GEI] = READS_A,
    [BC_MMBINI] = READS_A, [BC_MMBINK] = READS_A, [BC_TBC] = READS_A, [BC_RETURN1] = READS_A,
    [BC_EQ] = READS_A | READS_B, [BC_LT] = READS_A | READS_B, [BC_LE] = READS_A | READS_B,
    [BC_MMBIN] = READS_A | READS_B,
    [BC_SETTABUP] = READS_STORED, [BC_SETTABLE] = READS_A | READS_B | READS_STORED,
    [BC_SETI] = READS_A | READS_STORED, [BC_SETFIELD] = READS_A | READS_STORED,
};
// clang-format on

static void add_reads(struct regs *s, const struct proto *p, int pc)
{
    struct instruction i = instruction_decode(p->code[pc]);
    unsigned char what = i.op < BC_OPS ? reads[i.op] : 0;
    if (what & READS_A)
        add(s, i.a, 1);
    if (what & READS_B)
        add(s, i.b, 1);
    if (what & READS_C)
        add(s, i.c, 1);
    if (what & READS_STORED)
        add_stored(s, i);
    if (i.op == BC_CLOSURE)
        add_captured(s, p, i);
    add_list_reads(s, i);
}

/* Registers that the instruction writes whichever way it goes on; TESTSET only does on one. */
static void add_writes(struct regs *s, const struct proto *p, int pc)
{
    struct instruction i = instruction_decode(p->code[pc]);
    switch (i.op) {
    case BC_LOADNIL:
        add(s, i.a, i.b + 1);
        break;
    case BC_SELF:
        add(s, i.a, 2);
        break;
    case BC_CALL:
    case BC_VARARG:
        add_counted(s, i.a, i.c, i.c - 1);
        break;
    case BC_FORLOOP:
    case BC_FORPREP:
        add(s, i.a + 3, 1);
        break;
    case BC_TFORCALL:
        add(s, i.a + 4, i.c);
        break;
    case BC_TFORLOOP:
        add(s, i.a + 2, 1);
        break;
    case BC_MMBIN: /* these three finish the arithmetic before them */
    case BC_MMBINI:
    case BC_MMBINK:
        if (pc > 0)
            add(s, instruction_decode(p->code[pc - 1]).a, 1);
        break;
    case BC_TESTSET:
    case BC_TAILCALL:
    case BC_VARARGPREP:
        break;
    default:
        if (i.sets_a)
            add(s, i.a, 1);
    }
}

/* ---- the flow --------------------------------------------------------------------------------- */

/* Adds what `more` has and `except` has not. */
static void merge(struct regs *s, const struct regs *more, const struct regs *except)
{
    for (int w = 0; w < REGS_WORDS; w++)
        s->bits[w] |= more->bits[w] & ~except->bits[w];
}

/* The set of one instruction from those of the next ones; whether it has grown. */
static bool update(const struct proto *p, struct regs *live, int pc, int locals)
{
    struct regs now = live[pc], writes = {{0}};
    int next[2];
    add_reads(&now, p, pc);
    add_writes(&writes, p, pc);
    add(&now, 0, locals);
    int n = instruction_successors(p->code, p->ncode, pc, next);
    struct instruction i = instruction_decode(p->code[pc]);
    for (int k = 0; k < n; k++) {
        struct regs kept = writes;
        if (i.op == BC_TESTSET && next[k] == pc + 1)
            add(&kept, i.a, 1);
        merge(&now, &live[next[k]], &kept);
    }
    bool grown = memcmp(&now, &live[pc], sizeof now) != 0;
    live[pc] = now;
    return grown;
}

/* How many locals are active at each instruction. NULL when memory runs out. */
static int *count_locals(const struct proto *p)
{
    int *count = calloc((size_t)p->ncode + 1, sizeof *count);
    for (int i = 0; count && i < p->nlocals; i++) {
        const struct bytecode_local *l = &p->locals[i];
        if (l->startpc >= l->endpc || l->endpc > p->ncode)
            continue;
        count[l->startpc]++;
        count[l->endpc]--;
    }
    for (int pc = 1; count && pc <= p->ncode; pc++)
        count[pc] += count[pc - 1];
    return count;
}

struct regs *live_registers(const struct proto *p, bool scopes)
{
    struct regs *live = calloc((size_t)p->ncode + 1, sizeof *live);
    int *locals = count_locals(p);
    bool grown = live && locals;
    while (grown) {
        grown = false;
        for (int pc = p->ncode - 1; pc >= 0; pc--)
            grown |= update(p, live, pc, scopes ? locals[pc] : 0);
    }
    if (!locals) {
        free(live);
        live = NULL;
    }
    free(locals);
    return live;
}
