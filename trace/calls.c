#include "trace/calls.h"

#include "trace/modules.h"

#include <stdlib.h>
#include <string.h>
/* Out of memory, an entry is not added; uthash would end the process. */
#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->lost = true)
#include <uthash.h>

struct pair_key {
    const struct code *caller, *callee; /* caller NULL: the tool, or nobody asks */
};

struct call_pair {
    struct pair_key key;
    int64_t count;
    bool lost; /* by uthash, out of memory */
    UT_hash_handle hh;
};

void calls_init(struct calls *c, struct program *g, bool callers)
{
    *c = (struct calls){.program = g, .callers = callers};
}

void calls_clear(struct calls *c)
{
    struct call_pair *p, *next;
    HASH_ITER(hh, c->pairs, p, next)
    {
        HASH_DEL(c->pairs, p);
        free(p);
    }
    c->out_of_memory = false;
}

void calls_release(struct calls *c)
{
    calls_clear(c);
}

/* Finds the name of a function while it runs. */
static bool name_code(struct program *g, lua_State *L, lua_Debug *ar, struct code *code)
{
    struct function *f;
    if (code->name)
        return true;
    if (lua_getinfo(L, "S", ar) && function_of_debug(g->functions, L, ar, &f, NULL) == 0)
        code->name = strdup(function_name(f, L, ar));
    return code->name != NULL;
}

/* The youngest counted function of `L` from `level` on, or NULL. */
static struct code *counted(struct calls *c, lua_State *L, int level)
{
    lua_Debug ar;
    while (lua_getstack(L, level++, &ar)) {
        struct code *code = program_code(c->program, L, &ar, false);
        if (code && name_code(c->program, L, &ar, code))
            return code;
    }
    return NULL;
}

static const struct code *caller_of(struct calls *c, lua_State *L)
{
    const struct universe *u = universe_find(L);
    struct universe_walk w;
    const struct code *code = counted(c, L, 1);
    if (code || !u)
        return code;
    universe_walk(u, &w, L);
    while (!code && (L = universe_walk_older(u, &w)) != NULL)
        code = counted(c, L, 0);
    return code;
}

void calls_note(struct calls *c, lua_State *L, lua_Debug *ar, struct code *callee)
{
    struct pair_key key;
    struct call_pair *p;
    memset(&key, 0, sizeof key);
    key.callee = callee;
    key.caller = c->callers ? caller_of(c, L) : NULL;
    HASH_FIND(hh, c->pairs, &key, sizeof key, p);
    if (!p) {
        p = name_code(c->program, L, ar, callee) ? calloc(1, sizeof *p) : NULL;
        if (!p) {
            c->out_of_memory = true;
            return;
        }
        p->key = key;
        HASH_ADD(hh, c->pairs, key, sizeof key, p);
        if (p->lost) {
            free(p);
            c->out_of_memory = true;
            return;
        }
    }
    p->count++;
}

static void describe(const struct code *code, struct buffer *module, struct results_callee *out)
{
    modules_short(code->unit->source->title, module);
    *out = (struct results_callee){code->unit->source->title, module->data, code->name};
}

int calls_gather(const struct calls *c, struct results *r, struct xdb_error *err)
{
    struct buffer caller, callee;
    int failed = c->out_of_memory ? XDB_ENOMEM : 0;
    buffer_init(&caller);
    buffer_init(&callee);
    for (const struct call_pair *p = c->pairs; p && !failed; p = p->hh.next) {
        struct results_call call = {.count = p->count};
        buffer_clear(&caller);
        buffer_clear(&callee);
        describe(p->key.callee, &callee, &call.callee);
        if (p->key.caller)
            describe(p->key.caller, &caller, &call.caller);
        else if (c->callers)
            call.caller =
                (struct results_callee){CALLS_TOOL_FILE, CALLS_TOOL_MODULE, CALLS_TOOL_NAME};
        failed = caller.failed || callee.failed ? XDB_ENOMEM : results_add_call(r, &call);
    }
    buffer_release(&caller);
    buffer_release(&callee);
    return failed ? error_set(err, failed, "out of memory while noting calls") : 0;
}
