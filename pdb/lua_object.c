/*
** The class Pdb: making debuggers, their attributes, and what they are asked to do.
*/
#include "pdb/lua_pdb.h"

#include "bdb/lua_bdb.h"
#include "bdb/lua_frame.h"
#include "cli/term.h"
#include "core/lua_args.h"
#include "core/lua_code.h"
#include "core/lua_value.h"
#include "core/universe.h"

#include <limits.h>
#include <string.h>

/* object -> true for those in use; the object used last. */
static const char used_key, last_key;
static const struct lua_class pdb_class;

/* ---- objects ---------------------------------------------------------------------------------- */

struct lua_pdb *lua_pdb_check(lua_State *L, int arg)
{
    struct lua_pdb *self = lua_class_check(L, &pdb_class, arg);
    if (!self->p)
        luaL_error(L, "the debugger has been closed");
    if (!self->p->stop)
        self->L = L;
    return self;
}

bool lua_pdb_push(lua_State *L, const struct lua_pdb *self)
{
    return lua_class_push_object(L, &pdb_class, self);
}

struct lua_pdb *lua_pdb_push_last(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &last_key);
    struct lua_pdb *self = lua_class_test(L, &pdb_class, -1);
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
    lua_value_registry(L, &used_key, NULL); /* -> used */
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
    lua_value_registry(L, &used_key, NULL);
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
    struct lua_pdb *self = lua_class_check(L, &pdb_class, 1);
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

/* Where the arguments of Pdb:new are put, in the original's order; the last two come by name alone. */
enum {
    CLASS = 1,
    COMPLETEKEY,
    STDIN,
    STDOUT,
    SKIP,
    NOSIGINT,
    READRC,
    MODE,
    BACKEND,
    COLORIZE,
    COLORS,
    PROMPT
};

static void constructor_arguments(lua_State *L)
{
    static const char *const names[] = {"completekey", "stdin",  "stdout", "skip",
                                        "nosigint",    "readrc", "mode",   "backend",
                                        "colorize",    "colors", "prompt", NULL};
    luaL_checktype(L, CLASS, LUA_TTABLE);
    lua_args_arrange(L, COMPLETEKEY, names, COLORIZE - CLASS);
    const char *mode = lua_args_string(L, MODE, "mode", "inline", NULL);
    const char *backend = lua_args_string(L, BACKEND, "backend", "hook", NULL);
    if (strcmp(mode, "inline") != 0)
        luaL_error(L, "mode must be 'inline': others are for programs that the xdb command runs");
    if (strcmp(backend, "hook") != 0)
        luaL_error(L, "Invalid backend '%s'", backend);
    lua_args_string(L, PROMPT, "prompt", NULL, NULL);
}

/* nil is the usual key, false and "" none. */
static const char *complete_key(lua_State *L)
{
    char keys[LINEEDIT_KEYS];
    if (lua_isboolean(L, COMPLETEKEY) && !lua_toboolean(L, COMPLETEKEY))
        return "";
    const char *key = lua_args_string(L, COMPLETEKEY, "completekey", NULL, NULL);
    if (key && *key && !lineedit_key(key, keys))
        luaL_error(L, "completekey: no key is called '%s'", key);
    return key;
}

