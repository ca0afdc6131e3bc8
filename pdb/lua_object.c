/*
** The class Pdb: making debuggers, their attributes, and what they are asked to do.
*/
#include "pdb/lua_pdb.h"

#include "bdb/lua_frame.h"
#include "cli/term.h"
#include "core/universe.h"

#include <string.h>

#define PDB_TYPE "xdb.Pdb"

/* struct lua_pdb -> object, weakly; object -> true for those in use; the class; the object used last. */
static const char objects_key, used_key, class_key, last_key;

XDB_API int xdb_open_bdb(lua_State *L);

/* ---- objects ---------------------------------------------------------------------------------- */

struct lua_pdb *lua_pdb_check(lua_State *L, int arg)
{
    struct lua_pdb *self = luaL_checkudata(L, arg, PDB_TYPE);
    if (!self->p)
        luaL_error(L, "the debugger has been closed");
    if (!self->p->stop)
        self->L = L;
    return self;
}

static void push_table(lua_State *L, const void *key, const char *mode)
{
    luaL_checkstack(L, 4, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    if (mode) {
        lua_createtable(L, 0, 1);
        lua_pushstring(L, mode);
        lua_setfield(L, -2, "__mode");
        lua_setmetatable(L, -2);
    }
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

bool lua_pdb_push(lua_State *L, const struct lua_pdb *self)
{
    push_table(L, &objects_key, "v");
    bool found = lua_rawgetp(L, -1, self) == LUA_TUSERDATA;
    lua_remove(L, -2);
    return found;
}

struct lua_pdb *lua_pdb_push_last(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &last_key);
    struct lua_pdb *self = luaL_testudata(L, -1, PDB_TYPE);
    if (self && self->p)
        return self;
    lua_pop(L, 1);
    lua_pushnil(L);
    return NULL;
}

/* Whether the program could meet this debugger again: then the object must stay. */
static bool is_of_use(const struct lua_pdb *self)
{
    return self->p && (self->p->stop || self->p->running || !xdb_bdb_idle(self->p->bdb));
}

/* Lets go of the objects that were used and are not of use any more. */
static void forget_used(lua_State *L)
{
    push_table(L, &used_key, NULL); /* -> used */
    for (lua_pushnil(L); lua_next(L, -2);) {
        lua_pop(L, 1);
        if (!is_of_use(lua_touserdata(L, -1))) {
            lua_pushvalue(L, -1);
            lua_pushnil(L);
            lua_rawset(L, -4);
        }
    }
    lua_pop(L, 1);
}

void lua_pdb_use(lua_State *L, int index, struct lua_pdb *self)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    index = lua_absindex(L, index);
    forget_used(L);
    push_table(L, &used_key, NULL);
    lua_pushvalue(L, index);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    lua_pushvalue(L, index);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &last_key);
    if (!self->p->stop)
        self->L = L;
}

static int collect(lua_State *L)
{
    struct lua_pdb *self = luaL_checkudata(L, 1, PDB_TYPE);
    struct xdb_pdb *p = self->p;
    if (p) {
        self->L = L;
        inline_deafen(p);
        if (p->bdb)
            pdb_detach(p, L);
        xdb_pdb_free(p);
    }
    self->p = NULL;
    if (self->in)
        fclose(self->in);
    if (self->out)
        fclose(self->out);
    self->in = self->out = NULL;
    buffer_release(&self->say);
    return 0;
}

/* ---- making one ------------------------------------------------------------------------------- */

/* Where the arguments of Pdb:new are put, in the original's order. */
enum {
    CLASS = 1,
    COMPLETEKEY,
    STDIN,
    STDOUT,
    SKIP,
    NOSIGINT,
    READRC,
    PROMPT,
    COLORS,
    LAST = COLORS
};

static void constructor_arguments(lua_State *L)
{
    static const char *const names[] = {"completekey", "stdin",  "stdout", "skip",
                                        "nosigint",    "readrc", "prompt", "colors"};
    luaL_checktype(L, CLASS, LUA_TTABLE);
    if (lua_gettop(L) == 2 && lua_istable(L, 2)) {
        for (int i = 0; i < LAST - 1; i++)
            lua_getfield(L, 2, names[i]);
        lua_remove(L, 2);
    }
    lua_settop(L, LAST);
    if (!lua_isnil(L, SKIP))
        luaL_checktype(L, SKIP, LUA_TTABLE);
    luaL_optstring(L, PROMPT, "");
}

