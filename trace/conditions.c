#include "trace/conditions.h"

#include "core/lexer.h"

#include <stdlib.h>
#include <string.h>

/* A local variable in scope; `value` is what the compiler knows of a constant. */
enum known { UNKNOWN, TRUTHY, FALSY, NUMERAL };

struct local {
    const char *name;
    size_t len;
    enum known value;
    bool hidden; /* not in scope yet */
};

/* What the compiler has in hand after an expression. */
struct expr {
    enum known value;
    bool compared; /* its last jump is that of a comparison, tests[at] */
    size_t at;
    bool negated; /* by `not`, since that jump or value */
    bool jumps;   /* `and` or `or` in it: not a constant any more */
};

struct reader {
    struct lexer lx;
    struct token t, ahead; /* the current token; the next one if `peeked` */
    bool peeked;
    const char *text;
    int line, column; /* of the last token that was consumed */
    struct conditions *out;
    size_t function; /* the one being read */
    struct local *locals;
    size_t nlocals, cap_locals, nconstants;
    int depth;
    int failed; /* sticky; everything returns quickly after it */
};

static void read_block(struct reader *r);
static void read_body(struct reader *r, bool method);
static struct expr read_expr(struct reader *r, int limit);

/* ---- tokens ----------------------------------------------------------------------------------- */

static int column_of(const struct reader *r, const struct token *t)
{
    const char *s = t->start;
    while (s > r->text && s[-1] != '\n' && s[-1] != '\r')
        s--;
    return (int)(t->start - s) + 1;
}

static void advance(struct reader *r)
{
    r->line = r->t.line;
    r->column = column_of(r, &r->t);
    if (r->peeked)
        r->t = r->ahead;
    else
        lexer_next_code(&r->lx, &r->t);
    r->peeked = false;
    if (r->failed)
        r->t.kind = TOKEN_END;
}

static void fail(struct reader *r, int code)
{
    if (!r->failed)
        r->failed = code;
    r->t.kind = TOKEN_END;
}

static bool at(const struct reader *r, const char *s)
{
    return token_is(&r->t, s);
}

static bool accept(struct reader *r, const char *s)
{
    bool yes = at(r, s);
    if (yes)
        advance(r);
    return yes;
}

static void expect(struct reader *r, const char *s)
{
    if (!accept(r, s))
        fail(r, XDB_EFORMAT);
}

static bool next_is(struct reader *r, const char *s)
{
    if (!r->peeked)
        lexer_next_code(&r->lx, &r->ahead);
    r->peeked = true;
    return token_is(&r->ahead, s);
}

static void expect_name(struct reader *r)
{
    if (r->t.kind == TOKEN_NAME)
        advance(r);
    else
        fail(r, XDB_EFORMAT);
}

/* Whether one may go a level deeper; then `r->depth--` belongs behind it. */
static bool enter(struct reader *r)
{
    if (r->depth >= CONDITIONS_MAX_DEPTH)
        fail(r, XDB_EFORMAT);
    r->depth++;
    return !r->failed;
}

/* ---- what is found ---------------------------------------------------------------------------- */

/* Makes room for one more in an array of `*n` with room for `*cap`; false sets the failure. */
static bool room(struct reader *r, void *array, size_t n, size_t *cap, size_t size)
{
    void **a = array;
    if (n < *cap)
        return !r->failed;
    size_t more = *cap * 2 + 16;
    void *wider = realloc(*a, more * size);
    if (!wider) {
        fail(r, XDB_ENOMEM);
        return false;
    }
    *a = wider;
    *cap = more;
    return !r->failed;
}

static struct condition_list *list(struct reader *r)
{
    return &r->out->functions[r->function];
}

struct place {
    int line, column;
};

static struct place here(const struct reader *r)
{
    return (struct place){r->t.line, column_of(r, &r->t)};
}

