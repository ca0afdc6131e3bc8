#include "tracemalloc/walk.h"

#include "core/buffer.h"
#include "core/instruction.h"
#include "core/layout.h"
#include "core/source.h"

#include <stdlib.h>
#include <string.h>

/* ---- files ------------------------------------------------------------------------------------ */

bool walk_file(struct stacks *s, const char *chunk, size_t len, uint32_t *file)
{
    struct buffer title;
    size_t n;
    buffer_init(&title);
    char *name = source_canonical(chunk, len, NULL, &n);
    if (name)
        source_add_title(name, &title);
    bool ok = name && !title.failed && stacks_file(s, title.data, title.len, file);
    free(name);
    buffer_release(&title);
    return ok;
}

/* ---- life ------------------------------------------------------------------------------------- */

bool walk_init(struct walker *w, struct stacks *stacks, int limit)
{
    size_t n = (size_t)limit;
    *w = (struct walker){.stacks = stacks, .limit = limit, .generation = 1};
    w->pcs = calloc(WALK_PCS, sizeof *w->pcs);
    w->last_pcs = calloc(n, sizeof *w->last_pcs);
    w->pcs_now = calloc(n, sizeof *w->pcs_now);
    w->frames_now = calloc(n, sizeof *w->frames_now);
    w->last_nodes = calloc(n, sizeof *w->last_nodes);
    return w->pcs && w->last_pcs && w->pcs_now && w->frames_now && w->last_nodes;
}

void walk_release(struct walker *w)
{
    free(w->pcs);
    free(w->last_pcs);
    free(w->pcs_now);
    free(w->frames_now);
    free(w->last_nodes);
    *w = (struct walker){0};
}

size_t walk_memory(const struct walker *w)
{
    size_t n = (size_t)w->limit;
    return w->pcs ? WALK_PCS * sizeof *w->pcs + n * (sizeof *w->last_pcs + sizeof *w->pcs_now +
                                                     sizeof *w->frames_now + sizeof *w->last_nodes)
                  : 0;
}

void walk_forget(struct walker *w)
{
    w->generation++;
}

/* ---- going through the frames ----------------------------------------------------------------- */

void walk_start(struct walk_way *at, const struct walker *w)
{
    at->universe = universe_find(w->main);
    at->L = at->universe ? at->universe->running : w->main;
    if (at->universe)
        universe_walk(at->universe, &at->threads, at->L);
    at->ci = layout_on() ? layout_running(at->L) : NULL;
}

static void older_thread(struct walk_way *at)
{
    at->L = at->universe ? universe_walk_older(at->universe, &at->threads) : NULL;
    at->ci = at->L ? layout_running(at->L) : NULL;
}

/* Goes on to a frame of Lua code, from the present one on. */
static bool to_lua(struct walk_way *at)
{
    while (at->ci) {
        struct CallInfo *previous = layout_previous(at->ci);
        if (!previous)
            older_thread(at);
        else if (layout_is_c(at->ci))
            at->ci = previous;
        else
            return true;
    }
    return false;
}

/* The stack slot of a frame's function, also while the stack is moved and Lua keeps its distance instead. */
static const void *function_slot(const struct walk_way *at, const struct walk_request *r)
{
    const char *slot = layout_func(at->ci), *stack = layout_stack(at->L);
    bool moved = stack == r->block && (slot < stack || slot >= stack + r->osize);
    return moved ? stack + (uintptr_t)slot : slot;
}

const void *walk_cfunction(const struct walk_way *at, const struct walk_request *r)
{
    return layout_is_c(at->ci) && layout_previous(at->ci)
               ? layout_slot_cfunction(function_slot(at, r))
               : NULL;
}

const struct Proto *walk_proto(const struct walk_way *at, const struct walk_request *r)
{
    return layout_slot_proto(function_slot(at, r));
}

/* ---- instructions ----------------------------------------------------------------------------- */

/* Finds out the frame of an instruction. */
static bool learn_pc(struct walker *w, const struct walk_way *at, const struct walk_request *r,
                     const void *pc, struct walk_pc *entry)
{
    const struct Proto *p = walk_proto(at, r);
    const char *chunk = layout_source(p);
    int index = (int)(((const char *)pc - (const char *)layout_code(p)) / 4) - 1;
    int line = layout_line(p, index < 0 ? 0 : index);
    struct walk_pc fresh = {.pc = pc, .generation = w->generation};
    uint32_t file;
    if (!walk_file(w->stacks, chunk ? chunk : "=?", chunk ? strlen(chunk) : 2, &file) ||
        !stacks_frame(w->stacks, file, line < 0 ? 0 : line, &fresh.frame))
        return false;
    *entry = fresh;
    return true;
}

/* What is known of the instruction where the frame is; NULL when memory runs out. */
static struct walk_pc *know(struct walker *w, const struct walk_way *at,
                            const struct walk_request *r)
{
    const void *pc = layout_savedpc(at->ci);
    struct walk_pc *entry = walk_pc(w, pc);
    if (entry->pc == pc && entry->generation == w->generation)
        return entry;
    return learn_pc(w, at, r, pc, entry) ? entry : NULL;
}

/* ---- tracebacks ------------------------------------------------------------------------------- */

