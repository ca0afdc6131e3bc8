#include "profiler/shadow.h"

#include "core/layout.h"

#include <stdlib.h>

enum { FIRST_ENTRIES = 16, FIRST_SHADOWS = 64, FEW = 32 };

static struct shadow **bucket(const struct shadows *t, const lua_State *L)
{
    uint64_t h = (uint64_t)(uintptr_t)L * 0x9E3779B97F4A7C15u >> 32;
    return &t->buckets[h & (t->nbuckets - 1)];
}

struct shadow *shadow_find(const struct shadows *t, const lua_State *L)
{
    struct shadow *s = *bucket(t, L);
    while (s && s->L != L)
        s = s->next;
    return s;
}

static void grow_shadows(struct shadows *t)
{
    size_t old = t->nbuckets;
    struct shadow **from = t->buckets, **to = calloc(old * 2, sizeof *to);
    if (!to)
        return; /* the lists get longer */
    t->buckets = to;
    t->nbuckets = old * 2;
    for (size_t i = 0; i < old; i++)
        for (struct shadow *s = from[i], *next; s; s = next) {
            next = s->next;
            struct shadow **at = bucket(t, s->L);
            s->next = *at;
            *at = s;
        }
    free(from);
}

/* Room for the bottom and as many entries again. */
static bool make_room(struct shadows *t, struct shadow *s)
{
    size_t used = s->bottom ? (size_t)(s->top - s->bottom) : 0;
    size_t room = s->bottom ? (size_t)(s->end - s->bottom) * 2 : FIRST_ENTRIES;
    struct shadow_entry *e = realloc(s->bottom, room * sizeof *e);
    if (!e) {
        *t->out_of_memory = true;
        return false;
    }
    s->bottom = e;
    s->top = e + used;
    s->end = e + room;
    return true;
}

struct shadow *shadow_add(struct shadows *t, lua_State *L)
{
    struct shadow *s = t->unused;
    if (s)
        t->unused = s->next;
    else {
        s = calloc(1, sizeof *s);
        if (!s || !make_room(t, s)) {
            free(s);
            *t->out_of_memory = true;
            return NULL;
        }
        if (++t->count > t->nbuckets)
            grow_shadows(t);
    }
    struct shadow **at = bucket(t, L);
    s->L = L;
    s->resumer = NULL;
    s->epoch = 0;
    s->next = *at;
    *at = s;
    return s;
}

void shadow_recycle(struct shadows *t, struct shadow *s)
{
    struct shadow **at = bucket(t, s->L);
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    s->L = NULL;
    s->resumer = NULL;
    s->next = t->unused;
    t->unused = s;
}

void shadow_push(struct shadows *t, struct shadow *s, const struct CallInfo *ci,
                 struct tree_node *node)
{
    if (s->top + 1 == s->end && !make_room(t, s))
        return; /* the frame is found missing at its return */
    *++s->top = (struct shadow_entry){ci, node};
}

bool shadow_unwind(struct shadow *s, const struct CallInfo *ci)
{
    struct shadow_entry *e = s->top;
    while (e > s->bottom && e->ci != ci)
        e--;
    if (e->ci != ci)
        return false;
    s->top = e;
    return true;
}

/* ---- frames that nobody announced ------------------------------------------------------------- */

static int depth_of(lua_State *L)
{
    lua_Debug ar;
    int n = 0;
    if (layout_on()) {
        if (!lua_getstack(L, 0, &ar))
            return 0;
        for (const struct CallInfo *ci = ar.i_ci; layout_previous(ci); ci = layout_previous(ci))
            n++;
        return n;
    }
    while (lua_getstack(L, n, &ar))
        n++;
    return n;
}

/* The frames of `L` from the youngest to the oldest; false when memory runs out. The caller frees it. */
static bool list_frames(lua_State *L, const struct CallInfo ***frames, int *n)
{
    lua_Debug ar = {.i_ci = NULL};
    *n = depth_of(L);
    *frames = malloc(((size_t)*n + 1) * sizeof **frames);
    if (!*frames)
        return false;
    if (*n > 0)
        lua_getstack(L, 0, &ar);
    for (int i = 0; i < *n; i++) {
        (*frames)[i] = ar.i_ci;
        if (layout_on())
            ar.i_ci = layout_previous(ar.i_ci);
        else
            lua_getstack(L, i + 1, &ar);
    }
    (*frames)[*n] = layout_on() ? ar.i_ci : NULL; /* what stands below the first frame */
    if (layout_on() && *n == 0)
        (*frames)[0] = NULL;
    return true;
}

/*
** The usual case: a few frames unknown, on top of one that is known. A stack overflow inside of Lua's own
** hook dispatch makes one, for instance. False: it is not that.
*/
static bool adopt_few(struct shadows *t, struct shadow *s)
{
    const struct CallInfo *frames[FEW];
    lua_Debug ar;
    int n = 0;
    while (n < FEW && lua_getstack(s->L, n, &ar) && !shadow_unwind(s, ar.i_ci))
        frames[n++] = ar.i_ci;
    if (n == FEW || s->top == s->bottom)
        return false;
    while (n > 0)
        shadow_push(t, s, frames[--n], s->top->node);
    return true;
}

void shadow_adopt(struct shadows *t, struct shadow *s)
{
    if (adopt_few(t, s))
        return;
    const struct CallInfo **frames;
    int n;
    if (!list_frames(s->L, &frames, &n)) {
        *t->out_of_memory = true;
        return;
    }
    struct shadow_entry *e = s->bottom;
    int i = n - 1;
    if (e->ci == NULL)
        e->ci = frames[n];
    while (i >= 0 && e < s->top && e[1].ci == frames[i])
        e++, i--;
    s->top = e;
    for (; i >= 0; i--)
        shadow_push(t, s, frames[i], s->top->node);
    free(frames);
}

/* ---- life ------------------------------------------------------------------------------------- */

bool shadows_init(struct shadows *t, bool *out_of_memory)
{
    t->nbuckets = FIRST_SHADOWS;
    t->buckets = calloc(t->nbuckets, sizeof(struct shadow *));
    t->unused = NULL;
    t->count = 0;
    t->out_of_memory = out_of_memory;
    return t->buckets != NULL;
}

static void free_list(struct shadow *s)
{
    while (s) {
        struct shadow *next = s->next;
        free(s->bottom);
        free(s);
        s = next;
    }
}

void shadows_release(struct shadows *t)
{
    for (size_t i = 0; t->buckets && i < t->nbuckets; i++)
        free_list(t->buckets[i]);
    free_list(t->unused);
    free(t->buckets);
    t->buckets = NULL;
    t->unused = NULL;
}
