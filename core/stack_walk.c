#include "core/stack_walk.h"

enum { MOST_OBJECTS = 20000000, MOST_INSTRUCTIONS = 1 << 28 };

/* ---- frames ----------------------------------------------------------------------------------- */

static bool aligned(const void *p)
{
    return p && ((uintptr_t)p & 7) == 0;
}

/* Whether it can be a function's prototype. */
static bool is_proto(const struct Proto *p)
{
    if (!aligned(p) || layout_object_tag(p) != LAYOUT_OBJECT_PROTO)
        return false;
    int n = layout_sizecode(p);
    return n > 0 && n < MOST_INSTRUCTIONS && layout_code(p);
}

static enum stack_kind look_at_lua(struct stack_walk *w)
{
    const void *closure = layout_function(w->ci);
    if (!aligned(closure) || layout_object_tag(closure) != LAYOUT_OBJECT_LCL)
        return STACK_BROKEN;
    w->proto = layout_closure_proto(closure);
    if (!is_proto(w->proto))
        return STACK_BROKEN;
    int pc = layout_nextpc(w->ci, w->proto) - 1;
    w->pc = pc < 0 ? 0 : pc; /* it has just been called */
    return pc < -1 || pc >= layout_sizecode(w->proto) ? STACK_BROKEN : STACK_LUA;
}

/* Says what the frame at `w->ci` is. */
static void look(struct stack_walk *w)
{
    w->kind = STACK_BROKEN;
    w->finalizing = false;
    if (!aligned(w->ci))
        return;
    w->finalizing = layout_finalizing(w->ci);
    if (!layout_previous(w->ci)) {
        w->kind = STACK_END;
        return;
    }
    if (!aligned(layout_func(w->ci)))
        return;
    switch (layout_tag(w->ci)) {
    case LAYOUT_TAG_LCL:
        w->kind = look_at_lua(w);
        break;
    case LAYOUT_TAG_LCF:
    case LAYOUT_TAG_CCL:
        w->kind = STACK_C;
        break;
    default:
        break;
    }
}

void stack_first(struct stack_walk *w, const lua_State *L)
{
    w->ci = layout_running(L);
    look(w);
}

void stack_next(struct stack_walk *w)
{
    if (w->kind == STACK_END || w->kind == STACK_BROKEN)
        return;
    w->ci = layout_previous(w->ci);
    look(w);
}

bool stack_correct(struct stack_walk *w, const unsigned long *registers, size_t count)
{
    if (w->kind != STACK_LUA)
        return false;
    uintptr_t code = (uintptr_t)layout_code(w->proto);
    uintptr_t size = (uintptr_t)layout_sizecode(w->proto) * 4, found = 0;
    for (size_t i = 0; i < count; i++) {
        uintptr_t at = registers[i];
        if (at <= code || at - code > size || at % 4 != 0 || at == found)
            continue;
        if (found)
            return false; /* which of them? */
        found = at;
    }
    if (found)
        w->pc = (int)((found - code) / 4) - 1;
    return found != 0;
}

int stack_line(const struct stack_walk *w)
{
    return layout_line(w->proto, w->pc);
}

const char *stack_source(const struct stack_walk *w)
{
    return layout_source(w->proto);
}

/* ---- threads ---------------------------------------------------------------------------------- */

/* Keeps the running ones in the order of the C stack, which grows down: the innermost lies lowest. */
static void note_running(struct stack_threads *t, const lua_State *L)
{
    if (t->count == STACK_MAX_RUNNING)
        return;
    size_t at = t->count++;
    while (at > 0 &&
           (uintptr_t)layout_protected(t->running[at - 1]) > (uintptr_t)layout_protected(L)) {
        t->running[at] = t->running[at - 1];
        at--;
    }
    t->running[at] = L;
}

static void note_thread(struct stack_threads *t, const lua_State *L)
{
    if (layout_protected(L))
        note_running(t, L);
    else if (layout_status(L) == LUA_YIELD && t->asleep_count++ < t->room)
        t->asleep[t->asleep_count - 1] = L;
}

void stack_threads(struct stack_threads *t, const lua_State *main)
{
    long left = MOST_OBJECTS;
    t->count = t->asleep_count = 0;
    const void *object = layout_objects(layout_global(main));
    for (; aligned(object) && left > 0; object = layout_object_next(object), left--)
        if (layout_object_tag(object) == LAYOUT_OBJECT_THREAD && object != (const void *)main)
            note_thread(t, object);
    t->cut = object != NULL;
    if (t->count == STACK_MAX_RUNNING)
        t->count--;
    t->running[t->count++] = main; /* the outermost, under a protected call or not */
}
