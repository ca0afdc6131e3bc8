/*
** What Tab offers behind a command's name: Lua names and fields (looked up without running any code), places for
** breakpoints, breakpoint numbers, files.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/eval.h"

#include <ctype.h>
#include <string.h>

/* ---- names ------------------------------------------------------------------------------------ */

struct offer {
    const struct line_at *at;
    struct words *out;
    struct buffer text; /* the part of the word that stays; names go behind it */
};

static bool offer_name(void *arg, const char *name, size_t len, enum eval_name kind)
{
    struct offer *o = arg;
    size_t kept = o->text.len;
    (void)kind;
    buffer_add(&o->text, name, len);
    words_offer(o->out, o->at, o->text.data);
    buffer_truncate(&o->text, kept);
    return true;
}

static bool in_chain(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == ':';
}

/* The given variables, and what a frame has. */
static const char *const variables[] = {"$_frame", "$_retval", "$_retvals", "$_exception", "$_co"};
static const char *const frame_fields[] = {
    "file",   "title",       "source",          "line", "name", "func", "what",
    "thread", "linedefined", "lastlinedefined", "back", "alive"};

static void offer_variables(const struct line_at *at, struct words *out)
{
    char text[64];
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        words_offer(out, at, variables[i]);
    for (size_t i = 0; i < sizeof frame_fields / sizeof *frame_fields; i++) {
        snprintf(text, sizeof text, "$_frame.%s", frame_fields[i]);
        if (at->end - at->begin > strlen(variables[0]))
            words_offer(out, at, text);
    }
}

void complete_expression(struct cmd *c, const struct line_at *at, struct words *out)
{
    struct xdb_pdb *p = pdb_of(c);
    const char *word = at->line + at->begin, *end = at->line + at->end, *chain = end, *fields = end;
    struct offer o = {.at = at, .out = out};
    if (!p->stop)
        return;
    if (word < end && *word == '$') {
        offer_variables(at, out);
        return;
    }
    while (chain > word && in_chain(chain[-1]))
        chain--;
    while (fields > chain && fields[-1] != '.' && fields[-1] != ':')
        fields--;
    buffer_init(&o.text);
    buffer_add(&o.text, word, (size_t)(fields - word));
    const struct eval_names names = {offer_name, &o};
    eval_names(p->stop->L, print_frame(p), chain, (size_t)(fields - chain), &names);
    buffer_release(&o.text);
}

/* ---- files ------------------------------------------------------------------------------------ */

void complete_file(struct cmd *c, const struct line_at *at, struct words *out)
{
    (void)c;
    words_offer_files(out, at, NULL, NULL);
}

/* ---- breakpoints ------------------------------------------------------------------------------ */

static int offer_function(struct function *f, void *data)
{
    struct offer *o = data;
    if (f->name && !f->is_main)
        words_offer(o->out, o->at, f->name);
    return 0;
}

void complete_place(struct cmd *c, const struct line_at *at, struct words *out)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    struct source *s = f ? print_source(p, f) : NULL;
    struct offer o = {.at = at, .out = out};
    if (memchr(at->line, ',', at->begin)) { /* the condition */
        complete_expression(c, at, out);
        return;
    }
    if (s)
        function_each(s, offer_function, &o, NULL);
    if (!memchr(at->line + at->begin, '/', at->end - at->begin)) /* else it is a path */
        complete_expression(c, at, out);
    if (!memchr(at->line + at->begin, ':', at->end - at->begin))
        words_offer_files(out, at, ".lua", ":");
}

void complete_number(struct cmd *c, const struct line_at *at, struct words *out)
{
    const struct xdb_pdb *p = pdb_of(c);
    char text[16];
    for (int i = 1; i <= breakpoint_last(p->registry); i++) {
        if (!breakpoint_numbered(p->registry, i))
            continue;
        snprintf(text, sizeof text, "%d", i);
        words_offer(out, at, text);
    }
}
