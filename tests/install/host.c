/*
** A debugger of a host's own, from the installed headers and library alone: `host program.lua`. What it
** prints is compared with host.txt. Its own structs are called as those inside of the library are.
*/
#include <xdb/bdb.h>
#include <xdb/error.h>
#include <xdb/version.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

struct frame {
    int width, height;
};

struct breakpoint {
    struct frame window;
    int stops;
};

static const char *base_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? slash + 1 : path;
}

static void show_value(lua_State *L, const char *name)
{
    printf("  %s = %s\n", name, luaL_tolstring(L, -1, NULL));
    lua_pop(L, 2);
}

/* As a debugger's `where`; the frame of the event has a mark. */
static void show_stack(struct xdb_bdb *b, const struct xdb_event *e)
{
    const struct xdb_frame *f;
    for (int n = 0; (f = xdb_bdb_frame(b, n)) != NULL; n++)
        printf("%s %s:%d %s\n", xdb_frame_same(f, e->frame) ? ">" : " ",
               base_name(xdb_frame_file(b, f)), xdb_frame_line(f), xdb_frame_function(b, f));
}

static void show_variables(const struct xdb_event *e)
{
    const char *name;
    for (int n = 1; (name = xdb_frame_local(e->frame, e->L, n)) != NULL; n++)
        show_value(e->L, name);
    for (int n = 1; xdb_frame_push_vararg(e->frame, e->L, n) == 0; n++)
        show_value(e->L, "...");
}

static void evaluate(struct xdb_bdb *b, const struct xdb_event *e, const char *text)
{
    struct xdb_error error;
    int n = xdb_bdb_eval(b, e->L, e->frame, text, strlen(text), XDB_EVAL_ANY);
    printf("eval %s: %d\n", text, n);
    if (n < 0) {
        xdb_bdb_error_text(e->L, -1, &error);
        printf("  %s\n", error.text);
        lua_pop(e->L, 1);
    }
    for (; n > 0; n--)
        show_value(e->L, "value");
}

static void show_breakpoints(struct xdb_bdb *b)
{
    struct xdb_breakpoint_info i;
    for (int n = 1; n <= xdb_bdb_last_breakpoint(b); n++) {
        if (xdb_breakpoint_get(b, n, &i) < 0)
            printf("breakpoint %d: deleted\n", n);
        else
            printf("breakpoint %d: %s:%d function %s, if %s, %s, hits %d, ignore %d\n", i.number,
                   i.file ? base_name(i.file) : "-", i.line, i.function ? i.function : "-",
                   i.condition ? i.condition : "-", i.enabled ? "enabled" : "disabled", i.hits,
                   i.ignore);
    }
}

/* The breakpoint at the function's first line. */
static void at_worker(struct xdb_bdb *b, const struct xdb_event *e)
{
    show_variables(e);
    evaluate(b, e, "a + 1, ...");
    evaluate(b, e, "a = 10");
    if (xdb_frame_push_variable(e->frame, e->L, "a") == 0)
        show_value(e->L, "a");
    if (xdb_frame_push_variable(e->frame, e->L, "leaf") == 0)
        printf("  leaf is a %s\n", lua_typename(e->L, lua_type(e->L, -1)));
    printf("nowhere: %d\n", xdb_frame_push_variable(e->frame, e->L, "nowhere"));
    xdb_bdb_set_step(b);
}

/* After the step. */
static void after_step(struct xdb_bdb *b, const struct xdb_event *e)
{
    struct xdb_error error;
    show_variables(e);
    evaluate(b, e, "error('of mine')");
    evaluate(b, e, "(");
    evaluate(b, e, "1 = 1");
    printf("condition: %d\n", xdb_breakpoint_condition(b, e->L, 1, "n ==", &error));
    printf("  %s\n", error.text);
    printf("condition: %d\n", xdb_breakpoint_condition(b, e->L, 1, "n == 12", &error));
    printf("ignore: %d %d\n", xdb_breakpoint_ignore(b, 1, -1), xdb_breakpoint_ignore(b, 1, 0));
    printf("delete: %d\n", xdb_breakpoint_delete(b, e->L, 2));
    printf("delete: %d\n", xdb_breakpoint_delete(b, e->L, 2));
    show_breakpoints(b);
    xdb_bdb_set_continue(b);
}

static void at_leaf(struct xdb_bdb *b, const struct xdb_event *e)
{
    show_variables(e);
    printf("disable: %d\n", xdb_breakpoint_enable(b, e->L, 1, false));
    show_breakpoints(b);
    xdb_bdb_set_return(b, e->frame);
}

static void on_line(struct xdb_bdb *b, const struct xdb_event *e)
{
    static void (*const acts[])(struct xdb_bdb *, const struct xdb_event *) = {at_worker,
                                                                               after_step, at_leaf};
    struct breakpoint *mine = xdb_bdb_data(b);
    printf("stop %d at line %d, breakpoint %d\n", mine->stops + 1, e->line, e->breakpoint);
    show_stack(b, e);
    if (mine->stops < (int)(sizeof acts / sizeof *acts))
        acts[mine->stops++](b, e);
}

static void on_return(struct xdb_bdb *b, const struct xdb_event *e)
{
    printf("%s returns\n", xdb_frame_function(b, e->frame));
    for (int n = 1; xdb_event_push_result(e, n); n++)
        show_value(e->L, "result");
    xdb_bdb_set_continue(b);
}

static int set_breakpoints(struct xdb_bdb *b, lua_State *L, const char *program)
{
    struct xdb_break_spec specs[] = {{program, 2, false, NULL, NULL},
                                     {NULL, 0, false, NULL, "worker"},
                                     {program, 99, false, NULL, NULL}};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct xdb_breakpoint *bp;
        struct xdb_error error;
        int failed = xdb_bdb_set_break(b, L, &specs[i], &bp, NULL, &error);
        if (failed)
            printf("no breakpoint: %d\n", failed);
        else
            printf("breakpoint %d\n", xdb_breakpoint_number(bp));
    }
    show_breakpoints(b);
    return xdb_bdb_frame(b, 0) == NULL; /* nobody has stopped */
}

int main(int argc, char **argv)
{
    static const struct xdb_front front = {.user_line = on_line, .user_return = on_return};
    struct breakpoint mine = {{0, 0}, 0};
    printf("version: %s\n",
           strcmp(xdb_version(), XDB_VERSION) == 0 ? "the headers'" : xdb_version());
    struct xdb_error error;
    lua_State *L = argc > 1 ? luaL_newstate() : NULL;
    if (!L)
        return 1;
    luaL_openlibs(L);
    struct xdb_bdb *b = xdb_bdb_new(L, &front, &mine, NULL, &error);
    if (!b || !set_breakpoints(b, L, argv[1]) || luaL_loadfile(L, argv[1]) != LUA_OK)
        return 1;
    int status = xdb_bdb_call(b, L, 0, 0);
    lua_getglobal(L, "result");
    printf("ended: %d\n", status);
    show_value(L, "result");
    xdb_bdb_free(b, L);
    lua_close(L);
    return 0;
}
