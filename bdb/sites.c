#include "bdb/sites.h"

#include <stdlib.h>
#include <string.h>

struct site_cache *site_cache_new(struct breakpoints *registry, struct source_cache *sources)
{
    struct site_cache *c = calloc(1, sizeof *c);
    if (c) {
        c->registry = registry;
        c->sources = sources;
        c->generation = 1;
        c->now = breakpoints_epoch_address(registry);
        c->epoch = *c->now;
    }
    return c;
}

static void free_made(struct site_cache *c)
{
    while (c->made) {
        struct sites *s = c->made;
        c->made = s->next;
        free(s);
    }
}

void site_cache_free(struct site_cache *c)
{
    if (!c)
        return;
    free_made(c);
    free(c);
}

void site_cache_flush(struct site_cache *c)
{
    c->generation++;
    free_made(c);
}

/*
** Whether line events of the function can come at the line. Without the layout functions that begin and end on
** the same lines (`function() return function()`) share a decision, so it must do for all of them.
*/
static bool reaches(const struct proto *p, int line)
{
    if (bytecode_has_line(p, line))
        return true;
    return !layout_on() && p->linedefined > 0 && line >= p->linedefined &&
           line <= p->lastlinedefined;
}

/* Makes the set of those of the file's breakpoint lines where this very function has code. */
static const struct sites *make(struct site_cache *c, struct source *source, const struct proto *p,
                                const int *lines, int n)
{
    if (p->nactive == 0)
        return NULL;
    int first = p->active[0], last = p->active[p->nactive - 1];
    if (!layout_on() && p->linedefined > 0) {
        first = p->linedefined < first ? p->linedefined : first;
        last = p->lastlinedefined > last ? p->lastlinedefined : last;
    }
    int count = last - first + 1;
    struct sites *s = calloc(1, sizeof *s + (size_t)count / 8 + 1);
    if (!s) {
        c->out_of_memory = true;
        return NULL;
    }
    s->source = source;
    s->first = first;
    s->count = count;
    bool any = false;
    for (int i = 0; i < n; i++) {
        int at = lines[i] - first;
        if (at < 0 || at >= count || !reaches(p, lines[i]) ||
            (c->accepts && !c->accepts(c->data, source->name, lines[i])))
            continue;
        s->bits[at / 8] |= (unsigned char)(1 << at % 8);
        any = true;
    }
    if (!any) {
        free(s);
        return NULL;
    }
    s->next = c->made;
    c->made = s;
    return s;
}

/* Whether one of the lines may belong to the function. */
static bool overlaps(const lua_Debug *ar, const int *lines, int n)
{
    if (ar->linedefined == 0)
        return n > 0;
    for (int i = 0; i < n; i++)
        if (lines[i] >= ar->linedefined && lines[i] <= ar->lastlinedefined)
            return true;
    return false;
}

static const struct sites *decide(struct site_cache *c, lua_State *L, lua_Debug *ar,
                                  struct source *source)
{
    const int *lines;
    int n = breakpoint_lines(c->registry, source->name, &lines);
    if (!overlaps(ar, lines, n) || !lua_getinfo(L, "f", ar))
        return NULL;
    struct bytecode *b = NULL;
    const struct sites *s = NULL;
    int failed = bytecode_of(L, -1, &b, NULL);
    lua_pop(L, 1);
    if (failed == XDB_ENOMEM)
        c->out_of_memory = true;
    if (!failed)
        s = make(c, source, b->main, lines, n);
    bytecode_free(b);
    return s;
}

/* The two words by which a function is known. */
static void identify(const lua_Debug *ar, const void **prototype, const void **code)
{
    const struct Proto *p = layout_on() ? layout_proto(ar->i_ci) : NULL;
    *prototype = p ? (const void *)p : ar->source;
    *code = p ? layout_code(p)
              : (const void *)(((uintptr_t)ar->linedefined << 24) ^ (uintptr_t)ar->lastlinedefined);
}

const struct sites *sites_resolve(struct site_cache *c, lua_State *L, lua_Debug *ar)
{
    struct source *source;
    if (!lua_getinfo(L, "S", ar) || ar->what[0] == 'C')
        return NULL;
    if (c->epoch != *c->now) {
        site_cache_flush(c);
        c->epoch = *c->now;
    }
    if (source_of_debug(c->sources, ar, &source, NULL) < 0) {
        c->out_of_memory = true;
        return NULL;
    }
    const void *prototype, *code;
    identify(ar, &prototype, &code);
    struct site_entry *e = site_entry_of(c, prototype);
    bool known = e->prototype == prototype && e->code == code && e->source == source &&
                 e->generation == c->generation;
    if (known)
        return e->sites;
    if (ar->linedefined == 0)
        site_cache_flush(c); /* new code has been loaded: addresses may have new owners */
    if (c->seen)
        c->seen(c->data, source);
    if (c->epoch != *c->now) {
        site_cache_flush(c); /* `seen` gave a pending breakpoint its place */
        c->epoch = *c->now;
    }
    const struct sites *s = decide(c, L, ar, source);
    *e = (struct site_entry){.prototype = prototype,
                             .code = code,
                             .quick = ar->linedefined > 0 ? code : NULL,
                             .generation = c->generation,
                             .sites = s,
                             .source = source};
    return s;
}
