#include "bdb/jump_plan.h"

#include "bdb/jump_live.h"
#include "core/instruction.h"

#include <stdlib.h>
#include <string.h>

struct planning {
    const struct proto *p;
    const struct jump_from *from;
    int line;
    struct regs *begun; /* live registers, locals as long as they are active */
    struct regs *read;  /* live registers, what is really read */
};

/* ---- where one would land --------------------------------------------------------------------- */

static int op_at(const struct proto *p, int pc)
{
    return pc >= 0 && pc < p->ncode ? instruction_decode(p->code[pc]).op : BC_OPS;
}

/* Whether the instruction is a part of the one before it. */
static bool is_part(const struct proto *p, int pc)
{
    switch (op_at(p, pc)) {
    case BC_MMBIN:
    case BC_MMBINI:
    case BC_MMBINK:
    case BC_EXTRAARG:
        return true;
    default:
        break;
    }
    return pc > 0 &&
           (instruction_decode(p->code[pc - 1]).tests || op_at(p, pc - 1) == BC_LFALSESKIP);
}

/* Whether a statement has been begun before `pc` and not ended. */
static bool in_statement(const struct planning *j, int pc)
{
    return is_part(j->p, pc) || regs_next(&j->begun[pc], live_locals(j->p, pc)) >= 0;
}

/*
** Whether Lua tells of the line that begins at `pc` when it comes there from where it stands: it only
** does so for another line or backwards.
*/
static bool is_told(const struct planning *j, int pc)
{
    int vm = j->from->vm;
    return pc <= vm || j->p->lines[pc] != j->p->lines[vm];
}

/*
** Where a statement begins whose code of this line starts at `pc`. The code of `function f() ... end`
** begins on its last line, only the name on the first one is looked up or assigned there.
*/
static int statement_of(const struct planning *j, int pc)
{
    const struct proto *p = j->p;
    if (pc == 0 || !in_statement(j, pc) || op_at(p, pc - 1) != BC_CLOSURE)
        return pc;
    int inner = instruction_decode(p->code[pc - 1]).bx;
    if (inner >= p->nprotos || p->protos[inner]->linedefined != p->lines[pc])
        return pc;
    return in_statement(j, pc - 1) ? pc : pc - 1;
}

/* ---- scopes ----------------------------------------------------------------------------------- */

/* Whether the local is one of Lua's own for a loop's state. */
static bool is_loop_state(const struct bytecode_local *l)
{
    return l->name && l->name[0] == '(';
}

/* Whether the local is a loop's state or a variable that the loop sets each time. */
static bool is_of_loop(const struct proto *p, const struct bytecode_local *l)
{
    int before = op_at(p, l->startpc - 1);
    return is_loop_state(l) || before == BC_FORPREP || before == BC_TFORPREP;
}

/* The name of a local, or "?" in damaged code. */
static const char *name_of(const struct bytecode_local *l)
{
    return l->name ? l->name : "?";
}

/* Whether the local in register `reg` is one that is to be closed, by how its scope begins. */
static bool is_to_be_closed(const struct proto *p, const struct bytecode_local *l, int reg)
{
    struct instruction i = instruction_decode(p->code[l->startpc]);
    return (i.op == BC_TBC && i.a == reg) || (i.op == BC_TFORPREP && i.a + 3 == reg);
}

static bool captures(const struct proto *inner, int reg)
{
    for (int u = 0; u < inner->nupvalues; u++)
        if (inner->upvalues[u].instack && inner->upvalues[u].idx == reg)
            return true;
    return false;
}

/*
** Whether a function made in the scope of the local captures it. One that is made later may have been
** made before a jump back, so all of them count. A local function's scope begins behind its making.
*/
static bool is_captured(const struct proto *p, const struct bytecode_local *l, int reg)
{
    int pc = l->startpc > 0 ? l->startpc - 1 : 0;
    for (; pc < l->endpc && pc < p->ncode; pc++) {
        struct instruction i = instruction_decode(p->code[pc]);
        bool itself = pc >= l->startpc || i.a == reg;
        if (i.op == BC_CLOSURE && i.bx < p->nprotos && itself && captures(p->protos[i.bx], reg))
            return true;
    }
    return false;
}

