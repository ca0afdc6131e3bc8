/*
** Commands that run when a breakpoint stops. They belong to its number, and to the debugger: they outlive
** the program and the breakpoint.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/eval.h"
#include "core/lexer.h"

#include <stdlib.h>
#include <string.h>

struct action {
    struct action *next;
    size_t len;
    char text[]; /* one command, or a statement of several lines */
};

static void free_list(struct action *list)
{
    while (list) {
        struct action *next = list->next;
        free(list);
        list = next;
    }
}

void actions_free(struct xdb_pdb *p)
{
    for (int i = 0; i < p->nactions; i++)
        free_list(p->actions[i]);
    free(p->actions);
}

/* Where the list of that number is kept; NULL when memory runs out. */
static struct action **list_of(struct xdb_pdb *p, int number)
{
    if (number >= p->nactions) {
        int n = number + 16;
        struct action **grown = realloc(p->actions, (size_t)n * sizeof *grown);
        if (!grown)
            return NULL;
        memset(grown + p->nactions, 0, (size_t)(n - p->nactions) * sizeof(struct action *));
        p->actions = grown;
        p->nactions = n;
    }
    return &p->actions[number];
}

const char *actions_each(const struct xdb_pdb *p, int number, int i)
{
    const struct action *a = number < p->nactions ? p->actions[number] : NULL;
    while (a && i-- > 0)
        a = a->next;
    return a ? a->text : NULL;
}

/* ---- defining --------------------------------------------------------------------------------- */

static struct action *new_action(const struct buffer *text)
{
    struct action *a = malloc(sizeof *a + text->len + 1);
    if (!a)
        return NULL;
    a->next = NULL;
    a->len = text->len;
    memcpy(a->text, text->data, text->len + 1);
    return a;
}

/* Reads on while a statement is incomplete, so that it is kept whole. */
static int read_rest(struct cmd *c, struct buffer *text)
{
    int status = LINE_READ;
    while (status == LINE_READ && !cmd_resolve(c, text->data, text->len) &&
           statement_incomplete(c, text->data, text->len)) {
        buffer_addc(text, '\n');
        status = cmd_next_line(c, "...   ", text);
    }
    return status;
}

static bool is_word(const struct buffer *text, const char *word)
{
    return strcmp(text->data, word) == 0;
}

static bool resumes(struct cmd *c, const struct buffer *text)
{
    const struct cmd_row *row = cmd_resolve(c, text->data, text->len);
    return row && row->flags & CMD_RESUMES;
}

/* Reads commands into *list until `end`, the input's end, or one that resumes. LINE_INTERRUPT: given up. */
static int read_list(struct cmd *c, struct action **list)
{
    for (struct action **at = list;;) {
        struct buffer text;
        buffer_init(&text);
        int status = cmd_next_line(c, "(com) ", &text);
        if (status == LINE_READ && text.len)
            status = read_rest(c, &text);
        bool done = status != LINE_READ || is_word(&text, "end");
        if (status == LINE_EOF)
            cmd_printf(c, "\n");
        if (!done && text.len) {
            if ((*at = new_action(&text)) != NULL)
                at = &(*at)->next;
            else
                cmd_error(c, "not enough memory");
            done = resumes(c, &text);
        }
        buffer_release(&text);
        if (done)
            return status;
    }
}

int actions_commands(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct xdb_error err;
    struct action *list = NULL;
    int number = breakpoint_last(p->registry);
    char text[16];
    if (n && !print_number(arg, &number))
        return cmd_invalid(c, row, arg, n);
    snprintf(text, sizeof text, "%d", number);
    if (!breakpoint_by_text(p->registry, text, &err)) {
        cmd_error(c, "cannot set commands: %s", err.text);
        return CMD_AGAIN;
    }
    struct action **kept = list_of(p, number);
    if (!kept) {
        cmd_error(c, "not enough memory");
        return CMD_AGAIN;
    }
    if (read_list(c, &list) == LINE_INTERRUPT) {
        cmd_error(c, "command definition aborted, old commands restored");
        free_list(list);
        return CMD_AGAIN;
    }
    free_list(*kept);
    *kept = list;
    return CMD_AGAIN;
}

/* ---- log points ------------------------------------------------------------------------------- */

/* A list whose one entry begins so is a log point's; it cannot be typed. */
#define LOG "\001"

const char *actions_log_text(const struct xdb_pdb *p, int number)
{
    const char *text = actions_each(p, number, 0);
    return text && *text == *LOG ? text + 1 : NULL;
}

/* Appends what the expression is worth; strings as they are. */
static void add_expression(struct xdb_pdb *p, const char *text, size_t n, struct buffer *out)
{
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    int values = statement_try(p, text, n, EVAL_EXPRESSION, &co);
    if (values == 1 && lua_type(co, -1) == LUA_TSTRING) {
        size_t len;
        const char *s = lua_tolstring(co, -1, &len);
        buffer_add(out, s, len < repr_defaults.string_bytes ? len : repr_defaults.string_bytes);
    } else if (values >= 0) {
        print_values(co, lua_gettop(co) - values + 1, values, &print_brief, out);
    } else {
        buffer_adds(out, "<error: ");
        if (co)
            eval_message(co, -1, out);
        buffer_addc(out, '>');
    }
    lua_settop(L, top);
}

