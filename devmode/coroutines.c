/*
** CoroutineWarning: never started, collected with something left to close, resumed when dead. A coroutine's end is noticed
** by the allocator, which is given its block: nothing of ours hangs on the coroutine, and it lives no longer than without.
** What it has to close is looked at each time it yields.
*/
#include "core/bytecode.h"
#include "core/error.h"
#include "core/instruction.h"
#include "core/interpose.h"
#include "core/layout.h"
#include "devmode/state.h"

#define HASH_NONFATAL_OOM 1
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* Variables to be closed in a function, by their instruction. */
struct closer {
    int pc, end; /* alive from behind `pc` to before `end` */
    int local;   /* lua_getlocal's index */
    const char *name;
};

/* A function, with its closers; `code` keeps the names. Believed while the function is the same. */
struct known {
    const void *proto, *instructions;
    int sizecode, linedefined;
    struct bytecode *code;
    struct closer *closers;
    int n;
    UT_hash_handle hh;
};

/* A coroutine that sleeps with something left to close. */
struct sleeper {
    const void *co;
    uint32_t place;
    char name[64];
    UT_hash_handle hh;
};

struct coroutines {
    struct known *known;
    struct known passing; /* the one looked at last, where the layout is off */
    struct sleeper *sleepers;
    lua_CFunction create;
};

/* A place's number has room for one bit more: made by coroutine.create or wrap, whose coroutines are the program's own. */
enum { PROGRAMS_OWN = 1 << 30 };

/* ---- what a function closes ------------------------------------------------------------------- */

static int local_end(const struct proto *p, int reg, int pc)
{
    int n = 0;
    for (int i = 0; i < p->nlocals && p->locals[i].startpc <= pc; i++)
        if (p->locals[i].endpc > pc && n++ == reg)
            return p->locals[i].endpc;
    return pc;
}

static bool is_closer(const struct proto *p, int pc, struct closer *c)
{
    struct instruction i = instruction_decode(p->code[pc]);
    int reg = i.a;
    if (i.op == BC_TFORPREP)
        reg += 3; /* the loop's closing value */
    else if (i.op != BC_TBC)
        return false;
    *c = (struct closer){pc, local_end(p, reg, pc), reg + 1, bytecode_local_at(p, reg + 1, pc)};
    return c->end > pc;
}

static void find_closers(struct known *k)
{
    const struct proto *p = k->code->main;
    int most = 0;
    struct closer c;
    for (int pc = 0; pc < p->ncode; pc++)
        most += is_closer(p, pc, &c);
    if (most == 0)
        return;
    k->closers = calloc((size_t)most, sizeof *k->closers);
    for (int pc = 0; k->closers && pc < p->ncode; pc++)
        if (is_closer(p, pc, &c))
            k->closers[k->n++] = c;
}

static void clear_known(struct known *k)
{
    bytecode_free(k->code);
    free(k->closers);
    k->code = NULL;
    k->closers = NULL;
    k->n = 0;
}

/* Decodes the function at the top of `L`. */
static void learn(struct known *k, lua_State *L)
{
    clear_known(k);
    if (bytecode_of(L, -1, &k->code, NULL) < 0) {
        k->code = NULL;
        return;
    }
    find_closers(k);
    if (k->n == 0)
        clear_known(k); /* as most do */
}

static bool is_same(const struct known *k, const struct Proto *p)
{
    return k->instructions == layout_code(p) && k->sizecode == layout_sizecode(p) &&
           k->linedefined == layout_linedefined(p);
}

/* The same where no function can be told from another: decoded each time, into `c->passing`. */
static struct known *passing_of(struct coroutines *c, lua_State *co, lua_Debug *ar)
{
    if (!lua_checkstack(co, 1) || !lua_getinfo(co, "f", ar))
        return NULL;
    learn(&c->passing, co);
    lua_pop(co, 1);
    return c->passing.n ? &c->passing : NULL;
}

