#include "core/bytecode.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"

/* ---- memory: pieces that are freed together --------------------------------------------------- */

#define CHUNK_SIZE 4000 /* bytes; larger pieces get a chunk of their own */

struct chunk {
    struct chunk *next;
    size_t used, size;
    max_align_t data[];
};

/* Zeroed memory that lives as long as the bytecode; NULL when there is none. */
static void *take_memory(struct bytecode *b, size_t count, size_t size)
{
    if (count > SIZE_MAX / 4 / size)
        return NULL;
    size_t need = count * size + sizeof(max_align_t) - 1;
    need -= need % sizeof(max_align_t);
    struct chunk *c = b->memory;
    if (!c || c->size - c->used < need) {
        size_t room = need > CHUNK_SIZE ? need : CHUNK_SIZE;
        c = calloc(1, sizeof *c + room);
        if (!c)
            return NULL;
        c->size = room;
        c->next = b->memory;
        b->memory = c;
    }
    void *p = (char *)c->data + c->used;
    c->used += need;
    return p;
}

void bytecode_free(struct bytecode *b)
{
    if (!b)
        return;
    struct chunk *next;
    for (struct chunk *c = b->memory; c; c = next) {
        next = c->next;
        free(c);
    }
    free(b);
}

/* ---- reading: the first failure sticks, and whatever is read after it is zero ----------------- */

struct reader {
    const unsigned char *at, *end;
    struct bytecode *out;
    struct xdb_error *err;
    int code; /* 0 or the first failure */
};

static void fail(struct reader *r, int code, const char *why)
{
    if (r->code == 0)
        r->code =
            error_set(r->err, code, code == XDB_ENOMEM ? "%s" : "not a Lua function: %s", why);
    r->at = r->end;
}

/* The next `n` bytes where they are, or NULL. */
static const unsigned char *bytes(struct reader *r, size_t n)
{
    if ((size_t)(r->end - r->at) < n) {
        fail(r, XDB_EFORMAT, "it is cut short");
        return NULL;
    }
    const unsigned char *p = r->at;
    r->at += n;
    return p;
}

static unsigned char byte(struct reader *r)
{
    const unsigned char *p = bytes(r, 1);
    return p ? *p : 0;
}

/* Groups of seven bits, the highest first; the last one carries the top bit. */
static size_t number(struct reader *r, size_t limit)
{
    size_t x = 0;
    unsigned char b;
    do {
        b = byte(r);
        if (r->code)
            return 0;
        if (x > (limit >> 7)) {
            fail(r, XDB_EFORMAT, "a number is too large");
            return 0;
        }
        x = x << 7 | (b & 0x7f);
    } while (!(b & 0x80));
    if (x > limit) {
        fail(r, XDB_EFORMAT, "a number is too large");
        return 0;
    }
    return x;
}

static int integer(struct reader *r)
{
    return (int)number(r, INT_MAX);
}

/* A count of things of which each needs at least `least` of the bytes that are left. */
static int count(struct reader *r, size_t least)
{
    int n = integer(r);
    if ((size_t)n > (size_t)(r->end - r->at) / least) {
        fail(r, XDB_EFORMAT, "it is cut short");
        return 0;
    }
    return n;
}

static void *array(struct reader *r, int n, size_t size)
{
    if (r->code || n == 0)
        return NULL;
    void *p = take_memory(r->out, (size_t)n, size);
    if (!p)
        fail(r, XDB_ENOMEM, "out of memory");
    return p;
}

static struct bytecode_text text(struct reader *r)
{
    struct bytecode_text t = {NULL, 0};
    size_t size = number(r, SIZE_MAX);
    if (size == 0)
        return t;
    const unsigned char *from = bytes(r, size - 1);
    char *s = from ? take_memory(r->out, size, 1) : NULL;
    if (s) {
        memcpy(s, from, size - 1);
        t.s = s;
        t.len = size - 1;
    } else if (from) {
        fail(r, XDB_ENOMEM, "out of memory");
    }
    return t;
}

/* ---- the parts of a function ------------------------------------------------------------------ */

static void expect(struct reader *r, const void *what, size_t n, const char *why)
{
    const unsigned char *p = bytes(r, n);
    if (p && memcmp(p, what, n) != 0)
        fail(r, XDB_EFORMAT, why);
}

