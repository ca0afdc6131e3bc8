/*
** Watches: the program stops when the value of an expression has changed, and the line that changed it is
** named. While there is one, every line, call and return of the program is looked at, at about a microsecond
** each; without one nothing is.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"
#include "pdb/watched.h"

#include "core/lexer.h"
#include "core/universe.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct watch {
    struct watch *next;
    int number;
    struct watched on;
    char *text, *condition; /* owned; condition: NULL for none */
    char *home;             /* what it belongs to, for people; owned; NULL: the globals */
    struct watched_value value;
    char *shown; /* the value, for people; owned; NULL for want of memory */
    int changes;
};

struct watches {
    struct watch *first; /* by number */
    int last;            /* highest number given */
    /* The line that runs: what changes is its doing. NULL: unknown. Held. */
    struct source *source;
    int line;
    struct buffer news; /* changes that the user has not been told of */
};

static void free_watch(struct watch *w, lua_State *L)
{
    watched_drop(&w->on, L);
    free(w->text);
    free(w->condition);
    free(w->home);
    free(w->shown);
    free(w);
}

void watch_free(struct xdb_pdb *p)
{
    struct watches *all = p->watches;
    if (!all)
        return;
    while (all->first) {
        struct watch *w = all->first;
        all->first = w->next;
        free_watch(w, NULL);
    }
    buffer_release(&all->news);
    free(all);
    p->watches = NULL;
}

/* ---- values ----------------------------------------------------------------------------------- */

/* [-1 on L] The value on the top for people: only what is there, no code of the program runs. */
static char *show(lua_State *L, int code)
{
    struct repr_options raw = print_brief;
    struct buffer out;
    raw.raw = true;
    buffer_init(&out);
    if (code < 0) {
        buffer_adds(&out, "<error: ");
        eval_message(L, -1, &out);
        buffer_addc(&out, '>');
    } else {
        repr_line(L, -1, &raw, &out);
    }
    lua_pop(L, 1);
    return buffer_detach(&out, NULL);
}

/* Evaluates it; true when the value is another one than before, which is then in *old, the caller's. */
static bool changed(struct watch *w, lua_State *L, const struct frame *f, char **old)
{
    struct watched_value now;
    int code = watched_push(&w->on, L, f);
    watched_take(L, code, &now);
    if (watched_equal(&now, &w->value)) {
        lua_pop(L, 1);
        return false;
    }
    *old = w->shown;
    w->value = now;
    w->shown = show(L, code);
    return true;
}

/* ---- the line that runs ----------------------------------------------------------------------- */

static void set_line(struct xdb_pdb *p, const struct frame *f)
{
    struct watches *all = p->watches;
    struct source *s = f ? print_source(p, f) : NULL;
    if (s != all->source) {
        if (s)
            source_hold(s);
        if (all->source)
            source_drop(all->source);
        all->source = s;
    }
    all->line = f ? frame_line(f) : 0;
}

/* The nearest Lua frame older than `f`, which may be on the thread that resumed its one. */
static bool older_lua(lua_State *L, struct frame *f)
{
    struct universe *u = universe_find(L);
    struct universe_walk walk;
    while (frame_older(f))
        if (frame_is_lua(f))
            return true;
    universe_walk(u, &walk, L);
    for (lua_State *at = universe_walk_older(u, &walk); at; at = universe_walk_older(u, &walk))
        if (frame_at(at, 0, f) == 0)
            do
                if (frame_is_lua(f))
                    return true;
            while (frame_older(f));
    return false;
}

/* What runs after the event, until the next one. */
static void follow(struct xdb_pdb *p, const struct xdb_event *e)
{
    struct frame f = *e->frame;
    if (e->kind == XDB_EVENT_LINE)
        set_line(p, &f);
    else if (e->kind == XDB_EVENT_RETURN)
        set_line(p, older_lua(e->L, &f) ? &f : NULL);
}

/* ---- events ----------------------------------------------------------------------------------- */

/* Notes the change for the next stop. */
static void note(struct xdb_pdb *p, const struct watch *w, const char *old)
{
    struct watches *all = p->watches;
    bool same = old && w->shown && strcmp(old, w->shown) == 0;
    buffer_addf(&all->news, "Watch %d: %s: %s -> %s", w->number, w->text, old ? old : "?",
                same       ? "another one"
                : w->shown ? w->shown
                           : "?");
    if (all->source)
        buffer_addf(&all->news, "  (%s:%d)", all->source->title, all->line);
    buffer_addc(&all->news, '\n');
}

/* The program goes on without it. */
static void end(struct xdb_pdb *p, struct watch *w, lua_State *L, const char *why)
{
    struct watch **at = &p->watches->first;
    struct buffer *news = &p->watches->news;
    if (news->len) /* its last change is to be told first */
        buffer_addf(news, "Watch %d is over: %s%s\n", w->number, w->home ? w->home : "", why);
    else if (!p->quitting)
        cmd_printf(p->cmd, "Watch %d is over: %s%s\n", w->number, w->home ? w->home : "", why);
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    free_watch(w, L);
    if (L && !p->watches->first && p->bdb)
        xdb_bdb_set_watching(p->bdb, L, false);
}

