#include "core/interpose.h"

#include "core/hook.h"

#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/*
** Lua's own functions: the same in all states of the process, because one process has one Lua. Learned
** once from a state made for it, then constant.
*/
static lua_CFunction original[INTERPOSED_COUNT];
static lua_CFunction original_yield;
/* Who hears of failing message handlers, see interpose_watch_handlers: the one fault handler of the process. */
static void (*_Atomic failed_handler)(lua_State *L);

lua_Hook interpose_debug_hook;
static int x_pcall(lua_State *L);
static int x_xpcall(lua_State *L);
static int x_resume(lua_State *L);
static int x_wrap(lua_State *L);
static int x_close(lua_State *L);
static int x_sethook(lua_State *L);
static int x_gethook(lua_State *L);
static int x_exit(lua_State *L);
static int x_auxwrap(lua_State *L);
static int on_error(lua_State *L);

static const struct {
    const char *library, *name;
    lua_CFunction variant;
} table[INTERPOSED_COUNT] = {
    [INTERPOSED_PCALL] = {"_G", "pcall", x_pcall},
    [INTERPOSED_XPCALL] = {"_G", "xpcall", x_xpcall},
    [INTERPOSED_RESUME] = {"coroutine", "resume", x_resume},
    [INTERPOSED_WRAP] = {"coroutine", "wrap", x_wrap},
    [INTERPOSED_CLOSE] = {"coroutine", "close", x_close},
    [INTERPOSED_SETHOOK] = {"debug", "sethook", x_sethook},
    [INTERPOSED_GETHOOK] = {"debug", "gethook", x_gethook},
    [INTERPOSED_EXIT] = {"os", "exit", x_exit},
    [INTERPOSED_AUXWRAP] = {NULL, NULL, x_auxwrap},
    [INTERPOSED_HANDLER] = {NULL, NULL, on_error},
    [INTERPOSED_LOAD] = {"_G", "load", NULL},
};

/* ---- putting in place ------------------------------------------------------------------------- */

/*
** Pushes key and value of the entry `name` of the table on the top; false, nothing pushed, when there is
** none. By going through the table: to look it up, the name would have to become a string of the state's.
*/
static bool push_entry(lua_State *L, const char *name)
{
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), name) == 0)
            return true;
    return false;
}

/* Pushes library table, name and value; false, nothing pushed, when there is none. */
static bool push_field(lua_State *L, const char *library, const char *name)
{
    int top = lua_gettop(L);
    lua_pushvalue(L, LUA_REGISTRYINDEX);
    if (push_entry(L, LUA_LOADED_TABLE) && lua_istable(L, -1)) { /* -> registry name loaded */
        if (push_entry(L, library) && lua_istable(L, -1)) {
            lua_replace(L, top + 1);
            lua_settop(L, top + 1); /* -> library */
            if (push_entry(L, name))
                return true;
        }
    }
    lua_settop(L, top);
    return false;
}

/* Replaces the field by `to` where it is the plain C function `from`. */
static void exchange(lua_State *L, int which, lua_CFunction from, lua_CFunction to)
{
    if (!from || !to || !push_field(L, table[which].library, table[which].name))
        return; /* -> library name value */
    bool plain = lua_tocfunction(L, -1) == from;
    if (plain && lua_getupvalue(L, -1, 1)) {
        lua_pop(L, 1);
        plain = false;
    }
    lua_pop(L, 1); /* -> library name */
    if (plain) {
        lua_pushcfunction(L, to);
        lua_rawset(L, -3);
    } else
        lua_pop(L, 1);
    lua_pop(L, 1);
}

static lua_CFunction library_function(lua_State *L, const char *library, const char *name)
{
    if (!push_field(L, library, name))
        return NULL;
    lua_CFunction f = lua_tocfunction(L, -1);
    lua_pop(L, 3);
    return f;
}

