/*
** Commands that run when a breakpoint stops. They belong to its number, and to the debugger: they outlive
** the program and the breakpoint.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/eval.h"

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
