#include "tracemalloc/stacks_copy.h"

#include <stdlib.h>
#include <string.h>

bool stacks_copy_init(struct stacks_copy *c, const struct stacks *from, struct stacks *to)
{
    *c = (struct stacks_copy){.from = from, .to = to};
    c->frames = calloc(from->frames.count + 1U, sizeof *c->frames);
    c->nodes = calloc(from->nodes.count + 1U, sizeof *c->nodes);
    c->functions = calloc(from->functions.count + 1U, sizeof *c->functions);
    return c->frames && c->nodes && c->functions;
}

void stacks_copy_release(struct stacks_copy *c)
{
    free(c->frames);
    free(c->nodes);
    free(c->functions);
    *c = (struct stacks_copy){0};
}

bool stacks_copy_frame(struct stacks_copy *c, uint32_t frame, uint32_t *out)
{
    if (!c->frames[frame]) {
        const struct stacks_frame *f = stacks_frame_at(c->from, frame);
        const struct intern_text *name = intern_at(&c->from->files, f->file);
        uint32_t file;
        if (!stacks_file(c->to, name->data, name->len, &file) ||
            !stacks_frame(c->to, file, f->line, &c->frames[frame]))
            return false;
        c->frames[frame]++;
    }
    *out = c->frames[frame] - 1;
    return true;
}

/* Puts the unknown newest part of a chain on a list, newest first; returns how many. NULL list: only counts. */
static size_t unknown_part(const struct stacks_copy *c, uint32_t node, uint32_t *list)
{
    size_t n = 0;
    for (; node >= STACKS_ROOTS && !c->nodes[node]; node = stacks_node_at(c->from, node)->older) {
        if (list)
            list[n] = node;
        n++;
    }
    return n;
}

static bool copy_chain(struct stacks_copy *c, const uint32_t *list, size_t n)
{
    for (uint32_t frame, above; n-- > 0;) {
        const struct stacks_node *node = stacks_node_at(c->from, list[n]);
        above = node->older < STACKS_ROOTS ? node->older : c->nodes[node->older] - 1;
        if (!stacks_copy_frame(c, node->frame, &frame) ||
            !stacks_node(c->to, above, frame, &c->nodes[list[n]]))
            return false;
        c->nodes[list[n]]++;
    }
    return true;
}

bool stacks_copy_node(struct stacks_copy *c, uint32_t node, uint32_t *out)
{
    uint32_t few[64];
    size_t n = unknown_part(c, node, NULL);
    uint32_t *list = n <= sizeof few / sizeof *few ? few : malloc(n * sizeof *list);
    bool ok = list != NULL;
    if (ok) {
        unknown_part(c, node, list);
        ok = copy_chain(c, list, n);
    }
    if (list != few)
        free(list);
    if (ok)
        *out = node < STACKS_ROOTS ? node : c->nodes[node] - 1;
    return ok;
}

bool stacks_copy_function(struct stacks_copy *c, uint32_t function, uint32_t *out)
{
    if (!c->functions[function]) {
        const char *name = stacks_function_name(c->from, function);
        if (name && !stacks_function_named(c->to, name, strlen(name), &c->functions[function]))
            return false;
        c->functions[function]++;
    }
    *out = c->functions[function] - 1;
    return true;
}