static int learn_in(lua_State *L)
{
    luaL_openlibs(L);
    for (int i = 0; i < INTERPOSED_COUNT; i++)
        if (table[i].name)
            original[i] = library_function(L, table[i].library, table[i].name);
    original_yield = library_function(L, "coroutine", "yield");
    lua_pushcfunction(L, original[INTERPOSED_WRAP]);
    lua_pushcfunction(L, learn_in); /* any function will do as a body or hook: it never runs */
    lua_call(L, 1, 1);
    original[INTERPOSED_AUXWRAP] = lua_tocfunction(L, -1);
    lua_pushcfunction(L, original[INTERPOSED_SETHOOK]);
    lua_pushcfunction(L, learn_in);
    lua_pushliteral(L, "");
    lua_pushinteger(L, 1000000);
    lua_call(L, 3, 0);
    interpose_debug_hook = lua_gethook(L);
    return 0;
}

static void learn(void)
{
    lua_State *L = luaL_newstate();
    if (!L)
        return; /* nothing known: nothing is replaced */
    lua_pushcfunction(L, learn_in);
    if (lua_pcall(L, 0, 0, 0) != LUA_OK)
        memset(original, 0, sizeof original);
    lua_close(L);
}

static void learn_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, learn);
}

void interpose_watch_handlers(lua_State *L, void (*told)(lua_State *L))
{
    failed_handler = told;
    if (!L || !told)
        return;
    learn_once();
    exchange(L, INTERPOSED_XPCALL, original[INTERPOSED_XPCALL], x_xpcall);
}

void interpose_install(lua_State *L)
{
    learn_once();
    for (int i = 0; i < INTERPOSED_COUNT; i++)
        if (table[i].name)
            exchange(L, i, original[i], table[i].variant);
}

void interpose_restore(lua_State *L)
{
    for (int i = 0; i < INTERPOSED_COUNT; i++)
        if (table[i].name)
            exchange(L, i, table[i].variant, original[i]);
}

/* ---- recognizing ------------------------------------------------------------------------------ */

bool interpose_is_variant(lua_CFunction f)
{
    for (int i = 0; i < INTERPOSED_COUNT; i++)
        if (f == table[i].variant)
            return true;
    return false;
}

bool interpose_hidden(lua_CFunction f)
{
    return f == on_error;
}

enum interposed interpose_which(lua_CFunction f)
{
    for (int i = 0; i < INTERPOSED_COUNT; i++)
        if (f == original[i] || f == table[i].variant)
            return (enum interposed)i;
    return INTERPOSED_COUNT;
}

/* ---- coroutines ------------------------------------------------------------------------------- */

/*
** Each of these must be left in order, never by an error past its resume_record. So what may raise stands
** outside of enter and leave: nothing but lua_resume or the closing, which are protected, is between them.
** And the universe may be closed, or closed and opened again, by what runs there.
*/
static struct universe *still(lua_State *L, unsigned id)
{
    struct universe *u = universe_find(L);
    return u && u->id == id ? u : NULL;
}

static bool is_error(int status)
{
    return status != LUA_OK && status != LUA_YIELD;
}

/* Abandoning that began in what was called goes on, whatever that made of it. */
static void pass_quit(lua_State *L, struct universe *u, bool before)
{
    if (u && u->quitting && !before)
        universe_raise_quit(u, L);
}

/* Whether a resume with `narg` arguments will run it; otherwise it only gives an error message. */
static bool resumable(lua_State *co, int narg)
{
    lua_Debug ar;
    int status = lua_status(co);
    if (status == LUA_OK)
        return lua_gettop(co) > 0 && !lua_getstack(co, 0, &ar) && lua_checkstack(co, narg);
    return status == LUA_YIELD && lua_checkstack(co, narg);
}

enum { FAILED = -1 };

