#include "trace/branches.h"

#include "core/instruction.h"
#include "trace/conditions.h"

#include <stdlib.h>
#include <string.h>

struct branches {
    const struct bytecode *code;
    unsigned flags;
    struct branch_site *sites; /* of all functions, one after the other */
    size_t nsites, cap;
    size_t *first; /* of each function, and one more: where its sites begin */
    struct place { /* the functions by their addresses */
        const struct proto *p;
        size_t index;
    } * places;
};

/* A function while its sites are made. */
struct maker {
    struct branches *b;
    const struct proto *p;
    int position;                      /* among the functions on the same lines */
    const struct condition_list *told; /* what the text says, or NULL */
    size_t tests, loops;               /* how many of them are behind us */
};

/* ---- the code --------------------------------------------------------------------------------- */

static struct instruction code_at(const struct proto *p, int pc)
{
    return instruction_decode(p->code[pc]);
}

static bool is_comparison(int op)
{
    return op >= BC_EQ && op <= BC_GEI;
}

/* A conditional instruction, with the jump that belongs to it behind. */
static bool is_test(const struct proto *p, int pc)
{
    struct instruction i = code_at(p, pc);
    return (is_comparison(i.op) || i.op == BC_TEST || i.op == BC_TESTSET) && pc + 2 < p->ncode &&
           code_at(p, pc + 1).op == BC_JMP;
}

/*
** Whether a test is about a constant that the compiler has put into a register for it: loaded by the
** instruction before, and no local variable lives there.
*/
static bool tests_constant(const struct proto *p, int pc)
{
    struct instruction i = code_at(p, pc);
    if (is_comparison(i.op) || pc == 0)
        return false;
    int reg = i.op == BC_TEST ? i.a : i.b;
    if (bytecode_local_at(p, reg + 1, pc))
        return false;
    int before = pc - 1;
    if (code_at(p, before).op == BC_EXTRAARG && before > 0)
        before--;
    struct instruction load = code_at(p, before);
    switch (load.op) {
    case BC_LOADI:
    case BC_LOADF:
    case BC_LOADK:
    case BC_LOADKX:
    case BC_LOADFALSE:
    case BC_LOADTRUE:
        return load.a == reg;
    case BC_LOADNIL:
        return load.a <= reg && reg <= load.a + load.b;
    default:
        return false;
    }
}

/* Whether a comparison's outcomes only load false and true. */
static bool makes_value(const struct proto *p, int pc)
{
    int to = pc + 2 + code_at(p, pc + 1).bx;
    return is_comparison(code_at(p, pc).op) && to == pc + 3 && to < p->ncode &&
           code_at(p, pc + 2).op == BC_LFALSESKIP;
}

static int line_at(const struct proto *p, int pc)
{
    return p->lines && pc >= 0 && pc < p->ncode ? p->lines[pc] : 0;
}

/* The line where control goes on at `pc`; 0 when that is the end of the function. */
static int target_line(const struct proto *p, int pc)
{
    return pc == p->ncode - 1 ? 0 : line_at(p, pc);
}

/* ---- sites ------------------------------------------------------------------------------------ */

static int add_site(struct maker *m, const struct branch_site *s)
{
    struct branches *b = m->b;
    if (s->to[0] == s->to[1])
        return 0; /* nothing is decided */
    if (b->nsites == b->cap) {
        size_t more = b->cap * 2 + 16;
        struct branch_site *wider = realloc(b->sites, more * sizeof *wider);
        if (!wider)
            return XDB_ENOMEM;
        b->sites = wider;
        b->cap = more;
    }
    struct branch_site *new = &b->sites[b->nsites++];
    *new = *s;
    new->branch.function = m->p->linedefined;
    new->branch.position = (uint8_t)(m->position > 255 ? 255 : m->position);
    for (int o = 0; o < 2; o++)
        new->branch.target[o] = target_line(m->p, s->to[o]);
    return 0;
}

