/*
** The methods through which a class derived from Pdb has its say: precmd, postcmd, preloop, postloop, onecmd,
** default, message, error, and do_NAME for each command, Pdb's own or new. They are called in protected mode;
** an error in one is shown, and the prompt comes back. Objects of Pdb itself never get here.
*/
#include "pdb/lua_pdb.h"

#include "core/eval.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

lua_State *lua_methods_thread(const struct lua_pdb *self)
{
    return self->p && self->p->stop ? self->p->stop->L : self->L;
}

/* ---- calling one ------------------------------------------------------------------------------ */

struct call {
    struct lua_pdb *self;
    const char *method, *text; /* the argument, or NULL */
    size_t n;
    struct buffer *out; /* gets the result when that is a string; NULL */
    bool truth;         /* of the result */
    bool found;         /* there is a method other than Pdb's own */
};

static int send(lua_State *L)
{
    struct call *c = lua_touserdata(L, 1);
    size_t len;
    if (!lua_pdb_push(L, c->self))
        return 0;
    lua_getfield(L, -1, c->method);
    lua_pdb_push_class(L);
    lua_getfield(L, -1, c->method);
    c->found = !lua_isnil(L, -3) && !lua_rawequal(L, -1, -3);
    lua_pop(L, 2); /* -> object method */
    if (!c->found)
        return 0;
    lua_insert(L, -2);
    if (c->text)
        lua_pushlstring(L, c->text, c->n);
    lua_call(L, c->text ? 2 : 1, 1);
    c->truth = lua_toboolean(L, -1);
    const char *result =
        c->out && lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
    if (result) {
        buffer_clear(c->out);
        buffer_add(c->out, result, len);
    }
    return 0;
}

/* Not through `error`, which may be what failed. */
static void print_failure(const struct lua_pdb *self, lua_State *L)
{
    struct buffer text;
    buffer_init(&text);
    eval_message(L, -1, &text);
    fprintf(self->p->out, "*** %s\n", text.data);
    buffer_release(&text);
}

/* Whether the class has such a method; then it has been called. */
static bool call(struct call *c)
{
    lua_State *L = lua_methods_thread(c->self);
    if (!c->self->derived || !lua_checkstack(L, LUA_MINSTACK))
        return false;
    int top = lua_gettop(L);
    lua_pushcfunction(L, send);
    lua_pushlightuserdata(L, c);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        print_failure(c->self, L);
    lua_settop(L, top);
    return c->found;
}

/* ---- output ----------------------------------------------------------------------------------- */

static void say_line(struct lua_pdb *self, const char *line, size_t n)
{
    bool error = n >= 4 && memcmp(line, "*** ", 4) == 0;
    size_t skip = error ? 4 : 0;
    struct call c = {
        .self = self, .method = error ? "error" : "message", .text = line + skip, .n = n - skip};
    if (!call(&c))
        fprintf(self->p->out, "%.*s\n", (int)n, line);
}

static void say(void *data, const char *text, size_t n)
{
    struct lua_pdb *self = data;
    if (!self->derived) {
        fwrite(text, 1, n, self->p->out);
        return;
    }
    buffer_add(&self->say, text, n);
    char *newline;
    while ((newline = memchr(self->say.data, '\n', self->say.len)) != NULL) {
        struct buffer rest = self->say; /* a method may say something itself */
        size_t len = (size_t)(newline - rest.data);
        buffer_init(&self->say);
        say_line(self, rest.data, len);
        buffer_add(&self->say, rest.data + len + 1, rest.len - len - 1);
        buffer_release(&rest);
    }
}

/* ---- the command loop ------------------------------------------------------------------------- */

static void started(void *data)
{
    call(&(struct call){.self = data, .method = "preloop"});
}

static void ended(void *data)
{
    call(&(struct call){.self = data, .method = "postloop"});
}

static void before(void *data, struct buffer *line)
{
    struct lua_pdb *self = data;
    struct buffer changed;
    if (!self->derived || self->inner)
        return;
    buffer_init(&changed);
    buffer_add(&changed, line->data, line->len);
    call(&(struct call){
        .self = self, .method = "precmd", .text = line->data, .n = line->len, .out = &changed});
    buffer_clear(line);
    buffer_add(line, changed.data, changed.len);
    buffer_release(&changed);
    struct call one = {.self = self, .method = "onecmd", .text = line->data, .n = line->len};
    if (!call(&one))
        return;
    self->handled = true;
    self->stop = one.truth;
    cmd_repeat_as(self->p->cmd, line->data, line->len);
    buffer_clear(line);
}

static int after(void *data, int result)
{
    struct lua_pdb *self = data;
    if (!self->derived || self->inner)
        return result;
    if (self->handled)
        result = self->stop ? CMD_STOP : CMD_AGAIN;
    self->handled = false;
    struct call c = {.self = self,
                     .method = "postcmd",
                     .text = result == CMD_STOP ? "stop" : "",
                     .n = result == CMD_STOP ? 4 : 0};
    if (call(&c))
        result = c.truth ? CMD_STOP : CMD_AGAIN;
    return result;
}

