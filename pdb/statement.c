/*
** Text typed at the prompt, run in the frame that is looked at. Inside a hook Lua runs no further hooks on
** the same thread, so text that never ends could not be stopped there: it gets a thread of its own.
*/
#include "pdb/pdb_state.h"

#include "core/eval.h"
#include "core/universe.h"

static int new_thread(lua_State *L)
{
    lua_newthread(L);
    return 1;
}

/* Ctrl-C came and ended the text. */
static bool was_interrupted(struct xdb_pdb *p, int code)
{
    bool yes = p->interrupted && code < 0;
    p->interrupted = 0;
    return yes;
}

static void print_failure(struct xdb_pdb *p, lua_State *L, int code)
{
    struct buffer text;
    if (was_interrupted(p, code)) {
        cmd_printf(p->cmd, "--KeyboardInterrupt--\n");
        return;
    }
    buffer_init(&text);
    buffer_adds(&text, "*** ");
    eval_message(L, -1, &text);
    buffer_addc(&text, '\n');
    print_out(p, &text);
}

/* eval_text on `co`, where Ctrl-C can reach it and whatever coroutines it runs. */
static int evaluate(struct xdb_pdb *p, lua_State *co, const char *text, size_t n, int mode)
{
    struct universe *u = universe_find(co);
    struct resume_record record = {.from = p->stop->L, .co = co};
    struct universe *outer = p->evaluating;
    universe_enter(u, &record); /* so that it is known what Ctrl-C is to stop */
    p->interrupted = 0;
    p->evaluating = u;
    int values = eval_text(co, print_frame(p), text, n, (enum eval_mode)mode);
    p->evaluating = outer;
    universe_leave(u, &record, false);
    return values;
}

int statement_try(struct xdb_pdb *p, const char *text, size_t n, int mode, lua_State **co)
{
    lua_State *L = p->stop->L;
    *co = NULL;
    if (!lua_checkstack(L, 2))
        return XDB_ENOMEM;
    lua_pushcfunction(L, new_thread);
    if (lua_pcall(L, 0, 1, 0) != LUA_OK)
        return XDB_ENOMEM;
    *co = lua_tothread(L, -1);
    return evaluate(p, *co, text, n, mode);
}

int statement_run(struct xdb_pdb *p, const char *text, size_t n, int mode, lua_State **co)
{
    int values = statement_try(p, text, n, mode, co);
    if (values < 0 && *co)
        print_failure(p, *co, values);
    else if (values < 0)
        cmd_error(p->cmd, "not enough memory");
    p->interrupted = 0;
    return values;
}

/* Whether there is anything worth showing: a lone nil is not. */
static bool worth_showing(lua_State *co, int values)
{
    return values > 1 || (values == 1 && !lua_isnil(co, -1));
}

int statement_fallback(struct cmd *c, const char *text, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    lua_State *L = p->stop ? p->stop->L : NULL, *co;
    if (!L) {
        cmd_error(c, "there is no program");
        return CMD_AGAIN;
    }
    int top = lua_gettop(L);
    fflush(p->out);
    int values = statement_run(p, text, n, EVAL_ANY, &co);
    if (values > 0 && worth_showing(co, values)) {
        struct buffer out;
        buffer_init(&out);
        print_values(co, lua_gettop(co) - values + 1, values, NULL, &out);
        buffer_addc(&out, '\n');
        print_out(p, &out);
    }
    lua_settop(L, top);
    return CMD_AGAIN;
}

bool statement_incomplete(struct cmd *c, const char *text, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    if (!p->stop)
        return false;
    int code = eval_check(p->stop->L, text, n, EVAL_ANY);
    if (code)
        lua_pop(p->stop->L, 1);
    return code == EVAL_EINCOMPLETE;
}
