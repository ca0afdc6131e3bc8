#include "core/layout.h"

#include "core/buffer.h"
#include "core/instruction.h"
#include "core/layout_proof.h"

#include <lauxlib.h>
#include <lua.h>
#include <pthread.h>
#include <stdlib.h>

bool layout_proven = false;
size_t layout_bottom_offset;
static const char *verdict = "not yet proven";
static const char *jump_verdict = "not yet proven";

/*
** While proving, a wrong offset would make us follow garbage. So the state that is looked at has an
** allocator that knows its blocks, and no pointer is followed that does not lead into one of them.
*/
struct block {
    struct block *next;
    size_t size;
    max_align_t data[];
};

/* A jump that is made to see whether it can be; `leap` is its hook. */
struct leap {
    int pc[4];     /* where lines begin */
    bool jumps;    /* in this run */
    uint32_t word; /* what stood where the jump stands now; 0: there is none */
    bool landed;   /* the line that it led to came next, */
    bool shown;    /* and was at once taken for the current */
};

struct proof {
    struct block *blocks;
    const char *doubt;      /* the first disagreement, or NULL */
    int calls, lines;       /* events seen, so that a proof without evidence fails */
    const void *pc_of_line; /* saved pc at the line event before */
    struct leap leap;
};

/*
** Lua keeps for each instruction the difference to the line before, in a byte; where that does not fit, and at
** least every 128 instructions, the byte says so and a list has the line itself.
*/
int layout_line(const struct Proto *p, int pc)
{
    enum { ABSOLUTE = -128 };
    const signed char *difference = layout_load(p, LAYOUT_PROTO_LINEINFO);
    const int *absolute = layout_load(p, LAYOUT_PROTO_ABSLINEINFO); /* pairs of pc and line */
    int line = layout_linedefined(p), from = 0, to = pc;
    if (!difference)
        return -1;
    while (to >= 0 && difference[to] != ABSOLUTE)
        to--;
    for (int i = 0; to >= 0 && i < layout_load_int(p, LAYOUT_PROTO_SIZEABSLINEINFO); i++)
        if (absolute[2 * i] == to) {
            line = absolute[2 * i + 1];
            from = to + 1;
        }
    for (int i = from; i <= pc; i++)
        line += difference[i];
    return line;
}

static void unlink_block(struct proof *proof, struct block *b)
{
    struct block **at = &proof->blocks;
    while (*at != b)
        at = &(*at)->next;
    *at = b->next;
    free(b);
}

static void *allocate(void *ud, void *ptr, size_t osize, size_t nsize)
{
    struct proof *proof = ud;
    struct block *old = ptr ? (struct block *)((char *)ptr - offsetof(struct block, data)) : NULL;
    struct block *fresh = NULL;
    if (nsize > 0) {
        fresh = calloc(1, sizeof *fresh +
                              nsize); /* words that Lua never set must not look like something */
        if (!fresh)
            return NULL;
        fresh->size = nsize;
        fresh->next = proof->blocks;
        proof->blocks = fresh;
        if (old)
            memcpy(fresh->data, old->data, osize < nsize ? osize : nsize);
    }
    if (old)
        unlink_block(proof, old);
    return fresh ? fresh->data : NULL;
}

/* Whether `n` bytes at `p` belong to the state under test. */
static bool inside(const struct proof *proof, const void *p, size_t n)
{
    for (const struct block *b = proof->blocks; b; b = b->next) {
        uintptr_t start = (uintptr_t)b->data, at = (uintptr_t)p;
        if (at >= start && n <= b->size && at - start <= b->size - n)
            return true;
    }
    return false;
}

static int append(lua_State *L, const void *p, size_t n, void *ud)
{
    (void)L;
    buffer_add(ud, p, n);
    return 0;
}

/* Whether the `n` bytes of code at `code` stand in the dump of the function on the stack top. */
static bool in_dump(lua_State *L, const void *code, size_t n)
{
    struct buffer b;
    buffer_init(&b);
    bool found = lua_dump(L, append, &b, 0) == 0 && !b.failed && memmem(b.data, b.len, code, n);
    buffer_release(&b);
    return found;
}

static const char *doubt_proto(struct proof *proof, lua_State *L, const lua_Debug *ar)
{
    const struct Proto *p = layout_proto(ar->i_ci);
    if (!inside(proof, p, LAYOUT_PROTO_SIZE) || inside(proof, p, LAYOUT_PROTO_SIZE + 1))
        return "prototype";
    if (layout_linedefined(p) != ar->linedefined)
        return "linedefined";
    if (layout_lastlinedefined(p) != ar->lastlinedefined)
        return "lastlinedefined";
    if (layout_source(p) != ar->source)
        return "source";
    int n = layout_sizecode(p);
    if (n <= 0 || n > 1000 || !inside(proof, layout_code(p), (size_t)n * 4) ||
        !in_dump(L, layout_code(p), (size_t)n * 4))
        return "code";
    int pc = layout_nextpc(ar->i_ci, p);
    if (pc < 1 || pc > n)
        return "saved pc";
    return NULL;
}