/* Everything before the first function; it proves that the bytes come from a Lua like this one. */
static void header(struct reader *r)
{
    const unsigned char version[] = {0x54, 0};
    const unsigned char sizes[] = {sizeof(uint32_t), sizeof(lua_Integer), sizeof(lua_Number)};
    lua_Integer whole = 0x5678;
    lua_Number real = (lua_Number)370.5;
    expect(r, LUA_SIGNATURE, sizeof LUA_SIGNATURE - 1, "no signature");
    expect(r, version, sizeof version, "another version of Lua");
    expect(r, "\x19\x93\r\n\x1a\n", 6, "its signature is damaged");
    expect(r, sizes, sizeof sizes, "other sizes of numbers");
    expect(r, &whole, sizeof whole, "another form of integers");
    expect(r, &real, sizeof real, "another form of floats");
    byte(r); /* number of upvalues, told again below */
}

static void code(struct reader *r, struct proto *p)
{
    int n = count(r, sizeof *p->code);
    const unsigned char *from = bytes(r, (size_t)n * sizeof *p->code);
    p->code = array(r, n, sizeof *p->code);
    if (!p->code)
        return;
    memcpy(p->code, from, (size_t)n * sizeof *p->code);
    p->ncode = n;
}

/* Type tags of constants: a type of lua.h, and above it a variant. */
#define VARIANT(type, n) ((type) | (n) << 4)

static void constant(struct reader *r, struct bytecode_constant *k)
{
    const unsigned char *p;
    switch (byte(r)) {
    case VARIANT(LUA_TNIL, 0):
        k->kind = BYTECODE_NIL;
        break;
    case VARIANT(LUA_TBOOLEAN, 0):
        k->kind = BYTECODE_FALSE;
        break;
    case VARIANT(LUA_TBOOLEAN, 1):
        k->kind = BYTECODE_TRUE;
        break;
    case VARIANT(LUA_TNUMBER, 0):
        k->kind = BYTECODE_INTEGER;
        if ((p = bytes(r, sizeof k->value.integer)))
            memcpy(&k->value.integer, p, sizeof k->value.integer);
        break;
    case VARIANT(LUA_TNUMBER, 1):
        k->kind = BYTECODE_FLOAT;
        if ((p = bytes(r, sizeof k->value.number)))
            memcpy(&k->value.number, p, sizeof k->value.number);
        break;
    case VARIANT(LUA_TSTRING, 0): /* short */
    case VARIANT(LUA_TSTRING, 1): /* long */
        k->kind = BYTECODE_STRING;
        k->value.text = text(r);
        if (!k->value.text.s)
            fail(r, XDB_EFORMAT, "a constant without text");
        break;
    default:
        fail(r, XDB_EFORMAT, "a constant of no known type");
    }
}

static void constants(struct reader *r, struct proto *p)
{
    int n = count(r, 1);
    p->constants = array(r, n, sizeof *p->constants);
    for (; p->constants && p->nconstants < n && !r->code; p->nconstants++)
        constant(r, &p->constants[p->nconstants]);
}

static void upvalues(struct reader *r, struct proto *p)
{
    int n = count(r, 3);
    p->upvalues = array(r, n, sizeof *p->upvalues);
    for (; p->upvalues && p->nupvalues < n; p->nupvalues++) {
        struct bytecode_upvalue *u = &p->upvalues[p->nupvalues];
        u->instack = byte(r);
        u->idx = byte(r);
        u->kind = byte(r);
    }
}

static void upvalue_names(struct reader *r, struct proto *p)
{
    int n = count(r, 1);
    if (n > p->nupvalues)
        fail(r, XDB_EFORMAT, "more names than upvalues");
    for (int i = 0; i < n && !r->code; i++)
        p->upvalues[i].name = text(r).s;
}

/*
** Each instruction has the difference to the line before it; a difference that does not fit is told
** as -128, and the line itself stands in a second list.
*/
static void lines(struct reader *r, struct proto *p)
{
    int n = count(r, 1);
    const unsigned char *steps = bytes(r, (size_t)n);
    int nabsolute = count(r, 2);
    if (n != 0 && n != p->ncode)
        fail(r, XDB_EFORMAT, "lines and instructions differ in number");
    int *to = array(r, n, sizeof *to);
    long long line = p->linedefined;
    for (int pc = 0; pc < n && to; pc++) {
        int step = steps[pc] < 0x80 ? steps[pc] : steps[pc] - 0x100;
        if (step != -0x80) {
            line += step;
        } else if (nabsolute-- > 0 && integer(r) == pc) {
            line = integer(r);
        } else {
            fail(r, XDB_EFORMAT, "its lines contradict each other");
        }
        if (line < 0 || line > INT_MAX)
            fail(r, XDB_EFORMAT, "a line out of range");
        if (r->code)
            return;
        to[pc] = (int)line;
    }
    if (nabsolute > 0)
        fail(r, XDB_EFORMAT, "its lines contradict each other");
    p->lines = to;
}