/*
** Resumes the resumable `co` with the `narg` values on the top of `L`. Puts there, and returns the number
** of, its results; or FAILED and the error.
*/
static int resume(lua_State *L, struct universe *u, lua_State *co, int narg)
{
    struct resume_record r = {.from = L, .co = co};
    const unsigned id = u->id, generation = atomic_load(&universe_generation);
    int n = 0;
    lua_xmove(L, co, narg);
    universe_enter(u, &r);
    int status = lua_resume(co, L, narg, &n);
    if (is_error(status))
        lua_xmove(co, L, 1);
    if (atomic_load_explicit(&universe_generation, memory_order_relaxed) != generation)
        u = still(L, id);
    if (u)
        universe_leave(
            u, &r, is_error(status) && is_error(lua_status(co)) && lua_status(co) != LUA_ERRMEM);
    if (is_error(status))
        return FAILED;
    if (!lua_checkstack(L, n + 1)) {
        lua_pop(co, n);
        lua_pushliteral(L, "too many results to resume");
        return FAILED;
    }
    lua_xmove(co, L, n);
    return n;
}

static int x_resume(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *co = lua_tothread(L, 1);
    if (!u || !co || co == L || !resumable(co, lua_gettop(L) - 1)) {
        if (u)
            hook_refused(u, L, co);
        return original[INTERPOSED_RESUME](L);
    }
    const unsigned id = u->id;
    const bool quitting = u->quitting;
    int n = resume(L, u, co, lua_gettop(L) - 1);
    pass_quit(L, still(L, id), quitting);
    lua_pushboolean(L, n != FAILED);
    n = n == FAILED ? 1 : n;
    lua_insert(L, -1 - n);
    return n + 1;
}

/* ---- closing ----------------------------------------------------------------------------------- */

/* Whether coroutine.close accepts `co`: suspended or dead. Otherwise it raises, past our record. */
static bool closable(lua_State *L, lua_State *co)
{
    lua_Debug ar;
    return co != L && (lua_status(co) != LUA_OK || !lua_getstack(co, 0, &ar));
}

static int x_close(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *co = lua_tothread(L, 1);
    if (!co || !closable(L, co))
        return original[INTERPOSED_CLOSE](L);
    hook_forget_handler(L, co, original_yield);
    if (!u)
        return original[INTERPOSED_CLOSE](L);
    struct resume_record r = {.from = L, .co = co};
    const unsigned id = u->id;
    const bool quitting = u->quitting;
    universe_enter(u, &r);
    int n = original[INTERPOSED_CLOSE](L);
    u = still(L, id);
    if (u)
        universe_leave(u, &r, false);
    pass_quit(L, u, quitting);
    return n;
}

/* Closes what the dead coroutine left open; its error value ends on the top of `L`. */
static int close_dead(lua_State *L, struct universe *u, lua_State *co)
{
    struct resume_record r = {.from = L, .co = co};
    const unsigned id = u->id;
    universe_enter(u, &r);
#if LUA_VERSION_RELEASE_NUM >= 50406
    int status = lua_closethread(co, L);
#else
    int status = lua_resetthread(co);
#endif
    lua_xmove(co, L, 1);
    u = still(L, id);
    if (u)
        universe_leave(u, &r, false);
    return status;
}

/*
** What coroutine.wrap returns. Lua's own closes a coroutine that failed before anyone could look at its
** stack, so this one does the steps itself.
*/
static int x_auxwrap(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    if (!u || co == L || !resumable(co, lua_gettop(L))) {
        if (u)
            hook_refused(u, L, co);
        return original[INTERPOSED_AUXWRAP](L);
    }
    const unsigned id = u->id;
    const bool quitting = u->quitting;
    int n = resume(L, u, co, lua_gettop(L));
    u = still(L, id);
    if (n != FAILED) {
        pass_quit(L, u, quitting);
        return n;
    }
    int status = lua_status(co);
    bool passed_on = false;
    if (is_error(status) && u) {
        lua_pushvalue(L, -1);
        status = close_dead(L, u, co);
        passed_on = status != LUA_ERRMEM && lua_rawequal(L, -1, -2) != 0;
    }
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    u = still(L, id);
    pass_quit(L, u, quitting);
    if (u)
        u->last_error.wrap = passed_on ? L : NULL;
    return lua_error(L);
}

static int x_wrap(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, x_auxwrap, 1);
    return 1;
}

/* ---- errors ----------------------------------------------------------------------------------- */