static size_t add_test(struct reader *r, enum branch_kind kind, struct place p, bool compares,
                       bool negated)
{
    struct condition_list *l = list(r);
    if (!room(r, &l->tests, l->ntests, &l->cap_tests, sizeof *l->tests))
        return 0;
    l->tests[l->ntests] =
        (struct condition){kind, compares, negated, p.line, p.column, r->line, r->column};
    return l->ntests++;
}

static void add_loop(struct reader *r, struct place p)
{
    struct condition_list *l = list(r);
    if (room(r, &l->loops, l->nloops, &l->cap_loops, sizeof *l->loops))
        l->loops[l->nloops++] =
            (struct condition){BRANCH_FOR, false, false, p.line, p.column, r->line, r->column};
}

/* The compiler jumps by the value of `e`: what for, and where that stands. */
static void decide(struct reader *r, struct expr *e, enum branch_kind kind, struct place p)
{
    if (r->failed || e->value != UNKNOWN)
        return;
    if (!e->compared) {
        add_test(r, kind, p, false, e->negated);
        return;
    }
    struct condition *c = &list(r)->tests[e->at];
    c->kind = kind;
    c->line = p.line;
    c->column = p.column;
    c->negated = c->negated != e->negated;
}

/* ---- locals ----------------------------------------------------------------------------------- */

static void add_local(struct reader *r, const char *name, size_t len)
{
    if (room(r, &r->locals, r->nlocals, &r->cap_locals, sizeof *r->locals))
        r->locals[r->nlocals++] = (struct local){name, len, UNKNOWN, false};
}

static void leave_scope(struct reader *r, size_t nlocals)
{
    while (r->nlocals > nlocals)
        r->nconstants -= r->locals[--r->nlocals].value != UNKNOWN;
}

/* The name at the current token, which comes into scope with `show_locals`. */
static void announce_local(struct reader *r)
{
    add_local(r, r->t.start, r->t.len);
    if (!r->failed)
        r->locals[r->nlocals - 1].hidden = true;
    expect_name(r);
}

static void show_locals(struct reader *r, size_t first)
{
    for (size_t i = first; i < r->nlocals; i++)
        r->locals[i].hidden = false;
}

static enum known value_of(const struct reader *r, const struct token *name)
{
    if (r->nconstants == 0)
        return UNKNOWN;
    for (size_t i = r->nlocals; i-- > 0;) {
        const struct local *l = &r->locals[i];
        if (!l->hidden && l->len == name->len && memcmp(l->name, name->start, l->len) == 0)
            return l->value;
    }
    return UNKNOWN;
}

/* ---- expressions ------------------------------------------------------------------------------ */

/* Expressions with commas between; how many. The last one goes to `*last`, which may be NULL. */
static size_t read_list(struct reader *r, struct expr *last)
{
    size_t n = 0;
    do {
        struct expr e = read_expr(r, 0);
        if (last)
            *last = e;
        n++;
    } while (accept(r, ","));
    return n;
}

static void read_table(struct reader *r)
{
    expect(r, "{");
    while (!r->failed && !at(r, "}")) {
        if (accept(r, "[")) {
            read_expr(r, 0);
            expect(r, "]");
            expect(r, "=");
        } else if (r->t.kind == TOKEN_NAME && next_is(r, "=")) {
            advance(r);
            advance(r);
        }
        read_expr(r, 0);
        if (!accept(r, ",") && !accept(r, ";"))
            break;
    }
    expect(r, "}");
}

static bool is_string(const struct token *t)
{
    return t->kind == TOKEN_STRING || t->kind == TOKEN_LONG_STRING;
}

static void read_arguments(struct reader *r)
{
    if (is_string(&r->t)) {
        advance(r);
    } else if (at(r, "{")) {
        read_table(r);
    } else {
        expect(r, "(");
        if (!at(r, ")"))
            read_list(r, NULL);
        expect(r, ")");
    }
}