static void locals(struct reader *r, struct proto *p)
{
    int n = count(r, 3);
    p->locals = array(r, n, sizeof *p->locals);
    for (; p->locals && p->nlocals < n && !r->code; p->nlocals++) {
        struct bytecode_local *l = &p->locals[p->nlocals];
        l->name = text(r).s;
        l->startpc = integer(r);
        l->endpc = integer(r);
    }
}

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static void active(struct reader *r, struct proto *p)
{
    int from = bytecode_first_pc(p);
    if (!p->lines || from >= p->ncode)
        return;
    int n = p->ncode - from, kept = 0;
    p->active = array(r, n, sizeof *p->active);
    if (!p->active)
        return;
    memcpy(p->active, p->lines + from, (size_t)n * sizeof *p->active);
    qsort(p->active, (size_t)n, sizeof *p->active, by_number);
    for (int i = 0; i < n; i++) {
        if (kept == 0 || p->active[i] != p->active[kept - 1])
            p->active[kept++] = p->active[i];
    }
    p->nactive = kept;
}

static void function(struct reader *r, struct proto *p, int depth);

#define FUNCTION_BYTES 14 /* the least that a dumped function takes */

static void functions(struct reader *r, struct proto *p, int depth)
{
    int n = count(r, FUNCTION_BYTES);
    if (n && depth >= BYTECODE_MAX_DEPTH)
        fail(r, XDB_EFORMAT, "functions are nested too deeply");
    p->protos = array(r, n, sizeof *p->protos);
    for (; p->protos && p->nprotos < n && !r->code; p->nprotos++) {
        struct proto *child = array(r, 1, sizeof *child);
        if (!child)
            return;
        child->parent = p;
        child->index = p->nprotos;
        p->protos[p->nprotos] = child;
        function(r, child, depth + 1);
    }
}

/* Recursion is bounded by BYTECODE_MAX_DEPTH. */
static void function(struct reader *r, struct proto *p, int depth)
{
    r->out->nall++;
    p->source = text(r);
    if (!p->source.s && p->parent)
        p->source = p->parent->source;
    p->linedefined = integer(r);
    p->lastlinedefined = integer(r);
    p->numparams = byte(r);
    p->is_vararg = byte(r) != 0;
    p->maxstacksize = byte(r);
    code(r, p);
    constants(r, p);
    upvalues(r, p);
    functions(r, p, depth);
    lines(r, p);
    locals(r, p);
    upvalue_names(r, p);
    active(r, p);
}

static struct proto **collect(struct proto *p, struct proto **to)
{
    *to++ = p;
    for (int i = 0; i < p->nprotos; i++)
        to = collect(p->protos[i], to);
    return to;
}

int bytecode_parse(const void *data, size_t len, struct bytecode **out, struct xdb_error *err)
{
    struct bytecode *b = calloc(1, sizeof *b);
    if (!b)
        return error_set(err, XDB_ENOMEM, "out of memory");
    struct reader r = {.at = data, .end = (const unsigned char *)data + len, .out = b, .err = err};
    header(&r);
    b->main = array(&r, 1, sizeof *b->main);
    if (b->main)
        function(&r, b->main, 0);
    if (!r.code && r.at != r.end)
        fail(&r, XDB_EFORMAT, "something follows its end");
    if (!r.code && !(b->all = take_memory(b, b->nall, sizeof(struct proto *))))
        fail(&r, XDB_ENOMEM, "out of memory");
    if (r.code) {
        bytecode_free(b);
        return r.code;
    }
    collect(b->main, b->all);
    *out = b;
    return 0;
}

static int add_bytes(lua_State *L, const void *p, size_t n, void *to)
{
    (void)L;
    buffer_add(to, p, n);
    return ((struct buffer *)to)->failed;
}

