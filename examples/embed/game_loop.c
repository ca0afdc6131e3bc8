/*
** A loop as games have it: `game_loop script.lua FRAMES`. It calls `update(dt)` of a script sixty times a second
** (here without waiting) and lets the debugger be attached to the running game and taken off again: with
** F12 in a game, here with the frames given in `attach_at` and `detach_at`. While it is off nothing of it is left.
**
** The debugger of this host is no prompt: it draws the hero's place whenever the script comes to the function
** `hit`, as an overlay would. With <xdb/pdb.h> the same loop gets a prompt.
**
**   cc game_loop.c -o game_loop $(pkg-config --cflags --libs xdb lua5.4)
*/
#include <xdb/bdb.h>
#include <xdb/error.h>

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct game {
    lua_State *L;
    struct xdb_bdb *debugger; /* NULL while it is off */
    int frame, attach_at, detach_at;
};

/* The overlay: called where the game stops, returns, and the game goes on. */
static void on_line(struct xdb_bdb *b, const struct xdb_event *e)
{
    const struct game *g = xdb_bdb_data(b);
    static const char text[] = "hero.x, strength";
    int n = xdb_bdb_eval(b, e->L, e->frame, text, strlen(text), XDB_EVAL_EXPRESSION);
    if (n == 2)
        printf("frame %d: %s() line %d: hero at %g hit with %g\n", g->frame,
               xdb_frame_function(b, e->frame), e->line, lua_tonumber(e->L, -2),
               lua_tonumber(e->L, -1));
    xdb_bdb_set_continue(b);
}

static int attach(struct game *g)
{
    static const struct xdb_front front = {.user_line = on_line};
    const struct xdb_break_spec at_hit = {.function = "hit"};
    struct xdb_error err;
    struct xdb_breakpoint *bp;
    g->debugger = xdb_bdb_new(g->L, &front, g, NULL, &err);
    if (!g->debugger || xdb_bdb_set_break(g->debugger, g->L, &at_hit, &bp, NULL, &err) < 0) {
        fprintf(stderr, "cannot debug: %s\n", err.text);
        return -1;
    }
    xdb_bdb_set_continue(g->debugger);
    printf("frame %d: the debugger is on\n", g->frame);
    return 0;
}

static void detach(struct game *g)
{
    xdb_bdb_free(g->debugger, g->L);
    g->debugger = NULL;
    printf("frame %d: the debugger is off, hook: %s\n", g->frame,
           lua_gethook(g->L) ? "left behind" : "none");
}

static int update(struct game *g)
{
    if (g->frame == g->attach_at && attach(g) < 0)
        return -1;
    if (g->frame == g->detach_at)
        detach(g);
    lua_getglobal(g->L, "update");
    lua_pushnumber(g->L, 1.0 / 60);
    if (lua_pcall(g->L, 1, 0, 0) != LUA_OK) {
        fprintf(stderr, "%s\n", luaL_tolstring(g->L, -1, NULL));
        lua_settop(g->L, 0);
        return -1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct game g = {.attach_at = 20, .detach_at = 50};
    int frames = argc == 3 ? atoi(argv[2]) : 0;
    int failed = 0;
    if (frames <= 0) {
        fprintf(stderr, "usage: game_loop script.lua FRAMES\n");
        return 2;
    }
    g.L = luaL_newstate();
    if (!g.L)
        return 1;
    luaL_openlibs(g.L);
    if (luaL_dofile(g.L, argv[1]) != LUA_OK) {
        fprintf(stderr, "%s\n", luaL_tolstring(g.L, -1, NULL));
        failed = 1;
    }
    for (g.frame = 1; g.frame <= frames && !failed; g.frame++)
        failed = update(&g) < 0;
    printf("%d frames\n", g.frame - 1);
    xdb_bdb_free(g.debugger, g.L);
    lua_close(g.L);
    return failed;
}
