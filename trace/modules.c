#include "trace/modules.h"

#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

void modules_init(struct modules *m)
{
    buffer_init(&m->path);
    m->script = NULL;
}

void modules_release(struct modules *m)
{
    buffer_release(&m->path);
    free(m->script);
    m->script = NULL;
}

void modules_set_script(struct modules *m, const char *path)
{
    free(m->script);
    m->script = path ? realpath(path, NULL) : NULL;
}

void modules_read(struct modules *m, lua_State *L)
{
    int top = lua_gettop(L);
    lua_pushstring(L, LUA_LOADED_TABLE);
    if (lua_rawget(L, LUA_REGISTRYINDEX) == LUA_TTABLE) { /* -> loaded */
        lua_pushstring(L, LUA_LOADLIBNAME);
        if (lua_rawget(L, -2) == LUA_TTABLE) { /* -> loaded package */
            lua_pushstring(L, "path");
            if (lua_rawget(L, -2) == LUA_TSTRING) {
                buffer_clear(&m->path);
                buffer_adds(&m->path, lua_tostring(L, -1));
            }
        }
    }
    lua_settop(L, top);
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void modules_short(const char *path, struct buffer *out)
{
    const char *name = last_part(path), *dot = strrchr(name, '.');
    buffer_add(out, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

/* A template of package.path, and what of a file's path it leaves for the name. */
struct fit {
    size_t prefix, suffix; /* bytes of the path that are not the name */
    bool found;
};

/* Looks whether the template t[0..n-1] fits, and better than what did before. */
static void try_template(const char *t, size_t n, const char *path, struct fit *best)
{
    char folder[PATH_MAX], resolved[PATH_MAX];
    const char *mark = memchr(t, '?', n);
    if (!mark || memchr(mark + 1, '?', (size_t)(t + n - mark - 1)))
        return;
    const char *slash = memrchr(t, '/', (size_t)(mark - t));
    size_t len = slash ? (size_t)(slash - t) : 0;
    if (len >= sizeof folder)
        return;
    memcpy(folder, t, len);
    folder[len] = '\0';
    if (!realpath(slash ? len ? folder : "/" : ".", resolved))
        return;
    size_t base = strcmp(resolved, "/") == 0 ? 0 : strlen(resolved), size = strlen(path);
    size_t rest = slash ? (size_t)(mark - slash - 1) : (size_t)(mark - t);
    size_t prefix = base + 1 + rest, suffix = (size_t)(t + n - mark - 1);
    if (prefix + suffix >= size || strncmp(path, resolved, base) != 0 || path[base] != '/' ||
        memcmp(path + base + 1, mark - rest, rest) != 0 ||
        memcmp(path + size - suffix, mark + 1, suffix) != 0)
        return;
    if (!best->found || prefix > best->prefix || (prefix == best->prefix && suffix < best->suffix))
        *best = (struct fit){prefix, suffix, true};
}

void modules_full(const struct modules *m, const char *path, char separator, struct buffer *out)
{
    struct fit best = {0, 0, false};
    bool script = m->script && strcmp(m->script, path) == 0;
    for (const char *t = m->path.data; !script && path[0] == '/' && *t;) {
        size_t n = strcspn(t, ";");
        try_template(t, n, path, &best);
        t += n + (t[n] != '\0');
    }
    if (!best.found) {
        modules_short(path, out);
        return;
    }
    size_t from = out->len;
    buffer_add(out, path + best.prefix, strlen(path) - best.prefix - best.suffix);
    for (size_t i = from; i < out->len; i++)
        if (out->data[i] == '/')
            out->data[i] = separator;
}

bool modules_inside(const char *name, const char *outer)
{
    size_t n = strlen(outer);
    return n > 0 && strncmp(name, outer, n) == 0 && (name[n] == '\0' || name[n] == '.');
}