/* Compares what the offsets say of the running function, which is on the top, with what the API says. */
static const char *doubt_frame(struct proof *proof, lua_State *L, const lua_Debug *ar)
{
    lua_Debug below;
    const void *closure = lua_topointer(L, -1);
    if (layout_running(L) != ar->i_ci)
        return "running frame";
    if (!inside(proof, layout_func(ar->i_ci), 16) ||
        layout_load(layout_func(ar->i_ci), 0) != closure)
        return "function slot";
    if (lua_getstack(L, 1, &below) && layout_previous(ar->i_ci) != below.i_ci)
        return "previous frame";
    const struct CallInfo *bottom = ar->i_ci;
    for (const struct CallInfo *ci; (ci = layout_previous(bottom)) != NULL; bottom = ci)
        if (!inside(proof, ci, LAYOUT_CI_SAVEDPC) || layout_next(ci) != bottom)
            return "next frame";
    if (bottom != layout_bottom(L))
        return "bottom of the frames";
    bool is_lua = ar->what[0] != 'C';
    if (is_lua != (layout_tag(ar->i_ci) == LAYOUT_TAG_LCL))
        return "tag of a Lua function";
    if (is_lua)
        return doubt_proto(proof, L, ar);
    unsigned char tag = layout_tag(ar->i_ci);
    if (tag != LAYOUT_TAG_LCF && tag != LAYOUT_TAG_CCL)
        return "tag of a C function";
    if (layout_cfunction(ar->i_ci) != (const void *)(uintptr_t)lua_tocfunction(L, -1))
        return "C function";
    return NULL;
}

/* What is read of a frame without its function, and the line. */
static const char *doubt_place(struct proof *proof, lua_State *L, lua_Debug *ar)
{
    const struct CallInfo *next = layout_next(ar->i_ci);
    const struct Proto *p = layout_proto(ar->i_ci);
    if (!inside(proof, layout_stack(L), 16) || layout_func(ar->i_ci) < layout_stack(L))
        return "stack";
    if (layout_is_c(ar->i_ci) != (ar->what[0] == 'C'))
        return "status of a frame";
    if (next && (!inside(proof, next, LAYOUT_CI_SIZE) || inside(proof, next, LAYOUT_CI_SIZE + 1) ||
                 layout_previous(next) != ar->i_ci))
        return "next frame";
    if (p && (!lua_getinfo(L, "l", ar) ||
              ar->currentline != layout_line(p, layout_nextpc(ar->i_ci, p) - 1)))
        return "line";
    return NULL;
}

static void compare(lua_State *L, lua_Debug *ar)
{
    void *ud;
    lua_getallocf(L, &ud);
    struct proof *proof = ud;
    if (proof->doubt || !lua_getinfo(L, "Sf", ar))
        return;
    proof->doubt = doubt_frame(proof, L, ar);
    if (!proof->doubt)
        proof->doubt = doubt_place(proof, L, ar);
    if (!proof->doubt && ar->event == LUA_HOOKLINE) {
        const void *pc = layout_load(ar->i_ci, LAYOUT_CI_SAVEDPC);
        if (pc == proof->pc_of_line)
            proof->doubt = "saved pc does not move";
        proof->pc_of_line = pc;
        proof->lines++;
    } else
        proof->calls++;
    lua_pop(L, 1);
}

/* Serves as light C function and, with an upvalue, as C closure. */
static int nothing(lua_State *L)
{
    (void)L;
    return 0;
}

#define FAR                                                                                        \
    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n" /* 45 lines */
static const char sample[] = "local light, closure = ...\n"
                             "local function f(a, b)\n"
                             "  light(a)\n"
                             "  closure(b)\n"
                             "  return a\n"
                             "end\n"
                             "f(1, 2)\n" FAR FAR FAR /* more than a byte tells */
                             "return (f(3, 4))\n";

enum { MOST_OF_A_THREAD = 1024 }; /* bytes */

/* The word at that offset is the same in two threads, and an address of the state; the bottom lies in the thread. */
static const char *doubt_threads(struct proof *proof, lua_State *L)
{
    lua_State *co = lua_newthread(L);
    const void *global = layout_global(L);
    bool same = global == layout_global(co) && inside(proof, global, sizeof(void *));
    const struct CallInfo *bottom = layout_running(co); /* nothing runs there */
    layout_bottom_offset = (size_t)((const char *)bottom - (const char *)co);
    bool within = layout_bottom_offset < MOST_OF_A_THREAD &&
                  inside(proof, co, layout_bottom_offset + LAYOUT_CI_SAVEDPC);
    lua_pop(L, 1);
    if (!same)
        return "global state";
    return within && !layout_previous(bottom) ? NULL : "thread";
}

static int examine(lua_State *L)
{
    void *proof;
    lua_getallocf(L, &proof);
    const char *doubt = doubt_threads(proof, L);
    if (doubt)
        ((struct proof *)proof)->doubt = doubt;
    if (luaL_loadbuffer(L, sample, sizeof sample - 1, "=layout") != LUA_OK)
        return lua_error(L);
    lua_pushcfunction(L, nothing);
    lua_pushboolean(L, 1);
    lua_pushcclosure(L, nothing, 1);
    lua_sethook(L, compare, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE, 0);
    lua_call(L, 2, 0);
    lua_sethook(L, NULL, 0, 0);
    return 0;
}

