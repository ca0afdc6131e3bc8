#include "pdb/pdb_state.h"

#include "core/eval.h"
#include "core/hook_signal.h"
#include "core/lexer.h"
#include "core/universe.h"

#include <stdlib.h>
#include <string.h>

/* ---- the face of the command interpreter ------------------------------------------------------ */

/* A further line of a statement begins as the one before it, or deeper when that opened something. */
static void set_indent(struct xdb_pdb *p, const struct buffer *text)
{
    struct buffer indent;
    struct lexer lx;
    struct token t, last = {.kind = TOKEN_END};
    size_t end = text->len, begin;
    if (text->data[end - 1] == '\n')
        end--;
    for (begin = end; begin > 0 && text->data[begin - 1] != '\n';)
        begin--;
    const char *line = text->data + begin;
    size_t space = strspn(line, " ");
    buffer_init(&indent);
    buffer_add(&indent, line, space < end - begin ? space : end - begin);
    lexer_init(&lx, line, end - begin);
    for (lexer_next_code(&lx, &t); t.kind != TOKEN_END; lexer_next_code(&lx, &t))
        last = t;
    if (lx.blocks > 0 || token_is(&last, "else") || token_is(&last, "then") ||
        token_is(&last, "{") || token_is(&last, "("))
        buffer_adds(&indent, "    ");
    lineedit_set_indent(p->edit, indent.data);
    buffer_release(&indent);
}

static int read_line(void *user, const char *prompt, struct buffer *line)
{
    struct xdb_pdb *p = user;
    if (p->stop && p->stop->banner_due)
        print_banner(p);
    p->interrupted = 0;
    if (line->len && lineedit_is_interactive(p->edit))
        set_indent(p, line);
    return lineedit_read(p->edit, prompt, line);
}

static void write_text(void *user, const char *text, size_t n)
{
    struct xdb_pdb *p = user;
    if (p->host->say)
        p->host->say(p->host_data, text, n);
    else
        fwrite(text, 1, n, p->out);
}

static void complete(void *user, const struct line_at *at, struct words *out)
{
    struct xdb_pdb *p = user;
    if (p->interacting)
        complete_expression(p->cmd, at, out);
    else
        cmd_complete(p->cmd, at, out);
}

/* ---- what an embedding adds ------------------------------------------------------------------- */

static void started(struct cmd *c)
{
    struct xdb_pdb *p = pdb_of(c);
    p->host->started(p->host_data);
}

static void complete_default(struct cmd *c, const struct line_at *at, struct words *out)
{
    struct xdb_pdb *p = pdb_of(c);
    p->host->complete(p->host_data, at, out);
}

static void before(struct cmd *c, struct buffer *line)
{
    struct xdb_pdb *p = pdb_of(c);
    p->host->before(p->host_data, line);
}

static int one(struct cmd *c, const char *line, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    return p->host->one(p->host_data, line, n);
}

static int empty(struct cmd *c)
{
    struct xdb_pdb *p = pdb_of(c);
    return p->host->empty(p->host_data);
}

static int after(struct cmd *c, int result, const char *line, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    return p->host->after(p->host_data, result, line, n);
}

static int fallback(struct cmd *c, const char *text, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    return p->host->fallback(p->host_data, text, n);
}

static void ended(struct cmd *c)
{
    struct xdb_pdb *p = pdb_of(c);
    p->host->ended(p->host_data);
}

/* ---- stops ------------------------------------------------------------------------------------ */

/* The threads whose frames are shown: that of `f`, the running one, and those that wait for it. */
static int build_stack(const struct xdb_pdb *p, const struct xdb_event *e, const struct frame *f,
                       struct frame_stack *s)
{
    enum { MOST = 256 };
    lua_State *threads[MOST];
    int n = 0;
    if (f->thread != e->L) /* a coroutine that has died */
        threads[n++] = f->thread;
    if (p->alone)
        return frame_stack_build(s, threads, n, f->level);
    struct universe *u = universe_find(e->L);
    int more = u ? universe_threads(u, e->L, threads + n, MOST - n) : 0;
    n = more < MOST - n ? n + more : MOST;
    return frame_stack_build(s, threads, n, f->level);
}

