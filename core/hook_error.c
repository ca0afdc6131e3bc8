/*
** The errors half of core/hook: who will receive an error, whether it is a new one, and finding the calls
** of xpcall's message handlers.
*/
#include "core/hook.h"

#include "core/interpose.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- who receives it -------------------------------------------------------------------------- */

/* A function that runs another thread: does it hand the other's error on to its caller? */
static bool passes_on(lua_State *thread, lua_Debug *ar)
{
    return interpose_at(thread, 0, ar) == INTERPOSED_AUXWRAP;
}

/*
** Finds who will receive the error: a protected call on its own thread, or the resume that waits for it; a
** wrap passes it on to its caller. Also gives the frame that called the receiver.
*/
static void find_catcher(struct universe *u, struct hook_error *e, const struct CallInfo **owner)
{
    struct universe_walk w;
    struct interpose_catch found;
    lua_State *thread = e->thread;
    int level = e->level;
    bool resumer_known = thread != e->L; /* it has died, and who ran it is on top of `L` */
    universe_walk(u, &w, e->L);
    for (;;) {
        if (!interpose_find_catch(thread, level, &found)) {
            lua_Debug ar;
            thread = resumer_known ? e->L : universe_walk_older(u, &w);
            resumer_known = false;
            if (!thread || !lua_getstack(thread, 0, &ar))
                return;
            level = 1;
            if (passes_on(thread, &ar))
                continue;
            found = (struct interpose_catch){.frame = ar.i_ci};
            found.caller = lua_getstack(thread, 1, &ar) ? ar.i_ci : NULL;
        }
        e->handled = true;
        e->catcher_thread = thread;
        e->catcher = found.frame;
        *owner = found.caller;
        return;
    }
}

/* ---- is it new -------------------------------------------------------------------------------- */

static void take_value(lua_State *L, struct universe_error *v)
{
    v->type = lua_type(L, -1);
    v->integer = lua_isinteger(L, -1);
    v->value = 0;
    if (v->type == LUA_TNUMBER && !v->integer) {
        lua_Number n = lua_tonumber(L, -1);
        memcpy(&v->value, &n, sizeof n < sizeof v->value ? sizeof n : sizeof v->value);
    } else if (v->type == LUA_TNUMBER)
        v->value = (unsigned long long)lua_tointeger(L, -1);
    else if (v->type == LUA_TBOOLEAN)
        v->value = (unsigned long long)lua_toboolean(L, -1);
    else
        v->value = (uintptr_t)lua_topointer(L, -1);
}

static const void *function_in(lua_State *thread, const struct CallInfo *frame)
{
    lua_Debug ar = {.i_ci = (struct CallInfo *)(uintptr_t)frame};
    if (!frame || !lua_getinfo(thread, "f", &ar))
        return NULL;
    const void *f = lua_topointer(thread, -1);
    lua_pop(thread, 1);
    return f;
}

/* Whether the function that caught the last error raises the same value again, with `error` or so. */
static bool raised_again(const struct universe_error *last, const struct universe_error *now,
                         const struct hook_error *e)
{
    lua_Debug ar;
    return last->owner && last->thread == e->thread && last->type == now->type &&
           last->integer == now->integer && last->value == now->value &&
           lua_getstack(e->thread, e->level + 1, &ar) && ar.i_ci == last->owner &&
           function_in(e->thread, ar.i_ci) == last->function;
}

static bool wrap_passes(const struct universe_error *last, const struct hook_error *e)
{
    lua_Debug ar;
    return last->wrap == e->thread && interpose_at(e->thread, e->level, &ar) == INTERPOSED_AUXWRAP;
}

/* Whether the one that tells is a message handler: then somebody will receive the error for sure. */
static bool in_handler(lua_State *L)
{
    lua_Debug ar;
    return interpose_at(L, 0, &ar) == INTERPOSED_HANDLER;
}

void hook_raised(struct universe *u, lua_State *L, lua_State *thread, int level)
{
    struct hook_error e = {.L = L, .thread = thread, .level = level};
    struct hook_observer *o = u->observers;
    while (o && !o->raised)
        o = o->next;
    if (!o || u->quitting)
        return;
    struct universe_error now = {0};
    find_catcher(u, &e, &now.owner);
    e.handled = e.handled || in_handler(L);
    now.thread = e.catcher_thread;
    now.function = function_in(e.catcher_thread, now.owner);
    take_value(L, &now);
    e.passed_on = wrap_passes(&u->last_error, &e) || raised_again(&u->last_error, &now, &e);
    u->last_error = now;
    for (unsigned serial = 0; (o = hook_next(u, serial)) != NULL;) {
        serial = o->serial;
        if (o->raised)
            o->raised(o, &e);
    }
}

/* ---- message handlers ------------------------------------------------------------------------- */

enum { ARGUMENTS = 64 }; /* of a C function, looked through for the handler */