/* What is known of the function in the frame; NULL when it closes nothing, or is not of Lua. */
static struct known *known_of(struct coroutines *c, lua_State *co, lua_Debug *ar)
{
    if (!layout_on())
        return passing_of(c, co, ar);
    const struct Proto *p = layout_proto(ar->i_ci);
    struct known *k;
    if (!p)
        return NULL;
    HASH_FIND_PTR(c->known, &p, k);
    if (k && is_same(k, p))
        return k->n ? k : NULL;
    if (!k) {
        k = calloc(1, sizeof *k);
        if (!k)
            return NULL;
        k->proto = p;
        HASH_ADD_PTR(c->known, proto, k);
        if (!k->hh.tbl) {
            free(k);
            return NULL;
        }
    }
    k->instructions = layout_code(p);
    k->sizecode = layout_sizecode(p);
    k->linedefined = layout_linedefined(p);
    if (lua_checkstack(co, 1) && lua_getinfo(co, "f", ar)) {
        learn(k, co);
        lua_pop(co, 1);
    }
    return k->n ? k : NULL;
}

/* ---- who sleeps ------------------------------------------------------------------------------- */

/* Whether all instructions of the line are where the variable is alive: then so is the one that runs. */
static bool line_is_inside(const struct known *k, const struct closer *c, int line)
{
    const struct proto *p = k->code->main;
    for (int pc = 0; p->lines && pc < p->ncode; pc++)
        if (p->lines[pc] == line && (pc <= c->pc || pc >= c->end))
            return false;
    return p->lines != NULL;
}

/* The innermost variable that is still to be closed in the frame, or NULL. */
static const struct closer *pending(const struct known *k, lua_State *co, lua_Debug *ar)
{
    int pc = layout_on() ? layout_nextpc(ar->i_ci, layout_proto(ar->i_ci)) - 1 : -1;
    if (pc < 0)
        lua_getinfo(co, "l", ar);
    for (int i = k->n - 1; i >= 0; i--) {
        const struct closer *c = &k->closers[i];
        bool alive = pc < 0 ? line_is_inside(k, c, ar->currentline) : pc > c->pc && pc < c->end;
        if (!alive || !lua_checkstack(co, 1) || !lua_getlocal(co, ar, c->local))
            continue;
        bool holds = lua_toboolean(co, -1);
        lua_pop(co, 1);
        if (holds)
            return c;
    }
    return NULL;
}

static void forget_sleeper(struct coroutines *c, const void *co)
{
    struct sleeper *s;
    HASH_FIND_PTR(c->sleepers, &co, s);
    if (s) {
        HASH_DEL(c->sleepers, s);
        free(s);
    }
}

static void note_sleeper(struct devmode *d, lua_State *co, lua_Debug *ar, const struct closer *what)
{
    struct coroutines *c = d->coroutines;
    struct sleeper *s = calloc(1, sizeof *s);
    forget_sleeper(c, co);
    if (!s)
        return;
    s->co = co;
    s->place = lua_getinfo(co, "Sl", ar) ? places_of(&d->places, ar) : 0;
    bool named = what->name && what->name[0] != '(';
    snprintf(s->name, sizeof s->name, named ? "'%.50s'" : "a loop's value", what->name);
    HASH_ADD_PTR(c->sleepers, co, s);
    if (!s->hh.tbl)
        free(s);
}

/* Control is back from `co`: does it sleep with something to close? */
static void on_left(struct hook_observer *o, lua_State *to, lua_State *co)
{
    struct devmode *d = devmode_of(to);
    lua_Debug ar;
    (void)o;
    if (!d)
        return;
    if (lua_status(co) == LUA_YIELD)
        for (int level = 0; lua_getstack(co, level, &ar); level++) {
            const struct known *k = known_of(d->coroutines, co, &ar);
            const struct closer *c = k ? pending(k, co, &ar) : NULL;
            if (c) {
                note_sleeper(d, co, &ar, c);
                return;
            }
        }
    if (d->coroutines->sleepers)
        forget_sleeper(d->coroutines, co);
}