/* How many locals, from the first on, are the same variables at both places. */
static int common(const struct proto *p, int a, int b)
{
    int n = 0;
    for (int i = 0; i < p->nlocals; i++) {
        const struct bytecode_local *l = &p->locals[i];
        n += l->startpc <= a && a < l->endpc && l->startpc <= b && b < l->endpc;
    }
    return n;
}

/* May the scopes be left in which one is at `pc` and not at `to`? */
static int check_left(const struct planning *j, int pc, const struct jump_to *to,
                      struct xdb_error *err)
{
    const struct proto *p = j->p;
    struct instruction at = instruction_decode(p->code[to->pc]);
    int kept = common(p, pc, to->pc);
    for (int reg = live_locals(p, pc) - 1; reg >= kept; reg--) {
        int i = live_local(p, reg, pc);
        if (i < 0 || (at.op == BC_CLOSE && at.a <= reg && to->locals == to->kept))
            continue; /* it is closed there and then */
        const struct bytecode_local *l = &p->locals[i];
        if (is_to_be_closed(p, l, reg) && j->from->closes(j->from->data, reg + 1)) {
            if (is_loop_state(l))
                return error_set(err, XDB_EINVAL,
                                 "can't jump out of a for loop that has something to close");
            return error_set(err, XDB_EINVAL,
                             "can't jump out of the scope of to-be-closed variable '%s'",
                             name_of(l));
        }
        if (is_captured(p, l, reg))
            return error_set(err, XDB_EINVAL,
                             "can't jump out of the scope of local '%s', which a function captures",
                             name_of(l));
    }
    return 0;
}

static bool goes_to(const struct proto *p, int pc, int to)
{
    int next[2];
    int n = instruction_successors(p->code, p->ncode, pc, next);
    return (n > 0 && next[0] == to) || (n > 1 && next[1] == to);
}

/* Whether a `break` or `goto` leads from the local's scope to `pc`, behind it. */
static bool is_left_for(const struct proto *p, const struct bytecode_local *l, int pc)
{
    for (int from = l->startpc; from < l->endpc && from < p->ncode; from++)
        if (goes_to(p, from, pc))
            return true;
    return false;
}

/*
** Where `break`, `goto` and jumps lead to, the scopes that they have left are closed by one instruction.
** It must be executed if one stands there.
*/
static int check_closing(const struct planning *j, const struct jump_to *to, struct xdb_error *err)
{
    const struct proto *p = j->p;
    int pc = j->from->pc;
    struct instruction here = instruction_decode(p->code[pc]);
    struct instruction there = instruction_decode(p->code[to->pc]);
    if (here.op != BC_CLOSE || (there.op == BC_CLOSE && there.a <= here.a))
        return 0;
    for (int i = 0; i < p->nlocals; i++) {
        const struct bytecode_local *l = &p->locals[i];
        if (l->startpc >= l->endpc || l->startpc >= p->ncode || (l->startpc <= pc && pc < l->endpc))
            continue;
        int reg = live_register(p, i);
        if (reg >= here.a && (is_to_be_closed(p, l, reg) || is_captured(p, l, reg)) &&
            (j->from->arrived || is_left_for(p, l, pc)))
            return error_set(err, XDB_EINVAL,
                             "can't jump from where the scope of '%s' is about to be closed",
                             name_of(l));
    }
    return 0;
}

