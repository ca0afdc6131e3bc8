#include "faulthandler/remains.h"

#include "core/stack_walk.h"
#include "faulthandler/dump.h"
#include "faulthandler/frames.h"
#include "faulthandler/guard.h"
#include "faulthandler/known.h"

#include <string.h>

enum { MOST = 1000, MOST_OBJECTS = 20000000 };

/*
** What has been found, the oldest frame first. Too large for any stack; who writes a report has it to himself.
*/
static struct {
    struct CallInfo *ci;
    const void *saved; /* the next instruction; meaningless of a C function */
    const struct Proto *proto;
} found[MOST];
static size_t count;

struct remains {
    struct out *o;
    lua_State *L;
    const char *message;
    bool any;
};

static void collect_frames(const lua_State *L)
{
    const struct CallInfo *bottom = layout_running(L);
    count = 0;
    for (const struct CallInfo *ci = layout_next(bottom); ci && count < MOST;
         ci = layout_next(ci)) {
        if (layout_is_c(ci))
            continue;
        found[count].ci = (struct CallInfo *)(uintptr_t)ci;
        found[count].saved = layout_savedpc(ci);
        found[count++].proto = NULL;
    }
}

/* Whose code it is: looked for among all prototypes. */
static void find_functions(const lua_State *L)
{
    const void *object = layout_objects(layout_global(L));
    for (long left = MOST_OBJECTS; object && left > 0;
         object = layout_object_next(object), left--) {
        if (layout_object_tag(object) != LAYOUT_OBJECT_PROTO)
            continue;
        uintptr_t code = (uintptr_t)layout_code(object);
        uintptr_t size = (uintptr_t)layout_sizecode(object) * 4;
        for (size_t i = 0; i < count; i++)
            if ((uintptr_t)found[i].saved > code && (uintptr_t)found[i].saved - code <= size)
                found[i].proto = object;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (found[i].proto)
            found[kept++] = found[i];
    count = kept;
}

static void stand_on(struct frames *f, lua_State *L, size_t i)
{
    memset(f, 0, sizeof *f);
    f->L = L;
    f->kind = STACK_LUA;
    f->unwound = true;
    f->walk.kind = STACK_LUA;
    f->walk.ci = found[i].ci;
    f->walk.proto = found[i].proto;
    f->walk.pc =
        (int)(((const char *)found[i].saved - (const char *)layout_code(found[i].proto)) / 4) - 1;
}

/* Whether the message begins with the place of this frame, "file:line:". Long names are cut by Lua at their front. */
static bool is_at(const struct remains *r, size_t i)
{
    struct frames f;
    stand_on(&f, r->L, i);
    const char *source = stack_source(&f.walk), *message = r->message;
    int line = stack_line(&f.walk), told = 0;
    if (!source || (*source != '@' && *source != '='))
        return false;
    const char *name = source + 1;
    if (strncmp(message, "...", 3) == 0) {
        size_t cut = strcspn(message += 3, ":"), n = strlen(name);
        name = n > cut ? name + n - cut : name;
    }
    size_t n = strlen(name);
    if (strncmp(message, name, n) != 0 || message[n] != ':')
        return false;
    for (message += n + 1; *message >= '0' && *message <= '9' && told < 100000000; message++)
        told = told * 10 + (*message - '0');
    return *message == ':' && told == line;
}

/* How many frames there were: those above the one that raised lie there from calls long before. */
static size_t find_top(const struct remains *r)
{
    size_t top = 0;
    while (top < count && !is_at(r, top))
        top++;
    while (top + 1 < count && is_at(r, top + 1)) /* it has called itself */
        top++;
    return top < count ? top + 1 : count;
}

static void write_frames(struct remains *r, const char *name)
{
    out_text(r->o, "Current coroutine ");
    out_hex(r->o, (uintptr_t)r->L, (int)sizeof(void *) * 2);
    if (name) {
        out_text(r->o, " [");
        out_name(r->o, name, strlen(name));
        out_char(r->o, ']');
    }
    out_text(r->o,
             " (most recent call first):\n  <unwound by the error, as it can still be read>\n");
    size_t top = find_top(r);
    for (size_t i = top; i > 0 && top - i < DUMP_FRAMES; i--) {
        struct frames f;
        stand_on(&f, r->L, i - 1);
        frames_write(&f, r->o);
    }
}

static void write_remains(void *data)
{
    struct remains *r = data;
    const struct known *k = known_find(r->L);
    collect_frames(r->L);
    find_functions(r->L);
    r->any = count > 0;
    if (r->any)
        write_frames(r, k && atomic_load(&k->main) == r->L ? k->name : NULL);
}

bool remains_write(struct out *o, lua_State *L, const char *message)
{
    struct remains r = {.o = o, .L = L, .message = message};
    if (!layout_stack_on())
        return false;
    if (!guard_run(write_remains, &r))
        out_fault(o);
    out_flush(o);
    return r.any;
}
