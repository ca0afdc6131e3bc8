#include "devmode/guard.h"

#include "devmode/state.h"
#include "faulthandler/faulthandler.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN = 8 }; /* bytes of data at each end */

/* Text in the caller's memory; what does not fit is cut. */
struct text {
    size_t len;
    char data[4096];
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->data + t->len, sizeof t->data - t->len, format, args);
    va_end(args);
    size_t left = sizeof t->data - 1 - t->len;
    if (n > 0)
        t->len += (size_t)n < left ? (size_t)n : left;
}

static void put(struct devmode *d, const struct text *t)
{
    if (d->findings.write)
        d->findings.write(d->findings.user, t->data, t->len);
    else if (write(STDERR_FILENO, t->data, t->len) < 0)
        return; /* nobody is there to be told */
}

/* What the block was allocated for: a letter, and in words. */
static const char *api_of(int kind)
{
    switch (kind) {
    case LUA_TSTRING:
        return "'s' (a string)";
    case LUA_TTABLE:
        return "'t' (a table)";
    case LUA_TFUNCTION:
        return "'f' (a function)";
    case LUA_TUSERDATA:
        return "'u' (a userdata)";
    case LUA_TTHREAD:
        return "'c' (a coroutine)";
    default:
        return "'m' (memory of an object, a buffer or a C module)";
    }
}

static bool whole(const unsigned char *s)
{
    for (int i = 0; i < ALLOCATOR_GUARD; i++)
        if (s[i] != ALLOCATOR_FORBIDDEN)
            return false;
    return true;
}

/* The guard bytes at `s`; `name` and `base` say how each is called: "p-8", "tail+0". */
static void add_guard(struct text *t, const unsigned char *s, const char *where, const char *name,
                      int base)
{
    add(t, "    The %d pad bytes at %s are ", ALLOCATOR_GUARD, where);
    if (whole(s)) {
        add(t, "FORBIDDENBYTE, as expected.\n");
        return;
    }
    add(t, "not all FORBIDDENBYTE (0x%02x):\n", ALLOCATOR_FORBIDDEN);
    for (int i = 0; i < ALLOCATOR_GUARD; i++)
        add(t, "        at %s%+d: 0x%02x%s\n", name, base + i, s[i],
            s[i] == ALLOCATOR_FORBIDDEN ? "" : " *** OUCH");
}

static void add_data(struct text *t, const struct allocator_broken *what)
{
    size_t n = what->size;
    add(t, "    Data at p:");
    for (size_t i = 0; i < n; i++) {
        if (n > 2 * SHOWN && i == SHOWN) {
            add(t, " ...");
            i = n - SHOWN;
        }
        add(t, " %02x", what->at[i]);
    }
    add(t, "\n");
}

static void add_block(struct text *t, const struct allocator_broken *what)
{
    char tail[64];
    bool freed = what->fault == FAULT_FREED || what->fault == FAULT_WRITTEN;
    add(t, "Debug memory block at address p=%p: API %s\n", (const void *)what->at,
        freed ? "'-' (none, since it was freed)" : api_of(what->kind));
    if (what->fault == FAULT_FOREIGN)
        return;
    const unsigned char *end = what->at + what->size;
    add(t, "    %zu bytes originally requested\n", what->size);
    add_guard(t, what->at - ALLOCATOR_GUARD, "p-8", "p", -ALLOCATOR_GUARD);
    snprintf(tail, sizeof tail, "tail=%p", (const void *)end);
    add_guard(t, end, tail, "tail", 0);
    add_data(t, what);
}

/* By the allocator's memory, and thus last: the heap may be what is broken. */
static void put_traceback(struct devmode *d, const struct allocator_broken *what)
{
    struct buffer traceback;
    struct text t = {.len = 0};
    const struct place *place = what->place ? &d->places.all[what->place] : NULL;
    buffer_init(&traceback);
    if (findings_add_traceback(&d->findings, what->at,
                               "\nMemory block allocated at (most recent call last):\n",
                               &traceback))
        add(&t, "%s\n", traceback.data);
    else if (place)
        add(&t, "\nMemory block allocated at\n  File \"%s\", line %d\n\n", place->source->title,
            place->line);
    else
        add(&t, "\nEnable tracemalloc to get the memory block allocation traceback\n\n");
    buffer_release(&traceback);
    put(d, &t);
}

static const char *words(const struct allocator_broken *what, char *room, size_t size)
{
    switch (what->fault) {
    case FAULT_TRAILING:
        return "bad trailing pad byte";
    case FAULT_LEADING:
        return "bad leading pad byte";
    case FAULT_SIZE:
        snprintf(room, size, "bad old size: %zu bytes were allocated, %zu are given back",
                 what->size, what->claimed);
        return room;
    case FAULT_FREED:
        return "block freed twice, or used as a block after it was freed";
    case FAULT_WRITTEN:
        return "block written to after it was freed";
    case FAULT_CONCURRENT:
        return "two threads of the operating system use one Lua state at the same time";
    default:
        return "bad ID: not a block of this state's allocator, or overwritten before its begin";
    }
}

void guard_report(struct devmode *d, const struct allocator_broken *what)
{
    struct text t = {.len = 0};
    char room[128];
    const struct universe *u = d->main ? universe_find(d->main) : NULL;
    if (what->fault != FAULT_CONCURRENT) {
        add_block(&t, what);
        put(d, &t);
        put_traceback(d, what);
    }
    xdb_faulthandler_fatal(u ? u->running : d->main, "xdb_debug_alloc",
                           words(what, room, sizeof room), STDERR_FILENO);
}