void pdb_interact(struct xdb_pdb *p, const struct xdb_event *e, const struct frame *f, bool mortem)
{
    struct pdb_stop stop = {
        .outer = p->stop, .event = e, .L = e->L, .banner_due = true, .mortem = mortem};
    if (build_stack(p, e, f, &stop.stack) < 0) {
        cmd_error(p->cmd, "not enough memory to look at the stack");
        return;
    }
    stop.at = frame_stack_find(&stop.stack, f);
    p->met = true;
    p->stop = &stop;
    watch_tell(p);
    if (!e->breakpoint || actions_run(p, e->breakpoint) == CMD_AGAIN)
        cmd_loop(p->cmd);
    variables_forget(&stop);
    p->stop = stop.outer;
    coroutines_forget(&stop);
    watch_refresh(p, e->L);
    frame_stack_release(&stop.stack);
    fflush(p->out); /* the program may write by other ways than stdio */
}

/* ---- events ----------------------------------------------------------------------------------- */

static struct xdb_pdb *of(const struct xdb_bdb *b)
{
    return xdb_bdb_data(b);
}

/* What runs before the main chunk (the arguments' metamethods) does not stop. */
static bool not_yet(struct xdb_pdb *p, const struct xdb_event *e)
{
    if (p->main && e->kind == XDB_EVENT_LINE && frame_function(e->frame) == p->main)
        p->main = NULL;
    return p->main != NULL;
}

static void do_clear(struct xdb_bdb *b, struct breakpoint *bp)
{
    struct xdb_pdb *p = of(b);
    struct buffer text;
    buffer_init(&text);
    buffer_adds(&text, "Deleted ");
    breakpoint_name(bp, &text);
    buffer_addc(&text, '\n');
    print_out(p, &text);
    breakpoint_delete(p->registry, bp);
}

static void user_line(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct xdb_pdb *p = of(b);
    if (e->kind == XDB_EVENT_INTERRUPT)
        cmd_printf(p->cmd, "\nProgram interrupted. (Use 'cont' to resume).\n");
    else if (not_yet(p, e))
        return;
    struct xdb_event stop = *e;
    stop.breakpoint = actions_log(p, e);
    struct breakpoint *bp = breakpoint_numbered(p->registry, stop.breakpoint);
    if (bp && bp->temporary) /* behind a log point; the engine has seen only that one */
        do_clear(b, bp);
    if (!e->breakpoint || stop.breakpoint || e->watched)
        pdb_interact(p, &stop, e->frame, false);
}

static void user_call(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct xdb_pdb *p = of(b);
    bool skip = p->skip_call;
    p->skip_call = false;
    if (not_yet(p, e) || !e->stepping || skip)
        return;
    cmd_printf(p->cmd, "--Call--\n");
    pdb_interact(p, e, e->frame, false);
}

static void user_return(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct xdb_pdb *p = of(b);
    if (not_yet(p, e))
        return;
    cmd_printf(p->cmd, "--Return--\n");
    pdb_interact(p, e, e->frame, false);
}

/* What was raised: a message as Lua gives it, any other value as it prints. */
void pdb_print_error(struct xdb_pdb *p, const struct xdb_event *e)
{
    struct buffer text;
    buffer_init(&text);
    if (lua_type(e->L, e->error_index) == LUA_TSTRING)
        eval_message(e->L, e->error_index, &text);
    else
        repr_line(e->L, e->error_index, NULL, &text);
    buffer_addc(&text, '\n');
    print_out(p, &text);
}

static void user_exception(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct xdb_pdb *p = of(b);
    if (not_yet(p, e))
        return;
    if (e->stepping || (p->catching == XDB_CATCH_RAISED && e->handled)) {
        pdb_print_error(p, e);
        pdb_interact(p, e, e->frame, false);
    }
    if (p->mode == PDB_CALL && !e->handled && p->host->uncaught)
        p->host->uncaught(p->host_data, e);
    mortem_event(p, e);
}

static void condition_failed(struct xdb_bdb *b, struct breakpoint *bp, const char *message)
{
    struct xdb_pdb *p = of(b);
    cmd_error(p->cmd, "Condition of breakpoint %d: %s", bp->number, message);
}

/* Back to the interpreter where the program is being typed. */
static void abandon(struct xdb_bdb *b, lua_State *L)
{
    struct xdb_pdb *p = of(b);
    if (!p->typed)
        return;
    p->typed = false;
    xdb_bdb_reset(b);
    xdb_bdb_apply(b, L);
    lua_pushliteral(L, "BdbQuit");
    lua_error(L);
}

static bool watch(struct xdb_bdb *b, const struct xdb_event *e)
{
    return watch_event(of(b), e);
}

