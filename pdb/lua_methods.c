/*
** The methods through which a class derived from Pdb has its say: precmd, onecmd, postcmd, emptyline, default, preloop,
** postloop, message, error, and for each command, Pdb's own or new, do_NAME, complete_NAME. They are called in
** protected mode; an error in one is shown, and the prompt comes back. Objects of Pdb itself never get here.
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
    const char *method;
    const int *stop;  /* the first argument: whether it is CMD_STOP; NULL: none */
    const char *text; /* the argument, or NULL */
    size_t n;
    const struct line_at
        *at;             /* for completion: word, line, where the word begins and ends; or NULL */
    struct buffer *out;  /* gets the result when that is a string; NULL */
    struct words *words; /* get those of the list that is the result; NULL */
    bool optional;       /* what is no function is no method */
    bool truth;          /* of the result */
    bool found;          /* there is a method other than Pdb's own */
};

/* [-0, +1] The method, if it is not Pdb's own; else nil. The object is on the top. */
static void push_method(lua_State *L, struct call *c)
{
    lua_getfield(L, -1, c->method);
    lua_pdb_push_class(L);
    lua_getfield(L, -1, c->method);
    c->found = c->optional ? lua_isfunction(L, -3) : !lua_isnil(L, -3) && !lua_rawequal(L, -1, -3);
    lua_pop(L, 2);
}

/* [-0, +n] The arguments behind the object; returns how many. */
static int push_arguments(lua_State *L, const struct call *c)
{
    int top = lua_gettop(L);
    if (c->at) {
        lua_pushlstring(L, c->at->line + c->at->begin, c->at->end - c->at->begin);
        lua_pushlstring(L, c->at->line, c->at->len);
        lua_pushinteger(L, (lua_Integer)c->at->begin + 1);
        lua_pushinteger(L, (lua_Integer)c->at->end);
    }
    if (c->stop)
        lua_pushboolean(L, *c->stop == CMD_STOP);
    if (c->text)
        lua_pushlstring(L, c->text, c->n);
    return lua_gettop(L) - top;
}

/* Takes the strings of the list on the top. */
static void take_words(lua_State *L, struct words *out)
{
    size_t len = 0;
    if (!lua_istable(L, -1))
        return;
    for (lua_Integer i = 1; lua_geti(L, -1, i) != LUA_TNIL; i++) {
        const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
        if (!word || strlen(word) != len)
            luaL_error(L, "completions must be strings");
        words_add(out, word, len);
        lua_pop(L, 1);
    }
}

static int send(lua_State *L)
{
    struct call *c = lua_touserdata(L, 1);
    size_t len;
    if (!lua_pdb_push(L, c->self))
        return 0;
    push_method(L, c); /* -> object method */
    if (!c->found)
        return 0;
    lua_insert(L, -2);
    lua_call(L, push_arguments(L, c) + 1, 1);
    c->truth = lua_toboolean(L, -1);
    const char *result =
        c->out && lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
    if (result) {
        buffer_clear(c->out);
        buffer_add(c->out, result, len);
    }
    if (c->words)
        take_words(L, c->words);
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
    if (lua_pcall(L, 1, 0, 0) != LUA_OK && !c->words) /* else a line is being edited */
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

/* [-0, +1] The object's `intro`; in protected mode, because it may be computed. */
static int get_intro(lua_State *L)
{
    if (lua_pdb_push(L, lua_touserdata(L, 1)))
        lua_getfield(L, -1, "intro");
    return 1;
}

static void say_intro(struct lua_pdb *self)
{
    lua_State *L = lua_methods_thread(self);
    size_t n;
    if (!self->derived || !lua_checkstack(L, LUA_MINSTACK))
        return;
    lua_pushcfunction(L, get_intro);
    lua_pushlightuserdata(L, self);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
        print_failure(self, L);
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        const char *text = lua_tolstring(L, -1, &n);
        say(self, text, n);
        say(self, "\n", 1);
    }
    lua_pop(L, 1);
}

