/* The commands that show what has a name: locals, upvalues, functions. */
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "core/bytecode.h"
#include "core/eval.h"

#include <string.h>

/* Prints `name = VALUE` for the value on the top of the stop's stack, and pops it. */
static void print_value(struct xdb_pdb *p, const char *name, bool shadowed)
{
    struct buffer out;
    buffer_init(&out);
    buffer_addf(&out, "%s = ", name);
    repr_line(p->stop->L, -1, &print_brief, &out);
    buffer_adds(&out, shadowed ? "  (shadowed)\n" : "\n");
    print_out(p, &out);
    lua_pop(p->stop->L, 1);
}

int names_locals(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    const char *name;
    int last = 0;
    (void)row, (void)arg, (void)n;
    while (f && frame_local_name(f, last + 1))
        last++;
    for (int i = last; i >= 1; i--) /* innermost first */
        if ((name = frame_local_name(f, i)) != NULL && *name != '(' &&
            frame_push_local(f, p->stop->L, i) == 0)
            print_value(p, name, frame_find_local(f, name) != i);
    return CMD_AGAIN;
}

int names_upvalues(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    const char *name;
    (void)row, (void)arg, (void)n;
    for (int i = 1; f && (name = frame_upvalue_name(f, i)) != NULL; i++)
        if (frame_push_upvalue(f, p->stop->L, i) == 0)
            print_value(p, *name ? name : "?", frame_find_local(f, name) != 0);
    return CMD_AGAIN;
}

/* ---- info ------------------------------------------------------------------------------------- */

/* A function by a value expression, or by the name it is defined with in the frame's file. */
static struct function *find_function(struct xdb_pdb *p, const char *text, size_t n)
{
    lua_State *L = p->stop->L, *co;
    struct function *f = NULL;
    struct source *s = print_frame(p) ? print_source(p, print_frame(p)) : NULL;
    int top = lua_gettop(L);
    size_t found;
    int values = statement_try(p, text, n, EVAL_EXPRESSION, &co);
    if (values != 1 || !lua_isfunction(co, -1) ||
        function_of_value(p->functions, co, -1, &f, NULL) < 0)
        f = NULL;
    lua_settop(L, top);
    if (!f && s && function_find(s, text, &f, 1, &found, NULL) < 0)
        f = NULL;
    return f;
}

static void add_upvalues(const struct proto *proto, struct buffer *out)
{
    for (int i = 0; i < proto->nupvalues; i++)
        buffer_addf(out, "%s%s", i ? ", " : "",
                    proto->upvalues[i].name ? proto->upvalues[i].name : "?");
}

/* Lines as `3, 5-7, 9`. */
static void add_lines(const struct proto *proto, struct buffer *out)
{
    for (int i = 0; i < proto->nactive;) {
        int first = proto->active[i], last = first;
        while (++i < proto->nactive && proto->active[i] == last + 1)
            last++;
        buffer_addf(out, "%s%d", out->data[out->len - 1] == ' ' ? "" : ", ", first);
        if (last > first)
            buffer_addf(out, "-%d", last);
    }
}

int names_info(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    struct function *f = find_function(p, arg, n);
    struct buffer out;
    (void)row;
    if (!f) {
        cmd_error(c, "The specified object '%s' is not a function or was not found.", arg);
        return CMD_AGAIN;
    }
    buffer_init(&out);
    if (f->cfunction) {
        buffer_addf(&out, "C function %s\n", function_name(f, NULL, NULL));
    } else {
        buffer_addf(&out, "Function %s\n", function_name(f, NULL, NULL));
        buffer_addf(&out, "defined at: %s:%d-%d\n", f->source->title, f->linedefined,
                    f->lastlinedefined);
    }
    if (f->proto) {
        buffer_adds(&out, "parameters: ");
        function_parameters(f, &out);
        buffer_adds(&out, "\nupvalues: ");
        add_upvalues(f->proto, &out);
        buffer_adds(&out, "\nlines with code: ");
        add_lines(f->proto, &out);
        buffer_addc(&out, '\n');
    }
    print_out(p, &out);
    return CMD_AGAIN;
}