/* Where the site stands: at its keyword or operator if that line has code, else where the jump was made. */
static void place_site(const struct maker *m, const struct condition *c, struct branch_site *s)
{
    int line = line_at(m->p, s->from[0]);
    s->branch.line = line;
    s->branch.column = 0;
    if (!c)
        return;
    if (bytecode_has_line(m->p, c->line)) {
        s->branch.line = c->line;
        s->branch.column = c->column;
    } else if (c->read_line == line) {
        s->branch.column = c->read_column;
    }
}

/* A guess without a text: values are seen, loops go back, the rest is an `if`. */
static enum branch_kind guess(const struct proto *p, int pc)
{
    struct instruction i = code_at(p, pc);
    if (makes_value(p, pc))
        return BRANCH_VALUE;
    if (i.op == BC_TESTSET)
        return i.k ? BRANCH_OR : BRANCH_AND;
    return code_at(p, pc + 1).bx < -1 ? BRANCH_UNTIL : BRANCH_IF;
}

static int add_test(struct maker *m, int pc)
{
    const struct condition *c = m->told ? &m->told->tests[m->tests++] : NULL;
    struct instruction i = code_at(m->p, pc);
    int through = pc + 2, jump = pc + 2 + code_at(m->p, pc + 1).bx;
    struct branch_site s = {.from = {pc, -1}, .to = {through, jump}};
    if (jump < 0 || jump >= m->p->ncode)
        return 0;
    enum branch_kind kind = c ? c->kind : guess(m->p, pc);
    if (kind == BRANCH_VALUE && !(m->b->flags & BRANCHES_CONDITIONS))
        return 0;
    s.branch.kind = (uint8_t)kind;
    /* `and` and `or` fall through to their right side; the others have "holds" first. */
    bool jumps_when_true = c && i.k != c->negated;
    if (jumps_when_true && kind != BRANCH_AND && kind != BRANCH_OR) {
        s.to[0] = jump;
        s.to[1] = through;
    }
    place_site(m, c, &s);
    return add_site(m, &s);
}

/* A loop from its FORPREP or TFORPREP. */
static int add_loop(struct maker *m, int pc)
{
    const struct condition *c = m->told ? &m->told->loops[m->loops++] : NULL;
    struct instruction i = code_at(m->p, pc);
    bool numeric = i.op == BC_FORPREP;
    int loop = pc + 1 + i.bx + (numeric ? 0 : 1);
    struct branch_site s = {.from = {loop, numeric ? pc : -1}, .to = {pc + 1, loop + 1}};
    if (loop <= pc || loop + 1 >= m->p->ncode)
        return 0;
    s.branch.kind = BRANCH_FOR;
    place_site(m, c, &s);
    if (!c)
        s.branch.line = line_at(m->p, pc);
    return add_site(m, &s);
}

static bool is_loop(int op)
{
    return op == BC_FORPREP || op == BC_TFORPREP;
}

/* Whether what the text says of a function is what its code has. */
static bool fits(const struct proto *p, const struct condition_list *told)
{
    size_t tests = 0, loops = 0;
    for (int pc = 0; pc < p->ncode; pc++) {
        if (is_loop(code_at(p, pc).op)) {
            loops++;
        } else if (is_test(p, pc) && !tests_constant(p, pc)) {
            if (tests == told->ntests)
                return false;
            const struct condition *c = &told->tests[tests++];
            int line = line_at(p, pc);
            if (c->compares != is_comparison(code_at(p, pc).op) ||
                (p->lines && (line > c->read_line + 1 || line + 1 < c->line)))
                return false;
        }
    }
    return tests == told->ntests && loops == told->nloops;
}

static int by_code(const void *a, const void *b)
{
    const struct branch_site *x = a, *y = b;
    return (x->from[0] > y->from[0]) - (x->from[0] < y->from[0]);
}

static int by_place(const void *a, const void *b)
{
    const struct results_branch *x = &((const struct branch_site *)a)->branch;
    const struct results_branch *y = &((const struct branch_site *)b)->branch;
    int order = (x->line > y->line) - (x->line < y->line);
    if (!order)
        order = (x->column > y->column) - (x->column < y->column);
    if (!order)
        order = x->kind - y->kind;
    return order ? order : by_code(a, b);
}

