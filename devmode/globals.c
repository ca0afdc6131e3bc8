/*
** GlobalWarning: undefined globals that are read, and globals made inside of functions. The globals get a metatable
** with functions of ours, which Lua asks only where a name is not there; so a program that names what there is pays
** nothing. getmetatable and debug.getmetatable do not show it; who gives the globals a metatable of his own puts that
** in its place, and is in charge of undefined names from then on.
*/
#include "core/error.h"
#include "core/interpose.h"
#include "devmode/names.h"
#include "devmode/state.h"

#define HASH_NONFATAL_OOM 1
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* A name that is allowed, or that a main chunk has declared by assigning nil. */
struct allowed {
    UT_hash_handle hh;
    char name[];
};

enum { SEEN = 1024 }; /* a power of two */

struct globals {
    const void *metatable; /* ours; compared only */
    struct allowed *allowed;
    /* Reads that were looked at: a guess by line and name, so that a hot one costs little. */
    struct {
        const void *name, *source;
        int line;
    } seen[SEEN];
};

/* Globals of other releases of Lua, of LuaJIT and of well-known hosts: to ask for them is how a program finds out. */
static const char *const others[] = {"_PROMPT", "_PROMPT2", "arg", "bit",        "bit32",
                                     "gcinfo",  "getfenv",  "jit", "loadstring", "love",
                                     "module",  "newproxy", "ngx", "setfenv",    "unpack"};

static lua_CFunction original_getmetatable, original_debug_getmetatable, original_sethook;

/* ---- allowed names ---------------------------------------------------------------------------- */

static bool is_allowed(const struct globals *g, const char *name)
{
    struct allowed *a;
    HASH_FIND_STR(g->allowed, name, a);
    return a != NULL;
}

static bool allow(struct globals *g, const char *name)
{
    if (is_allowed(g, name))
        return true;
    size_t size = strlen(name) + 1;
    struct allowed *a = malloc(sizeof *a + size);
    if (!a)
        return false;
    memcpy(a->name, name, size);
    HASH_ADD_KEYPTR(hh, g->allowed, a->name, size - 1, a);
    if (!a->hh.tbl) {
        free(a);
        return false;
    }
    return true;
}

int xdb_devmode_allow(lua_State *L, const char *name, struct xdb_error *err)
{
    struct devmode *d = devmode_of(L);
    if (!d)
        return error_set(err, XDB_EINVAL, "the development mode is not enabled");
    if (!allow(d->globals, name))
        return error_set(err, XDB_ENOMEM, "not enough memory");
    return XDB_OK;
}

/* ---- what the running function does ----------------------------------------------------------- */

/* The function that reads or assigns, with "Sl"; false when it is none of Lua. */
static bool caller(lua_State *L, lua_Debug *ar)
{
    return lua_getstack(L, 1, ar) && lua_getinfo(L, "Sl", ar) && ar->currentline > 0;
}

/* Decodes the function in the frame of `ar`; NULL when that cannot be. */
static struct bytecode *decode(lua_State *L, lua_Debug *ar)
{
    struct bytecode *code = NULL;
    lua_getinfo(L, "f", ar);
    if (bytecode_of(L, -1, &code, NULL) < 0)
        code = NULL;
    lua_pop(L, 1);
    return code;
}

/* The name defined now that `name` is likely to stand for, copied; false when there is none, or several. */
static bool find_alike(lua_State *L, const char *name, char *room, size_t size)
{
    int best = strlen(name) > 7 ? 2 : 1;
    bool found = false;
    if (strlen(name) < 3)
        return false;
    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *other = lua_tostring(L, -2);
        int distance = names_distance(name, other, best);
        if (distance > best || (found && distance == best && strcmp(other, room) > 0))
            continue;
        best = distance;
        found = true;
        snprintf(room, size, "%s", other);
    }
    lua_pop(L, 1);
    return found;
}