int bytecode_of(lua_State *L, int index, struct bytecode **out, struct xdb_error *err)
{
    if (!lua_isfunction(L, index) || lua_iscfunction(L, index))
        return error_set(err, XDB_EINVAL, "not a Lua function");
    struct buffer b;
    buffer_init(&b);
    lua_pushvalue(L, index); /* -> function */
    int status = lua_dump(L, add_bytes, &b, 0);
    lua_pop(L, 1);
    int code = status == 0 ? bytecode_parse(b.data, b.len, out, err)
                           : error_set(err, XDB_ENOMEM, "out of memory");
    buffer_release(&b);
    return code;
}

/* ---- lines with code -------------------------------------------------------------------------- */

int bytecode_first_pc(const struct proto *p)
{
    return p->is_vararg ? 1 : 0;
}

int bytecode_first_line(const struct proto *p)
{
    int pc = bytecode_first_pc(p);
    return p->lines && pc < p->ncode ? p->lines[pc] : -1;
}

int bytecode_next_line(const struct proto *p, int line)
{
    int low = 0, high = p->nactive;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (p->active[middle] < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->nactive ? p->active[low] : -1;
}

bool bytecode_has_line(const struct proto *p, int line)
{
    return line >= 0 && bytecode_next_line(p, line) == line;
}

/* ---- variables -------------------------------------------------------------------------------- */

const char *bytecode_local_at(const struct proto *p, int n, int pc)
{
    for (int i = 0; i < p->nlocals && p->locals[i].startpc <= pc; i++) {
        if (pc < p->locals[i].endpc && --n == 0)
            return p->locals[i].name;
    }
    return NULL;
}

const char *bytecode_local_starting(const struct proto *p, int reg, int pc)
{
    int occupied = 0; /* registers of the variables declared before this one that live at `pc` */
    for (int i = 0; i < p->nlocals && p->locals[i].startpc <= pc; i++) {
        const struct bytecode_local *l = &p->locals[i];
        if (l->startpc == pc && occupied == reg)
            return l->name;
        if (l->startpc == pc || pc < l->endpc)
            occupied++;
    }
    return NULL;
}

/* ---- comparison ------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return !a || !b || strcmp(a, b) == 0;
}

static bool same_constant(const struct bytecode_constant *a, const struct bytecode_constant *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case BYTECODE_INTEGER:
        return a->value.integer == b->value.integer;
    case BYTECODE_FLOAT: /* bit by bit: NaN equals itself, 0.0 is not -0.0 */
        return memcmp(&a->value.number, &b->value.number, sizeof a->value.number) == 0;
    case BYTECODE_STRING:
        return a->value.text.len == b->value.text.len &&
               memcmp(a->value.text.s, b->value.text.s, a->value.text.len) == 0;
    default:
        return true;
    }
}

static bool same_variables(const struct proto *a, const struct proto *b)
{
    for (int i = 0; i < a->nupvalues; i++) {
        const struct bytecode_upvalue *u = &a->upvalues[i], *v = &b->upvalues[i];
        if (u->instack != v->instack || u->idx != v->idx || !same_text(u->name, v->name))
            return false;
    }
    if (!a->nlocals || !b->nlocals)
        return true;
    for (int i = 0; i < a->nlocals && a->nlocals == b->nlocals; i++) {
        const struct bytecode_local *l = &a->locals[i], *m = &b->locals[i];
        if (l->startpc != m->startpc || l->endpc != m->endpc || !same_text(l->name, m->name))
            return false;
    }
    return a->nlocals == b->nlocals;
}

static bool same_numbers(const struct proto *a, const struct proto *b)
{
    return a->linedefined == b->linedefined && a->lastlinedefined == b->lastlinedefined &&
           a->numparams == b->numparams && a->is_vararg == b->is_vararg && a->ncode == b->ncode &&
           a->nconstants == b->nconstants && a->nupvalues == b->nupvalues &&
           a->nprotos == b->nprotos;
}

bool bytecode_same(const struct proto *a, const struct proto *b)
{
    if (!same_numbers(a, b) || !same_variables(a, b))
        return false;
    if (a->ncode && memcmp(a->code, b->code, (size_t)a->ncode * sizeof *a->code) != 0)
        return false;
    if (a->lines && b->lines &&
        memcmp(a->lines, b->lines, (size_t)a->ncode * sizeof *a->lines) != 0)
        return false;
    for (int i = 0; i < a->nconstants; i++) {
        if (!same_constant(&a->constants[i], &b->constants[i]))
            return false;
    }
    for (int i = 0; i < a->nprotos; i++) {
        if (!bytecode_same(a->protos[i], b->protos[i]))
            return false;
    }
    return true;
}
