/*
** The methods of Bdb on the stack and on the stop policy (BDB-060..065, 100..103), and the dispatch of
** events that a program's own hook delivers (BDB-040..056).
*/
#include "bdb/lua_bdb.h"
#include "bdb/lua_frame.h"
#include "core/frame_stack.h"
#include "core/lua_value.h"
#include "core/repr.h"

#include <fnmatch.h>
#include <string.h>

enum { MOST_THREADS = 256 };

/* ---- the stack -------------------------------------------------------------------------------- */

/* Cuts off what stands below the call of run: the debugger's own frames (BDB-053). */
static void cut_bottom(const struct lua_bdb *self, struct frame_stack *s)
{
    for (int i = 0; i < s->count; i++) {
        const struct frame *f = &s->frames[i];
        if (f->thread == self->bottom && frame_depth(f->thread) - f->level <= self->bottom_height) {
            s->count = i;
            return;
        }
    }
}

/* Takes the debugger's own methods out: they are on top of the thread that waits for a dead coroutine. */
static void cut_methods(lua_State *L, struct frame_stack *s)
{
    int n = 0;
    lua_State *telling = lua_shared(L)->telling;
    int newest = telling ? lua_frame_newest(L, telling) : 0;
    for (int i = 0; i < s->count; i++)
        if (s->frames[i].thread != telling || s->frames[i].level >= newest)
            s->frames[n++] = s->frames[i];
    s->count = n;
}

/* The stack from `f` on, newest first; to be released. XDB_ENOMEM. Does not raise. */
static int build_stack(lua_State *L, const struct lua_bdb *self, const struct frame *f,
                       struct frame_stack *s)
{
    lua_State *threads[MOST_THREADS];
    *s = (struct frame_stack){0};
    int n = lua_frame_threads(L, f, threads, MOST_THREADS);
    if (frame_stack_build(s, threads, n, f->level) < 0)
        return XDB_ENOMEM;
    cut_methods(L, s);
    cut_bottom(self, s);
    return 0;
}

void lua_stack_push_bottom(lua_State *L, struct lua_bdb *self)
{
    struct frame newest, oldest = {0};
    struct frame_stack s;
    const struct xdb_event *e = self->b->event;
    if (!e || frame_at(e->frame->thread, 0, &newest) < 0) {
        lua_pushnil(L);
        return;
    }
    while (newest.ci != e->frame->ci && frame_older(&newest))
        continue;
    if (build_stack(L, self, &newest, &s) < 0)
        luaL_error(L, "not enough memory");
    int count = s.count;
    if (count > 0)
        oldest = s.frames[count - 1];
    frame_stack_release(&s);
    if (count > 0)
        lua_frame_push(L, &oldest);
    else
        lua_pushnil(L);
}

struct listing {
    const struct frame_stack *stack;
    const struct frame *given; /* whose index is wanted; NULL: the last one's */
};

/* The frames as a list of {frame, line}, oldest first, and the index. */
static int make_list(lua_State *L)
{
    const struct listing *l = lua_touserdata(L, 1);
    const struct frame_stack *s = l->stack;
    int index = s->count;
    lua_createtable(L, s->count, 0); /* -> list */
    for (int i = 0; i < s->count; i++) {
        lua_createtable(L, 2, 0); /* -> list entry */
        lua_frame_push(L, &s->frames[i]);
        int line = lua_frame_line(L, -1);
        lua_rawseti(L, -2, 1);
        if (line > 0) {
            lua_pushinteger(L, line);
            lua_rawseti(L, -2, 2);
        }
        lua_rawseti(L, -2, s->count - i);
        if (l->given && frame_same(l->given, &s->frames[i]))
            index = s->count - i;
    }
    lua_pushinteger(L, index);
    return 2;
}

/*
** b:get_stack(f, newest) -> list of {frame, line}, oldest first, and the index of `f`. With `newest` (a
** frame further in, where an error was raised) the list goes on to it. Without `f` the index is the last.
*/
static int get_stack(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    struct frame given, newest = {0};
    struct frame_stack s = {0};
    struct listing l = {&s, NULL};
    lua_settop(L, 3);
    if (!lua_isnil(L, 2)) {
        lua_frame_check(L, 2, &given);
        l.given = &given;
        newest = given;
    }
    if (!lua_isnil(L, 3))
        lua_frame_check(L, 3, &newest);
    bool any = l.given || !lua_isnil(L, 3);
    if (any && build_stack(L, self, &newest, &s) < 0)
        return luaL_error(L, "not enough memory");
    lua_pushcfunction(L, make_list); /* protected: the stack is C's */
    lua_pushlightuserdata(L, &l);
    int status = lua_pcall(L, 1, 2, 0);
    frame_stack_release(&s);
    return status == LUA_OK ? 2 : lua_error(L);
}

