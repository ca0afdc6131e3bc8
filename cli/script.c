#include "cli/script.h"

#include "cli/script_prompt.h"
#include "cli/script_state.h"
#include "core/hook_signal.h"
#include "core/universe.h"

#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The order of Lua calls in this file is the interface: the program sees it in its memory count. */

struct run {
    const struct script_options *options;
    const char *progname;
    enum script_warnings warnings;
    enum script_end end;
    bool nameless;      /* at the prompt */
    bool in_uncaught;   /* an error raised by that event does not lead to the event again */
    lua_State *running; /* in a protected call that SIGINT may stop */
    char *written;      /* what script_write_words wrote; owned, or NULL */
    struct run *outer;  /* the run from whose event this one was started */
};

/*
** The message handler must be a function without upvalues (those would be Lua memory), so this is how it
** finds its run. A thread's runs are nested, and each thread has its own.
*/
static _Thread_local struct run *current;

/* What SIGINT stops; the signal handler has no other way to know. */
static _Atomic(lua_State *) interruptible;

static void set_signal(int number, void (*handler)(int), struct sigaction *before)
{
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, before);
}

static void on_signal(int number)
{
    set_signal(number, SIG_DFL, NULL); /* the next one ends the process */
    hook_interrupt(interruptible);
}

/* Inside a run's protected calls SIGINT stops the call. */
static void aim_signal(struct run *r, lua_State *L, struct sigaction *before)
{
    if (r->options->own_sigint)
        return;
    r->running = L;
    atomic_store(&interruptible, L);
    set_signal(SIGINT, on_signal, before);
}

/* Between them it ends the process; a run inside of another one gives it back. */
static void release_signal(struct run *r, const struct sigaction *before)
{
    if (r->options->own_sigint)
        return;
    r->running = NULL;
    if (r->outer) {
        sigaction(SIGINT, before, NULL);
        atomic_store(&interruptible, r->outer->running);
    } else
        set_signal(SIGINT, SIG_DFL, NULL);
}

/* ---- errors ----------------------------------------------------------------------------------- */

static bool is_quit(const struct run *r, lua_State *L, int index)
{
    if (r->options->quit && lua_islightuserdata(L, index))
        return lua_touserdata(L, index) == r->options->quit;
    return universe_is_quit(L, index);
}

void script_write_error(const struct run *r, const char *text)
{
    if (!r->nameless)
        lua_writestringerror("%s: ", r->progname);
    lua_writestringerror("%s\n", text ? text : script_state_no_message());
}

void script_hide_name(struct run *r, bool hidden)
{
    r->nameless = hidden;
}

static bool is_written(const struct run *r, const char *text)
{
    return r->written && text && strcmp(r->written, text) == 0;
}

/* Writes the error on the top, if `status` says that there is one, and pops it. */
int script_report(struct run *r, lua_State *L, int status)
{
    if (status == LUA_OK)
        return status;
    if (is_quit(r, L, -1))
        r->end = SCRIPT_QUIT;
    else if (!is_written(r, lua_tostring(L, -1)))
        script_write_error(r, lua_tostring(L, -1));
    lua_pop(L, 1);
    return status;
}

static void tell_uncaught(struct run *r, lua_State *L)
{
    const struct script_events *events = r->options->events;
    if (!events || !events->uncaught || r->in_uncaught)
        return;
    r->in_uncaught = true;
    events->uncaught(L, r->options->data);
    r->in_uncaught = false;
}

/* Pushes what `lua` says of the error at index 1, with the stack of `from` from `level` on. */
static int push_message(lua_State *L, lua_State *from, int level)
{
    const char *text = lua_tostring(L, 1);
    if (!text) {
        if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
            return 1;
        text = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
    }
    luaL_traceback(L, from, text, level);
    return 1;
}

static int handle_message(lua_State *L)
{
    if (is_quit(current, L, 1))
        return 1;
    tell_uncaught(current, L);
    return push_message(L, L, 1);
}

struct moment {
    lua_State *from;
    int level;
};