/* Numbers those that nothing else tells apart, and brings all into the order of the code. */
static void number_sites(struct branch_site *s, size_t n)
{
    qsort(s, n, sizeof *s, by_place);
    for (size_t i = 1; i < n; i++) {
        const struct results_branch *a = &s[i - 1].branch, *b = &s[i].branch;
        if (a->line == b->line && a->column == b->column && a->kind == b->kind)
            s[i].branch.nth = (uint16_t)(a->nth + 1);
    }
    qsort(s, n, sizeof *s, by_code);
}

static int add_function(struct maker *m)
{
    int failed = 0;
    size_t first = m->b->nsites;
    if (m->told && !fits(m->p, m->told))
        m->told = NULL;
    for (int pc = 0; pc < m->p->ncode && !failed; pc++) {
        if (is_loop(code_at(m->p, pc).op))
            failed = add_loop(m, pc);
        else if (is_test(m->p, pc) && !tests_constant(m->p, pc))
            failed = add_test(m, pc);
    }
    size_t n = m->b->nsites - first;
    if (n > 1)
        number_sites(m->b->sites + first, n);
    return failed;
}

/* ---- the whole -------------------------------------------------------------------------------- */

/* How many of the functions before `n` are defined on the same lines. */
static int position_of(const struct bytecode *code, size_t n)
{
    int position = 0;
    const struct proto *p = code->all[n];
    for (size_t i = n; i-- > 0 && code->all[i]->linedefined >= p->linedefined;)
        position += code->all[i]->linedefined == p->linedefined &&
                    code->all[i]->lastlinedefined == p->lastlinedefined;
    return position;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct place *)a)->p;
    uintptr_t y = (uintptr_t)((const struct place *)b)->p;
    return (x > y) - (x < y);
}

static int fill(struct branches *b, const struct conditions *told)
{
    int failed = 0;
    for (size_t i = 0; i < b->code->nall && !failed; i++) {
        struct maker m = {.b = b, .p = b->code->all[i], .position = position_of(b->code, i)};
        m.told = told ? &told->functions[i] : NULL;
        b->first[i] = b->nsites;
        b->places[i] = (struct place){m.p, i};
        failed = add_function(&m);
    }
    b->first[b->code->nall] = b->nsites;
    qsort(b->places, b->code->nall, sizeof *b->places, by_address);
    return failed;
}

int branches_new(const struct bytecode *code, const char *text, size_t len, unsigned flags,
                 struct branches **out)
{
    struct conditions *told = NULL;
    struct branches *b = calloc(1, sizeof *b);
    int failed = b ? 0 : XDB_ENOMEM;
    if (!failed && (!(b->first = calloc(code->nall + 1, sizeof *b->first)) ||
                    !(b->places = calloc(code->nall + 1, sizeof *b->places))))
        failed = XDB_ENOMEM;
    if (!failed && text && conditions_read(text, len, &told) == XDB_ENOMEM)
        failed = XDB_ENOMEM;
    if (!failed) {
        b->code = code;
        b->flags = flags;
        failed = fill(b, told && told->nfunctions == code->nall ? told : NULL);
    }
    conditions_free(told);
    if (failed)
        branches_free(b);
    else
        *out = b;
    return failed;
}

void branches_free(struct branches *b)
{
    if (!b)
        return;
    free(b->sites);
    free(b->first);
    free(b->places);
    free(b);
}

const struct branch_site *branches_of(const struct branches *b, const struct proto *p, size_t *n)
{
    const struct place key = {p, 0};
    const struct place *found =
        bsearch(&key, b->places, b->code->nall, sizeof *b->places, by_address);
    *n = found ? b->first[found->index + 1] - b->first[found->index] : 0;
    return *n ? b->sites + b->first[found->index] : NULL;
}