/* `->v1, v2` for the frame that is about to return. */
static void add_results(lua_State *L, const struct xdb_event *e, struct buffer *to)
{
    const struct repr_options brief = {
        .depth = 2, .items = 6, .string_bytes = 60, .total_bytes = 240, .width = 80};
    buffer_adds(to, e->results ? "->" : "->()");
    for (int i = 1; i <= e->results; i++) {
        if (!xdb_event_push_result(e, i))
            break;
        if (i > 1)
            buffer_adds(to, ", ");
        if (e->L != L)
            lua_xmove(e->L, L, 1);
        repr_line(L, -1, &brief, to);
        lua_pop(L, 1);
    }
}

static void add_source_line(struct source *s, int line, const char *separator, struct buffer *to)
{
    size_t len = 0;
    const char *text = s ? source_line(s, line, &len) : NULL;
    if (!text)
        return;
    while (len > 0 && strchr(" \t\r\f\v", text[0])) {
        text++;
        len--;
    }
    while (len > 0 && strchr(" \t\r\f\v", text[len - 1]))
        len--;
    if (len == 0)
        return;
    buffer_adds(to, separator);
    buffer_add(to, text, len);
}

/* b:format_stack_entry({frame, line}, separator), BDB-101..103 */
static int format_stack_entry(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    const struct xdb_event *e = self->b->event;
    struct frame f;
    luaL_checktype(L, 2, LUA_TTABLE);
    const char *separator = luaL_optstring(L, 3, ": ");
    lua_settop(L, 3);
    lua_rawgeti(L, 2, 1); /* -> self entry separator frame line */
    lua_rawgeti(L, 2, 2);
    lua_frame_check(L, 4, &f);
    struct source *s = lua_frame_source(L, &f);
    int line = lua_isnil(L, 5) ? -1 : (int)luaL_checkinteger(L, 5);
    struct buffer text;
    luaL_checkstack(L, 8, NULL);
    buffer_init(&text); /* nothing raises from here on */
    buffer_adds(&text, s ? s->title : "?");
    if (line < 0)
        buffer_adds(&text, "(nil)");
    else
        buffer_addf(&text, "(%d)", line);
    buffer_addf(&text, "%s()", lua_frame_name(L, &f));
    if (e && e->kind == XDB_EVENT_RETURN && frame_same(e->frame, &f))
        add_results(L, e, &text);
    if (line < 0)
        buffer_addf(&text, "%sWarning: lineno is nil", separator);
    else
        add_source_line(s, line, separator, &text);
    lua_value_push_text(L, &text);
    return 1;
}

/* ---- the stop policy -------------------------------------------------------------------------- */

static bool matches(const struct xdb_bdb *b, const char *name)
{
    for (char **p = b->skip; p && *p; p++)
        if (fnmatch(*p, name, 0) == 0)
            return true;
    return false;
}

static int is_skipped_module(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    const char *name = luaL_optstring(L, 2, NULL);
    lua_pushboolean(L, name && matches(self->b, name));
    return 1;
}

static bool stops_here(const struct lua_bdb *self, const struct frame *f, int line)
{
    const struct stop *s = &self->b->stop;
    lua_Debug ar;
    ar.i_ci = f->ci;
    if (bdb_skipped(self->b, f->thread, &ar))
        return false;
    if (s->mode == STOP_STEP)
        return true;
    return (s->mode == STOP_NEXT && stop_same(s->target, stop_frame_of(f))) ||
           (s->mode == STOP_UNTIL && stop_same(s->target, stop_frame_of(f)) && line >= s->line);
}

static int stop_here(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, &f);
    lua_pushboolean(L, stops_here(self, &f, lua_frame_line(L, 2)));
    return 1;
}

static bool breaks_here(lua_State *L, struct lua_bdb *self, const struct frame *f, int line)
{
    lua_Debug ar;
    struct source *s;
    if (frame_info(f, "S", &ar) < 0 || source_of_debug(self->b->sources, &ar, &s, NULL) < 0 ||
        !line_map_accepts(self->lines, self->b->registry, s->name, line))
        return false;
    int number = effective_break_here(self->b, L, f, s->name, line);
    if (number)
        self->currentbp = number;
    lua_bdb_rethrow(L, 1, self);
    return number != 0;
}