/* One step behind a primary expression: index, method or call; false when there is none. */
static bool read_suffix(struct reader *r)
{
    if (accept(r, ".")) {
        expect_name(r);
    } else if (accept(r, "[")) {
        read_expr(r, 0);
        expect(r, "]");
    } else if (accept(r, ":")) {
        expect_name(r);
        read_arguments(r);
    } else if (at(r, "(") || at(r, "{") || is_string(&r->t)) {
        read_arguments(r);
    } else {
        return false;
    }
    return !r->failed;
}

static struct expr read_primary(struct reader *r)
{
    struct expr e = {.value = UNKNOWN};
    if (accept(r, "(")) {
        e = read_expr(r, 0);
        expect(r, ")");
    } else {
        e.value = value_of(r, &r->t);
        expect_name(r);
    }
    bool suffixed = false;
    while (read_suffix(r))
        suffixed = true;
    if (suffixed)
        e = (struct expr){.value = UNKNOWN};
    return e;
}

static struct expr read_simple(struct reader *r)
{
    struct expr e = {.value = UNKNOWN};
    if (r->t.kind == TOKEN_NUMBER)
        e.value = NUMERAL;
    else if (is_string(&r->t) || at(r, "true"))
        e.value = TRUTHY;
    else if (at(r, "nil") || at(r, "false"))
        e.value = FALSY;
    else if (at(r, "{")) {
        read_table(r);
        return e;
    } else if (accept(r, "function")) {
        read_body(r, false);
        return e;
    } else if (!at(r, "..."))
        return read_primary(r);
    advance(r);
    return e;
}

/* `-`, `~`, `#`, `not` before `e`. */
static struct expr apply_unary(char op, struct expr e)
{
    if (op != 'n') /* the length of a text is not folded */
        return (struct expr){.value =
                                 op != '#' && e.value == NUMERAL && !e.jumps ? NUMERAL : UNKNOWN};
    if (e.value != UNKNOWN)
        e.value = e.value == FALSY ? TRUTHY : FALSY;
    else if (e.compared)
        e.negated = !e.negated;
    else
        e.negated = true; /* an instruction of its own, which the jump then makes superfluous */
    return e;
}

/* Binary operators: how strongly they hold to the left and to the right (manual, 3.4.8). */
static const struct binary {
    const char *text;
    unsigned char left, right;
    char what; /* 'o'r, 'a'nd, '=' a comparison, '+' arithmetic, '.' concatenation */
} binaries[] = {
    {"or", 1, 1, 'o'},  {"and", 2, 2, 'a'}, {"<", 3, 3, '='},    {">", 3, 3, '='},
    {"<=", 3, 3, '='},  {">=", 3, 3, '='},  {"~=", 3, 3, '='},   {"==", 3, 3, '='},
    {"|", 4, 4, '+'},   {"~", 5, 5, '+'},   {"&", 6, 6, '+'},    {"<<", 7, 7, '+'},
    {">>", 7, 7, '+'},  {"..", 9, 8, '.'},  {"+", 10, 10, '+'},  {"-", 10, 10, '+'},
    {"*", 11, 11, '+'}, {"/", 11, 11, '+'}, {"//", 11, 11, '+'}, {"%", 11, 11, '+'},
    {"^", 14, 13, '+'},
};
enum { UNARY = 12 };

static const struct binary *binary_at(const struct reader *r)
{
    if (r->t.kind != TOKEN_SYMBOL && r->t.kind != TOKEN_KEYWORD)
        return NULL;
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
        if (at(r, binaries[i].text))
            return &binaries[i];
    }
    return NULL;
}

/* Reads operator `b` and its right side; `e` is its left side and becomes the whole. */
static void read_binary(struct reader *r, const struct binary *b, struct expr *e)
{
    struct place p = here(r);
    bool differs = at(r, "~=");
    advance(r);
    if (b->what == 'a' || b->what == 'o')
        decide(r, e, b->what == 'a' ? BRANCH_AND : BRANCH_OR, p);
    struct expr right = read_expr(r, b->right);
    if (b->what == 'a' || b->what == 'o') {
        *e = right;
        e->jumps = true;
    } else if (b->what == '=') {
        *e = (struct expr){.compared = true};
        e->at = add_test(r, BRANCH_VALUE, p, true, differs);
    } else {
        bool folds = b->what == '+' && e->value == NUMERAL && right.value == NUMERAL && !e->jumps &&
                     !right.jumps;
        *e = (struct expr){.value = folds ? NUMERAL : UNKNOWN};
    }
}