static void tell(struct devmode *d, lua_State *L, const lua_Debug *ar, const char *name,
                 const char *before, const char *behind)
{
    char alike[64] = "", message[300];
    struct finding what = {
        .category = XDB_GLOBAL_WARNING, .place = places_of(&d->places, ar), .detail = name};
    bool found = find_alike(L, name, alike, sizeof alike);
    snprintf(message, sizeof message, "%s '%.100s'%s%s%s%s", before, name, behind,
             found ? " (did you mean '" : "", alike, found ? "'?)" : "");
    if (findings_tell(&d->findings, &what, "%s", message))
        findings_raise(&d->findings, L, &what, message);
}

/* True the first time for this line and name, or when it has been forgotten since. */
static bool look_again(struct globals *g, const lua_Debug *ar, const char *name)
{
    uintptr_t h = (uintptr_t)name * 31 + (uintptr_t)ar->source * 17 + (uintptr_t)ar->currentline;
    size_t i = (h >> 4 ^ h) & (SEEN - 1);
    if (g->seen[i].name == name && g->seen[i].source == ar->source &&
        g->seen[i].line == ar->currentline)
        return false;
    g->seen[i].name = name;
    g->seen[i].source = ar->source;
    g->seen[i].line = ar->currentline;
    return true;
}

static void look_at_read(struct devmode *d, lua_State *L)
{
    lua_Debug ar;
    size_t len;
    const char *name = lua_tolstring(L, 2, &len);
    bool raises = devmode_action(d, XDB_GLOBAL_WARNING) == XDB_DEVMODE_ERROR;
    if (is_allowed(d->globals, name) || !caller(L, &ar) ||
        (!look_again(d->globals, &ar, name) && !raises))
        return;
    struct bytecode *code = decode(L, &ar);
    bool used = code && names_used(code->main, ar.currentline, name, len);
    bytecode_free(code);
    if (used)
        tell(d, L, &ar, name, "undefined global", "");
}

/* __index of the globals: the name is not there. */
static int on_read(lua_State *L)
{
    struct devmode *d = devmode_of(L);
    if (d && devmode_action(d, XDB_GLOBAL_WARNING) != XDB_DEVMODE_IGNORE &&
        lua_type(L, 2) == LUA_TSTRING)
        look_at_read(d, L);
    lua_pushnil(L);
    return 1;
}

/* ---- new globals ------------------------------------------------------------------------------ */

/* Whether the main chunk of the function's text assigns to the name; true also when its text is not to be had. */
static bool chunk_declares(struct devmode *d, const lua_Debug *ar, const char *name, size_t len)
{
    struct source *source;
    const struct bytecode *code;
    if (source_of(d->places.sources, ar->source, ar->srclen, &source, NULL) < 0 ||
        source_code(source, &code, NULL) < 0)
        return true;
    return names_assigned(code->main, name, len);
}

/* Whether the line assigns to the name as a global; not by `_G.name` or rawset. */
static bool line_assigns(lua_State *L, lua_Debug *ar, const char *name, size_t len)
{
    struct bytecode *code = decode(L, ar);
    bool assigns = code && names_assigned(code->main, name, len);
    bytecode_free(code);
    return assigns;
}

static void look_at_assignment(struct devmode *d, lua_State *L)
{
    lua_Debug ar;
    size_t len;
    const char *name = lua_tolstring(L, 2, &len);
    if (!caller(L, &ar))
        return;
    if (*ar.what == 'm') { /* "main" */
        allow(d->globals, name);
        return;
    }
    if (lua_isnil(L, 3) || is_allowed(d->globals, name) || !line_assigns(L, &ar, name, len) ||
        chunk_declares(d, &ar, name, len))
        return;
    tell(d, L, &ar, name, "global", " made inside a function");
}

/* __newindex of the globals: the name is not there yet. */
static int on_assignment(lua_State *L)
{
    struct devmode *d = devmode_of(L);
    if (d && devmode_action(d, XDB_GLOBAL_WARNING) != XDB_DEVMODE_IGNORE &&
        lua_type(L, 2) == LUA_TSTRING)
        look_at_assignment(d, L);
    if (lua_isnil(L, 2) || (lua_isnumber(L, 2) && lua_tonumber(L, 2) != lua_tonumber(L, 2)))
        return luaL_error(L, lua_isnil(L, 2) ? "index is nil" : "index is NaN");
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 0;
}