static int break_here(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, &f);
    lua_pushboolean(L, breaks_here(L, self, &f, lua_frame_line(L, 2)));
    return 1;
}

static bool breaks_anywhere(struct lua_bdb *self, const struct frame *f)
{
    lua_Debug ar;
    ar.i_ci = f->ci;
    return sites_of(self->b->arm.sites, f->thread, &ar) != NULL;
}

static int break_anywhere(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, &f);
    lua_pushboolean(L, breaks_anywhere(self, &f));
    return 1;
}

/* ---- dispatch --------------------------------------------------------------------------------- */

/* What goes on after a method: itself as the trace function, or nil when quitting (BDB-043). */
static int going_on(lua_State *L, struct lua_bdb *self)
{
    if (xdb_bdb_quitting(self->b))
        lua_pushnil(L);
    else
        lua_getfield(L, 1, "trace_dispatch");
    return 1;
}

/* Sends `method` with the frame at 2 and, if `with_argument`, what follows it. */
static int deliver(lua_State *L, struct lua_bdb *self, const char *method, bool with_argument)
{
    int top = lua_gettop(L), n = with_argument ? top - 1 : 1;
    luaL_checkstack(L, n + 4, NULL);
    for (int i = 0; i < n; i++)
        lua_pushvalue(L, 2 + i);
    lua_bdb_send(L, method, n);
    lua_settop(L, top);
    if (xdb_bdb_quitting(self->b)) {
        lua_bdb_push_quit(L);
        return lua_error(L);
    }
    return going_on(L, self);
}

static int dispatch_line(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, &f);
    lua_settop(L, 2);
    int line = lua_frame_line(L, 2);
    if (stops_here(self, &f, line) || breaks_here(L, self, &f, line))
        return deliver(L, self, "user_line", false);
    return going_on(L, self);
}

static int dispatch_call(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, &f);
    if (stops_here(self, &f, lua_frame_line(L, 2)) || breaks_anywhere(self, &f))
        return deliver(L, self, "user_call", true);
    lua_pushnil(L); /* nothing of it is traced (BDB-047) */
    return 1;
}

static int dispatch_return(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, &f);
    const struct stop *s = &self->b->stop;
    if (stop_on_return(s, stop_frame_of(&f)))
        return deliver(L, self, "user_return", true);
    return going_on(L, self);
}

static int dispatch_exception(lua_State *L)
{
    struct frame f;
    struct lua_bdb *self = lua_bdb_check(L, 1);
    lua_frame_check(L, 2, &f);
    if (stops_here(self, &f, lua_frame_line(L, 2)))
        return deliver(L, self, "user_exception", true);
    return going_on(L, self);
}

static int dispatch_opcode(lua_State *L)
{
    return deliver(L, lua_bdb_check(L, 1), "user_opcode", false);
}

static const struct {
    const char *event;
    lua_CFunction dispatch; /* NULL: accepted and ignored (BDB-041) */
} routes[] = {
    {"line", dispatch_line},
    {"call", dispatch_call},
    {"tail call", dispatch_call},
    {"return", dispatch_return},
    {"exception", dispatch_exception},
    {"opcode", dispatch_opcode},
    {"count", dispatch_opcode},
    {"c_call", NULL},
    {"c_return", NULL},
    {"c_exception", NULL},
};

/* b:trace_dispatch(frame, event, arg...) */
static int trace_dispatch(lua_State *L)
{
    struct lua_bdb *self = lua_bdb_check(L, 1);
    const char *event = luaL_checkstring(L, 3);
    if (xdb_bdb_quitting(self->b))
        return going_on(L, self);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (strcmp(event, routes[i].event) == 0) {
            lua_remove(L, 3);
            return routes[i].dispatch ? routes[i].dispatch(L) : going_on(L, self);
        }
    lua_getglobal(L, "print");
    lua_pushfstring(L, "bdb.Bdb.dispatch: unknown debugging event: '%s'", event);
    lua_call(L, 1, 0);
    return going_on(L, self);
}

const luaL_Reg lua_stack_methods[] = {
    {"get_stack", get_stack},
    {"format_stack_entry", format_stack_entry},
    {"is_skipped_module", is_skipped_module},
    {"stop_here", stop_here},
    {"break_here", break_here},
    {"break_anywhere", break_anywhere},
    {"trace_dispatch", trace_dispatch},
    {"dispatch_line", dispatch_line},
    {"dispatch_call", dispatch_call},
    {"dispatch_return", dispatch_return},
    {"dispatch_exception", dispatch_exception},
    {"dispatch_opcode", dispatch_opcode},
    {NULL, NULL},
};
