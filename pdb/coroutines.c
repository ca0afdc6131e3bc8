/*
** The program's coroutines: a list of them, and looking at the stack of one as if one stood there. They are
** searched for when a command asks, and numbered for as long as the stop lasts.
*/
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/coroutines.h"
#include "core/eval.h"
#include "core/universe.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 100 }; /* rows when no count is given */

/* What a stop knows of coroutines; its own stack while that of another coroutine is looked at. */
struct coroutine_view {
    lua_State **listed; /* by number, from 1; their addresses only: they may have been collected */
    size_t count;
    bool cut;
    lua_State *shown; /* NULL: the stack is that of the stop */
    int anchor;       /* where on the stop's stack it is kept from being collected; 0: nowhere */
    struct frame_stack home;
    int home_at;
};

static const char *const status_names[] = {
    [COROUTINE_RUNNING] = "running",          [COROUTINE_NORMAL] = "normal",
    [COROUTINE_SUSPENDED] = "suspended",      [COROUTINE_NOT_STARTED] = "not started",
    [COROUTINE_FAILED] = "ended by an error", [COROUTINE_DEAD] = "dead",
};

static struct coroutine_view *view_of(struct pdb_stop *s)
{
    if (!s->view)
        s->view = calloc(1, sizeof *s->view);
    return s->view;
}

/* ---- finding ---------------------------------------------------------------------------------- */

/* For putting them in order. */
struct found {
    lua_State *co;
    int rank; /* 0: the main thread; 1, 2, ...: resumed by that before; INT_MAX: does not run */
    struct source *place; /* where it stands; NULL: unknown */
    int line;
    size_t met; /* which one the search met it as */
};

/* [-0, +1 on `to`] The function that a coroutine begins with, which has not been called. */
static bool push_first_function(lua_State *co, lua_State *to)
{
    if (!lua_checkstack(co, 1) || !lua_checkstack(to, 1) || !lua_isfunction(co, 1))
        return false;
    lua_pushvalue(co, 1);
    lua_xmove(co, to, 1);
    return true;
}

/* The newest frame of a coroutine where a person can stand. */
static bool newest_frame(struct xdb_pdb *p, lua_State *co, struct frame *f)
{
    if (co == p->stop->event->L && p->stop->event->frame->thread == co) {
        *f = *p->stop->event->frame;
        return true;
    }
    if (frame_at(co, 0, f) < 0)
        return false;
    while (!frame_is_lua(f))
        if (!frame_older(f))
            return false;
    return true;
}

static void find_place(struct xdb_pdb *p, struct found *c)
{
    lua_State *L = p->stop->L;
    struct frame f;
    struct function *function;
    c->place = NULL;
    c->line = 0;
    if (newest_frame(p, c->co, &f)) {
        c->place = print_source(p, &f);
        c->line = print_line_of(p, &f);
    } else if (coroutines_status(L, c->co) == COROUTINE_NOT_STARTED &&
               push_first_function(c->co, L)) {
        if (function_of_value(p->functions, L, -1, &function, NULL) == 0) {
            c->place = function->source;
            c->line = function->linedefined;
        }
        lua_pop(L, 1);
    }
}

static int compare(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->place != y->place) {
        int order = !x->place ? 1 : !y->place ? -1 : strcmp(x->place->name, y->place->name);
        if (order)
            return order;
    }
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->met > y->met ? -1 : 1; /* so that an array's are in its order */
}

/* What comes before the coroutine in the order of the list. */
static int rank_of(const struct universe *u, lua_State *L, const lua_State *co)
{
    struct universe_walk w;
    int newer = 0, rank = INT_MAX;
    if (!u || co == u->main)
        return u ? 0 : INT_MAX;
    universe_walk(u, &w, L);
    for (lua_State *at = L; at; at = universe_walk_older(u, &w), newer++)
        if (at == co)
            rank = newer;
    return rank == INT_MAX ? rank : newer - rank;
}

static bool is_live(struct xdb_pdb *p, lua_State *co)
{
    return coroutines_status(p->stop->L, co) != COROUTINE_DEAD;
}