static void started(void *data)
{
    call(&(struct call){.self = data, .method = "preloop"});
    say_intro(data);
}

static void ended(void *data)
{
    call(&(struct call){.self = data, .method = "postloop"});
}

static void before(void *data, struct buffer *line)
{
    struct buffer changed;
    buffer_init(&changed);
    buffer_add(&changed, line->data, line->len);
    call(&(struct call){
        .self = data, .method = "precmd", .text = line->data, .n = line->len, .out = &changed});
    buffer_clear(line);
    buffer_add(line, changed.data, changed.len);
    buffer_release(&changed);
}

static int one(void *data, const char *line, size_t n)
{
    struct lua_pdb *self = data;
    struct call c = {.self = self, .method = "onecmd", .text = line, .n = n};
    return !call(&c) ? cmd_one(self->p->cmd, line, n) : c.truth ? CMD_STOP : CMD_AGAIN;
}

static int empty(void *data)
{
    struct lua_pdb *self = data;
    struct call c = {.self = self, .method = "emptyline"};
    return !call(&c) ? cmd_empty(self->p->cmd) : c.truth ? CMD_STOP : CMD_AGAIN;
}

static int after(void *data, int result, const char *line, size_t n)
{
    struct call c = {.self = data, .method = "postcmd", .stop = &result, .text = line, .n = n};
    return !call(&c) ? result : c.truth ? CMD_STOP : CMD_AGAIN;
}

static int fallback(void *data, const char *text, size_t n)
{
    struct lua_pdb *self = data;
    struct call c = {.self = self, .method = "default", .text = text, .n = n};
    if (call(&c))
        return c.truth ? CMD_STOP : CMD_AGAIN;
    return statement_fallback(self->p->cmd, text, n);
}

static void complete_default(void *data, const struct line_at *at, struct words *out)
{
    struct lua_pdb *self = data;
    struct call c = {
        .self = self, .method = "completedefault", .at = at, .words = out, .optional = true};
    bool command = cmd_resolve(self->p->cmd, at->line, at->begin ? at->begin : 1) != NULL;
    if (at->begin == 0 || command || !call(&c))
        complete_expression(self->p->cmd, at, out);
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
    .one = one,
    .empty = empty,
    .after = after,
    .fallback = fallback,
    .ended = ended,
    .complete = complete_default,
    .leave = leave,
};

/* ---- commands --------------------------------------------------------------------------------- */

static int count_rows(void)
{
    int n = 0;
    while (commands_rows[n].names)
        n++;
    return n;
}

static int run_method(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct lua_pdb *self = pdb_of(c)->host_data;
    int i = (int)(row - self->rows);
    struct call one_call = {.self = self, .method = self->methods[i], .text = arg, .n = n};
    if (!call(&one_call) && i < count_rows())
        return commands_rows[i].run(c, &commands_rows[i], arg, n);
    return one_call.truth ? CMD_STOP : CMD_AGAIN;
}

static void complete_method(struct cmd *c, const struct line_at *at, struct words *out)
{
    struct lua_pdb *self = pdb_of(c)->host_data;
    const struct cmd_row *row = cmd_resolve(c, at->line, at->begin ? at->begin : 1);
    if (row)
        call(&(struct call){
            .self = self, .method = self->completers[row - self->rows], .at = at, .words = out});
}

