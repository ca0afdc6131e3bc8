#include "profiler/lines.h"

#include "core/layout.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

/* Where a node's frame stood in the last sample: the next instruction, and the record of its line plus one. */
struct lines_last {
    const void *code;
    int pc;
    uint32_t record;
};

void lines_release(struct lines *t)
{
    free(t->records);
    free(t->slots);
    free(t->last);
    *t = (struct lines){0};
}

void lines_clear(struct lines *t)
{
    t->n = 0;
    if (t->slots)
        memset(t->slots, 0, t->nslots * sizeof *t->slots);
    if (t->last)
        memset(t->last, 0, t->nlast * sizeof *t->last);
}

static size_t slot_of(const struct lines *t, uint32_t node, int line)
{
    uint64_t h = ((uint64_t)node << 32 | (uint32_t)line) * 0x9E3779B97F4A7C15u;
    size_t at = (h ^ h >> 32) & (t->nslots - 1);
    while (t->slots[at]) {
        const struct line_record *r = &t->records[t->slots[at] - 1];
        if (r->node == node && r->line == line)
            break;
        at = (at + 1) & (t->nslots - 1);
    }
    return at;
}

/* Room for one more record, and twice as many slots as records. */
static bool grow(struct lines *t)
{
    if (t->n < t->room)
        return true;
    size_t room = t->room ? t->room * 2 : FIRST_ROOM;
    struct line_record *records =
        room < UINT32_MAX / 2 ? realloc(t->records, room * sizeof *records) : NULL;
    if (records)
        t->records = records;
    uint32_t *slots = records ? calloc(room * 2, sizeof *slots) : NULL;
    if (!slots)
        return false;
    free(t->slots);
    t->slots = slots;
    t->nslots = room * 2;
    t->room = room;
    for (size_t i = 0; i < t->n; i++)
        t->slots[slot_of(t, t->records[i].node, t->records[i].line)] = (uint32_t)i + 1;
    return true;
}

/* The place of a record plus one; 0 when memory runs out. */
static uint32_t find(struct lines *t, uint32_t node, int line)
{
    if (!grow(t))
        return 0;
    size_t at = slot_of(t, node, line);
    if (!t->slots[at]) {
        t->records[t->n] = (struct line_record){.node = node, .line = line};
        t->slots[at] = (uint32_t)++t->n;
    }
    return t->slots[at];
}

static int line_of(lua_State *L, struct CallInfo *ci)
{
    lua_Debug ar;
    memset(&ar, 0, sizeof ar);
    ar.i_ci = ci;
    return lua_getinfo(L, "l", &ar) ? ar.currentline : -1;
}

/* Remembers of a node where it stood; without memory for that it is found anew each time. */
static struct lines_last *last_of(struct lines *t, uint32_t node)
{
    if (node >= t->nlast) {
        size_t more = t->nlast ? t->nlast : FIRST_ROOM;
        while (more <= node)
            more *= 2;
        struct lines_last *last = realloc(t->last, more * sizeof *last);
        if (!last)
            return NULL;
        memset(last + t->nlast, 0, (more - t->nlast) * sizeof *last);
        t->last = last;
        t->nlast = more;
    }
    return &t->last[node];
}

static uint32_t record_of(struct lines *t, lua_State *L, struct CallInfo *ci, uint32_t node)
{
    const struct Proto *p = layout_on() ? layout_proto(ci) : NULL;
    struct lines_last *last = p ? last_of(t, node) : NULL;
    if (layout_on() && !p)
        return 0;
    if (last && last->record && last->code == layout_code(p) && last->pc == layout_nextpc(ci, p))
        return last->record;
    int line = line_of(L, ci);
    if (line <= 0)
        return 0;
    uint32_t record = find(t, node, line);
    t->out_of_memory |= record == 0;
    if (last)
        *last = (struct lines_last){layout_code(p), layout_nextpc(ci, p), record};
    return record;
}

static void count(struct lines *t, uint32_t record, int64_t ticks, bool top)
{
    struct line_record *r = &t->records[record - 1];
    r->samples++;
    r->total += ticks;
    if (top) {
        r->direct++;
        r->own += ticks;
    }
}

void lines_add(struct lines *t, lua_State *L, struct CallInfo *ci, const struct tree_node *n,
               int64_t ticks, bool top)
{
    uint32_t record = record_of(t, L, ci, n->index);
    if (record)
        count(t, record, ticks, top);
}

void lines_add_at(struct lines *t, const struct tree_node *n, int line, int64_t ticks)
{
    uint32_t record = find(t, n->index, line);
    t->out_of_memory |= record == 0;
    if (record)
        count(t, record, ticks, true);
}