/* The live ones in their order, as an array that the caller frees; NULL after a complaint. */
static lua_State **find_live(struct xdb_pdb *p, size_t *n, bool *cut)
{
    struct universe *u = universe_find(p->stop->L);
    struct coroutine_search search = coroutines_defaults;
    lua_State **threads = NULL;
    struct found *all = NULL;
    size_t count = 0, live = 0;
    search.pause = &p->interrupted;
    if (coroutines_find(p->stop->L, &search, &threads, &count) < 0 ||
        !(all = calloc(count, sizeof *all))) {
        cmd_error(p->cmd, "not enough memory");
        free(threads);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_live(p, threads[i]))
            continue;
        struct found *c = &all[live++];
        c->co = threads[i];
        c->met = i;
        c->rank = rank_of(u, p->stop->L, c->co);
        find_place(p, c);
    }
    qsort(all, live, sizeof *all, compare);
    for (size_t i = 0; i < live; i++)
        threads[i] = all[i].co;
    free(all);
    *n = live;
    *cut = search.cut;
    return threads;
}

/* Looks for all of them and numbers them anew. False after a complaint. */
static bool number_them(struct xdb_pdb *p)
{
    struct coroutine_view *v = view_of(p->stop);
    size_t n;
    bool cut;
    lua_State **live = v ? find_live(p, &n, &cut) : NULL;
    if (!live)
        return false;
    free(v->listed);
    v->listed = live;
    v->count = n;
    v->cut = cut;
    return true;
}

/* Whether a coroutine of an earlier list is still there. */
static bool still_there(struct xdb_pdb *p, const lua_State *co)
{
    size_t n;
    bool cut, there = false;
    lua_State **live = find_live(p, &n, &cut);
    for (size_t i = 0; live && i < n && !there; i++)
        there = live[i] == co;
    free(live);
    return there;
}

/* ---- listing ---------------------------------------------------------------------------------- */

/* Appends `FILE(LINE)NAME()`, as an entry of the stack has it. */
static void add_place(struct xdb_pdb *p, lua_State *co, struct buffer *out)
{
    struct found c = {.co = co};
    struct frame f;
    struct function *function = NULL;
    lua_State *L = p->stop->L;
    find_place(p, &c);
    buffer_adds(out, c.place ? c.place->title : "");
    if (c.place)
        buffer_addf(out, "(%d)", c.line);
    if (newest_frame(p, co, &f)) {
        print_function_name(p, &f, out);
    } else if (push_first_function(co, L)) {
        if (function_of_value(p->functions, L, -1, &function, NULL) == 0)
            buffer_adds(out, function_name(function, NULL, NULL));
        lua_pop(L, 1);
    } else {
        buffer_adds(out, "a C function");
        return;
    }
    buffer_adds(out, "()");
}

static void print_row(struct xdb_pdb *p, size_t number, lua_State *co)
{
    const struct frame *at = print_frame(p);
    struct buffer out;
    buffer_init(&out);
    buffer_addf(&out, "%s%-4zu%-18s ", at && at->thread == co ? "> " : "  ", number,
                status_names[coroutines_status(p->stop->L, co)]);
    add_place(p, co, &out);
    buffer_addc(&out, '\n');
    print_out(p, &out);
}

int coroutines_coroutines(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int most = LISTED;
    if (n && (!print_number(arg, &most) || most < 1))
        return cmd_invalid(c, row, arg, n);
    if (!number_them(p))
        return CMD_AGAIN;
    const struct coroutine_view *v = p->stop->view;
    size_t shown = v->count < (size_t)most ? v->count : (size_t)most;
    cmd_printf(c, "  Num Status             Where\n");
    for (size_t i = 0; i < shown && !p->interrupted; i++)
        print_row(p, i + 1, v->listed[i]);
    if (shown < v->count)
        cmd_printf(c, "  (...%zu more...)\n", v->count - shown);
    if (v->cut)
        cmd_printf(c, "  (...the search was cut short: there may be others...)\n");
    return CMD_AGAIN;
}

/* ---- looking at one --------------------------------------------------------------------------- */

static void come_home(struct xdb_pdb *p)
{
    struct pdb_stop *s = p->stop;
    struct coroutine_view *v = s->view;
    if (!v || !v->shown)
        return;
    frame_stack_release(&s->stack);
    s->stack = v->home;
    s->at = v->home_at;
    v->home = (struct frame_stack){0};
    v->shown = NULL;
    lua_pushnil(s->L); /* the program may collect it again */
    lua_replace(s->L, v->anchor);
}

void coroutines_forget(struct pdb_stop *s)
{
    if (!s->view)
        return;
    frame_stack_release(&s->view->home);
    free(s->view->listed);
    free(s->view);
    s->view = NULL;
}

/* [-0, +1 on stop->L, the first time] Makes the place for `keep`, below what commands push. */
static bool make_anchor(struct pdb_stop *s)
{
    struct coroutine_view *v = view_of(s);
    if (!v || !lua_checkstack(s->L, 2))
        return false;
    if (!v->anchor) {
        lua_pushnil(s->L);
        v->anchor = lua_gettop(s->L);
    }
    return true;
}

