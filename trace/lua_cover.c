#include "trace/lua_cover.h"

#include "core/public/error.h"
#include "trace/session.h"
#include "trace/trace.h"

#include <lauxlib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The settings as an `xtrace cover --parallel` hands them down. */
static const char environment[] = "XTRACE_COVER";

/* What goes on in one state: a userdata in its registry, so that its end is noticed. */
struct holder {
    struct settings settings;
    struct session *session;
    struct holder *next;
};

/*
** All of the process: those whose states are not closed when it ends (os.exit) are ended then, and atexit has no argument.
** Guarded by `lock`.
*/
static struct holder *holders;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void say(const struct buffer *lines)
{
    const char *line = lines->data;
    for (const char *end; (end = strchr(line, '\n')); line = end + 1)
        fprintf(stderr, "xdb.cover: %.*s\n", (int)(end - line), line);
}

/* ---- the end ---------------------------------------------------------------------------------- */

static void finish(struct holder *h, lua_State *L)
{
    struct buffer said;
    struct xdb_error err;
    if (!h->session)
        return;
    buffer_init(&said);
    if (session_end(h->session, L, &said, &err) < 0)
        buffer_addf(&said, "%s\n", err.text);
    h->session = NULL;
    say(&said);
    buffer_release(&said);
}

static void finish_all(void)
{
    for (struct holder *h = holders; h; h = h->next)
        finish(h, NULL);
}

static void hear_of_exit(void)
{
    atexit(finish_all);
}

static void enlist(struct holder *h)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, hear_of_exit);
    pthread_mutex_lock(&lock);
    h->next = holders;
    holders = h;
    pthread_mutex_unlock(&lock);
}

static int collect(lua_State *L)
{
    struct holder *h = lua_touserdata(L, 1);
    pthread_mutex_lock(&lock);
    for (struct holder **at = &holders; *at; at = &(*at)->next) {
        if (*at == h) {
            *at = h->next;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    finish(h, L);
    settings_release(&h->settings);
    return 0;
}

/* ---- the beginning ---------------------------------------------------------------------------- */

static int take_settings(struct settings *s, struct xdb_error *err)
{
    const char *inherited = getenv(environment);
    int failed = settings_init(s, err);
    if (!failed && inherited && *inherited)
        failed = settings_read_text(s, inherited, environment, err);
    else if (!failed) {
        failed = settings_read(s, SETTINGS_FILE, false, err);
        if (!failed)
            failed = settings_complete(s, err); /* as those that are handed down are already */
    }
    return failed;
}

/* [-0, +1] Pushes a holder that nothing goes on in. */
static struct holder *push_holder(lua_State *L)
{
    struct holder *h = lua_newuserdatauv(L, sizeof *h, 0);
    *h = (struct holder){0};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    return h;
}

static void begin(lua_State *L)
{
    struct xdb_error err;
    struct buffer said;
    if (session_of(L))
        return;
    struct holder *h = push_holder(L); /* -> holder */
    if (take_settings(&h->settings, &err) < 0)
        luaL_error(L, "%s", err.text);
    lua_rawsetp(L, LUA_REGISTRYINDEX, environment); /* it must not be collected */
    buffer_init(&said);
    h->session = session_begin(L, &h->settings, NULL, &said, &err);
    say(&said);
    buffer_release(&said);
    if (!h->session)
        luaL_error(L, "%s", err.text);
    enlist(h);
}

/*
** In busted each test is a context, named by all that it stands in. As its helper the module is loaded when busted is there.
*/
static const char tell_busted[] =
    "local context, busted = ...\n"
    "local names = {}\n"
    "local function enter(element) names[#names + 1] = element.name or '' end\n"
    "local function leave() names[#names] = nil end\n"
    "busted.subscribe({'describe', 'start'}, enter)\n"
    "busted.subscribe({'describe', 'end'}, leave)\n"
    "busted.subscribe({'test', 'start'}, function(element)\n"
    "  enter(element)\n"
    "  context(table.concat(names, ' '))\n"
    "end)\n"
    "busted.subscribe({'test', 'end'}, function() leave() context() end)\n";

static void subscribe(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);    /* -> loaded */
    if (lua_getfield(L, -1, "busted") == LUA_TTABLE) {           /* -> loaded, busted */
        if (lua_getfield(L, -1, "subscribe") == LUA_TFUNCTION) { /* -> loaded, busted, subscribe */
            if (luaL_loadbuffer(L, tell_busted, sizeof tell_busted - 1, "=xdb.cover") != LUA_OK)
                lua_error(L);
            lua_pushcfunction(L, cover_context);
            lua_pushvalue(L, -4);
            lua_call(L, 2, 0);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

int cover_context(lua_State *L)
{
    const char *name = luaL_optstring(L, 1, NULL);
    struct xdb_error err;
    if (session_context(L, name, &err) < 0)
        return luaL_error(L, "%s", err.text);
    return 0;
}

/* Whether C alone is calling, as `lua -l` does. */
static bool no_lua_runs(lua_State *L)
{
    lua_Debug ar;
    for (int level = 0; lua_getstack(L, level, &ar); level++) {
        lua_getinfo(L, "S", &ar);
        if (*ar.what != 'C')
            return false;
    }
    return true;
}

void cover_autostart(lua_State *L)
{
    const char *inherited = getenv(environment);
    if ((inherited && *inherited) || (no_lua_runs(L) && access(SETTINGS_FILE, F_OK) == 0))
        begin(L);
}

XDB_API int xdb_open_cover(lua_State *L);

int xdb_open_cover(lua_State *L)
{
    static const luaL_Reg functions[] = {{"context", cover_context}, {NULL, NULL}};
    luaL_checkversion(L);
    begin(L);
    subscribe(L);
    luaL_newlib(L, functions);
    return 1;
}