/* May the scopes be entered in which one is at `to` and not at `from`? */
static int check_entered(const struct planning *j, const struct jump_to *to, struct xdb_error *err)
{
    const struct proto *p = j->p;
    for (int reg = to->kept; reg < to->locals; reg++) {
        int i = live_local(p, reg, to->pc);
        if (i >= 0 && is_of_loop(p, &p->locals[i]))
            return error_set(err, XDB_EINVAL, "can't jump into the body of a for loop");
    }
    for (int reg = to->kept; reg < to->locals; reg++) {
        int i = live_local(p, reg, to->pc);
        if (i < 0)
            continue;
        const struct bytecode_local *l = &p->locals[i];
        if (is_to_be_closed(p, l, reg))
            return error_set(err, XDB_EINVAL,
                             "can't jump into the scope of to-be-closed variable '%s'", name_of(l));
        if (regs_has(&j->read[to->pc], reg))
            return error_set(err, XDB_EINVAL,
                             "can't jump into the scope of local '%s', which has no value yet",
                             name_of(l));
    }
    return 0;
}

/* ---- choosing --------------------------------------------------------------------------------- */

/* Whether one can land at `pc`; then `out` says how. */
static int try(const struct planning *j, int pc, struct jump_to *out, struct xdb_error *err)
{
    const struct proto *p = j->p;
    const struct jump_from *from = j->from;
    struct jump_to to = {.pc = pc, .line = p->lines[pc]};
    to.locals = live_locals(p, pc);
    to.kept = common(p, from->pc, pc);
    if (pc != from->vm || from->pc != from->vm) { /* else one stays where one is */
        if (in_statement(j, pc) || !is_told(j, pc))
            return error_set(err, XDB_EINVAL, "line %d begins in the middle of a statement",
                             j->line);
        int failed = check_entered(j, &to, err);
        if (!failed)
            failed = check_left(j, from->pc, &to, err);
        if (!failed && from->vm != from->pc) /* scopes left by a jump to where they are closed */
            failed = check_left(j, from->vm, &to, err);
        if (!failed)
            failed = check_closing(j, &to, err);
        if (failed)
            return failed;
    }
    *out = to;
    return 0;
}

static int choose(const struct planning *j, struct jump_to *out, struct xdb_error *err)
{
    const struct proto *p = j->p;
    struct jump_to best = {.pc = -1, .kept = -1};
    bool explained = false; /* `err` tells more than that a statement has been begun */
    for (int pc = bytecode_first_pc(p); pc < p->ncode; pc++) {
        bool starts = pc == bytecode_first_pc(p) || p->lines[pc - 1] != p->lines[pc];
        if (p->lines[pc] != j->line || !starts)
            continue;
        struct jump_to to = best;
        struct xdb_error why;
        bool begun = in_statement(j, statement_of(j, pc));
        if (try(j, statement_of(j, pc), &to, &why) == 0) {
            if (to.kept > best.kept)
                best = to;
        } else if (!explained && err) {
            *err = why;
            explained = !begun;
        }
    }
    if (best.pc < 0)
        return XDB_EINVAL;
    *out = best;
    return 0;
}

int jump_plan(const struct proto *p, const struct jump_from *from, int line, struct jump_to *out,
              struct xdb_error *err)
{
    if (!p->lines || p->ncode == 0)
        return error_set(err, XDB_EINVAL, "the function was compiled without its lines");
    if (p->ncode > INSTRUCTION_MAX_JUMP)
        return error_set(err, XDB_EINVAL, "the function is too large");
    if (line < p->linedefined || line < 1)
        return error_set(err, XDB_ENOENT, "line %d comes before the current code block", line);
    int landing = bytecode_next_line(p, line);
    if (landing < 0)
        return error_set(err, XDB_ENOENT, "line %d comes after the current code block", line);
    struct planning j = {.p = p, .from = from, .line = landing};
    j.begun = live_registers(p, true);
    j.read = live_registers(p, false);
    int failed =
        !j.begun || !j.read ? error_set(err, XDB_ENOMEM, "out of memory") : choose(&j, out, err);
    free(j.begun);
    free(j.read);
    return failed;
}