/* ---- what the program sees -------------------------------------------------------------------- */

/* Whether the value at index 1 has our metatable. */
static bool is_hidden(lua_State *L)
{
    const struct devmode *d = devmode_of(L);
    if (!d || !lua_istable(L, 1) || !lua_getmetatable(L, 1))
        return false;
    bool ours = lua_topointer(L, -1) == d->globals->metatable;
    lua_pop(L, 1);
    return ours;
}

static int x_getmetatable(lua_State *L)
{
    if (!is_hidden(L))
        return original_getmetatable(L);
    lua_pushnil(L);
    return 1;
}

static int x_debug_getmetatable(lua_State *L)
{
    if (!is_hidden(L))
        return original_debug_getmetatable(L);
    lua_pushnil(L);
    return 1;
}

static const luaL_Reg functions[] = {
    {"__index", on_read}, {"__newindex", on_assignment}, {NULL, NULL}};

/* Gives our metatable its functions, or takes them away; when it is in its place. */
static void set_watching(lua_State *L, const struct globals *g, bool on)
{
    lua_pushglobaltable(L);
    if (lua_getmetatable(L, -1)) {
        if (lua_topointer(L, -1) == g->metatable)
            for (const luaL_Reg *f = functions; f->name; f++) {
                lua_pushstring(L, f->name);
                if (on)
                    lua_pushcfunction(L, f->func);
                else
                    lua_pushnil(L);
                lua_rawset(L, -3);
            }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Whether the arguments of debug.sethook ask for calls or returns. */
static bool asks_for_calls(lua_State *L)
{
    int first = lua_isthread(L, 1) ? 2 : 1;
    const char *mask = lua_isfunction(L, first) && lua_type(L, first + 1) == LUA_TSTRING
                           ? lua_tostring(L, first + 1)
                           : "";
    return strpbrk(mask, "cr") != NULL;
}

/* While the program's own hook hears of calls, it shall hear of none of ours. */
static int x_sethook(lua_State *L)
{
    const struct devmode *d = devmode_of(L);
    bool on = !asks_for_calls(L);
    if (d)
        set_watching(L, d->globals, on);
    return original_sethook(L);
}

/* ---- life ------------------------------------------------------------------------------------- */

static const struct devmode_variant variants[] = {
    {LUA_GNAME, "getmetatable", x_getmetatable, &original_getmetatable},
    {LUA_DBLIBNAME, "getmetatable", x_debug_getmetatable, &original_debug_getmetatable},
    {LUA_DBLIBNAME, "sethook", x_sethook, &original_sethook},
};

/* Unless the globals have a metatable already: a host's, which is in charge. */
static void watch(struct globals *g, lua_State *L)
{
    lua_pushglobaltable(L);
    if (!lua_getmetatable(L, -1)) {
        luaL_newlib(L, functions);
        g->metatable = lua_topointer(L, -1);
        lua_setmetatable(L, -2);
    } else
        lua_pop(L, 1);
    lua_pop(L, 1);
}

int globals_begin(struct devmode *d, lua_State *L)
{
    struct globals *g = d->globals = calloc(1, sizeof *g);
    if (!g)
        return XDB_ENOMEM;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!allow(g, others[i]))
            return XDB_ENOMEM;
    devmode_install(L, variants, sizeof variants / sizeof *variants);
    watch(g, L);
    return XDB_OK;
}

void globals_end(struct devmode *d)
{
    struct allowed *a, *next;
    if (!d->globals)
        return;
    HASH_ITER(hh, d->globals->allowed, a, next)
    {
        HASH_DEL(d->globals->allowed, a);
        free(a);
    }
    free(d->globals);
    d->globals = NULL;
}
