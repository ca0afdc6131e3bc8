/* The commands that look at the program and change nothing. */
#include "pdb/commands.h"
#include "pdb/pdb_state.h"

#include "cli/term.h"
#include "core/eval.h"

#include <lauxlib.h>

#include <limits.h>
#include <string.h>

enum { LISTED_BEFORE = 5, LISTED_AFTER = 10 };

/* ---- the stack -------------------------------------------------------------------------------- */

/* Lines between two entries that say what is not an entry: `index` is the newer one's. */
static void print_gap(struct xdb_pdb *p, int index)
{
    const struct frame_stack *s = &p->stop->stack;
    lua_Debug ar;
    if (s->omitted && s->omitted_at == index + 1)
        cmd_printf(p->cmd, "  (...%d frames omitted...)\n", s->omitted);
    if (frame_stack_crosses(s, index))
        cmd_printf(p->cmd, "  (...resumes thread: %p...)\n", (void *)s->frames[index].thread);
    if (frame_info(&s->frames[index], "t", &ar) == 0 && ar.istailcall)
        cmd_printf(p->cmd, "  (...tail calls...)\n");
}

/* Entries oldest..newest, as indices into the stack. */
static void print_entries(struct xdb_pdb *p, int oldest, int newest)
{
    for (int i = oldest; i >= newest && !p->interrupted; i--) {
        print_gap(p, i);
        print_entry(p, i);
    }
}

int looking_where(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int count = 0, all = p->stop->stack.count;
    (void)row;
    if (n && !print_number(arg, &count)) {
        cmd_error(c, "Invalid count (%s)", arg);
        return CMD_AGAIN;
    }
    if (all == 0)
        return CMD_AGAIN;
    if (n && count == 0)
        print_entry(p, p->stop->at);
    else if (count < 0)
        print_entries(p, all - 1, count > -all ? all + count : 0);
    else
        print_entries(p, n && count < all ? count - 1 : all - 1, 0);
    return CMD_AGAIN;
}

static void select_frame(struct xdb_pdb *p, int index)
{
    p->stop->at = index;
    p->stop->listed = 0;
    print_entry(p, index);
}

static bool frame_count(struct cmd *c, const char *arg, size_t n, int *count)
{
    *count = 1;
    if (!n || print_number(arg, count))
        return true;
    cmd_error(c, "Invalid frame count (%s)", arg);
    return false;
}

int looking_up(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int count, oldest = p->stop->stack.count - 1;
    (void)row;
    if (p->stop->at >= oldest) {
        cmd_error(c, "Oldest frame");
        return CMD_AGAIN;
    }
    if (!frame_count(c, arg, n, &count))
        return CMD_AGAIN;
    select_frame(p, count < 0 || count > oldest - p->stop->at ? oldest : p->stop->at + count);
    return CMD_AGAIN;
}

int looking_down(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    int count;
    (void)row;
    if (p->stop->at <= 0) {
        cmd_error(c, "Newest frame");
        return CMD_AGAIN;
    }
    if (!frame_count(c, arg, n, &count))
        return CMD_AGAIN;
    select_frame(p, count < 0 || count > p->stop->at ? 0 : p->stop->at - count);
    return CMD_AGAIN;
}

/* ---- source ----------------------------------------------------------------------------------- */

/* The source that is looked at; complains and returns NULL when there is none to be shown. */
static struct source *listed_source(struct xdb_pdb *p)
{
    const struct frame *f = print_frame(p);
    struct source *s = f ? print_source(p, f) : NULL;
    const char *text;
    size_t len;
    struct xdb_error err;
    if (!s)
        cmd_error(p->cmd, "could not get source code");
    else if (source_text(s, &text, &len, &err) == 0)
        return s;
    else
        cmd_error(p->cmd, "%s", err.text);
    return NULL;
}

/* `first, last`, or `first, count` when the second is the smaller one. */
static bool parse_range(const char *arg, int *first, int *last)
{
    const char *comma = strchr(arg, ',');
    char number[32];
    if (!comma) {
        if (!print_number(arg, first))
            return false;
        *first = *first > LISTED_BEFORE ? *first - LISTED_BEFORE : 1;
        *last = *first + LISTED_AFTER;
        return true;
    }
    size_t n = (size_t)(comma - arg);
    if (n >= sizeof number)
        return false;
    memcpy(number, arg, n);
    number[n] = '\0';
    if (!print_number(number, first) || !print_number(comma + 1, last))
        return false;
    if (*last < *first)
        *last = *first > 0 && *last > INT_MAX - *first ? INT_MAX : *first + *last;
    return true;
}

