#include "trace/live.h"

#include "core/universe.h"
#include "trace/modules.h"

#include <string.h>

void live_init(struct live *v, struct program *g, const struct live_config *config)
{
    v->config = *config;
    v->program = g;
    v->start = clock_wall_ns();
    buffer_init(&v->text);
}

void live_release(struct live *v)
{
    buffer_release(&v->text);
}

static int lua_frames(lua_State *L)
{
    lua_Debug ar;
    int n = 0;
    for (int level = 0; lua_getstack(L, level, &ar); level++)
        n += lua_getinfo(L, "S", &ar) && ar.what[0] != 'C';
    return n;
}

/* How many Lua functions are active, over all coroutines that wait for this one. */
static int depth_of(lua_State *L)
{
    const struct universe *u = universe_find(L);
    struct universe_walk w;
    int n = lua_frames(L);
    if (!u)
        return n;
    universe_walk(u, &w, L);
    while ((L = universe_walk_older(u, &w)) != NULL)
        n += lua_frames(L);
    return n;
}

/* Begins a line of output; false when nothing is to be shown. */
static bool begin(struct live *v, lua_State *L, const char *path)
{
    const struct live_config *c = &v->config;
    if (c->only && !c->only(c->user, path))
        return false;
    int depth = c->depth || c->indent ? depth_of(L) : 0;
    if (c->depth && depth > c->depth)
        return false;
    buffer_clear(&v->text);
    for (int i = 1; c->indent && i < depth; i++)
        buffer_adds(&v->text, "  ");
    return true;
}

static void end(struct live *v)
{
    buffer_addc(&v->text, '\n');
    v->program->out_of_memory |= v->text.failed;
    v->config.write(v->config.user, v->text.data, v->text.len);
}

void live_call(void *data, lua_State *L, lua_Debug *ar, struct code *callee)
{
    struct live *v = data;
    const char *path = callee->unit->source->title;
    struct function *f;
    if (!begin(v, L, path))
        return;
    buffer_adds(&v->text, " --- modulename: ");
    modules_short(path, &v->text);
    bool known = function_of_debug(v->program->functions, L, ar, &f, NULL) == 0;
    buffer_addf(&v->text, ", funcname: %s", known ? function_name(f, L, ar) : "<function>");
    end(v);
}

void live_line(void *data, lua_State *L, lua_Debug *ar, struct file *f)
{
    struct live *v = data;
    const char *path = f->source->title, *slash = strrchr(path, '/');
    int line = ar->currentline;
    size_t n;
    if (!begin(v, L, path))
        return;
    if (v->config.timing)
        buffer_addf(&v->text, "%.2f ", (double)(clock_wall_ns() - v->start) * 1e-9);
    const char *text = source_line(f->source, line, &n);
    buffer_addf(&v->text, "%s(%d)%s", slash ? slash + 1 : path, line, text ? ":  " : "");
    if (text && v->config.paint) {
        v->config.write(v->config.user, v->text.data, v->text.len);
        v->config.paint(v->config.user, path, line, text, n);
        buffer_clear(&v->text);
    } else if (text)
        buffer_add(&v->text, text, n);
    end(v);
}