/* The patterns of the list at `index`; the array is a userdata that is pushed, the texts are the list's. */
static const char **push_patterns(lua_State *L, int index)
{
    lua_Unsigned n = lua_rawlen(L, index);
    luaL_argcheck(L, n < 100000, index, "too many patterns");
    const char **list = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *list, 0);
    for (lua_Unsigned i = 0; i < n; i++) {
        if (lua_rawgeti(L, index, (lua_Integer)i + 1) != LUA_TSTRING)
            luaL_error(L, "skip must be a list of patterns");
        list[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    list[n] = NULL;
    return list;
}

static struct lua_pdb *push_object(lua_State *L)
{
    struct lua_pdb *self = lua_newuserdatauv(L, sizeof *self, LUA_PDB_ROWS); /* -> object */
    memset(self, 0, sizeof *self);
    buffer_init(&self->say);
    self->L = L;
    luaL_setmetatable(L, PDB_TYPE);
    lua_newtable(L);
    lua_setiuservalue(L, -2, LUA_PDB_FIELDS);
    lua_pushvalue(L, CLASS);
    lua_setiuservalue(L, -2, LUA_PDB_CLASS);
    push_table(L, &objects_key, "v");
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, self);
    lua_pop(L, 1);
    return self;
}

/* The file behind the argument: C's own for nil and for Lua's handle of that, else a stream of ours. */
static FILE *open_file(lua_State *L, int arg, int object, struct lua_pdb *self, FILE *standard)
{
    int which = arg == STDIN ? LUA_PDB_STDIN : LUA_PDB_STDOUT;
    const luaL_Stream *handle = luaL_testudata(L, arg, LUA_FILEHANDLE);
    if (lua_isnil(L, arg) || (handle && handle->closef && handle->f == standard))
        return standard;
    lua_pushvalue(L, arg);
    lua_setiuservalue(L, object, which);
    FILE *f = lua_stream_open(L, object, self, which);
    if (!f)
        luaL_error(L, "not enough memory");
    return f;
}

/* NULL when memory runs out. Does not raise. */
static struct xdb_pdb *make(struct lua_pdb *self, FILE *in, FILE *out, bool read_rc, bool colors)
{
    struct buffer history;
    struct pdb_host *host = &self->host;
    *host = lua_methods_host;
    host->rows = self->rows;
    buffer_init(&history);
    bool keeps = lineedit_history_path(&term_environ, &history);
    struct xdb_pdb *p = pdb_new(
        &(struct xdb_pdb_config){
            .in = in,
            .out = out,
            .history = keeps ? history.data : NULL,
            .home = term_getenv(&term_environ, "HOME"),
            .read_rc = read_rc,
            .colors = colors,
        },
        host, self);
    buffer_release(&history);
    return p;
}

/* Pdb:new(...) */
static int pdb_new_object(lua_State *L)
{
    constructor_arguments(L);
    bool read_rc = lua_isnil(L, READRC) || lua_toboolean(L, READRC);
    const char **skip = lua_isnil(L, SKIP) ? NULL : push_patterns(L, SKIP);
    universe_anchor(L); /* older than every debugger: closed after them */
    struct lua_pdb *self = push_object(L);
    int object = lua_gettop(L);
    lua_pdb_push_class(L);
    self->derived = !lua_rawequal(L, CLASS, -1);
    lua_pop(L, 1);
    if (self->derived)
        lua_methods_rows(L, object, CLASS, self);
    FILE *in = open_file(L, STDIN, object, self, stdin);
    self->in = in == stdin ? NULL : in;
    FILE *out = open_file(L, STDOUT, object, self, stdout);
    self->out = out == stdout ? NULL : out;
    self->p = make(self, in, out, read_rc, lua_toboolean(L, COLORS));
    if (!self->p || pdb_attach(self->p, L) < 0 || xdb_bdb_set_skip(self->p->bdb, skip) < 0)
        return luaL_error(L, "not enough memory");
    self->p->mode = PDB_INLINE;
    self->p->nosigint = lua_toboolean(L, NOSIGINT);
    if (!lua_isnil(L, PROMPT))
        cmd_set_prompt(self->p->cmd, lua_tostring(L, PROMPT));
    lua_pushvalue(L, object);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &last_key);
    lua_settop(L, object);
    return 1;
}