/* Keeps the coroutine as long as it is looked at. */
static bool keep(struct pdb_stop *s, lua_State *co)
{
    const struct coroutine_view *v = s->view;
    if (!lua_checkstack(s->L, 1) || !lua_checkstack(co, 1))
        return false;
    lua_pushthread(co);
    if (co != s->L)
        lua_xmove(co, s->L, 1);
    lua_replace(s->L, v->anchor);
    return true;
}

/* The frames of a coroutine, and of those that wait for it. */
static int build_stack(struct xdb_pdb *p, lua_State *co, struct frame_stack *stack)
{
    enum { MOST = 256 };
    lua_State *threads[MOST];
    struct universe *u = universe_find(p->stop->L);
    struct universe_walk w;
    struct frame newest;
    int n = 0;
    if (u && coroutines_status(p->stop->L, co) <= COROUTINE_NORMAL) {
        universe_walk(u, &w, p->stop->L);
        for (lua_State *at = p->stop->L; at && n < MOST; at = universe_walk_older(u, &w))
            if (n > 0 || at == co)
                threads[n++] = at;
    }
    if (n == 0)
        threads[n++] = co;
    int level = newest_frame(p, co, &newest) ? newest.level : 0;
    return frame_stack_build(stack, threads, n, level);
}

static void look_at(struct xdb_pdb *p, lua_State *co)
{
    struct pdb_stop *s = p->stop;
    struct frame_stack stack;
    struct coroutine_view *v = s->view;
    if (build_stack(p, co, &stack) < 0) {
        cmd_error(p->cmd, "not enough memory");
        return;
    }
    if (stack.count == 0) {
        cmd_error(p->cmd, "No Lua function runs in that coroutine: it is %s",
                  status_names[coroutines_status(s->L, co)]);
        frame_stack_release(&stack);
        return;
    }
    come_home(p);
    if (!keep(s, co)) {
        cmd_error(p->cmd, "not enough memory");
        frame_stack_release(&stack);
        return;
    }
    v->home = s->stack;
    v->home_at = s->at;
    v->shown = co;
    s->stack = stack;
    s->at = 0;
    s->listed = 0;
    print_entry(p, 0);
}

/* The coroutine with that number in the last list; NULL after a complaint. */
static lua_State *by_number(struct xdb_pdb *p, int number)
{
    bool fresh = !p->stop->view->listed;
    if (fresh && !number_them(p))
        return NULL;
    const struct coroutine_view *v = p->stop->view;
    if (number < 1 || (size_t)number > v->count) {
        cmd_error(p->cmd, "There is no coroutine %d", number);
        return NULL;
    }
    lua_State *co = v->listed[number - 1];
    if (fresh || still_there(p, co))
        return co;
    cmd_error(p->cmd, "Coroutine %d is gone", number);
    return NULL;
}

/* [-0, +1 on stop->L] The coroutine that the expression gives; NULL after a complaint. */
static lua_State *by_value(struct xdb_pdb *p, const char *text, size_t n)
{
    lua_State *co;
    int values = statement_run(p, text, n, EVAL_EXPRESSION, &co);
    if (values < 0)
        return NULL;
    if (values == 1 && lua_isthread(co, -1))
        return lua_tothread(co, -1);
    cmd_error(p->cmd, "'%s' is no coroutine", text);
    return NULL;
}

int coroutines_coroutine(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int number;
    (void)row;
    if (n == 0) {
        come_home(p);
        p->stop->listed = 0;
        if (print_frame(p))
            print_entry(p, p->stop->at);
        return CMD_AGAIN;
    }
    if (!make_anchor(p->stop)) {
        cmd_error(c, "not enough memory");
        return CMD_AGAIN;
    }
    int top = lua_gettop(p->stop->L);
    lua_State *co = print_number(arg, &number) ? by_number(p, number) : by_value(p, arg, n);
    if (co)
        look_at(p, co);
    lua_settop(p->stop->L, top);
    return CMD_AGAIN;
}

void coroutines_complete(struct cmd *c, const struct line_at *at, struct words *out)
{
    const struct pdb_stop *s = pdb_of(c)->stop;
    char number[16];
    for (size_t i = 1; s && s->view && i <= s->view->count && i <= LISTED; i++) {
        snprintf(number, sizeof number, "%zu", i);
        words_offer(out, at, number);
    }
    complete_expression(c, at, out);
}
