#include "core/interpose.h"

#include "core/hook.h"

#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <string.h>

/*
** Lua's own functions: the same in all states of the process, because one process has one Lua. Learned
** once from a state made for it, then constant.
*/
static lua_CFunction original[INTERPOSED_COUNT];

static int x_pcall(lua_State *L);
static int x_xpcall(lua_State *L);
static int x_resume(lua_State *L);
static int x_wrap(lua_State *L);
static int x_close(lua_State *L);
static int x_sethook(lua_State *L);
static int x_gethook(lua_State *L);
static int x_auxwrap(lua_State *L);

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
    [INTERPOSED_AUXWRAP] = {NULL, NULL, x_auxwrap},
};

/* Pushes library table and the field's value; false (nothing pushed) when there is no such table. */
static bool push_field(lua_State *L, int which)
{
    int top = lua_gettop(L);
    lua_pushstring(L, LUA_LOADED_TABLE);
    lua_rawget(L, LUA_REGISTRYINDEX); /* -> loaded */
    if (lua_istable(L, -1)) {
        lua_pushstring(L, table[which].library);
        lua_rawget(L, -2); /* -> loaded library */
        if (lua_istable(L, -1)) {
            lua_remove(L, -2);
            lua_pushstring(L, table[which].name);
            lua_rawget(L, -2); /* -> library value */
            return true;
        }
    }
    lua_settop(L, top);
    return false;
}

/* Replaces the field by `to` where it is the plain C function `from`. */
static void exchange(lua_State *L, int which, lua_CFunction from, lua_CFunction to)
{
    if (!from || !push_field(L, which))
        return;
    if (lua_tocfunction(L, -1) == from && !lua_getupvalue(L, -1, 1)) {
        lua_pushstring(L, table[which].name);
        lua_pushcfunction(L, to);
        lua_rawset(L, -4);
    } else if (lua_tocfunction(L, -2) == from)
        lua_pop(L, 1); /* the upvalue */
    lua_pop(L, 2);
}

static int learn_in(lua_State *L)
{
    luaL_openlibs(L);
    for (int i = 0; i < INTERPOSED_COUNT; i++)
        if (table[i].name && push_field(L, i)) {
            original[i] = lua_tocfunction(L, -1);
            lua_pop(L, 2);
        }
    push_field(L, INTERPOSED_WRAP);
    lua_pushcfunction(L, learn_in); /* any function will do as a body: it never runs */
    lua_call(L, 1, 1);
    original[INTERPOSED_AUXWRAP] = lua_tocfunction(L, -1);
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

void interpose_install(lua_State *L)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, learn);
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

enum interposed interpose_which(lua_CFunction f)
{
    for (int i = 0; i < INTERPOSED_COUNT; i++)
        if (f == original[i] || f == table[i].variant)
            return (enum interposed)i;
    return INTERPOSED_COUNT;
}

/* ---- coroutines ------------------------------------------------------------------------------- */

static bool died_of_error(lua_State *co)
{
    int status = lua_status(co);
    return status != LUA_OK && status != LUA_YIELD;
}

/* coroutine.resume with the coroutine at index 1, and the observers told. */
static int resume(lua_State *L, struct universe *u, lua_State *co)
{
    struct resume_record r = {.from = L, .co = co};
    bool dead_before = died_of_error(co);
    universe_enter(u, &r);
    int n = original[INTERPOSED_RESUME](L);
    universe_leave(u, &r, !dead_before && died_of_error(co));
    if (u->quitting && !lua_toboolean(L, -n))
        universe_raise_quit(u, L);
    return n;
}

static int x_resume(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *co = lua_tothread(L, 1);
    if (!u || !co)
        return original[INTERPOSED_RESUME](L);
    return resume(L, u, co);
}

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
    if (!u || !co || !closable(L, co))
        return original[INTERPOSED_CLOSE](L);
    struct resume_record r = {.from = L, .co = co};
    universe_enter(u, &r);
    int n = original[INTERPOSED_CLOSE](L);
    universe_leave(u, &r, false);
    return n;
}

/* Closes what the dead coroutine left open; its error value ends on the top of `L`. */
static int close_dead(lua_State *L, struct universe *u, lua_State *co)
{
    struct resume_record r = {.from = L, .co = co};
    if (u)
        universe_enter(u, &r);
#if LUA_VERSION_RELEASE_NUM >= 50406
    int status = lua_closethread(co, L);
#else
    int status = lua_resetthread(co);
#endif
    lua_xmove(co, L, 1);
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
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    int n = u ? resume(L, u, co) : original[INTERPOSED_RESUME](L);
    if (lua_toboolean(L, -n))
        return n - 1; /* all but the leading true */
    int status = lua_status(co);
    if (status != LUA_OK && status != LUA_YIELD)
        status = close_dead(L, u, co);
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
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

/* The message handler under pcall: tells the observers and leaves the error as it is. */
static int on_error(lua_State *L)
{
    struct universe *u = universe_find(L);
    if (u && u->observers)
        hook_raised(u, L, L, 1);
    return 1;
}

static int finish_pcall(lua_State *L, int status, lua_KContext context)
{
    (void)context;
    if (status == LUA_OK || status == LUA_YIELD)
        return lua_gettop(L) - 1; /* all but the handler; the leading true is there */
    struct universe *u = universe_find(L);
    if (u) {
        u->running = L;
        if (u->quitting)
            universe_raise_quit(u, L);
    }
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
}

static int x_pcall(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_pushcfunction(L, on_error);
    lua_insert(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 2); /* -> handler true f args... */
    int status = lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 1, 0, finish_pcall);
    return finish_pcall(L, status, 0);
}

static int x_xpcall(lua_State *L)
{
    struct universe *u = universe_find(L);
    if (!u || lua_type(L, 2) != LUA_TFUNCTION)
        return original[INTERPOSED_XPCALL](L);
    u->handlers |= 1ULL << ((uintptr_t)lua_topointer(L, 2) >> 4 & 63);
    u->xpcalls++; /* stays up when the call is left by a yield: too large does no harm */
    int n = original[INTERPOSED_XPCALL](L);
    u->xpcalls--;
    u->running = L;
    if (u->quitting && !lua_toboolean(L, -n))
        universe_raise_quit(u, L);
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
    if (lua_getfield(L, LUA_REGISTRYINDEX, "_HOOKKEY") != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_pushliteral(L, "external hook");
        return;
    }
    if (L1 == L)
        lua_pushthread(L);
    else
        lua_pushvalue(L, 1);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushliteral(L, "external hook");
    }
    lua_remove(L, -2);
}

static int x_gethook(lua_State *L)
{
    struct universe *u = universe_find(L);
    lua_State *L1 = thread_argument(L);
    lua_Hook hook;
    int mask, count;
    if (!u || !u->observers)
        return original[INTERPOSED_GETHOOK](L);
    if (!hook_foreign(u, L1, &hook, &mask, &count)) {
        luaL_pushfail(L);
        return 1;
    }
    char letters[4];
    push_hook_function(L, L1);
    lua_pushstring(L, mask_letters(mask, letters));
    lua_pushinteger(L, count);
    return 3;
}