struct lua_pdb *lua_pdb_push_new(lua_State *L)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    lua_pushcfunction(L, pdb_new_object);
    lua_pdb_push_class(L);
    lua_createtable(L, 0, 1);
    lua_pushboolean(L, term_colors(&term_environ, fileno(stdout)));
    lua_setfield(L, -2, "colors");
    lua_call(L, 2, 1);
    return lua_touserdata(L, -1);
}

/* Class(...) is Class:new(...), whoever defines `new`. */
static int call_class(lua_State *L)
{
    lua_getfield(L, 1, "new");
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* Pdb:subclass(methods) -> class; `methods` becomes the class */
static int subclass(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_newtable(L);
        lua_replace(L, 2);
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, call_class);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, 2);
    return 1;
}

/* ---- attributes ------------------------------------------------------------------------------- */

/* The frame that is looked at, as xdb.bdb has frames; nil while there is none. */
static void push_frame(lua_State *L, const struct lua_pdb *self)
{
    const struct frame *f = print_frame(self->p);
    if (!f) {
        lua_pushnil(L);
        return;
    }
    luaL_requiref(L, "xdb.bdb", xdb_open_bdb, 0);
    lua_pop(L, 1);
    lua_frame_push(L, f);
}

static bool is_key(lua_State *L, int index, const char *name)
{
    return lua_type(L, index) == LUA_TSTRING && strcmp(lua_tostring(L, index), name) == 0;
}

static int index_pdb(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    if (is_key(L, 2, "prompt")) {
        lua_pushstring(L, cmd_prompt(self->p->cmd));
        return 1;
    }
    if (is_key(L, 2, "curframe")) {
        push_frame(L, self);
        return 1;
    }
    lua_getiuservalue(L, 1, LUA_PDB_FIELDS);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL)
        return 1;
    lua_getiuservalue(L, 1, LUA_PDB_CLASS);
    lua_pushvalue(L, 2);
    lua_gettable(L, -2);
    return 1;
}

static int newindex_pdb(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    if (is_key(L, 2, "prompt")) {
        cmd_set_prompt(self->p->cmd, luaL_checkstring(L, 3));
        return 0;
    }
    if (is_key(L, 2, "curframe"))
        return luaL_error(L, "the attribute 'curframe' cannot be set");
    lua_getiuservalue(L, 1, LUA_PDB_FIELDS);
    lua_insert(L, 2); /* -> object fields key value */
    lua_rawset(L, 2);
    self->derived = true; /* it may be a method */
    return 0;
}

/* ---- sessions --------------------------------------------------------------------------------- */

