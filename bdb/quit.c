/*
** Abandoning the program: the quit error must reach the bottom of the stack although C functions with a
** lua_pcall of their own may swallow it, and the program's __close functions must run on the way.
**
** Both look alike from inside a hook: Lua code runs while the program is being abandoned. The difference
** is what it stands on. Code that goes on after its C function swallowed the error continues a frame that
** was there when the error was raised, or was called from one. A __close function is a new call made by
** the C function that is catching. So the frames that C functions had called are noted when the error is
** raised; code whose chain of Lua callers ends in one of these meets the error again.
*/
#include "bdb/bdb_state.h"

#include <stdlib.h>

/* The Lua frame at the end of the chain of Lua callers of `f`. */
static struct stop_frame base_of(struct frame f)
{
    struct frame older = f;
    while (frame_older(&older) && frame_is_lua(&older))
        f = older;
    return stop_frame_of(&f);
}

static bool add(struct xdb_bdb *b, struct stop_frame base)
{
    struct stop_frame *grown = b->bases;
    if (b->nbases % 16 == 0)
        grown = realloc(b->bases, ((size_t)b->nbases + 16) * sizeof *grown);
    if (!grown)
        return false;
    b->bases = grown;
    b->bases[b->nbases++] = base;
    return true;
}

/* Notes the bases of one thread. */
static bool note_thread(struct xdb_bdb *b, lua_State *L)
{
    struct frame f, older;
    if (frame_at(L, 0, &f) < 0)
        return true;
    for (bool more = true; more; f = older) {
        older = f;
        more = frame_older(&older);
        if (frame_is_lua(&f) && (!more || !frame_is_lua(&older)) && !add(b, stop_frame_of(&f)))
            return false;
    }
    return true;
}

void quit_forget(struct xdb_bdb *b)
{
    free(b->bases);
    b->bases = NULL;
    b->nbases = 0;
}

void quit_note(struct xdb_bdb *b, lua_State *L)
{
    struct universe_walk w;
    quit_forget(b);
    universe_walk(b->universe, &w, L);
    for (lua_State *at = L; at; at = universe_walk_older(b->universe, &w))
        if (!note_thread(b, at)) {
            quit_forget(b);
            b->nbases = -1;
            return;
        }
}

static bool noted(const struct xdb_bdb *b, struct stop_frame base)
{
    for (int i = 0; i < b->nbases; i++)
        if (stop_same(b->bases[i], base))
            return true;
    return b->nbases < 0;
}

/* A new call has taken the place of a frame that was noted. */
static void replace(struct xdb_bdb *b, struct stop_frame called)
{
    for (int i = 0; i < b->nbases; i++)
        if (stop_same(b->bases[i], called))
            b->bases[i] = (struct stop_frame){NULL, NULL};
}

void quit_insist(struct xdb_bdb *b, lua_State *L, const lua_Debug *ar)
{
    struct frame f;
    frame_of(L, ar, &f);
    if (ar->event == LUA_HOOKCALL)
        replace(b, stop_frame_of(&f));
    if (noted(b, base_of(f)))
        bdb_settle(b, L);
}
