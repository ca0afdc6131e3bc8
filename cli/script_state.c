#include "cli/script_state.h"

#include "cli/script.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

static int panic(lua_State *L)
{
    const char *text = lua_tostring(L, -1);
    lua_writestringerror("PANIC: unprotected error in call to Lua API (%s)\n",
                         text ? text : "error object is not a string");
    return 0; /* Lua aborts */
}

/* Only a message of one piece that does not go on another one is a control message. */
static void warn(void *ud, const char *text, int to_be_continued)
{
    enum script_warnings *state = ud;
    if (*state != WARNINGS_CONTINUED && !to_be_continued && *text == '@') {
        if (strcmp(text, "@on") == 0)
            *state = WARNINGS_ON;
        else if (strcmp(text, "@off") == 0)
            *state = WARNINGS_OFF;
        return;
    }
    if (*state == WARNINGS_OFF)
        return;
    if (*state == WARNINGS_ON)
        lua_writestringerror("%s", "Lua warning: ");
    lua_writestringerror("%s", text);
    if (!to_be_continued)
        lua_writestringerror("%s", "\n");
    *state = to_be_continued ? WARNINGS_CONTINUED : WARNINGS_ON;
}

/* luaL_newstate takes no allocator, and what it sets cannot be had from it: this does the same. */
static lua_State *new_with(lua_Alloc alloc, void *ud, enum script_warnings *warnings)
{
    lua_State *L = lua_newstate(alloc, ud);
    if (!L)
        return NULL;
    lua_atpanic(L, panic);
#if LUA_VERSION_RELEASE_NUM < 50401 /* keeps the state of the warnings in Lua's memory */
    lua_newuserdatauv(L, sizeof(int), 0);
    luaL_ref(L, LUA_REGISTRYINDEX);
#endif
    *warnings = WARNINGS_OFF;
    lua_setwarnf(L, warn, warnings);
    return L;
}

lua_State *script_state_new(lua_Alloc alloc, void *ud, enum script_warnings *warnings)
{
    lua_State *L = alloc ? new_with(alloc, ud, warnings) : luaL_newstate();
#if LUA_VERSION_RELEASE_NUM >= 50405 /* opens the libraries with the collector stopped */
    if (L)
        lua_gc(L, LUA_GCSTOP);
#endif
    return L;
}

void script_state_start(lua_State *L)
{
#if LUA_VERSION_RELEASE_NUM >= 50405
    lua_gc(L, LUA_GCRESTART);
#endif
    lua_gc(L, LUA_GCGEN, 0, 0);
}

size_t script_state_library(const char *arg, const char **module)
{
    size_t len = strlen(arg);
    *module = arg;
#if LUA_VERSION_RELEASE_NUM >= 50404 /* -l name=module */
    const char *equals = strchr(arg, '=');
    if (equals) {
        *module = equals + 1;
        return (size_t)(equals - arg);
    }
#endif
#if LUA_VERSION_RELEASE_NUM >= 50407 /* -l module-suffix */
    len = strcspn(arg, LUA_IGMARK);
#endif
    return len;
}

const char *script_state_no_message(void)
{
#if LUA_VERSION_RELEASE_NUM >= 50407
    return "(error message not a string)";
#else
    return "(null)"; /* what the C library writes for the NULL that `lua` gives it */
#endif
}

const char *script_usage(void)
{
    return "Available options are:\n"
           "  -e stat   execute string 'stat'\n"
           "  -i        enter interactive mode after executing 'script'\n"
           "  -l mod    require library 'mod' into global 'mod'\n"
#if LUA_VERSION_RELEASE_NUM >= 50404
           "  -l g=mod  require library 'mod' into global 'g'\n"
#endif
           "  -v        show version information\n"
           "  -E        ignore environment variables\n"
           "  -W        turn warnings on\n"
           "  --        stop handling options\n"
           "  -         stop handling options and execute stdin\n";
}
