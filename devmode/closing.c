/*
** ResourceWarning: errors in __gc, which Lua hands to its warnings alone, and in __close, which take the place of an
** error that was on its way. Warnings go on to whoever had them before.
*/
#include "core/error.h"
#include "core/interpose.h"
#include "core/layout.h"
#include "core/layout_warn.h"
#include "devmode/state.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

struct closing {
    lua_WarnFunction before;
    void *before_ud;
    struct buffer text; /* of a warning in several pieces that may be Lua's own */
    bool lua_s;         /* it is */
};

/* ---- errors in __gc --------------------------------------------------------------------------- */

/* "FILE:LINE: " in front of a message: its place, and what follows. Cut names ("...") are none. */
static uint32_t place_in(struct places *p, const char *text, const char **rest)
{
    const char *colon = strchr(text, ':');
    if (!colon || strncmp(text, "...", 3) == 0 || text[0] == '[' || colon == text)
        return 0;
    char *end;
    long line = strtol(colon + 1, &end, 10);
    if (end == colon + 1 || end[0] != ':' || end[1] != ' ' || line < 1 || line > 1000000000)
        return 0;
    struct buffer chunk;
    buffer_init(&chunk);
    buffer_addc(&chunk, '@');
    buffer_add(&chunk, text, (size_t)(colon - text));
    uint32_t place = places_named(p, chunk.data, chunk.len, (int)line);
    buffer_release(&chunk);
    if (place)
        *rest = end + 2;
    return place;
}

/* "error in __gc (MESSAGE)", as Lua says it. */
static void tell_finalizer(struct devmode *d, char *text)
{
    static const char head[] = "error in ";
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (strncmp(text, head, sizeof head - 1) != 0 || !open || !close || close < open)
        return;
    *close = '\0';
    const char *rest = open + 1;
    struct finding what = {.category = XDB_RESOURCE_WARNING, .hidden = "__gc"};
    what.place = place_in(&d->places, rest, &rest);
    char where[32];
    snprintf(where, sizeof where, "%.*s", (int)strcspn(text + sizeof head - 1, " ("),
             text + sizeof head - 1);
    findings_tell(&d->findings, &what, "error in %s: %s", where, rest);
}

static void on_warning(void *ud, const char *text, int to_be_continued);

/* Puts ours in front of whatever function is there. */
static void take_warnings(struct devmode *d)
{
    lua_WarnFunction now;
    void *ud;
    if (!layout_warnf(d->main, &now, &ud) || now == on_warning)
        return;
    d->closing->before = now;
    d->closing->before_ud = ud;
    lua_setwarnf(d->main, on_warning, d);
}

static void on_warning(void *ud, const char *text, int to_be_continued)
{
    struct devmode *d = ud;
    struct closing *c = d->closing;
    if (c->text.len == 0)
        c->lua_s = to_be_continued && strcmp(text, "error in ") == 0;
    if (c->lua_s)
        buffer_adds(&c->text, text);
    if (c->before) {
        c->before(c->before_ud, text, to_be_continued);
        take_warnings(d); /* Lua's own turns itself on and off by setting another in its place */
    }
    if (to_be_continued)
        return;
    if (c->lua_s && !c->text.failed)
        tell_finalizer(d, c->text.data);
    buffer_clear(&c->text);
    c->lua_s = false;
}

/* ---- errors in __close ------------------------------------------------------------------------ */

/* Whether the frame at `level` is a __close that Lua itself has called. */
static bool is_close(lua_State *L, lua_Debug *ar)
{
    return lua_getinfo(L, "n", ar) && ar->name && strcmp(ar->name, "close") == 0 &&
           strcmp(ar->namewhat, "metamethod") == 0;
}

/*
** Whether the frame above the pcall or xpcall that will receive the error runs another function than the one that this was to
** call: then that one has failed already, and a __close of what it left open runs.
*/
static bool is_late_close(lua_State *L, int level)
{
    lua_Debug catcher, above;
    enum interposed which = interpose_at(L, level, &catcher);
    int slot = which == INTERPOSED_PCALL ? 2 : 1; /* a handler of ours comes first in pcall */
    if (level < 1 || (which != INTERPOSED_PCALL && which != INTERPOSED_XPCALL) ||
        !lua_checkstack(L, 2) || !lua_getlocal(L, &catcher, slot))
        return false;
    bool late =
        lua_isfunction(L, -1) && lua_getstack(L, level - 1, &above) && lua_getinfo(L, "f", &above);
    if (late) {
        late = !lua_rawequal(L, -1, -2);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return late;
}

/* Whether the error comes out of a __close. */
static bool comes_from_close(const struct hook_error *e)
{
    enum { FAR = 100 };
    lua_Debug ar;
    for (int level = e->level; level < FAR && lua_getstack(e->thread, level, &ar); level++) {
        if (e->handled && e->thread == e->catcher_thread && ar.i_ci == e->catcher)
            return e->thread == e->L && is_late_close(e->thread, level);
        if (is_close(e->thread, &ar))
            return true;
    }
    return false;
}

void closing_raised(struct devmode *d, const struct hook_error *e)
{
    if (e->passed_on || devmode_action(d, XDB_RESOURCE_WARNING) == XDB_DEVMODE_IGNORE ||
        !comes_from_close(e))
        return;
    const char *text = lua_type(e->L, -1) == LUA_TSTRING ? lua_tostring(e->L, -1) : NULL;
    struct finding what = {.category = XDB_RESOURCE_WARNING,
                           .place = places_here(&d->places, e->thread, e->level),
                           .hidden = "__close"};
    if (text)
        place_in(&d->places, text, &text);
    findings_tell(&d->findings, &what, "error in __close: %s",
                  text ? text : luaL_typename(e->L, -1));
}

/* ---- life ------------------------------------------------------------------------------------- */

int closing_begin(struct devmode *d, lua_State *L)
{
    struct closing *c = d->closing = calloc(1, sizeof *c);
    if (!c)
        return XDB_ENOMEM;
    buffer_init(&c->text);
    (void)L;
    take_warnings(d);
    return XDB_OK;
}

void closing_end(struct devmode *d)
{
    if (!d->closing)
        return;
    buffer_release(&d->closing->text);
    free(d->closing);
    d->closing = NULL;
}
