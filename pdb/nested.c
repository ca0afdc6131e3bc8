/*
** Prompts inside of the prompt: `debug` runs a statement under a debugger of its own, `interact` is a small
** read-eval-print loop on a copy of the frame's names.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/eval.h"
#include "core/universe.h"

#include <lauxlib.h>
#include <string.h>

/* ---- debug ------------------------------------------------------------------------------------ */

/*
** The outer engine is in the middle of an event and silent; an inner one with the same breakpoints takes
** over on the statement's thread. Returns the number of values on `co`, or a negative code with the error.
*/
static int run_inner(struct xdb_pdb *p, lua_State *co, const char *text, size_t n)
{
    struct frame f = *print_frame(p);
    struct universe *u = universe_find(co);
    struct resume_record record = {.from = p->stop->L, .co = co};
    universe_enter(u, &record);
    p->stop = NULL;
    p->skip_call = true; /* one wants to stand on the statement */
    xdb_bdb_set_step(p->bdb);
    int values = eval_text(co, &f, text, n, EVAL_ANY);
    bool quit = xdb_bdb_quitting(p->bdb);
    xdb_bdb_reset(p->bdb);
    universe_leave(u, &record, false);
    if (!quit)
        return values;
    lua_settop(co, 0);
    return 0;
}

void nested_leave(struct xdb_pdb *p)
{
    const struct pdb_nesting *outer = p->nesting;
    p->functions = outer->functions;
    p->bdb = outer->bdb;
    p->stop = outer->stop;
    p->nesting = outer->outer;
}

static void debug_statement(struct xdb_pdb *p, lua_State *co, const char *text, size_t n)
{
    struct pdb_nesting outer = {
        .outer = p->nesting, .stop = p->stop, .bdb = p->bdb, .functions = p->functions};
    if (pdb_attach(p, co) < 0) {
        cmd_error(p->cmd, "not enough memory");
        return;
    }
    p->nesting = &outer;
    int values = run_inner(p, co, text, n);
    pdb_detach(p, co);
    nested_leave(p);
    if (values >= 0)
        statement_print(p, co, values);
    else
        statement_print_error(p, co);
}

int nested_debug(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    (void)row;
    if (!print_frame(p) || p->stop->mortem) {
        cmd_error(c, "there is no frame to run it in");
        return CMD_AGAIN;
    }
    cmd_printf(c, "ENTERING RECURSIVE DEBUGGER\n");
    cmd_set_level(c, cmd_level(c) + 1);
    if ((co = statement_thread(p)) != NULL)
        debug_statement(p, co, arg, n);
    else
        cmd_error(c, "not enough memory");
    cmd_set_level(c, cmd_level(c) - 1);
    cmd_printf(c, "LEAVING RECURSIVE DEBUGGER\n");
    lua_settop(L, top);
    if (!p->restart)
        return CMD_AGAIN;
    if (!p->nesting)
        xdb_bdb_set_quit(p->bdb);
    return CMD_STOP;
}

/* ---- interact --------------------------------------------------------------------------------- */

/* Adds copies of the frame's names to the table on the top; what comes later hides what came before. */
static void copy_names(lua_State *L, const struct frame *f)
{
    const char *name;
    for (int i = 1; (name = frame_upvalue_name(f, i)) != NULL; i++)
        if (*name && strcmp(name, "_ENV") != 0 && frame_push_upvalue(f, L, i) == 0)
            lua_setfield(L, -2, name);
    for (int i = 1; (name = frame_local_name(f, i)) != NULL; i++)
        if (*name != '(' && frame_push_local(f, L, i) == 0)
            lua_setfield(L, -2, name);
}

static int leave(lua_State *L)
{
    bool *left = lua_touserdata(L, lua_upvalueindex(1));
    *left = true;
    return 0;
}

struct world {
    struct xdb_pdb *p;
    bool left; /* exit() was called */
};

/* (world) -> environment */
static int make_environment(lua_State *L)
{
    struct world *w = lua_touserdata(L, 1);
    const struct frame *f = print_frame(w->p);
    luaL_checkstack(L, 10, NULL);
    lua_newtable(L);
    if (f)
        copy_names(L, f);
    lua_pushlightuserdata(L, &w->left);
    lua_pushcclosure(L, leave, 1);
    lua_setfield(L, -2, "exit");
    lua_createtable(L, 0, 1);
    frame_push_env(f, L);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    return 1;
}

/* (environment) [-0, +1] Compiles the text as an expression or as statements; a Lua status. */
static int load_text(lua_State *co, const struct buffer *text)
{
    struct buffer expression;
    buffer_init(&expression);
    buffer_addf(&expression, "return ");
    buffer_add(&expression, text->data, text->len);
    int status = luaL_loadbufferx(co, expression.data, expression.len, "=(xdb)", "t");
    buffer_release(&expression);
    if (status != LUA_OK) {
        lua_pop(co, 1);
        status = luaL_loadbufferx(co, text->data, text->len, "=(xdb)", "t");
    }
    if (status != LUA_OK)
        return status;
    lua_pushvalue(co, 1);
    lua_setupvalue(co, -2, 1);
    return status;
}

/* Runs a text in the environment at index 1 of `co`. */
static void run_text(struct xdb_pdb *p, lua_State *co, const struct buffer *text)
{
    if (load_text(co, text) == LUA_OK && statement_call(p, co) == LUA_OK)
        statement_print(p, co, lua_gettop(co) - 1);
    else
        statement_print_error(p, co);
    lua_settop(co, 1);
}

/* One statement, of as many lines as it needs; a line_status. */
static int read_statement(struct xdb_pdb *p, struct buffer *text)
{
    int status = lineedit_read(p->edit, ">>> ", text);
    while (status == LINE_READ && statement_incomplete(p->cmd, text->data, text->len)) {
        buffer_addc(text, '\n');
        status = lineedit_read(p->edit, "...   ", text);
    }
    return status;
}

static void converse(struct world *w, lua_State *co)
{
    struct buffer *text = &w->p->interactive;
    int status = LINE_READ;
    w->p->interacting = true;
    while (!w->left && status != LINE_EOF) {
        buffer_clear(text);
        status = read_statement(w->p, text);
        if (status == LINE_READ && text->len)
            run_text(w->p, co, text);
        else if (status == LINE_INTERRUPT)
            cmd_printf(w->p->cmd, "--KeyboardInterrupt--\n");
    }
    w->p->interacting = false;
    cmd_printf(w->p->cmd, status == LINE_EOF ? "\n" : "");
}

int nested_interact(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct world w = {p, false};
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    (void)row, (void)arg, (void)n;
    cmd_printf(c, "*xdb interact start*\n");
    if ((co = statement_thread(p)) != NULL) {
        lua_pushcfunction(co, make_environment);
        lua_pushlightuserdata(co, &w);
        if (lua_pcall(co, 1, 1, 0) == LUA_OK)
            converse(&w, co);
        else
            statement_print_error(p, co);
    }
    cmd_printf(c, "*exit from xdb interact command*\n");
    lua_settop(L, top);
    return CMD_AGAIN;
}
