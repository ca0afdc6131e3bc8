/* The commands that show what has a name: variables of a frame, upvalues, functions. */
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/eval.h"

#include <string.h>

/* Appends the value on the top of L; the table of globals would say too much. */
static void add_value(lua_State *L, const char *name, struct buffer *out)
{
    bool globals = false;
    if (strcmp(name, "_ENV") == 0 && lua_checkstack(L, 1)) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
        globals = lua_rawequal(L, -1, -2);
        lua_pop(L, 1);
    }
    if (globals)
        buffer_adds(out, "(the globals)");
    else
        repr_line(L, -1, &print_brief, out);
}

/* ---- variables of the frame ------------------------------------------------------------------- */

/* [-1 on stop->L] Prints `NAME = VALUE`, with a mark behind it when another variable hides this one. */
static void print_variable(struct xdb_pdb *p, const char *name, bool hidden)
{
    struct buffer out;
    buffer_init(&out);
    buffer_addf(&out, "%s = ", name);
    add_value(p->stop->L, name, &out);
    buffer_adds(&out, hidden ? "  (shadowed)\n" : "\n");
    print_out(p, &out);
    lua_pop(p->stop->L, 1);
}

/* Prints the frame's `...`, if it has any; whether it has. */
static bool print_varargs(struct xdb_pdb *p, const struct frame *f)
{
    enum { MOST = 100 };
    lua_State *L = p->stop->L;
    int n = frame_varargs(f);
    if (n == 0)
        return false;
    struct buffer out;
    buffer_init(&out);
    buffer_adds(&out, "... = ");
    for (int i = 1; i <= n && i <= MOST && frame_push_vararg(f, L, i) == 0; i++) {
        if (i > 1)
            buffer_adds(&out, ", ");
        repr_line(L, -1, &print_brief, &out);
        lua_pop(L, 1);
    }
    buffer_adds(&out, n > MOST ? ", ...\n" : "\n");
    print_out(p, &out);
    return true;
}

int names_locals(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    const char *name;
    int last = 0;
    bool any = false;
    (void)row, (void)arg, (void)n;
    while (f && frame_local_name(f, last + 1))
        last++;
    for (int i = last; i > 0 && !p->interrupted; i--) {
        name = frame_local_name(f, i);
        if (!name || *name == '(' || frame_push_local(f, p->stop->L, i) < 0)
            continue;
        print_variable(p, name, frame_find_local(f, name) != i);
        any = true;
    }
    if (f && print_varargs(p, f))
        any = true;
    if (!any)
        cmd_printf(c, "No locals\n");
    return CMD_AGAIN;
}

int names_upvalues(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    const char *name;
    bool any = false;
    (void)row, (void)arg, (void)n;
    for (int i = 1; f && (name = frame_upvalue_name(f, i)) != NULL && !p->interrupted; i++) {
        if (frame_push_upvalue(f, p->stop->L, i) < 0)
            continue;
        print_variable(p, *name ? name : "?", frame_find_local(f, name) != 0);
        any = true;
    }
    if (!any)
        cmd_printf(c, "No upvalues\n");
    return CMD_AGAIN;
}

/* ---- functions -------------------------------------------------------------------------------- */

/* Appends `3-7, 9`: lines that follow each other as a range. */
static void add_lines(const int *lines, int n, struct buffer *out)
{
    for (int i = 0; i < n;) {
        int last = i;
        while (last + 1 < n && lines[last + 1] == lines[last] + 1)
            last++;
        buffer_addf(out, i ? ", %d" : "%d", lines[i]);
        if (last > i)
            buffer_addf(out, "-%d", lines[last]);
        i = last + 1;
    }
}

/* Appends `NAME = VALUE` for each upvalue of the function at -1 of `co`. */
static void add_upvalues(lua_State *co, struct buffer *out)
{
    const char *name;
    for (int i = 1; lua_checkstack(co, 2) && (name = lua_getupvalue(co, -1, i)) != NULL; i++) {
        buffer_addf(out, "  %s = ", *name ? name : "?");
        add_value(co, name, out);
        buffer_addc(out, '\n');
        lua_pop(co, 1);
    }
}

/* Appends the names of upvalues of a function of which there is no value. */
static void add_upvalue_names(const struct proto *proto, struct buffer *out)
{
    for (int i = 0; i < proto->nupvalues; i++)
        buffer_addf(out, "  %s\n", proto->upvalues[i].name ? proto->upvalues[i].name : "?");
}

