/*
** Reading the stack by Lua's public functions, where core/layout knows nothing. Slower: each frame is asked for by
** its level, and its file looked up by name.
*/
#include "tracemalloc/walk.h"

#include <stdlib.h>
#include <string.h>

/*
** From Lua 5.4.5 on, frames cannot be asked about while their stack is moved; what the library says of itself
** tells which Lua runs, and where it says nothing the worse is assumed.
*/
extern const char lua_ident[] __attribute__((weak));

static bool readable_while_moved(void)
{
    static const char prefix[] = "Lua 5.4.";
    const char *release = lua_ident ? strstr(lua_ident, prefix) : NULL;
    return release && atoi(release + sizeof prefix - 1) < 5;
}

/* Adds the frame of `ar` to `frames` (as `limit` allows) when it is Lua code. */
static bool add_frame(struct walker *w, lua_State *L, lua_Debug *ar, int *n)
{
    uint32_t file;
    if (!lua_getinfo(L, "Sl", ar) || ar->what[0] == 'C')
        return true;
    if (*n < w->limit) {
        int line = ar->currentline < 0 ? 0 : ar->currentline;
        if (!walk_file(w->stacks, ar->source, ar->srclen, &file) ||
            !stacks_frame(w->stacks, file, line, &w->last_nodes[*n]))
            return false;
    }
    ++*n;
    return true;
}

/* The name of the C function on top, as it was called. */
static bool top_function(struct walker *w, lua_State *L, lua_Debug *ar, uint32_t *function)
{
    if (!lua_getinfo(L, "nS", ar) || ar->what[0] != 'C' || !ar->name)
        return true;
    return stacks_function_named(w->stacks, ar->name, strlen(ar->name), function);
}

bool walk_api_place(struct walker *w, const struct walk_request *r, struct walk_place *out)
{
    struct walk_way at;
    lua_Debug ar;
    int n = 0;
    if ((r->unknown || r->coroutine) && r->block && !readable_while_moved())
        return stacks_unknown(w->stacks, &out->node);
    walk_start(&at, w);
    if (lua_getstack(at.L, 0, &ar) && !top_function(w, at.L, &ar, &out->function))
        return false;
    while (at.L && n <= w->limit) {
        for (int level = 0; n <= w->limit && lua_getstack(at.L, level, &ar); level++)
            if (!add_frame(w, at.L, &ar, &n))
                return false;
        at.L = at.universe ? universe_walk_older(at.universe, &at.threads) : NULL;
    }
    out->node = n > w->limit ? STACKS_CUT : STACKS_BOTTOM;
    if (n == 0)
        return stacks_unknown(w->stacks, &out->node);
    for (int i = n > w->limit ? w->limit : n; i-- > 0;)
        if (!stacks_node(w->stacks, out->node, w->last_nodes[i], &out->node))
            return false;
    return true;
}

enum xdb_memory_type walk_api_array(struct walker *w, const struct walk_request *r)
{
    struct walk_way at;
    lua_Debug ar;
    if (w->just_born && w->born == XDB_MEMORY_COROUTINE)
        return XDB_MEMORY_COROUTINE;
    if (w->just_born && w->born == XDB_MEMORY_USERDATA)
        return XDB_MEMORY_USERDATA;
    walk_start(&at, w);
    if (!r->block && w->parser && lua_getstack(at.L, 0, &ar) && ar.i_ci == w->parser &&
        lua_getinfo(at.L, "S", &ar) && ar.what[0] == 'C')
        return XDB_MEMORY_FUNCTION;
    return XDB_MEMORY_TABLE;
}