/*
** Plain pcall calls no handler, so an error close to the end of a stack must not become a stack overflow
** because there is no room to call this one. Lua calls it again for the overflow, with some room to spare: then the
** values of the failed call, the handler and the first error, lie on top of the raising function.
** Pushes that error.
*/
static bool push_first_error(lua_State *L)
{
    size_t length;
    const char *message = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &length) : NULL;
    static const char overflow[] = "stack overflow";
    lua_Debug raiser = {.i_ci = NULL};
    int n = 0;
    if (!message || length < sizeof overflow - 1 ||
        strcmp(message + length - (sizeof overflow - 1), overflow) != 0)
        return false;
    bool in_pcall = interpose_at(L, 1, &raiser) == INTERPOSED_PCALL; /* has it as its first value */
    if (!raiser.i_ci)
        return false;
    for (; lua_getlocal(L, &raiser, n + 1); n++)
        lua_pop(L, 1);
    for (int i = n - 1; i >= n - 2 && i > in_pcall; i--) {
        lua_getlocal(L, &raiser, i);
        bool found = lua_tocfunction(L, -1) == on_error;
        lua_pop(L, 1);
        if (found)
            return lua_getlocal(L, &raiser, i + 1) != NULL;
    }
    return false;
}

/* The message handler under pcall: tells the observers and leaves the error as it is. */
static int on_error(lua_State *L)
{
    struct universe *u = universe_find(L);
    push_first_error(L);
    if (u && u->observers)
        hook_raised(u, L, L, 1);
    return 1;
}

/*
** Which abandoning and universe a protected call began under, for the time when it ends: after a yield
** nothing else is left of the C function that made it.
*/
static lua_KContext context_of(const struct universe *u)
{
    return (lua_KContext)u->id << 1 | u->quitting;
}

static struct universe *universe_of(lua_State *L, lua_KContext context)
{
    return still(L, (unsigned)(context >> 1));
}

/*
** A pcall does not hold a program that is being abandoned, unless it was called on the way out, from a
** __close: then it holds all other errors.
*/
static void pass_quit_error(lua_State *L, struct universe *u, lua_KContext context, bool failed)
{
    pass_quit(L, u, context & 1);
    if (failed && u && universe_is_quit(L, -1))
        universe_raise_quit(u, L);
}

static int finish_pcall(lua_State *L, int status, lua_KContext context)
{
    bool failed = is_error(status);
    pass_quit_error(L, universe_of(L, context), context, failed);
    if (failed) { /* -> handler error */
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    luaL_checkstack(L, 1, NULL);
    lua_pushboolean(L, 1);
    /* where the handler was, so that all takes as many slots as under plain Lua */
    lua_replace(L, 1);
    return lua_gettop(L);
}

/* Control is back where `chain` was in progress, perhaps by a jump over records. */
static void landed(struct universe *u, struct resume_record *chain)
{
    u->chain = chain;
    u->running = chain ? chain->co : u->main;
}

static int x_pcall(lua_State *L)
{
    struct universe *u = universe_find(L);
    if (!u || lua_gettop(L) == 0)
        return original[INTERPOSED_PCALL](L);
    struct resume_record *chain = u->chain;
    lua_KContext context = context_of(u);
    lua_pushcfunction(L, on_error);
    lua_insert(L, 1); /* -> handler f args... */
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 1, context, finish_pcall);
    if (status != LUA_OK && (u = universe_of(L, context)) != NULL)
        landed(u, chain);
    return finish_pcall(L, status, context);
}