int looking_list(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    int first, last;
    (void)row;
    cmd_repeat_as(c, "list", 4);
    if (n && strcmp(arg, ".") != 0) {
        if (!parse_range(arg, &first, &last)) {
            cmd_error(c, "Error in argument: '%s'", arg);
            return CMD_AGAIN;
        }
    } else {
        first = p->stop->listed + 1;
        if (p->stop->listed == 0 || n) {
            int here = f ? print_line_of(p, f) : 1;
            first = here > LISTED_BEFORE ? here - LISTED_BEFORE : 1;
        }
        last = first + LISTED_AFTER;
    }
    struct source *s = listed_source(p);
    if (!s)
        return CMD_AGAIN;
    int count = source_count(s);
    print_lines(p, s, first > 1 ? first : 1, last, f);
    p->stop->listed = last < count ? last : count;
    if (count < last)
        cmd_printf(c, "[EOF]\n");
    edited_warn(p, s);
    return CMD_AGAIN;
}

int looking_longlist(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    struct source *s = listed_source(p);
    lua_Debug ar;
    (void)row, (void)arg, (void)n;
    if (!s || frame_info(f, "S", &ar) < 0)
        return CMD_AGAIN;
    if (ar.linedefined > 0)
        print_lines(p, s, ar.linedefined, ar.lastlinedefined, f);
    else
        print_lines(p, s, 1, source_count(s), f);
    edited_warn(p, s);
    return CMD_AGAIN;
}

int looking_source(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    lua_State *L = p->stop->L, *co;
    struct function *f = NULL;
    int top = lua_gettop(L);
    struct xdb_error err;
    const char *text;
    size_t len;
    (void)row;
    int values = statement_run(p, arg, n, EVAL_EXPRESSION, &co);
    if (values < 0)
        goto out;
    lua_settop(co, lua_gettop(co) - values + 1); /* the first one, or nil */
    if (!lua_isfunction(co, -1))
        cmd_error(c, "function was expected, got %s", luaL_typename(co, -1));
    else if (function_of_value(p->functions, co, -1, &f, &err) < 0 || !f->source)
        cmd_error(c, "could not get source code");
    else if (source_text(f->source, &text, &len, &err) < 0)
        cmd_error(c, "%s", err.text);
    else if (f->is_main)
        print_lines(p, f->source, 1, source_count(f->source), NULL);
    else
        print_lines(p, f->source, f->linedefined, f->lastlinedefined, NULL);
out:
    lua_settop(L, top);
    return CMD_AGAIN;
}

/* ---- values ----------------------------------------------------------------------------------- */

/* Prints `name = VALUE` for the value on the top of the stop's stack, and pops it. */
static void print_named(struct xdb_pdb *p, const char *name)
{
    struct buffer out;
    buffer_init(&out);
    buffer_addf(&out, "%s = ", name);
    repr_line(p->stop->L, -1, &print_brief, &out);
    buffer_addc(&out, '\n');
    print_out(p, &out);
    lua_pop(p->stop->L, 1);
}

static void print_varargs(struct xdb_pdb *p, const struct frame *f)
{
    lua_State *L = p->stop->L;
    int top = lua_gettop(L), n = 0;
    while (lua_checkstack(L, 2) && frame_push_vararg(f, L, n + 1) == 0)
        n++;
    struct buffer out;
    buffer_init(&out);
    buffer_adds(&out, "... = ");
    print_values(L, top + 1, n, &print_brief, &out);
    buffer_addc(&out, '\n');
    print_out(p, &out);
    lua_settop(L, top);
}

int looking_args(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct frame *f = print_frame(p);
    bool vararg = false;
    (void)row, (void)arg, (void)n;
    int params = f ? frame_params(f, &vararg) : 0;
    for (int i = 1; i <= params; i++) {
        const char *name = frame_local_name(f, i);
        if (name && frame_push_local(f, p->stop->L, i) == 0)
            print_named(p, name);
        else
            cmd_printf(c, "%s = *** undefined ***\n", name ? name : "?");
    }
    if (vararg)
        print_varargs(p, f);
    return CMD_AGAIN;
}

/* Takes "--raw" off the front of the argument; Lua would read it as a comment. */
static bool take_raw(const char **arg, size_t *n)
{
    static const char word[] = "--raw";
    const size_t len = sizeof word - 1;
    if (*n < len || memcmp(*arg, word, len) != 0 || (*n > len && !strchr(" \t", (*arg)[len])))
        return false;
    *arg += len;
    *n -= len;
    return true;
}