/* Of one frame. */
static bool shallow(struct walker *w, struct walk_way *at, const struct walk_request *r,
                    uint32_t *node)
{
    struct walk_pc *known = know(w, at, r);
    if (!known)
        return false;
    at->ci = layout_previous(at->ci);
    uint32_t root = to_lua(at) ? STACKS_CUT : STACKS_BOTTOM;
    if (!known->node[root] && !stacks_node(w->stacks, root, known->frame, &known->node[root]))
        return false;
    *node = known->node[root];
    return true;
}

/* Notes the frames that count, newest first; returns how many, and the root below them. */
static int gather(struct walker *w, struct walk_way *at, uint32_t *root)
{
    int n = 0;
    *root = STACKS_BOTTOM;
    while (to_lua(at)) {
        if (n == w->limit) {
            *root = STACKS_CUT;
            break;
        }
        w->pcs_now[n] = layout_savedpc(at->ci);
        w->frames_now[n++] = (struct walk_frame){at->L, at->ci};
        at->ci = layout_previous(at->ci);
    }
    return n;
}

/* How many of the oldest frames are the same as last time. */
static int unchanged(const struct walker *w, int n, uint32_t root)
{
    int same = 0;
    if (w->last_generation != w->generation || w->last_root != root)
        return 0;
    while (same < n && same < w->last_count &&
           w->pcs_now[n - 1 - same] == w->last_pcs[w->last_count - 1 - same])
        same++;
    return same;
}

/* Makes the nodes of the `n` newest frames, above `older`. */
static bool make_nodes(struct walker *w, const struct walk_request *r, int n, uint32_t older)
{
    for (int i = n; i-- > 0;) {
        const struct walk_way at = {.L = w->frames_now[i].L, .ci = w->frames_now[i].ci};
        const struct walk_pc *known = know(w, &at, r);
        if (!known || !stacks_node(w->stacks, older, known->frame, &older))
            return false;
        w->last_nodes[i] = older;
    }
    return true;
}

/* Whether the stack of the main thread, which runs, is what it was last time: nothing is noted on the way. */
static bool same_as_last(const struct walker *w, const struct walk_way *at)
{
    int n = 0;
    if (w->last_count == 0 || w->last_generation != w->generation || at->L != w->main)
        return false;
    const struct CallInfo *below, *ci = at->ci;
    for (; (below = layout_previous(ci)) != NULL; ci = below) {
        if (layout_is_c(ci))
            continue;
        if (n == w->last_count)
            return n == w->limit && w->last_root == STACKS_CUT;
        if (layout_savedpc(ci) != w->last_pcs[n++])
            return false;
    }
    return n == w->last_count && w->last_root == STACKS_BOTTOM;
}

uint32_t *walk_same(struct walker *w)
{
    struct walk_way at;
    if (w->limit == 1 || w->last_count == 0 || !w->main)
        return NULL;
    const struct universe *u = universe_find(w->main);
    at.L = u ? u->running : NULL;
    if (at.L != w->main)
        return NULL;
    at.ci = layout_running(at.L);
    return !layout_is_c(at.ci) && same_as_last(w, &at) ? w->last_sites : NULL;
}

/* Of several: only what is newer than the part that is unchanged since last time is looked up. */
static bool deep(struct walker *w, struct walk_way *at, const struct walk_request *r,
                 uint32_t *node)
{
    uint32_t root;
    if (same_as_last(w, at)) {
        *node = w->last_nodes[0];
        return true;
    }
    int n = gather(w, at, &root);
    int same = unchanged(w, n, root);
    if (same < n || n < w->last_count) {
        uint32_t older = same ? w->last_nodes[w->last_count - same] : root;
        memmove(&w->last_nodes[n - same], &w->last_nodes[w->last_count - same],
                (size_t)same * sizeof *w->last_nodes);
        w->last_count = 0; /* until all is well again */
        if (!make_nodes(w, r, n - same, older))
            return false;
        memset(w->last_sites, 0, sizeof w->last_sites);
        const void **spare = w->last_pcs;
        w->last_pcs = w->pcs_now;
        w->pcs_now = spare;
        w->last_count = n;
        w->last_root = root;
        w->last_generation = w->generation;
    }
    *node = n ? w->last_nodes[0] : 0;
    return true;
}

/* The number of the C function on top, if there is one. */
static bool top_function(struct walker *w, const struct walk_way *at, const struct walk_request *r,
                         uint32_t *function)
{
    const void *address = walk_cfunction(at, r);
    size_t i = (uintptr_t)address / 16 % WALK_FUNCTIONS;
    if (!address)
        return true;
    if (w->functions[i].address != address) {
        if (!stacks_function(w->stacks, address, &w->functions[i].function))
            return false;
        w->functions[i].address = address;
    }
    *function = w->functions[i].function;
    return true;
}

bool walk_place(struct walker *w, const struct walk_request *r, struct walk_place *out)
{
    out->function = 0;
    if (!w->main)
        return stacks_unknown(w->stacks, &out->node);
    if (!layout_on())
        return walk_api_place(w, r, out);
    struct walk_way at;
    walk_start(&at, w);
    if (!top_function(w, &at, r, &out->function))
        return false;
    out->node = 0;
    if (w->limit == 1 ? to_lua(&at) && !shallow(w, &at, r, &out->node)
                      : !deep(w, &at, r, &out->node))
        return false;
    return out->node || stacks_unknown(w->stacks, &out->node);
}