/* Whether local `n` of the frame is the value on the top of the stack. */
static bool is_local(lua_State *L, lua_Debug *ar, int n)
{
    if (!lua_getlocal(L, ar, n))
        return false;
    bool is = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    return is;
}

/* Pushes the one argument of the called function, if it got just one; message handlers do. */
static bool push_message(lua_State *L, lua_Debug *ar)
{
    if (!lua_getinfo(L, "utS", ar) || ar->istailcall)
        return false;
    int top = lua_gettop(L);
    bool is_c = ar->what[0] == 'C', two = false;
    if (is_c || ar->nparams > 1)
        two = lua_getlocal(L, ar, 2) != NULL && (is_c || !lua_isnil(L, -1));
    if (ar->isvararg && lua_getlocal(L, ar, ar->nparams ? -1 : -2))
        two = true;
    lua_settop(L, top);
    /* without parameters it stands where the first one would, as a temporary */
    return !two && lua_getlocal(L, ar, !is_c && ar->isvararg && !ar->nparams ? -1 : 1) != NULL;
}

static bool starts_with_position(const char *message, const lua_Debug *at)
{
    char position[sizeof at->short_src + 16];
    int n = snprintf(position, sizeof position, "%s:%d: ", at->short_src, at->currentline);
    return n > 0 && strncmp(message, position, (size_t)n) == 0;
}

/*
** The caller is Lua code. Its own errors are strings that begin with its position; if it stands on a call
** instruction they are of two kinds.
*/
static bool raised_by_lua(lua_State *L, lua_Debug *ar, const lua_Debug *caller)
{
    const char *message = lua_tostring(L, -2);
    if (lua_type(L, -2) != LUA_TSTRING || !starts_with_position(message, caller))
        return false;
    if (!lua_getinfo(L, "n", ar) || !*ar->namewhat || strcmp(ar->namewhat, "metamethod") == 0)
        return true;
    return strstr(message, ": attempt to call a ") != NULL ||
           strstr(message, "stack overflow") != NULL;
}

/*
** How many values at the end of the caller's belong to the call of `ar`: a vararg function moves up and
** leaves its own slots behind, those of itself and its arguments.
*/
static int left_behind(const lua_Debug *ar)
{
    if (ar->what[0] == 'C' || !ar->isvararg)
        return 0;
    return 1 + (ar->nparams > 1 ? ar->nparams : 1);
}

/*
** The caller is a C function: `error`, one that found a bad argument, or one that calls a function it was
** given, and has it among its arguments.
*/
static bool raised_by_c(lua_State *L, lua_Debug *ar, lua_Debug *caller, enum interposed which)
{
    if (which == INTERPOSED_PCALL)
        return false;
    if (which == INTERPOSED_XPCALL)
        return !is_local(L, caller, 1);
    if (which != INTERPOSED_COUNT)
        return true;
    int n = 0, given = 0;
    for (; n < ARGUMENTS && lua_getlocal(L, caller, n + 1); n++) {
        if (!given && lua_rawequal(L, -1, -2))
            given = n + 1;
        lua_pop(L, 1);
    }
    return given == 0 || given > n - left_behind(ar);
}

/*
** Whether the function being called (on the top, its message below) is called by the error mechanism and
** not by the program: the caller must fit, and it must be the handler of the innermost protected call. That
** one is looked for last, since it may be far: a handler can be a recursive function.
*/
static bool called_by_error(lua_State *L, lua_Debug *ar)
{
    struct interpose_catch innermost;
    lua_Debug caller;
    enum interposed which = interpose_at(L, 1, &caller);
    if (!lua_getstack(L, 1, &caller) || !lua_getinfo(L, "Sl", &caller))
        return false;
    bool fits =
        caller.what[0] == 'C' ? raised_by_c(L, ar, &caller, which) : raised_by_lua(L, ar, &caller);
    if (!fits || !interpose_find_catch(L, 1, &innermost) || innermost.which != INTERPOSED_XPCALL)
        return false;
    caller.i_ci = innermost.frame;
    return is_local(L, &caller, 2);
}

void hook_handler_call(struct universe *u, lua_State *L, lua_Debug *ar)
{
    int top = lua_gettop(L);
    if (u->dispatching && u->handler_told)
        return; /* another observer of the same event was first */
    if (push_message(L, ar) && lua_getinfo(L, "f", ar) && called_by_error(L, ar)) {
        lua_pop(L, 1); /* -> message */
        u->handler_told = true;
        hook_raised(u, L, L, 1); /* level 0 is the handler itself */
        lua_Debug raiser;
        u->raiser = lua_getstack(L, 1, &raiser) ? function_in(L, raiser.i_ci) : NULL;
        u->handler = ar->i_ci;
        u->handler_owner = u->last_error.owner;
    }
    lua_settop(L, top);
}
