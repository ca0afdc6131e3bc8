/*
** Expressions whose values are shown whenever they have changed. They belong to the function where they were
** asked for, in whichever call of it the program stops. What a value was is kept as text, with the address of
** tables and their like: nothing of the program is kept alive.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/eval.h"

#include <stdlib.h>
#include <string.h>

struct display {
    struct display *next;
    char *file; /* of the function, with its lines */
    int first, last;
    char *text;           /* the expression */
    char *shown;          /* what was shown last; NULL: nothing in this run */
    const void *identity; /* of a table, function, ... */
};

static void free_display(struct display *d)
{
    free(d->file);
    free(d->text);
    free(d->shown);
    free(d);
}

void display_free(struct xdb_pdb *p)
{
    while (p->displays) {
        struct display *d = p->displays;
        p->displays = d->next;
        free_display(d);
    }
}

void display_restart(struct xdb_pdb *p)
{
    for (struct display *d = p->displays; d; d = d->next) {
        free(d->shown);
        d->shown = NULL;
        d->identity = NULL;
    }
}

/* ---- the function that is looked at ----------------------------------------------------------- */

struct home {
    const char *file;
    int first, last;
};

static bool find_home(struct xdb_pdb *p, struct home *h)
{
    const struct frame *f = print_frame(p);
    struct source *s = f ? print_source(p, f) : NULL;
    lua_Debug ar;
    if (!s || frame_info(f, "S", &ar) < 0)
        return false;
    *h = (struct home){s->name, ar.linedefined, ar.lastlinedefined};
    return true;
}

static bool is_home(const struct display *d, const struct home *h)
{
    return d->first == h->first && d->last == h->last && strcmp(d->file, h->file) == 0;
}

/* Where the display of that text is, or would have to be added. */
static struct display **find(struct xdb_pdb *p, const struct home *h, const char *text)
{
    struct display **at = &p->displays;
    while (*at && !(is_home(*at, h) && strcmp((*at)->text, text) == 0))
        at = &(*at)->next;
    return at;
}

/* ---- values ----------------------------------------------------------------------------------- */

/* What the text is worth now, appended to `out`; returns its address, if it has one. */
static const void *value_of(struct xdb_pdb *p, const char *text, struct buffer *out)
{
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    const void *identity = NULL;
    int values = statement_try(p, text, strlen(text), EVAL_EXPRESSION, &co);
    if (values >= 0) {
        print_values(co, lua_gettop(co) - values + 1, values, NULL, out);
        if (values == 1 && lua_type(co, -1) != LUA_TSTRING)
            identity = lua_topointer(co, -1);
    } else {
        buffer_adds(out, "** raised ");
        if (co)
            eval_message(co, -1, out);
        buffer_adds(out, " **");
    }
    lua_settop(L, top);
    return identity;
}

/* Takes what is shown over; returns what was shown before, which the caller frees. */
static char *exchange(struct display *d, struct buffer *now, const void *identity)
{
    char *old = d->shown;
    d->shown = buffer_detach(now, NULL);
    d->identity = identity;
    return old;
}

static void show(struct xdb_pdb *p, struct display *d)
{
    struct buffer now;
    buffer_init(&now);
    const void *identity = value_of(p, d->text, &now);
    bool same = d->shown && ((identity && identity == d->identity) ||
                             (!identity && !d->identity && strcmp(d->shown, now.data) == 0));
    if (same) {
        buffer_release(&now);
        return;
    }
    char *old = exchange(d, &now, identity);
    cmd_printf(p->cmd, "display %s: %s", d->text, d->shown ? d->shown : "?");
    if (old)
        cmd_printf(p->cmd, "  [old: %s]", old);
    cmd_printf(p->cmd, "\n");
    free(old);
}

void display_changed(struct xdb_pdb *p)
{
    struct home h;
    if (!p->displays || !find_home(p, &h))
        return;
    for (struct display *d = p->displays; d; d = d->next)
        if (is_home(d, &h))
            show(p, d);
}

/* ---- commands --------------------------------------------------------------------------------- */

static struct display *new_display(const struct home *h, const char *text)
{
    struct display *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->file = strdup(h->file);
    d->text = strdup(text);
    d->first = h->first;
    d->last = h->last;
    if (d->file && d->text)
        return d;
    free_display(d);
    return NULL;
}

static void list_displays(struct xdb_pdb *p, const struct home *h)
{
    bool any = false;
    for (const struct display *d = p->displays; d; d = d->next)
        if (is_home(d, h)) {
            if (!any)
                cmd_printf(p->cmd, "Currently displaying:\n");
            any = true;
            cmd_printf(p->cmd, "%s: %s\n", d->text, d->shown ? d->shown : "?");
        }
    if (!any)
        cmd_printf(p->cmd, "No expression is being displayed\n");
}

int display_display(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct home h;
    struct buffer why;
    (void)row;
    if (!find_home(p, &h)) {
        cmd_error(c, "there is no function to display in");
        return CMD_AGAIN;
    }
    if (n == 0) {
        list_displays(p, &h);
        return CMD_AGAIN;
    }
    buffer_init(&why);
    if (!statement_compiles(p, arg, n, EVAL_EXPRESSION, &why)) {
        cmd_error(c, "Unable to display %s: %s", arg, why.data);
    } else {
        struct display **at = find(p, &h, arg);
        if (!*at)
            *at = new_display(&h, arg);
        if (*at) {
            free((*at)->shown);
            (*at)->shown = NULL;
            show(p, *at);
        }
    }
    buffer_release(&why);
    return CMD_AGAIN;
}

int display_undisplay(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct home h;
    bool any = false;
    (void)row;
    if (!find_home(p, &h))
        return CMD_AGAIN;
    for (struct display **at = &p->displays; *at;) {
        struct display *d = *at;
        if (!is_home(d, &h) || (n && strcmp(d->text, arg) != 0)) {
            at = &d->next;
            continue;
        }
        any = true;
        *at = d->next;
        free_display(d);
    }
    if (n && !any)
        cmd_error(c, "not displaying %s", arg);
    return CMD_AGAIN;
}

void display_save(const struct xdb_pdb *p, struct buffer *out)
{
    for (const struct display *d = p->displays; d; d = d->next) {
        buffer_adds(out, "display ");
        buffer_adds(out, d->text);
        buffer_addc(out, '\n');
    }
}

void display_complete(struct cmd *c, const struct line_at *at, struct words *out)
{
    struct xdb_pdb *p = pdb_of(c);
    struct home h;
    if (!p->stop || !find_home(p, &h))
        return;
    for (const struct display *d = p->displays; d; d = d->next)
        if (is_home(d, &h))
            words_offer(out, at, d->text);
}