static void on_refused(struct hook_observer *o, lua_State *L, lua_State *co)
{
    struct devmode *d = devmode_of(L);
    lua_Debug ar;
    (void)o;
    bool dead = lua_status(co) != LUA_YIELD &&
                (lua_status(co) != LUA_OK || (lua_gettop(co) == 0 && !lua_getstack(co, 0, &ar)));
    if (!d || !dead || co == L)
        return;
    struct finding what = {.category = XDB_COROUTINE_WARNING,
                           .place = places_here(&d->places, L, 1),
                           .hidden = "coroutine.resume"};
    findings_tell(&d->findings, &what, "dead coroutine resumed");
}

static void on_raised(struct hook_observer *o, const struct hook_error *e)
{
    struct devmode *d = devmode_of(e->L);
    (void)o;
    if (d)
        closing_raised(d, e);
}

/* ---- birth and death -------------------------------------------------------------------------- */

uint32_t coroutines_born(struct devmode *d, lua_State *running, uint32_t place)
{
    lua_Debug ar;
    if (!d->coroutines || !place || !lua_getstack(running, 0, &ar))
        return place;
    lua_CFunction f = interpose_running(running, &ar);
    bool own = f && (f == d->coroutines->create || interpose_which(f) == INTERPOSED_WRAP);
    return own ? place | PROGRAMS_OWN : place;
}

void coroutines_died(struct devmode *d, const void *at, uint32_t place)
{
    struct coroutines *c = d->coroutines;
    lua_State *co = (lua_State *)((uintptr_t)at + LUA_EXTRASPACE);
    struct sleeper *s;
    if (!c)
        return;
    struct finding what = {.category = XDB_COROUTINE_WARNING,
                           .place = place & ~(uint32_t)PROGRAMS_OWN,
                           .object = at,
                           .hidden = "a collection"};
    /* its stack has gone, but how much was on it still stands in the thread: a body that never ran */
    if ((place & PROGRAMS_OWN) && lua_status(co) == LUA_OK && lua_gettop(co) == 1)
        findings_tell(&d->findings, &what, "coroutine was never started");
    HASH_FIND_PTR(c->sleepers, &co, s);
    if (!s)
        return;
    if (lua_status(co) == LUA_YIELD) {
        what.place = s->place;
        findings_tell(&d->findings, &what,
                      "coroutine collected while suspended here; %s was never closed", s->name);
    }
    forget_sleeper(c, co);
}

/* ---- life ------------------------------------------------------------------------------------- */

static lua_CFunction original_create(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_CFunction f = NULL;
    if (lua_getfield(L, -1, LUA_COLIBNAME) == LUA_TTABLE) {
        lua_getfield(L, -1, "create");
        f = lua_tocfunction(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return f;
}

int coroutines_begin(struct devmode *d, lua_State *L)
{
    d->coroutines = calloc(1, sizeof *d->coroutines);
    if (!d->coroutines)
        return XDB_ENOMEM;
    d->coroutines->create = original_create(L);
    d->observer.left = on_left;
    d->observer.refused = on_refused;
    d->observer.raised = on_raised;
    return XDB_OK;
}

void coroutines_end(struct devmode *d)
{
    struct known *k, *next_known;
    struct sleeper *s, *next_sleeper;
    if (!d->coroutines)
        return;
    HASH_ITER(hh, d->coroutines->known, k, next_known)
    {
        HASH_DEL(d->coroutines->known, k);
        clear_known(k);
        free(k);
    }
    HASH_ITER(hh, d->coroutines->sleepers, s, next_sleeper)
    {
        HASH_DEL(d->coroutines->sleepers, s);
        free(s);
    }
    clear_known(&d->coroutines->passing);
    free(d->coroutines);
    d->coroutines = NULL;
}
