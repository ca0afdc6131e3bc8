#include "cli/script_prompt.h"

#include "cli/lineedit.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The order of Lua calls in this file is the interface, as in cli/script. */

/*
** What the prompt owns is C memory, and errors pass over it, as does os.exit: so it is the process's own, one as
** there is one standard input, and given back at the latest when the process ends.
*/
static struct prompt {
    struct run *run;
    struct lineedit *editor; /* NULL: there is no prompt */
    struct buffer line;      /* read last */
} prompt;

static void release(void)
{
    lineedit_free(prompt.editor);
    prompt.editor = NULL;
    buffer_release(&prompt.line);
}

enum { FAILED_INPUT = -1 };

/* What `lua` would die of it does, with the terminal as it was. */
static void die_interrupted(void)
{
    release();
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
}

/* Pushes what to show in front of a line; returns it as text. */
static const char *push_prompt(lua_State *L, bool first)
{
    if (lua_getglobal(L, first ? "_PROMPT" : "_PROMPT2") == LUA_TNIL)
        return first ? "> " : ">> ";
    const char *text = luaL_tolstring(L, -1, NULL);
    lua_remove(L, -2);
    return text;
}

/* Pushes a line read. False at the end of the input; before 5.4.8 the prompt is left on the stack then. */
static bool push_line(struct prompt *p, lua_State *L, bool first)
{
    const char *text = push_prompt(L, first);
    buffer_clear(&p->line);
    switch (lineedit_read(p->editor, text, &p->line)) {
    case LINE_INTERRUPT:
        die_interrupted();
        return false;
    case LINE_EOF:
        if (LUA_VERSION_RELEASE_NUM >= 50408)
            lua_pop(L, 1);
        return false;
    }
    lua_pop(L, 1);
    const char *line = p->line.data;
    if (first && line[0] == '=') /* as in the days of 5.2 */
        lua_pushfstring(L, "return %s", line + 1);
    else
        lua_pushlstring(L, line, strlen(line));
    return true;
}

/* Compiles the line on the top as an expression, which then takes its place. */
static int load_expression(lua_State *L)
{
    const char *text = lua_pushfstring(L, "return %s;", lua_tostring(L, -1));
    int status = luaL_loadbuffer(L, text, strlen(text), "=stdin");
    if (status == LUA_OK)
        lua_remove(L, -2);
    else
        lua_pop(L, 2);
    return status;
}

/* Whether the text only is not whole yet: its message is that it ended too early. */
static bool is_incomplete(lua_State *L, int status)
{
    static const char end[] = "<eof>";
    size_t len;
    if (status != LUA_ERRSYNTAX)
        return false;
    const char *text = lua_tolstring(L, -1, &len);
    return len >= sizeof end - 1 && strcmp(text + len - (sizeof end - 1), end) == 0;
}

/* Compiles the line at index 1 as a statement, with as many further lines as it takes. */
static int load_statement(struct prompt *p, lua_State *L)
{
    for (;;) {
        size_t len;
        const char *text = lua_tolstring(L, 1, &len);
        int status = luaL_loadbuffer(L, text, len, "=stdin");
        if (!is_incomplete(L, status))
            return status;
        if (LUA_VERSION_RELEASE_NUM < 50408) /* at the end of the input these say the text itself */
            lua_pop(L, 1);
        if (!push_line(p, L, false))
            return status;
        if (LUA_VERSION_RELEASE_NUM >= 50408)
            lua_remove(L, -2);
        lua_pushliteral(L, "\n");
        lua_insert(L, -2);
        lua_concat(L, 3);
    }
}

/* Leaves the compiled line, or the message of why it is none, alone on the stack. */
static int load_line(struct prompt *p, lua_State *L)
{
    lua_settop(L, 0);
    if (!push_line(p, L, true))
        return FAILED_INPUT;
    int status = load_expression(L);
    if (status != LUA_OK)
        status = load_statement(p, L);
    lua_remove(L, 1);
    return status;
}

static void print_results(struct prompt *p, lua_State *L)
{
    int n = lua_gettop(L);
    if (n == 0)
        return;
    luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
    lua_getglobal(L, "print");
    lua_insert(L, 1);
    if (lua_pcall(L, n, 0, 0) != LUA_OK)
        script_write_error(p->run,
                           lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1)));
}

/* Where the lines are kept from one session to the next; only what a terminal gave. */
static struct lineedit *new_editor(lua_State *L)
{
    struct buffer path;
    buffer_init(&path);
    bool kept = isatty(STDIN_FILENO) && lineedit_history_path(&term_environ, &path);
    if (kept)
        buffer_adds(&path, ".lua");
    const struct lineedit_config config = {.in = stdin,
                                           .out = stdout,
                                           .name = "lua",
                                           .history = kept && !path.failed ? path.data : NULL,
                                           .always = true,
                                           .complete = script_complete,
                                           .user = L};
    struct lineedit *editor = lineedit_new(&config);
    buffer_release(&path);
    return editor;
}

static void talk(struct prompt *p, lua_State *L)
{
    int status;
    while ((status = load_line(p, L)) != FAILED_INPUT) {
        if (status == LUA_OK)
            status = script_call(p->run, L, 0, LUA_MULTRET);
        if (status == LUA_OK)
            print_results(p, L);
        else
            script_report(p->run, L, status);
    }
    lua_settop(L, 0);
    lua_writeline();
}

void script_prompt(struct run *r, lua_State *L)
{
    static bool registered;
    release();
    buffer_init(&prompt.line);
    prompt.run = r;
    prompt.editor = new_editor(L);
    if (!prompt.editor)
        luaL_error(L, "not enough memory");
    if (!registered)
        atexit(release); /* os.exit is a usual way to leave, and history is to be kept */
    registered = true;
    script_hide_name(r, true);
    talk(&prompt, L);
    script_hide_name(r, false);
    release();
}