static const char *why_over(const struct watch *w)
{
    return w->on.scope == WATCHED_FRAME ? " has ended" : " is not there any more";
}

static bool has_ended(const struct watch *w, const struct xdb_event *e)
{
    return w->on.scope == WATCHED_FRAME && e->kind == XDB_EVENT_RETURN &&
           e->frame->ci == w->on.mark.ci && e->L == w->on.mark.thread;
}

bool watch_event(struct xdb_pdb *p, const struct xdb_event *e)
{
    bool stop = false;
    struct watch *next;
    if (!p->watches || p->main)
        return false;
    for (struct watch *w = p->watches->first; w; w = next) {
        struct frame f;
        char *old = NULL;
        next = w->next;
        if (!watched_alive(&w->on, e->L, e->frame->ci, e->kind == XDB_EVENT_CALL, &f)) {
            end(p, w, e->L, why_over(w));
            continue;
        }
        if (changed(w, e->L, &f, &old)) {
            if (w->changes < INT_MAX)
                w->changes++;
            if (watched_test(&w->on, e->L, &f)) {
                note(p, w, old);
                stop = true;
            }
            free(old);
        }
        if (has_ended(w, e))
            end(p, w, e->L, why_over(w));
    }
    follow(p, e);
    return stop;
}

void watch_tell(struct xdb_pdb *p)
{
    if (!p->watches || p->watches->news.len == 0)
        return;
    cmd_write(p->cmd, p->watches->news.data, p->watches->news.len);
    buffer_release(&p->watches->news);
}

void watch_refresh(struct xdb_pdb *p, lua_State *L)
{
    if (!p->watches || !p->bdb)
        return;
    for (struct watch *w = p->watches->first, *next; w; w = next) {
        struct frame f;
        char *old = NULL;
        next = w->next;
        if (!watched_alive(&w->on, L, NULL, false, &f))
            end(p, w, L, why_over(w));
        else if (changed(w, L, &f, &old))
            free(old);
    }
}

void watch_attach(struct xdb_pdb *p, lua_State *L)
{
    if (!p->watches || !p->watches->first)
        return;
    for (struct watch *w = p->watches->first; w; w = w->next)
        if (watched_place(&w->on, L, NULL) < 0)
            lua_pop(L, 1);
    watch_refresh(p, L);
    xdb_bdb_set_watching(p->bdb, L, true);
}

void watch_detach(struct xdb_pdb *p, lua_State *L)
{
    if (!p->watches)
        return;
    if (p->watches->source)
        source_drop(p->watches->source);
    p->watches->source = NULL;
    buffer_release(&p->watches->news);
    for (struct watch *w = p->watches->first, *next; w; w = next) {
        next = w->next;
        if (w->on.scope != WATCHED_GLOBALS)
            end(p, w, L, why_over(w));
        else
            watched_drop(&w->on, L);
    }
}

/* ---- commands --------------------------------------------------------------------------------- */

/* The comma that ends the expression, or its end. */
static const char *find_comma(const char *text)
{
    struct lexer lx;
    struct token t;
    int open = 0;
    lexer_init(&lx, text, strlen(text));
    for (lexer_next_code(&lx, &t); t.kind != TOKEN_END; lexer_next_code(&lx, &t)) {
        if (token_is(&t, "(") || token_is(&t, "[") || token_is(&t, "{"))
            open++;
        else if (token_is(&t, ")") || token_is(&t, "]") || token_is(&t, "}"))
            open--;
        else if (open == 0 && lx.body < 0 && token_is(&t, ","))
            return t.start;
    }
    return text + strlen(text);
}

/* A copy without the blanks around it; NULL when memory runs out. */
static char *trimmed(const char *s, size_t n)
{
    while (n && strchr(" \t\n", *s))
        s++, n--;
    while (n && strchr(" \t\n", s[n - 1]))
        n--;
    return strndup(s, n);
}

static bool compiles(struct xdb_pdb *p, const char *text, const char *what)
{
    struct buffer why;
    buffer_init(&why);
    bool good = statement_compiles(p, text, strlen(text), EVAL_EXPRESSION, &why);
    if (!good)
        cmd_error(p->cmd, "%s %s: %s", what, text, why.data);
    buffer_release(&why);
    return good;
}

/* What the watch belongs to, as people say. */
static char *name_home(struct xdb_pdb *p, const struct watch *w)
{
    const struct frame *f = print_frame(p);
    struct buffer out;
    if (w->on.scope == WATCHED_GLOBALS || !f)
        return NULL;
    buffer_init(&out);
    print_function_name(p, f, &out);
    buffer_adds(&out, "()");
    return buffer_detach(&out, NULL);
}

