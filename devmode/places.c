/* Lines of the program as numbers. */
#include "devmode/findings.h"

#include <stdlib.h>
#include <string.h>

/* More different lines than a program has; what `load` makes in a loop ends here. */
enum { MOST_PLACES = 1 << 20, FIRST_SLOTS = 1024 };

int places_init(struct places *p)
{
    *p = (struct places){.sources = source_cache_new(), .count = 1, .room = FIRST_SLOTS / 2};
    p->all = calloc(p->room, sizeof *p->all);
    p->slots = calloc(FIRST_SLOTS, sizeof *p->slots);
    p->nslots = FIRST_SLOTS;
    if (p->sources && p->all && p->slots)
        return XDB_OK;
    places_release(p);
    return XDB_ENOMEM;
}

void places_release(struct places *p)
{
    source_cache_free(p->sources);
    free(p->all);
    free(p->slots);
    *p = (struct places){.sources = NULL};
}

static uint32_t slot_of(const struct places *p, const struct source *source, int line)
{
    uint64_t h = ((uint64_t)(uintptr_t)source >> 4) * 31 + (uint64_t)(unsigned)line;
    h *= 0x9E3779B97F4A7C15u;
    return (uint32_t)(h >> 32) & (p->nslots - 1);
}

/* The slot where the line stands, or would stand. */
static uint32_t *find_slot(const struct places *p, const struct source *source, int line)
{
    uint32_t i = slot_of(p, source, line);
    while (p->slots[i] &&
           (p->all[p->slots[i]].source != source || p->all[p->slots[i]].line != line))
        i = (i + 1) & (p->nslots - 1);
    return &p->slots[i];
}

/* Makes everything twice as large; the table of slots stays half empty. */
static bool grow(struct places *p)
{
    uint32_t *slots = calloc((size_t)p->nslots * 2, sizeof *slots);
    struct place *all = realloc(p->all, (size_t)p->room * 2 * sizeof *all);
    if (all)
        p->all = all;
    if (!slots || !all) {
        free(slots);
        return false;
    }
    free(p->slots);
    p->slots = slots;
    p->nslots *= 2;
    p->room *= 2;
    for (uint32_t i = 1; i < p->count; i++)
        *find_slot(p, p->all[i].source, p->all[i].line) = i;
    return true;
}

static uint32_t number(struct places *p, struct source *source, int line)
{
    uint32_t *slot = find_slot(p, source, line);
    if (*slot)
        return *slot;
    if (p->count == MOST_PLACES || (p->count == p->room && !grow(p)))
        return 0;
    slot = find_slot(p, source, line);
    p->all[p->count] = (struct place){source_hold(source), line};
    *slot = p->count;
    return p->count++;
}

uint32_t places_named(struct places *p, const char *chunk, size_t len, int line)
{
    struct source *source;
    if (line < 1 || source_of(p->sources, chunk, len, &source, NULL) < 0)
        return 0;
    return number(p, source, line);
}

uint32_t places_of(struct places *p, const lua_Debug *ar)
{
    return places_named(p, ar->source, ar->srclen, ar->currentline);
}

uint32_t places_here(struct places *p, lua_State *L, int level)
{
    lua_Debug ar;
    for (; lua_getstack(L, level, &ar); level++)
        if (lua_getinfo(L, "Sl", &ar) && ar.currentline > 0)
            return places_of(p, &ar);
    return 0;
}