/* The list at `index`, or nil; checked before anything is done. */
static void check_commands(lua_State *L, int index)
{
    if (lua_isnil(L, index))
        return;
    if (!lua_istable(L, index))
        luaL_error(L, "commands must be a list of strings");
    for (lua_Integer i = 1; lua_rawgeti(L, index, i) != LUA_TNIL; i++) {
        if (!lua_isstring(L, -1))
            luaL_error(L, "commands must be a list of strings");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void queue_commands(lua_State *L, int index, struct xdb_pdb *p)
{
    for (lua_Integer i = 1; lua_istable(L, index) && lua_rawgeti(L, index, i) != LUA_TNIL; i++) {
        size_t n;
        const char *line = lua_tolstring(L, -1, &n);
        cmd_queue(p->cmd, line, n);
        lua_pop(L, 1);
    }
}

int lua_pdb_trace(lua_State *L, struct xdb_pdb *p, int options, int level)
{
    lua_settop(L, options);
    if (lua_istable(L, options)) {
        lua_getfield(L, options, "header");
        lua_getfield(L, options, "commands");
    } else {
        lua_pushvalue(L, options);
        lua_pushnil(L);
    }
    int header = options + 1, commands = options + 2;
    luaL_optstring(L, header, "");
    check_commands(L, commands);
    if (!inline_ready(p, L, level))
        return 0;
    if (!lua_isnil(L, header))
        cmd_printf(p->cmd, "%s\n", lua_tostring(L, header));
    queue_commands(L, commands, p);
    lua_settop(L, options - 1);
    inline_trace(p, L, level);
    return 0;
}

/* pdb:set_trace(options) */
static int set_trace(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    lua_pdb_use(L, 1, self);
    lua_settop(L, 2);
    return lua_pdb_trace(L, self->p, 2, 1);
}

/* ---- running code ----------------------------------------------------------------------------- */

/* Calls the function below the `nargs` arguments on the top; returns its results, none after a quit. */
static int run_function(lua_State *L, struct lua_pdb *self, int nargs)
{
    int base = lua_gettop(L) - nargs - 1;
    if (self->p->running || self->p->stop)
        return luaL_error(L, "this debugger is busy already");
    lua_pdb_use(L, 1, self);
    int status = inline_call(self->p, L, nargs, LUA_MULTRET);
    if (status == XDB_ENOMEM)
        return luaL_error(L, "not enough memory");
    if (status == XDB_QUIT)
        return 0;
    if (status != LUA_OK)
        return lua_error(L);
    return lua_gettop(L) - base;
}

/* Gives the function on the top the environment at 3, in a variable of its own. */
static void give_environment(lua_State *L)
{
    const char *name;
    int function = lua_gettop(L);
    for (int i = 1; (name = lua_getupvalue(L, function, i)) != NULL; i++) {
        lua_pop(L, 1);
        if (strcmp(name, "_ENV") != 0)
            continue;
        if (luaL_loadstring(L, "") != LUA_OK) /* -> a function that has nothing but _ENV */
            lua_error(L);
        lua_pushvalue(L, 3);
        lua_setupvalue(L, -2, 1);
        lua_upvaluejoin(L, function, i, -1, 1);
        lua_pop(L, 1);
        return;
    }
}

/* [-0, +1] The text or function at index 2, with the environment at 3 if there is one. */
static void push_code(lua_State *L, const char *before)
{
    lua_settop(L, 3);
    if (lua_isfunction(L, 2)) {
        lua_pushvalue(L, 2);
    } else {
        if (lua_type(L, 2) != LUA_TSTRING)
            luaL_typeerror(L, 2, "string or function");
        lua_pushstring(L, before);
        lua_pushvalue(L, 2);
        lua_concat(L, 2); /* -> text */
        size_t len;
        const char *text = lua_tolstring(L, -1, &len);
        if (luaL_loadbufferx(L, text, len, text, "t") != LUA_OK)
            lua_error(L);
        lua_remove(L, -2); /* -> function */
    }
    if (!lua_isnil(L, 3))
        give_environment(L);
}

int lua_pdb_run(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    push_code(L, "");
    run_function(L, self, 0);
    return 0;
}

int lua_pdb_runeval(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    push_code(L, "return ");
    return run_function(L, self, 0);
}

int lua_pdb_runcall(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    luaL_checkany(L, 2);
    return run_function(L, self, lua_gettop(L) - 2);
}

/* ---- the class -------------------------------------------------------------------------------- */

static void make_class(lua_State *L)
{
    static const luaL_Reg of_objects[] = {
        {"__index", index_pdb}, {"__newindex", newindex_pdb}, {"__gc", collect}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"new", pdb_new_object},
                                       {"subclass", subclass},
                                       {"set_trace", set_trace},
                                       {"run", lua_pdb_run},
                                       {"runctx", lua_pdb_run},
                                       {"runeval", lua_pdb_runeval},
                                       {"runcall", lua_pdb_runcall},
                                       {"post_mortem", lua_pdb_post_mortem},
                                       {NULL, NULL}};
    luaL_newmetatable(L, PDB_TYPE);
    luaL_setfuncs(L, of_objects, 0);
    lua_pushliteral(L, "Pdb");
    lua_setfield(L, -2, "__name");
    lua_pop(L, 1);
    luaL_newlib(L, methods); /* -> class */
    lua_methods_open(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, call_class);
    lua_setfield(L, -2, "__call");
    lua_setmetatable(L, -2);
}

void lua_pdb_push_class(lua_State *L)
{
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &class_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    make_class(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &class_key);
}