static int fallback(void *data, const char *text, size_t n)
{
    struct lua_pdb *self = data;
    struct call c = {.self = self, .method = "default", .text = text, .n = n};
    if (call(&c))
        return c.truth ? CMD_STOP : CMD_AGAIN;
    return statement_fallback(self->p->cmd, text, n);
}

/* The history is kept; the rest goes with the process. */
static void leave(void *data)
{
    struct lua_pdb *self = data;
    struct xdb_pdb *p = self->p;
    inline_deafen(p);
    lineedit_free(p->edit);
    p->edit = NULL;
    exit(EXIT_FAILURE);
}

static int keep_record(lua_State *L)
{
    const struct xdb_event *e = lua_touserdata(L, 1);
    lua_record_push(L, 2, e->raiser);
    return 0;
}

/* For pm. */
static void uncaught(void *data, const struct xdb_event *e)
{
    lua_State *L = e->L;
    (void)data;
    if (!lua_checkstack(L, LUA_MINSTACK))
        return;
    lua_pushcfunction(L, keep_record);
    lua_pushlightuserdata(L, (void *)(uintptr_t)e);
    lua_pushvalue(L, e->error_index);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK)
        lua_pop(L, 1);
}

const struct pdb_host lua_methods_host = {
    .uncaught = uncaught,
    .say = say,
    .started = started,
    .before = before,
    .after = after,
    .fallback = fallback,
    .ended = ended,
    .leave = leave,
};

/* ---- commands --------------------------------------------------------------------------------- */

static int run_method(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct lua_pdb *self = pdb_of(c)->host_data;
    int i = (int)(row - self->rows);
    if (self->bypass == i + 1) {
        self->bypass = 0;
        return commands_rows[i].run(c, &commands_rows[i], arg, n);
    }
    int inner = self->inner;
    self->inner = 0;
    struct call call_of = {.self = self, .method = self->methods[i], .text = arg, .n = n};
    call(&call_of);
    self->inner = inner;
    return call_of.truth ? CMD_STOP : CMD_AGAIN;
}

struct search {
    const char *name;
    bool found;
};

static void compare(void *user, const char *name, size_t n)
{
    struct search *s = user;
    s->found = s->found || (strlen(s->name) == n && memcmp(s->name, name, n) == 0);
}

static int count_rows(void)
{
    int n = 0;
    while (commands_rows[n].names)
        n++;
    return n;
}

/* Index of the row of Pdb's own with that name, or -1. */
static int find_row(const char *name)
{
    for (int i = 0; commands_rows[i].names; i++) {
        struct search s = {.name = name};
        cmd_names(&commands_rows[i], compare, &s);
        if (s.found)
            return i;
    }
    return -1;
}

/* Whether the key at `index` is a method for a command: do_ and a word. */
static bool is_command(lua_State *L, int index)
{
    const char *name = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
    if (strncmp(name, "do_", 3) != 0 || !name[3])
        return false;
    for (name += 3; *name; name++)
        if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
              (*name >= '0' && *name <= '9') || *name == '_'))
            return false;
    return true;
}

/* [-0, +1] The names of the methods for commands that the class at `class` and those above it add. */
static lua_Integer push_methods(lua_State *L, int class)
{
    enum { HEIGHT = 100 }; /* classes above each other */
    lua_Integer count = 0;
    lua_newtable(L); /* -> names */
    lua_pdb_push_class(L);
    lua_pushvalue(L, class); /* -> names base class */
    for (int i = 0; i < HEIGHT && lua_istable(L, -1) && !lua_rawequal(L, -1, -2); i++) {
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            if (!is_command(L, -2) || !lua_isfunction(L, -1))
                continue;
            lua_pushvalue(L, -2);
            if (lua_rawget(L, -6) == LUA_TNIL) {
                lua_pushvalue(L, -3);
                lua_pushboolean(L, 1);
                lua_rawset(L, -8);
                lua_pushvalue(L, -3);
                lua_rawseti(L, -7, ++count);
            }
            lua_pop(L, 1);
        }
        if (!luaL_getmetafield(L, -1, "__index"))
            lua_pushnil(L);
        lua_remove(L, -2);
    }
    lua_pop(L, 2);
    return count;
}

/* What `help` says of a new command: the class's help_NAME, kept in the table at `strings`. */
static const char *help_text(lua_State *L, int class, int strings, const char *name)
{
    const char *text = "A command of this debugger's own.";
    lua_pushfstring(L, "help_%s", name);
    if (lua_gettable(L, class) == LUA_TSTRING) {
        text = lua_tostring(L, -1);
        lua_pushvalue(L, -1);
        lua_pushboolean(L, 1);
        lua_rawset(L, strings);
    }
    lua_pop(L, 1);
    return text;
}

