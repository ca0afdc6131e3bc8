/* Completion: which words may stand where, from the rows. */
#include "cli/cmd.h"
#include "cli/cmd_state.h"

#include <stdlib.h>
#include <string.h>

struct offer {
    const struct line_at *at;
    struct words *out;
};

static void offer_name(void *user, const char *name, size_t n)
{
    struct offer *o = user;
    size_t typed = o->at->end - o->at->begin;
    if (n >= typed && memcmp(name, o->at->line + o->at->begin, typed) == 0)
        words_add(o->out, name, n);
}

static void offer_commands(struct cmd *c, const struct line_at *at, struct words *out)
{
    struct offer o = {at, out};
    for (const struct cmd_row *row = c->rows; row->names; row++)
        cmd_names(row, offer_name, &o);
}

void cmd_complete_help(struct cmd *c, const struct line_at *at, struct words *out)
{
    offer_commands(c, at, out);
    for (const struct cmd_topic *t = c->topics; t && t->name; t++)
        words_offer(out, at, t->name);
}

static void offer_others(struct cmd *c, const struct line_at *at, struct words *out)
{
    if (c->face.complete)
        c->face.complete(c, at, out);
}

/* The part of the line that the word is in: behind the last `;;` before it, and its leading space. */
static struct line_at part(const struct cmd *c, const struct line_at *at)
{
    const char *s = at->line, *word = at->line + at->begin, *end = at->line + at->len;
    for (;;) {
        while (s < word && (*s == ' ' || *s == '\t'))
            s++;
        size_t cut = cmd_cut(c, s, (size_t)(word - s));
        if (cut == (size_t)(word - s))
            break;
        s += cut + 2;
    }
    size_t skipped = (size_t)(s - at->line);
    return (struct line_at){s, (size_t)(end - s), at->begin - skipped, at->end - skipped};
}

static void complete_first(struct cmd *c, const struct line_at *at, struct words *out)
{
    size_t before = out->count;
    offer_commands(c, at, out);
    cmd_complete_alias(c, at, out);
    if (out->count == before)
        offer_others(c, at, out);
}

void cmd_complete(struct cmd *c, const struct line_at *at, struct words *out)
{
    struct line_at here = part(c, at);
    const struct cmd_row *row = NULL;
    if (here.begin == 0 && !(here.end && *here.line == '?')) {
        complete_first(c, &here, out);
        words_sort(out);
        return;
    }
    if (*here.line == '!')
        row = cmd_find(c, "shell", 5);
    else
        row = cmd_resolve(c, here.line, here.begin ? here.begin : 1);
    if (row && row->complete)
        row->complete(c, &here, out);
    else
        offer_others(c, &here, out);
    words_sort(out);
}
