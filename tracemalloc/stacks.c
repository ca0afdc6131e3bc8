#include "tracemalloc/stacks.h"

#include <string.h>

bool stacks_init(struct stacks *s)
{
    const struct stacks_node roots[] = {{STACKS_CUT, UINT32_MAX}, {STACKS_BOTTOM, UINT32_MAX}};
    const struct stacks_function no_function = {NULL, 0, 0};
    const struct intern_text no_name = {"", 0};
    uint32_t number;
    *s = (struct stacks){
        .files = {.item_size = sizeof(struct intern_text)},
        .frames = {.item_size = sizeof(struct stacks_frame),
                   .key_size = sizeof(struct stacks_frame)},
        .nodes = {.item_size = sizeof(struct stacks_node), .key_size = sizeof(struct stacks_node)},
        .functions = {.item_size = sizeof(struct stacks_function),
                      .key_size = offsetof(struct stacks_function, found)},
        .names = {.item_size = sizeof(struct intern_text)},
    };
    return intern_number(&s->nodes, &roots[0], &number) &&
           intern_number(&s->nodes, &roots[1], &number) &&
           intern_number(&s->functions, &no_function, &number) &&
           intern_number(&s->names, &no_name, &number);
}

void stacks_release(struct stacks *s)
{
    intern_release(&s->files);
    intern_release(&s->frames);
    intern_release(&s->nodes);
    intern_release(&s->functions);
    intern_release(&s->names);
}

size_t stacks_memory(const struct stacks *s)
{
    return intern_memory(&s->files) + intern_memory(&s->frames) + intern_memory(&s->nodes) +
           intern_memory(&s->functions) + intern_memory(&s->names);
}

bool stacks_file(struct stacks *s, const char *name, size_t len, uint32_t *file)
{
    const struct intern_text key = {name, len};
    return intern_number(&s->files, &key, file);
}

bool stacks_frame(struct stacks *s, uint32_t file, int32_t line, uint32_t *frame)
{
    const struct stacks_frame key = {file, line};
    return intern_number(&s->frames, &key, frame);
}

bool stacks_node(struct stacks *s, uint32_t older, uint32_t frame, uint32_t *node)
{
    const struct stacks_node key = {older, frame};
    return intern_number(&s->nodes, &key, node);
}

bool stacks_unknown(struct stacks *s, uint32_t *node)
{
    uint32_t file, frame;
    return stacks_file(s, STACKS_UNKNOWN, strlen(STACKS_UNKNOWN), &file) &&
           stacks_frame(s, file, 0, &frame) && stacks_node(s, STACKS_BOTTOM, frame, node);
}

bool stacks_function(struct stacks *s, const void *address, uint32_t *function)
{
    const struct stacks_function key = {address, 0, 0};
    return intern_number(&s->functions, &key, function);
}

bool stacks_function_named(struct stacks *s, const char *name, size_t len, uint32_t *function)
{
    const struct intern_text text = {name, len};
    struct stacks_function key = {NULL, 0, 0};
    return intern_number(&s->names, &text, &key.name) &&
           intern_number(&s->functions, &key, function);
}

bool stacks_name_function(struct stacks *s, uint32_t function, const char *name, size_t len)
{
    const struct intern_text text = {name, len};
    uint32_t number;
    if (!intern_number(&s->names, &text, &number))
        return false;
    ((struct stacks_function *)intern_at(&s->functions, function))->found = number;
    return true;
}

const char *stacks_function_name(const struct stacks *s, uint32_t function)
{
    const struct stacks_function *f = intern_at(&s->functions, function);
    uint32_t name = f->name ? f->name : f->found;
    return name ? ((const struct intern_text *)intern_at(&s->names, name))->data : NULL;
}

uint32_t stacks_depth(const struct stacks *s, uint32_t node, bool *whole)
{
    uint32_t depth = 0;
    for (; node >= STACKS_ROOTS; node = stacks_node_at(s, node)->older)
        depth++;
    *whole = node == STACKS_BOTTOM;
    return depth;
}