static struct expr read_expr(struct reader *r, int limit)
{
    struct expr e = {.value = UNKNOWN};
    if (enter(r)) {
        if (at(r, "not") || at(r, "-") || at(r, "~") || at(r, "#")) {
            char op = *r->t.start;
            advance(r);
            e = apply_unary(op, read_expr(r, UNARY));
        } else {
            e = read_simple(r);
        }
        const struct binary *b;
        while (!r->failed && (b = binary_at(r)) && b->left > limit)
            read_binary(r, b, &e);
    }
    r->depth--;
    return e;
}

/* ---- statements ------------------------------------------------------------------------------- */

static void read_parameters(struct reader *r)
{
    expect(r, "(");
    while (!r->failed && !at(r, ")")) {
        if (r->t.kind == TOKEN_NAME)
            add_local(r, r->t.start, r->t.len);
        else if (!at(r, "..."))
            fail(r, XDB_EFORMAT);
        advance(r);
        if (!accept(r, ","))
            break;
    }
    expect(r, ")");
}

static bool begin_function(struct reader *r)
{
    struct conditions *c = r->out;
    if (!room(r, &c->functions, c->nfunctions, &c->cap_functions, sizeof *c->functions))
        return false;
    c->functions[c->nfunctions] = (struct condition_list){0};
    r->function = c->nfunctions++;
    return true;
}

/* Behind the word `function` and its name. */
static void read_body(struct reader *r, bool method)
{
    size_t outer = r->function, scope = r->nlocals;
    if (!begin_function(r))
        return;
    if (method)
        add_local(r, "self", 4);
    read_parameters(r);
    read_block(r);
    expect(r, "end");
    leave_scope(r, scope);
    r->function = outer;
}

static void read_scope(struct reader *r)
{
    size_t scope = r->nlocals;
    read_block(r);
    leave_scope(r, scope);
}

/* From `if` or `elseif` to the end of its block. */
static void read_then(struct reader *r)
{
    struct place p = here(r);
    advance(r);
    struct expr e = read_expr(r, 0);
    expect(r, "then");
    decide(r, &e, BRANCH_IF, p);
    read_scope(r);
}

static void read_if(struct reader *r)
{
    do
        read_then(r);
    while (at(r, "elseif"));
    if (accept(r, "else"))
        read_scope(r);
    expect(r, "end");
}

static void read_while(struct reader *r)
{
    struct place p = here(r);
    advance(r);
    struct expr e = read_expr(r, 0);
    decide(r, &e, BRANCH_WHILE, p);
    expect(r, "do");
    read_scope(r);
    expect(r, "end");
}

static void read_repeat(struct reader *r)
{
    size_t scope = r->nlocals;
    advance(r);
    read_block(r);
    struct place p = here(r);
    expect(r, "until");
    struct expr e = read_expr(r, 0); /* sees the block's locals */
    decide(r, &e, BRANCH_UNTIL, p);
    leave_scope(r, scope);
}

static void read_for(struct reader *r)
{
    struct place p = here(r);
    size_t scope = r->nlocals;
    advance(r);
    do
        announce_local(r);
    while (accept(r, ","));
    if (!accept(r, "="))
        expect(r, "in");
    read_list(r, NULL);
    add_loop(r, p);
    expect(r, "do");
    show_locals(r, scope);
    read_block(r);
    leave_scope(r, scope);
    expect(r, "end");
}

static void read_function(struct reader *r)
{
    bool method = false;
    advance(r);
    expect_name(r);
    while (!r->failed && !method && (at(r, ".") || at(r, ":"))) {
        method = at(r, ":");
        advance(r);
        expect_name(r);
    }
    read_body(r, method);
}