/* ---- moving control --------------------------------------------------------------------------- */

static const char leap_sample[] = "local n = 1\n"
                                  "n = n + 1\n" /* leapt over */
                                  "n = n + 10\n"
                                  "n = n + 100\n"
                                  "while n < 0 do end\n"
                                  "return n\n";
enum { LEAP_FROM = 2, LEAP_TO = 3, LEAP_SUM = 111 };

/* Puts a jump where line LEAP_FROM begins, and takes it away at the very next event. */
static void leap(lua_State *L, lua_Debug *ar)
{
    void *ud;
    lua_getallocf(L, &ud);
    struct leap *l = &((struct proof *)ud)->leap;
    const struct Proto *p = layout_proto(ar->i_ci);
    int line = ar->currentline, pc = layout_nextpc(ar->i_ci, p) - 1;
    if (l->word) {
        layout_set_instruction(p, l->pc[LEAP_FROM], l->word);
        l->word = 0;
        l->landed = line == LEAP_TO && pc == l->pc[LEAP_TO];
    } else if (l->jumps && line == LEAP_FROM) {
        l->word = layout_instruction(p, pc);
        layout_set_instruction(p, pc, instruction_jump(l->pc[LEAP_TO] - pc));
        layout_set_nextpc(ar->i_ci, p, l->pc[LEAP_TO] + 1);
        l->shown = lua_getinfo(L, "l", ar) && ar->currentline == LEAP_TO;
    } else if (line >= LEAP_FROM && line <= LEAP_TO)
        l->pc[line] = pc;
}

/* [function] What the sample returns. */
static int run_leap(lua_State *L)
{
    lua_pushvalue(L, -1); /* -> function function */
    lua_sethook(L, leap, LUA_MASKLINE, 0);
    lua_call(L, 0, 1);
    lua_sethook(L, NULL, 0, 0);
    int sum = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return sum;
}

/* [function] Why control cannot be moved, or NULL. */
static const char *doubt_leap(struct leap *l, lua_State *L)
{
    /* Lua's own jumps, out of the sample's loop and back, are written as we write ours */
    uint32_t loop[2] = {instruction_jump(2), instruction_jump(-2)};
    if (!in_dump(L, loop, sizeof loop))
        return "jump instruction";
    int plain = run_leap(L);
    l->jumps = true;
    int leapt = run_leap(L);
    l->jumps = false;
    if (leapt != LEAP_SUM || !l->landed || !l->shown)
        return "jump";
    return plain == LEAP_SUM + 1 && run_leap(L) == plain ? NULL : "code after a jump";
}

static int examine_leap(lua_State *L)
{
    void *ud;
    lua_getallocf(L, &ud);
    struct proof *proof = ud;
    if (luaL_loadbuffer(L, leap_sample, sizeof leap_sample - 1, "=leap") != LUA_OK)
        return lua_error(L);
    proof->doubt = doubt_leap(&proof->leap, L);
    return 0;
}

/* ---- the verdict ------------------------------------------------------------------------------ */

/* Runs one examination in a state of its own; its doubt, or NULL. */
static const char *run(struct proof *proof, lua_CFunction examination)
{
    lua_State *L = lua_newstate(allocate, proof);
    if (!L)
        return "out of memory";
    lua_pushcfunction(L, examination);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        proof->doubt = "out of memory";
    lua_close(L);
    return proof->doubt;
}

static struct proof *proof_of(lua_State *L)
{
    void *ud;
    lua_getallocf(L, &ud);
    return ud;
}

const char *layout_proof_run(lua_CFunction examination)
{
    struct proof proof = {0};
    return run(&proof, examination);
}

void layout_proof_doubt(lua_State *L, const char *doubt)
{
    if (!proof_of(L)->doubt)
        proof_of(L)->doubt = doubt;
}

bool layout_proof_inside(lua_State *L, const void *p, size_t n)
{
    return inside(proof_of(L), p, n);
}

static const char *find_doubt(void)
{
    const char *wish = getenv("XDB_LAYOUT");
    if (wish && strcmp(wish, "off") == 0)
        return "switched off by XDB_LAYOUT";
    if (sizeof(void *) != 8)
        return "not a 64-bit Lua";
    struct proof proof = {0};
    const char *doubt = run(&proof, examine);
    if (doubt)
        return doubt;
    return proof.calls >= 12 && proof.lines >= 8 ? NULL : "events are missing";
}

static void decide(void)
{
    const char *doubt = find_doubt();
    verdict = jump_verdict = doubt ? doubt : "";
    layout_proven = !doubt;
    if (doubt)
        return;
    struct proof proof = {0};
    doubt = run(&proof, examine_leap);
    jump_verdict = doubt ? doubt : "";
}

bool layout_prove(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, decide);
    return layout_proven;
}

const char *layout_verdict(void)
{
    return verdict;
}

const char *layout_jump_verdict(void)
{
    return jump_verdict;
}