static int print_expression(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n,
                            bool pretty)
{
    struct xdb_pdb *p = pdb_of(c);
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    struct repr_options options = repr_defaults;
    options.raw = take_raw(&arg, &n);
    if (options.raw && n == 0)
        return cmd_missing(c, row);
    int values = statement_run(p, arg, n, EVAL_EXPRESSION, &co);
    if (values >= 0) {
        struct buffer out;
        int first = lua_gettop(co) - values + 1;
        buffer_init(&out);
        options.width = term_width(&term_environ, fileno(p->out));
        if (!pretty || values == 0)
            print_values(co, first, values, &options, &out);
        for (int i = 0; pretty && i < values; i++) {
            if (i)
                buffer_adds(&out, ",\n");
            repr_pretty(co, first + i, &options, &out);
        }
        buffer_addc(&out, '\n');
        print_out(p, &out);
    }
    lua_settop(L, top);
    return CMD_AGAIN;
}

int looking_p(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    return print_expression(c, row, arg, n, false);
}

int looking_pp(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    return print_expression(c, row, arg, n, true);
}

int looking_retval(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct xdb_event *e = p->stop->event;
    const struct frame *f = print_frame(p);
    (void)row, (void)arg, (void)n;
    if (!f || e->kind != XDB_EVENT_RETURN || !frame_same(f, e->frame)) {
        cmd_error(c, "Not yet returned!");
        return CMD_AGAIN;
    }
    struct buffer out;
    buffer_init(&out);
    print_results(e, NULL, &out);
    buffer_addc(&out, '\n');
    print_out(p, &out);
    return CMD_AGAIN;
}

/* Lua knows no chain of errors: there is the one that is looked at. */
int looking_exceptions(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    const struct xdb_event *e = p->stop->event;
    int number;
    (void)row;
    if (e->kind != XDB_EVENT_EXCEPTION) {
        cmd_printf(c, "There is no exception here.\n");
    } else if (n && !print_number(arg, &number)) {
        cmd_error(c, "Argument must be an integer");
    } else if (n && number != 0) {
        cmd_error(c, "No exception with that number");
    } else if (n) {
        int at = frame_stack_find(&p->stop->stack, e->raiser);
        select_frame(p, at >= 0 ? at : 0);
    } else {
        struct buffer out;
        buffer_init(&out);
        buffer_adds(&out, ">   0 ");
        repr_line(e->L, e->error_index, &print_brief, &out);
        buffer_addc(&out, '\n');
        print_out(p, &out);
    }
    return CMD_AGAIN;
}

/* Appends `Function NAME (FILE:LINE)` for the function on the top of `co`. */
static void describe_function(struct xdb_pdb *p, lua_State *co, struct buffer *out)
{
    struct function *f;
    if (function_of_value(p->functions, co, -1, &f, NULL) < 0) {
        buffer_adds(out, "Function");
        return;
    }
    const char *name = function_name(f, NULL, NULL);
    if (f->cfunction) {
        buffer_addf(out, "C function %s", name);
        return;
    }
    buffer_addf(out, "%s %s", strchr(name, ':') ? "Method" : "Function", name);
    if (f->source)
        buffer_addf(out, " (%s:%d)", f->source->title, f->linedefined);
}

/* (value) -> type; what its metatable calls it, looked up without metamethods, or Lua */
static int push_type(lua_State *L)
{
    if (lua_getmetatable(L, 1)) {
        lua_pushliteral(L, "__name");
        if (lua_rawget(L, -2) == LUA_TSTRING)
            return 1;
    }
    lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

/* The same for the value on the top of `co`, appended. */
static void describe_type(lua_State *co, struct buffer *out)
{
    lua_pushcfunction(co, push_type);
    lua_insert(co, -2);
    if (lua_pcall(co, 1, 1, 0) == LUA_OK)
        buffer_adds(out, lua_tostring(co, -1));
}

int looking_whatis(struct cmd *c, const struct cmd_row *row, const char *arg, size_t n)
{
    struct xdb_pdb *p = pdb_of(c);
    lua_State *L = p->stop->L, *co;
    int top = lua_gettop(L);
    (void)row;
    int values = statement_run(p, arg, n, EVAL_EXPRESSION, &co);
    if (values >= 0) {
        struct buffer out;
        buffer_init(&out);
        lua_settop(co, lua_gettop(co) - values + (values ? 1 : 0)); /* the first one counts */
        if (!values)
            buffer_adds(&out, "no value");
        else if (lua_isfunction(co, -1))
            describe_function(p, co, &out);
        else
            describe_type(co, &out);
        buffer_addc(&out, '\n');
        print_out(p, &out);
    }
    lua_settop(L, top);
    return CMD_AGAIN;
}