static void add_method(lua_State *L, int class, int strings, struct lua_pdb *self,
                       const char *method, int *nrows)
{
    int i = find_row(method + 3);
    if (i < 0) {
        const char *help = help_text(L, class, strings, method + 3);
        i = (*nrows)++;
        self->rows[i] = (struct cmd_row){.names = method + 3,
                                         .group = "This debugger's own:",
                                         .usage = method + 3,
                                         .summary = help};
    }
    self->rows[i].run = run_method;
    self->methods[i] = method;
}

void lua_methods_rows(lua_State *L, int object, int class, struct lua_pdb *self)
{
    int builtin = count_rows(), nrows = builtin, top = lua_gettop(L);
    lua_Integer count = push_methods(L, class); /* -> names */
    if (count == 0 || count > 10000) {
        lua_settop(L, top);
        return;
    }
    size_t most = (size_t)builtin + (size_t)count + 1;
    self->rows = lua_newuserdatauv(L, most * (sizeof *self->rows + sizeof *self->methods), 1);
    self->methods = (const char **)(self->rows + most);
    memset(self->rows, 0, most * (sizeof *self->rows + sizeof *self->methods));
    memcpy(self->rows, commands_rows, (size_t)builtin * sizeof *self->rows);
    lua_pushvalue(L, top + 1);
    lua_setiuservalue(L, -2, 1); /* the texts live as long as the rows */
    lua_setiuservalue(L, object, LUA_PDB_ROWS);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, top + 1, i);
        add_method(L, class, top + 1, self, lua_tostring(L, -1), &nrows);
        lua_pop(L, 1);
    }
    lua_settop(L, top);
}

/* ---- Pdb's own -------------------------------------------------------------------------------- */

static struct lua_pdb *check_stopped(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    if (!self->p->stop)
        luaL_error(L, "the debugger is not at its prompt");
    return self;
}

/* pdb:message(text): a line of output */
static int message(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    size_t n;
    const char *text = luaL_tolstring(L, 2, &n);
    fwrite(text, 1, n, self->p->out);
    fputc('\n', self->p->out);
    return 0;
}

/* pdb:error(text): a complaint */
static int complain(lua_State *L)
{
    struct lua_pdb *self = lua_pdb_check(L, 1);
    fputs("*** ", self->p->out);
    return message(L);
}

static bool execute(struct lua_pdb *self, const char *line, size_t n)
{
    self->inner++;
    int result = cmd_execute(self->p->cmd, line, n);
    self->inner--;
    self->bypass = 0;
    return result == CMD_STOP;
}

/* pdb:onecmd(line) -> whether the program goes on */
static int onecmd(lua_State *L)
{
    struct lua_pdb *self = check_stopped(L);
    size_t n;
    const char *line = luaL_checklstring(L, 2, &n);
    lua_pushboolean(L, execute(self, line, n));
    return 1;
}

/* pdb:default(text) -> false; runs it as Lua */
static int default_method(lua_State *L)
{
    struct lua_pdb *self = check_stopped(L);
    size_t n;
    const char *text = luaL_checklstring(L, 2, &n);
    lua_pushboolean(L, statement_fallback(self->p->cmd, text, n) == CMD_STOP);
    return 1;
}

/* pdb:do_NAME(argument) -> whether the program goes on; upvalues: the name and its row */
static int do_command(lua_State *L)
{
    struct lua_pdb *self = check_stopped(L);
    size_t n;
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushliteral(L, " ");
    lua_pushstring(L, luaL_optstring(L, 2, ""));
    lua_concat(L, 3);
    const char *line = lua_tolstring(L, -1, &n);
    int row = (int)lua_tointeger(L, lua_upvalueindex(2));
    self->bypass = self->rows && self->methods[row] ? row + 1 : 0;
    lua_pushboolean(L, execute(self, line, n));
    return 1;
}

/* precmd(line) -> line, postcmd(text) and the like: nothing happens */
static int nothing(lua_State *L)
{
    lua_settop(L, 2);
    return 1;
}

struct naming {
    lua_State *L;
    int class, row;
};

static void add_command(void *user, const char *name, size_t n)
{
    const struct naming *of = user;
    lua_State *L = of->L;
    lua_pushliteral(L, "do_");
    lua_pushlstring(L, name, n);
    lua_concat(L, 2);
    lua_pushlstring(L, name, n);
    lua_pushinteger(L, of->row);
    lua_pushcclosure(L, do_command, 2);
    lua_rawset(L, of->class);
}

void lua_methods_open(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"message", message},        {"error", complain},   {"onecmd", onecmd},
        {"default", default_method}, {"precmd", nothing},   {"postcmd", nothing},
        {"preloop", nothing},        {"postloop", nothing}, {NULL, NULL}};
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    luaL_setfuncs(L, methods, 0);
    for (int i = 0; commands_rows[i].names; i++)
        cmd_names(&commands_rows[i], add_command, &(struct naming){L, lua_gettop(L), i});
}