/* The brace that closes the one at `text`, past strings and tables in the expression; NULL: none. */
static const char *find_close(const char *text)
{
    struct lexer lx;
    struct token t;
    int open = 0;
    lexer_init(&lx, text, strlen(text));
    do {
        lexer_next(&lx, &t);
        open += token_is(&t, "{") ? 1 : token_is(&t, "}") ? -1 : 0;
    } while (open > 0 && t.kind != TOKEN_END);
    return open == 0 ? t.start : strchr(text, '}');
}

static void print_log(struct xdb_pdb *p, const char *text)
{
    struct buffer out;
    buffer_init(&out);
    while (*text) {
        const char *close = *text == '{' ? find_close(text) : NULL;
        if (close) {
            add_expression(p, text + 1, (size_t)(close - text - 1), &out);
            text = close + 1;
        } else {
            buffer_addc(&out, *text++);
        }
    }
    buffer_addc(&out, '\n');
    print_out(p, &out);
}

/* Whether a condition is true in the frame of the stop. */
static enum breakpoint_outcome test(struct xdb_pdb *p, const struct breakpoint *b)
{
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    if (!b->condition)
        return BREAKPOINT_TRUE;
    int values = statement_try(p, b->condition, strlen(b->condition), EVAL_EXPRESSION, &co);
    enum breakpoint_outcome outcome = values < 0 ? BREAKPOINT_ERROR : BREAKPOINT_FALSE;
    if (values > 0 && lua_toboolean(co, lua_gettop(co) - values + 1))
        outcome = BREAKPOINT_TRUE;
    lua_settop(L, top);
    return outcome;
}

/* Prints the log points from `b` on; the number of the first breakpoint that stops, or 0. */
static int log_from(struct xdb_pdb *p, struct breakpoint *b, bool crossed)
{
    for (struct breakpoint *next; b; b = next, crossed = false) {
        const char *text = actions_log_text(p, b->number);
        next = b->next_here;
        if (!crossed && (!breakpoint_cross(b) || !breakpoint_pass(b, test(p, b))))
            continue;
        if (text)
            print_log(p, text);
        else
            return b->number;
    }
    return 0;
}

/* At a line that stops by itself: its log points are printed, and nothing is counted. */
static void log_here(struct xdb_pdb *p)
{
    const struct source *s = print_source(p, print_frame(p));
    struct breakpoint *b = s ? breakpoint_at(p->registry, s->name, p->stop->event->line) : NULL;
    for (; b; b = b->next_here) {
        const char *text = actions_log_text(p, b->number);
        if (text && b->enabled && test(p, b) != BREAKPOINT_FALSE)
            print_log(p, text);
    }
}

int actions_log(struct xdb_pdb *p, const struct xdb_event *e)
{
    struct breakpoint *b = breakpoint_numbered(p->registry, e->breakpoint);
    int number = e->breakpoint;
    struct frame frame = *e->frame;
    if (p->nlogs == 0)
        return number;
    struct pdb_stop stop = {
        .outer = p->stop, .event = e, .L = e->L, .stack = {.frames = &frame, .count = 1}};
    p->stop = &stop; /* not a stop for anybody, but expressions find their frame there */
    if (e->stepping)
        log_here(p);
    else if (b)
        number = log_from(p, b, true);
    variables_forget(&stop);
    p->stop = stop.outer;
    return number;
}

/* Whether each `{expression}` of the text can be evaluated; says which one cannot. */
static bool log_compiles(struct cmd *c, const char *text)
{
    struct xdb_pdb *p = pdb_of(c);
    bool good = true;
    for (const char *close; good && *text; text = close ? close + 1 : text + 1) {
        struct buffer why;
        close = *text == '{' ? find_close(text) : NULL;
        buffer_init(&why);
        good = !close ||
               statement_compiles(p, text + 1, (size_t)(close - text - 1), EVAL_EXPRESSION, &why);
        if (!good)
            cmd_error(c, "Invalid expression %.*s: %s", (int)(close + 1 - text), text, why.data);
        buffer_release(&why);
    }
    return good;
}

int actions_do_log(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const char *comma = strchr(arg, ','), *text = comma ? comma + 1 : NULL, *end = arg + n;
    struct buffer line;
    if (!comma)
        return cmd_invalid(c, row, arg, n);
    text += strspn(text, " \t");
    if (end - text >= 2 && (*text == '"' || *text == '\'') && end[-1] == *text)
        text++, end--;
    buffer_init(&line);
    buffer_add(&line, text, (size_t)(end - text));
    bool good = !line.failed && log_compiles(c, line.data);
    buffer_release(&line);
    if (!good)
        return CMD_AGAIN;
    struct breakpoint *b = breaks_set(c, arg, (size_t)(comma - arg));
    struct action **list = b ? list_of(p, b->number) : NULL;
    if (!list)
        return CMD_AGAIN;
    buffer_init(&line);
    buffer_adds(&line, LOG);
    buffer_add(&line, text, (size_t)(end - text));
    free_list(*list);
    *list = new_action(&line);
    p->nlogs++;
    buffer_release(&line);
    return CMD_AGAIN;
}

/* ---- running ---------------------------------------------------------------------------------- */

int actions_run(struct xdb_pdb *p, int number)
{
    int result = CMD_AGAIN;
    for (int i = 0; result == CMD_AGAIN; i++) {
        const char *next =
            actions_each(p, number, i); /* looked up anew: a command may redefine them */
        char *text = next ? strdup(next) : NULL;
        if (!text)
            break;
        if (strcmp(text, "silent") == 0)
            p->stop->banner_due = false;
        else
            result = cmd_execute(p->cmd, text, strlen(text));
        free(text);
    }
    return result;
}