static const struct xdb_front front = {
    .user_line = user_line,
    .user_call = user_call,
    .user_return = user_return,
    .user_exception = user_exception,
    .do_clear = do_clear,
    .condition_failed = condition_failed,
    .abandon = abandon,
    .watch = watch,
};

/* ---- the engine of one state ------------------------------------------------------------------ */

int pdb_attach(struct xdb_pdb *p, lua_State *L)
{
    struct xdb_bdb *b = xdb_bdb_new(L, &front, p, p->registry, NULL);
    if (!b)
        return XDB_ENOMEM;
    p->functions = function_cache_new(xdb_bdb_sources(b));
    if (!p->functions) {
        xdb_bdb_free(b, L);
        return XDB_ENOMEM;
    }
    p->universe = universe_find(L);
    p->bdb = b; /* last: the signal handler looks at it */
    watch_attach(p, L);
    return 0;
}

void pdb_detach(struct xdb_pdb *p, lua_State *L)
{
    struct xdb_bdb *b = p->bdb;
    p->bdb = NULL; /* first: ending the watches must not put its hooks in order, which may raise */
    watch_detach(p, L);
    function_cache_free(p->functions);
    p->functions = NULL;
    xdb_bdb_free(b, L);
}

/* ---- life ------------------------------------------------------------------------------------- */

static struct cmd *new_cmd(struct xdb_pdb *p)
{
    const struct pdb_host *h = p->host;
    return cmd_new(&(struct cmd_config){
        .rows = h->rows ? h->rows : commands_rows,
        .topics = commands_topics,
        .face = {.read = read_line,
                 .write = write_text,
                 .fallback = h->fallback ? fallback : statement_fallback,
                 .incomplete = statement_incomplete,
                 .complete = h->complete ? complete_default : complete_expression,
                 .started = h->started ? started : NULL,
                 .before = h->before ? before : NULL,
                 .one = h->one ? one : NULL,
                 .empty = h->empty ? empty : NULL,
                 .after = h->after ? after : NULL,
                 .ended = h->ended ? ended : NULL},
        .user = p,
        .features = CMD_SPLITS | CMD_ALIASES | CMD_STATEMENTS | CMD_USAGE_HELP,
        .prompt = "(xdb) ",
    });
}

struct xdb_pdb *xdb_pdb_new(const struct xdb_pdb_config *config)
{
    static const struct pdb_host none = {.rows = NULL};
    return pdb_new(config, &none, NULL);
}

struct xdb_pdb *pdb_new(const struct xdb_pdb_config *config, const struct pdb_host *host,
                        void *data)
{
    char keys[LINEEDIT_KEYS] = "";
    const char *key = config->complete_key ? config->complete_key : "tab";
    struct xdb_pdb *p = *key && !lineedit_key(key, keys) ? NULL : calloc(1, sizeof *p);
    if (!p)
        return NULL;
    buffer_init(&p->interactive);
    p->host = host;
    p->host_data = data;
    p->in = config->in;
    p->out = config->out;
    p->colors = config->colors;
    p->catching = XDB_CATCH_UNCAUGHT;
    p->home = config->home ? strdup(config->home) : NULL;
    p->cmd = new_cmd(p);
    p->registry = xdb_breakpoints_new();
    p->edit = lineedit_new(&(struct lineedit_config){.in = p->in,
                                                     .out = p->out,
                                                     .name = "xdb",
                                                     .history = config->history,
                                                     .plain = config->plain,
                                                     .keys = keys,
                                                     .complete = complete,
                                                     .user = p});
    if (!p->cmd || !p->registry || !p->edit || (config->home && !p->home)) {
        xdb_pdb_free(p);
        return NULL;
    }
    if (config->read_rc)
        rc_queue(p);
    for (size_t i = 0; i < config->ncommands; i++)
        cmd_queue(p->cmd, config->commands[i], strlen(config->commands[i]));
    return p;
}

void xdb_pdb_free(struct xdb_pdb *p)
{
    if (!p)
        return;
    actions_free(p);
    display_free(p);
    watch_free(p);
    edited_forget(p);
    run_free(p);
    buffer_release(&p->interactive);
    lineedit_free(p->edit);
    cmd_free(p->cmd);
    xdb_breakpoints_free(p->registry);
    free(p->home);
    free(p);
}

void xdb_pdb_interrupt(struct xdb_pdb *p)
{
    struct universe *u = p->evaluating;
    p->interrupted = 1;
    if (u)
        hook_interrupt(u->running);
    else if (p->bdb && !p->stop)
        xdb_bdb_interrupt(p->bdb);
}