static struct lua_pdb *push_object(lua_State *L)
{
    struct lua_pdb *self = lua_class_new(L, &pdb_class, sizeof *self); /* -> object */
    buffer_init(&self->say);
    self->L = L;
    lua_class_know(L, &pdb_class, -1);
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
static struct xdb_pdb *make(struct lua_pdb *self, struct xdb_pdb_config config)
{
    struct buffer history;
    struct pdb_host *host = &self->host;
    *host = lua_methods_host;
    host->rows = self->rows;
    buffer_init(&history);
    bool keeps = lineedit_history_path(&term_environ, &history);
    config.history = keeps ? history.data : NULL;
    config.home = term_getenv(&term_environ, "HOME");
    struct xdb_pdb *p = pdb_new(&config, host, self);
    buffer_release(&history);
    return p;
}

/* Pdb:new(...) */
static int pdb_new_object(lua_State *L)
{
    constructor_arguments(L);
    struct xdb_pdb_config config = {.read_rc = lua_args_flag(L, READRC, true),
                                    .colors =
                                        lua_toboolean(L, COLORS) || lua_toboolean(L, COLORIZE),
                                    .plain = !lua_isnil(L, STDOUT), /* PDB-063 */
                                    .complete_key = complete_key(L)};
    const char **skip = lua_args_push_strings(L, SKIP, "skip", "patterns");
    universe_anchor(L); /* older than every debugger: closed after them */
    struct lua_pdb *self = push_object(L);
    int object = lua_gettop(L);
    lua_pdb_push_class(L);
    self->derived = !lua_rawequal(L, CLASS, -1);
    lua_pop(L, 1);
    if (self->derived)
        lua_methods_rows(L, object, CLASS, self);
    config.in = open_file(L, STDIN, object, self, stdin);
    self->in = config.in == stdin ? NULL : config.in;
    config.out = open_file(L, STDOUT, object, self, stdout);
    self->out = config.out == stdout ? NULL : config.out;
    self->p = make(self, config);
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

/* ---- attributes ------------------------------------------------------------------------------- */

/* The frame that is looked at, as xdb.bdb has frames; nil while there is none. */
static void push_frame(lua_State *L, const struct lua_pdb *self)
{
    const struct frame *f = print_frame(self->p);
    if (!f) {
        lua_pushnil(L);
        return;
    }
    lua_shared_open(L);
    lua_frame_push(L, f);
}

static int get_curframe(lua_State *L)
{
    push_frame(L, lua_pdb_check(L, 1));
    return 1;
}

static int get_prompt(lua_State *L)
{
    lua_pushstring(L, cmd_prompt(lua_pdb_check(L, 1)->p->cmd));
    return 1;
}

static int set_prompt(lua_State *L)
{
    cmd_set_prompt(lua_pdb_check(L, 1)->p->cmd, luaL_checkstring(L, 3));
    return 0;
}

static int get_lastcmd(lua_State *L)
{
    size_t n;
    const char *line = cmd_repeated(lua_pdb_check(L, 1)->p->cmd, &n);
    lua_pushlstring(L, line, n);
    return 1;
}

static int set_lastcmd(lua_State *L)
{
    size_t n;
    const char *line = luaL_checklstring(L, 3, &n);
    cmd_repeat_as(lua_pdb_check(L, 1)->p->cmd, line, n);
    return 0;
}

static void check_open(lua_State *L)
{
    lua_pdb_check(L, 1);
}

/* It may be a method. */
static void assigned(lua_State *L)
{
    lua_pdb_check(L, 1)->derived = true;
}

/* ---- sessions --------------------------------------------------------------------------------- */

/* What set_trace is given, at these indices. */
struct trace {
    int header;
    const char **commands; /* or NULL */
    int level;
};

/* The level of L that is meant: a frame, or a level as debug.getinfo has them when called by the caller. */
static int trace_level(lua_State *L, int index, int otherwise)
{
    struct frame f;
    lua_Debug ar;
    if (lua_isnil(L, index))
        return otherwise;
    if (lua_isinteger(L, index)) {
        lua_Integer level = lua_tointeger(L, index);
        if (level < 1 || level > INT_MAX || !lua_getstack(L, (int)level, &ar))
            luaL_error(L, "frame: there is no level %I", (LUAI_UACINT)level);
        return (int)level;
    }
    if (!lua_frame_test(L, index))
        luaL_error(L, "frame must be a frame or a level");
    lua_frame_check(L, index, &f);
    if (f.thread != L)
        luaL_error(L, "the frame is not of this coroutine");
    return f.level;
}

/* What stands at `options`: a header, a frame, or a table of names. */
static void read_trace(lua_State *L, int options, int level, struct trace *t)
{
    static const char *const names[] = {"header", "commands", "frame", NULL};
    lua_settop(L, options);
    if (lua_isinteger(L, options) || lua_frame_test(L, options)) {
        lua_pushnil(L);
        lua_pushnil(L);
        lua_rotate(L, options, 2); /* -> nil nil frame */
    } else {
        lua_args_arrange(L, options, names, 1);
    }
    t->header = options;
    lua_args_string(L, t->header, "header", NULL, NULL);
    t->level = trace_level(L, options + 2, level);
    t->commands = lua_args_push_strings(L, options + 1, "commands", "strings");
}

int lua_pdb_trace(lua_State *L, struct xdb_pdb *p, int options, int level)
{
    struct trace t;
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    read_trace(L, options, level, &t);
    if (!inline_ready(p, L, t.level))
        return 0;
    if (!lua_isnil(L, t.header))
        cmd_printf(p->cmd, "%s\n", lua_tostring(L, t.header));
    for (int i = 0; t.commands && t.commands[i]; i++)
        cmd_queue(p->cmd, t.commands[i], strlen(t.commands[i]));
    lua_settop(L, options - 1);
    inline_trace(p, L, t.level);
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

int lua_pdb_run(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    lua_settop(L, 3);
    lua_code_push(L, 2, "", 3, 0);
    run_function(L, self, 0);
    return 0;
}

int lua_pdb_runeval(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    lua_settop(L, 3);
    lua_code_push(L, 2, "return ", 3, 0);
    return run_function(L, self, 0);
}

int lua_pdb_runcall(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    luaL_checkany(L, 2);
    return run_function(L, self, lua_gettop(L) - 2);
}

/* ---- the class -------------------------------------------------------------------------------- */

static const luaL_Reg meta[] = {{"__gc", collect}, {NULL, NULL}};

static const luaL_Reg methods[] = {{"set_trace", set_trace},
                                   {"run", lua_pdb_run},
                                   {"runctx", lua_pdb_run},
                                   {"runeval", lua_pdb_runeval},
                                   {"runcall", lua_pdb_runcall},
                                   {"post_mortem", lua_pdb_post_mortem},
                                   {NULL, NULL}};

static const struct lua_class_field fields[] = {{"curframe", get_curframe, NULL},
                                                {"prompt", get_prompt, set_prompt},
                                                {"lastcmd", get_lastcmd, set_lastcmd},
                                                {NULL, NULL, NULL}};

static const struct lua_class pdb_class = {.type = "xdb.Pdb",
                                           .name = "Pdb",
                                           .open = true,
                                           .values = LUA_PDB_ROWS,
                                           .construct = pdb_new_object,
                                           .methods = methods,
                                           .meta = meta,
                                           .fields = fields,
                                           .made = lua_methods_open,
                                           .check = check_open,
                                           .assigned = assigned};

void lua_pdb_push_class(lua_State *L)
{
    lua_class_push(L, &pdb_class);
}