static int push_words(lua_State *L)
{
    const struct moment *w = lua_touserdata(L, 2);
    lua_settop(L, 1);
    return push_message(L, w->from, w->from == L ? w->level + 1 : w->level); /* above: this one */
}

void script_push_words(lua_State *L, int index, lua_State *from, int level)
{
    struct moment w = {from, level};
    index = lua_absindex(L, index);
    lua_pushcfunction(L, push_words);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, &w);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK || lua_type(L, -1) != LUA_TSTRING) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

void script_write_words(const char *text)
{
    script_write_error(current, text);
    free(current->written);
    current->written = strdup(text);
}

/* ---- running a chunk -------------------------------------------------------------------------- */

int script_call(struct run *r, lua_State *L, int nargs, int nresults)
{
    int function = lua_gettop(L) - nargs;
    lua_pushcfunction(L, handle_message);
    lua_insert(L, function);
    r->in_uncaught = false;
    struct sigaction before;
    aim_signal(r, L, &before);
    int status = lua_pcall(L, nargs, nresults, function);
    release_signal(r, &before);
    lua_remove(L, function);
    return status;
}

static int run_chunk(struct run *r, lua_State *L, int status)
{
    if (status == LUA_OK)
        status = script_call(r, L, 0, 0);
    return script_report(r, L, status);
}

static int run_file(struct run *r, lua_State *L, const char *name)
{
    return run_chunk(r, L, luaL_loadfile(L, name));
}

static int run_text(struct run *r, lua_State *L, const char *text, const char *name)
{
    return run_chunk(r, L, luaL_loadbuffer(L, text, strlen(text), name));
}

static int run_library(struct run *r, lua_State *L, const char *arg)
{
    const char *module;
    size_t len = script_state_library(arg, &module);
    lua_getglobal(L, "require");
    lua_pushstring(L, module);
    int status = script_call(r, L, 1, 1);
    if (status == LUA_OK) {
        lua_pushglobaltable(L);
        lua_pushlstring(L, arg, len);
        lua_rotate(L, -3, -1); /* -> globals, name, module */
        lua_settable(L, -3);
        lua_pop(L, 1);
    }
    return script_report(r, L, status);
}

static int run_init(struct run *r, lua_State *L)
{
    const char *name = "=LUA_INIT" LUA_VERSUFFIX;
    const char *init = getenv(name + 1);
    if (!init) {
        name = "=LUA_INIT";
        init = getenv(name + 1);
    }
    if (!init)
        return LUA_OK;
    return init[0] == '@' ? run_file(r, L, init + 1) : run_text(r, L, init, name);
}

/* ---- switches and `arg` ----------------------------------------------------------------------- */

static bool has_script(const struct script_options *o)
{
    return o->module || o->argc > 0;
}

/* The words of the command line as `lua` would have got it: name, switches, script, arguments. */
static int word_count(const struct script_options *o)
{
    return 1 + o->nswitches + (o->module ? 1 : 0) + o->argc;
}

static const char *word(const struct run *r, int i)
{
    const struct script_options *o = r->options;
    if (i == 0)
        return r->progname;
    i -= 1;
    if (i < o->nswitches)
        return o->switches[i];
    i -= o->nswitches;
    if (o->module && i-- == 0)
        return o->module;
    return o->argv[i];
}

static void create_arg(struct run *r, lua_State *L)
{
    int count = word_count(r->options);
    int script = has_script(r->options) ? 1 + r->options->nswitches : 0;
    lua_createtable(L, count - (script + 1), script + 1);
    for (int i = 0; i < count; i++) {
        lua_pushstring(L, word(r, i));
        lua_rawseti(L, -2, i - script);
    }
    lua_setglobal(L, "arg");
}

/* One of Lua's own options: its letter, 0 at the end; `at` moves on. `value` is that of -e and -l. */
static char next_switch(const struct script_options *o, int *at, const char **value)
{
    if (*at >= o->nswitches)
        return '\0';
    const char *text = o->switches[(*at)++];
    char letter = text[0] == '-' && text[1] ? text[1] : '?';
    if (letter == 'e' || letter == 'l')
        *value = text[2] ? text + 2 : *at < o->nswitches ? o->switches[(*at)++] : "";
    return letter;
}

