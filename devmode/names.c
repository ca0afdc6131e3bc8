#include "devmode/names.h"

#include "core/instruction.h"

#include <string.h>

static bool is_text(const struct proto *p, int constant, const char *s, size_t len)
{
    if (constant < 0 || constant >= p->nconstants || p->constants[constant].kind != BYTECODE_STRING)
        return false;
    const struct bytecode_text *t = &p->constants[constant].value.text;
    return t->s && t->len == len && memcmp(t->s, s, len) == 0;
}

static bool is_env(const struct proto *p, int upvalue)
{
    return upvalue < p->nupvalues && p->upvalues[upvalue].name &&
           strcmp(p->upvalues[upvalue].name, "_ENV") == 0;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static bool reads(const struct proto *p, const struct instruction *i, const char *s, size_t len)
{
    return i->op == BC_GETTABUP && is_env(p, i->b) && is_text(p, i->c, s, len);
}

/* Whether instruction `pc` puts the function `name` into register `reg`: a global, a local, an upvalue. */
static bool loads_function(const struct proto *p, int pc, int reg, const char *name)
{
    struct instruction i = instruction_decode(p->code[pc]);
    if (!i.sets_a || i.a != reg)
        return false;
    if (i.op == BC_GETTABUP)
        return reads(p, &i, name, strlen(name));
    const char *from = NULL;
    if (i.op == BC_GETUPVAL && i.b < p->nupvalues)
        from = p->upvalues[i.b].name;
    else if (i.op == BC_MOVE)
        from = bytecode_local_at(p, i.b + 1, pc);
    return from && strcmp(from, name) == 0;
}

/* Whether what is in register `reg` at `pc` is the function of the call that comes next in its frame. */
static bool is_called(const struct proto *p, int pc, int reg)
{
    for (pc++; pc < p->ncode; pc++) {
        struct instruction i = instruction_decode(p->code[pc]);
        if ((i.op == BC_CALL || i.op == BC_TAILCALL) && i.a <= reg)
            return i.a == reg;
    }
    return false;
}

/* f(x) with the value that `pc` has read as the first argument, f being one of those that may be given nil. */
static bool goes_to_question(const struct proto *p, int pc, int reg)
{
    static const char *const questions[] = {"type", "assert"};
    if (pc == 0 || reg == 0)
        return false;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (loads_function(p, pc - 1, reg - 1, questions[i]))
            return is_called(p, pc, reg - 1);
    return false;
}

/* Whether the next instruction only asks whether register `reg` is nil or false. */
static bool only_asks(const struct proto *p, int pc, int reg)
{
    if (pc + 1 >= p->ncode)
        return false;
    struct instruction next = instruction_decode(p->code[pc + 1]);
    switch (next.op) {
    case BC_TEST:
        return next.a == reg;
    case BC_TESTSET:
    case BC_NOT:
        return next.b == reg;
    case BC_EQK:
        return next.a == reg && next.b < p->nconstants && p->constants[next.b].kind == BYTECODE_NIL;
    default:
        return false;
    }
}

bool names_used(const struct proto *p, int line, const char *name, size_t len)
{
    bool found = false;
    for (int pc = 0; p->lines && pc < p->ncode; pc++) {
        if (p->lines[pc] != line)
            continue;
        struct instruction i = instruction_decode(p->code[pc]);
        if (!reads(p, &i, name, len))
            continue;
        if (only_asks(p, pc, i.a) || goes_to_question(p, pc, i.a))
            return false;
        found = true;
    }
    return found;
}

/* ---- assigning -------------------------------------------------------------------------------- */

bool names_assigned(const struct proto *p, const char *name, size_t len)
{
    for (int pc = 0; pc < p->ncode; pc++) {
        struct instruction i = instruction_decode(p->code[pc]);
        if (i.op == BC_SETTABUP && is_env(p, i.a) && is_text(p, i.b, name, len))
            return true;
    }
    return false;
}

/* ---- likeness --------------------------------------------------------------------------------- */

static int least(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

/* Damerau's and Levenshtein's distance, without the exchange of more than two neighbours. */
int names_distance(const char *a, const char *b, int most)
{
    enum { LONGEST = 40 };
    int rows[3][LONGEST + 1];
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > LONGEST || m > LONGEST || n - m > most || m - n > most)
        return most + 1;
    for (int j = 0; j <= m; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *higher = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                higher[j - 2] + 1 < row[j])
                row[j] = higher[j - 2] + 1;
        }
    }
    int distance = rows[n % 3][m];
    return distance > most ? most + 1 : distance;
}
