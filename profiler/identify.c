#include "profiler/identify.h"

#include "core/buffer.h"

static uint64_t hash_text(const char *s, size_t n)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 0x100000001B3u;
    return h;
}

static struct tree_identity identity_of(const struct function *f)
{
    struct tree_identity id = {0, f->linedefined, f->lastlinedefined, f->position};
    if (f->cfunction)
        id.source = (uint64_t)(uintptr_t)f->cfunction;
    else
        id.source = hash_text(f->source->name, f->source->name_len);
    return id;
}

/* C functions are "~", 0, <name> as in Python's files, and are shown as {name}. */
static struct tree_function *name_function(struct identify *c, lua_State *L, lua_Debug *ar,
                                           const struct function *f, const struct tree_identity *id)
{
    struct tree_function *made = NULL;
    struct buffer name;
    buffer_init(&name);
    function_stat_name(f, L, ar, &name);
    if (f->cfunction) {
        if (name.len > 1) {
            name.data[0] = '<';
            name.data[name.len - 1] = '>';
        }
        if (!name.failed)
            made = tree_add_function(c->tree, id, true, 0, "~", name.data);
    } else if (!name.failed)
        made = tree_add_function(c->tree, id, false, f->is_main ? 1 : f->linedefined,
                                 f->source->title, name.data);
    buffer_release(&name);
    return made;
}

/* Whether there may be functions now at addresses that were others' before. */
static bool is_new_code(const struct function *f, const struct tree_function *known)
{
    return f->is_main && (!known || f->source->kind == SOURCE_LABEL);
}

struct tree_function *identify_function(struct identify *c, lua_State *L, lua_Debug *ar)
{
    struct function *f;
    if (!lua_getinfo(L, "S", ar) || function_of_debug(c->functions, L, ar, &f, NULL) < 0) {
        c->tree->out_of_memory = true;
        return NULL;
    }
    struct tree_identity id = identity_of(f);
    struct tree_function *known = tree_find_function(c->tree, &id);
    if (is_new_code(f, known))
        c->tree->generation++;
    return known ? known : name_function(c, L, ar, f, &id);
}

bool identify_init(struct identify *c, struct tree *tree)
{
    c->tree = tree;
    c->sources = source_cache_new();
    c->functions = c->sources ? function_cache_new(c->sources) : NULL;
    return c->functions != NULL;
}

void identify_release(struct identify *c)
{
    function_cache_free(c->functions);
    source_cache_free(c->sources);
}
