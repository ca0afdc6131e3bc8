#include "timeit/collector.h"

/* Zeros leave the mode's own parameters as they are. */
static int set_mode(lua_State *L, int mode)
{
    return mode == LUA_GCINC ? lua_gc(L, LUA_GCINC, 0, 0, 0) : lua_gc(L, LUA_GCGEN, 0, 0);
}

static void set_parameters(lua_State *L, const struct collector *c)
{
    lua_gc(L, LUA_GCSETPAUSE, c->pause);
    lua_gc(L, LUA_GCSETSTEPMUL, c->step_multiplier);
}

void collector_look(lua_State *L, int guess, struct collector *c)
{
    c->mode = set_mode(L, guess);
    if (c->mode < 0)
        return;
    if (c->mode != guess)
        set_mode(L, c->mode);
    c->running = lua_gc(L, LUA_GCISRUNNING);
    c->pause = lua_gc(L, LUA_GCSETPAUSE, 200);
    c->step_multiplier = lua_gc(L, LUA_GCSETSTEPMUL, 100);
    set_parameters(L, c);
}

void collector_restore(lua_State *L, const struct collector *c)
{
    if (c->mode < 0)
        return;
    set_mode(L, c->mode);
    set_parameters(L, c);
    if (c->running && !lua_gc(L, LUA_GCISRUNNING))
        lua_gc(L, LUA_GCRESTART);
    else if (!c->running)
        lua_gc(L, LUA_GCSTOP);
}

double collector_bytes(lua_State *L)
{
    return (double)lua_gc(L, LUA_GCCOUNT) * 1024 + lua_gc(L, LUA_GCCOUNTB);
}