/* <const> or <close>; whether it is the first. */
static bool read_attribute(struct reader *r)
{
    if (!accept(r, "<"))
        return false;
    bool constant = at(r, "const");
    expect_name(r);
    expect(r, ">");
    return constant;
}

/* Behind `local`. Its names are in scope from the next statement on. */
static void read_local(struct reader *r)
{
    size_t scope = r->nlocals, nexprs = 0;
    bool constant;
    do {
        announce_local(r);
        constant = read_attribute(r);
    } while (accept(r, ","));
    struct expr e = {.value = UNKNOWN};
    if (accept(r, "="))
        nexprs = read_list(r, &e);
    show_locals(r, scope);
    if (!r->failed && constant && r->nlocals - scope == nexprs && !e.jumps && e.value != UNKNOWN) {
        r->locals[r->nlocals - 1].value = e.value;
        r->nconstants++;
    }
}

static void read_local_statement(struct reader *r)
{
    advance(r);
    if (!accept(r, "function")) {
        read_local(r);
        return;
    }
    add_local(r, r->t.start, r->t.len);
    expect_name(r);
    read_body(r, false);
}

static void read_return(struct reader *r)
{
    advance(r);
    if (!at(r, "end") && !at(r, "else") && !at(r, "elseif") && !at(r, "until") && !at(r, ";") &&
        r->t.kind != TOKEN_END)
        read_list(r, NULL);
}

/* A call or an assignment. */
static void read_expression_statement(struct reader *r)
{
    read_primary(r);
    while (accept(r, ","))
        read_primary(r);
    if (accept(r, "="))
        read_list(r, NULL);
}

static void read_do(struct reader *r)
{
    advance(r);
    read_scope(r);
    expect(r, "end");
}

static void read_goto(struct reader *r)
{
    advance(r);
    expect_name(r);
}

static void read_label(struct reader *r)
{
    read_goto(r);
    expect(r, "::");
}

static void read_statement(struct reader *r)
{
    static const struct {
        const char *word;
        void (*read)(struct reader *r);
    } statements[] = {
        {"if", read_if},
        {"local", read_local_statement},
        {"return", read_return},
        {"for", read_for},
        {"function", read_function},
        {"while", read_while},
        {"repeat", read_repeat},
        {"do", read_do},
        {"goto", read_goto},
        {"::", read_label},
        {"break", advance},
        {";", advance},
    };
    if (r->t.kind == TOKEN_KEYWORD || r->t.kind == TOKEN_SYMBOL) {
        for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
            if (at(r, statements[i].word)) {
                statements[i].read(r);
                return;
            }
        }
    }
    read_expression_statement(r);
}

static void read_block(struct reader *r)
{
    if (enter(r)) {
        while (!r->failed && r->t.kind != TOKEN_END && !at(r, "end") && !at(r, "else") &&
               !at(r, "elseif") && !at(r, "until"))
            read_statement(r);
    }
    r->depth--;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void skip_first_line(struct reader *r)
{
    if (r->lx.at < r->lx.end && *r->lx.at == '#') {
        while (r->lx.at < r->lx.end && *r->lx.at != '\n')
            r->lx.at++;
    }
}

int conditions_read(const char *text, size_t len, struct conditions **out)
{
    struct reader r = {.text = text};
    r.out = calloc(1, sizeof *r.out);
    if (!r.out)
        return XDB_ENOMEM;
    lexer_init(&r.lx, text, len);
    skip_first_line(&r);
    lexer_next_code(&r.lx, &r.t);
    if (begin_function(&r)) {
        read_block(&r);
        if (r.t.kind != TOKEN_END)
            fail(&r, XDB_EFORMAT);
    }
    free(r.locals);
    if (r.failed)
        conditions_free(r.out);
    else
        *out = r.out;
    return r.failed;
}

void conditions_free(struct conditions *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->nfunctions; i++) {
        free(c->functions[i].tests);
        free(c->functions[i].loops);
    }
    free(c->functions);
    free(c);
}