static bool has_switch(const struct script_options *o, char wanted)
{
    const char *value;
    int at = 0;
    char letter;
    while ((letter = next_switch(o, &at, &value)))
        if (letter == wanted)
            return true;
    return false;
}

static int run_switches(struct run *r, lua_State *L)
{
    const char *value = "";
    int at = 0;
    int status = LUA_OK;
    char letter;
    while (status == LUA_OK && (letter = next_switch(r->options, &at, &value))) {
        if (letter == 'e')
            status = run_text(r, L, value, "=(command line)");
        else if (letter == 'l')
            status = run_library(r, L, value);
        else if (letter == 'W')
            lua_warning(L, "@on", 0);
    }
    return status;
}

static void write_version(void)
{
    lua_writestring(LUA_COPYRIGHT, strlen(LUA_COPYRIGHT));
    lua_writeline();
}

/* ---- the script ------------------------------------------------------------------------------- */

/* Pushes arg[1], arg[2], ... as the program or LUA_INIT left them; returns how many. */
static int push_args(lua_State *L)
{
    if (lua_getglobal(L, "arg") != LUA_TTABLE)
        luaL_error(L, "'arg' is not a table");
    int n = (int)luaL_len(L, -1);
    luaL_checkstack(L, n + 3, "too many arguments to script");
    int i;
    for (i = 1; i <= n; i++)
        lua_rawgeti(L, -i, i);
    lua_remove(L, -i);
    return n;
}

static int run_main(struct run *r, lua_State *L, const char *file)
{
    const struct script_events *events = r->options->events;
    int status = luaL_loadfile(L, file);
    if (status == LUA_OK) {
        if (events && events->loaded)
            events->loaded(L, r->options->data);
        int n = push_args(L);
        status = script_call(r, L, n, LUA_MULTRET);
    } else
        r->end = status == LUA_ERRFILE ? SCRIPT_NOFILE : SCRIPT_SYNTAX;
    return script_report(r, L, status);
}

/* module name -> file name; raises the list of places searched. */
static int find_module(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, LUA_LOADLIBNAME);
    lua_getfield(L, -1, "searchpath");
    lua_pushvalue(L, 1);
    lua_getfield(L, -3, "path");
    lua_call(L, 2, 2); /* -> file, nil or nil, places */
    if (lua_isstring(L, -2)) {
        lua_pop(L, 1);
        return 1;
    }
    const char *places = lua_tostring(L, -1);
    lua_pushfstring(L, "module '%s' not found:\n\t%s", lua_tostring(L, 1), places ? places : "");
    return lua_error(L);
}

static int run_module(struct run *r, lua_State *L)
{
    lua_pushcfunction(L, find_module);
    lua_pushstring(L, r->options->module);
    int status = lua_pcall(L, 1, 1, 0);
    if (status != LUA_OK) {
        r->end = SCRIPT_NOFILE;
        return script_report(r, L, status);
    }
    if (lua_getglobal(L, "arg") == LUA_TTABLE) { /* -> file, arg */
        lua_pushvalue(L, -2);
        lua_rawseti(L, -2, 0);
    }
    lua_pop(L, 1);
    return run_main(r, L, lua_tostring(L, -1));
}

/* Standard input, unless there was something else to do; from a terminal, line by line. */
static int run_no_script(struct run *r, lua_State *L)
{
    const struct script_options *o = r->options;
    bool talks = o->interactive && (has_switch(o, 'i') || has_switch(o, 'v'));
    if (talks || has_switch(o, 'e'))
        return LUA_OK;
    if (o->interactive && isatty(STDIN_FILENO)) {
        write_version();
        script_prompt(r, L);
    } else
        run_file(r, L, NULL); /* that it failed does not show in the exit status */
    return r->end == SCRIPT_QUIT ? LUA_ERRRUN : LUA_OK;
}