static void print_watch(struct xdb_pdb *p, const struct watch *w)
{
    cmd_printf(p->cmd, "%-4d%s = %s\n", w->number, w->text, w->shown ? w->shown : "?");
    if (w->condition)
        cmd_printf(p->cmd, "\tstop only if %s\n", w->condition);
    if (w->home)
        cmd_printf(p->cmd, "\tas long as %s is there\n", w->home);
    if (w->changes)
        cmd_printf(p->cmd, "\tchanged %d time%s\n", w->changes, w->changes > 1 ? "s" : "");
}

static void list_watches(struct xdb_pdb *p)
{
    if (!p->watches || !p->watches->first) {
        cmd_printf(p->cmd, "Nothing is watched\n");
        return;
    }
    cmd_printf(p->cmd, "Num Watch\n");
    for (const struct watch *w = p->watches->first; w; w = w->next)
        print_watch(p, w);
}

static struct watches *watches_of(struct xdb_pdb *p)
{
    if (!p->watches && (p->watches = calloc(1, sizeof *p->watches)) != NULL)
        buffer_init(&p->watches->news);
    return p->watches;
}

/* A watch of the texts, not in the list yet; NULL when memory runs out. */
static struct watch *new_watch(const char *text)
{
    const char *comma = find_comma(text);
    struct watch *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->text = trimmed(text, (size_t)(comma - text));
    bool conditional = *comma && comma[1 + strspn(comma + 1, " \t\n")];
    if (conditional)
        w->condition = trimmed(comma + 1, strlen(comma + 1));
    if (!w->text || (conditional && !w->condition)) {
        free_watch(w, NULL);
        return NULL;
    }
    w->on.text = w->text;
    w->on.condition = w->condition;
    w->value.type = WATCHED_NEVER;
    return w;
}

/* Gives it its scope and first value. False after a complaint. */
static bool start(struct xdb_pdb *p, struct watch *w)
{
    lua_State *L = p->stop->L;
    struct frame f;
    char *none = NULL;
    if (!*w->text || !compiles(p, w->text, "Unable to watch") ||
        (w->condition && !compiles(p, w->condition, "Invalid condition")))
        return false;
    if (watched_place(&w->on, L, print_frame(p)) < 0) {
        struct buffer why;
        buffer_init(&why);
        eval_message(L, -1, &why);
        lua_pop(L, 1);
        cmd_error(p->cmd, "Unable to watch %s: %s", w->text, why.data);
        buffer_release(&why);
        return false;
    }
    if (watched_alive(&w->on, L, NULL, false, &f))
        changed(w, L, &f, &none);
    free(none);
    w->home = name_home(p, w);
    return true;
}

int watch_watch(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    if (n == 0) {
        list_watches(p);
        return CMD_AGAIN;
    }
    struct watches *all = watches_of(p);
    struct watch *w = all ? new_watch(arg) : NULL;
    if (!w) {
        cmd_error(c, "not enough memory");
        return CMD_AGAIN;
    }
    if (!*w->text) {
        free_watch(w, NULL);
        return cmd_invalid(c, row, arg, n);
    }
    if (!start(p, w)) {
        free_watch(w, p->stop->L);
        return CMD_AGAIN;
    }
    struct watch **at = &all->first;
    while (*at)
        at = &(*at)->next;
    *at = w;
    w->number = ++all->last;
    set_line(p, p->stop->event->frame);
    xdb_bdb_set_watching(p->bdb, p->stop->L, true);
    cmd_printf(c, "Watch %d: %s = %s\n", w->number, w->text, w->shown ? w->shown : "?");
    return CMD_AGAIN;
}

static void delete_watch(struct xdb_pdb *p, struct watch **at)
{
    struct watch *w = *at;
    *at = w->next;
    cmd_printf(p->cmd, "Deleted watch %d: %s\n", w->number, w->text);
    free_watch(w, p->stop->L);
}

int watch_unwatch(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int number = 0;
    if (n && !print_number(arg, &number))
        return cmd_invalid(c, row, arg, n);
    bool any = false;
    struct watches *all = p->watches;
    if (!all || !all->first) {
        cmd_error(c, "Nothing is watched");
        return CMD_AGAIN;
    }
    for (struct watch **at = &all->first; *at;) {
        if (n && (*at)->number != number) {
            at = &(*at)->next;
            continue;
        }
        delete_watch(p, at);
        any = true;
    }
    if (n && !any)
        cmd_error(c, "There is no watch %d", number);
    if (!all->first)
        xdb_bdb_set_watching(p->bdb, p->stop->L, false);
    return CMD_AGAIN;
}

void watch_complete(struct cmd *c, const struct line_at *at, struct words *out)
{
    const struct watches *all = pdb_of(c)->watches;
    char number[16];
    for (const struct watch *w = all ? all->first : NULL; w; w = w->next) {
        snprintf(number, sizeof number, "%d", w->number);
        words_offer(out, at, number);
    }
}