/* help NAME, where the class may have a function help_NAME (CMD-015). */
static int help_method(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct buffer name;
    buffer_init(&name);
    buffer_addf(&name, "help_%.*s", (int)n, arg);
    struct call one_call = {.self = pdb_of(c)->host_data, .method = name.data, .optional = true};
    bool found = n > 0 && call(&one_call);
    buffer_release(&name);
    return found ? CMD_AGAIN : cmd_do_help(c, row, arg, n);
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

struct completing {
    lua_State *L;
    int class, strings, row;
    struct lua_pdb *self;
};

/* Where the class has complete_NAME, the row is completed by it. */
static void add_completer(void *user, const char *name, size_t n)
{
    const struct completing *of = user;
    lua_State *L = of->L;
    lua_pushliteral(L, "complete_");
    lua_pushlstring(L, name, n);
    lua_concat(L, 2);
    lua_pushvalue(L, -1);
    if (lua_gettable(L, of->class) == LUA_TFUNCTION) {
        of->self->completers[of->row] = lua_tostring(L, -2);
        of->self->rows[of->row].complete = complete_method;
        lua_pushvalue(L, -2);
        lua_pushboolean(L, 1);
        lua_rawset(L, of->strings);
    }
    lua_pop(L, 2);
}

void lua_methods_rows(lua_State *L, int object, int class, struct lua_pdb *self)
{
    int builtin = count_rows(), nrows = builtin, strings = lua_gettop(L) + 1;
    lua_Integer count = push_methods(L, class); /* -> names */
    if (count > 10000)
        luaL_error(L, "too many commands");
    size_t most = (size_t)builtin + (size_t)count + 1;
    size_t size = most * (sizeof *self->rows + 2 * sizeof *self->methods);
    self->rows = lua_newuserdatauv(L, size, 1);
    self->methods = (const char **)(self->rows + most);
    self->completers = self->methods + most;
    memset(self->rows, 0, size);
    memcpy(self->rows, commands_rows, (size_t)builtin * sizeof *self->rows);
    lua_pushvalue(L, strings);
    lua_setiuservalue(L, -2, 1); /* the texts live as long as the rows */
    lua_setiuservalue(L, object, LUA_PDB_ROWS);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, strings, i);
        add_method(L, class, strings, self, lua_tostring(L, -1), &nrows);
        lua_pop(L, 1);
    }
    for (int i = 0; i < nrows; i++) {
        if (self->rows[i].run == cmd_do_help)
            self->rows[i].run = help_method;
        cmd_names(&self->rows[i], add_completer, &(struct completing){L, class, strings, i, self});
    }
    lua_settop(L, strings - 1);
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
    cmd_failed(self->p->cmd);
    fputs("*** ", self->p->out);
    return message(L);
}

/* pdb:onecmd(line) -> whether the program goes on */
static int onecmd(lua_State *L)
{
    struct lua_pdb *self = check_stopped(L);
    size_t n;
    const char *line = luaL_checklstring(L, 2, &n);
    lua_pushboolean(L, cmd_one(self->p->cmd, line, n) == CMD_STOP);
    return 1;
}

/* pdb:emptyline() -> the same; the last command once more */
static int emptyline(lua_State *L)
{
    lua_pushboolean(L, cmd_empty(check_stopped(L)->p->cmd) == CMD_STOP);
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

/* pdb:do_NAME(argument) -> whether the program goes on; upvalue: its row */
static int do_command(lua_State *L)
{
    struct lua_pdb *self = check_stopped(L);
    const struct cmd_row *row = &commands_rows[lua_tointeger(L, lua_upvalueindex(1))];
    size_t n;
    const char *arg = luaL_optlstring(L, 2, "", &n);
    lua_pushboolean(L, cmd_call(self->p->cmd, row, arg, n) == CMD_STOP);
    return 1;
}

/* precmd(line) -> line, postcmd(stop, line) -> stop; preloop(), postloop() */
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
    lua_pushinteger(L, of->row);
    lua_pushcclosure(L, do_command, 1);
    lua_rawset(L, of->class);
}

void lua_methods_open(lua_State *L)
{
    static const luaL_Reg methods[] = {{"message", message},     {"error", complain},
                                       {"onecmd", onecmd},       {"default", default_method},
                                       {"precmd", nothing},      {"postcmd", nothing},
                                       {"preloop", nothing},     {"postloop", nothing},
                                       {"emptyline", emptyline}, {NULL, NULL}};
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    luaL_setfuncs(L, methods, 0);
    for (int i = 0; commands_rows[i].names; i++)
        cmd_names(&commands_rows[i], add_command, &(struct naming){L, lua_gettop(L), i});
}