static int run_script(struct run *r, lua_State *L)
{
    const struct script_options *o = r->options;
    if (o->module)
        return run_module(r, L);
    if (o->argc == 0)
        return run_no_script(r, L);
    bool is_stdin = strcmp(o->argv[0], "-") == 0 && strcmp(word(r, o->nswitches), "--") != 0;
    return run_main(r, L, is_stdin ? NULL : o->argv[0]);
}

/* ---- the whole run ---------------------------------------------------------------------------- */

/* The protected body. It has two arguments for the reason alone that `lua`'s own has two. */
static int body(lua_State *L)
{
    struct run *r = lua_touserdata(L, 2);
    const struct script_options *o = r->options;
    bool no_env = o->no_env || has_switch(o, 'E');
    luaL_checkversion(L);
    if (o->interactive && (has_switch(o, 'v') || has_switch(o, 'i')))
        write_version();
    if (no_env) {
        lua_pushboolean(L, 1);
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    }
    luaL_openlibs(L);
    create_arg(r, L);
    script_state_start(L);
    if (o->events && o->events->opened)
        o->events->opened(L, o->data);
    if (!no_env && run_init(r, L) != LUA_OK)
        return 0;
    if (run_switches(r, L) != LUA_OK || run_script(r, L) != LUA_OK)
        return 0;
    if (o->interactive && has_switch(o, 'i'))
        script_prompt(r, L);
    r->end = SCRIPT_FINISHED;
    lua_pushboolean(L, 1); /* for finalizers: they run above what `lua` leaves on the stack */
    return 1;
}

static int finish(lua_State *L)
{
    struct run *r = lua_touserdata(L, 1);
    r->options->events->finished(L, r->end, r->options->data);
    return 0;
}

/* Tells of the end. Returns false when the event failed. */
static bool tell_finished(struct run *r, lua_State *L)
{
    if (!r->options->events || !r->options->events->finished)
        return true;
    enum script_end end = r->end;
    lua_pushcfunction(L, finish);
    lua_pushlightuserdata(L, r);
    int status = script_report(r, L, lua_pcall(L, 1, 0, 0));
    bool quit = r->end == SCRIPT_QUIT;
    r->end = end;
    return status == LUA_OK || quit;
}

static int run_state(struct run *r, lua_State *L)
{
    lua_pushcfunction(L, body);
    lua_pushinteger(L, word_count(r->options));
    lua_pushlightuserdata(L, r);
    script_report(r, L, lua_pcall(L, 2, 1, 0));
    bool told = tell_finished(r, L);
    lua_close(L);
    return told && (r->end == SCRIPT_FINISHED || r->end == SCRIPT_QUIT) ? EXIT_SUCCESS
                                                                        : EXIT_FAILURE;
}

int script_run(const struct script_options *options, enum script_end *end)
{
    struct run r = {.options = options, .end = SCRIPT_ERROR, .outer = current};
    r.progname = options->progname && *options->progname ? options->progname : SCRIPT_PROGNAME;
    lua_State *L = script_state_new(options->alloc, options->alloc_ud, &r.warnings);
    int status = EXIT_FAILURE;
    if (L) {
        current = &r;
        status = run_state(&r, L);
        current = r.outer;
    } else {
        lua_writestringerror("%s: ", r.progname);
        lua_writestringerror("%s\n", "cannot create state: not enough memory");
        r.end = SCRIPT_NOSTATE;
    }
    free(r.written);
    if (end)
        *end = r.end;
    return status;
}

void script_abandon(void)
{
    free(current->written);
    current = current->outer;
}

int script_check(const char *path, struct xdb_error *err)
{
    struct stat st;
    if (!path || strcmp(path, "-") == 0)
        return XDB_OK;
    if (stat(path, &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return error_set(err, XDB_ENOENT, "%s does not exist", path);
        return error_set(err, XDB_EIO, "cannot open %s: %s", path, strerror(errno));
    }
    if (S_ISDIR(st.st_mode))
        return error_set(err, XDB_EINVAL, "%s is a directory", path);
    if (access(path, R_OK) != 0)
        return error_set(err, XDB_EIO, "cannot open %s: %s", path, strerror(errno));
    return XDB_OK;
}
