/*
** Text typed at the prompt, run in the frame that is looked at. Inside a hook Lua runs no further hooks on
** the same thread, so text that never ends could not be stopped there: it gets a thread of its own.
*/
#include "pdb/pdb_state.h"

#include "core/eval.h"
#include "core/universe.h"

#include <ctype.h>
#include <string.h>

static int new_thread(lua_State *L)
{
    lua_newthread(L);
    return 1;
}

void statement_print_error(struct xdb_pdb *p, lua_State *L)
{
    struct buffer text;
    bool interrupted = p->interrupted;
    cmd_failed(p->cmd);
    p->interrupted = 0;
    if (interrupted) { /* by Ctrl-C */
        cmd_printf(p->cmd, "\n--KeyboardInterrupt--\n");
        return;
    }
    buffer_init(&text);
    buffer_adds(&text, "*** ");
    eval_message(L, -1, &text);
    buffer_addc(&text, '\n');
    print_out(p, &text);
}

lua_State *statement_thread(struct xdb_pdb *p)
{
    lua_State *L = p->stop->L;
    if (!lua_checkstack(L, 2))
        return NULL;
    lua_pushcfunction(L, new_thread);
    return lua_pcall(L, 0, 1, 0) == LUA_OK ? lua_tothread(L, -1) : NULL;
}

/* Brackets code that runs on a thread of ours: Ctrl-C reaches it and whatever coroutines it runs. */
struct bracket {
    struct resume_record record;
    struct universe *outer, *universe;
};

static void enter(struct xdb_pdb *p, struct bracket *b, lua_State *co)
{
    b->universe = universe_find(co);
    b->outer = p->evaluating;
    b->record = (struct resume_record){.from = p->stop->L, .co = co};
    universe_enter(b->universe, &b->record);
    p->interrupted = 0;
    p->evaluating = b->universe;
}

static void leave(struct xdb_pdb *p, struct bracket *b)
{
    p->evaluating = b->outer;
    universe_leave(b->universe, &b->record, false);
}

static int evaluate(struct xdb_pdb *p, lua_State *co, const char *text, size_t n, int mode)
{
    struct bracket b;
    enter(p, &b, co);
    int values = eval_text(co, print_frame(p), text, n, (enum eval_mode)mode);
    leave(p, &b);
    return values;
}

int statement_call(struct xdb_pdb *p, lua_State *co)
{
    struct bracket b;
    enter(p, &b, co);
    int status = lua_pcall(co, 0, LUA_MULTRET, 0);
    leave(p, &b);
    return status;
}

int statement_try(struct xdb_pdb *p, const char *text, size_t n, int mode, lua_State **co)
{
    struct buffer rewritten;
    *co = statement_thread(p);
    if (!*co)
        return XDB_ENOMEM;
    buffer_init(&rewritten);
    if (variables_rewrite(text, n, &rewritten)) {
        text = rewritten.data;
        n = rewritten.len;
        variables_prepare(p, *co);
    }
    int values = evaluate(p, *co, text, n, mode);
    buffer_release(&rewritten);
    return values;
}

int statement_run(struct xdb_pdb *p, const char *text, size_t n, int mode, lua_State **co)
{
    int values = statement_try(p, text, n, mode, co);
    if (values < 0 && *co)
        statement_print_error(p, *co);
    else if (values < 0)
        cmd_error(p->cmd, "not enough memory");
    p->interrupted = 0;
    return values;
}

/* eval_check for the text as it will be run. */
static int check(struct xdb_pdb *p, const char *text, size_t n, int mode)
{
    struct buffer rewritten;
    buffer_init(&rewritten);
    if (variables_rewrite(text, n, &rewritten)) {
        text = rewritten.data;
        n = rewritten.len;
    }
    int code = eval_check(p->stop->L, text, n, (enum eval_mode)mode);
    buffer_release(&rewritten);
    return code;
}

bool statement_compiles(struct xdb_pdb *p, const char *text, size_t n, int mode, struct buffer *why)
{
    if (check(p, text, n, mode) == 0)
        return true;
    eval_message(p->stop->L, -1, why);
    lua_pop(p->stop->L, 1);
    return false;
}

/* Whether there is anything worth showing: a lone nil is not. */
static bool worth_showing(lua_State *co, int values)
{
    return values > 1 || (values == 1 && !lua_isnil(co, -1));
}

void statement_print(struct xdb_pdb *p, lua_State *co, int values)
{
    struct buffer out;
    if (values <= 0 || !worth_showing(co, values))
        return;
    buffer_init(&out);
    print_values(co, lua_gettop(co) - values + 1, values, NULL, &out);
    buffer_addc(&out, '\n');
    print_out(p, &out);
}

struct sought {
    const char *name;
    size_t n;
    bool found;
};

static bool compare_name(void *arg, const char *name, size_t len, enum eval_name kind)
{
    struct sought *s = arg;
    (void)kind;
    s->found = len == s->n && memcmp(name, s->name, len) == 0;
    return !s->found;
}

/* Whether the text is one name that nothing has: Lua takes it for nil, but it is a command mistyped. */
static bool undefined_name(struct xdb_pdb *p, const char *text, size_t n)
{
    struct sought s = {.name = text, .n = n};
    size_t letters = 0;
    while (letters < n && (isalnum((unsigned char)text[letters]) || text[letters] == '_'))
        letters++;
    if (letters < n || n == 0 || isdigit((unsigned char)*text) || strcmp(text, "nil") == 0)
        return false;
    const struct eval_names names = {compare_name, &s};
    return eval_names(p->stop->L, print_frame(p), "", 0, &names) == 0 && !s.found;
}

int statement_fallback(struct cmd *c, const char *text, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    fflush(p->out);
    int values = statement_run(p, text, n, EVAL_ANY, &co);
    if (values == 1 && lua_isnil(co, -1) && undefined_name(p, text, n))
        cmd_error(c, "name '%s' is not defined", text);
    statement_print(p, co, values);
    lua_settop(L, top);
    return CMD_AGAIN;
}

bool statement_incomplete(struct cmd *c, const char *text, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int code = check(p, text, n, EVAL_ANY);
    if (code)
        lua_pop(p->stop->L, 1);
    return code == EVAL_EINCOMPLETE;
}