static int finish_xpcall(lua_State *L, int status, lua_KContext context)
{
    struct universe *u = universe_of(L, context);
    bool failed = is_error(status);
    if (u)
        u->xpcalls--;
    pass_quit_error(L, u, context, failed);
    if (u && failed)
        u->handler = NULL; /* it has done its work */
    if (failed) {
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    return lua_gettop(L) - 2;
}

static int observed_xpcall(lua_State *L, struct universe *u)
{
    struct resume_record *chain = u->chain;
    lua_KContext context = context_of(u);
    const struct CallInfo *handler = u->handler, *owner = u->handler_owner;
    u->handlers |= 1ULL << ((uintptr_t)lua_topointer(L, 2) >> 4 & 63);
    u->xpcalls++; /* stays up when the call is abandoned in a coroutine: too large does no harm */
    if (u->observers && !(lua_gethookmask(L) & LUA_MASKCALL))
        hook_adopt(u, L); /* some may want calls now */
    lua_pushboolean(L, 1);
    lua_insert(L, 3);
    lua_pushvalue(L, 1);
    lua_insert(L, 4); /* -> f handler true f args... */
    int status = lua_pcallk(L, lua_gettop(L) - 4, LUA_MULTRET, 2, context, finish_xpcall);
    if (status != LUA_OK && (u = universe_of(L, context)) != NULL)
        landed(u, chain);
    int n = finish_xpcall(L, status, context);
    if ((u = universe_of(L, context)) != NULL) { /* this call may be made by a handler */
        u->handler = handler;
        u->handler_owner = owner;
    }
    return n;
}

static int x_xpcall(lua_State *L)
{
    struct universe *u = universe_find(L);
    bool observed = u && lua_type(L, 2) == LUA_TFUNCTION;
    int n = observed ? observed_xpcall(L, u) : original[INTERPOSED_XPCALL](L);
    void (*told)(lua_State * L) = failed_handler;
    if (told && n == 2 && !lua_toboolean(L, -2) && lua_type(L, -1) == LUA_TSTRING &&
        strcmp(lua_tostring(L, -1), "error in error handling") == 0) /* of LUA_ERRERR */
        told(L);
    return n;
}

/* ---- the program's own hook ------------------------------------------------------------------- */

static lua_State *thread_argument(lua_State *L)
{
    lua_State *L1 = lua_tothread(L, 1);
    return L1 ? L1 : L;
}

static int x_sethook(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *L1 = thread_argument(L);
    int n = original[INTERPOSED_SETHOOK](L);
    if (u)
        hook_adopt(u, L1);
    return n;
}

/* The letters of `mask` as debug.gethook gives them. */
static const char *mask_letters(int mask, char letters[4])
{
    int n = 0;
    if (mask & LUA_MASKCALL)
        letters[n++] = 'c';
    if (mask & LUA_MASKRET)
        letters[n++] = 'r';
    if (mask & LUA_MASKLINE)
        letters[n++] = 'l';
    letters[n] = '\0';
    return letters;
}

/* Pushes the Lua function of debug.sethook on `L1`: it keeps them in a registry table by thread. */
static void push_hook_function(lua_State *L, lua_State *L1)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, "_HOOKKEY") != LUA_TTABLE)
        return; /* -> nil */
    if (L1 == L)
        lua_pushthread(L);
    else
        lua_pushvalue(L, 1);
    lua_rawget(L, -2); /* -> table function */
    lua_remove(L, -2);
}

static int x_gethook(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *L1 = thread_argument(L);
    lua_Hook hook;
    int mask, count;
    if (!u)
        return original[INTERPOSED_GETHOOK](L);
    if (!hook_foreign(u, L1, &hook, &mask, &count)) {
        luaL_pushfail(L);
        return 1;
    }
    char letters[4];
    if (hook == interpose_debug_hook)
        push_hook_function(L, L1);
    else
        lua_pushliteral(L, "external hook");
    lua_pushstring(L, mask_letters(mask, letters));
    lua_pushinteger(L, count);
    return 3;
}

/* ---- the end ---------------------------------------------------------------------------------- */

/* Whether os.exit is going to close the state; otherwise it leaves it, or complains of its arguments. */
static bool exit_closes(lua_State *L)
{
    int is_integer;
    (void)lua_tointegerx(L, 1, &is_integer);
    return lua_toboolean(L, 2) && (is_integer || lua_isnoneornil(L, 1) || lua_isboolean(L, 1));
}

static int x_exit(lua_State *L)
{
    struct universe *u = universe_find(L);
    if (u && exit_closes(L))
        u->closing = 1; /* threads are freed from here on, while signals come */
    return original[INTERPOSED_EXIT](L);
}