static void add_place(const struct function *f, struct buffer *out)
{
    const char *name = function_name(f, NULL, NULL);
    buffer_addf(out, "%s %s", strchr(name, ':') ? "Method" : "Function", name);
    if (f->source)
        buffer_addf(out, " at %s", f->source->title);
    if (f->source && f->linedefined > 0)
        buffer_addf(out, ":%d-%d", f->linedefined, f->lastlinedefined);
    buffer_addc(out, '\n');
}

/* Appends all about a function; its value is at -1 of `co`, if that is not NULL. */
static void describe(struct function *f, lua_State *co, struct buffer *out)
{
    if (f->cfunction) {
        buffer_addf(out, "C function %s\n", function_name(f, NULL, NULL));
    } else {
        add_place(f, out);
        buffer_adds(out, "Parameters: ");
        size_t before = out->len;
        function_parameters(f, out);
        buffer_adds(out, out->len == before ? "none\n" : "\n");
    }
    bool any = co ? lua_checkstack(co, 2) && lua_getupvalue(co, -1, 1) != NULL
                  : f->proto && f->proto->nupvalues > 0;
    if (co && any)
        lua_pop(co, 1);
    if (any)
        buffer_adds(out, "Upvalues:\n");
    if (any && co)
        add_upvalues(co, out);
    else if (any)
        add_upvalue_names(f->proto, out);
    if (f->proto && f->proto->nactive > 0) {
        buffer_adds(out, "Lines with code: ");
        add_lines(f->proto->active, f->proto->nactive, out);
        buffer_addc(out, '\n');
    }
}

/* [-0, +1 or more on stop->L] The function that is the value of the expression, on the top of *co. */
static bool find_value(struct xdb_pdb *p, const char *text, struct function **f, lua_State **co)
{
    return statement_try(p, text, strlen(text), EVAL_EXPRESSION, co) == 1 &&
           lua_isfunction(*co, -1) && function_of_value(p->functions, *co, -1, f, NULL) == 0;
}

struct search {
    const char *name;
    struct function *found[2];
    size_t n;
};

static int search_in(struct source *s, void *data)
{
    struct search *search = data;
    struct function *f[2];
    size_t n;
    if (s->kind == SOURCE_LABEL || function_find(s, search->name, f, 2, &n, NULL) < 0)
        return 0;
    for (size_t i = 0; i < n && i < 2; i++)
        if (search->n < 2)
            search->found[search->n++] = f[i];
    return search->n == 2;
}

/* The definition of that name in the source that is looked at, else in any other. NULL after a complaint. */
static struct function *find_definition(struct xdb_pdb *p, const char *name)
{
    struct search s = {.name = name};
    const struct frame *frame = print_frame(p);
    struct source *here = frame ? print_source(p, frame) : NULL;
    if (here)
        search_in(here, &s);
    if (s.n == 0)
        source_each(xdb_bdb_sources(p->bdb), search_in, &s);
    if (s.n == 1)
        return s.found[0];
    if (s.n == 0)
        cmd_error(p->cmd, "There is no function '%s'", name);
    else
        cmd_error(p->cmd, "'%s' is ambiguous: %s at %s:%d, %s at %s:%d", name, s.found[0]->name,
                  s.found[0]->source->title, s.found[0]->linedefined, s.found[1]->name,
                  s.found[1]->source->title, s.found[1]->linedefined);
    return NULL;
}

/* [-0, +1 on stop->L] The function of the frame that is looked at. */
static bool find_current(struct xdb_pdb *p, struct function **f)
{
    const struct frame *frame = print_frame(p);
    lua_State *L = p->stop->L;
    return frame && frame_push_function(frame, L) == 0 &&
           function_of_value(p->functions, L, -1, f, NULL) == 0;
}

int names_info(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    lua_State *L = p->stop->L, *co = L;
    struct function *f = NULL;
    int top = lua_gettop(L);
    (void)row;
    bool found = n ? find_value(p, arg, &f, &co) : find_current(p, &f);
    if (!found && n) {
        f = find_definition(p, arg);
        co = NULL;
    } else if (!found) {
        cmd_error(c, "there is no function");
    }
    if (f) {
        struct buffer out;
        buffer_init(&out);
        describe(f, co, &out);
        print_out(p, &out);
    }
    lua_settop(L, top);
    return CMD_AGAIN;
}
