#include "timeit/traceback.h"

#include "core/error.h"
#include "timeit/code.h"
#include "timeit/timer.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "\t" CODE_CHUNK ":";
enum { shown_bytes = 200 }; /* of a source line */

static bool is_newline(char c)
{
    return c == '\n' || c == '\r';
}

/* Line `number` of a text as the compiler counts; NULL when there are fewer. */
static const char *find_line(const char *text, const char *end, long number, size_t *len)
{
    const char *s = text;
    for (long line = 1; line < number && s < end; s++)
        if (is_newline(*s)) {
            if (s + 1 < end && is_newline(s[1]) && s[1] != s[0])
                s++;
            line++;
        }
    const char *start = s;
    while (s < end && !is_newline(*s))
        s++;
    *len = (size_t)(s - start);
    return start < end ? start : NULL;
}

static void add_source_line(luaL_Buffer *b, const char *text, size_t text_len, long number)
{
    size_t len;
    const char *line = find_line(text, text + text_len, number, &len);
    if (!line)
        return;
    while (len > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    luaL_addstring(b, "\t    ");
    luaL_addlstring(b, line, len > shown_bytes ? shown_bytes : len);
    luaL_addstring(b, len > shown_bytes ? "...\n" : "\n");
}

/* Below the program's frames lie those of whoever called it from C, of which there is nothing to tell. */
static size_t without_c_end(const char *traceback)
{
    static const char c_frame[] = "\n\t[C]: in ?";
    size_t len = strlen(traceback), n = sizeof c_frame - 1;
    while (len >= n && memcmp(traceback + len - n, c_frame, n) == 0)
        len -= n;
    return len;
}

/* [-0, +1] The traceback with a newline at its end, each line in our text followed by that. */
static void push_with_lines(lua_State *L, const char *traceback, const char *source,
                            size_t source_len)
{
    luaL_Buffer b;
    const char *end = traceback + without_c_end(traceback);
    luaL_buffinit(L, &b);
    for (const char *line = traceback; line < end;) {
        size_t len = strcspn(line, "\n");
        luaL_addlstring(&b, line, len);
        luaL_addchar(&b, '\n');
        if (strncmp(line, prefix, sizeof prefix - 1) == 0)
            add_source_line(&b, source, source_len, strtol(line + sizeof prefix - 1, NULL, 10));
        line += len + 1;
    }
    luaL_pushresult(&b);
}

static int as_text(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/* [-0, +1] What `lua` says of an error value. */
static void push_message(lua_State *L, int index)
{
    if (lua_isstring(L, index)) {
        lua_pushvalue(L, index);
        lua_tostring(L, -1); /* a number becomes text here, and stays a number for the program */
        return;
    }
    if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushcfunction(L, as_text);
        lua_pushvalue(L, index);
        if (lua_pcall(L, 1, 1, 0) == LUA_OK)
            return;
        lua_pop(L, 1);
    }
    lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, index));
}

int traceback_handler(lua_State *L)
{
    size_t len;
    lua_settop(L, 1);
    push_message(L, 1); /* -> value, message */
    const char *source = xdb_timer_source(L, lua_upvalueindex(1), &len);
    luaL_traceback(L, L, lua_tostring(L, 2), 1); /* -> value, message, traceback */
    push_with_lines(L, lua_tostring(L, -1), source, len);
    lua_setiuservalue(L, lua_upvalueindex(1), TIMER_TRACEBACK);
    lua_settop(L, 1);
    return 1;
}

/* One line of the text that starts at `text`. */
static int say(const char *text, struct xdb_error *err)
{
    return error_set(err, XDB_ETIMED, "%.*s", (int)strcspn(text, "\n"), text);
}

int traceback_keep(lua_State *L, int timer, int status, struct xdb_error *err)
{
    if (status != LUA_ERRRUN) { /* the handler was not called, or has failed itself */
        lua_pushnil(L);
        lua_setiuservalue(L, timer, TIMER_TRACEBACK);
    }
    const char *told = xdb_timer_traceback(L, timer, NULL);
    int code;
    if (told)
        code = say(told, err);
    else if (lua_type(L, -1) == LUA_TSTRING)
        code = say(lua_tostring(L, -1), err);
    else
        code = error_set(err, XDB_ETIMED, "(error object is a %s value)", luaL_typename(L, -1));
    lua_setiuservalue(L, timer, TIMER_ERROR);
    return code;
}

void xdb_timer_push_error(lua_State *L, int timer)
{
    lua_getiuservalue(L, timer, TIMER_ERROR);
}

const char *xdb_timer_traceback(lua_State *L, int timer, size_t *len)
{
    lua_getiuservalue(L, timer, TIMER_TRACEBACK);
    const char *text = lua_tolstring(L, -1, len); /* a string or nil: converts nothing */
    lua_pop(L, 1);
    return text;
}
