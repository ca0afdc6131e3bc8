#include "core/function_name.h"

#include <string.h>

#include "core/instruction.h"

#define MAX_STEPS 1000 /* instructions between a closure and its place */
#define MAX_PARTS 20   /* of a dotted name */
#define MAX_KEY   60   /* bytes shown of a key in quotes */
#define MAX_NAME  200  /* bytes; of a longer expression only the last key is the name */

/* What is known of a register's value. */
enum known {
    NOTHING,
    FRESH, /* a table being constructed */
    NAMED  /* its name has been appended */
};

static bool is_env(const char *name)
{
    return name && strcmp(name, "_ENV") == 0;
}

static const char *upvalue_name(const struct proto *p, int n)
{
    return n < p->nupvalues ? p->upvalues[n].name : NULL;
}

static bool is_identifier(const char *s, size_t len)
{
    if (len == 0 || (*s >= '0' && *s <= '9'))
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
    }
    return true;
}

static void add_quoted(struct buffer *to, const char *s, size_t len)
{
    buffer_adds(to, "[\"");
    for (size_t i = 0; i < len && i < MAX_KEY; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c < ' ' || c == 127)
            buffer_addf(to, "\\%d", c);
        else
            buffer_addf(to, c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    buffer_adds(to, len > MAX_KEY ? "...\"]" : "\"]");
}

/* A field: `.key` behind a name, `key` by itself, `["other key"]`. */
static void add_key(struct buffer *to, bool behind, const char *s, size_t len)
{
    if (!is_identifier(s, len)) {
        add_quoted(to, s, len);
        return;
    }
    if (behind)
        buffer_addc(to, '.');
    buffer_add(to, s, len);
}

static bool add_constant(struct buffer *to, bool behind, const struct proto *p, int n)
{
    if (n >= p->nconstants)
        return false;
    const struct bytecode_constant *k = &p->constants[n];
    if (k->kind == BYTECODE_STRING)
        add_key(to, behind, k->value.text.s, k->value.text.len);
    else if (k->kind == BYTECODE_INTEGER)
        buffer_addf(to, "[" LUA_INTEGER_FMT "]", k->value.integer);
    else if (k->kind == BYTECODE_FLOAT)
        buffer_addf(to, "[%.14g]", (double)k->value.number);
    else
        return false;
    return true;
}

/* The instruction before `pc` that gave a register its value, by position in the code; -1 for none. */
static int setter(const struct proto *p, int pc, int reg)
{
    for (int steps = 0; --pc >= 0 && steps < MAX_STEPS; steps++) {
        struct instruction i = instruction_decode(p->code[pc]);
        if (i.sets_a && i.a == reg)
            return pc;
        if ((i.op == BC_CALL && i.a <= reg) || (i.op == BC_SELF && i.a + 1 == reg))
            return -1;
        if (i.op == BC_LOADNIL && i.a <= reg && reg <= i.a + i.b)
            return -1;
    }
    return -1;
}

static enum known add_value(struct buffer *to, const struct proto *p, int pc, int reg, int parts);

/* `[name]` or `[constant]` for a key in a register. */
static bool add_register_key(struct buffer *to, bool behind, const struct proto *p, int pc, int reg,
                             int parts)
{
    size_t before = to->len;
    int at = bytecode_local_at(p, reg + 1, pc) ? -1 : setter(p, pc, reg);
    struct instruction i = {.op = -1};
    if (at >= 0)
        i = instruction_decode(p->code[at]);
    if (i.op == BC_LOADK)
        return add_constant(to, behind, p, i.bx);
    if (i.op == BC_LOADI || i.op == BC_LOADF) {
        buffer_addf(to, "[%d]", i.bx);
        return true;
    }
    buffer_addc(to, '[');
    if (add_value(to, p, pc, reg, parts) == NAMED) {
        buffer_addc(to, ']');
        return true;
    }
    buffer_truncate(to, before);
    return false;
}

/* An upvalue, or with `key` >= 0 the field of one that the constant names. */
static enum known add_upvalue(struct buffer *to, const struct proto *p, int n, int key)
{
    const char *name = upvalue_name(p, n);
    if (!name)
        return NOTHING;
    if (key < 0 || !is_env(name))
        buffer_adds(to, name);
    if (key >= 0 && !add_constant(to, !is_env(name), p, key))
        return NOTHING;
    return NAMED;
}

/* The expression that an instruction evaluates. */
static enum known add_expression(struct buffer *to, const struct proto *p, int pc, int parts)
{
    struct instruction i = instruction_decode(p->code[pc]);
    size_t before = to->len;
    bool done = false;
    switch (i.op) {
    case BC_NEWTABLE:
        return FRESH;
    case BC_GETUPVAL:
        return add_upvalue(to, p, i.b, -1);
    case BC_GETTABUP:
        return add_upvalue(to, p, i.b, i.c);
    case BC_MOVE:
        return add_value(to, p, pc, i.b, parts);
    case BC_GETFIELD:
    case BC_GETI:
    case BC_GETTABLE:
        if (add_value(to, p, pc, i.b, parts) != NAMED)
            break;
        if (is_env(to->data + before))
            buffer_truncate(to, before);
        if (i.op == BC_GETFIELD)
            done = add_constant(to, to->len > before, p, i.c);
        else if (i.op == BC_GETTABLE)
            done = add_register_key(to, true, p, pc, i.c, parts);
        else
            done = (buffer_addf(to, "[%d]", i.c), true);
        break;
    default:
        break;
    }
    if (!done)
        buffer_truncate(to, before);
    return done ? NAMED : NOTHING;
}

/* The value of a register when control is at `pc`, as it is written in the text. */
static enum known add_value(struct buffer *to, const struct proto *p, int pc, int reg, int parts)
{
    const char *local = bytecode_local_at(p, reg + 1, pc);
    if (to->len > MAX_NAME)
        return NOTHING;
    if (local) {
        if (*local == '(')
            return NOTHING;
        buffer_adds(to, local);
        return NAMED;
    }
    int at = setter(p, pc, reg);
    return at >= 0 && parts > 0 ? add_expression(to, p, at, parts - 1) : NOTHING;
}

/* ---- where a closure goes --------------------------------------------------------------------- */

/* Whether an instruction that is no store ends the value of a register: overwrites or hands it on. */
static bool consumes(struct instruction i, int reg)
{
    switch (i.op) {
    case BC_RETURN0:
        return true;
    case BC_CALL:
    case BC_TAILCALL:
    case BC_RETURN:
    case BC_RETURN1:
    case BC_SETLIST:
    case BC_CONCAT:
    case BC_TFORCALL:
    case BC_TFORPREP:
    case BC_FORPREP:
    case BC_VARARG:
    case BC_CLOSE:
        return i.a <= reg;
    case BC_SELF:
        return i.a == reg || i.a + 1 == reg;
    case BC_LOADNIL:
        return i.a <= reg && reg <= i.a + i.b;
    case BC_TESTSET: /* see after_test */
        return i.a == reg && i.b != reg;
    default:
        return i.sets_a && i.a == reg;
    }
}

/* Whether instruction `i` stores register `reg`. */
static bool stores(struct instruction i, int reg)
{
    switch (i.op) {
    case BC_SETTABUP:
    case BC_SETFIELD:
    case BC_SETTABLE:
    case BC_SETI:
        return !i.k && i.c == reg;
    case BC_SETUPVAL:
        return i.a == reg;
    case BC_MOVE:
        return i.b == reg;
    default:
        return false;
    }
}

/* The place that a store at `pc` stores to. `*dotted` when its last part is a field behind a name. */
static bool add_place(struct buffer *to, const struct proto *p, int pc, bool *dotted)
{
    struct instruction i = instruction_decode(p->code[pc]);
    const char *name;
    size_t before = to->len;
    switch (i.op) {
    case BC_SETUPVAL:
        return add_upvalue(to, p, i.b, -1) == NAMED;
    case BC_MOVE:
        name = bytecode_local_at(p, i.a + 1, pc);
        buffer_adds(to, name && *name != '(' ? name : "");
        return to->len > before;
    case BC_SETTABUP:
        *dotted = !is_env(upvalue_name(p, i.a));
        return add_upvalue(to, p, i.a, i.b) == NAMED;
    default:
        break;
    }
    add_value(to, p, pc, i.a, MAX_PARTS); /* of an unnamed table the key alone is the name */
    if (is_env(to->data + before))
        buffer_truncate(to, before);
    *dotted = to->len > before;
    if (i.op == BC_SETTABLE)
        return add_register_key(to, *dotted, p, pc, i.b, MAX_PARTS);
    if (i.op == BC_SETFIELD)
        return add_constant(to, *dotted, p, i.b);
    buffer_addf(to, "[%d]", i.b);
    return true;
}

/*
** Where control goes from a test of the closure itself, which is true: `x and function() ... end or y`.
** A jump follows each test; it is done or skipped.
*/
static int after_test(struct instruction i, int pc, int *reg)
{
    if (i.op == BC_TEST && i.a == *reg)
        return i.k ? pc + 1 : pc + 2;
    if (i.op == BC_TESTSET && i.b == *reg) {
        if (i.k)
            *reg = i.a;
        return i.k ? pc + 1 : pc + 2;
    }
    return pc + 1;
}

/* Follows the closure made at `pc` to the local variable or the store that names it. */
static bool follow(const struct proto *p, int pc, struct buffer *to, bool *dotted)
{
    int reg = instruction_decode(p->code[pc]).a;
    pc++;
    for (int steps = 0; pc < p->ncode && steps < MAX_STEPS; steps++) {
        const char *local = bytecode_local_starting(p, reg, pc);
        if (local) {
            buffer_adds(to, *local == '(' ? "" : local);
            return *local != '(';
        }
        struct instruction i = instruction_decode(p->code[pc]);
        if (stores(i, reg))
            return add_place(to, p, pc, dotted);
        if (consumes(i, reg) || (i.op == BC_JMP && i.bx < 0))
            return false;
        pc = i.op == BC_JMP ? pc + 1 + i.bx : after_test(i, pc, &reg);
    }
    return false;
}

/* ---- `M:f` or `M.f` --------------------------------------------------------------------------- */

static const char *skip(const char *s, const char *end, const char *set)
{
    while (s < end && *s && strchr(set, *s))
        s++;
    return s;
}

#define SPACE " \t\r\n\f\v"
#define WORD  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/* Whether the text has `function a.b:KEY (` in it. */
static bool has_method(const char *text, size_t len, const char *key)
{
    static const char word[] = "function";
    const char *end = text + len;
    size_t n = strlen(key);
    while ((text = memmem(text, (size_t)(end - text), word, sizeof word - 1))) {
        text += sizeof word - 1;
        const char *at = skip(text, end, SPACE WORD ".");
        if (at == text || at == end || *at != ':')
            continue;
        at = skip(at + 1, end, SPACE);
        if ((size_t)(end - at) > n && memcmp(at, key, n) == 0) {
            at = skip(at + n, end, SPACE);
            if (at < end && *at == '(')
                return true;
        }
    }
    return false;
}

static bool takes_self(const struct proto *p)
{
    return p->numparams > 0 && p->nlocals > 0 && p->locals[0].name &&
           strcmp(p->locals[0].name, "self") == 0;
}

bool function_name_at(const struct proto *p, int pc, const char *header, size_t len,
                      struct buffer *to)
{
    size_t before = to->len;
    bool dotted = false;
    if (!follow(p, pc, to, &dotted) || to->failed) {
        buffer_truncate(to, before);
        return false;
    }
    char *dot = dotted ? strrchr(to->data + before, '.') : NULL;
    int child = instruction_decode(p->code[pc]).bx;
    if (dot && is_identifier(dot + 1, strlen(dot + 1)) && child < p->nprotos &&
        takes_self(p->protos[child]) && (!header || has_method(header, len, dot + 1)))
        *dot = ':';
    return true;
}
